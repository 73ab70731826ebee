//! Faults in the world: which there are, when they strike, and what they do to nodes, tasks and requests.

use batchite_api::batch::{BatchNodeError, BatchNodeState};
use batchite_api::error::{Error, Service};
use batchite_api::time::TimeSpan;
use smol_str::{SmolStr, format_smolstr};

use super::event::Event;
use super::node::{AfterTasks, Node, RunningTasks};
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, Work, World};
use crate::exec::script::CommandPattern;
use crate::exec::{Outcome, RunId};
use crate::fault::{Fault, FaultError, FaultReport, Probability};
use crate::rng::Stream;
use crate::trace::Entity;

/// The faults of a world.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Vec<FaultReport>,
    numbered: u32,
}

/// What a fault does to a request.
#[derive(Debug)]
pub(crate) enum RequestFault {
    /// It is refused before anything happens.
    Refused(Error),
    /// It is carried out, and nobody learns what came of it.
    ReplyLost,
}

pub(super) fn fits(pattern: Option<&String>, text: &str) -> bool {
    pattern.is_none_or(|pattern| CommandPattern::new(pattern).fits(text))
}

impl World {
    /// Adds a fault; its number. Refused when it could never happen.
    pub fn inject_fault(&mut self, fault: Fault) -> Result<u32, FaultError> {
        fault.check()?;
        self.faults.numbered += 1;
        let number = self.faults.numbered;
        if let Fault::NodePreempted {
            after, probability, ..
        }
        | Fault::NodeUnusable {
            after, probability, ..
        }
        | Fault::OperatingSystemUpgraded {
            after, probability, ..
        } = &fault
        {
            let (at, event) = (self.now + *after, Event::FaultDue { fault: number });
            match probability {
                Some(_) => self.events.plan_recurring(at, event),
                None => self.events.plan(at, event),
            }
        }
        let left = fault.often().and_then(|often| often.times);
        self.record_fault(Entity::Account, number, "injected", fault.kind());
        self.faults.armed.push(FaultReport {
            number,
            struck: 0,
            left,
            fault,
        });
        Ok(number)
    }

    /// The faults there are, those that are spent among them.
    pub fn faults(&self) -> &[FaultReport] {
        &self.faults.armed
    }

    /// Takes a fault away, so that it strikes no more; whether there was one of this number.
    pub fn clear_fault(&mut self, number: u32) -> bool {
        let Some(at) = self.faults.armed.iter().position(|armed| armed.number == number) else {
            return false;
        };
        let gone = self.faults.armed.remove(at);
        self.record_fault(Entity::Account, number, "cleared", gone.fault.kind());
        true
    }

    /// Takes all faults away.
    pub fn clear_faults(&mut self) {
        while let Some(number) = self.faults.armed.last().map(|armed| armed.number) {
            self.clear_fault(number);
        }
    }

    /// Whether any fault may strike; most worlds have none.
    pub(crate) fn has_faults(&self) -> bool {
        !self.faults.armed.is_empty()
    }

    pub(super) fn record_fault(&mut self, entity: Entity, number: u32, to: &str, what: &str) {
        self.record(entity, "", to, "fault", format_smolstr!("fault {number}: {what}"));
    }

