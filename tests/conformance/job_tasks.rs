//! Job preparation and release tasks: when they run, what they see, how they fail, what is told about them.

use batchite_api::backend::{ListOptions, RequestOptions};
use batchite_api::batch::{
    BatchJobCreateOptions, BatchJobPreparationAndReleaseTaskStatus, BatchJobPreparationTask,
    BatchJobReleaseTask, BatchJobTerminateOptions, BatchNodeRebootOptions, BatchTaskConstraints,
    EnvironmentSetting, ResourceFile,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{
    Arm, all, job, job_id, node_id, pool, pool_id, refused, request, resize_to, task, task_id,
};

fn preparation(command_line: &str) -> BatchJobPreparationTask {
    BatchJobPreparationTask {
        command_line: command_line.into(),
        ..BatchJobPreparationTask::default()
    }
}

fn release(command_line: &str) -> BatchJobReleaseTask {
    BatchJobReleaseTask {
        command_line: command_line.into(),
        ..BatchJobReleaseTask::default()
    }
}

pub(crate) fn with_both(before: &str, after: &str) -> BatchJobCreateOptions {
    BatchJobCreateOptions {
        job_preparation_task: Some(preparation(before)),
        job_release_task: Some(release(after)),
        ..job("job", "pool")
    }
}

impl Arm {
    /// A pool of idle nodes and this job on it.
    pub(crate) async fn with_job(&self, nodes: i32, options: BatchJobCreateOptions) {
        self.ready(pool("pool", nodes), "other").await;
        self.batch.create_job(options, &request()).await.unwrap();
    }

    pub(crate) async fn status(&self, options: &ListOptions) -> Vec<BatchJobPreparationAndReleaseTaskStatus> {
        let page = self
            .batch
            .list_job_preparation_and_release_task_status(&job_id("job"), options)
            .await;
        page.unwrap().items
    }

    pub(crate) async fn node_file(&self, at: usize, path: &str) -> String {
        let node = node_id(&self.nodes("pool").await[at]);
        let file = self
            .batch
            .download_node_file(&pool_id("pool"), &node, path, None, &request())
            .await;
        let bytes = file.unwrap().body.collect(1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    async fn end_job(&self) {
        let end = BatchJobTerminateOptions::default();
        self.batch
            .terminate_job(&job_id("job"), end, &request())
            .await
            .unwrap();
        self.until(async || self.job_state("job").await == "completed")
            .await;
    }
}

pub(crate) async fn a_node_is_prepared_once_before_its_first_task(arm: &Arm) {
    let options = with_both("/bin/sh -c 'sleep 30; echo data > data'", "/bin/true");
    arm.with_job(1, options).await;
    let read = "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_DIR/wd/data'";
    arm.add("job", task("first", read)).await;
    let waiting = arm.task_in("job", "first", "preparing").await;
    let info = waiting.execution_info.unwrap();
    assert_eq!((info.start_time, info.exit_code), (None, None));
    assert!(waiting.node_info.is_some_and(|node| node.node_id.is_some()));
    let counts = arm
        .batch
        .get_job_task_counts(&job_id("job"), &request())
        .await
        .unwrap();
    assert_eq!(
        (counts.task_counts.active, counts.task_counts.running),
        (0, 1),
        "a task that is prepared counts as running"
    );
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "running");
    assert_eq!(
        arm.status(&all()).await[0]
            .job_preparation_task_execution_info
            .as_ref()
            .unwrap()
            .state
            .as_str(),
        "running"
    );
    let done = arm.task_in("job", "first", "completed").await;
    assert_eq!(done.previous_state.unwrap().as_str(), "running");
    assert_eq!(arm.stdout("job", "first").await, "data\n");
    assert_eq!(
        arm.run("job", task("second", read)).await.state.as_str(),
        "completed"
    );
}

pub(crate) async fn what_it_did_is_told_node_by_node(arm: &Arm) {
    let mut options = with_both(
        "/bin/sh -c 'sleep 30; echo $AZ_BATCH_TASK_ID for $WHO; echo data > data; env > ../env.txt'",
        "/bin/sh -c 'cat $AZ_BATCH_JOB_PREP_WORKING_DIR/data; echo $AZ_BATCH_TASK_ID'",
    );
    options.common_environment_settings = vec![EnvironmentSetting {
        name: "WHO".to_owned(),
        value: Some("everybody".into()),
    }];
    arm.with_job(1, options).await;
    arm.run("job", task("t", "/bin/true")).await;
    let status = arm.status(&all()).await;
    assert_eq!(status.len(), 1);
    let info = status[0].job_preparation_task_execution_info.clone().unwrap();
    assert_eq!(
        (info.state.as_str(), info.exit_code, info.retry_count),
        ("completed", Some(0), 0)
    );
    assert_eq!(info.result.unwrap().as_str(), "success");
    assert!(info.end_time.unwrap() - info.start_time >= TimeSpan::from_seconds(30));
    let directory = "workitems/job/job-1/jobpreparation";
    assert_eq!(info.task_root_directory.as_deref(), Some(directory));
    assert!(
        info.task_root_directory_url
            .unwrap()
            .ends_with(&format!("/files/{directory}"))
    );
    assert!(status[0].job_release_task_execution_info.is_none());
    assert_eq!(
        arm.node_file(0, &format!("{directory}/stdout.txt")).await,
        "jobpreparation for everybody\n"
    );
    let environment = arm.node_file(0, &format!("{directory}/env.txt")).await;
    assert!(environment.contains("AZ_BATCH_JOB_ID=job\n"), "{environment}");
    assert!(!environment.contains("AZ_BATCH_JOB_PREP_DIR"), "{environment}");
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!((node.total_tasks_run, node.recent_tasks.len()), (1, 1));
    arm.end_job().await;
    assert_eq!(
        arm.node_file(0, "workitems/job/job-1/jobrelease/stdout.txt")
            .await,
        "data\njobrelease\n"
    );
}

pub(crate) async fn what_is_not_given_is_filled_in(arm: &Arm) {
    arm.with_job(0, with_both("prepare", "release")).await;
    let model = arm.batch.get_job(&job_id("job"), &request()).await.unwrap();
    let (before, after) = (
        model.job_preparation_task.unwrap(),
        model.job_release_task.unwrap(),
    );
    assert_eq!(before.id.as_deref(), Some("jobpreparation"));
    assert_eq!(before.wait_for_success, Some(true));
    assert_eq!(before.rerun_on_node_reboot_after_success, Some(true));
    let constraints = before.constraints.unwrap();
    assert_eq!(constraints.max_task_retry_count, Some(0));
    assert_eq!(constraints.retention_time, Some(TimeSpan::from_days(7)));
    assert!(constraints.max_wall_clock_time.unwrap().is_infinite());
    assert_eq!(after.id.as_deref(), Some("jobrelease"));
    assert_eq!(after.max_wall_clock_time, Some(TimeSpan::from_minutes(15)));
    assert_eq!(after.retention_time, Some(TimeSpan::from_days(7)));
    assert_eq!(arm.status(&all()).await, [], "no node has come to it yet");
}

pub(crate) async fn a_failing_preparation_sends_the_task_elsewhere(arm: &Arm) {
    // It succeeds only where a mark was left before.
    let mut options = with_both("/bin/sh -c 'test -e $AZ_BATCH_NODE_SHARED_DIR/good'", "/bin/true");
    options.job_preparation_task.as_mut().unwrap().constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(2),
        ..BatchTaskConstraints::default()
    });
    arm.with_job(2, options).await;
    let mark = arm
        .run(
            "other",
            task("mark", "/bin/sh -c 'touch $AZ_BATCH_NODE_SHARED_DIR/good'"),
        )
        .await;
    let good = mark.node_info.unwrap().node_id.unwrap();
    // The good node is busy, so that the task has to try the other one first.
    arm.add("other", {
        let mut busy = task("busy", "/bin/sh -c 'sleep 60'");
        busy.affinity_info = Some(batchite_api::batch::BatchAffinityInfo {
            affinity_id: format!("TVM:{good}"),
        });
        busy
    })
    .await;
    arm.task_in("other", "busy", "running").await;
    let done = arm.run("job", task("t", "/bin/true")).await;
    assert_eq!(done.node_info.unwrap().node_id.unwrap(), good);
    let info = done.execution_info.unwrap();
    assert_eq!((info.retry_count, info.requeue_count), (0, 0));
    let failed = ListOptions::filtered("jobPreparationTaskExecutionInfo/result eq 'failure'".to_owned());
    let failed = arm.status(&failed).await;
    assert_eq!(failed.len(), 1);
    assert_ne!(failed[0].node_id.as_deref(), Some(good.as_str()));
    let info = failed[0].job_preparation_task_execution_info.clone().unwrap();
    assert_eq!((info.retry_count, info.exit_code), (2, Some(1)));
    assert_eq!(
        info.failure_info.unwrap().code.as_deref(),
        Some("FailureExitCode")
    );
    assert!(info.last_retry_time.is_some());
    // The node that failed takes the tasks of other jobs.
    let mut elsewhere = task("elsewhere", "/bin/true");
    elsewhere.affinity_info = Some(batchite_api::batch::BatchAffinityInfo {
        affinity_id: format!("TVM:{}", failed[0].node_id.as_deref().unwrap()),
    });
    let ran = arm.run("other", elsewhere).await.node_info.unwrap();
    assert_eq!(ran.node_id, failed[0].node_id);
}

