//! An emulator in a process of its own, in a directory of its own, on free ports.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use batchite::azure::{
    AzureBatch, BatchConnection, BatchCredential, HttpTransport, RandomRequestIds, SeededJitter, Timeouts,
};
use batchite::host::pace::system_now;
use batchite_api::auth::AccountKey;
use batchite_api::time::{Clock, TimeSpan, Timestamp};
use rustix::process::{Pid, Signal, kill_process};

/// After this an answer will not come any more.
const PATIENCE: Duration = Duration::from_mins(1);

/// A directory to run the command in, gone afterwards.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command, with no variables that say anything of it, its temporary files in a directory of the place.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        fs::create_dir_all(self.path("temporary")).expect("a directory");
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchite"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let of_tests = ["BATCHITE_", "AZURE_", "AZURITE_"];
            let is_proxy = name.to_ascii_lowercase().ends_with("_proxy");
            if is_proxy || of_tests.iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("TMPDIR", self.path("temporary"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `serve` on free ports.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Command {
        let mut all = vec![
            "serve",
            "--batch-addr",
            "127.0.0.1:0",
            "--blob-addr",
            "127.0.0.1:0",
        ];
        all.extend(arguments);
        self.command(&all)
    }

    /// What `serve` says when it ends at once with this code.
    #[track_caller]
    pub(crate) fn refusal(&self, arguments: &[&str], code: i32) -> String {
        let output = self.serve(arguments).output().expect("the command runs");
        assert_code(&output, code);
        text(&output.stderr)
    }

    /// Whether nothing temporary is left.
    pub(crate) fn is_tidy(&self) -> bool {
        let left = fs::read_dir(self.path("temporary")).expect("the directory");
        left.count() == 0
    }
}

/// An emulator that answers.
pub(crate) struct Emulator {
    pub(crate) place: Place,
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    variables: BTreeMap<String, String>,
}

impl Emulator {
    /// Starts one, with an environment file.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(Place::new(), arguments)
    }

    /// Starts one in a place that has been prepared.
    pub(crate) fn start_in(place: Place, arguments: &[&str]) -> Self {
        let mut all = vec!["--env-file", "emulator.env"];
        all.extend(arguments);
        let mut child = place.serve(&all).spawn().expect("the command runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut stderr = child.stderr.take().expect("its error stream");
        let mut greeting = String::new();
        while !greeting.contains("Ready.") {
            if stdout.read_line(&mut greeting).expect("text") == 0 {
                let mut error = String::new();
                let _ = stderr.read_to_string(&mut error);
                panic!("it did not start: {greeting}{error}");
            }
        }
        let file = fs::read_to_string(place.path("emulator.env")).expect("the environment file");
        Self {
            place,
            child,
            stdout,
            stderr,
            variables: read_variables(&file),
        }
    }

    /// A variable of the environment file.
    #[track_caller]
    pub(crate) fn variable(&self, name: &str) -> &str {
        let value = self.variables.get(name);
        value.unwrap_or_else(|| panic!("{name} is missing"))
    }

    /// Another command in its place, with the variables of the environment file.
    pub(crate) fn client(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments);
        command.envs(&self.variables);
        command
    }

    /// The Batch account, over HTTP.
    pub(crate) fn batch(&self) -> AzureBatch {
        let jitter = Arc::new(SeededJitter::new(1));
        let transport = HttpTransport::new(Timeouts::default()).expect("a client");
        let connection = BatchConnection {
            transport: Arc::new(transport),
            clock: Arc::new(MachineClock),
            jitter: Arc::<SeededJitter>::clone(&jitter),
            request_ids: Arc::new(RandomRequestIds::new(jitter)),
        };
        let credential = BatchCredential::SharedKey {
            account: self.variable("AZURE_BATCH_ACCOUNT").to_owned(),
            key: AccountKey::from_base64(self.variable("AZURE_BATCH_ACCESS_KEY")).expect("a key"),
        };
        AzureBatch::new(self.variable("AZURE_BATCH_ENDPOINT"), credential, connection).expect("a client")
    }

    /// The host and port of a service, by the variable of its endpoint.
    pub(crate) fn authority(&self, variable: &str) -> &str {
        let (_, rest) = self.variable(variable).split_once("://").expect("a URL");
        rest.split('/').next().expect("an authority")
    }

    /// Sends a request, whose lines are given without their ends, and gives the whole answer.
    pub(crate) fn ask(&self, variable: &str, lines: &[&str], body: &str) -> Answer {
        let authority = self.authority(variable);
        let (host, length) = (
            format!("Host: {authority}"),
            format!("Content-Length: {}", body.len()),
        );
        let mut head = lines.to_vec();
        if !lines.iter().any(|line| line.starts_with("Host:")) {
            head.push(&host);
        }
        head.extend([&*length, "Connection: close", "", body]);
        let head = head.join("\r\n");
        let mut stream = TcpStream::connect(authority).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        Answer::read(&answer)
    }

    /// Asks a control, with the key of the account.
    pub(crate) fn control(&self, request: &str, body: &str) -> Answer {
        let key = format!(
            "Authorization: Bearer {}",
            self.variable("AZURE_BATCH_ACCESS_KEY")
        );
        self.ask(
            "AZURE_BATCH_ENDPOINT",
            &[&format!("{request} HTTP/1.1"), &key],
            body,
        )
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Asks it to stop and waits until it has. Its place is given back, with what it said last.
    pub(crate) fn stop(self, signal: Signal) -> Stopped {
        kill_process(self.pid(), signal).expect("it runs");
        self.wait()
    }

    /// Waits until it has ended.
    pub(crate) fn wait(mut self) -> Stopped {
        let status = self.child.wait().expect("an end");
        let mut said = String::new();
        let _ = self.stdout.read_to_string(&mut said);
        let _ = self.stderr.read_to_string(&mut said);
        let place = std::mem::replace(&mut self.place, Place::new());
        Stopped { place, status, said }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // One that has ended is not harmed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An emulator that has ended.
pub(crate) struct Stopped {
    pub(crate) place: Place,
    pub(crate) status: ExitStatus,
    pub(crate) said: String,
}

/// An answer of a server.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
        let status = head.split(' ').nth(1).expect("a status");
        Self {
            status: status.parse().expect("a number"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
}

/// Lines of the form `NAME='value'`, as a shell reads them.
pub(crate) fn read_variables(file: &str) -> BTreeMap<String, String> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.split_once('=').expect("a variable");
            let value = value
                .strip_prefix('\'')
                .and_then(|value| value.strip_suffix('\''));
            (name.to_owned(), value.expect("a quoted value").to_owned())
        })
        .collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[track_caller]
pub(crate) fn assert_code(output: &Output, code: i32) {
    let shown = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{shown:#?}");
}

/// The time of this machine, for a client who tries again at once.
#[derive(Debug)]
pub(crate) struct MachineClock;

#[async_trait]
impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        system_now()
    }

    async fn sleep(&self, _: TimeSpan) {
        tokio::task::yield_now().await;
    }
}
