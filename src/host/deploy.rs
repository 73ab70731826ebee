//! Application packages, put on the disks of nodes.
//!
//! A package is written aside and moved to its place when it is whole, so that whoever finds its directory finds all of
//! it, and of two that bring the same one is as good as the other.

use std::sync::Arc;

use batchite_api::backend::Body;
use batchite_api::batch::BatchTaskFailureInfo;
use batchite_sim::application::PackageEntry;
use batchite_sim::exec::package::{Deployment, PackagePlacement};
use batchite_sim::exec::stage::ResourceSink as _;
use batchite_sim::exec::{Outcome, RunId};
use rustix::io::Errno;

use super::beneath::{Directory, file_error, parts};
use super::run::is_stopped;
use super::shared::{Begun, Shared, Stop};
use super::stage::WorkingDirectory;

/// Lives through putting packages on a node that boots.
pub(super) async fn live(deployment: Deployment, begun: Begun) {
    let Begun {
        mut stopped,
        previous,
        ticket,
    } = begun;
    for previous in previous {
        let _ = previous.await;
    }
    let shared = Arc::clone(&ticket.shared);
    let deployed = async {
        let node = match shared.open_node(deployment.run, &deployment.node, Ok)? {
            Ok(node) => node,
            Err(error) => {
                let first = deployment.packages.first()?;
                return Some(Outcome::Failed(first.failure(&error.to_string())));
            }
        };
        let deployed = deploy(&shared, deployment.run, &node, &deployment.packages).await;
        Some(deployed.map_or_else(Outcome::Failed, |()| Outcome::Exited(0)))
    };
    let outcome = tokio::select! {
        biased;
        () = is_stopped(&mut stopped, Stop::Gently) => None,
        outcome = deployed => outcome,
    };
    ticket.finish(outcome);
}

/// Puts packages on a node, one after the other; those that are there stay as they are. The first that fails ends it.
pub(super) async fn deploy(
    shared: &Arc<Shared>,
    run: RunId,
    node: &Directory,
    packages: &[PackagePlacement],
) -> Result<(), BatchTaskFailureInfo> {
    for (number, placement) in packages.iter().enumerate() {
        // No other run has this number, and none is given twice.
        let aside = format!("package-{}-{number}", run.0);
        place(shared, &aside, node, placement)
            .await
            .map_err(|reason| placement.failure(&reason))?;
    }
    Ok(())
}

/// A package that is being written aside. What is there of it in the end is taken away, also when the run that writes it
/// is ended in the middle.
struct Aside<'a> {
    shared: &'a Arc<Shared>,
    coming: Directory,
    name: &'a str,
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        if self.coming.describe(self.name.as_ref()).is_ok()
            && let Ok(path) = self.shared.disk.set_aside(&self.coming, self.name.as_ref())
        {
            self.shared.remove(path);
        }
    }
}

async fn place(
    shared: &Arc<Shared>,
    name: &str,
    node: &Directory,
    placement: &PackagePlacement,
) -> Result<(), String> {
    let reason = |error: std::io::Error| file_error(&error).to_string();
    let home = node
        .make(&["applications", &placement.application])
        .map_err(reason)?;
    if home.describe(placement.version.as_ref()).is_ok() {
        return Ok(());
    }
    let coming = shared.disk.coming().map_err(reason)?;
    let aside = Aside { shared, coming, name };
    let directory = aside.coming.make(&[name]).map_err(reason)?;
    write(&directory, placement).await?;
    let renamed = rustix::fs::renameat(
        aside.coming.descriptor(),
        name,
        home.descriptor(),
        placement.version.as_str(),
    );
    match renamed {
        // Another run was quicker.
        Ok(()) | Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(()),
        Err(error) => Err(reason(error.into())),
    }
}

async fn write(directory: &Directory, placement: &PackagePlacement) -> Result<(), String> {
    let whole = directory
        .make(&[])
        .map_err(|error| file_error(&error).to_string())?;
    let mut sink = WorkingDirectory::new(whole);
    for (path, entry) in placement.package.entries() {
        match entry {
            PackageEntry::Directory => {
                let parts = parts(path).map_err(|error| error.to_string())?;
                directory
                    .make(&parts)
                    .map_err(|error| file_error(&error).to_string())?;
            }
            PackageEntry::File { mode, content } => {
                sink.write(path, *mode, Body::from(content.clone())).await?;
            }
        }
    }
    Ok(())
}
