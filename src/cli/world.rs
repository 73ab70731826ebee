//! The composed world: real accounts, or a simulation, what runs its command lines, and where its blobs are reached.

use std::path::Path;
use std::sync::Arc;

use super::program::TopnProgram;
use crate::azure::PlainHttp;
use crate::tutorial::{StorageAccount, StorageCredential};
use batchite_api::backend::{BatchBackend, BlobConnector};
use batchite_api::time::Clock;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use batchite_sim::scenario::Scenario;

use super::clock::SystemClock;
use super::options::{Backend, Execution, TutorialOptions};
use super::processes::Processes;
use super::scenario::Given;
use super::{azure, say_warning, scenario};

/// A world, ready to be worked with.
pub(super) struct World {
    /// None in the real world.
    simulation: Option<Arc<Simulation>>,
    batch: Arc<dyn BatchBackend>,
    blobs: Arc<dyn BlobConnector>,
    clock: Arc<dyn Clock>,
    storage: StorageAccount,
    processes: Option<Processes>,
    /// Where the randomness of a simulated world comes from.
    seed: Option<u64>,
}

impl World {
    /// The world the options describe, on whose nodes the executable at `worker` can run.
    ///
    /// The error is a text for the person.
    pub(super) async fn new(options: &TutorialOptions, worker: &Path) -> Result<Self, String> {
        if options.backend == Backend::Azure {
            return Self::real(options).await;
        }
        let scenario = options.scenario.as_deref().map(scenario::read).transpose()?;
        let config = config(options, scenario.as_ref());
        let seed = Some(config.seed);
        let world = match options.execution() {
            Execution::Simulated => Self::simulated(config, worker, scenario.as_ref()),
            Execution::Process => {
                if scenario.as_ref().is_some_and(Scenario::has_programs) {
                    return Err(
                        "the programs of a scenario run on simulated nodes only: leave `--execution process` out"
                            .to_owned(),
                    );
                }
                let (simulation, processes) = Processes::start(config).await?;
                let (clock, storage) = (processes.clock(), processes.storage().clone());
                Self::compose(simulation, clock, storage, Some(processes))
            }
        };
        let mut world = Self { seed, ..world };
        let set_up = scenario.zip(world.simulation.as_deref());
        let set_up = set_up.map_or(Ok(()), |(scenario, simulation)| scenario.set_up(simulation));
        if let Err(error) = set_up {
            world.shut_down().await;
            return Err(format!("the scenario cannot be set up: {error}"));
        }
        Ok(world)
    }

    /// The accounts of the settings.
    async fn real(options: &TutorialOptions) -> Result<Self, String> {
        let plain_http = if options.allow_http {
            PlainHttp::Anywhere
        } else {
            PlainHttp::Loopback
        };
        let accounts = azure::connect(options.config.as_deref(), plain_http, &mut say_warning).await?;
        Ok(Self {
            simulation: None,
            batch: Arc::new(accounts.batch),
            blobs: Arc::new(accounts.blobs),
            clock: Arc::new(SystemClock),
            storage: accounts.storage,
            processes: None,
            seed: None,
        })
    }

    /// A world whose nodes have the worker of this very code installed under the name of the executable.
    fn simulated(config: SimConfig, worker: &Path, scenario: Option<&Scenario>) -> Self {
        let name = worker.file_name().unwrap_or_default().to_string_lossy();
        let storage = account(&config);
        let simulation = Simulation::new(config, |executor| {
            let executor = executor.with_program(&name, TopnProgram);
            match scenario {
                Some(scenario) => scenario.equip(executor),
                None => executor,
            }
        });
        let clock = simulation.clock();
        Self::compose(simulation, clock, storage, None)
    }

    fn compose(
        simulation: Arc<Simulation>,
        clock: Arc<dyn Clock>,
        storage: StorageAccount,
        processes: Option<Processes>,
    ) -> Self {
        Self {
            batch: simulation.batch(),
            blobs: simulation.blobs(),
            simulation: Some(simulation),
            clock,
            storage,
            processes,
            seed: None,
        }
    }

    /// Where the randomness of a simulated world comes from.
    pub(super) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The Batch account.
    pub(super) fn batch(&self) -> &dyn BatchBackend {
        &*self.batch
    }

    /// Makes handles on the storage account.
    pub(super) fn blobs(&self) -> &dyn BlobConnector {
        &*self.blobs
    }

    /// The clock.
    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The storage account.
    pub(super) fn storage(&self) -> &StorageAccount {
        &self.storage
    }

    /// Everything that happened in a simulated world since this was asked last.
    pub(super) fn trace(&self) -> String {
        let simulation = self.simulation.as_deref();
        simulation.map(Simulation::take_trace_lines).unwrap_or_default()
    }

    /// Ends what still runs.
    pub(super) async fn shut_down(&mut self) {
        if let Some(processes) = self.processes.take() {
            processes.shut_down().await;
        }
    }
}

/// What the world of the options is made from.
fn config(options: &TutorialOptions, scenario: Option<&Scenario>) -> SimConfig {
    let given = Given {
        seed: options.seed,
        latency: options.latency,
        ..Given::default()
    };
    let config = SimConfig::new(0).with_trace(options.trace.is_some());
    scenario::configured(config, scenario, &given)
}

/// The storage account of a world, as the flow is told of it.
pub(super) fn account(config: &SimConfig) -> StorageAccount {
    let account = config.storage_account.clone();
    StorageAccount {
        name: account.name,
        credential: StorageCredential::Key(account.key),
        endpoint: account.endpoint,
    }
}
