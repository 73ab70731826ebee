//! What becomes of the tasks and files of a node that has to go down: the same four options wherever it is told to.

use batchite_api::batch::{
    BatchJobPreparationTask, BatchNode, BatchNodeDeallocateOption, BatchNodeDeallocateOptions,
    BatchNodeDeallocationOption, BatchNodeDisableSchedulingOption, BatchNodeDisableSchedulingOptions,
    BatchNodeRebootKind, BatchNodeRebootOptions, BatchNodeReimageOption, BatchNodeReimageOptions,
    BatchNodeRemoveOptions, BatchPoolEnableAutoScaleOptions, BatchPoolResizeOptions, BatchTaskConstraints,
    BatchTaskCreateOptions,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;
use batchite_sim::config::SimConfig;

use crate::arms::{Arm, job, job_id, node_id, pool, pool_id, refused, request, resize_to, task, task_id};

/// How a node is told to go down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Reboot,
    Reimage,
    Deallocate,
    Remove,
    Resize,
    Formula,
    DisableScheduling,
}

const WAYS: [Way; 7] = [
    Way::Reboot,
    Way::Reimage,
    Way::Deallocate,
    Way::Remove,
    Way::Resize,
    Way::Formula,
    Way::DisableScheduling,
];

impl Way {
    /// Tells the only node of the pool to go down, and what becomes of its tasks, or nothing of these.
    async fn go(self, arm: &Arm, option: impl Into<Option<&str>>) {
        let option: Option<&str> = option.into();
        let (batch, pool) = (&arm.batch, pool_id("pool"));
        let node = node_id(&arm.nodes("pool").await[0]);
        let deallocation = || option.map(BatchNodeDeallocationOption::from);
        match self {
            Self::Reboot => {
                let reboot = BatchNodeRebootOptions {
                    node_reboot_option: option.map(BatchNodeRebootKind::from),
                };
                batch.reboot_node(&pool, &node, reboot, &request()).await.unwrap();
            }
            Self::Reimage => {
                let reimage = BatchNodeReimageOptions {
                    node_reimage_option: option.map(BatchNodeReimageOption::from),
                };
                batch
                    .reimage_node(&pool, &node, reimage, &request())
                    .await
                    .unwrap();
            }
            Self::Deallocate => {
                let deallocate = BatchNodeDeallocateOptions {
                    node_deallocate_option: option.map(BatchNodeDeallocateOption::from),
                };
                batch
                    .deallocate_node(&pool, &node, deallocate, &request())
                    .await
                    .unwrap();
            }
            Self::Remove => {
                let remove = BatchNodeRemoveOptions {
                    node_list: vec![node.to_string()],
                    node_deallocation_option: deallocation(),
                    ..BatchNodeRemoveOptions::default()
                };
                batch.remove_nodes(&pool, remove, &request()).await.unwrap();
            }
            Self::Resize => {
                let resize = BatchPoolResizeOptions {
                    node_deallocation_option: deallocation(),
                    ..resize_to(0)
                };
                batch.resize_pool(&pool, resize, &request()).await.unwrap();
            }
            Self::Formula => {
                let option = option.map(|option| format!(" $NodeDeallocationOption = {option};"));
                let formula = format!("$TargetDedicatedNodes = 0;{}", option.unwrap_or_default());
                let enable = BatchPoolEnableAutoScaleOptions {
                    auto_scale_formula: Some(formula),
                    ..BatchPoolEnableAutoScaleOptions::default()
                };
                batch
                    .enable_pool_auto_scale(&pool, enable, &request())
                    .await
                    .unwrap();
            }
            Self::DisableScheduling => {
                let disable = BatchNodeDisableSchedulingOptions {
                    node_disable_scheduling_option: option.map(BatchNodeDisableSchedulingOption::from),
                };
                batch
                    .disable_node_scheduling(&pool, &node, disable, &request())
                    .await
                    .unwrap();
            }
        }
    }

