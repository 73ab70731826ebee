//! Terminating, reactivating, changing and deleting tasks.

use std::sync::Arc;

use batchite_api::backend::{RequestOptions, Written};
use batchite_api::batch::BatchTask;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, TaskId};
use batchite_api::time::TimeSpan;
use smol_str::SmolStr;

use super::job::job_not_found;
use super::states::TaskPhase;
use super::task::{Task, TaskFiles};
use super::{JobIndex, TaskIndex, World, condition, validate, written};
use crate::trace::Entity;

impl World {
    /// `PUT /jobs/{jobId}/tasks/{taskId}`: replaces the constraints; what is not given goes back to its default.
    pub fn replace_task(
        &mut self,
        job: &JobId,
        task: &TaskId,
        replacement: BatchTask,
        request: &RequestOptions,
    ) -> Result<Written> {
        let (index, at) = self.changeable_task(job, task, request)?;
        let constraints = replacement.constraints.unwrap_or_default();
        validate::task_constraints(&constraints)?;
        let modified = self.stamp();
        let record = self
            .job_mut(index)
            .and_then(|job| job.task_mut(at))
            .ok_or_else(task_not_found)?;
        if record.phase == TaskPhase::Completed {
            return Err(Error::batch(ErrorCode::TaskCompleted));
        }
        let specification = Arc::make_mut(&mut record.specification);
        specification.max_wall_clock_time = constraints.max_wall_clock_time.unwrap_or(TimeSpan::INFINITE);
        specification.retention_time = constraints.retention_time.unwrap_or(TimeSpan::from_days(7));
        specification.max_task_retry_count = constraints.max_task_retry_count.unwrap_or(0);
        record.modified = modified;
        self.limit_run(index, at);
        Ok(written(modified))
    }

    /// `POST /jobs/{jobId}/tasks/{taskId}/terminate`
    pub fn terminate_task(
        &mut self,
        job: &JobId,
        task: &TaskId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let (index, at) = self.changeable_task(job, task, request)?;
        let record = self.task(index, at)?;
        match (record.phase, record.run) {
            (TaskPhase::Completed, _) => return Err(Error::batch(ErrorCode::TaskCompleted)),
            (_, Some(run)) => self.terminate_run(run, "terminate_task"),
            (_, None) => self.terminate_waiting(index, at, "terminate_task"),
        }
        Ok(self.touch_task(index, at))
    }

    /// `POST /jobs/{jobId}/tasks/{taskId}/reactivate`
    pub fn reactivate_task(
        &mut self,
        job: &JobId,
        task: &TaskId,
        request: &RequestOptions,
    ) -> Result<Written> {
        let (index, at) = self.changeable_task(job, task, request)?;
        let record = self.task(index, at)?;
        if record.phase != TaskPhase::Completed {
            return Err(Error::batch(ErrorCode::TaskNotCompleted));
        }
        if record.succeeded == Some(true) {
            return Err(Error::batch(ErrorCode::TaskSucceeded));
        }
        self.require_living_job(index)?;
        self.files_are_forgotten(index, at);
        if let Some(job) = self.job_mut(index) {
            job.forget_dependents(at, false);
        }
        self.set_task_phase(
            index,
            at,
            TaskPhase::Active,
            None,
            "reactivate_task",
            SmolStr::default(),
        );
        if let Some(record) = self.job_mut(index) {
            record.enqueue(at);
            if let Some(task) = record.task_mut(at) {
                task.clear_run();
                task.retry_count = 0;
                task.requeue_count = 0;
                task.last_retry_time = None;
                task.last_requeue_time = None;
            }
        }
        self.refresh_ready(index);
        Ok(self.touch_task(index, at))
    }

    /// `DELETE /jobs/{jobId}/tasks/{taskId}`
    pub fn delete_task(&mut self, job: &JobId, task: &TaskId, request: &RequestOptions) -> Result<()> {
        let (index, at) = self.changeable_task(job, task, request)?;
        let record = self.task(index, at)?;
        let has_files = record.files == TaskFiles::Present;
        let run = record.run;
        let nodes = if has_files {
            self.nodes_with_files(index, at)
        } else {
            Vec::new()
        };
        if let Some(run) = run {
            self.terminate_run(run, "delete_task");
        } else if self.job(index).is_some_and(|job| job.is_left(at)) {
            self.terminate_waiting(index, at, "delete_task");
        }
        self.files_are_forgotten(index, at);
        if let Some(directory) = self.task_directory(index, at) {
            for node in nodes {
                self.remove_directory(node, directory.clone());
            }
        }
        let Some(record) = self.job_mut(index) else {
            return Err(job_not_found());
        };
        record.forget_dependents(at, true);
        let tasks = &record.tasks;
        record.task_ids.remove(task.as_str(), |at| {
            tasks.get(at as usize).map_or("", |task| task.id.as_str())
        });
        let Some(gone) = record.tasks.get_mut(at.offset()) else {
            return Err(task_not_found());
        };
        let slots = gone.specification.required_slots;
        let needs = gone.specification.needs();
        let (phase, succeeded) = (gone.phase, gone.succeeded);
        gone.deleted = true;
        gone.clear_run();
        record.counts.subtract(phase, succeeded, slots);
        record.waiting.remove(at.0, needs);
        record.instances.remove(&at);
        record.usage.forget(at);
        let entity = Entity::Task {
            job: record.id.to_smol_str(),
            task: task.to_smol_str(),
        };
        let from = super::task::state_of(phase);
        self.record(entity, from.as_str(), "", "delete_task", SmolStr::default());
        self.refresh_ready(index);
        self.check_tasks_later(index);
        Ok(())
    }

    pub(super) fn find_task(&self, job: &JobId, task: &TaskId) -> Result<(JobIndex, TaskIndex)> {
        let index = self.find_job(job)?;
        let at = self
            .job(index)
            .and_then(|job| job.find_task(task))
            .ok_or_else(task_not_found)?;
        Ok((index, TaskIndex(at)))
    }

    pub(super) fn task(&self, job: JobIndex, task: TaskIndex) -> Result<&Task> {
        self.job(job)
            .and_then(|job| job.task(task))
            .ok_or_else(task_not_found)
    }

    fn changeable_task(
        &self,
        job: &JobId,
        task: &TaskId,
        request: &RequestOptions,
    ) -> Result<(JobIndex, TaskIndex)> {
        let (index, at) = self.find_task(job, task)?;
        condition::check_write(&request.conditions, self.task(index, at)?.modified)?;
        Ok((index, at))
    }

    /// A new version of a task. Only what users write makes one, not what the scheduler does.
    fn touch_task(&mut self, job: JobIndex, task: TaskIndex) -> Written {
        let modified = self.stamp();
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.modified = modified;
        }
        written(modified)
    }
}

fn task_not_found() -> Error {
    Error::batch(ErrorCode::TaskNotFound)
}
