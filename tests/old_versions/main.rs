//! Requests of old versions of the Batch service, written out as their clients send them, at the server.

mod caller;
mod gone;
mod jobs;
mod pools;
mod refusals;