    /// Whether the node has gone down since it was seen like this.
    async fn is_down(self, arm: &Arm, before: &BatchNode) -> bool {
        match arm.nodes("pool").await.first() {
            None => true,
            Some(node) if self == Self::Deallocate => node.state.as_str() == "deallocated",
            Some(node) if self == Self::DisableScheduling => node.state.as_str() == "offline",
            Some(node) => node.last_boot_time != before.last_boot_time,
        }
    }
}

/// A world of its own with one idle node, where nodes can be reimaged too.
async fn one_node(arm: &Arm) -> Arm {
    let arm = arm.another(SimConfig::new(1).with_reimage_allowed(true));
    arm.ready(pool("pool", 1), "job").await;
    arm
}

fn kept_for(id: &str, time: TimeSpan) -> BatchTaskCreateOptions {
    let mut options = task(id, "/bin/sh -c 'echo kept'");
    options.constraints = Some(BatchTaskConstraints {
        retention_time: Some(time),
        ..BatchTaskConstraints::default()
    });
    options
}

pub(crate) async fn requeued_tasks_wait_again(arm: &Arm) {
    // Nothing said is the same.
    let options = [Some("requeue"), None];
    for (way, option) in WAYS.iter().flat_map(|way| options.map(|option| (*way, option))) {
        let arm = &one_node(arm).await;
        arm.add("job", task("t", "sleep 600")).await;
        arm.task_in("job", "t", "running").await;
        let before = arm.nodes("pool").await.remove(0);
        way.go(arm, option).await;
        let execution = arm.task("job", "t").await.execution_info.unwrap();
        assert_eq!(
            (execution.requeue_count, execution.retry_count, execution.result),
            (1, 0, None),
            "{way:?}"
        );
        arm.until(async || way.is_down(arm, &before).await).await;
    }
}

pub(crate) async fn terminated_tasks_end_as_failed(arm: &Arm) {
    for way in WAYS {
        let arm = &one_node(arm).await;
        arm.add("job", task("t", "sleep 600")).await;
        arm.task_in("job", "t", "running").await;
        let before = arm.nodes("pool").await.remove(0);
        way.go(arm, "terminate").await;
        let ended = arm.task("job", "t").await;
        assert_eq!(ended.state.as_str(), "completed", "{way:?}");
        let execution = ended.execution_info.unwrap();
        let failure = execution.failure_info.unwrap();
        assert_eq!(failure.code.as_deref(), Some("TaskEnded"));
        assert_eq!(execution.result.unwrap().as_str(), "failure");
        assert_eq!((execution.requeue_count, execution.retry_count), (0, 0));
        arm.until(async || way.is_down(arm, &before).await).await;
        assert_eq!(arm.task("job", "t").await.state.as_str(), "completed");
    }
}

pub(crate) async fn awaited_tasks_run_to_their_end_and_no_new_ones_come(arm: &Arm) {
    for way in WAYS {
        let arm = &one_node(arm).await;
        arm.add("job", task("t", "/bin/sh -c 'sleep 600; exit 3'")).await;
        arm.task_in("job", "t", "running").await;
        let before = arm.nodes("pool").await.remove(0);
        way.go(arm, "taskcompletion").await;
        arm.add("job", task("later", "/bin/true")).await;
        arm.clock.sleep(TimeSpan::from_minutes(9)).await;
        assert_eq!(arm.task("job", "t").await.state.as_str(), "running", "{way:?}");
        assert_eq!(arm.task("job", "later").await.state.as_str(), "active");
        assert!(!way.is_down(arm, &before).await);
        let ended = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
        assert_eq!((ended.exit_code, ended.requeue_count), (Some(3), 0));
        arm.until(async || way.is_down(arm, &before).await).await;
    }
}

