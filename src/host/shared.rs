//! What the executor and its runs share: which runs there are, what they came to, and what is to be removed.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batchite_api::backend::BlobConnector;
use batchite_api::ids::NodeId;
use batchite_sim::exec::failure::command_launch_failed;
use batchite_sim::exec::package::Deployment;
use batchite_sim::exec::{Command, FileError, Outcome, RunId};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use super::beneath::{Directory, parts};
use super::disk::{Disk, remove_for_good};
use super::family::Mark;
use super::group::Group;
use super::guard::Guard;
use super::run::{self, Run};
use super::{HostOptions, Waker, deploy};

/// A run that begins.
pub(super) struct Begun {
    pub(super) stopped: watch::Receiver<Stop>,
    /// Say when the runs before in the same place are over.
    pub(super) previous: Vec<oneshot::Receiver<()>>,
    pub(super) ticket: Ticket,
}

/// How urgently a run is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    /// It is not.
    No,
    /// With a grace period.
    Gently,
    /// At once.
    Now,
}

/// What the executor and its runs share.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Told whenever a run or a removal is over.
    finished: watch::Sender<()>,
    pub(super) disk: Arc<Disk>,
    pub(super) guard: Arc<Guard>,
    pub(super) blobs: Arc<dyn BlobConnector>,
    pub(super) options: HostOptions,
    pub(super) runtime: Handle,
    waker: Waker,
}

#[derive(Default)]
struct State {
    /// Runs that are under way, those being ended among them.
    live: BTreeMap<RunId, Live>,
    outcomes: VecDeque<(RunId, Outcome)>,
    /// How much is still to be removed from the disk.
    removals: usize,
    is_stopped: bool,
}

/// A directory of a node, by the key of its id.
type Place = (String, String);

struct Live {
    place: Place,
    stop: watch::Sender<Stop>,
    /// Whether somebody waits for its outcome.
    is_wanted: bool,
    /// Whether its program has ended, and what that left running stays until the run is ended.
    serves: bool,
    /// Who waits for its end to begin in the same place; told by being dropped.
    waiting: Vec<oneshot::Sender<()>>,
    group: Option<Arc<Group>>,
}

impl Live {
    /// Whether the next run in its place has to wait for it.
    fn is_in_the_way(&self) -> bool {
        !self.serves || *self.stop.borrow() > Stop::No
    }

    /// Ends the run, and its outcome is nobody's any more.
    fn end(&mut self, how: Stop) {
        self.is_wanted = false;
        self.stop.send_if_modified(|stop| {
            let is_more = how > *stop;
            *stop = how.max(*stop);
            is_more
        });
    }
}

