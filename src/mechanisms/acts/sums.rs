//! What the weekly pass over households adds up.
//!
//! Within a piece sums are plain floats in slot order; pieces are joined in fixed point. Both are
//! the same at any thread count.

use super::choice::Choice;
use crate::engine::sums::SharedSums;
use crate::world::society::{ACTS, INSTITUTIONS};
use crate::world::{Context, Households, NONE, Setting, Society, Tenure, World};

/// Columns by region: households, acting by rung, reach, acting by rung times reach, norm, in need.
const BY_REGION: usize = 2 * ACTS + 4;
const REACH: usize = ACTS + 1;
const NORM: usize = 2 * ACTS + 2;
const NEED: usize = 2 * ACTS + 3;
/// Columns by region and group: households, persons, helpers, trust in each institution.
const BY_GROUP: usize = 3 + INSTITUTIONS;

/// Where each sum stands in the table.
pub struct Layout {
    regions: usize,
    groups: usize,
    targets: usize,
}

impl Layout {
    /// The layout for this setting.
    pub fn of(setting: &Setting) -> Self {
        Self {
            regions: setting.regions(),
            groups: setting.groups(),
            targets: setting.targets.len(),
        }
    }

    /// Entries of the table.
    pub fn len(&self) -> usize {
        self.regions * (BY_REGION + self.groups * (BY_GROUP + self.targets))
    }

    fn group_at(&self, r: usize, g: usize) -> usize {
        self.regions * BY_REGION + (r * self.groups + g) * BY_GROUP
    }

    fn acts_at(&self, r: usize, g: usize) -> usize {
        self.regions * (BY_REGION + self.groups * BY_GROUP) + (r * self.groups + g) * self.targets
    }

    /// Adds household `i`.
    #[inline]
    #[allow(clippy::too_many_arguments, reason = "everything a household's row is made of")]
    pub fn add(
        &self,
        table: &mut [f64],
        ctx: &Context<'_>,
        households: &Households,
        society: &Society,
        i: usize,
        norm: f32,
        choice: &Choice,
    ) {
        let setting = ctx.setting;
        let w = f64::from(setting.people.weight[i]);
        let (r, g) = (households.region[i] as usize, usize::from(setting.people.group[i]));
        let reach = w * setting.traits.reach.get(i).map_or(1.0, |&x| f64::from(x));
        let row = &mut table[r * BY_REGION..][..BY_REGION];
        row[0] += w;
        row[REACH] += reach;
        for k in 0..ACTS {
            let p = f64::from(choice.acting[k]);
            row[1 + k] += w * p;
            row[REACH + 1 + k] += reach * p;
        }
        row[NORM] += w * f64::from(norm);
        if matches!(households.tenure[i], Tenure::Hosted | Tenure::Homeless) {
            row[NEED] += w;
        }
        let row = &mut table[self.group_at(r, g)..][..BY_GROUP];
        row[0] += w;
        row[1] += w * f64::from(households.persons[i]);
        row[2] += w * f64::from(choice.helping);
        for (sum, &x) in row[3..].iter_mut().zip(&society.trust[i]) {
            *sum += w * f64::from(x);
        }
        // Acts at discrimination or above are directed at targets in proportion to the grievance.
        let at = i * self.targets;
        let grievance = |t: usize| {
            if setting.targets[t] == g {
                0.0
            } else {
                society.hostility[at + t] * society.threat[at + t]
            }
        };
        let all: f32 = (0..self.targets).map(grievance).sum();
        if all > 0.0 {
            let per = w * f64::from(choice.acting[1] / all);
            let row = &mut table[self.acts_at(r, g)..][..self.targets];
            for (t, sum) in row.iter_mut().enumerate() {
                *sum += per * f64::from(grievance(t));
            }
        }
    }

    /// Households in need of help, by region.
    pub fn need(&self, table: &[f64]) -> Vec<f64> {
        (0..self.regions).map(|r| table[r * BY_REGION + NEED]).collect()
    }

    /// Puts the sums where others read them.
    pub fn read(&self, ctx: &Context<'_>, world: &mut World, table: &[f64]) {
        let ratio = |x: f64, whole: f64| if whole > 0.0 { x / whole } else { 0.0 };
        let conduct = &mut world.conduct;
        for r in 0..self.regions {
            let row = &table[r * BY_REGION..][..BY_REGION];
            world.society.regions[r].acting = std::array::from_fn(|k| ratio(row[1 + k], row[0]));
            conduct.online_acting[r] =
                std::array::from_fn(|k| ratio(row[REACH + 1 + k], row[REACH]) as f32);
            if row[0] > 0.0 {
                conduct.norm[r] = row[NORM] / row[0];
            }
            for g in 0..self.groups {
                let row = &table[self.group_at(r, g)..][..BY_GROUP];
                let k = r * self.groups + g;
                conduct.households[k] = row[0];
                conduct.persons[k] = row[1];
                conduct.helpers[k] = row[2];
                conduct.trust[k] = std::array::from_fn(|j| row[3 + j]);
            }
        }
        let first = self.acts_at(0, 0);
        conduct.hostile_acts.clear();
        conduct.hostile_acts.extend_from_slice(&table[first..]);
        debug_assert_eq!(
            conduct.hostile_acts.len(),
            ctx.setting.regions() * self.groups * self.targets
        );
    }
}

/// Sums by cell over a run of households: neighbours in the table share a cell, so most households cost
/// no access to the shared table.
pub struct CellRun<'a> {
    cells: &'a SharedSums,
    cell: u32,
    sums: [f64; ACTS + 1],
}

impl<'a> CellRun<'a> {
    /// An empty run.
    pub fn new(cells: &'a SharedSums) -> Self {
        Self { cells, cell: NONE, sums: [0.0; ACTS + 1] }
    }

    /// Adds a household of `cell` (or of none).
    #[inline]
    pub fn add(&mut self, cell: u32, weight: f32, acting: &[f32; ACTS]) {
        if cell != self.cell {
            self.flush();
            self.cell = cell;
        }
        let w = f64::from(weight);
        self.sums[0] += w;
        for (sum, &p) in self.sums[1..].iter_mut().zip(acting) {
            *sum += w * f64::from(p);
        }
    }

    /// Hands the run over to the shared table.
    pub fn flush(&mut self) {
        if self.cell != NONE {
            for (k, &x) in self.sums.iter().enumerate() {
                self.cells.add(self.cell as usize * (ACTS + 1) + k, x);
            }
        }
        self.sums = [0.0; ACTS + 1];
    }
}

/// Mean acting probabilities of each cell; 0 in an empty one.
pub fn cell_means(sums: &[f64]) -> Vec<[f32; ACTS]> {
    sums.chunks_exact(ACTS + 1)
        .map(|row| {
            std::array::from_fn(|k| if row[0] > 0.0 { (row[1 + k] / row[0]) as f32 } else { 0.0 })
        })
        .collect()
}
