//! Steps 1 and 2: containers and uploads, and the signatures nodes get instead of the account key.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use batchite_api::auth::sas::{Permission, Permissions, SasOptions};
use batchite_api::backend::{BlobBackend, BlobBackendExt, Body};
use batchite_api::batch::ResourceFile;
use batchite_api::blob::{BlobName, ContainerName, PutBlobOptions, blob_url};
use batchite_api::error::{Error, Service};
use batchite_api::time::TimeSpan;
use bytes::Bytes;
use futures_util::stream;

use super::Flow;
use super::error::TutorialError;
use super::prepare::{Prepared, Source, Upload};
use super::signer::Signer;

/// How much of a file is read at once, in bytes.
const PIECE_BYTES: usize = 1 << 20;

impl Flow<'_> {
    /// Creates the containers that are not there yet.
    pub(super) async fn create_containers(&mut self, storage: &dyn BlobBackend) -> Result<(), TutorialError> {
        let names = &self.settings.containers;
        for name in [&names.application, &names.input, &names.output] {
            self.interrupt.check()?;
            let is_new = storage
                .create_container_if_missing(name)
                .await
                .map_err(TutorialError::request(format!("Creating container [{name}]")))?;
            let list = if is_new {
                &mut self.created.containers
            } else {
                &mut self.created.found_containers
            };
            list.push(name.clone());
        }
        Ok(())
    }

    /// Uploads the worker and the texts; gives the files nodes will need, the worker's first.
    pub(super) async fn upload_files(
        &mut self,
        storage: &dyn BlobBackend,
        signer: &Signer,
        prepared: &Prepared,
    ) -> Result<(ResourceFile, Vec<ResourceFile>), TutorialError> {
        let (names, lifetimes) = (&self.settings.containers, self.settings.sas_lifetimes);
        let mut worker = self
            .upload(
                (storage, signer),
                &names.application,
                &prepared.worker,
                lifetimes.application,
            )
            .await?;
        // Every user of a node may run it, also the one the start task does not run as.
        worker.file_mode = Some("0755".to_owned());
        let mut inputs = Vec::with_capacity(prepared.inputs.len());
        for input in &prepared.inputs {
            inputs.push(
                self.upload((storage, signer), &names.input, input, lifetimes.input)
                    .await?,
            );
        }
        Ok((worker, inputs))
    }

    /// Uploads one file under its base name; gives it back as nodes will see it.
    async fn upload(
        &mut self,
        (storage, signer): (&dyn BlobBackend, &Signer),
        container: &ContainerName,
        upload: &Upload,
        lifetime: TimeSpan,
    ) -> Result<ResourceFile, TutorialError> {
        self.interrupt.check()?;
        self.console.line(&format!(
            "Uploading file {} to container [{container}]...",
            upload.shown_path()
        ));
        let doing = || {
            format!(
                "Uploading file {} to container [{container}]",
                upload.shown_path()
            )
        };
        let blob = BlobName::parse(&upload.name).map_err(TutorialError::request(doing()))?;
        self.interrupt
            .guard(put(storage, container, &blob, upload))
            .await?
            .map_err(|failure| match failure {
                Failure::Request(error) => TutorialError::Request {
                    doing: doing(),
                    error,
                },
                Failure::File(source) => TutorialError::File {
                    path: upload.shown_path().into(),
                    source,
                },
            })?;
        let options = SasOptions::new(Permissions::of(&[Permission::Read]), self.now() + lifetime);
        let token = signer.blob_token(container, &blob, &options);
        Ok(ResourceFile {
            http_url: Some(blob_url(storage.endpoint(), container, &blob, Some(&token)).into()),
            file_path: Some(upload.name.clone()),
            ..ResourceFile::default()
        })
    }

    /// The signature tasks get for the output container, and nothing else of the account.
    pub(super) fn output_token(&self, signer: &Signer) -> String {
        let settings = self.settings;
        let expiry = self.now() + settings.sas_lifetimes.output;
        let options = SasOptions::new(settings.output_permissions, expiry);
        signer.container_token(&settings.containers.output, &options)
    }
}

enum Failure {
    Request(Error),
    File(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Puts an upload, which is read piece by piece.
async fn put(
    storage: &dyn BlobBackend,
    container: &ContainerName,
    blob: &BlobName,
    upload: &Upload,
) -> Result<(), Failure> {
    let body = match &upload.source {
        Source::Memory(bytes) => Body::from(bytes.clone()),
        Source::File(path) => file_body(path, upload.length)?,
    };
    storage
        .put_blob(container, blob, body, &PutBlobOptions::default())
        .await?;
    Ok(())
}

/// The first `length` bytes of a file as a body that reads it as it is sent.
///
/// A file that has become shorter meanwhile is an error in the body, not a shorter blob.
fn file_body(path: &Path, length: u64) -> io::Result<Body> {
    let pieces = stream::try_unfold((File::open(path)?, length), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let wanted = usize::try_from(left).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
        let mut piece = vec![0; wanted];
        file.read_exact(&mut piece).map_err(|error| {
            Error::transport(Service::Blob, "The file could not be read to its end.", error)
        })?;
        Ok(Some((Bytes::from(piece), (file, left - wanted as u64))))
    });
    Ok(Body::from_stream(Some(length), Box::pin(pieces)))
}
