//! Operations become calls to a backend, and what it says becomes an answer; one resource a file.

mod account;
mod file;
mod job;
mod job_schedule;
mod node;
mod pool;
mod task;

use batchite_api::backend::{BatchBackend, Body, RequestOptions};
use batchite_api::error::Result;
use batchite_api::odata::Select;
use batchite_api::time::Timestamp;
use batchite_api::wire::batch::answer::Asked;
use batchite_api::wire::batch::header;
use batchite_api::wire::batch::path::{PathParts, escaped};
use batchite_api::wire::batch::route::AnswerHeader;
use batchite_api::wire::batch::{
    Answer, AnswerParts, BatchOperation, Call, Operation, Parameters, RequestParts, Route,
};
use http::header::{ETAG, LAST_MODIFIED, LOCATION};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `DataServiceId`: the URL of what was written.
const DATA_SERVICE_ID: &str = "dataserviceid";

/// A request whose operation is known, and what it is carried out with.
pub(super) struct Dispatch<'a> {
    pub(super) backend: &'a dyn BatchBackend,
    pub(super) request: &'a RequestParts,
    /// The parts of the path that differ, decoded.
    pub(super) ids: &'a [String],
    /// The URL of the account as the caller spells it.
    pub(super) endpoint: &'a str,
    /// The service's id for the request.
    pub(super) request_id: &'a str,
    /// The time.
    pub(super) now: Timestamp,
}

/// What answers a request: parts, and the bytes of a file where it asked for one.
pub(super) struct Done {
    pub(super) parts: AnswerParts,
    pub(super) file: Option<Body>,
}

