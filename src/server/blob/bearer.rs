//! Bearer tokens, which stand for what Microsoft Entra ID would have issued.
//!
//! There is no Entra ID here to ask. So a token counts when it is one of those given to the service when it is made, or,
//! where that is wanted, when it looks like one for this account and this time.

use std::fmt;

use batchite_api::auth::AccountKey;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::secret::Secret;
use batchite_api::time::Timestamp;

use crate::server::bearer::{BadToken, BearerTokens};

/// Whom tokens for every storage account are for: its URL with and without a slash, and its id in Entra ID.
const AUDIENCES: [&str; 3] = [
    "https://storage.azure.com",
    "https://storage.azure.com/",
    "e406a681-f3d4-42a8-90b6-c2b029497af1",
];

/// The tokens that are accepted.
#[derive(Clone, Default)]
pub(super) struct Bearers {
    /// These, whatever they are.
    known: Vec<Secret>,
    /// Those that look right.
    accepted: BearerTokens,
}

impl Bearers {
    /// Accepts these tokens, whatever they are.
    pub(super) fn know(&mut self, tokens: Vec<Secret>) {
        self.known = tokens;
    }

    /// Accepts tokens that look right.
    pub(super) fn accept(&mut self, accepted: BearerTokens) {
        self.accepted = accepted;
    }

    /// Refused: `InvalidAuthenticationInfo` (401) for a token that does not look right, where those that do are
    /// accepted; `AuthenticationFailed` for one that is not known; `NotSimulated` where none is accepted.
    ///
    /// `account` is the name of the account, and `endpoint` its URL as the caller knows it.
    pub(super) fn check(&self, token: &str, account: &str, endpoint: &str, now: Timestamp) -> Result<()> {
        // A MAC keyed with what is held is compared in constant time, whatever the lengths.
        let is_it = |held: &Secret| {
            let key = AccountKey::from_bytes(held.expose());
            key.verify("bearer", &AccountKey::from_bytes(token).sign("bearer"))
        };
        if self.known.iter().any(is_it) {
            return Ok(());
        }
        if self.accepted != BearerTokens::Refused {
            let own = format!("https://{account}.blob.core.windows.net");
            let mut audiences: Vec<String> = AUDIENCES.map(str::to_owned).into();
            for url in [own.as_str(), endpoint] {
                audiences.extend([url.to_owned(), format!("{url}/")]);
            }
            let audiences: Vec<&str> = audiences.iter().map(String::as_str).collect();
            return self.accepted.check(token, &audiences, now).map_err(refused);
        }
        if self.known.is_empty() {
            return Err(Error::not_simulated(
                Service::Blob,
                "authorization by Bearer: use a shared key or a shared access signature",
            ));
        }
        Err(Error::blob(ErrorCode::AuthenticationFailed).with_detail(
            "AuthenticationErrorDetail",
            "The token is none that is accepted here.",
        ))
    }
}

/// Tokens are refused with another status than keys.
fn refused(bad: BadToken) -> Error {
    let message = "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.";
    let code = ErrorCode::InvalidAuthenticationInfo;
    Error::from_wire(Service::Blob, code.as_str(), 401, message.to_owned())
        .with_detail("AuthenticationErrorDetail", bad.reason)
}

impl fmt::Debug for Bearers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Bearers({} and {:?})", self.known.len(), self.accepted)
    }
}

/// The token of an `Authorization` header of this scheme.
pub(super) fn token(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bearers: &Bearers, token: &str) -> Result<()> {
        bearers.check(token, "acc", "http://127.0.0.1:1/acc", Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_the_given_tokens_count() {
        let mut tokens = Bearers::default();
        assert!(check(&tokens, "one").unwrap_err().is(&ErrorCode::NotSimulated));
        tokens.know(vec!["one".into(), "two".into()]);
        for token in ["one", "two"] {
            check(&tokens, token).unwrap();
        }
        for token in ["", "on", "one ", "One", "three"] {
            let error = check(&tokens, token).unwrap_err();
            assert!(error.is(&ErrorCode::AuthenticationFailed), "{token}");
        }
        assert!(!format!("{tokens:?}").contains("one"));
    }

    #[test]
    fn tokens_that_look_right_count_where_they_are_accepted() {
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;

        let mut tokens = Bearers::default();
        tokens.know(vec!["one".into()]);
        tokens.accept(BearerTokens::Basic);
        check(&tokens, "one").unwrap();
        let made = |audience: &str| {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let claims = format!("{{\"aud\":\"{audience}\",\"exp\":60}}");
            format!("{}.{}.{}", part("{}"), part(&claims), part("x"))
        };
        for audience in [
            "https://storage.azure.com",
            "https://storage.azure.com/",
            "https://acc.blob.core.windows.net",
            "https://acc.blob.core.windows.net/",
            "http://127.0.0.1:1/acc",
            "http://127.0.0.1:1/acc/",
        ] {
            check(&tokens, &made(audience)).unwrap();
        }
        for token in [
            made("https://batch.core.windows.net/"),
            made("https://other.blob.core.windows.net"),
            made("https://storage.azure.com//"),
            "two".to_owned(),
        ] {
            let error = check(&tokens, &token).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidAuthenticationInfo), "{error}");
            assert_eq!(error.status(), 401);
        }
    }

    #[test]
    fn the_scheme_has_no_case() {
        assert_eq!(token("bearer abc"), Some("abc"));
        assert_eq!(token("Bearer  abc "), Some("abc"));
        assert_eq!(token("SharedKey a:b"), None);
        assert_eq!(token("Bearer"), None);
    }
}
