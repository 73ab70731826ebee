//! Multi-instance tasks: several nodes at once, coordinated, ended and tried again as one.

use batchite_api::batch::{
    BatchJobCreateOptions, BatchJobPreparationTask, BatchNodeRebootOptions, BatchPoolCreateOptions,
    BatchSubtask, BatchTaskConstraints, BatchTaskCreateOptions, MultiInstanceSettings, ResourceFile,
};
use batchite_api::error::ErrorCode;
use batchite_api::time::TimeSpan;

use crate::arms::{Arm, all, job, job_id, node_id, pool, pool_id, refused, request, task, task_id};
use crate::resource_files::{by_url, upload};

/// A pool whose nodes speak to each other.
fn cluster(nodes: i32) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        enable_inter_node_communication: Some(true),
        ..pool("pool", nodes)
    }
}

fn on_nodes(id: &str, instances: i32, coordination: &str, command_line: &str) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        multi_instance_settings: Some(MultiInstanceSettings {
            number_of_instances: Some(instances),
            coordination_command_line: coordination.into(),
            common_resource_files: Vec::new(),
        }),
        ..task(id, command_line)
    }
}

impl Arm {
    async fn subtasks(&self, task: &str) -> Vec<BatchSubtask> {
        let list = self
            .batch
            .list_subtasks(&job_id("job"), &task_id(task), &all())
            .await;
        list.unwrap().items
    }

