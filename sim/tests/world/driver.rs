//! A world whose commands end when the test says so, watched from outside.

use std::collections::{BTreeMap, BTreeSet};

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    AutomaticOsUpgradePolicy, BatchJobCreateOptions, BatchNode, BatchNodeState, BatchPoolCreateOptions,
    BatchPoolInfo, BatchStartTask, BatchTask, BatchTaskConstraints, BatchTaskCreateOptions, BatchTaskState,
    BatchVmImageReference, UpgradeMode, UpgradePolicy, VirtualMachineConfiguration,
};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::config::SimConfig;
use batchite_sim::exec::{Outcome, RunId};
use batchite_sim::fault::Fault;
use batchite_sim::world::{Work, World};

/// The world and what an executor would know of it.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) world: World,
    /// Runs under way: the node and the directory they run in.
    pub(crate) live: BTreeMap<RunId, (NodeId, String)>,
    disks: BTreeSet<NodeId>,
    /// Tasks last seen as completed, with the moment they ended.
    completed: BTreeMap<(String, String), Timestamp>,
    /// Tasks that a user has reactivated since.
    pub(crate) reactivated: BTreeSet<(String, String)>,
    last_seen: Timestamp,
}

/// Whether a directory is that of a multi-instance task.
fn is_multi_instance(directory: &str) -> bool {
    directory
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with("multi"))
}

/// Whether a directory is that of something other than a task of a job: there may be one on each node.
fn is_about_a_node(directory: &str) -> bool {
    ["startup", "applications", "/jobpreparation", "/jobrelease"]
        .iter()
        .any(|end| directory.ends_with(end))
}

pub(crate) fn request() -> RequestOptions {
    RequestOptions::default()
}

impl Driver {
    pub(crate) fn new(config: SimConfig) -> Self {
        let world = World::new(config);
        let last_seen = world.now();
        Self {
            world,
            live: BTreeMap::new(),
            disks: BTreeSet::new(),
            completed: BTreeMap::new(),
            reactivated: BTreeSet::new(),
            last_seen,
        }
    }

    /// Does what is due and hands work over, until nothing is left to do at this moment.
    pub(crate) fn settle(&mut self) {
        loop {
            let now = self.world.now();
            self.world.handle_timeout(now);
            let mut quiet = true;
            while let Some(work) = self.world.poll_work() {
                quiet = false;
                self.take_over(work);
            }
            if quiet {
                break;
            }
        }
        self.check();
    }

    fn take_over(&mut self, work: Work) {
        match work {
            Work::Start { run } => {
                let mut place = None;
                self.world.start(run, |start| {
                    let command = (start.describe)();
                    place = Some((command.node, command.directory));
                });
                // A run that ended before it was handed over is not started.
                let Some(place) = place else { return };
                assert!(self.disks.contains(&place.0), "{place:?} has no disk");
                if let Some(rest) = place.1.strip_prefix("workitems/") {
                    let mut parts = rest.split('/');
                    let (job, number) = (parts.next().unwrap(), parts.next().unwrap());
                    let named = |id: &str| self.world.get_job(&JobId::parse(id).unwrap(), &request());
                    // Jobs of a schedule have a directory below that of their schedule.
                    let job = named(job).or_else(|_| named(&format!("{job}:{number}"))).unwrap();
                    let state = job.state.as_str();
                    // What was assigned before the job was disabled goes on being prepared.
                    let goes_on = job.job_preparation_task.is_some() && state != "completed";
                    let may_start = match place.1.rsplit('/').next() {
                        Some("jobrelease") => matches!(state, "terminating" | "deleting"),
                        Some("jobpreparation") => matches!(state, "active" | "disabling" | "disabled"),
                        _ => state == "active" || (goes_on && state == "disabling"),
                    };
                    assert!(may_start, "{} starts while its job is {state}", place.1);
                }
                let twice = self.live.values().find(|other| **other == place);
                assert_eq!(twice, None, "two runs in one directory");
                let elsewhere = self.live.values().find(|other| {
                    other.1 == place.1 && !is_about_a_node(&place.1) && !is_multi_instance(&place.1)
                });
                assert_eq!(elsewhere, None, "a task runs on two nodes");
                assert!(self.live.insert(run, place).is_none(), "{run:?} started twice");
            }
            Work::Deploy { run } => {
                if let Some(deployment) = self.world.deployment(run) {
                    assert!(
                        self.disks.contains(&deployment.node),
                        "packages for a node without a disk"
                    );
                    let place = (deployment.node, "applications".to_owned());
                    assert!(self.live.insert(run, place).is_none(), "{run:?} started twice");
                }
            }
            Work::End { run } => {
                self.live.remove(&run);
            }
            Work::PrepareNode { node, .. } => assert!(self.disks.insert(node), "a disk made twice"),
            Work::RemoveNode { node } => {
                self.disks.remove(&node);
                assert!(
                    self.live.values().all(|place| place.0 != node),
                    "a node that is gone runs something"
                );
            }
            Work::RemoveDirectory(_) => {}
        }
    }

