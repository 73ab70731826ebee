//! Multi-instance tasks: one task on several nodes at once.
//!
//! Each instance holds the slot of its node from the moment the task is assigned until it ends. All of them run the
//! coordination command; when the last one has returned, the primary runs the command of the task. Its end is the end
//! of the task and of all instances. An instance that fails is the end of them too: the task is retried as a whole.

use std::sync::Arc;

use batchite_api::batch::{BatchSubtaskState, BatchTaskFailureInfo, MultiInstanceSettings};
use batchite_api::time::Timestamp;
use smol_str::{SmolStr, format_smolstr};

use super::boot::exit_code_failure;
use super::node::NodeIdentity;
use super::states::{self, SubtaskPhase, TaskPhase};
use super::task::{TaskFiles, TaskSpecification};
use super::task_run::ended_failure;
use super::{JobIndex, NodeIndex, RunTarget, TaskIndex, Work, World};
use crate::exec::{Outcome, RunId};
use crate::trace::Entity;

impl TaskSpecification {
    pub(super) fn multi_instance(&self) -> Option<&MultiInstanceSettings> {
        self.extras.as_deref()?.multi_instance.as_ref()
    }

    /// How many nodes a multi-instance task takes at once.
    pub(super) fn instances(&self) -> Option<u32> {
        let settings = self.multi_instance()?;
        u32::try_from(settings.number_of_instances.unwrap_or(1)).ok()
    }
}

/// A part of a multi-instance task on its node. The first one is the primary.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) node: NodeIndex,
    pub(super) identity: Arc<NodeIdentity>,
    /// The run that holds the slot of the node; the coordination command runs as it.
    pub(super) slot: RunId,
    /// Whether the coordination command has returned.
    pub(super) coordinated: bool,
    pub(super) phase: SubtaskPhase,
    pub(super) phase_since: Timestamp,
    pub(super) previous: Option<(SubtaskPhase, Timestamp)>,
    pub(super) start_time: Option<Timestamp>,
    pub(super) end_time: Option<Timestamp>,
    pub(super) exit_code: Option<i32>,
    pub(super) failure: Option<BatchTaskFailureInfo>,
}

/// The instances of a task that runs, or of its last run.
#[derive(Debug)]
pub(super) struct Instances {
    pub(super) all: Vec<Instance>,
    /// The run of the task's own command on the primary, while it runs.
    pub(super) primary_run: Option<RunId>,
}

impl World {
    pub(super) fn instances(&self, job: JobIndex, task: TaskIndex) -> Option<&Instances> {
        self.job(job)?.instances.get(&task)
    }

    fn instances_mut(&mut self, job: JobIndex, task: TaskIndex) -> Option<&mut Instances> {
        self.job_mut(job)?.instances.get_mut(&task)
    }

    fn nodes_of_instances(&self, job: JobIndex, task: TaskIndex) -> Vec<NodeIndex> {
        let instances = self.instances(job, task).map(|instances| &instances.all);
        instances
            .into_iter()
            .flatten()
            .map(|instance| instance.node)
            .collect()
    }

    /// Gives a task the nodes it needs. It starts when all of them are prepared for its job.
    pub(super) fn assign_instances(&mut self, job: JobIndex, task: TaskIndex, nodes: &[NodeIndex]) {
        let now = self.now;
        let mut starts = true;
        for node in nodes {
            // Each is prepared, whether or not another one is.
            starts &= self.prepare_for(job, *node);
        }
        let mut all = Vec::with_capacity(nodes.len());
        for node in nodes.iter().copied() {
            let Some(identity) = self.node(node).map(|record| Arc::clone(&record.identity)) else {
                return;
            };
            let slot = self.next_run();
            all.push(Instance {
                node,
                identity,
                slot,
                coordinated: false,
                phase: SubtaskPhase::Preparing,
                phase_since: now,
                previous: None,
                start_time: None,
                end_time: None,
                exit_code: None,
                failure: None,
            });
        }
        let Some(primary) = all.first() else { return };
        let (identity, slot) = (Arc::clone(&primary.identity), primary.slot);
        let note = format_smolstr!("{} and {} more", identity.node, all.len() - 1);
        let Some(record) = self.job_mut(job) else { return };
        for node in nodes {
            record.nodes.insert(node.0);
        }
        let Some(assigned) = record.tasks.get_mut(task.offset()) else {
            return;
        };
        let (needs, slots) = (
            assigned.specification.needs(),
            assigned.specification.required_slots,
        );
        assigned.node = Some(identity);
        assigned.run = Some(slot);
        record.waiting.remove(task.0, needs);
        let holds: Vec<(NodeIndex, RunId)> = all
            .iter()
            .map(|instance| (instance.node, instance.slot))
            .collect();
        let primary_run = None;
        record.instances.insert(task, Instances { all, primary_run });
        self.set_task_phase(job, task, TaskPhase::Preparing, None, "assigned", note);
        for (node, run) in holds {
            self.runs.insert(run, RunTarget::Instance { job, task, node });
            self.occupy(node, run, job, slots, None);
        }
        self.limit_lifetime(job, task);
        if starts {
            self.start_instances(job, task);
        }
        self.pass_turn(job);
        self.place_job(job);
    }

    /// Starts a task one of whose nodes is prepared now, if all of them are.
    pub(super) fn start_prepared_instances(&mut self, job: JobIndex, task: TaskIndex) {
        let nodes = self.nodes_of_instances(job, task);
        if nodes.into_iter().all(|node| self.is_prepared(job, node)) {
            self.start_instances(job, task);
        }
    }

