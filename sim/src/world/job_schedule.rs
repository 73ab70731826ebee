//! Job schedules: the record, and creating, reading and listing them and their jobs.

use std::collections::BTreeSet;

use batchite_api::backend::{ListOptions, RequestOptions, Written};
use batchite_api::batch::{
    BatchJob, BatchJobSchedule, BatchJobScheduleConfiguration, BatchJobScheduleCreateOptions,
    BatchJobScheduleState, BatchJobSpecification,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, JobScheduleId, PoolId};
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;
use batchite_api::time::{TimeSpan, Timestamp};
use smol_str::SmolStr;

use super::index_set::IndexSet;
use super::paging::{continuation_offset, page};
use super::recurrence::{self, Turn};
use super::statistics::TaskUsage;
use super::validate::{self, invalid};
use super::{
    JobIndex, JobScheduleIndex, World, auto_pool, condition, job_manager, job_validate, never_shown,
    resource_lists, written,
};
use crate::config::SimConfig;
use crate::trace::Entity;

/// The shortest `recurrenceInterval` and `startWindow`.
const SPAN_MIN: TimeSpan = TimeSpan::from_minutes(1);

/// A job schedule and what the world keeps about it.
#[derive(Debug)]
pub(super) struct JobSchedule {
    /// What the service shows; `nextRunTime` is filled in when it is asked for.
    pub(super) model: BatchJobSchedule,
    pub(super) id: JobScheduleId,
    /// The jobs made so far, deleted ones included: the next is `job-{made + 1}`.
    pub(super) made: u32,
    /// Its jobs that are still there, in the order they were made.
    pub(super) jobs: BTreeSet<JobIndex>,
    /// Nodes where tasks of its jobs that are gone have run.
    pub(super) nodes_of_gone_jobs: IndexSet,
    /// What the tasks of its jobs that are gone have used.
    pub(super) usage_of_gone_jobs: TaskUsage,
    /// The job that has not completed; there is one at most.
    pub(super) active_job: Option<JobIndex>,
    /// The first turn that has not been taken.
    pub(super) open_turn: Option<Timestamp>,
    /// The turn that was taken last.
    pub(super) last_turn: Option<Timestamp>,
    /// The pool of all its jobs, once it was made.
    pub(super) auto_pool: Option<PoolId>,
    /// Counts what was planned for the schedule, so that events of an earlier plan are known as stale.
    pub(super) epoch: u32,
}

impl JobSchedule {
    pub(super) fn entity(&self) -> Entity {
        Entity::JobSchedule(self.id.to_smol_str())
    }

    /// When it makes jobs; no times are one job at once.
    pub(super) fn times(&self) -> BatchJobScheduleConfiguration {
        self.model.schedule.clone().unwrap_or_default()
    }

    fn view(&self, now: Timestamp) -> BatchJobSchedule {
        let mut model = self.model.clone();
        never_shown::hide_in_specification(&mut model.job_specification);
        let lives = matches!(
            model.state,
            BatchJobScheduleState::Active | BatchJobScheduleState::Disabled
        );
        if lives {
            model.execution_info.next_run_time = match recurrence::turn(self.open_turn, &self.times(), now) {
                Turn::Now(at) | Turn::Later(at) => Some(at),
                Turn::Never => None,
            };
        }
        model
    }

    fn field(&self, name: &str) -> Option<Value<'_>> {
        let schedule = self.model.schedule.as_ref();
        Some(match name {
            "id" => self.id.as_str().into(),
            "state" => self.model.state.as_str().into(),
            "stateTransitionTime" => Value::Moment(self.model.state_transition_time),
            "creationTime" => Value::Moment(self.model.creation_time),
            "lastModified" => Value::Moment(self.model.last_modified),
            "executionInfo/endTime" => Value::Moment(self.model.execution_info.end_time?),
            "schedule/doNotRunUntil" => Value::Moment(schedule?.do_not_run_until?),
            "schedule/doNotRunAfter" => Value::Moment(schedule?.do_not_run_after?),
            _ => return None,
        })
    }
}

