//! Disabling, enabling, terminating and deleting jobs.

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJobDisableOptions, BatchJobSchedulingError, BatchJobState,
    BatchJobTerminateOptions, DisableBatchJobOption,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::JobId;
use batchite_api::time::TimeSpan;
use smol_str::SmolStr;

use super::event::Event;
use super::job::job_not_found;
use super::validate::{invalid, missing};
use super::{JobIndex, NodeIndex, TaskIndex, World, states, written};
use crate::exec::RunId;
use crate::rng::Stream;

/// The default of `terminateReason`.
const USER_TERMINATE: &str = "UserTerminate";

impl World {
    /// `POST /jobs/{jobId}/disable`
    pub fn disable_job(
        &mut self,
        job: &JobId,
        disable: &BatchJobDisableOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_job(job, request)?;
        let option = disable.disable_tasks.clone();
        if option.as_str().is_empty() {
            return Err(missing("disableTasks"));
        }
        if !option.is_known() {
            return Err(invalid(
                "disableTasks",
                option,
                "The option is requeue, terminate or wait.",
            ));
        }
        let state = self
            .job(index)
            .map(|job| job.model.state.clone())
            .ok_or_else(job_not_found)?;
        match state {
            BatchJobState::Active | BatchJobState::Disabling | BatchJobState::Disabled => {
                self.begin_disabling(index, &option, "disable_job");
            }
            other => return Err(wrong_state(&other)),
        }
        Ok(written(self.touch_job(index)))
    }

    /// Keeps a job from starting tasks, and deals with those that run. The job is active, or disabled already.
    pub(super) fn begin_disabling(
        &mut self,
        index: JobIndex,
        option: &DisableBatchJobOption,
        cause: &'static str,
    ) {
        if self.job(index).map(|job| &job.model.state) == Some(&BatchJobState::Active) {
            self.set_job_state(index, &BatchJobState::Disabling, cause);
        }
        self.refresh_ready(index);
        for run in self.runs_of(index) {
            match option {
                DisableBatchJobOption::Requeue => self.requeue_run(run, cause),
                DisableBatchJobOption::Terminate => self.terminate_run(run, cause),
                _ => {}
            }
        }
        if *option == DisableBatchJobOption::Terminate {
            self.terminate_left(index, cause);
        }
        self.settle_job(index);
    }

    /// `POST /jobs/{jobId}/enable`
    pub fn enable_job(&mut self, job: &JobId, request: &RequestOptions) -> Result<Written> {
        let index = self.changeable_job(job, request)?;
        let state = self
            .job(index)
            .map(|job| job.model.state.clone())
            .ok_or_else(job_not_found)?;
        match state {
            BatchJobState::Disabled | BatchJobState::Disabling => {
                self.set_job_state(index, &BatchJobState::Enabling, "enable_job");
                self.settle_job(index);
            }
            // An active job stays what it is.
            BatchJobState::Active | BatchJobState::Enabling => {}
            other => return Err(wrong_state(&other)),
        }
        Ok(written(self.touch_job(index)))
    }

    /// `POST /jobs/{jobId}/terminate`
    pub fn terminate_job(
        &mut self,
        job: &JobId,
        terminate: &BatchJobTerminateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.changeable_job(job, request)?;
        let state = self
            .job(index)
            .map(|job| job.model.state.clone())
            .ok_or_else(job_not_found)?;
        if request.force && state == BatchJobState::Terminating {
            self.settle_job_at_once(index);
            return Ok(written(self.touch_job(index)));
        }
        if matches!(state, BatchJobState::Completed | BatchJobState::Terminating) {
            return Err(wrong_state(&state));
        }
        let reason = terminate
            .terminate_reason
            .as_deref()
            .filter(|reason| !reason.is_empty())
            .unwrap_or(USER_TERMINATE)
            .to_owned();
        self.begin_termination(index, &reason, "terminate_job");
        if request.force {
            self.settle_job_at_once(index);
        }
        Ok(written(self.touch_job(index)))
    }

    /// Ends a job for a reason of the service's own, unless it ends already.
    pub(super) fn end_job(&mut self, index: JobIndex, reason: &str, cause: &'static str) {
        let lives = self
            .job(index)
            .is_some_and(|job| !job.is_settled_for_good() && job.model.state != BatchJobState::Terminating);
        if lives {
            self.begin_termination(index, reason, cause);
        }
    }

