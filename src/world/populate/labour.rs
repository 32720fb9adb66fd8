//! Work at week 0: what adults do, wages, employers, and the point at which each market's flows balance.

use rayon::prelude::*;

use super::pick;
use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::{exp, hazard, pow};
use crate::engine::sums::tabulate;
use crate::mechanisms::labour::Parameters;
use crate::scenario::SKILLS;
use crate::world::labour::search_share;
use crate::world::{
    ADULTS, Employers, Employment, Labour, LabourMarket, MarketReference, NONE, SECTORS, Setting,
    Work, World,
};

/// Step of a sequence of points that fills (0, 1) evenly (the golden ratio).
const STEP: f64 = 0.618_033_988_749_894_9;

/// Fills `setting.employment` and `world.labour`; household incomes stay as they are.
pub fn build(setting: &mut Setting, world: &mut World, draws: &Draws) {
    let regions: Vec<Region> =
        (0..setting.regions()).into_par_iter().map(|r| region(setting, draws, r)).collect();
    let n = setting.households();
    let cells = setting.regions() * setting.groups();
    let mut labour = Labour {
        region: world.households.region.clone(),
        applications: vec![0.0; cells],
        hires: vec![0.0; cells],
        newcomers_informal: vec![0.0; setting.regions()],
        newcomer_spending: vec![0.0; setting.regions()],
        ..Labour::default()
    };
    labour.region[setting.residents..].fill(u16::MAX);
    let mut employment = Employment::default();
    for (r, region) in regions.into_iter().enumerate() {
        labour.employed.push(region.reference.iter().map(|m| m.employed).sum());
        labour.markets.extend(region.reference.iter().zip(region.informal).map(|(m, informal)| {
            LabourMarket {
                vacancies: crate::mechanisms::labour::carried(m),
                average_vacancies: m.vacancies,
                average_seekers: m.seekers,
                informal_residents: informal,
                ..LabourMarket::default()
            }
        }));
        labour.work.extend(region.work);
        labour.weeks.extend(region.weeks);
        labour.wage_income.extend(region.wage_income);
        employment.sector.extend(region.sector);
        employment.wage.extend(region.wage);
        employment.reference.extend(region.reference);
        employment.finding.push(region.finding);
        hire_at_week_0(setting, draws, r, &region.jobs, &mut employment, &mut labour.employer);
    }
    for i in setting.residents..n {
        let sector =
            pick(&sectors(&setting.scenario.parameters.labour, 1.0), point(draws, setting, i, 1));
        employment.sector.push(sector as u8);
    }
    labour.work.resize(n, [Work::None; ADULTS]);
    labour.weeks.resize(n, [0; ADULTS]);
    labour.wage_income.resize(n, 0.0);
    labour.employer.resize(n, NONE);
    let share = setting.scenario.parameters.labour.spending_share;
    let people = &setting.people;
    employment.spending = tabulate(setting.residents, setting.regions(), |i, table| {
        table[people.home_region[i] as usize] +=
            f64::from(people.weight[i]) * f64::from(people.base_income[i]);
    })
    .into_iter()
    .map(|s| share * s.get())
    .collect();
    setting.employment = employment;
    world.labour = labour;
}

/// One region's residents, in the order of their slots.
struct Region {
    work: Vec<[Work; ADULTS]>,
    weeks: Vec<[u8; ADULTS]>,
    sector: Vec<u8>,
    wage: Vec<f32>,
    wage_income: Vec<f32>,
    /// Sector and size rank of the main earner's employer, if at work.
    jobs: Vec<Option<(u8, u64)>>,
    reference: Vec<MarketReference>,
    informal: [f64; SKILLS],
    finding: f64,
}

/// One draw of household `i` for week-0 work.
fn point(draws: &Draws, setting: &Setting, i: usize, index: u32) -> f64 {
    draws.uniform(setting.people.address[i], 0, Purpose::Employer, index)
}

