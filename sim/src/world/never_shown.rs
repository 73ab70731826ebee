//! What the service takes and never shows again: passwords, keys, and the protected settings of extensions.
//!
//! Pools lose it when they are made: nothing here logs in anywhere. Jobs and schedules keep it for the pools they make, and
//! lose it in answers.

use batchite_api::batch::{
    BatchContainerConfiguration, BatchJob, BatchJobManagerTask, BatchJobPreparationTask, BatchJobReleaseTask,
    BatchJobSpecification, BatchPool, BatchPoolInfo, BatchStartTask, BatchTaskContainerSettings,
    ContainerRegistryReference, MountConfiguration, UserAccount, VirtualMachineConfiguration,
};
use batchite_api::secret::Secret;

pub(super) fn hide_in_pool(pool: &mut BatchPool) {
    hide_in_machine(pool.virtual_machine_configuration.as_mut());
    hide_in_accounts(&mut pool.user_accounts);
    hide_in_mounts(&mut pool.mount_configuration);
    hide_in_start_task(pool.start_task.as_mut());
}

pub(super) fn hide_in_job(job: &mut BatchJob) {
    hide_in_pool_info(&mut job.pool_info);
    hide_in_tasks_of_job(
        job.job_manager_task.as_mut(),
        job.job_preparation_task.as_mut(),
        job.job_release_task.as_mut(),
    );
}

pub(super) fn hide_in_specification(specification: &mut BatchJobSpecification) {
    hide_in_pool_info(&mut specification.pool_info);
    hide_in_tasks_of_job(
        specification.job_manager_task.as_mut(),
        specification.job_preparation_task.as_mut(),
        specification.job_release_task.as_mut(),
    );
}

fn hide_in_tasks_of_job(
    manager: Option<&mut BatchJobManagerTask>,
    preparation: Option<&mut BatchJobPreparationTask>,
    release: Option<&mut BatchJobReleaseTask>,
) {
    hide_in_container(manager.and_then(|task| task.container_settings.as_mut()));
    hide_in_container(preparation.and_then(|task| task.container_settings.as_mut()));
    hide_in_container(release.and_then(|task| task.container_settings.as_mut()));
}

pub(super) fn hide_in_pool_info(info: &mut BatchPoolInfo) {
    let specification = info.auto_pool_specification.as_mut();
    let Some(pool) = specification.and_then(|specification| specification.pool.as_mut()) else {
        return;
    };
    hide_in_machine(pool.virtual_machine_configuration.as_mut());
    hide_in_accounts(&mut pool.user_accounts);
    hide_in_mounts(&mut pool.mount_configuration);
    hide_in_start_task(pool.start_task.as_mut());
}

pub(super) fn hide_in_container(settings: Option<&mut BatchTaskContainerSettings>) {
    if let Some(registry) = settings.and_then(|settings| settings.registry.as_mut()) {
        registry.password = None;
    }
}

pub(super) fn hide_in_start_task(task: Option<&mut BatchStartTask>) {
    hide_in_container(task.and_then(|task| task.container_settings.as_mut()));
}

fn hide_in_machine(machine: Option<&mut VirtualMachineConfiguration>) {
    let Some(machine) = machine else { return };
    for extension in &mut machine.extensions {
        extension.protected_settings = None;
    }
    if let Some(BatchContainerConfiguration {
        container_registries, ..
    }) = &mut machine.container_configuration
    {
        container_registries.iter_mut().for_each(hide_in_registry);
    }
}

fn hide_in_registry(registry: &mut ContainerRegistryReference) {
    registry.password = None;
}

fn hide_in_accounts(accounts: &mut [UserAccount]) {
    for account in accounts {
        account.password = Secret::default();
        if let Some(linux) = &mut account.linux_user_configuration {
            linux.ssh_private_key = None;
        }
    }
}

fn hide_in_mounts(mounts: &mut [MountConfiguration]) {
    for mount in mounts {
        if let Some(blobs) = &mut mount.azure_blob_file_system_configuration {
            blobs.account_key = None;
            blobs.sas_key = None;
        }
        if let Some(share) = &mut mount.azure_file_share_configuration {
            share.account_key = Secret::default();
        }
        if let Some(cifs) = &mut mount.cifs_mount_configuration {
            cifs.password = Secret::default();
        }
    }
}
