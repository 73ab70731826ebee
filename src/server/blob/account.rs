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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// Where the account stands among those served.
    pub(super) account: usize,
    /// The path below the account, as it was written.
    pub(super) path: &'a str,
    /// The URL of the account as the caller knows it, without a trailing slash.
    pub(super) endpoint: String,
}

/// Finds the account: in the host (`{account}.localhost`, `{account}.blob.localhost`) or, otherwise, as the first
/// segment of the path.
///
/// Refused: `InvalidUri` without an account, `ResourceNotFound` for one that is not served.
pub(super) fn target<'a>(
    accounts: &[ServedAccount],
    scheme: Scheme,
    host: &RequestHost,
    path: &'a str,
) -> Result<Target<'a>> {
    let scheme = scheme.as_str();
    let find = |name: &str| accounts.iter().position(|account| account.name == name);
    if let Some((label, rest)) = host.name.split_once('.')
        && matches!(rest, "localhost" | "blob.localhost")
        && let Some(account) = find(label)
    {
        return Ok(Target {
            account,
            path,
            endpoint: format!("{scheme}://{}", host.authority),
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
    let account = find(&name).ok_or_else(|| {
        Error::blob(ErrorCode::ResourceNotFound).with_message(format!("There is no account {name:?} here."))
    })?;
    Ok(Target {
        account,
        path: rest,
        endpoint: format!("{scheme}://{}/{segment}", host.authority),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'a>(name: &str, path: &'a str) -> Result<Target<'a>> {
        let accounts = ["one", "two"].map(|name| ServedAccount {
            name: name.into(),
            keys: Vec::new(),
            endpoint: format!("https://{name}.example"),
        });
        let host = RequestHost {
            name: name.into(),
            authority: format!("{name}:1"),
        };
        target(&accounts, Scheme::Http, &host, path)
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
            let found = find(host, path).unwrap();
            assert_eq!(
                (found.account, found.path, found.endpoint.as_str()),
                (account, rest, endpoint)
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
