//! Application packages, put on the disks of nodes.
//!
//! A package is written aside and moved to its place when it is whole, so that whoever finds its directory finds all of
//! it, and of two that bring the same one is as good as the other.

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
    if let Some(previous) = previous {
        let _ = previous.await;
    }
    let shared = std::sync::Arc::clone(&ticket.shared);
    let deployed = async {
        let node = match shared.open_node(deployment.run, &deployment.node)? {
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
    shared: &Shared,
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

async fn place(
    shared: &Shared,
    aside: &str,
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
    let volatile = node.make(&["volatile"]).map_err(reason)?;
    let directory = volatile.make(&[aside]).map_err(reason)?;
    let written = write(&directory, placement).await;
    let moved = written.and_then(|()| {
        let renamed = rustix::fs::renameat(
            volatile.descriptor(),
            aside,
            home.descriptor(),
            placement.version.as_str(),
        );
        match renamed {
            // Another run was quicker.
            Ok(()) | Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(()),
            Err(error) => Err(reason(error.into())),
        }
    });
    if volatile.describe(aside.as_ref()).is_ok()
        && let Ok(path) = shared.disk.set_aside(&volatile, aside.as_ref())
    {
        super::disk::remove_for_good(&path);
    }
    moved
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
