//! The table of what the service does, held against the cases that are said to show it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    section: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: String,
    /// The rule, then what shows it, or why nothing does.
    rows: Vec<Vec<String>>,
}

/// Whether a case of the suite, or a test elsewhere, has this name.
fn exists(name: &str, cases: &BTreeSet<&str>) -> bool {
    let Some((path, function)) = name.split_once(".rs::") else {
        return cases.contains(name);
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{path}.rs"));
    std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("fn {function}(")))
}

#[test]
fn every_case_that_is_said_to_show_a_rule_exists() {
    let table: Table = toml::from_str(include_str!("rules.toml")).expect("the table");
    let cases: BTreeSet<&str> = crate::CASES.iter().map(|(name, _)| *name).collect();
    let (mut all, mut shown) = (0, 0);
    for section in &table.section {
        let mut shown_here = 0;
        for row in &section.rows {
            let [rule, evidence @ ..] = row.as_slice() else {
                panic!("an empty row in `{}`", section.title);
            };
            assert!(!evidence.is_empty(), "nothing is said to show: {rule}");
            if let [reason] = evidence
                && let Some(reason) = reason.strip_prefix("none:")
            {
                assert!(!reason.trim().is_empty(), "no reason is given for: {rule}");
                continue;
            }
            for name in evidence {
                assert!(
                    exists(name, &cases),
                    "`{name}` does not exist; it should show: {rule}"
                );
            }
            shown_here += 1;
        }
        println!("{shown_here} of {} rows: {}", section.rows.len(), section.title);
        shown += shown_here;
        all += section.rows.len();
    }
    println!("{shown} of {all} rows have a case");
    assert!(shown * 10 >= all * 9, "nine of ten rows should have a case");
}
