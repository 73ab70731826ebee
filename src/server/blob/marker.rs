//! Where a list goes on, in a form every XML and URL can carry.
//!
//! A backend may put any text into a continuation, names of blobs among them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::Continuation;

const PREFIX: &str = "1!";

/// The marker callers see.
pub(super) fn wrap(continuation: &Continuation) -> Continuation {
    Continuation::new(format!(
        "{PREFIX}{}",
        URL_SAFE_NO_PAD.encode(continuation.as_str())
    ))
}

/// What the backend gave. Refused: `InvalidQueryParameterValue` for a marker that was not made here.
pub(super) fn unwrap(marker: &Continuation) -> Result<Continuation> {
    marker
        .as_str()
        .strip_prefix(PREFIX)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Continuation::new)
        .ok_or_else(|| {
            Error::blob(ErrorCode::InvalidQueryParameterValue)
                .with_detail("QueryParameterName", "marker")
                .with_detail("Reason", "it was not given by this server")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_survive_both_ways() {
        for text in ["", "a/b c", "\u{1}é<&>", "sig=x"] {
            let wrapped = wrap(&Continuation::new(text));
            assert!(wrapped.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            assert_eq!(unwrap(&wrapped).unwrap().as_str(), text);
        }
        for text in ["", "a", "1!?", "1!_w", "2!YQ"] {
            let error = unwrap(&Continuation::new(text)).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidQueryParameterValue), "{text}");
        }
    }
}
