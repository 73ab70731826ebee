//! https, with a certificate of one's own.

use std::fs;
use std::io::Write;
use std::net::TcpStream;

use rustix::process::Signal;

use crate::emulator::{Emulator, Place, assert_code};

/// Puts a certificate for this machine and its key into a place.
pub(crate) fn certify(place: &Place) {
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    fs::write(place.path("cert.pem"), made.cert.pem()).expect("a file");
    fs::write(place.path("key.pem"), made.signing_key.serialize_pem()).expect("a file");
}

#[test]
fn the_tutorial_runs_over_https() {
    let place = Place::new();
    certify(&place);
    let emulator = Emulator::start_in(
        place,
        &["--cert", "cert.pem", "--key", "key.pem", "--time-scale", "10"],
    );
    for name in ["AZURE_BATCH_ENDPOINT", "AZURE_STORAGE_BLOB_ENDPOINT"] {
        assert!(emulator.variable(name).starts_with("https://127.0.0.1:"));
    }
    assert!(
        emulator
            .variable("AZURE_STORAGE_CONNECTION_STRING")
            .starts_with("DefaultEndpointsProtocol=https;")
    );
    let output = emulator
        .client(&["tutorial", "--backend", "azure", "--yes"])
        .env("SSL_CERT_FILE", emulator.place.path("cert.pem"))
        .output()
        .expect("the command runs");
    assert_code(&output, 0);
    let distrusted = emulator
        .client(&["tutorial", "--backend", "azure", "--yes"])
        .output()
        .expect("the command runs");
    assert_code(&distrusted, 1);
}

#[test]
fn who_speaks_no_tls_is_dropped_and_others_are_served() {
    let place = Place::new();
    certify(&place);
    let emulator = Emulator::start_in(place, &["--cert", "cert.pem", "--key", "key.pem"]);
    let mut stream = TcpStream::connect(emulator.authority("AZURE_BATCH_ENDPOINT")).unwrap();
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
    assert_eq!(emulator.stop(Signal::TERM).status.code(), Some(0));
}

#[test]
fn certificates_that_are_none_are_named() {
    let place = Place::new();
    certify(&place);
    fs::write(place.path("empty.pem"), "").unwrap();
    for (arguments, named) in [
        (["--cert", "nowhere.pem", "--key", "key.pem"], "nowhere.pem"),
        (["--cert", "empty.pem", "--key", "key.pem"], "empty.pem"),
        (["--cert", "cert.pem", "--key", "empty.pem"], "empty.pem"),
        (["--cert", "key.pem", "--key", "cert.pem"], "key.pem"),
    ] {
        let error = place.refusal(&arguments, 2);
        assert!(error.contains(named), "{error}");
    }
    let alone = place.refusal(&["--cert", "cert.pem"], 2);
    assert!(alone.contains("--key"), "{alone}");
}
