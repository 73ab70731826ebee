//! Containers: properties, public access, stored access policies.

use std::collections::BTreeMap;
use std::ops::Bound;

use batchite_api::auth::sas::UserDelegationKey;
use batchite_api::backend::{BlobConditions, Written};
use batchite_api::blob::{
    BlobName, ContainerAccessPolicy, ContainerItem, ContainerName, ContainerProperties,
    CreateContainerOptions, ListContainersOptions, Metadata, PublicAccess, StoredAccessPolicy,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::page::Page;
use batchite_api::time::Timestamp;

use super::super::access::{Caller, Operation, TENANT, Target, USER, authorize};
use super::blob::Blob;
use super::block::Staged;
use super::lease::{self, Lease, Leased};
use super::{BlobStore, rules};

/// Stored access policies of a container at most.
const POLICIES_MAX: usize = 5;

/// Characters of a policy's id at most.
const POLICY_ID_LENGTH_MAX: usize = 64;

/// A container and the blobs in it.
#[derive(Debug)]
pub(super) struct Container {
    /// When it was last written; blobs do not move it.
    pub(super) modified: Timestamp,
    metadata: Metadata,
    access: ContainerAccessPolicy,
    pub(super) lease: Option<Box<Lease>>,
    /// Committed blobs by name.
    pub(super) blobs: BTreeMap<BlobName, Blob>,
    /// Blocks that wait for a list, by the name of their blob, which may not be there yet.
    pub(super) staged: BTreeMap<BlobName, Staged>,
}

impl Container {
    pub(super) fn public_access(&self) -> Option<&PublicAccess> {
        self.access.public_access.as_ref()
    }

    pub(super) fn policies(&self) -> &[StoredAccessPolicy] {
        &self.access.policies
    }

    fn properties(&self, now: Timestamp, with_metadata: bool) -> ContainerProperties {
        ContainerProperties {
            etag: rules::etag(self.modified),
            last_modified: self.modified.truncated_to_second(),
            public_access: self.access.public_access.clone(),
            metadata: if with_metadata {
                self.metadata.clone()
            } else {
                Metadata::new()
            },
            has_immutability_policy: false,
            has_legal_hold: false,
            lease: lease::properties(self.lease.as_deref(), now),
        }
    }
}

impl Container {
    /// Refuses a request that names another lease than there is. A lease protects from deletion only.
    fn check_read_lease(&self, lease_id: Option<&str>, now: Timestamp) -> Result<()> {
        Leased::Container.check_read(self.lease.as_deref(), lease_id, now)
    }
}

impl BlobStore {
    /// *Create Container*. Refused: `ContainerAlreadyExists`, `ContainerBeingDeleted`, and metadata that is.
    pub fn create_container(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        options: &CreateContainerOptions,
    ) -> Result<Written> {
        match self.open(now, caller, Operation::CreateContainer, name, None) {
            Ok(_) => return Err(Error::blob(ErrorCode::ContainerAlreadyExists)),
            Err(error) if error.is(&ErrorCode::ContainerNotFound) => {}
            Err(error) => return Err(error),
        }
        rules::check_metadata(&options.metadata)?;
        check_public_access(options.public_access.as_ref())?;
        let account = self
            .accounts
            .get_mut(caller.account())
            .ok_or_else(|| Error::blob(ErrorCode::ResourceNotFound))?;
        if account.being_deleted.get(name).is_some_and(|until| now < *until) {
            return Err(Error::blob(ErrorCode::ContainerBeingDeleted));
        }
        account.being_deleted.remove(name);
        let modified = self.stamps.next(now);
        let container = Container {
            modified,
            metadata: options.metadata.clone(),
            access: ContainerAccessPolicy {
                public_access: options.public_access.clone(),
                policies: Vec::new(),
            },
            lease: None,
            blobs: BTreeMap::new(),
            staged: BTreeMap::new(),
        };
        account.containers.insert(name.clone(), container);
        Ok(rules::written(modified))
    }

    /// *Get Container Properties*. A lease that is named must be there.
    pub fn get_container_properties(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerProperties> {
        let opened = self.open(now, caller, Operation::GetContainerProperties, name, None)?;
        opened.container.check_read_lease(lease_id, now)?;
        Ok(opened.container.properties(now, true))
    }

    /// *Get Container ACL*. A lease that is named must be there.
    pub fn get_container_access_policy(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        lease_id: Option<&str>,
    ) -> Result<ContainerAccessPolicy> {
        let opened = self.open(now, caller, Operation::GetContainerAccessPolicy, name, None)?;
        opened.container.check_read_lease(lease_id, now)?;
        Ok(opened.container.access.clone())
    }

    /// *Set Container ACL*: what the tokens of a policy grant changes at once.
    ///
    /// Refused with `InvalidXmlDocument`: more than five policies, an id twice, of more than 64 characters or none.
    pub fn set_container_access_policy(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        policy: &ContainerAccessPolicy,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SetContainerAccessPolicy, name, None)?;
        check_public_access(policy.public_access.as_ref())?;
        check_policies(&policy.policies)?;
        let container = opened.container;
        container.check_read_lease(conditions.lease_id.as_deref(), now)?;
        rules::check_write(conditions, Some(container.modified), ErrorCode::ConditionNotMet)?;
        container.modified = opened.stamps.next(now);
        container.access = policy.clone();
        Ok(rules::written(container.modified))
    }

    /// *Set Container Metadata*: replaces all pairs; the ETag moves.
    pub fn set_container_metadata(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        metadata: &Metadata,
        conditions: &BlobConditions,
    ) -> Result<Written> {
        let opened = self.open(now, caller, Operation::SetContainerMetadata, name, None)?;
        rules::check_metadata(metadata)?;
        let container = opened.container;
        container.check_read_lease(conditions.lease_id.as_deref(), now)?;
        rules::check_write(conditions, Some(container.modified), ErrorCode::ConditionNotMet)?;
        container.metadata.clone_from(metadata);
        container.modified = opened.stamps.next(now);
        Ok(rules::written(container.modified))
    }

    /// *Delete Container*, with everything in it. Refused by conditions and by a lease.
    pub fn delete_container(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        name: &ContainerName,
        conditions: &BlobConditions,
    ) -> Result<()> {
        let opened = self.open(now, caller, Operation::DeleteContainer, name, None)?;
        rules::check_write(
            conditions,
            Some(opened.container.modified),
            ErrorCode::ConditionNotMet,
        )?;
        let lease = opened.container.lease.as_deref();
        Leased::Container.check_write(lease, conditions.lease_id.as_deref(), now)?;
        let until = now.saturating_add(opened.config.container_deletion);
        if let Some(account) = self.accounts.get_mut(caller.account()) {
            account.containers.remove(name);
            if now < until {
                account.being_deleted.insert(name.clone(), until);
            }
        }
        Ok(())
    }

    /// *Get User Delegation Key*
    ///
    /// Refused: `InvalidXmlNodeValue` for a key that would begin after its end, be over already, or reach beyond seven
    /// days from now.
    pub fn get_user_delegation_key(
        &self,
        now: Timestamp,
        caller: &Caller,
        start: Timestamp,
        expiry: Timestamp,
    ) -> Result<UserDelegationKey> {
        let account = self.account(caller)?;
        let target = Target::of_account(&account.keys);
        authorize(now, caller, Operation::GetUserDelegationKey, &target)?;
        let latest = now + UserDelegationKey::LONGEST;
        for (name, moment, is_wrong) in [
            ("Start", start, start > latest),
            (
                "Expiry",
                expiry,
                expiry <= start || expiry <= now || expiry > latest,
            ),
        ] {
            if is_wrong {
                return Err(Error::blob(ErrorCode::InvalidXmlNodeValue)
                    .with_detail("XmlNodeName", name)
                    .with_detail("XmlNodeValue", moment.to_string())
                    .with_detail("Reason", "a key is valid within the next seven days"));
            }
        }
        let key = &account.description.key;
        Ok(UserDelegationKey::issued(key, USER, TENANT, start, expiry))
    }

    /// *List Containers*, in order of their names.
    pub fn list_containers(
        &self,
        now: Timestamp,
        caller: &Caller,
        options: &ListContainersOptions,
    ) -> Result<Page<ContainerItem>> {
        let account = self.account(caller)?;
        let target = Target::of_account(&account.keys);
        authorize(now, caller, Operation::ListContainers, &target)?;
        let page_size = rules::page_size(options.max_results)?;
        let prefix = options.prefix.as_deref().unwrap_or_default();
        let start = rules::read_marker(options.continuation.as_ref())?.unwrap_or_default();
        let from = prefix.max(start.as_str());
        let mut named = account
            .containers
            .range::<str, _>((Bound::Included(from), Bound::Unbounded))
            .take_while(|(name, _)| name.as_str().starts_with(prefix));
        let items = named
            .by_ref()
            .take(page_size)
            .map(|(name, container)| ContainerItem {
                name: name.clone(),
                properties: container.properties(now, options.include_metadata),
            })
            .collect();
        Ok(Page {
            items,
            continuation: named.next().map(|(name, _)| rules::marker(name.as_str())),
        })
    }
}

fn check_public_access(access: Option<&PublicAccess>) -> Result<()> {
    match access {
        Some(PublicAccess::Other(word)) => Err(Error::blob(ErrorCode::InvalidHeaderValue)
            .with_detail("HeaderName", "x-ms-blob-public-access")
            .with_detail("HeaderValue", word.as_ref())),
        _ => Ok(()),
    }
}

fn check_policies(policies: &[StoredAccessPolicy]) -> Result<()> {
    let refused =
        |reason: String| Err(Error::blob(ErrorCode::InvalidXmlDocument).with_detail("Reason", reason));
    if policies.len() > POLICIES_MAX {
        return refused(format!(
            "A container has {POLICIES_MAX} stored access policies at most; {} were given.",
            policies.len()
        ));
    }
    for (at, policy) in policies.iter().enumerate() {
        let id = &policy.id;
        if id.is_empty() || id.chars().count() > POLICY_ID_LENGTH_MAX {
            return refused(format!(
                "The id {id:?} of a stored access policy must have 1 to {POLICY_ID_LENGTH_MAX} characters."
            ));
        }
        if policies[..at].iter().any(|earlier| earlier.id == *id) {
            return refused(format!("The id {id:?} of a stored access policy is given twice."));
        }
    }
    Ok(())
}
