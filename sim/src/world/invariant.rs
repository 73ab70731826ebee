//! What must hold after every event. Tests ask; a world that answers with a sentence has a bug.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Bound;

use batchite_api::batch::{AllocationState, BatchJobState, BatchNodeState, BatchPoolLifetimeOption};

use super::assign::Place;
use super::preemption::Preemption;
use super::states::{PreparationPhase, ReleasePhase, TaskPhase};
use super::task::TaskCounts;
use super::{JobIndex, NodeIndex, PoolIndex, RunTarget, TaskIndex, World};

impl World {
    /// The first broken invariant, in words; `None` when all hold.
    ///
    /// It looks at everything, so it is for tests.
    pub fn broken_invariant(&self) -> Option<String> {
        self.broken_slots()
            .or_else(|| self.broken_runs())
            .or_else(|| self.broken_counts())
            .or_else(|| self.broken_lifetimes())
            .or_else(|| self.broken_pools())
            .or_else(|| self.broken_preparations())
            .or_else(|| self.broken_auto_scale())
            .or_else(|| self.broken_job_schedules())
            .or_else(|| self.broken_queues())
            .or_else(|| self.broken_deployments())
            .or_else(|| self.broken_usage())
            .or_else(|| self.broken_usage_of_tasks())
            .or_else(|| self.broken_kept_files())
            .or_else(|| self.broken_staying())
    }

    /// Slots in use never exceed slots; only nodes that work have tasks; no node of a pool that is gone is left.
    fn broken_slots(&self) -> Option<String> {
        for node in self.nodes.iter().flatten() {
            let used: u32 = node.runs.iter().map(|run| run.slots).sum();
            let name = &node.identity.node;
            if used != node.used_slots || used > node.slots {
                return Some(format!(
                    "node {name} uses {used} of {} slots, noted {}",
                    node.slots, node.used_slots
                ));
            }
            if !node.is_free() && node.state != BatchNodeState::Running {
                return Some(format!("node {name} runs tasks in state {}", node.state));
            }
            if node.is_free() && node.state == BatchNodeState::Running {
                return Some(format!("node {name} is running without a task"));
            }
            let Some(pool) = self.pool(node.pool) else {
                return Some(format!("node {name} has lost its pool"));
            };
            if pool.is_deleting() && !node.is_free() {
                return Some(format!("node {name} of a pool being deleted runs tasks"));
            }
            let offered = node.takes_tasks().then(|| node.slots - node.used_slots);
            if offered != node.offered {
                return Some(format!(
                    "node {name} offers {:?} instead of {offered:?}",
                    node.offered
                ));
            }
        }
        None
    }

    /// A task runs on at most one node, and exactly the running ones have a run, but for those that were left.
    fn broken_runs(&self) -> Option<String> {
        let on_nodes: usize = self.nodes.iter().flatten().map(|node| node.runs.len()).sum();
        let mut running = 0;
        for (at, job) in self.jobs.iter().enumerate() {
            let Some(job) = job else { continue };
            for position in 0..job.tasks.len() {
                let Some(task) = job.task(TaskIndex::next(position)) else {
                    continue;
                };
                match (task.phase, task.run) {
                    (TaskPhase::Preparing | TaskPhase::Running, Some(run)) => {
                        running += job
                            .instances
                            .get(&TaskIndex::next(position))
                            .map_or(1, |instances| instances.all.len());
                        let expected = (JobIndex::next(at), TaskIndex::next(position));
                        match self.runs.get(&run) {
                            Some(
                                RunTarget::Task { job, task, .. } | RunTarget::Instance { job, task, .. },
                            ) if (*job, *task) == expected => {}
                            other => {
                                return Some(format!("task {} runs as {run:?}, which is {other:?}", task.id));
                            }
                        }
                    }
                    (TaskPhase::Preparing | TaskPhase::Running, None)
                        if job.is_left(TaskIndex::next(position)) => {}
                    (TaskPhase::Preparing | TaskPhase::Running, None) => {
                        return Some(format!("task {} runs without a run", task.id));
                    }
                    (_, Some(run)) => return Some(format!("task {} does not run but has {run:?}", task.id)),
                    (_, None) => {}
                }
            }
        }
        (running != on_nodes).then(|| format!("{running} tasks run, but nodes have {on_nodes} runs"))
    }

