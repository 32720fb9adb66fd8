//! Contact: who lives among whom, and what stays of it.
//!
//! Mere exposure and meaningful contact are two things. Everyone seen counts as exposure, people in
//! transit and people without a home included; only people who live in one's neighbourhood can be
//! *met*. Both grow with the logarithm of presence, so that the sign of their sum depends on the rate
//! of meaningful contact alone, and both are memories: quick to build, slow to fade.
//!
//! For target g, place c and household i, with r(tau) the weekly weight of a time constant:
//!
//! ```text
//! X_cg -> ln(1 + 100 seen_cg)                                      at r(up) rising, r(down) falling
//! C_ig -> rate * openness_i * (1 - avoidance * h_ig) * ln(1 + 100 settled_cg)          likewise
//! ```
//!
//! Newcomers get two ties to co-nationals when they enter and one to a resident at a hazard
//! proportional to their meaningful contact.
//!
//! Reads: presence, cells, persons, hostility (last week), openness. Writes: `members`, `presence`,
//! `settled`, `meeting`, `exposure`, `contact`, `arrival_ties`, `regions[].{presence, settled}`. Off: `contact.rate = 0` (no
//! meaningful contact), `affect.beta_exposure = 0`.
//! Cards: none; the documents claim nothing about contact. Sources: Hangartner et al. 2019; Steinmayr 2021; Rudolph and Wagner
//! 2022; Pettigrew and Tropp 2006; Paluck, Green and Green 2019.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::affect::MOST_TARGETS;
use super::outreach;
use crate::engine::draws::Purpose;
use crate::engine::math::{hazard, ln_1p, weekly};
use crate::engine::strips::{Lane, Lookup, STRIP, apart, bits, lane, ones, together};
use crate::engine::sums::{BLOCK, PLACES, SHARE};
use crate::engine::wide::wide;
use crate::world::society::Local;
use crate::world::{Context, Households, Members, NONE, Presence, Setting, Society, World};

/// Parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Meaningful contacts per unit of presence.
    pub rate: f64,
    /// Time constant of memory building up, weeks.
    pub memory_up: f64,
    /// Time constant of memory fading, weeks.
    pub memory_down: f64,
    /// Share of contact that a fully hostile household avoids.
    pub avoidance: f64,
    /// Hazard per week and unit of contact of a newcomer gaining a tie to a resident.
    pub tie_hazard: f64,
    /// Relative gain of meaningful contact under full education; below 0 it misfires.
    pub education: f64,
}

/// One week of contact.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let p = &ctx.setting.scenario.parameters.contact;
    let (up, down) = (weekly(p.memory_up) as f32, weekly(p.memory_down) as f32);
    census(ctx.setting, world);
    teach(ctx, world);
    expose(ctx.setting, &mut world.society, up, down);
    remember(ctx.setting, world, up, down, false);
    tie(ctx, world);
}

/// Brings contact and exposure of those present to rest where they live now: burn-in has moved many since attitudes were
/// settled, and memory of contact would follow only over years.
pub fn settle(setting: &Setting, world: &mut World) {
    census(setting, world);
    expose(setting, &mut world.society, 1.0, 1.0);
    remember(setting, world, 1.0, 1.0, false);
}

/// What an education campaign does to the contact on offer, and what it and dialogue cost.
fn teach(ctx: &Context<'_>, world: &mut World) {
    let targets = ctx.setting.targets.len();
    let gain = outreach::contact(ctx);
    if gain.iter().any(|x| *x != 1.0) {
        for (k, offer) in world.society.meeting.iter_mut().enumerate() {
            *offer *= gain[region_of(ctx.setting, k / targets)];
        }
    }
    outreach::pay(ctx, world);
}

