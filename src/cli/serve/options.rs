//! The options of `batchite serve`. Every option is read from its `BATCHITE_*` variable too.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use batchite_api::auth::AccountKey;
use batchite_api::secret::Secret;
use clap::{Args, ValueEnum};

use crate::cli::options::{Execution, Latency};

#[derive(Debug, Args)]
pub(in crate::cli) struct ServeOptions {
    /// Where Azure Batch is served; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:10100",
        env = "BATCHITE_BATCH_ADDR"
    )]
    pub(super) batch_addr: SocketAddr,

    /// Where Blob Storage is served; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:10000",
        env = "BATCHITE_BLOB_ADDR"
    )]
    pub(super) blob_addr: SocketAddr,

    /// How command lines are run on the nodes
    #[arg(long, value_enum, default_value_t = Execution::Simulated, env = "BATCHITE_EXECUTION")]
    pub(super) execution: Execution,

    /// Write the names, keys and endpoints of both accounts to this file once they are served
    ///
    /// Lines of the form KEY='value', for a shell and for readers of .env files; mode 0600. A file that something else
    /// has written is not overwritten. It is removed in the end.
    #[arg(long, value_name = "FILE", env = "BATCHITE_ENV_FILE")]
    pub(super) env_file: Option<PathBuf>,

    /// A scenario to begin with, a file of TOML: canned programs, applications, pools, jobs, tasks, faults, and a seed, `latency` and `quotas`, which options go before
    #[arg(long, value_name = "FILE", env = "BATCHITE_SCENARIO")]
    pub(super) scenario: Option<PathBuf>,

    /// The applications whose packages pools and tasks may ask for: a folder with DIR/ID/VERSION.zip or DIR/ID/VERSION/
    ///
    /// A text file DIR/ID/default names the version for those who name none, and DIR/ID/displayName the application.
    #[arg(long, value_name = "DIR", env = "BATCHITE_APPLICATIONS")]
    pub(super) applications: Option<PathBuf>,

    /// The seed of the world [default: 0, or that of the scenario]
    #[arg(long, value_name = "N", env = "BATCHITE_SEED")]
    pub(super) seed: Option<u64>,

    /// How many times faster than the machine's clock the world's time goes, from 0.001 to 1000000
    #[arg(long, value_name = "X", default_value_t = 1.0, env = "BATCHITE_TIME_SCALE")]
    pub(super) time_scale: f64,

    /// How long the service takes for what takes minutes on Azure [default: instant, or as the scenario says]
    #[arg(long, value_enum, env = "BATCHITE_LATENCY")]
    pub(super) latency: Option<Latency>,

    /// What happens to tasks with container settings
    #[arg(long, value_enum, default_value_t = ContainerChoice::Refuse, env = "BATCHITE_CONTAINERS")]
    pub(super) containers: ContainerChoice,

    /// The key of the Batch account, in Base64 [default: the well-known one; a random one with `--execution process`]
    ///
    /// Other users of this machine can read command lines: prefer the variable.
    #[arg(
        long,
        value_name = "KEY",
        env = "BATCHITE_ACCOUNT_KEY",
        hide_env_values = true
    )]
    pub(super) account_key: Option<Secret>,

    /// The key of the storage account, in Base64 [default: the well-known one]
    #[arg(
        long,
        value_name = "KEY",
        env = "BATCHITE_STORAGE_KEY",
        hide_env_values = true
    )]
    pub(super) storage_key: Option<Secret>,

    /// A further name clients may call this machine by, as that of a container in its network; may be given several times
    #[arg(
        long = "host-name",
        value_name = "NAME",
        env = "BATCHITE_HOST_NAME",
        value_delimiter = ','
    )]
    pub(super) host_names: Vec<String>,

    /// Serve https with this certificate, and those that vouch for it, in PEM
    #[arg(long, value_name = "FILE", requires = "key", env = "BATCHITE_CERT")]
    pub(super) cert: Option<PathBuf>,

    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "cert", env = "BATCHITE_KEY")]
    pub(super) key: Option<PathBuf>,

    /// The pools the account may have [default: 100, or as the scenario says]
    #[arg(long, value_name = "N", env = "BATCHITE_POOL_QUOTA")]
    pub(super) pool_quota: Option<u32>,

    /// The jobs and job schedules that may be active [default: 300, or as the scenario says]
    #[arg(long, value_name = "N", env = "BATCHITE_JOB_QUOTA")]
    pub(super) job_quota: Option<u32>,

    /// The cores all dedicated nodes may have [default: 900, or as the scenario says]
    #[arg(long, value_name = "N", env = "BATCHITE_DEDICATED_CORE_QUOTA")]
    pub(super) dedicated_core_quota: Option<u32>,

    /// The cores all low-priority nodes may have [default: 500, or as the scenario says]
    #[arg(long, value_name = "N", env = "BATCHITE_LOW_PRIORITY_CORE_QUOTA")]
    pub(super) low_priority_core_quota: Option<u32>,

    /// Bytes that are kept of each standard output and error of a task; a last line says where the rest is cut
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 64 * 1024 * 1024,
        env = "BATCHITE_OUTPUT_LIMIT"
    )]
    pub(super) output_limit: u64,

    /// How many records of the trace are kept at least, the latest ones, for `/_sim/trace`; 0 keeps none
    #[arg(
        long,
        value_name = "N",
        default_value_t = 50_000,
        env = "BATCHITE_TRACE_RECORDS"
    )]
    pub(super) trace_records: usize,

    /// Accept bearer tokens too, without looking at their signature
    #[arg(long, value_enum, env = "BATCHITE_OAUTH")]
    pub(super) oauth: Option<Oauth>,

    /// A command to run with the environment of the accounts; the emulator ends with it, with its exit code
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

/// What happens to tasks with container settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ContainerChoice {
    /// They fail, and say why
    Refuse,
    /// Their commands run on the node itself
    Host,
    /// They run in docker or podman; where there is neither, they fail and say so
    Engine,
}

/// Which bearer tokens are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Oauth {
    /// Those whose shape, audience, beginning and end are right
    Basic,
}

impl ServeOptions {
    /// Refuses options that say nothing together. The error is a text for the person.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.containers == ContainerChoice::Engine && self.execution == Execution::Simulated {
            return Err(
                "simulated nodes run no containers: `--containers engine` needs `--execution process`"
                    .to_owned(),
            );
        }
        let nobody_learns_the_key = self.execution == Execution::Process
            && self.account_key.is_none()
            && self.env_file.is_none()
            && self.command.is_empty();
        if nobody_learns_the_key {
            return Err(
                "with `--execution process` whoever holds the key of the Batch account runs programs as you, so the \
                 key is a random one, and nobody would learn it: give `--env-file FILE`, `-- COMMAND`, or a key of \
                 your own by BATCHITE_ACCOUNT_KEY"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Reads a key. The error is a text for the person, and does not show it.
pub(super) fn account_key(option: &str, text: &Secret) -> Result<AccountKey, String> {
    let key = AccountKey::from_base64(text.expose().trim()).ok();
    key.filter(|key| !key.expose_base64().is_empty())
        .ok_or_else(|| format!("the key of `{option}` is not Base64, or is empty"))
}