    /// The first fault that fits and, where it is drawn, is drawn. It has struck once more.
    pub(super) fn strike(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<(u32, Fault)> {
        for at in 0..self.faults.armed.len() {
            let armed = &self.faults.armed[at];
            if armed.left == Some(0) || !fits(&armed.fault) {
                continue;
            }
            let often = armed.fault.often();
            if let Some(probability) = often.and_then(|often| often.probability)
                && !self.draws(probability)
            {
                continue;
            }
            let armed = &mut self.faults.armed[at];
            armed.left = armed.left.map(|left| left - 1);
            armed.struck += 1;
            return Some((armed.number, armed.fault.clone()));
        }
        None
    }

    fn draws(&mut self, probability: Probability) -> bool {
        probability.is_met_by(self.random.next(Stream::Faults))
    }

    /// How far the clock of Blob Storage is ahead.
    pub(crate) fn clock_skew(&self) -> TimeSpan {
        let skews = self.faults.armed.iter().filter_map(|armed| match armed.fault {
            Fault::ClockSkew { by } => Some(by),
            _ => None,
        });
        TimeSpan::from_ticks(skews.map(TimeSpan::ticks).fold(0, i64::saturating_add))
    }

    /// A request has come to Blob Storage: every clock that goes wrong strikes it.
    pub(crate) fn meet_clock_skew(&mut self, operation: &'static str, entity: &impl Fn() -> Entity) {
        for at in 0..self.faults.armed.len() {
            let armed = &mut self.faults.armed[at];
            if matches!(armed.fault, Fault::ClockSkew { .. }) {
                armed.struck += 1;
                let (number, kind) = (armed.number, armed.fault.kind());
                self.record_fault(entity(), number, kind, operation);
            }
        }
    }

    /// What becomes of a request that has come in.
    pub(crate) fn meet_request(
        &mut self,
        service: Service,
        operation: &'static str,
        entity: &Entity,
    ) -> Option<RequestFault> {
        if !self.has_faults() {
            return None;
        }
        let (number, fault) = self.strike(|fault| match fault {
            Fault::RequestRefused { operation: named, .. } | Fault::ReplyLost { operation: named, .. } => {
                named.as_deref().is_none_or(|named| named == operation)
            }
            _ => false,
        })?;
        self.record_fault(entity.clone(), number, fault.kind(), operation);
        let Fault::RequestRefused {
            code, retry_after, ..
        } = fault
        else {
            return Some(RequestFault::ReplyLost);
        };
        let error = match service {
            Service::Batch => Error::batch(code.of_batch()),
            Service::Blob => Error::blob(code.of_blob()),
        };
        Some(RequestFault::Refused(match retry_after {
            Some(span) => error.with_retry_after(span),
            None => error,
        }))
    }

    /// How many bytes of a blob come through, if its download breaks off.
    pub(crate) fn meet_download(&mut self, container: &str, blob: &str) -> Option<u64> {
        if !self.has_faults() {
            return None;
        }
        let (number, fault) = self.strike(|fault| match fault {
            Fault::DownloadTorn {
                container: containers,
                blob: blobs,
                ..
            } => fits(containers.as_ref(), container) && fits(blobs.as_ref(), blob),
            _ => false,
        })?;
        let entity = Entity::Blob {
            container: SmolStr::new(container),
            blob: SmolStr::new(blob),
        };
        self.record_fault(entity, number, fault.kind(), "get_blob");
        match fault {
            Fault::DownloadTorn { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    /// How many of the nodes a pool wants it gets.
    pub(super) fn meet_allocation(&mut self, index: PoolIndex, wanted: u32) -> u32 {
        let Some(pool) = self.pool(index).filter(|_| wanted > 0 && self.has_faults()) else {
            return wanted;
        };
        let (id, entity) = (pool.id.to_smol_str(), pool.entity());
        let struck = self.strike(|fault| match fault {
            Fault::AllocationFails { pool, .. } => fits(pool.as_ref(), &id),
            _ => false,
        });
        let Some((number, Fault::AllocationFails { allocated, .. })) = struck else {
            return wanted;
        };
        self.record_fault(entity, number, "allocationFails", "allocation");
        allocated.min(wanted)
    }

    /// What a run is said to have ended with.
    pub(super) fn meet_outcome(&mut self, run: RunId, outcome: Outcome) -> Outcome {
        if !self.has_faults() {
            return outcome;
        }
        let (entity, struck) = match self.runs.get(&run).copied() {
            Some(RunTarget::StartTask { node: index }) => {
                let Some(record) = self.node(index) else {
                    return outcome;
                };
                let (identity, ordinal) = (std::sync::Arc::clone(&record.identity), record.ordinal);
                let struck = self.strike(|fault| match fault {
                    Fault::StartTaskFails { pool, node, .. } => {
                        fits(pool.as_ref(), identity.pool.as_str()) && node.is_none_or(|node| node == ordinal)
                    }
                    _ => false,
                });
                (identity.entity(), struck)
            }
            Some(RunTarget::Task { job, task, .. } | RunTarget::Primary { job, task, .. }) => {
                let Some((entity, struck)) = self.strike_task(job, task, |fault| match fault {
                    Fault::TaskFails { job, task, .. } => Some((job.as_ref(), task.as_ref())),
                    _ => None,
                }) else {
                    return outcome;
                };
                (entity, struck)
            }
            _ => return outcome,
        };
        let Some((number, fault)) = struck else {
            return outcome;
        };
        match &fault {
            Fault::StartTaskFails { exit_code, .. } | Fault::TaskFails { exit_code, .. } => {
                self.record_fault(
                    entity,
                    number,
                    fault.kind(),
                    &format_smolstr!("exit code {exit_code}"),
                );
                Outcome::Exited(*exit_code)
            }
            _ => outcome,
        }
    }

    /// A fault that fits a task by the patterns of its job and its own; and the task, for the trace.
    fn strike_task(
        &mut self,
        job: JobIndex,
        task: TaskIndex,
        patterns: impl Fn(&Fault) -> Option<(Option<&String>, Option<&String>)>,
    ) -> Option<(Entity, Option<(u32, Fault)>)> {
        let record = self.job(job)?;
        let (job, task) = (record.id.to_smol_str(), record.task(task)?.id.to_smol_str());
        let struck = self.strike(|fault| {
            patterns(fault).is_some_and(|(jobs, tasks)| fits(jobs, &job) && fits(tasks, &task))
        });
        Some((Entity::Task { job, task }, struck))
    }

    /// The command of a task starts: plans its death, if it is to be killed.
    pub(super) fn meet_start(&mut self, run: RunId, job: JobIndex, task: TaskIndex) {
        if !self.has_faults() {
            return;
        }
        let struck = self.strike_task(job, task, |fault| match fault {
            Fault::TaskKilled { job, task, .. } => Some((job.as_ref(), task.as_ref())),
            _ => None,
        });
        if let Some((_, Some((number, Fault::TaskKilled { after, .. })))) = struck {
            self.plan_in(after, Event::TaskKilled { run, fault: number });
        }
    }

    /// The time has come to kill a run, if it is still under way and the fault was not cleared.
    pub(super) fn task_killed(&mut self, run: RunId, number: u32) {
        let armed = self.faults.armed.iter().find(|armed| armed.number == number);
        let Some(Fault::TaskKilled { exit_code, .. }) = armed.map(|armed| &armed.fault) else {
            return;
        };
        let exit_code = *exit_code;
        let Some(RunTarget::Task { job, task, .. } | RunTarget::Primary { job, task, .. }) =
            self.runs.get(&run).copied()
        else {
            return;
        };
        if let Some(entity) = self.task_entity(job, task) {
            self.record_fault(
                entity,
                number,
                "taskKilled",
                &format_smolstr!("exit code {exit_code}"),
            );
        }
        self.work.push_back(Work::End { run });
        self.handle_outcome(run, Outcome::Exited(exit_code));
    }

    /// The moment of a fault of nodes.
    pub(super) fn fault_due(&mut self, number: u32) {
        let Some(at) = self.faults.armed.iter().position(|armed| armed.number == number) else {
            return;
        };
        let fault = self.faults.armed[at].fault.clone();
        let (pool, ordinal, after, probability, then) = match &fault {
            Fault::NodePreempted {
                pool,
                node,
                after,
                restored_after,
                probability,
            } => (
                pool,
                *node,
                *after,
                *probability,
                AfterTasks::BePreempted(*restored_after),
            ),
            Fault::NodeUnusable {
                pool,
                node,
                after,
                probability,
            } => (pool, *node, *after, *probability, AfterTasks::BeUnusable),
            Fault::OperatingSystemUpgraded {
                pool,
                node,
                after,
                takes,
                probability,
            } => (pool, *node, *after, *probability, AfterTasks::UpgradeOs(*takes)),
            _ => return,
        };
        let may_befall = |node: &Node| match then {
            AfterTasks::UpgradeOs(_) => self.can_be_upgraded(node),
            AfterTasks::BePreempted(_) => node.can_be_lost() && !node.dedicated,
            _ => node.can_be_lost(),
        };
        let nodes = self.nodes.iter().enumerate();
        let nodes = nodes.filter_map(|(at, node)| Some((NodeIndex::next(at), node.as_deref()?)));
        let candidates = nodes.filter(|(_, node)| {
            may_befall(node)
                && fits(pool.as_ref(), node.identity.pool.as_str())
                && ordinal.is_none_or(|ordinal| ordinal == node.ordinal)
        });
        let mut candidates: Vec<NodeIndex> = candidates.map(|(index, _)| index).collect();
        if let Some(probability) = probability {
            candidates.retain(|_| self.draws(probability));
            let event = Event::FaultDue { fault: number };
            self.events.plan_recurring(self.now + after, event);
        } else {
            if candidates.is_empty() {
                self.record_fault(Entity::Account, number, fault.kind(), "no such node");
            } else if ordinal.is_none() {
                let drawn = self.random.next(Stream::Faults) % candidates.len() as u64;
                candidates = vec![candidates[usize::try_from(drawn).unwrap_or(0)]];
            }
            self.faults.armed[at].left = Some(0);
        }
        self.faults.armed[at].struck += candidates.len() as u64;
        for node in candidates {
            if let Some(entity) = self.node(node).map(|record| record.identity.entity()) {
                self.record_fault(entity, number, fault.kind(), "node");
            }
            match then {
                AfterTasks::UpgradeOs(takes) => self.upgrade_node(node, takes, fault.kind()),
                then => self.lose_node(node, then, fault.kind()),
            }
        }
    }

    /// A machine is lost with all that runs on it. A node that is on its way out of the pool is gone the sooner.
    pub(super) fn lose_node(&mut self, node: NodeIndex, then: AfterTasks, cause: &'static str) {
        let leaves = self
            .node(node)
            .is_some_and(|record| record.after_tasks == Some(AfterTasks::Leave));
        let then = if leaves { AfterTasks::Leave } else { then };
        self.take_down(node, RunningTasks::Lose, then, cause);
    }

    /// A node on which nothing runs any more is gone for a while, or for good.
    pub(super) fn machine_lost(&mut self, node: NodeIndex, restored_after: Option<TimeSpan>) {
        let epoch = self.stop_machine(node, restored_after.is_some());
        let Some(after) = restored_after else {
            self.set_node_state(node, &BatchNodeState::Unusable, "nodeUnusable");
            if let Some(record) = self.node_mut(node).filter(|record| record.errors.is_empty()) {
                record.errors.push(agent_lost());
            }
            self.give_up_waiting_releases(node);
            return;
        };
        if let Some(record) = self.node_mut(node) {
            record.errors.clear();
        }
        self.set_node_state(node, &BatchNodeState::Preempted, "nodePreempted");
        self.plan_in(after, Event::NodeRestored { node, epoch });
    }

    /// There is capacity again for a node that was pre-empted: it comes back under its id, with an empty disk.
    pub(super) fn node_restored(&mut self, node: NodeIndex, epoch: u32) {
        if self.node(node).is_none_or(|record| record.epoch != epoch) {
            return;
        }
        self.set_node_state(node, &BatchNodeState::Creating, "restored");
        self.plan_after(
            self.config.latencies.node_allocation,
            Stream::Nodes,
            Event::NodeAllocated { node, epoch },
        );
    }
}

impl Node {
    /// Whether a machine is there that can be lost.
    fn can_be_lost(&self) -> bool {
        let gone = matches!(
            self.state,
            BatchNodeState::Creating
                | BatchNodeState::LeavingPool
                | BatchNodeState::Preempted
                | BatchNodeState::Deallocating
                | BatchNodeState::Deallocated
                | BatchNodeState::Unusable
                | BatchNodeState::Unknown
        );
        self.last_boot_time.is_some() && !gone
    }
}

/// What a node says of itself when it is of no use and nobody gave a reason.
fn agent_lost() -> BatchNodeError {
    BatchNodeError {
        code: Some("NodeAgentLost".to_owned()),
        message: Some("The service has lost contact with the agent of the node".to_owned()),
        error_details: Vec::new(),
    }
}

/// The failure of a request whose answer was lost.
pub(crate) fn reply_lost(service: Service) -> Error {
    let source = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Error::transport(
        service,
        "The connection broke before the answer came; the service may have acted.",
        source,
    )
}
