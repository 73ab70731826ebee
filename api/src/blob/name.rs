//! Names of containers and blobs: parsed once, then trusted.

use std::borrow::Borrow;
use std::fmt;

use smol_str::SmolStr;

use crate::error::{Error, ErrorCode, Result};

/// The name of a container: 3 to 63 lower-case letters, digits and single hyphens; or `$root`, `$web`, `$logs`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerName(SmolStr);

impl ContainerName {
    /// Reads a name. Refused: `OutOfRangeInput` by its length, `InvalidResourceName` by its characters.
    pub fn parse(text: &str) -> Result<Self> {
        if matches!(text, "$root" | "$web" | "$logs") {
            return Ok(Self(SmolStr::new(text)));
        }
        if !(3..=63).contains(&text.len()) {
            return Err(Error::blob(ErrorCode::OutOfRangeInput).with_message(format!(
                "The container name {text:?} must be 3 to 63 characters long."
            )));
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let hyphens_stand_alone = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        if text.bytes().all(allowed) && hyphens_stand_alone {
            return Ok(Self(SmolStr::new(text)));
        }
        Err(Error::blob(ErrorCode::InvalidResourceName).with_message(format!(
            "The container name {text:?} may have lower-case letters, digits and single hyphens between them."
        )))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a blob: 1 to 1024 characters, case-sensitive, `/` for virtual directories.
///
/// Any text is a legal name, `../x` among them: who makes a path of it must check that the path stays where it
/// belongs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName(SmolStr);

impl BlobName {
    /// Reads a name. Refused: `InvalidUri` when empty, `OutOfRangeInput` when longer than 1024 characters.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(Error::blob(ErrorCode::InvalidUri).with_message("The blob name is empty."));
        }
        if text.chars().count() > 1024 {
            return Err(Error::blob(ErrorCode::OutOfRangeInput)
                .with_message("The blob name has more than 1024 characters."));
        }
        Ok(Self(SmolStr::new(text)))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What both names show and stand for: themselves.
macro_rules! shown_as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        // Ordered, compared and hashed as its text, so that maps can be searched by texts that are no names, such as
        // the prefix of a list.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&$name> for SmolStr {
            fn from(name: &$name) -> Self {
                name.0.clone()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{:?}", self.0)
            }
        }
    };
}

shown_as_text!(ContainerName);
shown_as_text!(BlobName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_names_follow_the_rules() {
        for text in ["application", "a1-b2-c3", "$root", "000"] {
            assert_eq!(ContainerName::parse(text).unwrap().as_str(), text);
        }
        for (text, code) in [
            ("ab", ErrorCode::OutOfRangeInput),
            ("", ErrorCode::OutOfRangeInput),
            ("Output", ErrorCode::InvalidResourceName),
            ("-abc", ErrorCode::InvalidResourceName),
            ("abc-", ErrorCode::InvalidResourceName),
            ("a--b", ErrorCode::InvalidResourceName),
            ("a/b", ErrorCode::InvalidResourceName),
            ("../x", ErrorCode::InvalidResourceName),
        ] {
            assert!(ContainerName::parse(text).unwrap_err().is(&code), "{text}");
        }
    }

    #[test]
    fn blob_names_may_be_anything_but_empty_or_too_long() {
        assert_eq!(BlobName::parse("../x").unwrap().as_str(), "../x");
        assert!(BlobName::parse("").unwrap_err().is(&ErrorCode::InvalidUri));
        assert!(
            BlobName::parse(&"é".repeat(1025))
                .unwrap_err()
                .is(&ErrorCode::OutOfRangeInput)
        );
    }
}
