//! Adding tasks to a job, one by one or a hundred at a time.

use std::sync::Arc;

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{
    BatchCreateTaskCollectionResult, BatchError, BatchErrorDetail, BatchErrorMessage, BatchJob,
    BatchTaskAddStatus, BatchTaskCreateOptions, BatchTaskCreateResult, BatchTaskFailureMode, BatchTaskGroup,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, TaskId};
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::job::{Job, job_not_found};
use super::pool::complete_user_identity;
use super::states::TaskPhase;
use super::task::{Task, TaskExtras, TaskFiles, TaskSpecification};
use super::validate::{self, invalid};
use super::{JobIndex, TaskIndex, World, written};
use super::{
    container_configuration, dependencies, exit_conditions, job_task_validate, output_files, packages,
    resource_lists, subtasks,
};
use crate::trace::Entity;

/// Most tasks of one request.
const COLLECTION_MAX: usize = 100;

/// Most bytes of one request.
const BODY_BYTES_MAX: usize = 1_048_576;

impl World {
    /// `POST /jobs/{jobId}/tasks`
    pub fn create_task(
        &mut self,
        job: &JobId,
        mut task: BatchTaskCreateOptions,
        _request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.find_job(job)?;
        self.require_living_job(index)?;
        let modified = self.add_task(index, &mut task)?;
        self.refresh_ready(index);
        Ok(written(modified))
    }

    /// `POST /jobs/{jobId}/addtaskcollection`
    pub fn create_task_collection(
        &mut self,
        job: &JobId,
        tasks: BatchTaskGroup,
        _request: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        let index = self.find_job(job)?;
        if tasks.value.len() > COLLECTION_MAX {
            let reason = format!("At most {COLLECTION_MAX} tasks can be added at once.");
            return Err(invalid("value", tasks.value.len(), reason));
        }
        refuse_large_body(&tasks)?;
        self.require_living_job(index)?;
        let url = format!("{}/jobs/{job}/tasks/", self.config.batch_endpoint);
        let mut value = Vec::with_capacity(tasks.value.len());
        for mut task in tasks.value {
            let added = self.add_task(index, &mut task);
            let task_id = std::mem::take(&mut task.id);
            value.push(match added {
                Ok(modified) => BatchTaskCreateResult {
                    status: BatchTaskAddStatus::Success,
                    location: Some([url.as_str(), task_id.as_str()].concat()),
                    task_id,
                    etag: Some(modified.etag()),
                    last_modified: Some(modified),
                    error: None,
                },
                Err(error) => BatchTaskCreateResult {
                    status: BatchTaskAddStatus::ClientError,
                    task_id,
                    error: Some(item_error(&error)),
                    ..BatchTaskCreateResult::default()
                },
            });
        }
        self.refresh_ready(index);
        Ok(BatchCreateTaskCollectionResult { value })
    }

    /// Adds one task; what is kept is taken out of the options, the id stays.
    pub(super) fn add_task(
        &mut self,
        index: JobIndex,
        options: &mut BatchTaskCreateOptions,
    ) -> Result<Timestamp> {
        let job = self.job(index).ok_or_else(job_not_found)?;
        let id = TaskId::parse(&options.id)?;
        validate_create(options, &job.model)?;
        packages::check_task(&self.config, &options.application_package_references)?;
        resource_lists::check_task(&self.config, options)?;
        job_task_validate::task_id(job, &id)?;
        if job.find_task(&id).is_some() {
            return Err(Error::batch(ErrorCode::TaskExists));
        }
        let modified = self.stamp();
        let job = self.job_mut(index).ok_or_else(job_not_found)?;
        let specification = job.specification(options);
        let slots = specification.required_slots;
        let position = u32::try_from(job.tasks.len()).expect("a job holds fewer than 2^32 tasks");
        job.tasks.push(Task {
            id: id.clone(),
            specification,
            created: modified,
            modified,
            phase_since: modified,
            previous_since: modified,
            start_time: None,
            end_time: None,
            last_retry_time: None,
            last_requeue_time: None,
            node: None,
            failure: None,
            run: None,
            exit_code: None,
            retry_count: 0,
            requeue_count: 0,
            phase: TaskPhase::Active,
            previous: None,
            succeeded: None,
            files: TaskFiles::None,
            deleted: false,
        });
        job.task_ids.insert(id.as_str(), position);
        job.depend(TaskIndex(position), options.depends_on.take());
        job.enqueue(TaskIndex(position));
        job.counts.add(TaskPhase::Active, None, slots);
        if self.trace.is_on() {
            let job = self
                .job(index)
                .map(|job| job.id.to_smol_str())
                .unwrap_or_default();
            let entity = Entity::Task {
                job,
                task: id.to_smol_str(),
            };
            self.record(entity, "", "active", "create_task", SmolStr::default());
        }
        Ok(modified)
    }
}

