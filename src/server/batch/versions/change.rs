//! What can differ between two versions of a body, and how one is made into the other.

use batchite_api::error::{Error, ErrorCode, Result, Service};
use serde_json::{Map, Value, json};

/// An object of a body.
pub(super) type Object = Map<String, Value>;

/// A difference between a version and those before it.
#[derive(Clone, Copy)]
pub(super) enum Change {
    /// These properties came: an older request that has one is refused, older answers leave them out.
    Came(&'static [&'static str]),
    /// A property went, and nothing it could ask for is simulated: older requests may only give it the value that
    /// asks for nothing. Older answers show what a pool or task without it would.
    Went {
        /// Its name.
        name: &'static str,
        /// Which values ask for nothing.
        neutral: Neutral,
        /// What answers show; `Value::Null` for nothing at all.
        shown: fn() -> Value,
    },
    /// A property got another name.
    Renamed {
        /// Before.
        old: &'static str,
        /// Since.
        new: &'static str,
    },
    /// A list took the place of its only element.
    Gathered {
        /// The element, before.
        old: &'static str,
        /// The list, since.
        new: &'static str,
    },
    /// A property moved into an object beside it.
    Moved {
        /// Its name, which it keeps.
        name: &'static str,
        /// The object.
        into: &'static str,
    },
    /// What a property means that is left out changed: older requests get the old meaning written out.
    Default {
        /// The property.
        name: &'static str,
        /// What it meant.
        old: fn() -> Value,
    },
    /// A word of an enumeration came, and older answers have another.
    Word {
        /// The property.
        name: &'static str,
        /// The word since.
        new: &'static str,
        /// The word before.
        old: &'static str,
    },
    /// Older answers leave out objects of a list that have no such property: they had no way to say what these say.
    Needs(&'static str),
    /// `runElevated` became `userIdentity`.
    Elevation,
    /// The counts of tasks, which were alone, got the counts of slots beside them.
    Counts,
}

/// Values of a property that ask for nothing.
#[derive(Clone, Copy)]
pub(super) enum Neutral {
    /// Only its absence.
    Absent,
    /// An empty list or object.
    Empty,
    /// Some words.
    Words(&'static [&'static str]),
}

impl Neutral {
    fn covers(self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) => true,
            (Self::Empty, Value::Array(items)) => items.is_empty(),
            (Self::Empty, Value::Object(object)) => object.is_empty(),
            (Self::Words(words), Value::String(given)) => {
                words.iter().any(|word| given.eq_ignore_ascii_case(word))
            }
            _ => false,
        }
    }
}

impl Change {
    /// Checks an object of an older request for what its version does not know.
    pub(super) fn check(self, object: &Object) -> Result<()> {
        match self {
            Self::Came(names) => names.iter().try_for_each(|name| unknown(object, name)),
            Self::Renamed { new, .. } | Self::Gathered { new, .. } => unknown(object, new),
            Self::Went { name, neutral, .. } => match object.get(name) {
                Some(value) if !neutral.covers(value) => Err(Error::not_simulated(Service::Batch, name)),
                _ => Ok(()),
            },
            Self::Elevation => unknown(object, "userIdentity"),
            Self::Moved { .. } | Self::Default { .. } | Self::Word { .. } | Self::Needs(_) | Self::Counts => {
                Ok(())
            }
        }
    }

    /// Makes an object of an older request one of today.
    pub(super) fn renew(self, object: &mut Object) -> Result<()> {
        match self {
            Self::Renamed { old, new } => rename(object, old, new),
            Self::Went { name, .. } => drop(object.remove(name)),
            Self::Moved { name, into } => {
                if let Some(value) = object.remove(name)
                    && let Value::Object(target) = object.entry(into).or_insert_with(|| json!({}))
                {
                    target.insert(name.to_owned(), value);
                }
            }
            Self::Default { name, old } => {
                let absent = object.get(name).is_none_or(Value::is_null);
                if absent {
                    object.insert(name.to_owned(), old());
                }
            }
            Self::Elevation => elevate(object)?,
            Self::Gathered { .. } | Self::Came(_) | Self::Word { .. } | Self::Needs(_) | Self::Counts => {}
        }
        Ok(())
    }

