//! Documents of requests, read with the service's patience and its strictness.
//!
//! Clients in the wild send numbers and flags as texts, and `null` for what they do not set: both are understood.
//! A property nobody knows is refused by its name rather than dropped, since dropping it would change what was asked
//! for.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use crate::error::{Error, ErrorCode, Result};

/// Properties a body has to have although its model reads without them, as it does from answers with `$select`.
const REQUIRED: [(&str, &str); 5] = [
    ("BatchPoolCreateOptions", "id"),
    ("BatchJobCreateOptions", "id"),
    ("BatchJobScheduleCreateOptions", "id"),
    ("BatchJobScheduleCreateOptions", "schedule"),
    ("BatchTaskCreateOptions", "id"),
];

/// How much of a wrong value a refusal shows, in characters.
const SHOWN: usize = 100;

/// Reads the document of a request.
///
/// Refused: `InvalidRequestBody` when it is no JSON object, `UnsupportedProperty`, `InvalidPropertyValue` and
/// `MissingRequiredProperty` with the property.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let refused = |reason: String| Error::batch(ErrorCode::InvalidRequestBody).with_detail("Reason", reason);
    let document: Value = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    if !document.is_object() {
        return Err(refused("Expected a JSON object.".to_owned()));
    }
    T::deserialize(Reader {
        value: &document,
        place: Place::Document,
    })
    .map_err(Wrong::into_refusal)
}

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Document,
    Property(&'a Self, &'a str),
    Entry(&'a Self, usize),
}

impl Place<'_> {
    /// The property it belongs to, which of an entry is that of its list.
    fn property(&self) -> &str {
        match self {
            Self::Document => "",
            Self::Property(_, name) => name,
            Self::Entry(list, _) => list.property(),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => Ok(()),
            Self::Property(Place::Document, name) => formatter.write_str(name),
            Self::Property(parent, name) => write!(formatter, "{parent}.{name}"),
            Self::Entry(list, index) => write!(formatter, "{list}[{index}]"),
        }
    }
}

/// What is wrong with a document. It has no place until it passes the value it is about.
#[derive(Debug)]
struct Wrong {
    code: ErrorCode,
    reason: String,
    property: Option<String>,
    path: String,
    value: Option<String>,
}

impl Wrong {
    fn new(code: ErrorCode, reason: impl fmt::Display) -> Self {
        Self {
            code,
            reason: reason.to_string(),
            property: None,
            path: String::new(),
            value: None,
        }
    }

    /// Notes the place, unless it is known already.
    fn at(mut self, reader: &Reader<'_>) -> Self {
        if self.property.is_none() {
            self.property = Some(reader.place.property().to_owned());
            self.path = reader.place.to_string();
            // What nobody knows may be anything, a misspelled password too.
            self.value = shown(reader.value).filter(|_| self.code != ErrorCode::UnsupportedProperty);
        }
        self
    }

    fn into_refusal(self) -> Error {
        let mut error = Error::batch(self.code);
        if let Some(property) = &self.property {
            error = error.with_detail("PropertyName", property);
        }
        if let Some(value) = self.value {
            error = error.with_detail("PropertyValue", value);
        }
        let place = if self.path.is_empty() {
            "The document"
        } else {
            &self.path
        };
        error.with_detail("Reason", format!("{place}: {}", self.reason))
    }
}

/// A value as a refusal shows it; nothing of lists and objects, which may hold anything.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.chars().take(SHOWN).collect()),
        other => Some(other.to_string()),
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::new(ErrorCode::InvalidPropertyValue, reason)
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            property: Some(field.to_owned()),
            path: field.to_owned(),
            ..Self::new(ErrorCode::MissingRequiredProperty, "It is missing.")
        }
    }
}

/// A value that is read.
#[derive(Clone, Copy)]
struct Reader<'a> {
    value: &'a Value,
    place: Place<'a>,
}

impl<'a> Reader<'a> {
    /// Reads it; what is wrong with it is noted with its place.
    fn read<'de, T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self).map_err(|wrong| wrong.at(&self))
    }

    /// The value as what it is.
    fn visit<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_str(text),
            Value::Array(entries) => visitor.visit_seq(Entries {
                list: &self.place,
                entries: entries.iter().enumerate(),
            }),
            Value::Object(object) => visitor.visit_map(Properties {
                parent: &self.place,
                rest: object.iter(),
                next: None,
            }),
        }
    }

    /// The text of a value where a number or flag is wanted.
    fn text(&self) -> Option<&'a str> {
        match self.value {
            Value::String(text) => Some(text.trim()),
            _ => None,
        }
    }

    fn visit_whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Some(text) = self.text() else {
            return self.visit(visitor);
        };
        match (text.parse::<u64>(), text.parse::<i64>()) {
            (Ok(number), _) => visitor.visit_u64(number),
            (Err(_), Ok(number)) => visitor.visit_i64(number),
            _ => Err(unexpected("a whole number")),
        }
    }
}

