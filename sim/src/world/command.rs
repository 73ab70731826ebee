//! What an executor is told about a run.

use std::collections::BTreeMap;

use batchite_api::auth::Access;
use batchite_api::batch::{ElevationLevel, UserIdentity};
use batchite_api::ids::{JobId, TaskId};
use batchite_api::secret::SensitiveString;

use super::job::Job;
use super::job_task_run::JobTaskKind;
use super::node::{Node, NodeIdentity};
use super::pool::Pool;
use super::{JobIndex, RunTarget, TaskIndex, World};
use crate::exec::{AutoStorage, Command, RunId, Start};

/// The directory of a job below the root of a node. Jobs of a schedule have their own form.
pub(super) fn job_directory(job: &JobId) -> String {
    match job.as_str().split_once(':') {
        Some((schedule, job)) => format!("{}/{job}", workitem_directory(schedule)),
        None => format!("{}/job-1", workitem_directory(job.as_str())),
    }
}

/// The directory that goes with a job: that of its name, and of a schedule's jobs their part of it.
pub(super) fn whole_job_directory(job: &JobId) -> String {
    match job.as_str().split_once(':') {
        Some(_) => job_directory(job),
        None => workitem_directory(job.as_str()),
    }
}

/// The directory of everything that is done in the name of a job or a job schedule.
pub(super) fn workitem_directory(id: &str) -> String {
    format!("workitems/{id}")
}

/// The directory of a task below the root of a node.
pub(super) fn task_directory(job: &JobId, task: &TaskId) -> String {
    format!("{}/{task}", job_directory(job))
}

/// The user a command runs as, and whether elevated.
fn describe_user(pool: Option<&Pool>, identity: Option<&UserIdentity>, command: &mut Command) {
    let Some(pool) = pool else { return };
    command.elevation_level = pool.elevation_level(identity);
    let name = identity.and_then(|identity| identity.username.as_deref());
    let account = name.and_then(|name| pool.user_account(name));
    command.user_name = account.map(|account| account.name.clone());
    let linux = account.and_then(|account| account.linux_user_configuration.as_ref());
    command.user_ids = linux.and_then(|linux| linux.uid.zip(linux.gid));
}

