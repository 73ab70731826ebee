//! Bodies too long for one request, and networks that fail: blocks and ranges several at once, downloads that go on
//! where they broke off, and every failure an error within its deadline.
//!
//! The modules are marked as tests so that the lint that forbids `unwrap` knows their helpers for what they are.

#[cfg(test)]
mod downloads;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod service;
#[cfg(test)]
mod uploads;
