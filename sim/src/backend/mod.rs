//! The traits of the waist, straight onto the world.
