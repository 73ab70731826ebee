//! Task dependencies: who waits for whom, what satisfies, what blocks.

use batchite_api::batch::{
    BatchAllTasksCompleteMode, BatchJobCreateOptions, BatchJobUpdateOptions, BatchTaskCreateOptions,
    BatchTaskDependencies, BatchTaskIdRange, DependencyAction, ExitCodeMapping, ExitConditions, ExitOptions,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, job, job_id, pool, refused, request, task, task_id};

fn depending_job(id: &str) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        uses_task_dependencies: Some(true),
        ..job(id, "pool")
    }
}

fn on(ids: &[&str]) -> BatchTaskDependencies {
    BatchTaskDependencies {
        task_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        ..BatchTaskDependencies::default()
    }
}

fn on_range(start: i32, end: i32) -> BatchTaskDependencies {
    BatchTaskDependencies {
        task_id_ranges: vec![BatchTaskIdRange { start, end }],
        ..BatchTaskDependencies::default()
    }
}

fn dependent(id: &str, depends_on: BatchTaskDependencies) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        depends_on: Some(depends_on),
        ..task(id, "/bin/true")
    }
}

/// A pool with an idle node more than is needed, and a job that uses dependencies.
async fn ready(arm: &Arm) {
    arm.ready(pool("pool", 3), "other").await;
    arm.batch
        .create_job(depending_job("job"), &request())
        .await
        .unwrap();
}

#[track_caller]
fn assert_waits(state: &str, id: &str) {
    assert_eq!(state, "active", "{id} has to wait");
}

async fn after_an_hour(arm: &Arm, id: &str) -> String {
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    arm.task("job", id).await.state.to_string()
}

pub(crate) async fn a_task_waits_for_all_it_names(arm: &Arm) {
    ready(arm).await;
    arm.add("job", dependent("last", on(&["FIRST", "second", "not-yet"])))
        .await;
    assert_waits(&after_an_hour(arm, "last").await, "last");
    arm.run("job", task("first", "/bin/true")).await;
    arm.add("job", task("second", "/bin/sh -c 'sleep 60'")).await;
    arm.run("job", task("Not-Yet", "/bin/true")).await;
    assert_eq!(arm.task("job", "last").await.state.as_str(), "active");
    let second = arm.task_in("job", "second", "completed").await;
    let last = arm.task_in("job", "last", "completed").await;
    let ended = second.execution_info.unwrap().end_time;
    assert!(last.execution_info.unwrap().start_time >= ended);
    assert_eq!(last.depends_on, Some(on(&["FIRST", "second", "not-yet"])));
    // What is satisfied already is not waited for.
    let late = arm.run("job", dependent("late", on(&["first", "second"]))).await;
    assert_eq!(late.execution_info.unwrap().exit_code, Some(0));
}

pub(crate) async fn ranges_need_every_number_and_ignore_leading_zeros(arm: &Arm) {
    ready(arm).await;
    arm.add("job", dependent("merge", on_range(3, 5))).await;
    for id in ["5", "3", "2", "6", "4flamingos"] {
        arm.run("job", task(id, "/bin/true")).await;
    }
    assert_waits(&after_an_hour(arm, "merge").await, "merge");
    // `4` and `004` are the same number: the first that completes counts.
    arm.add("job", task("4", "/bin/sh -c 'sleep 7200'")).await;
    arm.run("job", task("004", "/bin/true")).await;
    arm.task_in("job", "merge", "completed").await;
    assert_eq!(arm.task("job", "4").await.state.as_str(), "running");
    let both = BatchTaskDependencies {
        task_ids: vec!["merge".to_owned()],
        ..on_range(2, 6)
    };
    arm.run("job", dependent("both", both.clone())).await;
    assert_eq!(arm.task("job", "both").await.depends_on, Some(both));
}

pub(crate) async fn ranges_may_be_huge(arm: &Arm) {
    ready(arm).await;
    for number in 0..40 {
        let range = on_range(number, i32::MAX - number);
        arm.add("job", dependent(&format!("huge{number}"), range)).await;
    }
    for number in 0..10 {
        arm.run("job", task(&number.to_string(), "/bin/true")).await;
    }
    arm.run("job", dependent("small", on_range(0, 9))).await;
    assert_waits(&after_an_hour(arm, "huge0").await, "huge0");
    assert_waits(&after_an_hour(arm, "huge39").await, "huge39");
}

