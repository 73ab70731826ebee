//! Many tasks into one job: chunks as large as the service takes, several at once, and a result for every task.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::{RequestOptions, TaskOperations};
use crate::batch::{BatchTaskAddStatus, BatchTaskCreateOptions, BatchTaskCreateResult, BatchTaskGroup};
use crate::error::{Error, ErrorCode, Result, Service};
use crate::ids::JobId;
use crate::time::{Clock, TimeSpan};
use crate::wire::batch::failure;

/// How tasks are submitted.
#[derive(Debug, Clone)]
pub struct SubmitOptions {
    /// Tasks in one request; the service takes 100 at most.
    pub tasks_per_request: usize,
    /// Bytes of JSON in one request; the service takes 1 MiB at most.
    pub bytes_per_request: usize,
    /// Requests under way at once.
    pub parallel_requests: usize,
    /// How often a task is offered that the service could not add for reasons of its own.
    pub attempts: u32,
    /// The wait before such a task is offered again; it doubles each time.
    pub first_wait: TimeSpan,
}

impl Default for SubmitOptions {
    /// Requests of 100 tasks and just below 1 MiB, four at once; five attempts, one second before the second.
    fn default() -> Self {
        Self {
            tasks_per_request: 100,
            bytes_per_request: 1_000_000,
            parallel_requests: 4,
            attempts: 5,
            first_wait: TimeSpan::from_seconds(1),
        }
    }
}

/// A task that was not added, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedTask {
    /// The task, to be corrected and offered again.
    pub task: BatchTaskCreateOptions,
    /// Why it was refused.
    pub error: Error,
}

/// What became of the tasks: each was added, refused, or is left.
#[derive(Debug, Default)]
pub struct SubmitReport {
    /// Tasks that were added.
    pub added: usize,
    /// Tasks that were refused, in the order they were given.
    pub refused: Vec<RefusedTask>,
    /// The failure that ended the submission before all tasks were offered, as `JobNotFound`.
    pub failure: Option<Error>,
    /// Tasks whose request ended in that failure, or was not made any more. Where the failure has no status, some of
    /// them may have been added.
    pub left: Vec<BatchTaskCreateOptions>,
}

impl SubmitReport {
    /// The number of tasks when all of them were added; else the failure, or the first refusal.
    pub fn into_result(self) -> Result<usize> {
        let refusal = self.refused.into_iter().next().map(|refused| refused.error);
        self.failure.or(refusal).map_or(Ok(self.added), Err)
    }
}

/// Adds tasks to a job with as few requests as it takes.
///
/// A request that turns out to be too large is split. Tasks the service could not add for reasons of its own
/// (`servererror`) are offered again after a wait; when such a task is there already, it counts as added. A failure
/// of a request as a whole ends the submission: requests under way come to their end, no further ones are made.
pub async fn submit_tasks<B: TaskOperations + ?Sized>(
    backend: &B,
    clock: &dyn Clock,
    job: &JobId,
    tasks: Vec<BatchTaskCreateOptions>,
    options: &SubmitOptions,
) -> SubmitReport {
    let mut report = SubmitReport::default();
    let submission = Submission {
        backend,
        clock,
        job,
        options,
    };
    let mut order = 0;
    let numbered = tasks.into_iter().map(|task| {
        order += 1;
        Offered { order, task }
    });
    let mut refused: Vec<(usize, RefusedTask)> = Vec::new();
    let mut left: Vec<Offered> = Vec::new();
    let mut chunks = chunks(numbered, options);
    let mut under_way = stream::FuturesUnordered::new();
    loop {
        while report.failure.is_none() && under_way.len() < options.parallel_requests.max(1) {
            let Some(chunk) = chunks.next() else { break };
            under_way.push(submission.offer(chunk));
        }
        let Some(outcome) = under_way.next().await else {
            break;
        };
        report.added += outcome.added;
        refused.extend(outcome.refused);
        left.extend(outcome.left);
        report.failure = report.failure.or(outcome.failure);
    }
    drop(under_way);
    left.extend(chunks.flatten());
    refused.sort_by_key(|(order, _)| *order);
    left.sort_by_key(|offered| offered.order);
    report.refused = refused.into_iter().map(|(_, task)| task).collect();
    report.left = left.into_iter().map(|offered| offered.task).collect();
    report
}

/// A task and its place among those that were given.
#[derive(Clone)]
struct Offered {
    order: usize,
    task: BatchTaskCreateOptions,
}

/// What became of one chunk.
#[derive(Default)]
struct Outcome {
    added: usize,
    refused: Vec<(usize, RefusedTask)>,
    left: Vec<Offered>,
    failure: Option<Error>,
}

impl Outcome {
    fn refuse(&mut self, offered: Offered, error: Error) {
        let task = offered.task;
        self.refused.push((offered.order, RefusedTask { task, error }));
    }
}

