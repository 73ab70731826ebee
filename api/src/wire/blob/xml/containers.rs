//! *List Containers*: `EnumerationResults` with containers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BadXml, Name, filled, moment, read, write};
use crate::blob::{
    ContainerItem, ContainerName, ContainerProperties, LeaseDurationKind, LeaseProperties, LeaseState,
    ListContainersOptions, PublicAccess,
};
use crate::error::Result;
use crate::page::{Continuation, Page};
use crate::wire::blob::fields;

/// Writes a page; `endpoint` is the URL of the account as the caller knows it.
pub fn write_containers(
    endpoint: &str,
    options: &ListContainersOptions,
    page: &Page<ContainerItem>,
) -> Result<String> {
    write(&Enumeration {
        service_endpoint: format!("{endpoint}/"),
        prefix: Name::of_some(options.prefix.as_deref()),
        marker: options
            .continuation
            .as_ref()
            .map(|marker| marker.as_str().to_owned()),
        max_results: options.max_results,
        containers: Entries {
            entries: page
                .items
                .iter()
                .map(|item| Container::of(item, options.include_metadata))
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
pub fn read_containers(bytes: &[u8]) -> Result<Page<ContainerItem>> {
    read_page(bytes).map_err(BadXml::into_failure)
}

fn read_page(bytes: &[u8]) -> Result<Page<ContainerItem>, BadXml> {
    let results: Enumeration = read("EnumerationResults", bytes)?;
    let items = results.containers.entries.into_iter().map(Container::into_item);
    Ok(Page {
        items: items.collect::<Result<_, _>>()?,
        continuation: filled(results.next_marker).map(Continuation::new),
    })
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "EnumerationResults", rename_all = "PascalCase")]
struct Enumeration {
    #[serde(rename = "@ServiceEndpoint", default)]
    service_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<Name>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_results: Option<u32>,
    containers: Entries,
    next_marker: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Entries {
    #[serde(rename = "Container", default)]
    entries: Vec<Container>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    name: String,
    properties: Properties,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Serialize, Deserialize)]
struct Properties {
    #[serde(rename = "Last-Modified")]
    last_modified: String,
    #[serde(rename = "Etag")]
    etag: String,
    #[serde(rename = "LeaseStatus", default)]
    lease_status: String,
    #[serde(rename = "LeaseState", default)]
    lease_state: String,
    #[serde(rename = "LeaseDuration", skip_serializing_if = "Option::is_none")]
    lease_duration: Option<String>,
    #[serde(rename = "PublicAccess", skip_serializing_if = "Option::is_none")]
    public_access: Option<PublicAccess>,
    #[serde(rename = "HasImmutabilityPolicy", default)]
    has_immutability_policy: bool,
    #[serde(rename = "HasLegalHold", default)]
    has_legal_hold: bool,
}

impl Container {
    fn of(item: &ContainerItem, with_metadata: bool) -> Self {
        let properties = &item.properties;
        Self {
            name: item.name.as_str().to_owned(),
            properties: Properties {
                last_modified: properties.last_modified.to_rfc1123(),
                etag: properties.etag.trim_matches('"').to_owned(),
                lease_status: properties.lease.status().to_owned(),
                lease_state: properties.lease.state.to_string(),
                lease_duration: properties
                    .lease
                    .duration
                    .as_ref()
                    .map(LeaseDurationKind::to_string),
                public_access: properties.public_access.clone(),
                has_immutability_policy: properties.has_immutability_policy,
                has_legal_hold: properties.has_legal_hold,
            },
            metadata: with_metadata.then(|| super::metadata(&properties.metadata)),
        }
    }

    fn into_item(self) -> Result<ContainerItem, BadXml> {
        let properties = self.properties;
        Ok(ContainerItem {
            name: ContainerName::parse(&self.name).map_err(|_| BadXml::Value(self.name))?,
            properties: ContainerProperties {
                etag: fields::quoted(&properties.etag),
                last_modified: moment(&properties.last_modified)?,
                public_access: properties.public_access,
                metadata: super::read_metadata(self.metadata),
                has_immutability_policy: properties.has_immutability_policy,
                has_legal_hold: properties.has_legal_hold,
                lease: LeaseProperties {
                    state: filled(Some(properties.lease_state))
                        .map_or(LeaseState::Available, |word| LeaseState::from(word.as_str())),
                    duration: filled(properties.lease_duration)
                        .map(|word| LeaseDurationKind::from(word.as_str())),
                },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blob::Metadata;
    use crate::time::Timestamp;

    #[test]
    fn pages_survive_both_ways() {
        let item = |name: &str, public_access| ContainerItem {
            name: ContainerName::parse(name).unwrap(),
            properties: ContainerProperties {
                etag: "\"0x8D\"".into(),
                last_modified: Timestamp::from_unix_seconds(1_700_000_000),
                public_access,
                metadata: Metadata::from([("owner".into(), "me".into())]),
                has_immutability_policy: false,
                has_legal_hold: false,
                lease: LeaseProperties {
                    state: LeaseState::Leased,
                    duration: Some(LeaseDurationKind::Fixed),
                },
            },
        };
        let page = Page {
            items: vec![item("aaa", None), item("bbb", Some(PublicAccess::Container))],
            continuation: Some(Continuation::new("next")),
        };
        let options = ListContainersOptions {
            prefix: Some("a".into()),
            max_results: Some(2),
            include_metadata: true,
            continuation: None,
        };
        let xml = write_containers("http://h/acc", &options, &page).unwrap();
        assert_eq!(read_containers(xml.as_bytes()).unwrap(), page, "{xml}");
        let empty = Page::default();
        let xml = write_containers("http://h/acc", &ListContainersOptions::default(), &empty).unwrap();
        assert_eq!(read_containers(xml.as_bytes()).unwrap(), empty, "{xml}");
    }

    #[test]
    fn broken_pages_are_failures() {
        for xml in [
            "<EnumerationResults/>",
            "<EnumerationResults><Containers><Container><Name>x</Name></Container></Containers></EnumerationResults>",
            "<Other/>",
        ] {
            assert_eq!(read_containers(xml.as_bytes()).unwrap_err().status(), 0, "{xml}");
        }
    }
}
