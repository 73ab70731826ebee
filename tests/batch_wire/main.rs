//! The client of the Batch service: what it sends for every operation, what it makes of the answers, what it repeats.
//!
//! The modules are marked as tests so that the lint that forbids `unwrap` knows their helpers for what they are.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod files;
#[cfg(test)]
mod given;
#[cfg(test)]
mod job_schedules;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod places;
#[cfg(test)]
mod play;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod repeats;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod tasks;
