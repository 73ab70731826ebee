//! The composed world: real accounts, or a simulation, what runs its command lines, and where its blobs are reached.

use std::path::Path;
use std::sync::Arc;

use super::program::TopnProgram;
use crate::azure::PlainHttp;
use crate::tutorial::{StorageAccount, StorageCredential};
use batchite_api::backend::{BatchBackend, BlobConnector};
use batchite_api::time::Clock;
use batchite_sim::Simulation;
use batchite_sim::config::{Latencies, SimConfig};

use super::clock::SystemClock;
use super::options::{Backend, Execution, Latency, TutorialOptions};
use super::processes::Processes;
use super::{azure, say_warning};

/// A world, ready to be worked with.
pub(super) struct World {
    /// None in the real world.
    simulation: Option<Arc<Simulation>>,
    batch: Arc<dyn BatchBackend>,
    blobs: Arc<dyn BlobConnector>,
    clock: Arc<dyn Clock>,
    storage: StorageAccount,
    processes: Option<Processes>,
}

impl World {
    /// The world the options describe, on whose nodes the executable at `worker` can run.
    ///
    /// The error is a text for the person.
    pub(super) async fn new(options: &TutorialOptions, worker: &Path) -> Result<Self, String> {
        if options.backend == Backend::Azure {
            return Self::real(options).await;
        }
        let latencies = match options.latency() {
            Latency::Instant => Latencies::instant(),
            Latency::Azure => Latencies::azure(),
        };
        let config = SimConfig::new(options.seed())
            .with_latencies(latencies)
            .with_trace(options.trace.is_some());
        match options.execution() {
            Execution::Simulated => Ok(Self::simulated(config, worker)),
            Execution::Process => {
                let (simulation, processes) = Processes::start(config).await?;
                let (clock, storage) = (processes.clock(), processes.storage().clone());
                Ok(Self::compose(simulation, clock, storage, Some(processes)))
            }
        }
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
        })
    }

    /// A world whose nodes have the worker of this very code installed under the name of the executable.
    fn simulated(config: SimConfig, worker: &Path) -> Self {
        let name = worker.file_name().unwrap_or_default().to_string_lossy();
        let storage = account(&config);
        let simulation = Simulation::new(config, |executor| executor.with_program(&name, TopnProgram));
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
        }
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

/// The storage account of a world, as the flow is told of it.
pub(super) fn account(config: &SimConfig) -> StorageAccount {
    let account = config.storage_account.clone();
    StorageAccount {
        name: account.name,
        credential: StorageCredential::Key(account.key),
        endpoint: account.endpoint,
    }
}
