//! Random histories give the same on both arms: values, and refusals with code, status and details.

mod given;
mod step;

use batchite_sim::application::{Application, ApplicationPackage, Applications};
use batchite_sim::config::{Latencies, Quotas, SimConfig};
use proptest::prelude::*;

use crate::arms::{Arm, Kind, block_on};
use crate::in_memory::Answers;
use step::{Step, steps};

/// A small world in which things take time and run out.
fn config(seed: u64, slow: bool) -> SimConfig {
    let quotas = Quotas {
        pools: Some(2),
        active_jobs: Some(2),
        ..Quotas::default()
    };
    let package = ApplicationPackage::new().with_program("run.sh", "#!/bin/sh\n");
    let tool = Application::new("tool").and_then(|tool| tool.with_package("1", package?));
    let tool = tool.and_then(|tool| tool.with_default_version("1"));
    let applications = tool.and_then(|tool| Applications::new().with(tool));
    let config = SimConfig::new(seed)
        .with_quotas(quotas)
        .with_applications(applications.unwrap());
    if slow {
        config.with_latencies(Latencies::azure())
    } else {
        config
    }
}

async fn history(kind: Kind, config: SimConfig, steps: &[Step]) -> Vec<String> {
    let arm = Arm::new(kind, config, Answers::default(), |executor| executor);
    let mut told = Vec::with_capacity(steps.len());
    for step in steps {
        told.push(step.take(&arm).await);
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn both_arms_tell_the_same(seed in 0_u64..4, slow: bool, steps in steps(40)) {
        let sim = block_on(history(Kind::Sim, config(seed, slow), &steps));
        let wire = block_on(history(Kind::Wire, config(seed, slow), &steps));
        for ((step, sim), wire) in steps.iter().zip(&sim).zip(&wire) {
            prop_assert_eq!(sim, wire, "{:?}", step);
        }
    }
}

/// The histories have to reach what they are meant to compare: most kinds of steps must succeed somewhere.
#[test]
fn histories_do_not_only_fail() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut succeeded = std::collections::BTreeSet::new();
    let mut refused = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let steps = steps(40).new_tree(&mut runner).unwrap().current();
        let told = block_on(history(Kind::Sim, config(1, false), &steps));
        for (step, told) in steps.iter().zip(told) {
            let kinds = if told.starts_with("refused") {
                &mut refused
            } else {
                &mut succeeded
            };
            kinds.insert(step.kind_name());
        }
    }
    let kinds = step::KINDS.len();
    assert!(
        succeeded.len() * 10 >= kinds * 9,
        "{} of {kinds}: {succeeded:?}",
        succeeded.len()
    );
    assert!(
        refused.len() * 10 >= kinds * 7,
        "{} of {kinds}: {refused:?}",
        refused.len()
    );
}
