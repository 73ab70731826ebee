//! Shared access signatures: make, parse, verify; pure functions of (token, request, keys, now).
//!
//! A token is a query: what it grants, when, from where, and an HMAC over all of that and the resource it is for.
//! [`blob_token`], [`container_token`] and [`account_token`] make one, [`SasToken::parse`] reads one, and
//! [`SasToken::verify`] holds one against a request and says what it grants or how the service refuses it.
//!
//! Versions (`sv`) from 2015-04-05 on are understood; new tokens carry [`VERSION`]. User-delegation tokens
//! (`skoid`, signed with a key from Entra ID) are refused by name.
//!
//! - [`Permission`], [`Permissions`]: the letters of `sp`
//! - [`SasOptions`], [`AccountSasOptions`]: what a token is made from
//! - [`SasToken`]: a token that was read
//! - [`SasRequest`], [`Need`], [`Grant`]: the question and the answer of a verification

mod fields;
mod make;
mod options;
mod permissions;
mod token;
mod verify;

#[cfg(test)]
mod tests;

pub use make::{account_token, blob_token, container_token};
pub use options::{
    AccountSasOptions, IpRange, ResourceType, ResponseHeaders, SasOptions, SasProtocol, VERSION,
};
pub use permissions::{Permission, Permissions};
pub use token::{SasKind, SasToken, SignedResource};
pub use verify::{Grant, Need, RequestProtocol, SasRequest};
