//! Jobs that share a pool: limits, turns, priorities and pre-emption.

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{
    BatchAffinityInfo, BatchJobConstraints, BatchJobCreateOptions, BatchJobDefaultOrder, BatchJobManagerTask,
    BatchJobNetworkConfiguration, BatchJobTerminateOptions, BatchJobUpdateOptions, BatchNodeFillType,
    BatchPoolCreateOptions, BatchTaskCreateOptions, BatchTaskSchedulingPolicy,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::config::{Latencies, SimConfig};

use crate::arms::{Arm, job, job_id, pool, refused, request, task};

fn update() -> BatchJobUpdateOptions {
    BatchJobUpdateOptions::default()
}

fn of_priority(id: &str, priority: i32) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        priority: Some(priority),
        ..job(id, "pool")
    }
}

fn yielding(id: &str, priority: i32) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        allow_task_preemption: Some(true),
        ..of_priority(id, priority)
    }
}

/// A wish for a node.
pub(crate) fn at(node: &str) -> BatchAffinityInfo {
    BatchAffinityInfo {
        affinity_id: format!("TVM:{node}"),
    }
}

fn long(id: &str) -> BatchTaskCreateOptions {
    task(id, "/bin/sh -c 'sleep 600'")
}

async fn create(arm: &Arm, options: BatchJobCreateOptions) {
    arm.batch.create_job(options, &request()).await.unwrap();
}

async fn change(arm: &Arm, job: &str, update: BatchJobUpdateOptions) {
    arm.batch
        .update_job(&job_id(job), update, &request())
        .await
        .unwrap();
}

/// Running tasks of a job, once everything has come to rest.
async fn running(arm: &Arm, job: &str) -> i32 {
    arm.clock.sleep(TimeSpan::from_seconds(30)).await;
    let counts = arm
        .batch
        .get_job_task_counts(&job_id(job), &request())
        .await
        .unwrap();
    counts.task_counts.running
}

pub(crate) async fn no_more_tasks_run_at_once_than_the_job_allows(arm: &Arm) {
    arm.ready(pool("pool", 4), "other").await;
    let limited = BatchJobCreateOptions {
        max_parallel_tasks: Some(2),
        ..job("job", "pool")
    };
    create(arm, limited).await;
    for at in 0..6 {
        arm.add("job", long(&format!("t{at}"))).await;
    }
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(shown.max_parallel_tasks, Some(2));
    assert_eq!(running(arm, "job").await, 2);
    for (limit, expected) in [(3, 3), (1, 3), (-1, 4)] {
        let limit = BatchJobUpdateOptions {
            max_parallel_tasks: Some(limit),
            ..update()
        };
        change(arm, "job", limit).await;
        assert_eq!(running(arm, "job").await, expected);
    }
    for wrong in [0, -2] {
        let wrong = BatchJobUpdateOptions {
            max_parallel_tasks: Some(wrong),
            ..update()
        };
        let result = arm.batch.update_job(&job_id("job"), wrong, &request()).await;
        let error = refused(result, &ErrorCode::InvalidPropertyValue);
        assert_eq!(error.detail("PropertyName"), Some("maxParallelTasks"));
    }
    // A place that falls free is taken by the next of the job.
    create(
        arm,
        BatchJobCreateOptions {
            max_parallel_tasks: Some(1),
            ..job("chain", "pool")
        },
    )
    .await;
    for id in ["a", "b", "c"] {
        arm.add("chain", task(id, "/bin/sh -c 'sleep 10'")).await;
    }
    let mut ended = None;
    for id in ["a", "b", "c"] {
        let info = arm
            .task_in("chain", id, "completed")
            .await
            .execution_info
            .unwrap();
        assert!(info.start_time >= ended, "{id} overlaps");
        ended = info.end_time;
    }
}