pub(crate) async fn a_failed_parent_blocks_until_it_is_run_again(arm: &Arm) {
    ready(arm).await;
    let command = "/bin/sh -c 'if [ -e $AZ_BATCH_NODE_SHARED_DIR/mended ]; then exit 0; fi; exit 1'";
    arm.add("job", dependent("child", on(&["parent"]))).await;
    arm.run("job", task("parent", command)).await;
    assert_waits(&after_an_hour(arm, "child").await, "child");
    for node in 0..3 {
        let mend = "/bin/sh -c 'touch $AZ_BATCH_NODE_SHARED_DIR/mended; sleep 60'";
        arm.add("job", task(&format!("mend{node}"), mend)).await;
    }
    for node in 0..3 {
        arm.task_in("job", &format!("mend{node}"), "completed").await;
    }
    arm.batch
        .reactivate_task(&job_id("job"), &task_id("parent"), &request())
        .await
        .unwrap();
    arm.task_in("job", "child", "completed").await;
    // A task that was ended satisfies nobody either.
    arm.add("job", task("ended", "/bin/sh -c 'sleep 7200'")).await;
    arm.add("job", dependent("orphan", on(&["ended"]))).await;
    arm.batch
        .terminate_task(&job_id("job"), &task_id("ended"), &request())
        .await
        .unwrap();
    assert_waits(&after_an_hour(arm, "orphan").await, "orphan");
}

pub(crate) async fn a_dependent_can_be_ended_and_waits_again_when_it_is_reactivated(arm: &Arm) {
    ready(arm).await;
    arm.add("job", dependent("child", on(&["parent"]))).await;
    arm.batch
        .terminate_task(&job_id("job"), &task_id("child"), &request())
        .await
        .unwrap();
    assert_eq!(arm.task("job", "child").await.state.as_str(), "completed");
    arm.batch
        .reactivate_task(&job_id("job"), &task_id("child"), &request())
        .await
        .unwrap();
    assert_waits(&after_an_hour(arm, "child").await, "child");
    arm.run("job", task("parent", "/bin/true")).await;
    arm.task_in("job", "child", "completed").await;
}

pub(crate) async fn exit_options_satisfy_or_block(arm: &Arm) {
    ready(arm).await;
    let when = |code, action| ExitConditions {
        exit_codes: vec![ExitCodeMapping {
            code,
            exit_options: ExitOptions {
                dependency_action: Some(action),
                ..ExitOptions::default()
            },
        }],
        ..ExitConditions::default()
    };
    let mut tolerated = task("tolerated", "/bin/sh -c 'exit 3'");
    tolerated.exit_conditions = Some(when(3, DependencyAction::Satisfy));
    let conditions = tolerated.exit_conditions.clone();
    arm.add("job", dependent("goes-on", on(&["tolerated"]))).await;
    let failed = arm.run("job", tolerated).await;
    assert_eq!(
        (failed.execution_info.unwrap().exit_code, failed.exit_conditions),
        (Some(3), conditions)
    );
    arm.task_in("job", "goes-on", "completed").await;
    let mut barred = task("barred", "/bin/true");
    barred.exit_conditions = Some(when(0, DependencyAction::Block));
    arm.run("job", barred).await;
    arm.add("job", dependent("stays", on(&["barred"]))).await;
    assert_waits(&after_an_hour(arm, "stays").await, "stays");
}

pub(crate) async fn cycles_wait_for_ever(arm: &Arm) {
    ready(arm).await;
    arm.add("job", dependent("self", on(&["self"]))).await;
    arm.add("job", dependent("chicken", on(&["egg"]))).await;
    arm.add("job", dependent("egg", on(&["chicken"]))).await;
    arm.add("job", dependent("7", on_range(6, 8))).await;
    for id in ["6", "8"] {
        arm.run("job", task(id, "/bin/true")).await;
    }
    for id in ["self", "chicken", "egg", "7"] {
        assert_waits(&after_an_hour(arm, id).await, id);
    }
    let counts = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap();
    assert_eq!(
        counts.task_counts.active, 4,
        "tasks that are held back are active"
    );
}

