//! Works the units of a shard.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::log::{Log, Record};
use super::plan::{Planned, SCENARIO};
use super::results::{Results, State};
use crate::engine::replicate;
use crate::ensemble::work::{Sharing, Unit, Work, work};
use crate::ensemble::{OutputError, WorkError};
use crate::measure::{Key, Plan, Series};
use crate::scenario::{Scenario, Source, load};
use crate::world::{Setting, World};

/// One of several equal parts of a sweep: every `of`-th point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

/// Why a shard was not worked to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No threads.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// A log cannot be read or written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// A point with what is kept of it.
struct Built {
    setting: Setting,
    week0: World,
    plan: Plan,
    /// Series of each outcome in the plan.
    series: Vec<usize>,
}

/// What is left to do of a shard.
#[derive(Debug, Clone)]
pub struct Left {
    /// Its points with something left.
    points: Vec<usize>,
    /// Replicates left of each.
    replicates: Vec<Vec<u32>>,
}

impl Left {
    /// Units without outcomes, those that failed among them.
    pub fn of(planned: &Planned, results: &Results, shard: Shard) -> Self {
        let replicates = planned.plan.replicates;
        let left = |point: usize| -> Vec<u32> {
            let first = point * replicates as usize;
            let open = |k: &u32| results.states[first + *k as usize] != State::Done;
            (0..replicates).filter(open).collect()
        };
        let own = (shard.index - 1..planned.plan.points).step_by(shard.of);
        let (points, replicates) =
            own.map(|p| (p, left(p))).filter(|(_, left)| !left.is_empty()).unzip();
        Self { points, replicates }
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.replicates.iter().map(Vec::len).sum()
    }
}

/// Works what is `left` and adds a line for each unit to a log of this process, in order, until all is done or
/// `stop` is set; returns how many ended and how many of these failed. `progress` is told the number of weeks done.
///
/// # Errors
/// If there are no threads or the log cannot be written.
pub fn run(
    planned: &Planned,
    left: &Left,
    shard: Shard,
    base: &Scenario,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(usize, usize), RunError> {
    let mut log = Log::new(planned.folder.path(), format!("{}-of-{}", shard.index, shard.of));
    let source = Source::Path(planned.folder.path().join(SCENARIO));
    let weeks = AtomicU64::new(0);
    let tick = || progress(weeks.fetch_add(1, Ordering::Relaxed) + 1);
    let (mut ended, mut failed) = (0, 0);
    let mut fault = None;
    let job = Work {
        replicates: &left.replicates,
        build: &|at| build(planned, &source, left.points[at]),
        run: &|built: &Built, unit: Unit| one(planned, built, unit.replicate, stop, &tick),
        sharing: Sharing::of(threads, left.units(), base.households()),
    };
    let done = work(&job, stop, &mut |unit, result| {
        let (point, replicate) = (left.points[unit.world], unit.replicate);
        ended += 1;
        failed += usize::from(result.is_err());
        let unit = planned.unit(point, replicate);
        if let Err(error) = log.add(&Record { point, replicate, unit, result }) {
            stop.store(true, Ordering::Relaxed);
            fault.get_or_insert(error);
        }
    });
    done.map_err(WorkError::from)?;
    fault.map_or(Ok((ended, failed)), |error| Err(error.into()))
}

/// Week 0 of a point, or what the scenario has against its values.
fn build(planned: &Planned, source: &Source, point: usize) -> Result<Built, String> {
    let mut sets = planned.sets(point);
    sets.push(format!("seed={}", planned.plan.seed_of(point)));
    let loaded = load(source, &sets).map_err(|faults| {
        let texts: Vec<String> = faults.iter().map(words).collect();
        texts.join("; ")
    })?;
    let (setting, week0) = replicate::week0(loaded.scenario);
    let mut plan = Plan { keys: Vec::new(), series: Vec::new() };
    let mut series = Vec::new();
    for outcome in &planned.plan.outcomes {
        let key = key(outcome, &setting.scenario)
            .ok_or_else(|| format!("there is no `{}` at this point", outcome.id))?;
        let at = plan.keys.iter().position(|other| *other == key).unwrap_or(plan.keys.len());
        if at == plan.keys.len() {
            plan.keys.push(key);
        }
        series.push(at);
    }
    Ok(Built { setting, week0, plan, series })
}

fn key(outcome: &super::outcome::Outcome, scenario: &Scenario) -> Option<Key> {
    let regions: Vec<&str> = scenario.regions.iter().map(|r| r.code.as_str()).collect();
    let groups: Vec<&str> = scenario.groups.iter().map(|g| g.id.as_str()).collect();
    outcome.key(&regions, &groups)
}

/// A message on one line.
fn words(fault: &crate::scenario::Diagnostic) -> String {
    let (key, message) = (&fault.key, &fault.message);
    format!("{key}: {message} (found: {}; allowed: {})", fault.found, fault.allowed)
}

/// The outcomes of one replicate, or nothing if it was stopped on the way.
fn one(
    planned: &Planned,
    built: &Built,
    k: u32,
    stop: &AtomicBool,
    tick: &dyn Fn(),
) -> Option<Vec<f64>> {
    let mut series = Series::new(built.plan.keys.len());
    replicate::run(&built.setting, &built.week0, k, stop, |ctx, world| {
        series.push(ctx, world, &built.plan);
        tick();
    })?;
    let weekly = |at: usize| -> Vec<f64> {
        series.values.iter().skip(at).step_by(series.keys).copied().collect()
    };
    let outcomes = planned.plan.outcomes.iter().zip(&built.series);
    Some(outcomes.map(|(outcome, at)| outcome.of(&weekly(*at))).collect())
}
