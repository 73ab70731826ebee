//! `batchite topn`: the worker over real files.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use crate::azure::{AzureBlobConnector, PlainHttp};
use crate::topn::worker::{Identity, WorkerArguments};
use crate::worker::{self, TopnOptions, WorkerFiles};
use bytes::Bytes;

use super::clock::SystemClock;
use super::{FAILED, azure, say_error};

/// Runs the command.
pub(super) fn run(options: TopnOptions) -> ExitCode {
    let runtime = match super::runtime() {
        Ok(runtime) => runtime,
        Err(code) => return code,
    };
    let plain_http = if options.allow_http {
        PlainHttp::Anywhere
    } else {
        PlainHttp::Loopback
    };
    let arguments = WorkerArguments::from(options);
    let identity = Identity::from_environment(|name| std::env::var(name).ok());
    let done = async {
        let blobs = connector(plain_http)?;
        worker::run(&arguments, &identity, &mut DiskFiles, &blobs).await
    };
    match runtime.block_on(done) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            say_error(&text);
            ExitCode::from(FAILED)
        }
    }
}

/// Storage accounts over HTTP.
fn connector(plain_http: PlainHttp) -> Result<AzureBlobConnector, String> {
    Ok(AzureBlobConnector::new(
        azure::transport(plain_http)?,
        Arc::new(SystemClock),
        azure::jitter()?,
    ))
}

/// The files of this machine.
struct DiskFiles;

impl WorkerFiles for DiskFiles {
    type Reader = File;

    fn open(&mut self, path: &Path) -> Result<File, String> {
        File::open(path).map_err(|error| format!("`{}` cannot be opened: {error}", path.display()))
    }

    fn write(&mut self, path: &Path, bytes: Bytes) -> Result<(), String> {
        fs::write(path, bytes).map_err(|error| format!("`{}` cannot be written: {error}", path.display()))
    }

    fn say(&mut self, line: &str) -> Result<(), String> {
        writeln!(io::stdout(), "{line}").map_err(|error| format!("the output cannot be written: {error}"))
    }
}
