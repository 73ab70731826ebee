//! One step of a random history, and what came of it.

use std::fmt::{Debug, Write as _};

use batchite_api::backend::{ByteRange, Conditions, ListOptions, RequestOptions, UsagePeriod};
use batchite_api::batch::{
    BatchApplicationPackageReference, BatchJobDisableOptions, BatchJobTerminateOptions,
    BatchJobUpdateOptions, BatchMetadataItem, BatchNodeDisableSchedulingOptions, BatchNodeRebootOptions,
    BatchNodeRemoveOptions, BatchPoolReplaceOptions, BatchPoolResizeOptions, BatchPoolUpdateOptions,
    BatchTask, BatchTaskConstraints, BatchTaskGroup,
};
use batchite_api::error::{Error, Result};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::page::Page;
use batchite_api::time::TimeSpan;
use batchite_api::wire::batch::failure;
use proptest::prelude::*;

use crate::arms::{Arm, job, pool, task};

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    CreateJob,
    CreatePool,
    CreateTask,
    CreateTaskCollection,
    DeleteFile,
    DeleteJob,
    DeletePool,
    DeleteTask,
    DisableJob,
    DisableScheduling,
    DownloadFile,
    EnableJob,
    EnableScheduling,
    Exists,
    FileProperties,
    GetJob,
    GetNode,
    GetPool,
    GetTask,
    ListApplications,
    ListFiles,
    ListImages,
    ListJobs,
    ListNodeFiles,
    ListNodes,
    ListPools,
    ListTasks,
    NodeCounts,
    PatchJob,
    PatchPool,
    Reactivate,
    Reboot,
    RemoveNodes,
    ReplacePool,
    ReplaceTask,
    Resize,
    Sleep,
    StopResize,
    TaskCounts,
    TerminateJob,
    TerminateTask,
    Usage,
}

/// Every kind; what others need comes more than once.
pub(crate) const KINDS: &[Kind] = &[
    Kind::CreateJob,
    Kind::CreatePool,
    Kind::CreateTask,
    Kind::CreateTaskCollection,
    Kind::DeleteFile,
    Kind::DeleteJob,
    Kind::DeletePool,
    Kind::DeleteTask,
    Kind::DisableJob,
    Kind::DisableScheduling,
    Kind::DownloadFile,
    Kind::EnableJob,
    Kind::EnableScheduling,
    Kind::Exists,
    Kind::FileProperties,
    Kind::GetJob,
    Kind::GetNode,
    Kind::GetPool,
    Kind::GetTask,
    Kind::ListApplications,
    Kind::ListFiles,
    Kind::ListImages,
    Kind::ListJobs,
    Kind::ListNodeFiles,
    Kind::ListNodes,
    Kind::ListPools,
    Kind::ListTasks,
    Kind::NodeCounts,
    Kind::PatchJob,
    Kind::PatchPool,
    Kind::Reactivate,
    Kind::Reboot,
    Kind::RemoveNodes,
    Kind::ReplacePool,
    Kind::ReplaceTask,
    Kind::Resize,
    Kind::Sleep,
    Kind::StopResize,
    Kind::TaskCounts,
    Kind::TerminateJob,
    Kind::TerminateTask,
    Kind::Usage,
];

/// A step: what it does, to what, and in which variant.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    kind: Kind,
    pool: u8,
    job: u8,
    task: u8,
    variant: usize,
}

/// Histories that begin with a pool, a job and a task, so that there is something to act on.
pub(crate) fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let kind = prop_oneof![
        6 => proptest::sample::select(KINDS),
        1 => Just(Kind::CreatePool),
        1 => Just(Kind::CreateJob),
        2 => Just(Kind::CreateTask),
        2 => Just(Kind::Sleep),
    ];
    let step =
        (kind, 0..3_u8, 0..3_u8, 0..4_u8, 0..60_usize).prop_map(|(kind, pool, job, task, variant)| Step {
            kind,
            pool,
            job,
            task,
            variant,
        });
    proptest::collection::vec(step, 1..length).prop_map(|mut steps| {
        let first = [Kind::CreatePool, Kind::CreateJob, Kind::CreateTask, Kind::Sleep];
        let first = first.map(|kind| Step {
            kind,
            pool: 0,
            job: 0,
            task: 0,
            variant: 0,
        });
        steps.splice(0..0, first);
        steps
    })
}

/// What came of a call, in words that are equal where callers can act on equal things.
fn told<T: Debug>(result: Result<T>) -> String {
    result.map_or_else(|error| refusal(&error), |value| format!("{value:?}"))
}

