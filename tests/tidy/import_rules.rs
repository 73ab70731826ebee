//! Who may import whom: the hourglass of ARCHITECTURE.md, and the purity of the waist and the world.

use std::collections::BTreeSet;

use crate::code::{code, is_below, paths, shipped_code};
use crate::tree::{Findings, is_rust};

/// Paths that neither the waist nor the world may name.
const IMPURE_PATHS: &[&str] = &[
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::env",
    "std::fs",
    "std::hash::RandomState",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::UdpSocket",
    "std::process",
    "std::thread",
    concat!("std::time::", "Instant"),
    "std::time::SystemTime",
];

/// The module of the root package a file belongs to: `azure` for `src/azure.rs` and `src/azure/batch.rs`.
fn area(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    rest.split('/').next().map(|name| name.trim_end_matches(".rs"))
}

/// Whether a file of `area` may name the module `module` of the root package.
///
/// `lib.rs`, `main.rs` and the command line join the modules, and the worker puts its word counter on top of a blob
/// backend. Every other one may name itself alone, with two families that may spread over several modules: the host
/// and the simulator's controls.
fn may_name(area: &str, module: &str) -> bool {
    let family = ["host", "control"]
        .into_iter()
        .find(|family| area.starts_with(family));
    let joins = matches!(area, "lib" | "main") || area.starts_with("cli");
    joins || module.starts_with(family.unwrap_or(area)) || (area, module) == ("worker", "topn")
}

/// Holds a file against the directions: the world uses the waist; the client, the server, the tutorial and the worker
/// use the waist and no world; the word counter uses the standard library, its tests excepted; host and controls use
/// the world and the waist.
///
/// `crates` are the names of all dependencies, as cargo writes them in code.
pub(crate) fn imports_only_what_it_may(path: &str, text: &str, crates: &BTreeSet<String>) -> Findings {
    if !is_rust(path) {
        return vec![];
    }
    // From the root file of a module, `super` is the root of the package.
    let super_is_root =
        path.ends_with("/mod.rs") && path.matches('/').count() == 2 || path.matches('/').count() == 1;
    let shipped = paths(&shipped_code(path, text));
    let refused = |used: &str| {
        let mut segments = used.split("::");
        let (root, next) = (segments.next().unwrap_or(""), segments.next().unwrap_or(""));
        let module = match root {
            "crate" | "batchite" => Some(next),
            "super" if super_is_root && MODULES.contains(&next) => Some(next),
            _ => None,
        };
        match area(path) {
            None if path.starts_with("api/") => ["batchite_sim", "batchite"].contains(&root),
            None => path.starts_with("sim/") && root == "batchite",
            Some(area) => {
                module.is_some_and(|module| !may_name(area, module))
                    || ["azure", "server", "tutorial", "worker"].contains(&area) && root == "batchite_sim"
                    || area == "topn" && crates.contains(root) && shipped.contains(used)
            }
        }
    };
    let found = paths(&code(text));
    let refused = found.iter().filter(|used| refused(used));
    refused
        .map(|used| format!("{path}: must not use {used}"))
        .collect()
}

/// Modules of the root package that `super` may reach.
const MODULES: &[&str] = &[
    "azure", "cli", "control", "host", "server", "topn", "tutorial", "worker",
];

/// Only `main.rs` and the command line may choose between the simulator and Azure.
pub(crate) fn names_one_backend_at_most(path: &str, text: &str) -> Findings {
    let joins = area(path).is_none_or(|area| area == "main" || area.starts_with("cli"));
    if joins || !is_rust(path) {
        return vec![];
    }
    let found = paths(&code(text));
    let roots = ["batchite", "crate", "self", "super"];
    let is_azure = |used: &String| roots.iter().any(|root| is_below(used, &format!("{root}::azure")));
    let both = found.iter().any(is_azure) && found.iter().any(|used| is_below(used, "batchite_sim"));
    let finding = || format!("{path}: only the command line may name both backends");
    both.then(finding).into_iter().collect()
}