    /// Ends the n-th run under way with an exit code.
    pub(crate) fn finish(&mut self, choice: usize, exit_code: i32) {
        if let Some(run) = self.live.keys().nth(choice % self.live.len().max(1)).copied() {
            self.live.remove(&run);
            self.world.handle_outcome(run, Outcome::Exited(exit_code));
        }
        self.settle();
    }

    /// Moves on to the next thing that happens by itself; whether there was one.
    pub(crate) fn step(&mut self) -> bool {
        let Some(next) = self.world.poll_activity() else {
            return false;
        };
        self.world.observe(next);
        self.settle();
        true
    }

    /// Lets ten minutes pass, event by event, those that come back for ever included.
    pub(crate) fn pass(&mut self) {
        let end = self.world.now() + TimeSpan::from_minutes(10);
        while let Some(next) = self.world.poll_timeout().filter(|next| *next < end) {
            self.world.observe(next);
            self.settle();
        }
        self.world.observe(end);
        self.settle();
    }

    /// Lets so much time pass at once that no task of today runs any more.
    pub(crate) fn outlive_tasks(&mut self) {
        self.world.observe(self.world.now() + TimeSpan::from_days(181));
        self.settle();
    }

    /// Whether a task was added too long ago to run, so that it stays as it is.
    pub(crate) fn is_too_old(&self, task: &BatchTask) -> bool {
        self.world.now() - task.creation_time >= TimeSpan::from_days(180)
    }

    pub(crate) fn nodes(&self, pool: &PoolId) -> Vec<BatchNode> {
        self.world
            .list_nodes(pool, &ListOptions::default())
            .map(|page| page.items)
            .unwrap_or_default()
    }

    pub(crate) fn tasks(&self, job: &JobId) -> Vec<BatchTask> {
        let mut tasks = Vec::new();
        let mut options = ListOptions {
            max_results: Some(7),
            ..ListOptions::default()
        };
        while let Ok(page) = self.world.list_tasks(job, &options) {
            tasks.extend(page.items);
            match page.continuation {
                Some(continuation) => options.continuation = Some(continuation),
                None => break,
            }
        }
        tasks
    }

    pub(crate) fn jobs(&self) -> Vec<JobId> {
        let jobs = self.world.list_jobs(&ListOptions::default()).unwrap().items;
        jobs.iter().map(|job| JobId::parse(&job.id).unwrap()).collect()
    }

    /// Everything that must hold after every event.
    fn check(&mut self) {
        assert_eq!(self.world.broken_invariant(), None);
        assert!(self.world.now() >= self.last_seen, "time went back");
        self.last_seen = self.world.now();
        let times: Vec<Timestamp> = self.world.trace_mut().take().map(|record| record.time).collect();
        assert!(times.is_sorted(), "the trace goes back in time");
        self.invariant_runs_are_on_nodes_that_work();
        for job in self.jobs() {
            self.invariant_counts_equal_the_states_listed(&job);
            self.invariant_completed_stays_completed(&job);
        }
    }

    fn invariant_runs_are_on_nodes_that_work(&self) {
        // What waits to be launched again has its slots already.
        let mut faults = self.world.faults().iter();
        let launches_fail = faults.any(|fault| matches!(fault.fault, Fault::LaunchFails { .. }));
        for pool in self.world.list_pools(&ListOptions::default()).unwrap().items {
            let deleting = pool.state.as_str() == "deleting";
            for node in self.nodes(&PoolId::parse(&pool.id).unwrap()) {
                let id = NodeId::parse(&node.id).unwrap();
                let runs = self
                    .live
                    .values()
                    .filter(|place| place.0 == id && !is_about_a_node(&place.1))
                    .count();
                let prepares = self
                    .live
                    .values()
                    .any(|place| place.0 == id && place.1.ends_with("/jobpreparation"));
                let counted = node.running_tasks_count.unwrap();
                let runs = i32::try_from(runs).unwrap();
                let coordinated = pool.enable_inter_node_communication == Some(true);
                // Tasks that wait for a preparation task have their slots already, and those that coordinate keep them.
                assert!(
                    runs == counted || ((prepares || coordinated || launches_fail) && runs < counted),
                    "{runs} of {counted} in {:?}",
                    node.state
                );
                assert!(!deleting || runs == 0, "a pool being deleted runs tasks");
                let slots = node.running_task_slots_count.unwrap();
                assert!(
                    slots <= pool.task_slots_per_node.unwrap(),
                    "more slots in use than there are"
                );
                if runs > 0 {
                    assert_eq!(node.state, BatchNodeState::Running);
                }
            }
        }
    }

