//! A token that was read: its fields checked one by one, its signature not yet.

use super::delegation;
use super::fields::{Fields, SIGNS_RESOURCE_SINCE, SIGNS_SCOPE_SINCE};
use super::{IpRange, Permissions, ResponseHeaders, SasProtocol};
use crate::error::{Error, ErrorCode, Result, Service};
use crate::time::Timestamp;

/// The oldest version whose text to sign is known here.
const OLDEST_VERSION: &str = "2015-04-05";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SasKind {
    /// A whole account, by services and kinds of resources (`ss`, `srt`).
    Account,
    /// One container or blob (`sr`).
    Service(SignedResource),
}

/// The resource of a service token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedResource {
    /// `b`: one blob.
    Blob,
    /// `c`: a container and the blobs in it.
    Container,
    /// `bs`: one snapshot of a blob, and not the blob.
    Snapshot,
}

impl SignedResource {
    /// The letter of `sr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blob => "b",
            Self::Container => "c",
            Self::Snapshot => "bs",
        }
    }
}

/// A shared access signature, read and well formed. `Debug` leaves the signature out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SasToken {
    pub(super) kind: SasKind,
    pub(super) fields: Fields,
    pub(super) permissions: Option<Permissions>,
    pub(super) start: Option<Timestamp>,
    pub(super) expiry: Option<Timestamp>,
    pub(super) ip: Option<IpRange>,
    pub(super) protocol: SasProtocol,
}

impl SasToken {
    /// Reads a token out of a query, with or without a leading `?`; parameters that are none of its own are
    /// passed over.
    ///
    /// Refused with `AuthenticationFailed`: a field that is missing, given twice or malformed, a version before
    /// 2015-04-05. Refused with `NotSimulated`: tokens for versions and directories, and user-delegation tokens
    /// that are narrowed to other users or to certain requests.
    pub fn parse(query: &str) -> Result<Self> {
        let fields = Fields::parse(query).map_err(malformed)?;
        let kind = kind_of(&fields)?;
        for (name, needed) in [("sv", true), ("sig", true), ("ss", false), ("srt", false)] {
            if fields.get(name).is_empty() && (needed || kind == SasKind::Account) {
                return Err(missing(name));
            }
        }
        check_version(&fields)?;
        if delegation::is_delegated(&fields) {
            if kind == SasKind::Account {
                return Err(malformed("skoid"));
            }
            delegation::check(&fields)?;
        }
        if kind == SasKind::Account {
            check_letters("ss", fields.get("ss"), "bqtf")?;
            check_letters("srt", fields.get("srt"), "sco")?;
        }
        let token = Self {
            kind,
            permissions: read(&fields, "sp", |text| Permissions::from_letters(kind, text))?,
            start: read(&fields, "st", |text| text.parse().ok())?,
            expiry: read(&fields, "se", |text| text.parse().ok())?,
            ip: read(&fields, "sip", IpRange::parse)?,
            protocol: read(&fields, "spr", SasProtocol::parse)?.unwrap_or(SasProtocol::HttpsAndHttp),
            fields,
        };
        if token.policy().is_none() {
            // A stored access policy may give these two; nothing else may.
            for (name, absent) in [
                ("sp", token.permissions.is_none()),
                ("se", token.expiry.is_none()),
            ] {
                if absent {
                    return Err(missing(name));
                }
            }
        }
        Ok(token)
    }

    /// What the token is for.
    pub fn kind(&self) -> SasKind {
        self.kind
    }

    /// `sp`, unless a stored access policy gives it.
    pub fn permissions(&self) -> Option<Permissions> {
        self.permissions
    }

    /// `st`: not valid before.
    pub fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// `se`: not valid from then on, unless a stored access policy says it.
    pub fn expiry(&self) -> Option<Timestamp> {
        self.expiry
    }

    /// Whether a user delegation key signed it.
    pub fn is_delegated(&self) -> bool {
        delegation::is_delegated(&self.fields)
    }

    /// `si`: the id of a stored access policy.
    pub fn policy(&self) -> Option<&str> {
        let id = self.fields.get("si");
        (!id.is_empty() && self.kind != SasKind::Account).then_some(id)
    }

    /// The headers of answers the token replaces. Account tokens replace none.
    pub fn response_headers(&self) -> ResponseHeaders {
        if self.kind == SasKind::Account {
            return ResponseHeaders::default();
        }
        let text = |name| Some(self.fields.get(name).to_owned()).filter(|text| !text.is_empty());
        ResponseHeaders {
            cache_control: text("rscc"),
            content_disposition: text("rscd"),
            content_encoding: text("rsce"),
            content_language: text("rscl"),
            content_type: text("rsct"),
        }
    }

    /// The token as a query without a leading `?`, signature included.
    pub fn to_query(&self) -> String {
        self.fields.to_query()
    }
}

/// `AuthenticationFailed` with the detail the service gives.
pub(super) fn refused(detail: impl Into<String>) -> Error {
    Error::blob(ErrorCode::AuthenticationFailed).with_detail("AuthenticationErrorDetail", detail)
}

fn missing(name: &str) -> Error {
    refused(format!("{name} is mandatory. Cannot be empty"))
}

fn malformed(name: &str) -> Error {
    refused(format!("Signature fields not well formed: {name}."))
}

fn kind_of(fields: &Fields) -> Result<SasKind> {
    match fields.get("sr") {
        "" if !fields.get("ss").is_empty() || !fields.get("srt").is_empty() => Ok(SasKind::Account),
        "" => Err(missing("sr")),
        "b" => Ok(SasKind::Service(SignedResource::Blob)),
        "c" => Ok(SasKind::Service(SignedResource::Container)),
        "bs" => Ok(SasKind::Service(SignedResource::Snapshot)),
        "bv" | "d" => Err(Error::not_simulated(
            Service::Blob,
            "SAS for a version or directory (sr=bv, d): use sr=b, sr=bs or sr=c",
        )),
        _ => Err(malformed("sr")),
    }
}

fn check_version(fields: &Fields) -> Result<()> {
    let version = fields.get("sv");
    let is_date = version.len() == 10
        && version.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !is_date {
        return Err(malformed("sv"));
    }
    if version < OLDEST_VERSION {
        return Err(refused(format!(
            "sv {version} is older than {OLDEST_VERSION}, the oldest version that is verified here."
        )));
    }
    if version < SIGNS_SCOPE_SINCE && !fields.get("ses").is_empty() {
        return Err(refused(format!(
            "ses needs an sv of {SIGNS_SCOPE_SINCE} or later."
        )));
    }
    if version < SIGNS_RESOURCE_SINCE && fields.get("sr") == SignedResource::Snapshot.as_str() {
        return Err(refused(format!(
            "sr=bs needs an sv of {SIGNS_RESOURCE_SINCE} or later, which signs the snapshot."
        )));
    }
    Ok(())
}

/// Only known letters, each at most once.
fn check_letters(name: &str, text: &str, known: &str) -> Result<()> {
    let once = |(at, letter): (usize, char)| known.contains(letter) && !text[..at].contains(letter);
    if text.char_indices().all(once) {
        return Ok(());
    }
    Err(malformed(name))
}

fn read<T>(fields: &Fields, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    match fields.get(name) {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or_else(|| malformed(name)),
    }
}
