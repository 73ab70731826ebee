//! Operations as types: calls become requests, and requests become calls.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::parameters::Parameters;
use super::path::{PathParts, escaped};
use super::request::RequestParts;
use super::route::{BodyRule, Route};
use super::{API_VERSION, document, header};
use crate::error::{Error, ErrorCode, Result, Service};

/// The operations of the service by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BatchOperation {
    /// `GET /applications`
    ListApplications,
    /// `GET /applications/{applicationId}`
    GetApplication,
    /// `GET /supportedimages`
    ListSupportedImages,
    /// `GET /nodecounts`
    ListPoolNodeCounts,
    /// `GET /poolusagemetrics`
    ListPoolUsageMetrics,
    /// `POST /pools`
    CreatePool,
    /// `GET /pools`
    ListPools,
    /// `DELETE /pools/{poolId}`
    DeletePool,
    /// `HEAD /pools/{poolId}`
    PoolExists,
    /// `GET /pools/{poolId}`
    GetPool,
    /// `PATCH /pools/{poolId}`
    UpdatePool,
    /// `POST /pools/{poolId}/disableautoscale`
    DisablePoolAutoScale,
    /// `POST /pools/{poolId}/enableautoscale`
    EnablePoolAutoScale,
    /// `POST /pools/{poolId}/evaluateautoscale`
    EvaluatePoolAutoScale,
    /// `POST /pools/{poolId}/resize`
    ResizePool,
    /// `POST /pools/{poolId}/stopresize`
    StopPoolResize,
    /// `POST /pools/{poolId}/updateproperties`
    ReplacePoolProperties,
    /// `POST /pools/{poolId}/removenodes`
    RemoveNodes,
    /// `POST /pools/{poolId}/nodes/{nodeId}/users`
    CreateNodeUser,
    /// `DELETE /pools/{poolId}/nodes/{nodeId}/users/{userName}`
    DeleteNodeUser,
    /// `PUT /pools/{poolId}/nodes/{nodeId}/users/{userName}`
    ReplaceNodeUser,
    /// `GET /pools/{poolId}/nodes/{nodeId}`
    GetNode,
    /// `POST /pools/{poolId}/nodes/{nodeId}/reboot`
    RebootNode,
    /// `POST /pools/{poolId}/nodes/{nodeId}/start`
    StartNode,
    /// `POST /pools/{poolId}/nodes/{nodeId}/reimage`
    ReimageNode,
    /// `POST /pools/{poolId}/nodes/{nodeId}/deallocate`
    DeallocateNode,
    /// `POST /pools/{poolId}/nodes/{nodeId}/disablescheduling`
    DisableNodeScheduling,
    /// `POST /pools/{poolId}/nodes/{nodeId}/enablescheduling`
    EnableNodeScheduling,
    /// `GET /pools/{poolId}/nodes/{nodeId}/remoteloginsettings`
    GetNodeRemoteLoginSettings,
    /// `POST /pools/{poolId}/nodes/{nodeId}/uploadbatchservicelogs`
    UploadNodeLogs,
    /// `GET /pools/{poolId}/nodes`
    ListNodes,
    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions/{extensionName}`
    GetNodeExtension,
    /// `GET /pools/{poolId}/nodes/{nodeId}/extensions`
    ListNodeExtensions,
    /// `DELETE /jobs/{jobId}`
    DeleteJob,
    /// `GET /jobs/{jobId}`
    GetJob,
    /// `PATCH /jobs/{jobId}`
    UpdateJob,
    /// `PUT /jobs/{jobId}`
    ReplaceJob,
    /// `POST /jobs/{jobId}/disable`
    DisableJob,
    /// `POST /jobs/{jobId}/enable`
    EnableJob,
    /// `POST /jobs/{jobId}/terminate`
    TerminateJob,
    /// `POST /jobs`
    CreateJob,
    /// `GET /jobs`
    ListJobs,
    /// `GET /jobschedules/{jobScheduleId}/jobs`
    ListJobsFromSchedule,
    /// `GET /jobs/{jobId}/jobpreparationandreleasetaskstatus`
    ListJobPreparationAndReleaseTaskStatus,
    /// `GET /jobs/{jobId}/taskcounts`
    GetJobTaskCounts,
    /// `HEAD /jobschedules/{jobScheduleId}`
    JobScheduleExists,
    /// `DELETE /jobschedules/{jobScheduleId}`
    DeleteJobSchedule,
    /// `GET /jobschedules/{jobScheduleId}`
    GetJobSchedule,
    /// `PATCH /jobschedules/{jobScheduleId}`
    UpdateJobSchedule,
    /// `PUT /jobschedules/{jobScheduleId}`
    ReplaceJobSchedule,
    /// `POST /jobschedules/{jobScheduleId}/disable`
    DisableJobSchedule,
    /// `POST /jobschedules/{jobScheduleId}/enable`
    EnableJobSchedule,
    /// `POST /jobschedules/{jobScheduleId}/terminate`
    TerminateJobSchedule,
    /// `POST /jobschedules`
    CreateJobSchedule,
    /// `GET /jobschedules`
    ListJobSchedules,
    /// `POST /jobs/{jobId}/tasks`
    CreateTask,
    /// `GET /jobs/{jobId}/tasks`
    ListTasks,
    /// `POST /jobs/{jobId}/addtaskcollection`
    CreateTaskCollection,
    /// `DELETE /jobs/{jobId}/tasks/{taskId}`
    DeleteTask,
    /// `GET /jobs/{jobId}/tasks/{taskId}`
    GetTask,
    /// `PUT /jobs/{jobId}/tasks/{taskId}`
    ReplaceTask,
    /// `GET /jobs/{jobId}/tasks/{taskId}/subtasksinfo`
    ListSubtasks,
    /// `POST /jobs/{jobId}/tasks/{taskId}/terminate`
    TerminateTask,
    /// `POST /jobs/{jobId}/tasks/{taskId}/reactivate`
    ReactivateTask,
    /// `DELETE /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
    DeleteTaskFile,
    /// `GET /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
    DownloadTaskFile,
    /// `HEAD /jobs/{jobId}/tasks/{taskId}/files/{filePath}`
    GetTaskFileProperties,
    /// `GET /jobs/{jobId}/tasks/{taskId}/files`
    ListTaskFiles,
    /// `DELETE /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    DeleteNodeFile,
    /// `GET /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    DownloadNodeFile,
    /// `HEAD /pools/{poolId}/nodes/{nodeId}/files/{filePath}`
    GetNodeFileProperties,
    /// `GET /pools/{poolId}/nodes/{nodeId}/files`
    ListNodeFiles,
}

