//! `tutorial --backend azure`: what it must be told, what it refuses, and the whole flow against two services on
//! loopback ports.
//!
//! - `place`: the command in a directory of its own, with a clean environment
//! - `batch`: a Batch service that answers as the flow needs it, and keeps the requests
//! - `settings`, `refusals`: what ends with 2 before anything is sent
//! - `flow`: the tutorial from beginning to end
//! - `proxy`: the variables that name a proxy

mod batch;
mod flow;
mod place;
mod proxy;
mod refusals;
mod settings;
