//! What the weekly pass over households adds up.
//!
//! Strips are summed in single precision, those of a piece in double, pieces are joined in fixed point. All of it is
//! the same at any thread count.

use super::choice::{Choices, Where};
use crate::engine::strips::{Keys, Lane, STRIP, apart, lane, total};
use crate::engine::sums::{Fixed, Run};
use crate::world::society::{ACTS, INSTITUTIONS};
use crate::world::{Households, Setting, Tenure, World};

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

/// What is summed of a strip, but for acts by target.
pub type Columns = [Lane; AT];

/// Sums over a piece of the households.
pub struct Sums {
    /// As [`Layout`] says.
    pub table: Vec<f64>,
    /// The strip summed last.
    pub columns: Box<Columns>,
}

/// What is added up beside choices.
pub struct Seen<'a> {
    pub setting: &'a Setting,
    pub households: &'a Households,
    /// Trust in each institution, by household.
    pub trust: &'a [[f32; INSTITUTIONS]],
}

/// Where each sum stands in the table.
pub struct Layout {
    regions: usize,
    groups: usize,
    /// Columns of a row.
    width: usize,
}

impl Layout {
    /// The layout for this setting.
    pub fn of(setting: &Setting) -> Self {
        let width = AT + setting.targets.len();
        let (regions, groups) = (setting.regions(), setting.groups());
        Self { regions, groups, width }
    }

    /// Entries of the table.
    pub fn len(&self) -> usize {
        self.regions * self.groups * self.width
    }

    /// Sums of nobody.
    pub fn none(&self) -> Sums {
        Sums { table: vec![0.0; self.len()], columns: Box::new([[0.0; STRIP]; AT]) }
    }

    /// Adds the households of a strip with this norm and grievance by target (none toward the own group); keeps the
    /// columns that were summed, for [`by_cell`].
    #[inline(always)]
    pub fn add<const T: usize>(
        &self,
        sums: &mut Sums,
        seen: &Seen<'_>,
        at: &Where,
        norm: &Lane,
        grievance: &[Lane; T],
        choices: &Choices,
    ) {
        let Sums { table, columns } = sums;
        let (setting, households) = (seen.setting, seen.households);
        let range = at.first..at.first + at.n;
        let group = lane(&setting.people.group[range.clone()]);
        let weight = lane(&setting.people.weight[range.clone()]);
        let reach = lane(&setting.traits.reach[range.clone()]);
        let persons = lane(&households.persons[range.clone()]);
        let tenure = lane(&households.tenure[range.clone()]);
        let trust = apart::<INSTITUTIONS, f32>(seen.trust[range].as_flattened());
        let mut keys = [0; STRIP];
        for k in 0..STRIP {
            keys[k] = at.region[k] * self.groups as u32 + u32::from(group[k]);
            let (w, reach) = (weight[k], weight[k] * reach[k]);
            let needy = matches!(tenure[k], Tenure::Hosted | Tenure::Homeless);
            columns[0][k] = w;
            columns[PERSONS][k] = w * f32::from(persons[k]);
            columns[HELPERS][k] = w * choices.helping[k];
            columns[REACH][k] = reach;
            columns[NORM][k] = w * norm[k];
            columns[NEED][k] = if needy { w } else { 0.0 };
        }
        for (s, trust) in trust.iter().enumerate() {
            for k in 0..STRIP {
                columns[TRUST + s][k] = weight[k] * trust[k];
            }
        }
        for (a, acting) in choices.acting.iter().enumerate() {
            for k in 0..STRIP {
                columns[ACTING + a][k] = weight[k] * acting[k];
                columns[REACH + 1 + a][k] = columns[REACH][k] * acting[k];
            }
        }
        // Acts at discrimination or above are directed at targets in proportion to the grievance.
        let mut all = [0.0_f32; STRIP];
        for grievance in grievance {
            for k in 0..STRIP {
                all[k] += grievance[k];
            }
        }
        let mut directed = *grievance;
        for directed in &mut directed {
            for k in 0..STRIP {
                let per = if all[k] > 0.0 { choices.acting[1][k] / all[k] } else { 0.0 };
                directed[k] *= weight[k] * per;
            }
        }
        let keys = Keys::new(&keys, &at.here);
        keys.add(columns.as_slice(), table, self.width, 0);
        keys.add(&directed, table, self.width, AT);
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

/// Adds households and their acting by rung to the sums of their cells. Residents of week 0 who still live in their
/// cell are neighbours in the table and are added side by side, everyone else one by one.
#[inline(always)]
pub fn by_cell(setting: &Setting, at: &Where, columns: &Columns, cells: &mut Run<'_>) {
    let mut left = [0.0; STRIP];
    for k in 0..STRIP {
        let housed = at.here[k] && at.place[k] < setting.cells as u32;
        left[k] = f32::from(u8::from(housed));
    }
    let summed = || std::iter::once(&columns[0]).chain(&columns[ACTING..ACTING + ACTS]);
    if at.first < setting.residents {
        let first = setting.cell_residents.partition_point(|home| home.end <= at.first);
        for cell in first..setting.cells {
            if setting.cell_residents[cell].start >= at.first + at.n {
                break;
            }
            let mut here = [0.0; STRIP];
            for k in 0..STRIP {
                here[k] = if at.place[k] == cell as u32 { left[k] } else { 0.0 };
                left[k] -= here[k];
            }
            for (sum, column) in cells.of(cell).iter_mut().zip(summed()) {
                *sum += f64::from(total(column, &here));
            }
        }
    }
    for k in 0..at.n {
        if left[k] > 0.0 {
            for (sum, column) in cells.of(at.place[k] as usize).iter_mut().zip(summed()) {
                *sum += f64::from(column[k]);
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
