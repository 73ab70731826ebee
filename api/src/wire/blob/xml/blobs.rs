//! *List Blobs*: `EnumerationResults` with blobs and virtual directories in one order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BadXml, Name, filled, legal, moment, read, write};
use crate::blob::{
    BlobHeaders, BlobItem, BlobName, BlobProperties, ContainerName, ListBlobsEntry, ListBlobsOptions,
    ListBlobsPage,
};
use crate::error::Result;
use crate::page::Continuation;
use crate::wire::blob::fields;

/// Writes a page; `endpoint` is the URL of the account as the caller knows it.
pub fn write_blobs(
    endpoint: &str,
    container: &ContainerName,
    options: &ListBlobsOptions,
    page: &ListBlobsPage,
) -> Result<String> {
    write(&Enumeration {
        service_endpoint: format!("{endpoint}/"),
        container_name: container.as_str().to_owned(),
        prefix: Name::of_some(options.prefix.as_deref()),
        marker: options
            .continuation
            .as_ref()
            .map(|marker| marker.as_str().to_owned()),
        max_results: options.max_results,
        delimiter: Name::of_some(options.delimiter.as_deref()),
        blobs: Entries {
            entries: page
                .entries
                .iter()
                .map(|entry| Entry::of(entry, options.include.metadata))
                .collect(),
        },
        next_marker: Some(
            page.continuation
                .as_ref()
                .map_or_else(String::new, |marker| marker.as_str().to_owned()),
        ),
    })
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

#[derive(Serialize, Deserialize)]
#[serde(rename = "EnumerationResults", rename_all = "PascalCase")]
struct Enumeration {
    #[serde(rename = "@ServiceEndpoint", default)]
    service_endpoint: String,
    #[serde(rename = "@ContainerName", default)]
    container_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_results: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<Name>,
    blobs: Entries,
    next_marker: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Entries {
    #[serde(rename = "$value", default)]
    entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
enum Entry {
    Blob(Box<Blob>),
    BlobPrefix(Prefix),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Prefix {
    name: Name,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Blob {
    name: Name,
    properties: Properties,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Serialize, Deserialize)]
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
    #[serde(rename = "LeaseStatus", default)]
    lease_status: String,
    #[serde(rename = "LeaseState", default)]
    lease_state: String,
    #[serde(rename = "ServerEncrypted", default)]
    server_encrypted: bool,
}

impl Entry {
    fn of(entry: &ListBlobsEntry, with_metadata: bool) -> Self {
        match entry {
            ListBlobsEntry::Prefix(prefix) => Self::BlobPrefix(Prefix {
                name: Name::of(prefix),
            }),
            ListBlobsEntry::Blob(blob) => Self::Blob(Box::new(Blob {
                name: Name::of(blob.name.as_str()),
                properties: Properties::of(&blob.properties),
                metadata: with_metadata.then(|| super::metadata(&blob.properties.metadata)),
            })),
        }
    }

    fn into_entry(self) -> Result<ListBlobsEntry, BadXml> {
        match self {
            Self::BlobPrefix(prefix) => Ok(ListBlobsEntry::Prefix(prefix.name.into_text()?)),
            Self::Blob(blob) => {
                let name = blob.name.into_text()?;
                let mut properties = blob.properties.into_properties()?;
                properties.metadata = super::read_metadata(blob.metadata);
                Ok(ListBlobsEntry::Blob(Box::new(BlobItem {
                    name: BlobName::parse(&name).map_err(|_| BadXml::Value(name))?,
                    properties,
                })))
            }
        }
    }
}

impl Properties {
    fn of(properties: &BlobProperties) -> Self {
        let text = |text: &Option<String>| Some(legal(text.as_deref().unwrap_or("")).into_owned());
        let headers = &properties.headers;
        Self {
            creation_time: Some(properties.creation_time.to_rfc1123()),
            last_modified: properties.last_modified.to_rfc1123(),
            etag: properties.etag.trim_matches('"').to_owned(),
            content_length: properties.content_length,
            content_type: Some(
                legal(
                    headers
                        .content_type
                        .as_deref()
                        .unwrap_or("application/octet-stream"),
                )
                .into_owned(),
            ),
            content_encoding: text(&headers.content_encoding),
            content_language: text(&headers.content_language),
            content_md5: text(&headers.content_md5),
            cache_control: text(&headers.cache_control),
            content_disposition: text(&headers.content_disposition),
            blob_type: "BlockBlob".to_owned(),
            lease_status: "unlocked".to_owned(),
            lease_state: "available".to_owned(),
            server_encrypted: true,
        }
    }

    fn into_properties(self) -> Result<BlobProperties, BadXml> {
        let last_modified = moment(&self.last_modified)?;
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
            metadata: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::{ListBlobsInclude, Metadata};
    use crate::time::Timestamp;

    fn item(name: &str) -> ListBlobsEntry {
        ListBlobsEntry::Blob(Box::new(BlobItem {
            name: BlobName::parse(name).unwrap(),
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
                uncommitted_blobs: false,
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
