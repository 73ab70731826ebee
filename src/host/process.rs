//! The executor of real processes: which runs there are, what they came to, and whose turn it is.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batchite_api::backend::BlobConnector;
use batchite_api::ids::NodeId;
use batchite_api::time::Timestamp;
use batchite_sim::exec::failure::command_launch_failed;
use batchite_sim::exec::{Command, Executor, FileError, NodeFiles, Outcome, Platform, RunId, Start};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};

use super::beneath::{Directory, parts};
use super::disk::{Disk, remove_for_good};
use super::files::{HostFiles, Remover};
use super::group::Group;
use super::guard::Guard;
use super::run::{self, Run};
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
        let shared = Arc::new(Shared {
            state: Mutex::new(State::default()),
            finished: watch::Sender::new(()),
            disk: Arc::new(disk),
            guard: Arc::new(Guard::default()),
            runtime,
            blobs,
            waker,
            options,
        });
        for path in leftovers {
            shared.runtime.spawn_blocking(move || remove_for_good(&path));
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
    /// Ends all runs as [`Executor::end`] does and waits until no process is left. What is started afterwards fails.
    pub async fn shutdown(&self) {
        self.shared.stop_all(Stop::Gently);
        let mut finished = self.shared.finished.subscribe();
        // It fails only when the sender is gone, and that is ours.
        let _ = finished.wait_for(|()| self.shared.lock().live.is_empty()).await;
    }
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
    /// Told whenever a run is over, wanted or not.
    finished: watch::Sender<()>,
    pub(super) disk: Arc<Disk>,
    pub(super) guard: Arc<Guard>,
    pub(super) blobs: Arc<dyn BlobConnector>,
    pub(super) options: HostOptions,
    runtime: Handle,
    waker: Waker,
}

#[derive(Default)]
struct State {
    /// Runs that are under way, those being ended among them.
    live: BTreeMap<RunId, Live>,
    /// The latest run in each directory, and how the next one hears that it is over.
    latest: BTreeMap<Place, (RunId, oneshot::Receiver<()>)>,
    outcomes: VecDeque<(RunId, Outcome)>,
    is_stopped: bool,
}

/// A directory of a node, by the key of its id.
type Place = (String, String);

struct Live {
    place: Place,
    stop: watch::Sender<Stop>,
    /// Whether somebody waits for its outcome.
    is_wanted: bool,
    group: Option<Arc<Group>>,
}

impl Live {
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
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the directories of a run, unless it is to end: then its node may be gone, and must not come back.
    pub(super) fn make_directories(&self, command: &Command) -> Option<Result<Directory, FileError>> {
        let state = self.lock();
        let live = state.live.get(&command.run)?;
        if *live.stop.borrow() != Stop::No {
            return None;
        }
        let made = || {
            let parts = parts(&command.directory)?;
            if parts.is_empty() {
                return Err(FileError::OutsideRoot);
            }
            let node = self.disk.open_node(&command.node)?;
            node.make(&parts)
                .map_err(|error| super::beneath::file_error(&error))
        };
        Some(made())
    }

    /// Takes note of the processes of a run.
    pub(super) fn has_group(&self, run: RunId, group: &Arc<Group>) {
        if let Some(live) = self.lock().live.get_mut(&run) {
            live.group = Some(Arc::clone(group));
        }
    }

    fn stop_all(&self, how: Stop) -> Vec<Arc<Group>> {
        let mut state = self.lock();
        state.is_stopped = true;
        for live in state.live.values_mut() {
            live.end(how);
        }
        state
            .live
            .values()
            .filter_map(|live| live.group.clone())
            .collect()
    }

    /// Ends the runs in these places at once, and gives `set_aside` to remove when they are over.
    fn clear(
        self: &Arc<Self>,
        places: impl Fn(&Place) -> bool,
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
                    live.end(Stop::Now);
                    runs.push(*run);
                }
            }
            (path, runs)
        };
        let Some(path) = path else {
            return;
        };
        let shared = Arc::clone(self);
        self.runtime.spawn(async move {
            let mut finished = shared.finished.subscribe();
            let is_over = |(): &()| {
                let state = shared.lock();
                runs.iter().all(|run| !state.live.contains_key(run))
            };
            let _ = finished.wait_for(is_over).await;
            shared.runtime.spawn_blocking(move || remove_for_good(&path));
        });
    }
}

