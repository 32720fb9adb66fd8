//! What is measured: the indicators, their weekly values, and bands over replicates.

mod bands;
pub mod conduct;
mod indicators;
mod readings;
pub mod tension;

pub use bands::{Band, Bands, Key};
pub use indicators::{Aggregation, INDICATORS, Indicator, indicator};
pub use readings::{LEAST_HOUSEHOLDS, Readings};
