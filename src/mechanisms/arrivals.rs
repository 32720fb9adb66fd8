//! Arrivals: people come to the border, wait, enter, choose a region, move on, go back or stay.
//!
//! What happens, day by day: potential arrivals of every wave reach a gate; normal traffic fills the
//! gates too; whoever has waited long enough enters and picks a region. Once a week, those already here may go
//! onward (transit), go back, or move to a more attractive region; those who enter may leave in what is
//! left of their first week, so that a stay is as long as its hazard says whatever the day of entry.
//!
//! Cards: S1-H01, S0-H03, S0-H33, S1-H27, S1-H30, S1-H34.
//! Reads (now): queues, dwellings (listings), markets (asks), households. Writes: presence, region, cell,
//! tenure, dwelling of movers, entry week, income at entry, border queue, flows.
//!
//! Equations. Border: `B' = max(0, B + A - C)`, `wait = B'/C` days, turned back if the wait exceeds
//! patience. Choice: the region with the largest `V_j + Gumbel`,
//! `V_j = a ln(urban_j) + w ln(wage_j) - d/D + b ln(1 + 1000 kin_j) + c ln((listings+s)/(seekers+s)) - e ln(ask_j) + lever`.
//! Leaving: hazards, with `h_T` for transit and `h_S` for others (times `housed_return_factor` when housed), in
//! the week of entry times the share of it that is left, entry being at noon. Moving: hazard `h_m max(0, V_k - V_j)` toward the best draw `k`.
//! Source: random-utility choice of destination (McFadden 1974) with log-linear gravity terms as in
//! refugee-movement models; values in `seeds/parameters/arrivals.toml`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::housing;
use crate::engine::draws::{Purpose, gumbel};
use crate::engine::math::{hazard, ln};
use crate::engine::sums::{BLOCK, SHARE};
use crate::scenario::{DAYS_PER_WEEK, LeverKind, SKILLS};
use crate::world::{
    BANDS, Context, Flow, LetState, NONE, Presence, Queues, Setting, Tenure, World,
};

/// Parameters of arrivals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Weight of the log of urban population in the choice of a region.
    pub population_weight: f64,
    /// Weight of the log mean wage in the choice of a region.
    pub wage_weight: f64,
    /// Distance from the gate at which attraction falls by a factor e, km.
    pub gate_distance_km: f64,
    /// The same for a later move within the country, km.
    pub move_distance_km: f64,
    /// Weight of co-nationals and near groups already there.
    pub diaspora_weight: f64,
    /// Weight of log listings per seeker.
    pub vacancy_weight: f64,
    /// Weight of the log ask.
    pub rent_weight: f64,
    /// Hazard of going onward for those in transit, per week.
    pub onward_hazard: f64,
    /// Hazard of going back for others, per week.
    pub return_hazard: f64,
    /// Factor on the return hazard once housed.
    pub housed_return_factor: f64,
    /// Hazard of moving per unit of utility gained, per week.
    pub move_hazard: f64,
    /// Factor on the moving hazard once housed.
    pub housed_move_factor: f64,
    /// Share of those in transit who nevertheless look for a dwelling.
    pub transit_seekers: f64,
    /// Border capacity over normal traffic.
    pub border_capacity: f64,
    /// Wait at which people turn back, days.
    pub border_patience_days: f64,
}

/// One week of arrivals and moves.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    if ctx.setting.residents == ctx.setting.households() && ctx.setting.scenario.gates.is_empty() {
        return;
    }
    leave_and_move(ctx, world);
    let first = Setting::first_day(ctx.week);
    let mut pull = Pull::of(ctx, world);
    let mut entered = Vec::new();
    world.queues.gate_week_days.fill(0.0);
    for day in first..first + DAYS_PER_WEEK {
        border(ctx, world, day);
        let Queues { gate_week_days, gate_wait_days, .. } = &mut world.queues;
        for (mean, wait) in gate_week_days.iter_mut().zip(gate_wait_days) {
            *mean += *wait / f64::from(DAYS_PER_WEEK);
        }
        let today = enter(ctx, world, &mut pull, day);
        let left = (f64::from(first + DAYS_PER_WEEK - day) - 0.5) / f64::from(DAYS_PER_WEEK);
        entered.extend(today.into_iter().map(|i| (i, left)));
    }
    for (i, left) in entered {
        if let Some(flow) = leaves(ctx, world, i, left) {
            depart(ctx, world, i, flow);
        }
    }
}

