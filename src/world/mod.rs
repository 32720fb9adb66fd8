//! The state of the world.

pub mod populate;
