//! The life of one run: directories, resource files, a process, its end.

use std::sync::Arc;
use std::time::Duration;

use batchite_api::batch::BatchTaskFailureInfo;
use batchite_sim::exec::environment::environment;
use batchite_sim::exec::failure::{TaskFailureCode, command_launch_failed, resource_directory_create_failed};
use batchite_sim::exec::stage::stage_resource_files;
use batchite_sim::exec::{Command, FileError, Outcome};
use rustix::process::{Pid, Signal};
use tokio::process::Child;
use tokio::signal::unix::Signal as Signals;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::beneath::Directory;
use super::deploy::deploy;
use super::engine::{Container, Place};
use super::family::Mark;
use super::group::{Group, children};
use super::launch::Launch;
use super::output::{self, Ask};
use super::shared::{Shared, Stop, Ticket};
use super::stage::WorkingDirectory;
use super::upload::upload;
use super::{Containers, HostOptions};

/// How long output may take to arrive that was written before all writers were killed. It is in the pipe already;
/// only a process that left the group can keep the pipe open.
const DRAIN: Duration = Duration::from_secs(2);

/// All a run needs to come about.
pub(super) struct Run {
    pub(super) command: Command,
    pub(super) stopped: watch::Receiver<Stop>,
    /// Say when the runs before in the same directory are over.
    pub(super) previous: Vec<oneshot::Receiver<()>>,
    pub(super) ticket: Ticket,
}

/// Lives through a run.
pub(super) async fn live(run: Run) {
    let Run {
        command,
        mut stopped,
        previous,
        ticket,
    } = run;
    for previous in previous {
        // Also a run that is ended already waits: the next one relies on both being over.
        let _ = previous.await;
    }
    let shared = Arc::clone(&ticket.shared);
    let begun = tokio::select! {
        biased;
        () = is_stopped(&mut stopped, Stop::Gently) => None,
        begun = begin(&shared, &command) => begun,
    };
    let outcome = match begun {
        None => None,
        Some(Err(failure)) => Some(Outcome::Failed(failure)),
        Some(Ok(process)) => {
            let serves = command.leaves_services.then_some(&ticket);
            accompany(process, &mut stopped, &shared.options, serves).await
        }
    };
    let outcome = match outcome {
        Some(Outcome::Exited(code)) if !command.output_files.is_empty() => tokio::select! {
            biased;
            () = is_stopped(&mut stopped, Stop::Gently) => None,
            outcome = upload(&shared, &command, code) => Some(outcome),
        },
        outcome => outcome,
    };
    ticket.finish(outcome);
}

/// A program that was started.
struct Process {
    child: Child,
    group: Arc<Group>,
    /// Tells when a child may have ended.
    children: Signals,
    /// Copies of its output; they stop when this is dropped.
    output: JoinSet<()>,
    /// Asks each of the copies.
    asks: Vec<mpsc::UnboundedSender<Ask>>,
    /// What tells which processes outside the group are its own; none where others share its directory.
    mark: Option<Mark>,
    /// The container it runs in; to be removed when it is ended from outside.
    container: Option<Container>,
}

/// Does everything up to the start of the program. Nothing when the run is to end.
async fn begin(shared: &Arc<Shared>, command: &Command) -> Option<Result<Process, BatchTaskFailureInfo>> {
    if let Err(failure) = check_container(&shared.options, command) {
        return Some(Err(failure));
    }
    let directory = shared
        .make_directories(command)?
        .map_err(|error| directory_failure(command, &error));
    Some(match directory {
        Ok((node, directory)) => prepare(shared, command, &node, &directory).await,
        Err(failure) => Err(failure),
    })
}

