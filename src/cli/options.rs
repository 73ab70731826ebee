//! Commands and options. Every option is read from its `BATCHITE_*` variable too.

use std::path::PathBuf;

use crate::worker::TopnOptions;
use batchite_api::time::TimeSpan;
use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::check::CheckOptions;
use super::duration;
use super::serve::ServeOptions;

/// Azure Batch on your own machine.
#[derive(Debug, Parser)]
#[command(
    name = "batchite",
    version,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the tutorial: upload, pool, job, tasks, download, clean up
    ///
    /// Runs the classic Azure Batch tutorial from beginning to end: uploads the worker and the texts, makes a pool
    /// and a job, adds one task per text that counts its most frequent words, waits for the tasks, downloads what
    /// they made, and deletes everything again.
    Tutorial(TutorialOptions),
    /// Count the words of one text and upload the result (what each task of the tutorial runs)
    Topn(TopnOptions),
    /// Serve Azure Batch and Blob Storage over HTTP, to any client
    ///
    /// Answers the REST requests of Azure Batch and Blob Storage on this machine, over one simulated world whose time
    /// goes with the machine's. Ctrl-C stops it. With `-- COMMAND` it runs a command whose environment names the
    /// accounts, and stops when the command ends, with its exit code.
    Serve(Box<ServeOptions>),
    /// Play a scenario with many seeds and faults, and ask after every event for what must hold
    ///
    /// The first seed that breaks an invariant of the simulated world ends it with exit code 1 and the command that plays
    /// that seed again.
    Check(CheckOptions),
    /// Print a completion script
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(super) struct TutorialOptions {
    /// Which world the tutorial runs in
    #[arg(long, value_enum, default_value_t = Backend::Sim, env = "BATCHITE_BACKEND")]
    pub(super) backend: Backend,

    /// How command lines are run on the simulated nodes [default: simulated]
    #[arg(long, value_enum, env = "BATCHITE_EXECUTION")]
    pub(super) execution: Option<Execution>,

    /// The seed of the simulated world; the same seed gives the same run [default: 0, or that of the scenario]
    #[arg(long, value_name = "N", env = "BATCHITE_SEED")]
    pub(super) seed: Option<u64>,

    /// How long the simulated service takes for what takes minutes on Azure [default: instant, or as the scenario says]
    #[arg(long, value_enum, env = "BATCHITE_LATENCY")]
    pub(super) latency: Option<Latency>,

    /// A scenario to meet, a file of TOML: faults, quotas, latency, a seed, and what else is in the world
    #[arg(long, value_name = "FILE", env = "BATCHITE_SCENARIO")]
    pub(super) scenario: Option<PathBuf>,

    /// With `--backend azure`: a TOML file that names the accounts
    ///
    /// Under `[batch]`: `account`, `access_key`, `endpoint`. Under `[storage]`: `account`, `key`, `blob_endpoint`, or
    /// `connection_string`. What is not there is read from the variables `AZURE_BATCH_ACCOUNT`,
    /// `AZURE_BATCH_ACCESS_KEY`, `AZURE_BATCH_ENDPOINT`, `AZURE_STORAGE_ACCOUNT`, `AZURE_STORAGE_KEY`,
    /// `AZURE_STORAGE_BLOB_ENDPOINT` and `AZURE_STORAGE_CONNECTION_STRING`.
    #[arg(long, value_name = "FILE", env = "BATCHITE_CONFIG")]
    pub(super) config: Option<PathBuf>,

    /// With `--backend azure`: the worker to upload, a Linux program for x86-64 [default: this very program]
    #[arg(long, value_name = "FILE", env = "BATCHITE_WORKER")]
    pub(super) worker: Option<PathBuf>,

    /// With `--backend azure`: speak plain http:// to other machines too; keys and tokens can be read on the way
    #[arg(long, env = "BATCHITE_ALLOW_HTTP", value_parser = FalseyValueParser::new())]
    pub(super) allow_http: bool,

    /// The size of the nodes
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "STANDARD_A1",
        env = "BATCHITE_VM_SIZE"
    )]
    pub(super) vm_size: String,

    /// The number of nodes
    #[arg(long, value_name = "N", default_value_t = 2, env = "BATCHITE_NODES",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(i32::MAX)))]
    pub(super) nodes: u32,

    /// How many words each task reports
    #[arg(long, value_name = "N", default_value_t = 3, env = "BATCHITE_WORDS",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) words: u32,

    /// A text to count; may be given several times
    ///
    /// Without it the texts are data/taskdata*.txt below the current directory or, when there are none, the three
    /// texts that are built in.
    #[arg(long = "input", value_name = "FILE", env = "BATCHITE_INPUT")]
    pub(super) inputs: Vec<PathBuf>,

    /// Where the outputs go; made when it is not there
    #[arg(
        long,
        value_name = "DIR",
        default_value = "tutorial-output",
        env = "BATCHITE_OUTPUT_DIR"
    )]
    pub(super) output_dir: PathBuf,

    /// How long the tasks may take until all are completed, as 20m, 1h30m or PT20M
    #[arg(long, value_name = "DURATION", default_value = "20m", env = "BATCHITE_TIMEOUT",
          value_parser = duration::parse)]
    pub(super) timeout: TimeSpan,

    /// Delete neither containers nor job nor pool (a simulated world ends with the command all the same)
    #[arg(long, env = "BATCHITE_KEEP", value_parser = FalseyValueParser::new())]
    pub(super) keep: bool,

    /// Answer every question with yes
    #[arg(short, long, env = "BATCHITE_YES", value_parser = FalseyValueParser::new())]
    pub(super) yes: bool,

    /// Print one JSON document on the standard output when done, and progress only for a terminal
    #[arg(long, env = "BATCHITE_JSON", value_parser = FalseyValueParser::new())]
    pub(super) json: bool,

    /// Write everything that happened in the simulated world to this file, a JSON document per line
    #[arg(long, value_name = "FILE", env = "BATCHITE_TRACE")]
    pub(super) trace: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Backend {
    /// The simulated world in this process
    Sim,
    /// A Batch account and a storage account of yours, whose nodes cost money while they exist
    Azure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Execution {
    /// In the simulated world itself, in virtual time, always the same
    Simulated,
    /// As processes on this machine, in a temporary directory per node
    Process,
}

impl TutorialOptions {
    /// How command lines are run on simulated nodes.
    pub(super) fn execution(&self) -> Execution {
        self.execution.unwrap_or(Execution::Simulated)
    }

    /// Refuses options that say something about the other backend.
    pub(super) fn check(&self) -> Result<(), String> {
        let of_sim = [
            ("--execution", self.execution.is_some()),
            ("--seed", self.seed.is_some()),
            ("--latency", self.latency.is_some()),
            ("--scenario", self.scenario.is_some()),
            ("--trace", self.trace.is_some()),
        ];
        let of_azure = [
            ("--config", self.config.is_some()),
            ("--worker", self.worker.is_some()),
            ("--allow-http", self.allow_http),
        ];
        let (given, backend, other) = match self.backend {
            Backend::Azure => (&of_sim[..], self.backend, Backend::Sim),
            Backend::Sim => (&of_azure[..], self.backend, Backend::Azure),
        };
        let given: Vec<String> = given
            .iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(name, _)| {
                let variable = name
                    .trim_start_matches('-')
                    .to_ascii_uppercase()
                    .replace('-', "_");
                format!("`{name}` (or BATCHITE_{variable})")
            })
            .collect();
        if given.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{} cannot be used with `--backend {}`: it is for `--backend {}`",
            given.join(" and "),
            backend.as_str(),
            other.as_str()
        ))
    }
}

impl Backend {
    /// The word of the option.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Azure => "azure",
        }
    }
}

impl Execution {
    /// The word of the option.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Process => "process",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Latency {
    /// None
    Instant,
    /// Minutes, spread as on the real service; they pass in virtual time
    Azure,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_has_a_variable_of_its_name() {
        let cli = Cli::command();
        for command in ["tutorial", "topn", "serve", "check"] {
            let command = cli.find_subcommand(command).unwrap();
            let is_option = |option: &&clap::Arg| option.get_id() != "help" && !option.is_positional();
            for option in command.get_arguments().filter(is_option) {
                let name = option.get_long().unwrap().to_ascii_uppercase().replace('-', "_");
                let variable = option.get_env().unwrap().to_str().unwrap();
                assert_eq!(variable, format!("BATCHITE_{name}"));
            }
        }
    }
}