fn region(setting: &Setting, draws: &Draws, r: usize) -> Region {
    let p = &setting.scenario.parameters.labour;
    let data = &setting.scenario.regions[r];
    let people = &setting.people;
    let range = setting.region_residents[r].clone();
    let mut adults = [0.0; SKILLS];
    for i in range.clone() {
        adults[people.skill[i] as usize] +=
            f64::from(people.weight[i]) * f64::from(people.adults[i]);
    }
    let balance = Balance::solve(p, data.urban_share, data.unemployment_rate, adults);

    // Shares are met by an even sequence of points over adults.
    let mut u = draws.uniform(setting.place[r], 0, Purpose::Employer, 0);
    let (mut work, mut weeks) = (Vec::new(), Vec::new());
    let mut counts = [[0.0; 4]; SKILLS];
    for i in range.clone() {
        let skill = people.skill[i] as usize;
        let mut states = [Work::None; ADULTS];
        for state in states.iter_mut().take(usize::from(people.adults[i])) {
            u = (u + STEP).fract();
            *state = balance.state(p, skill, u);
            counts[skill][*state as usize] += f64::from(people.weight[i]);
        }
        // The main earner is the adult closest to work.
        states.sort_unstable();
        let mut since = [0; ADULTS];
        for (a, state) in states.iter().enumerate() {
            if *state == Work::Unemployed {
                since[a] = balance.weeks_sought(p, point(draws, setting, i, 2 + a as u32));
            }
        }
        work.push(states);
        weeks.push(since);
    }
    let sector_shares = sectors(p, data.urban_share);
    let main_jobs: f64 = range
        .clone()
        .zip(&work)
        .filter(|(_, w)| w[0].employed())
        .map(|(i, _)| f64::from(people.weight[i]))
        .sum();
    let (mut sector, mut jobs) = (Vec::new(), Vec::new());
    for (i, states) in range.clone().zip(&work) {
        let [u_sector, u_size] = draws.two(people.address[i], 0, Purpose::Employer, 1);
        let s = pick(&sector_shares, u_sector);
        sector.push(s as u8);
        let employers = (main_jobs * sector_shares[s] / mean_size(p)).max(1.0);
        let rank = (size_rank(p, u_size) * employers) as u64;
        jobs.push(states[0].employed().then_some((s as u8, rank)));
    }
    let (wage, wage_income) = wages(setting, r, &work);
    let mut reference = balance.references(p, &counts);
    let mut weighted = [[0.0; 2]; SKILLS];
    for ((i, w), states) in range.zip(&wage).zip(&work) {
        let weight = f64::from(people.weight[i]) * labour_force(states);
        weighted[people.skill[i] as usize][0] += weight * f64::from(*w);
        weighted[people.skill[i] as usize][1] += weight;
    }
    for (m, [sum, weight]) in reference.iter_mut().zip(weighted) {
        m.wage = if weight > 0.0 { sum / weight } else { data.mean_wage };
    }
    let informal = counts.map(|c| c[Work::Informal as usize]);
    Region {
        work,
        weeks,
        sector,
        wage,
        wage_income,
        jobs,
        reference,
        informal,
        finding: balance.finding,
    }
}

/// Adults of a household who work or seek.
fn labour_force(states: &[Work; ADULTS]) -> f64 {
    states.iter().filter(|&&w| w <= Work::Unemployed).count() as f64
}

/// Shares of jobs by sector where `urban` of the people live in towns.
fn sectors(p: &Parameters, urban: f64) -> [f64; SECTORS] {
    let farm = p.agriculture_urban + p.agriculture_rural * (1.0 - urban);
    let rest = 1.0 - farm;
    let services = 1.0 - p.industry - p.construction - p.public;
    [farm, rest * p.industry, rest * p.construction, rest * services, rest * p.public]
}

/// The point at which the flows of a region's markets balance.
struct Balance {
    finding: f64,
    give_up: f64,
    informal: [f64; SKILLS],
    separation: [f64; SKILLS],
    unemployment: [f64; SKILLS],
}

