//! Changing the properties of a pool.

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{BatchPoolReplaceOptions, BatchPoolUpdateOptions};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::PoolId;

use super::pool::{Pool, complete_start_task, fill_policy, node_size};
use super::{
    World, mount, never_shown, packages, pool_properties, resource_lists, user_account, validate, written,
};

impl World {
    /// `PATCH /pools/{poolId}`
    pub fn update_pool(
        &mut self,
        pool: &PoolId,
        update: BatchPoolUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        let references = update.application_package_references.as_deref();
        references.map_or(Ok(()), |references| {
            packages::check_pool(&self.config, references)
        })?;
        resource_lists::check_start_task(&self.config, update.start_task.as_ref())?;
        let record = self
            .pool_mut(index)
            .ok_or_else(|| Error::batch(ErrorCode::PoolNotFound))?;
        validate_update(record, &update)?;
        apply_update(record, update)?;
        let vm_size = record.model.vm_size.clone();
        let now = self.now;
        if let Some(usage) = self.usage_of(index) {
            usage.resize_machines(now, &vm_size);
        }
        // The order of jobs may be another one.
        for job in self.jobs_of_pool.get(&pool.key()).cloned().unwrap_or_default() {
            self.refresh_ready(job);
        }
        Ok(written(self.touch_pool(index)))
    }

    /// `POST /pools/{poolId}/updateproperties`
    pub fn replace_pool_properties(
        &mut self,
        pool: &PoolId,
        properties: BatchPoolReplaceOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_pool(pool, request)?;
        validate::metadata(&properties.metadata)?;
        packages::check_pool(&self.config, &properties.application_package_references)?;
        resource_lists::check_start_task(&self.config, properties.start_task.as_ref())?;
        properties
            .start_task
            .as_ref()
            .map_or(Ok(()), validate::start_task)?;
        if let Some(record) = self.pool_mut(index) {
            let identity = properties
                .start_task
                .as_ref()
                .and_then(|task| task.user_identity.as_ref());
            user_account::start_task(identity, &record.model.user_accounts, record.platform)?;
            record.model.start_task = properties.start_task;
            if let Some(task) = &mut record.model.start_task {
                complete_start_task(task);
            }
            record.model.metadata = properties.metadata;
            record.model.application_package_references = properties.application_package_references;
            never_shown::hide_in_pool(&mut record.model);
        }
        Ok(written(self.touch_pool(index)))
    }
}

/// The properties that may change only while the pool has no nodes, as far as they are given.
fn given_for_empty_pools(update: &BatchPoolUpdateOptions) -> Option<&'static str> {
    let given = [
        ("displayName", update.display_name.is_some()),
        ("vmSize", update.vm_size.is_some()),
        (
            "enableInterNodeCommunication",
            update.enable_inter_node_communication.is_some(),
        ),
        (
            "virtualMachineConfiguration",
            update.virtual_machine_configuration.is_some(),
        ),
        ("taskSlotsPerNode", update.task_slots_per_node.is_some()),
        ("taskSchedulingPolicy", update.task_scheduling_policy.is_some()),
        ("networkConfiguration", update.network_configuration.is_some()),
        ("userAccounts", update.user_accounts.is_some()),
        ("mountConfiguration", update.mount_configuration.is_some()),
        ("upgradePolicy", update.upgrade_policy.is_some()),
    ];
    given
        .into_iter()
        .find(|(_, is_given)| *is_given)
        .map(|(name, _)| name)
}

fn validate_update(pool: &Pool, update: &BatchPoolUpdateOptions) -> Result<()> {
    pool_properties::network(update.network_configuration.as_ref())?;
    let machine = update.virtual_machine_configuration.as_ref();
    let machine = machine.or(pool.model.virtual_machine_configuration.as_ref());
    pool_properties::upgrade_policy(update.upgrade_policy.as_ref(), machine)?;
    validate::display_name(update.display_name.as_deref())?;
    update.metadata.as_deref().map_or(Ok(()), validate::metadata)?;
    update.start_task.as_ref().map_or(Ok(()), validate::start_task)?;
    let configuration = update.virtual_machine_configuration.as_ref();
    let platform = configuration
        .map(|configuration| validate::virtual_machine(Some(configuration)))
        .transpose()?
        .unwrap_or(pool.platform);
    let accounts = update.user_accounts.as_ref();
    accounts.map_or(Ok(()), |accounts| user_account::validate(accounts, platform))?;
    let mounts = update.mount_configuration.as_ref();
    mounts.map_or(Ok(()), |mounts| mount::validate(mounts, platform))?;
    let start_task = update.start_task.as_ref().or(pool.model.start_task.as_ref());
    user_account::start_task(
        start_task.and_then(|task| task.user_identity.as_ref()),
        accounts.unwrap_or(&pool.model.user_accounts),
        platform,
    )?;
    match given_for_empty_pools(update) {
        Some(property) if !pool.nodes.is_empty() => {
            Err(Error::batch(ErrorCode::OperationInvalidForCurrentState)
                .with_detail("PropertyName", property)
                .with_detail(
                    "Reason",
                    "This property can be changed only while the pool has no nodes.",
                ))
        }
        _ => Ok(()),
    }
}

fn apply_update(pool: &mut Pool, update: BatchPoolUpdateOptions) -> Result<()> {
    let size = update.vm_size.unwrap_or_else(|| pool.model.vm_size.clone());
    let slots = update.task_slots_per_node.or(pool.model.task_slots_per_node);
    let (cores, slots_per_node) = node_size(&size, slots)?;
    let policy = update.task_scheduling_policy.as_ref();
    let policy = policy.map(|policy| fill_policy(Some(policy))).transpose()?;
    let configuration = update.virtual_machine_configuration.as_ref();
    let platform = configuration
        .map(|configuration| validate::virtual_machine(Some(configuration)))
        .transpose()?;
    // Nothing is refused from here on, so that a refusal leaves the pool as it was.
    pool.fill_policy = policy.unwrap_or(pool.fill_policy);
    pool.platform = platform.unwrap_or(pool.platform);
    (pool.cores_per_node, pool.slots_per_node) = (cores, slots_per_node);
    let model = &mut pool.model;
    model.vm_size = size.to_ascii_lowercase();
    model.task_slots_per_node = slots;
    if let Some(mut task) = update.start_task {
        complete_start_task(&mut task);
        model.start_task = Some(task);
    }
    if let Some(metadata) = update.metadata {
        model.metadata = metadata;
    }
    if let Some(references) = update.application_package_references {
        model.application_package_references = references;
    }
    model.display_name = update.display_name.or_else(|| model.display_name.take());
    model.enable_inter_node_communication = update
        .enable_inter_node_communication
        .or(model.enable_inter_node_communication);
    model.task_scheduling_policy = update
        .task_scheduling_policy
        .or_else(|| model.task_scheduling_policy.take());
    model.virtual_machine_configuration = update
        .virtual_machine_configuration
        .or_else(|| model.virtual_machine_configuration.take());
    model.network_configuration = update
        .network_configuration
        .or_else(|| model.network_configuration.take());
    model.upgrade_policy = update.upgrade_policy.or_else(|| model.upgrade_policy.take());
    if let Some(accounts) = update.user_accounts {
        model.user_accounts = accounts;
    }
    if let Some(mounts) = update.mount_configuration {
        model.mount_configuration = mounts;
    }
    never_shown::hide_in_pool(model);
    Ok(())
}
