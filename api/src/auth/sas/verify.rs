//! Holds a token against a request.

use std::net::IpAddr;

use super::delegation;
use super::token::refused;
use super::{
    Permission, Permissions, ResourceType, ResponseHeaders, SasKind, SasProtocol, SasToken, SignedResource,
};
use crate::auth::AccountKey;
use crate::blob::{BlobName, ContainerName, Snapshot, StoredAccessPolicy};
use crate::error::{Error, ErrorCode, Result};
use crate::time::Timestamp;

/// The protocol a request came over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RequestProtocol {
    /// `http`
    #[default]
    Http,
    /// `https`
    Https,
}

/// What an operation needs of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The kind of resource it works on; none when it is no matter.
    pub resource_type: Option<ResourceType>,
    /// Any one of these suffices; empty when no token ever does, as for access policies.
    pub permissions: Permissions,
    /// Whether the token of a container or blob can suffice, or only that of an account.
    pub service_token: bool,
}

/// A request a token is shown with, and what the service knows.
#[derive(Debug, Clone, Copy)]
pub struct SasRequest<'a> {
    /// The account the request is for.
    pub account: &'a str,
    /// The container it is for; none for the account itself.
    pub container: Option<&'a ContainerName>,
    /// The blob it is for.
    pub blob: Option<&'a BlobName>,
    /// The snapshot of the blob it is for.
    pub snapshot: Option<Snapshot>,
    /// The keys of the account; a token may be signed with any.
    pub keys: &'a [AccountKey],
    /// The stored access policies of the container.
    pub policies: &'a [StoredAccessPolicy],
    /// The present. Clocks are not allowed to differ.
    pub now: Timestamp,
    /// Where the request came from.
    pub source_ip: IpAddr,
    /// What it came over.
    pub protocol: RequestProtocol,
    /// What the operation needs.
    pub need: Need,
}

/// What a token grants once it is verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// The permissions of the token or of its stored access policy.
    pub permissions: Permissions,
    /// The headers of answers it replaces.
    pub response_headers: ResponseHeaders,
}

impl Grant {
    /// Whether something is permitted.
    pub fn allows(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }
}

impl SasToken {
    /// Says what the token grants for a request, or refuses it as the service does.
    ///
    /// In this order: `AuthenticationFailed` for the signature (which covers account, container, blob and snapshot), the
    /// stored access policy and the times; then `AuthorizationSourceIPMismatch`, `AuthorizationProtocolMismatch`,
    /// `AuthorizationServiceMismatch`, `AuthorizationResourceTypeMismatch`, `AuthorizationFailure` for operations
    /// no such token can be used for, `AuthorizationPermissionMismatch`. All of them have status 403.
    pub fn verify(&self, request: &SasRequest<'_>) -> Result<Grant> {
        self.check_signature(request)?;
        let (permissions, start, expiry) = self.effective(request.policies)?;
        check_times(start, expiry, request.now)?;
        if self.is_delegated() {
            let (start, expiry) = delegation::window(&self.fields)?;
            check_times(Some(start), expiry, request.now)?;
        }
        if self.ip.is_some_and(|range| !range.contains(request.source_ip)) {
            return Err(
                Error::blob(ErrorCode::AuthorizationSourceIPMismatch).with_message(format!(
                    "This request is not authorized to perform this operation using this source IP {}.",
                    request.source_ip
                )),
            );
        }
        if self.protocol == SasProtocol::HttpsOnly && request.protocol == RequestProtocol::Http {
            return Err(Error::blob(ErrorCode::AuthorizationProtocolMismatch));
        }
        self.check_reach(request.need)?;
        if !permissions.intersects(request.need.permissions) {
            return Err(Error::blob(ErrorCode::AuthorizationPermissionMismatch));
        }
        Ok(Grant {
            permissions,
            response_headers: self.response_headers(),
        })
    }

