//! The deterministic executor: programs are Rust functions, disks are in memory, time is virtual.
//!
//! A command line goes one of two ways. When it fits the pattern of a [`ScriptedProgram`] nothing is run at all: an
//! entry of a queue says when it ends. Otherwise its resource files are staged, and its program is looked for among
//! the installed ones, the standard tools and shells, and the files on the node's disk. Then it runs as a future
//! that is polled only here, in order of (time, sequence), so that a history never depends on chance.
//!
//! Containers are not simulated: a command with container settings runs on the node itself.

mod command;
mod deploy;
mod run;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConnector};
use batchite_api::error::{Error, Service};
use batchite_api::ids::NodeId;
use batchite_api::time::{TimeSpan, Timestamp};

use super::disk::{DISK_CAPACITY_DEFAULT, NodeDisk, NodeDisks};
use super::launch::Programs;
use super::package::Deployment;
use super::program::Program;
use super::script::{ScriptedProgram, random_of_run};
use super::{Executor, NodeFiles, Outcome, Platform, RunId, Start};
use command::Surroundings;
use run::{Run, Step};

/// Bytes of `stdout.txt` and of `stderr.txt` that are kept unless configured otherwise: 64 MiB each.
///
/// What a command writes beyond is taken and forgotten, and the file ends in the line
/// `[output truncated after N bytes]`: a command does not fail for having said too much.
pub const OUTPUT_LIMIT_DEFAULT: u64 = 64 * 1024 * 1024;

/// Runs commands in virtual time.
pub struct SimulatedExecutor {
    seed: u64,
    now: Timestamp,
    /// Breaks ties between what is due at one moment: first come, first served.
    sequence: u64,
    programs: Arc<Programs>,
    disks: Arc<NodeDisks>,
    connector: ConnectorSlot,
    output_limit: u64,
    launch_time: TimeSpan,
    containers_on_node: bool,
    canned: BinaryHeap<Reverse<Canned>>,
    /// Runs that were ended and may still have an entry in `canned`.
    ended: BTreeSet<RunId>,
    runs: BTreeMap<RunId, Run>,
    due: BTreeMap<(Timestamp, u64), RunId>,
    /// What became of packages that were put on nodes; nobody has asked yet.
    deployed: VecDeque<(RunId, Outcome)>,
}

/// The end of a canned program, ordered by when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Canned {
    due: Timestamp,
    sequence: u64,
    run: RunId,
    exits: i32,
}

impl SimulatedExecutor {
    /// An executor without programs, whose draws come from `seed` and whose time begins at `start`.
    pub fn new(seed: u64, start: Timestamp) -> Self {
        Self {
            seed,
            now: start,
            sequence: 0,
            programs: Arc::default(),
            disks: Arc::new(NodeDisks::new(DISK_CAPACITY_DEFAULT)),
            connector: ConnectorSlot::default(),
            output_limit: OUTPUT_LIMIT_DEFAULT,
            launch_time: TimeSpan::ZERO,
            containers_on_node: false,
            canned: BinaryHeap::new(),
            ended: BTreeSet::new(),
            runs: BTreeMap::new(),
            due: BTreeMap::new(),
            deployed: VecDeque::new(),
        }
    }

    /// Installs a program on every node.
    #[must_use]
    pub fn with_program(mut self, name: &str, program: impl Program + 'static) -> Self {
        self.programs_mut().registry.insert(name, Arc::new(program));
        self
    }

    /// Adds a canned program. Of several whose pattern fits, the first one added counts.
    #[must_use]
    pub fn with_script(mut self, script: ScriptedProgram) -> Self {
        self.programs_mut().scripts.push(script);
        self
    }

    /// Lets resource files and programs reach the storage accounts of `connector`.
    #[must_use]
    pub fn with_connector(self, connector: Arc<dyn BlobConnector>) -> Self {
        self.connector.set(connector);
        self
    }

    /// Gives nodes that are prepared from now on disks of so many bytes; 8 GiB unless set.
    #[must_use]
    pub fn with_disk_capacity(mut self, bytes: u64) -> Self {
        self.disks = Arc::new(NodeDisks::new(bytes));
        self
    }

