//! One simulated node, and what a command line does on it.

use std::sync::Arc;

use batchite_api::backend::BlobConnector;
use batchite_api::batch::{ElevationLevel, EnvironmentSetting, ResourceFile};
use batchite_api::ids::NodeId;
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::exec::simulated::SimulatedExecutor;
use batchite_sim::exec::{Command, Executor, FileError, NodeFiles, Outcome, Platform, RunId, Start};
use bytes::Bytes;

/// When everything begins.
pub(crate) const START: Timestamp = Timestamp::from_unix_seconds(1_763_650_800);

/// The directory of the task of run 1.
pub(crate) const TASK: &str = "workitems/job/job-1/task1";

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Virtual time from start to end.
    pub(crate) took: TimeSpan,
}

/// An executor with one prepared node.
pub(crate) struct Node {
    pub(crate) executor: SimulatedExecutor,
    pub(crate) files: Arc<dyn NodeFiles>,
    pub(crate) id: NodeId,
    pub(crate) platform: Platform,
    pub(crate) now: Timestamp,
    runs: u64,
}

impl Node {
    pub(crate) fn new(platform: Platform) -> Self {
        Self::with(platform, SimulatedExecutor::new(0, START))
    }

    pub(crate) fn with(platform: Platform, mut executor: SimulatedExecutor) -> Self {
        let id = NodeId::parse("tvmps_0_d").expect("it is an id");
        executor.prepare_node(START, &id, platform);
        Self {
            files: executor.files(),
            executor,
            id,
            platform,
            now: START,
            runs: 0,
        }
    }

    /// A command of a task `task{n}` of its own.
    pub(crate) fn command(&mut self, line: &str) -> Command {
        self.runs += 1;
        Command {
            run: RunId(self.runs),
            node: self.id.clone(),
            platform: self.platform,
            directory: format!("workitems/job/job-1/task{}", self.runs),
            command_line: line.into(),
            resource_files: Vec::new(),
            common_resource_files: Vec::new(),
            output_files: Vec::new(),
            continues: false,
            leaves_services: false,
            system_environment: [("AZ_BATCH_TASK_ID", format!("task{}", self.runs))]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
            environment_settings: vec![EnvironmentSetting {
                name: "GREETING".to_owned(),
                value: Some("hello  you".into()),
            }],
            user_name: None,
            user_ids: None,
            elevation_level: ElevationLevel::NonAdmin,
            container_settings: None,
            application_packages: Vec::new(),
            auto_storage: None,
        }
    }

    pub(crate) fn start(&mut self, command: &Command) {
        self.executor.start(
            self.now,
            Start {
                run: command.run,
                command_line: command.command_line.as_str(),
                describe: &|| command.clone(),
            },
        );
    }

    /// Moves time until a run ends; nothing when none ever will.
    pub(crate) fn next_outcome(&mut self) -> Option<(RunId, Outcome)> {
        loop {
            if let Some(outcome) = self.executor.poll(self.now) {
                return Some(outcome);
            }
            self.now = self.executor.poll_timeout()?;
        }
    }

    /// Runs a command line to its end.
    pub(crate) fn run(&mut self, line: &str) -> Done {
        let command = self.command(line);
        self.run_command(&command)
    }

    pub(crate) fn run_with_files(&mut self, line: &str, files: Vec<ResourceFile>) -> Done {
        let mut command = self.command(line);
        command.resource_files = files;
        self.run_command(&command)
    }

    pub(crate) fn run_command(&mut self, command: &Command) -> Done {
        let begun = self.now;
        self.start(command);
        let (run, outcome) = self.next_outcome().expect("the run ends");
        assert_eq!(run, command.run);
        Done {
            outcome,
            stdout: self.text(&format!("{}/stdout.txt", command.directory)),
            stderr: self.text(&format!("{}/stderr.txt", command.directory)),
            took: self.now - begun,
        }
    }

    /// All bytes of a file of a node.
    pub(crate) fn bytes(&self, node: &NodeId, path: &str) -> Result<Bytes, FileError> {
        self.files.open(node, path)?.read(0, u64::MAX)
    }

    /// A file below the root of the node as text; empty when there is none.
    pub(crate) fn text(&self, path: &str) -> String {
        let bytes = self.bytes(&self.id, path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Runs a text under `/bin/sh -c` on a Linux node of its own.
pub(crate) fn sh(text: &str) -> Done {
    under("/bin/sh -c", text)
}

/// Runs a text under a shell on a Linux node of its own.
pub(crate) fn under(shell: &str, text: &str) -> Done {
    Node::new(Platform::Linux).run(&format!("{shell} {}", quoted(text)))
}

/// A text as one argument of a Linux command line.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A Linux node that reaches a storage account.
pub(crate) fn connected(executor: SimulatedExecutor, connector: Arc<dyn BlobConnector>) -> Node {
    Node::with(Platform::Linux, executor.with_connector(connector))
}
