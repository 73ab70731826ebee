//! Uploads output files once the program of a task has ended.
//!
//! Used by every executor: files are found and read through [`NodeFiles`]. It happens after every attempt whose program
//! has ended by itself, that of one that is tried again too; never when the program did not run, or was ended from
//! outside. Where the documentation is silent: the blob of a file that a wildcard fits is named after the file's path
//! below the part of the pattern before the first wildcard, and after a failure the remaining files of that entry are
//! left, while the other entries are still uploaded; the first failure is the task's.

mod headers;
mod pattern;

use std::fmt::Write as _;
use std::sync::Arc;

use batchite_api::backend::{BlobBackend, BlobConnector};
use batchite_api::batch::{
    BatchTaskFailureInfo, OutputFile, OutputFileBlobContainerDestination, OutputFileUploadCondition,
};
use batchite_api::blob::{
    BlobName, BlobUrl, BlockId, BlockReference, PutBlobOptions, PutBlockOptions, blob_url,
};
use batchite_api::error::{Error, Result, Service};
use batchite_api::secret::redact_signatures;

use super::failure::TaskFailureCode;
use super::stage::{find_place, why_not_authenticated};
use super::{Command, FileError, NodeFiles, OpenFile, Outcome, aside, body};
pub use headers::upload_options;
use pattern::{FilePattern, Found};

/// Where an executor keeps what was uploaded, beside `stdout.txt`.
pub const UPLOAD_OUT: &str = "fileuploadout.txt";

/// Where an executor keeps what was not uploaded, and why.
pub const UPLOAD_ERR: &str = "fileuploaderr.txt";

/// Bytes of a block. A file that is not longer becomes a blob in one request.
const PIECE: u64 = 4 * 1024 * 1024;

/// Blocks of a blob at most.
const BLOCKS_MAX: u64 = 50_000;

/// What became of the output files of a task.
#[derive(Debug, Default)]
pub struct Uploads {
    /// The text of [`UPLOAD_OUT`].
    pub out: String,
    /// The text of [`UPLOAD_ERR`].
    pub err: String,
    /// The first thing that failed, as `failureInfo` of the task shows it.
    pub failure: Option<BatchTaskFailureInfo>,
}

impl Uploads {
    /// How a run ended whose program ended with `exit_code` and whose files went so.
    pub fn outcome(&self, exit_code: i32) -> Outcome {
        match self.failure.clone() {
            None => Outcome::Exited(exit_code),
            Some(failure) => Outcome::UploadFailed { exit_code, failure },
        }
    }

    fn fail(&mut self, failure: BatchTaskFailureInfo, text: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.err, "{}", redact_signatures(text));
        self.failure.get_or_insert(failure);
    }
}

/// Uploads the output files of a command whose program ended with `exit_code`; `root` is what the node calls its root
/// directory.
pub async fn upload_output_files(
    connector: &dyn BlobConnector,
    files: &Arc<dyn NodeFiles>,
    command: &Command,
    root: &str,
    exit_code: i32,
) -> Uploads {
    let mut uploads = Uploads::default();
    for output in &command.output_files {
        let wanted = match output.upload_options.upload_condition {
            OutputFileUploadCondition::TaskSuccess => exit_code == 0,
            OutputFileUploadCondition::TaskFailure => exit_code != 0,
            _ => true,
        };
        if wanted {
            upload(connector, files, command, root, output, &mut uploads).await;
        }
    }
    uploads
}

/// Uploads the files of one entry, up to the first that fails.
async fn upload(
    connector: &dyn BlobConnector,
    files: &Arc<dyn NodeFiles>,
    command: &Command,
    root: &str,
    output: &OutputFile,
    uploads: &mut Uploads,
) {
    let shown = output.file_pattern.as_str();
    let found = match FilePattern::new(shown, command, root) {
        Ok(pattern) => {
            let (has_wildcard, node) = (pattern.has_wildcard(), command.node.clone());
            let found = aside(files, move |files| pattern.find(files, &node)).await;
            found
                .map(|found| (has_wildcard, found))
                .map_err(|error| error.to_string())
        }
        Err(reason) => Err(reason),
    };
    let (has_wildcard, found) = match found {
        Ok(found) => found,
        Err(reason) => {
            let details = [("FilePath", shown), ("Message", reason.as_str())];
            let failure = TaskFailureCode::FileUploadMiscError.with_details(&details);
            return uploads.fail(failure, &format!("{shown}: {reason}"));
        }
    };
    if found.is_empty() {
        let _ = writeln!(uploads.out, "{shown}: no file fits");
        return;
    }
    let Some(destination) = &output.destination.container else {
        let reason = "The output file has no destination.";
        let details = [("FilePath", shown), ("Message", reason)];
        let failure = TaskFailureCode::FileUploadMiscError.with_details(&details);
        return uploads.fail(failure, &format!("{shown}: {reason}"));
    };
    for file in &found {
        let sent = send(connector, files, command, destination, file, has_wildcard).await;
        match sent {
            Ok(url) => {
                let _ = writeln!(uploads.out, "{}: {} bytes to {url}", file.path, file.length);
            }
            Err(error) => {
                let failure = failure(&error, &file.path, &destination.container_url);
                let code = error.code().as_str();
                let text = match code {
                    "" => format!("{}: {}", file.path, error.message()),
                    _ => format!("{}: {code}: {}", file.path, error.message()),
                };
                return uploads.fail(failure, &text);
            }
        }
    }
}

