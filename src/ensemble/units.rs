//! Replicates of one scenario, side by side. What a replicate computes depends neither on the number of workers
//! nor on the cores inside one.

use std::borrow::Cow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::checkpoints::{Checkpoints, Start};
use super::work::{Sharing, Work, work};
use crate::engine::replicate;
use crate::measure::{Plan, Series};
use crate::world::conduct::Incident;
use crate::world::{Context, Setting, World};

/// A finished replicate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finished {
    /// Number of the replicate.
    pub replicate: u32,
    /// Its weekly values.
    pub series: Series,
    /// Its incidents, in order of day.
    pub incidents: Vec<Incident>,
    /// Hash of its final state.
    pub state_hash: String,
}

/// Why units could not be worked.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// No thread pool.
    #[error("no threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A replicate failed.
    #[error("replicate {replicate}: {message}")]
    Failed {
        /// Its number.
        replicate: u32,
        /// What went wrong.
        message: String,
    },
}

/// Runs replicates `0..count` on `threads` cores and returns those that form a complete prefix; all of
/// them unless `stop` was set. A single replicate lives in `week0` itself if that is handed over. `progress` is told the
/// number of weeks done in all, now and then.
/// `checkpoints` says where each begins and what is kept on the way; what goes wrong with them sets `stop` and is
/// found in [`Checkpoints::fault`].
///
/// # Errors
/// If the thread pool cannot be made or a replicate fails.
#[allow(
    clippy::too_many_arguments,
    reason = "the world, the work, and what the caller may do with it"
)]
pub fn run_replicates(
    setting: &Setting,
    week0: Cow<'_, World>,
    plan: &Plan,
    count: u32,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
    checkpoints: Option<&Checkpoints>,
) -> Result<Vec<Finished>, WorkError> {
    let weeks = AtomicU64::new(0);
    let tick = || progress(weeks.fetch_add(1, Ordering::Relaxed) + 1);
    let mut finished = Vec::new();
    let mut failed = None;
    let (lent, handed_over) = match week0 {
        Cow::Owned(world) if count == 1 => (None, Mutex::new(Some(world))),
        week0 => (Some(week0), Mutex::default()),
    };
    let world = || match &lent {
        Some(week0) => Some(Cow::Borrowed(&**week0)),
        None => handed_over.lock().ok()?.take().map(Cow::Owned),
    };
    let job = Work {
        replicates: &[(0..count).collect()],
        build: &|_| Ok(()),
        run: &|(), unit| one(setting, world()?, plan, unit.replicate, stop, &tick, checkpoints),
        sharing: Sharing::of(threads, count as usize, setting.households() as f64),
    };
    work(&job, stop, &mut |unit, result| match result {
        Ok(done) => finished.push(done),
        Err(message) => {
            stop.store(true, Ordering::Relaxed);
            failed.get_or_insert(WorkError::Failed { replicate: unit.replicate, message });
        }
    })?;
    failed.map_or(Ok(finished), Err)
}

/// One replicate, or nothing if it was stopped on the way.
pub(super) fn one(
    setting: &Setting,
    week0: Cow<'_, World>,
    plan: &Plan,
    k: u32,
    stop: &AtomicBool,
    tick: &dyn Fn(),
    checkpoints: Option<&Checkpoints>,
) -> Option<Finished> {
    let start = checkpoints.map_or(Some(Start::Week0), |c| c.start(setting, plan, k, stop))?;
    let (world, begun, mut series) = match start {
        Start::Finished(done) => {
            (0..=setting.scenario.weeks).for_each(|_| tick());
            return Some(done);
        }
        Start::State(state) => {
            (0..=state.world.week).for_each(|_| tick());
            drop(week0);
            (state.world, true, state.series)
        }
        Start::Week0 => (week0.into_owned(), false, Series::new(plan.keys.len())),
    };
    let show = |ctx: &Context<'_>, world: &World| {
        series.push(ctx, world, plan);
        tick();
        if let Some(checkpoints) = checkpoints {
            checkpoints.keep(k, world, &series, stop);
        }
    };
    let end = if begun {
        replicate::go_on(setting, world, k, stop, show)
    } else {
        replicate::run_in(setting, world, k, stop, show)
    }?;
    let state_hash = end.hash();
    let done = Finished { replicate: k, series, incidents: end.incidents, state_hash };
    if let Some(checkpoints) = checkpoints {
        checkpoints.keep_rows(&done, setting.scenario.weeks, stop);
    }
    Some(done)
}
