//! The command in a directory of its own, with a clean environment.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Variables that would decide in the place of a test.
const OF_TESTS: [&str; 3] = ["BATCHITE_", "AZURE_", "IDENTITY_"];

/// A directory to run the command in, gone afterwards.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("a file");
    }

    /// A file that begins as a program for Linux on x86-64 does.
    pub(crate) fn write_worker(&self, name: &str) {
        let mut program = b"\x7fELF\x02\x01\x01".to_vec();
        program.resize(64, 0);
        program[18] = 0x3E;
        self.write(name, program);
    }

    /// The command, with no variables that say anything of it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchite"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let is_proxy = name.to_ascii_lowercase().ends_with("_proxy");
            if is_proxy || OF_TESTS.iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `tutorial --backend azure`, with a worker nodes can run and these variables.
    pub(crate) fn azure(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        self.write_worker("worker");
        let mut command = self.command(&["tutorial", "--backend", "azure", "--worker", "worker"]);
        command.args(arguments).envs(variables.iter().copied());
        command
    }

    /// What the command says when it refuses: it ends with 2, and made and sent nothing.
    #[track_caller]
    pub(crate) fn refusal(&self, mut command: Command) -> String {
        let output = command.output().expect("the command runs");
        assert_code(&output, 2);
        assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
        assert!(!self.path("tutorial-output").exists());
        let error = text(&output.stderr);
        assert!(!error.contains(SECRET), "{error}");
        error
    }
}

/// A key, as Base64, that must never be shown.
pub(crate) const SECRET: &str = "aHVudGVyMg==";

/// Everything the command needs, leading nowhere.
pub(crate) const COMPLETE: [(&str, &str); 5] = [
    ("AZURE_BATCH_ACCOUNT", "mybatch"),
    ("AZURE_BATCH_ACCESS_KEY", SECRET),
    (
        "AZURE_BATCH_ENDPOINT",
        "https://mybatch.region.batch.azure.invalid",
    ),
    ("AZURE_STORAGE_ACCOUNT", "mystorage"),
    ("AZURE_STORAGE_KEY", SECRET),
];

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    let shown = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{shown:#?}");
}
