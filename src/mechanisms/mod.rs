//! The mechanisms of the week, one file or folder each; [`schedule`] shows them in order.

pub mod arrivals;
pub mod housing;
pub mod schedule;
pub mod services;
