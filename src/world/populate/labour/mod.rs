//! Work at week 0: what adults do, wages, employers, and the point at which each market's flows balance.

mod balance;
mod employers;

use rayon::prelude::*;

use balance::Balance;
use employers::{Sizes, hire_at_week_0, sorted};

use super::pick;
use crate::engine::draws::{Draws, Purpose};
use crate::engine::math::exp;
use crate::engine::sums::tabulate;
use crate::mechanisms::labour::Parameters;
use crate::scenario::SKILLS;
use crate::world::{
    ADULTS, Employment, Labour, LabourMarket, MarketReference, NONE, SECTORS, Setting, Work, World,
};

/// Steps of a sequence of points that fills the unit cube evenly (Roberts' R3): one axis an adult, so that
/// the adults of a household are as good as independent.
const STEPS: [f64; ADULTS] =
    [0.819_172_513_396_164_5, 0.671_043_606_703_789_3, 0.549_700_477_901_970_4];

/// Fills `setting.employment` and `world.labour`; household incomes stay as they are.
pub fn build(setting: &mut Setting, world: &mut World, draws: Draws) {
    let regions: Vec<Region> = (0..setting.regions())
        .into_par_iter()
        .with_max_len(1)
        .map(|r| region(setting, draws, r))
        .collect();
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
        employment.usual_income.extend(region.usual_income);
        employment.reference.extend(region.reference);
        employment.finding.push(region.finding);
        let (keys, places) = region.employers;
        hire_at_week_0(setting, draws, r, &keys, &places, &mut employment, &mut labour.employer);
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
    employment.wage_scale = wage_scale(setting, &labour);
    setting.employment = employment;
    world.labour = labour;
}

/// Mean wage of the regional table over that of the employed at week 0, by region; 1 where nobody works.
fn wage_scale(setting: &Setting, labour: &Labour) -> Vec<f64> {
    let people = &setting.people;
    let regions = setting.regions();
    // In thousands, as the indicator adds them up.
    let sums = tabulate(setting.residents, 2 * regions, |i, table| {
        let at = 2 * people.home_region[i] as usize;
        let weight = f64::from(people.weight[i]);
        let jobs = labour.work[i].iter().filter(|w| w.employed()).count() as f64;
        table[at] += weight * f64::from(labour.wage_income[i]) / 1000.0;
        table[at + 1] += weight * jobs;
    });
    (0..regions)
        .map(|r| {
            let (wages, jobs) = (1000.0 * sums[2 * r].get(), sums[2 * r + 1].get());
            if wages > 0.0 { setting.scenario.regions[r].mean_wage * jobs / wages } else { 1.0 }
        })
        .collect()
}

/// One region's residents, in the order of their slots.
struct Region {
    work: Vec<[Work; ADULTS]>,
    weeks: Vec<[u8; ADULTS]>,
    sector: Vec<u8>,
    wage: Vec<f32>,
    wage_income: Vec<f32>,
    usual_income: Vec<f32>,
    /// Employers, and which of them the main earner works for.
    employers: (Vec<employers::Key>, Vec<u32>),
    reference: Vec<MarketReference>,
    informal: [f64; SKILLS],
    finding: f64,
}

/// One draw of household `i` for week-0 work.
fn point(draws: Draws, setting: &Setting, i: usize, index: u32) -> f64 {
    draws.uniform(setting.people.address[i], 0, Purpose::Employer, index)
}

