//! Submissions to a service that is played.

use std::sync::Mutex;

use async_trait::async_trait;

use super::*;
use crate::backend::{ListOptions, Written};
use crate::batch::{BatchCreateTaskCollectionResult, BatchSubtask, BatchTask};
use crate::ids::TaskId;
use crate::page::Page;
use crate::time::Timestamp;

type Script = Box<dyn Fn(usize, &BatchTaskGroup) -> Result<BatchCreateTaskCollectionResult> + Send + Sync>;

/// A service that answers collections as it was told to, and takes nothing else.
struct Played {
    script: Script,
    groups: Mutex<Vec<Vec<String>>>,
    slept: Mutex<Vec<TimeSpan>>,
    /// Requests under way, and the most there were.
    under_way: Mutex<(usize, usize)>,
}

impl Played {
    fn new(
        script: impl Fn(usize, &BatchTaskGroup) -> Result<BatchCreateTaskCollectionResult> + Send + Sync + 'static,
    ) -> Self {
        Self {
            script: Box::new(script),
            groups: Mutex::default(),
            slept: Mutex::default(),
            under_way: Mutex::default(),
        }
    }

    fn submit(&self, tasks: Vec<BatchTaskCreateOptions>, options: &SubmitOptions) -> SubmitReport {
        let job = JobId::parse("job").unwrap();
        let submission = submit_tasks(self, self, &job, tasks, options);
        let mut submission = std::pin::pin!(submission);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        loop {
            if let std::task::Poll::Ready(report) = submission.as_mut().poll(&mut context) {
                return report;
            }
        }
    }

    fn sizes(&self) -> Vec<usize> {
        self.groups.lock().unwrap().iter().map(Vec::len).collect()
    }
}

#[async_trait]
impl Clock for Played {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    async fn sleep(&self, span: TimeSpan) {
        self.slept.lock().unwrap().push(span);
    }
}

/// Lets the other requests begin.
async fn yield_once() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

fn not_played<T>() -> Result<T> {
    Err(Error::not_simulated(Service::Batch, "not played"))
}

#[async_trait]
impl TaskOperations for Played {
    async fn create_task(&self, _: &JobId, _: BatchTaskCreateOptions, _: &RequestOptions) -> Result<Written> {
        not_played()
    }

    async fn create_task_collection(
        &self,
        _: &JobId,
        tasks: BatchTaskGroup,
        _: &RequestOptions,
    ) -> Result<BatchCreateTaskCollectionResult> {
        let made = {
            let mut groups = self.groups.lock().unwrap();
            groups.push(tasks.value.iter().map(|task| task.id.clone()).collect());
            groups.len()
        };
        {
            let mut under_way = self.under_way.lock().unwrap();
            under_way.0 += 1;
            under_way.1 = under_way.1.max(under_way.0);
        }
        yield_once().await;
        self.under_way.lock().unwrap().0 -= 1;
        (self.script)(made, &tasks)
    }

    async fn get_task(&self, _: &JobId, _: &TaskId, _: &RequestOptions) -> Result<BatchTask> {
        not_played()
    }

    async fn list_tasks(&self, _: &JobId, _: &ListOptions) -> Result<Page<BatchTask>> {
        not_played()
    }

    async fn replace_task(&self, _: &JobId, _: &TaskId, _: BatchTask, _: &RequestOptions) -> Result<Written> {
        not_played()
    }

    async fn terminate_task(&self, _: &JobId, _: &TaskId, _: &RequestOptions) -> Result<Written> {
        not_played()
    }

    async fn reactivate_task(&self, _: &JobId, _: &TaskId, _: &RequestOptions) -> Result<Written> {
        not_played()
    }

    async fn delete_task(&self, _: &JobId, _: &TaskId, _: &RequestOptions) -> Result<()> {
        not_played()
    }

    async fn list_subtasks(&self, _: &JobId, _: &TaskId, _: &ListOptions) -> Result<Page<BatchSubtask>> {
        not_played()
    }
}