impl Executor for ProcessExecutor {
    fn start(&mut self, _now: Timestamp, start: Start<'_>) {
        let command = (start.describe)();
        let run = start.run;
        let place = (command.node.key().to_string(), command.directory.clone());
        let (stop, stopped) = watch::channel(Stop::No);
        let (done, is_done) = oneshot::channel();
        let mut state = self.shared.lock();
        if state.is_stopped {
            let failure = command_launch_failed("The emulator is stopping.");
            state.outcomes.push_back((run, Outcome::Failed(failure)));
            drop(state);
            (self.shared.waker)();
            return;
        }
        let previous = state.latest.insert(place.clone(), (run, is_done));
        state.live.insert(
            run,
            Live {
                place,
                stop,
                is_wanted: true,
                group: None,
            },
        );
        drop(state);
        let ticket = Ticket {
            shared: Arc::clone(&self.shared),
            run,
            outcome: None,
            done: Some(done),
        };
        self.shared.runtime.spawn(run::live(Run {
            command,
            stopped,
            previous: previous.map(|(_, is_done)| is_done),
            ticket,
        }));
    }

    fn end(&mut self, _now: Timestamp, run: RunId) {
        let mut state = self.shared.lock();
        state.outcomes.retain(|(other, _)| *other != run);
        if let Some(live) = state.live.get_mut(&run) {
            live.end(Stop::Gently);
        }
    }

    fn poll(&mut self, _now: Timestamp) -> Option<(RunId, Outcome)> {
        self.shared.lock().outcomes.pop_front()
    }

    /// Nothing is known beforehand: the waker tells.
    fn poll_timeout(&self) -> Option<Timestamp> {
        None
    }

    /// Outcomes that nobody has asked for yet count as well: a world that leaps now would miss them.
    fn waits_for_real_time(&self) -> bool {
        let state = self.shared.lock();
        !state.outcomes.is_empty() || state.live.values().any(|live| live.is_wanted)
    }

    fn prepare_node(&mut self, _now: Timestamp, node: &NodeId, _platform: Platform) {
        let key = node.key();
        self.shared
            .clear(|place| place.0 == key, || self.shared.disk.new_node(node));
    }

    fn remove_node(&mut self, node: &NodeId) {
        let key = node.key();
        self.shared
            .clear(|place| place.0 == key, || self.shared.disk.set_node_aside(node));
    }

    fn remove_directory(&mut self, node: &NodeId, directory: &str) {
        let key = node.key();
        let is_in = |place: &Place| place.0 == key && Path::new(&place.1).starts_with(directory);
        self.shared
            .clear(is_in, || self.shared.disk.set_directory_aside(node, directory));
    }

    fn files(&self) -> Arc<dyn NodeFiles> {
        let runtime = self.shared.runtime.clone();
        let remover: Remover = Arc::new(move |path| {
            runtime.spawn_blocking(move || remove_for_good(&path));
        });
        Arc::new(HostFiles {
            disk: Arc::clone(&self.shared.disk),
            pace: self.shared.options.pace.clone(),
            remover,
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

/// The right to say what a run came to. If it is lost (a panic, the end of the runtime), it says so.
pub(super) struct Ticket {
    pub(super) shared: Arc<Shared>,
    run: RunId,
    outcome: Option<Outcome>,
    /// Dropped last: the next run in the directory begins then.
    done: Option<oneshot::Sender<()>>,
}

impl Ticket {
    /// The run is over. Without an outcome it was ended.
    pub(super) fn finish(mut self, outcome: Option<Outcome>) {
        self.outcome = outcome;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let is_wanted = {
            let mut state = self.shared.lock();
            let live = state.live.remove(&self.run);
            if let Some(live) = &live
                && state
                    .latest
                    .get(&live.place)
                    .is_some_and(|latest| latest.0 == self.run)
            {
                state.latest.remove(&live.place);
            }
            let is_wanted = live.is_some_and(|live| live.is_wanted);
            if is_wanted {
                let outcome = self.outcome.take().unwrap_or_else(|| {
                    Outcome::Failed(command_launch_failed("The emulator stopped working on the task."))
                });
                state.outcomes.push_back((self.run, outcome));
            }
            is_wanted
        };
        self.done.take();
        self.shared.finished.send_replace(());
        if is_wanted {
            (self.shared.waker)();
        }
    }
}

impl fmt::Debug for ProcessExecutor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ProcessExecutor")
            .field("live", &self.shared.lock().live.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ProcessControl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ProcessControl").finish_non_exhaustive()
    }
}
