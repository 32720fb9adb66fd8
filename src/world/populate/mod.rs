//! Week 0: residents, their dwellings and ties, and everyone who may arrive.
//!
//! Built once per scenario and seed and shared by all replicates. Every choice is drawn by address;
//! sizes and groups use a low-discrepancy sequence, so that the shares of the regional table are met to
//! within one household.

mod arrivals;
pub mod attachment;
pub mod attitudes;
pub mod conduct;
mod dwellings;
mod labour;
mod residents;
mod ties;

pub use dwellings::traits as dwelling_traits;
use serde::{Deserialize, Serialize};

use super::{
    Accounts, Attachment, Conduct, Flows, Households, Labour, LandState, Memory, Presence, Queues,
    Setting, Society, World,
};
use crate::engine::draws::Draws;
use crate::mechanisms::{land, memory, projects, wellbeing};
use crate::scenario::{Region, Scenario};

/// Parameters of week 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Renter households of the whole scenario that are agents whatever the scale; with them go, at the
    /// same share, those living with relatives, newcomers and rental dwellings.
    pub renter_agents: f64,
    /// Renter households (agents of that share) below which bands of a region share one market.
    pub renters_per_market: f64,
    /// Households in a neighbourhood cell (agents).
    pub cell_size: f64,
    /// Households living with relatives that may set up on their own, per renter household.
    pub family_per_renter: f64,
    /// Standard deviation of log household income within a skill level.
    pub income_sigma: f64,
    /// Log income of each skill level over the middle one.
    pub income_skill_step: f64,
    /// Savings of a resident household at week 0, months of income (mean).
    pub savings_months: f64,
    /// Share of households that live near others of their group.
    pub clustering: f64,
    /// Share of the stock in the lowest band.
    pub stock_low: f64,
    /// Share of the stock in the middle band.
    pub stock_middle: f64,
    /// Reference rent of the lowest band over the median renter income.
    pub rent_share_low: f64,
    /// The same for the middle band.
    pub rent_share_middle: f64,
    /// The same for the highest band.
    pub rent_share_high: f64,
    /// Standard deviation of log quality within a band.
    pub quality_sigma: f64,
    /// Share of the active rental stock that is on offer at the start of burn-in.
    pub vacancy: f64,
    /// Dwellings kept off the market per active one.
    pub dormant: f64,
    /// Share of the active stock let by the night.
    pub short_let: f64,
    /// Share of leases without a written end.
    pub oral_lease: f64,
    /// Share of rental dwellings held by firms.
    pub firm_landlords: f64,
    /// Mean trust in courts at week 0.
    pub trust_courts: f64,
    /// Mean trust in police at week 0.
    pub trust_police: f64,
    /// Mean trust in the authorities at week 0.
    pub trust_authorities: f64,
}

impl Parameters {
    /// Shares of the rental stock by band.
    pub fn stock(&self) -> [f64; super::BANDS] {
        [self.stock_low, self.stock_middle, 1.0 - self.stock_low - self.stock_middle]
    }
}