/// What draws newcomers to each region: the part of utility that is the same for everyone.
struct Pull {
    /// Everything but distance, kin and the daily number of seekers.
    fixed: Vec<f64>,
    /// Attraction of kin by region and group.
    kin: Vec<f64>,
    listings: Vec<f64>,
    seekers: Vec<f64>,
    lever: Vec<f64>,
    groups: usize,
    vacancy_weight: f64,
    /// Half an agent of the least sample: keeps empty markets finite, and is as many households at any scale.
    half: f64,
}

impl Pull {
    fn of(ctx: &Context<'_>, world: &World) -> Self {
        let setting = ctx.setting;
        let p = &setting.scenario.parameters.arrivals;
        let (regions, groups) = (setting.regions(), setting.groups());
        let mut seekers = vec![0.0; regions];
        let mut newcomers = vec![0.0; regions * groups];
        let mut seeks = |i: usize| {
            // Few do.
            if world.households.seeking[i] && world.households.here(i) {
                seekers[world.households.region[i] as usize] += 1.0;
            }
        };
        for list in &setting.region_rental {
            for &i in list {
                seeks(i as usize);
            }
        }
        for i in setting.residents..setting.households() {
            seeks(i);
            if world.households.here(i) {
                let r = world.households.region[i] as usize;
                newcomers[r * groups + setting.people.group[i] as usize] +=
                    setting.persons(i, world.households.persons[i]);
            }
        }
        let day = i64::from(Setting::first_day(ctx.week));
        let mut pull = Self {
            fixed: Vec::with_capacity(regions),
            kin: Vec::with_capacity(regions * groups),
            listings: vec![0.0; regions],
            seekers,
            lever: Vec::with_capacity(regions),
            groups,
            vacancy_weight: p.vacancy_weight,
            half: 0.5 * setting.rental_density,
        };
        for r in 0..regions {
            let region = &setting.scenario.regions[r];
            let ask = housing::regional_log_ask(setting, world, r) + ln(world.rent_level[r]);
            let urban = (region.population * region.urban_share).max(1.0);
            pull.fixed.push(
                p.population_weight * ln(urban) + p.wage_weight * ln(region.mean_wage.max(1.0))
                    - p.rent_weight * ask,
            );
            for g in 0..groups {
                let near = nearest_group(setting, g);
                let residents = near.map_or(0.0, |n| setting.base_population[r * groups + n]);
                let share = (residents + newcomers[r * groups + g]) / region.population;
                pull.kin.push(p.diaspora_weight * ln(1.0 + 1000.0 * share));
            }
            let (strength, compliance) = setting.scenario.lever(LeverKind::Dispersal, r, day);
            pull.lever.push(strength * compliance);
            pull.listings[r] = world.dwellings.by_region[r]
                .iter()
                .filter(|&&d| world.dwellings.state[d as usize] == LetState::Listed)
                .count() as f64;
        }
        pull
    }

    /// Utility of region `r` for a household of group `g`, without distance and chance.
    fn at(&self, r: usize, g: usize) -> f64 {
        let room = ln((self.listings[r] + self.half) / (self.seekers[r] + self.half));
        self.fixed[r] + self.kin[r * self.groups + g] + self.vacancy_weight * room + self.lever[r]
    }
}

/// The resident group least distant from group `g`: itself, where it has residents.
fn nearest_group(setting: &Setting, g: usize) -> Option<usize> {
    let resident = |h: &usize| setting.scenario.regions.iter().any(|r| r.group_shares[*h] > 0.0);
    if resident(&g) {
        return Some(g);
    }
    setting.group_order.iter().copied().filter(resident).min_by(|&a, &b| {
        let distance = |h| setting.scenario.relation(g, h).distance;
        distance(a).total_cmp(&distance(b))
    })
}