fn tasks(number: usize) -> Vec<BatchTaskCreateOptions> {
    let task = |at: usize| BatchTaskCreateOptions {
        id: format!("t{at}"),
        command_line: "/bin/true".into(),
        ..BatchTaskCreateOptions::default()
    };
    (0..number).map(task).collect()
}

fn result(
    task: &BatchTaskCreateOptions,
    status: BatchTaskAddStatus,
    code: Option<ErrorCode>,
) -> BatchTaskCreateResult {
    let error = code.map(|code| failure::model(&Error::batch(code), "r", Timestamp::UNIX_EPOCH));
    BatchTaskCreateResult {
        status,
        task_id: task.id.clone(),
        error,
        ..BatchTaskCreateResult::default()
    }
}

/// Every task gets a status by its id; results come in reverse.
fn answer(
    tasks: &BatchTaskGroup,
    status: impl Fn(&str) -> (BatchTaskAddStatus, Option<ErrorCode>),
) -> BatchCreateTaskCollectionResult {
    let settled = tasks.value.iter().rev().map(|task| {
        let (status, code) = status(&task.id);
        result(task, status, code)
    });
    BatchCreateTaskCollectionResult {
        value: settled.collect(),
    }
}

fn all_added(tasks: &BatchTaskGroup) -> BatchCreateTaskCollectionResult {
    answer(tasks, |_| (BatchTaskAddStatus::Success, None))
}

fn ids(report: &SubmitReport) -> Vec<&str> {
    report
        .refused
        .iter()
        .map(|refused| refused.task.id.as_str())
        .collect()
}

#[test]
fn tasks_go_in_chunks_of_a_hundred() {
    let service = Played::new(|_, tasks| Ok(all_added(tasks)));
    let report = service.submit(tasks(250), &SubmitOptions::default());
    assert_eq!((report.added, service.sizes()), (250, vec![100, 100, 50]));
    assert_eq!(report.into_result().unwrap(), 250);
    let nothing = service.submit(Vec::new(), &SubmitOptions::default());
    assert_eq!((nothing.into_result().unwrap(), service.sizes().len()), (0, 3));
}

#[test]
fn so_many_requests_are_under_way_at_once_and_no_more() {
    for (parallel_requests, most) in [(0, 1), (1, 1), (3, 3), (100, 10)] {
        let service = Played::new(|_, tasks| Ok(all_added(tasks)));
        let options = SubmitOptions {
            parallel_requests,
            ..SubmitOptions::default()
        };
        assert_eq!(service.submit(tasks(1_000), &options).added, 1_000);
        assert_eq!(service.under_way.lock().unwrap().1, most);
    }
}

#[test]
fn chunks_keep_to_the_limit_of_bytes() {
    let service = Played::new(|_, tasks| {
        assert!(serde_json::to_vec(tasks).unwrap().len() <= 200);
        Ok(all_added(tasks))
    });
    let options = SubmitOptions {
        bytes_per_request: 200,
        ..SubmitOptions::default()
    };
    let report = service.submit(tasks(20), &options);
    assert_eq!(report.added, 20);
    assert!(
        service.sizes().iter().all(|size| *size >= 4),
        "{:?}",
        service.sizes()
    );
}

#[test]
fn a_request_that_is_too_large_is_split_down_to_the_task_that_is() {
    let service = Played::new(|_, tasks| {
        let holds_it = tasks.value.iter().any(|task| task.id == "t5");
        if holds_it || tasks.value.len() > 4 {
            return Err(Error::batch(ErrorCode::RequestBodyTooLarge));
        }
        Ok(all_added(tasks))
    });
    let report = service.submit(tasks(10), &SubmitOptions::default());
    assert_eq!((report.added, ids(&report)), (9, vec!["t5"]));
    assert!(report.refused[0].error.is(&ErrorCode::RequestBodyTooLarge));
    assert!(report.failure.is_none() && report.left.is_empty());
}

