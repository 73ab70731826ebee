//! What commands do on simulated nodes.

mod blobs;
mod cmd;
mod executor;
mod harness;
mod hostile;
#[cfg(test)]
mod packages;
mod programs;
mod shell;
mod stage;
mod tools;
