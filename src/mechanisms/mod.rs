//! The mechanisms of the week, one file or folder each.

pub mod acts;
pub mod arrivals;
pub mod exit;
pub mod housing;
pub mod incidents;
pub mod response;
pub mod services;