async fn prepare(
    shared: &Arc<Shared>,
    command: &Command,
    node: &Directory,
    directory: &Directory,
) -> Result<Process, BatchTaskFailureInfo> {
    deploy(shared, command.run, node, &command.application_packages).await?;
    let failed = |error: std::io::Error| directory_failure(command, &super::beneath::file_error(&error));
    let working_directory = directory.make(&["wd"]).map_err(failed)?;
    let output = |name| {
        if !command.continues {
            let file = directory.new_file(name);
            if !command.leaves_services || file.is_err() {
                return file;
            }
        }
        // Several write to it, each at the end.
        directory.file_to_append(name)
    };
    let files = [
        output("stdout.txt").map_err(failed)?,
        output("stderr.txt").map_err(failed)?,
    ];
    let auto_storage = command.auto_storage.as_ref();
    if !command.common_resource_files.is_empty() {
        let mut sink = WorkingDirectory::new(directory.make(&[]).map_err(failed)?);
        stage_resource_files(
            &*shared.blobs,
            auto_storage,
            &command.common_resource_files,
            &mut sink,
        )
        .await?;
    }
    let mut sink = WorkingDirectory::new(working_directory);
    stage_resource_files(&*shared.blobs, auto_storage, &command.resource_files, &mut sink).await?;

    end_what_an_earlier_start_left(shared, command).await;
    let (launch, container) = describe(shared, command)?;
    let impossible = |error: std::io::Error| command_launch_failed(&error.to_string());
    // From here to the group nothing waits, so a run that is stopped leaves no process behind.
    let children = children().map_err(impossible)?;
    let mut child = launch.spawn(shared.options.family.as_ref())?;
    let leader = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let Some(leader) = leader else {
        return Err(command_launch_failed("The program was gone at once."));
    };
    let group = Arc::new(Group::new(leader, Arc::clone(&shared.guard)));
    shared.has_group(command.run, &group);
    let mut copies = JoinSet::new();
    let [stdout, stderr] = files;
    let limit = shared.options.output_limit;
    let mut asks = Vec::with_capacity(2);
    let mut asked = || {
        let (ask, asked) = mpsc::unbounded_channel();
        asks.push(ask);
        asked
    };
    if let Some(from) = child.stdout.take() {
        copies.spawn(output::copy(from, stdout, limit, asked()));
    }
    if let Some(from) = child.stderr.take() {
        copies.spawn(output::copy(from, stderr, limit, asked()));
    }
    Ok(Process {
        child,
        group,
        children,
        output: copies,
        asks,
        mark: mark(shared, command),
        container,
    })
}

/// Before a start task: ends what an earlier run of it left, before the node was started again.
async fn end_what_an_earlier_start_left(shared: &Shared, command: &Command) {
    if is_start_task(command)
        && let Some(family) = &shared.options.family
        && let Ok(root) = shared.disk.node_root(&command.node)
    {
        family.end(&Mark::Node(root.to_string_lossy().into_owned())).await;
    }
}

fn is_start_task(command: &Command) -> bool {
    command.directory == "startup"
}

/// What tells the processes of a command that have left its group. Those of a start task stay with the node, and those of
/// the primary of a multi-instance task go with its coordination command, whose directory it shares.
fn mark(shared: &Shared, command: &Command) -> Option<Mark> {
    if is_start_task(command) || command.continues {
        return None;
    }
    let root = shared.disk.node_root(&command.node).ok()?;
    let directory = root.join(&command.directory).join("wd");
    Some(Mark::Task(directory.to_string_lossy().into_owned()))
}

/// Waits until what a program has written so far is in its files.
async fn caught_up(asks: &[mpsc::UnboundedSender<Ask>]) {
    for copy in asks {
        let (ask, answer) = oneshot::channel();
        if copy.send(ask).is_ok() {
            let _ = answer.await;
        }
    }
}

