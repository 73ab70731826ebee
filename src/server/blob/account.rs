//! The accounts that are served, and which of them a URL names.

use batchite_api::auth::AccountKey;
use batchite_api::error::{Error, ErrorCode, Result};
use percent_encoding::percent_decode_str;

use crate::server::Scheme;
use crate::server::guard::RequestHost;

/// The account every emulator of Blob Storage has.
pub const WELL_KNOWN_ACCOUNT: &str = "devstoreaccount1";

/// Its key, printed in the public documentation: it protects nothing.
pub const WELL_KNOWN_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// An account that is served.
#[derive(Debug, Clone)]
pub struct ServedAccount {
    /// Its name.
    pub name: String,
    /// Its keys; requests may be signed with any.
    pub keys: Vec<AccountKey>,
    /// The URL by which the connector knows it, without a trailing slash. Callers never see it.
    pub endpoint: String,
}

impl ServedAccount {
    /// Whether one of its keys is the one everybody knows.
    pub fn has_well_known_key(&self) -> bool {
        self.keys.iter().any(|key| key.expose_base64() == WELL_KNOWN_KEY)
    }
}

/// What a URL names: an account, and what stands below it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// Where the account stands among those served.
    pub(super) account: usize,
    /// The path below the account, as it was written.
    pub(super) path: &'a str,
    scheme: Scheme,
    authority: &'a str,
    /// What of the path names the account; none where the host does.
    segment: Option<&'a str>,
}

impl Target<'_> {
    /// The URL of the account as the caller knows it, without a trailing slash.
    pub(super) fn endpoint(&self) -> String {
        let (scheme, authority) = (self.scheme.as_str(), self.authority);
        match self.segment {
            Some(segment) => format!("{scheme}://{authority}/{segment}"),
            None => format!("{scheme}://{authority}"),
        }
    }
}

/// Finds the account: in the host (`{account}.localhost`, `{account}.blob.localhost`) or, otherwise, as the first
/// segment of the path.
///
/// Refused: `InvalidUri` without an account, `ResourceNotFound` for one that is not served.
pub(super) fn target<'a>(
    accounts: &[ServedAccount],
    scheme: Scheme,
    host: &'a RequestHost,
    path: &'a str,
) -> Result<Target<'a>> {
    let authority = host.authority();
    // Names of hosts have no case.
    let of_host = |label: &str| {
        let mut accounts = accounts.iter();
        accounts.position(|account| account.name.eq_ignore_ascii_case(label))
    };
    if let Some((label, rest)) = host.name().split_once('.')
        && ["localhost", "blob.localhost"]
            .iter()
            .any(|domain| domain.eq_ignore_ascii_case(rest))
        && let Some(account) = of_host(label)
    {
        return Ok(Target {
            account,
            path,
            scheme,
            authority,
            segment: None,
        });
    }
    let after = path.strip_prefix('/').unwrap_or(path);
    let end = after.find('/').unwrap_or(after.len());
    let (segment, rest) = after.split_at(end);
    let name = percent_decode_str(segment).decode_utf8_lossy();
    if name.is_empty() {
        return Err(Error::blob(ErrorCode::InvalidUri)
            .with_message("The URL names no account: the path is /{account}/{container}/{blob}."));
    }
    let account = accounts.iter().position(|account| account.name == name);
    let account = account.ok_or_else(|| {
        Error::blob(ErrorCode::ResourceNotFound).with_message(format!("There is no account {name:?} here."))
    })?;
    Ok(Target {
        account,
        path: rest,
        scheme,
        authority,
        segment: Some(segment),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, path: &str) -> Result<(usize, String, String)> {
        let accounts = ["one", "two"].map(|name| ServedAccount {
            name: name.into(),
            keys: Vec::new(),
            endpoint: format!("https://{name}.example"),
        });
        let host = RequestHost::of(format!("{name}:1").parse().unwrap()).unwrap();
        let found = target(&accounts, Scheme::Http, &host, path)?;
        Ok((found.account, found.path.to_owned(), found.endpoint()))
    }

    #[test]
    fn accounts_are_in_the_host_or_in_the_path() {
        for (host, path, account, rest, endpoint) in [
            ("127.0.0.1", "/two/c/b", 1, "/c/b", "http://127.0.0.1:1/two"),
            ("127.0.0.1", "/one", 0, "", "http://127.0.0.1:1/one"),
            ("127.0.0.1", "/one/", 0, "/", "http://127.0.0.1:1/one"),
            ("127.0.0.1", "/o%6Ee/c", 0, "/c", "http://127.0.0.1:1/o%6Ee"),
            ("two.localhost", "/c/b", 1, "/c/b", "http://two.localhost:1"),
            (
                "two.blob.localhost",
                "/c//b",
                1,
                "/c//b",
                "http://two.blob.localhost:1",
            ),
            (
                "three.localhost",
                "/one/c",
                0,
                "/c",
                "http://three.localhost:1/one",
            ),
        ] {
            assert_eq!(
                find(host, path).unwrap(),
                (account, rest.to_owned(), endpoint.to_owned())
            );
        }
    }

    #[test]
    fn other_accounts_are_refused() {
        assert!(find("127.0.0.1", "/").unwrap_err().is(&ErrorCode::InvalidUri));
        assert!(find("127.0.0.1", "").unwrap_err().is(&ErrorCode::InvalidUri));
        for (host, path) in [("127.0.0.1", "/three/c"), ("three.localhost", "/c/b")] {
            assert!(
                find(host, path).unwrap_err().is(&ErrorCode::ResourceNotFound),
                "{path}"
            );
        }
    }
}
