//! Every file of `fixtures/scenarios` is played, and the trace it leaves compared with the one beside it.
//!
//! `BATCHITE_WRITE_TRACES=1` writes the traces instead; what has changed is then looked at with the tools for that.

use std::path::{Path, PathBuf};

use batchite_sim::fault::Fault;
use batchite_sim::scenario::Scenario;

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scenarios");
    let entries = std::fs::read_dir(folder).expect("the folder of scenarios");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Scenario {
    let text = std::fs::read_to_string(path).expect("a scenario");
    Scenario::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_scenario_leaves_the_trace_beside_it() {
    let write = std::env::var_os("BATCHITE_WRITE_TRACES").is_some();
    let mut different = Vec::new();
    for path in scenarios() {
        let played = read(&path).play();
        let played = played.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let beside = path.with_extension("jsonl");
        if write {
            std::fs::write(&beside, played).expect("a trace");
        } else if std::fs::read_to_string(&beside).unwrap_or_default() != played {
            different.push(beside);
        }
    }
    assert!(!scenarios().is_empty(), "there are scenarios");
    assert!(different.is_empty(), "other traces than kept: {different:?}");
}

#[test]
fn every_scenario_holds_the_invariants_whatever_its_seed() {
    for path in scenarios() {
        let scenario = read(&path);
        for seed in 0..20 {
            let held = scenario.check(seed, &Fault::swarm(seed));
            assert!(held.is_ok(), "{} with seed {seed}: {held:?}", path.display());
        }
    }
}

/// What the guide shows is what can be played: each of its blocks alone, but for those that are a part of a document.
#[test]
fn the_scenario_of_the_guide_is_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenarios.md");
    let guide = std::fs::read_to_string(path).expect("the guide");
    let blocks: Vec<&str> = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(blocks.len() >= 2, "the guide shows a scenario and programs");
    for block in blocks {
        let scenario = Scenario::parse(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
        scenario.play().unwrap_or_else(|error| panic!("{error}\n{block}"));
    }
}
