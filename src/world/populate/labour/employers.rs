//! Employers at week 0: jobs are sampled and find their employer, so that large ones survive thinning.

use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::pow;
use crate::mechanisms::labour::Parameters;
use crate::world::{Employers, Employment, NONE, SECTORS, Setting};

/// Tail exponent, kept off the pole of the closed forms at 1.
fn exponent(p: &Parameters) -> f64 {
    if (p.size_exponent - 1.0).abs() < 1e-6 { 1.0 + 1e-6 } else { p.size_exponent }
}

/// A bounded Pareto of employer sizes on [1, `size_max`].
pub struct Sizes {
    exponent: f64,
    /// The largest size to the power of one less the exponent, and of minus the exponent.
    top: [f64; 2],
}

impl Sizes {
    pub fn new(p: &Parameters) -> Self {
        let (a, top) = (exponent(p), p.size_max.max(1.0 + 1e-9));
        Self { exponent: a, top: [pow(top, 1.0 - a), pow(top, -a)] }
    }

    /// Mean size.
    pub fn mean(&self) -> f64 {
        let a = self.exponent;
        a / (a - 1.0) * (1.0 - self.top[0]) / (1.0 - self.top[1])
    }

    /// Rank in (0, 1), largest first, of the employer of a job drawn at point `u`: sizes as jobs see them
    /// have density in proportion to size times that of sizes.
    pub fn rank(&self, u: f64) -> f64 {
        let (a, least) = (self.exponent, self.top[1]);
        let size = pow(1.0 + u * (self.top[0] - 1.0), 1.0 / (1.0 - a));
        ((pow(size, -a) - least) / (1.0 - least)).clamp(0.0, 1.0 - 1e-12)
    }
}

/// Sector and size rank of an employer.
pub type Key = (u8, u64);

/// The employers of these jobs in order, and which of them each job is at; [`NONE`] for those without one.
pub fn sorted(jobs: &[Option<Key>]) -> (Vec<Key>, Vec<u32>) {
    let mut keys: Vec<Key> = jobs.iter().flatten().copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let place = |job: &Option<Key>| {
        job.and_then(|key| keys.binary_search(&key).ok()).map_or(NONE, |k| k as u32)
    };
    let places = jobs.iter().map(place).collect();
    (keys, places)
}

/// Makes the employers of a region and ties main earners to them: `places` says who is whose.
pub fn hire_at_week_0(
    setting: &Setting,
    draws: Draws,
    r: usize,
    keys: &[Key],
    places: &[u32],
    employment: &mut Employment,
    employer: &mut Vec<u32>,
) {
    let p = &setting.scenario.parameters.labour;
    let first = employment.employers.address.len() as u32;
    let origin = origin_of(&setting.scenario.regions[r].code);
    for &(sector, rank) in keys {
        let address = Address::new(Kind::Employer, origin, u64::from(sector) << 32 | rank);
        let [u, v] = draws.two(address, 0, Purpose::Employer, 0);
        let preference = p.preference + p.preference_spread * (2.0 * u - 1.0);
        push(&mut employment.employers, address, r, sector, preference, 2.0 * v, p);
    }
    let pools = employment.jobs.len();
    employment.jobs.resize(pools + SECTORS, Vec::new());
    let (mut odds, mut n) = (0.0, 0.0);
    for &k in places {
        if k == NONE {
            employer.push(NONE);
            continue;
        }
        let id = first + k;
        employer.push(id);
        employment.jobs[pools + usize::from(keys[k as usize].0)].push(id);
        odds += f64::from(employment.employers.newcomer_odds[id as usize]);
        n += 1.0;
    }
    employment.newcomer_odds.push(if n > 0.0 { odds / n } else { p.newcomer_odds(p.preference) });
}

fn push(
    to: &mut Employers,
    address: Address,
    r: usize,
    sector: u8,
    preference: f64,
    substitution: f64,
    p: &Parameters,
) {
    to.address.push(address);
    to.region.push(r as u16);
    to.sector.push(sector);
    to.preference.push(preference as f32);
    to.substitution.push(substitution as f32);
    to.newcomer_odds.push(p.newcomer_odds(preference) as f32);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;
    use crate::world::populate;

    #[test]
    fn employer_sizes_have_a_heavy_tail_and_near_the_wanted_mean() {
        let (setting, world) = populate::populate(testing::two_towns());
        let mut sizes = vec![0_u32; setting.employment.employers.address.len()];
        for &e in &world.labour.employer[..setting.residents] {
            if e != NONE {
                sizes[e as usize] += 1;
            }
        }
        sizes.sort_unstable();
        let total: u32 = sizes.iter().sum();
        let largest: u32 = sizes.iter().rev().take(sizes.len() / 20).sum();
        assert!(f64::from(largest) > 0.25 * f64::from(total), "{largest} of {total}");
        // Employers without a main earner among the agents are not listed, so the mean is a little high.
        let mean = f64::from(total) / sizes.len() as f64;
        let wanted = Sizes::new(&setting.scenario.parameters.labour).mean();
        assert!(mean > 0.9 * wanted && mean < 1.6 * wanted, "mean {mean}, wanted {wanted}");
    }
}
