//! Puts resource files where a command expects them, before it starts.
//!
//! Used by every executor: what differs is only the [`ResourceSink`] that keeps the bytes. Files are fetched one
//! after another in the order they are listed, so that which one fails first never depends on chance.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use batchite_api::auth::Access;
use batchite_api::backend::{BlobBackend, BlobConditions, BlobConnector, Body};
use batchite_api::batch::{BatchTaskFailureInfo, ResourceFile};
use batchite_api::blob::{
    BlobName, BlobUrl, ContainerName, ListBlobsOptions, blob_endpoint, blob_url, parse_blob_url,
};
use batchite_api::error::{Error, Service};
use futures_util::{StreamExt as _, stream};

use super::AutoStorage;
use super::failure::{TaskFailureCode, resource_file_create_failed};

/// Mode of a file that asks for none, as the service documents.
pub const RESOURCE_FILE_MODE: u32 = 0o770;

/// The detail of an answer that says why a token was refused.
const AUTHENTICATION_DETAIL: &str = "AuthenticationErrorDetail";

/// Keeps resource files below the working directory of a command.
#[async_trait]
pub trait ResourceSink: Send {
    /// Writes a file, and the directories it is in.
    ///
    /// `path` is relative with `/` between its parts, without `.` and `..`. A backslash may stand in it, which on
    /// Windows separates parts too; no part is `..` either way. The error says why the file could not be kept.
    async fn write(&mut self, path: &str, mode: u32, body: Body) -> Result<(), String>;
}

/// Fetches resource files in order and hands them to the sink. The first that fails ends it. Those that name a container
/// of the account's own storage come from `auto_storage`.
///
/// The failure is what the service shows in `failureInfo` of the task.
pub async fn stage_resource_files(
    connector: &dyn BlobConnector,
    auto_storage: Option<&AutoStorage>,
    files: &[ResourceFile],
    sink: &mut dyn ResourceSink,
) -> Result<(), BatchTaskFailureInfo> {
    for file in files {
        stage(connector, auto_storage, file, sink).await?;
    }
    Ok(())
}

async fn stage(
    connector: &dyn BlobConnector,
    auto_storage: Option<&AutoStorage>,
    file: &ResourceFile,
    sink: &mut dyn ResourceSink,
) -> Result<(), BatchTaskFailureInfo> {
    let shown = file.file_path.as_deref().unwrap_or_default();
    if file.identity_reference.is_some() {
        return Err(resource_file_create_failed(
            shown,
            "identityReference is not simulated: give the URL a shared access signature instead.",
        ));
    }
    let mode = file_mode(file)?;
    if let Some(url) = &file.http_url {
        let path = checked_path(shown)?;
        if path.is_empty() || shown.ends_with(['/', '\\']) {
            return Err(resource_file_create_failed(
                shown,
                "filePath must name a file, with the directories it is in.",
            ));
        }
        return stage_blob(connector, url, &path, mode, sink).await;
    }
    if let Some(url) = &file.storage_container_url {
        let source = Source::of_url(connector, url).map_err(|error| container_failure(&error, shown, url))?;
        return stage_container(connector, file, &source, mode, sink).await;
    }
    if let (Some(name), Some(account)) = (&file.auto_storage_container_name, auto_storage) {
        let source =
            Source::of_account(account, name).map_err(|error| container_failure(&error, shown, name))?;
        return stage_container(connector, file, &source, mode, sink).await;
    }
    let reason = match &file.auto_storage_container_name {
        Some(name) => format!(
            "autoStorageContainerName is {name:?}, but no auto-storage account is configured for the Batch account: \
             use storageContainerUrl."
        ),
        None => "A resource file needs one of httpUrl, storageContainerUrl and autoStorageContainerName."
            .to_owned(),
    };
    Err(resource_file_create_failed(shown, &reason))
}

async fn stage_blob(
    connector: &dyn BlobConnector,
    url: &str,
    path: &str,
    mode: u32,
    sink: &mut dyn ResourceSink,
) -> Result<(), BatchTaskFailureInfo> {
    let failed = |error: &Error| blob_failure(error, path, url);
    let place = find_place(connector, url).map_err(|error| failed(&error))?;
    let Some(blob) = &place.blob else {
        let error = Error::protocol(Service::Blob, "The URL names a container and no blob in it.");
        return Err(failed(&error));
    };
    let account = connector
        .connect(&place.endpoint, place.access.clone())
        .map_err(|error| failed(&error))?;
    download(&*account, &place.container, blob, (path, url), mode, sink).await
}

