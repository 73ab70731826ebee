//! The only owner of state: pools, nodes, jobs, tasks and blobs. It does no I/O, reads no clock and no entropy.
//!
//! A driver owns the loop. There are four kinds of methods: getters; commands, named after the operations of the
//! service; inputs (`observe`, `handle_timeout`, `handle_outcome`); outputs (`poll_work`, `poll_timeout`). The order:
//! observe the present, handle what is due, then poll work until there is none.
//!
//! - `event`: what is going to happen; `states`: which state may follow which
//! - `pool`, `resize`, `removal`, `auto_scale`, `sampling`: pools and their allocation
//! - `node`, `boot`, `restart`, `machine`, `upgrade`: nodes from creation to removal, and what may befall them
//! - `node_user`, `node_lookup`: who may log in on a node, and what can be looked up about it
//! - `pool_properties`: what pools keep and show without its being acted on
//! - `job`, `job_validate`, `job_lifecycle`, `job_manager`: jobs; `auto_pool`: pools that come and go with them
//! - `job_schedule`, `job_schedule_change`, `job_schedule_run`, `recurrence`: jobs made once or again and again
//! - `preparation`, `release`, `job_task_run`, `job_task_status`, `job_task_validate`: what a job runs on a node before
//!   and after its tasks
//! - `multi_instance`, `subtasks`: tasks on several nodes at once
//! - `task`, `task_create`, `task_run`, `task_change`, `lifetime`: tasks, and how long they live
//! - `dependencies`, `exit_conditions`: what the end of a task does to other tasks and to its job
//! - `statistics`, `usage`: what tasks and pools have used
//! - `schedule`, `queue`, `assign`, `preemption`: which task goes to which node
//! - `paging`: pages of lists
//! - `packages`: applications, references to their packages, and putting them on nodes
//! - `refusal`, `launch`: from a run to its command, and what keeps it from starting
//! - `command`: what an executor is told; `view`: what a caller is told; `summary`: what an onlooker is told
//! - `faults`: what goes wrong because it was told to
//! - `reset`: back to an empty world
//! - [`store`]: containers, blobs, blocks; [`access`]: who may do what with them
//! - `validate`, `images`, `vm_size`, `resource_lists`: what is accepted
//! - `chunked`, `id_index`, `index_set`, `number_set`: the data structures behind a million tasks

pub mod access;
mod assign;
mod auto_pool;
mod auto_scale;
mod boot;
mod chunked;
mod command;
pub(crate) mod condition;
mod container_configuration;
mod dependencies;
mod event;
mod exit_conditions;
mod faults;
pub mod files;
mod id_index;
mod images;
mod index_set;
mod invariant;
mod job;
mod job_lifecycle;
mod job_manager;
mod job_schedule;
mod job_schedule_change;
mod job_schedule_run;
mod job_task_run;
mod job_task_status;
mod job_task_validate;
mod job_validate;
mod launch;
mod lifetime;
mod machine;
mod mount;
mod multi_instance;
mod never_shown;
mod node;
pub mod node_lookup;
mod node_user;
mod node_view;
mod number_set;
mod output_files;
mod packages;
mod paging;
mod pool;
mod pool_change;
mod pool_properties;
mod pool_size;
mod preemption;
mod preparation;
mod queue;
mod recurrence;
mod refusal;
mod release;
mod removal;
mod reset;
mod resize;
mod resource_lists;
mod restart;
mod retained_files;
mod sampling;
mod schedule;
mod states;
mod statistics;
mod staying;
pub mod store;
mod subtasks;
mod summary;
mod task;
mod task_change;
mod task_create;
mod task_run;
mod task_view;
mod upgrade;
mod usage;
mod user_account;
mod validate;
mod vm_size;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use batchite_api::backend::Written;
use batchite_api::batch::BatchTaskFailureInfo;
use batchite_api::ids::NodeId;
use batchite_api::time::{TimeSpan, Timestamp};
use foldhash::fast::FixedState;
use smol_str::SmolStr;

use crate::config::{Latency, SimConfig};
use crate::exec::{Platform, RunId};
use crate::rng::{Stream, Streams};
use crate::trace::{Entity, Record, Trace};

use event::{Event, EventQueue};
use faults::Faults;
use job::Job;
use job_schedule::JobSchedule;
use node::Node;
use pool::Pool;
use store::BlobStore;