impl World {
    /// `POST /jobschedules`
    pub fn create_job_schedule(
        &mut self,
        options: BatchJobScheduleCreateOptions,
        _request: &RequestOptions,
    ) -> Result<Written> {
        let id = JobScheduleId::parse(&options.id)?;
        if self.job_schedule_ids.contains_key(&id.key()) {
            return Err(Error::batch(ErrorCode::JobScheduleExists));
        }
        if JobId::parse(&options.id).is_ok_and(|job| self.find_job(&job).is_ok()) {
            return Err(Error::batch(ErrorCode::JobWithSameIdExists));
        }
        validate::display_name(options.display_name.as_deref())?;
        validate::metadata(&options.metadata)?;
        check_times(&options.schedule, self.now)?;
        check_specification(&self.config, &options.job_specification)?;
        self.check_active_quota()?;
        let modified = self.stamp();
        let index = JobScheduleIndex::next(self.job_schedules.len());
        let first = options
            .schedule
            .do_not_run_until
            .unwrap_or(modified)
            .max(modified);
        let schedule = JobSchedule {
            model: self.job_schedule_model(&id, options, modified),
            made: 0,
            jobs: BTreeSet::new(),
            nodes_of_gone_jobs: IndexSet::default(),
            usage_of_gone_jobs: TaskUsage::default(),
            active_job: None,
            open_turn: Some(first),
            last_turn: None,
            auto_pool: None,
            epoch: 0,
            id,
        };
        self.record(
            schedule.entity(),
            "",
            "active",
            "create_job_schedule",
            SmolStr::default(),
        );
        self.job_schedule_ids.insert(schedule.id.key(), index);
        self.job_schedules.push(Some(Box::new(schedule)));
        self.active_job_schedules += 1;
        self.run_job_schedule(index);
        Ok(written(modified))
    }

    fn job_schedule_model(
        &self,
        id: &JobScheduleId,
        options: BatchJobScheduleCreateOptions,
        modified: Timestamp,
    ) -> BatchJobSchedule {
        BatchJobSchedule {
            id: id.to_string(),
            display_name: options.display_name,
            url: format!("{}/jobschedules/{id}", self.config.batch_endpoint),
            etag: modified.etag(),
            last_modified: modified,
            creation_time: modified,
            state: BatchJobScheduleState::Active,
            state_transition_time: modified,
            schedule: Some(options.schedule),
            job_specification: options.job_specification,
            metadata: options.metadata,
            ..BatchJobSchedule::default()
        }
    }

    /// `GET /jobschedules/{jobScheduleId}`
    pub fn get_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<BatchJobSchedule> {
        let index = self.find_job_schedule(schedule)?;
        let record = self.job_schedule(index).ok_or_else(job_schedule_not_found)?;
        condition::check_read(&request.conditions, record.model.last_modified)?;
        request.selected(self.view_job_schedule(record, request.expands_stats()?))
    }

    /// `HEAD /jobschedules/{jobScheduleId}`
    pub fn job_schedule_exists(&self, schedule: &JobScheduleId, request: &RequestOptions) -> Result<bool> {
        let Ok(index) = self.find_job_schedule(schedule) else {
            return Ok(false);
        };
        let record = self.job_schedule(index).ok_or_else(job_schedule_not_found)?;
        condition::check_read(&request.conditions, record.model.last_modified)?;
        Ok(true)
    }

