//! Writes elements straight into a text.
//!
//! Lists have thousands of entries with a dozen elements each. The serializer checks every name and wants every value
//! as a text of its own, which costs more than all the rest of an answer; here names are known to be good.

use std::fmt::Write;

use quick_xml::escape::{escape, partial_escape};

use super::{Name, legal};

/// A document in the making.
#[derive(Debug)]
pub(super) struct Pen(String);

impl Pen {
    /// A document with room for so many bytes.
    pub(super) fn document(bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes);
        text.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        Self(text)
    }

    /// Begins an element with attributes.
    pub(super) fn open_with(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.0.extend(["<", name]);
        for (attribute, value) in attributes {
            self.0
                .extend([" ", attribute, "=\"", &*escape(&*legal(value)), "\""]);
        }
        self.0.push('>');
    }

    /// Begins an element.
    pub(super) fn open(&mut self, name: &str) {
        self.0.extend(["<", name, ">"]);
    }

    /// Ends an element.
    pub(super) fn close(&mut self, name: &str) {
        self.0.extend(["</", name, ">"]);
    }

    /// An element with a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            self.0.extend(["<", name, "/>"]);
        } else {
            self.open(name);
            self.0.push_str(&partial_escape(&*legal(text)));
            self.close(name);
        }
    }

    /// The same for a text that may be absent, and leaves nothing then.
    pub(super) fn some_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with a number, or a word that needs no escape.
    pub(super) fn plain(&mut self, name: &str, value: impl std::fmt::Display) {
        self.open(name);
        // Writing to a text does not fail.
        let _ = write!(self.0, "{value}");
        self.close(name);
    }

    /// An element with the name or prefix of blobs.
    pub(super) fn name(&mut self, element: &str, name: &str) {
        let name = Name::of(name);
        if name.encoded.is_some() {
            self.open_with(element, &[("Encoded", "true")]);
        } else {
            self.open(element);
        }
        self.0.push_str(&partial_escape(&*name.text));
        self.close(element);
    }

    /// The document.
    pub(super) fn finish(self) -> String {
        self.0
    }
}