    fn check_signature(&self, request: &SasRequest<'_>) -> Result<()> {
        // A request without a container is one for the root container in the eyes of the service.
        let container = request.container.map_or("$root", ContainerName::as_str);
        let (of_a_blob, of_a_snapshot) = match self.kind {
            SasKind::Service(SignedResource::Blob) => (true, false),
            SasKind::Service(SignedResource::Snapshot) => (true, true),
            SasKind::Service(SignedResource::Container) | SasKind::Account => (false, false),
        };
        let resource = match request.blob.filter(|_| of_a_blob) {
            Some(blob) => format!("{container}/{blob}"),
            None => container.to_owned(),
        };
        let snapshot = request.snapshot.filter(|_| of_a_snapshot);
        let text = self.fields.string_to_sign(
            self.kind,
            request.account,
            &resource,
            &snapshot.map_or_else(String::new, |snapshot| snapshot.to_string()),
        );
        let signature = self.fields.get("sig");
        // Old versions do not sign `sr`: a container's token must not pass for one of a blob without a name.
        let same_depth =
            (!of_a_blob || request.blob.is_some()) && (!of_a_snapshot || request.snapshot.is_some());
        let signed_by = |key: &AccountKey| {
            if self.is_delegated() {
                delegation::signing_key(key, &self.fields).verify(&text, signature)
            } else {
                key.verify(&text, signature)
            }
        };
        if same_depth && request.keys.iter().any(signed_by) {
            return Ok(());
        }
        Err(refused(format!(
            "Signature did not match. String to sign used was {text}"
        )))
    }

    /// Permissions, start and expiry, each from the token or from its policy, never from both.
    fn effective(
        &self,
        policies: &[StoredAccessPolicy],
    ) -> Result<(Permissions, Option<Timestamp>, Timestamp)> {
        let mut permissions = self.permissions;
        let mut start = self.start;
        let mut expiry = self.expiry;
        if let (Some(id), SasKind::Service(_)) = (self.policy(), self.kind) {
            let stored = policies.iter().find(|stored| stored.id == id).ok_or_else(|| {
                refused(format!(
                    "The signed identifier {id:?} is none of the stored access policies of the container."
                ))
            })?;
            let policy = &stored.policy;
            let letters = policy
                .permissions
                .as_deref()
                .filter(|letters| !letters.is_empty());
            let granted = letters
                .map(|letters| {
                    // Policies belong to containers, so their letters are those of a container.
                    let kind = SasKind::Service(SignedResource::Container);
                    Permissions::from_letters(kind, letters)
                        .ok_or_else(|| refused("The permissions of the stored access policy are malformed."))
                })
                .transpose()?;
            permissions = one_of("sp", permissions, granted)?;
            start = one_of("st", start, policy.start)?;
            expiry = one_of("se", expiry, policy.expiry)?;
        }
        match (permissions, expiry) {
            (Some(permissions), Some(expiry)) => Ok((permissions, start, expiry)),
            (None, _) => Err(refused("sp is mandatory. Cannot be empty")),
            (_, None) => Err(refused("se is mandatory. Cannot be empty")),
        }
    }

    /// Whether tokens of this kind reach the operation at all.
    fn check_reach(&self, need: Need) -> Result<()> {
        if self.kind == SasKind::Account {
            if !self.fields.get("ss").contains('b') {
                return Err(Error::blob(ErrorCode::AuthorizationServiceMismatch));
            }
            let reaches = |kind: ResourceType| self.fields.get("srt").contains(kind.letter());
            if !need.resource_type.is_none_or(reaches) {
                return Err(Error::blob(ErrorCode::AuthorizationResourceTypeMismatch));
            }
        } else if !need.service_token {
            return Err(Error::blob(ErrorCode::AuthorizationFailure));
        }
        if need.permissions.is_empty() {
            return Err(Error::blob(ErrorCode::AuthorizationFailure));
        }
        Ok(())
    }
}

/// A field comes from the token or from the policy; given by both it is refused, as the service does.
fn one_of<T>(name: &str, token: Option<T>, policy: Option<T>) -> Result<Option<T>> {
    if token.is_some() && policy.is_some() {
        return Err(refused(format!(
            "{name} is given by the token and by its stored access policy. Leave it out of one."
        )));
    }
    Ok(token.or(policy))
}

fn check_times(start: Option<Timestamp>, expiry: Timestamp, now: Timestamp) -> Result<()> {
    if now < expiry && start.is_none_or(|start| start <= now) {
        return Ok(());
    }
    let shown = |moment: Timestamp| moment.to_rfc1123();
    Err(refused(match start {
        Some(start) if start >= expiry => format!(
            "Signed expiry time [{}] must be after signed start time [{}]",
            shown(expiry),
            shown(start)
        ),
        Some(start) => format!(
            "Signature not valid in the specified time frame: Start [{}] - Expiry [{}] - Current [{}]",
            shown(start),
            shown(expiry),
            shown(now)
        ),
        // A token without a start begins when the request arrives, so that is what the service names.
        None => format!(
            "Signed expiry time [{}] must be after signed start time [{}]",
            shown(expiry),
            shown(now)
        ),
    }))
}