/// A day at the gates: normal traffic and the waves queue; potential arrivals get their day of entry.
fn border(ctx: &Context<'_>, world: &mut World, day: u32) {
    let setting = ctx.setting;
    let scenario = &setting.scenario;
    let p = &scenario.parameters.arrivals;
    let excess: f64 = scenario.waves.iter().filter_map(|w| w.daily.get(day as usize)).sum();
    for (g, gate) in scenario.gates.iter().enumerate() {
        let at = |kind| scenario.lever(kind, gate.region, i64::from(day));
        let (screening, compliance) = at(LeverKind::BorderScreening);
        let capacity = scenario.border_norm_per_day
            * gate.share
            * p.border_capacity
            * (1.0 + at(LeverKind::BorderCapacity).0)
            / (1.0 + 4.0 * screening);
        let mut load = (scenario.border_norm_per_day + excess) * gate.share;
        load -= excess * gate.share * screening * compliance;
        let queues = &mut world.queues;
        if queues.gate_wait_days[g] > p.border_patience_days {
            load = 0.0;
        }
        let waiting = queues.gate_backlog[g] + load;
        let usual = scenario.border_norm_per_day * gate.share * p.border_capacity;
        let cost = waiting.min(capacity)
            * scenario.unit_cost(LeverKind::BorderScreening, gate.region, i64::from(day))
            + (waiting.min(capacity) - usual).max(0.0)
                * scenario.unit_cost(LeverKind::BorderCapacity, gate.region, i64::from(day));
        world.flows.add(Flow::LeverCost, gate.region, 0, cost);
        queues.gate_backlog[g] = (waiting - capacity).max(0.0);
        queues.gate_wait_days[g] =
            if capacity > 0.0 { queues.gate_backlog[g] / capacity } else { 0.0 };
    }
    let shares: Vec<f64> = scenario.gates.iter().map(|g| g.share).collect();
    let people = &setting.people;
    let today = people.arrival_day[setting.residents..].partition_point(|&d| d < day);
    for i in setting.residents + today..setting.households() {
        if people.arrival_day[i] != day {
            break;
        }
        let [u_gate, u_refused, _, _] = ctx.draws.four(people.address[i], 0, Purpose::Gate, 0);
        let gate = pick(&shares, f64::from(u_gate));
        let region = scenario.gates[gate].region;
        let (screening, compliance) =
            scenario.lever(LeverKind::BorderScreening, region, i64::from(day));
        let wait = world.queues.gate_wait_days[gate];
        if f64::from(u_refused) < screening * compliance || wait > p.border_patience_days {
            let persons = setting.persons(i, people.persons[i]);
            world.flows.add(Flow::Refused, region, people.group[i] as usize, persons);
            world.households.presence[i] = Presence::Left;
        } else {
            world.households.presence[i] = Presence::AtBorder;
            world.waiting.push((day + wait as u32, i as u32, gate as u8));
        }
    }
}

/// Everyone whose wait ends today enters and chooses a region; returns them. All of a day choose on the same
/// information; the next day sees them as seekers.
fn enter(ctx: &Context<'_>, world: &mut World, pull: &mut Pull, day: u32) -> Vec<usize> {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.arrivals;
    let mut entering = Vec::new();
    world.waiting.retain(|&(entry, i, gate)| {
        if entry <= day {
            entering.push((i as usize, gate as usize));
        }
        entry > day
    });
    let regions = setting.regions();
    let chosen: Vec<usize> = entering
        .par_iter()
        .map(|&(i, gate)| {
            let (who, g) = (setting.people.address[i], setting.people.group[i] as usize);
            let utility = |j: usize| {
                let km = setting.gate_km[gate * regions + j];
                let u = ctx.draws.uniform(who.with(setting.place[j]), 0, Purpose::Destination, 0);
                pull.at(j, g) - km / p.gate_distance_km + gumbel(u)
            };
            best(regions, utility).0
        })
        .collect();
    for (&(i, _), j) in entering.iter().zip(chosen) {
        world.households.presence[i] = Presence::Present;
        world.households.entry_week[i] = ctx.week as u16;
        world.households.unhoused_weeks[i] = 0;
        settle_in(ctx, world, i, j);
        if !setting.people.transit[i] && !setting.people.outside_income[i] {
            // Until they work here.
            let kept = setting.scenario.parameters.labour.newcomer_support as f32;
            world.households.income[i] = setting.people.base_income[i] * kept;
        }
        let persons = setting.persons(i, world.households.persons[i]);
        world.flows.add(Flow::Arrivals, j, setting.people.group[i] as usize, persons);
        let placed = persons * setting.scenario.unit_cost(LeverKind::Dispersal, j, i64::from(day));
        world.flows.add(Flow::LeverCost, j, 0, placed);
        if !setting.people.transit[i] {
            pull.seekers[j] += 1.0;
        }
    }
    entering.into_iter().map(|(i, _)| i).collect()
}