/// An operation: its route, and the types of what differs in its path (`P`), of its body (`B`, `()` when it has
/// none) and of its answer (`A`).
pub struct Operation<P, B, A> {
    /// How it stands on the wire.
    pub route: Route,
    types: PhantomData<fn(P, B) -> A>,
}

impl<P, B, A> fmt::Debug for Operation<P, B, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.route.name)
    }
}

/// A call of an operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<P, B> {
    /// The ids and names of its path.
    pub path: P,
    /// Its body.
    pub body: B,
    /// What it carries beside them.
    pub parameters: Parameters,
}

impl<P, B, A> Operation<P, B, A> {
    /// An operation with a route.
    pub(super) const fn new(route: Route) -> Self {
        Self {
            route,
            types: PhantomData,
        }
    }
}

impl<P: PathParts, B: Serialize + DeserializeOwned, A> Operation<P, B, A> {
    /// The request of a call.
    ///
    /// Fails when a parameter has no place in it, when a text cannot be a header, and when a list shall go on at a
    /// link that is another list's.
    pub fn encode(&self, call: &Call<P, B>) -> Result<RequestParts> {
        let mut request = RequestParts {
            method: self.route.method.clone(),
            path: self.path(&call.path),
            query: vec![("api-version".to_owned(), API_VERSION.to_owned())],
            headers: HeaderMap::new(),
            body: self.body(&call.body)?,
        };
        if !request.body.is_empty() {
            header::set(&mut request.headers, CONTENT_TYPE.as_str(), super::CONTENT_TYPE)?;
        }
        match linked_query(&call.parameters, &request.path)? {
            None => call.parameters.write(&self.route, &mut request)?,
            Some(query) => {
                let client_request_id = call.parameters.client_request_id.clone();
                request.query.extend(query);
                let rest = Parameters {
                    client_request_id,
                    ..Parameters::default()
                };
                rest.write(&self.route, &mut request)?;
            }
        }
        Ok(request)
    }

