//! Jobs: the record, and creating, reading, listing and changing them.

use std::collections::BTreeMap;
use std::sync::Arc;

use batchite_api::backend::{ListOptions, RequestOptions, Written};
use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJob, BatchJobCreateOptions, BatchJobExecutionInfo, BatchJobState,
    BatchJobUpdateOptions, BatchPoolInfo, BatchTaskFailureMode,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, PoolId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;
use batchite_api::time::Timestamp;
use smol_str::SmolStr;

use super::auto_pool::{self, JobPool};
use super::chunked::Chunked;
use super::dependencies::Dependencies;
use super::event::Event;
use super::id_index::IdIndex;
use super::index_set::IndexSet;
use super::job_manager::{self, JobManager};
use super::lifetime::Lifetimes;
use super::multi_instance::Instances;
use super::paging::{continuation_offset, page};
use super::pool::ReadyKey;
use super::preparation::JobPreparation;
use super::schedule::WaitingTasks;
use super::statistics::JobUsage;
use super::task::{Task, TaskCounts, TaskSpecification};
use super::validate::{self, invalid};
use super::{
    JobIndex, JobScheduleIndex, PoolIndex, TaskIndex, World, condition, job_task_validate, job_validate,
    never_shown, resource_lists, written,
};
use crate::rng::Stream;
use crate::trace::Entity;

/// A job and what the world keeps about it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) model: BatchJob,
    pub(super) id: JobId,
    pub(super) tasks: Chunked<Task>,
    pub(super) task_ids: IdIndex,
    pub(super) waiting: WaitingTasks,
    pub(super) counts: TaskCounts,
    pub(super) usage: JobUsage,
    /// Where the job stands in the queue of its pool, if it does.
    pub(super) ready: Option<(PoolIndex, ReadyKey)>,
    /// Nodes its tasks have run on, whose disks hold its files.
    pub(super) nodes: IndexSet,
    /// Counts what was planned for the job, so that events of an earlier plan are known as stale.
    pub(super) epoch: u32,
    /// What its tasks wait for; `None` in a job without task dependencies.
    pub(super) dependencies: Option<Box<Dependencies>>,
    /// What is prepared for the job, when it has a preparation task.
    pub(super) preparation: Option<Box<JobPreparation>>,
    /// The schedule that made it, if one did.
    pub(super) schedule: Option<JobScheduleIndex>,
    /// The parts of its multi-instance tasks that run or have run.
    pub(super) instances: BTreeMap<TaskIndex, Instances>,
    /// Its job manager task, if it has one: the first of its tasks.
    pub(super) manager: Option<JobManager>,
    pub(super) lifetimes: Lifetimes,
    /// When it had its turn last, among jobs of its priority.
    pub(super) turn: u64,
    /// The last specification, since the next task's is likely to be the same.
    pub(super) last_specification: Option<Arc<TaskSpecification>>,
}

impl Job {
    /// The job without what the service never shows.
    fn view(&self) -> BatchJob {
        let mut model = self.model.clone();
        never_shown::hide_in_job(&mut model);
        model
    }

    pub(super) fn task(&self, task: TaskIndex) -> Option<&Task> {
        self.tasks.get(task.offset()).filter(|task| !task.deleted)
    }

    pub(super) fn task_mut(&mut self, task: TaskIndex) -> Option<&mut Task> {
        self.tasks.get_mut(task.offset()).filter(|task| !task.deleted)
    }

    pub(super) fn entity(&self) -> Entity {
        Entity::Job(self.id.to_smol_str())
    }

    pub(super) fn pool_key(&self) -> SmolStr {
        let execution = self.model.execution_info.as_ref();
        let pool = execution.and_then(|execution| execution.pool_id.as_deref());
        SmolStr::new(pool.unwrap_or("").to_ascii_lowercase())
    }

    /// Whether no task has slots, nor runs a release task the job waits for.
    pub(super) fn is_quiet(&self) -> bool {
        let unreleased = self
            .preparation
            .as_deref()
            .map_or(0, |preparation| preparation.unreleased);
        self.tasks_under_way() == 0 && unreleased == 0
    }

    pub(super) fn is_settled_for_good(&self) -> bool {
        matches!(
            self.model.state,
            BatchJobState::Completed | BatchJobState::Deleting
        )
    }

