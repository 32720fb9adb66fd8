//! Several scenarios with the same random numbers: each of their replicates is one unit of work.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Finished;
use super::units::{WorkError, one};
use super::work::{Sharing, Unit, Work, work};
use crate::engine::replicate;
use crate::measure::{Detail, Key, Plan};
use crate::scenario::{Loaded, Scenario};

/// A scenario under a name of its own.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Name in tables and charts; unique among its fellows.
    pub label: String,
    /// The checked scenario.
    pub loaded: Loaded,
}

/// Finished replicates of several scenarios; the first is the baseline.
#[derive(Debug, Clone)]
pub struct Runs {
    /// Names, in the order of the command line.
    pub labels: Vec<String>,
    /// The scenarios as they were run.
    pub scenarios: Vec<Scenario>,
    /// What was kept of each; the same for all.
    pub plan: Plan,
    /// Replicates of each scenario, all of them.
    pub finished: Vec<Vec<Finished>>,
}

impl Runs {
    /// The baseline scenario.
    pub fn baseline(&self) -> &Scenario {
        &self.scenarios[0]
    }

    /// Weeks of a series, week 0 included.
    pub fn length(&self) -> usize {
        self.baseline().weeks as usize + 1
    }

    /// Replicates of each scenario.
    pub fn replicates(&self) -> usize {
        self.finished[0].len()
    }

    /// Value of key `k` (a position in [`Plan::keys`]) in week `week` and each replicate of scenario `variant`.
    pub fn at(&self, variant: usize, k: usize, week: usize) -> Vec<f64> {
        let value = |f: &Finished| f.series.values[week * f.series.keys + k];
        self.finished[variant].iter().map(value).collect()
    }

    /// Weekly values of key `k` in one replicate of scenario `variant`, from week 0.
    pub fn weekly(
        &self,
        variant: usize,
        k: usize,
        replicate: usize,
    ) -> impl Iterator<Item = f64> + '_ {
        let series = &self.finished[variant][replicate].series;
        series.values.iter().skip(k).step_by(series.keys.max(1)).copied()
    }

    /// Position of a key, if it was kept.
    pub fn position(&self, key: Key) -> Option<usize> {
        self.plan.keys.iter().position(|other| *other == key)
    }
}

/// Why these scenarios cannot be paired with the first, in one message; nothing if they can.
pub fn mismatch(variants: &[Variant]) -> Option<String> {
    let facts = |s: &Scenario| -> Vec<(&'static str, String)> {
        let regions: Vec<&str> = s.regions.iter().map(|r| r.code.as_str()).collect();
        let groups: Vec<String> = s
            .listed
            .iter()
            .map(|&g| &s.groups[g])
            .map(|g| if g.target { format!("{} (target)", g.id) } else { g.id.clone() })
            .collect();
        vec![
            ("seed", s.seed.to_string()),
            ("replicates", s.replicates.to_string()),
            ("weeks", s.weeks.to_string()),
            ("start", s.start.to_string()),
            ("scale", s.scale.to_string()),
            ("currency", s.currency.clone()),
            ("regions", regions.join(", ")),
            ("groups", groups.join(", ")),
        ]
    };
    let (first, rest) = variants.split_first()?;
    let base = facts(&first.loaded.scenario);
    for other in rest {
        let theirs = facts(&other.loaded.scenario);
        let differs = base.iter().zip(&theirs).find(|(a, b)| a.1 != b.1);
        if let Some(((key, a), (_, b))) = differs {
            let way = match *key {
                "seed" | "replicates" | "weeks" | "scale" => format!("--{key} sets it for all"),
                _ => format!("let both extend one scenario, or change `{key}` in one of them"),
            };
            return Some(format!(
                "error: `{}` and `{}` cannot be compared: `{key}` differs\n  found: {a} in `{}`, {b} in `{}`\n  \
                 allowed: the same seed, replicates, weeks, start, scale, currency, regions and groups, in the same \
                 order\n  help: {way}",
                first.label, other.label, first.label, other.label
            ));
        }
    }
    None
}

