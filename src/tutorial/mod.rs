//! The tutorial's flow: from three containers and a pool to the downloaded outputs and a clean account.
//!
//! It is written against the traits of the waist and never knows which world answers.
//!
//! - [`settings`]: what the flow is told; `prepare`: what can be wrong with it
//! - [`console`]: where it speaks and how it is stopped
//! - `signer`: what signs the tokens of the nodes
//! - `storage`, `steps`: containers, uploads, pool, job, tasks
//! - `monitor`, `pool`: waiting for the tasks, and seeing early that waiting is in vain
//! - `last_words`: what commands wrote before they failed
//! - `download`: outputs to files that stay where they belong
//! - `cleanup`: what the run created goes again
//! - [`report`], [`error`]: how it ended, for machines and for people
//! - `shell`, `pages`, `text`: command lines that need a shell, lists as a whole, texts for people

mod cleanup;
pub mod console;
mod download;
pub mod error;
mod last_words;
mod monitor;
mod pages;
mod pool;
mod prepare;
pub mod report;
pub mod settings;
mod shell;
mod signer;
mod steps;
mod storage;
mod text;

use std::sync::Arc;

use batchite_api::backend::{BatchBackend, BlobBackend, BlobConnector};
use batchite_api::time::{Clock, Timestamp};

pub use console::{Console, Interrupt};
pub use error::TutorialError;
pub use report::TutorialReport;
pub use settings::{Input, StorageAccount, StorageCredential, TutorialSettings};
pub use shell::wrap_commands_in_shell;

use cleanup::Created;
use prepare::Prepared;
use text::{clock_text, moment_text};

/// The world the flow runs in.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// The Batch account.
    pub batch: &'a dyn BatchBackend,
    /// Makes handles on the storage account.
    pub blobs: &'a dyn BlobConnector,
    /// Its clock.
    pub clock: &'a dyn Clock,
}

impl std::fmt::Debug for Services<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Services").finish_non_exhaustive()
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// The account of the run.
    pub report: TutorialReport,
    /// What made it fail, in the order it happened; empty when all went well.
    pub errors: Vec<TutorialError>,
}

/// Runs the tutorial and cleans up behind it, whether it ends well, fails, or is interrupted.
///
/// The console has been told everything when this returns, errors included.
pub async fn run(
    services: Services<'_>,
    settings: &TutorialSettings,
    console: &mut dyn Console,
    interrupt: &Interrupt,
) -> Outcome {
    let mut flow = Flow {
        services,
        settings,
        console,
        interrupt,
        created: Created::default(),
        report: TutorialReport {
            pool_id: settings.pool_id.to_string(),
            job_id: settings.job_id.to_string(),
            start_time: services.clock.now(),
            ..TutorialReport::default()
        },
        errors: Vec::new(),
    };
    match settings.prepare() {
        Ok(prepared) => flow.run(&prepared).await,
        Err(error) => flow.fail(error),
    }
    flow.finish()
}

/// A run under way.
struct Flow<'a> {
    services: Services<'a>,
    settings: &'a TutorialSettings,
    console: &'a mut dyn Console,
    interrupt: &'a Interrupt,
    created: Created,
    report: TutorialReport,
    errors: Vec<TutorialError>,
}

impl Flow<'_> {
    async fn run(&mut self, prepared: &Prepared) {
        let start = self.report.start_time;
        self.console
            .line(&format!("Sample start: {}", moment_text(start)));
        self.console.line("");
        if let Err(error) = self.work(prepared).await {
            self.fail(error);
        }
        self.delete_containers().await;
        let end = self.now();
        self.report.end_time = end;
        self.report.elapsed = end - start;
        self.console.line("");
        self.console.line(&format!("Sample end: {}", moment_text(end)));
        self.console
            .line(&format!("Elapsed time: {}", clock_text(end - start)));
        self.console.line("");
        self.delete_job_and_pool().await;
        let is_told = |error: &TutorialError| matches!(error, TutorialError::Interrupted);
        if self.interrupt.is_raised() && !self.errors.iter().any(is_told) {
            self.fail(TutorialError::Interrupted);
        }
    }

    /// Everything up to the downloaded outputs.
    async fn work(&mut self, prepared: &Prepared) -> Result<(), TutorialError> {
        let storage = self.connect_storage()?;
        let signer = self.signer(&*storage).await?;
        self.create_containers(&*storage).await?;
        let (worker, inputs) = self.upload_files(&*storage, &signer, prepared).await?;
        self.interrupt.check()?;
        self.create_pool(worker).await?;
        self.interrupt.check()?;
        self.create_job().await?;
        self.interrupt.check()?;
        self.add_tasks(&prepared.worker, inputs, &signer).await?;
        let waited = self.wait_for_tasks(prepared.inputs.len()).await;
        match waited {
            Ok(()) => {}
            // Other tasks may have made their outputs, which go with the container: they are saved first.
            Err(error @ (TutorialError::TasksFailed(_) | TutorialError::TimedOut { .. })) => self.fail(error),
            Err(error) => return Err(error),
        }
        self.download_outputs(&*storage).await
    }

    fn connect_storage(&self) -> Result<Arc<dyn BlobBackend>, TutorialError> {
        let storage = &self.settings.storage;
        self.services
            .blobs
            .connect(&storage.endpoint, storage.access())
            .map_err(TutorialError::request(format!(
                "Connecting to storage account [{}]",
                storage.name
            )))
    }

    fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// Tells about something the flow can live with.
    fn warn(&mut self, text: String) {
        self.console.warning(&text);
        self.report.warnings.push(text);
    }

    /// Tells about something that makes the run fail.
    fn fail(&mut self, error: TutorialError) {
        let text = error.to_string();
        self.console.error(&text);
        self.report.errors.push(text);
        self.errors.push(error);
    }

    fn finish(mut self) -> Outcome {
        self.report.success = self.errors.is_empty();
        Outcome {
            report: self.report,
            errors: self.errors,
        }
    }
}