pub(crate) use faults::{RequestFault, reply_lost};
pub use pool_properties::RECORDED_ONLY;
pub use summary::{TaskTotals, WorldSummary};

/// Declares a position in one of the world's lists. Positions are never used twice.
macro_rules! index {
    ($(#[$outer:meta])* $name:ident) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(pub(crate) u32);

        impl $name {
            /// The position as an offset.
            pub(crate) const fn offset(self) -> usize {
                self.0 as usize
            }

            /// The position of the element that is pushed next onto a list of this length.
            fn next(length: usize) -> Self {
                Self(u32::try_from(length).expect("a world holds fewer than 2^32 of anything"))
            }
        }
    };
}

index!(
    /// The position of a pool.
    PoolIndex
);
index!(
    /// The position of a node.
    NodeIndex
);
index!(
    /// The position of a job.
    JobIndex
);
index!(
    /// The position of a task in its job.
    TaskIndex
);
index!(
    /// The position of a job schedule.
    JobScheduleIndex
);

/// The shortest time there is: one tick of 100 ns.
const TICK: TimeSpan = TimeSpan::from_ticks(1);

/// Something the driver has to have done by an executor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Start the command of a run; [`World::start`] describes it.
    Start {
        /// Which run.
        run: RunId,
    },
    /// Put application packages on a node that boots; [`World::deployment`] describes it.
    Deploy {
        /// Which run.
        run: RunId,
    },
    /// End a run and everything it started.
    End {
        /// Which run.
        run: RunId,
    },
    /// Make the disk of a node that boots for the first time.
    PrepareNode {
        /// Which node.
        node: NodeId,
        /// What kind of machine it is.
        platform: Platform,
    },
    /// Throw the disk of a node away.
    RemoveNode {
        /// Which node.
        node: NodeId,
    },
    /// Remove a directory below the root of a node. Boxed, since starts are what there are thousands of.
    RemoveDirectory(Box<RemoveDirectory>),
}

/// A directory that is not needed any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveDirectory {
    /// Which node it is on.
    pub node: NodeId,
    /// Its path below the root of the node, with `/`.
    pub directory: String,
}

/// What a run is a run of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RunTarget {
    Task {
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
    },
    StartTask {
        node: NodeIndex,
    },
    /// The packages of its pool are put on a node.
    Deployment {
        node: NodeIndex,
    },
    /// A part of a multi-instance task; it holds the slot of its node until the task ends.
    Instance {
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
    },
    /// The own command of a multi-instance task.
    Primary {
        job: JobIndex,
        task: TaskIndex,
        node: NodeIndex,
    },
    Preparation {
        job: JobIndex,
        node: NodeIndex,
    },
    Release {
        job: JobIndex,
        node: NodeIndex,
    },
}

/// The whole simulated world.
#[derive(Debug)]
pub struct World {
    config: SimConfig,
    now: Timestamp,
    last_stamp: Timestamp,
    events: EventQueue,
    random: Streams,
    trace: Trace,
    store: BlobStore,
    work: VecDeque<Work>,
    pools: Vec<Option<Box<Pool>>>,
    pool_ids: BTreeMap<SmolStr, PoolIndex>,
    nodes: Vec<Option<Box<Node>>>,
    jobs: Vec<Option<Box<Job>>>,
    job_ids: BTreeMap<SmolStr, JobIndex>,
    /// Jobs that have not completed: what the quota of jobs counts.
    active_jobs: u32,
    job_schedules: Vec<Option<Box<JobSchedule>>>,
    job_schedule_ids: BTreeMap<SmolStr, JobScheduleIndex>,
    /// Job schedules that have not completed: the same quota counts them.
    active_job_schedules: u32,
    /// The jobs that name a pool, whether it exists or not.
    jobs_of_pool: BTreeMap<SmolStr, BTreeSet<JobIndex>>,
    /// Runs under way. Only ever asked for one run.
    runs: hashbrown::HashMap<RunId, RunTarget, FixedState>,
    runs_begun: u64,
    /// Release tasks whose node is down.
    releases_waiting: BTreeSet<(NodeIndex, JobIndex)>,
    /// Counts the times a job had its turn, for jobs of one priority that take turns.
    turns: u64,
    /// Cores of all low-priority and all dedicated nodes.
    cores_in_use: [u32; 2],
    /// What each pool there is or was has used, in the order of `pools`.
    usage: Vec<usage::PoolUsage>,
    /// The pools that are scaled by formulas, and when their next samples are due.
    scaled: auto_scale::ScaledPools,
    faults: Faults,
    /// Why packages that a fault keeps off a node are not there, until their runs are told.
    failed_deployments: BTreeMap<RunId, BatchTaskFailureInfo>,
}

