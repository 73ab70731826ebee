//! Step 6: waiting for the tasks, and seeing early that waiting is in vain.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{BatchTask, BatchTaskState};
use batchite_api::ids::TaskId;

use super::Flow;
use super::error::TutorialError;
use super::last_words::Place;
use super::pages::all_pages;
use super::pool::PoolWatch;
use super::report::TaskReport;
use super::text::clock_text;

/// Of how many failed tasks the files are read.
const FILES_SHOWN_MAX: usize = 5;

/// What the flow knows of the tasks after one look.
struct Look {
    completed: usize,
    /// Whether some node works on one.
    at_work: bool,
}

impl Flow<'_> {
    /// Waits until all tasks are completed; fails when one did not succeed, or when none ever will.
    pub(super) async fn wait_for_tasks(&mut self, total: usize) -> Result<(), TutorialError> {
        self.console.begin_progress(&format!(
            "Monitoring all tasks for 'Completed' state, timeout in {}...",
            clock_text(self.settings.timeout)
        ));
        let interrupt = self.interrupt.clone();
        let waited = match interrupt.guard(self.poll_tasks(total)).await {
            Ok(waited) => waited,
            Err(interrupted) => Err(interrupted),
        };
        self.console.end_progress();
        // A service that did not answer, and a person who wants to be gone, are not asked for more.
        let reported = match waited {
            Err(TutorialError::Interrupted | TutorialError::Request { .. }) => Ok(()),
            _ => self.report_tasks().await,
        };
        waited.and(reported)?;
        let tasks = &self.report.tasks;
        let failed: Vec<TaskReport> = tasks.iter().filter(|task| task.is_failed()).cloned().collect();
        if failed.is_empty() {
            self.console.line(
                "  Success! All tasks reached the 'Completed' state within the specified timeout period.",
            );
            Ok(())
        } else {
            Err(TutorialError::TasksFailed(failed))
        }
    }

    async fn poll_tasks(&mut self, total: usize) -> Result<(), TutorialError> {
        let timeout = self.settings.timeout;
        let deadline = self.now() + timeout;
        let mut watch = PoolWatch::default();
        loop {
            self.interrupt.check()?;
            self.console.progress();
            let look = self.look_at_tasks().await?;
            let is_done = look.completed >= total;
            // Where tasks run there are nodes; the pool is looked at until it has settled, and when nothing runs.
            if !look.at_work || !watch.is_steady {
                match self.check_pool(&mut watch).await {
                    // All tasks are completed, so what befell the pool since does not matter.
                    Err(_) if is_done => {}
                    checked => checked?,
                }
            }
            if is_done {
                return Ok(());
            }
            let now = self.now();
            if now >= deadline {
                return Err(TutorialError::TimedOut {
                    timeout,
                    completed: look.completed,
                    total,
                    pool: self.pool_text().await,
                });
            }
            let pause = self.settings.poll_interval.min(deadline - now);
            self.services.clock.sleep(pause).await;
        }
    }

    async fn look_at_tasks(&self) -> Result<Look, TutorialError> {
        let tasks = self.list_tasks(Some("id,state".to_owned())).await?;
        let is = |task: &BatchTask, states: &[BatchTaskState]| states.contains(&task.state);
        Ok(Look {
            completed: tasks
                .iter()
                .filter(|task| is(task, &[BatchTaskState::Completed]))
                .count(),
            at_work: tasks
                .iter()
                .any(|task| is(task, &[BatchTaskState::Running, BatchTaskState::Preparing])),
        })
    }

    async fn list_tasks(&self, select: Option<String>) -> Result<Vec<BatchTask>, TutorialError> {
        let options = ListOptions {
            select,
            ..ListOptions::default()
        };
        let (batch, job) = (self.services.batch, &self.settings.job_id);
        all_pages(options, async |options| batch.list_tasks(job, &options).await)
            .await
            .map_err(TutorialError::request("Listing the tasks"))
    }

    /// Notes how every task stands, and what the failed ones wrote last.
    async fn report_tasks(&mut self) -> Result<(), TutorialError> {
        let mut tasks: Vec<TaskReport> = self.list_tasks(None).await?.iter().map(TaskReport::of).collect();
        // Their ids end in numbers, which a list in order of ids does not keep in order.
        tasks.sort_by(|one, other| (one.id.len(), &one.id).cmp(&(other.id.len(), &other.id)));
        let failed = tasks.iter_mut().filter(|task| task.is_failed());
        for task in failed.take(FILES_SHOWN_MAX) {
            // What never ran has no node and wrote nothing.
            if let Ok(id) = TaskId::parse(&task.id)
                && task.exit_code.is_some()
            {
                let place = Place::Task(&self.settings.job_id, &id);
                task.last_words = Some(place.last_words(self.services).await);
            }
        }
        self.report.tasks = tasks;
        Ok(())
    }
}
