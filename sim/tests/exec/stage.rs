//! Resource files: where they end up, and why they do not.

use std::collections::BTreeMap;

use async_trait::async_trait;
use batchite_api::backend::Body;
use batchite_api::batch::{
    BatchErrorSourceCategory, BatchNodeIdentityReference, BatchTaskFailureInfo, ResourceFile,
};
use batchite_sim::exec::stage::{ResourceSink, stage_resource_files};
use futures_util::FutureExt as _;

use crate::blobs::{Account, ENDPOINT};

#[derive(Default)]
struct Files(BTreeMap<String, (u32, String)>);

#[async_trait]
impl ResourceSink for Files {
    async fn write(&mut self, path: &str, mode: u32, body: Body) -> Result<(), String> {
        if path == "full" {
            return Err("No space left on device".to_owned());
        }
        let bytes = body.collect(1 << 20).await.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.0.insert(path.to_owned(), (mode, text));
        Ok(())
    }
}

fn account() -> Account {
    Account::with(&[
        ("input", "a.txt", "A"),
        ("input", "dir/b.txt", "B"),
        ("input", "dir/sub/c.txt", "C"),
        ("input", "dir/sub/", ""),
        ("input", "torn", "half"),
        ("hostile", "../../x", "X"),
    ])
}

fn stage(files: &[ResourceFile]) -> Result<Files, BatchTaskFailureInfo> {
    let mut sink = Files::default();
    stage_resource_files(&account(), None, files, &mut sink)
        .now_or_never()
        .expect("nothing here waits")
        .map(|()| sink)
}

fn http(blob: &str, path: &str) -> ResourceFile {
    ResourceFile {
        http_url: Some(format!("{ENDPOINT}/{blob}").into()),
        file_path: Some(path.to_owned()),
        ..ResourceFile::default()
    }
}

fn container(url: &str, directory: Option<&str>, prefix: Option<&str>) -> ResourceFile {
    ResourceFile {
        storage_container_url: Some(format!("{ENDPOINT}/{url}").into()),
        file_path: directory.map(str::to_owned),
        blob_prefix: prefix.map(str::to_owned),
        ..ResourceFile::default()
    }
}

fn detail<'a>(failure: &'a BatchTaskFailureInfo, name: &str) -> Option<&'a str> {
    let pair = failure
        .details
        .iter()
        .find(|pair| pair.name.as_deref() == Some(name))?;
    pair.value.as_deref()
}

#[test]
fn files_end_up_at_their_paths_with_their_modes() {
    let plain = http("input/a.txt?sig=good", "./in//a.txt");
    let mut with_mode = http("input/dir/b.txt", "b");
    with_mode.file_mode = Some("0644".to_owned());
    let files = stage(&[plain, with_mode]).unwrap();
    assert_eq!(files.0["in/a.txt"], (0o770, "A".to_owned()));
    assert_eq!(files.0["b"], (0o644, "B".to_owned()));
}

#[test]
fn containers_keep_their_directories_below_the_file_path() {
    for (file, paths) in [
        (
            container("input", Some("data"), Some("dir/")),
            vec!["data/dir/b.txt", "data/dir/sub/c.txt"],
        ),
        (container("input?sig=good", None, Some("a")), vec!["a.txt"]),
        (container("input", Some("."), Some("none")), vec![]),
    ] {
        let files = stage(&[file]).unwrap();
        assert_eq!(files.0.keys().collect::<Vec<_>>(), paths);
    }
}