impl Shared {
    /// Nothing runs yet.
    pub(super) fn new(
        disk: Disk,
        runtime: Handle,
        blobs: Arc<dyn BlobConnector>,
        waker: Waker,
        options: HostOptions,
    ) -> Self {
        Self {
            state: Mutex::new(State::default()),
            finished: watch::Sender::new(()),
            disk: Arc::new(disk),
            guard: Arc::new(Guard::of(options.family.clone())),
            blobs,
            options,
            runtime,
            waker,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a run.
    pub(super) fn begin(self: &Arc<Self>, run: RunId, command: Command) {
        let place = (command.node.key().to_string(), command.directory.clone());
        if let Some(begun) = self.note(run, place) {
            self.runtime.spawn(run::live(Run {
                command,
                stopped: begun.stopped,
                previous: begun.previous,
                ticket: begun.ticket,
            }));
        }
    }

    /// Begins to put packages on a node.
    pub(super) fn deploy(self: &Arc<Self>, deployment: Deployment) {
        let place = (deployment.node.key().to_string(), "applications".to_owned());
        if let Some(begun) = self.note(deployment.run, place) {
            self.runtime.spawn(deploy::live(deployment, begun));
        }
    }

    /// Takes note of a run that begins, unless nothing begins any more.
    fn note(self: &Arc<Self>, run: RunId, place: Place) -> Option<Begun> {
        let (stop, stopped) = watch::channel(Stop::No);
        let mut previous = Vec::new();
        {
            let mut state = self.lock();
            for live in state.live.values_mut() {
                if live.place == place && live.is_in_the_way() {
                    let (done, is_done) = oneshot::channel();
                    live.waiting.push(done);
                    previous.push(is_done);
                }
            }
            let live = Live {
                place,
                stop,
                is_wanted: true,
                serves: false,
                waiting: Vec::new(),
                group: None,
            };
            state.live.insert(run, live);
        }
        let ticket = Ticket {
            shared: Arc::clone(self),
            run,
            outcome: None,
        };
        if self.lock().is_stopped {
            let failure = command_launch_failed("The emulator is stopping.");
            ticket.finish(Some(Outcome::Failed(failure)));
            return None;
        }
        Some(Begun {
            stopped,
            previous,
            ticket,
        })
    }

    /// Ends a run gently; no outcome follows.
    pub(super) fn end(&self, run: RunId) {
        let mut state = self.lock();
        state.outcomes.retain(|(other, _)| *other != run);
        if let Some(live) = state.live.get_mut(&run) {
            live.end(Stop::Gently);
        }
    }

    /// Ends all runs, now and from now on. What is returned are the groups of those that run.
    pub(super) fn stop_all(&self, how: Stop) -> Vec<Arc<Group>> {
        let mut state = self.lock();
        state.is_stopped = true;
        for live in state.live.values_mut() {
            live.end(how);
        }
        let live = state.live.values();
        live.filter_map(|live| live.group.clone()).collect()
    }

    /// Waits until no process is left, and nothing that is to be removed.
    pub(super) async fn idle(&self) {
        let is_idle = |(): &()| {
            let state = self.lock();
            state.live.is_empty() && state.removals == 0
        };
        let mut finished = self.finished.subscribe();
        // It fails only when the sender is gone, and that is ours.
        let _ = finished.wait_for(is_idle).await;
    }

    /// The outcome that was ready first, of those nobody has asked for.
    pub(super) fn next_outcome(&self) -> Option<(RunId, Outcome)> {
        self.lock().outcomes.pop_front()
    }

    /// Whether there are outcomes to come, or to be asked for.
    pub(super) fn has_wanted_runs(&self) -> bool {
        let state = self.lock();
        !state.outcomes.is_empty() || state.live.values().any(|live| live.is_wanted)
    }

    /// The runs under way, those being ended among them.
    pub(super) fn live_runs(&self) -> Vec<RunId> {
        self.lock().live.keys().copied().collect()
    }

    /// Makes the directories of a run, unless it is to end: then its node may be gone, and must not come back. The root
    /// of the node, and the directory of the run.
    pub(super) fn make_directories(
        &self,
        command: &Command,
    ) -> Option<Result<(Directory, Directory), FileError>> {
        self.open_node(command.run, &command.node, |node| {
            let parts = parts(&command.directory)?;
            if parts.is_empty() {
                return Err(FileError::OutsideRoot);
            }
            let directory = node.make(&parts);
            let directory = directory.map_err(|error| super::beneath::file_error(&error))?;
            Ok((node, directory))
        })
    }

    /// Opens the root of the node of a run for what `then` does there, unless the run is to end: then the node may be
    /// gone, and must not come back. Nothing is taken away before `then` is done, so it has to be quick.
    pub(super) fn open_node<T>(
        &self,
        run: RunId,
        node: &NodeId,
        then: impl FnOnce(Directory) -> Result<T, FileError>,
    ) -> Option<Result<T, FileError>> {
        let state = self.lock();
        let live = state.live.get(&run)?;
        let goes_on = *live.stop.borrow() == Stop::No;
        goes_on.then(|| self.disk.open_node(node).and_then(then))
    }

    /// Takes note of the processes of a run.
    pub(super) fn has_group(&self, run: RunId, group: &Arc<Group>) {
        if let Some(live) = self.lock().live.get_mut(&run) {
            live.group = Some(Arc::clone(group));
        }
    }

    /// Ends the runs in these places, and has what `set_aside` gives removed when they are over.
    pub(super) fn clear(
        self: &Arc<Self>,
        places: impl Fn(&Place) -> bool,
        how: Stop,
        set_aside: impl FnOnce() -> Result<Option<PathBuf>, FileError>,
    ) {
        let (path, runs) = {
            let mut state = self.lock();
            let path = match set_aside() {
                Ok(path) => path,
                Err(error) => {
                    tracing::warn!(%error, "a directory of a node could not be removed");
                    return;
                }
            };
            let mut runs = Vec::new();
            for (run, live) in &mut state.live {
                if places(&live.place) {
                    live.end(how);
                    runs.push(*run);
                }
            }
            (path, runs)
        };
        let Some(path) = path else {
            return;
        };
        let removal = Removal::new(self, path);
        self.runtime.spawn(async move {
            let shared = Arc::clone(&removal.shared);
            let mut finished = shared.finished.subscribe();
            let is_over = |(): &()| {
                let state = shared.lock();
                runs.iter().all(|run| !state.live.contains_key(run))
            };
            let _ = finished.wait_for(is_over).await;
            removal.go();
        });
    }

    /// Ends what left the groups of the tasks of a node that is gone, without making the caller wait.
    pub(super) fn end_left_behind(self: &Arc<Self>, node: &NodeId) {
        let (Some(family), Ok(root)) = (&self.options.family, self.disk.node_root(node)) else {
            return;
        };
        let (family, mark) = (family.clone(), Mark::Node(root.to_string_lossy().into_owned()));
        self.runtime.spawn(async move { family.end(&mark).await });
    }

    /// Ends what left the groups of tasks on any node.
    pub(super) async fn end_all_left_behind(&self) {
        if let Some(family) = &self.options.family {
            family.end(&Mark::Any(self.disk.root_text())).await;
        }
    }

    /// Removes what was set aside, without making the caller wait.
    pub(super) fn remove(self: &Arc<Self>, path: PathBuf) {
        Removal::new(self, path).go();
    }
}

/// Something that is to be removed; counted from the moment it is made.
struct Removal {
    shared: Arc<Shared>,
    path: PathBuf,
}

impl Removal {
    fn new(shared: &Arc<Shared>, path: PathBuf) -> Self {
        shared.lock().removals += 1;
        Self {
            shared: Arc::clone(shared),
            path,
        }
    }

    fn go(self) {
        let runtime = self.shared.runtime.clone();
        runtime.spawn_blocking(move || self.finish());
    }

    fn finish(self) {
        remove_for_good(&self.path);
    }
}

impl Drop for Removal {
    /// Also when the runtime ended before its turn came: then the next start removes it.
    fn drop(&mut self) {
        self.shared.lock().removals -= 1;
        self.shared.finished.send_replace(());
    }
}

/// The right to say what a run came to. If it is lost (a panic, the end of the runtime), it says so.
pub(super) struct Ticket {
    pub(super) shared: Arc<Shared>,
    run: RunId,
    outcome: Option<Outcome>,
}

impl Ticket {
    /// The program of the run has ended, and what it left running goes on: the outcome is told, and others may begin in
    /// the same directory.
    pub(super) fn tell(&self, outcome: Outcome) {
        let (is_wanted, waiting) = {
            let mut state = self.shared.lock();
            let Some(live) = state.live.get_mut(&self.run) else {
                return;
            };
            live.serves = true;
            let waiting = if live.is_in_the_way() {
                Vec::new()
            } else {
                std::mem::take(&mut live.waiting)
            };
            let is_wanted = std::mem::replace(&mut live.is_wanted, false);
            if is_wanted {
                state.outcomes.push_back((self.run, outcome));
            }
            (is_wanted, waiting)
        };
        drop(waiting);
        if is_wanted {
            (self.shared.waker)();
        }
    }

    /// The run is over. Without an outcome it was ended.
    pub(super) fn finish(mut self, outcome: Option<Outcome>) {
        self.outcome = outcome;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let (is_wanted, live) = {
            let mut state = self.shared.lock();
            let live = state.live.remove(&self.run);
            let is_wanted = live.as_ref().is_some_and(|live| live.is_wanted);
            if is_wanted {
                let outcome = self.outcome.take().unwrap_or_else(|| {
                    Outcome::Failed(command_launch_failed("The emulator stopped working on the task."))
                });
                state.outcomes.push_back((self.run, outcome));
            }
            (is_wanted, live)
        };
        // The next run in the directory begins now.
        drop(live);
        self.shared.finished.send_replace(());
        if is_wanted {
            (self.shared.waker)();
        }
    }
}

#[cfg(test)]
mod tests {
    use batchite_api::auth::Access;
    use batchite_api::backend::BlobBackend;
    use batchite_api::error::{Error, ErrorCode};

    use super::*;

    #[derive(Debug)]
    struct NoBlobs;

    impl BlobConnector for NoBlobs {
        fn connect(&self, _: &str, _: Access) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
            Err(Error::blob(ErrorCode::ResourceNotFound))
        }

        fn connect_from(
            &self,
            endpoint: &str,
            access: Access,
            _: std::net::IpAddr,
        ) -> batchite_api::error::Result<Arc<dyn BlobBackend>> {
            self.connect(endpoint, access)
        }
    }

    #[tokio::test]
    async fn nothing_is_taken_away_while_a_run_makes_its_directory() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().join("nodes");
        let shared = Arc::new(Shared::new(
            Disk::open(&root).unwrap(),
            Handle::current(),
            Arc::new(NoBlobs),
            Arc::new(|| {}),
            HostOptions::default(),
        ));
        let (run, node) = (RunId(1), NodeId::parse("node").unwrap());
        let place = ("node".to_owned(), "workitems/task".to_owned());
        let begun = shared.note(run, place.clone()).unwrap();
        let made = shared.open_node(run, &node, |directory| {
            // Who takes a directory away holds the lock, so nobody can.
            assert!(shared.state.try_lock().is_err());
            directory
                .make(&["workitems", "task"])
                .map_err(|error| super::super::beneath::file_error(&error))
        });
        assert!(matches!(made, Some(Ok(_))));
        let task = root.join("node/workitems/task");
        assert!(task.is_dir());
        let take_away = || shared.disk.set_directory_aside(&node, &place.1);
        shared.clear(|other| *other == place, Stop::Gently, take_away);
        assert!(!task.exists());
        // The run is over with its directory, so it makes none.
        let again = shared.open_node(run, &node, |_| -> Result<(), FileError> {
            panic!("the run is to end")
        });
        assert!(again.is_none());
        drop(begun);
        shared.idle().await;
    }
}