/// Counts who is where: members of each place, presence of each target's group, contact on offer.
pub fn census(setting: &Setting, world: &mut World) {
    let World { households, society, .. } = world;
    let targets = setting.targets.len();
    let places = setting.places();
    society.members.fill(&moved(setting, households), |i| {
        setting.place_of(households.cell[i], households.region[i])
    });
    // Per place: persons, then persons of each target's group seen, then those of them who stay.
    let own = setting.own_target();
    let width = 1 + 2 * targets;
    let mut counts = vec![0.0_f64; places * width];
    counts.par_chunks_mut(width).enumerate().with_max_len(PLACES).for_each(|(place, row)| {
        // One place is summed by one thread in a fixed order: the shape of the sum is fixed.
        if let Some(home) = setting.cell_residents.get(place) {
            wide(
                #[inline(always)]
                || {
                    for from in home.clone().step_by(STRIP) {
                        count(setting, households, place, from..home.end, row);
                    }
                },
            );
        }
        for &i in society.members.others(place) {
            let i = i as usize;
            let persons = setting.persons(i, households.persons[i]);
            row[0] += persons;
            let t = own[setting.people.group[i] as usize];
            if t != usize::MAX {
                row[1 + t] += persons;
                if !setting.people.transit[i] {
                    row[1 + targets + t] += persons;
                }
            }
        }
    });
    let mut regional = vec![0.0_f64; setting.regions() * width];
    for (place, row) in counts.chunks(width).enumerate() {
        let r = region_of(setting, place);
        for (sum, x) in regional[r * width..].iter_mut().zip(row) {
            *sum += x;
        }
    }
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    for (r, region) in society.regions.iter_mut().enumerate() {
        let row = &regional[r * width..(r + 1) * width];
        region.presence = (0..targets).map(|t| share(row[1 + t], row[0])).collect();
        region.settled = (0..targets).map(|t| share(row[1 + targets + t], row[0])).collect();
    }
    let rate = setting.scenario.parameters.contact.rate;
    let Society { presence, settled: stay, meeting, .. } = society;
    let each = targets.max(1);
    let columns = presence.par_chunks_mut(each).zip(stay.par_chunks_mut(each));
    let columns = columns.zip(meeting.par_chunks_mut(each));
    columns.enumerate().with_max_len(PLACES).for_each(|(place, ((presence, stay), meeting))| {
        let row = &counts[place * width..(place + 1) * width];
        let r = region_of(setting, place);
        let region = &regional[r * width..(r + 1) * width];
        let adrift = &counts[(setting.cells + r) * width..(setting.cells + r + 1) * width];
        for t in 0..targets {
            let (seen, settled) = if place < setting.cells {
                // Those without a cell are seen in the streets of every cell.
                (
                    share(row[1 + t], row[0]) + share(adrift[1 + t], region[0]),
                    share(row[1 + targets + t], row[0]),
                )
            } else {
                (share(region[1 + t], region[0]), share(region[1 + targets + t], region[0]))
            };
            presence[t] = seen.min(1.0) as f32;
            stay[t] = settled as f32;
            meeting[t] = (rate * ln_1p(100.0 * settled)) as f32;
        }
    });
}

/// Those who do not live where they lived at week 0, by region.
fn moved(setting: &Setting, households: &Households) -> Vec<Local> {
    let mut newcomers = vec![Vec::new(); setting.regions()];
    for i in setting.residents..setting.households() {
        if households.here(i) {
            newcomers[households.region[i] as usize].push(i as u32);
        }
    }
    newcomers
        .into_par_iter()
        .enumerate()
        .with_max_len(1)
        .map(|(r, newcomers)| {
            let mut people = Vec::new();
            for cell in setting.region_cells(r) {
                let home = setting.cell_residents[cell].clone();
                for from in home.clone().step_by(STRIP) {
                    let presence = lane(&households.presence[from..]);
                    let now = lane(&households.cell[from..]);
                    let mut moved = [false; STRIP];
                    for k in 0..STRIP {
                        moved[k] = presence[k] == Presence::Present && now[k] != cell as u32;
                    }
                    moved[(home.end - from).min(STRIP)..].fill(false);
                    people.extend(ones(bits(&moved)).map(|k| (from + k) as u32));
                }
            }
            people.extend(newcomers);
            Local { cells: setting.region_cells(r), adrift: setting.cells + r, people }
        })
        .collect()
}

/// Counts those of the first strip of `slots`, residents, who still live in `place`; none of them passes through.
#[inline(always)]
fn count(
    setting: &Setting,
    households: &Households,
    place: usize,
    slots: Range<usize>,
    row: &mut [f64],
) {
    let (people, from) = (&setting.people, slots.start);
    let home = at_home(households, place, slots);
    let (weight, persons) = (lane(&people.weight[from..]), lane(&households.persons[from..]));
    let group = lane(&people.group[from..]);
    let mut here = [0.0_f64; STRIP];
    for k in 0..STRIP {
        let n = f64::from(weight[k]) * f64::from(persons[k]);
        here[k] = if home[k] { n } else { 0.0 };
    }
    row[0] += total(&here);
    let targets = setting.targets.len();
    for (t, &target) in setting.targets.iter().enumerate() {
        let mut members = [0.0_f64; STRIP];
        for k in 0..STRIP {
            members[k] = if usize::from(group[k]) == target { here[k] } else { 0.0 };
        }
        let n = total(&members);
        row[1 + t] += n;
        row[1 + targets + t] += n;
    }
}

