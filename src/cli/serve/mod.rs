//! `batchite serve`: the emulator. Composes a world that goes with the machine's clock, serves it, and ends it well.
//!
//! - `options`: what can be asked for; `accounts`: names, keys, addresses; `environment`: what clients are told
//! - `world`: the world and what moves it on; `front`: before the Batch service
//! - `command`: a command that runs beside

mod accounts;
mod command;
mod environment;
mod front;
mod options;
mod world;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use batchite_api::time::Clock;
use tokio::process::Child;
use tokio::task::JoinHandle;

use accounts::{Accounts, Keys, Listeners};
use environment::EnvironmentFile;
use front::Front;
use world::ServedWorld;

use options::Oauth;
pub(super) use options::ServeOptions;

use super::clock::SystemClock;
use super::interrupt::Signals;
#[cfg(unix)]
use super::processes::family;
use super::{FAILED, INTERRUPTED, say_error, usage};
use crate::control::Controls;
#[cfg(unix)]
use crate::host::Family;
use crate::server::guard::Hosts;
use crate::server::{
    BatchService, BearerTokens, BlobService, Handler, ListenOptions, ServedAccount, ServedBatchAccount,
    ServerHandle, Tls, serve_with,
};

/// How long requests under way have when the emulator stops.
const GRACE: Duration = Duration::from_secs(2);

/// Files and sockets this process should be able to have open: what common clients of an emulator want at most.
#[cfg(unix)]
const OPEN_FILES: u64 = 8192;

/// Runs the command.
pub(super) fn run(options: &ServeOptions) -> ExitCode {
    if let Err(text) = options.check() {
        return usage(&text);
    }
    #[cfg(unix)]
    allow_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            say_error(&format!("the threads of this command cannot be started: {error}"));
            return ExitCode::from(FAILED);
        }
    };
    let code = runtime.block_on(async {
        match Emulator::start(options).await {
            Ok(emulator) => emulator.live(options).await,
            Err(text) => usage(&text),
        }
    });
    runtime.shutdown_timeout(Duration::ZERO);
    code
}

/// Everything that runs.
struct Emulator {
    signals: Signals,
    accounts: Accounts,
    world: ServedWorld,
    driving: JoinHandle<()>,
    servers: [ServerHandle; 2],
    file: Option<EnvironmentFile>,
    #[cfg(unix)]
    family: Family,
}

impl Emulator {
    /// Starts to serve. The error is a text for the person.
    async fn start(options: &ServeOptions) -> Result<Self, String> {
        // First of all: from here on nobody is ended without cleaning up.
        let signals =
            Signals::new().map_err(|error| format!("this process cannot be interrupted: {error}"))?;
        let tls = match (&options.cert, &options.key) {
            (Some(certificate), Some(key)) => {
                Some(Tls::from_files(certificate, key).map_err(|error| error.to_string())?)
            }
            _ => None,
        };
        let keys = Keys::new(options)?;
        let listeners = Listeners::bind(options).await?;
        let mut file = options
            .env_file
            .as_deref()
            .map(EnvironmentFile::clear)
            .transpose()?;
        let accounts = listeners.accounts(options, keys)?;
        #[cfg(unix)]
        let family = family()?;
        let world = ServedWorld::new(
            options,
            &accounts,
            #[cfg(unix)]
            &family,
        )?;
        let driving = world.drive();
        let servers = serve(options, listeners, tls, &world, &accounts)
            .map_err(|error| format!("the services cannot be started: {error}"))?;
        if let Some(file) = &mut file {
            file.write(&environment::variables(&accounts))?;
        }
        Ok(Self {
            signals,
            accounts,
            world,
            driving,
            servers,
            file,
            #[cfg(unix)]
            family,
        })
    }

    /// Serves until somebody asks to stop, or until the command has ended.
    async fn live(mut self, options: &ServeOptions) -> ExitCode {
        let mut child = None;
        if options.command.is_empty() {
            let _ = std::io::stdout().write_all(self.greeting().as_bytes());
        } else {
            // The output is the command's.
            let _ = std::io::stderr().write_all(self.greeting().as_bytes());
            let variables = environment::variables(&self.accounts);
            let mut command = command::of(&options.command, &variables);
            #[cfg(unix)]
            let started = self.family.start(&mut command);
            #[cfg(not(unix))]
            let started = command.spawn();
            match started.map_err(|error| command::refusal(&options.command, &error)) {
                Ok(started) => child = Some(started),
                Err((code, text)) => {
                    say_error(&text);
                    self.stop().await;
                    return ExitCode::from(code);
                }
            }
        }
        let code = tokio::select! {
            status = ended(&mut child) => command::exit_code(&status),
            asked = self.signals.next() => match child.take() {
                Some(child) => command::end(child, asked, &mut self.signals).await,
                None => 0,
            },
            _ = &mut self.driving => {
                say_error("the simulated world has stopped by a mistake in this program; please report it");
                FAILED
            }
        };
        self.stop().await;
        ExitCode::from(code)
    }

