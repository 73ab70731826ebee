//! `docs/operations.md` tells of every operation how far it is simulated, and a section of `README.md` sums it up. Both
//! are made of the table of routes.
//!
//! That nothing is claimed which no case shows is seen to by `tests/conformance/coverage.rs`.
//! After a change, `BATCHITE_WRITE_DOCS=1 cargo test --test operations` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use batchite_api::wire::batch::{API_VERSION, ROUTES, Route};
use batchite_sim::reach::Reach;

/// Where the section of the README begins, and where it ends.
const MARKS: [&str; 2] = [
    "<!-- operations: made by tests/operations.rs -->\n",
    "<!-- end of operations -->\n",
];

/// What operations are about, in the order of the README.
const RESOURCES: [&str; 8] = [
    "pools",
    "nodes",
    "jobs",
    "job schedules",
    "tasks",
    "files",
    "applications",
    "the account",
];

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn reach(route: &Route) -> Reach {
    Reach::of(route.operation)
}

/// How many operations go how far, without what none does.
fn counts() -> String {
    let told = [Reach::Simulated, Reach::Empty, Reach::Refused].map(|wanted| {
        let count = ROUTES.iter().filter(|route| reach(route) == wanted).count();
        (count, format!("{count} are {}", wanted.words()))
    });
    let told: Vec<String> = told
        .into_iter()
        .filter_map(|(count, told)| (count > 0).then_some(told))
        .collect();
    format!("Of {} operations {}.", ROUTES.len(), told.join(", "))
}

fn page() -> String {
    let mut text = format!(
        "# The operations of the Batch service\n\n\
         Every operation of api-version {API_VERSION}, and how far the simulator goes. All of them are in the traits, in the\n\
         client and in the server; a refusal is 501 `NotSimulated` and changes nothing. Which properties are refused although\n\
         their operation is simulated, the [README](../README.md#how-far-the-simulation-goes) says.\n\n\
         {}\n\n\
         | operation | request | |\n| --- | --- | --- |\n",
        counts(),
    );
    for route in ROUTES {
        writeln!(
            text,
            "| `{}` | `{} {}` | {} |",
            route.name,
            route.method,
            route.path,
            reach(route).words()
        )
        .expect("a string takes everything");
    }
    text
}

/// What an operation is about, by its path.
fn resource(path: &str) -> &'static str {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        [.., "files"] | [.., "files", _] => "files",
        ["pools", _, "nodes", ..] | ["nodecounts"] => "nodes",
        ["pools", ..] | ["poolusagemetrics"] => "pools",
        ["jobs", _, "tasks" | "addtaskcollection", ..] => "tasks",
        ["jobs", ..] => "jobs",
        ["jobschedules", ..] => "job schedules",
        ["applications", ..] => "applications",
        ["supportedimages"] => "the account",
        _ => panic!("{path}: say in tests/operations.rs what it is about"),
    }
}

/// How far the operations of a row go: one word where it is the same for all, else each that falls short by its name.
fn how_far(routes: &[&Route]) -> String {
    let short: Vec<String> = routes
        .iter()
        .filter(|route| reach(route) != Reach::Simulated)
        .map(|route| format!("`{}` is {}", route.name, reach(route).words()))
        .collect();
    match short.as_slice() {
        [] => "all simulated".to_owned(),
        short => format!("simulated, but: {}", short.join(", ")),
    }
}

fn section() -> String {
    let mut text = format!(
        "The {} operations of api-version {API_VERSION}. What is called simulated has a case of the conformance suite in which it\n\
         succeeds over HTTP; without one the suite fails.\n\n\
         | | | operations | how far |\n| --- | --- | --- | --- |\n",
        ROUTES.len()
    );
    for wanted in RESOURCES {
        let routes: Vec<&Route> = ROUTES
            .iter()
            .copied()
            .filter(|route| resource(route.path) == wanted)
            .collect();
        let names: Vec<String> = routes.iter().map(|route| format!("`{}`", route.name)).collect();
        writeln!(
            text,
            "| {wanted} | {} | {} | {} |",
            routes.len(),
            names.join(" "),
            how_far(&routes)
        )
        .expect("a string takes everything");
    }
    text
}

/// The README with its section made anew.
fn with_section(readme: &str) -> String {
    let [begin, end] = MARKS;
    let (before, rest) = readme
        .split_once(begin)
        .expect("the mark where the section begins");
    let (_, after) = rest.split_once(end).expect("the mark where the section ends");
    format!("{before}{begin}{}{end}{after}", section())
}

/// Holds a file against what it should be, or writes it.
#[track_caller]
fn check(name: &str, made: impl Fn(&str) -> String) {
    let found = fs::read_to_string(place(name)).unwrap_or_default();
    let made = made(&found);
    if std::env::var_os("BATCHITE_WRITE_DOCS").is_some() {
        fs::write(place(name), made).expect("the file can be written");
        return;
    }
    assert!(
        found == made,
        "{name} is out of date; BATCHITE_WRITE_DOCS=1 cargo test --test operations writes it"
    );
}

#[test]
fn the_page_of_operations_is_up_to_date() {
    check("docs/operations.md", |_| page());
}

#[test]
fn the_section_of_the_readme_is_up_to_date() {
    check("README.md", with_section);
}

#[test]
fn every_operation_is_in_one_row_of_the_readme() {
    let section = section();
    for route in ROUTES {
        assert!(RESOURCES.contains(&resource(route.path)), "{}", route.path);
        let name = format!("`{}`", route.name);
        assert_eq!(section.matches(&name).count(), 1, "{name}");
    }
}
