//! Rules over what cargo really resolves: the packages below the world, and the licence of every package.

use std::collections::BTreeSet;
use std::process::Command;

use crate::tree::Findings;

/// Packages that must not be compiled into the world, however far down.
const IMPURE_PACKAGES: &[&str] = &[
    "async-std",
    "getrandom",
    "mio",
    "reqwest",
    "rustix",
    "smol",
    "socket2",
    "tokio",
    "uuid",
];

/// `cargo tree` for this machine, one package a line in the format asked for.
pub(crate) fn cargo_tree(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--locked", "--prefix", "none"])
        .args(arguments)
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "cargo tree: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// `tree` has a line `name version` for each package below the world.
pub(crate) fn compiles_nothing_impure(tree: &str) -> Findings {
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let found: BTreeSet<&str> = names.filter(|name| IMPURE_PACKAGES.contains(name)).collect();
    found
        .into_iter()
        .map(|name| format!("batchite-sim is compiled with {name}"))
        .collect()
}

/// `tree` has a line `name version<TAB>licence` for each package.
pub(crate) fn has_only_allowed_licences(tree: &str, allowed: &[&str]) -> Findings {
    let lines: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    let is_refused = |line: &&str| !is_met(line.split_once('\t').map_or("", |(_, licence)| licence), allowed);
    lines
        .into_iter()
        .filter(is_refused)
        .map(|line| format!("licence not on the list of deny.toml: {line}"))
        .collect()
}

/// Whether a licence expression can be met with allowed licences alone: `OR` and the old `/` offer a choice, `AND`
/// does not, parentheses group.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.trim();
    let is_outside = |at: usize| {
        let before = &expression[..at];
        before.matches('(').count() == before.matches(')').count()
    };
    let split = |word: &str| {
        let mut places = expression.match_indices(word).map(|(at, _)| at);
        let at = places.find(|at| is_outside(*at))?;
        Some((&expression[..at], &expression[at + word.len()..]))
    };
    if let Some((one, other)) = split(" OR ").or_else(|| split("/")) {
        is_met(one, allowed) || is_met(other, allowed)
    } else if let Some((one, other)) = split(" AND ") {
        is_met(one, allowed) && is_met(other, allowed)
    } else if let Some(inner) = expression
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
    {
        is_met(inner, allowed)
    } else {
        allowed.contains(&expression)
    }
}

/// The words of the list `allow` in `deny.toml`: one list for this test and for cargo-deny.
pub(crate) fn allowed_licences(deny: &str) -> Vec<&str> {
    let list = deny
        .split_once("\nallow = [")
        .and_then(|(_, rest)| rest.split_once(']'));
    list.map_or("", |(list, _)| list)
        .split('"')
        .skip(1)
        .step_by(2)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impure_package_is_found() {
        let tree = "batchite-sim v0.1.0 (folder)\nserde v1.0.0 (*)\ntokio v1.0.0\ntokio v1.0.0 (*)\n";
        assert_eq!(
            compiles_nothing_impure(tree),
            ["batchite-sim is compiled with tokio"]
        );
        assert!(compiles_nothing_impure("batchite-sim v0.1.0\ntokio-like v1.0.0\n").is_empty());
    }

    #[test]
    fn a_licence_off_the_list_is_found() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"];
        for licence in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR GPL-3.0) AND GPL-2.0",
            "",
            "MITX",
        ] {
            let tree = format!("a v1.0.0\t{licence}\na v1.0.0\t{licence} (*)\n");
            assert_eq!(has_only_allowed_licences(&tree, &allowed).len(), 1, "{licence}");
        }
        for licence in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/X",
            "(MIT OR X) AND Unicode-3.0",
            "X OR (MIT AND Apache-2.0)",
        ] {
            let tree = format!("a v1.0.0\t{licence} (*)\n\n");
            assert!(has_only_allowed_licences(&tree, &allowed).is_empty(), "{licence}");
        }
    }

    #[test]
    fn the_list_of_licences_is_read() {
        assert_eq!(
            allowed_licences("[licenses]\nallow = [\n    \"MIT\",\n    \"ISC\",\n]\nx = [\"Y\"]"),
            ["MIT", "ISC"]
        );
        assert!(allowed_licences("[licenses]\n").is_empty());
    }
}