impl World {
    /// Hands a run that [`Work::Start`](super::Work::Start) named to whoever starts it. Runs that have ended since
    /// are not handed over.
    pub fn start(&self, run: RunId, starter: impl FnOnce(Start<'_>)) {
        let Some(target) = self.runs.get(&run) else { return };
        let command_line = match *target {
            RunTarget::Instance { job, task, .. } => {
                let task = self.job(job).and_then(|job| job.task(task));
                task.and_then(|task| task.specification.multi_instance())
                    .map(|settings| settings.coordination_command_line.as_str())
            }
            RunTarget::Task { job, task, .. } | RunTarget::Primary { job, task, .. } => {
                let task = self.job(job).and_then(|job| job.task(task));
                task.map(|task| &*task.specification.command_line)
            }
            RunTarget::Preparation { job, .. } => self
                .job(job)
                .and_then(|job| job.model.job_preparation_task.as_ref())
                .map(|task| task.command_line.as_str()),
            RunTarget::Release { job, .. } => self
                .job(job)
                .and_then(|job| job.model.job_release_task.as_ref())
                .map(|task| task.command_line.as_str()),
            RunTarget::StartTask { node } => self
                .node(node)
                .and_then(|node| node.start_task.as_ref())
                .map(|task| task.specification.command_line.as_str()),
            // It has no command: the executor is told of it in another way.
            RunTarget::Deployment { .. } => None,
        };
        let Some(command_line) = command_line else { return };
        starter(Start {
            run,
            command_line,
            describe: &|| self.describe(run, *target, command_line),
        });
    }

    fn describe(&self, run: RunId, target: RunTarget, command_line: &str) -> Command {
        let node = target.node();
        let record = self.node(node).expect("a run that is under way has its node");
        let identity = &record.identity;
        let pool = self.pool(record.pool);
        let mut command = Command {
            run,
            node: identity.node.clone(),
            platform: identity.platform,
            directory: "startup".to_owned(),
            command_line: SensitiveString::from(command_line),
            application_packages: Vec::new(),
            auto_storage: None,
            resource_files: Vec::new(),
            common_resource_files: Vec::new(),
            output_files: Vec::new(),
            continues: false,
            leaves_services: false,
            system_environment: self.system_environment(identity),
            environment_settings: Vec::new(),
            user_name: None,
            user_ids: None,
            elevation_level: ElevationLevel::NonAdmin,
            container_settings: None,
        };
        self.name_packages_of_node(node, &mut command);
        match target {
            RunTarget::StartTask { .. } => describe_start_task(record, pool, &mut command),
            RunTarget::Deployment { .. } => {}
            RunTarget::Task { job, task, .. } => self.describe_task(job, task, pool, &mut command),
            RunTarget::Instance { job, task, node } => {
                self.describe_task(job, task, pool, &mut command);
                self.describe_instance(job, task, node, &mut command);
            }
            RunTarget::Primary { job, task, node } => {
                self.describe_task(job, task, pool, &mut command);
                self.describe_primary(job, task, node, &mut command);
            }
            RunTarget::Preparation { job, .. } => {
                self.describe_job_task(job, JobTaskKind::Preparation, pool, &mut command);
            }
            RunTarget::Release { job, .. } => {
                self.describe_job_task(job, JobTaskKind::Release, pool, &mut command);
            }
        }
        command.auto_storage = self.auto_storage_for(&command);
        command
    }

    fn describe_task(&self, job: JobIndex, task: TaskIndex, pool: Option<&Pool>, command: &mut Command) {
        let Some(job) = self.job(job) else { return };
        let Some(task) = job.task(task) else { return };
        command.directory = task_directory(&job.id, &task.id);
        describe_for_job(job, task.id.as_str(), command);
        name_preparation(job, command);
        if let Some(extras) = task.specification.extras.as_deref() {
            command
                .environment_settings
                .extend(extras.environment_settings.iter().cloned());
            command.resource_files.clone_from(&extras.resource_files);
            command.output_files.clone_from(&extras.output_files);
            self.add_packages(&extras.application_package_references, command);
            describe_user(pool, extras.user_identity.as_ref(), command);
            command.container_settings.clone_from(&extras.container_settings);
        }
    }

    fn describe_job_task(
        &self,
        job: JobIndex,
        kind: JobTaskKind,
        pool: Option<&Pool>,
        command: &mut Command,
    ) {
        let Some(job) = self.job(job) else { return };
        let (Some(id), Some(directory)) = (job.job_task_id(kind), job.job_task_directory(kind)) else {
            return;
        };
        command.directory = directory;
        describe_for_job(job, id, command);
        match kind {
            JobTaskKind::Preparation => {
                let Some(task) = &job.model.job_preparation_task else {
                    return;
                };
                command
                    .environment_settings
                    .extend(task.environment_settings.iter().cloned());
                command.resource_files.clone_from(&task.resource_files);
                describe_user(pool, task.user_identity.as_ref(), command);
                command.container_settings.clone_from(&task.container_settings);
            }
            JobTaskKind::Release => {
                name_preparation(job, command);
                let Some(task) = &job.model.job_release_task else {
                    return;
                };
                command
                    .environment_settings
                    .extend(task.environment_settings.iter().cloned());
                command.resource_files.clone_from(&task.resource_files);
                describe_user(pool, task.user_identity.as_ref(), command);
                command.container_settings.clone_from(&task.container_settings);
            }
        }
    }

    /// The account's own storage, where a command has files from it. Others are not told of it.
    fn auto_storage_for(&self, command: &Command) -> Option<AutoStorage> {
        let mut files = command
            .resource_files
            .iter()
            .chain(&command.common_resource_files);
        let wanted = files.any(|file| file.auto_storage_container_name.is_some());
        let account = &self.config.storage_account;
        wanted.then(|| AutoStorage {
            endpoint: account.endpoint.clone(),
            access: Access::SharedKey {
                account: account.name.clone(),
                key: account.key.clone(),
            },
        })
    }

    fn system_environment(&self, node: &NodeIdentity) -> BTreeMap<String, String> {
        let dedicated = if node.dedicated { "true" } else { "false" };
        [
            ("AZ_BATCH_ACCOUNT_NAME", self.config.batch_account.clone()),
            ("AZ_BATCH_ACCOUNT_URL", format!("{}/", self.config.batch_endpoint)),
            ("AZ_BATCH_NODE_ID", node.node.to_string()),
            ("AZ_BATCH_NODE_IS_DEDICATED", dedicated.to_owned()),
            ("AZ_BATCH_POOL_ID", node.pool.to_string()),
            (
                "AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES",
                "1000000000".to_owned(),
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// What every command of a job has: who it is, and the settings all of them share.
fn describe_for_job(job: &Job, id: &str, command: &mut Command) {
    let variables = &mut command.system_environment;
    variables.insert("AZ_BATCH_JOB_ID".to_owned(), job.id.to_string());
    variables.insert("AZ_BATCH_TASK_ID".to_owned(), id.to_owned());
    command
        .environment_settings
        .clone_from(&job.model.common_environment_settings);
}

/// Where the preparation task of the job left its files. The working directory follows from it.
fn name_preparation(job: &Job, command: &mut Command) {
    if let Some(directory) = job.job_task_directory(JobTaskKind::Preparation) {
        let variables = &mut command.system_environment;
        variables.insert("AZ_BATCH_JOB_PREP_DIR".to_owned(), directory);
    }
}

fn describe_start_task(node: &Node, pool: Option<&Pool>, command: &mut Command) {
    let Some(task) = node.start_task.as_deref().map(|task| &task.specification) else {
        return;
    };
    command.resource_files.clone_from(&task.resource_files);
    command
        .environment_settings
        .clone_from(&task.environment_settings);
    describe_user(pool, task.user_identity.as_ref(), command);
    command.container_settings.clone_from(&task.container_settings);
}
