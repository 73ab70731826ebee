//! Programs that hold tokens of Microsoft Entra ID and no key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::emulator::{Emulator, Place, assert_code, text};
use crate::tls::certify;

/// A token for an audience, good for some decades and signed by nobody.
fn token(audience: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let claims = format!("{{\"aud\":\"{audience}\",\"exp\":4102444800,\"nbf\":1577836800}}");
    format!("{}.{}.{}", part("{\"alg\":\"RS256\"}"), part(&claims), part("x"))
}

/// The tutorial of somebody who is signed in by an Azure CLI, which gives this token for Blob Storage.
fn signed_in(emulator: &Emulator, storage_token: &str) -> Command {
    let place = &emulator.place;
    let answer = |token: &str| {
        format!("{{\"accessToken\":\"{token}\",\"expires_on\":4102444800,\"tokenType\":\"Bearer\"}}")
    };
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n*batch*) echo '{}' ;;\n*) echo '{}' ;;\nesac\n",
        answer(&token("https://batch.core.windows.net/")),
        answer(storage_token)
    );
    fs::write(place.path("az"), script).expect("a file");
    fs::set_permissions(place.path("az"), fs::Permissions::from_mode(0o755)).expect("a mode");
    let path = std::env::var("PATH").expect("a path");
    let mut command = place.command(&["tutorial", "--backend", "azure", "--yes"]);
    for name in [
        "AZURE_BATCH_ACCOUNT",
        "AZURE_BATCH_ENDPOINT",
        "AZURE_STORAGE_ACCOUNT",
        "AZURE_STORAGE_BLOB_ENDPOINT",
    ] {
        command.env(name, emulator.variable(name));
    }
    command
        .env("SSL_CERT_FILE", place.path("cert.pem"))
        .env("PATH", format!("{}:{path}", place.path("").display()))
        // This machine has no identity of its own.
        .env("IDENTITY_ENDPOINT", "http://127.0.0.1:1/identity")
        .env("IDENTITY_HEADER", "x");
    command
}

fn run(mut command: Command) -> Output {
    command.output().expect("the command runs")
}

/// Containers are made with a token, and what nodes and workers are given is signed by a user delegation key.
#[test]
fn the_tutorial_runs_without_a_key_over_https() {
    let place = Place::new();
    certify(&place);
    let options = [
        "--cert",
        "cert.pem",
        "--key",
        "key.pem",
        "--oauth",
        "basic",
        "--time-scale",
        "10",
    ];
    let emulator = Emulator::start_in(place, &options);
    assert_code(&run(signed_in(&emulator, &token("https://storage.azure.com"))), 0);
    let refused = run(signed_in(&emulator, &token("https://management.azure.com/")));
    assert_code(&refused, 1);
    let error = text(&refused.stderr);
    assert!(error.contains("wrong audience"), "{error}");
}