    fn greeting(&self) -> String {
        let mut text = format!(
            "Batch:  {}  account {}\nBlob:   {}  account {}\n",
            self.accounts.batch_endpoint,
            self.accounts.batch_name,
            self.accounts.storage.endpoint,
            self.accounts.storage.name
        );
        if let Some(file) = &self.file {
            text.extend(["Variables for clients: ", &file.path().to_string_lossy(), "\n"]);
        }
        text.push_str("Ready. Ctrl-C stops the emulator.\n");
        text
    }

    /// Closes the listeners, ends what runs, and removes what was made. Who asks again does not wait for it.
    async fn stop(self) {
        let Self {
            mut signals,
            world,
            driving,
            servers: [batch, blob],
            file,
            ..
        } = self;
        drop(file);
        let stop = async {
            tokio::join!(batch.shutdown(GRACE), blob.shutdown(GRACE), world.shut_down());
        };
        tokio::select! {
            () = stop => {}
            _ = signals.next() => {
                say_error("interrupted again: stopping without cleaning up");
                std::process::exit(i32::from(INTERRUPTED));
            }
        }
        driving.abort();
    }
}

/// Waits for the command, for ever when there is none.
async fn ended(child: &mut Option<Child>) -> std::io::Result<std::process::ExitStatus> {
    match child {
        Some(child) => child.wait().await,
        None => std::future::pending().await,
    }
}

/// Serves both accounts.
fn serve(
    options: &ServeOptions,
    listeners: Listeners,
    tls: Option<Tls>,
    world: &ServedWorld,
    accounts: &Accounts,
) -> std::io::Result<[ServerHandle; 2]> {
    let hosts = Hosts::allowing(options.host_names.iter().cloned());
    let clock: Arc<dyn Clock> = Arc::new(world.clock.clone());
    let callers: Arc<dyn Clock> = Arc::new(SystemClock);
    let listening = ListenOptions {
        tls,
        ..ListenOptions::default()
    };
    let storage = ServedAccount {
        name: accounts.storage.name.clone(),
        keys: vec![accounts.storage.key.clone()],
        endpoint: accounts.storage.endpoint.clone(),
    };
    let bearer = match options.oauth {
        Some(Oauth::Basic) => BearerTokens::Basic,
        None => BearerTokens::Refused,
    };
    let blob: Arc<dyn Handler> = Arc::new(
        BlobService::new(
            world.simulation.blobs(),
            Arc::new(world.storage_clock()),
            vec![storage],
        )
        .with_hosts(hosts.clone())
        .with_bearer(bearer)
        .with_callers_clock(Arc::clone(&callers)),
    );
    let account = ServedBatchAccount::new(accounts.batch_name.clone(), accounts.batch_key.clone());
    let service = BatchService::new(world.simulation.batch(), clock, account)
        .with_hosts(hosts.clone())
        .with_bearer(bearer)
        .with_callers_clock(callers);
    let batch: Arc<dyn Handler> = Arc::new(Front {
        service: Arc::new(service),
        controls: controls(options, world, accounts),
        hosts,
        pace: world.pace.clone(),
    });
    Ok([
        serve_with(listeners.batch, batch, listening.clone())?,
        serve_with(listeners.blob, blob, listening)?,
    ])
}

fn controls(options: &ServeOptions, world: &ServedWorld, accounts: &Accounts) -> Controls {
    let simulation = Arc::clone(&world.simulation);
    Controls::new(
        simulation,
        Arc::new(world.clock.clone()),
        accounts.batch_key.clone(),
    )
    .with_fact("version", env!("CARGO_PKG_VERSION"))
    .with_fact("execution", options.execution.as_str())
    .with_fact("seed", world.seed)
    .with_fact("timeScale", options.time_scale)
    .with_fact("batchAccount", accounts.batch_name.as_str())
    .with_fact("batchEndpoint", accounts.batch_endpoint.as_str())
    .with_fact("storageAccount", accounts.storage.name.as_str())
    .with_fact("blobEndpoint", accounts.storage.endpoint.as_str())
}

/// Raises the limit of open files to what many connections need, as far as this process may.
#[cfg(unix)]
fn allow_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit
        .maximum
        .map_or(OPEN_FILES, |maximum| maximum.min(OPEN_FILES));
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(wanted);
        // Without it there is room for fewer connections.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}
