//! Who may do what: keys, signatures and tokens as pure functions of (input, keys, now).
//!
//! - [`shared_key`]: signatures of whole requests, of Batch and of Blob Storage
//! - [`sas`]: shared access signatures: make, parse, verify

pub mod sas;
pub mod shared_key;

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::error::{Error, Result, Service};

/// Room for what the text of a signature stands for, in bytes: 32, and what more the decoder asks for.
const SIGNATURE_ROOM: usize = 48;

/// How a blob handle shows that it may.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// Without any credential: only what a container makes public.
    Anonymous,
    /// With the account's name and key.
    SharedKey {
        /// The name of the account.
        account: String,
        /// Its key.
        key: AccountKey,
    },
    /// With a token of Microsoft Entra ID, which whoever makes the handle gets whenever one is needed.
    Entra,
    /// With a shared access signature: the query text without a leading `?`.
    Sas(String),
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => formatter.write_str("Anonymous"),
            Self::Entra => formatter.write_str("Entra"),
            Self::SharedKey { account, .. } => write!(formatter, "SharedKey({account})"),
            Self::Sas(token) => write!(formatter, "Sas({})", crate::secret::redact_signatures(token)),
        }
    }
}

/// The key of an account. It signs; it is never shown. Clones share it.
#[derive(Clone)]
pub struct AccountKey(Arc<Keyed>);

struct Keyed {
    bytes: Box<[u8]>,
    /// What every signature begins with, made once.
    mac: Hmac<Sha256>,
}

impl AccountKey {
    /// Reads the Base64 text of a key.
    pub fn from_base64(text: &str) -> Result<Self> {
        STANDARD
            .decode(text.trim())
            .ok()
            .filter(|bytes| !bytes.is_empty())
            .map(Self::from_bytes)
            .ok_or_else(|| {
                Error::protocol(
                    Service::Blob,
                    "The account key is not Base64. Copy it as the portal or the environment gives it.",
                )
            })
    }

    /// From the bytes themselves.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into().into_boxed_slice();
        let mac = Hmac::<Sha256>::new_from_slice(&bytes).expect("HMAC takes keys of any length");
        Self(Arc::new(Keyed { bytes, mac }))
    }

    /// The Base64 text, to hand the key on. Every call is a place to look at when secrets leak.
    pub fn expose_base64(&self) -> String {
        STANDARD.encode(&self.0.bytes)
    }

    /// The Base64 text of the HMAC-SHA256 of a text.
    pub fn sign(&self, text: &str) -> String {
        let mut mac = self.0.mac.clone();
        mac.update(text.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Whether `signature` (Base64) is that of the text, compared in constant time.
    pub fn verify(&self, text: &str, signature: &str) -> bool {
        let mut given = [0; SIGNATURE_ROOM];
        let Ok(length) = STANDARD.decode_slice(signature, &mut given) else {
            return false;
        };
        let mut mac = self.0.mac.clone();
        mac.update(text.as_bytes());
        mac.verify_slice(&given[..length]).is_ok()
    }
}

impl PartialEq for AccountKey {
    /// In a time that tells nothing but the lengths.
    fn eq(&self, other: &Self) -> bool {
        self.0.bytes.ct_eq(&other.0.bytes).into()
    }
}

impl Eq for AccountKey {}

impl fmt::Debug for AccountKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccountKey(..)")
    }
}
