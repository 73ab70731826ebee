//! The world that is served, and what moves it on.

use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::scenario::Scenario;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::accounts::Accounts;
use super::options::{ContainerChoice, ServeOptions};
use crate::cli::TopnProgram;
use crate::cli::applications;
use crate::cli::options::Execution;
use crate::cli::processes::{directory_of_nodes, world_of_processes};
use crate::cli::scenario::{self, Given};
use crate::control::WorldTime;
#[cfg(unix)]
use crate::host::Family;
use crate::host::clock::Driven;
use crate::host::pace::system_now;
use crate::host::{Containers, HostClock, HostOptions, HostPace, ProcessControl, find_engine};

/// A world that goes with the machine's clock.
pub(super) struct ServedWorld {
    pub(super) simulation: Arc<Simulation>,
    pub(super) pace: HostPace,
    pub(super) clock: HostClock,
    /// Where its randomness comes from.
    pub(super) seed: u64,
    processes: Option<Processes>,
}

struct Processes {
    control: ProcessControl,
    /// The directories of the nodes; removed when this is dropped.
    _root: TempDir,
}

impl ServedWorld {
    /// The world the options describe, behind the accounts. The error is a text for the person.
    pub(super) fn new(
        options: &ServeOptions,
        accounts: &Accounts,
        #[cfg(unix)] family: &Family,
    ) -> Result<Self, String> {
        let scenario = options.scenario.as_deref().map(scenario::read).transpose()?;
        let mut config = config(options, accounts, scenario.as_ref());
        if let Some(scenario) = &scenario {
            if scenario.has_applications() && options.applications.is_some() {
                return Err(
                    "the scenario has applications of its own: leave `--applications` out".to_owned(),
                );
            }
            if scenario.has_programs() && options.execution == Execution::Process {
                return Err(
                    "the programs of a scenario run on simulated nodes only: leave `--execution process` out"
                        .to_owned(),
                );
            }
        }
        if let Some(folder) = &options.applications {
            config = config.with_applications(applications::read(folder)?);
        }
        let seed = config.seed;
        config
            .quotas
            .check_applications(&config.applications)
            .map_err(|error| error.to_string())?;
        let pace = HostPace::new(config.start, options.time_scale).map_err(|error| error.to_string())?;
        let (simulation, processes) = match options.execution {
            Execution::Simulated => (simulated(config, &pace, options, scenario.as_ref()), None),
            Execution::Process => {
                let root = directory_of_nodes()?;
                let host = HostOptions {
                    containers: match options.containers {
                        ContainerChoice::Refuse => Containers::Refuse,
                        ContainerChoice::Host => Containers::Host,
                        ContainerChoice::Engine => Containers::Engine,
                    },
                    engine: find_engine(),
                    output_limit: options.output_limit,
                    #[cfg(unix)]
                    family: Some(family.clone()),
                    ..HostOptions::default()
                };
                let (simulation, control) = world_of_processes(config, &pace, root.path(), host)?;
                let processes = Processes { control, _root: root };
                (simulation, Some(processes))
            }
        };
        if let Some(scenario) = &scenario {
            let set_up = scenario.set_up(&simulation);
            set_up.map_err(|error| format!("the scenario cannot be set up: {error}"))?;
        }
        let driven: Arc<dyn Driven> = Arc::<Simulation>::clone(&simulation);
        Ok(Self {
            clock: HostClock::new(driven, pace.clone()),
            simulation,
            pace,
            seed,
            processes,
        })
    }

    /// The clock Blob Storage goes by. It is that of the world, unless a fault has put it wrong.
    pub(super) fn storage_clock(&self) -> StorageClock {
        StorageClock {
            simulation: Arc::clone(&self.simulation),
            clock: self.clock.clone(),
        }
    }

    /// Moves the world on from now on. It ends only by a mistake of ours.
    pub(super) fn drive(&self) -> JoinHandle<()> {
        let clock = self.clock.clone();
        tokio::spawn(async move { clock.drive().await })
    }

    /// Ends what runs, and removes the files of the nodes.
    pub(super) async fn shut_down(self) {
        if let Some(processes) = self.processes {
            processes.control.shutdown().await;
        }
    }
}

/// The clock of Blob Storage.
#[derive(Debug)]
pub(super) struct StorageClock {
    simulation: Arc<Simulation>,
    clock: HostClock,
}

#[async_trait]
impl Clock for StorageClock {
    fn now(&self) -> Timestamp {
        self.simulation.storage_time()
    }

    async fn sleep(&self, span: TimeSpan) {
        self.clock.sleep(span).await;
    }
}

#[async_trait]
impl WorldTime for HostClock {
    async fn advance_to(&self, target: Timestamp) {
        Self::advance_to(self, target).await;
    }
}

fn config(options: &ServeOptions, accounts: &Accounts, scenario: Option<&Scenario>) -> SimConfig {
    let mut config = SimConfig::new(0)
        .with_start(system_now())
        .with_storage_account(accounts.storage.clone())
        .with_trace_records(options.trace_records);
    config.batch_account.clone_from(&accounts.batch_name);
    config.batch_endpoint.clone_from(&accounts.batch_endpoint);
    let given = Given {
        seed: options.seed,
        latency: options.latency,
        pool_quota: options.pool_quota,
        job_quota: options.job_quota,
        dedicated_core_quota: options.dedicated_core_quota,
        low_priority_core_quota: options.low_priority_core_quota,
    };
    scenario::configured(config, scenario, &given)
}

/// A world whose nodes have the tutorial's worker installed, under the name it is uploaded by.
fn simulated(
    config: SimConfig,
    pace: &HostPace,
    options: &ServeOptions,
    scenario: Option<&Scenario>,
) -> Arc<Simulation> {
    let mut executor = SimulatedExecutor::new(config.seed, config.start)
        .with_launch_time(config.command_launch)
        .with_output_limit(options.output_limit)
        .with_program("batchite", TopnProgram);
    if options.containers == ContainerChoice::Host {
        executor = executor.with_containers_on_node();
    }
    if let Some(scenario) = scenario {
        executor = scenario.equip(executor);
    }
    let made = Simulation::with_executor(config, Box::new(pace.clone()), |connector| {
        Ok::<_, std::convert::Infallible>(Box::new(executor.with_connector(connector)))
    });
    match made {
        Ok(simulation) => simulation,
    }
}
