//! Makes tokens.

use super::fields::Fields;
use super::{AccountSasOptions, SasKind, SasOptions, SignedResource, UserDelegationKey};
use crate::auth::AccountKey;
use crate::blob::{BlobName, ContainerName, Snapshot};
use crate::time::Timestamp;

/// A token for one blob: the query without a leading `?`.
pub fn blob_token(
    account: &str,
    key: &AccountKey,
    container: &ContainerName,
    blob: &BlobName,
    options: &SasOptions,
) -> String {
    let kind = SasKind::Service(SignedResource::Blob);
    let resource = format!("{container}/{blob}");
    signed(service_fields(kind, options), kind, account, key, &resource, "")
}

/// A token for one snapshot of a blob, and not for the blob: the query without a leading `?`.
///
/// Which snapshot it is does not stand in the token: the URL names it, as of every request about a snapshot.
pub fn snapshot_token(
    account: &str,
    key: &AccountKey,
    container: &ContainerName,
    blob: &BlobName,
    snapshot: Snapshot,
    options: &SasOptions,
) -> String {
    let kind = SasKind::Service(SignedResource::Snapshot);
    let resource = format!("{container}/{blob}");
    let fields = service_fields(kind, options);
    signed(fields, kind, account, key, &resource, &snapshot.to_string())
}

/// A token for a container and the blobs in it: the query without a leading `?`.
pub fn container_token(
    account: &str,
    key: &AccountKey,
    container: &ContainerName,
    options: &SasOptions,
) -> String {
    let kind = SasKind::Service(SignedResource::Container);
    signed(
        service_fields(kind, options),
        kind,
        account,
        key,
        container.as_str(),
        "",
    )
}

/// A token for one blob, signed in the name of a user: the query without a leading `?`.
///
/// Stored access policies do not go with such tokens; one of the options is left out.
pub fn delegated_blob_token(
    account: &str,
    key: &UserDelegationKey,
    container: &ContainerName,
    blob: &BlobName,
    options: &SasOptions,
) -> String {
    let resource = format!("{container}/{blob}");
    delegated(SignedResource::Blob, account, key, &resource, "", options)
}

/// A token for one snapshot of a blob, signed in the name of a user: see [`snapshot_token`] and
/// [`delegated_blob_token`].
pub fn delegated_snapshot_token(
    account: &str,
    key: &UserDelegationKey,
    container: &ContainerName,
    blob: &BlobName,
    snapshot: Snapshot,
    options: &SasOptions,
) -> String {
    let resource = format!("{container}/{blob}");
    let snapshot = snapshot.to_string();
    delegated(
        SignedResource::Snapshot,
        account,
        key,
        &resource,
        &snapshot,
        options,
    )
}

/// A token for a container and the blobs in it, signed in the name of a user: see [`delegated_blob_token`].
pub fn delegated_container_token(
    account: &str,
    key: &UserDelegationKey,
    container: &ContainerName,
    options: &SasOptions,
) -> String {
    delegated(
        SignedResource::Container,
        account,
        key,
        container.as_str(),
        "",
        options,
    )
}

fn delegated(
    signed_resource: SignedResource,
    account: &str,
    key: &UserDelegationKey,
    resource: &str,
    snapshot: &str,
    options: &SasOptions,
) -> String {
    let kind = SasKind::Service(signed_resource);
    let options = SasOptions {
        policy: None,
        ..options.clone()
    };
    let mut fields = service_fields(kind, &options);
    key.describe(&mut fields);
    signed(fields, kind, account, &key.value, resource, snapshot)
}

/// A token for a whole account: the query without a leading `?`.
pub fn account_token(account: &str, key: &AccountKey, options: &AccountSasOptions) -> String {
    let kind = SasKind::Account;
    let mut fields = Fields::default();
    fields.set("sv", Some(&options.version));
    fields.set("ss", Some(&options.services));
    let resource_types: String = options.resource_types.iter().map(|kind| kind.letter()).collect();
    fields.set("srt", Some(resource_types));
    fields.set("sp", Some(options.permissions.to_letters(kind)));
    fields.set("st", options.start.map(to_text));
    fields.set("se", Some(to_text(options.expiry)));
    fields.set("sip", options.ip.map(|range| range.to_string()));
    fields.set("spr", options.protocol.map(super::SasProtocol::as_str));
    fields.set("ses", options.encryption_scope.as_deref());
    signed(fields, kind, account, key, "", "")
}

fn service_fields(kind: SasKind, options: &SasOptions) -> Fields {
    let mut fields = Fields::default();
    fields.set("sv", Some(&options.version));
    if let SasKind::Service(resource) = kind {
        fields.set("sr", Some(resource.as_str()));
    }
    fields.set("sp", options.permissions.map(|set| set.to_letters(kind)));
    fields.set("st", options.start.map(to_text));
    fields.set("se", options.expiry.map(to_text));
    fields.set("sip", options.ip.map(|range| range.to_string()));
    fields.set("spr", options.protocol.map(super::SasProtocol::as_str));
    fields.set("si", options.policy.as_deref());
    fields.set("ses", options.encryption_scope.as_deref());
    let headers = &options.response_headers;
    fields.set("rscc", headers.cache_control.as_deref());
    fields.set("rscd", headers.content_disposition.as_deref());
    fields.set("rsce", headers.content_encoding.as_deref());
    fields.set("rscl", headers.content_language.as_deref());
    fields.set("rsct", headers.content_type.as_deref());
    fields
}

fn signed(
    mut fields: Fields,
    kind: SasKind,
    account: &str,
    key: &AccountKey,
    resource: &str,
    snapshot: &str,
) -> String {
    let text = fields.string_to_sign(kind, account, resource, snapshot);
    fields.set("sig", Some(key.sign(&text)));
    fields.to_query()
}

fn to_text(moment: Timestamp) -> String {
    moment.truncated_to_second().to_string()
}