#[test]
fn storage_refusals_become_the_service_s_failures() {
    use BatchErrorSourceCategory::{ServerError, UserError};
    for (file, code, category, status) in [
        (http("input/none", "f"), "BlobNotFound", UserError, Some("404")),
        (http("none/none", "f"), "BlobNotFound", UserError, Some("404")),
        (
            http("input/a.txt?sig=bad", "f"),
            "BlobAccessDenied",
            UserError,
            Some("403"),
        ),
        (
            http("input/torn", "f"),
            "BlobDownloadMiscError",
            ServerError,
            None,
        ),
        (http("input", "f"), "BlobDownloadMiscError", ServerError, None),
        (
            container("none", None, None),
            "ResourceContainerNotFound",
            UserError,
            Some("404"),
        ),
        (
            container("input?sig=bad", None, None),
            "ResourceContainerAccessDenied",
            UserError,
            Some("403"),
        ),
        (
            container("input/a.txt", None, None),
            "ResourceContainerListMiscError",
            ServerError,
            None,
        ),
        (
            http("input/a.txt", "full"),
            "ResourceFileWriteFailed",
            ServerError,
            None,
        ),
    ] {
        let failure = stage(std::slice::from_ref(&file)).err().expect(code);
        assert_eq!(failure.code.as_deref(), Some(code));
        assert_eq!(failure.category, category, "{code}");
        assert_eq!(detail(&failure, "HttpStatusCode"), status, "{code}");
        assert!(failure.message.is_some() && !failure.details.is_empty());
        assert!(!format!("{failure:?}").contains("bad"), "{failure:?}");
    }
    let failure = stage(&[http("input/a.txt?sp=r&sig=bad", "f")]).err().unwrap();
    assert_eq!(
        detail(&failure, "StorageErrorCode"),
        Some("AuthorizationPermissionMismatch")
    );
    assert_eq!(detail(&failure, "FilePath"), Some("f"));
    let source = format!("{ENDPOINT}/input/a.txt?sp=r&sig=REDACTED");
    assert_eq!(detail(&failure, "BlobSource"), Some(source.as_str()));
}

#[test]
fn an_account_out_of_reach_is_a_failed_download() {
    let mut file = http("", "f");
    file.http_url = Some("https://example.com/c/b".into());
    for url in [
        "https://other.blob.core.windows.net/container/blob",
        "ftp://x",
        "",
        "https://",
    ] {
        file.http_url = Some(url.into());
        let failure = stage(std::slice::from_ref(&file)).err().unwrap();
        assert_eq!(failure.code.as_deref(), Some("BlobDownloadMiscError"), "{url}");
    }
}

#[test]
fn no_path_leaves_the_working_directory() {
    for path in [
        "../../x",
        "a/../../x",
        "/etc/passwd",
        "\\x",
        "C:\\x",
        "a\\..\\..\\x",
        "x\0y",
        "",
        ".",
        "dir/",
        "..",
    ] {
        let failure = stage(&[http("input/a.txt", path)]).err().expect(path);
        assert_eq!(
            failure.code.as_deref(),
            Some("ResourceFileCreateFailed"),
            "{path}"
        );
        assert_eq!(detail(&failure, "FilePath"), Some(path));
    }
    let failure = stage(&[container("hostile", Some("data"), None)]).err().unwrap();
    assert_eq!(failure.code.as_deref(), Some("ResourceFileCreateFailed"));
    assert_eq!(detail(&failure, "FilePath"), Some("data/../../x"));
    let failure = stage(&[container("input", Some("../up"), None)]).err().unwrap();
    assert_eq!(detail(&failure, "FilePath"), Some("../up"));
}

#[test]
fn what_is_not_simulated_is_refused_by_name() {
    let mut identity = http("input/a.txt", "f");
    identity.identity_reference = Some(BatchNodeIdentityReference::default());
    let auto = ResourceFile {
        auto_storage_container_name: Some("auto".to_owned()),
        ..ResourceFile::default()
    };
    let mut bad_mode = http("input/a.txt", "f");
    bad_mode.file_mode = Some("rwx".to_owned());
    let mut huge_mode = http("input/a.txt", "f");
    huge_mode.file_mode = Some("777777777777".to_owned());
    for (file, word) in [
        (identity, "identityReference"),
        (auto, "auto-storage"),
        (bad_mode, "fileMode"),
        (huge_mode, "fileMode"),
        (ResourceFile::default(), "httpUrl"),
    ] {
        let failure = stage(std::slice::from_ref(&file)).err().expect(word);
        assert_eq!(failure.code.as_deref(), Some("ResourceFileCreateFailed"));
        assert!(detail(&failure, "Message").unwrap().contains(word), "{failure:?}");
    }
}