/// Puts newcomer `i`, without a dwelling, somewhere in region `j`.
fn settle_in(ctx: &Context<'_>, world: &mut World, i: usize, j: usize) {
    let cells = &ctx.setting.cells_of[j * BANDS..(j + 1) * BANDS];
    let count: usize = cells.iter().map(Vec::len).sum();
    let u = ctx.draws.uniform(ctx.setting.people.address[i], ctx.week, Purpose::Destination, 1);
    let at = (u * count as f64) as usize;
    world.households.cell[i] = cells.iter().flatten().nth(at).copied().unwrap_or(NONE);
    world.households.region[i] = j as u16;
    world.households.tenure[i] = Tenure::Homeless;
}

enum Decision {
    Leave(Flow),
    Move(usize),
}

/// How household `i` leaves within this share of the week, if it does.
fn leaves(ctx: &Context<'_>, world: &World, i: usize, share: f64) -> Option<Flow> {
    let p = &ctx.setting.scenario.parameters.arrivals;
    let who = ctx.setting.people.address[i];
    let (rate, flow) = match (ctx.setting.people.transit[i], world.households.tenure[i]) {
        (true, _) => (p.onward_hazard, Flow::Exits),
        (false, Tenure::Renter) => (p.return_hazard * p.housed_return_factor, Flow::Returns),
        (false, _) => (p.return_hazard, Flow::Returns),
    };
    let [u, _, _, _] = ctx.draws.four(who, ctx.week, Purpose::Leave, 0).map(f64::from);
    (u < hazard(rate * share)).then_some(flow)
}

/// Weekly competing hazards of those already here.
fn leave_and_move(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.arrivals;
    let regions = setting.regions();
    let pull = Pull::of(ctx, world);
    let households = &world.households;
    let highest: Vec<f64> = (0..setting.groups())
        .map(|g| (0..regions).map(|r| pull.at(r, g)).fold(f64::NEG_INFINITY, f64::max))
        .collect();
    let decide = |i: usize| -> Option<Decision> {
        if !households.here(i) {
            return None;
        }
        let who = setting.people.address[i];
        if let Some(flow) = leaves(ctx, world, i, 1.0) {
            return Some(Decision::Leave(flow));
        }
        if setting.people.transit[i] {
            return None;
        }
        let [_, u_move, _, _] = ctx.draws.four(who, ctx.week, Purpose::Leave, 0).map(f64::from);
        let housed = households.tenure[i] == Tenure::Renter;
        let (here, g) = (households.region[i] as usize, setting.people.group[i] as usize);
        let rate = p.move_hazard * if housed { p.housed_move_factor } else { 1.0 };
        let now = pull.at(here, g);
        // No region can beat the highest pull: most need no further draw.
        if u_move >= hazard(rate * (highest[g] - now).max(0.0)) {
            return None;
        }
        let value = |j: usize| {
            let km = setting.distance_km[here * regions + j];
            pull.at(j, g) - km / p.move_distance_km
        };
        let (k, _) = best(regions, |j| {
            let pair = who.with(setting.place[j]);
            value(j) + gumbel(ctx.draws.uniform(pair, ctx.week, Purpose::MoveChoice, 0))
        });
        let gain = value(k) - now;
        (k != here && u_move < hazard(rate * gain.max(0.0))).then_some(Decision::Move(k))
    };
    let decisions: Vec<(usize, Decision)> = (setting.residents..setting.households())
        .into_par_iter()
        .with_max_len(SHARE * BLOCK)
        .filter_map(|i| decide(i).map(|d| (i, d)))
        .collect();
    for (i, decision) in decisions {
        housing::vacate(ctx, world, i);
        match decision {
            Decision::Move(k) => {
                world.households.unhoused_weeks[i] = 0;
                settle_in(ctx, world, i, k);
            }
            Decision::Leave(flow) => depart(ctx, world, i, flow),
        }
    }
}