/// Waits for the end of a program and makes sure that nothing of it is left. No outcome when it was ended by us, or when
/// it is told already: that of one that `serves`, whose group stays when its program has ended.
async fn accompany(
    process: Process,
    stopped: &mut watch::Receiver<Stop>,
    options: &HostOptions,
    serves: Option<&Ticket>,
) -> Option<Outcome> {
    let Process {
        mut child,
        group,
        mut children,
        mut output,
        asks,
        mark,
        container,
    } = process;
    let mut was_stopped = tokio::select! {
        biased;
        () = is_stopped(stopped, Stop::Gently) => true,
        () = group.leader_ended(&mut children) => false,
    };
    // A container ends with its program, and so does what it left.
    if let (Some(ticket), false, None) = (serves, was_stopped, &container) {
        let _ = tokio::time::timeout(DRAIN, caught_up(&asks)).await;
        ticket.tell(Outcome::Exited(group.leader_exit_code()));
        is_stopped(stopped, Stop::Gently).await;
        was_stopped = true;
    }
    if was_stopped {
        group.signal(Signal::TERM);
        // A stopped process hears nothing before it goes on.
        group.signal(Signal::CONT);
        let ends_by_itself = async {
            group.leader_ended(&mut children).await;
            // Children of a leader that has gone are still writing, perhaps about their own end.
            drained(&mut output).await;
        };
        tokio::select! {
            () = is_stopped(stopped, Stop::Now) => {}
            _ = tokio::time::timeout(options.grace, ends_by_itself) => {}
        }
    }
    group.kill();
    let status = child.wait().await;
    let _ = tokio::time::timeout(DRAIN, drained(&mut output)).await;
    drop(output);
    group.gone().await;
    let family = options.family.as_ref();
    if let Some(family) = family {
        family.forget(group.leader());
        if let Some(mark) = &mark {
            family.end(mark).await;
        }
    }
    if was_stopped && let Some(container) = container {
        // Its program was only a client of it.
        container.remove(family).await;
    }
    (!was_stopped).then(|| match status {
        Ok(status) => Outcome::Exited(exit_code(status)),
        Err(error) => Outcome::Failed(command_launch_failed(&error.to_string())),
    })
}

fn describe(shared: &Shared, command: &Command) -> Result<(Launch, Option<Container>), BatchTaskFailureInfo> {
    let root = shared
        .disk
        .node_root(&command.node)
        .map_err(|error| directory_failure(command, &error))?;
    let working_directory = root.join(&command.directory).join("wd");
    if let (Some(settings), Some(engine)) = (&command.container_settings, &shared.options.engine)
        && shared.options.containers == Containers::Engine
    {
        let place = Place {
            root: &root,
            working_directory: &working_directory,
            variables: environment(command, &root.to_string_lossy()),
        };
        let (container, launch) = Container::new(engine, command, settings, place)?;
        return Ok((launch, Some(container)));
    }
    let mut variables = shared.options.environment.clone();
    variables.insert(
        "HOME".to_owned(),
        working_directory.to_string_lossy().into_owned(),
    );
    variables.extend(environment(command, &root.to_string_lossy()));
    let launch = Launch::new(
        &command.command_line,
        command.platform,
        variables,
        working_directory,
    )?;
    Ok((launch, None))
}

fn check_container(options: &HostOptions, command: &Command) -> Result<(), BatchTaskFailureInfo> {
    let Some(settings) = &command.container_settings else {
        return Ok(());
    };
    let reason = match options.containers {
        Containers::Host => return Ok(()),
        Containers::Engine if options.engine.is_some() => return Ok(()),
        Containers::Refuse => {
            "Containers are not run here. Allow commands of container tasks to run on the host, or remove the \
             container settings."
        }
        Containers::Engine => {
            "There is neither docker nor podman on this machine. Install one, or allow commands of container tasks to \
             run on the host."
        }
    };
    Err(TaskFailureCode::ContainerInvalidSettings
        .with_details(&[("Message", reason), ("ImageName", &settings.image_name)]))
}

fn directory_failure(command: &Command, error: &FileError) -> BatchTaskFailureInfo {
    resource_directory_create_failed(&command.directory, &error.to_string())
}

pub(super) async fn is_stopped(stopped: &mut watch::Receiver<Stop>, how: Stop) {
    // An executor that has forgotten the run ends it as well.
    let _ = stopped.wait_for(|stop| *stop >= how).await;
}

async fn drained(output: &mut JoinSet<()>) {
    while output.join_next().await.is_some() {}
}

/// The exit code, as a shell would give it: 128 + n for a program that was ended by signal n.
fn exit_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;

    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(-1)
}
