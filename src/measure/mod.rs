//! What is measured: the indicators, their weekly values, and bands over replicates.

mod bands;
pub mod economy;
mod indicators;
mod readings;

pub use bands::{Band, Bands, Key};
pub use indicators::{Aggregation, INDICATORS, Indicator, indicator};
pub use readings::{LEAST_HOUSEHOLDS, Readings};
