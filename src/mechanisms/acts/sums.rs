//! What the weekly pass over households adds up.
//!
//! Within a piece sums are plain floats in slot order; pieces are joined in fixed point. Both are
//! the same at any thread count.

use super::choice::Choice;
use crate::engine::sums::Fixed;
use crate::world::society::{ACTS, INSTITUTIONS};
use crate::world::{Context, Households, Setting, Society, Tenure, World};

/// Columns by region and group: households, persons, helpers, trust in each institution, acting by rung,
/// reach, acting by rung times reach, norm, in need; then acts directed at each target.
const PERSONS: usize = 1;
const HELPERS: usize = 2;
const TRUST: usize = 3;
const ACTING: usize = TRUST + INSTITUTIONS;
const REACH: usize = ACTING + ACTS;
const NORM: usize = REACH + 1 + ACTS;
const NEED: usize = NORM + 1;
const AT: usize = NEED + 1;

/// Where each sum stands in the table.
pub struct Layout {
    regions: usize,
    groups: usize,
    /// Columns of a row.
    width: usize,
    /// Position of each group among the targets.
    own: Vec<usize>,
}

impl Layout {
    /// The layout for this setting.
    pub fn of(setting: &Setting) -> Self {
        let width = AT + setting.targets.len();
        let (regions, groups) = (setting.regions(), setting.groups());
        Self { regions, groups, width, own: setting.own_target() }
    }

    /// Entries of the table.
    pub fn len(&self) -> usize {
        self.regions * self.groups * self.width
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
        let reach = w * f64::from(setting.traits.reach[i]);
        let row = &mut table[(r * self.groups + g) * self.width..][..self.width];
        let Some((row, directed)) = row.split_first_chunk_mut::<AT>() else { return };
        row[0] += w;
        row[PERSONS] += w * f64::from(households.persons[i]);
        row[HELPERS] += w * f64::from(choice.helping);
        for (s, &x) in society.trust[i].iter().enumerate() {
            row[TRUST + s] += w * f64::from(x);
        }
        row[REACH] += reach;
        for (k, &p) in choice.acting.iter().enumerate() {
            row[ACTING + k] += w * f64::from(p);
            row[REACH + 1 + k] += reach * f64::from(p);
        }
        row[NORM] += w * f64::from(norm);
        if matches!(households.tenure[i], Tenure::Hosted | Tenure::Homeless) {
            row[NEED] += w;
        }
        // Acts at discrimination or above are directed at targets in proportion to the grievance.
        let targets = directed.len();
        let at = i * targets;
        let grievance = |t: usize| {
            let felt = society.hostility[at + t] * society.threat[at + t];
            if t == self.own[g] { 0.0 } else { felt }
        };
        let all: f32 = (0..targets).map(grievance).sum();
        if all > 0.0 {
            let per = w * f64::from(choice.acting[1] / all);
            for (t, sum) in directed.iter_mut().enumerate() {
                *sum += per * f64::from(grievance(t));
            }
        }
    }

    /// Households in need of help, by region.
    pub fn need(&self, table: &[Fixed]) -> Vec<f64> {
        (0..self.regions).map(|r| self.regional(table, r, NEED)).collect()
    }

    fn row<'a>(&self, table: &'a [Fixed], r: usize, g: usize) -> &'a [Fixed] {
        &table[(r * self.groups + g) * self.width..][..self.width]
    }

    /// Sum `k` over the groups of region `r`: of integers, so that the order of the groups leaves no trace.
    fn regional(&self, table: &[Fixed], r: usize, k: usize) -> f64 {
        let mut sum = Fixed::default();
        for g in 0..self.groups {
            sum += self.row(table, r, g)[k];
        }
        sum.get()
    }

    /// Puts the sums where others read them.
    pub fn read(&self, world: &mut World, table: &[Fixed]) {
        let ratio = |x: f64, whole: f64| if whole > 0.0 { x / whole } else { 0.0 };
        let conduct = &mut world.conduct;
        conduct.hostile_acts.clear();
        for r in 0..self.regions {
            let sum = |k: usize| self.regional(table, r, k);
            let (households, reach) = (sum(0), sum(REACH));
            world.society.regions[r].acting =
                std::array::from_fn(|k| ratio(sum(ACTING + k), households));
            conduct.online_acting[r] =
                std::array::from_fn(|k| ratio(sum(REACH + 1 + k), reach) as f32);
            if households > 0.0 {
                conduct.norm[r] = sum(NORM) / households;
            }
            for g in 0..self.groups {
                let row = self.row(table, r, g);
                let k = r * self.groups + g;
                conduct.households[k] = row[0].get();
                conduct.persons[k] = row[PERSONS].get();
                conduct.helpers[k] = row[HELPERS].get();
                conduct.trust[k] = std::array::from_fn(|j| row[TRUST + j].get());
                conduct.hostile_acts.extend(row[AT..].iter().map(|x| x.get()));
            }
        }
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
