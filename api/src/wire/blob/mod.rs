//! Blob Storage on the wire: request heads, answer heads, XML bodies and refusals, each both ways.
//!
//! - [`header`]: the names of the headers, and their values as text
//! - [`query`]: the query of a URL as pairs
//! - [`resource`]: the account, a container or a blob as the path of a URL
//! - [`operation`]: what a request asks for, typed
//! - [`head`]: a request without its body; operations become heads ([`head::RequestHead::of`]) and heads become
//!   operations ([`head::RequestHead::operation`])
//! - [`fields`]: groups of headers that several requests and answers share
//! - [`answer`]: the heads of answers
//! - [`xml`]: the bodies that are XML; [`batch`]: those of batches
//! - [`failure`]: refusals, as headers and as a body
//!
//! What a head may say beyond these is in one table of what is not simulated, so that nothing that changes the
//! meaning of a request is passed over.

pub mod answer;
pub mod batch;
mod decode;
mod decode_blob;
mod decode_copy;
mod encode;
mod encode_blob;
pub mod failure;
pub mod fields;
pub mod head;
pub mod header;
pub mod operation;
pub mod query;
mod refuse;
pub mod resource;
mod state;
pub mod xml;

pub use head::RequestHead;
pub use operation::{BlobOperation, ContainerOperation, Operation, RangeHash};
pub use query::Query;
pub use resource::Resource;

/// The `x-ms-version` the client speaks. Later ones change nothing in the operations used here.
pub const SERVICE_VERSION: &str = "2023-11-03";