impl Dispatch<'_> {
    /// Carries out the operation.
    #[expect(clippy::too_many_lines, reason = "a table with one row an operation")]
    pub(super) async fn carry_out(&self, operation: BatchOperation) -> Result<Done> {
        use BatchOperation as Op;
        match operation {
            Op::ListApplications => self.list_applications().await,
            Op::GetApplication => self.get_application().await,
            Op::ListSupportedImages => self.list_supported_images().await,
            Op::ListPoolNodeCounts => self.list_pool_node_counts().await,
            Op::ListPoolUsageMetrics => self.list_pool_usage_metrics().await,
            Op::CreatePool => self.create_pool().await,
            Op::ListPools => self.list_pools().await,
            Op::DeletePool => self.delete_pool().await,
            Op::PoolExists => self.pool_exists().await,
            Op::GetPool => self.get_pool().await,
            Op::UpdatePool => self.update_pool().await,
            Op::DisablePoolAutoScale => self.disable_pool_auto_scale().await,
            Op::EnablePoolAutoScale => self.enable_pool_auto_scale().await,
            Op::EvaluatePoolAutoScale => self.evaluate_pool_auto_scale().await,
            Op::ResizePool => self.resize_pool().await,
            Op::StopPoolResize => self.stop_pool_resize().await,
            Op::ReplacePoolProperties => self.replace_pool_properties().await,
            Op::RemoveNodes => self.remove_nodes().await,
            Op::CreateNodeUser => self.create_node_user().await,
            Op::DeleteNodeUser => self.delete_node_user().await,
            Op::ReplaceNodeUser => self.replace_node_user().await,
            Op::GetNode => self.get_node().await,
            Op::RebootNode => self.reboot_node().await,
            Op::StartNode => self.start_node().await,
            Op::ReimageNode => self.reimage_node().await,
            Op::DeallocateNode => self.deallocate_node().await,
            Op::DisableNodeScheduling => self.disable_node_scheduling().await,
            Op::EnableNodeScheduling => self.enable_node_scheduling().await,
            Op::GetNodeRemoteLoginSettings => self.get_node_remote_login_settings().await,
            Op::UploadNodeLogs => self.upload_node_logs().await,
            Op::ListNodes => self.list_nodes().await,
            Op::GetNodeExtension => self.get_node_extension().await,
            Op::ListNodeExtensions => self.list_node_extensions().await,
            Op::DeleteJob => self.delete_job().await,
            Op::GetJob => self.get_job().await,
            Op::UpdateJob => self.update_job().await,
            Op::ReplaceJob => self.replace_job().await,
            Op::DisableJob => self.disable_job().await,
            Op::EnableJob => self.enable_job().await,
            Op::TerminateJob => self.terminate_job().await,
            Op::CreateJob => self.create_job().await,
            Op::ListJobs => self.list_jobs().await,
            Op::ListJobsFromSchedule => self.list_jobs_from_schedule().await,
            Op::ListJobPreparationAndReleaseTaskStatus => {
                self.list_job_preparation_and_release_task_status().await
            }
            Op::GetJobTaskCounts => self.get_job_task_counts().await,
            Op::JobScheduleExists => self.job_schedule_exists().await,
            Op::DeleteJobSchedule => self.delete_job_schedule().await,
            Op::GetJobSchedule => self.get_job_schedule().await,
            Op::UpdateJobSchedule => self.update_job_schedule().await,
            Op::ReplaceJobSchedule => self.replace_job_schedule().await,
            Op::DisableJobSchedule => self.disable_job_schedule().await,
            Op::EnableJobSchedule => self.enable_job_schedule().await,
            Op::TerminateJobSchedule => self.terminate_job_schedule().await,
            Op::CreateJobSchedule => self.create_job_schedule().await,
            Op::ListJobSchedules => self.list_job_schedules().await,
            Op::CreateTask => self.create_task().await,
            Op::ListTasks => self.list_tasks().await,
            Op::CreateTaskCollection => self.create_task_collection().await,
            Op::DeleteTask => self.delete_task().await,
            Op::GetTask => self.get_task().await,
            Op::ReplaceTask => self.replace_task().await,
            Op::ListSubtasks => self.list_subtasks().await,
            Op::TerminateTask => self.terminate_task().await,
            Op::ReactivateTask => self.reactivate_task().await,
            Op::DeleteTaskFile => self.delete_task_file().await,
            Op::DownloadTaskFile => self.download_task_file().await,
            Op::GetTaskFileProperties => self.get_task_file_properties().await,
            Op::ListTaskFiles => self.list_task_files().await,
            Op::DeleteNodeFile => self.delete_node_file().await,
            Op::DownloadNodeFile => self.download_node_file().await,
            Op::GetNodeFileProperties => self.get_node_file_properties().await,
            Op::ListNodeFiles => self.list_node_files().await,
        }
    }

    /// The call the request makes.
    fn decode<P, B, A>(&self, operation: &Operation<P, B, A>) -> Result<Call<P, B>>
    where
        P: PathParts,
        B: Serialize + DeserializeOwned,
    {
        operation.decode(self.ids, self.request)
    }

    /// The answer to it.
    fn tell<P, B, A: Answer>(&self, operation: &Operation<P, B, A>, answer: &A) -> Result<Done> {
        let asked = Asked {
            endpoint: self.endpoint,
            request: self.request,
        };
        let mut parts = answer.write(&operation.route, asked)?;
        if operation.route.headers.contains(&AnswerHeader::Target) {
            header::set(&mut parts.headers, DATA_SERVICE_ID, &self.target())?;
        }
        Ok(Done { parts, file: None })
    }

    /// The answer to a request that made an entity: both headers say where it is.
    fn tell_made<P, B, A: Answer>(
        &self,
        operation: &Operation<P, B, A>,
        answer: &A,
        id: &str,
    ) -> Result<Done> {
        let mut done = self.tell(operation, answer)?;
        let location = format!("{}/{}", self.target(), escaped(id));
        header::set(&mut done.parts.headers, DATA_SERVICE_ID, &location)?;
        header::set(&mut done.parts.headers, LOCATION.as_str(), &location)?;
        Ok(done)
    }

    /// The URL the request was sent to.
    fn target(&self) -> String {
        format!("{}{}", self.endpoint, self.request.path)
    }
}

/// Adds the headers that say which version of an entity there is.
fn add_tags(done: &mut Done, etag: &str, last_modified: Timestamp) -> Result<()> {
    let headers = &mut done.parts.headers;
    header::set(headers, ETAG.as_str(), etag)?;
    header::set(headers, LAST_MODIFIED.as_str(), &last_modified.to_rfc1123())
}

/// The options of a read whose answer has a tag in its headers: a selection must not lose it. What was not selected
/// is taken out of the document again when that is written.
fn with_tags(route: &Route, parameters: &Parameters) -> RequestOptions {
    let mut options = parameters.request_options();
    if route.headers.contains(&AnswerHeader::Tags)
        && let Some(select) = &mut options.select
    {
        // One that makes no sense is refused by the backend, in its order.
        if Select::parse(select).is_ok() {
            select.push_str(",eTag,lastModified");
        }
    }
    options
}