fn region(setting: &Setting, draws: Draws, r: usize) -> Region {
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
    let offset = draws.four(setting.place[r], 0, Purpose::Employer, 0);
    let (mut work, mut weeks) = (Vec::new(), Vec::new());
    let mut counts = [[0.0; 4]; SKILLS];
    for (k, i) in range.clone().enumerate() {
        let skill = people.skill[i] as usize;
        let mut states = [Work::None; ADULTS];
        let adults = usize::from(people.adults[i]);
        for (a, state) in states.iter_mut().enumerate().take(adults) {
            let u = (f64::from(offset[a]) + STEPS[a] * (k + 1) as f64).fract();
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
    let sizes = Sizes::new(p);
    let (mut sector, mut jobs) = (Vec::new(), Vec::new());
    for (i, states) in range.clone().zip(&work) {
        let [u_sector, u_size] = draws.two(people.address[i], 0, Purpose::Employer, 1);
        let s = pick(&sector_shares, u_sector);
        sector.push(s as u8);
        let employers = (main_jobs * sector_shares[s] / sizes.mean()).max(1.0);
        let rank = (sizes.rank(u_size) * employers) as u64;
        jobs.push(states[0].employed().then_some((s as u8, rank)));
    }
    let (wage, wage_income) = wages(setting, r, &work);
    let usual_income = usual_incomes(setting, r, &wage, &wage_income, &counts);
    let mut reference = balance.references(p, &counts);
    let mut weighted = [[0.0; 2]; SKILLS];
    for ((i, w), states) in range.zip(&wage).zip(&work) {
        let weight = f64::from(people.weight[i]) * labour_force(*states);
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
        usual_income,
        employers: sorted(&jobs),
        reference,
        informal,
        finding: balance.finding,
    }
}

/// Income of each household with its adults at work as often as those of their skill are: its state at
/// week 0 is then one of the states it passes through, and no better or worse on average.
fn usual_incomes(
    setting: &Setting,
    r: usize,
    wage: &[f32],
    wage_income: &[f32],
    counts: &[[f64; 4]; SKILLS],
) -> Vec<f32> {
    let informal_wage = setting.scenario.parameters.labour.informal_wage;
    let paid = counts.map(|c| {
        let adults: f64 = c.iter().sum();
        if adults > 0.0 { (c[0] + informal_wage * c[1]) / adults } else { 0.0 }
    });
    let people = &setting.people;
    setting.region_residents[r]
        .clone()
        .zip(wage.iter().zip(wage_income))
        .map(|(i, (&wage, &earned))| {
            let jobs = f64::from(people.adults[i]) * paid[people.skill[i] as usize];
            people.base_income[i] - earned + wage * jobs as f32
        })
        .collect()
}

/// Adults of a household who work or seek.
fn labour_force(states: [Work; ADULTS]) -> f64 {
    states.iter().filter(|&&w| w <= Work::Unemployed).count() as f64
}

/// Shares of jobs by sector where `urban` of the people live in towns.
fn sectors(p: &Parameters, urban: f64) -> [f64; SECTORS] {
    let farm = p.agriculture_urban + p.agriculture_rural * (1.0 - urban);
    let rest = 1.0 - farm;
    let services = 1.0 - p.industry - p.construction - p.public;
    [farm, rest * p.industry, rest * p.construction, rest * services, rest * p.public]
}

/// Formal wage of each resident household's adults, and the wages in its income. The level is such that
/// the mean formal wage is the region's, as far as incomes allow: official wages leave out much work.
fn wages(setting: &Setting, r: usize, work: &[[Work; ADULTS]]) -> (Vec<f32>, Vec<f32>) {
    let p = &setting.scenario.parameters.labour;
    let people = &setting.people;
    let step = setting.scenario.parameters.population.income_skill_step;
    let skill: [f64; SKILLS] = std::array::from_fn(|k| exp(step * (k as f64 - 1.0)));
    let range = setting.region_residents[r].clone();
    // The cap does not depend on who works at week 0: changes of state alone then move no mean income.
    let wage = |level: f64, i: usize| {
        let most = p.wage_income_cap * f64::from(people.base_income[i]);
        (level * skill[people.skill[i] as usize]).min(most / f64::from(people.adults[i].max(1)))
    };
    let wanted = setting.scenario.regions[r].mean_wage;
    let (mut low, mut high) = (0.0, 1.5 * wanted);
    for _ in 0..14 {
        let level = 0.5 * (low + high);
        let (mut sum, mut jobs) = (0.0, 0.0);
        for (i, states) in range.clone().zip(work) {
            let formal = states.iter().filter(|&&w| w == Work::Formal).count() as f64;
            sum += f64::from(people.weight[i]) * formal * wage(level, i);
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
            let own = wage(level, i) as f32;
            let (mut formal, mut informal) = (0_u8, 0_u8);
            for w in states {
                formal += u8::from(*w == Work::Formal);
                informal += u8::from(*w == Work::Informal);
            }
            (own, own * (f32::from(formal) + f32::from(informal) * p.informal_wage as f32))
        })
        .unzip()
}

#[cfg(test)]
mod tests {
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
}
