//! The variables of a shell.

use std::collections::BTreeMap;

/// Bytes all variables of a shell may hold together, names and some more for each included.
const LENGTH_MAX: usize = 4 * 1024 * 1024;

/// What a variable counts beside its name and value.
const VARIABLE_COST: usize = 64;

fn cost(name: &str, value: Option<&str>) -> usize {
    VARIABLE_COST + name.len() + value.map_or(0, str::len)
}

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
    /// Whether it keeps its value to the end of the shell.
    constant: bool,
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

    /// What all variables count together.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.value.as_deref()
    }

    /// Sets a variable; whether there was room.
    #[must_use = "there may be no room"]
    pub(super) fn try_set(&mut self, name: &str, value: &str) -> bool {
        let bytes = self.bytes - self.cost(name) + cost(name, Some(value));
        if bytes > LENGTH_MAX {
            return false;
        }
        self.set(name, value);
        true
    }

    fn set(&mut self, name: &str, value: &str) {
        self.bytes = self.bytes - self.cost(name) + cost(name, Some(value));
        self.values.entry(name.to_owned()).or_default().value = Some(value.to_owned());
    }

    /// Gives a variable to programs; a name that was never set is noted for when it is.
    pub(super) fn export(&mut self, name: &str) {
        let before = self.cost(name);
        self.values.entry(name.to_owned()).or_default().exported = true;
        self.bytes = self.bytes - before + self.cost(name);
    }

    /// Keeps the value of a variable from now on, be it none.
    pub(super) fn keep(&mut self, name: &str) {
        let before = self.cost(name);
        self.values.entry(name.to_owned()).or_default().constant = true;
        self.bytes = self.bytes - before + self.cost(name);
    }

    /// Whether a variable keeps its value.
    pub(super) fn is_kept(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|variable| variable.constant)
    }

    /// All names that keep their value, in order, with it.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let kept = self.values.iter().filter(|(_, variable)| variable.constant);
        kept.map(|(name, variable)| (name.as_str(), variable.value.as_deref()))
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.bytes -= self.cost(name);
        self.values.remove(name);
    }

    fn cost(&self, name: &str) -> usize {
        let variable = self.values.get(name);
        variable.map_or(0, |variable| cost(name, variable.value.as_deref()))
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
