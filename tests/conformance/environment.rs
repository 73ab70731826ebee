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
        let dedicated = node.is_dedicated.unwrap();
        let id = if dedicated { "own" } else { "borrowed" };
        let mut options = task(id, "/bin/sh -c env");
        options.affinity_info = Some(at(&node.id));
        let done = arm.run("job", options).await;
        assert_eq!(done.node_info.unwrap().node_id.as_ref(), Some(&node.id));
        let everywhere = [
            "AZ_BATCH_ACCOUNT_NAME=devbatchaccount1".to_owned(),
            "AZ_BATCH_ACCOUNT_URL=http://127.0.0.1:10100/".to_owned(),
            "AZ_BATCH_POOL_ID=pool".to_owned(),
            format!("AZ_BATCH_NODE_ID={}", node.id),
            format!("AZ_BATCH_NODE_IS_DEDICATED={dedicated}"),
            "AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES=1000000000".to_owned(),
        ];
        let of_task = told(arm, &node, &format!("workitems/job/job-1/{id}/stdout.txt")).await;
        holds(&of_task, &everywhere);
        holds(
            &of_task,
            &["AZ_BATCH_JOB_ID=job".to_owned(), format!("AZ_BATCH_TASK_ID={id}")],
        );
        let of_node = told(arm, &node, "startup/stdout.txt").await;
        holds(&of_node, &everywhere);
        let root = of_node
            .iter()
            .find_map(|line| line.strip_prefix("AZ_BATCH_NODE_ROOT_DIR="))
            .expect("a root");
        let below = |name: &str, path: &str| format!("{name}={root}/{path}");
        let directories = [
            below("AZ_BATCH_NODE_SHARED_DIR", "shared"),
            below("AZ_BATCH_NODE_STARTUP_DIR", "startup"),
            below("AZ_BATCH_NODE_MOUNTS_DIR", "fsmounts"),
        ];
        holds(&of_node, &directories);
        holds(&of_task, &directories);
        holds(
            &of_node,
            &[
                below("AZ_BATCH_TASK_DIR", "startup"),
                below("AZ_BATCH_TASK_WORKING_DIR", "startup/wd"),
            ],
        );
        let directory = format!("workitems/job/job-1/{id}");
        holds(
            &of_task,
            &[
                below("AZ_BATCH_TASK_DIR", &directory),
                below("AZ_BATCH_TASK_WORKING_DIR", &format!("{directory}/wd")),
                below("AZ_BATCH_CERTIFICATES_DIR", &format!("{directory}/certs")),
            ],
        );
        // A start task is no task of a job, and neither has parts nor a preparation.
        for (lines, names) in [
            (&of_node, &["AZ_BATCH_JOB_ID=", "AZ_BATCH_TASK_ID="][..]),
            (
                &of_task,
                &[
                    "AZ_BATCH_JOB_PREP_DIR=",
                    "AZ_BATCH_HOST_LIST=",
                    "AZ_BATCH_MASTER_NODE=",
                    "AZ_BATCH_AUTHENTICATION_TOKEN=",
                    "CCP_NODES=",
                ][..],
            ),
        ] {
            for name in names {
                let found = lines.iter().find(|line| line.starts_with(name));
                assert_eq!(found, None);
            }
        }
    }
}