pub(crate) async fn retained_data_is_waited_for(arm: &Arm) {
    // Scheduling is disabled without waiting for files.
    for way in WAYS.into_iter().filter(|way| *way != Way::DisableScheduling) {
        let arm = &one_node(arm).await;
        arm.run("job", kept_for("short", TimeSpan::from_minutes(20)))
            .await;
        arm.run("job", kept_for("long", TimeSpan::from_hours(1))).await;
        let kept_from = arm.clock.now();
        arm.add("job", kept_for("empty", TimeSpan::ZERO)).await;
        arm.task_in("job", "empty", "completed").await;
        let before = arm.nodes("pool").await.remove(0);
        way.go(arm, "retaineddata").await;
        arm.add("job", task("later", "/bin/true")).await;
        arm.clock.sleep(TimeSpan::from_minutes(59)).await;
        assert!(!way.is_down(arm, &before).await, "{way:?}");
        // The resize has run out of time long since, or has never had a limit; the node stays all the same.
        assert_eq!(arm.nodes("pool").await[0].state.as_str(), "idle");
        assert_eq!(arm.stdout("job", "long").await, "kept\n");
        assert_eq!(arm.task("job", "later").await.state.as_str(), "active");
        arm.until(async || way.is_down(arm, &before).await).await;
        let waited = arm.clock.now() - kept_from;
        assert!(
            (TimeSpan::from_hours(1)..TimeSpan::from_minutes(62)).contains(&waited),
            "{way:?} waited for {waited}"
        );
    }
}

pub(crate) async fn retained_data_that_is_deleted_is_not_waited_for(arm: &Arm) {
    // Files that would be kept for ever go with their task, or with their job.
    for with_job in [false, true] {
        let arm = &one_node(arm).await;
        arm.run("job", kept_for("kept", TimeSpan::INFINITE)).await;
        let before = arm.nodes("pool").await.remove(0);
        Way::Remove.go(arm, "retaineddata").await;
        arm.clock.sleep(TimeSpan::from_days(30)).await;
        assert!(!Way::Remove.is_down(arm, &before).await);
        if with_job {
            arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
        } else {
            let (job, task) = (job_id("job"), task_id("kept"));
            arm.batch.delete_task(&job, &task, &request()).await.unwrap();
        }
        arm.until(async || Way::Remove.is_down(arm, &before).await).await;
        assert_eq!(arm.pool("pool").await.current_dedicated_nodes, 0);
    }
}

pub(crate) async fn what_prepared_a_node_is_retained_too(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1));
    arm.batch.create_pool(pool("pool", 1), &request()).await.unwrap();
    let mut options = job("job", "pool");
    options.job_preparation_task = Some(BatchJobPreparationTask {
        command_line: "/bin/true".into(),
        constraints: Some(BatchTaskConstraints {
            retention_time: Some(TimeSpan::from_hours(2)),
            ..BatchTaskConstraints::default()
        }),
        ..BatchJobPreparationTask::default()
    });
    arm.batch.create_job(options, &request()).await.unwrap();
    arm.run("job", kept_for("t", TimeSpan::from_minutes(1))).await;
    let before = arm.nodes("pool").await.remove(0);
    Way::Reboot.go(arm, "retaineddata").await;
    // A node that waits to go down takes no other such request, and can still be removed at once.
    let node = node_id(&before);
    let again = arm
        .batch
        .reboot_node(
            &pool_id("pool"),
            &node,
            BatchNodeRebootOptions::default(),
            &request(),
        )
        .await;
    refused(again, &ErrorCode::NodeBeingRebooted);
    arm.clock.sleep(TimeSpan::from_minutes(119)).await;
    assert!(!Way::Reboot.is_down(arm, &before).await);
    arm.until(async || Way::Reboot.is_down(arm, &before).await).await;
    // It works again afterwards.
    arm.run("job", task("after", "/bin/true")).await;
}

pub(crate) async fn files_on_a_lost_disk_are_unavailable_and_not_waited_for(arm: &Arm) {
    let arm = &one_node(arm).await;
    arm.run("job", kept_for("t", TimeSpan::INFINITE)).await;
    let before = arm.nodes("pool").await.remove(0);
    Way::Reimage.go(arm, "requeue").await;
    arm.until(async || Way::Reimage.is_down(arm, &before).await).await;
    let files = arm
        .batch
        .download_task_file(&job_id("job"), &task_id("t"), "stdout.txt", None, &request())
        .await;
    refused(files.map(drop), &ErrorCode::TaskFilesUnavailable);
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    Way::Remove.go(arm, "retaineddata").await;
    arm.until(async || arm.nodes("pool").await.is_empty()).await;
}