/// Builds the fixed half and the state at the start of burn-in.
pub fn populate(scenario: Scenario) -> (Setting, World) {
    let draws = Draws::week0(scenario.seed);
    let mut setting = Setting::from_scenario(scenario);
    let p = setting.scenario.parameters.population.clone();
    let scale = setting.scenario.scale;
    setting.weight = 1.0 / scale;
    setting.rental_weight = 1.0 / rental_scale(&setting.scenario);
    let least = least_rental_scale(&setting.scenario);
    setting.rental_density =
        if least > 0.0 { rental_scale(&setting.scenario) / least } else { 1.0 };

    let residents = residents::draw(&mut setting, &draws);
    arrivals::draw(&mut setting, &draws);
    ties::kin(&mut setting, &draws);

    let n = setting.households();
    let people = &setting.people;
    let mut households = Households {
        presence: vec![Presence::Absent; n],
        region: people.home_region.clone(),
        cell: residents.cell,
        persons: people.persons.clone(),
        tenure: residents.tenure,
        dwelling: vec![super::NONE; n],
        rent: vec![0.0; n],
        income: people.base_income.clone(),
        savings: residents.savings,
        lease_end: vec![0; n],
        notice_until: vec![0; n],
        search_left: vec![0; n],
        seeking: vec![false; n],
        unhoused_weeks: vec![0; n],
        entry_week: vec![0; n],
    };
    households.presence[..setting.residents].fill(Presence::Present);
    households.cell.resize(n, super::NONE);
    households.tenure.resize(n, super::Tenure::Homeless);
    households.savings.resize(n, 0.0);
    for i in setting.residents..n {
        let wave = &setting.scenario.waves[setting.people.wave[i] as usize];
        households.savings[i] = households.income[i] * wave.savings_months as f32;
    }
    let turnover = setting.scenario.parameters.housing.entry_per_year / 52.0;
    setting.set_up_rate = vec![turnover / p.family_per_renter.max(1e-9); setting.regions()];
    let (dwellings, markets) = dwellings::build(&mut setting, &mut households, &draws);

    let (regions, groups) = (setting.regions(), setting.groups());
    setting.base_population = vec![0.0; regions * groups];
    for i in 0..setting.residents {
        let cell =
            setting.people.home_region[i] as usize * groups + setting.people.group[i] as usize;
        setting.base_population[cell] += setting.persons(i, setting.people.persons[i]);
    }
    let gates = setting.scenario.gates.len();
    let mut world = World {
        week: 0,
        households,
        dwellings,
        markets,
        waiting: Vec::new(),
        queues: Queues {
            gate_backlog: vec![0.0; gates],
            gate_wait_days: vec![0.0; gates],
            gate_week_days: vec![0.0; gates],
            service_backlog: vec![0.0; regions],
            service_wait_days: vec![0.0; regions],
            service_unmet: vec![0.0; regions],
        },
        flows: Flows::new(regions, groups),
        society: Society::default(),
        base_landlord_rents: vec![0.0; regions * groups],
        incidents: Vec::new(),
        conduct: Conduct::default(),
        rent_level: vec![1.0; regions],
        rent_aid: vec![0.0; regions],
        price_level: 1.0,
        prices: vec![0.0; regions],
        labour: Labour::default(),
        memory: Memory::default(),
        attachment: Attachment::default(),
        accounts: Accounts::default(),
        land: LandState::default(),
        projects: Vec::new(),
    };
    conduct::build(&mut setting, &mut world, &draws);
    labour::build(&mut setting, &mut world, draws);
    land::initialise(&mut setting, &mut world, draws);
    projects::initialise(&setting, &mut world);
    memory::build(&setting, &mut world);
    attitudes::build(&mut setting, &mut world, draws);
    wellbeing::initialise(&setting, &mut world);
    (setting, world)
}

/// Renters at week 0, households at full scale.
fn renters(scenario: &Scenario) -> f64 {
    let of = |r: &Region| r.population / r.household_size * r.renter_share;
    scenario.regions.iter().map(of).sum()
}

/// Share of renters that are agents whatever the scale, `(0, 1]`.
fn least_rental_scale(scenario: &Scenario) -> f64 {
    (scenario.parameters.population.renter_agents / renters(scenario).max(1.0)).min(1.0)
}

/// Share of renters, those living with relatives, newcomers and rental dwellings that are agents, `(0, 1]`:
/// a market needs many of them to be sound, so they are thinned less than others.
pub fn rental_scale(scenario: &Scenario) -> f64 {
    least_rental_scale(scenario).max(scenario.scale)
}

/// Household size for a point `u` in (0, 1): 1 + Poisson with the wanted mean, at most 12.
fn household_size(u: f64, mean: f64) -> u8 {
    let lambda = (mean - 1.0).max(0.0);
    let mut probability = crate::engine::math::exp(-lambda);
    let mut below = probability;
    let mut size = 1_u8;
    while below < u && size < 12 {
        probability *= lambda / f64::from(size);
        below += probability;
        size += 1;
    }
    size
}

