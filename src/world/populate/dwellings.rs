//! The rental stock, who rents it at the start of burn-in, and the markets it forms.

use std::collections::VecDeque;

use rand_distr::{Distribution, StandardNormal};

use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::{exp, ln};
use crate::world::{BANDS, Dwellings, Households, LetState, Market, NONE, Setting, Tenure};

/// Builds dwellings and markets; houses every renter in a dwelling of its band.
pub fn build(
    setting: &mut Setting,
    households: &mut Households,
    draws: &Draws,
) -> (Dwellings, Vec<Market>) {
    let mut dwellings =
        Dwellings { by_region: vec![Vec::new(); setting.regions()], ..Dwellings::default() };
    let mut markets = Vec::new();
    setting.market_of = vec![NONE; setting.regions() * BANDS];
    setting.log_reference = vec![0.0; setting.regions() * BANDS];
    for r in 0..setting.regions() {
        references(setting, households, r);
        region(setting, households, draws, r, &mut dwellings);
        markets_of(setting, households, r, &mut markets);
    }
    (dwellings, markets)
}

/// Reference rents of a region: band shares of the median renter income.
fn references(setting: &mut Setting, households: &Households, r: usize) {
    let p = &setting.scenario.parameters.population;
    let mut incomes: Vec<f32> = setting.region_rental[r]
        .iter()
        .map(|&i| i as usize)
        .filter(|&i| households.tenure[i] == Tenure::Renter)
        .map(|i| households.income[i])
        .collect();
    incomes.sort_by(f32::total_cmp);
    let region = &setting.scenario.regions[r];
    let fallback = region.income_per_person * region.household_size;
    let median = incomes.get(incomes.len() / 2).map_or(fallback, |&x| f64::from(x));
    let shares = [p.rent_share_low, p.rent_share_middle, p.rent_share_high];
    for (band, share) in shares.into_iter().enumerate() {
        setting.log_reference[r * BANDS + band] = ln(share * median);
    }
}

/// Dwellings of one region: one for each renter, then those on offer, dormant and let by the night.
fn region(
    setting: &Setting,
    households: &mut Households,
    draws: &Draws,
    r: usize,
    dwellings: &mut Dwellings,
) {
    let p = &setting.scenario.parameters.population;
    let origin = origin_of(&setting.scenario.regions[r].code);
    let mut renters: Vec<Vec<u32>> = vec![Vec::new(); BANDS];
    for &i in &setting.region_rental[r] {
        if households.tenure[i as usize] == Tenure::Renter {
            let cell = households.cell[i as usize] as usize;
            renters[setting.cell_band[cell] as usize].push(i);
        }
    }
    let landlords = landlords(setting, households, r);
    let mut ordinal = 0_u64;
    for (band, tenants) in renters.iter().enumerate() {
        let active = tenants.len() as f64 / (1.0 - p.vacancy);
        let listed = (active * p.vacancy).round() as usize;
        let dormant = (active * p.dormant).round() as usize;
        let short_let = (active * p.short_let).round() as usize;
        let states = std::iter::repeat_n(LetState::Let, tenants.len())
            .chain(std::iter::repeat_n(LetState::Listed, listed))
            .chain(std::iter::repeat_n(LetState::Dormant, dormant))
            .chain(std::iter::repeat_n(LetState::ShortLet, short_let));
        for (k, state) in states.enumerate() {
            let address = Address::new(Kind::Dwelling, origin, ordinal);
            ordinal += 1;
            let d = dwellings.address.len() as u32;
            let cells = &setting.cells_of[r * BANDS + band];
            let (log_reference, friction, landlord, cell) =
                traits(setting, draws, address, r, band, &landlords, cells);
            let tenant = (state == LetState::Let).then(|| tenants[k] as usize);
            dwellings.push(
                address,
                r as u16,
                band as u8,
                tenant.map_or(cell, |i| households.cell[i]),
                log_reference,
                state,
                landlord,
                friction,
            );
            if let Some(i) = tenant {
                let [u_oral, u_end, u_rent, _] =
                    draws.four(setting.people.address[i], 0, Purpose::Lease, 0);
                households.dwelling[i] = d;
                // A spread of old contracts; burn-in replaces them before week 0.
                households.rent[i] =
                    exp(f64::from(log_reference) + 0.1 * f64::from(u_rent - 0.5)) as f32;
                households.lease_end[i] =
                    if f64::from(u_oral) < p.oral_lease { 0 } else { 1 + (u_end * 51.0) as u16 };
            }
        }
    }
}

