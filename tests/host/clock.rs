//! The clock of a world with real processes: when it jumps, and when it waits.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use batchite::host::clock::Driven;
use batchite::host::{HostClock, HostOptions, HostPace};
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use batchite_sim::exec::{Executor, Outcome, RunId};

use crate::bench::{Bench, in_time, shell};

/// A world in which things are due, and which has an executor.
struct Little {
    pace: HostPace,
    bench: Mutex<Bench>,
    due: Mutex<BTreeSet<Timestamp>>,
    done: Mutex<Vec<(Timestamp, Timestamp)>>,
    outcomes: Mutex<Vec<(Timestamp, RunId, Outcome)>>,
}

impl Driven for Little {
    fn now(&self) -> Timestamp {
        self.pace.present()
    }

    fn settle(&self) {
        let now = self.now();
        let mut due = self.due.lock().unwrap();
        while let Some(first) = due.first().copied().filter(|first| *first <= now) {
            due.remove(&first);
            self.done.lock().unwrap().push((first, now));
        }
        while let Some((run, outcome)) = self.bench.lock().unwrap().executor.poll(now) {
            self.outcomes.lock().unwrap().push((now, run, outcome));
        }
    }

    fn next_time(&self) -> Option<Timestamp> {
        self.due.lock().unwrap().first().copied()
    }

    fn waits_for_real_time(&self) -> bool {
        self.bench.lock().unwrap().executor.waits_for_real_time()
    }
}

fn start() -> Timestamp {
    "2025-11-20T15:00:00Z".parse().unwrap()
}

fn little(scale: f64) -> (Arc<Little>, HostClock) {
    let pace = HostPace::new(start(), scale).unwrap();
    let world = Arc::new(Little {
        pace: pace.clone(),
        bench: Mutex::new(Bench::with_waker(HostOptions::default(), pace.waker())),
        due: Mutex::default(),
        done: Mutex::default(),
        outcomes: Mutex::default(),
    });
    let driven: Arc<dyn Driven> = Arc::<Little>::clone(&world);
    (world, HostClock::new(driven, pace))
}

#[tokio::test]
async fn without_processes_a_sleep_jumps_from_event_to_event() {
    let (world, clock) = little(1.0);
    let days = |number| start() + TimeSpan::from_days(number);
    world.due.lock().unwrap().extend((1..=300).map(days));
    let before = clock.now();
    in_time(clock.sleep(TimeSpan::from_days(299))).await;
    assert!(clock.now() >= before + TimeSpan::from_days(299));
    let done = world.done.lock().unwrap().clone();
    assert_eq!(done.len(), 299);
    for (due, at) in done {
        assert!(at < due + TimeSpan::from_hours(1), "due {due}, done {at}");
    }
    // A span of zero or less returns at once.
    clock.sleep(TimeSpan::from_seconds(-1)).await;
}

#[tokio::test]
async fn while_a_process_runs_a_sleep_waits_for_it_and_then_jumps() {
    let (world, clock) = little(1.0);
    let mut go = world.bench.lock().unwrap().fifo("go");
    let script = format!("echo up > {}; exit 3", go.path());
    let run = world.bench.lock().unwrap().start(&shell("t", &script));
    let sleep = clock.sleep(TimeSpan::from_hours(5));
    // Nothing but the sleep asks for the outcome.
    in_time(sleep).await;
    assert_eq!(go.line().await, "up");
    let outcomes = world.outcomes.lock().unwrap().clone();
    let [(at, ended, Outcome::Exited(3))] = outcomes[..] else {
        panic!("{outcomes:?}");
    };
    assert_eq!(ended, run);
    assert!(at < start() + TimeSpan::from_hours(1), "{at}");
    assert!(clock.now() >= start() + TimeSpan::from_hours(5));
}

#[tokio::test]
async fn a_sleep_ends_at_its_moment_while_a_process_runs_on() {
    let (world, clock) = little(1_000_000.0);
    let mut alive = world.bench.lock().unwrap().fifo("alive");
    let script = format!("exec 9>{}; echo up >&9; sleep 1000; :", alive.path());
    world.bench.lock().unwrap().start(&shell("t", &script));
    assert_eq!(alive.line().await, "up");
    let until = clock.now() + TimeSpan::from_seconds(1000);
    in_time(clock.sleep(TimeSpan::from_seconds(1000))).await;
    assert!(clock.now() >= until);
    assert_eq!(*world.outcomes.lock().unwrap(), []);
    assert!(world.waits_for_real_time());
}

#[tokio::test]
async fn a_driven_world_needs_nobody_to_sleep() {
    let (world, clock) = little(1_000_000.0);
    let soon = world.now() + TimeSpan::from_seconds(1000);
    world.due.lock().unwrap().insert(soon);
    world.bench.lock().unwrap().start(&shell("t", "exit 7"));
    let happened = async {
        while world.done.lock().unwrap().is_empty() || world.outcomes.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    in_time(async {
        tokio::select! {
            () = clock.drive() => {}
            () = happened => {}
        }
    })
    .await;
    let done = world.done.lock().unwrap().clone();
    assert!(done[0].1 >= soon);
    assert_eq!(world.outcomes.lock().unwrap()[0].2, Outcome::Exited(7));
}
