//! The waist: what a backend of Batch and of Blob Storage must do, whichever world it stands in.
//!
//! # Contract
//! No method has a default body: a new operation breaks every implementation at compile time. Two backends that
//! refuse the same thing give equal service, code, status and details. Nothing here knows which world answers.
//!
//! - [`account`], [`pool`], [`node`], [`job`], [`job_schedule`], [`task`], [`mod@file`]: the Batch operations, one resource a file
//! - [`blob`]: the storage operations; [`blob_parts`]: those on leases, tags, append blobs, copies and the account;
//!   [`blob_service`]: those on the service as a whole; [`blob_conditions`]: on what terms
//! - [`lists`]: the lists of both as streams
//! - [`options`]: what every request may carry
//! - [`body`]: bodies as streams
//! - [`submit`]: many tasks at once, on any backend

pub mod account;
pub mod blob;
pub mod blob_conditions;
pub mod blob_parts;
pub mod blob_service;
pub mod body;
pub mod file;
pub mod job;
pub mod job_schedule;
pub mod lists;
pub mod node;
pub mod options;
pub mod pool;
pub mod submit;
pub mod task;

pub use account::AccountOperations;
pub use blob::{BlobBackend, BlobBackendExt, BlobConnector};
pub use blob_conditions::BlobConditions;
pub use blob_parts::{AppendBlobOperations, CopyOperations, LeaseOperations, TagOperations};
pub use blob_service::BlobServiceOperations;
pub use body::{Body, ByteStream};
pub use file::{FileDownload, FileHeaders, FileOperations};
pub use job::JobOperations;
pub use job_schedule::JobScheduleOperations;
pub use lists::{BatchListStreams, BlobListStreams, ListStream};
pub use node::NodeOperations;
pub use options::{ByteRange, Conditions, ListOptions, RequestOptions, Written};
pub use pool::{PoolOperations, UsagePeriod};
pub use submit::{RefusedTask, SubmitOptions, SubmitReport, submit_tasks};
pub use task::TaskOperations;

/// A Batch account: the sum of the operations on its resources.
///
/// Implemented by everything that implements the parts.
pub trait BatchBackend:
    AccountOperations
    + PoolOperations
    + NodeOperations
    + JobOperations
    + JobScheduleOperations
    + TaskOperations
    + FileOperations
{
}

impl<T> BatchBackend for T where
    T: AccountOperations
        + PoolOperations
        + NodeOperations
        + JobOperations
        + JobScheduleOperations
        + TaskOperations
        + FileOperations
        + ?Sized
{
}
