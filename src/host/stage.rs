//! Resource files, streamed to the working directory of a task.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;

use async_trait::async_trait;
use batchite_api::backend::Body;
use batchite_sim::exec::stage::ResourceSink;
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use super::beneath::{Directory, file_error, parts};

/// A [`ResourceSink`] on the disk.
///
/// Nothing is written outside the directory, whatever links an earlier run left in it. Of a file's mode the bits for
/// reading, writing and running count; none that give a program its owner's rights.
pub(super) struct WorkingDirectory {
    directory: Directory,
}

impl WorkingDirectory {
    pub(super) fn new(directory: Directory) -> Self {
        Self { directory }
    }
}

#[async_trait]
impl ResourceSink for WorkingDirectory {
    async fn write(&mut self, path: &str, mode: u32, body: Body) -> Result<(), String> {
        let parts = parts(path).map_err(|error| error.to_string())?;
        let Some((name, directories)) = parts.split_last() else {
            return Err("the path names no file".to_owned());
        };
        let reason = |error: &io::Error| file_error(error).to_string();
        let parent = self.directory.make(directories).map_err(|error| reason(&error))?;
        let file = parent.new_file(name).map_err(|error| reason(&error))?;
        let written = write(tokio::fs::File::from_std(file), mode, body).await;
        if written.is_err() {
            // Half a file is worse than none; if it cannot be removed, the failure says enough.
            let _ = parent.remove_file(name.as_ref());
        }
        written
    }
}

async fn write(mut file: tokio::fs::File, mode: u32, body: Body) -> Result<(), String> {
    let mut pieces = body.into_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|error| error.to_string())?;
        file.write_all(&piece).await.map_err(|error| error.to_string())?;
    }
    // What was written last is only now certain to have arrived.
    file.flush().await.map_err(|error| error.to_string())?;
    let permissions = Permissions::from_mode(mode & 0o777);
    file.set_permissions(permissions)
        .await
        .map_err(|error| error.to_string())
}