    pub(super) fn field(&self, name: &str) -> Option<Value<'_>> {
        let execution = self.model.execution_info.as_ref();
        Some(match name {
            "id" => self.id.as_str().into(),
            "state" => self.model.state.as_str().into(),
            "stateTransitionTime" => Value::Moment(self.model.state_transition_time),
            "creationTime" => Value::Moment(self.model.creation_time),
            "lastModified" => Value::Moment(self.model.last_modified),
            "executionInfo/startTime" => Value::Moment(execution?.start_time),
            "executionInfo/endTime" => Value::Moment(execution?.end_time?),
            "executionInfo/poolId" => execution?.pool_id.as_deref()?.into(),
            _ => return None,
        })
    }
}

impl World {
    /// `POST /jobs`
    pub fn create_job(
        &mut self,
        options: BatchJobCreateOptions,
        _request: &RequestOptions,
    ) -> Result<Written> {
        let id = JobId::parse(&options.id)?;
        if id.as_str().contains(':') {
            let reason = "Only a job schedule makes jobs whose id has a colon.";
            return Err(invalid("id", &id, reason));
        }
        if self.job_ids.contains_key(&id.key()) {
            return Err(Error::batch(ErrorCode::JobExists));
        }
        if self.job_schedule_ids.contains_key(&id.key()) {
            return Err(Error::batch(ErrorCode::JobScheduleWithSameIdExists));
        }
        job_validate::create(&options)?;
        job_manager::check_packages(&self.config, options.job_manager_task.as_ref())?;
        resource_lists::check_job(&self.config, &options)?;
        JobPool::of(&options.pool_info, false)?;
        self.check_active_quota()?;
        let place = self.place_of_new_job(&options.pool_info, None);
        let (index, modified) = self.add_job(id, &place.pool, options, "create_job");
        if let Some(error) = place.error {
            self.fail_job(index, error);
        }
        Ok(written(modified))
    }

    /// Adds a job that has been checked, whoever wants it.
    pub(super) fn add_job(
        &mut self,
        id: JobId,
        pool: &PoolId,
        options: BatchJobCreateOptions,
        cause: &'static str,
    ) -> (JobIndex, Timestamp) {
        let modified = self.stamp();
        let index = JobIndex::next(self.jobs.len());
        let depends = options.uses_task_dependencies == Some(true);
        let job = Job {
            preparation: options.job_preparation_task.is_some().then(Box::default),
            task_ids: IdIndex::new(self.config.seed),
            tasks: Chunked::default(),
            waiting: WaitingTasks::default(),
            counts: TaskCounts::default(),
            usage: JobUsage::default(),
            ready: None,
            nodes: IndexSet::default(),
            epoch: 0,
            dependencies: depends.then(|| Box::new(Dependencies::new(self.config.seed))),
            schedule: None,
            instances: BTreeMap::new(),
            manager: options.job_manager_task.as_ref().map(JobManager::new),
            lifetimes: Lifetimes::default(),
            turn: 0,
            last_specification: None,
            model: self.job_model(&id, pool, options, modified),
            id,
        };
        self.record(job.entity(), "", "active", cause, pool.to_smol_str());
        self.job_ids.insert(job.id.key(), index);
        self.jobs_of_pool.entry(pool.key()).or_default().insert(index);
        self.jobs.push(Some(Box::new(job)));
        self.active_jobs += 1;
        self.add_job_manager(index);
        self.limit_job(index);
        self.check_tasks_later(index);
        (index, modified)
    }

    fn job_model(
        &self,
        id: &JobId,
        pool: &PoolId,
        options: BatchJobCreateOptions,
        modified: Timestamp,
    ) -> BatchJob {
        let constraints = job_validate::complete_constraints(options.constraints);
        let mut job_manager_task = options.job_manager_task;
        if let Some(task) = &mut job_manager_task {
            job_manager::complete(task, constraints.max_task_retry_count);
        }
        BatchJob {
            id: id.to_string(),
            display_name: options.display_name,
            uses_task_dependencies: Some(options.uses_task_dependencies.unwrap_or(false)),
            url: format!("{}/jobs/{id}", self.config.batch_endpoint),
            etag: modified.etag(),
            last_modified: modified,
            creation_time: modified,
            state: BatchJobState::Active,
            state_transition_time: modified,
            priority: Some(options.priority.unwrap_or(0)),
            allow_task_preemption: Some(options.allow_task_preemption.unwrap_or(false)),
            max_parallel_tasks: Some(options.max_parallel_tasks.unwrap_or(-1)),
            constraints: Some(constraints),
            job_manager_task,
            network_configuration: options.network_configuration,
            common_environment_settings: options.common_environment_settings,
            pool_info: auto_pool::complete(options.pool_info),
            on_all_tasks_complete: Some(
                options
                    .on_all_tasks_complete
                    .unwrap_or(BatchAllTasksCompleteMode::NoAction),
            ),
            on_task_failure: Some(options.on_task_failure.unwrap_or(BatchTaskFailureMode::NoAction)),
            metadata: options.metadata,
            job_preparation_task: options
                .job_preparation_task
                .map(job_task_validate::complete_preparation),
            job_release_task: options.job_release_task.map(job_task_validate::complete_release),
            execution_info: Some(BatchJobExecutionInfo {
                start_time: modified,
                pool_id: Some(pool.to_string()),
                ..BatchJobExecutionInfo::default()
            }),
            ..BatchJob::default()
        }
    }

