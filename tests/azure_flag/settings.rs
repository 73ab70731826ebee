//! Every half of what is needed, from variables and from the file.

use std::fmt::Write as _;

use crate::place::{COMPLETE, Place, SECRET};

/// What a person reads for each of the five settings, in the order of `COMPLETE`.
const WHAT: [&str; 5] = [
    "the name of the Batch account",
    "the key of the Batch account",
    "the endpoint of the Batch account",
    "the name of the storage account",
    "the key of the storage account",
];

/// The same settings in the file: section and name.
const IN_FILE: [(&str, &str); 5] = [
    ("batch", "account"),
    ("batch", "access_key"),
    ("batch", "endpoint"),
    ("storage", "account"),
    ("storage", "key"),
];

/// Where the keys stand among the five.
const BATCH_KEY: usize = 1;
const STORAGE_KEY: usize = 4;

/// The halves that do not suffice: a key needs the name of its account, and nothing goes without an endpoint of the one
/// and the name of the other.
fn halves() -> impl Iterator<Item = u32> {
    (0..31).filter(|mask| mask & 0b01100 != 0b01100 || mask & 0b11 == 0b10)
}

/// A file with those of the five settings whose bit is set.
fn file(mask: u32) -> String {
    let mut text = String::new();
    for section in ["batch", "storage"] {
        writeln!(text, "[{section}]").expect("writing to a string does not fail");
        for (at, (of, name)) in IN_FILE.iter().enumerate() {
            if *of == section && mask & (1 << at) != 0 {
                writeln!(text, "{name} = \"{}\"", COMPLETE[at].1).expect("writing to a string does not fail");
            }
        }
    }
    text
}

fn variables(mask: u32) -> Vec<(&'static str, &'static str)> {
    let set = |at: &usize| mask & (1 << at) != 0;
    (0..5).filter(set).map(|at| COMPLETE[at]).collect()
}

/// Each setting is told as given by its source, or as missing with all places it may come from.
fn assert_tells(error: &str, mask: u32, given_by: impl Fn(usize) -> String) {
    for at in 0..5 {
        let is_key = matches!(at, BATCH_KEY | STORAGE_KEY);
        let line = if mask & (1 << at) == 0 && is_key {
            format!(
                "absent:  {}, so that Microsoft Entra ID is asked: {}",
                WHAT[at], COMPLETE[at].0
            )
        } else if mask & (1 << at) == 0 && at == 0 && mask & (1 << BATCH_KEY) == 0 {
            format!(
                "absent:  {}, which goes with its key: {}",
                WHAT[at], COMPLETE[at].0
            )
        } else if mask & (1 << at) == 0 {
            format!("missing: {}: {}", WHAT[at], COMPLETE[at].0)
        } else {
            format!("given:   {}, by {}", WHAT[at], given_by(at))
        };
        let (section, name) = IN_FILE[at];
        let found = error.lines().find(|told| told.trim_start().starts_with(&line));
        let found = found.unwrap_or_else(|| panic!("{line:?} is missing in {error}"));
        if mask & (1 << at) == 0 {
            assert!(found.contains(&format!("`{name}` under [{section}]")), "{found}");
        }
    }
    assert!(
        error.contains("README.md") && error.contains("--config FILE"),
        "{error}"
    );
}

#[test]
fn every_half_of_the_variables_is_told_apart() {
    let place = Place::new();
    for mask in halves() {
        let error = place.refusal(place.azure(&[], &variables(mask)));
        assert_tells(&error, mask, |at| COMPLETE[at].0.to_owned());
    }
}

#[test]
fn every_half_of_the_file_is_told_apart() {
    let place = Place::new();
    for mask in halves() {
        place.write("azure.toml", file(mask));
        let error = place.refusal(place.azure(&["--config", "azure.toml"], &[]));
        assert_tells(&error, mask, |at| {
            let (section, name) = IN_FILE[at];
            format!("`{name}` under [{section}]")
        });
    }
}

#[test]
fn the_other_names_of_variables_count_too() {
    let place = Place::new();
    let error = place.refusal(place.azure(
        &[],
        &[
            ("AZURE_BATCH_ACCOUNT_NAME", "mybatch"),
            ("AZURE_BATCH_ACCOUNT_KEY", SECRET),
            ("AZURE_STORAGE_CONNECTION_STRING", "UseDevelopmentStorage=true"),
        ],
    ));
    for line in [
        "given:   the name of the Batch account, by AZURE_BATCH_ACCOUNT_NAME",
        "given:   the key of the Batch account, by AZURE_BATCH_ACCOUNT_KEY",
        "missing: the endpoint of the Batch account",
        "given:   the key of the storage account, by AZURE_STORAGE_CONNECTION_STRING",
    ] {
        assert!(error.contains(line), "{line:?}: {error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_one_that_others_may_read_a_warning() {
    let place = Place::new();
    let error = place.refusal(place.azure(&["--config", "missing.toml"], &COMPLETE));
    assert!(error.contains("`missing.toml` cannot be read"), "{error}");
    place.write(
        "broken.toml",
        format!("[batch]\naccount = \"a\"\naccess_key = {SECRET}\n"),
    );
    let error = place.refusal(place.azure(&["--config", "broken.toml"], &COMPLETE));
    assert!(
        error.contains("`broken.toml` is no TOML: line 3 cannot be read"),
        "{error}"
    );
    assert_mode_is_told(&place);
}

#[cfg(unix)]
fn assert_mode_is_told(place: &Place) {
    use std::os::unix::fs::PermissionsExt;

    for (mode, mask, is_told) in [
        (0o600, 2, false),
        (0o644, 2, true),
        (0o640, 16, true),
        (0o644, 1, false),
    ] {
        place.write("azure.toml", file(mask));
        let path = place.path("azure.toml");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        let error = place.refusal(place.azure(&["--config", "azure.toml"], &[]));
        let warned = error.starts_with("warning: ") && error.contains("chmod 600");
        assert_eq!(warned, is_told, "{mode:o} {mask}: {error}");
    }
}

#[cfg(not(unix))]
fn assert_mode_is_told(_place: &Place) {}