    /// Keeps so many bytes of `stdout.txt` and of `stderr.txt`; see [`OUTPUT_LIMIT_DEFAULT`].
    #[must_use]
    pub fn with_output_limit(mut self, bytes: u64) -> Self {
        self.output_limit = bytes;
        self
    }

    /// Lets every command begin so long after it was started; at once unless set. A canned program takes at least so
    /// long.
    #[must_use]
    pub fn with_launch_time(mut self, launch_time: TimeSpan) -> Self {
        self.launch_time = launch_time;
        self
    }

    /// Runs commands with container settings on the node itself. Otherwise they fail with `ContainerInvalidSettings`, since
    /// simulated nodes run no containers. Canned programs are matched before anybody asks for a container.
    #[must_use]
    pub fn with_containers_on_node(mut self) -> Self {
        self.containers_on_node = true;
        self
    }

    /// Where the connector can be put once there is one: it is often made from the world this executor works for.
    pub fn connector_slot(&self) -> ConnectorSlot {
        self.connector.clone()
    }

    fn programs_mut(&mut self) -> &mut Programs {
        Arc::make_mut(&mut self.programs)
    }

    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    /// Begins a canned run, when the command line fits a pattern.
    fn start_canned(&mut self, now: Timestamp, start: &Start<'_>) -> bool {
        let line = start.command_line;
        let Some(script) = self
            .programs
            .scripts
            .iter()
            .find(|script| script.pattern.fits(line))
        else {
            return false;
        };
        let mut random = random_of_run(self.seed, start.run);
        let (due, exits) = (
            now + script.takes.draw(&mut random).max(self.launch_time),
            script.exits,
        );
        let sequence = self.next_sequence();
        self.canned.push(Reverse(Canned {
            due,
            sequence,
            run: start.run,
            exits,
        }));
        true
    }

    /// Takes ended runs off the front of the queue, so that its front is what comes next.
    fn drop_ended(&mut self) {
        while !self.ended.is_empty() {
            match self.canned.peek() {
                Some(Reverse(front)) if self.ended.remove(&front.run) => {
                    self.canned.pop();
                }
                Some(_) => break,
                None => self.ended.clear(),
            }
        }
        // Ended runs that never were canned, or are over, must not pile up.
        if self.ended.len() > self.canned.len() {
            let ended = std::mem::take(&mut self.ended);
            self.canned.retain(|Reverse(canned)| !ended.contains(&canned.run));
        }
    }

    /// Lets a run go on at `now` until it ends or waits.
    fn step(&mut self, now: Timestamp, id: RunId) -> Option<Outcome> {
        let run = self.runs.get_mut(&id)?;
        match run.step(now) {
            Step::Ended(outcome) => {
                if run.goes_on() {
                    // What is in the background begins or goes on at this moment.
                    self.sequence += 1;
                    let key = (now, self.sequence);
                    run.due = Some(key);
                    self.due.insert(key, id);
                } else {
                    self.runs.remove(&id);
                }
                Some(outcome)
            }
            // Nothing is due at the end of time: who sleeps forever is ended from outside.
            Step::WaitsUntil(Timestamp::MAX) => {
                run.due = None;
                None
            }
            Step::WaitsUntil(due) => {
                self.sequence += 1;
                let key = (due, self.sequence);
                run.due = Some(key);
                self.due.insert(key, id);
                None
            }
        }
    }
}

impl Executor for SimulatedExecutor {
    fn start(&mut self, now: Timestamp, start: Start<'_>) {
        self.now = self.now.max(now);
        if self.start_canned(self.now, &start) {
            return;
        }
        let command = (start.describe)();
        let surroundings = Surroundings {
            programs: Arc::clone(&self.programs),
            disks: Arc::clone(&self.disks),
            connector: Arc::new(self.connector.clone()),
            output_limit: self.output_limit,
            containers_on_node: self.containers_on_node,
        };
        let random = random_of_run(self.seed, start.run);
        let mut run = Run::new(self.now, random, command, surroundings);
        let key = (self.now + self.launch_time, self.next_sequence());
        run.due = Some(key);
        self.due.insert(key, start.run);
        self.runs.insert(start.run, run);
    }