/// Which of the first strip of `slots` are here and live in `place`.
#[inline(always)]
pub(super) fn at_home(households: &Households, place: usize, slots: Range<usize>) -> Lane<bool> {
    // What comes after the end is read as well and left out: a whole strip is faster than a part of one.
    let presence = lane(&households.presence[slots.start..]);
    let cell = lane(&households.cell[slots.start..]);
    let mut home = [false; STRIP];
    for k in 0..STRIP {
        home[k] = presence[k] == Presence::Present && cell[k] == place as u32;
    }
    home[slots.len().min(STRIP)..].fill(false);
    home
}

/// Sum of a lane: eight partial sums, joined.
#[inline(always)]
fn total(lane: &Lane<f64>) -> f64 {
    let mut sums = [0.0_f64; 8];
    for xs in lane.as_chunks::<8>().0 {
        for j in 0..8 {
            sums[j] += xs[j];
        }
    }
    sums.iter().sum()
}

/// Moves the memory of mere exposure in each place; `up` and `down` are weekly weights.
pub fn expose(setting: &Setting, society: &mut Society, up: f32, down: f32) {
    let Society { exposure, presence, .. } = society;
    let entries = exposure.par_iter_mut().zip(presence.par_iter());
    entries.with_max_len(PLACES * setting.targets.len().max(1)).for_each(|(exposure, presence)| {
        let goal = ln_1p(100.0 * f64::from(*presence)) as f32;
        approach(exposure, goal, up, down);
    });
}

/// Moves the memory of meaningful contact; `everyone` includes those not in the country.
pub fn remember(setting: &Setting, world: &mut World, up: f32, down: f32, everyone: bool) {
    // The number of targets is known to the compiler inside the loop.
    match setting.targets.len() {
        0 => {}
        1 => remember_for::<1>(setting, world, up, down, everyone),
        2 => remember_for::<2>(setting, world, up, down, everyone),
        3 => remember_for::<3>(setting, world, up, down, everyone),
        4 => remember_for::<4>(setting, world, up, down, everyone),
        5 => remember_for::<5>(setting, world, up, down, everyone),
        _ => remember_for::<MOST_TARGETS>(setting, world, up, down, everyone),
    }
}

fn remember_for<const T: usize>(
    setting: &Setting,
    world: &mut World,
    up: f32,
    down: f32,
    everyone: bool,
) {
    let World { households, society, .. } = world;
    let Society { contact, hostility, meeting, .. } = society;
    let avoidance = setting.scenario.parameters.contact.avoidance as f32;
    let (offers, _) = meeting.as_chunks::<T>();
    let openness = &setting.traits.openness;
    let work_on = |first: usize, contact: &mut [[f32; T]], hostility: &[[f32; T]]| {
        wide(
            #[inline(always)]
            || {
                let strip = first..first + contact.len();
                // Copies of its own: numbers at hand in the loop, not looked up.
                let (avoidance, up, down) = (avoidance, up, down);
                let presence = lane(&households.presence[strip.clone()]);
                let mut here = [false; STRIP];
                for k in 0..STRIP {
                    here[k] = everyone || presence[k] == Presence::Present;
                }
                if !here[..contact.len()].contains(&true) {
                    return;
                }
                let open = lane(&openness[strip]);
                let offer = Lookup::of(&setting.places_of(households, first)).table(offers);
                let hostile = apart::<T, f32>(hostility.as_flattened());
                let mut kept = apart::<T, f32>(contact.as_flattened());
                for ((kept, offer), hostile) in kept.iter_mut().zip(&offer).zip(&hostile) {
                    for k in 0..STRIP {
                        let goal = open[k] * (1.0 - avoidance * hostile[k]) * offer[k];
                        let mut moved = kept[k];
                        approach(&mut moved, goal, up, down);
                        kept[k] = if here[k] { moved } else { kept[k] };
                    }
                }
                together(&kept, contact.as_flattened_mut());
            },
        );
    };
    let (contact, _) = contact.as_chunks_mut::<T>();
    let (hostility, _) = hostility.as_chunks::<T>();
    contact
        .par_chunks_mut(BLOCK)
        .zip(hostility.par_chunks(BLOCK))
        .enumerate()
        .with_max_len(SHARE)
        .for_each(|(block, (contact, hostility))| {
            let strips = contact.chunks_mut(STRIP).zip(hostility.chunks(STRIP));
            for (n, (contact, hostility)) in strips.enumerate() {
                work_on(block * BLOCK + n * STRIP, contact, hostility);
            }
        });
}