/// Adults of working age in a household of `persons`.
fn adults_of(persons: u8) -> u8 {
    match persons {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

/// Index of the share that `u` falls into.
fn pick(shares: &[f64], u: f64) -> usize {
    let mut below = 0.0;
    for (k, share) in shares.iter().enumerate() {
        below += share;
        if u < below {
            return k;
        }
    }
    shares.len() - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing;

    #[test]
    fn shares_and_totals_of_the_regional_table_are_met() {
        let scenario = testing::two_towns();
        let (setting, world) = populate(scenario);
        let n = setting.residents;
        for (r, region) in setting.scenario.regions.iter().enumerate() {
            let (mut people, mut renters, mut all) = (0.0, 0.0, 0.0);
            let mut groups = vec![0.0; setting.groups()];
            for i in 0..n {
                if world.households.region[i] as usize != r {
                    continue;
                }
                let persons = setting.persons(i, world.households.persons[i]);
                people += persons;
                groups[setting.people.group[i] as usize] += persons;
                let w = f64::from(setting.people.weight[i]);
                all += w;
                if world.households.tenure[i] == super::super::Tenure::Renter {
                    renters += w;
                }
            }
            assert!((people / region.population - 1.0).abs() < 0.01, "population {people}");
            assert!((renters / all - region.renter_share).abs() < 0.01);
            for (g, share) in region.group_shares.iter().enumerate() {
                assert!((groups[g] / people - share).abs() < 0.02, "group {g}");
            }
        }
    }

    #[test]
    fn incomes_are_right_skewed_and_meet_the_regional_mean() {
        let (setting, world) = populate(testing::two_towns());
        let region = &setting.scenario.regions[0];
        let range = setting.region_residents[0].clone();
        let mut xs: Vec<f64> =
            range.clone().map(|i| f64::from(world.households.income[i])).collect();
        let mean = range
            .map(|i| f64::from(world.households.income[i]) * f64::from(setting.people.weight[i]))
            .sum::<f64>()
            / setting.region_residents[0]
                .clone()
                .map(|i| f64::from(setting.people.weight[i]))
                .sum::<f64>();
        xs.sort_by(f64::total_cmp);
        let wanted = region.income_per_person * region.household_size;
        assert!((mean / wanted - 1.0).abs() < 0.02, "mean {mean}, wanted {wanted}");
        assert!(xs[xs.len() / 2] < 0.95 * mean);
    }

    #[test]
    fn renaming_a_group_changes_no_draw() {
        let plain = testing::two_towns();
        let mut renamed = plain.clone();
        renamed.groups[0].id = "zz".into();
        renamed.groups[0].label = "Zz".into();
        let (a, wa) = populate(plain);
        let (b, wb) = populate(renamed);
        assert_eq!(a.people.group, b.people.group);
        assert_eq!(wa.households.income, wb.households.income);
        assert_eq!(a.kin, b.kin);
    }

    #[test]
    fn sizes_have_the_wanted_mean() {
        let n = 10_000;
        for mean in [1.0, 2.4, 3.5] {
            let total: f64 = (0..n)
                .map(|k| f64::from(household_size((f64::from(k) + 0.5) / f64::from(n), mean)))
                .sum();
            assert!((total / f64::from(n) - mean).abs() < 0.01);
        }
    }

    /// Tenants and those living with relatives were more than everyone.
    #[test]
    fn where_nearly_all_rent_the_population_is_met() {
        for share in [0.9, 1.0] {
            let mut scenario = testing::two_towns();
            scenario.regions[0].renter_share = share;
            let wanted = scenario.regions[0].population;
            let (setting, _) = populate(scenario);
            let groups = setting.groups();
            let people: f64 = setting.base_population[..groups].iter().sum();
            assert!((people / wanted - 1.0).abs() < 0.01, "{people} of {wanted}");
        }
    }

    /// They shared every draw.
    #[test]
    fn groups_that_are_alike_draw_apart() {
        let mut scenario = testing::two_towns();
        let twin = scenario.groups[2].clone();
        scenario.groups[1] = twin;
        for region in &mut scenario.regions {
            region.group_shares = vec![1.0, 0.0, 0.0];
        }
        let setting = Setting::from_scenario(scenario);
        assert_ne!(setting.group_address[1], setting.group_address[2]);
    }
}
