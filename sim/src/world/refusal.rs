//! Runs that a node cannot start at all, whoever executes its commands: they fail at once, and are not tried again.
//!
//! A task may come to any pool, so what it asks of the pool is known only where it runs.

use batchite_api::batch::{BatchTaskContainerSettings, BatchTaskFailureInfo, UserIdentity};

use super::event::Event;
use super::pool::Pool;
use super::{RunTarget, World};
use crate::exec::failure::TaskFailureCode;
use crate::exec::{Outcome, RunId};

/// What a command asks of the pool it comes to.
#[derive(Debug, Default)]
struct Wishes<'a> {
    identity: Option<&'a UserIdentity>,
    container: Option<&'a BatchTaskContainerSettings>,
    /// Whether it has to run in a container where the pool has them.
    in_container: bool,
}

impl World {
    /// Has the executor start a run, or has it fail if its node cannot run it.
    pub(super) fn start_run(&mut self, run: RunId, target: RunTarget) {
        if self.refusal(target).is_some() {
            self.events.plan(self.now, Event::RunRefused { run });
            return;
        }
        self.launch(run, target, 1);
    }

    /// The moment of a run that cannot be started; it may have been ended before.
    pub(super) fn run_refused(&mut self, run: RunId) {
        let target = self.runs.get(&run).copied();
        if let Some(failure) = target.and_then(|target| self.refusal(target)) {
            self.handle_outcome(run, Outcome::Failed(failure));
        }
    }

    fn refusal(&self, target: RunTarget) -> Option<BatchTaskFailureInfo> {
        let pool = self.pool(self.node(target.node())?.pool)?;
        let wishes = self.wishes(target)?;
        refusal_of(pool, &wishes)
    }

    fn wishes(&self, target: RunTarget) -> Option<Wishes<'_>> {
        let (identity, container, in_container) = match target {
            RunTarget::Task { job, task, .. }
            | RunTarget::Instance { job, task, .. }
            | RunTarget::Primary { job, task, .. } => {
                let extras = self.job(job)?.task(task)?.specification.extras.as_deref();
                let identity = extras.and_then(|extras| extras.user_identity.as_ref());
                let container = extras.and_then(|extras| extras.container_settings.as_ref());
                (identity, container, true)
            }
            RunTarget::Deployment { .. } => return None,
            RunTarget::StartTask { node } => {
                let task = &self.node(node)?.start_task.as_deref()?.specification;
                (
                    task.user_identity.as_ref(),
                    task.container_settings.as_ref(),
                    false,
                )
            }
            RunTarget::Preparation { job, .. } => {
                let task = self.job(job)?.model.job_preparation_task.as_ref()?;
                (
                    task.user_identity.as_ref(),
                    task.container_settings.as_ref(),
                    false,
                )
            }
            RunTarget::Release { job, .. } => {
                let task = self.job(job)?.model.job_release_task.as_ref()?;
                (
                    task.user_identity.as_ref(),
                    task.container_settings.as_ref(),
                    false,
                )
            }
        };
        Some(Wishes {
            identity,
            container,
            in_container,
        })
    }
}

fn refusal_of(pool: &Pool, wishes: &Wishes<'_>) -> Option<BatchTaskFailureInfo> {
    match (pool.has_containers(), wishes.container) {
        (false, Some(settings)) => {
            let reason = "The nodes of this pool run no containers: it has no containerConfiguration.";
            return Some(
                TaskFailureCode::ContainerInvalidSettings
                    .with_details(&[("Message", reason), ("ImageName", &settings.image_name)]),
            );
        }
        (true, None) if wishes.in_container => {
            let reason = "Tasks on a pool with containerConfiguration run in containers.";
            return Some(TaskFailureCode::ContainerTaskSettingsNotFound.with_details(&[("Message", reason)]));
        }
        _ => {}
    }
    let name = wishes.identity?.username.as_deref()?;
    if pool.user_account(name).is_some() {
        return None;
    }
    let reason = "There is no user account of this name on the nodes of the pool.";
    Some(TaskFailureCode::CommandLaunchFailed.with_details(&[("Message", reason), ("UserName", name)]))
}
