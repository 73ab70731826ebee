//! Who is not signed in, and who is by the Azure CLI.

use crate::place::{COMPLETE, Place, SECRET, assert_code, text};

/// The accounts without their keys, and a machine that has no identity.
fn nobody() -> Vec<(&'static str, &'static str)> {
    let mut variables: Vec<_> = COMPLETE
        .into_iter()
        .filter(|(_, value)| *value != SECRET)
        .collect();
    variables.extend([
        ("IDENTITY_ENDPOINT", "http://127.0.0.1:1/identity"),
        ("IDENTITY_HEADER", SECRET),
    ]);
    variables
}

#[test]
fn whoever_is_not_signed_in_reads_what_was_tried() {
    let place = Place::new();
    let mut command = place.azure(&[], &nobody());
    command.env("PATH", place.path("no-programs"));
    let error = place.refusal(command);
    for told in [
        "No token of Microsoft Entra ID",
        "environment: not tried: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET are not set",
        "workload identity: not tried",
        "managed identity: failed",
        "Azure CLI: failed",
        "az login",
    ] {
        assert!(error.contains(told), "{told:?}: {error}");
    }
}

#[test]
fn a_refused_service_principal_ends_there() {
    let place = Place::new();
    let mut variables = nobody();
    variables.extend([
        ("AZURE_TENANT_ID", "11111111-2222-4333-8444-555555555555"),
        ("AZURE_CLIENT_ID", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
        ("AZURE_CLIENT_SECRET", SECRET),
        ("AZURE_AUTHORITY_HOST", "https://127.0.0.1:1"),
    ]);
    let error = place.refusal(place.azure(&[], &variables));
    assert!(error.contains("environment: failed"), "{error}");
    assert!(!error.contains("managed identity:"), "{error}");
}

/// The CLI is asked for one token a service, and the accounts are then reached with them.
#[cfg(unix)]
#[test]
fn whoever_is_signed_in_by_the_azure_cli_needs_no_key() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    place.write(
        "az",
        "#!/bin/sh\necho \"$@\" >> \"$AZ_LOG\"\necho '{\"accessToken\":\"jwt\",\"expires_on\":4102444800,\"tokenType\":\"Bearer\"}'\n",
    );
    std::fs::set_permissions(place.path("az"), std::fs::Permissions::from_mode(0o755)).expect("a mode");
    let mut command = place.azure(&["--json"], &nobody());
    let path = std::env::var("PATH").expect("a path");
    command
        .env("PATH", format!("{}:{path}", place.path("").display()))
        .env("AZ_LOG", place.path("az.log"))
        // The accounts lead nowhere; a proxy that is not there ends it at once.
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("AZURE_STORAGE_BLOB_ENDPOINT", "https://mystorage.invalid");
    let output = command.output().expect("the command runs");
    assert_code(&output, 1);
    assert!(!text(&output.stderr).contains("jwt"), "{}", text(&output.stderr));
    let asked = std::fs::read_to_string(place.path("az.log")).expect("the CLI was asked");
    let scopes: Vec<&str> = asked
        .lines()
        .map(|line| line.rsplit(' ').next().unwrap_or(""))
        .collect();
    assert_eq!(
        scopes,
        [
            "https://batch.core.windows.net//.default",
            "https://storage.azure.com/.default"
        ]
    );
}