/// Takes the URL of a container or blob apart. Where it is none, that may be because it leads to somebody else: then the
/// refusal says so, and not what is wrong with a name that is no name of a container.
pub(super) fn find_place(connector: &dyn BlobConnector, url: &str) -> Result<BlobUrl, Error> {
    parse_blob_url(url).map_err(|error| {
        let elsewhere = blob_endpoint(url).map(|endpoint| connector.connect(&endpoint, Access::Anonymous));
        match elsewhere {
            Ok(Err(elsewhere)) => elsewhere,
            _ => error,
        }
    })
}

/// A container, and how it may be read.
struct Source {
    endpoint: String,
    access: Access,
    container: ContainerName,
    /// What a failure tells of it.
    shown: String,
}

impl Source {
    fn of_url(connector: &dyn BlobConnector, url: &str) -> Result<Self, Error> {
        let BlobUrl {
            endpoint,
            container,
            blob,
            access,
            ..
        } = find_place(connector, url)?;
        if blob.is_some() {
            return Err(Error::protocol(
                Service::Blob,
                "storageContainerUrl names a blob: give the container, and blobPrefix for a part of it.",
            ));
        }
        Ok(Self {
            endpoint,
            access,
            container,
            shown: url.to_owned(),
        })
    }

    fn of_account(account: &AutoStorage, container: &str) -> Result<Self, Error> {
        Ok(Self {
            endpoint: account.endpoint.clone(),
            access: account.access.clone(),
            container: ContainerName::parse(container)?,
            shown: format!("{}/{container}", account.endpoint),
        })
    }
}

async fn stage_container(
    connector: &dyn BlobConnector,
    file: &ResourceFile,
    source: &Source,
    mode: u32,
    sink: &mut dyn ResourceSink,
) -> Result<(), BatchTaskFailureInfo> {
    let directory = file.file_path.as_deref().unwrap_or_default();
    checked_path(directory)?;
    let failed = |error: &Error| container_failure(error, directory, &source.shown);
    let account = connector
        .connect(&source.endpoint, source.access.clone())
        .map_err(|error| failed(&error))?;
    let mut options = ListBlobsOptions {
        prefix: file.blob_prefix.clone(),
        ..ListBlobsOptions::default()
    };
    loop {
        let page = account
            .list_blobs(&source.container, &options)
            .await
            .map_err(|error| failed(&error))?;
        for blob in page.blobs() {
            // A name that ends in a slash is a directory's marker, made by tools that show directories.
            if blob.name.as_str().ends_with('/') {
                continue;
            }
            let path = match directory {
                "" => checked_path(blob.name.as_str())?,
                _ => checked_path(&format!("{directory}/{}", blob.name))?,
            };
            let from = blob_url(&source.endpoint, &source.container, &blob.name, None);
            download(
                &*account,
                &source.container,
                &blob.name,
                (&path, &from),
                mode,
                sink,
            )
            .await?;
        }
        options.continuation = page.continuation;
        if options.continuation.is_none() {
            return Ok(());
        }
    }
}

/// Fetches one blob; `place` is the path it goes to and the URL it is shown as.
async fn download(
    account: &dyn BlobBackend,
    container: &ContainerName,
    blob: &BlobName,
    place: (&str, &str),
    mode: u32,
    sink: &mut dyn ResourceSink,
) -> Result<(), BatchTaskFailureInfo> {
    let (path, source) = place;
    if path.is_empty() {
        return Err(resource_file_create_failed(
            blob.as_str(),
            "The name of the blob makes no path.",
        ));
    }
    let download = account
        .get_blob(container, blob, None, &BlobConditions::default())
        .await
        .map_err(|error| blob_failure(&error, path, source))?;
    let torn = Arc::new(Mutex::new(None));
    let body = watched(download.body, Arc::clone(&torn));
    let written = sink.write(path, mode, body).await;
    let torn = torn.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (torn, written) {
        (Some(error), _) => Err(blob_failure(&error, path, source)),
        (None, Ok(())) => Ok(()),
        (None, Err(reason)) => Err(TaskFailureCode::ResourceFileWriteFailed
            .with_details(&[("FilePath", path), ("Message", &reason)])),
    }
}

