//! Which series a run keeps, and their weekly values.

use serde::{Deserialize, Serialize};

use super::{Bands, INDICATORS, Key, Readings, Tally, bands::Band};
use crate::world::{Context, Setting, World};

/// How much of the regional and group detail goes into the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Detail {
    /// Every region by group, both tables.
    Full,
    /// Bands: region x everyone, country x group, country x everyone; series: country only.
    #[default]
    Regions,
    /// Country x everyone, both tables.
    National,
}

/// The series of the two tables: positions into one list of keys.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Every key kept, in the order of `bands.csv`.
    pub keys: Vec<Key>,
    /// Which of them also go into `series.csv`, by position.
    pub series: Vec<usize>,
}

impl Detail {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Regions => "regions",
            Self::National => "national",
        }
    }
}

impl Plan {
    /// The keys of a detail for this setting.
    pub fn new(setting: &Setting, detail: Detail) -> Self {
        let (regions, listed) = (0..setting.regions(), &setting.scenario.listed);
        let regions: Vec<usize> = regions.collect();
        let axis = |of: &[usize]| {
            let each: Vec<_> = of.iter().map(|&x| Some(x as u16)).collect();
            std::iter::once(None).chain(each)
        };
        let mut keys = Vec::new();
        let mut series = Vec::new();
        for region in axis(&regions) {
            for group in axis(listed) {
                let (in_bands, in_series) = match detail {
                    Detail::Full => (true, true),
                    Detail::Regions => (region.is_none() || group.is_none(), region.is_none()),
                    Detail::National => {
                        let all = region.is_none() && group.is_none();
                        (all, all)
                    }
                };
                if !in_bands {
                    continue;
                }
                let mut add = |target: Option<u16>, indicator: usize| {
                    if in_series {
                        series.push(keys.len());
                    }
                    keys.push(Key { region, group, target, indicator: indicator as u16 });
                };
                let fits = |i: &&(usize, &super::Indicator)| group.is_none() || i.1.by_group;
                let list: Vec<(usize, &super::Indicator)> = INDICATORS.iter().enumerate().collect();
                // Target `all` or none first, in the order of the indicators; then target by target.
                for (i, _) in list.iter().filter(fits) {
                    add(None, *i);
                }
                for target in setting.scenario.listed_targets() {
                    for (i, _) in list.iter().filter(fits).filter(|i| i.1.by_target) {
                        add(Some(target as u16), *i);
                    }
                }
            }
        }
        Self { keys, series }
    }
}

/// Values of one replicate: week-major, `values[w * keys + k]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Number of keys.
    pub keys: usize,
    /// Values, NaN where undefined.
    pub values: Vec<f64>,
}

impl Series {
    /// No weeks yet.
    pub fn new(keys: usize) -> Self {
        Self { keys, values: Vec::new() }
    }

    /// Reads the world after a week.
    pub fn push(&mut self, ctx: &Context<'_>, world: &World, plan: &Plan) {
        let readings = read(ctx, world);
        let narrow = |x: Option<u16>| x.map(usize::from);
        self.values.extend(plan.keys.iter().map(|key| {
            let target = narrow(key.target)
                .and_then(|g| ctx.setting.targets.iter().position(|&other| other == g));
            readings.get(usize::from(key.indicator), target, narrow(key.region), narrow(key.group))
        }));
    }
}

/// All indicators of a week.
pub fn read(ctx: &Context<'_>, world: &World) -> Readings {
    let tally = Tally::of(ctx.setting, world);
    let mut out = Readings::new(ctx.setting, &tally);
    super::housing::read(ctx, world, &tally, &mut out);
    super::economy::read(ctx, world, &tally, &mut out);
    super::attitudes::read(ctx, world, &tally, &mut out);
    super::conduct::read(ctx, world, &tally, &mut out);
    super::rural::read(ctx, world, &mut out);
    super::minority::read(ctx, world, &mut out);
    super::monitor::read(world, &mut out);
    super::treatment::read(ctx, world, &tally, &mut out);
    super::tension::read(ctx, world, &tally, &mut out);
    if ctx.week == 0 {
        out.clear_flows();
    }
    out
}

/// Bands over replicates.
pub fn bands(plan: &Plan, weeks: u32, replicates: &[Series]) -> Bands {
    use rayon::prelude::*;
    let length = weeks as usize + 1;
    let values = (0..plan.keys.len())
        .into_par_iter()
        .flat_map_iter(|k| {
            (0..length).map(move |w| Band::of(replicates.iter().map(|s| s.values[w * s.keys + k])))
        })
        .collect();
    Bands { weeks, keys: plan.keys.clone(), values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    #[test]
    fn details_nest() {
        let (setting, _) = populate(testing::two_towns());
        let [full, regions, national] =
            [Detail::Full, Detail::Regions, Detail::National].map(|d| Plan::new(&setting, d));
        for (small, large) in [(&national, &regions), (&regions, &full)] {
            assert!(small.keys.iter().all(|k| large.keys.contains(k)));
            assert!(small.keys.len() < large.keys.len());
        }
        assert!(regions.series.iter().all(|&k| regions.keys[k].region.is_none()));
    }
}