/// Sends one file; the URL of the blob, without a signature.
async fn send(
    connector: &dyn BlobConnector,
    files: &Arc<dyn NodeFiles>,
    command: &Command,
    destination: &OutputFileBlobContainerDestination,
    file: &Found,
    has_wildcard: bool,
) -> Result<String> {
    if destination.identity_reference.is_some() {
        let reason = "identityReference is not simulated: give the URL a shared access signature instead.";
        return Err(Error::protocol(Service::Blob, reason));
    }
    let place = find_place(connector, &destination.container_url)?;
    if place.blob.is_some() {
        let reason = "containerUrl names a blob: give the container, and path for a place in it.";
        return Err(Error::protocol(Service::Blob, reason));
    }
    let name = blob_name(destination.path.as_deref(), &file.name, has_wildcard)?;
    let options = upload_options(&destination.upload_headers)
        .map_err(|name| Error::not_simulated(Service::Blob, &format!("uploadHeaders {name}")))?;
    let account = connector.connect(&place.endpoint, place.access.clone())?;
    let (node, path) = (command.node.clone(), file.path.clone());
    let open = aside(files, move |files| files.open(&node, &path))
        .await
        .map_err(unread)?;
    let source = Source {
        files,
        open,
        length: file.length,
    };
    source.send(&*account, &place, &name, &options).await?;
    Ok(blob_url(&place.endpoint, &place.container, &name, None))
}

/// `path` is the name without a wildcard, and a directory for the name with one.
fn blob_name(path: Option<&str>, name: &str, has_wildcard: bool) -> Result<BlobName> {
    match path.filter(|path| !path.is_empty()) {
        None => BlobName::parse(name),
        Some(path) if has_wildcard => BlobName::parse(&format!("{}/{name}", path.trim_end_matches('/'))),
        Some(path) => BlobName::parse(path),
    }
}

/// A file on its way.
struct Source<'a> {
    files: &'a Arc<dyn NodeFiles>,
    open: Arc<dyn OpenFile>,
    length: u64,
}

impl Source<'_> {
    async fn send(
        &self,
        account: &dyn BlobBackend,
        place: &BlobUrl,
        name: &BlobName,
        options: &PutBlobOptions,
    ) -> Result<()> {
        let length = self.length;
        if length <= PIECE {
            let body = body(self.files, &self.open, (0, length), unread);
            account.put_blob(&place.container, name, body, options).await?;
            return Ok(());
        }
        let block = PIECE.max(length.div_ceil(BLOCKS_MAX));
        let mut blocks = Vec::new();
        let mut first = 0;
        for number in 0.. {
            if first >= length {
                break;
            }
            let end = (first + block).min(length);
            let id = BlockId::numbered(number);
            let body = body(self.files, &self.open, (first, end), unread);
            let nothing = PutBlockOptions::default();
            account
                .put_block(&place.container, name, &id, body, &nothing)
                .await?;
            blocks.push(BlockReference::Uncommitted(id));
            first = end;
        }
        account
            .put_block_list(&place.container, name, &blocks, options)
            .await?;
        Ok(())
    }
}

/// Why a blob could not be sent whole.
#[expect(clippy::needless_pass_by_value, reason = "it is handed on as a function")]
fn unread(error: FileError) -> Error {
    Error::protocol(Service::Blob, format!("The file cannot be read: {error}."))
}

fn failure(error: &Error, path: &str, container: &str) -> BatchTaskFailureInfo {
    let code = match error.status() {
        404 => TaskFailureCode::FileUploadContainerNotFound,
        401 | 403 => TaskFailureCode::FileUploadAccessDenied,
        408 | 504 => TaskFailureCode::FileUploadTimedOut,
        409 => TaskFailureCode::FileUploadConflict,
        _ => TaskFailureCode::FileUploadMiscError,
    };
    let status = error.status().to_string();
    let mut details = Vec::with_capacity(6);
    if error.status() != 0 {
        details.push(("HttpStatusCode", status.as_str()));
        details.push(("StorageErrorCode", error.code().as_str()));
    }
    details.push(("FilePath", path));
    details.push(("ContainerUrl", container));
    details.push(("Message", error.message()));
    details.extend(why_not_authenticated(error));
    code.with_details(&details)
}
