//! The blob storage of the simulated world, through the trait everybody else uses.
//!
//! The modules are marked as tests so that the lint that forbids `unwrap` knows their helpers for what they are.

#[cfg(test)]
mod access;
#[cfg(test)]
mod account;
#[cfg(test)]
mod blocks;
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod containers;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod delegation;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod model;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod service;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod support;
#[cfg(test)]
mod writes;