impl World {
    /// An empty world.
    pub fn new(config: SimConfig) -> Self {
        let trace = match config.trace_records {
            _ if !config.trace => Trace::off(),
            Some(records) => Trace::latest(records),
            None => Trace::new(),
        };
        let mut store = BlobStore::new(config.store);
        store.add_account(config.storage_account.clone());
        let plan = config.faults.clone();
        let mut world = Self {
            now: config.start,
            last_stamp: config.start,
            events: EventQueue::default(),
            random: Streams::new(config.seed),
            trace,
            store,
            work: VecDeque::new(),
            pools: Vec::new(),
            pool_ids: BTreeMap::new(),
            nodes: Vec::new(),
            jobs: Vec::new(),
            job_ids: BTreeMap::new(),
            active_jobs: 0,
            job_schedules: Vec::new(),
            job_schedule_ids: BTreeMap::new(),
            active_job_schedules: 0,
            jobs_of_pool: BTreeMap::new(),
            runs: hashbrown::HashMap::with_hasher(FixedState::with_seed(config.seed)),
            runs_begun: 0,
            releases_waiting: BTreeSet::new(),
            turns: 0,
            cores_in_use: [0; 2],
            usage: Vec::new(),
            scaled: auto_scale::ScaledPools::default(),
            faults: Faults::default(),
            failed_deployments: BTreeMap::new(),
            config,
        };
        for fault in plan.faults() {
            let injected = world.inject_fault(fault.clone());
            injected.expect("the faults of a plan have been checked");
        }
        world
    }

    /// What the world was made from.
    pub fn config(&self) -> &SimConfig {
        &self.config
    }

    /// The moment the world has reached.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Takes note of the present; time never goes back. Nothing happens yet.
    pub fn observe(&mut self, now: Timestamp) {
        if now > self.scaled.samples_due {
            self.take_samples(now);
        }
        self.now = self.now.max(now);
    }

    /// The record of everything that happened.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The record of everything that happened, to take records out of it.
    pub fn trace_mut(&mut self) -> &mut Trace {
        &mut self.trace
    }

    /// The storage accounts of the world, to add one or to tell where one is reached.
    pub fn store_mut(&mut self) -> &mut BlobStore {
        &mut self.store
    }

    /// The present, the storage and the trace, for whoever serves a storage request.
    pub(crate) fn store_and_trace(&mut self) -> (Timestamp, &mut BlobStore, &mut Trace) {
        (self.now, &mut self.store, &mut self.trace)
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do next.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.events.next_time()
    }

    /// As [`poll_timeout`](Self::poll_timeout), without the ends of retention times days ahead and without what comes
    /// back for ever, as the evaluations of formulas do: `None` says that the world is at rest.
    pub fn poll_activity(&self) -> Option<Timestamp> {
        self.events.next_near_time()
    }