/// What a dwelling is, drawn by its address: log reference rent, short-let friction, landlord, cell.
pub fn traits(
    setting: &Setting,
    draws: &Draws,
    address: Address,
    r: usize,
    band: usize,
    landlords: &[u32],
    cells: &[u32],
) -> (f32, f32, u32, u32) {
    let p = &setting.scenario.parameters.population;
    let z: f64 = StandardNormal.sample(&mut draws.stream(address, 0, Purpose::Dwelling));
    let [u_friction, u_firm, u_owner, u_cell] = draws.four(address, 0, Purpose::Dwelling, 0);
    let log_reference = setting.log_reference[r * BANDS + band] + p.quality_sigma * z;
    let at = |u: f32, from: &[u32]| from.get((u * from.len() as f32) as usize).copied();
    let landlord = if f64::from(u_firm) < p.firm_landlords { None } else { at(u_owner, landlords) };
    (log_reference as f32, u_friction, landlord.unwrap_or(NONE), at(u_cell, cells).unwrap_or(NONE))
}

/// Owner households of the upper three tenths of income: those who hold a dwelling to let.
pub fn landlords(setting: &Setting, households: &Households, r: usize) -> Vec<u32> {
    let mut owners: Vec<u32> = setting.region_residents[r]
        .clone()
        .filter(|&i| households.tenure[i] == Tenure::Owner)
        .map(|i| i as u32)
        .collect();
    let income = |i: u32| setting.people.base_income[i as usize];
    owners.sort_by(|&a, &b| income(b).total_cmp(&income(a)).then(a.cmp(&b)));
    owners.truncate((owners.len() * 3).div_ceil(10));
    owners
}

/// Joins neighbouring bands until each market has enough renters to be sound.
fn markets_of(setting: &mut Setting, households: &Households, r: usize, markets: &mut Vec<Market>) {
    let mut renters = [0.0; BANDS];
    for &i in &setting.region_rental[r] {
        if households.tenure[i as usize] == Tenure::Renter {
            renters[setting.cell_band[households.cell[i as usize] as usize] as usize] += 1.0;
        }
    }
    // Counted at the share that holds at any scale, so that the markets are the same ones at every scale.
    let p = &setting.scenario.parameters.population;
    let least = p.renters_per_market * setting.rental_density;
    let mut low = 0;
    let mut sum = 0.0;
    let first = markets.len();
    for band in 0..BANDS {
        sum += renters[band];
        let rest: f64 = renters[band + 1..].iter().sum();
        if (sum >= least && rest >= least) || band == BANDS - 1 {
            markets.push(market(r, low, band));
            low = band + 1;
            sum = 0.0;
        }
    }
    for (m, market) in markets.iter().enumerate().skip(first) {
        for band in market.bands.0..=market.bands.1 {
            setting.market_of[r * BANDS + band as usize] = m as u32;
        }
    }
}

fn market(r: usize, low: usize, high: usize) -> Market {
    Market {
        region: r as u16,
        bands: (low as u8, high as u8),
        rest: 0.0,
        slow: 0.0,
        fast: 0.0,
        pooled: (0.0, 0, 0),
        renters: 0.0,
        applications: 0.0,
        listings: 0.0,
        usual_tightness: 0.0,
        base_tightness: 0.0,
        tightness: 0.0,
        log_ask: 0.0,
        short_let_income: 1.0,
        pipeline: VecDeque::new(),
        finished: 0.0,
    }
}