pub(crate) async fn a_deleted_parent_is_waited_for_unless_it_was_satisfied(arm: &Arm) {
    ready(arm).await;
    let delete = async |id: &str| {
        arm.batch
            .delete_task(&job_id("job"), &task_id(id), &request())
            .await
            .unwrap();
    };
    arm.add("job", dependent("child", on(&["done", "running"]))).await;
    arm.run("job", task("done", "/bin/true")).await;
    arm.add("job", task("running", "/bin/sh -c 'sleep 7200'")).await;
    arm.task_in("job", "running", "running").await;
    delete("done").await;
    delete("running").await;
    assert_waits(&after_an_hour(arm, "child").await, "child");
    arm.run("job", task("running", "/bin/true")).await;
    arm.task_in("job", "child", "completed").await;
    // Whoever comes later finds no such task.
    arm.add("job", dependent("late", on(&["done"]))).await;
    assert_waits(&after_an_hour(arm, "late").await, "late");
    // A dependent that is deleted is missed by nobody.
    arm.add("job", dependent("gone", on(&["coming"]))).await;
    arm.add("job", dependent("stays", on(&["coming"]))).await;
    delete("gone").await;
    arm.run("job", task("coming", "/bin/true")).await;
    arm.task_in("job", "stays", "completed").await;
}

pub(crate) async fn a_job_ends_when_all_its_dependents_have_run(arm: &Arm) {
    arm.ready(pool("pool", 1), "other").await;
    arm.batch
        .create_job(depending_job("job"), &request())
        .await
        .unwrap();
    arm.add("job", dependent("c", on(&["b"]))).await;
    arm.add("job", dependent("b", on(&["a"]))).await;
    arm.add("job", task("a", "/bin/sh -c 'sleep 5'")).await;
    let update = BatchJobUpdateOptions {
        on_all_tasks_complete: Some(BatchAllTasksCompleteMode::TerminateJob),
        ..BatchJobUpdateOptions::default()
    };
    arm.batch
        .update_job(&job_id("job"), update, &request())
        .await
        .unwrap();
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    let last = arm.task("job", "c").await.execution_info.unwrap();
    assert_eq!(last.exit_code, Some(0));
}

pub(crate) async fn dependencies_are_checked(arm: &Arm) {
    ready(arm).await;
    let shown = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(shown.uses_task_dependencies, Some(true));
    let shown = arm.batch.get_job(&job_id("other"), &request()).await.unwrap();
    assert_eq!(shown.uses_task_dependencies, Some(false));
    let add = async |job: &str, options| arm.batch.create_task(&job_id(job), options, &request()).await;
    let error = refused(
        add("other", dependent("t", on(&["a"]))).await,
        &ErrorCode::UnsupportedProperty,
    );
    assert_eq!(error.detail("PropertyName"), Some("dependsOn"));
    let error = refused(
        add("job", dependent("t", on(&["a b"]))).await,
        &ErrorCode::InvalidPropertyValue,
    );
    assert_eq!(error.detail("PropertyName"), Some("dependsOn.taskIds"));
    let error = refused(
        add("job", dependent("t", on_range(2, 1))).await,
        &ErrorCode::InvalidPropertyValue,
    );
    assert_eq!(error.detail("PropertyName"), Some("dependsOn.taskIdRanges"));
    let longest = "x".repeat(64);
    let mut ids = vec![longest.as_str(); 1_000];
    add("job", dependent("t", on(&ids))).await.unwrap();
    ids.push("y");
    let error = refused(
        add("job", dependent("u", on(&ids))).await,
        &ErrorCode::TaskDependencyListTooLong,
    );
    assert_eq!(error.status(), 400);
    let ranges = BatchTaskDependencies {
        task_id_ranges: vec![
            BatchTaskIdRange {
                start: 1_000_000,
                end: 1_000_000
            };
            5_000
        ],
        ..BatchTaskDependencies::default()
    };
    refused(
        add("job", dependent("v", ranges)).await,
        &ErrorCode::TaskDependencyRangesTooLong,
    );
    let mut action = task("w", "/bin/true");
    action.exit_conditions = Some(ExitConditions {
        default: Some(ExitOptions {
            dependency_action: Some(DependencyAction::Satisfy),
            ..ExitOptions::default()
        }),
        ..ExitConditions::default()
    });
    let error = refused(add("other", action).await, &ErrorCode::InvalidPropertyValue);
    assert_eq!(error.detail("PropertyName"), Some("dependencyAction"));
}