pub(crate) async fn what_a_node_was_told_outlives_a_resize_that_was_stopped(arm: &Arm) {
    for expected in ["offline", "deallocated"] {
        let arm = &one_node(arm).await;
        arm.add("job", task("t", "sleep 600")).await;
        arm.task_in("job", "t", "running").await;
        let (batch, pool) = (&arm.batch, pool_id("pool"));
        let node = node_id(&arm.nodes("pool").await[0]);
        if expected == "offline" {
            let disable = BatchNodeDisableSchedulingOptions {
                node_disable_scheduling_option: Some("taskcompletion".into()),
            };
            let disabled = batch
                .disable_node_scheduling(&pool, &node, disable, &request())
                .await;
            disabled.unwrap();
        } else {
            Way::Deallocate.go(arm, "taskcompletion").await;
        }
        Way::Resize.go(arm, "taskcompletion").await;
        batch.stop_pool_resize(&pool, &request()).await.unwrap();
        arm.task_in("job", "t", "completed").await;
        arm.until(async || arm.nodes("pool").await[0].state.as_str() == expected)
            .await;
        let node = arm.nodes("pool").await.remove(0);
        assert_eq!(
            node.id,
            arm.task("job", "t").await.node_info.unwrap().node_id.unwrap()
        );
    }
    // Enabled again meanwhile, it takes tasks.
    let arm = &one_node(arm).await;
    arm.add("job", task("t", "sleep 600")).await;
    arm.task_in("job", "t", "running").await;
    let (batch, pool) = (&arm.batch, pool_id("pool"));
    let node = node_id(&arm.nodes("pool").await[0]);
    let disable = BatchNodeDisableSchedulingOptions {
        node_disable_scheduling_option: Some("taskcompletion".into()),
    };
    let disabled = batch
        .disable_node_scheduling(&pool, &node, disable, &request())
        .await;
    disabled.unwrap();
    Way::Resize.go(arm, "taskcompletion").await;
    batch
        .enable_node_scheduling(&pool, &node, &request())
        .await
        .unwrap();
    batch.stop_pool_resize(&pool, &request()).await.unwrap();
    arm.run("job", task("later", "/bin/true")).await;
}

pub(crate) async fn strange_options_are_refused(arm: &Arm) {
    arm.ready(pool("pool", 1), "job").await;
    let (batch, pool) = (&arm.batch, pool_id("pool"));
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = BatchNodeRebootOptions {
        node_reboot_option: Some(BatchNodeRebootKind::from("gently")),
    };
    let refusal = batch.reboot_node(&pool, &node, reboot, &request()).await;
    let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyName"), Some("nodeRebootOption"));
    let resize = BatchPoolResizeOptions {
        node_deallocation_option: Some(BatchNodeDeallocationOption::from("gently")),
        ..resize_to(0)
    };
    let refusal = batch.resize_pool(&pool, resize, &request()).await;
    let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyName"), Some("nodeDeallocationOption"));
    for option in ["retaineddata", "gently"] {
        let disable = BatchNodeDisableSchedulingOptions {
            node_disable_scheduling_option: Some(BatchNodeDisableSchedulingOption::from(option)),
        };
        let refusal = batch
            .disable_node_scheduling(&pool, &node, disable, &request())
            .await;
        let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
        assert_eq!(
            refusal.detail("PropertyName"),
            Some("nodeDisableSchedulingOption")
        );
    }
    let remove = BatchNodeRemoveOptions {
        node_list: vec![node.to_string(); 101],
        ..BatchNodeRemoveOptions::default()
    };
    let refusal = batch.remove_nodes(&pool, remove, &request()).await;
    let refusal = refused(refusal, &ErrorCode::InvalidPropertyValue);
    assert_eq!(refusal.detail("PropertyName"), Some("nodeList"));
}
