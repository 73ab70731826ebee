//! The bodies that are XML, each written by one end and read by the other.
//!
//! Elements nobody knows are passed over, since the service adds some without warning. What a document must have
//! is checked, its root too: the page of a proxy must not pass for an empty list.

mod blobs;
mod blocks;
mod containers;
mod delegation;
mod pen;
mod policies;
mod service;
mod tags;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use quick_xml::DeError;
use quick_xml::events::Event;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use blobs::{read_blobs, write_blobs};
pub use blocks::{read_block_list, read_block_references, write_block_list, write_block_references};
pub use containers::{read_containers, write_containers};
pub use delegation::{read_key_info, read_user_delegation_key, write_key_info, write_user_delegation_key};
pub use policies::{read_access_policies, read_answered_access_policies, write_access_policies};
pub use service::{
    read_answered_service_properties, read_service_properties, read_service_statistics,
    write_service_properties, write_service_statistics,
};
pub use tags::{read_answered_tags, read_found_blobs, read_tags, write_found_blobs, write_tags};

use crate::blob::Metadata;
use crate::error::{Error, ErrorCode, Result, Service};
use crate::time::Timestamp;

/// The `Content-Type` of an XML body.
pub const CONTENT_TYPE: &str = "application/xml";

/// A document that is not what was expected.
#[derive(Debug, thiserror::Error)]
enum BadXml {
    #[error("the document is not UTF-8")]
    Text(#[from] std::str::Utf8Error),
    #[error("the document begins with {found}, not with <{expected}>")]
    Root { expected: &'static str, found: String },
    #[error("the document is broken or lacks something")]
    Shape(#[from] DeError),
    #[error("the value {0:?} is not what its element holds")]
    Value(String),
}

impl BadXml {
    /// The refusal when a request has such a body.
    fn into_refusal(self) -> Error {
        match self {
            Self::Value(value) => {
                Error::blob(ErrorCode::InvalidXmlNodeValue).with_detail("XmlNodeValue", value)
            }
            other => Error::blob(ErrorCode::InvalidXmlDocument).with_detail("Reason", other.to_string()),
        }
    }

    /// The failure when an answer has such a body.
    fn into_failure(self) -> Error {
        Error::transport(Service::Blob, "The answer is not the XML it should be.", self)
    }
}

/// Writes a document with its declaration.
fn write<T: Serialize>(document: &T) -> Result<String> {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    quick_xml::se::to_writer(&mut xml, document)
        .map_err(|error| Error::transport(Service::Blob, "This has no form in XML.", error))?;
    Ok(xml)
}

/// Reads a document whose root has the given name.
fn read<T: DeserializeOwned>(root: &'static str, bytes: &[u8]) -> Result<T, BadXml> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)?;
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        let found = match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if element.name().as_ref() == root => {
                break;
            }
            Ok(Event::Decl(_) | Event::Comment(_) | Event::PI(_)) => continue,
            Ok(Event::Text(text)) if text.as_ref().trim().is_empty() => continue,
            Ok(Event::Start(element) | Event::Empty(element)) => {
                format!("<{}>", element.name().as_ref())
            }
            Ok(Event::Eof) => "nothing".to_owned(),
            Ok(_) => "something else".to_owned(),
            Err(error) => return Err(DeError::from(error).into()),
        };
        return Err(BadXml::Root {
            expected: root,
            found,
        });
    }
    Ok(quick_xml::de::from_str(text)?)
}

/// The children of a root with their texts, in their order; `None` unless the document is whole and that flat.
pub(super) fn elements_of(root: &'static str, bytes: &[u8]) -> Option<Vec<(String, String)>> {
    read::<Flat>(root, bytes).ok().map(|flat| flat.0)
}

struct Flat(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Flat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Children;

        impl<'de> Visitor<'de> for Children {
            type Value = Flat;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("elements that hold text")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Flat, A::Error> {
                let mut children = Vec::new();
                while let Some(child) = map.next_entry()? {
                    children.push(child);
                }
                Ok(Flat(children))
            }
        }

        deserializer.deserialize_map(Children)
    }
}

