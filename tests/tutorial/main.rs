//! The whole flow of the tutorial in the simulated world: how it ends well, and every way it can end badly.

mod bad_ends;
mod good_ends;
mod hostile;
mod leftovers;
#[cfg(test)]
mod world;
