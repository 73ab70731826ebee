//! User delegation keys: what signs a token in the name of somebody Microsoft Entra ID knows.

use super::fields::Fields;
use super::token::refused;
use crate::auth::AccountKey;
use crate::error::{Error, Result, Service};
use crate::time::{TimeSpan, Timestamp};

/// The version of the service that issues keys here (`skv`).
pub const KEY_VERSION: &str = super::VERSION;

/// The first version whose tokens can be signed with such a key.
pub(super) const DELEGATION_SINCE: &str = "2018-11-09";

/// From this version on it is signed for whom and for what the token was made.
pub(super) const SIGNS_USERS_SINCE: &str = "2020-02-10";

/// From this version on it is signed who else has to show a token of Entra ID.
pub(super) const SIGNS_DELEGATES_SINCE: &str = "2025-07-05";

/// From this version on headers and parameters a request must carry are signed too.
pub(super) const SIGNS_REQUESTS_SINCE: &str = "2026-04-06";

/// The fields that say which key signed a token, in the order they are signed.
pub(super) const KEY_FIELDS: [&str; 6] = ["skoid", "sktid", "skt", "ske", "sks", "skv"];

/// The fields that narrow a delegated token to users or requests; nothing here would act upon them.
const NARROWING: [&str; 6] = ["saoid", "suoid", "skdutid", "sduoid", "srh", "srq"];

/// A key the service issues to somebody it knows by Microsoft Entra ID: *Get User Delegation Key*.
///
/// Tokens signed with it are good for what both the token and the roles of the user allow, and no longer than the
/// key. `Debug` leaves the key itself out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDelegationKey {
    /// `SignedOid`: the object id of the user, a GUID.
    pub object_id: String,
    /// `SignedTid`: the id of the user's tenant, a GUID.
    pub tenant_id: String,
    /// `SignedStart`: the key is not valid before; to the second.
    pub start: Timestamp,
    /// `SignedExpiry`: the key is not valid from then on; to the second.
    pub expiry: Timestamp,
    /// `SignedService`: `b` for Blob Storage.
    pub service: String,
    /// `SignedVersion`: the version of the service that issued it.
    pub version: String,
    /// `Value`: what signs.
    pub value: AccountKey,
}

impl UserDelegationKey {
    /// The longest time such a key is valid.
    pub const LONGEST: TimeSpan = TimeSpan::from_days(7);

    /// The key a service that holds an account's key issues. Nothing is kept: it follows from its own description, so a
    /// token it signed can be verified later with the account's key alone.
    pub fn issued(
        account_key: &AccountKey,
        object_id: &str,
        tenant_id: &str,
        start: Timestamp,
        expiry: Timestamp,
    ) -> Self {
        let (start, expiry) = (start.truncated_to_second(), expiry.truncated_to_second());
        let described = [
            object_id,
            tenant_id,
            &start.to_string(),
            &expiry.to_string(),
            "b",
            KEY_VERSION,
        ];
        Self {
            value: value(account_key, &described),
            object_id: object_id.to_owned(),
            tenant_id: tenant_id.to_owned(),
            start,
            expiry,
            service: "b".to_owned(),
            version: KEY_VERSION.to_owned(),
        }
    }

    /// Writes down in a token which key signs it.
    pub(super) fn describe(&self, fields: &mut Fields) {
        let texts = [
            self.object_id.clone(),
            self.tenant_id.clone(),
            self.start.truncated_to_second().to_string(),
            self.expiry.truncated_to_second().to_string(),
            self.service.clone(),
            self.version.clone(),
        ];
        for (name, text) in KEY_FIELDS.iter().zip(texts) {
            fields.set(name, Some(text));
        }
    }
}

/// The value of the key with this description, whose texts are taken as they were written.
fn value(account_key: &AccountKey, described: &[&str; 6]) -> AccountKey {
    let text = format!("user delegation key\n{}", described.join("\n"));
    AccountKey::from_base64(&account_key.sign(&text)).expect("a signature is Base64")
}

/// The key that signed a token, if an account's key issued it.
pub(super) fn signing_key(account_key: &AccountKey, fields: &Fields) -> AccountKey {
    value(account_key, &KEY_FIELDS.map(|name| fields.get(name)))
}

/// Whether a token is one for user delegation.
pub(super) fn is_delegated(fields: &Fields) -> bool {
    KEY_FIELDS.iter().any(|name| !fields.get(name).is_empty())
}

/// Refuses what a delegated token must not lack or have.
pub(super) fn check(fields: &Fields) -> Result<()> {
    for name in NARROWING {
        if !fields.get(name).is_empty() {
            return Err(Error::not_simulated(
                Service::Blob,
                &format!("{name} of a user delegation SAS: leave it out"),
            ));
        }
    }
    for name in KEY_FIELDS {
        if fields.get(name).is_empty() {
            return Err(refused(format!("{name} is mandatory. Cannot be empty")));
        }
    }
    if fields.get("sv") < DELEGATION_SINCE {
        return Err(refused(format!(
            "A user delegation SAS needs an sv of {DELEGATION_SINCE} or later."
        )));
    }
    if !fields.get("si").is_empty() {
        return Err(refused(
            "A user delegation SAS cannot name a stored access policy.",
        ));
    }
    if fields.get("sks") != "b" {
        return Err(refused("Signature fields not well formed: sks."));
    }
    window(fields).map(drop)
}

/// From when until when the key of a token is valid.
pub(super) fn window(fields: &Fields) -> Result<(Timestamp, Timestamp)> {
    let moment = |name: &str| {
        let text = fields.get(name);
        text.parse::<Timestamp>()
            .map_err(|_| refused(format!("Signature fields not well formed: {name}.")))
    };
    Ok((moment("skt")?, moment("ske")?))
}

#[cfg(test)]
mod tests;
