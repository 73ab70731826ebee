//! Rules over `Cargo.toml`: what the waist and the world may depend on, and where versions stand.

use std::collections::BTreeSet;

use crate::tree::{Findings, is_rust};

/// What the waist may be built from.
const API_DEPENDENCIES: &[&str] = &[
    "async-trait",
    "base64",
    "bytes",
    "futures-core",
    "futures-util",
    "hmac",
    "http",
    "jiff",
    "percent-encoding",
    "quick-xml",
    "serde",
    "serde_json",
    "sha2",
    "smol_str",
    "subtle",
    "thiserror",
];

/// What the world may be built from.
const SIM_DEPENDENCIES: &[&str] = &[
    "async-trait",
    "base64",
    "batchite-api",
    "bytes",
    "foldhash",
    "futures-util",
    "hashbrown",
    "md-5",
    "rand_chacha",
    "rand_core",
    "serde",
    "serde_json",
    "smol_str",
    "thiserror",
    "toml",
];

/// What the tests of both may use on top.
const TEST_DEPENDENCIES: &[&str] = &["divan", "pollster", "proptest", "proptest-state-machine", "url"];

/// Crates whose default features bring entropy, a clock or the system's time zones.
const BARE_DEPENDENCIES: &[&str] = &[
    "foldhash",
    "hashbrown",
    "jiff",
    "rand",
    "rand_chacha",
    "rand_core",
];

/// One line of a dependency section.
#[derive(Debug, PartialEq)]
struct Dependency {
    /// `dependencies`, `dev-dependencies`, `build-dependencies` or `workspace.dependencies`, for whatever target.
    section: String,
    name: String,
    /// What stands after the name, without blanks.
    value: String,
}

fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut section = String::new();
    for line in whole_lines(manifest) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            // `[target.'cfg(unix)'.dependencies]` is a section of dependencies as any other.
            let kind = if header.starts_with("target.") {
                header.rsplit('.').next()
            } else {
                None
            };
            kind.unwrap_or(header).clone_into(&mut section);
            // `[dependencies.name]` spreads one dependency over lines, none of which tells its version alone.
            if let Some((kind, name)) = header.split_once("dependencies.") {
                let section = format!("{kind}dependencies");
                found.push(Dependency {
                    section,
                    name: name.to_owned(),
                    value: String::new(),
                });
            }
        } else if section.ends_with("dependencies") {
            let at = line.find(['.', '=']).unwrap_or(line.len());
            let (name, value) = line.split_at(at);
            found.push(Dependency {
                section: section.clone(),
                name: name.trim_matches('"').to_owned(),
                value: value.to_owned(),
            });
        }
    }
    found
}

/// The lines of a manifest without comments and blanks; lists that go over several lines become one.
fn whole_lines(manifest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in manifest
        .lines()
        .map(str::trim)
        .filter(|part| !part.starts_with('#'))
    {
        line += &part.replace(' ', "");
        if line.matches(['[', '{']).count() == line.matches([']', '}']).count() && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
    }
    lines
}

/// The names of all dependencies of the workspace, as code writes them.
pub(crate) fn workspace_crates() -> BTreeSet<String> {
    let found = dependencies(include_str!("../../Cargo.toml")).into_iter();
    found
        .map(|dependency| dependency.name.replace('-', "_"))
        .collect()
}

/// The waist and the world are kept small by a list, so that a new dependency of theirs is a decision.
pub(crate) fn depends_only_on_what_it_may(path: &str, manifest: &str) -> Findings {
    let allowed = match path {
        "api/Cargo.toml" => API_DEPENDENCIES,
        "sim/Cargo.toml" => SIM_DEPENDENCIES,
        _ => return vec![],
    };
    let is_allowed = |dependency: &Dependency| {
        let for_tests = dependency.section == "dev-dependencies";
        let name = dependency.name.as_str();
        allowed.contains(&name) || for_tests && TEST_DEPENDENCIES.contains(&name)
    };
    let refused = dependencies(manifest)
        .into_iter()
        .filter(|dependency| !is_allowed(dependency));
    refused
        .map(|Dependency { section, name, .. }| {
            format!("{path}: {name} ({section}) is not on the list in tests/tidy/manifest_rules.rs")
        })
        .collect()
}

