//! Lists come in pages; a page says where the next one begins.

use std::fmt;

/// Where a list goes on: opaque to the caller, made and read by the same backend.
#[derive(Clone, PartialEq, Eq)]
pub struct Continuation(String);

impl Continuation {
    /// Wraps what the backend needs to go on.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// What the backend put in.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Continuation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Continuation({:?})",
            crate::secret::redact_signatures(&self.0)
        )
    }
}

/// One page of a list. A page may be shorter than asked for, and the last one may be empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The entries of this page.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    pub continuation: Option<Continuation>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            continuation: None,
        }
    }
}

impl<T> Page<T> {
    /// The same page with every entry mapped.
    pub fn map<U>(self, map: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(map).collect(),
            continuation: self.continuation,
        }
    }
}