pub(crate) async fn jobs_of_one_priority_take_turns_or_go_by_age(arm: &Arm) {
    for (name, order, expected) in [
        ("turns", None, ["old0", "new0", "old1", "new1", "old2", "new2"]),
        (
            "ages",
            Some(BatchJobDefaultOrder::CreationTime),
            ["old0", "old1", "old2", "new0", "new1", "new2"],
        ),
    ] {
        let options = BatchPoolCreateOptions {
            task_scheduling_policy: Some(BatchTaskSchedulingPolicy {
                job_default_order: order,
                node_fill_type: BatchNodeFillType::Spread,
            }),
            ..pool(name, 1)
        };
        let busy = format!("busy-{name}");
        arm.ready(options, &busy).await;
        arm.add(&busy, long("t")).await;
        arm.task_in(&busy, "t", "running").await;
        let jobs = [format!("old-{name}"), format!("new-{name}")];
        for id in &jobs {
            create(arm, job(id, name)).await;
        }
        for at in 0..3 {
            arm.add(&jobs[0], task(&format!("old{at}"), "/bin/sh -c 'sleep 10'"))
                .await;
        }
        for at in 0..3 {
            arm.add(&jobs[1], task(&format!("new{at}"), "/bin/sh -c 'sleep 10'"))
                .await;
        }
        let mut started = Vec::new();
        for (job, prefix) in jobs.iter().zip(["old", "new"]) {
            for at in 0..3 {
                let id = format!("{prefix}{at}");
                let done = arm.task_in(job, &id, "completed").await;
                started.push((done.execution_info.unwrap().start_time.unwrap(), id));
            }
        }
        started.sort();
        let order: Vec<_> = started.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(order, expected, "{name}");
    }
    let mut wrong = pool("wrong", 0);
    wrong.task_scheduling_policy = Some(BatchTaskSchedulingPolicy {
        job_default_order: Some(BatchJobDefaultOrder::from("alphabetical")),
        node_fill_type: BatchNodeFillType::Spread,
    });
    refused(
        arm.batch.create_pool(wrong, &request()).await,
        &ErrorCode::InvalidPropertyValue,
    );
}

pub(crate) async fn picking_a_task_up_takes_seconds(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    arm.ready(pool("pool", 1), "job").await;
    for id in ["a", "b", "c"] {
        let done = arm.run("job", task(id, "/bin/true")).await;
        let waited = done.execution_info.unwrap().start_time.unwrap() - done.creation_time;
        let seconds = TimeSpan::from_seconds(1)..TimeSpan::from_seconds(4);
        assert!(seconds.contains(&waited), "{id} waited for {waited}");
    }
}

pub(crate) async fn a_wish_for_a_node_that_is_full_is_not_waited_for(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    let nodes = arm.nodes("pool").await;
    let wishing = |id: &str, node: &str| BatchTaskCreateOptions {
        affinity_info: Some(at(node)),
        ..long(id)
    };
    let node_of = async |id: &str| arm.task_in("job", id, "running").await.node_info.unwrap().node_id;
    // The same node twice, whichever comes first by itself: the first wish is met, the second is not waited for.
    for (first, second) in [(0, 1), (1, 0)] {
        let (met, unmet) = (format!("met{first}"), format!("unmet{first}"));
        arm.add("job", wishing(&met, &nodes[first].id)).await;
        assert_eq!(node_of(&met).await.as_ref(), Some(&nodes[first].id));
        arm.add("job", wishing(&unmet, &nodes[first].id)).await;
        assert_eq!(node_of(&unmet).await.as_ref(), Some(&nodes[second].id));
        arm.task_in("job", &unmet, "completed").await;
    }
    // Nor is a node that nobody has.
    arm.add("job", wishing("lost", "tvmps_0_d")).await;
    assert!(node_of("lost").await.is_some());
}

pub(crate) async fn a_priority_can_be_changed_while_tasks_wait(arm: &Arm) {
    arm.ready(pool("pool", 1), "busy").await;
    arm.add("busy", long("t")).await;
    arm.task_in("busy", "t", "running").await;
    create(arm, of_priority("first", 5)).await;
    create(arm, of_priority("second", 0)).await;
    arm.add("first", long("t")).await;
    arm.add("second", long("t")).await;
    let raise = BatchJobUpdateOptions {
        priority: Some(6),
        ..update()
    };
    change(arm, "second", raise).await;
    arm.task_in("second", "t", "running").await;
    assert_eq!(arm.task("first", "t").await.state.as_str(), "active");
}

