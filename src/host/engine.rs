//! Containers: a command line that docker or podman runs in an image, with the directories of its node.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use batchite_api::batch::{BatchTaskContainerSettings, BatchTaskFailureInfo, ContainerWorkingDirectory};
use batchite_sim::exec::command_line::split_command_line;
use batchite_sim::exec::failure::{TaskFailureCode, command_launch_failed};
use batchite_sim::exec::{Command, Platform};

use rustix::process::Pid;

use super::family::{Family, spawn};
use super::launch::{Launch, is_program};

/// The engines, the preferred one first.
const ENGINES: [&str; 2] = ["docker", "podman"];

/// What an engine itself has to know of this process: where its service, its settings and its programs are.
const OF_ENGINES: [&str; 8] = [
    "CONTAINERS_CONF",
    "CONTAINER_HOST",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_HOST",
    "HOME",
    "PATH",
    "XDG_RUNTIME_DIR",
];

/// How long an engine may take to remove a container.
const REMOVAL: Duration = Duration::from_secs(30);

/// Makes the names of containers differ within this process.
static CONTAINERS: AtomicU64 = AtomicU64::new(0);

/// A container that runs, or is about to.
#[derive(Debug)]
pub(super) struct Container {
    engine: PathBuf,
    name: String,
}

/// What a container is made for.
pub(super) struct Place<'a> {
    /// The directory of the node, which the container sees under the same path.
    pub(super) root: &'a Path,
    /// Where the command starts.
    pub(super) working_directory: &'a Path,
    /// The variables of the task.
    pub(super) variables: BTreeMap<String, String>,
}

impl Container {
    /// A container for a command, and how its engine is launched.
    ///
    /// Refused with `ContainerInvalidSettings`: no engine, or settings that are not acted on.
    pub(super) fn new(
        engine: &Path,
        command: &Command,
        settings: &BatchTaskContainerSettings,
        place: Place<'_>,
    ) -> Result<(Self, Launch), BatchTaskFailureInfo> {
        let refused = |reason: &str| {
            TaskFailureCode::ContainerInvalidSettings
                .with_details(&[("Message", reason), ("ImageName", &settings.image_name)])
        };
        if settings.registry.is_some() {
            return Err(refused(
                "Logging in to a registry is not simulated. Log in with the engine itself, and leave `registry` out.",
            ));
        }
        if !settings.container_host_batch_bind_mounts.is_empty() {
            return Err(refused(
                "containerHostBatchBindMounts is not simulated: the whole directory of the node is mounted.",
            ));
        }
        if settings.image_name.is_empty() || settings.image_name.starts_with('-') {
            return Err(refused("The name of the image is no name."));
        }
        let number = CONTAINERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("batchite-{}-{number}", std::process::id());
        let engine = engine.to_owned();
        let container = Self { engine, name };
        let launch = container.launch(command, settings, place)?;
        Ok((container, launch))
    }

    fn launch(
        &self,
        command: &Command,
        settings: &BatchTaskContainerSettings,
        place: Place<'_>,
    ) -> Result<Launch, BatchTaskFailureInfo> {
        let split = |line: &str| {
            split_command_line(line, Platform::Linux)
                .map_err(|error| command_launch_failed(&error.to_string()))
        };
        let root = place.root.to_string_lossy();
        let mut words = vec![self.engine.to_string_lossy().into_owned()];
        words.extend(
            [
                "run",
                "--rm",
                "--name",
                &self.name,
                "--volume",
                &format!("{root}:{root}"),
            ]
            .map(str::to_owned),
        );
        if self.engine.ends_with("docker") {
            // So that what it leaves behind can be removed; podman maps users as it should.
            let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
            words.extend([
                "--user".to_owned(),
                format!("{}:{}", user.as_raw(), group.as_raw()),
            ]);
        }
        if settings.working_directory != Some(ContainerWorkingDirectory::ContainerImageDefault) {
            let directory = place.working_directory.to_string_lossy().into_owned();
            words.extend(["--workdir".to_owned(), directory]);
        }
        let mut environment = environment_of_engine();
        for (name, value) in place.variables {
            words.push("--env".to_owned());
            match environment.entry(name) {
                Entry::Occupied(taken) => words.push(format!("{}={value}", taken.key())),
                Entry::Vacant(free) => {
                    // By its name alone, so that others who list the processes of this machine do not read the value.
                    words.push(free.key().clone());
                    free.insert(value);
                }
            }
        }
        if let Some(options) = &settings.container_run_options {
            words.extend(split(options)?);
        }
        words.push(settings.image_name.clone());
        words.extend(split(&command.command_line)?);
        Ok(Launch::of(
            self.engine.clone(),
            words,
            environment,
            place.working_directory.to_owned(),
        ))
    }

    /// Removes the container, whatever it is doing. One that has removed itself is not missed.
    pub(super) async fn remove(self, family: Option<&Family>) {
        let mut command = tokio::process::Command::new(&self.engine);
        command
            .args(["rm", "--force", &self.name])
            .env_clear()
            .envs(environment_of_engine())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let removed = async {
            let mut child = spawn(family, &mut command)?;
            let number = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
            let status = child.wait().await;
            if let (Some(family), Some(number)) = (family, number) {
                family.forget(number);
            }
            status
        };
        match tokio::time::timeout(REMOVAL, removed).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, container = self.name, "a container could not be removed");
            }
            Err(_) => tracing::warn!(container = self.name, "a container took too long to be removed"),
        }
    }
}

fn environment_of_engine() -> BTreeMap<String, String> {
    let variables = OF_ENGINES.iter();
    variables
        .filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)))
        .collect()
}

/// The program of docker or, without it, of podman, on the search path of this process.
pub fn find_engine() -> Option<PathBuf> {
    let search = std::env::var_os("PATH")?;
    ENGINES.iter().find_map(|engine| {
        std::env::split_paths(&search)
            .map(|directory| directory.join(engine))
            .find(|file| is_program(file).is_ok())
    })
}