/// Versions and their features stand once, in the root manifest; what could bring entropy has no default features.
pub(crate) fn keeps_versions_in_one_place(path: &str, manifest: &str) -> Findings {
    if !path.ends_with("Cargo.toml") {
        return vec![];
    }
    let complaint = |Dependency { section, name, value }: &Dependency| {
        let bare = BARE_DEPENDENCIES.contains(&name.as_str());
        let pure = path.starts_with("api/") || path.starts_with("sim/");
        if section == "workspace.dependencies" {
            let open = bare && !value.contains("default-features=false");
            open.then(|| format!("{path}: {name} needs `default-features = false`"))
        } else if !value.contains("workspace=true") {
            Some(format!("{path}: {name} must take its version from the workspace"))
        } else {
            let open = bare && pure && value.contains("features");
            open.then(|| format!("{path}: {name} must not turn features on"))
        }
    };
    dependencies(manifest).iter().filter_map(complaint).collect()
}

/// What stands on a list and is used by nobody: names of the lists above no manifest has, dependencies of the workspace
/// no member has, and dependencies of a member none of its files names.
pub(crate) fn is_used(files: &[(String, String)]) -> Findings {
    let manifests: Vec<(&str, Vec<Dependency>)> = files
        .iter()
        .filter(|(path, _)| path == "Cargo.toml" || path.ends_with("/Cargo.toml"))
        .map(|(path, text)| (path.as_str(), dependencies(text)))
        .collect();
    let has = |path: &str, name: &str| {
        let mut manifest = manifests.iter().filter(|(known, _)| known.starts_with(path));
        manifest.any(|(_, found)| {
            let mut found = found.iter();
            found.any(|found| found.name == name && found.section != "workspace.dependencies")
        })
    };
    let mut findings = Findings::new();
    let lists = [
        ("api/", API_DEPENDENCIES),
        ("sim/", SIM_DEPENDENCIES),
        ("", TEST_DEPENDENCIES),
    ];
    for (path, list) in lists {
        let unused = list.iter().filter(|name| !has(path, name));
        findings
            .extend(unused.map(|name| format!("tests/tidy/manifest_rules.rs: nothing in {path} has {name}")));
    }
    for (path, found) in &manifests {
        let folder = path.trim_end_matches("Cargo.toml");
        for Dependency { section, name, .. } in found {
            if section == "workspace.dependencies" {
                if !has("", name) {
                    findings.push(format!("{path}: no member has {name}"));
                }
                continue;
            }
            let spelled = spelled(name);
            let is_named = files.iter().any(|(file, text)| {
                let rest = file.strip_prefix(folder).unwrap_or("");
                let of_members = folder.is_empty() && (rest.starts_with("api/") || rest.starts_with("sim/"));
                is_rust(rest) && !of_members && names(text, &spelled)
            });
            if !is_named {
                findings.push(format!("{path}: no file names {name}"));
            }
        }
    }
    findings
}

/// A package as code spells it.
fn spelled(name: &str) -> String {
    if name == "md-5" {
        return "md5".to_owned();
    }
    name.replace('-', "_")
}

