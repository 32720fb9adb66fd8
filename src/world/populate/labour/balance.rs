//! The point at which the flows between work, search and inactivity balance in a region's markets.

use crate::engine::math::{exp, hazard, pow};
use crate::mechanisms::labour::Parameters;
use crate::scenario::SKILLS;
use crate::world::labour::search_share;
use crate::world::{MarketReference, Work};

/// The point at which the flows of a region's markets balance.
pub struct Balance {
    /// Weekly chance of a job per seeker.
    pub finding: f64,
    give_up: f64,
    informal: [f64; SKILLS],
    separation: [f64; SKILLS],
    unemployment: [f64; SKILLS],
}

impl Balance {
    /// Finds the weekly chance of a job that gives the region its unemployment rate. Skills with more
    /// separations have more unemployment; the chance is the same for all.
    pub fn solve(p: &Parameters, urban: f64, unemployment: f64, adults: [f64; SKILLS]) -> Self {
        let total: f64 = adults.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let level = p.informal_urban * urban + p.informal_rural * (1.0 - urban);
        let tilt = |k: usize| 1.0 + p.informal_skill_step * (1.0 - k as f64);
        let mean: f64 = (0..SKILLS).map(|k| tilt(k) * adults[k] / total).sum();
        let informal: [f64; SKILLS] = std::array::from_fn(|k| {
            if mean > 0.0 { (level * tilt(k) / mean).clamp(0.0, 0.95) } else { level }
        });
        let lose = [hazard(p.separation_formal), hazard(p.separation_informal)];
        let separation = informal.map(|share| lose[0] * (1.0 - share) + lose[1] * share);
        let give_up = hazard(p.discouragement);
        let rate = |finding: f64, k: usize| {
            let outflow = finding * (1.0 + 1.0 / stock_per_inflow(p, finding, give_up));
            separation[k] / (separation[k] + outflow)
        };
        let wanted = unemployment.clamp(0.005, 0.6);
        let (mut low, mut high) = (1e-4, 0.98);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let u: f64 = (0..SKILLS).map(|k| rate(middle, k) * adults[k] / total).sum();
            if u > wanted {
                low = middle;
            } else {
                high = middle;
            }
        }
        let finding = 0.5 * (low + high);
        let unemployment = std::array::from_fn(|k| rate(finding, k));
        Self { finding, give_up, informal, separation, unemployment }
    }

    /// What an adult of `skill` at point `u` in (0, 1) does.
    pub fn state(&self, p: &Parameters, skill: usize, u: f64) -> Work {
        if u < p.inactive {
            return Work::Inactive;
        }
        let v = (u - p.inactive) / (1.0 - p.inactive);
        let out = self.unemployment[skill];
        if v < out {
            Work::Unemployed
        } else if v < out + (1.0 - out) * self.informal[skill] {
            Work::Informal
        } else {
            Work::Formal
        }
    }

    /// Weeks an unemployed adult has been seeking, at point `u` of their steady distribution.
    pub fn weeks_sought(&self, p: &Parameters, u: f64) -> u8 {
        let target = u * stock_per_inflow(p, self.finding, self.give_up);
        let (mut alive, mut below) = (1.0, 0.0);
        for week in 1..u8::MAX {
            alive *= 1.0 - self.finding;
            if f64::from(week) > p.discouraged_after {
                alive *= 1.0 - self.give_up;
            }
            below += alive;
            if below >= target {
                return week;
            }
        }
        u8::MAX
    }

    /// References of the markets of a region with these counts by skill and state.
    pub fn references(&self, p: &Parameters, counts: &[[f64; 4]; SKILLS]) -> Vec<MarketReference> {
        let lose = [hazard(p.separation_formal), hazard(p.separation_informal)];
        let left: [[f64; 2]; SKILLS] =
            std::array::from_fn(|k| [lose[0] * counts[k][0], lose[1] * counts[k][1]]);
        // Searching so that matches, v (1 - e^(-s/v)), equal finding times s.
        let seekers_per_vacancy = seekers_per_vacancy(self.finding);
        (0..SKILLS)
            .map(|l| {
                let seekers: f64 = (0..SKILLS)
                    .map(|k| {
                        search_share(p.adjacency, k, l) * (left[k][0] + left[k][1]) / self.finding
                    })
                    .sum();
                let employed = counts[l][0] + counts[l][1];
                let unemployed = employed * self.unemployment[l] / (1.0 - self.unemployment[l]);
                let inflow = unemployed / stock_per_inflow(p, self.finding, self.give_up);
                let returns = (inflow - self.separation[l] * employed).max(0.0);
                let inactive = counts[l][Work::Inactive as usize];
                let all_left = left[l][0] + left[l][1];
                MarketReference {
                    employed,
                    seekers,
                    vacancies: seekers / seekers_per_vacancy,
                    formal_hires: if all_left > 0.0 { left[l][0] / all_left } else { 1.0 },
                    return_chance: if inactive > 0.0 { (returns / inactive).min(0.5) } else { 0.0 },
                    wage: 0.0,
                }
            })
            .collect()
    }
}

/// Unemployed at the start of a week per person who joins them in a week, when each finds a job with
/// chance `finding` in every week and gives up with chance `give_up` after `discouraged_after` weeks.
fn stock_per_inflow(p: &Parameters, finding: f64, give_up: f64) -> f64 {
    let stay = 1.0 - finding;
    let first = p.discouraged_after.max(0.0).floor();
    let kept = pow(stay, first);
    let later = stay * (1.0 - give_up);
    stay * (1.0 - kept) / finding + kept * later / (1.0 - later)
}

/// Seekers per vacancy at which a seeker finds a job with chance `finding`: (1 - e^-x) / x = finding.
fn seekers_per_vacancy(finding: f64) -> f64 {
    let (mut low, mut high) = (1e-6, 1e6);
    for _ in 0..100 {
        let x = 0.5 * (low + high);
        if (1.0 - exp(-x)) / x > finding {
            low = x;
        } else {
            high = x;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate;

    #[test]
    fn the_balance_solves_its_closed_form() {
        let (setting, _) = populate::populate(testing::two_towns());
        let p = &setting.scenario.parameters.labour;
        let give_up = hazard(p.discouragement);
        for (r, &finding) in setting.employment.finding.iter().enumerate() {
            // Stock built week by week from an inflow of one.
            let (mut alive, mut stock) = (1.0, 0.0);
            for week in 0..5000 {
                alive *= 1.0 - finding;
                if f64::from(week) >= p.discouraged_after {
                    alive *= 1.0 - give_up;
                }
                stock += alive;
            }
            assert!((stock - stock_per_inflow(p, finding, give_up)).abs() < 1e-9);
            for m in &setting.employment.reference[r * SKILLS..(r + 1) * SKILLS] {
                let matched = crate::mechanisms::labour::matches(m.seekers, m.vacancies);
                assert!((matched / (finding * m.seekers) - 1.0).abs() < 1e-9);
            }
        }
    }
}