pub(crate) async fn without_any_prepared_node_tasks_wait(arm: &Arm) {
    let mut options = with_both("/bin/sh -c 'exit 1'", "/bin/true");
    options.job_preparation_task.as_mut().unwrap().resource_files = vec![ResourceFile {
        http_url: Some("http://127.0.0.1:10000/devstoreaccount1/none/blob?sig=x".into()),
        file_path: Some("blob".to_owned()),
        ..ResourceFile::default()
    }];
    arm.with_job(1, options).await;
    arm.add("job", task("t", "/bin/true")).await;
    let ended = async || {
        let status = arm.status(&all()).await;
        let info = status
            .first()
            .and_then(|status| status.job_preparation_task_execution_info.clone());
        info.is_some_and(|info| info.state.as_str() == "completed")
    };
    arm.until(ended).await;
    let waiting = arm.task("job", "t").await;
    assert_eq!(waiting.state.as_str(), "active");
    assert_eq!(waiting.previous_state.unwrap().as_str(), "preparing");
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "idle");
    let info = arm.status(&all()).await[0]
        .job_preparation_task_execution_info
        .clone()
        .unwrap();
    assert_eq!(info.exit_code, None, "its files never came, so it did not run");
    // A reboot gives the node another chance, and another failure.
    let node = node_id(&arm.nodes("pool").await[0]);
    arm.batch
        .reboot_node(
            &pool_id("pool"),
            &node,
            BatchNodeRebootOptions::default(),
            &request(),
        )
        .await
        .unwrap();
    let again = async || {
        let status = arm.status(&all()).await;
        let later = status[0].job_preparation_task_execution_info.clone().unwrap();
        later.start_time > info.start_time && later.end_time.is_some()
    };
    arm.until(again).await;
}

