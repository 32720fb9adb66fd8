//! The mechanisms of the week, one file or folder each.

pub mod arrivals;
pub mod housing;
pub mod services;
