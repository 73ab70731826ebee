//! The pool while its tasks wait: what can be lived with is told once, what cannot ends the wait.

use std::collections::BTreeSet;

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    AllocationState, BatchNode, BatchNodeState, BatchPool, BatchPoolState, ResizeError,
};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::ids::{NodeId, PoolId};

use super::Flow;
use super::error::TutorialError;
use super::last_words::Place;
use super::pages::all_pages;
use super::report::outcome_text;
use super::text::{failure_text, harmless};

/// Of how many lost nodes the files are read.
const FILES_SHOWN_MAX: usize = 5;

/// What is known of the pool from earlier looks.
#[derive(Default)]
pub(super) struct PoolWatch {
    /// Whether it has the nodes it will have.
    pub(super) is_steady: bool,
    /// The resize errors that were told.
    told: BTreeSet<String>,
}

impl Flow<'_> {
    /// Fails when no node of the pool will ever run a task; warns once of each resize error it can live with.
    pub(super) async fn check_pool(&mut self, watch: &mut PoolWatch) -> Result<(), TutorialError> {
        let id = &self.settings.pool_id;
        let pool = match self.services.batch.get_pool(id, &RequestOptions::default()).await {
            Ok(pool) => pool,
            Err(error) if error.is(&ErrorCode::PoolNotFound) => return Err(is_deleted(id)),
            Err(error) => return Err(TutorialError::request(format!("Looking at pool [{id}]"))(error)),
        };
        if pool.state == BatchPoolState::Deleting {
            return Err(is_deleted(id));
        }
        watch.is_steady = pool.allocation_state == Some(AllocationState::Steady);
        if !watch.is_steady {
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
            if watch.told.insert(text.clone()) {
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
        let has_failed = |node: &BatchNode| node.state == BatchNodeState::StartTaskFailed;
        let what = if nodes.iter().any(has_failed) {
            "the start task failed on every node that can be used"
        } else {
            "every node is unusable"
        };
        TutorialError::PoolUnusable {
            reason: format!("pool [{}] will never run a task, {what}:", self.settings.pool_id),
            details,
        }
    }

    /// How the pool stands, for the one who waited in vain.
    pub(super) async fn pool_text(&self) -> String {
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
