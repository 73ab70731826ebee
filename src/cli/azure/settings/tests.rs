//! Where settings come from, and which counts.

use super::*;

const COMPLETE: [(&str, &str); 5] = [
    ("AZURE_BATCH_ACCOUNT", "batch"),
    ("AZURE_BATCH_ACCESS_KEY", "a2V5"),
    ("AZURE_BATCH_ENDPOINT", "batch.westeurope.batch.azure.com"),
    ("AZURE_STORAGE_ACCOUNT", "storage"),
    ("AZURE_STORAGE_KEY", "c3RvcmFnZQ=="),
];

fn resolve(
    file: &[(Kind, &str)],
    variables: &[(&str, &str)],
) -> (Result<AzureSettings, String>, Vec<String>) {
    let mut given = Given::default();
    for (kind, value) in file {
        given.push(*kind, format!("{kind:?} of the file"), value);
    }
    let variable = |wanted: &str| {
        let found = variables.iter().rev().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| (*value).to_owned())
    };
    let mut warnings = Vec::new();
    let resolved = AzureSettings::resolve(&given, &variable, &mut |text| warnings.push(text.to_owned()));
    (resolved, warnings)
}

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&COMPLETE[..], more].concat()
}

#[test]
fn variables_alone_are_enough_and_so_is_the_file() {
    let (settings, warnings) = resolve(&[], &COMPLETE);
    let settings = settings.map_err(|error| panic!("{error}")).unwrap();
    assert_eq!(
        settings.batch.endpoint,
        "https://batch.westeurope.batch.azure.com"
    );
    assert_eq!(settings.storage.endpoint, "https://storage.blob.core.windows.net");
    assert!(settings.storage.is_at_its_default_endpoint());
    let file = [
        (Kind::BatchAccount, "batch"),
        (Kind::BatchKey, "a2V5"),
        (Kind::BatchEndpoint, "http://127.0.0.1:1/"),
        (Kind::ConnectionString, "UseDevelopmentStorage=true"),
    ];
    let (from_file, more) = resolve(&file, &[]);
    let from_file = from_file.map_err(|error| panic!("{error}")).unwrap();
    assert_eq!(from_file.batch.endpoint, "http://127.0.0.1:1");
    assert_eq!(from_file.storage.name, "devstoreaccount1");
    assert!(warnings.is_empty() && more.is_empty());
}

#[test]
fn both_names_of_a_variable_are_read_and_must_agree() {
    let other = [
        ("AZURE_BATCH_ACCOUNT", ""),
        ("AZURE_BATCH_ACCOUNT_NAME", "batch"),
        ("AZURE_BATCH_ACCESS_KEY", " "),
        ("AZURE_BATCH_ACCOUNT_KEY", "a2V5"),
    ];
    assert!(resolve(&[], &with(&other)).0.is_ok());
    assert!(
        resolve(&[], &with(&[("AZURE_BATCH_ACCOUNT_NAME", "batch")]))
            .0
            .is_ok()
    );
    let (refused, _) = resolve(&[], &with(&[("AZURE_BATCH_ACCOUNT_KEY", "b3RoZXI=")]));
    let error = refused.err().unwrap();
    assert!(
        error.contains("AZURE_BATCH_ACCESS_KEY and AZURE_BATCH_ACCOUNT_KEY differ"),
        "{error}"
    );
    assert!(!error.contains("a2V5") && !error.contains("b3RoZXI"), "{error}");
}

#[test]
fn a_connection_string_and_variables_must_name_one_account() {
    let same = "AccountName=storage;AccountKey=c3RvcmFnZQ==";
    assert!(
        resolve(&[], &with(&[("AZURE_STORAGE_CONNECTION_STRING", same)]))
            .0
            .is_ok()
    );
    let other = "AccountName=other;AccountKey=c3RvcmFnZQ==";
    let (refused, _) = resolve(&[], &with(&[("AZURE_STORAGE_CONNECTION_STRING", other)]));
    let error = refused.err().unwrap();
    assert!(
        error.contains("AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_CONNECTION_STRING differ"),
        "{error}"
    );
}

