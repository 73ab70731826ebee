//! What a caller is told about the preparation and release tasks of a job, node by node.

use batchite_api::backend::ListOptions;
use batchite_api::batch::{
    BatchJobPreparationAndReleaseTaskStatus, BatchJobPreparationTaskExecutionInfo,
    BatchJobPreparationTaskState, BatchJobReleaseTaskExecutionInfo, BatchJobReleaseTaskState,
};
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::JobId;
use batchite_api::odata::{ListKind, Value};
use batchite_api::page::Page;

use super::World;
use super::job::{Job, job_not_found};
use super::job_task_run::{JobTaskKind, JobTaskRun};
use super::node::NodeIdentity;
use super::paging::{continuation_offset, page};
use super::preparation::PreparedNode;
use crate::exec::Platform;

impl World {
    /// `GET /jobs/{jobId}/jobpreparationandreleasetaskstatus`: every node the preparation task has come to, those that
    /// are gone included, in the order the nodes were made in.
    ///
    /// Refused: `JobPreparationTaskNotSpecified` for a job without such a task.
    pub fn list_job_preparation_and_release_task_status(
        &self,
        job: &JobId,
        options: &ListOptions,
    ) -> Result<Page<BatchJobPreparationAndReleaseTaskStatus>> {
        let job = self.job(self.find_job(job)?).ok_or_else(job_not_found)?;
        let filter = options.filter(ListKind::JobPreparationAndReleaseTaskStatus)?;
        let start = continuation_offset(options)?;
        let Some(preparation) = job.preparation.as_deref() else {
            options.select()?;
            options.page_size()?;
            return Err(Error::batch(ErrorCode::JobPreparationTaskNotSpecified));
        };
        let nodes = preparation.nodes.iter();
        let nodes = nodes
            .map(|(node, record)| (node.offset(), record))
            .skip_while(|(at, _)| *at < start);
        let passing = nodes.filter(|(_, record)| {
            filter
                .as_ref()
                .is_none_or(|filter| filter.matches(&|name| field(record, name)))
        });
        page(passing, options, |record| self.view_status(job, record))
    }

    fn view_status(&self, job: &Job, record: &PreparedNode) -> BatchJobPreparationAndReleaseTaskStatus {
        let identity = &record.identity;
        let node_url = self.node_url(&identity.pool, &identity.node);
        let directory = |kind| directory(job, kind, identity, &node_url);
        let release = record.release.as_ref().map(|release| &release.run);
        BatchJobPreparationAndReleaseTaskStatus {
            pool_id: Some(identity.pool.to_string()),
            node_id: Some(identity.node.to_string()),
            job_preparation_task_execution_info: preparation(
                &record.preparation,
                directory(JobTaskKind::Preparation),
            ),
            job_release_task_execution_info: release
                .and_then(|run| self::release(run, directory(JobTaskKind::Release))),
            node_url: Some(node_url),
        }
    }
}

/// The directory of a task, as it is shown and as a URL.
fn directory(
    job: &Job,
    kind: JobTaskKind,
    node: &NodeIdentity,
    node_url: &str,
) -> (Option<String>, Option<String>) {
    let directory = job.job_task_directory(kind);
    let shown = directory.as_ref().map(|directory| match node.platform {
        Platform::Linux => directory.clone(),
        Platform::Windows => directory.replace('/', "\\"),
    });
    let url = directory.map(|directory| format!("{node_url}/files/{directory}"));
    (shown, url)
}

fn preparation(
    run: &JobTaskRun,
    (task_root_directory, task_root_directory_url): (Option<String>, Option<String>),
) -> Option<BatchJobPreparationTaskExecutionInfo> {
    Some(BatchJobPreparationTaskExecutionInfo {
        start_time: run.start_time?,
        end_time: run.end_time,
        state: match run.end_time {
            None => BatchJobPreparationTaskState::Running,
            Some(_) => BatchJobPreparationTaskState::Completed,
        },
        task_root_directory,
        task_root_directory_url,
        exit_code: run.exit_code,
        container_info: None,
        failure_info: run.failure.clone(),
        retry_count: run.retry_count,
        last_retry_time: run.last_retry_time,
        result: run.result(),
    })
}

fn release(
    run: &JobTaskRun,
    (task_root_directory, task_root_directory_url): (Option<String>, Option<String>),
) -> Option<BatchJobReleaseTaskExecutionInfo> {
    Some(BatchJobReleaseTaskExecutionInfo {
        start_time: run.start_time?,
        end_time: run.end_time,
        state: match run.end_time {
            None => BatchJobReleaseTaskState::Running,
            Some(_) => BatchJobReleaseTaskState::Completed,
        },
        task_root_directory,
        task_root_directory_url,
        exit_code: run.exit_code,
        container_info: None,
        failure_info: run.failure.clone(),
        result: run.result(),
    })
}

fn field<'a>(record: &'a PreparedNode, name: &str) -> Option<Value<'a>> {
    let of_run = |run: &JobTaskRun, name: &str| -> Option<Value<'static>> {
        run.start_time?;
        Some(match name {
            "state" => if run.end_time.is_none() {
                "running"
            } else {
                "completed"
            }
            .into(),
            "startTime" => Value::Moment(run.start_time?),
            "endTime" => Value::Moment(run.end_time?),
            "exitCode" => Value::Number(i64::from(run.exit_code?)),
            "result" => Value::Text(run.result()?.to_string().into()),
            _ => return None,
        })
    };
    if let Some(name) = name.strip_prefix("jobPreparationTaskExecutionInfo/") {
        return of_run(&record.preparation, name);
    }
    if let Some(name) = name.strip_prefix("jobReleaseTaskExecutionInfo/") {
        return of_run(&record.release.as_ref()?.run, name);
    }
    Some(match name {
        "poolId" => record.identity.pool.as_str().into(),
        "nodeId" => record.identity.node.as_str().into(),
        _ => return None,
    })
}