/// Runs all replicates of all `variants`, which [`mismatch`] lets pass, in one list; nothing if `stop` was set on the
/// way. `progress` is told the number of weeks done in all, now and then.
///
/// # Errors
/// If the thread pool cannot be made or a replicate fails.
pub fn run_variants(
    variants: &[Variant],
    detail: Detail,
    threads: usize,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Option<Runs>, WorkError> {
    let scenario = |v: usize| &variants[v].loaded.scenario;
    let weeks = AtomicU64::new(0);
    let tick = || progress(weeks.fetch_add(1, Ordering::Relaxed) + 1);
    // Keys name groups as the first scenario numbers them; the others keep the same keys in the same places.
    let first_plan = OnceLock::new();
    let replicates: Vec<Vec<u32>> =
        (0..variants.len()).map(|v| (0..scenario(v).replicates).collect()).collect();
    let units = replicates.iter().map(Vec::len).sum();
    let most = variants.iter().map(|v| v.loaded.scenario.households()).fold(0.0, f64::max);
    let mut finished: Vec<Vec<Finished>> = vec![Vec::new(); variants.len()];
    let mut failed = None;
    let job = Work {
        replicates: &replicates,
        build: &|v| {
            let (setting, week0) = replicate::week0(scenario(v).clone());
            let plan = Plan::new(&setting, detail);
            if v == 0 {
                first_plan.get_or_init(|| plan.clone());
            }
            Ok((setting, week0, plan))
        },
        run: &|(setting, week0, plan), unit: Unit| {
            one(setting, Cow::Borrowed(week0), plan, unit.replicate, stop, &tick, None)
        },
        sharing: Sharing::of(threads, units, most),
    };
    work(&job, stop, &mut |unit, result| match result {
        Ok(done) => finished[unit.world].push(done),
        Err(message) => {
            stop.store(true, Ordering::Relaxed);
            failed.get_or_insert(WorkError::Failed { replicate: unit.replicate, message });
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let Some(plan) = first_plan.into_inner() else { return Ok(None) };
    if finished.iter().zip(&replicates).any(|(f, wanted)| f.len() < wanted.len()) {
        return Ok(None);
    }
    Ok(Some(Runs {
        labels: variants.iter().map(|v| v.label.clone()).collect(),
        scenarios: (0..variants.len()).map(|v| scenario(v).clone()).collect(),
        plan,
        finished,
    }))
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::measure::{INDICATORS, Series};
    use crate::scenario::testing::two_towns;

    /// Runs of made-up values: `value(variant, replicate, week, key)` at national detail, 6 replicates, 12 weeks.
    pub fn runs(variants: usize, value: impl Fn(usize, u32, usize, &Key) -> f64) -> Runs {
        let mut scenario = two_towns();
        (scenario.weeks, scenario.replicates) = (12, 6);
        let all = |indicator| Key { region: None, group: None, target: None, indicator };
        let mut keys: Vec<Key> = (0..INDICATORS.len() as u16).map(all).collect();
        for group in 0..scenario.groups.len() as u16 {
            let by_group = |k: &Key| INDICATORS[usize::from(k.indicator)].by_group;
            let of = |k: &Key| Key { group: Some(group), ..*k };
            let more: Vec<Key> =
                keys.iter().filter(|k| k.group.is_none() && by_group(k)).map(of).collect();
            keys.extend(more);
        }
        let one = |v: usize, r: u32| Finished {
            replicate: r,
            series: Series {
                keys: keys.len(),
                values: (0..=scenario.weeks as usize)
                    .flat_map(|w| keys.iter().map(move |k| (w, k)))
                    .map(|(w, k)| value(v, r, w, k))
                    .collect(),
            },
            incidents: Vec::new(),
            state_hash: String::new(),
        };
        Runs {
            labels: (0..variants).map(|v| format!("variant-{v}")).collect(),
            scenarios: vec![scenario.clone(); variants],
            finished: (0..variants)
                .map(|v| (0..scenario.replicates).map(|r| one(v, r)).collect())
                .collect(),
            plan: Plan { series: (0..keys.len()).collect(), keys: keys.clone() },
        }
    }
}
