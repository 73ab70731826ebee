//! A world to run the flow in, and a console that remembers.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use batchite::cli::TopnProgram;
use batchite::tutorial::{
    self, Console, Input, Interrupt, Outcome, Services, StorageAccount, StorageCredential, TutorialSettings,
};
use batchite_api::backend::{BlobBackend, Body, ListOptions};
use batchite_api::batch::BatchPoolCreateOptions;
use batchite_api::blob::{
    BlobName, ContainerName, CreateContainerOptions, ListContainersOptions, PutBlobOptions,
};
use batchite_api::error::Result;
use batchite_sim::Simulation;
use batchite_sim::config::{Latencies, SimConfig};
use bytes::Bytes;

/// A simulated world, the settings of a flow in it, and a directory for its files.
pub(crate) struct TestWorld {
    pub(crate) simulation: Arc<Simulation>,
    pub(crate) settings: TutorialSettings,
    pub(crate) interrupt: Interrupt,
    pub(crate) console: Memory,
    directory: tempfile::TempDir,
}

/// A world without latencies.
pub(crate) fn instant() -> TestWorld {
    TestWorld::new(SimConfig::new(1))
}

/// A world that takes its time.
pub(crate) fn slow() -> TestWorld {
    TestWorld::new(SimConfig::new(1).with_latencies(Latencies::azure()))
}

/// A text under a name.
pub(crate) fn text(name: &str, bytes: impl Into<Bytes>) -> Input {
    Input::Text {
        name: name.to_owned(),
        bytes: bytes.into(),
    }
}

impl TestWorld {
    /// A world of a configuration, with two short texts.
    pub(crate) fn new(config: SimConfig) -> Self {
        let directory = tempfile::tempdir().unwrap();
        // The flow uploads any file; what it runs as on a node is up to the programs that are installed there.
        let worker = directory.path().join("counter");
        std::fs::write(&worker, "\u{7f}ELF").unwrap();
        let account = config.storage_account.clone();
        let storage = StorageAccount {
            name: account.name,
            credential: StorageCredential::Key(account.key),
            endpoint: account.endpoint,
        };
        let inputs = vec![
            text("sea.txt", "the sea, the sky"),
            text("sky.txt", "a sky a day a year"),
        ];
        let mut settings = TutorialSettings::new(storage, worker, inputs);
        settings.output_directory = directory.path().join("output");
        Self {
            simulation: Simulation::new(config, |executor| executor.with_program("counter", TopnProgram)),
            settings,
            interrupt: Interrupt::new(),
            console: Memory::default(),
            directory,
        }
    }

    /// Runs the flow to its end.
    pub(crate) fn run(&mut self) -> Outcome {
        let (batch, blobs, clock) = (
            self.simulation.batch(),
            self.simulation.blobs(),
            self.simulation.clock(),
        );
        let services = Services {
            batch: &*batch,
            blobs: &*blobs,
            clock: &*clock,
        };
        block_on(tutorial::run(
            services,
            &self.settings,
            &mut self.console,
            &self.interrupt,
        ))
    }

    /// The directory all files of the test are in.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The text of an output.
    pub(crate) fn output(&self, name: &str) -> String {
        std::fs::read_to_string(self.settings.output_directory.join(name)).unwrap()
    }

    /// Every file below the directory of the outputs, in order.
    pub(crate) fn outputs(&self) -> Vec<PathBuf> {
        let root = &self.settings.output_directory;
        let mut found = Vec::new();
        let mut directories = vec![root.clone()];
        while let Some(directory) = directories.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    directories.push(path);
                } else {
                    found.push(path.strip_prefix(root).unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }

    /// The storage account, with its key.
    pub(crate) fn storage(&self) -> Arc<dyn BlobBackend> {
        let storage = &self.settings.storage;
        self.simulation
            .blobs()
            .connect(&storage.endpoint, storage.access())
            .unwrap()
    }

    /// Puts a blob into a container, which is made first.
    pub(crate) fn put(&self, container: &str, blob: &str, text: &'static str) {
        let container = ContainerName::parse(container).unwrap();
        let storage = self.storage();
        block_on(async {
            storage
                .create_container(&container, &CreateContainerOptions::default())
                .await
                .ok();
            let blob = BlobName::parse(blob).unwrap();
            let options = PutBlobOptions::default();
            storage
                .put_blob(&container, &blob, Body::from(text), &options)
                .await
        })
        .unwrap();
    }

    /// What exists in the account after a run: containers, jobs, pools.
    pub(crate) fn what_is_left(&self) -> Vec<String> {
        // What is being deleted is given its time.
        let clock = self.simulation.clock();
        block_on(clock.sleep(batchite_api::time::TimeSpan::from_hours(1)));
        let (storage, batch) = (self.storage(), self.simulation.batch());
        let left: Result<Vec<String>> = block_on(async {
            use batchite_api::backend::{JobOperations, PoolOperations};
            let containers = storage.list_containers(&ListContainersOptions::default()).await?;
            let jobs = batch.list_jobs(&ListOptions::default()).await?;
            let pools = batch.list_pools(&ListOptions::default()).await?;
            let containers = containers
                .items
                .iter()
                .map(|container| container.name.to_string());
            let jobs = jobs.items.into_iter().map(|job| job.id);
            let pools = pools.items.into_iter().map(|pool| pool.id);
            Ok(containers.chain(jobs).chain(pools).collect())
        });
        left.unwrap()
    }
}

/// Makes a pool of no nodes.
pub(crate) fn pool_of_none(id: &str, like: &TestWorld) -> BatchPoolCreateOptions {
    use batchite_api::batch::{BatchVmImageReference, VirtualMachineConfiguration};
    let image = &like.settings.image;
    BatchPoolCreateOptions {
        id: id.to_owned(),
        vm_size: like.settings.vm_size.clone(),
        virtual_machine_configuration: Some(VirtualMachineConfiguration {
            image_reference: BatchVmImageReference {
                publisher: Some(image.publisher.clone()),
                offer: Some(image.offer.clone()),
                sku: Some(image.sku_prefix.clone()),
                ..BatchVmImageReference::default()
            },
            node_agent_sku_id: "batch.node.ubuntu 24.04".to_owned(),
            ..VirtualMachineConfiguration::default()
        }),
        ..BatchPoolCreateOptions::default()
    }
}

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// Something that happens while the flow waits.
pub(crate) type Happening = Box<dyn Fn() + Send + Sync>;

/// A console that remembers what it was told, and answers as it was told to.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) lines: Vec<String>,
    pub(crate) warnings: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) dots: usize,
    /// Questions that are answered with no.
    pub(crate) refuses: Vec<&'static str>,
    /// What happens at which dot.
    pub(crate) at_dot: Option<(usize, Happening)>,
}

#[async_trait]
impl Console for Memory {
    fn line(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    fn begin_progress(&mut self, text: &str) {
        self.lines.push(text.to_owned());
    }

    fn progress(&mut self) {
        self.dots += 1;
        if let Some((dot, happening)) = &self.at_dot
            && self.dots == *dot
        {
            happening();
        }
    }

    fn end_progress(&mut self) {}

    fn warning(&mut self, text: &str) {
        self.warnings.push(text.to_owned());
    }

    fn error(&mut self, text: &str) {
        self.errors.push(text.to_owned());
    }

    async fn confirm(&mut self, question: &str) -> bool {
        self.lines.push(question.to_owned());
        !self.refuses.contains(&question)
    }
}
