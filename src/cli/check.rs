//! `batchite check`: many seeds with faults drawn for each, until one breaks what must hold.

use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use batchite_sim::fault::Fault;
use batchite_sim::scenario::Scenario;
use clap::Args;

use super::{FAILED, say_error, usage};

/// What is checked when no scenario is given: a pool with a start task, retries, dependencies, a preparation task.
const WORKLOAD: &str = include_str!("check_workload.toml");

/// The options of `batchite check`. Every option is read from its `BATCHITE_*` variable too.
#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// Which seeds, from A up to before B
    #[arg(long, value_name = "A..B", default_value = "0..1000", env = "BATCHITE_SEEDS", value_parser = Seeds::parse)]
    seeds: Seeds,

    /// The world to check, a file of TOML [default: a small one that is built in]
    #[arg(long, value_name = "FILE", env = "BATCHITE_SCENARIO")]
    scenario: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seeds {
    first: u64,
    end: u64,
}

impl Seeds {
    /// Reads `A..B`. The error is a text for the person.
    fn parse(text: &str) -> Result<Self, String> {
        let numbers = text.split_once("..").and_then(|(first, end)| {
            let first = first.trim().parse().ok()?;
            Some((first, end.trim().parse().ok()?))
        });
        match numbers {
            Some((first, end)) if first < end => Ok(Self { first, end }),
            _ => Err("give two numbers as in 0..1000, the first one smaller".to_owned()),
        }
    }
}

/// Runs the command.
pub(super) fn run(options: &CheckOptions) -> ExitCode {
    let read = match &options.scenario {
        Some(path) => super::scenario::read(path),
        None => Scenario::parse(WORKLOAD).map_err(|error| error.to_string()),
    };
    let scenario = match read {
        Ok(scenario) => scenario,
        Err(text) => return usage(&text),
    };
    let seeds = options.seeds;
    let shows_progress = std::io::stderr().is_terminal();
    for seed in seeds.first..seeds.end {
        if shows_progress && (seed - seeds.first).is_multiple_of(50) {
            let _ = write!(
                std::io::stderr(),
                "\rseed {seed} of {}..{} ",
                seeds.first,
                seeds.end
            );
        }
        if let Err(text) = check(&scenario, seed) {
            if shows_progress {
                let _ = writeln!(std::io::stderr());
            }
            say_error(&format!(
                "seed {seed}: {text}\nreplay: {}",
                replay(seed, options.scenario.as_deref())
            ));
            return ExitCode::from(FAILED);
        }
    }
    if shows_progress {
        let _ = writeln!(std::io::stderr());
    }
    let text = format!("{} seeds hold what must hold\n", seeds.end - seeds.first);
    // Who closed the stream does not want to know.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// Plays a scenario with a seed. The error says what did not hold.
fn check(scenario: &Scenario, seed: u64) -> Result<(), String> {
    let faults = Fault::swarm(seed);
    match catch_unwind(AssertUnwindSafe(|| scenario.check(seed, &faults))) {
        Ok(checked) => checked.map_err(|error| error.to_string()),
        Err(_) => {
            Err("the simulated world has stopped by a mistake in this program; please report it".to_owned())
        }
    }
}

/// The command that plays one seed again.
fn replay(seed: u64, scenario: Option<&Path>) -> String {
    let scenario = scenario.map_or_else(String::new, |path| format!(" --scenario '{}'", path.display()));
    format!(
        "batchite check --seeds {seed}..{}{scenario}",
        seed.saturating_add(1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_read_or_refused() {
        assert_eq!(Seeds::parse("5..7"), Ok(Seeds { first: 5, end: 7 }));
        for text in ["", "5", "7..5", "5..5", "a..b", "-1..3"] {
            assert!(Seeds::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_workload_that_is_built_in_holds() {
        let scenario = Scenario::parse(WORKLOAD).unwrap();
        for seed in 0..10 {
            assert_eq!(check(&scenario, seed), Ok(()), "seed {seed}");
        }
        assert_eq!(replay(3, None), "batchite check --seeds 3..4");
    }
}
