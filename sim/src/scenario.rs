//! Scenarios: a world, what is in it, and what goes wrong, as one document of TOML.
//!
//! ```toml
//! about = "A task is killed and tried again"
//! seed = 7
//! until = "PT10M"
//! quotas = { pools = 5, dedicatedCores = "unlimited" }
//! programs = [{ command = "render *", takes = { median = "PT30S", sigma = 0.4 } }]
//! faults = [{ kind = "taskKilled", task = "t1", after = "PT5S" }]
//!
//! [[applications]] # see `applications`
//! id = "tool"
//! packages."1.0" = { "run.sh" = "#!/bin/sh\necho hello\n" }
//!
//! [[pools]]
//! id = "pool"
//! # .. as in the body of the request that adds a pool; so are `jobs`
//!
//! [[tasks]]
//! job = "job"
//! id = "t"
//! repeat = 3 # t1, t2, t3
//! commandLine = "render scene"
//! ```

mod applications;

use std::fmt;
use std::sync::Arc;

use batchite_api::backend::RequestOptions;
use batchite_api::batch::{BatchJobCreateOptions, BatchPoolCreateOptions, BatchTaskCreateOptions};
use batchite_api::ids::JobId;
use batchite_api::time::TimeSpan;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use applications::ApplicationEntry;

use crate::Simulation;
use crate::application::Applications;
use crate::config::{Latencies, Quotas, SimConfig};
use crate::exec::script::{ScriptedProgram, Takes};
use crate::exec::simulated::SimulatedExecutor;
use crate::fault::{Fault, FaultPlan};

/// Copies of a task one entry may ask for.
const REPEAT_MAX: u32 = 1_000_000;

/// The longest time a scenario goes on.
const UNTIL_MAX: TimeSpan = TimeSpan::from_days(366);

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    #[serde(default)]
    about: String,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    latency: LatencyWord,
    #[serde(default)]
    quotas: QuotaEntries,
    #[serde(default = "hour")]
    until: TimeSpan,
    #[serde(default)]
    programs: Vec<ProgramEntry>,
    #[serde(default)]
    faults: FaultPlan,
    #[serde(default)]
    applications: Vec<ApplicationEntry>,
    #[serde(default)]
    pools: Vec<Value>,
    #[serde(default)]
    jobs: Vec<Value>,
    #[serde(default)]
    tasks: Vec<Value>,
}

const fn hour() -> TimeSpan {
    TimeSpan::from_hours(1)
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum LatencyWord {
    #[default]
    Instant,
    Azure,
}

/// The quotas a scenario sets; the others are those of the configuration.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct QuotaEntries {
    pools: Option<QuotaEntry>,
    active_jobs: Option<QuotaEntry>,
    dedicated_cores: Option<QuotaEntry>,
    low_priority_cores: Option<QuotaEntry>,
    nodes_per_communicating_pool: Option<QuotaEntry>,
    nodes_per_public_ip_address: Option<QuotaEntry>,
    dedicated_nodes_per_managed_image: Option<QuotaEntry>,
    low_priority_nodes_per_managed_image: Option<QuotaEntry>,
    resource_file_list_bytes: Option<QuotaEntry>,
    applications: Option<QuotaEntry>,
    packages_per_application: Option<QuotaEntry>,
}

/// A number, or that there is no limit.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum QuotaEntry {
    Number(u32),
    Word(NoLimit),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
enum NoLimit {
    Unlimited,
}