pub(crate) async fn without_waiting_for_success_tasks_run_alongside(arm: &Arm) {
    let mut options = with_both("/bin/sh -c 'sleep 60; exit 1'", "/bin/true");
    options.job_preparation_task.as_mut().unwrap().wait_for_success = Some(false);
    arm.with_job(1, options).await;
    let done = arm.run("job", task("t", "/bin/true")).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    let status = arm.status(&all()).await;
    let info = status[0].job_preparation_task_execution_info.clone().unwrap();
    assert_eq!((info.state.as_str(), info.result), ("running", None));
    assert_eq!(
        arm.nodes("pool").await[0].state.as_str(),
        "running",
        "the preparation task keeps the node busy"
    );
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
    let done = arm.run("job", task("after", "/bin/true")).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
}

pub(crate) async fn a_preparation_task_can_run_out_of_time(arm: &Arm) {
    let mut options = with_both("/bin/sh -c 'sleep 600'", "/bin/true");
    options.job_preparation_task.as_mut().unwrap().constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(3),
        max_wall_clock_time: Some(TimeSpan::from_minutes(2)),
        ..BatchTaskConstraints::default()
    });
    arm.with_job(1, options).await;
    arm.add("job", task("t", "/bin/true")).await;
    arm.task_in("job", "t", "preparing").await;
    arm.task_in("job", "t", "active").await;
    let info = arm.status(&all()).await[0]
        .job_preparation_task_execution_info
        .clone()
        .unwrap();
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    assert_eq!(
        info.end_time.unwrap() - info.start_time,
        TimeSpan::from_minutes(2)
    );
    assert_eq!(info.retry_count, 0, "a limit is no exit code");
}