/// Gives newcomers their ties.
fn tie(ctx: &Context<'_>, world: &mut World) {
    let World { households, society, .. } = world;
    let setting = ctx.setting;
    let (residents, groups, targets) = (setting.residents, setting.groups(), setting.targets.len());
    // Co-nationals by region and group, among arrivals only.
    let mut pools = vec![Vec::new(); setting.regions() * groups];
    for i in residents..setting.households() {
        if households.here(i) {
            let g = setting.people.group[i] as usize;
            pools[households.region[i] as usize * groups + g].push(i as u32);
        }
    }
    let Society { arrival_ties, contact, members, .. } = society;
    let per_contact = setting.scenario.parameters.contact.tie_hazard;
    arrival_ties.par_iter_mut().enumerate().with_max_len(SHARE * BLOCK).for_each(|(k, ties)| {
        let i = residents + k;
        if !households.here(i) {
            return;
        }
        let address = setting.people.address[i];
        let group = setting.people.group[i];
        if ties[0] == NONE && ties[1] == NONE {
            let pool = &pools[households.region[i] as usize * groups + group as usize];
            let two = ctx.draws.two(address, ctx.week, Purpose::ArrivalTies, 0);
            for (tie, u) in ties.iter_mut().zip(two) {
                let other = pool[(u * pool.len() as f64) as usize];
                if other as usize != i {
                    *tie = other;
                }
            }
        }
        let met =
            contact[i * targets..(i + 1) * targets].iter().fold(0.0_f32, |most, &c| most.max(c));
        if ties[2] == NONE && households.cell[i] != NONE && met > 0.0 {
            let [meets, whom, ..] = ctx.draws.four(address, ctx.week, Purpose::Tie, 0);
            if f64::from(meets) < hazard(per_contact * f64::from(met)) {
                let neighbours = neighbours(setting, households, members, households.cell[i]);
                let at = (whom * neighbours.len() as f32) as usize;
                let met = neighbours.get(at).copied().unwrap_or(NONE);
                // Meeting another newcomer gives no tie to a resident; there is another week.
                if met != NONE && (met as usize) < residents {
                    ties[2] = met;
                }
            }
        }
    });
}

/// Everyone who lives in a cell, in order of their slots.
pub fn neighbours(
    setting: &Setting,
    households: &Households,
    members: &Members,
    cell: u32,
) -> Vec<u32> {
    let home = setting.cell_residents[cell as usize].clone();
    let stayed = home.filter(|&i| households.here(i) && households.cell[i] == cell);
    let mut all: Vec<u32> = stayed.map(|i| i as u32).collect();
    all.extend(members.others(cell as usize));
    all.sort_unstable();
    all
}

/// Region of a place.
pub fn region_of(setting: &Setting, place: usize) -> usize {
    setting.cell_region.get(place).map_or(place.saturating_sub(setting.cells), |&r| r as usize)
}

#[inline(always)]
fn approach(x: &mut f32, goal: f32, up: f32, down: f32) {
    *x += (if goal > *x { up } else { down }) * (goal - *x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::testing;
    use crate::world::populate::populate;

    /// Exposure to the second group and contact with it, summed, where the rate of contact is this.
    fn after(weeks: u32, rate: f64) -> (f64, f64, f64) {
        let mut scenario = testing::two_towns();
        scenario.parameters.contact.rate = rate;
        let (setting, mut world) = populate(scenario);
        world.society.exposure.fill(0.0);
        world.society.contact.fill(0.0);
        for week in 1..=weeks {
            step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
        }
        let of = |column: &[f32]| column.iter().skip(1).step_by(3).map(|x| f64::from(*x)).sum();
        let goal = |p: &f32| ln_1p(100.0 * f64::from(*p));
        let seen = world.society.presence.iter().skip(1).step_by(3).map(goal).sum();
        (of(&world.society.exposure), seen, of(&world.society.contact))
    }

    #[test]
    fn exposure_ends_at_the_logarithm_of_who_is_seen() {
        let (exposure, goal, _) = after(400, 0.35);
        assert!(goal > 0.0 && (exposure / goal - 1.0).abs() < 1e-3, "{exposure} {goal}");
        assert!(after(2, 0.35).0 < 0.9 * goal, "it takes time");
    }

    #[test]
    fn more_meaningful_contact_on_offer_means_more_contact_and_the_same_exposure() {
        let (none, some, more) = (after(20, 0.0), after(20, 0.3), after(20, 0.6));
        assert!(none.2 == 0.0 && some.2 > 0.0 && more.2 > some.2);
        assert!(none.0 == some.0 && some.0 == more.0);
    }
}