    /// Counts equal the states listed; exactly the active tasks wait, but for those that others hold back and those that
    /// were given up because of their age.
    fn broken_counts(&self) -> Option<String> {
        for job in self.jobs.iter().flatten() {
            let mut counts = TaskCounts::default();
            for position in 0..job.tasks.len() {
                if let Some(task) = job.task(TaskIndex::next(position)) {
                    counts.add(task.phase, task.succeeded, task.specification.required_slots);
                }
            }
            if counts != job.counts {
                return Some(format!(
                    "job {} counts {:?} but has {counts:?}",
                    job.id, job.counts
                ));
            }
            let held = (0..job.tasks.len()).map(TaskIndex::next).filter(|at| {
                job.is_held(*at) && job.task(*at).is_some_and(|task| task.phase == TaskPhase::Active)
            });
            let held = held.count();
            let given_up = (0..job.tasks.len()).map(TaskIndex::next).filter(|at| {
                job.task(*at).is_some_and(|task| {
                    let waits = job.waiting.contains(at.0, task.specification.needs());
                    let active = task.phase == TaskPhase::Active && !job.is_held(*at);
                    active && !waits && task.is_past_its_lifetime(self.now)
                })
            });
            let held = held + given_up.count();
            if job.waiting.len() + held != counts.active as usize {
                return Some(format!(
                    "job {} has {} active tasks but {} wait and {held} are held back",
                    job.id,
                    counts.active,
                    job.waiting.len()
                ));
            }
        }
        None
    }

    /// While a node has room for a waiting task, a look at the pool is planned; a steady pool waits for no node.
    fn broken_pools(&self) -> Option<String> {
        for (at, pool) in self.pools.iter().enumerate() {
            let Some(pool) = pool else { continue };
            let next = self.next_assignment(PoolIndex::next(at), Bound::Unbounded);
            if let Some(next) = next
                && !pool.schedule_planned
                // What is given up because of its age waits for nobody, until a look at the pool finds it.
                && !matches!(next.2, Place::Nowhere)
            {
                return Some(format!(
                    "pool {} leaves a task waiting that fits: {next:?}",
                    pool.id
                ));
            }
            let pending = self
                .nodes
                .iter()
                .flatten()
                .filter(|node| node.pool.offset() == at && node.pending)
                .count();
            if pending != pool.pending_nodes as usize {
                return Some(format!(
                    "pool {} waits for {} nodes instead of {pending}",
                    pool.id, pool.pending_nodes
                ));
            }
            let creating = pool.nodes.values().filter_map(|node| self.node(*node));
            let creating = creating
                .filter(|node| node.state == BatchNodeState::Creating && node.pending)
                .count();
            if *pool.allocation() == AllocationState::Steady && creating > 0 {
                return Some(format!(
                    "pool {} is steady with {creating} nodes being created",
                    pool.id
                ));
            }
        }
        None
    }

    /// Preparation and release tasks run where their nodes say so; tasks are prepared only where something prepares for
    /// them; a job knows how many releases it waits for.
    fn broken_preparations(&self) -> Option<String> {
        let on_nodes: usize = self.nodes.iter().flatten().map(|node| node.job_runs.len()).sum();
        let mut running = 0;
        for (at, job) in self.jobs.iter().enumerate() {
            let Some(job) = job else { continue };
            let Some(preparation) = job.preparation.as_deref() else {
                continue;
            };
            let mut unreleased = 0;
            for (node, record) in &preparation.nodes {
                let name = &record.identity.node;
                let prepares = record.phase == PreparationPhase::Running;
                running += usize::from(prepares);
                if prepares != record.preparation.run.is_some() {
                    return Some(format!("node {name} prepares as {:?}", record.preparation.run));
                }
                if preparation.failed.contains(node.0) && record.phase != PreparationPhase::Failed {
                    return Some(format!(
                        "node {name} is closed to job {} without a failure",
                        job.id
                    ));
                }
                let Some(release) = &record.release else { continue };
                running += usize::from(release.phase == ReleasePhase::Running);
                unreleased += u32::from(release.phase != ReleasePhase::Completed);
                let waits = self.releases_waiting.contains(&(*node, JobIndex::next(at)));
                if waits != (release.phase == ReleasePhase::Waiting) {
                    return Some(format!("node {name} waits for a release in {:?}", release.phase));
                }
                if job.model.state == BatchJobState::Active {
                    return Some(format!("node {name} is released of job {}, which lives", job.id));
                }
            }
            if unreleased != preparation.unreleased {
                return Some(format!(
                    "job {} waits for {} releases",
                    job.id, preparation.unreleased
                ));
            }
            if let Some(broken) = self.broken_preparing(JobIndex::next(at)) {
                return Some(broken);
            }
        }
        (running != on_nodes).then(|| format!("{running} job tasks run, but nodes have {on_nodes}"))
    }

    /// Tasks are in `preparing` only on nodes where the preparation task runs.
    fn broken_preparing(&self, index: JobIndex) -> Option<String> {
        let nodes = self.nodes.iter().enumerate();
        let nodes = nodes.filter_map(|(at, node)| Some((NodeIndex::next(at), node.as_deref()?)));
        let job = self.job(index)?;
        for (node, record) in nodes {
            let preparing = record.runs.iter().filter(|run| run.job == index).any(|run| {
                let task = self.runs.get(&run.run).and_then(RunTarget::task);
                task.and_then(|(_, task)| job.task(task))
                    .is_some_and(|task| task.phase == TaskPhase::Preparing)
            });
            let alone = record
                .runs
                .iter()
                .all(|run| matches!(self.runs.get(&run.run), Some(RunTarget::Task { .. })));
            if preparing && alone && self.is_prepared(index, node) {
                return Some(format!(
                    "a task waits on node {} for nothing",
                    record.identity.node
                ));
            }
        }
        None
    }

