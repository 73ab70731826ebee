//! Where the files of tasks and nodes are, and whether they can be read.

use batchite_api::batch::BatchNodeState;
use batchite_api::error::{Error, ErrorCode, Result};
use batchite_api::ids::{JobId, NodeId, PoolId, TaskId};
use batchite_api::time::Timestamp;

use super::World;
use super::task::TaskFiles;
use crate::exec::Platform;

/// A directory on a node that file operations read below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRoot {
    /// The node.
    pub node: NodeId,
    /// What kind of machine it is.
    pub platform: Platform,
    /// The directory below the root of the node; empty for the root itself.
    pub directory: String,
    /// When the command began whose directory it is; `None` for the root of a node.
    pub begun: Option<Timestamp>,
    /// The URL of the directory; a file's path follows after `/`.
    pub url: String,
}

impl World {
    /// The directory of a task.
    ///
    /// Refused: `TaskFilesUnavailable` for a task that has not run or whose node is gone, `TaskFilesCleanedup` after its
    /// retention time.
    pub fn task_file_root(&self, job: &JobId, task: &TaskId) -> Result<FileRoot> {
        let (index, at) = self.find_task(job, task)?;
        let record = self.task(index, at)?;
        let node = match (record.files, &record.node) {
            (TaskFiles::CleanedUp, _) => return Err(Error::batch(ErrorCode::TaskFilesCleanedup)),
            (TaskFiles::Present, Some(node)) if self.disk_is_there(node) => node,
            _ => return Err(Error::batch(ErrorCode::TaskFilesUnavailable)),
        };
        Ok(FileRoot {
            node: node.node.clone(),
            platform: node.platform,
            directory: super::command::task_directory(job, &record.id),
            begun: record.start_time,
            url: format!("{}/files", self.task_url(job, &record.id)),
        })
    }

    /// The root of a node.
    ///
    /// Refused: `NodeBeingCreated` and `NodeBeingStarted` before its first boot, and, while it has no machine, as
    /// after a pre-emption, `OperationInvalidForCurrentState`.
    pub fn node_file_root(&self, pool: &PoolId, node: &NodeId) -> Result<FileRoot> {
        let index = self.find_node(pool, node)?;
        let record = self
            .node(index)
            .ok_or_else(|| Error::batch(ErrorCode::NodeNotFound))?;
        if !record.disk_prepared {
            return Err(Error::batch(match record.state {
                BatchNodeState::Creating => ErrorCode::NodeBeingCreated,
                BatchNodeState::Starting => ErrorCode::NodeBeingStarted,
                BatchNodeState::Reimaging => ErrorCode::NodeBeingReimaged,
                _ => ErrorCode::OperationInvalidForCurrentState,
            }));
        }
        Ok(FileRoot {
            node: record.identity.node.clone(),
            platform: record.identity.platform,
            directory: String::new(),
            begun: None,
            url: format!("{}/files", self.node_url(pool, &record.identity.node)),
        })
    }
}
