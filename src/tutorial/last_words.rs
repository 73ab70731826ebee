//! What commands wrote before they failed: the end of a file on a node.

use batchite_api::backend::{ByteRange, RequestOptions};
use batchite_api::error::Result;
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};

use super::Services;
use super::report::LastWords;
use super::text::{harmless, tail};

/// How many lines are shown at the most.
const LINES_MAX: usize = 20;

/// How much of the end of a file is fetched for them, in bytes.
const BYTES_MAX: u64 = 16 << 10;

/// Whose files are read.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// Those of a task.
    Task(&'a JobId, &'a TaskId),
    /// Those of the start task of a node.
    StartTask(&'a PoolId, &'a NodeId),
}

impl Place<'_> {
    /// The end of `stderr.txt`, or of `stdout.txt` when the first is empty.
    ///
    /// A file that cannot be read is told as the only line: the failure it was to explain counts more.
    pub(super) async fn last_words(self, services: Services<'_>) -> LastWords {
        let mut words = LastWords {
            file: "stderr.txt".to_owned(),
            lines: Vec::new(),
        };
        for name in ["stderr.txt", "stdout.txt"] {
            match self.end_of(services, name).await {
                Ok(lines) if lines.is_empty() => {}
                Ok(lines) => {
                    name.clone_into(&mut words.file);
                    words.lines = lines;
                    break;
                }
                Err(error) => {
                    words.lines = vec![format!("(it cannot be read: {})", harmless(&error.to_string()))];
                    break;
                }
            }
        }
        words
    }

    async fn end_of(self, services: Services<'_>, name: &str) -> Result<Vec<String>> {
        let options = RequestOptions::default();
        let path = match self {
            Self::Task(..) => name.to_owned(),
            Self::StartTask(..) => format!("startup/{name}"),
        };
        let headers = match self {
            Self::Task(job, task) => {
                services
                    .batch
                    .get_task_file_properties(job, task, &path, &options)
                    .await?
            }
            Self::StartTask(pool, node) => {
                services
                    .batch
                    .get_node_file_properties(pool, node, &path, &options)
                    .await?
            }
        };
        let length = headers.content_length;
        if length == 0 {
            return Ok(Vec::new());
        }
        let first = length.saturating_sub(BYTES_MAX);
        let range = Some(ByteRange {
            first,
            last: Some(length - 1),
        });
        let file = match self {
            Self::Task(job, task) => {
                services
                    .batch
                    .download_task_file(job, task, &path, range, &options)
                    .await?
            }
            Self::StartTask(pool, node) => {
                services
                    .batch
                    .download_node_file(pool, node, &path, range, &options)
                    .await?
            }
        };
        let bytes = file.body.collect(BYTES_MAX).await?;
        Ok(tail(&bytes, first > 0, LINES_MAX))
    }
}
