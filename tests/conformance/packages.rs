//! Application packages: what the account offers, what pools and tasks ask for, and what nodes then have.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchApplicationPackageReference, BatchAutoPoolSpecification, BatchJobCreateOptions, BatchJobManagerTask,
    BatchNodeRebootOptions, BatchPoolCreateOptions, BatchPoolInfo, BatchPoolLifetimeOption,
    BatchPoolReplaceOptions, BatchPoolSpecification, BatchPoolUpdateOptions, BatchStartTask,
    BatchTaskConstraints, BatchTaskCreateOptions,
};
use batchite_api::error::ErrorCode;
use batchite_sim::application::{Application, ApplicationPackage, Applications};
use batchite_sim::config::SimConfig;
use batchite_sim::fault::Fault;

use crate::arms::{Arm, all, job, job_id, node_id, pool, pool_id, refused, request, task, windows_pool};

fn package(text: &str) -> ApplicationPackage {
    let program = format!("#!/bin/sh\necho {text} $1\n");
    let package = ApplicationPackage::new()
        .with_program("bin/run.sh", program)
        .unwrap();
    package.with_program("read.me", format!("{text}\r\n")).unwrap()
}

/// An account with an application of two versions, and one without a default.
fn with_applications(arm: &Arm) -> Arm {
    let tool = Application::new("my-tool")
        .and_then(|tool| tool.with_display_name("My tool"))
        .and_then(|tool| tool.with_package("1.0", package("first")))
        .and_then(|tool| tool.with_package("2.0", package("second")))
        .and_then(|tool| tool.with_default_version("2.0"))
        .unwrap();
    let bare = Application::new("bare").and_then(|bare| bare.with_package("1", package("bare")));
    let all = Applications::new()
        .with(tool)
        .unwrap()
        .with(bare.unwrap())
        .unwrap();
    arm.another(SimConfig::new(1).with_applications(all))
}

fn reference(application: &str, version: Option<&str>) -> BatchApplicationPackageReference {
    BatchApplicationPackageReference {
        application_id: application.to_owned(),
        version: version.map(str::to_owned),
    }
}

fn pool_with(nodes: i32, references: &[BatchApplicationPackageReference]) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        application_package_references: references.to_vec(),
        ..pool("pool", nodes)
    }
}

fn task_with(
    id: &str,
    command_line: &str,
    references: &[BatchApplicationPackageReference],
) -> BatchTaskCreateOptions {
    BatchTaskCreateOptions {
        application_package_references: references.to_vec(),
        ..task(id, command_line)
    }
}

pub(crate) async fn applications_are_listed_and_found(arm: &Arm) {
    // An account without any has an empty list.
    assert_eq!(arm.batch.list_applications(&all()).await.unwrap().items, []);
    let arm = with_applications(arm);
    let listed = arm.batch.list_applications(&all()).await.unwrap().items;
    let ids: Vec<_> = listed.iter().map(|application| application.id.as_str()).collect();
    assert_eq!(ids, ["bare", "my-tool"]);
    let tool = arm.batch.get_application("My-Tool", &request()).await.unwrap();
    assert_eq!(tool, listed[1]);
    assert_eq!(
        (tool.display_name.as_str(), tool.versions.as_slice()),
        ("My tool", ["1.0", "2.0"].map(str::to_owned).as_slice())
    );
    refused(
        arm.batch.get_application("none", &request()).await,
        &ErrorCode::ApplicationNotFound,
    );
    let mut options = ListOptions {
        max_results: Some(1),
        ..all()
    };
    let first = arm.batch.list_applications(&options).await.unwrap();
    options.continuation = first.continuation;
    let second = arm.batch.list_applications(&options).await.unwrap();
    assert_eq!([first.items, second.items].concat(), listed);
    assert_eq!(second.continuation, None);
    options.continuation = None;
    options.max_results = Some(1001);
    refused(
        arm.batch.list_applications(&options).await,
        &ErrorCode::OutOfRangeQueryParameterValue,
    );
}

