//! Bearer tokens, which stand for what Microsoft Entra ID would have issued.
//!
//! There is no Entra ID here to ask, and a token whose signature nobody verifies protects nothing. So the tokens that
//! count are given to the service when it is made.

use std::fmt;

use batchite_api::auth::AccountKey;
use batchite_api::error::{Error, ErrorCode, Result, Service};
use batchite_api::secret::Secret;

/// The tokens that are accepted.
#[derive(Clone, Default)]
pub(super) struct BearerTokens(Vec<Secret>);

impl BearerTokens {
    /// These, and no others.
    pub(super) fn new(tokens: Vec<Secret>) -> Self {
        Self(tokens)
    }

    /// Refused: `AuthenticationFailed` for a token that is none of these; `NotSimulated` where there are none.
    pub(super) fn check(&self, token: &str) -> Result<()> {
        if self.0.is_empty() {
            return Err(Error::not_simulated(
                Service::Blob,
                "authorization by Bearer: use a shared key or a shared access signature",
            ));
        }
        // A MAC keyed with what is held is compared in constant time, whatever the lengths.
        let is_it = |held: &Secret| {
            let key = AccountKey::from_bytes(held.expose());
            key.verify("bearer", &AccountKey::from_bytes(token).sign("bearer"))
        };
        if self.0.iter().any(is_it) {
            return Ok(());
        }
        Err(Error::blob(ErrorCode::AuthenticationFailed).with_detail(
            "AuthenticationErrorDetail",
            "The token is none that is accepted here.",
        ))
    }
}

impl fmt::Debug for BearerTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "BearerTokens({})", self.0.len())
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

    #[test]
    fn only_the_given_tokens_count() {
        let tokens = BearerTokens::new(vec!["one".into(), "two".into()]);
        for token in ["one", "two"] {
            tokens.check(token).unwrap();
        }
        for token in ["", "on", "one ", "One", "three"] {
            let error = tokens.check(token).unwrap_err();
            assert!(error.is(&ErrorCode::AuthenticationFailed), "{token}");
        }
        assert!(
            BearerTokens::default()
                .check("one")
                .unwrap_err()
                .is(&ErrorCode::NotSimulated)
        );
        assert!(!format!("{tokens:?}").contains("one"));
    }

    #[test]
    fn the_scheme_has_no_case() {
        assert_eq!(token("bearer abc"), Some("abc"));
        assert_eq!(token("Bearer  abc "), Some("abc"));
        assert_eq!(token("SharedKey a:b"), None);
        assert_eq!(token("Bearer"), None);
    }
}
