//! The mechanisms of the week, one file or folder each.

pub mod affect;
pub mod arrivals;
pub mod blame;
pub mod contact;
pub mod housing;
pub mod information;
pub mod services;
pub mod threat;
pub mod trust;
