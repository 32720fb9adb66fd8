//! The mechanisms of the week, one file or folder each; [`schedule`] shows them in order.

pub mod acts;
pub mod affect;
pub mod aid;
pub mod arrivals;
pub mod blame;
pub mod contact;
pub mod exit;
pub mod housing;
pub mod incidents;
pub mod information;
pub mod labour;
pub mod land;
pub mod memory;
pub mod minority;
pub mod money;
pub mod outreach;
pub mod part;
pub mod prices;
pub mod projects;
pub mod response;
pub mod schedule;
pub mod screening;
pub mod services;
pub mod threat;
pub mod trust;
pub mod wellbeing;