    /// `GET /jobs/{jobId}`
    pub fn get_job(&self, job: &JobId, request: &RequestOptions) -> Result<BatchJob> {
        let record = self.job(self.find_job(job)?).ok_or_else(job_not_found)?;
        condition::check_read(&request.conditions, record.model.last_modified)?;
        request.selected(self.view_job(record, request.expands_stats()?))
    }

    /// `GET /jobs`
    pub fn list_jobs(&self, options: &ListOptions) -> Result<Page<BatchJob>> {
        let filter = options.filter(ListKind::Jobs)?;
        let start = continuation_offset(options)?;
        let jobs = (start..self.jobs.len()).filter_map(|at| Some((at, self.jobs[at].as_deref()?)));
        let passing = jobs.filter(|(_, job)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| job.field(name)))
        });
        let stats = options.expands_stats()?;
        page(passing, options, |job| self.view_job(job, stats))
    }

    /// A job as it is shown.
    pub(super) fn view_job(&self, job: &Job, stats: bool) -> BatchJob {
        BatchJob {
            stats: stats.then(|| self.job_statistics(job)).flatten(),
            ..job.view()
        }
    }

    /// `PATCH /jobs/{jobId}`: only what is given changes; a given object replaces the whole object.
    pub fn update_job(
        &mut self,
        job: &JobId,
        update: BatchJobUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_job(job, request)?;
        job_validate::priority(update.priority)?;
        update
            .constraints
            .as_ref()
            .map_or(Ok(()), job_validate::constraints)?;
        update.metadata.as_deref().map_or(Ok(()), validate::metadata)?;
        job_validate::parallel(update.max_parallel_tasks)?;
        job_validate::network(update.network_configuration.as_ref())?;
        self.check_completion_mode(index, update.on_all_tasks_complete.as_ref())?;
        if let Some(info) = &update.pool_info {
            self.move_job(index, info)?;
        }
        let Some(record) = self.job_mut(index) else {
            return Err(job_not_found());
        };
        let model = &mut record.model;
        model.priority = update.priority.or(model.priority);
        model.max_parallel_tasks = update.max_parallel_tasks.or(model.max_parallel_tasks);
        model.allow_task_preemption = update.allow_task_preemption.or(model.allow_task_preemption);
        if update.network_configuration.is_some() {
            model.network_configuration = update.network_configuration;
        }
        if update.constraints.is_some() {
            model.constraints = Some(job_validate::complete_constraints(update.constraints));
        }
        if let Some(metadata) = update.metadata {
            model.metadata = metadata;
        }
        model.on_all_tasks_complete = update
            .on_all_tasks_complete
            .or_else(|| model.on_all_tasks_complete.take());
        Ok(self.job_changed(index))
    }

    /// `PUT /jobs/{jobId}`: what is not given goes back to its default.
    pub fn replace_job(
        &mut self,
        job: &JobId,
        replacement: BatchJob,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_job(job, request)?;
        job_validate::priority(replacement.priority)?;
        replacement
            .constraints
            .as_ref()
            .map_or(Ok(()), job_validate::constraints)?;
        validate::metadata(&replacement.metadata)?;
        job_validate::parallel(replacement.max_parallel_tasks)?;
        let mode = replacement
            .on_all_tasks_complete
            .unwrap_or(BatchAllTasksCompleteMode::NoAction);
        self.check_completion_mode(index, Some(&mode))?;
        self.move_job(index, &replacement.pool_info)?;
        let Some(record) = self.job_mut(index) else {
            return Err(job_not_found());
        };
        let model = &mut record.model;
        model.priority = Some(replacement.priority.unwrap_or(0));
        model.max_parallel_tasks = Some(replacement.max_parallel_tasks.unwrap_or(-1));
        model.allow_task_preemption = Some(replacement.allow_task_preemption.unwrap_or(false));
        model.constraints = Some(job_validate::complete_constraints(replacement.constraints));
        model.metadata = replacement.metadata;
        model.on_all_tasks_complete = Some(mode);
        Ok(self.job_changed(index))
    }

    fn check_completion_mode(&self, job: JobIndex, mode: Option<&BatchAllTasksCompleteMode>) -> Result<()> {
        use BatchAllTasksCompleteMode::{NoAction, TerminateJob};
        job_validate::all_tasks_complete(mode)?;
        let present = self
            .job(job)
            .and_then(|job| job.model.on_all_tasks_complete.as_ref());
        if present == Some(&TerminateJob) && mode == Some(&NoAction) {
            let reason = "Once it is terminatejob, it cannot become noaction again.";
            return Err(invalid("onAllTasksComplete", "noaction", reason));
        }
        Ok(())
    }

    /// A new version of a job; its place in the queue and its limits follow.
    fn job_changed(&mut self, index: JobIndex) -> Written {
        let modified = self.touch_job(index);
        self.refresh_ready(index);
        self.refresh_preemptible(index);
        self.limit_job(index);
        self.check_tasks_later(index);
        written(modified)
    }

    /// Another pool can be named only while the job is disabled. A job with a pool of its own keeps it.
    fn move_job(&mut self, index: JobIndex, info: &BatchPoolInfo) -> Result<()> {
        let Some(record) = self.job_mut(index) else {
            return Err(job_not_found());
        };
        if let Some(present) = &mut record.model.pool_info.auto_pool_specification {
            auto_pool::check_change(present, info)?;
            let given = info.auto_pool_specification.as_ref();
            present.keep_alive = given.and_then(|given| given.keep_alive).or(Some(false));
            return Ok(());
        }
        let pool = match JobPool::of(info, false)? {
            JobPool::Named(pool) => pool,
            JobPool::Auto(_) => {
                let reason = "A job that was made without an automatic pool cannot get one.";
                return Err(invalid("poolInfo", "autoPoolSpecification", reason));
            }
        };
        let before = record.pool_key();
        if before == pool.key() {
            return Ok(());
        }
        if record.model.state != BatchJobState::Disabled {
            return Err(Error::batch(ErrorCode::OperationInvalidForCurrentState)
                .with_detail("PropertyName", "poolInfo")
                .with_detail(
                    "Reason",
                    "The pool of a job can be changed only while the job is disabled.",
                ));
        }
        record.model.pool_info = info.clone();
        if let Some(execution) = &mut record.model.execution_info {
            execution.pool_id = Some(pool.to_string());
        }
        if let Some(jobs) = self.jobs_of_pool.get_mut(&before) {
            jobs.remove(&index);
        }
        self.jobs_of_pool.entry(pool.key()).or_default().insert(index);
        Ok(())
    }

    /// Plans the end of a job whose time is limited.
    fn limit_job(&mut self, index: JobIndex) {
        let Some(record) = self.job(index) else { return };
        let limit = record
            .model
            .constraints
            .as_ref()
            .and_then(|constraints| constraints.max_wall_clock_time);
        if let Some(limit) = limit.filter(|limit| !limit.is_infinite()) {
            let at = record.model.creation_time + limit;
            self.events
                .plan(at.max(self.now), Event::JobTimedOut { job: index });
        }
    }

    /// Plans a look at whether all tasks are complete, for jobs that end with them.
    pub(super) fn check_tasks_later(&mut self, index: JobIndex) {
        let mode = self
            .job(index)
            .and_then(|job| job.model.on_all_tasks_complete.as_ref());
        if mode == Some(&BatchAllTasksCompleteMode::TerminateJob) {
            self.plan_after(
                self.config.latencies.settling,
                Stream::Service,
                Event::JobTasksChecked { job: index },
            );
        }
    }

    pub(super) fn find_job(&self, job: &JobId) -> Result<JobIndex> {
        self.job_ids.get(&job.key()).copied().ok_or_else(job_not_found)
    }

    /// A job that a write with these conditions may change.
    pub(super) fn changeable_job(&self, job: &JobId, request: &RequestOptions) -> Result<JobIndex> {
        let index = self.find_job(job)?;
        let record = self.job(index).ok_or_else(job_not_found)?;
        if record.model.state == BatchJobState::Deleting {
            return Err(Error::batch(ErrorCode::JobBeingDeleted));
        }
        condition::check_write(&request.conditions, record.model.last_modified)?;
        Ok(index)
    }

    pub(super) fn touch_job(&mut self, index: JobIndex) -> Timestamp {
        let modified = self.stamp();
        if let Some(record) = self.job_mut(index) {
            record.model.last_modified = modified;
            record.model.etag = modified.etag();
        }
        modified
    }
}

pub(super) fn job_not_found() -> Error {
    Error::batch(ErrorCode::JobNotFound)
}
