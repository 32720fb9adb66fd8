//! Runs replicates side by side.
//!
//! One worker per core takes the next replicate from a shared counter; a worker with no neighbour left uses
//! several cores inside its replicate. What a replicate computes depends on neither.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::checkpoints::{Checkpoints, State};
use crate::engine::checkpoint::CheckpointError;
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

/// Why replicates could not be run.
#[derive(Debug, thiserror::Error)]
pub enum UnitError {
    /// The operating system gave no threads.
    #[error("no threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// A checkpoint could not be used or written.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Runs replicates `0..count` on `threads` cores and returns those that form a complete prefix; all of
/// them unless `stop` was set. `progress` is told the number of weeks done in all, now and then.
///
/// # Errors
/// If the thread pool cannot be made.
pub fn run_replicates(
    setting: &Setting,
    week0: &World,
    plan: &Plan,
    count: u32,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Finished>, UnitError> {
    let unit = Unit { setting, week0, plan, checkpoints: None, stop };
    side_by_side(&unit, count, threads, progress)
}

/// The same, from where `checkpoints` lets each replicate begin, keeping what it says on the way.
///
/// # Errors
/// If the thread pool cannot be made, or a checkpoint cannot be used or written.
#[allow(clippy::too_many_arguments, reason = "those of a run without checkpoints, and one")]
pub fn run_with_checkpoints(
    setting: &Setting,
    week0: &World,
    plan: &Plan,
    count: u32,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
    checkpoints: &Checkpoints,
) -> Result<Vec<Finished>, UnitError> {
    let unit = Unit { setting, week0, plan, checkpoints: Some(checkpoints), stop };
    side_by_side(&unit, count, threads, progress)
}

/// What every replicate of a run needs.
struct Unit<'a> {
    setting: &'a Setting,
    week0: &'a World,
    plan: &'a Plan,
    checkpoints: Option<&'a Checkpoints>,
    stop: &'a AtomicBool,
}

fn side_by_side(
    unit: &Unit<'_>,
    count: u32,
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Finished>, UnitError> {
    let workers = threads.min(count as usize).max(1);
    let inside = (threads / workers).max(1);
    let pools = (0..workers)
        .map(|_| rayon::ThreadPoolBuilder::new().num_threads(inside).build())
        .collect::<Result<Vec<_>, _>>()?;
    let next = AtomicU32::new(0);
    let weeks_done = std::sync::atomic::AtomicU64::new(0);
    let finished = Mutex::new(BTreeMap::new());
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for pool in &pools {
            scope.spawn(|| {
                pool.install(|| {
                    loop {
                        let k = next.fetch_add(1, Ordering::Relaxed);
                        if k >= count || unit.stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let tick = |weeks: u64| {
                            let done = weeks_done.fetch_add(weeks, Ordering::Relaxed) + weeks;
                            progress(done);
                        };
                        match unit.one(k, &tick) {
                            Ok(Some(done)) => {
                                if let Ok(mut all) = finished.lock() {
                                    all.insert(k, done);
                                }
                            }
                            Ok(None) => {}
                            Err(error) => {
                                unit.stop.store(true, Ordering::Relaxed);
                                if let Ok(mut failed) = failed.lock() {
                                    failed.get_or_insert(error);
                                }
                            }
                        }
                    }
                });
            });
        }
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(error.into());
    }
    let all = finished.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(all.into_iter().zip(0..).take_while(|((k, _), n)| k == n).map(|((_, f), _)| f).collect())
}

impl Unit<'_> {
    /// One replicate, or nothing if it was stopped on the way.
    fn one(&self, k: u32, tick: &dyn Fn(u64)) -> Result<Option<Finished>, CheckpointError> {
        let Self { setting, week0, plan, checkpoints, stop } = *self;
        let weeks = setting.scenario.weeks;
        let mut begin = None;
        if let Some(checkpoints) = checkpoints {
            if let Some(done) = checkpoints.finished(plan, weeks, k)? {
                tick(u64::from(weeks) + 1);
                return Ok(Some(done));
            }
            begin = checkpoints.state(setting, plan, k)?;
        }
        let mut series = Series::new(plan.keys.len());
        let mut failed = None;
        let mut show = |series: &mut Series, ctx: &Context<'_>, world: &World| {
            series.push(ctx, world, plan);
            tick(1);
            if let (Some(checkpoints), None) = (checkpoints, &failed)
                && let Err(error) = checkpoints.keep(k, world, series)
            {
                stop.store(true, Ordering::Relaxed);
                failed = Some(error);
            }
        };
        let end = match begin {
            Some(State { world, series: before }) => {
                tick(u64::from(world.week) + 1);
                series = before;
                replicate::go_on(setting, world, k, stop, |c, w| show(&mut series, c, w))
            }
            None => replicate::run(setting, week0, k, stop, |c, w| show(&mut series, c, w)),
        };
        if let Some(error) = failed {
            return Err(error);
        }
        let Some(end) = end else { return Ok(None) };
        let state_hash = end.hash();
        let done = Finished { replicate: k, series, incidents: end.incidents, state_hash };
        if let Some(checkpoints) = checkpoints.filter(|c| c.every.is_some()) {
            checkpoints.keep_finished(&done, weeks)?;
        }
        Ok(Some(done))
    }
}
