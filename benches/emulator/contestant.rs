//! The servers that are measured, each in a process of its own.

use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Outcome;
use crate::client::Connection;

/// Which server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bare,
    Batchite,
    Azurite,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Batchite => "batchite",
            Self::Azurite => "azurite",
        }
    }

    fn command(self) -> Outcome<Option<Command>> {
        Ok(Some(match self {
            Self::Bare => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("--bare");
                command
            }
            Self::Batchite => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_batchite"));
                command.args([
                    "serve",
                    "--batch-addr",
                    "127.0.0.1:0",
                    "--blob-addr",
                    "127.0.0.1:0",
                ]);
                command
            }
            Self::Azurite => {
                let Some(program) = std::env::var_os("BATCHITE_AZURITE_PROGRAM") else {
                    return Ok(None);
                };
                let mut command = Command::new("node");
                command
                    .arg(program)
                    .args(["--blobHost", "127.0.0.1", "--blobPort", "0", "--silent"]);
                command.args([
                    "--inMemoryPersistence",
                    "--skipApiVersionCheck",
                    "--disableTelemetry",
                ]);
                command
            }
        }))
    }
}

/// A server that answers.
pub(crate) struct Contestant {
    child: Child,
    /// Host and port of the blobs.
    pub(crate) blob: String,
    /// Host and port of the Batch service, where there is one.
    pub(crate) batch: Option<String>,
    /// From the start to the first answer.
    pub(crate) first_answer: Duration,
}

impl Contestant {
    /// Starts a server and waits for its first answer; none when it is not installed.
    pub(crate) async fn start(kind: Kind) -> Outcome<Option<Self>> {
        let Some(mut command) = kind.command()? else {
            return Ok(None);
        };
        let begin = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or("it has no output")?;
        let mut lines = BufReader::new(output).lines();
        let mut batch = None;
        let blob = loop {
            let line = lines.next_line().await?.ok_or("it ended before it listened")?;
            let url = line
                .split_whitespace()
                .find_map(|word| word.strip_prefix("http://"));
            let authority = url.and_then(|url| url.split('/').next()).map(str::to_owned);
            match authority {
                Some(authority) if line.starts_with("Batch:") => batch = Some(authority),
                Some(authority) => break authority,
                None => {}
            }
        };
        // Whatever it says, it answers.
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {blob}\r\n\r\n");
        Connection::open(&blob)
            .await?
            .exchange(request.as_bytes(), false)
            .await?;
        let first_answer = begin.elapsed();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Some(Self {
            child,
            blob,
            batch,
            first_answer,
        }))
    }

    /// The memory it has in use, in bytes; unknown where the system does not tell.
    pub(crate) fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes * 1024.0)
    }
}