    fn invariant_counts_equal_the_states_listed(&self, job: &JobId) {
        let counts = self
            .world
            .get_job_task_counts(job, &request())
            .unwrap()
            .task_counts;
        let tasks = self.tasks(job);
        let of = |state: BatchTaskState| tasks.iter().filter(|task| task.state == state).count();
        let listed = [
            of(BatchTaskState::Active),
            of(BatchTaskState::Running) + of(BatchTaskState::Preparing),
            of(BatchTaskState::Completed),
        ];
        let counted = [counts.active, counts.running, counts.completed];
        assert_eq!(listed.map(|count| i32::try_from(count).unwrap()), counted);
        assert_eq!(counts.completed, counts.succeeded + counts.failed);
    }

    fn invariant_completed_stays_completed(&mut self, job: &JobId) {
        for task in self.tasks(job) {
            let key = (job.to_string(), task.id.clone());
            let created = task.creation_time;
            match self.completed.get(&key).copied() {
                // The same task, not a later one of the same id.
                Some(ended) if task.state != BatchTaskState::Completed && created <= ended => {
                    assert!(self.reactivated.remove(&key), "{key:?} left completed by itself");
                    self.completed.remove(&key);
                }
                _ => {}
            }
            let retries_max = task
                .constraints
                .as_ref()
                .and_then(|constraints| constraints.max_task_retry_count);
            let retries = task.execution_info.as_ref().map_or(0, |info| info.retry_count);
            assert!(
                retries_max.is_some_and(|max| max < 0 || retries <= max),
                "{key:?} was retried {retries} times"
            );
            if task.state == BatchTaskState::Completed {
                let info = task.execution_info.unwrap();
                let ended = info.end_time.expect("a completed task has ended");
                assert!(info.start_time.is_none_or(|start| start <= ended));
                assert_eq!(
                    info.result.unwrap().as_str() == "success",
                    info.failure_info.is_none()
                );
                self.completed.insert(key, ended);
            }
        }
    }
}

pub(crate) fn pool_options(id: &str, nodes: i32, slots: i32, start_task: bool) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        id: id.to_owned(),
        vm_size: "standard_d4s_v3".to_owned(),
        virtual_machine_configuration: Some(VirtualMachineConfiguration {
            image_reference: BatchVmImageReference {
                publisher: Some("canonical".to_owned()),
                offer: Some("ubuntu-24_04-lts".to_owned()),
                sku: Some("server".to_owned()),
                ..BatchVmImageReference::default()
            },
            node_agent_sku_id: "batch.node.ubuntu 24.04".to_owned(),
            ..VirtualMachineConfiguration::default()
        }),
        target_dedicated_nodes: Some(nodes),
        task_slots_per_node: Some(slots),
        start_task: start_task.then(|| BatchStartTask {
            command_line: "prepare".into(),
            max_task_retry_count: Some(1),
            ..BatchStartTask::default()
        }),
        ..BatchPoolCreateOptions::default()
    }
}

/// Has the nodes of a pool follow new images by themselves.
pub(crate) fn upgrade_policy(deferral: bool) -> UpgradePolicy {
    UpgradePolicy {
        mode: UpgradeMode::Automatic,
        automatic_os_upgrade_policy: Some(AutomaticOsUpgradePolicy {
            enable_automatic_os_upgrade: Some(true),
            os_rolling_upgrade_deferral: Some(deferral),
            ..AutomaticOsUpgradePolicy::default()
        }),
        rolling_upgrade_policy: None,
    }
}

pub(crate) fn job_options(id: &str, pool: &str, priority: i32) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        id: id.to_owned(),
        priority: Some(priority),
        pool_info: BatchPoolInfo {
            pool_id: Some(pool.to_owned()),
            ..BatchPoolInfo::default()
        },
        ..BatchJobCreateOptions::default()
    }
}

pub(crate) fn task_options(id: &str, slots: i32, retries: i32) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        id: id.to_owned(),
        command_line: "work".into(),
        required_slots: Some(slots),
        constraints: Some(BatchTaskConstraints {
            max_task_retry_count: Some(retries),
            ..BatchTaskConstraints::default()
        }),
        ..BatchTaskCreateOptions::default()
    }
}

pub(crate) fn task_id(text: &str) -> TaskId {
    TaskId::parse(text).unwrap()
}
