//! Step 6: waiting for the tasks, and seeing early that waiting is in vain.

use std::collections::BTreeSet;

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    AllocationState, BatchNode, BatchNodeState, BatchPool, BatchPoolState, BatchTask, BatchTaskState,
    ResizeError,
};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::ids::{NodeId, PoolId, TaskId};

use super::Flow;
use super::error::TutorialError;
use super::last_words::Place;
use super::pages::all_pages;
use super::report::{TaskReport, outcome_text};
use super::text::{clock_text, failure_text, harmless};

/// Of how many failed tasks or nodes the files are read.
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
        if matches!(waited, Ok(()) | Err(TutorialError::TimedOut { .. })) {
            self.report_tasks().await?;
        }
        waited?;
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
        let mut warned = BTreeSet::new();
        loop {
            self.interrupt.check()?;
            self.console.progress();
            let look = self.look_at_tasks().await?;
            if look.completed >= total {
                return Ok(());
            }
            if !look.at_work {
                self.check_pool(&mut warned).await?;
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

    /// Fails when no node of the pool will ever run a task; warns once of each resize error it can live with.
    async fn check_pool(&mut self, warned: &mut BTreeSet<String>) -> Result<(), TutorialError> {
        let id = &self.settings.pool_id;
        let pool = match self.services.batch.get_pool(id, &RequestOptions::default()).await {
            Ok(pool) => pool,
            Err(error) if error.is(&ErrorCode::PoolNotFound) => return Err(is_deleted(id)),
            Err(error) => return Err(TutorialError::request(format!("Looking at pool [{id}]"))(error)),
        };
        if pool.state == BatchPoolState::Deleting {
            return Err(is_deleted(id));
        }
        if pool.allocation_state != Some(AllocationState::Steady) {
            return Ok(());
        }
        let nodes = self.list_nodes().await.map_err(TutorialError::request(format!(
            "Listing the nodes of pool [{id}]"
        )))?;
        if nodes.is_empty() && !pool.resize_errors.is_empty() {
            return Err(TutorialError::PoolUnusable {
                reason: format!("pool [{id}] got no node, so no task will ever run:"),
                details: pool.resize_errors.iter().map(resize_error_text).collect(),
            });
        }
        for error in &pool.resize_errors {
            let text = resize_error_text(error);
            if warned.insert(text.clone()) {
                self.warn(format!(
                    "pool [{id}] has {} of the {} nodes it should have and goes on with them: {text}",
                    nodes.len(),
                    target(&pool)
                ));
            }
        }
        if !nodes.is_empty() && nodes.iter().all(is_lost) {
            return Err(self.lost_nodes(&nodes).await);
        }
        Ok(())
    }

    async fn list_nodes(&self) -> Result<Vec<BatchNode>, Error> {
        let (batch, pool) = (self.services.batch, &self.settings.pool_id);
        all_pages(ListOptions::default(), async |options| {
            batch.list_nodes(pool, &options).await
        })
        .await
    }

    /// Tells why each node is lost, with what its start task wrote.
    async fn lost_nodes(&self, nodes: &[BatchNode]) -> TutorialError {
        let mut details = Vec::new();
        for (place, node) in nodes.iter().enumerate() {
            let mut text = format!("node {}: {}", harmless(&node.id), node.state);
            for error in &node.errors {
                let values = error
                    .error_details
                    .iter()
                    .map(|value| (&value.name, &value.value));
                let code = error.code.as_deref().unwrap_or("an error without a code");
                text.push_str(", ");
                text.push_str(&failure_text(code, error.message.as_deref(), values));
            }
            if let Some(info) = &node.start_task_info {
                let outcome = outcome_text(info.exit_code, info.failure_info.as_ref());
                text.push_str(", start task: ");
                text.push_str(&outcome);
                if let Ok(id) = NodeId::parse(&node.id)
                    && info.exit_code.is_some()
                    && place < FILES_SHOWN_MAX
                {
                    let place = Place::StartTask(&self.settings.pool_id, &id);
                    text.push_str(&place.last_words(self.services).await.text());
                }
            }
            details.push(text);
        }
        TutorialError::PoolUnusable {
            reason: format!(
                "the start task failed on every node of pool [{}], so no task will ever run:",
                self.settings.pool_id
            ),
            details,
        }
    }

    /// How the pool stands, for the one who waited in vain.
    async fn pool_text(&self) -> String {
        let id = &self.settings.pool_id;
        let text = match self.list_nodes().await {
            Ok(nodes) if nodes.is_empty() => format!("Pool [{id}] has no nodes."),
            Ok(nodes) => {
                let states: Vec<&str> = nodes.iter().map(|node| node.state.as_str()).collect();
                let mut counted: Vec<String> = BTreeSet::from_iter(&states)
                    .into_iter()
                    .map(|state| {
                        let number = states.iter().filter(|other| *other == state).count();
                        format!("{number} {state}")
                    })
                    .collect();
                counted.sort();
                format!("Nodes of pool [{id}]: {}.", counted.join(", "))
            }
            Err(error) => format!("The nodes of pool [{id}] cannot be listed: {error}."),
        };
        harmless(&text)
    }
}

fn is_deleted(id: &PoolId) -> TutorialError {
    TutorialError::PoolUnusable {
        reason: format!("somebody deleted pool [{id}] while its tasks were waiting"),
        details: Vec::new(),
    }
}

/// Whether a node will run no task unless somebody helps it.
fn is_lost(node: &BatchNode) -> bool {
    matches!(
        node.state,
        BatchNodeState::StartTaskFailed | BatchNodeState::Unusable
    )
}

fn target(pool: &BatchPool) -> i32 {
    pool.target_dedicated_nodes.unwrap_or(0) + pool.target_low_priority_nodes.unwrap_or(0)
}

fn resize_error_text(error: &ResizeError) -> String {
    let values = error.values.iter().map(|value| (&value.name, &value.value));
    failure_text(
        error.code.as_deref().unwrap_or("an error without a code"),
        error.message.as_deref(),
        values,
    )
}