pub(crate) async fn packages_of_a_pool_are_there_before_its_start_task(arm: &Arm) {
    let arm = with_applications(arm);
    let references = [reference("my-tool", None), reference("bare", Some("1"))];
    let mut options = pool_with(1, &references);
    options.start_task = Some(BatchStartTask {
        command_line: "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_my_tool/bin/run.sh there'".into(),
        ..BatchStartTask::default()
    });
    arm.ready(options, "job").await;
    let node = node_id(&arm.nodes("pool").await[0]);
    let output = arm
        .batch
        .download_node_file(&pool_id("pool"), &node, "startup/stdout.txt", None, &request())
        .await;
    let output = output.unwrap().body.collect(1 << 20).await.unwrap();
    assert_eq!(output, "second there\n");
    let command = "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_bare_1/bin/run.sh $AZ_BATCH_APP_PACKAGE_my_tool'";
    arm.run("job", task("t", command)).await;
    assert_eq!(
        arm.stdout("job", "t").await,
        "bare /mnt/batch/tasks/applications/my-tool/2.0\n"
    );
    assert_eq!(arm.pool("pool").await.application_package_references, references);
}

pub(crate) async fn packages_of_a_task_come_with_it(arm: &Arm) {
    let arm = with_applications(arm);
    arm.ready(pool("pool", 1), "job").await;
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/devbatchaccount1/applications/MY-TOOL";
    let references = [reference(id, Some("1.0"))];
    let command = "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_my_tool_1_0/bin/run.sh; \
                   echo mark > $AZ_BATCH_APP_PACKAGE_my_tool_1_0/mark'";
    let done = arm.run("job", task_with("first", command, &references)).await;
    assert_eq!(arm.stdout("job", "first").await, "first\n");
    assert_eq!(done.application_package_references, references);
    // A version is put on a node once: what the task before left in it is still there.
    let command = "/bin/sh -c 'cat $AZ_BATCH_APP_PACKAGE_my_tool_1_0/mark'";
    arm.run("job", task_with("again", command, &references)).await;
    assert_eq!(arm.stdout("job", "again").await, "mark\n");
    // Who does not ask is not told.
    let command = "/bin/sh -c 'echo \"[$AZ_BATCH_APP_PACKAGE_my_tool_1_0]\"'";
    arm.run("job", task("other", command)).await;
    assert_eq!(arm.stdout("job", "other").await, "[]\n");
    let manager = BatchJobManagerTask {
        id: "manager".to_owned(),
        command_line: "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_my_tool/bin/run.sh'".into(),
        application_package_references: vec![reference("my-tool", None)],
        ..BatchJobManagerTask::default()
    };
    let with_manager = BatchJobCreateOptions {
        job_manager_task: Some(manager),
        ..job("managed", "pool")
    };
    arm.batch.create_job(with_manager, &request()).await.unwrap();
    arm.task_in("managed", "manager", "completed").await;
    assert_eq!(arm.stdout("managed", "manager").await, "second\n");
}

pub(crate) async fn windows_has_its_own_names_for_them(arm: &Arm) {
    let arm = with_applications(arm);
    let mut options = windows_pool("pool", 1);
    options.application_package_references = vec![reference("my-tool", Some("1.0"))];
    arm.ready(options, "job").await;
    let command = "cmd /c type %AZ_BATCH_APP_PACKAGE_my-tool#1.0%\\read.me & type %AZ_BATCH_APP_PACKAGE_MY-TOOL%\\read.me";
    let done = arm
        .run("job", task_with("t", command, &[reference("my-tool", None)]))
        .await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
    assert_eq!(arm.stdout("job", "t").await, "first\r\nsecond\r\n");
}

async fn change_is_refused(arm: &Arm, references: &[BatchApplicationPackageReference], code: &ErrorCode) {
    let update = BatchPoolUpdateOptions {
        application_package_references: Some(references.to_vec()),
        ..BatchPoolUpdateOptions::default()
    };
    refused(
        arm.batch.update_pool(&pool_id("there"), update, &request()).await,
        code,
    );
    let replacement = BatchPoolReplaceOptions {
        application_package_references: references.to_vec(),
        ..BatchPoolReplaceOptions::default()
    };
    let refusal = arm
        .batch
        .replace_pool_properties(&pool_id("there"), replacement, &request())
        .await;
    refused(refusal, code);
}