    /// A schedule has one job at most that has not completed, and knows which; quotas count what there is; the pool of
    /// a job that has ended is on its way out.
    fn broken_job_schedules(&self) -> Option<String> {
        for schedule in self.job_schedules.iter().flatten() {
            let unfinished = schedule.jobs.iter().copied().filter(|job| {
                let execution = self.job(*job).and_then(|job| job.model.execution_info.as_ref());
                execution.is_some_and(|execution| execution.end_time.is_none())
            });
            let unfinished: Vec<JobIndex> = unfinished.collect();
            if unfinished.as_slice() != schedule.active_job.as_slice() {
                return Some(format!(
                    "job schedule {} knows {:?} as active, not {unfinished:?}",
                    schedule.id, schedule.active_job
                ));
            }
        }
        let living = self.job_schedules.iter().flatten();
        let living = living.filter(|schedule| schedule.model.execution_info.end_time.is_none());
        let living = living.count();
        if living != self.active_job_schedules as usize {
            return Some(format!(
                "{living} job schedules live, {} are counted",
                self.active_job_schedules
            ));
        }
        self.jobs.iter().flatten().find_map(|job| {
            let execution = job.model.execution_info.as_ref()?;
            execution.end_time?;
            let specification = job.model.pool_info.auto_pool_specification.as_ref()?;
            let dies = specification.keep_alive != Some(true)
                && specification.pool_lifetime_option == BatchPoolLifetimeOption::Job;
            let pool = self.pool(*self.pool_ids.get(&job.pool_key())?)?;
            (dies && !pool.is_deleting()).then(|| format!("pool {} outlives job {}", pool.id, job.id))
        })
    }

    /// Jobs stand where they should in the queues; pools know exactly the runs that may be pre-empted, and a task that
    /// may take their place has a look planned; a task that has its node for itself is alone there.
    fn broken_queues(&self) -> Option<String> {
        for (at, job) in self.jobs.iter().enumerate() {
            let Some(job) = job else { continue };
            let wanted = self.ready_place(JobIndex::next(at));
            if job.ready != wanted {
                return Some(format!(
                    "job {} is queued as {:?}, not {wanted:?}",
                    job.id, job.ready
                ));
            }
        }
        for (at, pool) in self.pools.iter().enumerate() {
            let Some(pool) = pool else { continue };
            let nodes = pool.nodes.values().filter_map(|node| self.node(*node));
            let mut preemptible = BTreeSet::new();
            for node in nodes {
                if node.runs.len() > 1 && node.runs.iter().any(|run| run.exclusive) {
                    return Some(format!("node {} is not for one task alone", node.identity.node));
                }
                preemptible.extend(node.runs.iter().filter_map(|run| {
                    let priority = self.job(run.job)?.preemptible_at()?;
                    Some((priority, Reverse(run.run)))
                }));
            }
            if preemptible != pool.preemptible {
                return Some(format!(
                    "pool {} may pre-empt {:?}, noted {:?}",
                    pool.id, preemptible, pool.preemptible
                ));
            }
            let preemption = self.next_preemption(PoolIndex::next(at));
            if !pool.schedule_planned && matches!(preemption, Some(Preemption::Ends(_))) {
                return Some(format!("pool {} leaves a task waiting it has room for", pool.id));
            }
        }
        None
    }

    /// Nodes know how many completed tasks have files on their disk, and none of those that wait for that goes on waiting
    /// without any.
    fn broken_kept_files(&self) -> Option<String> {
        let mut kept = vec![0; self.nodes.len()];
        for job in self.jobs.iter().flatten() {
            for at in (0..job.tasks.len()).map(TaskIndex::next) {
                job.disks_with_files(at, |identity| {
                    let node = self.node(identity.index);
                    if node.is_some_and(|node| node.identity.disk == identity.disk) {
                        kept[identity.index.offset()] += 1;
                    }
                });
            }
        }
        for (at, node) in self.nodes.iter().enumerate() {
            let Some(node) = node else { continue };
            let name = &node.identity.node;
            if kept[at] != node.kept_files {
                return Some(format!(
                    "node {name} keeps files of {} tasks, noted {}",
                    kept[at], node.kept_files
                ));
            }
            let waits = node.keeps_files && node.is_free() && node.after_tasks.is_some();
            let leaves = node.state == BatchNodeState::LeavingPool;
            if waits && !leaves && !self.has_kept_files(NodeIndex::next(at)) {
                return Some(format!("node {name} waits for no files"));
            }
        }
        None
    }
}
