//! The values of one week: every indicator by target, region and group.

use super::tally::{Sum, Tally};
use super::{INDICATORS, indicator};
use crate::world::Setting;

/// Households (agents) of a region and group below which a mean is left empty.
pub const LEAST_HOUSEHOLDS: u32 = 30;

/// One week's values; NaN where undefined. Each axis has `all` at position 0.
#[derive(Debug, Clone)]
pub struct Readings {
    targets: usize,
    regions: usize,
    groups: usize,
    values: Vec<f64>,
    households: Vec<u32>,
    /// Order in which groups and targets are summed: it does not depend on the file.
    group_order: Vec<usize>,
    target_order: Vec<usize>,
}

impl Readings {
    /// All undefined, for the shape of `setting`; `tally` gives the number of households behind a mean.
    pub fn new(setting: &Setting, tally: &Tally) -> Self {
        let (regions, groups) = (setting.regions(), setting.groups());
        let households = tally.column(Sum::Agents).into_iter().map(|n| n as u32).collect();
        let targets = setting.targets.len();
        let values =
            vec![f64::NAN; INDICATORS.len() * (targets + 1) * (regions + 1) * (groups + 1)];
        let group_order = setting.group_order.clone();
        let place = |g: &usize| setting.targets.iter().position(|t| t == g);
        let target_order = group_order.iter().filter_map(place).collect();
        Self { targets, regions, groups, values, households, group_order, target_order }
    }

    fn at(&self, i: usize, target: usize, region: usize, group: usize) -> usize {
        ((i * (self.targets + 1) + target) * (self.regions + 1) + region) * (self.groups + 1)
            + group
    }

    /// A value; `None` is `all` on that axis. NaN where undefined.
    pub fn get(
        &self,
        indicator: usize,
        target: Option<usize>,
        region: Option<usize>,
        group: Option<usize>,
    ) -> f64 {
        let slot = |x: Option<usize>| x.map_or(0, |x| x + 1);
        self.values[self.at(indicator, slot(target), slot(region), slot(group))]
    }

    /// Where the values of indicator `id` begin for a target; those of a region and group are [`Readings::cell`] further on.
    fn row(&self, id: &str, target: usize) -> Option<usize> {
        let found = indicator(id);
        debug_assert!(found.is_some(), "no indicator {id}");
        found.map(|i| self.at(i, target, 0, 0))
    }

    fn cell(&self, region: usize, group: usize) -> usize {
        region * (self.groups + 1) + group
    }

    /// Leaves every flow empty: before the first week nothing has flowed.
    pub fn clear_flows(&mut self) {
        let width = self.at(1, 0, 0, 0);
        for (i, values) in INDICATORS.iter().zip(self.values.chunks_mut(width)) {
            if i.flow {
                values.fill(f64::NAN);
            }
        }
    }

    /// A count by region and group (`region * groups + group`) that adds up.
    pub fn sum(&mut self, id: &str, counts: &[f64]) {
        let ones = vec![1.0; counts.len()];
        self.fill(id, 0, counts, &ones, |n, _, _| n);
    }

    /// A ratio of sums by region and group: `part / whole`, empty where `whole` is 0 or too few
    /// households stand behind it. `target` is the position among the scenario's targets.
    pub fn mean(&mut self, id: &str, target: Option<usize>, part: &[f64], whole: &[f64]) {
        let slot = target.map_or(0, |t| t + 1);
        self.fill(id, slot, part, whole, |n, d, count| {
            if d > 0.0 && count >= LEAST_HOUSEHOLDS { n / d } else { f64::NAN }
        });
    }

    /// The mean over targets of what [`Readings::mean`] set for each; call it once all targets are in.
    pub fn mean_over_targets(&mut self, id: &str) {
        let Some(i) = indicator(id) else { return };
        for r in 0..=self.regions {
            for g in 0..=self.groups {
                let (mut sum, mut n) = (0.0, 0.0);
                for t in &self.target_order {
                    let x = self.values[self.at(i, t + 1, r, g)];
                    if !x.is_nan() {
                        sum += x;
                        n += 1.0;
                    }
                }
                let at = self.at(i, 0, r, g);
                self.values[at] = if n > 0.0 { sum / n } else { f64::NAN };
            }
        }
    }

    /// A value by region without groups; `all` is the mean with these weights.
    pub fn regional_mean(&mut self, id: &str, values: &[f64], weights: &[f64]) {
        let Some(row) = self.row(id, 0) else { return };
        let (mut sum, mut weight) = (0.0, 0.0);
        // Differences from the first value: regions that all have the same mean have exactly that.
        let first = values.iter().copied().find(|x| !x.is_nan()).unwrap_or(f64::NAN);
        for (r, (x, w)) in values.iter().zip(weights).enumerate() {
            let at = row + self.cell(r + 1, 0);
            self.values[at] = *x;
            if !x.is_nan() {
                sum += (x - first) * w;
                weight += w;
            }
        }
        self.values[row] = if weight > 0.0 { first + sum / weight } else { f64::NAN };
    }

    /// A count by region without groups; `all` is the sum.
    pub fn regional_sum(&mut self, id: &str, values: &[f64]) {
        let Some(row) = self.row(id, 0) else { return };
        for (r, x) in values.iter().enumerate() {
            let at = row + self.cell(r + 1, 0);
            self.values[at] = *x;
        }
        self.values[row] = values.iter().sum();
    }

    /// One computed value; `None` is `all`.
    pub fn set(&mut self, id: &str, region: Option<usize>, group: Option<usize>, value: f64) {
        let Some(row) = self.row(id, 0) else { return };
        let slot = |x: Option<usize>| x.map_or(0, |x| x + 1);
        let at = row + self.cell(slot(region), slot(group));
        self.values[at] = value;
    }

    fn fill(
        &mut self,
        id: &str,
        target: usize,
        part: &[f64],
        whole: &[f64],
        value: impl Fn(f64, f64, u32) -> f64,
    ) {
        let Some(row) = self.row(id, target) else { return };
        let (regions, groups) = (self.regions, self.groups);
        for r in 0..=regions {
            for g in 0..=groups {
                let (mut n, mut d, mut count) = (0.0, 0.0, 0);
                for rr in if r == 0 { 0..regions } else { r - 1..r } {
                    let some = g.checked_sub(1);
                    let those = some.as_ref().map_or(&self.group_order[..], std::slice::from_ref);
                    for gg in those {
                        let k = rr * groups + gg;
                        n += part[k];
                        d += whole[k];
                        count += self.households[k];
                    }
                }
                let at = row + self.cell(r, g);
                self.values[at] = value(n, d, count);
            }
        }
    }
}