    /// The call of a request whose path has these parts, as [`Route::find`] gives them.
    ///
    /// Refused: `MissingRequiredQueryParameter` without a version, `InvalidRequestBody`, `UnsupportedProperty`,
    /// `InvalidPropertyValue` and what is wrong with ids, parameters and headers.
    pub fn decode(&self, parts: &[String], request: &RequestParts) -> Result<Call<P, B>> {
        if request.query("api-version").is_none() {
            return Err(Error::batch(ErrorCode::MissingRequiredQueryParameter)
                .with_detail("QueryParameterName", "api-version"));
        }
        Ok(Call {
            path: P::read(parts)?,
            body: self.read_body(&request.body)?,
            parameters: Parameters::read(&self.route, request)?,
        })
    }

    fn path(&self, parts: &P) -> String {
        let mut texts = parts.texts().into_iter();
        let mut path = String::new();
        for segment in self.route.path.split('/').skip(1) {
            path.push('/');
            match segment.strip_prefix('{').and_then(|_| texts.next()) {
                Some(text) => path.push_str(&escaped(text).to_string()),
                None => path.push_str(segment),
            }
        }
        path
    }

    fn body(&self, body: &B) -> Result<Bytes> {
        let unwritable =
            |source| Error::transport(Service::Batch, "The body cannot be written as JSON.", source);
        let bytes = match self.route.body {
            BodyRule::None => return Ok(Bytes::new()),
            BodyRule::Required | BodyRule::Optional => serde_json::to_vec(body).map_err(unwritable)?,
            BodyRule::Only(properties) => {
                let mut document = serde_json::to_value(body).map_err(unwritable)?;
                if let Value::Object(object) = &mut document {
                    object.retain(|name, _| properties.contains(&name.as_str()));
                }
                serde_json::to_vec(&document).map_err(unwritable)?
            }
        };
        if self.route.body == BodyRule::Optional && bytes == b"{}" {
            return Ok(Bytes::new());
        }
        Ok(Bytes::from(bytes))
    }

    fn read_body(&self, bytes: &[u8]) -> Result<B> {
        match (self.route.body, bytes) {
            // What has no body is read as what has no content.
            (BodyRule::None, b"") => serde_json::from_slice(b"null").map_err(|error| {
                Error::batch(ErrorCode::InvalidRequestBody).with_detail("Reason", error.to_string())
            }),
            (BodyRule::None, _) => Err(Error::batch(ErrorCode::InvalidRequestBody).with_detail(
                "Reason",
                format!("{} takes no body; leave it out.", self.route.name),
            )),
            (BodyRule::Optional, b"") => document::read(b"{}"),
            (_, bytes) => document::read(bytes),
        }
    }
}

/// The query of the link a list goes on at; `None` when it goes on at a token, or begins.
fn linked_query(parameters: &Parameters, path: &str) -> Result<Option<Vec<(String, String)>>> {
    let Some(link) = parameters
        .continuation
        .as_ref()
        .map(crate::page::Continuation::as_str)
    else {
        return Ok(None);
    };
    if !(link.starts_with("https://") || link.starts_with("http://")) {
        return Ok(None);
    }
    // Only path and query count: a request goes to the account it is signed for, whatever host a link names.
    let link = link.parse::<http::Uri>().ok().filter(|link| link.path() == path);
    let Some(link) = link else {
        return Err(Error::protocol(
            Service::Batch,
            "The list cannot go on: the continuation is the link of another list.",
        ));
    };
    let mut query = RequestParts::read_query(link.query().unwrap_or(""));
    query.retain(|(name, _)| !name.eq_ignore_ascii_case("api-version"));
    Ok(Some(query))
}
