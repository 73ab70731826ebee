//! What the tests share: an executor in a temporary directory, and pipes that tell what processes do.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use batchite::host::{HostOptions, ProcessExecutor, Waker};
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConnector};
use batchite_api::batch::{BatchTaskFailureInfo, ElevationLevel};
use batchite_api::error::{Error, ErrorCode};
use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use batchite_sim::exec::{Command, Executor, FileError, NodeFiles, Outcome, Platform, RunId, Start};
use bytes::Bytes;
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Notify, mpsc};

/// When a test hangs; on an idle machine none takes a tenth of it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Tests do not ask for the time, and nothing here depends on it.
pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A world without storage.
#[derive(Debug)]
struct NoBlobs;

impl BlobConnector for NoBlobs {
    fn connect(&self, _endpoint: &str, _access: Access) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
        Err(Error::blob(ErrorCode::ResourceNotFound))
    }

    fn connect_from(
        &self,
        endpoint: &str,
        access: Access,
        _source: IpAddr,
    ) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
        self.connect(endpoint, access)
    }
}

/// An executor, its directory, and what tells that an outcome is ready.
pub(crate) struct Bench {
    pub(crate) executor: ProcessExecutor,
    woken: Arc<Notify>,
    directory: TempDir,
    runs: u64,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(HostOptions::default())
    }

    pub(crate) fn with(options: HostOptions) -> Self {
        Self::with_blobs(options, Arc::new(NoBlobs))
    }

    pub(crate) fn with_blobs(options: HostOptions, blobs: Arc<dyn BlobConnector>) -> Self {
        Self::in_directory(TempDir::new().unwrap(), options, blobs)
    }

    /// With what somebody left in a directory.
    pub(crate) fn over(directory: TempDir) -> Self {
        Self::in_directory(directory, HostOptions::default(), Arc::new(NoBlobs))
    }

    fn in_directory(directory: TempDir, options: HostOptions, blobs: Arc<dyn BlobConnector>) -> Self {
        let woken = Arc::new(Notify::new());
        let waker = Arc::clone(&woken);
        let wake = Arc::new(move || waker.notify_one());
        Self::build(directory, options, blobs, woken, wake)
    }

    /// With a waker of its own; nothing is to be awaited from it.
    pub(crate) fn with_waker(options: HostOptions, waker: Waker) -> Self {
        let directory = TempDir::new().unwrap();
        Self::build(directory, options, Arc::new(NoBlobs), Arc::default(), waker)
    }

    fn build(
        directory: TempDir,
        options: HostOptions,
        blobs: Arc<dyn BlobConnector>,
        woken: Arc<Notify>,
        waker: Waker,
    ) -> Self {
        let root = directory.path().join("nodes");
        let executor = ProcessExecutor::new(Handle::current(), &root, blobs, waker, options).unwrap();
        Self {
            executor,
            woken,
            directory,
            runs: 0,
        }
    }

    /// A directory that is no node's.
    pub(crate) fn outside(&self) -> &Path {
        self.directory.path()
    }

    /// The directory of the node all runs are on.
    pub(crate) fn node_root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap().join("nodes/node")
    }

    /// How many things have been taken away and still take up room.
    pub(crate) fn removed(&self) -> usize {
        let path = self.outside().join("nodes/~removed");
        path.read_dir().unwrap().count()
    }

    /// How many packages are being written.
    pub(crate) fn coming(&self) -> usize {
        let path = self.outside().join("nodes/~coming");
        path.read_dir().unwrap().count()
    }

    /// What a task wrote to a file of its directory.
    pub(crate) fn read(&self, task: &str, file: &str) -> String {
        let path = format!("workitems/job/job-1/{task}/{file}");
        let bytes = bytes(&*self.executor.files(), &path, 0, u64::MAX).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    pub(crate) fn start(&mut self, command: &Command) -> RunId {
        self.runs += 1;
        let run = RunId(self.runs);
        let describe = || Command {
            run,
            ..command.clone()
        };
        self.executor.start(
            NOW,
            Start {
                run,
                command_line: &command.command_line,
                describe: &describe,
            },
        );
        run
    }

    /// The next outcome there is.
    pub(crate) async fn outcome(&mut self) -> (RunId, Outcome) {
        let next = async {
            loop {
                if let Some(outcome) = self.executor.poll(NOW) {
                    return outcome;
                }
                self.woken.notified().await;
            }
        };
        in_time(next).await
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&mut self, command: &Command) -> Outcome {
        let run = self.start(command);
        let (ended, outcome) = self.outcome().await;
        assert_eq!(ended, run);
        outcome
    }

    /// Runs a script of a shell to its end.
    pub(crate) async fn shell(&mut self, task: &str, script: &str) -> Outcome {
        self.run(&shell(task, script)).await
    }

    pub(crate) fn fifo(&self, name: &str) -> Fifo {
        Fifo::new(self.directory.path().join(name))
    }
}

