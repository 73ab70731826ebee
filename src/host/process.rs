//! The executor of real processes, as a world sees it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use batchite_api::backend::BlobConnector;
use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use batchite_sim::exec::package::Deployment;
use batchite_sim::exec::{Executor, NodeFiles, Outcome, Platform, RunId, Start};
use tokio::runtime::Handle;

use super::disk::Disk;
use super::files::{HostFiles, Remover};
use super::shared::{Shared, Stop};
use super::{HostError, HostOptions, Waker};

/// Runs commands as real processes.
///
/// Dropping it kills all of them; [`ProcessControl::shutdown`] ends them gently and waits.
pub struct ProcessExecutor {
    shared: Arc<Shared>,
}

impl ProcessExecutor {
    /// An executor that keeps the files of nodes below `root` and works on `runtime`, whose timers and I/O must be
    /// enabled. Resource files come through `blobs`.
    ///
    /// Refused: a root that cannot be used, is in use, or that others may write in.
    pub fn new(
        runtime: Handle,
        root: &Path,
        blobs: Arc<dyn BlobConnector>,
        waker: Waker,
        options: HostOptions,
    ) -> Result<Self, HostError> {
        let disk = Disk::open(root)?;
        let leftovers = disk.leftovers();
        let shared = Arc::new(Shared::new(disk, runtime, blobs, waker, options));
        for path in leftovers {
            shared.remove(path);
        }
        Ok(Self { shared })
    }

    /// What can be asked of the executor once a world owns it.
    pub fn control(&self) -> ProcessControl {
        ProcessControl {
            shared: Arc::clone(&self.shared),
        }
    }
}

/// A hold on an executor that is somewhere else.
#[derive(Clone)]
pub struct ProcessControl {
    shared: Arc<Shared>,
}

impl ProcessControl {
    /// Ends all runs as [`Executor::end`] does and waits until no process is left, and nothing that was to be
    /// removed. What is started afterwards fails.
    pub async fn shutdown(&self) {
        self.shared.stop_all(Stop::Gently);
        self.shared.idle().await;
        self.shared.end_all_left_behind().await;
    }
}

impl Executor for ProcessExecutor {
    fn start(&mut self, _now: Timestamp, start: Start<'_>) {
        self.shared.begin(start.run, (start.describe)());
    }

    fn deploy(&mut self, _now: Timestamp, deployment: Deployment) {
        self.shared.deploy(deployment);
    }

    fn end(&mut self, _now: Timestamp, run: RunId) {
        self.shared.end(run);
    }

    fn poll(&mut self, _now: Timestamp) -> Option<(RunId, Outcome)> {
        self.shared.next_outcome()
    }

    /// Nothing is known beforehand: the waker tells.
    fn poll_timeout(&self) -> Option<Timestamp> {
        None
    }

    /// Outcomes that nobody has asked for yet count as well: a world that leaps now would miss them.
    fn waits_for_real_time(&self) -> bool {
        self.shared.has_wanted_runs()
    }

    fn prepare_node(&mut self, _now: Timestamp, node: &NodeId, _platform: Platform) {
        let key = node.key();
        let disk = &self.shared.disk;
        self.shared
            .clear(|place| place.0 == key, Stop::Now, || disk.new_node(node));
    }

    fn remove_node(&mut self, node: &NodeId) {
        let key = node.key();
        let disk = &self.shared.disk;
        self.shared
            .clear(|place| place.0 == key, Stop::Now, || disk.set_node_aside(node));
        self.shared.end_left_behind(node);
    }

    fn remove_directory(&mut self, node: &NodeId, directory: &str) {
        let key = node.key();
        self.shared.clear(
            |place| place.0 == key && Path::new(&place.1).starts_with(directory),
            Stop::Gently,
            || self.shared.disk.set_directory_aside(node, directory),
        );
    }

    fn files(&self) -> Arc<dyn NodeFiles> {
        let shared = Arc::clone(&self.shared);
        let remover: Remover = Arc::new(move |path| shared.remove(path));
        Arc::new(HostFiles {
            disk: Arc::clone(&self.shared.disk),
            pace: self.shared.options.pace.clone(),
            remover,
            runtime: self.shared.runtime.clone(),
        })
    }
}

impl Drop for ProcessExecutor {
    fn drop(&mut self) {
        // The runtime may not come round to it any more, so it is done here.
        for group in self.shared.stop_all(Stop::Now) {
            group.kill();
        }
    }
}

impl fmt::Debug for ProcessExecutor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProcessExecutor")
            .field("live", &self.shared.live_runs())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ProcessControl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProcessControl").finish_non_exhaustive()
    }
}
