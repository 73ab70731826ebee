//! The applications of a scenario: packages whose files are written in the document itself.
//!
//! ```toml
//! [[applications]]
//! id = "tool"
//! defaultVersion = "1.0"
//! packages."1.0" = { "run.sh" = "#!/bin/sh\necho hello\n" }
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{ScenarioError, wrong};
use crate::application::{Application, ApplicationError, ApplicationPackage, Applications};

/// An application: its packages by version, and the texts of their files by path. All of them can be run.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ApplicationEntry {
    id: String,
    display_name: Option<String>,
    default_version: Option<String>,
    #[serde(default)]
    packages: BTreeMap<String, BTreeMap<String, String>>,
}

impl ApplicationEntry {
    fn read(&self) -> Result<Application, ApplicationError> {
        let mut application = Application::new(&self.id)?;
        for (version, files) in &self.packages {
            let mut package = ApplicationPackage::new();
            for (path, text) in files {
                package = package.with_program(path, text.clone())?;
            }
            application = application.with_package(version, package)?;
        }
        if let Some(version) = &self.default_version {
            application = application.with_default_version(version)?;
        }
        match &self.display_name {
            Some(name) => application.with_display_name(name),
            None => Ok(application),
        }
    }
}

/// Reads the applications of a scenario.
pub(super) fn read(entries: &[ApplicationEntry]) -> Result<Applications, ScenarioError> {
    let mut applications = Applications::new();
    for (at, entry) in entries.iter().enumerate() {
        let added = entry
            .read()
            .and_then(|application| applications.with(application));
        applications = added.map_err(|error| wrong(&format!("applications[{at}]"), error))?;
    }
    Ok(applications)
}