    fn begin_termination(&mut self, index: JobIndex, reason: &str, cause: &'static str) {
        if let Some(execution) = self
            .job_mut(index)
            .and_then(|job| job.model.execution_info.as_mut())
        {
            execution.terminate_reason = Some(reason.to_owned());
        }
        self.set_job_state(index, &BatchJobState::Terminating, cause);
        self.refresh_ready(index);
        for run in self.runs_of(index) {
            self.terminate_run(run, cause);
        }
        self.terminate_left(index, cause);
        self.begin_release(index);
        self.settle_job(index);
    }

    /// `DELETE /jobs/{jobId}`
    pub fn delete_job(&mut self, job: &JobId, request: &RequestOptions) -> Result<()> {
        if request.force && self.is_deleting(job) {
            self.settle_job_at_once(self.find_job(job)?);
            return Ok(());
        }
        let index = self.changeable_job(job, request)?;
        self.begin_job_deletion(index, "delete_job");
        if request.force {
            self.settle_job_at_once(index);
        }
        Ok(())
    }

    /// Begins to delete a job, unless that has begun.
    pub(super) fn begin_job_deletion(&mut self, index: JobIndex, cause: &'static str) {
        if self
            .job(index)
            .is_none_or(|job| job.model.state == BatchJobState::Deleting)
        {
            return;
        }
        self.set_job_state(index, &BatchJobState::Deleting, cause);
        self.refresh_ready(index);
        for run in self.runs_of(index) {
            self.terminate_run(run, cause);
        }
        self.terminate_left(index, cause);
        self.begin_release(index);
        self.settle_job(index);
    }

    /// Ends a job that cannot be scheduled at all.
    pub(super) fn fail_job(&mut self, index: JobIndex, error: BatchJobSchedulingError) {
        if let Some(execution) = self
            .job_mut(index)
            .and_then(|job| job.model.execution_info.as_mut())
        {
            execution.scheduling_error = Some(error);
        }
        self.set_job_state(index, &BatchJobState::Terminating, "scheduling_error");
        self.refresh_ready(index);
        self.settle_job(index);
    }

    fn is_deleting(&self, job: &JobId) -> bool {
        let record = self.find_job(job).ok().and_then(|index| self.job(index));
        record.is_some_and(|job| job.model.state == BatchJobState::Deleting)
    }

    /// Has a job leave its transitional state without waiting for anything: `force`.
    fn settle_job_at_once(&mut self, index: JobIndex) {
        self.give_up_releases(index, "The job was ended by force.", "force");
        let Some(job) = self.job_mut(index) else { return };
        job.epoch += 1;
        let epoch = job.epoch;
        self.plan_in(TimeSpan::ZERO, Event::JobSettled { job: index, epoch });
    }

    /// The runs of a job that are under way, in the order of their nodes.
    fn runs_of(&self, index: JobIndex) -> Vec<RunId> {
        let Some(job) = self.job(index) else {
            return Vec::new();
        };
        let nodes = job.nodes.iter().filter_map(|node| self.node(NodeIndex(node)));
        nodes
            .flat_map(|node| node.runs.iter())
            .filter(|run| run.job == index)
            .map(|run| run.run)
            .collect()
    }

    /// Plans the end of a transitional state, unless tasks still run.
    pub(super) fn settle_job(&mut self, index: JobIndex) {
        let Some(job) = self.job_mut(index) else { return };
        job.epoch += 1;
        let epoch = job.epoch;
        // A job that is being enabled does not care what still runs.
        if job.is_quiet() || job.model.state == BatchJobState::Enabling {
            self.plan_after(
                self.config.latencies.settling,
                Stream::Service,
                Event::JobSettled { job: index, epoch },
            );
        }
    }

    /// Goes on with a job that waited for its tasks, when the last of them has ended.
    pub(super) fn job_tasks_may_be_gone(&mut self, index: JobIndex) {
        let Some(job) = self.job(index) else { return };
        let waits = matches!(
            job.model.state,
            BatchJobState::Disabling | BatchJobState::Terminating | BatchJobState::Deleting
        );
        if waits && job.is_quiet() {
            self.settle_job(index);
        }
    }

    pub(super) fn job_settled(&mut self, index: JobIndex, epoch: u32) {
        let Some(job) = self.job(index).filter(|job| job.epoch == epoch) else {
            return;
        };
        match job.model.state {
            BatchJobState::Disabling => self.set_job_state(index, &BatchJobState::Disabled, "tasks_ended"),
            BatchJobState::Enabling => {
                self.set_job_state(index, &BatchJobState::Active, "enable_job");
                self.refresh_ready(index);
                self.check_tasks_later(index);
            }
            BatchJobState::Terminating => {
                self.set_job_state(index, &BatchJobState::Completed, "tasks_ended");
                self.active_jobs -= 1;
                let now = self.now;
                if let Some(execution) = self
                    .job_mut(index)
                    .and_then(|job| job.model.execution_info.as_mut())
                {
                    execution.end_time = Some(now);
                }
                self.end_pool_of_completed_job(index);
                if let Some(schedule) = self.job(index).and_then(|job| job.schedule) {
                    self.job_of_schedule_is_over(schedule, index);
                }
            }
            BatchJobState::Deleting => self.remove_job(index),
            _ => {}
        }
    }

