//! Output files on the disk: read below the root of the node, uploaded, told about beside the task's output.

use std::io::Write as _;
use std::sync::Arc;

use batchite_sim::exec::upload::{UPLOAD_ERR, UPLOAD_OUT, upload_output_files};
use batchite_sim::exec::{Command, NodeFiles, Outcome};

use super::files::HostFiles;
use super::shared::Shared;

/// Uploads the output files of a command whose program has ended, and says how the run ended.
pub(super) async fn upload(shared: &Shared, command: &Command, exit_code: i32) -> Outcome {
    let Ok(root) = shared.disk.node_root(&command.node) else {
        // The node is being taken away, and the run with it.
        return Outcome::Exited(exit_code);
    };
    let files: Arc<dyn NodeFiles> = Arc::new(HostFiles {
        disk: Arc::clone(&shared.disk),
        pace: shared.options.pace.clone(),
        // Nothing is deleted here.
        remover: Arc::new(|_| {}),
        runtime: shared.runtime.clone(),
    });
    let root = root.to_string_lossy();
    let uploads = upload_output_files(&*shared.blobs, &files, command, &root, exit_code).await;
    for (name, text) in [(UPLOAD_OUT, &uploads.out), (UPLOAD_ERR, &uploads.err)] {
        if let Err(error) = keep(shared, command, name, text) {
            tracing::warn!(%error, name, "the record of uploaded files could not be written");
        }
    }
    uploads.outcome(exit_code)
}

fn keep(shared: &Shared, command: &Command, name: &str, text: &str) -> std::io::Result<()> {
    let Some(made) = shared.make_directories(command) else {
        // The task is being taken away, and its directory must not come back.
        return Ok(());
    };
    let (_, directory) = made.map_err(std::io::Error::other)?;
    directory.new_file(name)?.write_all(text.as_bytes())
}
