//! Faults of requests and of the store, as callers and tasks meet them.

use batchite_api::backend::{BlobBackend, BlobConditions};
use batchite_api::blob::{BlobName, ContainerName};
use batchite_api::error::{ErrorCode, Result};
use batchite_api::time::TimeSpan;
use serde_json::json;

use crate::arms::{Arm, job, pool, pool_id, refused, request, task};
use crate::resource_files::{by_url, upload};

fn inject(arm: &Arm, fault: serde_json::Value) {
    let fault = serde_json::from_value(fault).expect("a fault");
    let injected = arm.simulation.shared().enter().inject_fault(fault);
    injected.expect("a fault that can happen");
}

async fn read(store: &dyn BlobBackend, blob: &str) -> Result<String> {
    let (container, blob) = (ContainerName::parse("input")?, BlobName::parse(blob)?);
    let download = store
        .get_blob(&container, &blob, None, &BlobConditions::default())
        .await?;
    let bytes = download.body.collect(1 << 20).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

pub(crate) async fn what_was_asked_for_is_done_although_the_reply_is_lost(arm: &Arm) {
    inject(arm, json!({"kind": "replyLost", "operation": "create_pool"}));
    let made = arm.batch.create_pool(pool("pool", 1), &request()).await;
    made.expect_err("nobody is told");
    // The pool is there, and a second one of its name is not made.
    assert_eq!(arm.pool("pool").await.id, "pool");
    let again = arm.batch.create_pool(pool("pool", 1), &request()).await;
    refused(again, &ErrorCode::PoolExists);
    inject(arm, json!({"kind": "replyLost", "operation": "create_job"}));
    drop(arm.batch.create_job(job("job", "pool"), &request()).await);
    arm.run("job", task("t", "/bin/true")).await;
    inject(arm, json!({"kind": "replyLost", "operation": "get_pool"}));
    let found = arm.batch.get_pool(&pool_id("pool"), &request()).await;
    found.expect_err("nobody is told");
    assert_eq!(arm.pool("pool").await.id, "pool", "a fault strikes once");
    inject(arm, json!({"kind": "replyLost", "operation": "delete_pool"}));
    let deleted = arm.batch.delete_pool(&pool_id("pool"), &request()).await;
    deleted.expect_err("nobody is told");
    arm.until(async || !arm.batch.pool_exists(&pool_id("pool"), &request()).await.unwrap())
        .await;
}

pub(crate) async fn a_torn_download_fails_the_task_or_goes_on(arm: &Arm) {
    let store = upload(arm, &[("words", "one two three"), ("others", "four")]).await;
    let tear = json!({"kind": "downloadTorn", "container": "in*", "blob": "words", "bytes": 3});
    inject(arm, tear.clone());
    assert_eq!(read(&*store, "others").await.unwrap(), "four");
    // A client goes on where it broke off; who stands directly on the world is told.
    let torn = read(&*store, "words").await;
    if arm.quirks().broken_downloads_go_on {
        assert_eq!(torn.unwrap(), "one two three");
    } else {
        assert!(torn.is_err(), "{torn:?}");
    }
    assert_eq!(read(&*store, "words").await.unwrap(), "one two three");
    inject(arm, tear);
    arm.ready(pool("pool", 1), "job").await;
    let fetching = |id: &str| {
        let mut options = task(id, "cat words");
        options.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_hours(1))];
        options
    };
    let info = arm.run("job", fetching("torn")).await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("BlobDownloadMiscError"));
    assert_eq!((info.exit_code, info.retry_count), (None, 0));
    arm.run("job", fetching("whole")).await;
    assert_eq!(arm.stdout("job", "whole").await, "one two three");
}

pub(crate) async fn a_clock_that_goes_wrong_spoils_tokens(arm: &Arm) {
    upload(arm, &[("words", "one two three")]).await;
    arm.ready(pool("pool", 1), "job").await;
    let fetching = |id: &str| {
        let mut options = task(id, "cat words");
        options.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_hours(1))];
        options
    };
    inject(arm, json!({"kind": "clockSkew", "by": "PT2H"}));
    let info = arm.run("job", fetching("late")).await.execution_info.unwrap();
    let failure = info.failure_info.unwrap();
    assert_eq!(failure.code.as_deref(), Some("BlobAccessDenied"));
    // Two clocks that are wrong by as much in either direction are right together.
    inject(arm, json!({"kind": "clockSkew", "by": "-PT2H"}));
    arm.run("job", fetching("in-time")).await;
    assert_eq!(arm.stdout("job", "in-time").await, "one two three");
    arm.simulation.shared().enter().clear_faults();
    let mut brief = task("brief", "cat words");
    brief.resource_files = vec![by_url(arm, "words", "words", TimeSpan::from_minutes(1))];
    inject(arm, json!({"kind": "clockSkew", "by": "-PT2H"}));
    // Behind by two hours, a token is taken that has ended long since.
    arm.clock.sleep(TimeSpan::from_hours(1)).await;
    arm.run("job", brief).await;
    assert_eq!(arm.stdout("job", "brief").await, "one two three");
    arm.simulation.shared().enter().clear_faults();
    arm.run("job", fetching("right")).await;
    assert_eq!(arm.stdout("job", "right").await, "one two three");
}