    async fn shown(&self, at: usize, path: &str) -> String {
        let node = node_id(&self.nodes("pool").await[at]);
        let file = self
            .batch
            .download_node_file(&pool_id("pool"), &node, path, None, &request())
            .await;
        let bytes = file.unwrap().body.collect(1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    async fn idle(&self) -> usize {
        let nodes = self.nodes("pool").await;
        nodes.iter().filter(|node| node.state.as_str() == "idle").count()
    }
}

pub(crate) async fn all_nodes_coordinate_before_the_primary_runs(arm: &Arm) {
    arm.ready(cluster(3), "job").await;
    let coordination = "/bin/sh -c 'sleep 30; echo coordinated'";
    arm.add(
        "job",
        on_nodes("t", 3, coordination, "/bin/sh -c 'sleep 30; echo done'"),
    )
    .await;
    arm.task_in("job", "t", "running").await;
    assert_eq!(arm.idle().await, 0, "it has all three nodes");
    for part in arm.subtasks("t").await {
        assert_eq!(part.state.unwrap().as_str(), "running");
        assert!(part.start_time.is_some() && part.end_time.is_none() && part.result.is_none());
    }
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(arm.stdout("job", "t").await, "coordinated\ndone\n");
    let info = done.execution_info.unwrap();
    assert_eq!(info.exit_code, Some(0));
    let took = info.end_time.unwrap() - info.start_time.unwrap();
    assert!(took >= TimeSpan::from_seconds(60), "one after the other");
    let settings = done.multi_instance_settings.unwrap();
    assert_eq!(settings.number_of_instances, Some(3));
    let parts = arm.subtasks("t").await;
    assert_eq!(
        parts.iter().map(|part| part.id.unwrap()).collect::<Vec<_>>(),
        [1, 2]
    );
    let mut nodes = vec![done.node_info.unwrap().node_id.unwrap()];
    for part in parts {
        assert_eq!(part.state.unwrap().as_str(), "completed");
        assert_eq!(part.previous_state.unwrap().as_str(), "running");
        assert_eq!(
            (part.exit_code, part.result.unwrap().as_str()),
            (Some(0), "success")
        );
        assert_eq!(part.end_time, info.end_time);
        let place = part.node_info.unwrap();
        assert_eq!(
            place.task_root_directory.as_deref(),
            Some("workitems/job/job-1/t")
        );
        nodes.push(place.node_id.unwrap());
    }
    nodes.sort();
    nodes.dedup();
    assert_eq!((nodes.len(), arm.idle().await), (3, 3));
    let parts = arm.nodes("pool").await;
    let mut parts: Vec<_> = parts.iter().map(|node| node.recent_tasks[0].subtask_id).collect();
    parts.sort();
    assert_eq!(parts, [Some(0), Some(1), Some(2)]);
}

pub(crate) async fn every_node_has_the_common_files_and_the_names_of_all(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    upload(arm, &[("common", "for all\n")]).await;
    let coordination = "/bin/sh -c 'cat $AZ_BATCH_TASK_SHARED_DIR/common; env > ../env'";
    let mut options = on_nodes("t", 2, coordination, "/bin/sh -c 'echo primary'");
    options
        .multi_instance_settings
        .as_mut()
        .unwrap()
        .common_resource_files = vec![by_url(arm, "common", "common", TimeSpan::from_hours(1))];
    let done = arm.run("job", options).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    let primary = done.node_info.unwrap().node_id.unwrap();
    let nodes = arm.nodes("pool").await;
    let first = nodes.iter().find(|node| node.id == primary).unwrap();
    let other = nodes.iter().find(|node| node.id != primary).unwrap();
    let (one, two) = (&first.ip_address, &other.ip_address);
    for (at, node) in nodes.iter().enumerate() {
        let output = arm.shown(at, "workitems/job/job-1/t/stdout.txt").await;
        let is_primary = node.id == primary;
        assert_eq!(
            output,
            if is_primary {
                "for all\nprimary\n"
            } else {
                "for all\n"
            }
        );
        let environment = arm.shown(at, "workitems/job/job-1/t/env").await;
        for line in [
            format!("AZ_BATCH_HOST_LIST={one},{two}\n"),
            format!("AZ_BATCH_NODE_LIST={one};{two}\n"),
            format!("AZ_BATCH_MASTER_NODE={one}:6000\n"),
            format!("AZ_BATCH_IS_CURRENT_NODE_MASTER={is_primary}\n"),
            format!("CCP_NODES=2 {one} 2 {two} 2\n"),
            format!("AZ_BATCH_NODE_ID={}\n", node.id),
        ] {
            assert!(environment.contains(&line), "{line} in {environment}");
        }
    }
}

pub(crate) async fn the_primary_alone_has_its_files_and_has_them_after_coordination(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    upload(arm, &[("own", "for the primary\n")]).await;
    let coordination =
        "/bin/sh -c 'if [ -e $AZ_BATCH_TASK_WORKING_DIR/own ]; then exit 9; fi; echo none yet'";
    let options = BatchTaskCreateOptions {
        resource_files: vec![by_url(arm, "own", "own", TimeSpan::from_hours(1))],
        ..on_nodes("t", 2, coordination, "/bin/sh -c 'cat own'")
    };
    let done = arm.run("job", options).await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    let primary = done.node_info.unwrap().node_id.unwrap();
    let directory = "workitems/job/job-1/t";
    for (at, node) in arm.nodes("pool").await.iter().enumerate() {
        let output = arm.shown(at, &format!("{directory}/stdout.txt")).await;
        if node.id == primary {
            assert_eq!(output, "none yet\nfor the primary\n");
        } else {
            assert_eq!(output, "none yet\n");
            let path = format!("{directory}/wd/own");
            let file = arm
                .batch
                .download_node_file(&pool_id("pool"), &node_id(node), &path, None, &request())
                .await;
            refused(file, &ErrorCode::FileNotFound);
        }
    }
}

pub(crate) async fn there_is_one_instance_unless_it_is_said(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    let mut options = on_nodes("t", 1, "/bin/true", "/bin/sh -c 'echo $AZ_BATCH_NODE_LIST'");
    options
        .multi_instance_settings
        .as_mut()
        .unwrap()
        .number_of_instances = None;
    let done = arm.run("job", options).await;
    let settings = done.multi_instance_settings.unwrap();
    assert_eq!(settings.number_of_instances, Some(1));
    assert_eq!(arm.subtasks("t").await, []);
    let node = done.node_info.unwrap().node_id;
    let nodes = arm.nodes("pool").await;
    let node = nodes
        .iter()
        .find(|other| Some(&other.id) == node.as_ref())
        .unwrap();
    assert_eq!(arm.stdout("job", "t").await, format!("{}\n", node.ip_address));
}

pub(crate) async fn a_part_that_fails_fails_the_task_and_all_is_tried_again(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    let coordination = "/bin/sh -c 'test $AZ_BATCH_IS_CURRENT_NODE_MASTER = true || exit 7; sleep 600'";
    let mut options = on_nodes("t", 2, coordination, "/bin/sh -c 'echo never'");
    options.constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(2),
        ..BatchTaskConstraints::default()
    });
    let before = arm.clock.now();
    let done = arm.run("job", options).await;
    let info = done.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (Some(7), 2));
    assert_eq!(
        info.failure_info.unwrap().code.as_deref(),
        Some("FailureExitCode")
    );
    let waited = arm.clock.now() - before;
    assert!(
        waited < TimeSpan::from_seconds(600),
        "nobody waits for the others"
    );
    let part = arm.subtasks("t").await.remove(0);
    assert_eq!(
        (part.exit_code, part.result.unwrap().as_str()),
        (Some(7), "failure")
    );
    assert_eq!(arm.idle().await, 2);
    let node = arm.nodes("pool").await.remove(0);
    assert_eq!((node.total_tasks_run, node.total_tasks_succeeded), (3, Some(0)));
    // The primary's own failure counts like that of any task, and its parts have done their share.
    let done = arm
        .run("job", on_nodes("u", 2, "/bin/true", "/bin/sh -c 'exit 3'"))
        .await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(3));
    assert_eq!(arm.subtasks("u").await[0].exit_code, Some(0));
}

