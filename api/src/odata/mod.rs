//! `$filter`, `$select` and `$expand`: text to typed query.

mod filter;
mod lists;
mod parse;

pub(crate) use filter::compare_ignoring_case;
pub use filter::{Comparison, Filter, FilterField, Literal, Value};
pub use lists::ListKind;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::error::{Error, ErrorCode, Result};

/// The properties a caller wants, of `$select`. Blanks around the commas do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    properties: Vec<String>,
}

impl Select {
    /// Reads the text of `$select`.
    ///
    /// Refused with `InvalidQueryParameterValue` when it names nothing.
    pub fn parse(text: &str) -> Result<Self> {
        let properties: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        if properties.is_empty() {
            return Err(invalid_query("$select", text, "It names no property."));
        }
        Ok(Self { properties })
    }

    /// The entity with only the selected properties; all others read as their default.
    pub fn apply<T: Serialize + DeserializeOwned>(&self, entity: &T) -> Result<T> {
        let unreadable = |source: serde_json::Error| {
            Error::batch(ErrorCode::InternalError).with_detail("Reason", format!("$select failed: {source}"))
        };
        let mut value = serde_json::to_value(entity).map_err(unreadable)?;
        self.cut(&mut value);
        serde_json::from_value(value).map_err(unreadable)
    }

    /// Takes out of a document whatever is not selected.
    pub fn cut(&self, document: &mut Json) {
        if let Some(object) = document.as_object_mut() {
            object.retain(|name, _| {
                let mut wanted = self.properties.iter();
                wanted.any(|wanted| wanted.eq_ignore_ascii_case(name))
            });
        }
    }
}

/// The refusal of a query parameter's value.
pub fn invalid_query(name: &str, value: &str, reason: &str) -> Error {
    Error::batch(ErrorCode::InvalidQueryParameterValue)
        .with_detail("QueryParameterName", name)
        .with_detail("QueryParameterValue", value)
        .with_detail("Reason", reason)
}
