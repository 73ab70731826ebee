//! Scenarios of files.

use std::path::Path;

use batchite_sim::scenario::Scenario;

/// Reads a scenario. The error is a text for the person.
pub(super) fn read(path: &Path) -> Result<Scenario, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the scenario `{}` cannot be read: {error}", path.display()))?;
    Scenario::parse(&text).map_err(|error| format!("the scenario `{}` is wrong: {error}", path.display()))
}
