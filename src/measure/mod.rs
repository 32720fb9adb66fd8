//! What is measured: the indicators, their weekly values, and bands over replicates.

pub mod attitudes;
mod bands;
pub mod conduct;
pub mod contributions;
pub mod economy;
pub mod housing;
mod indicators;
mod minority;
pub mod monitor;
mod readings;
pub mod rural;
mod series;
mod sources;
mod tally;
pub mod tension;
pub mod treatment;

pub use bands::{Band, Bands, Key, quantile};
pub use indicators::{Aggregation, INDICATORS, Indicator, indicator};
pub use readings::{LEAST_HOUSEHOLDS, Readings};
pub use series::{Detail, Plan, Series, bands, read};
pub use sources::sources;
pub use tally::Tally;