    /// `GET /jobschedules`
    pub fn list_job_schedules(&self, options: &ListOptions) -> Result<Page<BatchJobSchedule>> {
        let filter = options.filter(ListKind::JobSchedules)?;
        let start = continuation_offset(options)?;
        let schedules =
            (start..self.job_schedules.len()).filter_map(|at| Some((at, self.job_schedules[at].as_deref()?)));
        let passing = schedules.filter(|(_, schedule)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| schedule.field(name)))
        });
        let stats = options.expands_stats()?;
        page(passing, options, |schedule| {
            self.view_job_schedule(schedule, stats)
        })
    }

    fn view_job_schedule(&self, schedule: &JobSchedule, stats: bool) -> BatchJobSchedule {
        BatchJobSchedule {
            stats: stats.then(|| self.job_schedule_statistics(schedule)).flatten(),
            ..schedule.view(self.now)
        }
    }

    /// `GET /jobschedules/{jobScheduleId}/jobs`
    pub fn list_jobs_from_schedule(
        &self,
        schedule: &JobScheduleId,
        options: &ListOptions,
    ) -> Result<Page<BatchJob>> {
        let filter = options.filter(ListKind::JobsOfSchedule)?;
        let start = continuation_offset(options)?;
        let index = self.find_job_schedule(schedule)?;
        let record = self.job_schedule(index).ok_or_else(job_schedule_not_found)?;
        let start = JobIndex(u32::try_from(start).unwrap_or(u32::MAX));
        let jobs = record
            .jobs
            .range(start..)
            .filter_map(|job| Some((job.offset(), self.job(*job)?)));
        let passing = jobs.filter(|(_, job)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| job.field(name)))
        });
        let stats = options.expands_stats()?;
        page(passing, options, |job| self.view_job(job, stats))
    }

    pub(super) fn find_job_schedule(&self, schedule: &JobScheduleId) -> Result<JobScheduleIndex> {
        self.job_schedule_ids
            .get(&schedule.key())
            .copied()
            .ok_or_else(job_schedule_not_found)
    }

    pub(super) fn job_schedule(&self, schedule: JobScheduleIndex) -> Option<&JobSchedule> {
        self.job_schedules.get(schedule.offset())?.as_deref()
    }

    pub(super) fn job_schedule_mut(&mut self, schedule: JobScheduleIndex) -> Option<&mut JobSchedule> {
        self.job_schedules.get_mut(schedule.offset())?.as_deref_mut()
    }

    /// The quota of jobs and job schedules that have not completed. What a schedule makes counts and is never refused.
    pub(super) fn check_active_quota(&self) -> Result<()> {
        let active = self.active_jobs + self.active_job_schedules;
        match self.config.quotas.active_jobs {
            Some(quota) if active >= quota => Err(Error::batch(ErrorCode::ActiveJobAndScheduleQuotaReached)),
            _ => Ok(()),
        }
    }
}

/// `schedule`: spans of a minute at least, and an end that is neither over nor before the beginning.
pub(super) fn check_times(schedule: &BatchJobScheduleConfiguration, now: Timestamp) -> Result<()> {
    for (property, span) in [
        ("recurrenceInterval", schedule.recurrence_interval),
        ("startWindow", schedule.start_window),
    ] {
        if let Some(span) = span.filter(|span| *span < SPAN_MIN) {
            return Err(invalid(property, span, "The shortest time is one minute."));
        }
    }
    let Some(end) = schedule.do_not_run_after else {
        return Ok(());
    };
    if end <= now {
        let reason = "The moment has to be in the future.";
        return Err(invalid("doNotRunAfter", end, reason));
    }
    if schedule.do_not_run_until.is_some_and(|begin| begin >= end) {
        let reason = "No job could be made: doNotRunUntil is not before doNotRunAfter.";
        return Err(invalid("doNotRunAfter", end, reason));
    }
    Ok(())
}

/// `jobSpecification`: what is asked of a job is asked of it.
pub(super) fn check_specification(config: &SimConfig, specification: &BatchJobSpecification) -> Result<()> {
    let options = super::job_schedule_run::job_options(specification);
    job_validate::create(&options)?;
    job_manager::check_packages(config, options.job_manager_task.as_ref())?;
    resource_lists::check_job(config, &options)?;
    auto_pool::JobPool::of(&options.pool_info, true).map(drop)
}

pub(super) fn job_schedule_not_found() -> Error {
    Error::batch(ErrorCode::JobScheduleNotFound)
}
