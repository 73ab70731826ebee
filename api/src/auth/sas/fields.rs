//! The fields of a token as decoded texts, the text they are signed in, and the query they travel in.
//!
//! A signature covers the texts as they were given, not what they mean: `2025-11-20` and `2025-11-20T00:00:00Z` are
//! one moment and two signatures. So the texts are kept beside their meaning.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::delegation::{self, KEY_FIELDS, SIGNS_DELEGATES_SINCE, SIGNS_REQUESTS_SINCE, SIGNS_USERS_SINCE};
use super::{SasKind, SignedResource};

/// From this version on the resource and the time of a snapshot are signed.
pub(super) const SIGNS_RESOURCE_SINCE: &str = "2018-11-09";

/// From this version on the encryption scope is signed.
pub(super) const SIGNS_SCOPE_SINCE: &str = "2020-12-06";

/// What a token's values are encoded with: everything but unreserved characters.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Names of the fields, in the order they are written.
const NAMES: [&str; 30] = [
    "sv", "ss", "srt", "sr", "sp", "st", "se", "sip", "spr", "si", "ses", "skoid", "sktid", "skt", "ske",
    "sks", "skv", "saoid", "suoid", "scid", "skdutid", "sduoid", "srh", "srq", "rscc", "rscd", "rsce",
    "rscl", "rsct", "sig",
];

/// The decoded fields; absent ones are empty, as the service treats them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Fields([String; NAMES.len()]);

impl Fields {
    /// The text of a field; empty when it is absent.
    pub(super) fn get(&self, name: &str) -> &str {
        place(name).map_or("", |place| &self.0[place])
    }

    /// Sets a field; an absent value leaves it empty.
    pub(super) fn set(&mut self, name: &str, value: Option<impl Into<String>>) {
        if let (Some(place), Some(value)) = (place(name), value) {
            self.0[place] = value.into();
        }
    }

    /// Reads a query; parameters that belong to no token are passed over.
    ///
    /// Gives the name of a field that stands there twice or is no UTF-8.
    pub(super) fn parse(query: &str) -> Result<Self, &'static str> {
        let mut fields = Self::default();
        let mut seen = 0_u32;
        for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(place) = place(name) else { continue };
            // A plus sign stays one: signatures are Base64, and clients forget to encode it.
            let Ok(value) = percent_decode_str(value).decode_utf8() else {
                return Err(NAMES[place]);
            };
            if seen & (1 << place) != 0 {
                return Err(NAMES[place]);
            }
            seen |= 1 << place;
            fields.0[place] = value.into_owned();
        }
        Ok(fields)
    }

    /// The query, without a leading `?`.
    pub(super) fn to_query(&self) -> String {
        let mut query = String::with_capacity(192);
        for (name, value) in NAMES.iter().zip(&self.0).filter(|(_, value)| !value.is_empty()) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.extend(utf8_percent_encode(value, VALUE));
        }
        query
    }

    /// The text the signature covers.
    ///
    /// `resource` is `{container}` or `{container}/{blob}`, decoded; account tokens have none. `snapshot` is that of a token
    /// for one, as the request names it: tokens do not carry it, since the URL they belong to does.
    pub(super) fn string_to_sign(
        &self,
        kind: SasKind,
        account: &str,
        resource: &str,
        snapshot: &str,
    ) -> String {
        match kind {
            SasKind::Account => self.account_string_to_sign(account),
            SasKind::Service(signed) => self.service_string_to_sign(signed, account, resource, snapshot),
        }
    }

    fn account_string_to_sign(&self, account: &str) -> String {
        let mut lines = vec![account];
        lines.extend(["sp", "ss", "srt", "st", "se", "sip", "spr", "sv"].map(|name| self.get(name)));
        if self.get("sv") >= SIGNS_SCOPE_SINCE {
            lines.push(self.get("ses"));
        }
        // The text ends with a line feed.
        lines.push("");
        lines.join("\n")
    }

    fn service_string_to_sign(
        &self,
        signed: SignedResource,
        account: &str,
        resource: &str,
        snapshot: &str,
    ) -> String {
        let canonical = format!("/blob/{account}/{resource}");
        let mut lines = vec![self.get("sp"), self.get("st"), self.get("se"), &canonical];
        if delegation::is_delegated(self) {
            lines.extend(KEY_FIELDS.map(|name| self.get(name)));
            if self.get("sv") >= SIGNS_USERS_SINCE {
                lines.extend(["saoid", "suoid", "scid"].map(|name| self.get(name)));
            }
            if self.get("sv") >= SIGNS_DELEGATES_SINCE {
                lines.extend(["skdutid", "sduoid"].map(|name| self.get(name)));
            }
        } else {
            lines.push(self.get("si"));
        }
        lines.extend(["sip", "spr", "sv"].map(|name| self.get(name)));
        if self.get("sv") >= SIGNS_RESOURCE_SINCE {
            lines.extend([signed.as_str(), snapshot]);
        }
        if self.get("sv") >= SIGNS_SCOPE_SINCE {
            lines.push(self.get("ses"));
        }
        if delegation::is_delegated(self) && self.get("sv") >= SIGNS_REQUESTS_SINCE {
            lines.extend(["srh", "srq"].map(|name| self.get(name)));
        }
        lines.extend(["rscc", "rscd", "rsce", "rscl", "rsct"].map(|name| self.get(name)));
        lines.join("\n")
    }
}

fn place(name: &str) -> Option<usize> {
    NAMES.iter().position(|known| *known == name)
}

impl fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Fields");
        for (name, value) in NAMES.iter().zip(&self.0).filter(|(_, value)| !value.is_empty()) {
            match *name {
                "sig" => shown.field(name, &"REDACTED"),
                _ => shown.field(name, value),
            };
        }
        shown.finish()
    }
}
