//! The tension index: a documented weighted sum of named components, always shown beside them.
//!
//! `tension = 100 * sum_k w_k clamp((x_k - lo_k) / (hi_k - lo_k), 0, 1) / sum_k w_k` for each region and
//! group; larger wholes are means weighted by persons. Components: mean hostility and mean fear over
//! targets other than the own group, share ready to act, `ln(1 + incidents per 100,000 and week)`, distrust,
//! hardship (rent burden, wait for services, joblessness). `lo` and `hi` are fixed numbers, never taken from
//! a run. `tension_cohort` is about everyone present at week 0, by the region they lived in then: leavers
//! keep the last values of their components, so that peace by exit shows.

use serde::{Deserialize, Serialize};

use super::tally::{Sum, Tally};
use super::{LEAST_HOUSEHOLDS, Readings};
use crate::engine::math::{exp, ln_1p};
use crate::mechanisms::housing::RentAid;
use crate::world::conduct::COMPONENTS;
use crate::world::{Context, Setting, World};

/// Ids of the component readings, in the order of the components.
pub const IDS: [&str; COMPONENTS] = [
    "tension.hostility",
    "tension.fear",
    "tension.willingness",
    "tension.incidents",
    "tension.distrust",
    "tension.hardship",
];
/// One row of sums: persons, each component, agents.
const ROW: usize = COMPONENTS + 2;
const AGENTS: usize = ROW - 1;

/// Parameters of the tension index.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weight of hostility.
    pub weight_hostility: f64,
    /// Weight of fear.
    pub weight_fear: f64,
    /// Weight of willingness to act.
    pub weight_willingness: f64,
    /// Weight of incidents.
    pub weight_incidents: f64,
    /// Weight of distrust.
    pub weight_distrust: f64,
    /// Weight of hardship.
    pub weight_hardship: f64,
    /// Mean hostility that counts as none.
    pub hostility_low: f64,
    /// Mean hostility that counts in full.
    pub hostility_high: f64,
    /// Mean fear that counts as none.
    pub fear_low: f64,
    /// Mean fear that counts in full.
    pub fear_high: f64,
    /// Share ready to act that counts as none.
    pub willingness_low: f64,
    /// Share ready to act that counts in full.
    pub willingness_high: f64,
    /// Incidents per 100,000 and week that count as none.
    pub incidents_low: f64,
    /// Incidents per 100,000 and week that count in full.
    pub incidents_high: f64,
    /// Distrust that counts as none.
    pub distrust_low: f64,
    /// Distrust that counts in full.
    pub distrust_high: f64,
    /// Hardship that counts as none.
    pub hardship_low: f64,
    /// Hardship that counts in full.
    pub hardship_high: f64,
    /// Rent over income that is full hardship.
    pub burden_full: f64,
    /// Wait for services that is full hardship, days.
    pub wait_full: f64,
}

impl Parameters {
    /// Weights of the components, in their order; they need not sum to 1.
    pub fn weights(&self) -> [f64; COMPONENTS] {
        [
            self.weight_hostility,
            self.weight_fear,
            self.weight_willingness,
            self.weight_incidents,
            self.weight_distrust,
            self.weight_hardship,
        ]
    }

    pub(super) fn ranges(&self) -> [(f64, f64); COMPONENTS] {
        [
            (self.hostility_low, self.hostility_high),
            (self.fear_low, self.fear_high),
            (self.willingness_low, self.willingness_high),
            (ln_1p(self.incidents_low), ln_1p(self.incidents_high)),
            (self.distrust_low, self.distrust_high),
            (self.hardship_low, self.hardship_high),
        ]
    }

    /// Points of the index that each component gives; they add up to the tension.
    pub fn points(&self, components: &[f64]) -> [f64; COMPONENTS] {
        let (weights, ranges) = (self.weights(), self.ranges());
        let all: f64 = weights.iter().sum();
        std::array::from_fn(|k| {
            let (low, high) = ranges[k];
            let share = ((components[k] - low) / (high - low)).clamp(0.0, 1.0);
            if all > 0.0 { 100.0 * weights[k] / all * share } else { 0.0 }
        })
    }
}