pub(crate) async fn tasks_that_allow_it_give_way_to_higher_priorities(arm: &Arm) {
    arm.ready(pool("pool", 2), "other").await;
    create(arm, yielding("low", -1)).await;
    for id in ["older", "younger"] {
        arm.add("low", long(id)).await;
        arm.task_in("low", id, "running").await;
        arm.clock.sleep(TimeSpan::from_seconds(5)).await;
    }
    create(arm, of_priority("same", -1)).await;
    arm.add("same", long("t")).await;
    assert_eq!(
        running(arm, "same").await,
        0,
        "equal priority has to wait for its turn"
    );
    create(arm, of_priority("high", 0)).await;
    arm.add("high", task("t", "/bin/sh -c 'sleep 60'")).await;
    arm.task_in("high", "t", "running").await;
    let younger = arm.task("low", "younger").await;
    let info = younger.execution_info.unwrap();
    assert_eq!(
        (younger.state.as_str(), info.requeue_count, info.retry_count),
        ("active", 1, 0)
    );
    assert_eq!(arm.task("low", "older").await.state.as_str(), "running");
    arm.task_in("low", "younger", "completed").await;
}

pub(crate) async fn who_gives_way_can_be_changed(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    create(arm, of_priority("low", 0)).await;
    create(arm, of_priority("high", 1)).await;
    arm.add("low", long("t")).await;
    arm.task_in("low", "t", "running").await;
    arm.add("high", long("t")).await;
    assert_eq!(running(arm, "high").await, 0, "nobody asked the task to give way");
    let allow = BatchJobUpdateOptions {
        allow_task_preemption: Some(true),
        ..update()
    };
    change(arm, "low", allow).await;
    arm.task_in("high", "t", "running").await;
    assert_eq!(arm.task("low", "t").await.state.as_str(), "active");
    // Raised above the other, the job takes its place back only if that one gives way.
    let raise = |preemption| BatchJobUpdateOptions {
        priority: Some(2),
        allow_task_preemption: preemption,
        ..update()
    };
    change(arm, "low", raise(None)).await;
    assert_eq!(running(arm, "low").await, 0);
    let allow = BatchJobUpdateOptions {
        allow_task_preemption: Some(true),
        ..update()
    };
    change(arm, "high", allow).await;
    arm.task_in("low", "t", "running").await;
    assert_eq!(
        arm.task("high", "t").await.execution_info.unwrap().requeue_count,
        1
    );
}

pub(crate) async fn as_few_tasks_give_way_as_it_takes(arm: &Arm) {
    let options = BatchPoolCreateOptions {
        task_slots_per_node: Some(4),
        ..pool("pool", 2)
    };
    arm.ready(options, "other").await;
    create(arm, yielding("low", -5)).await;
    create(arm, yielding("middle", -1)).await;
    for at in 0..4 {
        arm.add("low", long(&format!("t{at}"))).await;
        arm.add("middle", long(&format!("t{at}"))).await;
    }
    assert_eq!(running(arm, "low").await + running(arm, "middle").await, 8);
    create(arm, of_priority("high", 0)).await;
    let wide = BatchTaskCreateOptions {
        required_slots: Some(3),
        ..long("wide")
    };
    arm.add("high", wide).await;
    arm.task_in("high", "wide", "running").await;
    assert_eq!(running(arm, "low").await + running(arm, "middle").await, 5);
    let too_wide = BatchTaskCreateOptions {
        required_slots: Some(5),
        ..long("too-wide")
    };
    arm.add("high", too_wide).await;
    assert_eq!(
        running(arm, "low").await + running(arm, "middle").await,
        5,
        "no node has so many slots: nobody gives way in vain"
    );
}

pub(crate) async fn a_job_manager_gives_way_with_its_whole_node(arm: &Arm) {
    let options = BatchPoolCreateOptions {
        task_slots_per_node: Some(4),
        ..pool("pool", 1)
    };
    arm.ready(options, "other").await;
    let managed = BatchJobCreateOptions {
        job_manager_task: Some(BatchJobManagerTask {
            id: "manager".to_owned(),
            command_line: "/bin/sh -c 'sleep 600'".into(),
            ..BatchJobManagerTask::default()
        }),
        ..yielding("low", -1)
    };
    create(arm, managed).await;
    arm.task_in("low", "manager", "running").await;
    create(arm, of_priority("high", 0)).await;
    arm.add("high", long("a")).await;
    arm.add("high", long("b")).await;
    assert_eq!(running(arm, "high").await, 2);
    assert_eq!(running(arm, "low").await, 0);
    let done = arm.task_in("low", "manager", "completed").await;
    assert_eq!(done.execution_info.unwrap().requeue_count, 1);
}

