//! What the service tells every command in its environment.

use batchite_api::batch::{BatchNode, BatchStartTask};

use crate::arms::{Arm, job, node_id, pool, pool_id, request, task};
use crate::scheduling::at;

/// What `env` wrote to a file of a node, line by line.
async fn told(arm: &Arm, node: &BatchNode, path: &str) -> Vec<String> {
    let file = arm
        .batch
        .download_node_file(&pool_id("pool"), &node_id(node), path, None, &request())
        .await;
    let bytes = file.unwrap().body.collect(1 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What every command on a node is told.
fn everywhere(node: &BatchNode) -> Vec<String> {
    vec![
        "AZ_BATCH_ACCOUNT_NAME=devbatchaccount1".to_owned(),
        "AZ_BATCH_ACCOUNT_URL=http://127.0.0.1:10100/".to_owned(),
        "AZ_BATCH_POOL_ID=pool".to_owned(),
        format!("AZ_BATCH_NODE_ID={}", node.id),
        format!("AZ_BATCH_NODE_IS_DEDICATED={}", node.is_dedicated.unwrap()),
        "AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES=1000000000".to_owned(),
    ]
}

/// The directories of a node and of the command that was told of them.
fn directories(lines: &[String], directory: &str) -> Vec<String> {
    let root = lines
        .iter()
        .find_map(|line| line.strip_prefix("AZ_BATCH_NODE_ROOT_DIR="))
        .expect("a root");
    let below = |name: &str, path: &str| format!("{name}={root}/{path}");
    vec![
        below("AZ_BATCH_NODE_SHARED_DIR", "shared"),
        below("AZ_BATCH_NODE_STARTUP_DIR", "startup"),
        below("AZ_BATCH_NODE_MOUNTS_DIR", "fsmounts"),
        below("AZ_BATCH_TASK_DIR", directory),
        below("AZ_BATCH_TASK_WORKING_DIR", &format!("{directory}/wd")),
        below("AZ_BATCH_CERTIFICATES_DIR", &format!("{directory}/certs")),
    ]
}

fn holds(lines: &[String], expected: &[String]) {
    for line in expected {
        assert!(lines.contains(line), "{line} in {lines:#?}");
    }
}

pub(crate) async fn every_command_knows_where_it_runs(arm: &Arm) {
    let mut options = pool("pool", 1);
    options.target_low_priority_nodes = Some(1);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c env".into(),
        ..BatchStartTask::default()
    });
    arm.batch.create_pool(options, &request()).await.unwrap();
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    arm.all_nodes("pool", "idle").await;
    for node in arm.nodes("pool").await {
        let id = if node.is_dedicated == Some(true) {
            "own"
        } else {
            "borrowed"
        };
        let mut options = task(id, "/bin/sh -c env");
        options.affinity_info = Some(at(&node.id));
        let done = arm.run("job", options).await;
        assert_eq!(done.node_info.unwrap().node_id.as_ref(), Some(&node.id));
        let directory = format!("workitems/job/job-1/{id}");
        let of_task = told(arm, &node, &format!("{directory}/stdout.txt")).await;
        let of_node = told(arm, &node, "startup/stdout.txt").await;
        for (lines, directory) in [(&of_task, directory.as_str()), (&of_node, "startup")] {
            holds(lines, &everywhere(&node));
            holds(lines, &directories(lines, directory));
        }
        holds(
            &of_task,
            &["AZ_BATCH_JOB_ID=job".to_owned(), format!("AZ_BATCH_TASK_ID={id}")],
        );
        // A start task is no task of a job, and neither has parts or a preparation.
        let never = [
            "AZ_BATCH_JOB_PREP_DIR=",
            "AZ_BATCH_HOST_LIST=",
            "AZ_BATCH_MASTER_NODE=",
            "AZ_BATCH_AUTHENTICATION_TOKEN=",
            "CCP_NODES=",
        ];
        let of_jobs = ["AZ_BATCH_JOB_ID=", "AZ_BATCH_TASK_ID="];
        let begins = |lines: &[String], names: &[&str]| {
            let mut lines = lines.iter();
            lines.any(|line| names.iter().any(|name| line.starts_with(name)))
        };
        assert!(!begins(&of_task, &never) && !begins(&of_node, &never));
        assert!(begins(&of_task, &of_jobs) && !begins(&of_node, &of_jobs));
    }
}
