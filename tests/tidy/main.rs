//! Rules of the house that a machine can check: what may depend on what, and how a file looks.
//!
//! A rule is a function of a path and a text that answers with what it found, so that it can be shown a bad text: the
//! tests here hold the source tree against the rules, the tests beside each rule hold it against a text that breaks it.

mod code;
mod folder_rules;
mod import_rules;
mod manifest_rules;
mod package_rules;
mod text_rules;
mod tree;

use tree::hold;

#[test]
fn every_file_opens_with_its_purpose() {
    hold(text_rules::opens_with_its_purpose);
}

#[test]
fn every_file_is_a_room_not_a_hall() {
    hold(text_rules::is_a_room_not_a_hall);
}

#[test]
fn nothing_is_left_unfinished() {
    hold(text_rules::leaves_nothing_unfinished);
}

#[test]
fn no_check_is_switched_off() {
    hold(text_rules::switches_no_check_off);
}

#[test]
fn no_test_goes_by_a_clock() {
    hold(text_rules::goes_by_no_clock_in_tests);
}

#[test]
fn no_file_names_a_machine() {
    hold(text_rules::names_no_machine);
}

#[test]
fn every_wire_fixture_names_its_source() {
    hold(text_rules::names_its_source);
}

#[test]
fn imports_keep_their_direction() {
    let crates = manifest_rules::workspace_crates();
    hold(|path, text| import_rules::imports_only_what_it_may(path, text, &crates));
}

#[test]
fn only_the_command_line_names_both_backends() {
    hold(import_rules::names_one_backend_at_most);
}

#[test]
fn the_waist_and_the_world_are_pure() {
    hold(import_rules::is_pure);
}

#[test]
fn the_waist_and_the_world_depend_only_on_what_they_may() {
    hold(manifest_rules::depends_only_on_what_it_may);
}

#[test]
fn what_is_listed_is_used() {
    let findings = manifest_rules::is_used(&tree::files());
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

#[test]
fn versions_stand_in_one_place() {
    hold(manifest_rules::keeps_versions_in_one_place);
}

#[test]
fn every_test_file_is_compiled() {
    let findings = folder_rules::forgotten_test_files(&tree::files());
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

#[test]
fn nothing_impure_is_compiled_into_the_world() {
    let packages = package_rules::cargo_tree(&[
        "--package",
        "batchite-sim",
        "--edges",
        "normal,build",
        "--format",
        "{p}",
    ]);
    assert!(
        packages.contains("batchite-api"),
        "cargo tree lists the world's packages:\n{packages}"
    );
    let findings = package_rules::compiles_nothing_impure(&packages);
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

#[test]
fn every_licence_is_allowed() {
    let allowed = package_rules::allowed_licences(include_str!("../../deny.toml"));
    assert!(allowed.contains(&"MIT"), "deny.toml lists licences: {allowed:?}");
    let packages = package_rules::cargo_tree(&[
        "--workspace",
        "--edges",
        "normal,build,dev",
        "--format",
        "{p}\t{l}",
    ]);
    assert!(
        packages.contains("\tMIT"),
        "cargo tree lists licences:\n{packages}"
    );
    let findings = package_rules::has_only_allowed_licences(&packages, &allowed);
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}
