//! The world at full speed: tasks created by collection, scheduled, run and completed in virtual time, beside a bare
//! event loop that does nothing but keep the same number of commands in order of time.
//!
//! `cargo bench -p batchite-sim`. Times are per task; allocations are counted by the profiler.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{
    BatchJobCreateOptions, BatchPoolCreateOptions, BatchPoolInfo, BatchTaskCreateOptions, BatchTaskGroup,
    BatchVmImageReference, VirtualMachineConfiguration,
};
use batchite_api::ids::JobId;
use batchite_api::time::{TimeSpan, Timestamp};
use batchite_sim::config::{Quotas, SimConfig};
use batchite_sim::exec::{Outcome, RunId};
use batchite_sim::world::{Work, World};
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const SLOTS: i32 = 4;

/// Tasks and nodes of one run.
const SIZES: [(u64, i32); 4] = [
    (10_000, 1_000),
    (100_000, 1_000),
    (1_000_000, 1_000),
    (1_000_000, 10_000),
];

fn main() {
    divan::main();
}

/// How long the n-th command takes: between one and two minutes, never the same for neighbours.
fn duration(number: u64) -> TimeSpan {
    let millisecond = number.wrapping_mul(7_919) % 60_000;
    TimeSpan::from_milliseconds(60_000 + millisecond.cast_signed())
}

fn world(nodes: i32) -> World {
    let quotas = Quotas {
        dedicated_cores: None,
        ..Quotas::default()
    };
    let mut world = World::new(SimConfig::new(1).with_quotas(quotas));
    let request = RequestOptions::default();
    let pool = BatchPoolCreateOptions {
        id: "pool".to_owned(),
        vm_size: "standard_d4s_v3".to_owned(),
        virtual_machine_configuration: Some(VirtualMachineConfiguration {
            image_reference: BatchVmImageReference {
                publisher: Some("canonical".to_owned()),
                offer: Some("ubuntu-24_04-lts".to_owned()),
                sku: Some("server".to_owned()),
                ..BatchVmImageReference::default()
            },
            node_agent_sku_id: "batch.node.ubuntu 24.04".to_owned(),
            ..VirtualMachineConfiguration::default()
        }),
        target_dedicated_nodes: Some(nodes),
        task_slots_per_node: Some(SLOTS),
        ..BatchPoolCreateOptions::default()
    };
    world.create_pool(pool, &request).expect("a pool");
    let job = BatchJobCreateOptions {
        id: "job".to_owned(),
        pool_info: BatchPoolInfo {
            pool_id: Some("pool".to_owned()),
            ..BatchPoolInfo::default()
        },
        ..BatchJobCreateOptions::default()
    };
    world.create_job(job, &request).expect("a job");
    // The nodes are idle before the clock and the count of bytes begin: tasks are what is measured.
    while let Some(next) = world.poll_activity() {
        world.handle_timeout(next);
        while world.poll_work().is_some() {}
    }
    drop(world.trace_mut().take());
    world
}

/// Runs everything: 100 tasks a request, then event by event until all are complete. The trace is read as it grows.
fn run(mut world: World, tasks: u64) -> World {
    let request = RequestOptions::default();
    let job = JobId::parse("job").expect("an id");
    let mut records = 0;
    for first in (0..tasks).step_by(100) {
        let value = (first..(first + 100).min(tasks)).map(|number| BatchTaskCreateOptions {
            id: format!("task-{number}"),
            command_line: "simulate --steps 100".into(),
            ..BatchTaskCreateOptions::default()
        });
        let added = world.create_task_collection(
            &job,
            BatchTaskGroup {
                value: value.collect(),
            },
            &request,
        );
        black_box(added.expect("all tasks added"));
        records += world.trace_mut().take().count();
    }
    let mut running: BinaryHeap<Reverse<(Timestamp, RunId)>> = BinaryHeap::new();
    loop {
        let now = world.now();
        world.handle_timeout(now);
        while let Some(work) = world.poll_work() {
            if let Work::Start { run } = work {
                world.start(run, |start| {
                    black_box(start.command_line);
                    running.push(Reverse((now + duration(run.0), run)));
                });
            }
        }
        records += world.trace_mut().take().count();
        if world.poll_activity().is_some_and(|next| next <= now) {
            continue;
        }
        let Some(Reverse((end, run))) = running.pop() else {
            break;
        };
        world.observe(end);
        world.handle_outcome(run, Outcome::Exited(0));
    }
    let counts = world
        .get_job_task_counts(&job, &request)
        .expect("counts")
        .task_counts;
    assert_eq!(u64::try_from(counts.succeeded).ok(), Some(tasks));
    assert!(records as u64 >= 3 * tasks);
    world
}

/// The floor: the same commands on the same slots through one heap.
fn bare(tasks: u64, nodes: i32) -> u64 {
    let mut running = BinaryHeap::new();
    let slots = u64::from((nodes * SLOTS).unsigned_abs());
    let mut now = 0_i64;
    let mut next = 0;
    while next < slots.min(tasks) {
        running.push(Reverse((duration(next).ticks(), next)));
        next += 1;
    }
    let mut done = 0;
    while let Some(Reverse((end, _))) = running.pop() {
        now = end;
        done += 1;
        if next < tasks {
            running.push(Reverse((now + duration(next).ticks(), next)));
            next += 1;
        }
    }
    black_box(now);
    done
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn batchite(bencher: Bencher<'_, '_>, (tasks, nodes): (u64, i32)) {
    bencher
        .counter(ItemsCount::new(tasks))
        .with_inputs(|| world(nodes))
        .bench_values(|world| run(world, tasks));
}

#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn bare_heap_loop(bencher: Bencher<'_, '_>, (tasks, nodes): (u64, i32)) {
    bencher
        .counter(ItemsCount::new(tasks))
        .bench(|| bare(black_box(tasks), nodes));
}
