//! The server of the Batch service, asked with requests as they stand on the wire.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod asked;
#[cfg(test)]
mod door;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod resource_manager;
