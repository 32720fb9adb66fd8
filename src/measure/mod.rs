//! What is measured: the indicators, their weekly values, and bands over replicates.

pub mod attitudes;
mod bands;
mod indicators;
mod readings;

pub use bands::{Band, Bands, Key};
pub use indicators::{Aggregation, INDICATORS, Indicator, indicator};
pub use readings::{LEAST_HOUSEHOLDS, Readings};