fn refusal(error: &Error) -> String {
    format!(
        "refused: {} {} {:?}",
        error.status(),
        error.code(),
        error.details()
    )
}

impl Step {
    pub(crate) fn kind_name(&self) -> String {
        format!("{:?}", self.kind)
    }

    /// One of several texts or numbers.
    pub(super) fn pick<T: Clone>(&self, from: &[T]) -> T {
        from[self.variant % from.len()].clone()
    }

    fn pool_id(&self) -> PoolId {
        PoolId::parse(["pool", "other", "POOL"][usize::from(self.pool)]).expect("an id")
    }

    fn job_id(&self) -> JobId {
        JobId::parse(["job", "other", "JOB"][usize::from(self.job)]).expect("an id")
    }

    fn task_id(&self) -> TaskId {
        TaskId::parse(["a", "b", "A", "c"][usize::from(self.task)]).expect("an id")
    }

    fn conditions(&self) -> RequestOptions {
        let mut conditions = Conditions::default();
        match self.variant % 7 {
            1 => conditions.if_match = Some("*".to_owned()),
            2 => conditions.if_match = Some("0x8DC4F0B3BB056EC".to_owned()),
            3 => conditions.if_none_match = Some("*".to_owned()),
            _ => {}
        }
        RequestOptions {
            conditions,
            ..RequestOptions::default()
        }
    }

    fn expand(&self) -> Option<String> {
        let expand = [None, Some("stats"), None, Some("stats"), Some("nodes")];
        expand[self.variant / 3 % 5].map(str::to_owned)
    }

    /// References to packages: mostly none, some that name nothing.
    fn packages(&self) -> Vec<BatchApplicationPackageReference> {
        let references = [
            None,
            None,
            Some(("tool", None)),
            Some(("tool", Some("1"))),
            Some(("none", Some("1"))),
            None,
        ];
        let reference =
            references[self.variant / 4 % 6].map(|(application, version)| BatchApplicationPackageReference {
                application_id: application.to_owned(),
                version: version.map(str::to_owned),
            });
        reference.into_iter().collect()
    }

    fn reading(&self) -> RequestOptions {
        let select = [
            None,
            Some("id,state"),
            Some("url, ETAG"),
            Some(" , "),
            Some("nothing"),
            None,
        ];
        RequestOptions {
            select: self.pick(&select).map(str::to_owned),
            expand: self.expand(),
            ..self.conditions()
        }
    }

    /// The options of a list; some filters are another list's, or none at all.
    fn listing(&self) -> ListOptions {
        let filters = [
            None,
            Some("state eq 'active'"),
            Some("id ge 'b' and (state ne 'completed' or id eq 'pool')"),
            Some("startswith(id,'O')"),
            Some("creationTime gt datetime'2026-01-01T00:00:00Z'"),
            Some("name eq 'x'"),
            Some("id eq"),
            Some("id eq 'it''s'"),
        ];
        let selects = [None, Some("id"), Some("id, state"), Some("")];
        let sizes = [None, Some(1), Some(2), Some(1000), Some(0), Some(1001)];
        ListOptions {
            filter: self.pick(&filters).map(str::to_owned),
            select: selects[self.variant / 8 % 4]
                .map(str::to_owned)
                .filter(|text| !text.is_empty()),
            max_results: sizes[self.variant / 5 % 6],
            expand: self.expand(),
            ..ListOptions::default()
        }
    }

    /// The pages of a list up to its end.
    async fn pages<T: Debug>(
        &self,
        mut options: ListOptions,
        list: impl AsyncFn(&ListOptions) -> Result<Page<T>>,
    ) -> String {
        let mut text = String::new();
        for _ in 0..20 {
            match list(&options).await {
                Err(error) => return text + &refusal(&error),
                Ok(page) => {
                    writeln!(text, "{:?}", page.items).expect("a text");
                    options.continuation = page.continuation;
                }
            }
            if options.continuation.is_none() {
                break;
            }
        }
        text
    }

    /// A node of the pool, or one that does not exist.
    async fn node_id(&self, arm: &Arm) -> NodeId {
        let nodes = arm
            .batch
            .list_nodes(&self.pool_id(), &ListOptions::default())
            .await;
        let nodes = nodes.map(|page| page.items).unwrap_or_default();
        let node = nodes.get(self.variant % (nodes.len() + 1));
        NodeId::parse(node.map_or("none", |node| &node.id)).expect("an id")
    }