impl Balance {
    /// Finds the weekly chance of a job that gives the region its unemployment rate. Skills with more
    /// separations have more unemployment; the chance is the same for all.
    fn solve(p: &Parameters, urban: f64, unemployment: f64, adults: [f64; SKILLS]) -> Self {
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
    fn state(&self, p: &Parameters, skill: usize, u: f64) -> Work {
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
    fn weeks_sought(&self, p: &Parameters, u: f64) -> u8 {
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
    fn references(&self, p: &Parameters, counts: &[[f64; 4]; SKILLS]) -> Vec<MarketReference> {
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

/// Formal wage of each resident household's adults, and the wages in its income. The level is such that
/// the mean formal wage is the region's, as far as incomes allow: official wages leave out much work.
fn wages(setting: &Setting, r: usize, work: &[[Work; ADULTS]]) -> (Vec<f32>, Vec<f32>) {
    let p = &setting.scenario.parameters.labour;
    let people = &setting.people;
    let step = setting.scenario.parameters.population.income_skill_step;
    let skill: [f64; SKILLS] = std::array::from_fn(|k| exp(step * (k as f64 - 1.0)));
    let range = setting.region_residents[r].clone();
    let wage = |level: f64, i: usize, states: &[Work; ADULTS]| {
        let most = p.wage_income_cap * f64::from(people.base_income[i]);
        (level * skill[people.skill[i] as usize]).min(most / labour_force(states).max(1.0))
    };
    let wanted = setting.scenario.regions[r].mean_wage;
    let (mut low, mut high) = (0.0, 1.5 * wanted);
    for _ in 0..14 {
        let level = 0.5 * (low + high);
        let (mut sum, mut jobs) = (0.0, 0.0);
        for (i, states) in range.clone().zip(work) {
            let formal = states.iter().filter(|&&w| w == Work::Formal).count() as f64;
            sum += f64::from(people.weight[i]) * formal * wage(level, i, states);
            jobs += f64::from(people.weight[i]) * formal;
        }
        if sum < wanted * jobs {
            low = level;
        } else {
            high = level;
        }
    }
    let level = 0.5 * (low + high);
    range
        .zip(work)
        .map(|(i, states)| {
            let own = wage(level, i, states) as f32;
            let (mut formal, mut informal) = (0_u8, 0_u8);
            for w in states {
                formal += u8::from(*w == Work::Formal);
                informal += u8::from(*w == Work::Informal);
            }
            (own, own * (f32::from(formal) + f32::from(informal) * p.informal_wage as f32))
        })
        .unzip()
}

/// Tail exponent, kept off the pole of the closed forms at 1.
fn exponent(p: &Parameters) -> f64 {
    if (p.size_exponent - 1.0).abs() < 1e-6 { 1.0 + 1e-6 } else { p.size_exponent }
}

/// Mean of a bounded Pareto of employer sizes on [1, `size_max`].
fn mean_size(p: &Parameters) -> f64 {
    let (a, top) = (exponent(p), p.size_max.max(1.0 + 1e-9));
    a / (a - 1.0) * (1.0 - pow(top, 1.0 - a)) / (1.0 - pow(top, -a))
}

/// Rank in (0, 1), largest first, of the employer of a job drawn at point `u`: sizes as jobs see them
/// have density in proportion to size times that of sizes.
fn size_rank(p: &Parameters, u: f64) -> f64 {
    let (a, top) = (exponent(p), p.size_max.max(1.0 + 1e-9));
    let size = pow(1.0 + u * (pow(top, 1.0 - a) - 1.0), 1.0 / (1.0 - a));
    let least = pow(top, -a);
    ((pow(size, -a) - least) / (1.0 - least)).clamp(0.0, 1.0 - 1e-12)
}

/// Makes employers out of the jobs of a region and ties main earners to them.
fn hire_at_week_0(
    setting: &Setting,
    draws: &Draws,
    r: usize,
    jobs: &[Option<(u8, u64)>],
    employment: &mut Employment,
    employer: &mut Vec<u32>,
) {
    let p = &setting.scenario.parameters.labour;
    let mut keys: Vec<(u8, u64)> = jobs.iter().flatten().copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let first = employment.employers.address.len() as u32;
    let origin = origin_of(&setting.scenario.regions[r].code);
    for &(sector, rank) in &keys {
        let address = Address::new(Kind::Employer, origin, u64::from(sector) << 32 | rank);
        let [u, v] = draws.two(address, 0, Purpose::Employer, 0);
        let preference = p.preference + p.preference_spread * (2.0 * u - 1.0);
        push(&mut employment.employers, address, r, sector, preference, 2.0 * v, p);
    }
    let pools = employment.jobs.len();
    employment.jobs.resize(pools + SECTORS, Vec::new());
    let (mut odds, mut n) = (0.0, 0.0);
    for job in jobs {
        let Some(Ok(k)) = job.map(|key| keys.binary_search(&key)) else {
            employer.push(NONE);
            continue;
        };
        let id = first + k as u32;
        employer.push(id);
        employment.jobs[pools + usize::from(keys[k].0)].push(id);
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
    fn unemployment_and_informality_of_the_regional_table_are_met() {
        let (setting, world) = populate::populate(testing::two_towns());
        let p = &setting.scenario.parameters.labour;
        for (r, region) in setting.scenario.regions.iter().enumerate() {
            let mut counts = [0.0; 5];
            for i in setting.region_residents[r].clone() {
                for work in world.labour.work[i] {
                    counts[work as usize] += f64::from(setting.people.weight[i]);
                }
            }
            let employed = counts[0] + counts[1];
            let unemployment = counts[2] / (employed + counts[2]);
            assert!((unemployment - region.unemployment_rate).abs() < 0.004, "{unemployment}");
            let wanted = p.informal_urban * region.urban_share
                + p.informal_rural * (1.0 - region.urban_share);
            assert!((counts[1] / employed - wanted).abs() < 0.015, "{}", counts[1] / employed);
            let inactive = counts[3] / (employed + counts[2] + counts[3]);
            assert!((inactive - p.inactive).abs() < 0.01, "{inactive}");
        }
    }

    #[test]
    fn wages_never_exceed_income() {
        let (setting, world) = populate::populate(testing::two_towns());
        for i in 0..setting.residents {
            assert!(world.labour.wage_income[i] <= world.households.income[i]);
            assert!(setting.employment.wage[i] > 0.0);
        }
    }

    #[test]
    fn employer_sizes_have_a_heavy_tail_and_the_wanted_mean() {
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
        assert!(sizes.iter().all(|&s| s > 0));
    }

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
