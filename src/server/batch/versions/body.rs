//! Bodies of other versions: the whole tree of a request made new, that of an answer made old.

use batchite_api::error::Result;
use serde_json::Value;

use super::ApiVersion;
use super::change::{Change, Object};
use super::model::Model;
use super::table::{ROWS, Row};

/// The differences between a version and today in one kind of object, the newest first.
fn rows(model: Model, version: ApiVersion) -> impl DoubleEndedIterator<Item = &'static Row> {
    ROWS.iter()
        .filter(move |row| row.model == model && version < row.since)
}

/// Makes the object of an older request one of today.
///
/// Refused: `UnsupportedProperty` for what its version does not have, `NotSimulated` for what went since and is
/// simulated nowhere.
pub(super) fn renew(object: &mut Object, model: Model, version: ApiVersion) -> Result<()> {
    rows(model, version).try_for_each(|row| row.change.check(object))?;
    rows(model, version)
        .rev()
        .try_for_each(|row| row.change.renew(object))?;
    for (property, held) in model.places() {
        for object in objects(object, property) {
            renew(object, held, version)?;
        }
    }
    Ok(())
}

/// Makes the object of an answer one of an older version. `shown` tells whether the caller wants a property of it.
pub(super) fn age(object: &mut Object, model: Model, version: ApiVersion, shown: &dyn Fn(&str) -> bool) {
    for (property, held) in model.places() {
        let held_shown: &dyn Fn(&str) -> bool = if property == "value" { shown } else { &|_| true };
        if let Some(Value::Array(items)) = object.get_mut(property) {
            items.retain(|item| rows(held, version).all(|row| has_what_it_needs(item, &row.change)));
        }
        for object in objects(object, property) {
            age(object, held, version, held_shown);
        }
    }
    for row in rows(model, version) {
        row.change.age(object, shown);
    }
}

/// The name today of a property an older request calls `path`, with `/` between it and the objects around it.
pub(super) fn new_path(path: &str, model: Model, version: ApiVersion) -> String {
    let mut model = Some(model);
    let names = path.split('/').map(|name| {
        let Some(around) = model else { return name };
        let new = rows(around, version)
            .find_map(|row| row.change.new_name(name))
            .unwrap_or(name);
        model = around.of_property(new);
        new
    });
    names.collect::<Vec<_>>().join("/")
}

fn has_what_it_needs(item: &Value, change: &Change) -> bool {
    match change {
        Change::Needs(name) => item.get(name).is_some_and(|value| !value.is_null()),
        _ => true,
    }
}

/// The object of a property, or those of its list.
fn objects<'a>(object: &'a mut Object, property: &str) -> Vec<&'a mut Object> {
    match object.get_mut(property) {
        Some(Value::Object(object)) => vec![object],
        Some(Value::Array(items)) => items.iter_mut().filter_map(Value::as_object_mut).collect(),
        _ => Vec::new(),
    }
}