impl Job {
    /// The position of a task.
    pub(super) fn find_task(&self, id: &TaskId) -> Option<u32> {
        self.task_ids.find(id.as_str(), |at| {
            self.tasks.get(at as usize).map_or("", |task| task.id.as_str())
        })
    }

    /// What is asked of a task, shared with the task before when that was asked for the same.
    fn specification(&mut self, options: &mut BatchTaskCreateOptions) -> Arc<TaskSpecification> {
        let of_job = self
            .model
            .constraints
            .as_ref()
            .and_then(|constraints| constraints.max_task_retry_count);
        let constraints = options.constraints.take().unwrap_or_default();
        let specification = TaskSpecification {
            command_line: std::mem::take(&mut options.command_line)
                .into_string()
                .into_boxed_str(),
            max_wall_clock_time: constraints.max_wall_clock_time.unwrap_or(TimeSpan::INFINITE),
            retention_time: constraints.retention_time.unwrap_or(TimeSpan::from_days(7)),
            max_task_retry_count: constraints.max_task_retry_count.or(of_job).unwrap_or(0),
            required_slots: options
                .required_slots
                .and_then(|slots| u32::try_from(slots).ok())
                .unwrap_or(1),
            extras: extras(options),
        };
        match &self.last_specification {
            Some(last) if **last == specification => Arc::clone(last),
            _ => {
                let shared = Arc::new(specification);
                self.last_specification = Some(Arc::clone(&shared));
                shared
            }
        }
    }
}

/// The properties most tasks do without, when one of them is there.
fn extras(options: &mut BatchTaskCreateOptions) -> Option<Box<TaskExtras>> {
    let any = options.display_name.is_some()
        || options.container_settings.is_some()
        || !options.resource_files.is_empty()
        || !options.output_files.is_empty()
        || !options.environment_settings.is_empty()
        || options.affinity_info.is_some()
        || options.user_identity.is_some()
        || options.multi_instance_settings.is_some()
        || options.exit_conditions.is_some()
        || !options.application_package_references.is_empty();
    any.then(|| {
        let mut extras = TaskExtras {
            display_name: options.display_name.take(),
            container_settings: options.container_settings.take(),
            resource_files: std::mem::take(&mut options.resource_files),
            output_files: std::mem::take(&mut options.output_files),
            environment_settings: std::mem::take(&mut options.environment_settings),
            affinity_info: options.affinity_info.take(),
            user_identity: options.user_identity.take(),
            multi_instance: subtasks::complete(options.multi_instance_settings.take()),
            exit_conditions: options.exit_conditions.take(),
            application_package_references: std::mem::take(&mut options.application_package_references),
        };
        if extras.user_identity.is_some() {
            complete_user_identity(&mut extras.user_identity);
        }
        Box::new(extras)
    })
}

