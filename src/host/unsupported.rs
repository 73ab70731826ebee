//! What stands in for the executor where there are no process groups: it cannot be made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use batchite_api::backend::BlobConnector;
use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use batchite_sim::exec::package::Deployment;
use batchite_sim::exec::{Executor, NodeFiles, Outcome, Platform, RunId, Start};
use tokio::runtime::Handle;

use super::{HostError, HostOptions, Waker};

/// Runs commands as real processes: on Unix only.
#[derive(Debug)]
pub enum ProcessExecutor {}

/// A hold on an executor that is somewhere else.
#[derive(Debug, Clone)]
pub enum ProcessControl {}

/// The program of a container engine: none is used here.
pub fn find_engine() -> Option<PathBuf> {
    None
}

impl ProcessExecutor {
    /// Refused: [`HostError::Unsupported`].
    pub fn new(
        _runtime: Handle,
        _root: &Path,
        _blobs: Arc<dyn BlobConnector>,
        _waker: Waker,
        _options: HostOptions,
    ) -> Result<Self, HostError> {
        Err(HostError::Unsupported)
    }

    /// What can be asked of the executor once a world owns it.
    pub fn control(&self) -> ProcessControl {
        match *self {}
    }
}

impl ProcessControl {
    /// Ends all runs and waits until no process is left.
    #[expect(clippy::unused_async, reason = "the signature is the one on Unix")]
    pub async fn shutdown(&self) {
        match *self {}
    }
}

impl Executor for ProcessExecutor {
    fn start(&mut self, _now: Timestamp, _start: Start<'_>) {
        match *self {}
    }

    fn deploy(&mut self, _now: Timestamp, _deployment: Deployment) {
        match *self {}
    }

    fn end(&mut self, _now: Timestamp, _run: RunId) {
        match *self {}
    }

    fn poll(&mut self, _now: Timestamp) -> Option<(RunId, Outcome)> {
        match *self {}
    }

    fn poll_timeout(&self) -> Option<Timestamp> {
        match *self {}
    }

    fn waits_for_real_time(&self) -> bool {
        match *self {}
    }

    fn prepare_node(&mut self, _now: Timestamp, _node: &NodeId, _platform: Platform) {
        match *self {}
    }

    fn remove_node(&mut self, _node: &NodeId) {
        match *self {}
    }

    fn remove_directory(&mut self, _node: &NodeId, _directory: &str) {
        match *self {}
    }

    fn files(&self) -> Arc<dyn NodeFiles> {
        match *self {}
    }
}
