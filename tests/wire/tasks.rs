//! Tasks and their files.

use batchite_api::batch::*;
use batchite_api::error::ErrorCode;
use batchite_api::ids::{JobId, TaskId};
use batchite_api::wire::batch::Parameters;
use batchite_api::wire::batch::operations::{file, task};

use crate::fixture::{Fixture, call, call_with};

pub(crate) const FIXTURES: &[&str] = &[
    "create_task_collection",
    "delete_task_refused",
    "get_task",
    "list_task_files",
];

fn path(task: &str) -> (JobId, TaskId) {
    (JobId::parse("texts-7").unwrap(), TaskId::parse(task).unwrap())
}

#[test]
fn tasks_of_a_collection_succeed_and_fail_one_by_one() {
    let fixture = Fixture::read("create_task_collection");
    let first = BatchTaskCreateOptions {
        id: "count-a".to_owned(),
        command_line: "count a.txt".into(),
        resource_files: vec![ResourceFile {
            http_url: Some("https://texts.example/in/a.txt".into()),
            file_path: Some("a.txt".to_owned()),
            ..Default::default()
        }],
        required_slots: Some(2),
        ..Default::default()
    };
    let second = BatchTaskCreateOptions {
        id: "sum".to_owned(),
        command_line: "sum".into(),
        depends_on: Some(BatchTaskDependencies {
            task_ids: vec!["count-a".to_owned()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let body = BatchTaskGroup {
        value: vec![first, second],
    };
    fixture.asks(&task::CREATE_TASK_COLLECTION, &call((path("sum").0,), body));
    let results = fixture.tells(&task::CREATE_TASK_COLLECTION).0.value;
    assert_eq!(results[0].status, BatchTaskAddStatus::Success);
    assert_eq!(results[0].etag.as_deref(), Some("0x8DE2F9B3C1A4401"));
    assert_eq!(results[1].status, BatchTaskAddStatus::ClientError);
    let error = results[1].error.as_ref().unwrap();
    assert_eq!(
        (results[1].task_id.as_str(), error.code.as_deref()),
        ("sum", Some("TaskExists"))
    );
}

#[test]
fn a_task_that_failed_says_why() {
    let fixture = Fixture::read("get_task");
    fixture.asks(&task::GET_TASK, &call(path("count-a"), ()));
    let shown = fixture.tells(&task::GET_TASK).0;
    assert_eq!(
        (shown.state, shown.previous_state),
        (BatchTaskState::Completed, Some(BatchTaskState::Running))
    );
    let execution = shown.execution_info.unwrap();
    assert_eq!((execution.exit_code, execution.retry_count), (Some(3), 1));
    assert_eq!(
        execution.end_time,
        Some("2025-11-20T15:40:12.75Z".parse().unwrap())
    );
    let failure = execution.failure_info.unwrap();
    assert_eq!(failure.category, BatchErrorSourceCategory::UserError);
    assert_eq!(failure.details[0].value.as_deref(), Some("three"));
    assert_eq!(shown.node_info.unwrap().node_id.as_deref(), Some("tvmps_9c2_d"));
}

#[test]
fn files_are_longer_than_32_bits_can_say() {
    let fixture = Fixture::read("list_task_files");
    let parameters = Parameters {
        recursive: true,
        max_results: Some(20),
        ..Parameters::default()
    };
    fixture.asks(
        &file::LIST_TASK_FILES,
        &call_with(path("count-a"), (), parameters),
    );
    let files = fixture.tells(&file::LIST_TASK_FILES).items;
    assert_eq!((files[0].is_directory, &files[0].properties), (Some(true), &None));
    let properties = files[1].properties.as_ref().unwrap();
    assert_eq!(properties.content_length, 5_000_000_000);
    assert_eq!(properties.file_mode.as_deref(), Some("0o100664"));
}

#[test]
fn a_task_that_is_not_there_is_refused() {
    let fixture = Fixture::read("delete_task_refused");
    fixture.asks(&task::DELETE_TASK, &call(path("nobody"), ()));
    let error = fixture.refuses();
    assert!(error.is(&ErrorCode::TaskNotFound));
    assert_eq!((error.status(), error.message()), (404, "There is no such task."));
    assert_eq!(error.detail("TaskId"), Some("nobody"));
    assert_eq!(error.request_id(), Some("5d1f6c1e-0000-4000-8000-00000000ba7c"));
}