    /// Makes an object of an answer of today an older one. `shown` tells whether a caller wants a property, which
    /// matters only where there is `$select`.
    pub(super) fn age(self, object: &mut Object, shown: &dyn Fn(&str) -> bool) {
        match self {
            Self::Came(names) => {
                for name in names {
                    object.remove(*name);
                }
            }
            Self::Went { name, shown: old, .. } => {
                let value = old();
                if !value.is_null() && shown(name) {
                    object.insert(name.to_owned(), value);
                }
            }
            Self::Renamed { old, new } => rename(object, new, old),
            Self::Gathered { old, new } => {
                if let Some(Value::Array(items)) = object.remove(new)
                    && let Some(first) = items.into_iter().next()
                {
                    object.insert(old.to_owned(), first);
                }
            }
            Self::Moved { name, into } => {
                if let Some(Value::Object(target)) = object.get_mut(into)
                    && let Some(value) = target.remove(name)
                {
                    if target.is_empty() {
                        object.remove(into);
                    }
                    object.insert(name.to_owned(), value);
                }
            }
            Self::Word { name, new, old } => {
                if let Some(Value::String(word)) = object.get_mut(name)
                    && word.eq_ignore_ascii_case(new)
                {
                    old.clone_into(word);
                }
            }
            Self::Elevation => {
                let elevated = object
                    .remove("userIdentity")
                    .is_some_and(|identity| is_elevated(&identity));
                if shown("userIdentity") {
                    object.insert("runElevated".to_owned(), Value::Bool(elevated));
                }
            }
            Self::Counts => {
                object.remove("taskSlotCounts");
                if let Some(Value::String(metadata)) = object.get_mut("odata.metadata") {
                    *metadata = metadata.replace("#taskcountsresult/", "#taskcounts/");
                }
                if let Some(Value::Object(counts)) = object.remove("taskCounts") {
                    object.extend(counts);
                }
            }
            Self::Default { .. } | Self::Needs(_) => {}
        }
    }

    /// The name today of a property older versions call `name`, in `$select` and `$filter`.
    pub(super) fn new_name(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Renamed { old, new } | Self::Gathered { old, new } if old == name => Some(new),
            Self::Elevation if name == "runElevated" => Some("userIdentity"),
            _ => None,
        }
    }
}

/// The refusal of a property the version of the request does not have.
fn unknown(object: &Object, name: &str) -> Result<()> {
    if object.get(name).is_none_or(Value::is_null) {
        return Ok(());
    }
    Err(Error::batch(ErrorCode::UnsupportedProperty)
        .with_detail("PropertyName", name)
        .with_detail(
            "Reason",
            "The api-version of the request does not have it. Use a newer api-version.",
        ))
}

fn rename(object: &mut Object, from: &str, to: &str) {
    if let Some(value) = object.remove(from) {
        object.insert(to.to_owned(), value);
    }
}

/// The old default user was one of the task's own, elevated or not.
fn elevate(object: &mut Object) -> Result<()> {
    let elevated = match object.remove("runElevated") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(elevated)) => elevated,
        Some(Value::String(word)) if word.eq_ignore_ascii_case("true") => true,
        Some(Value::String(word)) if word.eq_ignore_ascii_case("false") => false,
        Some(other) => {
            return Err(Error::batch(ErrorCode::InvalidPropertyValue)
                .with_detail("PropertyName", "runElevated")
                .with_detail("PropertyValue", other.to_string())
                .with_detail("Reason", "Expected true or false."));
        }
    };
    let level = if elevated { "admin" } else { "nonadmin" };
    object.insert("userIdentity".to_owned(), own_user(level));
    Ok(())
}

fn is_elevated(identity: &Value) -> bool {
    identity
        .pointer("/autoUser/elevationLevel")
        .and_then(Value::as_str)
        .is_some_and(|level| level.eq_ignore_ascii_case("admin"))
}

/// The identity of an automatic user that is the task's own.
pub(super) fn own_user(level: &str) -> Value {
    json!({"autoUser": {"scope": "task", "elevationLevel": level}})
}
