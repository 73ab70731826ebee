//! An account, and no more than an account: what a case has that holds on a real one too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use batchite_api::backend::BatchBackend;
use batchite_api::batch::BatchPool;
use batchite_api::error::Result;
use batchite_api::ids::JobScheduleId;
use batchite_api::time::{Clock, TimeSpan, Timestamp};

use crate::arms::{Running, job_id, pool_id, request};

/// A day in a world of its own, where it takes no time.
const LONG: u32 = 86_400;

/// Twenty minutes where others wait too. Nothing that portable cases wait for takes longer.
const SHORT: u32 = 1_200;

/// A Batch account. Its clock can be read but not moved, and nothing looks behind the traits.
pub(crate) struct Account {
    pub(crate) batch: Arc<dyn BatchBackend>,
    clock: Arc<dyn Clock>,
    /// How many seconds a condition may take.
    patience: u32,
    /// What names end in.
    ending: String,
    /// The names that were asked for.
    names: Mutex<BTreeSet<String>>,
}

/// A case that asks for nothing but an account, and costs nothing on one: no node, no task that runs.
pub(crate) type PortableCase = for<'a> fn(&'a Account) -> Running<'a>;

impl Account {
    /// The account of a world that has no other user.
    pub(crate) fn alone(batch: Arc<dyn BatchBackend>, clock: Arc<dyn Clock>) -> Self {
        Self {
            batch,
            clock,
            patience: LONG,
            ending: String::new(),
            names: Mutex::default(),
        }
    }

    /// An account that may have other users, among them other cases and other runs.
    pub(crate) fn shared(batch: Arc<dyn BatchBackend>, clock: Arc<dyn Clock>) -> Self {
        let chance = getrandom::u64().expect("a random number");
        Self {
            patience: SHORT,
            ending: format!("-case-{chance:016x}"),
            ..Self::alone(batch, clock)
        }
    }

    /// A name nobody else uses, for a pool, a job or a job schedule. The same text gives the same name.
    pub(crate) fn name(&self, text: &str) -> String {
        let name = format!("{text}{}", self.ending);
        let mut names = self.names.lock().expect("nobody panics here");
        names.insert(name.to_lowercase());
        name
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn pool(&self, id: &str) -> BatchPool {
        self.batch
            .get_pool(&pool_id(id), &request())
            .await
            .expect("the pool")
    }

    pub(crate) async fn job_state(&self, id: &str) -> String {
        self.batch
            .get_job(&job_id(id), &request())
            .await
            .expect("the job")
            .state
            .to_string()
    }

    /// Waits for a condition, as long as may be.
    pub(crate) async fn until(&self, condition: impl AsyncFn() -> bool) {
        for _ in 0..self.patience {
            if condition().await {
                return;
            }
            self.clock.sleep(TimeSpan::from_seconds(1)).await;
        }
        panic!("what was waited for did not come within {} s", self.patience);
    }

    /// Deletes whatever has one of the names, and tells what could not be deleted.
    pub(crate) async fn clean_up(&self) -> Vec<String> {
        let names = self.names.lock().expect("nobody panics here").clone();
        let mut left = Vec::new();
        for name in &names {
            let schedule = JobScheduleId::parse(name).expect("an id");
            let batch = &self.batch;
            for (what, deleted) in [
                (
                    "job schedule",
                    batch.delete_job_schedule(&schedule, &request()).await,
                ),
                ("job", batch.delete_job(&job_id(name), &request()).await),
                ("pool", batch.delete_pool(&pool_id(name), &request()).await),
            ] {
                if let Some(reason) = is_left(deleted) {
                    left.push(format!("the {what} {name} may be left: {reason}"));
                }
            }
        }
        left
    }
}

/// Why something may still be there after it was to be deleted.
fn is_left(deleted: Result<()>) -> Option<String> {
    let error = deleted.err()?;
    let is_gone = error.status() == 404 || error.code().as_str().ends_with("BeingDeleted");
    (!is_gone).then(|| error.to_string())
}
