//! Job schedules at work: making jobs turn by turn, and coming to an end.

use batchite_api::batch::{
    BatchJobCreateOptions, BatchJobScheduleState, BatchJobSpecification, RecentBatchJob,
};
use batchite_api::ids::{JobId, JobScheduleId};
use batchite_api::time::Timestamp;
use smol_str::SmolStr;

use super::event::Event;
use super::job::Job;
use super::recurrence::{self, Turn};
use super::{JobIndex, JobScheduleIndex, NodeIndex, World};
use crate::rng::Stream;

/// The job a schedule makes, without an id.
pub(super) fn job_options(specification: &BatchJobSpecification) -> BatchJobCreateOptions {
    let specification = specification.clone();
    BatchJobCreateOptions {
        id: String::new(),
        display_name: specification.display_name,
        uses_task_dependencies: specification.uses_task_dependencies,
        priority: specification.priority,
        allow_task_preemption: specification.allow_task_preemption,
        max_parallel_tasks: specification.max_parallel_tasks,
        constraints: specification.constraints,
        job_manager_task: specification.job_manager_task,
        job_preparation_task: specification.job_preparation_task,
        job_release_task: specification.job_release_task,
        common_environment_settings: specification.common_environment_settings,
        pool_info: specification.pool_info,
        on_all_tasks_complete: specification.on_all_tasks_complete,
        on_task_failure: specification.on_task_failure,
        network_configuration: specification.network_configuration,
        metadata: specification.metadata,
    }
}

impl World {
    /// Does what a schedule has to do now, and plans when to look at it again.
    ///
    /// While a job is active nothing is planned: its end looks at the schedule.
    pub(super) fn run_job_schedule(&mut self, index: JobScheduleIndex) {
        // A write moves its stamp on where time stands still; what it made due is due.
        let now = self.now.max(self.last_stamp);
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        record.epoch += 1;
        if record.active_job.is_some() {
            return;
        }
        let times = record.times();
        let (turn, end) = (
            recurrence::turn(record.open_turn, &times, now),
            times.do_not_run_after,
        );
        let enabled = match record.model.state {
            BatchJobScheduleState::Active => true,
            BatchJobScheduleState::Disabled => false,
            _ => return,
        };
        match turn {
            Turn::Now(turn) if enabled => self.take_turn(index, turn),
            Turn::Later(turn) if enabled => self.look_at_job_schedule(index, turn),
            // A schedule with an end completes when that has passed, and is disabled until then.
            Turn::Now(_) | Turn::Later(_) => {
                if let Some(end) = end {
                    self.look_at_job_schedule(index, end.saturating_add(super::TICK));
                }
            }
            Turn::Never => match end.filter(|end| *end >= now && times.recurrence_interval.is_some()) {
                Some(end) => self.look_at_job_schedule(index, end.saturating_add(super::TICK)),
                None => self.complete_job_schedule(index, "no_turn_left"),
            },
        }
    }

    fn look_at_job_schedule(&mut self, index: JobScheduleIndex, at: Timestamp) {
        let Some(record) = self.job_schedule(index) else {
            return;
        };
        let event = Event::JobScheduleDue {
            schedule: index,
            epoch: record.epoch,
        };
        self.events.plan(at.max(self.now), event);
    }

    pub(super) fn job_schedule_due(&mut self, index: JobScheduleIndex, epoch: u32) {
        if self
            .job_schedule(index)
            .is_some_and(|record| record.epoch == epoch)
        {
            self.run_job_schedule(index);
        }
    }

