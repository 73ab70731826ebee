//! Files of real tasks, over HTTP.

use batchite_api::backend::{FileOperations, RequestOptions};
use batchite_api::batch::BatchTaskState;
use futures_util::StreamExt;

use crate::emulator::Emulator;
use crate::work::{add_task, await_task, count_pools, make_job};

#[tokio::test]
async fn a_file_larger_than_memory_is_sent_piece_by_piece() {
    let emulator = Emulator::start(&["--execution", "process"]);
    let batch = emulator.batch();
    make_job(&batch).await;
    add_task(&batch, "large", "truncate -s 3T big").await;
    await_task(&batch, "large", BatchTaskState::Completed).await;
    let (job, task) = ("job".parse().unwrap(), "large".parse().unwrap());
    let download = batch
        .download_task_file(&job, &task, "wd/big", None, &RequestOptions::default())
        .await
        .unwrap();
    assert_eq!(download.headers.content_length, 3 << 40);
    let mut pieces = download.body.into_stream();
    let mut received = 0;
    while received < 32 << 20 {
        let piece = pieces.next().await.unwrap().unwrap();
        assert!(piece.iter().all(|byte| *byte == 0));
        received += piece.len();
    }
    drop(pieces);
    assert_eq!(count_pools(&batch).await, 1);
}
