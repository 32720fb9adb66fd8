//! Sweeps: one question asked of a scenario at many points.
//!
//! The way of a sweep: [`mod@file`] reads and checks what a user wrote, `inputs` what is varied, [`design`] lays out its points, [`plan`] writes
//! them into a folder, [`run`] works the units of a shard and adds a line for each to a [`log`], [`results`] makes
//! one table of all logs.

mod base;
mod baseline;
pub mod design;
pub mod file;
mod inputs;
pub mod log;
pub mod outcome;
pub mod plan;
pub mod results;
pub mod run;
mod shipped;

pub use baseline::baseline;
pub use file::{Sweep, read};
pub use shipped::{names as shipped_names, text as shipped_text};
