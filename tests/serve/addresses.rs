//! Addresses, keys and hosts: what is served to whom.

use std::net::TcpListener;

use batchite::server::blob::WELL_KNOWN_KEY;
use rustix::process::Signal;

use crate::emulator::{Emulator, Place};

const SERVICES: [&str; 2] = ["AZURE_BATCH_ENDPOINT", "AZURE_STORAGE_BLOB_ENDPOINT"];

#[test]
fn both_services_say_without_credentials_that_they_are_well() {
    let emulator = Emulator::start(&[]);
    for service in SERVICES {
        let answer = emulator.ask(service, &["GET /healthz HTTP/1.1"], "");
        assert_eq!(answer.status, 200, "{service}");
    }
}

#[test]
fn a_port_in_use_is_named_with_the_option_that_changes_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for option in ["--batch-addr", "--blob-addr"] {
        let place = Place::new();
        let other = if option == "--batch-addr" {
            "--blob-addr"
        } else {
            "--batch-addr"
        };
        let output = place
            .command(&["serve", option, &address, other, "127.0.0.1:0", "--env-file", "e"])
            .output()
            .expect("the command runs");
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            error.contains("the port is in use") && error.contains(option) && error.contains(&address),
            "{error}"
        );
        assert!(!place.path("e").exists());
    }
}

#[test]
fn a_key_everybody_knows_stays_on_this_machine() {
    let place = Place::new();
    let elsewhere = ["--batch-addr", "0.0.0.0:0"];
    let arguments = |more: &[&'static str]| -> Vec<&'static str> {
        ["serve", "--blob-addr", "127.0.0.1:0"]
            .iter()
            .chain(&elsewhere)
            .chain(more)
            .copied()
            .collect()
    };
    let output = place.command(&arguments(&[])).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("can be reached from other machines") && error.contains("--account-key"),
        "{error}"
    );
    let given = place
        .command(&arguments(&[]))
        .env("BATCHITE_ACCOUNT_KEY", WELL_KNOWN_KEY)
        .output()
        .unwrap();
    assert_eq!(given.status.code(), Some(2), "given or not, everybody knows it");
    let output = place
        .command(&["serve", "--batch-addr", "127.0.0.1:0", "--blob-addr", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--storage-key"));
}

#[test]
fn a_key_of_one_s_own_is_used_and_never_shown() {
    let own = "aHVudGVyMmh1bnRlcjI=";
    let emulator = Emulator::start(&["--account-key", own]);
    assert_eq!(emulator.variable("AZURE_BATCH_ACCESS_KEY"), own);
    assert_eq!(emulator.variable("AZURE_STORAGE_KEY"), WELL_KNOWN_KEY);
    let stopped = emulator.stop(Signal::TERM);
    assert!(!stopped.said.contains(own));

    let error = Place::new().refusal(&["--account-key", "hunter2!"], 2);
    assert!(
        error.contains("not Base64") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn running_programs_takes_a_key_nobody_can_guess_and_somebody_learns() {
    let error = Place::new().refusal(&["--execution", "process"], 2);
    assert!(error.contains("--env-file"), "{error}");
    let keys: Vec<String> = (0..2)
        .map(|_| {
            let emulator = Emulator::start(&["--execution", "process"]);
            emulator.variable("AZURE_BATCH_ACCESS_KEY").to_owned()
        })
        .collect();
    assert_ne!(keys[0], keys[1]);
    assert_ne!(keys[0], WELL_KNOWN_KEY);
}

#[test]
fn foreign_hosts_and_origins_are_refused_by_both_services_and_the_controls() {
    let emulator = Emulator::start(&["--host-name", "emulator.test"]);
    for service in SERVICES {
        for path in ["/healthz", "/_sim/state"] {
            let line = format!("GET {path} HTTP/1.1");
            let host = emulator.ask(service, &[&line, "Host: example.com"], "");
            assert_eq!(host.status, 400, "{service} {path}: {}", host.body);
            let origin = emulator.ask(service, &[&line, "Origin: https://example.com"], "");
            assert_eq!(origin.status, 403, "{service} {path}: {}", origin.body);
        }
        let named = emulator.ask(service, &["GET /healthz HTTP/1.1", "Host: emulator.test"], "");
        assert_eq!(named.status, 200);
    }
}
