//! Pools, images and applications.

use batchite_api::batch::*;
use batchite_api::ids::PoolId;
use batchite_api::page::Continuation;
use batchite_api::time::TimeSpan;
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::{account, pool};

use crate::fixture::{Fixture, call, call_with, if_match};

pub(crate) const FIXTURES: &[&str] = &[
    "create_pool",
    "get_application",
    "get_pool",
    "list_supported_images",
    "resize_pool",
];

fn path() -> (PoolId,) {
    (PoolId::parse("Wordcount_2").unwrap(),)
}

#[test]
fn a_pool_is_created() {
    let fixture = Fixture::read("create_pool");
    let image = BatchVmImageReference {
        publisher: Some("canonical".to_owned()),
        offer: Some("0001-com-ubuntu-server-jammy".to_owned()),
        sku: Some("22_04-lts".to_owned()),
        version: Some("latest".to_owned()),
        ..Default::default()
    };
    let body = BatchPoolCreateOptions {
        id: "Wordcount_2".to_owned(),
        vm_size: "standard_d2s_v3".to_owned(),
        virtual_machine_configuration: Some(VirtualMachineConfiguration {
            image_reference: image,
            node_agent_sku_id: "batch.node.ubuntu 22.04".to_owned(),
            ..Default::default()
        }),
        resize_timeout: Some(TimeSpan::from_minutes(25)),
        target_dedicated_nodes: Some(3),
        target_low_priority_nodes: Some(0),
        task_slots_per_node: Some(2),
        task_scheduling_policy: Some(BatchTaskSchedulingPolicy {
            node_fill_type: BatchNodeFillType::Spread,
            ..Default::default()
        }),
        start_task: Some(BatchStartTask {
            command_line: "/bin/sh -c 'chmod +x $AZ_BATCH_NODE_SHARED_DIR/count'".into(),
            user_identity: Some(UserIdentity {
                auto_user: Some(AutoUserSpecification {
                    scope: Some(AutoUserScope::Task),
                    elevation_level: Some(ElevationLevel::Admin),
                }),
                ..Default::default()
            }),
            max_task_retry_count: Some(2),
            wait_for_success: Some(true),
            ..Default::default()
        }),
        metadata: vec![BatchMetadataItem {
            name: "team".to_owned(),
            value: "texts".to_owned(),
        }],
        ..Default::default()
    };
    fixture.asks(&pool::CREATE_POOL, &call((), body));
    let written = fixture.tells(&pool::CREATE_POOL);
    assert_eq!(written.etag, "0x8DE2F9B3C1A4400");
    assert_eq!(written.last_modified, "2025-11-20T15:04:05Z".parse().unwrap());
}

#[test]
fn a_pool_is_shown() {
    let fixture = Fixture::read("get_pool");
    let parameters = Parameters {
        select: Some("id,state,allocationState,resizeErrors,currentDedicatedNodes".to_owned()),
        expand: Some("stats".to_owned()),
        ..Parameters::default()
    };
    fixture.asks(&pool::GET_POOL, &call_with(path(), (), parameters));
    let shown = fixture.tells(&pool::GET_POOL).0;
    assert_eq!(shown.id, "Wordcount_2");
    assert_eq!(
        (shown.state, shown.allocation_state),
        (BatchPoolState::Active, Some(AllocationState::Steady))
    );
    assert_eq!(shown.resize_timeout, Some(TimeSpan::from_minutes(25)));
    assert_eq!(
        shown.resize_errors[0].code.as_deref(),
        Some("AccountCoreQuotaReached")
    );
    assert_eq!(shown.resize_errors[0].values[0].value.as_deref(), Some("4"));
    assert_eq!(
        (shown.current_dedicated_nodes, shown.target_dedicated_nodes),
        (2, Some(3))
    );
    assert_eq!(shown.start_task, None);
}

#[test]
fn a_pool_is_resized_if_it_is_as_it_was() {
    let fixture = Fixture::read("resize_pool");
    let body = BatchPoolResizeOptions {
        target_dedicated_nodes: Some(1),
        target_low_priority_nodes: Some(4),
        resize_timeout: Some(TimeSpan::from_minutes(90)),
        node_deallocation_option: Some(BatchNodeDeallocationOption::TaskCompletion),
    };
    let parameters = Parameters {
        conditions: if_match("0x8DE2F9B3C1A4400"),
        ..Parameters::default()
    };
    fixture.asks(&pool::RESIZE_POOL, &call_with(path(), body, parameters));
    assert_eq!(fixture.tells(&pool::RESIZE_POOL).etag, "0x8DE2F9B3C1A4400");
}

#[test]
fn images_are_listed_page_by_page() {
    let fixture = Fixture::read("list_supported_images");
    let parameters = Parameters {
        filter: Some("osType eq 'linux'".to_owned()),
        max_results: Some(1),
        ..Parameters::default()
    };
    fixture.asks(&account::LIST_SUPPORTED_IMAGES, &call_with((), (), parameters));
    let page = fixture.tells(&account::LIST_SUPPORTED_IMAGES);
    assert_eq!(page.continuation, Some(Continuation::new("7/b=")));
    let image = &page.items[0];
    assert_eq!(image.node_agent_sku_id, "batch.node.debian 12");
    assert_eq!(image.image_reference.sku.as_deref(), Some("12"));
    assert_eq!(
        (&image.os_type, &image.verification_type),
        (&OSType::Linux, &ImageVerificationType::Unverified)
    );
    assert_eq!(
        image.batch_support_end_of_life,
        Some("2028-06-30T00:00:00Z".parse().unwrap())
    );
}

#[test]
fn an_application_has_versions() {
    let fixture = Fixture::read("get_application");
    fixture.asks(&account::GET_APPLICATION, &call(("word tools".to_owned(),), ()));
    let application = fixture.tells(&account::GET_APPLICATION).0;
    assert_eq!(application.display_name, "Counters of words");
    assert_eq!(application.versions, ["1.4", "2.0-beta"]);
}
