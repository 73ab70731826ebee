//! What commands do on simulated nodes.

mod blobs;
mod cmd;
mod executor;
mod harness;
mod hostile;
mod programs;
mod shell;
mod stage;
mod tools;
