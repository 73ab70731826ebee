//! Pools whose nodes run containers, and the tasks that fit them.

use batchite_api::batch::{
    BatchAutoPoolSpecification, BatchContainerConfiguration, BatchJobManagerTask, BatchNodeIdentityReference,
    BatchPoolCreateOptions, BatchPoolInfo, BatchPoolLifetimeOption, BatchPoolSpecification,
    BatchPoolUpdateOptions, BatchStartTask, BatchTaskContainerSettings, BatchTaskCreateOptions,
    BatchTaskFailureInfo, BatchVmImageReference, ContainerRegistryReference, ContainerType, UserAccount,
    VirtualMachineConfiguration,
};
use batchite_api::error::ErrorCode;
use batchite_sim::config::SimConfig;
use batchite_sim::exec::simulated::SimulatedExecutor;

use crate::arms::{Arm, job, job_id, pool, pool_id, refused, request, task};

const PASSWORD: &str = "open sesame";

fn private() -> ContainerRegistryReference {
    ContainerRegistryReference {
        username: Some("puller".to_owned()),
        password: Some(PASSWORD.into()),
        registry_server: Some("registry.example.org".to_owned()),
        identity_reference: None,
    }
}

fn without_password() -> ContainerRegistryReference {
    ContainerRegistryReference {
        password: None,
        ..private()
    }
}

fn containers() -> BatchContainerConfiguration {
    BatchContainerConfiguration {
        r#type: ContainerType::DockerCompatible,
        container_image_names: vec!["busybox".to_owned()],
        container_registries: vec![private()],
    }
}

fn machine(containers: BatchContainerConfiguration) -> VirtualMachineConfiguration {
    VirtualMachineConfiguration {
        image_reference: BatchVmImageReference {
            publisher: Some("microsoft-azure-batch".to_owned()),
            offer: Some("ubuntu-server-container".to_owned()),
            sku: Some("20-04-lts".to_owned()),
            ..BatchVmImageReference::default()
        },
        node_agent_sku_id: "batch.node.ubuntu 20.04".to_owned(),
        container_configuration: Some(containers),
        ..VirtualMachineConfiguration::default()
    }
}

/// A pool whose nodes run containers.
pub(crate) fn container_pool(id: &str, nodes: i32) -> BatchPoolCreateOptions {
    BatchPoolCreateOptions {
        virtual_machine_configuration: Some(machine(containers())),
        ..pool(id, nodes)
    }
}

fn settings() -> BatchTaskContainerSettings {
    BatchTaskContainerSettings {
        image_name: "busybox".to_owned(),
        ..BatchTaskContainerSettings::default()
    }
}

fn contained(id: &str) -> BatchTaskCreateOptions {
    let mut options = task(id, "/bin/sh -c 'echo contained'");
    options.container_settings = Some(settings());
    options
}

async fn failure_of(arm: &Arm, job: &str, options: BatchTaskCreateOptions) -> BatchTaskFailureInfo {
    let info = arm.run(job, options).await.execution_info.unwrap();
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    info.failure_info.unwrap()
}

pub(crate) async fn tasks_and_pools_have_to_fit(arm: &Arm) {
    // Where the node stands in for containers, what is left are the rules of the service.
    let arm = &arm.another_equipped(SimConfig::new(1), SimulatedExecutor::with_containers_on_node);
    arm.ready(container_pool("containers", 1), "contained").await;
    arm.ready(pool("plain", 1), "plain").await;
    arm.run("contained", contained("t")).await;
    assert_eq!(arm.stdout("contained", "t").await, "contained\n");
    let failure = failure_of(arm, "plain", contained("t")).await;
    assert_eq!(failure.code.as_deref(), Some("ContainerInvalidSettings"));
    let failure = failure_of(arm, "contained", task("bare", "/bin/true")).await;
    assert_eq!(failure.code.as_deref(), Some("ContainerTaskSettingsNotFound"));
    assert_eq!(failure.category.as_str(), "usererror");
    // Start tasks may run beside the containers, and in them only where there are any.
    let starting = |container_settings| BatchStartTask {
        command_line: "/bin/true".into(),
        container_settings,
        ..BatchStartTask::default()
    };
    for (id, options, start_task, state) in [
        ("a", container_pool("a", 1), starting(None), "idle"),
        ("b", container_pool("b", 1), starting(Some(settings())), "idle"),
        ("c", pool("c", 1), starting(Some(settings())), "starttaskfailed"),
    ] {
        let options = BatchPoolCreateOptions {
            start_task: Some(start_task),
            ..options
        };
        arm.batch.create_pool(options, &request()).await.unwrap();
        arm.until(async || {
            let nodes = arm.nodes(id).await;
            nodes.first().is_some_and(|node| node.state.as_str() == state)
        })
        .await;
    }
}

/// A pool for one job, with secrets of all kinds.
fn own_pool() -> BatchPoolInfo {
    BatchPoolInfo {
        pool_id: None,
        auto_pool_specification: Some(BatchAutoPoolSpecification {
            pool_lifetime_option: BatchPoolLifetimeOption::Job,
            pool: Some(BatchPoolSpecification {
                vm_size: "standard_d2s_v3".to_owned(),
                virtual_machine_configuration: Some(machine(containers())),
                target_dedicated_nodes: Some(1),
                user_accounts: vec![UserAccount {
                    name: "alice".to_owned(),
                    password: PASSWORD.into(),
                    ..UserAccount::default()
                }],
                ..BatchPoolSpecification::default()
            }),
            ..BatchAutoPoolSpecification::default()
        }),
    }
}