/// What the service accepts of a task of this job.
pub(super) fn validate_create(options: &BatchTaskCreateOptions, job: &BatchJob) -> Result<()> {
    validate::command_line(&options.command_line)?;
    validate::display_name(options.display_name.as_deref())?;
    validate::resource_files(&options.resource_files)?;
    output_files::validate(&options.output_files)?;
    validate::environment_settings(&options.environment_settings)?;
    container_configuration::settings(options.container_settings.as_ref())?;
    validate::user_identity(options.user_identity.as_ref())?;
    options
        .constraints
        .as_ref()
        .map_or(Ok(()), validate::task_constraints)?;
    if let Some(slots) = options.required_slots.filter(|slots| !(1..=256).contains(slots)) {
        return Err(invalid(
            "requiredSlots",
            slots,
            "A task needs 1 to 256 task slots.",
        ));
    }
    subtasks::validate(options)?;
    let depends = job.uses_task_dependencies == Some(true);
    let acts = job.on_task_failure == Some(BatchTaskFailureMode::PerformExitOptionsJobAction);
    dependencies::validate(options.depends_on.as_ref(), depends)?;
    exit_conditions::validate(options.exit_conditions.as_ref(), depends, acts)
}

/// `RequestBodyTooLarge`, as it would be over the wire. Bodies that cannot be near the limit are not measured.
fn refuse_large_body(tasks: &BatchTaskGroup) -> Result<()> {
    let texts = tasks.value.iter().map(|task| {
        let settings = task.environment_settings.iter();
        let settings = settings
            .map(|setting| setting.name.len() + setting.value.as_ref().map_or(0, |value| value.len()));
        let files = task.resource_files.iter();
        let files = files.map(|file| file.http_url.as_ref().map_or(0, |url| url.len()) + 256);
        let outputs = task.output_files.iter().map(|file| {
            let container = file.destination.container.as_ref();
            let container = container.map_or(0, |container| {
                let headers = container.upload_headers.iter();
                let headers = headers
                    .map(|header| header.name.len() + header.value.as_ref().map_or(0, String::len) + 32);
                let path = container.path.as_ref().map_or(0, String::len);
                container.container_url.len() + path + headers.sum::<usize>()
            });
            file.file_pattern.len() + container + 256
        });
        let parents = task.depends_on.as_ref().map_or(0, |depends_on| {
            let ids = depends_on.task_ids.iter().map(|id| id.len() + 3);
            ids.sum::<usize>() + depends_on.task_id_ranges.len() * 48
        });
        let packages = task.application_package_references.iter();
        let packages = packages.map(|package| {
            package.application_id.len() + package.version.as_ref().map_or(0, String::len) + 64
        });
        let codes = task.exit_conditions.as_ref().map_or(0, |conditions| {
            (conditions.exit_codes.len() + conditions.exit_code_ranges.len() + 3) * 160
        });
        let files = files.sum::<usize>() + outputs.sum::<usize>() + packages.sum::<usize>();
        task.command_line.len() + settings.sum::<usize>() + files + parents + codes + 512
    });
    // A character may take six bytes once it is escaped.
    if texts.sum::<usize>() * 6 < BODY_BYTES_MAX {
        return Ok(());
    }
    let length = serde_json::to_vec(tasks).map_or(0, |body| body.len());
    if length > BODY_BYTES_MAX {
        return Err(
            Error::batch(ErrorCode::RequestBodyTooLarge).with_detail("MaxLimit", BODY_BYTES_MAX.to_string())
        );
    }
    Ok(())
}

/// The refusal of one task of a collection.
fn item_error(error: &Error) -> BatchError {
    let details = error.details().iter();
    let values = details.map(|(key, value)| BatchErrorDetail {
        key: Some(key.clone()),
        value: Some(value.clone()),
    });
    BatchError {
        code: Some(error.code().to_string()),
        message: Some(BatchErrorMessage {
            lang: Some("en-US".to_owned()),
            value: Some(error.message().to_owned()),
        }),
        values: values.collect(),
    }
}
