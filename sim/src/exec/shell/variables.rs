//! The variables of a shell.

use std::collections::BTreeMap;

/// Bytes all variables of a shell may hold together.
const LENGTH_MAX: usize = 16 * 1024 * 1024;

/// The variables of a shell, and which of them its programs get.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, Variable>,
    bytes: usize,
}

#[derive(Debug, Clone, Default)]
struct Variable {
    /// Nothing for a name that is exported but was never set.
    value: Option<String>,
    exported: bool,
}

impl Variables {
    /// The variables of a process: all of them exported.
    pub(super) fn from_environment(environment: &BTreeMap<String, String>) -> Self {
        let mut variables = Self::default();
        for (name, value) in environment {
            variables.set(name, value);
            variables.export(name);
        }
        variables
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.value.as_deref()
    }

    /// Sets a variable; whether there was room.
    #[must_use = "there may be no room"]
    pub(super) fn try_set(&mut self, name: &str, value: &str) -> bool {
        let old = self.get(name).map_or(0, str::len);
        if self.bytes - old + value.len() > LENGTH_MAX {
            return false;
        }
        self.set(name, value);
        true
    }

    fn set(&mut self, name: &str, value: &str) {
        let variable = self.values.entry(name.to_owned()).or_default();
        let old = variable.value.replace(value.to_owned());
        self.bytes = self.bytes + value.len() - old.map_or(0, |old| old.len());
    }

    pub(super) fn export(&mut self, name: &str) {
        self.values.entry(name.to_owned()).or_default().exported = true;
    }

    pub(super) fn unset(&mut self, name: &str) {
        if let Some(removed) = self.values.remove(name) {
            self.bytes -= removed.value.map_or(0, |value| value.len());
        }
    }

    /// What programs get.
    pub(super) fn environment(&self) -> BTreeMap<String, String> {
        self.values
            .iter()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| Some((name.clone(), variable.value.clone()?)))
            .collect()
    }

    /// All names and values, in order of the names.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .filter_map(|(name, variable)| Some((name.as_str(), variable.value.as_deref()?)))
    }
}
