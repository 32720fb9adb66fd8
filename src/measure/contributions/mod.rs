//! Contributions: what changed a household's or a region's fear, hostility, trust, income and tension, week by
//! week, in rows that add up to the change.
//!
//! These are *accounting shares*: who moved the number, given everything else as it was. How different it would
//! be without a mechanism is another question, answered by running without it.
//!
//! Mechanisms act in turn, so what each changes is its value after minus its value before. Fear, hostility and
//! life satisfaction follow a goal in parts (`memory.rs`); inside the goal the inputs of the logistic get
//! Aumann-Shapley shares. Means over households are taken apart in `pools.rs`, tension in `index.rs`.

mod book;
mod index;
mod labels;
mod memory;
mod pools;
mod state;
mod tracer;

use std::sync::atomic::AtomicBool;

use crate::engine::replicate::{Moment, drive};
use crate::world::{Context, Setting, World};
use book::Book;

pub use labels::{Label, labels};

/// What is traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One household.
    Household(usize),
    /// A region, everyone and each group; or the whole country.
    Region(Option<usize>),
}

/// One contribution: positions in [`Trace::entities`], [`Trace::states`] and [`Trace::labels`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Week in which it was made, from 1.
    pub week: u32,
    /// Who.
    pub entity: usize,
    /// What changed.
    pub state: usize,
    /// What changed it.
    pub label: usize,
    /// By how much, in the unit of the state.
    pub value: f64,
}

/// The level of a state at the end of a week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// Week, from 0.
    pub week: u32,
    /// Who.
    pub entity: usize,
    /// What.
    pub state: usize,
    /// How much.
    pub value: f64,
}

/// All contributions of one replicate.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// Names of entities: a household's address, or region and `region/group`.
    pub entities: Vec<String>,
    /// Names of states.
    pub states: Vec<String>,
    /// Rows of the table.
    pub labels: Vec<Label>,
    /// Contributions that are not 0, by week, entity, state and label.
    pub rows: Vec<Row>,
    /// Levels by week, entity and state, where they are defined.
    pub levels: Vec<Level>,
    /// Households of a region whose mean hostility changed most since week 0 or entry, with the change.
    pub moved: Vec<(usize, f64)>,
    /// Largest distance between a recomputed and a stored change of a household, in units of the stored
    /// type at its size, by state.
    pub missed: Vec<f64>,
    /// Hash of the final state.
    pub state_hash: String,
}

/// Traces replicate `replicate`; nothing if `stop` was set on the way.
pub fn trace(
    setting: &Setting,
    week0: &World,
    replicate: u32,
    subject: Subject,
    stop: &AtomicBool,
) -> Option<Trace> {
    let mut book: Option<Book<'_>> = None;
    let end = drive(setting, week0.clone(), replicate, stop, |ctx, world, moment| {
        // Whatever the context borrows lives as long as the setting.
        let ctx = &Context { setting, ..*ctx };
        match (&mut book, moment) {
            (Some(book), Moment::Step(step)) => book.step(ctx, world, step),
            (Some(book), Moment::Week) => book.week(ctx.week),
            (None, Moment::Week) => book = Some(Book::open(ctx, world, subject)),
            (None, Moment::Step(step)) => (step.run)(ctx, world),
        }
    })?;
    book.map(|book| book.shut(&end))
}

#[cfg(test)]
mod tests;