/// Fills `tension`, `tension_cohort` and the components.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.tension;
    let scene = Scene::new(ctx, world);
    let rows = scene.rows(setting.groups(), |sum| tally.column(sum));
    let persons: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    let points: Vec<[f64; COMPONENTS]> = rows.iter().map(|row| p.points(&means(row))).collect();
    let part = |value: &dyn Fn(&[f64; COMPONENTS]) -> f64| -> Vec<f64> {
        points.iter().zip(&persons).map(|(x, persons)| value(x) * persons).collect()
    };
    out.mean("tension", None, &part(&|x| x.iter().sum()), &persons);
    for (k, id) in IDS.into_iter().enumerate() {
        out.mean(id, None, &part(&|x| x[k]), &persons);
    }
    // Residents live in the region of week 0 until they leave the country.
    cohort(ctx, world, &scene.rows(setting.groups(), |sum| tally.residents(sum)), out);
}

/// Fills `tension_cohort` from those still here and those who left.
fn cohort(ctx: &Context<'_>, world: &World, present: &[[f64; ROW]], out: &mut Readings) {
    let p = &ctx.setting.scenario.parameters.tension;
    let (regions, groups) = (ctx.setting.regions(), ctx.setting.groups());
    let rows: Vec<Vec<f64>> = present
        .iter()
        .zip(&world.conduct.departed)
        .map(|(row, left)| row.iter().zip(left).map(|(a, b)| a + b).collect())
        .collect();
    let points: Vec<f64> =
        rows.iter().map(|row| row[0] * p.points(&means(row)).iter().sum::<f64>()).collect();
    for r in 0..=regions {
        for g in 0..=groups {
            let (mut sum, mut whole, mut agents) = (0.0, 0.0, 0.0);
            for rr in if r == 0 { 0..regions } else { r - 1..r } {
                for gg in if g == 0 { 0..groups } else { g - 1..g } {
                    let k = rr * groups + gg;
                    sum += points[k];
                    whole += rows[k][0];
                    agents += rows[k][AGENTS];
                }
            }
            let enough = whole > 0.0 && agents >= f64::from(LEAST_HOUSEHOLDS);
            let value = if enough { sum / whole } else { f64::NAN };
            out.set("tension_cohort", r.checked_sub(1), g.checked_sub(1), value);
        }
    }
}

/// Keeps the last values of resident household `i`, which is about to leave.
pub fn depart(ctx: &Context<'_>, world: &mut World, i: usize) {
    let setting = ctx.setting;
    let persons = setting.persons(i, setting.people.persons[i]);
    let values = Scene::new(ctx, world).components(setting, world, i);
    let k = usize::from(setting.people.home_region[i]) * setting.groups()
        + usize::from(setting.people.group[i]);
    let row = &mut world.conduct.departed[k];
    row[0] += persons;
    for (sum, x) in row[1..].iter_mut().zip(values) {
        *sum += persons * x;
    }
    row[AGENTS] += 1.0;
}

fn means(row: &[f64]) -> [f64; COMPONENTS] {
    std::array::from_fn(|k| if row[0] > 0.0 { row[1 + k] / row[0] } else { 0.0 })
}

/// Log of 1 + incidents per 100,000 and week by region. With a rate `usual` of ordinary times, what that log is on average then:
/// where few people live most weeks bring none, and the mean of the log is far below the log of the mean.
pub(super) fn incidents(setting: &Setting, world: &World, usual: Option<f64>) -> Vec<f64> {
    let groups = setting.groups();
    let of = |r: usize| {
        let persons: f64 = world.conduct.persons[r * groups..(r + 1) * groups].iter().sum();
        if persons <= 0.0 {
            return 0.0;
        }
        let rate = |incidents: f64| ln_1p(1e5 * incidents / persons);
        match usual {
            Some(usual) => mean_of_poisson(usual * persons / 1e5, rate),
            None => rate(world.society.regions[r].incidents.iter().sum()),
        }
    };
    (0..setting.regions()).map(of).collect()
}