/// Whether XML can carry a character.
fn is_legal(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// A text with a replacement mark for whatever XML cannot carry.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_legal) {
        Cow::Borrowed(text)
    } else {
        let replaced = |letter| if is_legal(letter) { letter } else { '\u{FFFD}' };
        Cow::Owned(text.chars().map(replaced).collect())
    }
}

/// A name or prefix: as text, or escaped as in a URL (`Encoded="true"`) when XML or its readers would change it.
#[derive(Debug, Serialize, Deserialize)]
struct Name {
    #[serde(rename = "@Encoded", default, skip_serializing_if = "Option::is_none")]
    encoded: Option<bool>,
    #[serde(rename = "$text", default)]
    text: String,
}

impl Name {
    fn of(text: &str) -> Self {
        const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
            .remove(b'-')
            .remove(b'.')
            .remove(b'_')
            .remove(b'~')
            .remove(b'/');
        let kept = |letter: char| is_legal(letter) && !letter.is_control();
        if text.chars().all(kept) && text.trim() == text {
            Self {
                encoded: None,
                text: text.to_owned(),
            }
        } else {
            Self {
                encoded: Some(true),
                text: utf8_percent_encode(text, ESCAPED).to_string(),
            }
        }
    }

    /// The same for what may be absent.
    fn of_some(text: Option<&str>) -> Option<Self> {
        text.map(Self::of)
    }

    fn into_text(self) -> Result<String, BadXml> {
        if self.encoded != Some(true) {
            return Ok(self.text);
        }
        match percent_decode_str(&self.text).decode_utf8() {
            Ok(text) => Ok(text.into_owned()),
            Err(_) => Err(BadXml::Value(self.text)),
        }
    }
}

/// An element that is left out or empty when there is nothing in it.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Metadata as elements.
fn metadata(pairs: &Metadata) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), legal(value).into_owned()))
        .collect()
}

/// Metadata out of elements. Attributes, which begin with `@`, are the service's own.
fn read_metadata(elements: Option<BTreeMap<String, String>>) -> Metadata {
    let mut pairs = elements.unwrap_or_default();
    pairs.retain(|name, _| !name.starts_with('@'));
    pairs
}

/// A moment in RFC 1123 form.
fn moment(text: &str) -> Result<Timestamp, BadXml> {
    Timestamp::from_rfc1123(text.trim()).map_err(|_| BadXml::Value(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_survives_both_ways() {
        for name in [
            "a.txt",
            "dir/é b",
            "<&>\"']]>",
            " lead",
            "trail ",
            " ",
            "\u{1}\u{FFFE}",
            "a\r\n\tb",
            "100%41",
            "&amp;",
        ] {
            let xml = write(&Root { name: Name::of(name) }).unwrap();
            let root: Root = read("Root", xml.as_bytes()).unwrap();
            assert_eq!(root.name.into_text().unwrap(), name, "{xml}");
        }
    }

    #[derive(Debug, Serialize, Deserialize)]
    struct Root {
        #[serde(rename = "Name")]
        name: Name,
    }

    #[test]
    fn what_is_not_the_document_is_an_error() {
        for text in [
            "",
            "not xml",
            "<Root><Name>a</Name>",
            "<Root><Name>a</Nam",
            "<html><Name>a</Name></html>",
            "<Root/>",
            "<!DOCTYPE r [<!ENTITY x \"y\">]><Root><Name>&x;</Name></Root>",
            "<Root><Name>&nope;</Name></Root>",
        ] {
            let error = read::<Root>("Root", text.as_bytes()).unwrap_err();
            assert!(!error.to_string().is_empty(), "{text}");
        }
        assert!(read::<Root>("Root", b"<Root><Name>\xff</Name></Root>").is_err());
        let escaped = "<Root><Name Encoded=\"true\">%FF</Name></Root>";
        let root: Root = read("Root", escaped.as_bytes()).unwrap();
        assert!(root.name.into_text().is_err());
    }

    #[test]
    fn marks_comments_and_unknown_elements_are_passed_over() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\n<!-- x -->\n<Root a=\"b\"><New><Deep/></New><Name>a</Name></Root>\n";
        let root: Root = read("Root", text.as_bytes()).unwrap();
        assert_eq!(root.name.into_text().unwrap(), "a");
    }
}