    /// Does everything that is due at `now`.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.observe(now);
        while let Some(event) = self.next_due() {
            self.handle_event(event);
        }
        while let Some((job, task)) = self.events.pop_retention_due(self.now) {
            self.retention_ended(job, task);
        }
        while let Some((job, node, kind)) = self.events.pop_job_task_retention_due(self.now) {
            self.job_task_retention_ended(job, node, kind);
        }
    }

    fn next_due(&mut self) -> Option<Event> {
        let near = self.events.pop_due(self.now);
        near.or_else(|| self.events.pop_recurring_due(self.now))
    }

    /// The next thing an executor has to do.
    pub fn poll_work(&mut self) -> Option<Work> {
        self.work.pop_front()
    }

    /// Commands that were started and have not ended.
    pub fn runs_under_way(&self) -> usize {
        self.runs.len()
    }

    fn handle_event(&mut self, event: Event) {
        match event {
            Event::NodeAllocated { node, epoch } => self.node_allocated(node, epoch),
            Event::NodeBooted { node, epoch } => self.node_booted(node, epoch),
            Event::NodeRestarted { node, epoch } => self.node_restarted(node, epoch),
            Event::NodeDeallocated { node, epoch } => self.node_deallocated(node, epoch),
            Event::NodeGone { node, epoch } => self.node_gone(node, epoch),
            Event::NodeRestored { node, epoch } => self.node_restored(node, epoch),
            Event::FaultDue { fault } => self.fault_due(fault),
            Event::TaskKilled { run, fault } => self.task_killed(run, fault),
            Event::LaunchDue { run, launch } => self.launch_due(run, launch),
            Event::DeploymentFailed { run } => self.deployment_failed(run),
            Event::ResizeSettled { pool, epoch } => self.resize_settled(pool, epoch),
            Event::ResizeTimedOut { pool, epoch } => self.resize_timed_out(pool, epoch),
            Event::Schedule { pool } => self.schedule(pool),
            Event::JobSettled { job, epoch } => self.job_settled(job, epoch),
            Event::JobTimedOut { job } => self.job_timed_out(job),
            Event::JobTasksChecked { job } => self.job_tasks_checked(job),
            Event::TaskTimedOut { run } => self.run_timed_out(run),
            Event::LifetimesEnded { job } => self.lifetimes_ended(job),
            Event::RunRefused { run } => self.run_refused(run),
            Event::ReleaseTimedOut { job } => self.release_timed_out(job),
            Event::AutoScale { pool, epoch } => self.auto_scale_due(pool, epoch),
            Event::JobScheduleDue { schedule, epoch } => self.job_schedule_due(schedule, epoch),
            Event::JobScheduleSettled { schedule, epoch } => self.job_schedule_settled(schedule, epoch),
        }
    }

    fn plan_after(&mut self, latency: Latency, stream: Stream, event: Event) {
        let span = self.random.span(stream, latency.least, latency.most);
        self.plan_in(span, event);
    }

    fn plan_in(&mut self, span: TimeSpan, event: Event) {
        self.events.plan(self.now + span, event);
    }

    /// The moment of a modification: the present, moved on by a tick where two modifications share one, so that
    /// no two versions of an entity have the same tag.
    fn stamp(&mut self) -> Timestamp {
        let next = Timestamp::from_ticks(self.last_stamp.ticks() + 1);
        self.last_stamp = self.now.max(next);
        self.last_stamp
    }

    fn remove_directory(&mut self, node: NodeId, directory: String) {
        self.work
            .push_back(Work::RemoveDirectory(Box::new(RemoveDirectory {
                node,
                directory,
            })));
    }

    fn next_run(&mut self) -> RunId {
        self.runs_begun += 1;
        RunId(self.runs_begun)
    }

    fn record(&mut self, entity: Entity, from: &str, to: &str, cause: &'static str, note: SmolStr) {
        if self.trace.is_on() {
            let (from, to) = (SmolStr::new(from), SmolStr::new(to));
            self.trace.push(Record {
                time: self.now,
                entity,
                from,
                to,
                cause,
                note,
            });
        }
    }

    fn pool(&self, pool: PoolIndex) -> Option<&Pool> {
        self.pools.get(pool.offset())?.as_deref()
    }

    fn pool_mut(&mut self, pool: PoolIndex) -> Option<&mut Pool> {
        self.pools.get_mut(pool.offset())?.as_deref_mut()
    }

    fn node(&self, node: NodeIndex) -> Option<&Node> {
        self.nodes.get(node.offset())?.as_deref()
    }

    fn node_mut(&mut self, node: NodeIndex) -> Option<&mut Node> {
        self.nodes.get_mut(node.offset())?.as_deref_mut()
    }

    fn job(&self, job: JobIndex) -> Option<&Job> {
        self.jobs.get(job.offset())?.as_deref()
    }

    fn job_mut(&mut self, job: JobIndex) -> Option<&mut Job> {
        self.jobs.get_mut(job.offset())?.as_deref_mut()
    }
}

/// What a write answers about the version it made.
fn written(modified: Timestamp) -> Written {
    Written {
        etag: modified.etag(),
        last_modified: modified.truncated_to_second(),
        content_md5: None,
    }
}
