//! Lists as streams: the entries of all pages, each page asked for when it is reached.

use std::future::Future;
use std::pin::Pin;

use futures_core::Stream;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{BatchBackend, BlobBackend, ListOptions, UsagePeriod};
use crate::batch::{
    BatchApplication, BatchJob, BatchJobPreparationAndReleaseTaskStatus, BatchJobSchedule, BatchNode,
    BatchNodeFile, BatchNodeVMExtension, BatchPool, BatchPoolNodeCounts, BatchPoolUsageMetrics, BatchSubtask,
    BatchSupportedImage, BatchTask,
};
use crate::blob::{
    ContainerItem, ContainerName, ListBlobsEntry, ListBlobsOptions, ListBlobsPage, ListContainersOptions,
};
use crate::error::{Error, Result, Service};
use crate::ids::{JobId, JobScheduleId, NodeId, PoolId, TaskId};
use crate::page::{Continuation, Page};

/// The entries of a list, in the order of the service. It ends after the first error.
pub type ListStream<'a, T> = Pin<Box<dyn Stream<Item = Result<T>> + Send + 'a>>;

/// What the next request is to go on with; `None` once there are no more.
type Next = Option<Option<Continuation>>;

/// The entries of all pages, beginning with the page at `first`.
///
/// A service that says the next page begins where this one did would never end: that is an error.
fn entries<'a, T, F, P>(service: Service, first: Option<Continuation>, page: F) -> ListStream<'a, T>
where
    T: Send + 'a,
    F: Fn(Option<Continuation>) -> P + Send + 'a,
    P: Future<Output = Result<Page<T>>> + Send + 'a,
{
    let next: Next = Some(first);
    let pages = stream::try_unfold((next, page), move |(next, page)| async move {
        let Some(asked) = next else {
            return Ok(None);
        };
        let found = page(asked.clone()).await?;
        if found.continuation.is_some() && found.continuation == asked {
            return Err(Error::protocol(
                service,
                "The list does not go on: a page says that the next one begins where it began itself.",
            ));
        }
        let next = found.continuation.map(Some);
        Ok(Some((stream::iter(found.items).map(Ok), (next, page))))
    });
    Box::pin(pages.try_flatten())
}

/// The same for a list of the Batch service.
fn batch<'a, T, F, P>(options: &ListOptions, page: F) -> ListStream<'a, T>
where
    T: Send + 'a,
    F: Fn(ListOptions) -> P + Send + 'a,
    P: Future<Output = Result<Page<T>>> + Send + 'a,
{
    let options = options.clone();
    entries(
        Service::Batch,
        options.continuation.clone(),
        move |continuation| {
            page(ListOptions {
                continuation,
                ..options.clone()
            })
        },
    )
}

impl From<ListBlobsPage> for Page<ListBlobsEntry> {
    fn from(page: ListBlobsPage) -> Self {
        Self {
            items: page.entries,
            continuation: page.continuation,
        }
    }
}

/// The lists of a storage account as streams. `max_results` is the length of a page, not of the list.
pub trait BlobListStreams: BlobBackend {
    /// [`BlobBackend::list_containers`], all pages.
    fn list_containers_stream<'a>(
        &'a self,
        options: &ListContainersOptions,
    ) -> ListStream<'a, ContainerItem> {
        let options = options.clone();
        entries(Service::Blob, options.continuation.clone(), move |continuation| {
            let options = ListContainersOptions {
                continuation,
                ..options.clone()
            };
            async move { self.list_containers(&options).await }
        })
    }

    /// [`BlobBackend::list_blobs`], all pages.
    fn list_blobs_stream<'a>(
        &'a self,
        container: &'a ContainerName,
        options: &ListBlobsOptions,
    ) -> ListStream<'a, ListBlobsEntry> {
        let options = options.clone();
        entries(Service::Blob, options.continuation.clone(), move |continuation| {
            let options = ListBlobsOptions {
                continuation,
                ..options.clone()
            };
            async move { self.list_blobs(container, &options).await.map(Page::from) }
        })
    }
}

