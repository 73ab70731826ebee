//! Stored access policies: the body of *Set Container ACL*, and what *Get Container ACL* answers.

use serde::{Deserialize, Serialize};

use super::{BadXml, filled, legal, read, write};
use crate::blob::{AccessPolicy, StoredAccessPolicy};
use crate::error::Result;
use crate::time::Timestamp;

/// Writes stored access policies.
pub fn write_access_policies(policies: &[StoredAccessPolicy]) -> Result<String> {
    write(&SignedIdentifiers {
        identifiers: policies
            .iter()
            .map(|stored| SignedIdentifier {
                id: legal(&stored.id).into_owned(),
                access_policy: Some(Policy {
                    start: stored.policy.start.map(|moment| moment.to_string()),
                    expiry: stored.policy.expiry.map(|moment| moment.to_string()),
                    permission: stored.policy.permissions.clone(),
                }),
            })
            .collect(),
    })
}

/// Reads the body of *Set Container ACL*; no body means no policies.
///
/// Refused: `InvalidXmlDocument`, `InvalidXmlNodeValue`.
pub fn read_access_policies(bytes: &[u8]) -> Result<Vec<StoredAccessPolicy>> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    read_policies(bytes).map_err(BadXml::into_refusal)
}

/// Reads what *Get Container ACL* answers.
pub fn read_answered_access_policies(bytes: &[u8]) -> Result<Vec<StoredAccessPolicy>> {
    read_policies(bytes).map_err(BadXml::into_failure)
}

fn read_policies(bytes: &[u8]) -> Result<Vec<StoredAccessPolicy>, BadXml> {
    let signed: SignedIdentifiers = read("SignedIdentifiers", bytes)?;
    let moment = |text: Option<String>| -> Result<Option<Timestamp>, BadXml> {
        filled(text)
            .map(|text| text.trim().parse().map_err(|_| BadXml::Value(text)))
            .transpose()
    };
    signed
        .identifiers
        .into_iter()
        .map(|identifier| {
            let policy = identifier.access_policy.unwrap_or_default();
            Ok(StoredAccessPolicy {
                id: identifier.id,
                policy: AccessPolicy {
                    start: moment(policy.start)?,
                    expiry: moment(policy.expiry)?,
                    permissions: filled(policy.permission),
                },
            })
        })
        .collect()
}

#[derive(Serialize, Deserialize)]
struct SignedIdentifiers {
    #[serde(rename = "SignedIdentifier", default)]
    identifiers: Vec<SignedIdentifier>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SignedIdentifier {
    id: String,
    access_policy: Option<Policy>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn policies_survive_both_ways() {
        let policies = vec![
            StoredAccessPolicy {
                id: "a<&>".into(),
                policy: AccessPolicy {
                    start: Some(Timestamp::from_unix_seconds(1_700_000_000)),
                    expiry: Some("2030-01-01T00:00:00.0000001Z".parse().unwrap()),
                    permissions: Some("rl".into()),
                },
            },
            StoredAccessPolicy {
                id: "bare".into(),
                policy: AccessPolicy::default(),
            },
        ];
        let xml = write_access_policies(&policies).unwrap();
        assert_eq!(read_access_policies(xml.as_bytes()).unwrap(), policies, "{xml}");
        assert_eq!(read_access_policies(b"").unwrap(), []);
        let xml = write_access_policies(&[]).unwrap();
        assert_eq!(
            read_answered_access_policies(xml.as_bytes()).unwrap(),
            [],
            "{xml}"
        );
    }

    #[test]
    fn policies_that_are_wrong_are_refused() {
        for (xml, code) in [
            ("<SignedIdentifiers>", ErrorCode::InvalidXmlDocument),
            ("<Other/>", ErrorCode::InvalidXmlDocument),
            (
                "<SignedIdentifiers><SignedIdentifier/></SignedIdentifiers>",
                ErrorCode::InvalidXmlDocument,
            ),
            (
                "<SignedIdentifiers><SignedIdentifier><Id>a</Id><AccessPolicy><Start>soon</Start></AccessPolicy>\
                 </SignedIdentifier></SignedIdentifiers>",
                ErrorCode::InvalidXmlNodeValue,
            ),
        ] {
            let error = read_access_policies(xml.as_bytes()).unwrap_err();
            assert!(error.is(&code), "{xml}: {error}");
        }
        assert_eq!(read_answered_access_policies(b"").unwrap_err().status(), 0);
    }
}