pub(crate) async fn passwords_of_registries_are_never_shown(arm: &Arm) {
    let batch = &arm.batch;
    batch
        .create_pool(container_pool("pool", 0), &request())
        .await
        .unwrap();
    let mut shown = containers();
    shown.container_registries = vec![without_password()];
    let machine_of = |pool: batchite_api::batch::BatchPool| pool.virtual_machine_configuration.unwrap();
    let found = machine_of(arm.pool("pool").await).container_configuration;
    assert_eq!(found, Some(shown.clone()));
    // Nor are those of tasks, and of the pools that jobs make.
    let with_registry = || BatchTaskContainerSettings {
        registry: Some(private()),
        ..settings()
    };
    let mut options = job("job", "pool");
    options.pool_info = own_pool();
    options.job_manager_task = Some(BatchJobManagerTask {
        id: "manager".to_owned(),
        command_line: "/bin/true".into(),
        kill_job_on_completion: Some(false),
        container_settings: Some(with_registry()),
        ..BatchJobManagerTask::default()
    });
    batch.create_job(options, &request()).await.unwrap();
    let mut of_registry = contained("t");
    of_registry.container_settings = Some(with_registry());
    arm.add("job", of_registry).await;
    let shown_task = arm.task("job", "t").await.container_settings.unwrap();
    assert_eq!(shown_task.registry, Some(without_password()));
    let id = job_id("job");
    let shown_job = batch.get_job(&id, &request()).await.unwrap();
    let listed = batch
        .list_jobs(&crate::arms::all())
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(listed, shown_job);
    let manager = shown_job.job_manager_task.as_ref().unwrap();
    let registry = manager.container_settings.as_ref().unwrap().registry.as_ref();
    assert_eq!(registry, Some(&without_password()));
    let text = format!("{}", serde_json::to_value(&shown_job).unwrap());
    assert!(!text.contains(PASSWORD) && text.contains("alice"), "{text}");
    // What was shown can be given back: nothing has changed.
    batch
        .replace_job(&id, shown_job.clone(), &request())
        .await
        .unwrap();
    let own = shown_job.execution_info.unwrap().pool_id.unwrap();
    let own = arm.pool(&own).await;
    assert_eq!(own.user_accounts[0].name, "alice");
    assert_eq!(machine_of(own).container_configuration, Some(shown));
    let trace = arm.simulation.take_trace_lines();
    assert!(!trace.contains(PASSWORD));
}

pub(crate) async fn wrong_containers_are_refused(arm: &Arm) {
    let batch = &arm.batch;
    let with = |change: fn(&mut BatchContainerConfiguration)| {
        let mut containers = containers();
        change(&mut containers);
        BatchPoolCreateOptions {
            virtual_machine_configuration: Some(machine(containers)),
            ..pool("pool", 0)
        }
    };
    let mut unfit = pool("pool", 0);
    if let Some(machine) = &mut unfit.virtual_machine_configuration {
        machine.container_configuration = Some(containers());
    }
    let invalid = &ErrorCode::InvalidPropertyValue;
    let missing = &ErrorCode::MissingRequiredProperty;
    for (options, code, property) in [
        (unfit, invalid, "containerConfiguration"),
        (with(|it| it.r#type = "podlike".into()), invalid, "type"),
        (with(|it| it.r#type = "".into()), missing, "type"),
        (
            with(|it| it.container_image_names = vec!["busy box".to_owned()]),
            invalid,
            "containerImageNames",
        ),
        (
            with(|it| it.container_registries[0].password = None),
            missing,
            "password",
        ),
        (
            with(|it| it.container_registries[0].username = None),
            missing,
            "username",
        ),
        (
            with(|it| {
                it.container_registries[0].identity_reference = Some(BatchNodeIdentityReference::default());
            }),
            invalid,
            "identityReference",
        ),
    ] {
        let refusal = refused(batch.create_pool(options, &request()).await, code);
        assert_eq!(refusal.detail("PropertyName"), Some(property));
        assert!(!format!("{refusal:?}").contains(PASSWORD));
    }
    batch.create_job(job("job", "pool"), &request()).await.unwrap();
    let mut nameless = contained("t");
    nameless.container_settings = Some(BatchTaskContainerSettings::default());
    let refusal = batch.create_task(&job_id("job"), nameless, &request()).await;
    let refusal = refused(refusal, missing);
    assert_eq!(refusal.detail("PropertyName"), Some("imageName"));
    // A pool becomes one for containers only while it is empty.
    batch.create_pool(pool("pool", 0), &request()).await.unwrap();
    arm.until(async || arm.pool("pool").await.allocation_state.unwrap().as_str() == "steady")
        .await;
    let update = BatchPoolUpdateOptions {
        virtual_machine_configuration: Some(machine(containers())),
        ..BatchPoolUpdateOptions::default()
    };
    batch
        .update_pool(&pool_id("pool"), update, &request())
        .await
        .unwrap();
    let shown = arm.pool("pool").await.virtual_machine_configuration.unwrap();
    let registries = shown.container_configuration.unwrap().container_registries;
    assert_eq!(registries, [without_password()]);
}
