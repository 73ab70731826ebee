//! Where a copy comes from, when it comes from here.

use batchite_api::secret::SensitiveString;
use http::Uri;

use super::account::{self, ServedAccount};
use crate::server::Scheme;
use crate::server::guard::{Hosts, RequestHost};

/// The source of a copy as the backend knows it, when its URL is one of this server's own.
///
/// Callers reach the server under several names (`127.0.0.1`, `localhost`, `{account}.localhost`) and the backend
/// knows its accounts by another one yet. The request itself tells which port is ours.
pub(super) fn as_the_backend_knows_it(
    source: &SensitiveString,
    scheme: Scheme,
    request_host: &RequestHost,
    hosts: &Hosts,
    accounts: &[ServedAccount],
) -> Option<SensitiveString> {
    let uri: Uri = source.parse().ok()?;
    let authority = uri.authority()?;
    let host = RequestHost::of(authority.clone())?;
    if uri.scheme_str() != Some(scheme.as_str())
        || !hosts.is_ours(host.name())
        || port(host.authority()) != port(request_host.authority())
    {
        return None;
    }
    let target = account::target(accounts, scheme, &host, uri.path()).ok()?;
    let mut own = format!("{}{}", accounts[target.account].endpoint, target.path);
    if let Some(query) = uri.query() {
        own.push('?');
        own.push_str(query);
    }
    Some(own.into())
}

fn port(authority: &str) -> Option<&str> {
    authority
        .rsplit_once(':')
        .map(|(_, port)| port)
        .filter(|port| !port.ends_with(']'))
}

#[cfg(test)]
mod tests {
    use http::uri::Authority;

    use super::*;

    fn known(source: &str) -> Option<String> {
        let accounts = [ServedAccount {
            name: "acc".into(),
            keys: Vec::new(),
            endpoint: "https://acc.example".into(),
        }];
        let host = RequestHost::of(Authority::from_static("127.0.0.1:7")).unwrap();
        as_the_backend_knows_it(&source.into(), Scheme::Http, &host, &Hosts::default(), &accounts)
            .map(SensitiveString::into_string)
    }

    #[test]
    fn own_urls_are_put_in_the_backend_s_words() {
        for source in [
            "http://127.0.0.1:7/acc/con/a%20b?sp=r&sig=x%2B",
            "http://localhost:7/acc/con/a%20b?sp=r&sig=x%2B",
            "http://acc.localhost:7/con/a%20b?sp=r&sig=x%2B",
        ] {
            assert_eq!(
                known(source).as_deref(),
                Some("https://acc.example/con/a%20b?sp=r&sig=x%2B"),
                "{source}"
            );
        }
    }

    #[test]
    fn other_urls_stay_as_they_are() {
        for source in [
            "http://127.0.0.1:8/acc/con/b",
            "http://127.0.0.1/acc/con/b",
            "http://example.com:7/acc/con/b",
            "https://127.0.0.1:7/acc/con/b",
            "http://127.0.0.1:7/other/con/b",
            "/acc/con/b",
            "no url",
        ] {
            assert_eq!(known(source), None, "{source}");
        }
    }
}
