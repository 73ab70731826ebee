//! *List Blobs*: `EnumerationResults` with blobs and virtual directories in one order.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::pen::Pen;
use super::tags::{TagSet, read_tag_set};
use super::{BadXml, Name, filled, moment, read};
use crate::blob::{
    AccessTier, BlobHeaders, BlobItem, BlobName, BlobProperties, BlobType, ContainerName, CopyState,
    LeaseDurationKind, LeaseProperties, LeaseState, ListBlobsEntry, ListBlobsInclude, ListBlobsOptions,
    ListBlobsPage, Snapshot, TierProperties,
};
use crate::error::{Error, Result, Service};
use crate::page::Continuation;
use crate::wire::blob::fields;

/// Writes a page; `endpoint` is the URL of the account as the caller knows it.
pub fn write_blobs(
    endpoint: &str,
    container: &ContainerName,
    options: &ListBlobsOptions,
    page: &ListBlobsPage,
) -> Result<String> {
    let mut pen = Pen::document(BYTES_OF_AN_ENTRY * (page.entries.len() + 1));
    pen.open_with(
        "EnumerationResults",
        &[
            ("ServiceEndpoint", &format!("{endpoint}/")),
            ("ContainerName", container.as_str()),
        ],
    );
    if let Some(prefix) = &options.prefix {
        pen.name("Prefix", prefix);
    }
    pen.some_text("Marker", options.continuation.as_ref().map(Continuation::as_str));
    if let Some(most) = options.max_results {
        pen.plain("MaxResults", most);
    }
    if let Some(delimiter) = &options.delimiter {
        pen.name("Delimiter", delimiter);
    }
    if page.entries.is_empty() {
        pen.text("Blobs", "");
    } else {
        pen.open("Blobs");
        for entry in &page.entries {
            write_entry(&mut pen, entry, options.include)?;
        }
        pen.close("Blobs");
    }
    pen.text(
        "NextMarker",
        page.continuation.as_ref().map_or("", Continuation::as_str),
    );
    pen.close("EnumerationResults");
    Ok(pen.finish())
}

/// About what an entry takes; too little costs a copy.
const BYTES_OF_AN_ENTRY: usize = 768;

fn write_entry(pen: &mut Pen, entry: &ListBlobsEntry, include: ListBlobsInclude) -> Result<()> {
    let blob = match entry {
        ListBlobsEntry::Blob(blob) => blob,
        ListBlobsEntry::Prefix(prefix) => {
            pen.open("BlobPrefix");
            pen.name("Name", prefix);
            pen.close("BlobPrefix");
            return Ok(());
        }
    };
    pen.open("Blob");
    pen.name("Name", blob.name.as_str());
    if let Some(snapshot) = blob.snapshot {
        pen.plain("Snapshot", snapshot);
    }
    pen.open("Properties");
    write_properties(pen, &blob.properties);
    pen.close("Properties");
    if include.metadata {
        pen.open("Metadata");
        for (name, value) in &blob.properties.metadata {
            if !is_element_name(name) {
                return Err(Error::protocol(
                    Service::Blob,
                    format!("The metadata name {name:?} has no form in XML."),
                ));
            }
            pen.text(name, value);
        }
        pen.close("Metadata");
    }
    if include.tags && !blob.tags.is_empty() {
        pen.open("Tags");
        pen.open("TagSet");
        for (key, value) in &blob.tags {
            pen.open("Tag");
            pen.text("Key", key);
            pen.text("Value", value);
            pen.close("Tag");
        }
        pen.close("TagSet");
        pen.close("Tags");
    }
    pen.close("Blob");
    Ok(())
}

/// Whether a name of metadata can be that of an element: an identifier.
fn is_element_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
}