    fn path(&self) -> &'static str {
        self.pick(&["stdout.txt", "wd", "wd/out.txt", "none", "../x", "stderr.txt"])
    }

    /// Takes the step.
    pub(crate) async fn take(&self, arm: &Arm) -> String {
        match self.kind {
            Kind::Sleep => {
                let seconds = self.pick(&[30, 1, 0, 600, 20_000]);
                arm.clock.sleep(TimeSpan::from_seconds(seconds)).await;
                String::new()
            }
            Kind::CreatePool
            | Kind::DeletePool
            | Kind::GetPool
            | Kind::ListPools
            | Kind::PatchPool
            | Kind::RemoveNodes
            | Kind::ReplacePool
            | Kind::Resize
            | Kind::StopResize
            | Kind::Usage => self.on_pools(arm).await,
            Kind::DisableScheduling
            | Kind::EnableScheduling
            | Kind::Exists
            | Kind::GetNode
            | Kind::ListApplications
            | Kind::ListImages
            | Kind::ListNodeFiles
            | Kind::ListNodes
            | Kind::NodeCounts
            | Kind::Reboot => self.on_nodes(arm).await,
            Kind::CreateJob
            | Kind::DeleteJob
            | Kind::DisableJob
            | Kind::EnableJob
            | Kind::GetJob
            | Kind::ListJobs
            | Kind::PatchJob
            | Kind::TaskCounts
            | Kind::TerminateJob => self.on_jobs(arm).await,
            Kind::CreateTask
            | Kind::CreateTaskCollection
            | Kind::DeleteTask
            | Kind::GetTask
            | Kind::ListTasks
            | Kind::Reactivate
            | Kind::ReplaceTask
            | Kind::TerminateTask => self.on_tasks(arm).await,
            Kind::DeleteFile | Kind::DownloadFile | Kind::FileProperties | Kind::ListFiles => {
                self.on_files(arm).await
            }
        }
    }

    async fn remove_nodes(&self, arm: &Arm) -> String {
        let (batch, id) = (&arm.batch, self.pool_id());
        let node_list = vec![self.node_id(arm).await.to_string()];
        let remove = BatchNodeRemoveOptions {
            node_list,
            node_deallocation_option: self.option(),
            ..BatchNodeRemoveOptions::default()
        };
        told(batch.remove_nodes(&id, remove, &self.conditions()).await)
    }

    async fn on_pools(&self, arm: &Arm) -> String {
        let (batch, id) = (&arm.batch, self.pool_id());
        match self.kind {
            Kind::CreatePool => {
                let mut options = pool(id.as_str(), self.pick(&[1, 2, 0, 3, -1]));
                options.application_package_references = self.packages();
                options.user_accounts = self.user_accounts();
                options.mount_configuration = self.mounts();
                if self.variant % 13 == 12 {
                    options.id = "a b".to_owned();
                }
                told(batch.create_pool(options, &RequestOptions::default()).await)
            }
            Kind::DeletePool => told(batch.delete_pool(&id, &self.conditions()).await),
            Kind::GetPool => told(batch.get_pool(&id, &self.reading()).await),
            Kind::ListPools => {
                let list = async |options: &ListOptions| batch.list_pools(options).await;
                self.pages(self.listing(), list).await
            }
            Kind::PatchPool => {
                let update = BatchPoolUpdateOptions {
                    metadata: self.pick(&[None, Some(metadata()), Some(Vec::new())]),
                    task_slots_per_node: self.pick(&[None, Some(2)]),
                    user_accounts: self.pick(&[None, None, Some(self.user_accounts())]),
                    ..BatchPoolUpdateOptions::default()
                };
                told(batch.update_pool(&id, update, &self.conditions()).await)
            }
            Kind::RemoveNodes => self.remove_nodes(arm).await,
            Kind::ReplacePool => {
                let properties = BatchPoolReplaceOptions {
                    metadata: metadata(),
                    ..BatchPoolReplaceOptions::default()
                };
                let request = RequestOptions::default();
                told(batch.replace_pool_properties(&id, properties, &request).await)
            }
            Kind::Resize => {
                let resize = BatchPoolResizeOptions {
                    target_dedicated_nodes: self.pick(&[Some(0), Some(2), Some(3), Some(-1), None]),
                    node_deallocation_option: self.option(),
                    ..BatchPoolResizeOptions::default()
                };
                told(batch.resize_pool(&id, resize, &self.conditions()).await)
            }
            Kind::Usage => {
                let ago = |minutes: i64| arm.clock.now() + TimeSpan::from_minutes(-minutes);
                let period = UsagePeriod {
                    start: self.pick(&[None, Some(ago(600)), Some(ago(10))]),
                    end: self.pick(&[None, Some(ago(120)), Some(ago(700)), None]),
                };
                let options = ListOptions {
                    filter: self.pick(&[
                        None,
                        Some("poolId eq 'pool'".to_owned()),
                        Some("id eq 'x'".to_owned()),
                    ]),
                    max_results: self.pick(&[None, Some(3)]),
                    ..ListOptions::default()
                };
                let list =
                    async |options: &ListOptions| batch.list_pool_usage_metrics(&period, options).await;
                self.pages(options, list).await
            }
            _ => told(batch.stop_pool_resize(&id, &self.conditions()).await),
        }
    }

    async fn on_nodes(&self, arm: &Arm) -> String {
        let (batch, id, request) = (&arm.batch, self.pool_id(), RequestOptions::default());
        match self.kind {
            Kind::Exists => told(batch.pool_exists(&id, &self.conditions()).await),
            Kind::ListImages => {
                let list = async |options: &ListOptions| batch.list_supported_images(options).await;
                let options = ListOptions {
                    filter: self.pick(&[
                        None,
                        Some("osType eq 'windows'".to_owned()),
                        Some("x eq 1".to_owned()),
                    ]),
                    ..ListOptions::default()
                };
                self.pages(options, list).await
            }
            Kind::ListApplications => {
                let list = async |options: &ListOptions| batch.list_applications(options).await;
                let one = batch
                    .get_application(self.pick(&["tool", "TOOL", "none"]), &request)
                    .await;
                let options = ListOptions {
                    max_results: self.pick(&[None, Some(0)]),
                    ..ListOptions::default()
                };
                told(one) + &self.pages(options, list).await
            }
            Kind::ListNodes => {
                let list = async |options: &ListOptions| batch.list_nodes(&id, options).await;
                let options = ListOptions {
                    expand: None,
                    ..self.listing()
                };
                self.pages(options, list).await
            }
            Kind::NodeCounts => {
                let list = async |options: &ListOptions| batch.list_pool_node_counts(options).await;
                self.pages(ListOptions::default(), list).await
            }
            _ => {
                let node = self.node_id(arm).await;
                match self.kind {
                    Kind::DisableScheduling => {
                        let disable = BatchNodeDisableSchedulingOptions::default();
                        told(batch.disable_node_scheduling(&id, &node, disable, &request).await)
                    }
                    Kind::EnableScheduling => told(batch.enable_node_scheduling(&id, &node, &request).await),
                    Kind::GetNode => told(batch.get_node(&id, &node, &request).await),
                    Kind::ListNodeFiles => {
                        let recursive = self.variant.is_multiple_of(2);
                        let list = async |options: &ListOptions| {
                            batch.list_node_files(&id, &node, recursive, options).await
                        };
                        self.pages(ListOptions::default(), list).await
                    }
                    _ => {
                        let reboot = BatchNodeRebootOptions {
                            node_reboot_option: self.option(),
                        };
                        told(batch.reboot_node(&id, &node, reboot, &request).await)
                    }
                }
            }
        }
    }

    async fn on_jobs(&self, arm: &Arm) -> String {
        let (batch, id) = (&arm.batch, self.job_id());
        match self.kind {
            Kind::CreateJob => {
                let mut options = job(id.as_str(), self.pool_id().as_str());
                options.priority = self.pick(&[None, Some(5), Some(-1001)]);
                told(batch.create_job(options, &RequestOptions::default()).await)
            }
            Kind::DeleteJob => {
                let request = RequestOptions {
                    force: self.variant.is_multiple_of(2),
                    ..self.conditions()
                };
                told(batch.delete_job(&id, &request).await)
            }
            Kind::DisableJob => {
                let disable = BatchJobDisableOptions {
                    disable_tasks: self.pick(&["requeue", "terminate", "wait", "x"]).into(),
                };
                told(batch.disable_job(&id, disable, &self.conditions()).await)
            }
            Kind::EnableJob => told(batch.enable_job(&id, &self.conditions()).await),
            Kind::GetJob => told(batch.get_job(&id, &self.reading()).await),
            Kind::ListJobs => {
                let list = async |options: &ListOptions| batch.list_jobs(options).await;
                self.pages(self.listing(), list).await
            }
            Kind::PatchJob => {
                let update = BatchJobUpdateOptions {
                    priority: self.pick(&[Some(1), Some(1001), None]),
                    metadata: self.pick(&[None, Some(metadata())]),
                    ..BatchJobUpdateOptions::default()
                };
                told(batch.update_job(&id, update, &self.conditions()).await)
            }
            Kind::TaskCounts => told(batch.get_job_task_counts(&id, &RequestOptions::default()).await),
            _ => {
                let terminate = BatchJobTerminateOptions {
                    terminate_reason: self.pick(&[None, Some("enough".to_owned())]),
                };
                told(batch.terminate_job(&id, terminate, &self.conditions()).await)
            }
        }
    }

    fn command(&self) -> &'static str {
        self.pick(&[
            "/bin/sh -c 'echo hello > out.txt; echo done'",
            "/bin/sh -c 'sleep 20; exit 3'",
            "none at all",
            "",
        ])
    }

    async fn on_tasks(&self, arm: &Arm) -> String {
        let (batch, job, id) = (&arm.batch, self.job_id(), self.task_id());
        match self.kind {
            Kind::CreateTask => {
                let mut options = task(id.as_str(), self.command());
                options.application_package_references = self.packages();
                options.user_identity = self.user_identity();
                told(batch.create_task(&job, options, &RequestOptions::default()).await)
            }
            Kind::CreateTaskCollection => {
                let tasks = ["a", "d", "d", "e f", "g"].map(|id| task(id, self.command()));
                let length = self.pick(&[5, 3, 1, 0]);
                let tasks = BatchTaskGroup {
                    value: tasks.into_iter().take(length).collect(),
                };
                let request = RequestOptions::default();
                let result = batch.create_task_collection(&job, tasks, &request).await;
                told(result.map(|mut results| {
                    let refused = results
                        .value
                        .iter_mut()
                        .filter_map(|result| result.error.as_mut());
                    for error in refused {
                        let text = error.message.as_mut().and_then(|message| message.value.as_mut());
                        let text = text.expect("refusals have a text");
                        let end = text.find(failure::SIGNATURE);
                        assert_eq!(end.is_some(), arm.quirks().texts_of_tasks_are_signed);
                        text.truncate(end.unwrap_or(text.len()));
                    }
                    results
                }))
            }
            Kind::DeleteTask => told(batch.delete_task(&job, &id, &self.conditions()).await),
            Kind::GetTask => told(batch.get_task(&job, &id, &self.reading()).await),
            Kind::ListTasks => {
                let list = async |options: &ListOptions| batch.list_tasks(&job, options).await;
                self.pages(self.listing(), list).await
            }
            Kind::Reactivate => told(batch.reactivate_task(&job, &id, &self.conditions()).await),
            Kind::ReplaceTask => {
                let constraints = BatchTaskConstraints {
                    max_task_retry_count: self.pick(&[None, Some(2), Some(-2)]),
                    ..BatchTaskConstraints::default()
                };
                let replacement = BatchTask {
                    constraints: Some(constraints),
                    ..BatchTask::default()
                };
                told(
                    batch
                        .replace_task(&job, &id, replacement, &self.conditions())
                        .await,
                )
            }
            _ => told(batch.terminate_task(&job, &id, &self.conditions()).await),
        }
    }

    async fn on_files(&self, arm: &Arm) -> String {
        let (batch, job, id) = (&arm.batch, self.job_id(), self.task_id());
        let (path, request) = (self.path(), RequestOptions::default());
        match self.kind {
            Kind::DeleteFile => {
                let recursive = self.variant.is_multiple_of(2);
                told(batch.delete_task_file(&job, &id, path, recursive, &request).await)
            }
            Kind::DownloadFile => {
                let range = self.pick(&[
                    None,
                    Some(ByteRange {
                        first: 0,
                        last: Some(2),
                    }),
                    Some(ByteRange { first: 3, last: None }),
                    Some(ByteRange {
                        first: 900,
                        last: None,
                    }),
                ]);
                match batch.download_task_file(&job, &id, path, range, &request).await {
                    Err(error) => refusal(&error),
                    Ok(file) => {
                        let bytes = file.body.collect(1 << 20).await;
                        format!("{:?} {bytes:?}", file.headers)
                    }
                }
            }
            Kind::FileProperties => told(batch.get_task_file_properties(&job, &id, path, &request).await),
            _ => {
                let recursive = self.variant.is_multiple_of(2);
                let options = ListOptions {
                    filter: self.pick(&[
                        None,
                        Some("startswith(name,'std')".to_owned()),
                        Some("id eq 'x'".to_owned()),
                    ]),
                    max_results: self.pick(&[None, Some(1)]),
                    ..ListOptions::default()
                };
                let list =
                    async |options: &ListOptions| batch.list_task_files(&job, &id, recursive, options).await;
                self.pages(options, list).await
            }
        }
    }
}

fn metadata() -> Vec<BatchMetadataItem> {
    vec![BatchMetadataItem {
        name: "owner".to_owned(),
        value: "me".to_owned(),
    }]
}