/// The same body, which notes why it broke off: a sink cannot tell a torn download from a full disk.
fn watched(body: Body, torn: Arc<Mutex<Option<Error>>>) -> Body {
    let length = body.length();
    let state = (body.into_stream(), 0_u64, torn, false);
    let pieces = stream::unfold(state, move |(mut pieces, mut read, torn, ended)| async move {
        if ended {
            return None;
        }
        let next = match pieces.next().await {
            Some(Ok(piece)) => {
                read += piece.len() as u64;
                return Some((Ok(piece), (pieces, read, torn, false)));
            }
            Some(Err(error)) => error,
            None => {
                let expected = length.filter(|length| *length != read)?;
                Error::protocol(
                    Service::Blob,
                    format!("The download broke off after {read} of {expected} bytes."),
                )
            }
        };
        *torn.lock().unwrap_or_else(PoisonError::into_inner) = Some(next.clone());
        Some((Err(next), (pieces, read, torn, true)))
    });
    Body::from_stream(length, Box::pin(pieces))
}

/// The path with its parts joined by single slashes, when it stays below the working directory.
fn checked_path(path: &str) -> Result<String, BatchTaskFailureInfo> {
    let drive = matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let reason = if path.contains('\0') {
        "The path has a zero character."
    } else if path.starts_with(['/', '\\']) || drive {
        "The path is absolute; it must be relative to the working directory of the task."
    } else if path.split(['/', '\\']).any(|part| part == "..") {
        "The path would leave the working directory of the task."
    } else {
        let parts: Vec<_> = path
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        return Ok(parts.join("/"));
    };
    Err(resource_file_create_failed(path, reason))
}

fn file_mode(file: &ResourceFile) -> Result<u32, BatchTaskFailureInfo> {
    let Some(text) = &file.file_mode else {
        return Ok(RESOURCE_FILE_MODE);
    };
    octal_mode(text).ok_or_else(|| {
        let reason = format!("fileMode {text:?} is not an octal mode such as 0770.");
        resource_file_create_failed(file.file_path.as_deref().unwrap_or_default(), &reason)
    })
}

/// The mode an octal text such as `0770` stands for.
pub(crate) fn octal_mode(text: &str) -> Option<u32> {
    let octal = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let mode = u32::from_str_radix(text, 8).ok()?;
    (octal && mode <= 0o7777).then_some(mode)
}

fn blob_failure(error: &Error, path: &str, source: &str) -> BatchTaskFailureInfo {
    let code = match error.status() {
        404 => TaskFailureCode::BlobNotFound,
        401 | 403 => TaskFailureCode::BlobAccessDenied,
        408 | 504 => TaskFailureCode::BlobDownloadTimedOut,
        _ => TaskFailureCode::BlobDownloadMiscError,
    };
    with_cause(code, error, path, source)
}

fn container_failure(error: &Error, path: &str, source: &str) -> BatchTaskFailureInfo {
    let code = match error.status() {
        404 => TaskFailureCode::ResourceContainerNotFound,
        401 | 403 => TaskFailureCode::ResourceContainerAccessDenied,
        408 | 504 => TaskFailureCode::ResourceContainerListTimedOut,
        _ => TaskFailureCode::ResourceContainerListMiscError,
    };
    with_cause(code, error, path, source)
}

/// What the answer of Blob Storage says is wrong with a token. It shows what the token is for and until when, never its
/// signature.
pub(super) fn why_not_authenticated(error: &Error) -> Option<(&'static str, &str)> {
    let detail = error.detail(AUTHENTICATION_DETAIL)?;
    Some((AUTHENTICATION_DETAIL, detail))
}

fn with_cause(code: TaskFailureCode, error: &Error, path: &str, source: &str) -> BatchTaskFailureInfo {
    let status = error.status().to_string();
    let mut details = Vec::with_capacity(6);
    if error.status() != 0 {
        details.push(("HttpStatusCode", status.as_str()));
        details.push(("StorageErrorCode", error.code().as_str()));
    }
    details.push(("FilePath", path));
    details.push(("BlobSource", source));
    details.push(("Message", error.message()));
    details.extend(why_not_authenticated(error));
    code.with_details(&details)
}
