//! Contributions to tension: linear in its components, which are means over the persons of a region and
//! group; what a component does beyond an end of its range, and changed shares of groups and regions, have
//! rows of their own.

use super::labels::{LIMITS, SHARES};
use super::pools::{Pool, Pools, components};
use super::state::State;
use crate::measure::LEAST_HOUSEHOLDS;
use crate::world::Setting;
use crate::world::conduct::COMPONENTS;

/// One region and group at the end of a week.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    persons: f64,
    agents: u32,
    points: [f64; COMPONENTS],
}

/// Rows of tension of one entity and week: by component, then by label.
pub type IndexRows = Vec<Vec<f64>>;

/// The index over the cells of a region, or of all.
#[derive(Debug, Clone)]
pub struct Index {
    /// Pool of each cell, with its region and group.
    cells: Vec<(usize, usize, usize)>,
    /// States that make up each component, by group.
    made_of: Vec<Vec<Vec<(usize, f64)>>>,
    /// Points per unit of each component within its range.
    slopes: [f64; COMPONENTS],
    last: Vec<Option<Cell>>,
    acting: usize,
    labels: usize,
}

impl Index {
    /// The cells among `list`: the pools over persons.
    pub fn new(setting: &Setting, list: &[Pool], states: &[State], labels: usize) -> Self {
        let p = &setting.scenario.parameters.tension;
        let (weights, ranges) = (p.weights(), p.ranges());
        let all: f64 = weights.iter().sum();
        let per = if all > 0.0 { 100.0 / all } else { 0.0 };
        let cells = list.iter().enumerate().filter(|(_, pool)| pool.persons);
        let cells: Vec<_> =
            cells.filter_map(|(n, pool)| Some((n, pool.region?, pool.group?))).collect();
        Self {
            last: vec![None; cells.len()],
            cells,
            made_of: (0..setting.groups()).map(|g| components(setting, states, g)).collect(),
            slopes: std::array::from_fn(|k| per * weights[k] / (ranges[k].1 - ranges[k].0)),
            acting: states.iter().position(|s| *s == State::Acting).unwrap_or(0),
            labels,
        }
    }

    fn read(&self, setting: &Setting, pools: &Pools, n: usize) -> Option<Cell> {
        let (pool, _, group) = self.cells[n];
        let counted = pools.mean(pool, self.acting);
        counted.known()?;
        let mut means = [0.0; COMPONENTS];
        for (mean, parts) in means.iter_mut().zip(&self.made_of[group]) {
            // Distrust is what is missing to full trust.
            *mean = if parts.iter().any(|(_, factor)| *factor < 0.0) { 1.0 } else { 0.0 };
            *mean += parts.iter().map(|(s, f)| f * pools.mean(pool, *s).value()).sum::<f64>();
        }
        // Hardship is a mean of three parts that are kept apart.
        let points = setting.scenario.parameters.tension.points(&means);
        Some(Cell { persons: counted.weight(), agents: counted.agents(), points })
    }

    /// Takes over the end of a week; call it after [`Index::rows`].
    pub fn close(&mut self, setting: &Setting, pools: &Pools) {
        self.last = (0..self.cells.len()).map(|n| self.read(setting, pools, n)).collect();
    }

    /// Points of each component over the cells of an entity, at the last close; nothing where too few
    /// households stand behind it.
    pub fn level(&self, of: &Pool) -> Option<[f64; COMPONENTS]> {
        let cells = self.within(of).filter_map(|n| self.last[n]);
        total(cells).map(|(points, _)| points)
    }

    fn within(&self, of: &Pool) -> impl Iterator<Item = usize> + '_ {
        let of = *of;
        (0..self.cells.len()).filter(move |&n| {
            let (_, region, group) = self.cells[n];
            of.region.is_none_or(|r| r == region) && of.group.is_none_or(|g| g == group)
        })
    }

    /// What changed the points of each component of an entity since the last close, if it had a level then
    /// and has one now.
    pub fn rows(&self, setting: &Setting, pools: &Pools, of: &Pool) -> Option<IndexRows> {
        let now: Vec<(usize, Option<Cell>)> =
            self.within(of).map(|n| (n, self.read(setting, pools, n))).collect();
        let (_, before) = total(now.iter().filter_map(|(n, _)| self.last[*n]))?;
        let (_, after) = total(now.iter().filter_map(|(_, cell)| *cell))?;
        let mut rows = vec![vec![0.0; self.labels]; COMPONENTS];
        for (n, now) in now {
            let (pool, _, group) = self.cells[n];
            let (old, new) = (self.last[n], now);
            let share = |cell: Option<Cell>, all: f64| cell.map_or(0.0, |c| c.persons / all);
            let (was, is) = (share(old, before), share(new, after));
            for k in 0..COMPONENTS {
                let old = old.map(|c| c.points[k]);
                let new = new.map(|c| c.points[k]);
                // A cell that empties or fills changes nothing but shares.
                let level = new.or(old).unwrap_or(0.0);
                rows[k][SHARES] += (is - was) * level;
                let rise = level - old.unwrap_or(level);
                let parts = &self.made_of[group][k];
                if !parts.iter().all(|(s, _)| pools.whole(pool, *s)) {
                    rows[k][SHARES] += was * rise;
                    continue;
                }
                let mut linear = 0.0;
                for (s, factor) in parts {
                    for (sum, x) in rows[k].iter_mut().zip(pools.rows(pool, *s)) {
                        let points = self.slopes[k] * factor * x;
                        *sum += was * points;
                        linear += points;
                    }
                }
                if old.is_some() && new.is_some() {
                    rows[k][LIMITS] += was * limit(rise, linear);
                }
            }
        }
        Some(rows)
    }
}

/// What an end of the range takes off; differences of rounding are none.
fn limit(rise: f64, linear: f64) -> f64 {
    let cut = rise - linear;
    if cut.abs() < 1e-9 { 0.0 } else { cut }
}

/// Mean points by persons, and persons; nothing below the least number of households.
fn total(cells: impl Iterator<Item = Cell>) -> Option<([f64; COMPONENTS], f64)> {
    let (mut points, mut persons, mut agents) = ([0.0; COMPONENTS], 0.0, 0);
    for cell in cells {
        for (sum, x) in points.iter_mut().zip(cell.points) {
            *sum += cell.persons * x;
        }
        persons += cell.persons;
        agents += cell.agents;
    }
    (persons > 0.0 && agents >= LEAST_HOUSEHOLDS).then(|| (points.map(|x| x / persons), persons))
}
