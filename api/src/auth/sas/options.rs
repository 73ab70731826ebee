//! What a token is made from: permissions, times, places, header overrides.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use super::Permissions;
use crate::time::Timestamp;

/// The version new tokens carry in `sv`.
pub const VERSION: &str = "2022-11-02";

/// Which protocols a token may be used over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SasProtocol {
    /// `https`
    HttpsOnly,
    /// `https,http`
    HttpsAndHttp,
}

impl SasProtocol {
    /// The word of `spr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpsOnly => "https",
            Self::HttpsAndHttp => "https,http",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "https" => Some(Self::HttpsOnly),
            "https,http" | "http,https" => Some(Self::HttpsAndHttp),
            _ => None,
        }
    }
}

/// The addresses a token may be used from, both ends included. The service knows IPv4 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IpRange {
    first: Ipv4Addr,
    last: Ipv4Addr,
}

impl IpRange {
    /// One address.
    pub const fn single(address: Ipv4Addr) -> Self {
        Self {
            first: address,
            last: address,
        }
    }

    /// From one address to another; the lower one first, whichever way they are given.
    pub fn between(one: Ipv4Addr, other: Ipv4Addr) -> Self {
        Self {
            first: one.min(other),
            last: one.max(other),
        }
    }

    /// Whether an address lies in the range. IPv6 addresses that stand for IPv4 ones count as those.
    pub fn contains(self, address: IpAddr) -> bool {
        match address.to_canonical() {
            IpAddr::V4(address) => (self.first..=self.last).contains(&address),
            IpAddr::V6(_) => false,
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some(Self { first, last })
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.first)?;
        if self.first == self.last {
            return Ok(());
        }
        write!(formatter, "-{}", self.last)
    }
}

/// Headers of answers a token replaces; they count in the signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseHeaders {
    /// `rscc`: `Cache-Control`
    pub cache_control: Option<String>,
    /// `rscd`: `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `rsce`: `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `rscl`: `Content-Language`
    pub content_language: Option<String>,
    /// `rsct`: `Content-Type`
    pub content_type: Option<String>,
}

/// What a token for a blob or a container is made from.
///
/// Without a policy both permissions and expiry are needed; [`SasOptions::new`] and [`SasOptions::of_policy`] see
/// to that. What a stored access policy gives, the token must leave out. Times are cut to the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SasOptions {
    /// `sv`
    pub version: String,
    /// `sp`
    pub permissions: Option<Permissions>,
    /// `st`: not valid before; at once when absent.
    pub start: Option<Timestamp>,
    /// `se`: not valid from then on.
    pub expiry: Option<Timestamp>,
    /// `sip`: anywhere when absent.
    pub ip: Option<IpRange>,
    /// `spr`: both protocols when absent.
    pub protocol: Option<SasProtocol>,
    /// `si`: the id of a stored access policy of the container.
    pub policy: Option<String>,
    /// `ses`
    pub encryption_scope: Option<String>,
    /// `rscc` and its like.
    pub response_headers: ResponseHeaders,
}

impl SasOptions {
    /// A token that says itself what it grants and until when.
    pub fn new(permissions: Permissions, expiry: Timestamp) -> Self {
        Self {
            permissions: Some(permissions),
            expiry: Some(expiry),
            ..Self::empty()
        }
    }

    /// A token that leaves permissions and times to a stored access policy.
    pub fn of_policy(id: impl Into<String>) -> Self {
        Self {
            policy: Some(id.into()),
            ..Self::empty()
        }
    }

    fn empty() -> Self {
        Self {
            version: VERSION.to_owned(),
            permissions: None,
            start: None,
            expiry: None,
            ip: None,
            protocol: None,
            policy: None,
            encryption_scope: None,
            response_headers: ResponseHeaders::default(),
        }
    }
}

/// A kind of resource an account token may be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
    /// `s`: the account, as in *List Containers*.
    Service,
    /// `c`: containers.
    Container,
    /// `o`: blobs.
    Object,
}

impl ResourceType {
    /// The letter of `srt`.
    pub const fn letter(self) -> char {
        match self {
            Self::Service => 's',
            Self::Container => 'c',
            Self::Object => 'o',
        }
    }
}

/// What a token for a whole account is made from. Times are cut to the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSasOptions {
    /// `sv`
    pub version: String,
    /// `ss`: letters of services, `b` for blobs, `q`, `t`, `f`.
    pub services: String,
    /// `srt`
    pub resource_types: Vec<ResourceType>,
    /// `sp`
    pub permissions: Permissions,
    /// `st`: not valid before; at once when absent.
    pub start: Option<Timestamp>,
    /// `se`: not valid from then on.
    pub expiry: Timestamp,
    /// `sip`: anywhere when absent.
    pub ip: Option<IpRange>,
    /// `spr`: both protocols when absent.
    pub protocol: Option<SasProtocol>,
    /// `ses`
    pub encryption_scope: Option<String>,
}

impl AccountSasOptions {
    /// A token for the blobs of an account, on the given kinds of resources.
    pub fn new(
        resource_types: impl Into<Vec<ResourceType>>,
        permissions: Permissions,
        expiry: Timestamp,
    ) -> Self {
        Self {
            version: VERSION.to_owned(),
            services: "b".to_owned(),
            resource_types: resource_types.into(),
            permissions,
            start: None,
            expiry,
            ip: None,
            protocol: None,
            encryption_scope: None,
        }
    }
}
