//! The file of `--config`: the settings under `[batch]` and `[storage]`, in TOML.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::settings::{FIELDS, Given};

/// Reads the file. Warns when it holds a key and others may read it.
///
/// The error says what is wrong and where, and shows no value of the file.
pub(super) fn read(path: &Path, warn: &mut dyn FnMut(&str)) -> Result<Given, String> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| format!("the configuration file `{shown}` cannot be read: {error}"))?;
    let given = parse(&text, &path.display().to_string())?;
    if given.has_secret() && others_may_read(path) {
        warn(&format!(
            "the configuration file `{shown}` holds a key, and others on this machine may read it: `chmod 600` it"
        ));
    }
    Ok(given)
}

fn parse(text: &str, shown: &str) -> Result<Given, String> {
    let refuse = |what: String| Err(format!("the configuration file `{shown}` {what}"));
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            // The error's own text would show the line, and with it perhaps a key.
            let error: toml::de::Error = error;
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            return refuse(format!("is no TOML: line {line} cannot be read"));
        }
    };
    let mut given = Given::default();
    for (section, value) in &table {
        let Value::Table(entries) = value else {
            return refuse(format!(
                "has `{section}` outside a section: the sections are [batch] and [storage]"
            ));
        };
        for (name, value) in entries {
            let known = FIELDS.iter().find(|field| {
                field.section.name() == section && field.names_in_file.contains(&name.as_str())
            });
            let Some(field) = known else {
                return refuse(format!(
                    "has `{name}` under [{section}], which is not known: known are {}",
                    known_names()
                ));
            };
            let Value::String(value) = value else {
                return refuse(format!(
                    "has something other than a text at `{name}` under [{section}]: put it in quotes"
                ));
            };
            if !value.trim().is_empty() {
                given.push(field.kind, format!("`{name}` under [{section}]"), value.trim());
            }
        }
    }
    Ok(given)
}

fn known_names() -> String {
    let names: Vec<String> = FIELDS
        .iter()
        .map(|field| format!("`{}` under [{}]", field.names_in_file[0], field.section.name()))
        .collect();
    names.join(", ")
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_refused_without_showing_it() {
        for (text, told) in [
            ("[batch]\naccess_key = \"hunter2", "line 2"),
            ("[batch]\naccess_key = hunter2\n", "line 2"),
            ("access_key = \"hunter2\"\n", "outside a section"),
            (
                "[batch]\npassword = \"hunter2\"\n",
                "`password` under [batch], which is not known",
            ),
            (
                "[storage]\nendpoint = \"hunter2\"\n",
                "`blob_endpoint` under [storage]",
            ),
            ("[batch]\naccess_key = [\"hunter2\"]\n", "other than a text"),
            ("[queue]\nkey = \"hunter2\"\n", "[queue]"),
        ] {
            let error = parse(text, "a.toml").unwrap_err();
            assert!(error.contains(told) && error.contains("a.toml"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_empty_file_gives_nothing() {
        assert!(
            !parse("[batch]\naccess_key = \"\"\n", "a.toml")
                .unwrap()
                .has_secret()
        );
    }
}