pub(crate) async fn retries_are_taken_over_when_a_task_is_added(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    let mut options = job("job", "pool");
    options.constraints = Some(BatchJobConstraints {
        max_task_retry_count: Some(1),
        ..BatchJobConstraints::default()
    });
    create(arm, options).await;
    arm.add("job", task("early", "/bin/sh -c 'sleep 10; exit 1'"))
        .await;
    let replaced = BatchJobUpdateOptions {
        constraints: Some(BatchJobConstraints {
            max_wall_clock_time: Some(TimeSpan::from_days(3)),
            ..BatchJobConstraints::default()
        }),
        ..update()
    };
    change(arm, "job", replaced).await;
    let late = arm.run("job", task("late", "/bin/sh -c 'exit 1'")).await;
    assert_eq!(late.execution_info.unwrap().retry_count, 0);
    let early = arm.task_in("job", "early", "completed").await;
    assert_eq!(early.execution_info.unwrap().retry_count, 1);
}

pub(crate) async fn the_network_of_a_job_is_recorded(arm: &Arm) {
    let network = |subnet: &str| BatchJobNetworkConfiguration {
        subnet_id: subnet.to_owned(),
        skip_withdraw_from_vnet: Some(true),
    };
    let subnet = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/";
    let with = |id: &str, subnet: &str| BatchJobCreateOptions {
        network_configuration: Some(network(subnet)),
        ..job(id, "pool")
    };
    create(arm, with("job", &format!("{subnet}a"))).await;
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(shown.network_configuration, Some(network(&format!("{subnet}a"))));
    let elsewhere = BatchJobUpdateOptions {
        network_configuration: Some(network(&format!("{subnet}b"))),
        ..update()
    };
    change(arm, "job", elsewhere).await;
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(shown.network_configuration, Some(network(&format!("{subnet}b"))));
    for (wrong, code) in [
        ("", ErrorCode::MissingRequiredProperty),
        ("my-subnet", ErrorCode::InvalidPropertyValue),
    ] {
        refused(
            arm.batch.create_job(with("other", wrong), &request()).await,
            &code,
        );
    }
}

pub(crate) async fn force_does_not_wait(arm: &Arm) {
    let arm = arm.another(SimConfig::new(1).with_latencies(Latencies::azure()));
    let forced = RequestOptions {
        force: true,
        ..request()
    };
    for name in ["ends", "goes"] {
        create(&arm, job(name, "pool")).await;
    }
    let terminate = BatchJobTerminateOptions::default;
    arm.batch
        .terminate_job(&job_id("ends"), terminate(), &request())
        .await
        .unwrap();
    assert_eq!(arm.job_state("ends").await, "terminating");
    refused(
        arm.batch
            .terminate_job(&job_id("ends"), terminate(), &request())
            .await,
        &ErrorCode::JobBeingTerminated,
    );
    arm.batch
        .terminate_job(&job_id("ends"), terminate(), &forced)
        .await
        .unwrap();
    arm.clock.sleep(TimeSpan::from_milliseconds(1)).await;
    assert_eq!(arm.job_state("ends").await, "completed");
    arm.batch.delete_job(&job_id("goes"), &request()).await.unwrap();
    refused(
        arm.batch.delete_job(&job_id("goes"), &request()).await,
        &ErrorCode::JobBeingDeleted,
    );
    for name in ["goes", "ends"] {
        arm.batch.delete_job(&job_id(name), &forced).await.unwrap();
        arm.clock.sleep(TimeSpan::from_milliseconds(1)).await;
        refused(
            arm.batch.get_job(&job_id(name), &request()).await,
            &ErrorCode::JobNotFound,
        );
    }
}
