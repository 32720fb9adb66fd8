//! Readings of people, rents, dwellings and queues.

use super::Readings;
use super::tally::{Sum, Tally};
use crate::engine::math::{exp, ln};
use crate::engine::sums::Fixed;
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
    let mut sitting = vec![(0.0, 0.0); regions * BANDS];
    let mut stocks = vec![(0.0, 0.0); regions];
    let h = &world.households;
    let rental = setting.region_rental.iter().flatten().map(|&i| i as usize);
    for i in rental.chain(setting.residents..setting.households()) {
        let d = h.dwelling[i];
        if d != NONE {
            let d = d as usize;
            let at = world.dwellings.region[d] as usize * BANDS + world.dwellings.band[d] as usize;
            // Against the dwelling's own reference: the same basket every week.
            sitting[at].0 += f64::from(h.rent[i] / world.dwellings.reference[d]);
            sitting[at].1 += 1.0;
        }
    }
    for (r, slots) in world.dwellings.by_region.iter().enumerate() {
        for &d in slots {
            match world.dwellings.state[d as usize] {
                LetState::Listed => {
                    stocks[r].0 += 1.0;
                    stocks[r].1 += 1.0;
                }
                LetState::Let => stocks[r].1 += 1.0,
                LetState::Dormant | LetState::ShortLet => {}
            }
        }
    }
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
                    log += stock[b] * (ln(sum / n) + reference);
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
    let mut sums = vec![Fixed::default(); setting.regions() * groups];
    let rental = setting.region_rental.iter().flatten().map(|&i| i as usize);
    for i in rental.chain(setting.residents..setting.households()) {
        let d = h.dwelling[i];
        if d == NONE {
            continue;
        }
        let landlord = world.dwellings.landlord[d as usize];
        if landlord != NONE {
            let l = landlord as usize;
            let at =
                setting.people.home_region[l] as usize * groups + setting.people.group[l] as usize;
            sums[at] += f64::from(setting.people.weight[i]) * f64::from(h.rent[i]);
        }
    }
    sums.iter().map(|s| s.get()).collect()
}
