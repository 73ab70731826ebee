//! One lock around the world, and where its time comes from.

use std::fmt::Debug;
use std::sync::{Mutex, MutexGuard, PoisonError};

use batchite_api::time::Timestamp;

use crate::world::World;

/// Where the world's present comes from.
pub trait TimeSource: Debug + Send + Sync {
    /// The present, given the moment the world has reached. Never earlier than that.
    fn now(&self, reached: Timestamp) -> Timestamp;
}

/// Time that stands still until somebody moves the world.
#[derive(Debug, Clone, Copy, Default)]
pub struct VirtualTime;

impl TimeSource for VirtualTime {
    fn now(&self, reached: Timestamp) -> Timestamp {
        reached
    }
}

/// The world behind its lock. Lock, call, unlock: nobody awaits while holding it.
#[derive(Debug)]
pub struct Shared {
    world: Mutex<World>,
    time: Box<dyn TimeSource>,
}

impl Shared {
    /// Puts a world behind a lock.
    pub fn new(world: World, time: Box<dyn TimeSource>) -> Self {
        Self {
            world: Mutex::new(world),
            time,
        }
    }

    /// The world, brought to the present.
    ///
    /// A panic of another caller does not lock the world for good: its state is only ever changed as a whole.
    pub fn enter(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.time.now(world.now());
        world.observe(now);
        world
    }
}
