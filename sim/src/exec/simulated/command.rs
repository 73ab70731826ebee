//! What becomes of one command: directories, resource files, environment, program.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use batchite_api::backend::{BlobConnector, Body};
use batchite_api::batch::BatchTaskFailureInfo;
use batchite_api::time::Clock as _;
use bytes::Bytes;
use futures_util::StreamExt as _;

use crate::exec::command_line::{split_command_line, windows_program};
use crate::exec::disk::{Content, DiskError, DiskPath, NodeDisk, NodeDisks};
use crate::exec::environment::{environment, set_variable};
use crate::exec::failure::{
    TaskFailureCode, command_launch_failed, command_program_not_found, resource_directory_create_failed,
};
use crate::exec::launch::{LaunchError, Programs, launch};
use crate::exec::process::{Input, Life, Machine, Output, Process, User};
use crate::exec::shell;
use crate::exec::stage::{ResourceSink, stage_resource_files};
use crate::exec::upload::{UPLOAD_ERR, UPLOAD_OUT, upload_output_files};
use crate::exec::{Command, NodeFiles, Outcome, Platform};

use super::deploy::deploy;

/// What a run takes from its executor.
pub(super) struct Surroundings {
    pub(super) programs: Arc<Programs>,
    pub(super) disks: Arc<NodeDisks>,
    pub(super) connector: Arc<dyn BlobConnector>,
    pub(super) output_limit: u64,
    /// Whether a command that wants a container is run on the node all the same.
    pub(super) containers_on_node: bool,
}

impl Surroundings {
    fn disk(&self, command: &Command) -> NodeDisk {
        NodeDisk::new(Arc::clone(&self.disks), command.node.clone())
    }
}

/// The directory of a command's task.
fn task_directory(command: &Command) -> DiskPath {
    let root = DiskPath::node_root(command.platform);
    let parts = command.directory.split('/').filter(|part| !part.is_empty());
    parts.fold(root, |path, part| path.join(part))
}

/// The stream that ends up in `stderr.txt`.
pub(super) fn stderr_of(life: &Arc<Life>, command: &Command, surroundings: &Surroundings) -> Output {
    output_of(life, command, surroundings, "stderr.txt")
}

fn output_of(life: &Arc<Life>, command: &Command, surroundings: &Surroundings, name: &str) -> Output {
    Output::limited_file(
        life,
        surroundings.disk(command),
        task_directory(command).join(name),
        surroundings.output_limit,
    )
}

/// Runs a command from its directories to its outcome.
pub(super) async fn run_command(
    life: Arc<Life>,
    command: Command,
    surroundings: Surroundings,
    stderr: Output,
) -> Outcome {
    match prepared(&life, &command, &surroundings).await {
        Ok(working_directory) => {
            let stdout = output_of(&life, &command, &surroundings, "stdout.txt");
            let (disks, connector) = (
                Arc::clone(&surroundings.disks),
                Arc::clone(&surroundings.connector),
            );
            let outputs = (stdout, stderr);
            let outcome = started(
                Arc::clone(&life),
                &command,
                surroundings,
                working_directory,
                outputs,
            )
            .await;
            match outcome {
                Outcome::Exited(code) if !command.output_files.is_empty() => {
                    uploaded(&life, &command, disks, &*connector, code).await
                }
                outcome => outcome,
            }
        }
        Err(failure) => Outcome::Failed(failure),
    }
}

/// Uploads the output files of a command whose program has ended.
async fn uploaded(
    life: &Life,
    command: &Command,
    disks: Arc<NodeDisks>,
    connector: &dyn BlobConnector,
    code: i32,
) -> Outcome {
    let platform = command.platform;
    let root = DiskPath::node_root(platform).display(platform);
    let files: Arc<dyn NodeFiles> = Arc::<NodeDisks>::clone(&disks);
    let uploads = upload_output_files(connector, &files, command, &root, code).await;
    let (disk, directory) = (
        NodeDisk::new(disks, command.node.clone()),
        task_directory(command),
    );
    for (name, text) in [(UPLOAD_OUT, &uploads.out), (UPLOAD_ERR, &uploads.err)] {
        let content = Content::from(Bytes::from(text.clone()));
        // A disk that is full cannot tell: the task says what went wrong.
        let _ = disk.with(|disk| disk.write(&directory.join(name), content, None, life.now()));
    }
    uploads.outcome(code)
}

