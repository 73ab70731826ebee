//! The Batch service on the wire: requests, answers and refusals, each both ways.
//!
//! There is one description of the 72 operations, [`operations`]. A client encodes calls with it and reads the
//! answers; a server finds the operation of a request in it, decodes the call and writes the answer.
//!
//! - `document`: the documents of requests, read as the service reads them
//! - [`operations`]: one [`Operation`] for each: its route, and the types of its path, body and answer
//! - [`operation`]: calls to requests and back
//! - [`route`]: what operations consist of, and how a request finds its own
//! - [`path`]: ids and names as parts of a path
//! - [`parameters`]: the query and headers beside the body
//! - [`request`]: a request without what both ends add
//! - [`answer`]: the answers of success, by type
//! - [`file`](mod@file): the headers of files
//! - [`mod@failure`]: refusals, of requests and of single tasks
//! - [`header`]: names of headers, and their values as text

pub mod answer;
mod document;
pub mod failure;
pub mod file;
pub mod header;
pub mod operation;
pub mod operations;
pub mod parameters;
pub mod path;
pub mod request;
pub mod route;

pub use answer::{Answer, AnswerParts, Download, Json};
pub use operation::{BatchOperation, Call, Operation};
pub use operations::ROUTES;
pub use parameters::Parameters;
pub use request::RequestParts;
pub use route::Route;

/// The `api-version` this description is of.
pub const API_VERSION: &str = "2025-06-01";

/// The `Content-Type` of JSON bodies of requests.
pub const CONTENT_TYPE: &str = "application/json; odata=minimalmetadata";

/// Whether a JSON text is an object. Models would be read from arrays too, property by property.
fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

#[cfg(test)]
mod tests;
