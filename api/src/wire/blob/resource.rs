//! The account, a container or a blob, as the path of a URL.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::blob::{BlobName, ContainerName, blob_url, container_url};
use crate::error::{Error, ErrorCode, Result};

/// What a request is about, below the URL of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The account itself.
    Account,
    /// A container.
    Container(ContainerName),
    /// A blob.
    Blob(ContainerName, BlobName),
}

impl Resource {
    /// Reads what stands behind the URL of the account: nothing, `/`, `/container` or `/container/blob`.
    ///
    /// A single name is a container when the query says so (`restype=container`), otherwise a blob of the root
    /// container. Nothing is resolved: `..` is a name like any other. Refused: the names themselves, `InvalidUri`.
    pub fn parse(path: &str, is_container: bool) -> Result<Self> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let first = decoded(first)?;
        match (&*first, rest) {
            ("", "") => Ok(Self::Account),
            (container, "") if is_container => Ok(Self::Container(ContainerName::parse(container)?)),
            (blob, "") => Ok(Self::Blob(ContainerName::parse("$root")?, BlobName::parse(blob)?)),
            (container, blob) if !is_container => Ok(Self::Blob(
                ContainerName::parse(container)?,
                BlobName::parse(&decoded(blob)?)?,
            )),
            _ => Err(Error::blob(ErrorCode::InvalidUri)
                .with_message("The path names a blob, and the query says it is a container.")),
        }
    }

    /// The path below the URL of the account: empty, `/container` or `/container/blob`, escaped.
    ///
    /// A blob whose name has a segment `.` or `..` has its slashes escaped, since programs along the way would
    /// otherwise resolve it and reach another blob.
    pub fn to_path(&self) -> String {
        match self {
            Self::Account => String::new(),
            Self::Container(container) => container_url("", container, None),
            Self::Blob(container, blob) => blob_url("", container, blob, None),
        }
    }
}

fn decoded(text: &str) -> Result<Cow<'_, str>> {
    percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| Error::blob(ErrorCode::InvalidUri).with_message("The path is not UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(container: &str, blob: &str) -> Resource {
        Resource::Blob(
            ContainerName::parse(container).unwrap(),
            BlobName::parse(blob).unwrap(),
        )
    }

    #[test]
    fn names_survive_both_ways() {
        for name in [
            "a.txt",
            "dir/a b.txt",
            "100%",
            "%2F",
            "a?b#c",
            "é/ß",
            "a//b",
            "/lead",
            "trail/",
            "../x",
            "a/../b",
            "a+b",
            "a\\b",
            "..\\x",
        ] {
            let resource = blob("con", name);
            let path = resource.to_path();
            assert_eq!(Resource::parse(&path, false).unwrap(), resource, "{path}");
            assert!(
                path.bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte)),
                "{path}"
            );
        }
        let container = Resource::Container(ContainerName::parse("$root").unwrap());
        assert_eq!(Resource::parse(&container.to_path(), true).unwrap(), container);
        assert_eq!(Resource::parse("", false).unwrap(), Resource::Account);
        assert_eq!(Resource::parse("/", false).unwrap(), Resource::Account);
    }

    #[test]
    fn dot_segments_are_never_open_to_resolution() {
        assert_eq!(blob("con", "../x").to_path(), "/con/..%2Fx");
        assert_eq!(blob("con", "a/./b").to_path(), "/con/a%2F.%2Fb");
        assert_eq!(
            Resource::parse("/con/../x", false).unwrap(),
            blob("con", "../x"),
            "read as it is written"
        );
    }

    #[test]
    fn one_name_is_a_container_or_a_blob_of_the_root_container() {
        assert_eq!(
            Resource::parse("/con/", true).unwrap(),
            Resource::Container(ContainerName::parse("con").unwrap())
        );
        assert_eq!(
            Resource::parse("/index.html", false).unwrap(),
            blob("$root", "index.html")
        );
        assert!(
            Resource::parse("/con/blob", true)
                .unwrap_err()
                .is(&ErrorCode::InvalidUri)
        );
        assert!(
            Resource::parse("/con/%FF", false)
                .unwrap_err()
                .is(&ErrorCode::InvalidUri)
        );
        assert!(
            Resource::parse("/Upper/b", false)
                .unwrap_err()
                .is(&ErrorCode::InvalidResourceName)
        );
    }
}