    fn remove_job(&mut self, index: JobIndex) {
        let Some(job) = self.jobs.get_mut(index.offset()).and_then(Option::take) else {
            return;
        };
        self.job_ids.remove(&job.id.key());
        let execution = job.model.execution_info.as_ref();
        let completed = execution.is_some_and(|execution| execution.end_time.is_some());
        self.active_jobs -= u32::from(!completed);
        if let Some(jobs) = self.jobs_of_pool.get_mut(&job.pool_key()) {
            jobs.remove(&index);
            if jobs.is_empty() {
                self.jobs_of_pool.remove(&job.pool_key());
            }
        }
        self.files_of_job_are_gone(&job);
        let directory = super::command::whole_job_directory(&job.id);
        for node in job.nodes.iter() {
            let node = self.node(NodeIndex(node)).map(|node| node.identity.node.clone());
            if let Some(node) = node {
                self.remove_directory(node, directory.clone());
            }
        }
        self.record(
            job.entity(),
            job.model.state.as_str(),
            "",
            "job_gone",
            SmolStr::default(),
        );
        if !completed {
            self.end_pool_of_job(&job);
        }
        if let Some(schedule) = job.schedule {
            self.job_of_schedule_is_over(schedule, index);
            self.job_of_schedule_is_gone(schedule, index, &job);
        }
    }

    pub(super) fn job_timed_out(&mut self, index: JobIndex) {
        let Some(job) = self.job(index) else { return };
        // The limit may have been changed since; what counts is the one in force.
        let limit = job
            .model
            .constraints
            .as_ref()
            .and_then(|constraints| constraints.max_wall_clock_time);
        let due = limit.is_some_and(|limit| job.model.creation_time + limit <= self.now);
        if due {
            self.end_job(index, "MaxWallClockTimeExpiry", "job_time_limit");
        }
    }

    pub(super) fn job_tasks_checked(&mut self, index: JobIndex) {
        let Some(job) = self.job(index) else { return };
        let ends = job.model.on_all_tasks_complete == Some(BatchAllTasksCompleteMode::TerminateJob);
        let all_complete = job.counts.active == 0 && job.counts.running == 0;
        if ends && all_complete && job.model.state == BatchJobState::Active {
            self.begin_termination(index, "AllTasksComplete", "all_tasks_complete");
            self.touch_job(index);
        }
    }

    pub(super) fn set_job_state(&mut self, index: JobIndex, state: &BatchJobState, cause: &'static str) {
        let now = self.now;
        let Some(job) = self.job_mut(index) else { return };
        assert!(
            states::job_may_become(&job.model.state, state),
            "job {} to {state}",
            job.model.state
        );
        let from = std::mem::replace(&mut job.model.state, state.clone());
        // The previous state is the last one the job rested in.
        if matches!(
            from,
            BatchJobState::Active | BatchJobState::Disabled | BatchJobState::Completed
        ) {
            job.model.previous_state = Some(from.clone());
            job.model.previous_state_transition_time = Some(job.model.state_transition_time);
        }
        job.model.state_transition_time = now;
        let entity = job.entity();
        self.record(entity, from.as_str(), state.as_str(), cause, SmolStr::default());
    }

    /// Whether tasks can be added to, or made active in, a job.
    pub(super) fn require_living_job(&self, index: JobIndex) -> Result<()> {
        match self.job(index).map(|job| &job.model.state) {
            None => Err(job_not_found()),
            Some(
                state @ (BatchJobState::Terminating | BatchJobState::Completed | BatchJobState::Deleting),
            ) => Err(wrong_state(state)),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn task_directory(&self, job: JobIndex, task: TaskIndex) -> Option<String> {
        let record = self.job(job)?;
        Some(super::command::task_directory(&record.id, &record.task(task)?.id))
    }
}

/// Why a job in this state refuses.
fn wrong_state(state: &BatchJobState) -> Error {
    Error::batch(match state {
        BatchJobState::Completed => ErrorCode::JobCompleted,
        BatchJobState::Terminating => ErrorCode::JobBeingTerminated,
        BatchJobState::Deleting => ErrorCode::JobBeingDeleted,
        BatchJobState::Disabled | BatchJobState::Disabling => ErrorCode::JobDisabled,
        _ => ErrorCode::JobNotActive,
    })
}
