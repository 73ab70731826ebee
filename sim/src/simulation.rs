//! The thin shell: a world, an executor, and whoever moves them on.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use batchite_api::backend::BlobConnector;
use batchite_api::time::{Clock, TimeSpan, Timestamp};

use crate::backend::{SimBatch, SimBlobConnector};
use crate::config::SimConfig;
use crate::exec::simulated::SimulatedExecutor;
use crate::exec::{Executor, NodeFiles};
use crate::shared::{Shared, TimeSource, VirtualTime};
use crate::world::{Work, World};

/// A world with an executor.
///
/// Nothing happens by itself: somebody has to [`settle`](Self::settle) what is due. In virtual time that is the
/// [`clock`](Self::clock), whose `sleep` moves the world on to the end of the sleep, event by event.
#[derive(Debug)]
pub struct Simulation {
    shared: Arc<Shared>,
    executor: Mutex<Box<dyn Executor>>,
    files: Arc<dyn NodeFiles>,
}

impl Simulation {
    /// A world in virtual time whose commands are programs and scripts of this process; `equip` adds them.
    pub fn new(config: SimConfig, equip: impl FnOnce(SimulatedExecutor) -> SimulatedExecutor) -> Arc<Self> {
        let executor = SimulatedExecutor::new(config.seed, config.start);
        let executor = equip(executor.with_launch_time(config.command_launch));
        let made = Self::with_executor(config, Box::new(VirtualTime), |connector| {
            Ok::<_, Infallible>(Box::new(executor.with_connector(connector)))
        });
        match made {
            Ok(simulation) => simulation,
        }
    }

    /// A world with another executor, which may fetch resource files through the connector, and another time.
    ///
    /// The error is that of the executor, when it cannot be made.
    pub fn with_executor<X: Executor + 'static, E>(
        config: SimConfig,
        time: Box<dyn TimeSource>,
        executor: impl FnOnce(Arc<dyn BlobConnector>) -> Result<Box<X>, E>,
    ) -> Result<Arc<Self>, E> {
        let shared = Arc::new(Shared::new(World::new(config), time));
        let executor = executor(Arc::new(SimBlobConnector::new(Arc::clone(&shared))))?;
        let files = executor.files();
        Ok(Arc::new(Self {
            shared,
            executor: Mutex::new(executor),
            files,
        }))
    }

    /// The Batch account of this world.
    pub fn batch(&self) -> Arc<SimBatch> {
        Arc::new(SimBatch::new(Arc::clone(&self.shared), Arc::clone(&self.files)))
    }

    /// Handles on the storage account of this world.
    pub fn blobs(&self) -> Arc<dyn BlobConnector> {
        Arc::new(SimBlobConnector::new(Arc::clone(&self.shared)))
    }

    /// The virtual time of this world, moved on by whoever sleeps.
    pub fn clock(self: &Arc<Self>) -> Arc<dyn Clock> {
        Arc::new(SimClock {
            simulation: Arc::clone(self),
        })
    }

    /// The world behind its lock.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The present of the world.
    pub fn now(&self) -> Timestamp {
        self.shared.enter().now()
    }

    /// What the clock of Blob Storage shows: the present of the world, unless a fault has put it wrong.
    pub fn storage_time(&self) -> Timestamp {
        let world = self.shared.enter();
        world.now().saturating_add(world.clock_skew())
    }

    /// The record of what happened since this was asked last, as lines of JSON.
    pub fn take_trace_lines(&self) -> String {
        self.shared.enter().trace_mut().take_lines()
    }

    /// Whether commands are under way whose end only real time brings.
    pub fn waits_for_real_time(&self) -> bool {
        self.executor().waits_for_real_time()
    }

    /// When something is due next, if anything is.
    pub fn next_time(&self) -> Option<Timestamp> {
        let executor = self.executor().poll_timeout();
        self.shared
            .enter()
            .poll_timeout()
            .into_iter()
            .chain(executor)
            .min()
    }

    /// Does everything that is due at the present moment, and what follows from it at once.
    pub fn settle(&self) {
        let mut executor = self.executor();
        loop {
            let mut quiet = true;
            let now = {
                let mut world = self.shared.enter();
                let now = world.now();
                world.handle_timeout(now);
                while let Some(work) = world.poll_work() {
                    quiet = false;
                    perform(&world, executor.as_mut(), work);
                }
                now
            };
            // Programs call back into the world, so its lock is not held while they run.
            while let Some((run, outcome)) = executor.poll(now) {
                quiet = false;
                self.shared.enter().handle_outcome(run, outcome);
            }
            if quiet {
                return;
            }
        }
    }

    /// Empties the world, at its present moment: ends all commands, throws all nodes with their files away, and
    /// forgets pools, jobs and blobs. Accounts, keys, seed and time stay.
    pub fn reset(&self) {
        let mut executor = self.executor();
        let mut world = self.shared.enter();
        // Outcomes that are ready belong to runs that will be gone; nobody must find them later.
        world.reset();
        while let Some(work) = world.poll_work() {
            perform(&world, executor.as_mut(), work);
        }
    }

    /// Moves the world on to a moment, event by event.
    pub fn advance_to(&self, target: Timestamp) {
        loop {
            self.settle();
            match self.next_time() {
                Some(next) if next <= target => self.shared.enter().observe(next),
                _ => break,
            }
        }
        self.shared.enter().observe(target);
        self.settle();
    }

    /// The executor. It is locked before the world, never after it.
    fn executor(&self) -> MutexGuard<'_, Box<dyn Executor>> {
        self.executor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn perform(world: &World, executor: &mut dyn Executor, work: Work) {
    let now = world.now();
    match work {
        Work::Start { run } => world.start(run, |start| executor.start(now, start)),
        Work::Deploy { run } => {
            if let Some(deployment) = world.deployment(run) {
                executor.deploy(now, deployment);
            }
        }
        Work::End { run } => executor.end(now, run),
        Work::PrepareNode { node, platform } => executor.prepare_node(now, &node, platform),
        Work::RemoveNode { node } => executor.remove_node(&node),
        Work::RemoveDirectory(gone) => executor.remove_directory(&gone.node, &gone.directory),
    }
}

/// Virtual time: `sleep` moves the world on and returns without waiting.
#[derive(Debug)]
struct SimClock {
    simulation: Arc<Simulation>,
}

#[async_trait]
impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        self.simulation.now()
    }

    async fn sleep(&self, span: TimeSpan) {
        if span > TimeSpan::ZERO {
            self.simulation.advance_to(self.simulation.now() + span);
        }
    }
}
