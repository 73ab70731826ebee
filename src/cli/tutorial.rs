//! `batchite tutorial`: composes a world, runs the flow in it, and says how it ended.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::tutorial::{
    self, Interrupt, Outcome, Services, StorageAccount, TutorialError, TutorialReport, TutorialSettings,
};
use batchite_api::time::TimeSpan;
use serde::Serialize;

use super::options::{Backend, TutorialOptions};
use super::terminal::TerminalConsole;
use super::world::World;
use super::{FAILED, INTERRUPTED, USAGE, azure, inputs, interrupt, say_error, usage};

/// Runs the command.
pub(super) fn run(options: &TutorialOptions) -> ExitCode {
    if let Err(text) = options.check() {
        return usage(&text);
    }
    if let Some(trace) = options.trace.as_deref()
        && let Ok(file) = trace.canonicalize()
        && options
            .inputs
            .iter()
            .any(|input| input.canonicalize().is_ok_and(|input| input == file))
    {
        return usage(&format!(
            "the trace would be written over the input `{}`: give it another name",
            trace.display()
        ));
    }
    // The trace is wanted most when the run fails, so it should not be the trace that fails then.
    let trace = match options.trace.as_deref().map(|path| (path, File::create(path))) {
        Some((path, Err(error))) => {
            return usage(&format!(
                "the trace file `{}` cannot be written: {error}",
                path.display()
            ));
        }
        Some((path, Ok(file))) => Some((path, file)),
        None => None,
    };
    let runtime = match super::runtime() {
        Ok(runtime) => runtime,
        Err(code) => return code,
    };
    let code = runtime.block_on(run_in_world(options, trace));
    // A question that nobody answered must not keep the process alive.
    runtime.shutdown_timeout(Duration::ZERO);
    code
}

async fn run_in_world(options: &TutorialOptions, trace: Option<(&Path, File)>) -> ExitCode {
    let begin = Instant::now();
    let interrupt = Interrupt::new();
    if let Err(error) = interrupt::listen(interrupt.clone()) {
        return usage(&format!("this process cannot be interrupted: {error}"));
    }
    let worker = match worker(options) {
        Ok(worker) => worker,
        Err(text) => return usage(&text),
    };
    let mut world = match World::new(options, &worker).await {
        Ok(world) => world,
        Err(text) => return usage(&text),
    };
    let settings = settings(options, world.storage().clone(), &worker);
    let services = Services {
        batch: world.batch(),
        blobs: world.blobs(),
        clock: world.clock(),
    };
    let mut console = TerminalConsole::new(options.json, options.yes);
    let outcome = tutorial::run(services, &settings, &mut console, &interrupt).await;
    world.shut_down().await;
    let mut code = exit_code(&outcome);
    if let Some((path, mut file)) = trace
        && let Err(error) = file.write_all(world.trace().as_bytes())
    {
        say_error(&format!(
            "the trace file `{}` cannot be written: {error}",
            path.display()
        ));
        code = code.max(FAILED);
    }
    if options.json
        && let Err(error) = write_document(options, world.seed(), &outcome.report, begin.elapsed())
    {
        say_error(&format!("the report cannot be written: {error}"));
        code = code.max(FAILED);
    }
    ExitCode::from(code)
}

/// The program that is uploaded: the one given, or this one.
fn worker(options: &TutorialOptions) -> Result<PathBuf, String> {
    let worker = match &options.worker {
        Some(worker) => worker.clone(),
        None => std::env::current_exe()
            .map_err(|error| format!("the executable of this command cannot be found: {error}"))?,
    };
    if options.backend == Backend::Azure {
        azure::check_worker(&worker)?;
    }
    Ok(worker)
}

fn settings(options: &TutorialOptions, storage: StorageAccount, worker: &Path) -> TutorialSettings {
    let here = Path::new(".");
    let inputs = inputs::choose(&options.inputs, here);
    let mut settings = TutorialSettings::new(storage, worker.to_owned(), inputs);
    settings.nodes = options.nodes;
    settings.vm_size.clone_from(&options.vm_size);
    settings.words = options.words;
    // Absolute, since the lines and the report say where the outputs are to readers that may be elsewhere.
    settings.output_directory =
        std::path::absolute(&options.output_dir).unwrap_or_else(|_| options.output_dir.clone());
    settings.timeout = options.timeout;
    settings.keep = options.keep;
    settings.allow_http = options.allow_http;
    settings
}

fn exit_code(outcome: &Outcome) -> u8 {
    let is = |wanted: fn(&TutorialError) -> bool| outcome.errors.iter().any(wanted);
    if is(|error| matches!(error, TutorialError::Interrupted)) {
        INTERRUPTED
    } else if is(|error| matches!(error, TutorialError::Usage(_))) {
        USAGE
    } else if outcome.errors.is_empty() {
        0
    } else {
        FAILED
    }
}

/// What `--json` prints: the flow's report, and what only the command knows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    backend: &'a str,
    /// How and after which seed, in a simulated world.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// Real time, whereas the report's times are the world's.
    elapsed_real: TimeSpan,
    #[serde(flatten)]
    report: &'a TutorialReport,
}

fn write_document(
    options: &TutorialOptions,
    seed: Option<u64>,
    report: &TutorialReport,
    elapsed: Duration,
) -> io::Result<()> {
    let is_simulated = options.backend == Backend::Sim;
    let document = Document {
        backend: options.backend.as_str(),
        execution: is_simulated.then(|| options.execution().as_str()),
        seed,
        elapsed_real: TimeSpan::from_std(elapsed),
        report,
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    let mut output = io::stdout();
    output.write_all(text.as_bytes())?;
    output.flush()
}
