//! `docs/operations.md` tells of every operation how far it is simulated. It is made of the table of routes.
//!
//! After a change, `BATCHITE_WRITE_DOCS=1 cargo test --test operations` writes it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use batchite_api::wire::batch::{API_VERSION, ROUTES};
use batchite_sim::reach::Reach;

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md")
}

fn made() -> String {
    let count = |wanted| {
        let reaches = ROUTES.iter().map(|route| Reach::of(route.operation));
        reaches.filter(|reach| *reach == wanted).count()
    };
    let mut text = format!(
        "# The operations of the Batch service\n\n\
         Every operation of api-version {API_VERSION}, and how far the simulator goes. All of them are in the traits, in the\n\
         client and in the server; a refusal is 501 `NotSimulated` and changes nothing. Of properties that are refused\n\
         although their operation is simulated, the README has a table.\n\n\
         {} operations are simulated, {} are answered as where there is nothing of the kind, {} are refused.\n\n\
         | operation | request | |\n| --- | --- | --- |\n",
        count(Reach::Simulated),
        count(Reach::Empty),
        count(Reach::Refused),
    );
    for route in ROUTES {
        writeln!(
            text,
            "| `{}` | `{} {}` | {} |",
            route.name,
            route.method,
            route.path,
            Reach::of(route.operation).words()
        )
        .expect("a string takes everything");
    }
    text
}

#[test]
fn the_page_of_operations_is_up_to_date() {
    if std::env::var_os("BATCHITE_WRITE_DOCS").is_some() {
        fs::write(page(), made()).unwrap();
    }
    let found = fs::read_to_string(page()).unwrap_or_default();
    assert!(
        found == made(),
        "docs/operations.md is out of date; BATCHITE_WRITE_DOCS=1 cargo test --test operations writes it"
    );
}
