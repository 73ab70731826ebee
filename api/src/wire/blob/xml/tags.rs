//! Tags: the document of *Set Blob Tags* and *Get Blob Tags*, and what *Find Blobs by Tags* answers.

use serde::{Deserialize, Serialize};

use super::{BadXml, Name, filled, read, write};
use crate::blob::{BlobName, ContainerName, FindBlobsOptions, FoundBlob, Tags};
use crate::error::{Error, ErrorCode, Result};
use crate::page::{Continuation, Page};

/// Writes tags.
pub fn write_tags(tags: &Tags) -> Result<String> {
    write(&Document {
        tag_set: tag_set(tags).tag_set,
    })
}

/// Reads the body of *Set Blob Tags*. Refused: `InvalidXmlDocument`, `InvalidTag` for a name that stands there twice.
pub fn read_tags(bytes: &[u8]) -> Result<Tags> {
    let document: Document = read("Tags", bytes).map_err(BadXml::into_refusal)?;
    let mut tags = Tags::new();
    for tag in document.tag_set.tags {
        if tags.insert(tag.key.clone(), tag.value).is_some() {
            return Err(Error::blob(ErrorCode::InvalidTag).with_detail("TagName", tag.key));
        }
    }
    Ok(tags)
}

/// Reads what *Get Blob Tags* answers.
pub fn read_answered_tags(bytes: &[u8]) -> Result<Tags> {
    let document: Document = read("Tags", bytes).map_err(BadXml::into_failure)?;
    Ok(read_tag_set(TagSet {
        tag_set: document.tag_set,
    }))
}

/// Writes a page of blobs that were found; `endpoint` is the URL of the account as the caller knows it.
pub fn write_found_blobs(
    endpoint: &str,
    options: &FindBlobsOptions,
    page: &Page<FoundBlob>,
) -> Result<String> {
    write(&Found {
        service_endpoint: format!("{endpoint}/"),
        expression: Some(options.expression.clone()),
        blobs: FoundEntries {
            entries: page.items.iter().map(FoundEntry::of).collect(),
        },
        next_marker: Some(
            page.continuation
                .as_ref()
                .map_or_else(String::new, |marker| marker.as_str().to_owned()),
        ),
    })
}

/// Reads a page of blobs that were found.
pub fn read_found_blobs(bytes: &[u8]) -> Result<Page<FoundBlob>> {
    let read_page = || -> Result<Page<FoundBlob>, BadXml> {
        let found: Found = read("EnumerationResults", bytes)?;
        let items = found.blobs.entries.into_iter().map(FoundEntry::into_found);
        Ok(Page {
            items: items.collect::<Result<_, _>>()?,
            continuation: filled(found.next_marker).map(Continuation::new),
        })
    };
    read_page().map_err(BadXml::into_failure)
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Tags", rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    tag_set: Pairs,
}

/// Tags as a list shows them.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagSet {
    #[serde(default)]
    tag_set: Pairs,
}

#[derive(Default, Serialize, Deserialize)]
struct Pairs {
    #[serde(rename = "Tag", default)]
    tags: Vec<Pair>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    key: String,
    #[serde(default)]
    value: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "EnumerationResults", rename_all = "PascalCase")]
struct Found {
    #[serde(rename = "@ServiceEndpoint", default)]
    service_endpoint: String,
    #[serde(rename = "Where", skip_serializing_if = "Option::is_none")]
    expression: Option<String>,
    blobs: FoundEntries,
    next_marker: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct FoundEntries {
    #[serde(rename = "Blob", default)]
    entries: Vec<FoundEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FoundEntry {
    name: Name,
    container_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<TagSet>,
}

impl FoundEntry {
    fn of(found: &FoundBlob) -> Self {
        Self {
            name: Name::of(found.name.as_str()),
            container_name: found.container.as_str().to_owned(),
            tags: Some(tag_set(&found.tags)),
        }
    }

    fn into_found(self) -> Result<FoundBlob, BadXml> {
        let name = self.name.into_text()?;
        Ok(FoundBlob {
            container: ContainerName::parse(&self.container_name)
                .map_err(|_| BadXml::Value(self.container_name))?,
            name: BlobName::parse(&name).map_err(|_| BadXml::Value(name))?,
            tags: self.tags.map(read_tag_set).unwrap_or_default(),
        })
    }
}

pub(super) fn tag_set(tags: &Tags) -> TagSet {
    let pairs = tags.iter().map(|(name, value)| Pair {
        key: name.clone(),
        value: value.clone(),
    });
    TagSet {
        tag_set: Pairs {
            tags: pairs.collect(),
        },
    }
}

pub(super) fn read_tag_set(set: TagSet) -> Tags {
    set.tag_set
        .tags
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_survive_both_ways() {
        for tags in [
            Tags::new(),
            Tags::from([("a b".into(), "1/2".into()), ("c".into(), String::new())]),
        ] {
            let text = write_tags(&tags).unwrap();
            assert_eq!(read_tags(text.as_bytes()).unwrap(), tags, "{text}");
            assert_eq!(read_answered_tags(text.as_bytes()).unwrap(), tags);
        }
        let twice = "<Tags><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tags>";
        assert!(
            read_tags(twice.as_bytes())
                .unwrap_err()
                .is(&ErrorCode::InvalidTag)
        );
        assert!(
            read_tags(b"<Other/>")
                .unwrap_err()
                .is(&ErrorCode::InvalidXmlDocument)
        );
    }

    #[test]
    fn what_was_found_survives_both_ways() {
        let page = Page {
            items: vec![FoundBlob {
                container: ContainerName::parse("con").unwrap(),
                name: BlobName::parse("a/\u{1}b").unwrap(),
                tags: Tags::from([("k".into(), "v".into())]),
            }],
            continuation: Some(Continuation::new("next")),
        };
        let options = FindBlobsOptions {
            expression: "\"k\" = 'v'".into(),
            ..FindBlobsOptions::default()
        };
        let text = write_found_blobs("http://h/acc", &options, &page).unwrap();
        assert!(text.contains("<ContainerName>con</ContainerName>"), "{text}");
        assert_eq!(read_found_blobs(text.as_bytes()).unwrap(), page);
    }
}
