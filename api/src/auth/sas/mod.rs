//! Shared access signatures: make, parse, verify; pure functions of (token, request, keys, now).
//!
//! A token is a query: what it grants, when, from where, and an HMAC over all of that and the resource it is for.
//! [`blob_token`], [`snapshot_token`], [`container_token`], [`account_token`] and, with a [`UserDelegationKey`],
//! [`delegated_blob_token`] and its like make one, [`SasToken::parse`] reads one, and
//! [`SasToken::verify`] holds one against a request and says what it grants or how the service refuses it.
//!
//! Versions (`sv`) from 2015-04-05 on are understood; new tokens carry [`VERSION`]. User-delegation tokens
//! (`skoid`, signed with a key the service issued to a user of Entra ID) are understood from 2018-11-09 on.
//!
//! - [`Permission`], [`Permissions`]: the letters of `sp`
//! - [`SasOptions`], [`AccountSasOptions`]: what a token is made from
//! - [`SasToken`]: a token that was read
//! - [`SasRequest`], [`Need`], [`Grant`]: the question and the answer of a verification

mod delegation;
mod fields;
mod make;
mod options;
mod permissions;
mod token;
mod verify;

#[cfg(test)]
mod tests;

pub use delegation::{KEY_VERSION, UserDelegationKey};
pub use make::{
    account_token, blob_token, container_token, delegated_blob_token, delegated_container_token,
    delegated_snapshot_token, snapshot_token,
};
pub use options::{
    AccountSasOptions, IpRange, ResourceType, ResponseHeaders, SasOptions, SasProtocol, VERSION,
};
pub use permissions::{Permission, Permissions};
pub use token::{SasKind, SasToken, SignedResource};
pub use verify::{Grant, Need, RequestProtocol, SasRequest};