pub(crate) async fn a_preparing_task_can_be_terminated_and_requeued(arm: &Arm) {
    arm.with_job(1, with_both("/bin/sh -c 'sleep 60'", "/bin/true"))
        .await;
    arm.add("job", task("t", "/bin/true")).await;
    arm.task_in("job", "t", "preparing").await;
    arm.batch
        .terminate_task(&job_id("job"), &task_id("t"), &request())
        .await
        .unwrap();
    let ended = arm.task("job", "t").await.execution_info.unwrap();
    assert_eq!(ended.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    assert_eq!((ended.start_time, ended.exit_code), (None, None));
    // A later task waits for the preparation that is under way.
    arm.add("job", task("u", "/bin/true")).await;
    arm.task_in("job", "u", "preparing").await;
    let disable = batchite_api::batch::BatchJobDisableOptions {
        disable_tasks: batchite_api::batch::DisableBatchJobOption::Requeue,
    };
    arm.batch
        .disable_job(&job_id("job"), disable, &request())
        .await
        .unwrap();
    let requeued = arm.task("job", "u").await;
    assert_eq!(requeued.state.as_str(), "active");
    assert_eq!(requeued.execution_info.unwrap().requeue_count, 1);
    arm.until(async || arm.job_state("job").await == "disabled").await;
    arm.batch.enable_job(&job_id("job"), &request()).await.unwrap();
    let done = arm.task_in("job", "u", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
}

pub(crate) async fn every_prepared_node_is_released_when_the_job_ends(arm: &Arm) {
    arm.with_job(
        3,
        with_both("/bin/true", "/bin/sh -c 'sleep 60; echo released; exit 9'"),
    )
    .await;
    for name in ["a", "b"] {
        arm.add("job", task(name, "/bin/sh -c 'sleep 5'")).await;
    }
    for name in ["a", "b"] {
        arm.task_in("job", name, "completed").await;
    }
    let end = BatchJobTerminateOptions::default();
    arm.batch
        .terminate_job(&job_id("job"), end, &request())
        .await
        .unwrap();
    arm.until(async || {
        let running = ListOptions::filtered("jobReleaseTaskExecutionInfo/state eq 'running'".to_owned());
        arm.status(&running).await.len() == 2
    })
    .await;
    assert_eq!(
        arm.job_state("job").await,
        "terminating",
        "it waits for its release tasks"
    );
    let running = arm.nodes("pool").await;
    let running = running.iter().filter(|node| node.state.as_str() == "running");
    assert!(running.clone().all(|node| node.running_tasks_count == Some(0)));
    assert_eq!(running.count(), 2, "only where the job was prepared");
    arm.until(async || arm.job_state("job").await == "completed")
        .await;
    for status in arm.status(&all()).await {
        let info = status.job_release_task_execution_info.unwrap();
        assert_eq!((info.state.as_str(), info.exit_code), ("completed", Some(9)));
        assert_eq!(info.result.unwrap().as_str(), "failure");
    }
    // Deleting the job does not release its nodes a second time, so it is gone at once.
    let before = arm.clock.now();
    arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
    let gone = async || arm.batch.get_job(&job_id("job"), &request()).await.is_err();
    arm.until(gone).await;
    assert!(arm.clock.now() - before < TimeSpan::from_seconds(60));
}

pub(crate) async fn deleting_a_job_releases_its_nodes_too(arm: &Arm) {
    let after = "/bin/sh -c 'sleep 60; echo released > $AZ_BATCH_NODE_SHARED_DIR/released'";
    arm.with_job(1, with_both("/bin/true", after)).await;
    arm.run("job", task("t", "/bin/true")).await;
    let before = arm.clock.now();
    arm.batch.delete_job(&job_id("job"), &request()).await.unwrap();
    assert_eq!(arm.job_state("job").await, "deleting");
    let gone = async || arm.batch.get_job(&job_id("job"), &request()).await.is_err();
    arm.until(gone).await;
    assert!(arm.clock.now() - before >= TimeSpan::from_seconds(60));
    assert_eq!(arm.node_file(0, "shared/released").await, "released\n");
}

pub(crate) async fn a_release_task_has_limited_time(arm: &Arm) {
    let mut options = with_both("/bin/true", "/bin/sh -c 'sleep 86400'");
    options.job_release_task.as_mut().unwrap().max_wall_clock_time = Some(TimeSpan::from_minutes(3));
    arm.with_job(1, options).await;
    arm.run("job", task("t", "/bin/true")).await;
    arm.end_job().await;
    let info = arm.status(&all()).await[0]
        .job_release_task_execution_info
        .clone()
        .unwrap();
    assert_eq!(
        info.end_time.unwrap() - info.start_time,
        TimeSpan::from_minutes(3)
    );
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    arm.until(async || arm.nodes("pool").await[0].state.as_str() == "idle")
        .await;
}

pub(crate) async fn nodes_that_are_gone_stay_in_the_list(arm: &Arm) {
    arm.with_job(2, with_both("/bin/true", "/bin/true")).await;
    for name in ["a", "b"] {
        arm.add("job", task(name, "/bin/sh -c 'sleep 5'")).await;
    }
    for name in ["a", "b"] {
        arm.task_in("job", name, "completed").await;
    }
    let resize = resize_to(1);
    arm.batch
        .resize_pool(&pool_id("pool"), resize, &request())
        .await
        .unwrap();
    arm.until(async || arm.nodes("pool").await.len() == 1).await;
    arm.end_job().await;
    let status = arm.status(&all()).await;
    assert_eq!(status.len(), 2);
    let here = arm.nodes("pool").await[0].id.clone();
    for status in status {
        let released = status.job_release_task_execution_info.is_some();
        assert_eq!(released, status.node_id.as_deref() == Some(&here));
    }
    // Pages and selections.
    let one = ListOptions {
        max_results: Some(1),
        select: Some("nodeId,poolId".to_owned()),
        ..all()
    };
    let list = |options: ListOptions| async move {
        arm.batch
            .list_job_preparation_and_release_task_status(&job_id("job"), &options)
            .await
            .unwrap()
    };
    let first = list(one.clone()).await;
    assert_eq!(first.items.len(), 1);
    assert!(first.items[0].job_preparation_task_execution_info.is_none());
    let second = list(ListOptions {
        continuation: first.continuation,
        ..one
    })
    .await;
    assert_eq!((second.items.len(), second.continuation), (1, None));
    assert_ne!(second.items[0].node_id, first.items[0].node_id);
    let here = ListOptions::filtered(format!("nodeId eq '{here}'"));
    assert_eq!(arm.status(&here).await.len(), 1);
}

pub(crate) async fn their_files_end_with_their_retention_time(arm: &Arm) {
    let mut options = with_both("/bin/sh -c 'echo kept'", "/bin/true");
    options.job_preparation_task.as_mut().unwrap().constraints = Some(BatchTaskConstraints {
        retention_time: Some(TimeSpan::from_hours(1)),
        ..BatchTaskConstraints::default()
    });
    arm.with_job(1, options).await;
    arm.run("job", task("t", "/bin/true")).await;
    let path = "workitems/job/job-1/jobpreparation/stdout.txt";
    assert_eq!(arm.node_file(0, path).await, "kept\n");
    arm.clock.sleep(TimeSpan::from_hours(2)).await;
    let node = node_id(&arm.nodes("pool").await[0]);
    let file = arm
        .batch
        .download_node_file(&pool_id("pool"), &node, path, None, &request())
        .await;
    refused(file, &ErrorCode::FileNotFound);
}

pub(crate) async fn what_makes_no_sense_is_refused(arm: &Arm) {
    let refuse = async |options: BatchJobCreateOptions, code: ErrorCode| {
        refused(arm.batch.create_job(options, &request()).await, &code)
    };
    let mut options = with_both("prepare", "release");
    options.job_preparation_task = None;
    let error = refuse(options, ErrorCode::InvalidPropertyValue).await;
    assert_eq!(error.detail("PropertyName"), Some("jobReleaseTask"));
    let mut options = with_both("prepare", "release");
    options.job_release_task.as_mut().unwrap().max_wall_clock_time = Some(TimeSpan::from_minutes(16));
    let error = refuse(options, ErrorCode::InvalidPropertyValue).await;
    assert_eq!(error.detail("PropertyName"), Some("maxWallClockTime"));
    refuse(with_both("", "release"), ErrorCode::MissingRequiredProperty).await;
    refuse(with_both("prepare", " "), ErrorCode::MissingRequiredProperty).await;
    let mut options = with_both("prepare", "release");
    options.job_preparation_task.as_mut().unwrap().id = Some("no/id".to_owned());
    refuse(options, ErrorCode::InvalidPropertyValue).await;
    let mut options = with_both("prepare", "release");
    options.job_release_task.as_mut().unwrap().id = Some("JobPreparation".to_owned());
    refuse(options, ErrorCode::TaskIdSameAsJobPreparationTask).await;
    let mut options = with_both("prepare", "release");
    options.job_preparation_task.as_mut().unwrap().constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(-2),
        ..BatchTaskConstraints::default()
    });
    refuse(options, ErrorCode::InvalidPropertyValue).await;
    arm.batch
        .create_job(with_both("prepare", "release"), &request())
        .await
        .unwrap();
    let job = job_id("job");
    let clash = task("JobPreparation", "x");
    let result = arm.batch.create_task(&job, clash, &request()).await;
    let error = refused(result, &ErrorCode::TaskIdSameAsJobPreparationTask);
    assert_eq!(error.status(), 409);
    let result = arm
        .batch
        .create_task(&job, task("jobrelease", "x"), &request())
        .await;
    refused(result, &ErrorCode::TaskIdSameAsJobReleaseTask);
}

pub(crate) async fn force_does_not_wait_for_releases(arm: &Arm) {
    arm.with_job(1, with_both("/bin/true", "/bin/sh -c 'sleep 600'"))
        .await;
    arm.run("job", task("t", "/bin/true")).await;
    let job = job_id("job");
    arm.batch.delete_job(&job, &request()).await.unwrap();
    arm.clock.sleep(TimeSpan::from_minutes(1)).await;
    assert_eq!(arm.job_state("job").await, "deleting");
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "running");
    let again = arm.batch.delete_job(&job, &request()).await;
    refused(again, &ErrorCode::JobBeingDeleted);
    let forced = RequestOptions {
        force: true,
        ..request()
    };
    arm.batch.delete_job(&job, &forced).await.unwrap();
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    let gone = arm.batch.get_job(&job, &request()).await;
    refused(gone, &ErrorCode::JobNotFound);
    assert_eq!(arm.nodes("pool").await[0].state.as_str(), "idle");
    arm.run("other", task("t", "/bin/true")).await;
}