/// Whether a word stands in a text as a word.
fn names(text: &str, word: &str) -> bool {
    let of_a_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(of_a_word) && !text[at + word.len()..].starts_with(of_a_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let manifest = "[package]\nname = \"a\"\n# c = 1\n[dependencies]\nb.workspace = true\n\
            d = { workspace = true, features = [\n  \"e\",\n  \"f\",\n] }\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n\
            [dev-dependencies.g]\nversion = \"1\"\n[lints]\nworkspace = true\n";
        let found: Vec<(String, String)> = dependencies(manifest)
            .into_iter()
            .map(|dependency| (dependency.section, dependency.name))
            .collect();
        let expected = [
            ("dependencies", "b"),
            ("dependencies", "d"),
            ("dependencies", "libc"),
            ("dev-dependencies", "g"),
        ];
        assert_eq!(
            found,
            expected.map(|(section, name)| (section.to_owned(), name.to_owned()))
        );
    }

    #[test]
    fn a_dependency_off_the_list_is_found() {
        for name in ["tokio", "reqwest", "getrandom", "rand", "proptest"] {
            for path in ["api/Cargo.toml", "sim/Cargo.toml"] {
                let manifest = format!("[dependencies]\n{name}.workspace = true\n");
                assert_eq!(
                    depends_only_on_what_it_may(path, &manifest).len(),
                    1,
                    "{path}: {name}"
                );
            }
        }
        let sections = [
            "build-dependencies",
            "dev-dependencies",
            "target.'cfg(windows)'.dependencies",
        ];
        for section in sections {
            let manifest = format!("[{section}]\ntokio = {{ workspace = true }}\n");
            assert_eq!(
                depends_only_on_what_it_may("sim/Cargo.toml", &manifest).len(),
                1,
                "{section}"
            );
        }
        assert_eq!(
            depends_only_on_what_it_may("api/Cargo.toml", "[dependencies.tokio]\nversion=\"1\"").len(),
            1
        );
        let allowed =
            "[dependencies]\nserde.workspace = true\n[dev-dependencies]\nproptest.workspace = true\n";
        assert!(depends_only_on_what_it_may("sim/Cargo.toml", allowed).is_empty());
        assert!(
            depends_only_on_what_it_may("Cargo.toml", "[dependencies]\ntokio.workspace = true\n").is_empty()
        );
    }

    #[test]
    fn a_version_in_a_member_and_a_default_feature_are_found() {
        for (path, manifest) in [
            ("sim/Cargo.toml", "[dependencies]\nserde = \"1\"\n"),
            ("sim/Cargo.toml", "[dependencies]\nserde = { version = \"1\" }\n"),
            (
                "sim/Cargo.toml",
                "[dependencies]\nrand_core = { workspace = true, features = [\"os_rng\"] }\n",
            ),
            ("Cargo.toml", "[workspace.dependencies]\nrand_core = \"0.10\"\n"),
            ("Cargo.toml", "[dependencies]\nclap = \"4\"\n"),
        ] {
            assert_eq!(keeps_versions_in_one_place(path, manifest).len(), 1, "{manifest}");
        }
        for (path, manifest) in [
            (
                "sim/Cargo.toml",
                "[dependencies]\nserde.workspace = true\nurl = { workspace = true }\n",
            ),
            (
                "Cargo.toml",
                "[workspace.dependencies]\nrand_core = { version = \"1\", default-features = false }\n",
            ),
        ] {
            assert!(
                keeps_versions_in_one_place(path, manifest).is_empty(),
                "{manifest}"
            );
        }
    }

    #[test]
    fn what_nobody_uses_is_found() {
        let listed = |names: &[&str]| {
            let lines = names.iter().map(|name| format!("{name}.workspace = true\n"));
            lines.collect::<String>()
        };
        let named = |names: &[&str]| {
            let lines = names.iter().map(|name| format!("use {};\n", spelled(name)));
            lines.collect::<String>()
        };
        let files = |workspace: &str, member: &str, code: &str| {
            let api = format!(
                "[dependencies]\n{}{member}[dev-dependencies]\n{}",
                listed(API_DEPENDENCIES),
                listed(TEST_DEPENDENCIES)
            );
            let code = format!("{}{}{code}", named(API_DEPENDENCIES), named(TEST_DEPENDENCIES));
            [
                ("Cargo.toml", format!("[workspace.dependencies]\n{workspace}")),
                ("api/Cargo.toml", api),
                ("api/src/lib.rs", code),
                (
                    "sim/Cargo.toml",
                    format!("[dependencies]\n{}", listed(SIM_DEPENDENCIES)),
                ),
                ("sim/src/lib.rs", named(SIM_DEPENDENCIES)),
            ]
            .map(|(path, text)| (path.to_owned(), text))
        };
        let clean = is_used(&files("bytes = \"1\"\n", "", ""));
        assert!(clean.is_empty(), "{clean:?}");
        let mut short = files("", "", "");
        short[3].1 = short[3].1.replace("toml.workspace = true\n", "");
        for (files, finding) in [
            (files("axum = \"1\"\n", "", ""), "Cargo.toml: no member has axum"),
            (
                files("", "rare-crate.workspace = true\n", "use rare_crates;"),
                "api/Cargo.toml: no file names rare-crate",
            ),
            (short, "tests/tidy/manifest_rules.rs: nothing in sim/ has toml"),
        ] {
            assert_eq!(is_used(&files), [finding]);
        }
    }
}
