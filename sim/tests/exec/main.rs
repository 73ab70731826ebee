//! What commands do on simulated nodes.

mod blobs;
mod stage;
