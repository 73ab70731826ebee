//! The tutorial's worker: [`topn`](crate::topn) joined with a blob handle.
//!
//! A node runs it in two forms that share everything but where files are: as the command `batchite topn` over real
//! files, and as a program of the simulated world over a node's disk.
//!
//! - [`TopnOptions`]: its command line
//! - [`run`]: what it does, over [`WorkerFiles`]

mod options;

use std::io::Read;
use std::path::Path;

use batchite_api::auth::Access;
use batchite_api::backend::{BlobConnector, Body};
use batchite_api::blob::{BlobName, ContainerName, PutBlobOptions};
use batchite_api::error::Error;
use batchite_api::secret::redact_signatures;
use bytes::Bytes;

use crate::topn::top_words;
use crate::topn::worker::{Identity, WorkerArguments, output_file_name, write_report};

pub use options::TopnOptions;

/// Where the worker's files are, and where it speaks. Errors are texts that name the file.
pub trait WorkerFiles: Send {
    /// An open file.
    type Reader: Read;

    /// Opens a file to be read.
    fn open(&mut self, path: &Path) -> Result<Self::Reader, String>;

    /// Makes a file or replaces it.
    fn write(&mut self, path: &Path, bytes: Bytes) -> Result<(), String>;

    /// Says something on the standard output.
    fn say(&mut self, line: &str) -> Result<(), String>;
}

/// Counts the words of a text, writes the report next to it, and puts the report into the container with the
/// container's signature and nothing else.
///
/// The error is what the worker says before it ends with exit code 1.
pub async fn run(
    arguments: &WorkerArguments,
    identity: &Identity,
    files: &mut impl WorkerFiles,
    blobs: &dyn BlobConnector,
) -> Result<(), String> {
    let input = &arguments.filepath;
    let output = output_file_name(input).map_err(|error| error.to_string())?;
    let report = report_on(files.open(input)?, arguments, identity)
        .map_err(|error| format!("`{}` cannot be counted: {error}", input.display()))?;
    files.write(&output, report.clone())?;
    files.say(&format!(
        "Uploading file {} to container [{}]...",
        output.display(),
        arguments.storagecontainer
    ))?;
    upload(blobs, arguments, &output, report)
        .await
        .map_err(|error| upload_error_text(&error))
}

/// The text is read piece by piece; the report is as long as the words asked for.
fn report_on(input: impl Read, arguments: &WorkerArguments, identity: &Identity) -> std::io::Result<Bytes> {
    let words = top_words(input, arguments.numwords)?;
    let mut report = Vec::new();
    write_report(&mut report, &words, identity)?;
    Ok(report.into())
}

async fn upload(
    blobs: &dyn BlobConnector,
    arguments: &WorkerArguments,
    output: &Path,
    report: Bytes,
) -> Result<(), Error> {
    let container = ContainerName::parse(&arguments.storagecontainer)?;
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let blob = BlobName::parse(&name)?;
    let endpoint = options::blob_endpoint(arguments)?;
    let token = arguments.sastoken.trim_start_matches('?').to_owned();
    let handle = blobs.connect(&endpoint, Access::Sas(token))?;
    handle
        .put_blob(&container, &blob, Body::from(report), &PutBlobOptions::default())
        .await?;
    Ok(())
}

/// A refused upload with all that is behind it, in one line.
fn upload_error_text(error: &Error) -> String {
    let mut text = format!("the upload failed: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.truncate(text.trim_end_matches('.').len());
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    redact_signatures(&text)
}