pub(crate) async fn references_that_name_nothing_are_refused(arm: &Arm) {
    let arm = with_applications(arm);
    arm.batch.create_pool(pool("there", 0), &request()).await.unwrap();
    arm.batch
        .create_job(job("job", "there"), &request())
        .await
        .unwrap();
    let other_account =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/x/applications/bare";
    let wrong = &ErrorCode::InvalidApplicationPackageReferences;
    for (bad, code) in [
        (reference("none", Some("1")), wrong),
        (reference("my-tool", Some("3.0")), wrong),
        (reference("bare", None), wrong),
        (reference(other_account, Some("1")), wrong),
        (reference("../bare", Some("1")), wrong),
        (reference("", Some("1")), &ErrorCode::MissingRequiredProperty),
    ] {
        let references = vec![reference("bare", Some("1")), bad];
        refused(
            arm.batch.create_pool(pool_with(0, &references), &request()).await,
            code,
        );
        change_is_refused(&arm, &references, code).await;
        let refusal = arm
            .batch
            .create_task(&job_id("job"), task_with("t", "x", &references), &request())
            .await;
        let error = refused(refusal, code);
        assert_eq!(
            error.status(),
            if code == wrong { 409 } else { 400 },
            "{references:?}"
        );
        let managed = BatchJobCreateOptions {
            job_manager_task: Some(BatchJobManagerTask {
                id: "manager".to_owned(),
                command_line: "x".into(),
                application_package_references: references,
                ..BatchJobManagerTask::default()
            }),
            ..job("managed", "there")
        };
        refused(arm.batch.create_job(managed, &request()).await, code);
    }
    let eleven = vec![reference("bare", Some("1")); 11];
    refused(
        arm.batch.create_pool(pool_with(0, &eleven), &request()).await,
        &ErrorCode::InvalidPropertyValue,
    );
    arm.batch
        .create_pool(pool_with(0, &eleven[1..]), &request())
        .await
        .unwrap();
    assert_eq!(arm.pool("there").await.application_package_references, []);
}

pub(crate) async fn a_change_reaches_nodes_when_they_restart(arm: &Arm) {
    let arm = with_applications(arm);
    arm.ready(pool_with(1, &[reference("my-tool", Some("1.0"))]), "job")
        .await;
    let update = BatchPoolUpdateOptions {
        application_package_references: Some(vec![reference("my-tool", Some("2.0"))]),
        ..BatchPoolUpdateOptions::default()
    };
    let id = pool_id("pool");
    arm.batch.update_pool(&id, update, &request()).await.unwrap();
    let command = "/bin/sh -c 'echo $AZ_BATCH_APP_PACKAGE_my_tool_1_0 $AZ_BATCH_APP_PACKAGE_my_tool_2_0'";
    arm.run("job", task("before", command)).await;
    let directory = "/mnt/batch/tasks/applications/my-tool";
    assert_eq!(arm.stdout("job", "before").await, format!("{directory}/1.0\n"));
    let node = node_id(&arm.nodes("pool").await[0]);
    arm.batch
        .reboot_node(&id, &node, BatchNodeRebootOptions::default(), &request())
        .await
        .unwrap();
    arm.run("job", task("after", command)).await;
    assert_eq!(arm.stdout("job", "after").await, format!("{directory}/2.0\n"));
    // PATCH without references keeps them, updateproperties without them removes them.
    let update = BatchPoolUpdateOptions::default();
    arm.batch.update_pool(&id, update, &request()).await.unwrap();
    assert_eq!(arm.pool("pool").await.application_package_references.len(), 1);
    arm.batch
        .replace_pool_properties(&id, BatchPoolReplaceOptions::default(), &request())
        .await
        .unwrap();
    assert_eq!(arm.pool("pool").await.application_package_references, []);
}

fn fails(application: &str) -> Fault {
    Fault::ApplicationPackageFails {
        application: Some(application.to_owned()),
        pool: None,
        node: None,
        times: None,
        probability: None,
    }
}

fn inject(arm: &Arm, fault: Fault) {
    arm.simulation.shared().enter().inject_fault(fault).unwrap();
}

