//! Which operations the cases call over HTTP, and whether those answers agree with the table of what is simulated.

use std::collections::BTreeMap;

use batchite_api::wire::batch::{BatchOperation, ROUTES};
use batchite_sim::reach::Reach;

use crate::CASES;
use crate::arms::{Kind, run};

/// What the cases saw of an operation.
#[derive(Debug, Default)]
struct Seen {
    cases: usize,
    calls: usize,
    successes: usize,
    not_simulated: usize,
}

/// Runs every case once more, so that the answer does not depend on which tests ran before.
fn seen() -> BTreeMap<BatchOperation, Seen> {
    let mut seen: BTreeMap<BatchOperation, Seen> = BTreeMap::new();
    for (name, case) in CASES {
        let answers = run(Kind::Wire, *case);
        let answers = answers.lock().unwrap_or_else(|_| panic!("{name} failed"));
        let mut last = None;
        for ((operation, status), calls) in answers.iter() {
            let seen = seen.entry(*operation).or_default();
            seen.cases += usize::from(last.replace(*operation) != Some(*operation));
            seen.calls += calls;
            seen.successes += if (200..300).contains(status) { *calls } else { 0 };
            seen.not_simulated += if *status == 501 { *calls } else { 0 };
        }
    }
    seen
}

#[test]
fn every_operation_is_called_and_goes_as_far_as_the_table_says() {
    let seen = seen();
    let mut wrong = Vec::new();
    println!(
        "{:<50} {:>5} {:>6} {:>9}",
        "operation", "cases", "calls", "successes"
    );
    for route in ROUTES {
        let nothing = Seen::default();
        let seen = seen.get(&route.operation).unwrap_or(&nothing);
        println!(
            "{:<50} {:>5} {:>6} {:>9}",
            route.name, seen.cases, seen.calls, seen.successes
        );
        if seen.calls == 0 {
            wrong.push(format!("{}: no case calls it", route.name));
            continue;
        }
        let found = match (seen.successes, seen.not_simulated) {
            (1.., _) => Reach::Simulated,
            (0, 1..) => Reach::Refused,
            (0, 0) => Reach::Empty,
        };
        let told = Reach::of(route.operation);
        if told != found {
            wrong.push(format!(
                "{}: the cases found {found:?}, sim/src/reach.rs says {told:?}",
                route.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
