//! What is measured: the indicators, their weekly values, and bands over replicates.

pub mod attitudes;
mod bands;
pub mod conduct;
pub mod economy;
pub mod housing;
mod indicators;
pub mod monitor;
mod readings;
mod series;
pub mod tension;
pub mod treatment;

pub use bands::{Band, Bands, Key};
pub use indicators::{Aggregation, INDICATORS, Indicator, indicator};
pub use readings::{LEAST_HOUSEHOLDS, Readings};
pub use series::{Detail, Plan, Series, bands, read};
