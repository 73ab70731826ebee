//! Which hosts and origins a request may name.
//!
//! A web page can make a browser send requests to a local port, and can give its own name a local address (DNS
//! rebinding). Such requests name a foreign host or origin, and are refused before anything is done for them. Only the
//! CORS rules of a storage account let a foreign origin in.

use std::net::IpAddr;

use batchite_api::error::{Error, ErrorCode, Result};
use http::header::{HOST, HeaderMap, ORIGIN};
use http::uri::{Authority, Uri};

/// The names under which the server may be addressed, beside those that always mean this machine.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    allowed: Vec<String>,
}

/// What a request calls the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHost {
    authority: Authority,
    name_length: usize,
}

impl Hosts {
    /// Further names, as that of a container in its network.
    pub fn allowing(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            allowed: names.into_iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// Checks `Host` and `Origin`.
    ///
    /// Refused: `MissingRequiredHeader` and `InvalidHeaderValue` (400) for a host that is missing, malformed or
    /// foreign, `AuthorizationFailure` (403) for another origin than the server itself.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<RequestHost> {
        let host = self.check_host(uri, headers)?;
        host.check_origin(headers)?;
        Ok(host)
    }

    /// Checks `Host`. Refused as [`Hosts::check`] says of it.
    pub fn check_host(&self, uri: &Uri, headers: &HeaderMap) -> Result<RequestHost> {
        let host = host_of(uri, headers)?;
        if !self.is_ours(host.name()) {
            return Err(bad_host(format!(
                "The host {:?} does not mean this machine. Use a loopback address, localhost, or allow the name.",
                host.name()
            )));
        }
        Ok(host)
    }

    /// Whether a name without a port means this server.
    pub fn is_ours(&self, name: &str) -> bool {
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let domain = name.rsplit_once('.').map_or(name, |(_, domain)| domain);
        address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
            || domain.eq_ignore_ascii_case("localhost")
            || self
                .allowed
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

impl RequestHost {
    /// A host as it was given; none without a name, or with a port that is no number.
    pub fn of(authority: Authority) -> Option<Self> {
        let name = authority.host();
        let name_length = name.len();
        // The parser lets any text pass for a port, and a user before the host.
        let port = authority.as_str().strip_prefix(name)?;
        let port_is_sound = port.is_empty() || authority.port_u16().is_some();
        (name_length > 0 && port_is_sound).then_some(Self {
            authority,
            name_length,
        })
    }

    /// The name or address, as it was given, without the port.
    pub fn name(&self) -> &str {
        &self.authority()[..self.name_length]
    }

    /// The name or address with the port, as it was given.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Checks `Origin`. Refused: `AuthorizationFailure` (403) for another one than the server itself.
    pub fn check_origin(&self, headers: &HeaderMap) -> Result<()> {
        for origin in headers.get_all(ORIGIN) {
            let own = |scheme: &str| {
                origin
                    .as_bytes()
                    .eq_ignore_ascii_case(format!("{scheme}://{}", self.authority).as_bytes())
            };
            if !own("http") && !own("https") {
                return Err(Error::blob(ErrorCode::AuthorizationFailure)
                    .with_message("Requests that web pages of another origin make are refused."));
            }
        }
        Ok(())
    }
}

/// The host a request names: in its target when that is a whole URL, otherwise in `Host`.
fn host_of(uri: &Uri, headers: &HeaderMap) -> Result<RequestHost> {
    let mut hosts = headers.get_all(HOST).iter();
    let authority = match (uri.authority(), hosts.next()) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => {
            Authority::try_from(host.as_bytes()).map_err(|_| bad_host("The host is malformed.".to_owned()))?
        }
        (None, None) => {
            return Err(Error::blob(ErrorCode::MissingRequiredHeader).with_detail("HeaderName", "Host"));
        }
    };
    let host = RequestHost::of(authority).filter(|_| hosts.next().is_none());
    host.ok_or_else(|| bad_host("The host is malformed.".to_owned()))
}

fn bad_host(message: String) -> Error {
    Error::blob(ErrorCode::InvalidHeaderValue)
        .with_message(message)
        .with_detail("HeaderName", "Host")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, origin: Option<&str>) -> Result<RequestHost> {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        Hosts::allowing(["Emulator".to_owned()]).check(&Uri::from_static("/a"), &headers)
    }

    #[test]
    fn names_of_this_machine_pass() {
        for (host, name) in [
            ("127.0.0.1:10000", "127.0.0.1"),
            ("127.9.9.9", "127.9.9.9"),
            ("[::1]:10000", "[::1]"),
            ("LOCALHOST:1", "LOCALHOST"),
            ("devstoreaccount1.localhost:1", "devstoreaccount1.localhost"),
            ("emulator:1", "emulator"),
        ] {
            assert_eq!(check(host, None).unwrap().name(), name);
        }
    }

    #[test]
    fn foreign_and_malformed_hosts_are_refused() {
        for host in [
            "example.com",
            "127.0.0.1.example.com:80",
            "localhost.example.com",
            "192.168.1.2:10000",
            "0.0.0.0",
            "[::]",
            "user@localhost",
            "",
            "local host",
            "localhost:port",
        ] {
            let error = check(host, None).unwrap_err();
            assert_eq!(error.status(), 400, "{host}");
        }
        let error = Hosts::default()
            .check(&Uri::from_static("/a"), &HeaderMap::new())
            .unwrap_err();
        assert!(error.is(&ErrorCode::MissingRequiredHeader));
        let mut twice = HeaderMap::new();
        twice.append(HOST, "localhost".parse().unwrap());
        twice.append(HOST, "example.com".parse().unwrap());
        assert!(Hosts::default().check(&Uri::from_static("/a"), &twice).is_err());
        let target = Uri::from_static("http://example.com/a");
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "localhost".parse().unwrap());
        assert!(Hosts::default().check(&target, &headers).is_err());
    }

    #[test]
    fn only_the_server_s_own_origin_passes() {
        assert!(check("localhost:1", Some("http://localhost:1")).is_ok());
        for origin in [
            "http://localhost:2",
            "https://example.com",
            "null",
            "http://localhost:1.example.com",
        ] {
            let error = check("localhost:1", Some(origin)).unwrap_err();
            assert_eq!(error.status(), 403, "{origin}");
        }
    }
}
