//! `batchite serve` from outside: real sockets, real signals, real processes.
#![cfg(unix)]

mod addresses;
#[cfg(test)]
mod applications;
mod command;
mod controls;
mod emulator;
#[cfg(unix)]
mod entra;
mod environment;
mod files;
mod flow;
mod lifetime;
mod scenario;
mod time;
mod tls;
mod work;
