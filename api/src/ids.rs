//! Identifiers: parsed once, then trusted.

use std::fmt;
use std::hash::{Hash, Hasher};

use smol_str::SmolStr;

use crate::error::{Error, ErrorCode};
use crate::odata::compare_ignoring_case;

/// Longest id of a pool, job, job schedule or task.
const ID_LENGTH_MAX: usize = 64;

/// Declares the id of one kind of entity: compared and hashed without regard to case, shown as it was given.
macro_rules! entity_id {
    ($(#[$outer:meta])* $name:ident, $parse:path) => {
        $(#[$outer])*
        #[derive(Clone)]
        pub struct $name(SmolStr);

        impl $name {
            /// Reads an id, refusing what the service refuses with `InvalidPropertyValue`.
            pub fn parse(text: &str) -> Result<Self, Error> {
                $parse(text)?;
                Ok(Self(SmolStr::new(text)))
            }

            /// The id with the case it was given in.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as a text that is cheap to copy.
            pub fn to_smol_str(&self) -> SmolStr {
                self.0.clone()
            }

            /// The form ids are looked up by.
            pub fn key(&self) -> SmolStr {
                if self.0.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    SmolStr::new(self.0.to_ascii_lowercase())
                } else {
                    self.0.clone()
                }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                for byte in self.0.bytes() {
                    state.write_u8(byte.to_ascii_lowercase());
                }
                state.write_u8(0xff);
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                compare_ignoring_case(self.0.as_bytes(), other.0.as_bytes())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{:?}", self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::parse(text)
            }
        }
    };
}

entity_id!(
    /// The id of a pool: 1 to 64 letters, digits, hyphens and underscores, unique in the account ignoring case.
    PoolId,
    entity
);
entity_id!(
    /// The id of a job; jobs and job schedules share one name space. Jobs of a schedule carry `schedule:job-n`.
    JobId,
    job
);
entity_id!(
    /// The id of a job schedule.
    JobScheduleId,
    entity
);
entity_id!(
    /// The id of a task, unique in its job ignoring case.
    TaskId,
    entity
);
entity_id!(
    /// The id the service gave to a compute node, as `tvmps_<64 hex digits>_d`.
    NodeId,
    node
);

fn entity(text: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    refuse_unless(
        text,
        ID_LENGTH_MAX,
        allowed,
        "letters, digits, hyphens and underscores",
    )
}

fn job(text: &str) -> Result<(), Error> {
    match text.split_once(":job-") {
        Some((schedule, number))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            entity(schedule)
        }
        _ => entity(text),
    }
}

fn node(text: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    refuse_unless(
        text,
        128,
        allowed,
        "letters, digits, hyphens, underscores and dots",
    )
}

fn refuse_unless(text: &str, length_max: usize, allowed: fn(u8) -> bool, words: &str) -> Result<(), Error> {
    if !text.is_empty() && text.len() <= length_max && text.bytes().all(allowed) {
        return Ok(());
    }
    Err(Error::batch(ErrorCode::InvalidPropertyValue)
        .with_detail("PropertyName", "id")
        .with_detail("PropertyValue", text)
        .with_detail(
            "Reason",
            format!("An id is 1 to {length_max} characters long and made of {words}."),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ignore_case_and_keep_it() {
        let id = PoolId::parse("MyPool_1").unwrap();
        assert_eq!(id, PoolId::parse("mypool_1").unwrap());
        assert_eq!(id.to_string(), "MyPool_1");
        assert_eq!(id.key(), "mypool_1");
        assert!(JobId::parse("nightly:job-12").is_ok());
    }

    #[test]
    fn illegal_ids_are_refused_with_the_property() {
        let long = "x".repeat(65);
        for text in ["", "a b", "a/b", "..", "é", "a:b", long.as_str()] {
            let error = TaskId::parse(text).unwrap_err();
            assert_eq!(
                (error.code(), error.status()),
                (&ErrorCode::InvalidPropertyValue, 400),
                "{text}"
            );
            assert_eq!(error.detail("PropertyName"), Some("id"));
        }
        assert!(JobId::parse("a:job-").is_err());
    }
}
