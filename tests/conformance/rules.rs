//! The table of what the service does, held against the cases that are said to show it.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

/// The sections of what the service promises, and how many rules each was divided into. A rule that is lost is missed here; a
/// new one takes the next number.
const SECTIONS: [(&str, u32); 35] = [
    // Pools: state, allocation, what belongs to them.
    ("1.1", 5),
    ("1.2", 19),
    ("1.3", 10),
    // Nodes: state, facts, going down, start tasks.
    ("2.1", 21),
    ("2.2", 9),
    ("2.3", 7),
    ("2.4", 8),
    // Jobs: state, rules, ends, managers, preparation and release, pools of their own.
    ("3.1", 8),
    ("3.2", 15),
    ("3.3", 7),
    ("3.4", 7),
    ("3.5", 5),
    ("3.6", 11),
    ("3.7", 5),
    // Tasks: state, rules, constraints and exits, conditions and dependencies.
    ("4.1", 10),
    ("4.2", 7),
    ("4.3", 18),
    ("4.4", 11),
    // Scheduling, tasks on several nodes, job schedules, automatic scaling.
    ("5", 12),
    ("6", 8),
    ("7", 16),
    ("8", 34),
    // What tasks find on a node: directories, variables, files, packages, users.
    ("9.1", 9),
    ("9.2", 20),
    ("9.3", 9),
    ("9.4", 8),
    ("9.5", 10),
    ("9.6", 2),
    // Counts, statistics; limits; errors; low-priority nodes; recorded sequences; faults.
    ("10.1", 8),
    ("10.2", 7),
    ("11", 26),
    ("12", 18),
    ("13", 4),
    ("14", 9),
    ("15", 3),
];

/// The rules nothing can show: none.
const UNSHOWN: [(&str, u32); 0] = [];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    section: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    key: String,
    title: String,
    /// The rule with its number, then what shows it, or why nothing does.
    rows: Vec<Vec<String>>,
}

/// The numbers a row begins with: `2. ..` or `2, 5. ..`.
fn numbers(rule: &str) -> Option<Vec<u32>> {
    let (numbers, text) = rule.split_once(". ")?;
    let numbers = numbers.split(", ").map(|number| number.parse().ok());
    numbers.collect::<Option<Vec<u32>>>().filter(|_| !text.is_empty())
}

