//! What was there before stays; what the run made goes, unless it is to be kept.

use batchite::tutorial::TutorialError;
use batchite_api::backend::{JobOperations, PoolOperations, RequestOptions};
use batchite_api::batch::{BatchJobCreateOptions, BatchPoolInfo};
use batchite_api::error::ErrorCode;

use crate::world::{TestWorld, block_on, instant, pool_of_none};

fn refusal(world: &mut TestWorld) -> ErrorCode {
    let outcome = world.run();
    match &outcome.errors[..] {
        [TutorialError::Request { error, .. }] => error.code().clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pool_that_is_there_stays_and_is_told() {
    let mut world = instant();
    let pool = pool_of_none("rusttutorialpool", &world);
    block_on(
        world
            .simulation
            .batch()
            .create_pool(pool, &RequestOptions::default()),
    )
    .unwrap();
    assert_eq!(refusal(&mut world), ErrorCode::PoolExists);
    let text = &world.console.errors[0];
    assert!(
        text.contains("Creating pool [RustTutorialPool] failed."),
        "{text}"
    );
    assert!(text.contains("PoolExists (409): "), "{text}");
    assert_eq!(world.what_is_left(), ["rusttutorialpool"]);
}

#[test]
fn a_job_that_is_there_stays_and_the_run_s_own_pool_goes() {
    let mut world = instant();
    let job = BatchJobCreateOptions {
        id: "RustTutorialJob".to_owned(),
        pool_info: BatchPoolInfo {
            pool_id: Some("another".to_owned()),
            ..BatchPoolInfo::default()
        },
        ..BatchJobCreateOptions::default()
    };
    block_on(
        world
            .simulation
            .batch()
            .create_job(job, &RequestOptions::default()),
    )
    .unwrap();
    assert_eq!(refusal(&mut world), ErrorCode::JobExists);
    assert_eq!(world.what_is_left(), ["RustTutorialJob"]);
}

#[test]
fn containers_that_are_there_are_used_and_stay() {
    let mut world = instant();
    world.put("input", "precious.txt", "mine");
    let outcome = world.run();
    assert!(outcome.report.success, "{:?}", outcome.errors);
    let told = "  Container [input] was there before this run and stays as it is".to_owned();
    assert!(world.console.lines.contains(&told), "{:?}", world.console.lines);
    assert_eq!(world.what_is_left(), ["input"]);
}

#[test]
fn with_keep_everything_stays_and_nothing_is_asked() {
    let mut world = instant();
    world.settings.keep = true;
    assert!(world.run().report.success);
    assert!(!world.console.lines.iter().any(|line| line.ends_with('?')));
    assert_eq!(
        world.what_is_left(),
        [
            "application",
            "input",
            "output",
            "RustTutorialJob",
            "RustTutorialPool"
        ]
    );
    // So the next run is refused, and leaves what the first one kept.
    assert_eq!(refusal(&mut world), ErrorCode::PoolExists);
    assert_eq!(world.what_is_left().len(), 5);
}

#[test]
fn what_the_person_wants_to_keep_is_kept() {
    let mut world = instant();
    world.console.refuses = vec!["Delete pool?"];
    assert!(world.run().report.success);
    assert_eq!(world.what_is_left(), ["RustTutorialPool"]);
}