pub(crate) async fn without_the_right_pool_it_waits_and_holds_back_nobody(arm: &Arm) {
    arm.ready(pool("pool", 2), "job").await;
    arm.add("job", on_nodes("apart", 2, "/bin/true", "/bin/true"))
        .await;
    arm.run("job", task("behind", "/bin/true")).await;
    assert_eq!(arm.task("job", "apart").await.state.as_str(), "active");
    let mut slots = cluster(2);
    "slots".clone_into(&mut slots.id);
    slots.task_slots_per_node = Some(2);
    let mut few = cluster(1);
    "few".clone_into(&mut few.id);
    for options in [slots, few] {
        let id = options.id.clone();
        arm.batch.create_pool(options, &request()).await.unwrap();
        arm.batch
            .create_job(job(&format!("on-{id}"), &id), &request())
            .await
            .unwrap();
        arm.add(&format!("on-{id}"), on_nodes("t", 2, "/bin/true", "/bin/true"))
            .await;
        arm.run(&format!("on-{id}"), task("behind", "/bin/true")).await;
        let waits = arm.task(&format!("on-{id}"), "t").await;
        assert_eq!((waits.state.as_str(), waits.node_info), ("active", None), "{id}");
    }
    assert_eq!(arm.subtasks("apart").await, []);
}

pub(crate) async fn nodes_that_fall_free_are_kept_for_it(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    arm.add("job", task("long", "/bin/sh -c 'sleep 100'")).await;
    arm.add("job", task("short", "/bin/sh -c 'sleep 10'")).await;
    arm.task_in("job", "short", "running").await;
    arm.add("job", on_nodes("both", 2, "/bin/true", "/bin/true"))
        .await;
    arm.add("job", task("behind", "/bin/sh -c 'sleep 1000'")).await;
    arm.task_in("job", "short", "completed").await;
    // One node is free, and neither of the waiting tasks gets it.
    assert_eq!(arm.task("job", "behind").await.state.as_str(), "active");
    assert_eq!(arm.idle().await, 1);
    arm.task_in("job", "both", "completed").await;
    assert_ne!(arm.task("job", "behind").await.state.as_str(), "completed");
    arm.task_in("job", "behind", "running").await;
    // When nothing waits for the nodes any more, those behind go ahead.
    arm.add("job", on_nodes("again", 2, "/bin/true", "/bin/true"))
        .await;
    arm.add("job", task("last", "/bin/true")).await;
    arm.clock.sleep(TimeSpan::from_seconds(60)).await;
    assert_eq!(arm.task("job", "last").await.state.as_str(), "active");
    arm.batch
        .terminate_task(&job_id("job"), &task_id("again"), &request())
        .await
        .unwrap();
    arm.task_in("job", "last", "completed").await;
    assert_eq!(arm.task("job", "behind").await.state.as_str(), "running");
}