#[test]
fn what_the_service_could_not_add_is_offered_again() {
    let service = Played::new(|request, tasks| {
        Ok(answer(tasks, |id| match (request, id) {
            (1 | 2, "t1" | "T2") => (BatchTaskAddStatus::ServerError, Some(ErrorCode::ServerBusy)),
            (3, "T2") => (BatchTaskAddStatus::ClientError, Some(ErrorCode::TaskExists)),
            _ => (BatchTaskAddStatus::Success, None),
        }))
    });
    let mut offered = tasks(4);
    offered[2].id = "T2".to_owned();
    let report = service.submit(offered, &SubmitOptions::default());
    assert_eq!(report.into_result().unwrap(), 4);
    assert_eq!(service.sizes(), [4, 2, 2]);
    let waits: Vec<i64> = service
        .slept
        .lock()
        .unwrap()
        .iter()
        .map(|span| span.milliseconds())
        .collect();
    assert_eq!(waits, [1_000, 2_000]);
}

#[test]
fn it_is_not_offered_for_ever() {
    let service = Played::new(|_, tasks| {
        Ok(answer(tasks, |_| {
            (BatchTaskAddStatus::ServerError, Some(ErrorCode::ServerBusy))
        }))
    });
    let report = service.submit(tasks(2), &SubmitOptions::default());
    assert_eq!((ids(&report), service.sizes()), (vec!["t0", "t1"], vec![2; 5]));
    assert!(report.into_result().unwrap_err().is(&ErrorCode::ServerBusy));
}

#[test]
fn refusals_are_reported_for_each_task_in_order() {
    let service = Played::new(|_, tasks| {
        Ok(answer(tasks, |id| match id {
            "t3" | "t201" => (BatchTaskAddStatus::ClientError, Some(ErrorCode::TaskExists)),
            "t7" => (
                BatchTaskAddStatus::ClientError,
                Some(ErrorCode::InvalidPropertyValue),
            ),
            "t8" => ("a status of the future".into(), None),
            _ => (BatchTaskAddStatus::Success, None),
        }))
    });
    let report = service.submit(tasks(250), &SubmitOptions::default());
    assert_eq!(
        (report.added, ids(&report)),
        (246, vec!["t3", "t7", "t8", "t201"])
    );
    assert!(
        report.refused[0].error.is(&ErrorCode::TaskExists),
        "it was there before"
    );
    assert!(
        report.refused[2]
            .error
            .message()
            .contains("a status of the future")
    );
}

#[test]
fn a_task_that_is_given_twice_has_two_results() {
    let service = Played::new(|_, tasks| {
        let mut results = all_added(tasks);
        results.value[1] = result(
            &tasks.value[0],
            BatchTaskAddStatus::ClientError,
            Some(ErrorCode::TaskExists),
        );
        Ok(results)
    });
    let twice = [tasks(1), tasks(1)].concat();
    let report = service.submit(twice, &SubmitOptions::default());
    assert_eq!((report.added, ids(&report)), (1, vec!["t0"]));
}

#[test]
fn an_answer_that_leaves_a_task_out_is_not_taken_for_success() {
    let service = Played::new(|_, tasks| {
        let mut results = all_added(tasks);
        results.value.retain(|result| result.task_id != "t1");
        Ok(results)
    });
    let report = service.submit(tasks(3), &SubmitOptions::default());
    assert_eq!((report.added, ids(&report)), (2, vec!["t1"]));
    assert_eq!(report.refused[0].error.status(), 0);
}

#[test]
fn a_failure_ends_the_submission_and_what_is_left_is_told() {
    let service = Played::new(|request, tasks| match request {
        1 => Ok(all_added(tasks)),
        _ => Err(Error::batch(ErrorCode::JobCompleted)),
    });
    let one_at_a_time = SubmitOptions {
        parallel_requests: 1,
        ..SubmitOptions::default()
    };
    let report = service.submit(tasks(450), &one_at_a_time);
    assert_eq!((report.added, service.sizes()), (100, vec![100, 100]));
    let left: Vec<&str> = report.left.iter().map(|task| task.id.as_str()).collect();
    assert_eq!((left.len(), left[0], left[349]), (350, "t100", "t449"));
    assert!(report.into_result().unwrap_err().is(&ErrorCode::JobCompleted));
}
