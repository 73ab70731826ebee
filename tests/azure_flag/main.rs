//! `tutorial --backend azure`: what it must be told, what it refuses, and the whole flow against two services on
//! loopback ports.
//!
//! - `place`: the command in a directory of its own, with a clean environment
//! - `batch`: a Batch service that answers as the flow needs it, and keeps the requests
//! - `settings`, `refusals`: what ends with 2 before anything is sent
//! - `entra`: Microsoft Entra ID instead of keys
//! - `flow`: the tutorial from beginning to end
//! - `proxy`: the variables that name a proxy
//! - `encryption`: whom TLS trusts

mod batch;
// Other systems do not read from a file whom to trust.
#[cfg(target_os = "linux")]
mod encryption;
mod entra;
mod flow;
mod place;
mod proxy;
mod refusals;
mod settings;