#[test]
fn the_file_counts_and_says_so() {
    let file = [(Kind::BatchKey, "ZmlsZQ==")];
    let (settings, warnings) = resolve(&file, &COMPLETE);
    let (_, key) = settings.ok().unwrap().batch.key.unwrap();
    assert_eq!(key.expose_base64(), "ZmlsZQ==");
    assert_eq!(
        warnings,
        ["BatchKey of the file and AZURE_BATCH_ACCESS_KEY differ: the file counts"]
    );
}

#[test]
fn the_key_of_another_account_is_not_used() {
    let file = [(Kind::StorageAccount, "mine")];
    let (settings, warnings) = resolve(&file, &COMPLETE);
    let storage = settings.ok().unwrap().storage;
    assert_eq!(storage.name, "mine");
    assert!(matches!(storage.credential, StorageCredential::Entra));
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("different accounts"), "{warnings:?}");
}

#[test]
fn keys_and_names_that_are_none_are_refused_by_their_source() {
    let (refused, _) = resolve(&[], &with(&[("AZURE_STORAGE_KEY", "hunter2!")]));
    let error = refused.err().unwrap();
    assert!(
        error.contains("AZURE_STORAGE_KEY is not Base64") && !error.contains("hunter2"),
        "{error}"
    );
    let (refused, _) = resolve(&[], &with(&[("AZURE_STORAGE_ACCOUNT", "evil.example#")]));
    assert!(refused.err().unwrap().contains("3 to 24"));
}

#[test]
fn without_keys_entra_id_is_asked_for_each_account_apart() {
    let without = |dropped: &[&str]| -> AzureSettings {
        let kept: Vec<_> = COMPLETE
            .into_iter()
            .filter(|(name, _)| !dropped.contains(name))
            .collect();
        resolve(&[], &kept).0.ok().unwrap()
    };
    let none = without(&[
        "AZURE_BATCH_ACCOUNT",
        "AZURE_BATCH_ACCESS_KEY",
        "AZURE_STORAGE_KEY",
    ]);
    assert!(none.batch.key.is_none());
    assert!(matches!(none.storage.credential, StorageCredential::Entra));
    let batch = without(&["AZURE_BATCH_ACCESS_KEY"]);
    assert!(batch.batch.key.is_none());
    assert!(matches!(batch.storage.credential, StorageCredential::Key(_)));
    let storage = without(&["AZURE_STORAGE_KEY"]);
    assert!(storage.batch.key.is_some());
    assert!(matches!(storage.storage.credential, StorageCredential::Entra));
}

#[test]
fn a_batch_account_needs_nothing_of_storage() {
    let of = |wanted: &[&str]| {
        let variable = |name: &str| {
            let found = COMPLETE
                .iter()
                .find(|(given, _)| *given == name && wanted.contains(given));
            found.map(|(_, value)| (*value).to_owned())
        };
        BatchSettings::of_variables(&variable)
    };
    let whole = of(&[
        "AZURE_BATCH_ACCOUNT",
        "AZURE_BATCH_ACCESS_KEY",
        "AZURE_BATCH_ENDPOINT",
    ]);
    let (account, _) = whole.ok().unwrap().key.unwrap();
    assert_eq!(account, "batch");
    assert!(of(&["AZURE_BATCH_ENDPOINT"]).ok().unwrap().key.is_none());
    let keyed = of(&["AZURE_BATCH_ACCESS_KEY", "AZURE_BATCH_ENDPOINT"]);
    let error = keyed.map(|_| ()).unwrap_err();
    assert!(
        error.contains("missing: the name of the Batch account: AZURE_BATCH_ACCOUNT or"),
        "{error}"
    );
    assert!(!error.contains("torage") && !error.contains("a2V5"), "{error}");
}
