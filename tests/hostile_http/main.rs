//! Both services under requests no client should send: each is refused or loses its connection, and the server lives on.

mod bodies;
mod connections;
mod documents;
mod heads;
mod server;
