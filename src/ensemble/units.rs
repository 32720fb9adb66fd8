//! Runs replicates side by side.
//!
//! One worker per core takes the next replicate from a shared counter; a worker with no neighbour left uses
//! several cores inside its replicate. What a replicate computes depends on neither.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::checkpoints::{Checkpoints, Start};
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

/// Runs replicates `0..count` on `threads` cores and returns those that form a complete prefix; all of
/// them unless `stop` was set. `progress` is told the number of weeks done in all, now and then.
/// `checkpoints` says where each begins and what is kept on the way; what goes wrong with them sets `stop` and is
/// found in [`Checkpoints::fault`].
///
/// # Errors
/// If the thread pool cannot be made.
#[allow(
    clippy::too_many_arguments,
    reason = "the world, the work, and what the caller may do with it"
)]
pub fn run_replicates(
    setting: &Setting,
    week0: &World,
    plan: &Plan,
    count: u32,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
    checkpoints: Option<&Checkpoints>,
) -> Result<Vec<Finished>, rayon::ThreadPoolBuildError> {
    let workers = threads.min(count as usize).max(1);
    let inside = (threads / workers).max(1);
    let pools = (0..workers)
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(inside).build())
        .collect::<Result<Vec<_>, _>>()?;
    let next = AtomicU32::new(0);
    let weeks_done = std::sync::atomic::AtomicU64::new(0);
    let finished = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for pool in &pools {
            scope.spawn(|| {
                pool.install(|| {
                    loop {
                        let k = next.fetch_add(1, Ordering::Relaxed);
                        if k >= count || stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let tick = || {
                            let done = weeks_done.fetch_add(1, Ordering::Relaxed) + 1;
                            progress(done);
                        };
                        if let Some(done) = one(setting, week0, plan, k, stop, &tick, checkpoints)
                            && let Ok(mut all) = finished.lock()
                        {
                            all.insert(k, done);
                        }
                    }
                });
            });
        }
    });
    let all = finished.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(all.into_iter().zip(0..).take_while(|((k, _), n)| k == n).map(|((_, f), _)| f).collect())
}

/// One replicate, or nothing if it was stopped on the way.
fn one(
    setting: &Setting,
    week0: &World,
    plan: &Plan,
    k: u32,
    stop: &AtomicBool,
    tick: &dyn Fn(),
    checkpoints: Option<&Checkpoints>,
) -> Option<Finished> {
    let start = checkpoints.map_or(Some(Start::Week0), |c| c.start(setting, plan, k, stop))?;
    let (before, mut series) = match start {
        Start::Finished(done) => {
            (0..=setting.scenario.weeks).for_each(|_| tick());
            return Some(done);
        }
        Start::State(state) => {
            (0..=state.world.week).for_each(|_| tick());
            (Some(state.world), state.series)
        }
        Start::Week0 => (None, Series::new(plan.keys.len())),
    };
    let show = |ctx: &Context<'_>, world: &World| {
        series.push(ctx, world, plan);
        tick();
        if let Some(checkpoints) = checkpoints {
            checkpoints.keep(k, world, &series, stop);
        }
    };
    let end = match before {
        Some(world) => replicate::go_on(setting, world, k, stop, show),
        None => replicate::run(setting, week0, k, stop, show),
    }?;
    let state_hash = end.hash();
    let done = Finished { replicate: k, series, incidents: end.incidents, state_hash };
    if let Some(checkpoints) = checkpoints {
        checkpoints.keep_rows(&done, setting.scenario.weeks, stop);
    }
    Some(done)
}
