//! The routes held against the table of the public REST reference.

use super::super::route::{BodyRule, Parameter, Route};
use super::super::{ROUTES, operations};

/// `name method path parameters statuses body`, one operation a line.
const TABLE: &str = include_str!("operations.txt");

fn spelled(parameter: Parameter) -> String {
    let name = parameter.name();
    if !name.starts_with("if-") {
        return name.to_owned();
    }
    let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect::<Vec<_>>().join("-")
}

fn line(route: &Route) -> String {
    let mut names: Vec<String> = route
        .parameters
        .iter()
        .filter(|parameter| **parameter != Parameter::SkipToken)
        .map(|parameter| spelled(*parameter))
        .collect();
    names.sort();
    let names = if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(",")
    };
    let statuses: Vec<String> = route
        .success
        .iter()
        .map(|status| status.as_u16().to_string())
        .collect();
    let body = match route.body {
        BodyRule::None => "none",
        BodyRule::Optional => "optional",
        BodyRule::Required | BodyRule::Only(_) => "required",
    };
    format!(
        "{} {} {} {names} {} {body}",
        route.name,
        route.method,
        route.path,
        statuses.join(",")
    )
}

#[test]
fn every_operation_is_that_of_the_reference() {
    let mut expected: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
    let lines: Vec<String> = ROUTES.iter().map(|route| line(route)).collect();
    let mut found: Vec<&str> = lines.iter().map(String::as_str).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn lists_go_on_and_nothing_else_does() {
    for route in ROUTES {
        let is_list = route.name.starts_with("list_");
        assert_eq!(route.takes(Parameter::SkipToken), is_list, "{}", route.name);
    }
}

#[test]
fn routes_are_found_by_operation_once() {
    let mut operations: Vec<_> = ROUTES.iter().map(|route| route.operation).collect();
    operations.sort_unstable();
    operations.dedup();
    assert_eq!(operations.len(), ROUTES.len());
    assert_eq!(format!("{:?}", operations::pool::RESIZE_POOL), "resize_pool");
}