impl<T: BlobBackend + ?Sized> BlobListStreams for T {}

/// The lists of a Batch account as streams. `max_results` is the length of a page, not of the list.
pub trait BatchListStreams: BatchBackend {
    /// [`list_supported_images`](super::AccountOperations::list_supported_images), all pages.
    fn list_supported_images_stream<'a>(
        &'a self,
        options: &ListOptions,
    ) -> ListStream<'a, BatchSupportedImage> {
        batch(options, move |options| async move {
            self.list_supported_images(&options).await
        })
    }

    /// [`list_pool_node_counts`](super::AccountOperations::list_pool_node_counts), all pages.
    fn list_pool_node_counts_stream<'a>(
        &'a self,
        options: &ListOptions,
    ) -> ListStream<'a, BatchPoolNodeCounts> {
        batch(options, move |options| async move {
            self.list_pool_node_counts(&options).await
        })
    }

    /// [`list_applications`](super::AccountOperations::list_applications), all pages.
    fn list_applications_stream<'a>(&'a self, options: &ListOptions) -> ListStream<'a, BatchApplication> {
        batch(options, move |options| async move {
            self.list_applications(&options).await
        })
    }

    /// [`list_pools`](super::PoolOperations::list_pools), all pages.
    fn list_pools_stream<'a>(&'a self, options: &ListOptions) -> ListStream<'a, BatchPool> {
        batch(
            options,
            move |options| async move { self.list_pools(&options).await },
        )
    }

    /// [`list_pool_usage_metrics`](super::PoolOperations::list_pool_usage_metrics), all pages.
    fn list_pool_usage_metrics_stream<'a>(
        &'a self,
        period: &'a UsagePeriod,
        options: &ListOptions,
    ) -> ListStream<'a, BatchPoolUsageMetrics> {
        batch(options, move |options| async move {
            self.list_pool_usage_metrics(period, &options).await
        })
    }

    /// [`list_nodes`](super::NodeOperations::list_nodes), all pages.
    fn list_nodes_stream<'a>(&'a self, pool: &'a PoolId, options: &ListOptions) -> ListStream<'a, BatchNode> {
        batch(options, move |options| async move {
            self.list_nodes(pool, &options).await
        })
    }

    /// [`list_node_extensions`](super::NodeOperations::list_node_extensions), all pages.
    fn list_node_extensions_stream<'a>(
        &'a self,
        pool: &'a PoolId,
        node: &'a NodeId,
        options: &ListOptions,
    ) -> ListStream<'a, BatchNodeVMExtension> {
        batch(options, move |options| async move {
            self.list_node_extensions(pool, node, &options).await
        })
    }

    /// [`list_jobs`](super::JobOperations::list_jobs), all pages.
    fn list_jobs_stream<'a>(&'a self, options: &ListOptions) -> ListStream<'a, BatchJob> {
        batch(
            options,
            move |options| async move { self.list_jobs(&options).await },
        )
    }

    /// [`list_jobs_from_schedule`](super::JobOperations::list_jobs_from_schedule), all pages.
    fn list_jobs_from_schedule_stream<'a>(
        &'a self,
        schedule: &'a JobScheduleId,
        options: &ListOptions,
    ) -> ListStream<'a, BatchJob> {
        batch(options, move |options| async move {
            self.list_jobs_from_schedule(schedule, &options).await
        })
    }

    /// [`list_job_preparation_and_release_task_status`](super::JobOperations::list_job_preparation_and_release_task_status), all pages.
    fn list_job_preparation_and_release_task_status_stream<'a>(
        &'a self,
        job: &'a JobId,
        options: &ListOptions,
    ) -> ListStream<'a, BatchJobPreparationAndReleaseTaskStatus> {
        batch(options, move |options| async move {
            self.list_job_preparation_and_release_task_status(job, &options)
                .await
        })
    }

    /// [`list_job_schedules`](super::JobScheduleOperations::list_job_schedules), all pages.
    fn list_job_schedules_stream<'a>(&'a self, options: &ListOptions) -> ListStream<'a, BatchJobSchedule> {
        batch(options, move |options| async move {
            self.list_job_schedules(&options).await
        })
    }

    /// [`list_tasks`](super::TaskOperations::list_tasks), all pages.
    fn list_tasks_stream<'a>(&'a self, job: &'a JobId, options: &ListOptions) -> ListStream<'a, BatchTask> {
        batch(options, move |options| async move {
            self.list_tasks(job, &options).await
        })
    }

    /// [`list_subtasks`](super::TaskOperations::list_subtasks), all pages.
    fn list_subtasks_stream<'a>(
        &'a self,
        job: &'a JobId,
        task: &'a TaskId,
        options: &ListOptions,
    ) -> ListStream<'a, BatchSubtask> {
        batch(options, move |options| async move {
            self.list_subtasks(job, task, &options).await
        })
    }

    /// [`list_task_files`](super::FileOperations::list_task_files), all pages.
    fn list_task_files_stream<'a>(
        &'a self,
        job: &'a JobId,
        task: &'a TaskId,
        recursive: bool,
        options: &ListOptions,
    ) -> ListStream<'a, BatchNodeFile> {
        batch(options, move |options| async move {
            self.list_task_files(job, task, recursive, &options).await
        })
    }

    /// [`list_node_files`](super::FileOperations::list_node_files), all pages.
    fn list_node_files_stream<'a>(
        &'a self,
        pool: &'a PoolId,
        node: &'a NodeId,
        recursive: bool,
        options: &ListOptions,
    ) -> ListStream<'a, BatchNodeFile> {
        batch(options, move |options| async move {
            self.list_node_files(pool, node, recursive, &options).await
        })
    }
}