fn unexpected(expected: &str) -> Wrong {
    let reason = format!("Expected {expected}.");
    Wrong::new(ErrorCode::InvalidPropertyValue, reason)
}

/// Reads whole numbers of all widths in one way.
macro_rules! whole_numbers {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            self.visit_whole(visitor)
        }
    )* };
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.visit(visitor)
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.text() {
            None => self.visit(visitor),
            Some(text) if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            Some(text) if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            Some(_) => Err(unexpected("true or false")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.text().map(str::parse::<f64>) {
            None => self.visit(visitor),
            Some(Ok(number)) if number.is_finite() => visitor.visit_f64(number),
            Some(_) => Err(unexpected("a number")),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        model: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let required = REQUIRED.iter().filter(|(other, _)| *other == model);
        for (_, property) in required {
            if self.value.get(property).is_none_or(Value::is_null) {
                return Err(serde::de::Error::missing_field(property));
            }
        }
        // Models would be read from lists too, property by property.
        if self.value.is_object() {
            return self.visit(visitor);
        }
        Err(unexpected("an object"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.value {
            Value::String(word) => visitor.visit_enum(Word(word)),
            _ => Err(unexpected("a word")),
        }
    }

    /// What a model does not read, it does not know.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        // Notes of the format itself, as `odata.metadata`, are no properties.
        if self.place.property().starts_with("odata.") {
            return visitor.visit_unit();
        }
        let reason = "There is no such property here.";
        Err(Wrong::new(ErrorCode::UnsupportedProperty, reason))
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

/// The entries of a list.
struct Entries<'a> {
    list: &'a Place<'a>,
    entries: std::iter::Enumerate<std::slice::Iter<'a, Value>>,
}

impl<'de> SeqAccess<'de> for Entries<'_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some((index, value)) = self.entries.next() else {
            return Ok(None);
        };
        let place = Place::Entry(self.list, index);
        Reader { value, place }.read(seed).map(Some)
    }
}

/// The properties of an object; one that is `null` is not there.
struct Properties<'a> {
    parent: &'a Place<'a>,
    rest: serde_json::map::Iter<'a>,
    next: Option<(&'a str, &'a Value)>,
}

impl<'de> MapAccess<'de> for Properties<'_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some((name, value)) = self.rest.find(|(_, value)| !value.is_null()) else {
            return Ok(None);
        };
        self.next = Some((name, value));
        let name: StrDeserializer<'_, Wrong> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (name, value) = self
            .next
            .take()
            .ok_or_else(|| serde::de::Error::custom("A value was asked for before its name."))?;
        let place = Place::Property(self.parent, name);
        Reader { value, place }.read(seed)
    }
}

