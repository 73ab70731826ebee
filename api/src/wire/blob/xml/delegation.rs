//! User delegation keys: the body of *Get User Delegation Key*, and its answer.

use serde::{Deserialize, Serialize};

use super::{BadXml, read, write};
use crate::auth::AccountKey;
use crate::auth::sas::UserDelegationKey;
use crate::error::Result;
use crate::time::Timestamp;

/// Writes from when until when a key is asked for.
pub fn write_key_info(start: Timestamp, expiry: Timestamp) -> Result<String> {
    write(&KeyInfo {
        start: start.truncated_to_second().to_string(),
        expiry: expiry.truncated_to_second().to_string(),
    })
}

/// Reads from when until when a key is asked for.
///
/// Refused: `InvalidXmlDocument`, `InvalidXmlNodeValue`.
pub fn read_key_info(bytes: &[u8]) -> Result<(Timestamp, Timestamp)> {
    let read = || {
        let info: KeyInfo = read("KeyInfo", bytes)?;
        Ok((moment(info.start)?, moment(info.expiry)?))
    };
    read().map_err(BadXml::into_refusal)
}

/// Writes a key.
pub fn write_user_delegation_key(key: &UserDelegationKey) -> Result<String> {
    write(&Key {
        signed_oid: key.object_id.clone(),
        signed_tid: key.tenant_id.clone(),
        signed_start: key.start.truncated_to_second().to_string(),
        signed_expiry: key.expiry.truncated_to_second().to_string(),
        signed_service: key.service.clone(),
        signed_version: key.version.clone(),
        value: key.value.expose_base64(),
    })
}

/// Reads a key.
pub fn read_user_delegation_key(bytes: &[u8]) -> Result<UserDelegationKey> {
    let read = || {
        let key: Key = read("UserDelegationKey", bytes)?;
        Ok(UserDelegationKey {
            object_id: key.signed_oid,
            tenant_id: key.signed_tid,
            start: moment(key.signed_start)?,
            expiry: moment(key.signed_expiry)?,
            service: key.signed_service,
            version: key.signed_version,
            // What is no key is not shown: it may be most of one.
            value: AccountKey::from_base64(&key.value)
                .map_err(|_| BadXml::Value("Value, which is no Base64".to_owned()))?,
        })
    };
    read().map_err(BadXml::into_failure)
}

fn moment(text: String) -> Result<Timestamp, BadXml> {
    text.trim().parse().map_err(|_| BadXml::Value(text))
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyInfo {
    start: String,
    expiry: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "UserDelegationKey", rename_all = "PascalCase")]
struct Key {
    signed_oid: String,
    signed_tid: String,
    signed_start: String,
    signed_expiry: String,
    signed_service: String,
    signed_version: String,
    value: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_seconds(1_700_000_000 + seconds)
    }

    #[test]
    fn times_and_keys_survive_both_ways() {
        let text = write_key_info(at(0), at(60)).unwrap();
        assert_eq!(read_key_info(text.as_bytes()).unwrap(), (at(0), at(60)));
        let key = UserDelegationKey::issued(&AccountKey::from_bytes("key"), "oid", "tid", at(0), at(60));
        let text = write_user_delegation_key(&key).unwrap();
        assert_eq!(read_user_delegation_key(text.as_bytes()).unwrap(), key);
        assert!(!format!("{key:?}").contains(&key.value.expose_base64()));
    }

    #[test]
    fn what_is_no_time_and_no_key_is_told_apart() {
        for (text, code) in [
            ("", ErrorCode::InvalidXmlDocument),
            (
                "<KeyInfo><Start>2025-11-20</Start></KeyInfo>",
                ErrorCode::InvalidXmlDocument,
            ),
            (
                "<KeyInfo><Start>soon</Start><Expiry>2025-11-20</Expiry></KeyInfo>",
                ErrorCode::InvalidXmlNodeValue,
            ),
        ] {
            assert!(read_key_info(text.as_bytes()).unwrap_err().is(&code), "{text}");
        }
        let key = UserDelegationKey::issued(&AccountKey::from_bytes("key"), "oid", "tid", at(0), at(60));
        let text = write_user_delegation_key(&key).unwrap();
        let broken = text.replace(&key.value.expose_base64(), "hunter2?");
        let error = read_user_delegation_key(broken.as_bytes()).unwrap_err();
        assert_eq!(error.status(), 0);
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}