pub(crate) async fn it_ends_everywhere_at_once(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    arm.add("job", on_nodes("t", 2, "/bin/true", "/bin/sh -c 'sleep 600'"))
        .await;
    arm.task_in("job", "t", "running").await;
    arm.batch
        .terminate_task(&job_id("job"), &task_id("t"), &request())
        .await
        .unwrap();
    let info = arm.task("job", "t").await.execution_info.unwrap();
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    assert_eq!(
        arm.subtasks("t").await[0].state.clone().unwrap().as_str(),
        "completed"
    );
    assert_eq!(arm.idle().await, 2);
    let mut limited = on_nodes("u", 2, "/bin/sh -c 'sleep 600'", "/bin/true");
    limited.constraints = Some(BatchTaskConstraints {
        max_wall_clock_time: Some(TimeSpan::from_minutes(1)),
        ..BatchTaskConstraints::default()
    });
    let info = arm.run("job", limited).await.execution_info.unwrap();
    assert_eq!(info.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    let part = arm.subtasks("u").await.remove(0);
    assert_eq!(part.failure_info.unwrap().code.as_deref(), Some("TaskEnded"));
    // A deleted task leaves no files on any of its nodes.
    arm.batch
        .delete_task(&job_id("job"), &task_id("t"), &request())
        .await
        .unwrap();
    arm.clock.sleep(TimeSpan::from_seconds(1)).await;
    for node in arm.nodes("pool").await {
        let path = "workitems/job/job-1/t/stdout.txt";
        let file = arm
            .batch
            .download_node_file(&pool_id("pool"), &node_id(&node), path, None, &request())
            .await;
        refused(file, &ErrorCode::FileNotFound);
    }
}

pub(crate) async fn a_node_that_goes_takes_all_parts_back(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    arm.add("job", on_nodes("t", 2, "/bin/true", "/bin/sh -c 'sleep 60'"))
        .await;
    let running = arm.task_in("job", "t", "running").await;
    let primary = running.node_info.unwrap().node_id.unwrap();
    let nodes = arm.nodes("pool").await;
    let other = nodes.iter().find(|node| node.id != primary).unwrap();
    arm.batch
        .reboot_node(
            &pool_id("pool"),
            &node_id(other),
            BatchNodeRebootOptions::default(),
            &request(),
        )
        .await
        .unwrap();
    let done = arm.task_in("job", "t", "completed").await.execution_info.unwrap();
    assert_eq!(
        (done.exit_code, done.requeue_count, done.retry_count),
        (Some(0), 1, 0)
    );
}

pub(crate) async fn all_its_nodes_are_prepared_first(arm: &Arm) {
    arm.ready(cluster(2), "other").await;
    let options = BatchJobCreateOptions {
        job_preparation_task: Some(BatchJobPreparationTask {
            command_line: "/bin/sh -c 'sleep 30; echo ready > $AZ_BATCH_NODE_SHARED_DIR/ready'".into(),
            ..BatchJobPreparationTask::default()
        }),
        ..job("job", "pool")
    };
    arm.batch.create_job(options, &request()).await.unwrap();
    let coordination = "/bin/sh -c 'cat $AZ_BATCH_NODE_SHARED_DIR/ready'";
    arm.add("job", on_nodes("t", 2, coordination, "/bin/true")).await;
    arm.task_in("job", "t", "preparing").await;
    let part = arm.subtasks("t").await.remove(0);
    assert_eq!(
        (part.state.unwrap().as_str(), part.start_time),
        ("preparing", None)
    );
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    let part = arm.subtasks("t").await.remove(0);
    assert_eq!(part.exit_code, Some(0));
}

pub(crate) async fn settings_that_make_no_sense_are_refused(arm: &Arm) {
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    let refuse = async |options: BatchTaskCreateOptions, code: ErrorCode, property: &str| {
        let result = arm.batch.create_task(&job_id("job"), options, &request()).await;
        let error = refused(result, &code);
        assert_eq!(error.detail("PropertyName"), Some(property));
    };
    let none = on_nodes("t", 0, "x", "x");
    refuse(none, ErrorCode::InvalidPropertyValue, "numberOfInstances").await;
    let silent = on_nodes("t", 2, " ", "x");
    refuse(
        silent,
        ErrorCode::MissingRequiredProperty,
        "coordinationCommandLine",
    )
    .await;
    let mut wide = on_nodes("t", 2, "x", "x");
    wide.required_slots = Some(2);
    refuse(wide, ErrorCode::InvalidPropertyValue, "requiredSlots").await;
    let mut files = on_nodes("t", 2, "x", "x");
    files
        .multi_instance_settings
        .as_mut()
        .unwrap()
        .common_resource_files = vec![ResourceFile::default()];
    refuse(files, ErrorCode::InvalidPropertyValue, "resourceFiles").await;
}

pub(crate) async fn what_coordination_leaves_running_serves_until_the_task_ends(arm: &Arm) {
    arm.ready(cluster(2), "job").await;
    let coordination = "/bin/sh -c '(sleep 60; echo served > served; sleep 600; echo late > late) & echo up'";
    let primary = "/bin/sh -c 'sleep 120; cat served'";
    arm.add("job", on_nodes("t", 2, coordination, primary)).await;
    let done = arm.task_in("job", "t", "completed").await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.stdout("job", "t").await, "up\nserved\n");
    assert_eq!(arm.idle().await, 2);
    // Then it is over, on every node.
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    for at in 0..2 {
        let served = arm.shown(at, "workitems/job/job-1/t/wd/served").await;
        assert_eq!(served, "served\n");
        let node = node_id(&arm.nodes("pool").await[at]);
        let late = arm
            .batch
            .get_node_file_properties(
                &pool_id("pool"),
                &node,
                "workitems/job/job-1/t/wd/late",
                &request(),
            )
            .await;
        refused(late, &ErrorCode::FileNotFound);
    }
}
