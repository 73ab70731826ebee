//! What a request head may not say, because nothing here would do it.
//!
//! A header or parameter of the service that is not read changes what a request means: a lease that is not
//! checked, a snapshot that is not found. So whatever is not known is refused by name.

use http::{HeaderMap, HeaderName};

use super::header::{
    self, ACCESS_TIER, BLOB_CACHE_CONTROL, BLOB_CONTENT_DISPOSITION, BLOB_CONTENT_ENCODING,
    BLOB_CONTENT_LANGUAGE, BLOB_CONTENT_MD5, BLOB_CONTENT_TYPE, CLIENT_REQUEST_ID, CONTENT_MD5, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_TAGS, IF_UNMODIFIED_SINCE, LEASE_ID, METADATA_PREFIX, MS_DATE,
    RETURN_CLIENT_REQUEST_ID, SOURCE_IF_MATCH, SOURCE_IF_MODIFIED_SINCE, SOURCE_IF_NONE_MATCH,
    SOURCE_IF_TAGS, SOURCE_IF_UNMODIFIED_SINCE, TAGS, USER_AGENT, VERSION,
};
use super::{Query, Resource};
use crate::blob::BlobType;
use crate::error::{Error, ErrorCode, Result, Service};

/// Headers of the service that say nothing about what is asked for.
static HARMLESS_HEADERS: &[&HeaderName] = &[
    &VERSION,
    &MS_DATE,
    &CLIENT_REQUEST_ID,
    &RETURN_CLIENT_REQUEST_ID,
    &USER_AGENT,
];

/// The conditional headers.
pub(super) static CONDITIONS: &[&HeaderName] = &[
    &IF_MATCH,
    &IF_NONE_MATCH,
    &IF_MODIFIED_SINCE,
    &IF_UNMODIFIED_SINCE,
    &IF_TAGS,
    &LEASE_ID,
];

/// The conditions of operations on blobs that have none of HTTP.
pub(super) static TAGS_AND_LEASE: &[&HeaderName] = &[&IF_TAGS, &LEASE_ID];

/// The conditions of operations on containers, which have no tags.
pub(super) static ON_CONTAINERS: &[&HeaderName] = &[
    &IF_MATCH,
    &IF_NONE_MATCH,
    &IF_MODIFIED_SINCE,
    &IF_UNMODIFIED_SINCE,
    &LEASE_ID,
];

/// What is said of a source.
pub(super) static SOURCE: &[&HeaderName] = &[
    &SOURCE_IF_MATCH,
    &SOURCE_IF_NONE_MATCH,
    &SOURCE_IF_MODIFIED_SINCE,
    &SOURCE_IF_UNMODIFIED_SINCE,
    &SOURCE_IF_TAGS,
];

/// Tags, and the tier of a block blob.
pub(super) static TAGS_AND_TIER: &[&HeaderName] = &[&TAGS, &ACCESS_TIER];

/// What *Put Blob* and *Put Block List* say of the blob.
pub(super) static CONTENT_OF_THE_BLOB: &[&HeaderName] = &[
    &BLOB_CONTENT_TYPE,
    &BLOB_CONTENT_ENCODING,
    &BLOB_CONTENT_LANGUAGE,
    &BLOB_CONTENT_DISPOSITION,
    &BLOB_CACHE_CONTROL,
    &BLOB_CONTENT_MD5,
];

/// The hash of the body, which is held against it.
pub(super) static MD5: &[&HeaderName] = &[&CONTENT_MD5];

/// Stands for all names that begin so.
static ANY_METADATA: HeaderName = HeaderName::from_static(METADATA_PREFIX);

/// All pairs of metadata.
pub(super) static METADATA: &[&HeaderName] = &[&ANY_METADATA];

/// Parameters of the service that ask for what is not simulated, wherever they stand.
const FEATURES: &[(&str, &str)] = &[
    ("versionid", "blob versions"),
    ("deletetype", "permanent deletes"),
    ("showonly", "lists of deleted entries"),
    ("startfrom", "lists that start at a name"),
    ("endbefore", "lists that end at a name"),
];

/// Operations of the service that are not simulated: where, `restype`, `comp`, and what they are called.
const OPERATIONS: &[(Where, &str, &str, &str)] = &[
    (Where::Container, "container", "undelete", "Restore Container"),
    (Where::Container, "container", "rename", "Rename Container"),
    (Where::Blob, "", "undelete", "Undelete Blob"),
    (Where::Blob, "", "expiry", "Set Blob Expiry"),
    (Where::Blob, "", "query", "Query Blob Contents"),
    (Where::Blob, "", "page", "Put Page"),
    (Where::Blob, "", "pagelist", "Get Page Ranges"),
    (Where::Blob, "", "incrementalcopy", "Incremental Copy Blob"),
    (
        Where::Blob,
        "",
        "immutabilitypolicies",
        "Blob Immutability Policy",
    ),
    (Where::Blob, "", "legalhold", "Set Blob Legal Hold"),
];

