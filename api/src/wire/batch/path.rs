//! Ids and names as parts of a path.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, ErrorCode, Result};
use crate::ids::{JobId, JobScheduleId, NodeId, PoolId, TaskId};

/// Everything but RFC 3986's unreserved characters is escaped, `/` in the path of a file included.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A text as part of a path or query.
pub fn escaped(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, ESCAPED)
}

/// One id or name.
pub trait PathPart: Sized {
    /// Its text, not escaped.
    fn text(&self) -> &str;

    /// Reads the text; refused as the id refuses it.
    fn read(text: &str) -> Result<Self>;
}

/// Declares ids as parts of paths.
macro_rules! id_part {
    ($($id:ident),+) => { $(
        impl PathPart for $id {
            fn text(&self) -> &str {
                self.as_str()
            }

            fn read(text: &str) -> Result<Self> {
                Self::parse(text)
            }
        }
    )+ };
}

id_part!(JobId, JobScheduleId, NodeId, PoolId, TaskId);

impl PathPart for String {
    fn text(&self) -> &str {
        self
    }

    fn read(text: &str) -> Result<Self> {
        Ok(text.to_owned())
    }
}

/// All that differs in a path, from left to right.
pub trait PathParts: Sized {
    /// The texts, not escaped.
    fn texts(&self) -> Vec<&str>;

    /// Reads the texts.
    fn read(texts: &[String]) -> Result<Self>;
}

/// The refusal when a path has another number of parts than its operation: a mistake in the description.
fn miscounted() -> Error {
    Error::batch(ErrorCode::InternalError).with_detail("Reason", "The path has another number of parts.")
}

impl PathParts for () {
    fn texts(&self) -> Vec<&str> {
        Vec::new()
    }

    fn read(_: &[String]) -> Result<Self> {
        Ok(())
    }
}

impl<A: PathPart> PathParts for (A,) {
    fn texts(&self) -> Vec<&str> {
        vec![self.0.text()]
    }

    fn read(texts: &[String]) -> Result<Self> {
        match texts {
            [first] => Ok((A::read(first)?,)),
            _ => Err(miscounted()),
        }
    }
}

impl<A: PathPart, B: PathPart> PathParts for (A, B) {
    fn texts(&self) -> Vec<&str> {
        vec![self.0.text(), self.1.text()]
    }

    fn read(texts: &[String]) -> Result<Self> {
        match texts {
            [first, second] => Ok((A::read(first)?, B::read(second)?)),
            _ => Err(miscounted()),
        }
    }
}

impl<A: PathPart, B: PathPart, C: PathPart> PathParts for (A, B, C) {
    fn texts(&self) -> Vec<&str> {
        vec![self.0.text(), self.1.text(), self.2.text()]
    }

    fn read(texts: &[String]) -> Result<Self> {
        match texts {
            [first, second, third] => Ok((A::read(first)?, B::read(second)?, C::read(third)?)),
            _ => Err(miscounted()),
        }
    }
}
