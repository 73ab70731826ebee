//! What the wire of the Batch service promises.

mod answers;
mod failures;
mod requests;
mod table;