/// Mean of `f` over a Poisson number with this mean.
fn mean_of_poisson(mean: f64, f: impl Fn(f64) -> f64) -> f64 {
    // Of so many the spread no longer matters, and the chance of none would underflow.
    if mean > 500.0 {
        return f(mean);
    }
    let (mut chance, mut sum, mut n) = (exp(-mean), 0.0, 0.0);
    while n < mean + 12.0 * (mean.sqrt() + 1.0) {
        sum += chance * f(n);
        n += 1.0;
        chance *= mean / n;
    }
    sum
}

/// Wait at service centres by region, as a share of one that is full hardship.
pub(super) fn waits(p: &Parameters, world: &World) -> Vec<f64> {
    let days = world.queues.service_wait_days.iter();
    days.map(|days| (days / p.wait_full).clamp(0.0, 1.0)).collect()
}

/// Rent burden as a share of one that is full hardship; 0 without a rent.
#[inline]
pub(super) fn burden(rent: f32, income: f32, per_burden: f64) -> f64 {
    if rent > 0.0 { (f64::from(rent / income.max(1.0)) * per_burden).min(1.0) } else { 0.0 }
}

/// What is the same for everyone in a region.
struct Scene {
    incidents: Vec<f64>,
    wait: Vec<f64>,
}

impl Scene {
    fn new(ctx: &Context<'_>, world: &World) -> Self {
        let parameters = &ctx.setting.scenario.parameters;
        let none_yet = world.week == 0 && ctx.week <= 1 && world.incidents.is_empty();
        let usual = none_yet.then_some(parameters.incidents.base_rate);
        Self {
            incidents: incidents(ctx.setting, world, usual),
            wait: waits(&parameters.tension, world),
        }
    }

    /// A row of sums for each region and group.
    fn rows(&self, groups: usize, column: impl Fn(Sum) -> Vec<f64>) -> Vec<[f64; ROW]> {
        let of = [
            Sum::Persons,
            Sum::IndexHostility,
            Sum::IndexFear,
            Sum::IndexActing,
            Sum::IndexDistrust,
            Sum::IndexHardship,
            Sum::Agents,
        ]
        .map(column);
        (0..of[0].len())
            .map(|k| {
                let [persons, hostility, fear, acting, distrust, hardship, agents] =
                    of.each_ref().map(|column| column[k]);
                let r = k / groups;
                let incidents = persons * self.incidents[r];
                let hardship = (hardship + persons * self.wait[r]) / 3.0;
                [persons, hostility, fear, acting, incidents, distrust, hardship, agents]
            })
            .collect()
    }

    /// The components of household `i`.
    fn components(&self, setting: &Setting, world: &World, i: usize) -> [f64; COMPONENTS] {
        let (society, households) = (&world.society, &world.households);
        let own = usize::from(setting.people.group[i]);
        let at = i * setting.targets.len();
        let (mut hostility, mut fear, mut others) = (0.0_f32, 0.0_f32, 0.0_f32);
        for (t, &target) in setting.targets.iter().enumerate() {
            if target != own {
                hostility += society.hostility[at + t];
                fear += society.fear[at + t];
                others += 1.0;
            }
        }
        let per = 1.0 / others.max(1.0);
        let trust = society.trust[i].iter().sum::<f32>() / society.trust[i].len() as f32;
        let full = setting.scenario.parameters.tension.burden_full;
        let burden = burden(
            RentAid::of(setting, world).borne(i),
            households.income[i],
            1.0 / (full * world.price_level),
        );
        let r = households.region[i] as usize;
        [
            f64::from(hostility * per),
            f64::from(fear * per),
            f64::from(society.act_probability[i]),
            self.incidents[r],
            1.0 - f64::from(trust),
            (burden + self.wait[r] + world.labour.joblessness(i)) / 3.0,
        ]
    }
}

#[cfg(test)]
mod tests;