/// Household `i`, already without a dwelling, leaves the country.
fn depart(ctx: &Context<'_>, world: &mut World, i: usize, flow: Flow) {
    let persons = ctx.setting.persons(i, world.households.persons[i]);
    let (r, g) = (world.households.region[i] as usize, ctx.setting.people.group[i] as usize);
    world.flows.add(flow, r, g, persons);
    if flow == Flow::Exits && ctx.setting.people.skill[i] as usize == SKILLS - 1 {
        world.flows.add(Flow::SkilledExits, r, g, persons);
    }
    world.households.presence[i] = Presence::Left;
    world.households.seeking[i] = false;
}

/// The alternative with the largest value and that value; the first of equals.
fn best(n: usize, value: impl Fn(usize) -> f64) -> (usize, f64) {
    (0..n).map(|j| (j, value(j))).fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a })
}

fn pick(shares: &[f64], u: f64) -> usize {
    let mut below = 0.0;
    shares
        .iter()
        .position(|s| {
            below += s;
            u < below
        })
        .unwrap_or(shares.len() - 1)
}

/// Persons of group `g` in the country at full scale, for tests and reports.
pub fn present(setting: &Setting, world: &World, group: usize) -> f64 {
    (0..setting.households())
        .filter(|&i| world.households.here(i) && setting.people.group[i] as usize == group)
        .map(|i| setting.persons(i, world.households.persons[i]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Lever, testing};
    use crate::world::populate::populate;

    fn weeks(setting: &Setting, world: &mut World, last: u32) {
        for week in 1..=last {
            let ctx = Context { setting, draws: Draws::new(1, 0), week };
            world.flows.clear();
            step(&ctx, world);
        }
    }

    #[test]
    fn stayers_follow_the_hazards() {
        let mut scenario = testing::two_towns();
        scenario.parameters.arrivals.return_hazard = 0.0;
        scenario.parameters.arrivals.onward_hazard = 50.0;
        scenario.parameters.arrivals.border_capacity = 5.0;
        let (setting, mut world) = populate(scenario);
        weeks(&setting, &mut world, 20);
        let here: Vec<usize> = (setting.residents..setting.households())
            .filter(|&i| world.households.here(i))
            .collect();
        assert!(!here.is_empty());
        assert!(here.iter().all(|&i| !setting.people.transit[i]));
        let stayers = (setting.residents..setting.households())
            .filter(|&i| !setting.people.transit[i])
            .count();
        assert_eq!(here.len(), stayers);
    }

    #[test]
    fn people_in_transit_stay_as_long_as_their_hazard_says() {
        // A steady inflow over a hazard is the number present; with rates of a day to three weeks.
        for rate in [0.3, 1.2, 5.0] {
            let mut scenario = testing::two_towns();
            scenario.weeks = 40;
            scenario.waves[0].daily = vec![60.0; 280];
            scenario.waves[0].transit_share = 1.0;
            scenario.parameters.arrivals.onward_hazard = rate;
            scenario.parameters.arrivals.border_capacity = 5.0;
            let (setting, mut world) = populate(scenario);
            let mut mean = 0.0;
            let mut came = 0.0;
            for week in 1..=40 {
                let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
                world.flows.clear();
                step(&ctx, &mut world);
                if week > 20 {
                    mean += present(&setting, &world, 2) / 20.0;
                    came +=
                        (0..2).map(|r| world.flows.get(Flow::Arrivals, r, 2)).sum::<f64>() / 20.0;
                }
            }
            let wanted = came / rate;
            assert!((mean / wanted - 1.0).abs() < 0.05, "rate {rate}: {mean} for {wanted}");
        }
    }

    #[test]
    fn the_border_queue_clears_after_the_wave_and_people_are_conserved() {
        let (setting, mut world) = populate(testing::two_towns());
        let (mut longest, mut within) = (0.0_f64, 0.0_f64);
        let (mut came, mut left) = (0.0, 0.0);
        for week in 1..=30 {
            let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week };
            world.flows.clear();
            step(&ctx, &mut world);
            longest = longest.max(world.queues.gate_wait_days[0]);
            within = within.max(world.queues.gate_week_days[0]);
            for r in 0..2 {
                came += world.flows.get(Flow::Arrivals, r, 2);
                left += world.flows.get(Flow::Exits, r, 2) + world.flows.get(Flow::Returns, r, 2);
            }
            assert!((came - left - present(&setting, &world, 2)).abs() < 1e-6, "week {week}");
        }
        assert!(longest > 5.0, "longest wait {longest}");
        // The mean over the days of a week lies near the wait at its end.
        assert!(within > 0.8 * longest && within < 1.2 * longest, "{within} and {longest}");
        assert!(world.queues.gate_wait_days[0] < 0.01);
    }

    #[test]
    fn more_listings_draw_more_newcomers() {
        let base = testing::two_towns();
        let share_in_second = |factor: usize| {
            let (setting, mut world) = populate(base.clone());
            for &d in &world.dwellings.by_region[1] {
                let state = &mut world.dwellings.state[d as usize];
                if factor > 1 && *state == LetState::Dormant {
                    *state = LetState::Listed;
                }
            }
            weeks(&setting, &mut world, 10);
            let here =
                (setting.residents..setting.households()).filter(|&i| world.households.here(i));
            let (n, k) = here.fold((0.0, 0.0), |(n, k), i| {
                (n + 1.0, k + f64::from(u8::from(world.households.region[i] == 1)))
            });
            k / n
        };
        assert!(share_in_second(2) > share_in_second(1));
    }

    #[test]
    fn residents_who_look_for_a_dwelling_make_a_region_less_attractive() {
        let (setting, mut world) = populate(testing::two_towns());
        let ctx = Context { setting: &setting, draws: Draws::new(1, 0), week: 1 };
        let before = Pull::of(&ctx, &world).at(0, 2);
        for &i in &setting.region_rental[0] {
            world.households.seeking[i as usize] = true;
        }
        assert!(Pull::of(&ctx, &world).at(0, 2) < before - 0.5);
    }

    #[test]
    fn whoever_will_seek_work_enters_with_less_than_it_expected() {
        let (setting, mut world) = populate(testing::two_towns());
        weeks(&setting, &mut world, 10);
        let kept = setting.scenario.parameters.labour.newcomer_support as f32;
        let mut seen = [0, 0];
        for i in (setting.residents..setting.households()).filter(|&i| world.households.here(i)) {
            let seeks = !setting.people.transit[i] && !setting.people.outside_income[i];
            let share = if seeks { kept } else { 1.0 };
            assert_eq!(world.households.income[i], setting.people.base_income[i] * share);
            seen[usize::from(seeks)] += 1;
        }
        assert!(seen[0] > 0 && seen[1] > 0);
    }

    fn lever(kind: LeverKind, strength: f64, regions: Vec<usize>) -> Lever {
        Lever {
            id: "lever".into(),
            kind,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 1.0,
            cost_per_unit: 1.0,
            regions,
        }
    }

    /// What became of the wave after fifteen weeks.
    struct Outcome {
        presence: Vec<Presence>,
        region: Vec<u16>,
        longest_wait: f64,
        entered: f64,
        refused: f64,
    }

    impl Outcome {
        /// Newcomer households that stay in region `r`.
        fn in_region(&self, r: u16) -> usize {
            let newcomer = |i: &usize| self.presence[*i] == Presence::Present;
            (0..self.region.len()).filter(newcomer).filter(|&i| self.region[i] == r).count()
        }
    }

    /// With this lever, if any, and a wave so many times as large.
    fn outcome(wave: f64, lever: Option<Lever>) -> Outcome {
        outcome_at(1.5, wave, lever)
    }

    /// The same at posts with this capacity over normal traffic.
    fn outcome_at(capacity: f64, wave: f64, lever: Option<Lever>) -> Outcome {
        let mut scenario = testing::two_towns();
        scenario.parameters.arrivals.border_capacity = capacity;
        scenario.waves[0].daily.iter_mut().for_each(|persons| *persons *= wave);
        scenario.levers.extend(lever);
        let (setting, mut world) = populate(scenario);
        let (mut longest_wait, mut entered, mut refused) = (0.0_f64, 0.0, 0.0);
        for week in 1..=15 {
            world.flows.clear();
            step(&Context { setting: &setting, draws: Draws::new(1, 0), week }, &mut world);
            longest_wait = longest_wait.max(world.queues.gate_wait_days[0]);
            for r in 0..2 {
                entered += world.flows.get(Flow::Arrivals, r, 2);
                refused += world.flows.get(Flow::Refused, r, 2);
            }
        }
        let newcomers = setting.residents..setting.households();
        let presence = world.households.presence[newcomers.clone()].to_vec();
        let region = world.households.region[newcomers].to_vec();
        Outcome { presence, region, longest_wait, entered, refused }
    }

    #[test]
    fn a_lever_of_zero_strength_changes_nothing() {
        let (plain, with) = (
            outcome(1.0, None),
            outcome(1.0, Some(lever(LeverKind::BorderScreening, 0.0, vec![]))),
        );
        assert_eq!((plain.presence, plain.region), (with.presence, with.region));
    }

    #[test]
    fn wider_gates_shorten_the_queue_at_the_border() {
        let wider = outcome(1.0, Some(lever(LeverKind::BorderCapacity, 1.0, vec![])));
        let plain = outcome(1.0, None);
        assert!(wider.longest_wait < 0.7 * plain.longest_wait);
    }

    #[test]
    fn wider_gates_change_nothing_where_nobody_waits() {
        let wider = outcome(0.01, Some(lever(LeverKind::BorderCapacity, 1.0, vec![])));
        let plain = outcome(0.01, None);
        assert_eq!(plain.longest_wait, 0.0);
        assert_eq!((plain.presence, plain.region), (wider.presence, wider.region));
    }

    #[test]
    fn checks_at_the_border_refuse_their_share() {
        // So few and gates so wide that nobody turns back.
        let wide = |lever| outcome_at(6.0, 0.1, lever);
        let checked = wide(Some(lever(LeverKind::BorderScreening, 0.3, vec![])));
        assert_eq!(checked.longest_wait, 0.0);
        let share = checked.refused / (checked.refused + checked.entered);
        assert!((0.2..0.4).contains(&share), "{share}");
        assert!(checked.entered < wide(None).entered);
    }

    #[test]
    fn checks_at_the_border_lengthen_the_queue() {
        let checks = |strength: f64, compliance: f64| {
            let lever = lever(LeverKind::BorderScreening, strength, vec![]);
            outcome(0.3, Some(Lever { compliance, ..lever })).longest_wait
        };
        assert!(checks(0.3, 0.1) > checks(0.0, 0.1) + 0.5);
    }

    #[test]
    fn dispersal_fills_the_regions_it_covers_and_relieves_the_others() {
        let (plain, with) =
            (outcome(0.3, None), outcome(0.3, Some(lever(LeverKind::Dispersal, 1.0, vec![1]))));
        assert!(with.in_region(1) > plain.in_region(1) && with.in_region(0) < plain.in_region(0));
    }

    #[test]
    fn dispersal_over_every_region_moves_nobody() {
        let (plain, with) =
            (outcome(0.3, None), outcome(0.3, Some(lever(LeverKind::Dispersal, 1.0, vec![]))));
        assert_eq!(with.in_region(0), plain.in_region(0));
        assert_eq!(with.in_region(1), plain.in_region(1));
    }

    /// People of a resident group were repelled by their own.
    #[test]
    fn those_of_a_resident_group_are_drawn_to_their_own() {
        let (setting, _) = populate(testing::two_towns());
        assert_eq!(nearest_group(&setting, 0), Some(0));
        assert_eq!(nearest_group(&setting, 1), Some(1));
        assert_ne!(nearest_group(&setting, 2), Some(2));
    }
}
