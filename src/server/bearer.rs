//! Bearer tokens, as far as a server without a directory can look at them.
//!
//! Nobody here issues tokens, so no signature can be held against a key. What can be checked is what a wrongly
//! configured client gets wrong: the shape of the token, whom it is for, and when it is valid.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use batchite_api::time::{TimeSpan, Timestamp};
use serde::Deserialize;

/// How far the clock of whoever issued a token may be off.
const ALLOWED_SKEW: TimeSpan = TimeSpan::from_minutes(5);

/// Which tokens a server accepts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BearerTokens {
    /// None: callers use the key of the account.
    #[default]
    Refused,
    /// Those whose shape, audience, beginning and end are right. Their signature is not looked at: whoever can reach
    /// the server can make one.
    Basic,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadToken {
    /// The reason in words. It shows nothing of the token but its audience.
    pub reason: String,
}

impl BadToken {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// The claims that are looked at.
#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "aud")]
    audience: Audience,
    /// Seconds since 1970.
    #[serde(rename = "exp")]
    expires: f64,
    #[serde(rename = "nbf")]
    not_before: Option<f64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl BearerTokens {
    /// Checks a token that is for one of these audiences.
    pub fn check(self, token: &str, audiences: &[&str], now: Timestamp) -> Result<(), BadToken> {
        if self == Self::Refused {
            return Err(BadToken::new(
                "Bearer tokens are not accepted here. Use the key of the account.",
            ));
        }
        let claims = claims(token)?;
        let given = match &claims.audience {
            Audience::One(audience) => std::slice::from_ref(audience),
            Audience::Several(audiences) => audiences,
        };
        if !given
            .iter()
            .any(|audience| audiences.contains(&audience.as_str()))
        {
            return Err(BadToken::new(format!(
                "The access token has been obtained from wrong audience or resource '{}'. It should exactly match \
                 (including forward slash) with one of the allowed audiences '{}'.",
                given.join("', '"),
                audiences.join("','")
            )));
        }
        let moment = |seconds: f64| {
            // Anything beyond is as good as for ever, or as never.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the number is clamped to a range that fits"
            )]
            let seconds = seconds.clamp(0.0, 200_000_000_000.0) as u64;
            Timestamp::from_unix_seconds(seconds)
        };
        let expires = moment(claims.expires);
        if now >= expires.saturating_add(ALLOWED_SKEW) {
            return Err(BadToken::new(format!(
                "The access token has expired at '{}'; the time here is '{}'.",
                expires.to_rfc1123(),
                now.to_rfc1123()
            )));
        }
        let begins = claims.not_before.map(moment);
        if begins.is_some_and(|begins| now.saturating_add(ALLOWED_SKEW) < begins) {
            return Err(BadToken::new("The access token is not yet valid."));
        }
        Ok(())
    }
}

/// Reads a token: three parts of Base64 for URLs, the first two of them JSON objects.
fn claims(token: &str) -> Result<Claims, BadToken> {
    let malformed = || BadToken::new("The access token is no JSON Web Token with an audience and an expiry.");
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(malformed());
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let header = decoded(header).and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    if !header.is_some_and(|header| header.is_object()) || decoded(signature).is_none() {
        return Err(malformed());
    }
    decoded(claims)
        .and_then(|text| serde_json::from_slice(&text).ok())
        .ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;
    const AUDIENCE: &str = "https://batch.core.windows.net/";

    fn token(claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.{}",
            part("{\"alg\":\"RS256\"}"),
            part(claims),
            part("signature")
        )
    }

    fn check(token: &str) -> Result<(), BadToken> {
        BearerTokens::Basic.check(token, &[AUDIENCE], Timestamp::from_unix_seconds(NOW))
    }

    fn made(audience: &str, expires: i64, not_before: i64) -> String {
        let from_now = |seconds: i64| NOW.checked_add_signed(seconds).unwrap();
        token(&format!(
            "{{\"aud\":{audience},\"exp\":{},\"nbf\":{}}}",
            from_now(expires),
            from_now(not_before)
        ))
    }

    #[test]
    fn tokens_for_us_and_for_now_pass() {
        let ours = format!("\"{AUDIENCE}\"");
        check(&made(&ours, 60, -60)).unwrap();
        check(&made(&format!("[\"x\",{ours}]"), 60, -60)).unwrap();
        check(&made(&ours, -299, 300)).unwrap();
        check(&token(&format!("{{\"aud\":{ours},\"exp\":1e300}}"))).unwrap();
    }

    #[test]
    fn all_others_are_refused_with_the_reason() {
        let ours = format!("\"{AUDIENCE}\"");
        for (token, reason) in [
            (
                made("\"https://batch.core.windows.net\"", 60, -60),
                "wrong audience",
            ),
            (made("[]", 60, -60), "wrong audience"),
            (made(&ours, -300, -600), "expired"),
            (made(&ours, 600, 301), "not yet valid"),
            (token(&format!("{{\"aud\":{ours}}}")), "no JSON Web Token"),
            (token("[]"), "no JSON Web Token"),
            ("a.b".to_owned(), "no JSON Web Token"),
            ("..".to_owned(), "no JSON Web Token"),
            (String::new(), "no JSON Web Token"),
        ] {
            let bad = check(&token).unwrap_err();
            assert!(bad.reason.contains(reason), "{}", bad.reason);
        }
        let now = Timestamp::from_unix_seconds(NOW);
        let refused = BearerTokens::default().check(&made(&ours, 60, -60), &[AUDIENCE], now);
        assert!(refused.unwrap_err().reason.contains("not accepted"));
    }
}
