//! Changing, disabling, enabling, terminating and deleting job schedules.

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::{
    BatchJobSchedule, BatchJobScheduleConfiguration, BatchJobScheduleState, BatchJobScheduleUpdateOptions,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::JobScheduleId;
use batchite_api::time::Timestamp;
use smol_str::SmolStr;

use super::job_schedule::{check_specification, check_times, job_schedule_not_found};
use super::{JobScheduleIndex, World, condition, recurrence, states, validate, written};

/// The `terminateReason` of a job whose schedule was terminated.
const TERMINATE_WORKITEM: &str = "TerminateWorkitem";

impl World {
    /// `PATCH /jobschedules/{jobScheduleId}`
    pub fn update_job_schedule(
        &mut self,
        schedule: &JobScheduleId,
        update: BatchJobScheduleUpdateOptions,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.living_job_schedule(schedule, request)?;
        update
            .schedule
            .as_ref()
            .map_or(Ok(()), |times| check_times(times, self.now))?;
        update
            .job_specification
            .as_ref()
            .map_or(Ok(()), |specification| {
                check_specification(&self.config, specification)
            })?;
        update.metadata.as_deref().map_or(Ok(()), validate::metadata)?;
        let record = self.job_schedule_mut(index).ok_or_else(job_schedule_not_found)?;
        if let Some(metadata) = update.metadata {
            record.model.metadata = metadata;
        }
        if let Some(specification) = update.job_specification {
            record.model.job_specification = specification;
        }
        let modified = self.touch_job_schedule(index);
        if let Some(times) = update.schedule {
            self.set_times(index, times, modified);
        }
        Ok(written(modified))
    }

    /// `PUT /jobschedules/{jobScheduleId}`
    pub fn replace_job_schedule(
        &mut self,
        schedule: &JobScheduleId,
        replacement: BatchJobSchedule,
        request: &RequestOptions,
    ) -> Result<Written> {
        let update = BatchJobScheduleUpdateOptions {
            schedule: Some(replacement.schedule.unwrap_or_default()),
            job_specification: Some(replacement.job_specification),
            metadata: Some(replacement.metadata),
        };
        self.update_job_schedule(schedule, update, request)
    }

    /// New times count from the turn that was taken last.
    fn set_times(
        &mut self,
        index: JobScheduleIndex,
        times: BatchJobScheduleConfiguration,
        modified: Timestamp,
    ) {
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        let begin = times.do_not_run_until.unwrap_or(modified).max(modified);
        record.open_turn = match record.last_turn {
            None => Some(begin),
            Some(last) => recurrence::following(last, &times)
                .map(|next| next.max(times.do_not_run_until.unwrap_or(next))),
        };
        record.model.schedule = Some(times);
        self.run_job_schedule(index);
    }

    /// `POST /jobschedules/{jobScheduleId}/disable`
    pub fn disable_job_schedule(
        &mut self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.living_job_schedule(schedule, request)?;
        if self.job_schedule_state(index) == Some(BatchJobScheduleState::Disabled) {
            return Err(Error::batch(ErrorCode::JobScheduleDisabled));
        }
        self.set_job_schedule_state(index, &BatchJobScheduleState::Disabled, "disable_job_schedule");
        let modified = self.touch_job_schedule(index);
        self.run_job_schedule(index);
        Ok(written(modified))
    }

    /// `POST /jobschedules/{jobScheduleId}/enable`: an active one stays what it is.
    pub fn enable_job_schedule(
        &mut self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.living_job_schedule(schedule, request)?;
        if self.job_schedule_state(index) == Some(BatchJobScheduleState::Disabled) {
            self.set_job_schedule_state(index, &BatchJobScheduleState::Active, "enable_job_schedule");
        }
        let modified = self.touch_job_schedule(index);
        self.run_job_schedule(index);
        Ok(written(modified))
    }

    /// `POST /jobschedules/{jobScheduleId}/terminate`: its active job ends with it.
    pub fn terminate_job_schedule(
        &mut self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let index = self.living_job_schedule(schedule, request)?;
        let cause = "terminate_job_schedule";
        self.set_job_schedule_state(index, &BatchJobScheduleState::Terminating, cause);
        let modified = self.touch_job_schedule(index);
        if let Some(job) = self.job_schedule(index).and_then(|schedule| schedule.active_job) {
            self.end_job(job, TERMINATE_WORKITEM, cause);
        }
        self.settle_job_schedule(index);
        Ok(written(modified))
    }

    /// `DELETE /jobschedules/{jobScheduleId}`: its jobs go with it.
    pub fn delete_job_schedule(&mut self, schedule: &JobScheduleId, request: &RequestOptions) -> Result<()> {
        let index = self.changeable_job_schedule(schedule, request)?;
        let cause = "delete_job_schedule";
        self.set_job_schedule_state(index, &BatchJobScheduleState::Deleting, cause);
        let jobs = self
            .job_schedule(index)
            .map(|schedule| schedule.jobs.clone())
            .unwrap_or_default();
        for job in jobs {
            self.begin_job_deletion(job, cause);
        }
        self.settle_job_schedule(index);
        Ok(())
    }

    /// A schedule that a write with these conditions may change, whatever its state.
    fn changeable_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<JobScheduleIndex> {
        let index = self.find_job_schedule(schedule)?;
        let record = self.job_schedule(index).ok_or_else(job_schedule_not_found)?;
        if record.model.state == BatchJobScheduleState::Deleting {
            return Err(Error::batch(ErrorCode::JobScheduleBeingDeleted));
        }
        condition::check_write(&request.conditions, record.model.last_modified)?;
        Ok(index)
    }

    /// The same, unless it has ended or is ending.
    fn living_job_schedule(
        &self,
        schedule: &JobScheduleId,
        request: &RequestOptions,
    ) -> Result<JobScheduleIndex> {
        let index = self.changeable_job_schedule(schedule, request)?;
        match self.job_schedule_state(index) {
            Some(BatchJobScheduleState::Completed) => Err(Error::batch(ErrorCode::JobScheduleCompleted)),
            Some(BatchJobScheduleState::Terminating) => {
                Err(Error::batch(ErrorCode::JobScheduleBeingTerminated))
            }
            _ => Ok(index),
        }
    }

    pub(super) fn job_schedule_state(&self, index: JobScheduleIndex) -> Option<BatchJobScheduleState> {
        self.job_schedule(index)
            .map(|schedule| schedule.model.state.clone())
    }

    /// The only setter of a schedule's state.
    pub(super) fn set_job_schedule_state(
        &mut self,
        index: JobScheduleIndex,
        state: &BatchJobScheduleState,
        cause: &'static str,
    ) {
        let now = self.now;
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        let model = &mut record.model;
        assert!(
            states::job_schedule_may_become(&model.state, state),
            "job schedule {} to {state}",
            model.state
        );
        let from = std::mem::replace(&mut model.state, state.clone());
        model.previous_state = Some(from.clone());
        model.previous_state_transition_time = Some(model.state_transition_time);
        model.state_transition_time = now;
        if *state == BatchJobScheduleState::Completed {
            model.execution_info.end_time = Some(now);
        }
        let entity = record.entity();
        let ended = |state: &BatchJobScheduleState| *state == BatchJobScheduleState::Completed;
        if ended(state) {
            self.active_job_schedules -= 1;
        }
        self.record(entity, from.as_str(), state.as_str(), cause, SmolStr::default());
    }

    fn touch_job_schedule(&mut self, index: JobScheduleIndex) -> Timestamp {
        let modified = self.stamp();
        if let Some(record) = self.job_schedule_mut(index) {
            record.model.last_modified = modified;
            record.model.etag = modified.etag();
        }
        modified
    }
}
