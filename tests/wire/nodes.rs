//! Nodes, their users and their files.

use batchite_api::backend::ByteRange;
use batchite_api::batch::*;
use batchite_api::ids::{NodeId, PoolId};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::{file, node};

use crate::fixture::{Fixture, call, call_with};

pub(crate) const FIXTURES: &[&str] = &[
    "create_node_user",
    "download_node_file",
    "get_node_remote_login_settings",
    "list_nodes",
];

fn path() -> (PoolId, NodeId) {
    (
        PoolId::parse("Wordcount_2").unwrap(),
        NodeId::parse("tvmps_9c1_d").unwrap(),
    )
}

#[test]
fn nodes_are_listed_with_states_of_the_future_among_them() {
    let fixture = Fixture::read("list_nodes");
    let parameters = Parameters {
        filter: Some("state ne 'idle'".to_owned()),
        select: Some("id,state,schedulingState,errors".to_owned()),
        ..Parameters::default()
    };
    fixture.asks(&node::LIST_NODES, &call_with((path().0,), (), parameters));
    let page = fixture.tells(&node::LIST_NODES);
    assert_eq!(page.continuation, None);
    let [failed, strange] = &page.items[..] else {
        panic!("two nodes")
    };
    assert_eq!(failed.state, BatchNodeState::StartTaskFailed);
    assert_eq!(failed.errors[0].code.as_deref(), Some("StartTaskFailed"));
    assert_eq!(strange.state.as_str(), "preparingforsleep");
    assert!(!strange.state.is_known());
    assert_eq!(strange.scheduling_state, Some(SchedulingState::Disabled));
}

#[test]
fn a_node_says_how_to_log_in() {
    let fixture = Fixture::read("get_node_remote_login_settings");
    fixture.asks(&node::GET_NODE_REMOTE_LOGIN_SETTINGS, &call(path(), ()));
    let settings = fixture.tells(&node::GET_NODE_REMOTE_LOGIN_SETTINGS).0;
    assert_eq!(settings.remote_login_port, 50003);
    assert_eq!(settings.remote_login_ip_address, "198.51.100.17");
}

#[test]
fn a_user_is_made_on_a_node() {
    let fixture = Fixture::read("create_node_user");
    let body = BatchNodeUserCreateOptions {
        name: "reader".to_owned(),
        is_admin: Some(false),
        expiry_time: Some("2025-11-27T00:00:00Z".parse().unwrap()),
        ssh_public_key: Some("ssh-ed25519 AAAAC3Nza reader".to_owned()),
        ..Default::default()
    };
    fixture.asks(&node::CREATE_NODE_USER, &call(path(), body));
    fixture.tells(&node::CREATE_NODE_USER);
}

#[test]
fn a_part_of_a_file_is_read() {
    let fixture = Fixture::read("download_node_file");
    let (pool, node) = path();
    let parameters = Parameters {
        range: Some(ByteRange {
            first: 16,
            last: Some(31),
        }),
        ..Parameters::default()
    };
    let path = (pool, node, "startup/stdout.txt".to_owned());
    fixture.asks(&file::DOWNLOAD_NODE_FILE, &call_with(path, (), parameters));
    let download = fixture.tells(&file::DOWNLOAD_NODE_FILE);
    assert_eq!((download.length, download.whole_length), (Some(16), Some(4711)));
    assert_eq!(download.headers.mode.as_deref(), Some("0o100640"));
    assert_eq!(
        download.headers.creation_time,
        Some("2025-11-20T15:30:59Z".parse().unwrap())
    );
    assert!(
        download
            .headers
            .url
            .ends_with("/tvmps_9c1_d/files/startup/stdout.txt")
    );
    assert!(!download.headers.is_directory);
}
