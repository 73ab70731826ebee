//! The world under random histories: a state machine held against a reference, and a swarm of seeds.

mod driver;
mod model;
mod swarm;