fn write_properties(pen: &mut Pen, properties: &BlobProperties) {
    let headers = &properties.headers;
    pen.plain("Creation-Time", properties.creation_time.to_rfc1123());
    pen.plain("Last-Modified", properties.last_modified.to_rfc1123());
    pen.text("Etag", properties.etag.trim_matches('"'));
    pen.plain("Content-Length", properties.content_length);
    let content_type = headers.content_type.as_deref();
    pen.text("Content-Type", content_type.unwrap_or("application/octet-stream"));
    pen.text(
        "Content-Encoding",
        headers.content_encoding.as_deref().unwrap_or(""),
    );
    pen.text(
        "Content-Language",
        headers.content_language.as_deref().unwrap_or(""),
    );
    pen.text("Content-MD5", headers.content_md5.as_deref().unwrap_or(""));
    pen.text("Cache-Control", headers.cache_control.as_deref().unwrap_or(""));
    pen.text(
        "Content-Disposition",
        headers.content_disposition.as_deref().unwrap_or(""),
    );
    pen.text("BlobType", properties.blob_type.as_str());
    pen.text("LeaseStatus", properties.lease.status());
    pen.text("LeaseState", properties.lease.state.as_str());
    if let Some(duration) = &properties.lease.duration {
        pen.text("LeaseDuration", duration.as_str());
    }
    if let Some(copy) = properties.copy.as_deref() {
        pen.text("CopyId", &copy.id);
        pen.text("CopySource", &copy.source);
        pen.text("CopyStatus", &copy.status);
        pen.text("CopyProgress", &copy.progress);
        pen.plain("CopyCompletionTime", copy.completed.to_rfc1123());
    }
    pen.text("ServerEncrypted", "true");
    if let Some(tier) = &properties.tier {
        pen.text("AccessTier", tier.tier.as_str());
        if tier.inferred {
            pen.text("AccessTierInferred", "true");
        }
        if let Some(changed) = tier.changed {
            pen.plain("AccessTierChangeTime", changed.to_rfc1123());
        }
    }
    if let Some(tags) = properties.tag_count {
        pen.plain("TagCount", tags);
    }
    if properties.is_sealed {
        pen.text("Sealed", "true");
    }
}

/// Reads a page out of an answer.
pub fn read_blobs(bytes: &[u8]) -> Result<ListBlobsPage> {
    read_page(bytes).map_err(BadXml::into_failure)
}

fn read_page(bytes: &[u8]) -> Result<ListBlobsPage, BadXml> {
    let results: Enumeration = read("EnumerationResults", bytes)?;
    let entries = results.blobs.entries.into_iter().map(Entry::into_entry);
    Ok(ListBlobsPage {
        entries: entries.collect::<Result<_, _>>()?,
        continuation: filled(results.next_marker).map(Continuation::new),
    })
}

#[derive(Deserialize)]
#[serde(rename = "EnumerationResults", rename_all = "PascalCase")]
struct Enumeration {
    blobs: Entries,
    next_marker: Option<String>,
}

