//! The blob storage of the simulated world, through the trait everybody else uses.

mod access;
mod containers;
mod copies;
mod lists;
mod model;
mod support;
mod writes;
