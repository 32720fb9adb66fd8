//! Readings of people, rents, dwellings and queues.

use rayon::prelude::*;

use super::Readings;
use super::tally::{Sum, Tally};
use crate::engine::math::{exp, ln};
use crate::engine::sums::{Fixed, merge};
use crate::mechanisms::housing::regional_log_ask;
use crate::world::{BANDS, Context, Flow, LetState, NONE, Setting, World};

/// Fills the indicators of arrivals, services and housing.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let setting = ctx.setting;
    let (regions, groups) = (setting.regions(), setting.groups());
    let width = regions * groups;
    out.sum("population", &tally.column(Sum::Persons));
    out.sum("hosted", &tally.column(Sum::Hosted));
    out.sum("homeless", &tally.column(Sum::Homeless));
    out.mean("rent_burden", None, &tally.column(Sum::Burden), &tally.column(Sum::Renters));
    let flow = |f: Flow| -> Vec<f64> {
        (0..width).map(|k| world.flows.get(f, k / groups, k % groups)).collect()
    };
    for (id, f) in [
        ("arrivals", Flow::Arrivals),
        ("exits", Flow::Exits),
        ("returns", Flow::Returns),
        ("evictions", Flow::Evictions),
    ] {
        // Flows are empty at week 0.
        if world.week > 0 {
            out.sum(id, &flow(f));
        }
    }
    let cost: Vec<f64> = flow(Flow::LeverCost).chunks(groups).map(|c| c.iter().sum()).collect();
    out.regional_sum("lever_cost", &cost);
    rents(setting, world, out);
    queues(setting, world, out);
    owner_gain(setting, world, out);
}

/// Asking and sitting rents of a fixed basket of bands, and the vacancy.
fn rents(setting: &Setting, world: &World, out: &mut Readings) {
    let regions = setting.regions();
    let stock = setting.scenario.parameters.population.stock();
    let sitting = sitting_rents(setting, world);
    let stocks: Vec<(f64, f64)> = world
        .dwellings
        .by_region
        .par_iter()
        .with_max_len(1)
        .map(|slots| {
            let (mut listed, mut all) = (0.0, 0.0);
            for &d in slots {
                let d = d as usize;
                if matches!(world.dwellings.state[d], LetState::Let | LetState::Listed) {
                    all += 1.0;
                }
                // What was left or came to the market this week has no ask yet.
                if world.dwellings.offered(d) {
                    listed += 1.0;
                }
            }
            (listed, all)
        })
        .collect();
    let weights: Vec<f64> = stocks.iter().map(|s| s.1).collect();
    let asking: Vec<f64> = (0..regions)
        .map(|r| exp(regional_log_ask(setting, world, r)) * world.rent_level[r])
        .collect();
    let sitting: Vec<f64> = (0..regions)
        .map(|r| {
            let (mut log, mut weight) = (0.0, 0.0);
            for b in 0..BANDS {
                let (sum, n) = sitting[r * BANDS + b];
                if n > 0.0 {
                    let reference = setting.log_reference[r * BANDS + b];
                    log += stock[b] * (sum / n + reference);
                    weight += stock[b];
                }
            }
            if weight > 0.0 { exp(log / weight) } else { f64::NAN }
        })
        .collect();
    out.regional_mean("asking_rent", &asking, &weights);
    out.regional_mean("sitting_rent", &sitting, &weights);
    let vacancy: Vec<f64> = stocks
        .iter()
        .map(|&(listed, all)| if all > 0.0 { listed / all } else { f64::NAN })
        .collect();
    out.regional_mean("vacancy", &vacancy, &weights);
}

/// Log rents of tenants over the dwelling's own reference, summed, and their number, by region and band: the same basket
/// as that of asks, every week.
fn sitting_rents(setting: &Setting, world: &World) -> Vec<(f64, f64)> {
    let h = &world.households;
    let add = |sums: &mut [(f64, f64)], i: usize| {
        let d = h.dwelling[i];
        if d != NONE {
            let d = d as usize;
            let at = world.dwellings.region[d] as usize * BANDS + world.dwellings.band[d] as usize;
            sums[at].0 += ln(f64::from(h.rent[i])) - f64::from(world.dwellings.log_reference[d]);
            sums[at].1 += 1.0;
        }
    };
    let none = || vec![(0.0, 0.0); setting.regions() * BANDS];
    let of_region = |tenants: &Vec<u32>| {
        let mut sums = none();
        for &i in tenants {
            add(&mut sums, i as usize);
        }
        sums
    };
    let parts: Vec<_> = setting.region_rental.par_iter().with_max_len(1).map(of_region).collect();
    let mut sums = none();
    for part in parts {
        for (sum, x) in sums.iter_mut().zip(part) {
            *sum = (sum.0 + x.0, sum.1 + x.1);
        }
    }
    (setting.residents..setting.households()).for_each(|i| add(&mut sums, i));
    sums
}

/// Waits at the border, by region of the gate, and at service centres.
fn queues(setting: &Setting, world: &World, out: &mut Readings) {
    let regions = setting.regions();
    let mut border = vec![(0.0, 0.0); regions];
    for (g, gate) in setting.scenario.gates.iter().enumerate() {
        border[gate.region].0 += gate.share * world.queues.gate_week_days[g];
        border[gate.region].1 += gate.share;
    }
    let waits: Vec<f64> =
        border.iter().map(|&(wait, w)| if w > 0.0 { wait / w } else { f64::NAN }).collect();
    let shares: Vec<f64> = border.iter().map(|b| b.1).collect();
    out.regional_mean("queue_border", &waits, &shares);
    let people: Vec<f64> = setting.scenario.regions.iter().map(|r| r.population).collect();
    out.regional_mean("queue_services", &world.queues.service_wait_days, &people);
}

/// Rents received by the landlords of each region and group, beyond those of week 0.
fn owner_gain(setting: &Setting, world: &World, out: &mut Readings) {
    let now = landlord_rents(setting, world);
    let gain: Vec<f64> = now.iter().zip(&world.base_landlord_rents).map(|(a, b)| a - b).collect();
    out.sum("owner_gain", &gain);
}

/// Rents received by resident landlords, by region and group of the landlord, currency per month.
pub fn landlord_rents(setting: &Setting, world: &World) -> Vec<f64> {
    let groups = setting.groups();
    let h = &world.households;
    let paid = |sums: &mut Vec<Fixed>, i: usize| {
        let d = h.dwelling[i];
        if d == NONE {
            return;
        }
        let landlord = world.dwellings.landlord[d as usize];
        if landlord != NONE {
            let l = landlord as usize;
            let at =
                setting.people.home_region[l] as usize * groups + setting.people.group[l] as usize;
            sums[at] += f64::from(setting.people.weight[i]) * f64::from(h.rent[i]);
        }
    };
    let none = || vec![Fixed::default(); setting.regions() * groups];
    let of_region = |tenants: &Vec<u32>| {
        let mut sums = none();
        for &i in tenants {
            paid(&mut sums, i as usize);
        }
        sums
    };
    let tenants = setting.region_rental.par_iter().with_max_len(1);
    let mut sums = tenants.map(of_region).reduce(none, |a, b| merge(a, &b));
    (setting.residents..setting.households()).for_each(|i| paid(&mut sums, i));
    sums.iter().map(|s| s.get()).collect()
}