/// Tasks in chunks that keep to both limits. A task that is too large by itself is a chunk of its own.
fn chunks(
    tasks: impl Iterator<Item = Offered>,
    options: &SubmitOptions,
) -> impl Iterator<Item = Vec<Offered>> {
    let mut tasks = tasks.peekable();
    let (most, bytes_most) = (options.tasks_per_request.max(1), options.bytes_per_request);
    std::iter::from_fn(move || {
        let mut chunk = Vec::new();
        // The braces and the name around the list.
        let mut bytes = r#"{"value":[]}"#.len();
        while let Some(next) = tasks.peek() {
            let size = size_of_json(&next.task) + 1;
            if chunk.len() == most || (!chunk.is_empty() && bytes + size > bytes_most) {
                break;
            }
            bytes += size;
            chunk.extend(tasks.next());
        }
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// The bytes a task takes on the wire.
fn size_of_json(task: &BatchTaskCreateOptions) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // One that cannot be written is refused when its request is made.
    let _ = serde_json::to_writer(&mut count, task);
    count.0
}

struct Submission<'a, B: ?Sized> {
    backend: &'a B,
    clock: &'a dyn Clock,
    job: &'a JobId,
    options: &'a SubmitOptions,
}

impl<B: TaskOperations + ?Sized> Submission<'_, B> {
    /// Offers a chunk, and what is left of it, until every task is settled or a request fails.
    async fn offer(&self, chunk: Vec<Offered>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut waiting = vec![(chunk, 1)];
        while let Some((chunk, attempt)) = waiting.pop() {
            let group = BatchTaskGroup {
                value: chunk.iter().map(|offered| offered.task.clone()).collect(),
            };
            let answer = self
                .backend
                .create_task_collection(self.job, group, &RequestOptions::default())
                .await;
            match answer {
                Ok(results) => {
                    let again = settle(chunk, results.value, attempt, self.options.attempts, &mut outcome);
                    if !again.is_empty() {
                        self.clock.sleep(self.wait_after(attempt)).await;
                        waiting.push((again, attempt + 1));
                    }
                }
                Err(error) if error.is(&ErrorCode::RequestBodyTooLarge) => {
                    split(chunk, attempt, &error, &mut waiting, &mut outcome);
                }
                Err(error) => {
                    outcome.left.extend(chunk);
                    outcome
                        .left
                        .extend(waiting.drain(..).flat_map(|(chunk, _)| chunk));
                    outcome.failure = Some(error);
                }
            }
        }
        outcome
    }

    fn wait_after(&self, attempt: u32) -> TimeSpan {
        let doubled = 1_i64 << (attempt - 1).min(16);
        TimeSpan::from_ticks(self.options.first_wait.ticks().saturating_mul(doubled))
    }
}

/// Halves a chunk that was too large; a single task that is too large is refused.
fn split(
    mut chunk: Vec<Offered>,
    attempt: u32,
    error: &Error,
    waiting: &mut Vec<(Vec<Offered>, u32)>,
    outcome: &mut Outcome,
) {
    let second = chunk.split_off(chunk.len().div_ceil(2));
    if second.is_empty() {
        for offered in chunk {
            outcome.refuse(offered, error.clone());
        }
        return;
    }
    waiting.push((second, attempt));
    waiting.push((chunk, attempt));
}

/// Settles the tasks of an answer; gives back those to be offered again.
fn settle(
    chunk: Vec<Offered>,
    results: Vec<BatchTaskCreateResult>,
    attempt: u32,
    attempts: u32,
    outcome: &mut Outcome,
) -> Vec<Offered> {
    // Results come in any order, and a chunk may name a task twice.
    let mut by_task: BTreeMap<String, Vec<BatchTaskCreateResult>> = BTreeMap::new();
    for result in results.into_iter().rev() {
        by_task
            .entry(result.task_id.to_ascii_lowercase())
            .or_default()
            .push(result);
    }
    let mut again = Vec::new();
    for offered in chunk {
        let results = by_task.get_mut(&offered.task.id.to_ascii_lowercase());
        let Some(result) = results.and_then(Vec::pop) else {
            let message = format!(
                "The answer does not say what became of task {:?}.",
                offered.task.id
            );
            outcome.refuse(offered, Error::protocol(Service::Batch, message));
            continue;
        };
        let error = result.error.as_ref().map(failure::of_task);
        let is_there = error
            .as_ref()
            .is_some_and(|error| error.is(&ErrorCode::TaskExists));
        match result.status {
            BatchTaskAddStatus::Success => outcome.added += 1,
            _ if attempt > 1 && is_there => outcome.added += 1,
            BatchTaskAddStatus::ServerError if attempt < attempts => again.push(offered),
            status => {
                let error = error.unwrap_or_else(|| {
                    let message = format!("The task was not added ({status}), and no reason is given.");
                    Error::protocol(Service::Batch, message)
                });
                outcome.refuse(offered, error);
            }
        }
    }
    again
}

#[cfg(test)]
mod tests;
