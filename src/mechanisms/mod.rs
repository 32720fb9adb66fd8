//! The mechanisms of the week, one file or folder each.

pub mod arrivals;
pub mod housing;
pub mod labour;
pub mod money;
pub mod prices;
pub mod services;
pub mod wellbeing;