/// A word of an enumeration.
struct Word<'a>(&'a str);

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Wrong> {
        let word: StrDeserializer<'_, Wrong> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Wrong> {
        Err(serde::de::Error::custom("Expected a word without content."))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Wrong> {
        Err(serde::de::Error::custom("Expected a word without content."))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Wrong> {
        Err(serde::de::Error::custom("Expected a word without content."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{
        BatchJobCreateOptions, BatchJobScheduleCreateOptions, BatchPoolCreateOptions, BatchTaskCreateOptions,
        BatchTaskGroup,
    };

    #[test]
    fn numbers_and_flags_may_be_texts_and_null_is_absent() {
        let pool: BatchPoolCreateOptions = read(
            br#"{"id":"p","vmSize":"s","targetDedicatedNodes":"2","enableInterNodeCommunication":"True",
                "metadata":null,"startTask":{"commandLine":"x","waitForSuccess":"false","maxTaskRetryCount":"-1"},
                "odata.metadata":"m"}"#,
        )
        .unwrap();
        assert_eq!(
            (pool.target_dedicated_nodes, pool.enable_inter_node_communication),
            (Some(2), Some(true))
        );
        let start_task = pool.start_task.unwrap();
        assert_eq!(
            (start_task.wait_for_success, start_task.max_task_retry_count),
            (Some(false), Some(-1))
        );
        let job: BatchJobCreateOptions =
            read(br#"{"id":"j","onAllTasksComplete":"noAction","poolInfo":{}}"#).unwrap();
        assert_eq!(job.on_all_tasks_complete.unwrap().as_str(), "noaction");
    }

    /// Holds the refusal of a document against its code, property, value and place.
    #[track_caller]
    fn refuses(text: &str, code: &ErrorCode, property: &str, value: Option<&str>, place: &str) {
        let error = read::<BatchTaskCreateOptions>(text.as_bytes()).unwrap_err();
        assert_eq!((error.code(), error.status()), (code, 400), "{text}");
        assert_eq!(
            (error.detail("PropertyName"), error.detail("PropertyValue")),
            (Some(property), value),
            "{text}"
        );
        let reason = error.detail("Reason").unwrap();
        assert!(reason.starts_with(&format!("{place}: ")), "{reason}");
    }

    #[test]
    fn what_nobody_knows_is_named_with_its_place_and_not_shown() {
        for (text, property, place) in [
            (r#"{"id":"t","command":"x"}"#, "command", "command"),
            (
                r#"{"id":"t","constraints":{"maxTaskRetryCounts":1}}"#,
                "maxTaskRetryCounts",
                "constraints.maxTaskRetryCounts",
            ),
            (
                r#"{"id":"t","resourceFiles":[{},{"httpUrls":"x"}]}"#,
                "httpUrls",
                "resourceFiles[1].httpUrls",
            ),
        ] {
            refuses(text, &ErrorCode::UnsupportedProperty, property, None, place);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_its_value() {
        for (text, property, value, place) in [
            (
                r#"{"id":"t","requiredSlots":"many"}"#,
                "requiredSlots",
                Some("many"),
                "requiredSlots",
            ),
            (
                r#"{"id":"t","requiredSlots":1e99}"#,
                "requiredSlots",
                Some("1e+99"),
                "requiredSlots",
            ),
            (r#"{"id":7}"#, "id", Some("7"), "id"),
            (
                r#"{"id":"t","constraints":{"maxWallClockTime":"soon"}}"#,
                "maxWallClockTime",
                Some("soon"),
                "constraints.maxWallClockTime",
            ),
            (
                r#"{"id":"t","constraints":[1]}"#,
                "constraints",
                None,
                "constraints",
            ),
            (
                r#"{"id":"t","environmentSettings":{"a":"b"}}"#,
                "environmentSettings",
                None,
                "environmentSettings",
            ),
        ] {
            refuses(text, &ErrorCode::InvalidPropertyValue, property, value, place);
        }
    }

    #[test]
    fn what_has_to_be_there_is_named_when_it_is_missing() {
        fn missing<T: DeserializeOwned>(text: &str) -> Option<String> {
            let error = read::<T>(text.as_bytes()).err()?;
            assert!(error.is(&ErrorCode::MissingRequiredProperty), "{error}");
            error.detail("PropertyName").map(str::to_owned)
        }
        for missing in [
            missing::<BatchPoolCreateOptions>(r#"{"vmSize":"s"}"#),
            missing::<BatchJobCreateOptions>("{}"),
            missing::<BatchTaskCreateOptions>(r#"{"id":null,"commandLine":"x"}"#),
            missing::<BatchTaskGroup>(r#"{"value":[{"id":"t"},{"commandLine":"x"}]}"#),
            missing::<BatchJobScheduleCreateOptions>(r#"{"schedule":{}}"#),
        ] {
            assert_eq!(missing.as_deref(), Some("id"));
        }
        let schedule = r#"{"id":"s","jobSpecification":{}}"#;
        assert_eq!(
            missing::<BatchJobScheduleCreateOptions>(schedule).as_deref(),
            Some("schedule")
        );
        let whole = r#"{"id":"s","schedule":{},"jobSpecification":{}}"#;
        assert_eq!(missing::<BatchJobScheduleCreateOptions>(whole), None);
    }

    #[test]
    fn what_is_no_object_is_no_document() {
        let deep = format!("{}1{}", "{\"id\":[".repeat(200), "]}".repeat(200));
        for text in [
            "",
            "{",
            "[]",
            "7",
            "null",
            "{} {}",
            "{\"id\":\"\u{0}\"",
            deep.as_str(),
        ] {
            let error = read::<BatchTaskCreateOptions>(text.as_bytes()).unwrap_err();
            assert!(error.is(&ErrorCode::InvalidRequestBody), "{text}");
        }
        assert!(read::<BatchTaskCreateOptions>(b"{\"id\":\"\xff\"}").is_err());
    }
}
