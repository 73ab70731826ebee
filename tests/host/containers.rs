//! Tasks in containers: what the engine is asked, with a program in the place of docker that runs the command itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use batchite::host::{Containers, HostOptions};
use batchite_api::batch::{
    BatchTaskContainerSettings, ContainerRegistryReference, ContainerWorkingDirectory, EnvironmentSetting,
};
use batchite_sim::exec::{Command, Executor, Outcome};
use tempfile::TempDir;

use crate::bench::{Bench, Fifo, NOW, reason, shell};

/// An engine that writes down what it is asked, and runs what follows the image.
struct Engine {
    directory: TempDir,
}

impl Engine {
    /// What it is asked to remove goes into the pipe.
    fn new(removed: &Fifo) -> Self {
        let directory = TempDir::new().expect("a directory");
        let engine = Self { directory };
        let script = format!(
            "#!/bin/sh\nif [ \"$1\" = rm ]; then echo \"$@\" >{}; exit; fi\nprintf '%s\\n' \"$@\" >>{}\n\
             while [ \"$1\" != ubuntu ]; do shift; done\nshift\nexec \"$@\"\n",
            removed.path(),
            engine.log().display()
        );
        fs::write(engine.program(), script).expect("a file");
        fs::set_permissions(engine.program(), fs::Permissions::from_mode(0o755)).expect("a program");
        engine
    }

    fn program(&self) -> PathBuf {
        self.directory.path().join("docker")
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn options(&self) -> HostOptions {
        HostOptions {
            containers: Containers::Engine,
            engine: Some(self.program()),
            ..HostOptions::default()
        }
    }

    /// The words it was started with.
    fn words(&self) -> Vec<String> {
        let log = fs::read_to_string(self.log()).expect("it was asked");
        log.lines().map(str::to_owned).collect()
    }
}

fn task(script: &str, settings: BatchTaskContainerSettings) -> Command {
    let secret = EnvironmentSetting {
        name: "TOKEN".to_owned(),
        value: Some("hunter2".into()),
    };
    Command {
        container_settings: Some(BatchTaskContainerSettings {
            image_name: "ubuntu".to_owned(),
            ..settings
        }),
        environment_settings: vec![secret],
        ..shell("t", script)
    }
}

#[tokio::test]
async fn the_engine_gets_the_node_s_directory_and_the_variables_by_name() {
    let pipes = Bench::new();
    let engine = Engine::new(&pipes.fifo("removed"));
    let mut bench = Bench::with(engine.options());
    let settings = BatchTaskContainerSettings {
        container_run_options: Some("--cpus 2 --label \"a b\"".to_owned()),
        ..BatchTaskContainerSettings::default()
    };
    assert_eq!(
        bench.run(&task("echo $TOKEN; exit 3", settings)).await,
        Outcome::Exited(3)
    );
    assert_eq!(bench.read("t", "stdout.txt"), "hunter2\n");
    let words = engine.words();
    let root = bench.node_root().display().to_string();
    let follows = |name: &str, value: &str| words.windows(2).any(|pair| pair == [name, value]);
    assert_eq!(words[..2], ["run", "--rm"]);
    assert!(follows("--volume", &format!("{root}:{root}")), "{words:?}");
    assert!(
        follows("--workdir", &format!("{root}/workitems/job/job-1/t/wd")),
        "{words:?}"
    );
    assert!(follows("--env", "TOKEN"), "{words:?}");
    assert!(follows("--cpus", "2") && follows("--label", "a b"), "{words:?}");
    assert!(
        !words.iter().any(|word| word.contains("hunter2")),
        "others can read the words: {words:?}"
    );
}

#[tokio::test]
async fn a_container_that_is_ended_is_removed() {
    let mut bench = Bench::new();
    let mut removed = bench.fifo("removed");
    let mut begun = bench.fifo("begun");
    let engine = Engine::new(&removed);
    let mut ending = Bench::with(engine.options());
    let script = format!("echo begun >{}; sleep 1000", begun.path());
    let settings = BatchTaskContainerSettings {
        working_directory: Some(ContainerWorkingDirectory::ContainerImageDefault),
        ..BatchTaskContainerSettings::default()
    };
    let run = ending.start(&task(&script, settings));
    assert_eq!(begun.line().await, "begun");
    ending.executor.end(NOW, run);
    let line = removed.line().await;
    assert!(line.starts_with("rm --force batchite-"), "{line}");
    let words = engine.words();
    assert!(
        words.iter().any(|word| line.ends_with(word.as_str())),
        "{line}: {words:?}"
    );
    assert!(!words.iter().any(|word| word == "--workdir"));
    assert_eq!(bench.shell("other", "exit 0").await, Outcome::Exited(0));
}

#[tokio::test]
async fn what_is_not_acted_on_is_refused_by_name() {
    let pipes = Bench::new();
    let engine = Engine::new(&pipes.fifo("removed"));
    let mut bench = Bench::with(engine.options());
    let registry = BatchTaskContainerSettings {
        registry: Some(ContainerRegistryReference::default()),
        ..BatchTaskContainerSettings::default()
    };
    let outcome = bench.run(&task("exit 0", registry)).await;
    assert!(reason(outcome).contains("`registry`"));
    assert!(!engine.log().exists());
}
