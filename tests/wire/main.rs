//! Every file of `fixtures/wire`: a request and its answer, transcribed from the page of the public reference it names.
//!
//! A fixture is played twice: a call written in Rust must become its request, and what its answer says must be read. The
//! request must also be read back as the same call, as a server does it. Those of Blob Storage are played at the client
//! as a whole and replayed at the server.
//!
//! The modules are marked as tests so that the lint that forbids `unwrap` knows their helpers for what they are.

#[cfg(test)]
mod blobs;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod pools;
#[cfg(test)]
mod tasks;