#[derive(Deserialize)]
struct Entries {
    #[serde(rename = "$value", default)]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
enum Entry {
    Blob(Box<Blob>),
    BlobPrefix(Prefix),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Prefix {
    name: Name,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Blob {
    name: Name,
    snapshot: Option<String>,
    properties: Properties,
    metadata: Option<BTreeMap<String, String>>,
    tags: Option<TagSet>,
}

#[derive(Deserialize)]
struct Properties {
    #[serde(rename = "Creation-Time")]
    creation_time: Option<String>,
    #[serde(rename = "Last-Modified")]
    last_modified: String,
    #[serde(rename = "Etag")]
    etag: String,
    #[serde(rename = "Content-Length")]
    content_length: u64,
    #[serde(rename = "Content-Type")]
    content_type: Option<String>,
    #[serde(rename = "Content-Encoding")]
    content_encoding: Option<String>,
    #[serde(rename = "Content-Language")]
    content_language: Option<String>,
    #[serde(rename = "Content-MD5")]
    content_md5: Option<String>,
    #[serde(rename = "Cache-Control")]
    cache_control: Option<String>,
    #[serde(rename = "Content-Disposition")]
    content_disposition: Option<String>,
    #[serde(rename = "BlobType", default)]
    blob_type: String,
    #[serde(rename = "LeaseState", default)]
    lease_state: String,
    #[serde(rename = "LeaseDuration")]
    lease_duration: Option<String>,
    #[serde(rename = "CopyId")]
    copy_id: Option<String>,
    #[serde(rename = "CopySource")]
    copy_source: Option<String>,
    #[serde(rename = "CopyStatus")]
    copy_status: Option<String>,
    #[serde(rename = "CopyProgress")]
    copy_progress: Option<String>,
    #[serde(rename = "CopyCompletionTime")]
    copy_completion_time: Option<String>,
    #[serde(rename = "AccessTier")]
    access_tier: Option<String>,
    #[serde(rename = "AccessTierInferred")]
    access_tier_inferred: Option<bool>,
    #[serde(rename = "AccessTierChangeTime")]
    access_tier_change_time: Option<String>,
    #[serde(rename = "TagCount")]
    tag_count: Option<u32>,
    #[serde(rename = "Sealed")]
    sealed: Option<bool>,
}

impl Entry {
    fn into_entry(self) -> Result<ListBlobsEntry, BadXml> {
        match self {
            Self::BlobPrefix(prefix) => Ok(ListBlobsEntry::Prefix(prefix.name.into_text()?)),
            Self::Blob(blob) => {
                let name = blob.name.into_text()?;
                let mut properties = blob.properties.into_properties()?;
                properties.metadata = super::read_metadata(blob.metadata);
                Ok(ListBlobsEntry::Blob(Box::new(BlobItem {
                    name: BlobName::parse(&name).map_err(|_| BadXml::Value(name))?,
                    snapshot: filled(blob.snapshot)
                        .map(|text| Snapshot::parse(&text).map_err(|_| BadXml::Value(text)))
                        .transpose()?,
                    properties,
                    tags: blob.tags.map(read_tag_set).unwrap_or_default(),
                })))
            }
        }
    }
}

impl Properties {
    fn into_properties(self) -> Result<BlobProperties, BadXml> {
        let last_modified = moment(&self.last_modified)?;
        let blob_type = match filled(Some(self.blob_type)) {
            None => BlobType::Block,
            Some(word) => BlobType::parse(&word).ok_or(BadXml::Value(word))?,
        };
        let completed = filled(self.copy_completion_time)
            .map(|text| moment(&text))
            .transpose()?;
        let changed = filled(self.access_tier_change_time)
            .map(|text| moment(&text))
            .transpose()?;
        let inferred = self.access_tier_inferred.unwrap_or(false);
        Ok(BlobProperties {
            etag: fields::quoted(&self.etag),
            last_modified,
            creation_time: filled(self.creation_time).map_or(Ok(last_modified), |text| moment(&text))?,
            content_length: self.content_length,
            headers: BlobHeaders {
                content_type: filled(self.content_type),
                content_encoding: filled(self.content_encoding),
                content_language: filled(self.content_language),
                content_disposition: filled(self.content_disposition),
                cache_control: filled(self.cache_control),
                content_md5: filled(self.content_md5),
            },
            blob_type,
            lease: LeaseProperties {
                state: filled(Some(self.lease_state))
                    .map_or(LeaseState::Available, |word| LeaseState::from(word.as_str())),
                duration: filled(self.lease_duration).map(|word| LeaseDurationKind::from(word.as_str())),
            },
            tier: filled(self.access_tier).map(|word| TierProperties {
                tier: AccessTier::from(word.as_str()),
                inferred,
                changed,
            }),
            copy: filled(self.copy_id).map(|id| {
                Box::new(CopyState {
                    id,
                    source: self.copy_source.unwrap_or_default(),
                    status: self.copy_status.unwrap_or_default(),
                    progress: self.copy_progress.unwrap_or_default(),
                    completed: completed.unwrap_or_default(),
                })
            }),
            tag_count: self.tag_count,
            is_sealed: self.sealed.unwrap_or(false),
            ..BlobProperties::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::{ListBlobsInclude, Metadata, Tags};
    use crate::time::Timestamp;

    fn item(name: &str) -> ListBlobsEntry {
        ListBlobsEntry::Blob(Box::new(BlobItem {
            name: BlobName::parse(name).unwrap(),
            snapshot: Some(Snapshot(Timestamp::from_unix_seconds(1_700_000_000))),
            tags: Tags::from([("k".into(), "v".into())]),
            properties: BlobProperties {
                etag: "\"0x8D\"".into(),
                last_modified: Timestamp::from_unix_seconds(1_700_000_001),
                creation_time: Timestamp::from_unix_seconds(1_700_000_000),
                content_length: u64::MAX,
                headers: BlobHeaders {
                    content_type: Some("text/plain; charset=\"utf-8\" <&>".into()),
                    content_disposition: Some("inline".into()),
                    ..BlobHeaders::default()
                },
                metadata: Metadata::from([("owner".into(), " a&b ".into()), ("empty".into(), String::new())]),
                blob_type: BlobType::Append,
                lease: LeaseProperties {
                    state: LeaseState::Leased,
                    duration: Some(LeaseDurationKind::Infinite),
                },
                tier: Some(TierProperties {
                    tier: AccessTier::Archive,
                    inferred: true,
                    changed: Some(Timestamp::from_unix_seconds(1_700_000_000)),
                }),
                copy: Some(Box::new(CopyState {
                    id: "1".into(),
                    source: "http://h/c/b".into(),
                    status: "success".into(),
                    progress: "3/3".into(),
                    completed: Timestamp::from_unix_seconds(1_700_000_000),
                })),
                tag_count: Some(1),
                is_sealed: true,
                ..BlobProperties::default()
            },
        }))
    }

    fn options() -> ListBlobsOptions {
        ListBlobsOptions {
            prefix: Some(" <p".into()),
            delimiter: Some("/".into()),
            max_results: Some(5),
            include: ListBlobsInclude {
                metadata: true,
                tags: true,
                ..ListBlobsInclude::default()
            },
            continuation: Some(Continuation::new("m")),
        }
    }

    #[test]
    fn pages_survive_both_ways_in_their_order() {
        let container = ContainerName::parse("con").unwrap();
        let page = ListBlobsPage {
            entries: vec![
                item("a<&>"),
                ListBlobsEntry::Prefix("b/".into()),
                item("c\u{1}"),
                ListBlobsEntry::Prefix(" d /".into()),
            ],
            continuation: Some(Continuation::new("next&1")),
        };
        let xml = write_blobs("http://h/acc", &container, &options(), &page).unwrap();
        assert!(
            xml.contains("ServiceEndpoint=\"http://h/acc/\" ContainerName=\"con\""),
            "{xml}"
        );
        assert!(xml.contains("<Etag>0x8D</Etag>"), "{xml}");
        assert_eq!(read_blobs(xml.as_bytes()).unwrap(), page);
        let empty = ListBlobsPage::default();
        let xml = write_blobs("http://h/acc", &container, &ListBlobsOptions::default(), &empty).unwrap();
        assert!(
            xml.ends_with("<Blobs/><NextMarker/></EnumerationResults>"),
            "{xml}"
        );
        assert_eq!(read_blobs(xml.as_bytes()).unwrap(), empty);
    }

    #[test]
    fn the_service_s_own_layout_is_read() {
        let xml = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<EnumerationResults \
            ServiceEndpoint=\"https://a.blob.core.windows.net/\" ContainerName=\"con\">\n  <Blobs>\n    <Blob>\n\
            <Name>x y.txt</Name><Properties><Creation-Time>Tue, 14 Nov 2023 22:13:20 GMT</Creation-Time>\
            <Last-Modified>Tue, 14 Nov 2023 22:13:21 GMT</Last-Modified><Etag>0x8D</Etag>\
            <ResourceType>file</ResourceType><Content-Length>3</Content-Length><Content-Type>text/plain</Content-Type>\
            <Content-Encoding /><Content-Language /><Content-CRC64 /><Content-MD5>1B2M2Y8AsgTpgAmY7PhCfg==</Content-MD5>\
            <Cache-Control /><Content-Disposition /><BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier>\
            <AccessTierInferred>true</AccessTierInferred><LeaseStatus>unlocked</LeaseStatus>\
            <LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted></Properties>\
            <Metadata Encrypted=\"false\"><owner>me</owner></Metadata><OrMetadata />\n    </Blob>\n  </Blobs>\n\
            <NextMarker>2!76!MDAw</NextMarker></EnumerationResults>";
        let page = read_blobs(xml.as_bytes()).unwrap();
        let blob = page.blobs().next().unwrap();
        assert_eq!(blob.name.as_str(), "x y.txt");
        assert_eq!(blob.properties.etag, "\"0x8D\"");
        assert_eq!(blob.properties.headers.content_encoding, None);
        assert_eq!(
            blob.properties.metadata,
            Metadata::from([("owner".into(), "me".into())])
        );
        assert_eq!(page.continuation.unwrap().as_str(), "2!76!MDAw");
    }

    #[test]
    fn broken_pages_are_failures_with_a_cause() {
        for xml in [
            "",
            "<EnumerationResults>",
            "<EnumerationResults/>",
            "<html><body/></html>",
            "<EnumerationResults><Blobs><Blob><Name>a</Name></Blob></Blobs></EnumerationResults>",
            "<EnumerationResults><Blobs><Blob><Name>a</Name><Properties><Last-Modified>x</Last-Modified>\
             <Etag>e</Etag><Content-Length>1</Content-Length></Properties></Blob></Blobs></EnumerationResults>",
        ] {
            let error = read_blobs(xml.as_bytes()).unwrap_err();
            assert_eq!(error.status(), 0, "{xml}");
            assert!(std::error::Error::source(&error).is_some(), "{xml}");
        }
    }
}