    /// Takes no time: the files are in memory already, and nodes share them.
    fn deploy(&mut self, now: Timestamp, deployment: Deployment) {
        self.now = self.now.max(now);
        let disk = NodeDisk::new(Arc::clone(&self.disks), deployment.node);
        let outcome = match deploy::deploy(&disk, &deployment.packages, self.now) {
            Ok(()) => Outcome::Exited(0),
            Err(failure) => Outcome::Failed(failure),
        };
        self.deployed.push_back((deployment.run, outcome));
    }

    fn end(&mut self, now: Timestamp, run: RunId) {
        self.now = self.now.max(now);
        self.deployed.retain(|(other, _)| *other != run);
        if let Some(run) = self.runs.remove(&run) {
            run.due.map(|key| self.due.remove(&key));
            return;
        }
        if !self.canned.is_empty() {
            self.ended.insert(run);
            self.drop_ended();
        }
    }

    fn poll(&mut self, now: Timestamp) -> Option<(RunId, Outcome)> {
        self.now = self.now.max(now);
        if let Some(deployed) = self.deployed.pop_front() {
            return Some(deployed);
        }
        loop {
            let canned = self
                .canned
                .peek()
                .map(|Reverse(front)| (front.due, front.sequence));
            let running = self.due.first_key_value().map(|(key, _)| *key);
            let next = match (canned, running) {
                (Some(canned), Some(running)) => canned.min(running),
                (one, other) => one.or(other)?,
            };
            if next.0 > self.now {
                return None;
            }
            if Some(next) == canned {
                let Reverse(front) = self.canned.pop()?;
                self.drop_ended();
                return Some((front.run, Outcome::Exited(front.exits)));
            }
            let (_, run) = self.due.pop_first()?;
            if let Some(outcome) = self.step(self.now, run) {
                return Some((run, outcome));
            }
        }
    }

    fn poll_timeout(&self) -> Option<Timestamp> {
        let canned = self.canned.peek().map(|Reverse(front)| front.due);
        let running = self.due.first_key_value().map(|((due, _), _)| *due);
        let deployed = (!self.deployed.is_empty()).then_some(self.now);
        canned.into_iter().chain(running).chain(deployed).min()
    }

    fn waits_for_real_time(&self) -> bool {
        false
    }

    fn prepare_node(&mut self, now: Timestamp, node: &NodeId, platform: Platform) {
        self.now = self.now.max(now);
        // A disk too small for its own directories fails the first command, which says so.
        let _ = self.disks.prepare(node, platform, self.now);
    }

    fn remove_node(&mut self, node: &NodeId) {
        self.disks.remove_node(node);
    }

    fn remove_directory(&mut self, node: &NodeId, directory: &str) {
        // One that is gone already is what was wanted.
        let _ = self.disks.delete(node, directory, true);
    }

    fn files(&self) -> Arc<dyn NodeFiles> {
        Arc::<NodeDisks>::clone(&self.disks)
    }
}

impl fmt::Debug for SimulatedExecutor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimulatedExecutor")
            .field("seed", &self.seed)
            .field("now", &self.now)
            .field("programs", &self.programs)
            .field("canned", &self.canned.len())
            .field("runs", &self.runs.keys())
            .finish_non_exhaustive()
    }
}

/// A place for a connector that is made later. Until then everything it is asked for is refused.
#[derive(Debug, Clone, Default)]
pub struct ConnectorSlot(Arc<Mutex<Option<Arc<dyn BlobConnector>>>>);

impl ConnectorSlot {
    /// Puts the connector in place, instead of one that was there.
    pub fn set(&self, connector: Arc<dyn BlobConnector>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(connector);
    }
}

impl ConnectorSlot {
    fn connector(&self) -> batchite_api::error::Result<Arc<dyn BlobConnector>> {
        let connector = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        connector.ok_or_else(|| {
            Error::protocol(
                Service::Blob,
                "No storage account is reached from simulated nodes: the executor has no connector.",
            )
        })
    }
}

impl BlobConnector for ConnectorSlot {
    fn connect(&self, endpoint: &str, access: Access) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
        self.connector()?.connect(endpoint, access)
    }

    fn connect_from(
        &self,
        endpoint: &str,
        access: Access,
        source: IpAddr,
    ) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
        self.connector()?.connect_from(endpoint, access, source)
    }
}