pub(crate) async fn a_package_that_fails_ends_the_task_without_a_retry(arm: &Arm) {
    let arm = with_applications(arm);
    arm.ready(pool("pool", 1), "job").await;
    inject(&arm, fails("my-*"));
    let constraints = Some(BatchTaskConstraints {
        max_task_retry_count: Some(3),
        ..BatchTaskConstraints::default()
    });
    let options = BatchTaskCreateOptions {
        constraints: constraints.clone(),
        ..task_with(
            "t",
            "/bin/true",
            &[reference("bare", Some("1")), reference("my-tool", None)],
        )
    };
    let info = arm.run("job", options).await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    assert_eq!(info.result.unwrap().as_str(), "failure");
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("ApplicationPackageError"));
    let detail = |name: &str| {
        let mut details = failure.details.iter();
        let found = details.find(|detail| detail.name.as_deref() == Some(name));
        found.and_then(|detail| detail.value.clone())
    };
    assert_eq!(
        (detail("ApplicationId").as_deref(), detail("Version").as_deref()),
        (Some("my-tool"), Some("2.0"))
    );
    // It struck once; the node goes on.
    let done = arm
        .run(
            "job",
            task_with("next", "/bin/true", &[reference("my-tool", None)]),
        )
        .await;
    assert_eq!(done.execution_info.unwrap().exit_code, Some(0));
}

pub(crate) async fn a_package_that_fails_makes_the_node_unusable(arm: &Arm) {
    let arm = with_applications(arm);
    inject(&arm, fails("bare"));
    let options = pool_with(2, &[reference("bare", Some("1"))]);
    arm.batch.create_pool(options, &request()).await.unwrap();
    let count = async |state: &str| {
        let nodes = arm.nodes("pool").await;
        nodes.iter().filter(|node| node.state.as_str() == state).count()
    };
    arm.until(async || count("unusable").await == 1 && count("idle").await == 1)
        .await;
    let nodes = arm.nodes("pool").await;
    let broken = nodes
        .iter()
        .find(|node| node.state.as_str() == "unusable")
        .unwrap();
    let codes: Vec<_> = broken.errors.iter().map(|error| error.code.as_deref()).collect();
    assert_eq!(codes, [Some("ApplicationPackageError")]);
    assert_eq!(broken.start_task_info, None);
    // The other one works.
    arm.batch
        .create_job(job("job", "pool"), &request())
        .await
        .unwrap();
    arm.run("job", task("t", "/bin/true")).await;
}

pub(crate) async fn an_automatic_pool_with_a_wrong_reference_ends_its_job(arm: &Arm) {
    let arm = with_applications(arm);
    let BatchPoolCreateOptions {
        vm_size,
        virtual_machine_configuration,
        ..
    } = pool("any", 1);
    let automatic = |version: &str| BatchAutoPoolSpecification {
        pool_lifetime_option: BatchPoolLifetimeOption::Job,
        pool: Some(BatchPoolSpecification {
            vm_size: vm_size.clone(),
            virtual_machine_configuration: virtual_machine_configuration.clone(),
            target_dedicated_nodes: Some(1),
            application_package_references: vec![reference("my-tool", Some(version))],
            ..BatchPoolSpecification::default()
        }),
        ..BatchAutoPoolSpecification::default()
    };
    for (id, version) in [("good", "1.0"), ("bad", "7.0")] {
        let options = BatchJobCreateOptions {
            id: id.to_owned(),
            pool_info: BatchPoolInfo {
                auto_pool_specification: Some(automatic(version)),
                ..BatchPoolInfo::default()
            },
            ..BatchJobCreateOptions::default()
        };
        arm.batch.create_job(options, &request()).await.unwrap();
    }
    let command = "/bin/sh -c '$AZ_BATCH_APP_PACKAGE_my_tool_1_0/bin/run.sh'";
    arm.run("good", task("t", command)).await;
    assert_eq!(arm.stdout("good", "t").await, "first\n");
    arm.until(async || arm.job_state("bad").await == "completed")
        .await;
    let bad = arm.batch.get_job(&job_id("bad"), &request()).await.unwrap();
    let error = bad.execution_info.unwrap().scheduling_error.unwrap();
    assert_eq!(
        error.code.as_deref(),
        Some("InvalidApplicationPackageReferencesInAutoPool")
    );
}