    fn start_instances(&mut self, job: JobIndex, task: TaskIndex) {
        let now = self.now;
        if let Some(record) = self.job_mut(job).and_then(|job| job.task_mut(task)) {
            record.start_time = Some(now);
            record.files = TaskFiles::Present;
        }
        self.set_task_phase(
            job,
            task,
            TaskPhase::Running,
            None,
            "prepared",
            SmolStr::default(),
        );
        self.limit_run(job, task);
        for at in 0..self.nodes_of_instances(job, task).len() {
            self.set_subtask_phase(job, task, at, SubtaskPhase::Running, "coordination");
            let Some(instance) = self
                .instances_mut(job, task)
                .and_then(|instances| instances.all.get_mut(at))
            else {
                return;
            };
            instance.start_time = Some(now);
            let (run, node) = (instance.slot, instance.node);
            self.start_run(run, RunTarget::Instance { job, task, node });
        }
    }

    /// The coordination command of an instance has ended; with the last of them the primary goes on.
    pub(super) fn coordination_ended(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
        outcome: Outcome,
    ) {
        let Some(instances) = self.instances_mut(job, task) else {
            return;
        };
        let Some(instance) = instances.all.iter_mut().find(|instance| instance.node == node) else {
            return;
        };
        instance.coordinated = true;
        if outcome != Outcome::Exited(0) {
            self.instances_ended(job, task, Some(node), outcome);
            return;
        }
        instance.exit_code = Some(0);
        if !instances.all.iter().all(|instance| instance.coordinated) {
            return;
        }
        let Some(primary) = instances.all.first().map(|instance| instance.node) else {
            return;
        };
        let run = self.next_run();
        if let Some(instances) = self.instances_mut(job, task) {
            instances.primary_run = Some(run);
        }
        let target = RunTarget::Primary {
            job,
            task,
            node: primary,
        };
        self.runs.insert(run, target);
        self.start_run(run, target);
    }

    /// The command of the task has ended, or the coordination command on `failed` has failed: so ends the task.
    pub(super) fn instances_ended(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        failed: Option<NodeIndex>,
        outcome: Outcome,
    ) {
        let nodes = self.nodes_of_instances(job, task);
        if let Some(instances) = self.instances_mut(job, task) {
            if failed.is_none() {
                instances.primary_run = None;
            }
            let decisive = failed.or_else(|| nodes.first().copied());
            let instance = instances
                .all
                .iter_mut()
                .find(|instance| Some(instance.node) == decisive);
            if let Some(instance) = instance {
                (instance.exit_code, instance.failure) = match &outcome {
                    Outcome::Exited(0) => (Some(0), None),
                    Outcome::Exited(code) => (Some(*code), Some(exit_code_failure())),
                    Outcome::Failed(failure) => (None, Some(failure.clone())),
                    Outcome::UploadFailed { exit_code, failure } => (Some(*exit_code), Some(failure.clone())),
                };
            }
        }
        for node in nodes {
            self.count_run(node, job, task, &outcome);
        }
        self.dissolve(job, task);
        self.task_ended(job, task, outcome);
        self.job_tasks_may_be_gone(job);
    }

    /// Ends everything a multi-instance task runs and frees its nodes.
    pub(super) fn dissolve(&mut self, job: JobIndex, task: TaskIndex) {
        let now = self.now;
        let Some(instances) = self.instances_mut(job, task) else {
            return;
        };
        let mut ended: Vec<RunId> = instances.primary_run.take().into_iter().collect();
        let mut holds = Vec::with_capacity(instances.all.len());
        for instance in &mut instances.all {
            holds.push((instance.node, instance.slot));
            // Also a coordination command that has returned: what it left running ends now.
            ended.push(instance.slot);
            if !instance.coordinated {
                instance.failure = Some(ended_failure(None));
            }
            instance.end_time = Some(now);
        }
        for run in ended {
            self.runs.remove(&run);
            self.work.push_back(Work::End { run });
        }
        for (at, (node, slot)) in holds.into_iter().enumerate() {
            self.set_subtask_phase(job, task, at, SubtaskPhase::Completed, "task_ends");
            self.runs.remove(&slot);
            self.release_slots(node, slot);
        }
    }

    /// The only setter of the phase of an instance.
    fn set_subtask_phase(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        at: usize,
        phase: SubtaskPhase,
        cause: &'static str,
    ) {
        let now = self.now;
        let Some(instance) = self
            .instances_mut(job, task)
            .and_then(|instances| instances.all.get_mut(at))
        else {
            return;
        };
        let from = std::mem::replace(&mut instance.phase, phase);
        assert!(
            states::subtask_may_become(from, phase),
            "subtask from {from:?} to {phase:?}"
        );
        instance.previous = Some((from, instance.phase_since));
        instance.phase_since = now;
        if !self.trace.is_on() {
            return;
        }
        let Some(record) = self.job(job) else { return };
        let Some(id) = record.task(task).map(|task| task.id.to_smol_str()) else {
            return;
        };
        let entity = Entity::Task {
            job: record.id.to_smol_str(),
            task: id,
        };
        let note = format_smolstr!("subtask {at}");
        self.record(entity, from.word(), phase.word(), cause, note);
    }
}

/// The service's state for a phase.
pub(super) fn subtask_state(phase: SubtaskPhase) -> BatchSubtaskState {
    match phase {
        SubtaskPhase::Preparing => BatchSubtaskState::Preparing,
        SubtaskPhase::Running => BatchSubtaskState::Running,
        SubtaskPhase::Completed => BatchSubtaskState::Completed,
    }
}