/// Whether a text has a test of this name: a function with an attribute that makes it one, not one that tests call.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let signature = format!("fn {name}(");
    lines.iter().enumerate().any(|(at, line)| {
        let begins = line
            .strip_prefix("async ")
            .unwrap_or(line)
            .starts_with(&signature);
        let above = lines[..at].iter().rev();
        let mut above = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        begins && above.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// Whether a case of the suite, or a test elsewhere, has this name.
fn exists(name: &str, cases: &BTreeSet<&str>) -> bool {
    let Some((path, function)) = name.split_once(".rs::") else {
        return cases.contains(name);
    };
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{path}.rs"));
    std::fs::read_to_string(file).is_ok_and(|text| has_test(&text, function))
}

/// What is wrong with a table, and how many rows of how many are shown.
fn examine(
    table: &Table,
    sections: &[(&str, u32)],
    unshown: &[(&str, u32)],
    exists: impl Fn(&str) -> bool,
) -> (Vec<String>, usize, usize) {
    let mut wrong = Vec::new();
    let (mut shown, mut all) = (0, 0);
    for (key, count) in sections {
        let mut missing: BTreeSet<u32> = (1..=*count).collect();
        let of_key = table.section.iter().filter(|section| section.key == *key);
        for row in of_key.flat_map(|section| &section.rows) {
            let [rule, evidence @ ..] = row.as_slice() else {
                wrong.push(format!("{key}: an empty row"));
                continue;
            };
            let Some(numbers) = numbers(rule) else {
                wrong.push(format!("{key}: no number begins the rule `{rule}`"));
                continue;
            };
            for number in &numbers {
                missing.remove(number);
                if !(1..=*count).contains(number) {
                    wrong.push(format!("{key}: there is no number {number}: {rule}"));
                }
            }
            all += 1;
            if evidence.iter().any(|name| name.starts_with("none:")) {
                let excused = numbers.iter().all(|number| unshown.contains(&(key, *number)));
                if !excused || evidence.len() > 1 || evidence[0].len() < 10 {
                    wrong.push(format!("{key}: nothing shows the rule `{rule}`"));
                }
                continue;
            }
            if evidence.is_empty() {
                wrong.push(format!("{key}: nothing is said to show the rule `{rule}`"));
            }
            let absent = evidence.iter().filter(|name| !exists(name));
            wrong.extend(absent.map(|name| format!("{key}: `{name}` is no test; it should show `{rule}`")));
            shown += 1;
        }
        wrong.extend(
            missing
                .iter()
                .map(|number| format!("{key}: rule {number} is missing")),
        );
    }
    let known = |key: &str| sections.iter().any(|(known, _)| *known == key);
    let strange = table.section.iter().filter(|section| !known(&section.key));
    wrong.extend(strange.map(|section| format!("{}: no such section: {}", section.key, section.title)));
    (wrong, shown, all)
}

#[test]
fn every_rule_of_the_service_is_there_and_has_what_shows_it() {
    let table: Table = toml::from_str(include_str!("rules.toml")).expect("the table");
    let cases: BTreeSet<&str> = crate::CASES.iter().map(|(name, _)| *name).collect();
    let (wrong, shown, all) = examine(&table, &SECTIONS, &UNSHOWN, |name| exists(name, &cases));
    for section in &table.section {
        println!(
            "{:>5}  {:>3} rows  {}",
            section.key,
            section.rows.len(),
            section.title
        );
    }
    let rules: u32 = SECTIONS.iter().map(|(_, count)| count).sum();
    println!("{rules} rules; {shown} of their {all} rows have a case");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_with_a_table_is_found() {
    let table = |rows: &str| {
        let text = format!("[[section]]\nkey = \"1\"\ntitle = \"Things\"\nrows = [{rows}]");
        toml::from_str::<Table>(&text).expect("a table")
    };
    let found = |rows: &str| {
        let known = |name: &str| matches!(name, "a::b" | "c::d");
        examine(&table(rows), &[("1", 2)], &[("1", 2)], known).0
    };
    let good = r#"["1. One.", "a::b", "c::d"], ["1. Another.", "a::b"]"#;
    let none = Vec::<String>::new();
    assert_eq!(
        found(&format!(r#"{good}, ["2. Two.", "none: it is not there"]"#)),
        none
    );
    assert_eq!(found(r#"["1, 2. Both.", "a::b"]"#), none);
    assert_eq!(found(good), ["1: rule 2 is missing"]);
    let with = |row: &str| found(&format!(r#"["1, 2. Both.", "a::b"], {row}"#));
    for (row, part) in [
        (r#"["3. Three.", "a::b"]"#, "there is no number 3"),
        (r#"["0. Nothing.", "a::b"]"#, "there is no number 0"),
        (r#"["One.", "a::b"]"#, "no number begins"),
        (r#"["1, x. One.", "a::b"]"#, "no number begins"),
        (r#"["1. One."]"#, "nothing is said"),
        (r#"["1. One.", "a::c"]"#, "`a::c` is no test"),
        (r#"["1. One.", "none: it is not there"]"#, "nothing shows"),
        (r#"["1, 2. Both.", "none: it is not there"]"#, "nothing shows"),
        (r#"["2. Two.", "none:"]"#, "nothing shows"),
        (r#"["2. Two.", "none: it is not there", "a::b"]"#, "nothing shows"),
        ("[]", "an empty row"),
    ] {
        let wrong = with(row);
        assert!(wrong.len() == 1 && wrong[0].contains(part), "{row}: {wrong:?}");
    }
    let elsewhere = examine(&table(good), &[], &[], |_| true).0;
    assert_eq!(elsewhere, ["1: no such section: Things"]);
}

#[test]
fn a_test_has_an_attribute_that_makes_it_one() {
    let text = "
        #[test]
        // Why.
        fn plain() {}
        /// What.
        #[tokio::test(flavor = \"current_thread\")]
        async fn later() {}
        proptest! {
            #[test]
            fn drawn(steps in steps()) {}
        }
        impl Driver {
            #[test]
            fn plainer() {}

            fn invariant(&self) { plain(); method(); }
        }
    ";
    for (name, is_test) in [
        ("plain", true),
        ("later", true),
        ("drawn", true),
        ("invariant", false),
        ("method", false),
        ("plai", false),
    ] {
        assert_eq!(has_test(text, name), is_test, "{name}");
    }
}
