//! Files that completed tasks have left on the disks of nodes: how many a node still keeps, and nodes that wait until
//! the retention times of all of them are over (`retaineddata`).

use batchite_api::time::Timestamp;

use super::job::Job;
use super::job_task_run::JobTaskKind;
use super::node::{Node, NodeIdentity};
use super::states::TaskPhase;
use super::task::TaskFiles;
use super::{JobIndex, NodeIndex, TaskIndex, World};

impl Job {
    /// The disks on which a completed task has left files that have not been removed since.
    pub(super) fn disks_with_files(&self, task: TaskIndex, mut each: impl FnMut(&NodeIdentity)) {
        let Some(record) = self.task(task) else { return };
        if record.phase != TaskPhase::Completed || record.files != TaskFiles::Present {
            return;
        }
        match self.instances.get(&task) {
            Some(instances) => instances.all.iter().for_each(|part| each(&part.identity)),
            None => record.node.as_deref().into_iter().for_each(each),
        }
    }

    /// Whether the preparation or release task has left files on a node whose retention time is not over.
    fn keeps_files_of(&self, kind: JobTaskKind, index: NodeIndex, node: &Node, now: Timestamp) -> bool {
        let Some(run) = self.job_task_run(index, kind) else {
            return false;
        };
        let retention = self.job_task_retention(kind);
        run.disk == node.identity.disk
            && run
                .end_time
                .zip(retention)
                .is_some_and(|(end, retention)| retention.is_infinite() || end + retention > now)
    }
}

impl World {
    /// Whether the disk a task ran on is still there.
    pub(super) fn disk_is_there(&self, identity: &NodeIdentity) -> bool {
        let node = self.node(identity.index);
        node.is_some_and(|node| node.identity.disk == identity.disk)
    }

    /// A task has been completed that leaves files behind.
    pub(super) fn files_are_kept(&mut self, job: JobIndex, task: TaskIndex) {
        let nodes = &mut self.nodes;
        let Some(job) = self.jobs.get(job.offset()).and_then(Option::as_deref) else {
            return;
        };
        job.disks_with_files(task, |identity| {
            if let Some(node) = node_of_disk(nodes, identity) {
                node.kept_files += 1;
            }
        });
    }

    /// The files of a completed task go, or are not known as its files any more.
    pub(super) fn files_are_forgotten(&mut self, job: JobIndex, task: TaskIndex) {
        let Some(record) = self.jobs.get(job.offset()).and_then(Option::as_deref) else {
            return;
        };
        let (nodes, mut waiting) = (&mut self.nodes, Vec::new());
        record.disks_with_files(task, |identity| forget_files(nodes, identity, &mut waiting));
        self.go_on_without_files(waiting);
    }

    /// A job is gone, and with it the files of all its tasks.
    pub(super) fn files_of_job_are_gone(&mut self, job: &Job) {
        let (nodes, mut waiting) = (&mut self.nodes, Vec::new());
        for task in (0..job.tasks.len()).map(TaskIndex::next) {
            job.disks_with_files(task, |identity| forget_files(nodes, identity, &mut waiting));
        }
        if let Some(preparation) = &job.preparation {
            waiting.extend(preparation.nodes.keys().copied());
        }
        self.go_on_without_files(waiting);
    }

    /// The retention time of some files on a node is over: it may have waited for that.
    pub(super) fn files_may_be_gone(&mut self, node: NodeIndex) {
        if self.node(node).is_some_and(|record| record.keeps_files) {
            self.tasks_may_be_gone(node);
        }
    }

    /// Whether there are files of tasks on a node whose retention times are not over.
    pub(super) fn has_kept_files(&self, node: NodeIndex) -> bool {
        let Some(record) = self.node(node) else {
            return false;
        };
        let keeps = |job: &JobIndex| {
            let kinds = [JobTaskKind::Preparation, JobTaskKind::Release];
            let job = self.job(*job);
            job.is_some_and(|job| {
                let mut kinds = kinds.into_iter();
                kinds.any(|kind| job.keeps_files_of(kind, node, record, self.now))
            })
        };
        record.kept_files > 0 || record.prepared_jobs.iter().any(keeps)
    }

    fn go_on_without_files(&mut self, nodes: Vec<NodeIndex>) {
        for node in nodes {
            self.files_may_be_gone(node);
        }
    }
}

/// The node that still has a disk.
fn node_of_disk<'a>(nodes: &'a mut [Option<Box<Node>>], identity: &NodeIdentity) -> Option<&'a mut Node> {
    let node = nodes.get_mut(identity.index.offset())?.as_deref_mut()?;
    (node.identity.disk == identity.disk).then_some(node)
}

/// Counts the files of a task out of what a node keeps; one that waited for that is noted.
fn forget_files(nodes: &mut [Option<Box<Node>>], identity: &NodeIdentity, waiting: &mut Vec<NodeIndex>) {
    if let Some(node) = node_of_disk(nodes, identity) {
        node.kept_files -= 1;
        if node.kept_files == 0 && node.keeps_files {
            waiting.push(identity.index);
        }
    }
}
