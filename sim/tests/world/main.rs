//! The world under random histories: a state machine held against a reference, and a swarm of seeds.

#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod driver;
#[cfg(test)]
mod everything;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod model;
#[cfg(test)]
mod multi_instance;
#[cfg(test)]
mod preparation;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod swarm;
#[cfg(test)]
mod users;