impl<T: BatchBackend + ?Sized> BatchListStreams for T {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Pages of two numbers each; after `last` there are no more.
    fn numbers(asked: &AtomicUsize, last: usize) -> ListStream<'_, usize> {
        entries(Service::Batch, None, move |at| async move {
            asked.fetch_add(1, Ordering::Relaxed);
            let at: usize = at.map_or(0, |at| at.as_str().parse().unwrap());
            Ok(Page {
                items: vec![at, at + 1],
                continuation: (at < last).then(|| Continuation::new((at + 2).to_string())),
            })
        })
    }

    /// What a stream that never waits holds.
    fn all<T>(list: ListStream<'_, T>) -> Vec<Result<T>> {
        use futures_util::FutureExt;
        list.collect().now_or_never().unwrap()
    }

    #[test]
    fn pages_follow_each_other_and_are_asked_for_when_needed() {
        let asked = AtomicUsize::new(0);
        let found: Result<Vec<usize>> = all(numbers(&asked, 4)).into_iter().collect();
        assert_eq!(found.unwrap(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(asked.swap(0, Ordering::Relaxed), 3);
        let few = all(Box::pin(numbers(&asked, 100).take(2)));
        assert_eq!((few.len(), asked.into_inner()), (2, 1));
    }

    #[test]
    fn a_list_that_fails_or_turns_in_a_circle_ends() {
        let found = all(entries(Service::Blob, None, |at| async move {
            match at {
                None => Ok(Page {
                    items: vec![1],
                    continuation: Some(Continuation::new("x")),
                }),
                Some(_) => Err(Error::protocol(Service::Blob, "broken")),
            }
        }));
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].as_ref().unwrap_err().message(), "broken");
        let found = all(entries(Service::Blob, None, |_| async {
            Ok(Page {
                items: vec![1],
                continuation: Some(Continuation::new("x")),
            })
        }));
        assert_eq!(found.len(), 2);
        assert!(
            found[1]
                .as_ref()
                .unwrap_err()
                .message()
                .contains("does not go on")
        );
    }
}