/// The waist and the world have no clock, no entropy, no environment, no I/O and no order that differs from run to run.
pub(crate) fn is_pure(path: &str, text: &str) -> Findings {
    if !(path.starts_with("api/src/") || path.starts_with("sim/src/")) {
        return vec![];
    }
    let found = paths(&code(text));
    let impure = found
        .iter()
        .filter(|used| IMPURE_PATHS.iter().any(|banned| is_below(used, banned)));
    impure
        .map(|used| format!("{path}: {used} brings a clock, entropy or I/O"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        let crates = ["batchite_api", "batchite_sim", "tokio"]
            .map(str::to_owned)
            .into();
        imports_only_what_it_may(path, text, &crates).len()
    }

    #[test]
    fn every_wrong_direction_is_found() {
        for (path, text) in [
            ("api/src/a.rs", "use batchite_sim::world::World;"),
            ("api/src/a.rs", "fn f() { batchite::azure::connect() }"),
            ("sim/src/a.rs", "use batchite::host::Host;"),
            ("src/azure/a.rs", "use batchite_sim::world::World;"),
            ("src/azure/mod.rs", "use super::server::route;"),
            ("src/azure.rs", "use super::{server::route};"),
            ("src/server/a.rs", "use crate::{azure::Client, server::route};"),
            ("src/server/a.rs", "use crate::control::Control;"),
            ("src/tutorial/a.rs", "fn f() { crate::cli::ask() }"),
            ("src/tutorial/a.rs", "fn f(world: batchite_sim::world::World) {}"),
            ("src/topn/a.rs", "use batchite_api::backend::BlobBackend;"),
            ("src/topn/a.rs", "fn f() { tokio::spawn(g()) }"),
            ("src/topn/a.rs", "use crate::azure::Client;"),
            ("src/topn/a.rs", "use tokio::spawn;\n#[cfg(test)]\nmod tests {}"),
            ("src/worker/a.rs", "use crate::tutorial::run;"),
            ("src/worker/a.rs", "use batchite_sim::world::World;"),
            ("src/host.rs", "use crate::azure::Client;"),
            ("src/host_process/a.rs", "use batchite::tutorial::run;"),
            ("src/control.rs", "use crate::server::route;"),
            ("src/anything.rs", "use crate::cli::Options;"),
        ] {
            assert_eq!(findings(path, text), 1, "{path}: {text}");
        }
    }

    #[test]
    fn the_right_directions_are_not() {
        for (path, text) in [
            ("api/src/a.rs", "use crate::time::Timestamp;"),
            ("sim/src/a.rs", "use batchite_api::batch::BatchPool;"),
            (
                "src/azure/a.rs",
                "use batchite_api::backend::BatchBackend; use crate::azure::retry::Retry;",
            ),
            (
                "src/azure/a.rs",
                "//! Unlike [`batchite_sim`], this goes over the wire.",
            ),
            ("src/azure/a.rs", "use super::host::HostHeader;"),
            (
                "src/topn/a.rs",
                "use std::io; use super::count::top; use crate::topn::count::Count;",
            ),
            (
                "src/host.rs",
                "use batchite_sim::exec::Executor; use crate::host_files::Root;",
            ),
            (
                "src/cli/a.rs",
                "use crate::azure::Client; use batchite_sim::world::World;",
            ),
            (
                "src/main.rs",
                "use batchite::azure::Client; use batchite_sim::world::World;",
            ),
            (
                "tests/a.rs",
                "use batchite::azure::Client; use batchite_sim::world::World;",
            ),
        ] {
            assert_eq!(findings(path, text), 0, "{path}: {text}");
        }
    }

    #[test]
    fn both_backends_outside_the_command_line_are_found() {
        let both = "use batchite_sim::world::World; use crate::azure::Client;";
        assert_eq!(names_one_backend_at_most("src/lib.rs", both).len(), 1);
        assert_eq!(names_one_backend_at_most("src/report.rs", both).len(), 1);
        for path in [
            "src/main.rs",
            "src/cli.rs",
            "src/cli/serve.rs",
            "tests/conformance/arms.rs",
        ] {
            assert!(names_one_backend_at_most(path, both).is_empty(), "{path}");
        }
        assert!(names_one_backend_at_most("src/report.rs", "use crate::azure::Client;").is_empty());
    }

    #[test]
    fn impurity_is_found() {
        for banned in IMPURE_PATHS {
            assert_eq!(
                is_pure("sim/src/a.rs", &format!("use {banned};")).len(),
                1,
                "{banned}"
            );
            assert_eq!(
                is_pure("api/src/a.rs", &format!("fn f() {{ {banned}::x() }}")).len(),
                1,
                "{banned}"
            );
            assert!(is_pure("src/host.rs", &format!("use {banned};")).is_empty());
        }
        assert_eq!(
            is_pure("sim/src/a.rs", "use std::net::{IpAddr, TcpStream};").len(),
            1
        );
        assert!(
            is_pure(
                "sim/src/a.rs",
                "use std::{collections::BTreeMap, time::Duration};"
            )
            .is_empty()
        );
    }
}
