//! The executor of real processes: real commands, a temporary directory, no sleeping.
#![cfg(unix)]

// Helpers of tests are tests to clippy only if they say so.
#[cfg(test)]
mod bench;
#[cfg(test)]
mod clock;
mod commands;
mod containers;
mod directories;
mod ending;
mod files;
mod orphans;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod packages;
mod resources;
#[cfg(test)]
mod store;