impl QuotaEntries {
    fn over(self, quotas: Quotas) -> Quotas {
        let over = |entry: Option<QuotaEntry>, quota| match entry {
            None => quota,
            Some(QuotaEntry::Number(number)) => Some(number),
            Some(QuotaEntry::Word(NoLimit::Unlimited)) => None,
        };
        Quotas {
            pools: over(self.pools, quotas.pools),
            active_jobs: over(self.active_jobs, quotas.active_jobs),
            dedicated_cores: over(self.dedicated_cores, quotas.dedicated_cores),
            low_priority_cores: over(self.low_priority_cores, quotas.low_priority_cores),
            nodes_per_communicating_pool: over(
                self.nodes_per_communicating_pool,
                quotas.nodes_per_communicating_pool,
            ),
            nodes_per_public_ip_address: over(
                self.nodes_per_public_ip_address,
                quotas.nodes_per_public_ip_address,
            ),
            dedicated_nodes_per_managed_image: over(
                self.dedicated_nodes_per_managed_image,
                quotas.dedicated_nodes_per_managed_image,
            ),
            low_priority_nodes_per_managed_image: over(
                self.low_priority_nodes_per_managed_image,
                quotas.low_priority_nodes_per_managed_image,
            ),
            resource_file_list_bytes: over(self.resource_file_list_bytes, quotas.resource_file_list_bytes),
            applications: over(self.applications, quotas.applications),
            packages_per_application: over(self.packages_per_application, quotas.packages_per_application),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProgramEntry {
    /// A pattern over whole command lines.
    command: String,
    takes: TakesEntry,
    #[serde(default)]
    exits: i32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum TakesEntry {
    Fixed(TimeSpan),
    Uniform { from: TimeSpan, to: TimeSpan },
    LogNormal { median: TimeSpan, sigma: f64 },
}

/// A world, what is in it, and what goes wrong.
#[derive(Debug, Clone)]
pub struct Scenario {
    document: Document,
    programs: Vec<ScriptedProgram>,
    applications: Applications,
    pools: Vec<BatchPoolCreateOptions>,
    jobs: Vec<BatchJobCreateOptions>,
    tasks: Vec<(JobId, BatchTaskCreateOptions)>,
}

/// What is wrong with a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioError(String);

impl fmt::Display for ScenarioError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ScenarioError {}

fn wrong(place: &str, what: impl fmt::Display) -> ScenarioError {
    ScenarioError(format!("{place}: {what}"))
}

impl Scenario {
    /// Reads a scenario.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let document: Document = toml::from_str(text).map_err(|error| ScenarioError(error.to_string()))?;
        if document.until < TimeSpan::ZERO || document.until > UNTIL_MAX {
            return Err(wrong("until", "a scenario goes on from PT0S to P366D"));
        }
        let programs = document.programs.iter().map(program).collect::<Result<_, _>>()?;
        let applications = applications::read(&document.applications)?;
        let quotas = document.quotas.over(Quotas::default());
        quotas
            .check_applications(&applications)
            .map_err(|error| wrong("applications", error))?;
        let pools = read_all("pools", &document.pools)?;
        let jobs = read_all("jobs", &document.jobs)?;
        let mut tasks = Vec::new();
        for (at, entry) in document.tasks.iter().enumerate() {
            read_tasks(&format!("tasks[{at}]"), entry, &mut tasks)?;
        }
        Ok(Self {
            document,
            programs,
            applications,
            pools,
            jobs,
            tasks,
        })
    }

    /// What it is about, in a sentence.
    pub fn about(&self) -> &str {
        &self.document.about
    }

    /// Its own seed.
    pub fn seed(&self) -> u64 {
        self.document.seed
    }

    /// Whether it has canned programs, which only simulated nodes run.
    pub fn has_programs(&self) -> bool {
        !self.programs.is_empty()
    }

    /// Whether it has applications, which take the place of those of the configuration.
    pub fn has_applications(&self) -> bool {
        !self.applications.is_empty()
    }

    /// The configuration with the applications, latencies, quotas and faults of the scenario.
    #[must_use]
    pub fn configure(&self, config: SimConfig) -> SimConfig {
        let latencies = match self.document.latency {
            LatencyWord::Instant => Latencies::instant(),
            LatencyWord::Azure => Latencies::azure(),
        };
        let quotas = self.document.quotas.over(config.quotas);
        let applications = if self.has_applications() {
            self.applications.clone()
        } else {
            config.applications.clone()
        };
        config
            .with_applications(applications)
            .with_latencies(latencies)
            .with_quotas(quotas)
            .with_faults(self.document.faults.clone())
    }

    /// Gives an executor the canned programs of the scenario.
    #[must_use]
    pub fn equip(&self, executor: SimulatedExecutor) -> SimulatedExecutor {
        self.programs
            .iter()
            .cloned()
            .fold(executor, SimulatedExecutor::with_script)
    }

    /// Makes its pools, jobs and tasks. What the service refuses is an error that names it.
    pub fn set_up(&self, simulation: &Simulation) -> Result<(), ScenarioError> {
        let request = RequestOptions::default();
        let mut world = simulation.shared().enter();
        for pool in &self.pools {
            let made = world.create_pool(pool.clone(), &request);
            made.map_err(|error| wrong(&format!("pool {}", pool.id), error))?;
        }
        for job in &self.jobs {
            let made = world.create_job(job.clone(), &request);
            made.map_err(|error| wrong(&format!("job {}", job.id), error))?;
        }
        for (job, task) in &self.tasks {
            let made = world.create_task(job, task.clone(), &request);
            made.map_err(|error| wrong(&format!("task {} of job {job}", task.id), error))?;
        }
        Ok(())
    }

    /// A simulation in virtual time with everything in it.
    fn simulate(&self, seed: u64, faults: &[Fault]) -> Result<Arc<Simulation>, ScenarioError> {
        let config = self.configure(SimConfig::new(seed));
        let simulation = Simulation::new(config, |executor| self.equip(executor));
        for fault in faults {
            let injected = simulation.shared().enter().inject_fault(fault.clone());
            injected.map_err(|error| wrong("faults", error))?;
        }
        self.set_up(&simulation)?;
        Ok(simulation)
    }

    /// Plays it to its end; the record of what happened, as lines of JSON.
    pub fn play(&self) -> Result<String, ScenarioError> {
        let simulation = self.simulate(self.document.seed, &[])?;
        simulation.advance_to(simulation.now() + self.document.until);
        Ok(simulation.take_trace_lines())
    }

    /// Plays it with another seed and further faults, and asks for the invariants of the world after every event. The error
    /// is the first one that does not hold.
    pub fn check(&self, seed: u64, faults: &[Fault]) -> Result<(), ScenarioError> {
        let simulation = self.simulate(seed, faults)?;
        let end = simulation.now() + self.document.until;
        loop {
            simulation.settle();
            let broken = simulation.shared().enter().broken_invariant();
            if let Some(broken) = broken {
                return Err(wrong(&simulation.now().to_string(), broken));
            }
            match simulation.next_time() {
                Some(next) if next <= end => simulation.shared().enter().observe(next),
                _ => return Ok(()),
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number lies between 0 and 5000"
)]
fn program(entry: &ProgramEntry) -> Result<ScriptedProgram, ScenarioError> {
    let takes = match entry.takes {
        TakesEntry::Fixed(span) => Takes::Fixed(span),
        TakesEntry::Uniform { from, to } => Takes::Uniform { from, to },
        TakesEntry::LogNormal { median, sigma } if (0.0..=5.0).contains(&sigma) => Takes::LogNormal {
            median,
            sigma_thousandths: (sigma * 1000.0).round() as u32,
        },
        TakesEntry::LogNormal { .. } => {
            return Err(wrong(&entry.command, "`sigma` lies between 0 and 5"));
        }
    };
    Ok(ScriptedProgram::new(&entry.command, takes, entry.exits))
}

fn read_all<T: DeserializeOwned + Serialize>(name: &str, entries: &[Value]) -> Result<Vec<T>, ScenarioError> {
    let entries = entries.iter().enumerate();
    entries
        .map(|(at, entry)| read(&format!("{name}[{at}]"), entry))
        .collect()
}

/// Reads what the body of a request would hold; a property it does not have is refused by name.
fn read<T: DeserializeOwned + Serialize>(place: &str, entry: &Value) -> Result<T, ScenarioError> {
    let read = T::deserialize(entry).map_err(|error| wrong(place, error))?;
    let known = serde_json::to_value(&read).map_err(|error| wrong(place, error))?;
    match unknown(entry, &known) {
        Some(name) => Err(wrong(place, format!("there is no property `{name}`"))),
        None => Ok(read),
    }
}

/// The first property that was given and not taken. Empty lists are as good as none.
fn unknown(given: &Value, taken: &Value) -> Option<String> {
    match (given, taken) {
        (Value::Object(given), Value::Object(taken)) => given.iter().find_map(|(name, value)| {
            let is_empty = value.as_array().is_some_and(Vec::is_empty);
            match taken.get(name) {
                None => (!is_empty).then(|| name.clone()),
                Some(taken) => unknown(value, taken),
            }
        }),
        (Value::Array(given), Value::Array(taken)) => {
            let mut pairs = given.iter().zip(taken);
            pairs.find_map(|(given, taken)| unknown(given, taken))
        }
        _ => None,
    }
}

fn read_tasks(
    place: &str,
    entry: &Value,
    tasks: &mut Vec<(JobId, BatchTaskCreateOptions)>,
) -> Result<(), ScenarioError> {
    let mut entry = entry.clone();
    let properties = entry
        .as_object_mut()
        .ok_or_else(|| wrong(place, "a task is a table"))?;
    let job = properties.remove("job");
    let job = job.as_ref().and_then(Value::as_str);
    let job = job.ok_or_else(|| wrong(place, "`job` says which job the task belongs to"))?;
    let job = JobId::parse(job).map_err(|error| wrong(place, error))?;
    let repeat = properties.remove("repeat");
    let task: BatchTaskCreateOptions = read(place, &entry)?;
    let Some(repeat) = repeat else {
        tasks.push((job, task));
        return Ok(());
    };
    let count = repeat.as_u64().and_then(|count| u32::try_from(count).ok());
    let count = count.filter(|count| (1..=REPEAT_MAX).contains(count));
    let count = count.ok_or_else(|| wrong(place, format!("`repeat` is a number from 1 to {REPEAT_MAX}")))?;
    for number in 1..=count {
        let copy = BatchTaskCreateOptions {
            id: format!("{}{number}", task.id),
            ..task.clone()
        };
        tasks.push((job.clone(), copy));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_refused_with_its_place() {
        for (text, place) in [
            ("sead = 1", "sead"),
            ("until = \"P9999D\"", "until"),
            ("[[pools]]\nid = \"p\"\nvmSzie = \"x\"", "vmSzie"),
            ("[[tasks]]\nid = \"t\"\ncommandLine = \"x\"", "job"),
            (
                "[[tasks]]\njob = \"j\"\nid = \"t\"\nrepeat = 0\ncommandLine = \"x\"",
                "repeat",
            ),
            ("faults = [{ kind = \"flood\" }]", "flood"),
            ("[[applications]]\nid = \"a b\"", "applications[0]"),
            (
                "[[applications]]\nid = \"a\"\npackages.\"1\" = { \"../x\" = \"\" }",
                "../x",
            ),
            ("[[applications]]\nid = \"a\"\ndefaultVersion = \"1\"", "`1`"),
            ("quotas = { nodes = 1 }", "nodes"),
            ("quotas = { pools = \"few\" }", "pools"),
            (
                "quotas = { applications = 1 }\n[[applications]]\nid = \"a\"\n[[applications]]\nid = \"b\"",
                "quota `applications` is 1",
            ),
            (
                "programs = [{ command = \"x\", takes = { median = \"PT1S\", sigma = 9.0 } }]",
                "sigma",
            ),
        ] {
            let error = Scenario::parse(text).expect_err(text).to_string();
            assert!(error.contains(place), "{text}: {error}");
        }
    }
}
