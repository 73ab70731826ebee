//! Portable cases on an account that is reached as any program reaches it: over sockets, as variables say.
//!
//! With `BATCHITE_LIVE_TESTS=1` that account is a real one. The same way, step by step, leads to a server of this project
//! at a free port, where every portable case is a test of its own (`sockets`).

use std::any::Any;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use batchite::cli::{BatchAccount, batch_account};
use batchite::server::{BatchService, ServedBatchAccount, ServerHandle, serve};
use batchite_api::auth::AccountKey;
use batchite_api::backend::BatchBackend;
use batchite_api::time::Clock;
use batchite_sim::Simulation;
use batchite_sim::config::SimConfig;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::account::{Account, PortableCase};
use crate::arms::{all, pool, request};
use crate::{CASES, PORTABLE_CASES};

/// Set to 1 by who wants the cases on the account of the variables.
const SWITCH: &str = "BATCHITE_LIVE_TESTS";

/// Runs a case, and takes away what it made however it ended.
fn hold(runtime: &Runtime, account: &Account, case: PortableCase) -> Result<(), String> {
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(case(account))));
    let mut wrong: Vec<String> = ended.err().as_deref().map(said).into_iter().collect();
    wrong.extend(runtime.block_on(account.clean_up()));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; "))
    }
}

/// The text of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    text.unwrap_or_else(|| "it panicked".to_owned())
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

#[test]
fn the_portable_cases_hold_on_a_real_account() {
    let mut console = std::io::stderr();
    if std::env::var_os(SWITCH).is_none_or(|value| value != "1") {
        writeln!(
            console,
            "live: no case runs on a real account, since {SWITCH}=1 is not set (CONTRIBUTING.md)"
        )
        .expect("an error stream");
        return;
    }
    let variable = |name: &str| std::env::var(name).ok();
    let BatchAccount { batch, clock } = batch_account(&variable).unwrap_or_else(|error| panic!("{error}"));
    let batch: Arc<dyn BatchBackend> = Arc::new(batch);
    let runtime = runtime();
    let mut wrong = Vec::new();
    for (name, case) in PORTABLE_CASES {
        let account = Account::shared(Arc::clone(&batch), Arc::clone(&clock));
        let ended = hold(&runtime, &account, *case);
        let word = if ended.is_ok() { "ok" } else { "FAILED" };
        writeln!(console, "live: {name} ... {word}").expect("an error stream");
        wrong.extend(ended.err().map(|error| format!("{name}: {error}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A world behind a server that listens, and its account as a stranger sees it.
struct Served {
    runtime: Runtime,
    account: Account,
    _server: ServerHandle,
}

impl Served {
    fn new() -> Self {
        let runtime = runtime();
        let bound = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
        let listener = bound.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let mut config = SimConfig::new(1);
        config.batch_endpoint = format!("http://{address}");
        let key = AccountKey::from_bytes(*b"the key of an account that is not there");
        let variable = |name: &str| match name {
            "AZURE_BATCH_ACCOUNT" => Some(config.batch_account.clone()),
            "AZURE_BATCH_ACCESS_KEY" => Some(key.expose_base64()),
            "AZURE_BATCH_ENDPOINT" => Some(config.batch_endpoint.clone()),
            _ => None,
        };
        let connected = batch_account(&variable).expect("an account");
        let simulation = Simulation::new(config.clone(), |executor| executor);
        let world_clock: Arc<dyn Clock> = simulation.clock();
        let offered = ServedBatchAccount::new(config.batch_account.clone(), key.clone());
        let service = BatchService::new(simulation.batch(), Arc::clone(&world_clock), offered)
            .with_callers_clock(connected.clock);
        let server = runtime.block_on(async { serve(listener, Arc::new(service)) });
        Self {
            account: Account::shared(Arc::new(connected.batch), world_clock),
            _server: server.expect("a server"),
            runtime,
        }
    }

    /// Runs a case, and waits until nothing is left of it.
    fn run(&self, case: PortableCase) -> Result<(), String> {
        let ended = hold(&self.runtime, &self.account, case);
        let batch = &self.account.batch;
        self.runtime.block_on(self.account.until(async || {
            let pools = batch.list_pools(&all()).await.expect("the pools").items.len();
            let jobs = batch.list_jobs(&all()).await.expect("the jobs").items.len();
            let schedules = batch.list_job_schedules(&all()).await.expect("the schedules");
            pools + jobs + schedules.items.len() == 0
        }));
        ended
    }
}

/// Runs a case on a world of its own at the other end of a socket, which it leaves as empty as it was.
pub(crate) fn run_over_sockets(case: PortableCase) {
    if let Err(error) = Served::new().run(case) {
        panic!("{error}");
    }
}

async fn makes_a_pool_and_fails(account: &Account) {
    let name = account.name("pool");
    let made = account.batch.create_pool(pool(&name, 0), &request()).await;
    made.expect("a pool");
    panic!("as it should");
}

#[test]
fn a_case_that_fails_is_told_and_leaves_nothing_behind() {
    let served = Served::new();
    let ended = served.run(|account| Box::pin(makes_a_pool_and_fails(account)));
    assert_eq!(ended.unwrap_err(), "as it should");
}

#[test]
fn portable_cases_are_cases_of_the_suite() {
    let cases: BTreeSet<&str> = CASES.iter().map(|(name, _)| *name).collect();
    for (name, _) in PORTABLE_CASES {
        assert!(
            cases.contains(name),
            "{name} is not among the cases of the other arms"
        );
    }
}
