//! Resident households: group, size, skill, income, tenure, band and neighbourhood.

use rayon::prelude::*;

use super::{adults_of, household_size, pick};
use crate::engine::draws::{Address, Draws, Kind, Purpose, R4, origin_of};
use crate::engine::math::{exp, normal_quantile};
use crate::world::{BANDS, Setting, Tenure};

/// What the residents bring into the changing half of the world.
pub struct Residents {
    pub cell: Vec<u32>,
    pub tenure: Vec<Tenure>,
    pub savings: Vec<f32>,
}

struct Drawn {
    address: Address,
    weight: f32,
    group: u8,
    persons: u8,
    skill: u8,
    income: f64,
    savings_months: f32,
    tenure: Tenure,
    band: u8,
    location: f64,
}

/// Draws all residents into `setting.people`, sorted by region, band and cell.
pub fn draw(setting: &mut Setting, draws: &Draws) -> Residents {
    let drawn: Vec<Vec<Drawn>> = (0..setting.regions())
        .into_par_iter()
        .with_max_len(1)
        .map(|r| region(setting, draws, r))
        .collect();
    let mut out = Residents { cell: Vec::new(), tenure: Vec::new(), savings: Vec::new() };
    let size = setting.scenario.parameters.population.cell_size;
    setting.cells_of = vec![Vec::new(); setting.regions() * BANDS];
    for (r, households) in drawn.into_iter().enumerate() {
        let start = setting.people.address.len();
        let mut rental = Vec::new();
        for band in 0..BANDS {
            let count = households.iter().filter(|h| usize::from(h.band) == band).count();
            let cells = ((count as f64 / size).round() as usize).max(1);
            let first = setting.cells as u32;
            for _ in 0..cells {
                setting.cell_region.push(r as u16);
                setting.cell_band.push(band as u8);
            }
            setting.cells_of[r * BANDS + band] = (first..first + cells as u32).collect();
            setting.cells += cells;
            let in_band = households.iter().filter(|h| usize::from(h.band) == band);
            for (k, h) in in_band.enumerate() {
                let slot = setting.people.address.len() as u32;
                if h.tenure != Tenure::Owner {
                    rental.push(slot);
                }
                let p = &mut setting.people;
                p.address.push(h.address);
                p.weight.push(h.weight);
                p.group.push(h.group);
                p.home_region.push(r as u16);
                p.adults.push(adults_of(h.persons));
                p.skill.push(h.skill);
                p.base_income.push(h.income as f32);
                p.wave.push(u8::MAX);
                p.arrival_day.push(0);
                p.transit.push(false);
                p.outside_income.push(false);
                p.persons.push(h.persons);
                let cell = first + (k * cells / count) as u32;
                out.cell.push(cell);
                let slot = slot as usize;
                setting.cell_residents.resize(cell as usize + 1, slot..slot);
                setting.cell_residents[cell as usize].end = slot + 1;
                out.tenure.push(h.tenure);
                out.savings.push(h.income as f32 * h.savings_months);
            }
            let end = setting.people.address.len();
            setting.cell_residents.resize(setting.cells, end..end);
        }
        let weights = setting.people.weight[start..].iter();
        setting.resident_households.push(weights.map(|&w| f64::from(w)).sum());
        setting.region_residents.push(start..setting.people.address.len());
        setting.region_rental.push(rental);
    }
    setting.residents = setting.people.address.len();
    out
}

/// The households of one region, sorted by band and location.
fn region(setting: &Setting, draws: &Draws, r: usize) -> Vec<Drawn> {
    let scenario = &setting.scenario;
    let region = &scenario.regions[r];
    let p = &scenario.parameters.population;
    let total = region.population / region.household_size;
    // Where nearly all rent, fewer live with relatives.
    let family_share =
        (region.renter_share * p.family_per_renter).min(1.0 - region.renter_share).max(0.0);
    let owner_share = (1.0 - region.renter_share - family_share).max(0.0);
    let strata = [
        (Tenure::Owner, owner_share, setting.weight),
        (Tenure::Renter, region.renter_share, setting.rental_weight),
        (Tenure::Family, family_share, setting.rental_weight),
    ];
    let origin = origin_of(&region.code);
    let shares: Vec<f64> = setting.group_order.iter().map(|&g| region.group_shares[g]).collect();
    let stock = p.stock();
    let mut households = Vec::new();
    for (stratum, (tenure, share, weight)) in strata.into_iter().enumerate() {
        let count = (total * share / weight).round() as usize;
        let first = households.len();
        let offset =
            draws.four(setting.place[r], 0, Purpose::Household, tenure as u32).map(f64::from);
        for k in 0..count {
            // Each tenure counts by itself: a larger scale adds households and changes none.
            let ordinal = (k * strata.len() + stratum) as u64;
            let address = Address::new(Kind::Resident, origin, ordinal);
            // Group, size, skill, income.
            let point = |d: usize| (offset[d] + R4[d] * (k + 1) as f64).fract();
            let group = setting.group_order[pick(&shares, point(0))];
            let persons = household_size(point(1), region.household_size);
            let [u_clustered, u_location, u_savings, _] =
                draws.four(address, 0, Purpose::Household, 0).map(f64::from);
            let skill = pick(&scenario.groups[group].skill_shares, point(2));
            let z = normal_quantile(point(3).max(f64::EPSILON));
            let income = scenario.groups[group].income_factor
                * exp(p.income_skill_step * (skill as f64 - 1.0) + p.income_sigma * z);
            // Some live where their group is usual: a centre per group, the same in every band.
            let location = if u_clustered < p.clustering {
                let centre = draws.uniform(
                    setting.place[r].with(setting.group_address[group]),
                    0,
                    Purpose::Household,
                    1,
                );
                (centre + 0.2 * (u_location - 0.5)).rem_euclid(1.0)
            } else {
                u_location
            };
            households.push(Drawn {
                address,
                weight: weight as f32,
                group: group as u8,
                persons,
                skill: skill as u8,
                income,
                savings_months: (2.0 * p.savings_months * u_savings) as f32,
                tenure,
                band: 0,
                location,
            });
        }
        // The richer live in the better bands.
        let stratum = &mut households[first..];
        let mut by_income: Vec<usize> = (0..stratum.len()).collect();
        by_income.sort_by(|&a, &b| {
            stratum[a]
                .income
                .total_cmp(&stratum[b].income)
                .then(stratum[a].address.cmp(&stratum[b].address))
        });
        for (rank, &k) in by_income.iter().enumerate() {
            stratum[k].band = pick(&stock, (rank as f64 + 0.5) / count as f64) as u8;
        }
    }
    // Incomes are drawn as shapes; the regional mean sets their level.
    let weight: f64 = households.iter().map(|h| f64::from(h.weight)).sum();
    let mean = households.iter().map(|h| f64::from(h.weight) * h.income).sum::<f64>() / weight;
    let level = region.income_per_person * region.household_size / mean;
    for h in &mut households {
        h.income *= level;
    }
    households.sort_by(|a, b| {
        a.band.cmp(&b.band).then(a.location.total_cmp(&b.location)).then(a.address.cmp(&b.address))
    });
    households
}
