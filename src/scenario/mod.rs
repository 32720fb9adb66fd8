//! Scenario files: what a user writes becomes a checked [`Scenario`].

mod model;
#[cfg(test)]
pub(crate) mod testing;

pub use model::{
    CellProvenance, DAYS_PER_WEEK, Gate, Group, Lever, LeverKind, Region, Relation, SKILLS,
    Scenario, Shock, ShockKind, Status, Wave,
};
