//! What clients are told: the file, and the variables in it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use rustix::process::Signal;

use crate::emulator::{Emulator, Place, text};

#[test]
fn the_file_names_both_accounts_and_belongs_to_its_owner_alone() {
    let emulator = Emulator::start(&[]);
    let batch = emulator.variable("AZURE_BATCH_ENDPOINT");
    assert!(batch.starts_with("http://127.0.0.1:"), "{batch}");
    assert!(!batch.ends_with(":0") && !batch.ends_with('/'), "{batch}");
    let blob = emulator.variable("AZURE_STORAGE_BLOB_ENDPOINT");
    assert!(blob.ends_with("/devstoreaccount1"), "{blob}");
    for (name, value) in [
        ("AZURE_BATCH_ACCOUNT", "devbatchaccount1"),
        ("AZURE_BATCH_ACCOUNT_NAME", "devbatchaccount1"),
        ("AZURE_STORAGE_ACCOUNT", "devstoreaccount1"),
        ("AZURITE_BLOB_STORAGE_URL", blob),
        (
            "AZURE_BATCH_ACCOUNT_KEY",
            emulator.variable("AZURE_BATCH_ACCESS_KEY"),
        ),
    ] {
        assert_eq!(emulator.variable(name), value, "{name}");
    }
    let connection = emulator.variable("AZURE_STORAGE_CONNECTION_STRING");
    for part in [
        "DefaultEndpointsProtocol=http;".to_owned(),
        "AccountName=devstoreaccount1;".to_owned(),
        format!("AccountKey={};", emulator.variable("AZURE_STORAGE_KEY")),
        format!("BlobEndpoint={blob};"),
    ] {
        assert!(connection.contains(&part), "{connection}");
    }
    let mode = fs::metadata(emulator.place.path("emulator.env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_shell_reads_the_file() {
    let emulator = Emulator::start(&[]);
    let output = Command::new("/bin/sh")
        .args([
            "-c",
            "set -eu; . ./emulator.env; printf %s \"$AZURE_STORAGE_CONNECTION_STRING\"",
        ])
        .current_dir(emulator.place.path("."))
        .output()
        .expect("a shell");
    assert_eq!(
        text(&output.stdout),
        emulator.variable("AZURE_STORAGE_CONNECTION_STRING")
    );
}

#[test]
fn the_file_goes_with_the_emulator_and_one_left_behind_is_replaced() {
    let stopped = Emulator::start(&[]).stop(Signal::TERM);
    assert!(!stopped.place.path("emulator.env").exists());

    let emulator = Emulator::start_in(stopped.place, &[]);
    let file = emulator.place.path("emulator.env");
    let left = fs::read_to_string(&file).unwrap();
    let stopped = emulator.stop(Signal::KILL);
    assert!(file.exists(), "nobody was there to remove it");
    let emulator = Emulator::start_in(stopped.place, &[]);
    assert_ne!(fs::read_to_string(&file).unwrap(), left);
    emulator.stop(Signal::TERM);
}

#[test]
fn what_others_wrote_is_not_overwritten() {
    let place = Place::new();
    fs::write(place.path(".env"), "MINE='1'\n").unwrap();
    let error = place.refusal(&["--env-file", ".env"], 2);
    assert!(error.contains("was written by something else"), "{error}");
    assert_eq!(fs::read_to_string(place.path(".env")).unwrap(), "MINE='1'\n");

    symlink(place.path(".env"), place.path("link")).unwrap();
    let error = place.refusal(&["--env-file", "link"], 2);
    assert!(error.contains("not a regular file"), "{error}");
    let error = place.refusal(&["--env-file", "nowhere/file"], 2);
    assert!(error.contains("cannot be written"), "{error}");
}