/// Values of `comp` that stand for operations of the backend.
const KNOWN_COMPS: &[&str] = &[
    "list",
    "acl",
    "block",
    "blocklist",
    "metadata",
    "properties",
    "lease",
    "snapshot",
    "tags",
    "tier",
    "copy",
    "appendblock",
    "seal",
    "blobs",
    "userdelegationkey",
    "batch",
    "stats",
];

/// Those among them that are asked of the account.
const ACCOUNT_COMPS: &[&str] = &[
    "list",
    "blobs",
    "batch",
    "properties",
    "stats",
    "userdelegationkey",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Account,
    Container,
    Blob,
}

/// Refuses every header of the service that is neither harmless nor among `read`.
///
/// A name that ends with `-` stands for all that begin so.
pub(super) fn unread_headers(headers: &HeaderMap, operation: &str, read: &[&[&HeaderName]]) -> Result<()> {
    for name in headers.keys() {
        let of_the_service =
            name.as_str().starts_with("x-ms-") || *name == CONTENT_MD5 || CONDITIONS.contains(&name);
        let is_known = |known: &&HeaderName| {
            name == *known || (known.as_str().ends_with('-') && name.as_str().starts_with(known.as_str()))
        };
        if of_the_service
            && !HARMLESS_HEADERS.contains(&name)
            && !read.iter().copied().flatten().any(is_known)
        {
            return Err(Error::not_simulated(
                Service::Blob,
                &format!("the header {name} of {operation}"),
            ));
        }
    }
    Ok(())
}

/// Refuses every parameter that is not among `read`.
pub(super) fn unread_parameters(query: &Query, operation: &str, read: &[&str]) -> Result<()> {
    features(query, operation)?;
    for (name, _) in query.pairs() {
        let known = |known: &&str| name.eq_ignore_ascii_case(known);
        if !["restype", "comp", "timeout", "api-version"].iter().any(known) && !read.iter().any(known) {
            return Err(
                Error::blob(ErrorCode::UnsupportedQueryParameter).with_detail("QueryParameterName", name)
            );
        }
    }
    Ok(())
}

/// Refuses parameters that ask for something that is not simulated.
///
/// Reads of a blob let other parameters pass, as the service does: pages add their own to get around caches.
pub(super) fn features(query: &Query, operation: &str) -> Result<()> {
    for (name, _) in query.pairs() {
        let feature = FEATURES
            .iter()
            .find(|(parameter, _)| name.eq_ignore_ascii_case(parameter));
        if let Some((_, feature)) = feature {
            return Err(Error::not_simulated(
                Service::Blob,
                &format!("{feature} ({name} of {operation})"),
            ));
        }
    }
    Ok(())
}

/// The refusal of a request no operation of the backend answers.
pub(super) fn operation(resource: &Resource, restype: Option<&str>, comp: Option<&str>) -> Error {
    let place = match resource {
        Resource::Account => Where::Account,
        Resource::Container(_) => Where::Container,
        Resource::Blob(..) => Where::Blob,
    };
    let (given_restype, given_comp) = (restype.unwrap_or(""), comp.unwrap_or(""));
    if let Some((.., name)) = OPERATIONS
        .iter()
        .find(|(at, restype, comp, _)| *at == place && *restype == given_restype && *comp == given_comp)
    {
        return Error::not_simulated(Service::Blob, name);
    }
    let known_comp = comp.is_none_or(|comp| KNOWN_COMPS.contains(&comp));
    let of_the_account = given_restype == "account" && given_comp == "properties";
    let known_restype =
        of_the_account || restype.is_none_or(|restype| ["container", "service"].contains(&restype));
    if !known_comp {
        return unknown_value("comp", given_comp);
    }
    if !known_restype {
        return unknown_value("restype", given_restype);
    }
    match (place, comp) {
        (Where::Account, None) => {
            Error::blob(ErrorCode::MissingRequiredQueryParameter).with_detail("QueryParameterName", "comp")
        }
        (Where::Account, Some(comp)) if !of_the_account && !ACCOUNT_COMPS.contains(&comp) => {
            unknown_value("comp", comp)
        }
        _ => Error::blob(ErrorCode::UnsupportedHttpVerb),
    }
}

/// The refusal of a parameter whose value means nothing.
pub(super) fn unknown_value(name: &str, value: &str) -> Error {
    Error::blob(ErrorCode::InvalidQueryParameterValue)
        .with_detail("QueryParameterName", name)
        .with_detail("QueryParameterValue", value)
}

/// The kind of blob a request makes, `x-ms-blob-type`. Refused: page blobs, with `NotSimulated`.
pub(super) fn blob_type(headers: &HeaderMap) -> Result<BlobType> {
    let word = header::text(headers, &header::BLOB_TYPE).map_err(header::BadHeader::into_refusal)?;
    let Some(word) = word else {
        return Err(Error::blob(ErrorCode::MissingRequiredHeader)
            .with_detail("HeaderName", header::BLOB_TYPE.as_str()));
    };
    match BlobType::parse(word) {
        Some(BlobType::Page) => Err(Error::not_simulated(Service::Blob, "page blobs")),
        Some(kind) => Ok(kind),
        None => Err(
            header::BadHeader::new(&header::BLOB_TYPE, "BlockBlob, PageBlob or AppendBlob").into_refusal(),
        ),
    }
}
