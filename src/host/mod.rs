//! The time of a world whose commands are real processes.

pub mod pace;

pub use pace::HostPace;