/// Bytes `first..end` of a file of the node, as far as it goes.
pub(crate) fn bytes(files: &dyn NodeFiles, path: &str, first: u64, end: u64) -> Result<Bytes, FileError> {
    let file = files.open(&node(), path)?;
    let mut all = Vec::new();
    loop {
        let piece = file.read(first + all.len() as u64, end)?;
        if piece.is_empty() {
            return Ok(all.into());
        }
        all.extend_from_slice(&piece);
    }
}

pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("what the test waits for should happen")
}

/// A runtime that goes on only when it is driven.
pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

pub(crate) fn node() -> NodeId {
    NodeId::parse("node").unwrap()
}

pub(crate) fn command(task: &str, command_line: &str) -> Command {
    Command {
        run: RunId(0),
        node: node(),
        platform: Platform::Linux,
        directory: format!("workitems/job/job-1/{task}"),
        command_line: command_line.into(),
        resource_files: Vec::new(),
        common_resource_files: Vec::new(),
        output_files: Vec::new(),
        continues: false,
        leaves_services: false,
        system_environment: BTreeMap::new(),
        environment_settings: Vec::new(),
        user_name: None,
        user_ids: None,
        elevation_level: ElevationLevel::NonAdmin,
        container_settings: None,
        application_packages: Vec::new(),
        auto_storage: None,
    }
}

/// A script; it must not contain single quotes.
pub(crate) fn shell(task: &str, script: &str) -> Command {
    assert!(!script.contains('\''));
    command(task, &format!("/bin/sh -c '{script}'"))
}

pub(crate) fn failure(outcome: Outcome) -> BatchTaskFailureInfo {
    match outcome {
        Outcome::Failed(failure) | Outcome::UploadFailed { failure, .. } => failure,
        Outcome::Exited(code) => panic!("it should have failed, and exited with {code}"),
    }
}

pub(crate) fn code(outcome: Outcome) -> String {
    failure(outcome).code.unwrap()
}

/// The value of the `Message` detail, which says what happened.
pub(crate) fn reason(outcome: Outcome) -> String {
    let failure = failure(outcome);
    let detail = failure
        .details
        .into_iter()
        .find(|detail| detail.name.as_deref() == Some("Message"));
    detail.unwrap().value.unwrap()
}

/// A named pipe. Whoever holds its writing end is alive; the last of them going is the end of it.
pub(crate) struct Fifo {
    path: PathBuf,
    lines: mpsc::UnboundedReceiver<String>,
}

impl Fifo {
    fn new(path: PathBuf) -> Self {
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let (sender, lines) = mpsc::unbounded_channel();
        let opened = path.clone();
        // Opening blocks until somebody writes, so it has its own thread.
        std::thread::spawn(move || {
            let file = std::fs::File::open(opened).unwrap();
            for line in std::io::BufReader::new(file).lines() {
                if sender.send(line.unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { path, lines }
    }

    pub(crate) fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// The next line somebody writes.
    pub(crate) async fn line(&mut self) -> String {
        in_time(self.lines.recv()).await.expect("somebody should write")
    }

    /// Waits until all writers are gone.
    pub(crate) async fn closed(&mut self) {
        while in_time(self.lines.recv()).await.is_some() {}
    }
}