/// Makes the directories and empty outputs and stages the resource files; the working directory.
async fn prepared(
    life: &Arc<Life>,
    command: &Command,
    surroundings: &Surroundings,
) -> Result<DiskPath, BatchTaskFailureInfo> {
    if let Some(settings) = command
        .container_settings
        .as_ref()
        .filter(|_| !surroundings.containers_on_node)
    {
        return Err(TaskFailureCode::ContainerInvalidSettings.with_details(&[
            (
                "Message",
                "Simulated nodes run no containers; they can be told to run the command on the node.",
            ),
            ("ImageName", &settings.image_name),
        ]));
    }
    let disk = surroundings.disk(command);
    deploy(&disk, &command.application_packages, life.now())?;
    let (directory, now) = (task_directory(command), life.now());
    let working_directory = directory.join("wd");
    let made = disk.with(|disk| {
        disk.make_directory(&working_directory, true, now)?;
        for name in ["stdout.txt", "stderr.txt"] {
            if command.continues && disk.entry(&directory.join(name)).is_ok() {
                continue;
            }
            disk.write(&directory.join(name), Content::new(), None, now)?;
        }
        Ok(())
    });
    made.map_err(|error| match error {
        DiskError::Full => TaskFailureCode::DiskFull.with_details(&[("Message", &error.to_string())]),
        error => resource_directory_create_failed(&command.directory, &error.to_string()),
    })?;
    let mut sink = DiskSink {
        disk,
        platform: command.platform,
        working_directory: directory,
        life: Arc::clone(life),
    };
    let connector = &*surroundings.connector;
    let auto_storage = command.auto_storage.as_ref();
    stage_resource_files(connector, auto_storage, &command.common_resource_files, &mut sink).await?;
    sink.working_directory = working_directory;
    stage_resource_files(connector, auto_storage, &command.resource_files, &mut sink).await?;
    Ok(sink.working_directory)
}

async fn started(
    life: Arc<Life>,
    command: &Command,
    surroundings: Surroundings,
    directory: DiskPath,
    outputs: (Output, Output),
) -> Outcome {
    let whole = command.command_line.as_str();
    let mut parts = match split_command_line(whole, command.platform) {
        Ok(parts) => parts.into_iter(),
        Err(error) => return Outcome::Failed(command_launch_failed(&error.to_string())),
    };
    let program = parts.next().unwrap_or_default();
    let arguments = match command.platform {
        Platform::Linux => parts.collect(),
        Platform::Windows => shell::windows_arguments(&program, windows_program(whole).1),
    };
    let process = Process {
        name: program.clone(),
        arguments,
        environment: whole_environment(command, &directory),
        stdin: Input::default(),
        stdout: outputs.0,
        stderr: outputs.1,
        directory,
        depth: 0,
        machine: Arc::new(Machine {
            user: User::of(command),
            platform: command.platform,
            disk: surroundings.disk(command),
            life,
            blobs: surroundings.connector,
            programs: surroundings.programs,
        }),
    };
    match launch(process).await {
        Ok(code) => Outcome::Exited(code),
        Err(LaunchError::Missing) => Outcome::Failed(command_program_not_found(&program)),
        Err(LaunchError::Denied) => {
            Outcome::Failed(command_launch_failed(&format!("{program}: Permission denied")))
        }
        Err(LaunchError::NotABinary | LaunchError::TooDeep | LaunchError::Refused) => Outcome::Failed(
            command_launch_failed(&format!("{program}: cannot execute binary file")),
        ),
    }
}

/// What the machine sets, beneath what the service and the user set.
fn whole_environment(command: &Command, directory: &DiskPath) -> BTreeMap<String, String> {
    let platform = command.platform;
    let home = directory.display(platform);
    let user = User::of(command).name;
    let machine: &[(&str, &str)] = match platform {
        Platform::Linux => &[
            ("HOME", &home),
            ("LANG", "C.UTF-8"),
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("PWD", &home),
            ("USER", &user),
        ],
        Platform::Windows => &[
            ("COMSPEC", "C:\\Windows\\System32\\cmd.exe"),
            ("OS", "Windows_NT"),
            ("PATH", "C:\\Windows\\System32;C:\\Windows"),
            ("SYSTEMROOT", "C:\\Windows"),
            ("TEMP", "D:\\temp"),
            ("TMP", "D:\\temp"),
            ("USERNAME", &user),
            ("USERPROFILE", &home),
        ],
    };
    let mut variables = BTreeMap::new();
    for (name, value) in machine {
        variables.insert((*name).to_owned(), (*value).to_owned());
    }
    let root = DiskPath::node_root(platform).display(platform);
    for (name, value) in environment(command, &root) {
        set_variable(&mut variables, platform, &name, &value);
    }
    variables
}

/// Keeps resource files on the disk of the node.
struct DiskSink {
    disk: NodeDisk,
    platform: Platform,
    working_directory: DiskPath,
    life: Arc<Life>,
}

#[async_trait]
impl ResourceSink for DiskSink {
    async fn write(&mut self, path: &str, mode: u32, body: Body) -> Result<(), String> {
        let place = self
            .working_directory
            .below(self.platform, path)
            .map_err(|error| error.to_string())?;
        let now = self.life.now();
        self.disk
            .with(|disk| {
                if let Some(parent) = place.parent() {
                    disk.make_directory(&parent, true, now)?;
                }
                disk.write(&place, Content::new(), Some(mode), now)
            })
            .map_err(|error| error.to_string())?;
        let mut pieces = body.into_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| error.to_string())?;
            self.disk
                .with(|disk| disk.append(&place, &piece, now))
                .map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
