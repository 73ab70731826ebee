//! A request without its body: method, resource, query and headers.

use http::{HeaderMap, Method};

use super::operation::Operation;
use super::{Query, Resource, decode, encode};
use crate::error::Result;

/// The head of a request to Blob Storage, below the URL of an account.
///
/// What is the same for all requests (`Host`, `x-ms-version`, dates, authorization, lengths) is left to both ends.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestHead {
    /// The method.
    pub method: Method,
    /// What the path names.
    pub resource: Resource,
    /// The query.
    pub query: Query,
    /// The headers.
    pub headers: HeaderMap,
}

impl RequestHead {
    /// Reads a head from a request: `path` is what follows the URL of the account, `query` what follows `?`.
    ///
    /// Refused: texts and names that are wrong in themselves.
    pub fn read(method: Method, path: &str, query: &str, headers: HeaderMap) -> Result<Self> {
        let query = Query::parse(query)?;
        let is_container = match query.get("restype")? {
            Some("container") => true,
            // Asked of a container, the query does not say that it is one: containers stand alone in a path.
            Some("account") => {
                let names = path.strip_prefix('/').unwrap_or(path).split_once('/');
                names.is_none_or(|(_, blob)| blob.is_empty())
            }
            _ => false,
        };
        Ok(Self {
            method,
            resource: Resource::parse(path, is_container)?,
            query,
            headers,
        })
    }

    /// The head that asks for an operation.
    ///
    /// Refused where a value has no place on the wire: line breaks in headers, metadata that is no name.
    pub fn of(operation: &Operation) -> Result<Self> {
        encode::head_of(operation)
    }

    /// What a head asks for.
    ///
    /// Refused with the service's own codes where it is wrong, and with `NotSimulated` where it asks for what
    /// the backend does not have: versions, page blobs, conditions on operations without any.
    pub fn operation(&self) -> Result<Operation> {
        decode::operation_of(self)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_parts;
