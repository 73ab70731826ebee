//! A world whose command lines are real processes of this machine, with the blob service on a free loopback port.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[cfg(unix)]
use crate::host::Family;
use crate::host::clock::Driven;
use crate::host::pace::system_now;
use crate::host::{HostClock, HostError, HostOptions, HostPace, ProcessControl, ProcessExecutor};
use crate::server::{ServedAccount, ServerHandle, serve_blobs};
use crate::tutorial::StorageAccount;
use batchite_api::auth::AccountKey;
use batchite_api::time::Clock;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::world::account;

/// What names of directories of nodes begin with; the number of the process and a random part follow.
const DIRECTORY_PREFIX: &str = "batchite-nodes-";

/// How long requests under way have when the world ends.
const GRACE: Duration = Duration::from_secs(2);

/// What belongs to the processes of a world, and must be ended with it.
pub(super) struct Processes {
    clock: Arc<dyn Clock>,
    storage: StorageAccount,
    control: ProcessControl,
    server: ServerHandle,
    /// The directories of the nodes; removed when this is dropped.
    _root: TempDir,
}

impl Processes {
    /// A world of a configuration that follows the machine's clock, jumping where nothing runs.
    pub(super) async fn start(config: SimConfig) -> Result<(Arc<Simulation>, Self), String> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(|error| format!("no loopback port is to be had for the blob service: {error}"))?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("the port of the blob service is unknown: {error}"))?;
        let mut reached = config.storage_account.clone();
        // Whoever holds the key can replace the worker, and the worker is run: the well-known one will not do.
        let key = random_key()?;
        reached.key = key.clone();
        reached.endpoint = format!("http://{address}/{}", reached.name);
        let config = config.with_storage_account(reached).with_start(system_now());
        let storage = account(&config);
        let root = directory_of_nodes()?;
        let pace = HostPace::new(config.start, 1.0).map_err(|error| error.to_string())?;
        let options = HostOptions {
            #[cfg(unix)]
            family: Some(family()?),
            ..HostOptions::default()
        };
        let (simulation, control) = world_of_processes(config, &pace, root.path(), options)?;
        let driven: Arc<dyn Driven> = Arc::<Simulation>::clone(&simulation);
        let clock: Arc<dyn Clock> = Arc::new(HostClock::new(driven, pace));
        let accounts = vec![ServedAccount {
            name: storage.name.clone(),
            keys: vec![key],
            endpoint: storage.endpoint.clone(),
        }];
        let server = serve_blobs(listener, simulation.blobs(), Arc::clone(&clock), accounts)
            .await
            .map_err(|error| format!("the blob service cannot be started: {error}"))?;
        let processes = Self {
            clock,
            storage,
            control,
            server,
            _root: root,
        };
        Ok((simulation, processes))
    }

    /// The clock of the world.
    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The storage account where processes reach it.
    pub(super) fn storage(&self) -> &StorageAccount {
        &self.storage
    }

    /// Ends all processes and the blob service, and removes the directories of the nodes.
    pub(super) async fn shut_down(self) {
        self.control.shutdown().await;
        self.server.shutdown(GRACE).await;
    }
}

/// Has this process adopt what its children leave behind. Needs the context of a runtime.
#[cfg(unix)]
pub(super) fn family() -> Result<Family, String> {
    Family::adopt().map_err(|error| format!("the children of this process cannot be watched: {error}"))
}

/// A directory for the files of nodes, gone when it is dropped. Those of processes that were killed go now.
pub(super) fn directory_of_nodes() -> Result<TempDir, String> {
    #[cfg(unix)]
    remove_abandoned(&std::env::temp_dir());
    tempfile::Builder::new()
        .prefix(&format!("{DIRECTORY_PREFIX}{}-", std::process::id()))
        .tempdir()
        .map_err(|error| format!("the directory for the files of the nodes cannot be made: {error}"))
}

/// Removes the directories of nodes whose process is gone: its number is in the name, and it held a lock, which tells
/// also where the numbers of processes are others', as in a container.
#[cfg(unix)]
fn remove_abandoned(directory: &Path) {
    use rustix::fs::{FlockOperation, flock};
    use rustix::process::{Pid, test_kill_process};

    let Ok(entries) = directory.read_dir() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| {
            let number = name.strip_prefix(DIRECTORY_PREFIX)?.split('-').next()?;
            number.parse().ok().and_then(Pid::from_raw)
        });
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let Some(number) = number.filter(|_| is_directory) else {
            continue;
        };
        let is_gone = test_kill_process(number) == Err(rustix::io::Errno::SRCH);
        let Ok(handle) = std::fs::File::open(entry.path()) else {
            continue;
        };
        if is_gone && flock(&handle, FlockOperation::NonBlockingLockExclusive).is_ok() {
            // One of somebody else cannot be removed, and need not be.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A world whose commands are real processes below `root`, and what ends them. Its time is that of the pace.
pub(super) fn world_of_processes(
    config: SimConfig,
    pace: &HostPace,
    root: &Path,
    options: HostOptions,
) -> Result<(Arc<Simulation>, ProcessControl), String> {
    let options = HostOptions {
        pace: Some(pace.clone()),
        ..options
    };
    let mut control = None;
    let simulation = Simulation::with_executor(config, Box::new(pace.clone()), |blobs| {
        let executor = ProcessExecutor::new(Handle::current(), root, blobs, pace.waker(), options)?;
        control = Some(executor.control());
        Ok(Box::new(executor))
    });
    let simulation = simulation.map_err(|error: HostError| error_text(&error))?;
    let control = control.expect("a world that was made has its executor");
    Ok((simulation, control))
}

/// A key nobody else knows.
pub(super) fn random_key() -> Result<AccountKey, String> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| format!("no random key is to be had: {error}"))?;
    Ok(AccountKey::from_bytes(bytes))
}

/// An error and what is behind it, in one line.
pub(super) fn error_text(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
