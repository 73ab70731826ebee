//! The models of Blob Storage.

mod block;
mod block_blob;
mod container;
mod name;
mod url;

pub use block::{Block, BlockId, BlockList, BlockListFilter, BlockReference};
pub use block_blob::{
    BlobDownload, BlobHeaders, BlobItem, BlobProperties, CopyOutcome, ListBlobsEntry, ListBlobsInclude,
    ListBlobsOptions, ListBlobsPage, Metadata, PutBlobOptions,
};
pub use container::{
    AccessPolicy, ContainerAccessPolicy, ContainerItem, ContainerProperties, CreateContainerOptions,
    ListContainersOptions, PublicAccess, StoredAccessPolicy,
};
pub use name::{BlobName, ContainerName};
pub use url::{BlobUrl, blob_url, container_url, parse_blob_url, parse_blob_url_below};
