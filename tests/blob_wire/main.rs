//! Blob Storage over HTTP, both ends: the same cases straight onto the simulated store, through the client and the
//! server in memory, and through both over a socket; and what only one end can get wrong.
//!
//! The modules are marked as tests so that the lint that forbids `unwrap` knows their helpers for what they are.

#[cfg(test)]
mod addresses;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod entra;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod hashes;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod retries;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod service;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod support;
