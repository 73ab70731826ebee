//! The `batchite` command.

fn main() {}
