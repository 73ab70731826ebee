//! What becomes of preparation on nodes that restart.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchJobPreparationAndReleaseTaskStatus, BatchNodeRebootOptions, BatchNodeReimageOptions,
};
use batchite_api::time::TimeSpan;
use batchite_sim::config::SimConfig;

use crate::arms::{Arm, all, node_id, pool_id, request, task};
use crate::job_tasks::with_both;

async fn reboot(arm: &Arm) {
    let node = node_id(&arm.nodes("pool").await[0]);
    let reboot = BatchNodeRebootOptions::default();
    arm.batch
        .reboot_node(&pool_id("pool"), &node, reboot, &request())
        .await
        .unwrap();
}

pub(crate) async fn reboots_prepare_a_node_again_or_not(arm: &Arm) {
    for (id, reruns) in [("again", true), ("once", false)] {
        let mut options = with_both(
            "/bin/sh -c 'echo run >> $AZ_BATCH_NODE_SHARED_DIR/$AZ_BATCH_JOB_ID'",
            "/bin/true",
        );
        id.clone_into(&mut options.id);
        options
            .job_preparation_task
            .as_mut()
            .unwrap()
            .rerun_on_node_reboot_after_success = Some(reruns);
        if reruns {
            arm.with_job(1, options).await;
        } else {
            arm.batch.create_job(options, &request()).await.unwrap();
        }
        arm.run(id, task("before", "/bin/true")).await;
    }
    reboot(arm).await;
    for id in ["again", "once"] {
        arm.run(id, task("after", "/bin/true")).await;
    }
    assert_eq!(arm.node_file(0, "shared/again").await, "run\nrun\n");
    assert_eq!(arm.node_file(0, "shared/once").await, "run\n");
}

pub(crate) async fn what_has_not_succeeded_runs_again_in_any_case(arm: &Arm) {
    // The first attempt leaves a mark and fails, the next one finds it.
    let command =
        "/bin/sh -c 'cd $AZ_BATCH_NODE_SHARED_DIR; if [ -e mark ]; then exit 0; fi; touch mark; exit 1'";
    let mut options = with_both(command, "/bin/true");
    let preparation = options.job_preparation_task.as_mut().unwrap();
    preparation.rerun_on_node_reboot_after_success = Some(false);
    arm.with_job(1, options).await;
    arm.add("job", task("t", "/bin/true")).await;
    let failed = ListOptions::filtered("jobPreparationTaskExecutionInfo/result eq 'failure'");
    arm.until(async || arm.status(&failed).await.len() == 1).await;
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    assert_eq!(arm.task("job", "t").await.state.as_str(), "active");
    reboot(arm).await;
    arm.task_in("job", "t", "completed").await;
    assert_eq!(arm.status(&failed).await, []);
}

pub(crate) async fn what_a_reboot_interrupts_runs_again_in_any_case(arm: &Arm) {
    let command = "/bin/sh -c 'echo begun >> $AZ_BATCH_NODE_SHARED_DIR/begun; sleep 60'";
    let mut options = with_both(command, "/bin/true");
    let preparation = options.job_preparation_task.as_mut().unwrap();
    preparation.rerun_on_node_reboot_after_success = Some(false);
    arm.with_job(1, options).await;
    arm.add("job", task("t", "/bin/true")).await;
    arm.task_in("job", "t", "preparing").await;
    arm.clock.sleep(TimeSpan::from_seconds(30)).await;
    reboot(arm).await;
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.node_file(0, "shared/begun").await, "begun\nbegun\n");
    // Once it has succeeded, another reboot does not run it again.
    reboot(arm).await;
    arm.run("job", task("after", "/bin/true")).await;
    assert_eq!(arm.node_file(0, "shared/begun").await, "begun\nbegun\n");
}

pub(crate) async fn a_reimaged_node_is_prepared_again_in_any_case(arm: &Arm) {
    let arm = &arm.another(SimConfig::new(1).with_reimage_allowed(true));
    let mut options = with_both("/bin/sh -c 'echo run >> ../../prepared'", "/bin/true");
    let preparation = options.job_preparation_task.as_mut().unwrap();
    preparation.rerun_on_node_reboot_after_success = Some(false);
    arm.with_job(1, options).await;
    arm.run("job", task("before", "/bin/true")).await;
    let first = arm.status(&all()).await.remove(0);
    let (node, reimage) = (
        node_id(&arm.nodes("pool").await[0]),
        BatchNodeReimageOptions::default(),
    );
    arm.batch
        .reimage_node(&pool_id("pool"), &node, reimage, &request())
        .await
        .unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    arm.run("job", task("after", "/bin/true")).await;
    let second = arm.status(&all()).await;
    assert_eq!((second.len(), &second[0].node_id), (1, &first.node_id));
    let start = |status: &BatchJobPreparationAndReleaseTaskStatus| {
        let info = status.job_preparation_task_execution_info.clone();
        info.unwrap().start_time
    };
    assert!(start(&second[0]) > start(&first), "it has run once more");
    // On a disk on which nothing was before.
    assert_eq!(arm.node_file(0, "workitems/job/job-1/prepared").await, "run\n");
}
