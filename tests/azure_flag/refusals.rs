//! What ends with 2 although the accounts are named.

use crate::place::{COMPLETE, Place, SECRET};

#[test]
fn options_of_the_simulated_world_are_refused_by_name() {
    let place = Place::new();
    for (option, value) in [
        ("--execution", "process"),
        ("--execution", "simulated"),
        ("--seed", "0"),
        ("--latency", "azure"),
        ("--trace", "trace.json"),
    ] {
        let error = place.refusal(place.azure(&[option, value], &COMPLETE));
        assert!(error.contains(&format!("`{option}`")), "{error}");
        assert!(error.contains("`--backend azure`"), "{error}");
        assert!(!place.path("trace.json").exists());
    }
    let error =
        place.refusal(place.azure(&["--seed", "1", "--latency", "azure"], &[("BATCHITE_TRACE", "x")]));
    for option in ["`--seed`", "`--latency`", "BATCHITE_TRACE"] {
        assert!(error.contains(option), "{option}: {error}");
    }
}

#[test]
fn options_of_azure_are_refused_by_name_in_the_simulated_world() {
    let place = Place::new();
    for arguments in [
        &["--config", "a.toml"][..],
        &["--worker", "worker"],
        &["--allow-http"],
    ] {
        let mut command = place.command(&["tutorial"]);
        command.args(arguments);
        let error = place.refusal(command);
        assert!(error.contains(&format!("`{}`", arguments[0])), "{error}");
    }
}

#[test]
fn a_worker_that_no_node_can_run_is_refused() {
    let place = Place::new();
    place.write("script", "#!/bin/sh\n");
    for (worker, told) in [("script", "x86-64"), ("missing", "cannot be read")] {
        let mut command = place.command(&["tutorial", "--backend", "azure", "--worker", worker]);
        command.envs(COMPLETE);
        let error = place.refusal(command);
        assert!(error.contains(worker) && error.contains(told), "{error}");
    }
}

#[test]
fn endpoints_that_would_leak_or_lead_nowhere_are_refused() {
    let place = Place::new();
    let with = |name: &'static str, value: &'static str| {
        let mut variables = COMPLETE.to_vec();
        variables.push((name, value));
        place.refusal(place.azure(&[], &variables))
    };
    let error = with(
        "AZURE_BATCH_ENDPOINT",
        "http://mybatch.region.batch.azure.invalid",
    );
    assert!(
        error.contains("plain http://") && error.contains("--allow-http"),
        "{error}"
    );
    let error = with("AZURE_STORAGE_BLOB_ENDPOINT", "http://storage.invalid/mystorage");
    assert!(error.contains("plain http://"), "{error}");
    let error = with(
        "AZURE_STORAGE_BLOB_ENDPOINT",
        "http://127.0.0.1:10000/devstoreaccount1",
    );
    assert!(error.contains("on this machine"), "{error}");
    let error = with("AZURE_BATCH_ENDPOINT", "https://mybatch.invalid?x=1");
    assert!(error.contains("not the URL of a Batch account"), "{error}");
    let error = with("AZURE_STORAGE_KEY", "hunter2!");
    assert!(
        error.contains("AZURE_STORAGE_KEY is not Base64") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn a_connection_string_without_a_key_is_refused_without_showing_it() {
    let place = Place::new();
    let token = format!("BlobEndpoint=https://a.invalid;SharedAccessSignature=sv=1&sig={SECRET}");
    let variables = [
        &COMPLETE[..3],
        &[("AZURE_STORAGE_CONNECTION_STRING", token.as_str())],
    ]
    .concat();
    let error = place.refusal(place.azure(&[], &variables));
    assert!(error.contains("needs the key"), "{error}");
}

#[test]
fn help_tells_of_the_flag_and_shows_no_key() {
    let place = Place::new();
    let mut command = place.command(&["tutorial", "--help"]);
    let output = command.envs(COMPLETE).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("azure") && shown.contains("AZURE_BATCH_ACCESS_KEY"),
        "{shown}"
    );
    assert!(!shown.contains(SECRET), "{shown}");
}