    /// Makes the job of a turn.
    fn take_turn(&mut self, index: JobScheduleIndex, turn: Timestamp) {
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        record.made += 1;
        record.last_turn = Some(turn);
        record.open_turn = recurrence::following(turn, &record.times());
        let id = job_id(&record.id, record.made);
        let options = job_options(&record.model.job_specification);
        let url = format!("{}/jobs/{id}", self.config.batch_endpoint);
        let recent = RecentBatchJob {
            id: Some(id.to_string()),
            url: Some(url),
        };
        let place = self.place_of_new_job(&options.pool_info, Some(index));
        let (job, _) = self.add_job(id, &place.pool, options, "job_schedule");
        if let Some(made) = self.job_mut(job) {
            made.schedule = Some(index);
        }
        if let Some(record) = self.job_schedule_mut(index) {
            record.active_job = Some(job);
            record.jobs.insert(job);
            record.model.execution_info.recent_job = Some(recent);
        }
        if let Some(error) = place.error {
            self.fail_job(job, error);
        }
    }

    /// A job has completed, or was removed before it had.
    pub(super) fn job_of_schedule_is_over(&mut self, index: JobScheduleIndex, job: JobIndex) {
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        if record.active_job == Some(job) {
            record.active_job = None;
            self.run_job_schedule(index);
            self.settle_job_schedule(index);
        }
    }

    /// A job is gone.
    pub(super) fn job_of_schedule_is_gone(&mut self, index: JobScheduleIndex, job: JobIndex, gone: &Job) {
        if let Some(record) = self.job_schedule_mut(index) {
            record.jobs.remove(&job);
            record.usage_of_gone_jobs.add(&gone.usage.totals);
            for node in gone.nodes.iter() {
                record.nodes_of_gone_jobs.insert(node);
            }
            self.settle_job_schedule(index);
        }
    }

    /// Plans the end of a state that waits for jobs, once none is left to wait for.
    pub(super) fn settle_job_schedule(&mut self, index: JobScheduleIndex) {
        let Some(record) = self.job_schedule_mut(index) else {
            return;
        };
        let waits = match record.model.state {
            BatchJobScheduleState::Terminating => record.active_job.is_some(),
            BatchJobScheduleState::Deleting => !record.jobs.is_empty(),
            _ => return,
        };
        record.epoch += 1;
        let epoch = record.epoch;
        if !waits {
            self.plan_after(
                self.config.latencies.settling,
                Stream::Service,
                Event::JobScheduleSettled {
                    schedule: index,
                    epoch,
                },
            );
        }
    }

    pub(super) fn job_schedule_settled(&mut self, index: JobScheduleIndex, epoch: u32) {
        let Some(record) = self.job_schedule(index).filter(|record| record.epoch == epoch) else {
            return;
        };
        match record.model.state {
            BatchJobScheduleState::Terminating => self.complete_job_schedule(index, "jobs_ended"),
            BatchJobScheduleState::Deleting => self.remove_job_schedule(index),
            _ => {}
        }
    }

    fn complete_job_schedule(&mut self, index: JobScheduleIndex, cause: &'static str) {
        self.set_job_schedule_state(index, &BatchJobScheduleState::Completed, cause);
        self.end_pool_of_schedule(index);
    }

    fn remove_job_schedule(&mut self, index: JobScheduleIndex) {
        self.end_pool_of_schedule(index);
        let Some(record) = self.job_schedules.get_mut(index.offset()).and_then(Option::take) else {
            return;
        };
        self.job_schedule_ids.remove(&record.id.key());
        let completed = record.model.execution_info.end_time.is_some();
        self.active_job_schedules -= u32::from(!completed);
        let directory = super::command::workitem_directory(record.id.as_str());
        for node in record.nodes_of_gone_jobs.iter() {
            let node = self.node(NodeIndex(node)).map(|node| node.identity.node.clone());
            if let Some(node) = node {
                self.remove_directory(node, directory.clone());
            }
        }
        self.record(
            record.entity(),
            record.model.state.as_str(),
            "",
            "job_schedule_gone",
            SmolStr::default(),
        );
    }
}

/// The id of a schedule's nth job.
fn job_id(schedule: &JobScheduleId, number: u32) -> JobId {
    JobId::parse(&format!("{schedule}:job-{number}")).expect("ids of schedules make ids of jobs")
}
