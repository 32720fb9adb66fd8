//! Wellbeing: life satisfaction of each household.
//!
//! *What happens.* Satisfaction moves toward a level set by the household's own situation: real income
//! against what is usual for it, rent burden, joblessness, the wait at service centres for those who
//! need them, and having no home of one's own.
//!
//! *Cards.* S1-H14 (what a wait costs). No mechanism reads satisfaction.
//!
//! *Equation.* y = real income / reference - 1 in [-1, 1] (reference: `usual_income` of
//! residents, income on arrival of newcomers), gains counted by `gain_ratio` of a loss;
//! housing = 1 homeless, `hosted_share` with a host; the level is cut to [0, 1]:
//!
//! ```text
//! s' = s + (1 - exp(-1/τ)) (level - s)
//! level = base + w_y y - w_r [burden - b₀]+ / (1 - b₀) - w_u joblessness
//!         - w_q use·min(1, wait/w₀) - w_h housing
//! ```
//!
//! *Reads* income, rent, tenure, entry week, `labour.work`, `prices`, `queues.service_wait_days`; *writes*
//! `society.life_satisfaction`. *Off*: each part by its weight, all of it by an endless `memory_weeks`.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::housing::RentAid;
use super::part::Part;
use crate::engine::math::{exp, weekly};
use crate::engine::strips::{Lookup, STRIP, lane, put};
use crate::engine::sums::{BLOCK, SHARE};
use crate::engine::wide::wide;
use crate::world::{Context, Presence, Setting, Tenure, World, adults_by_state, strip_by_state};

/// Parameters of wellbeing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Satisfaction of a household without any of the burdens below.
    pub base: f64,
    /// Weight of losing all real income.
    pub income: f64,
    /// Weight of a gain over that of a loss.
    pub gain_ratio: f64,
    /// Weight of a rent that takes all income.
    pub rent: f64,
    /// Rent burden that is not felt.
    pub rent_free_burden: f64,
    /// Weight of joblessness.
    pub joblessness: f64,
    /// Weight of a long wait at service centres, for users.
    pub wait: f64,
    /// Wait felt in full, days.
    pub wait_days: f64,
    /// Use of service centres by residents over that of newcomers in their first weeks.
    pub resident_use: f64,
    /// Weeks in which newcomers need service centres.
    pub newcomer_use_weeks: f64,
    /// Weight of being homeless.
    pub homeless: f64,
    /// Being hosted over being homeless.
    pub hosted_share: f64,
    /// Time constant, weeks.
    pub memory_weeks: f64,
}

/// What the level of satisfaction is made of, in the order of [`levels`].
pub const PARTS: [Part; 6] = [
    Part::new("wellbeing.base", "an ordinary life", &["wellbeing.base"]),
    Part::new("wellbeing.income", "real income", &["wellbeing.income", "wellbeing.gain_ratio"]),
    Part::new("wellbeing.rent", "rents", &["wellbeing.rent"]),
    Part::new("wellbeing.joblessness", "joblessness", &["wellbeing.joblessness"]),
    Part::new("wellbeing.wait", "queues at service centres", &["wellbeing.wait"]),
    Part::new(
        "wellbeing.housing",
        "no home of one's own",
        &["wellbeing.homeless", "wellbeing.hosted_share"],
    ),
];

// Parts of the level a household moves toward, before their sum is cut to `[0, 1]`. Without branches and one by one:
// several households are worked side by side.

/// For an income now and one that is as usual, at prices of week 0; a unit of income buys as much as `deflator`.
#[inline(always)]
fn earned(p: &Parameters, income: f32, usual: f32, deflator: f64) -> f64 {
    let (income, usual) = (f64::from(income), f64::from(usual));
    let gap = (income * deflator / usual - 1.0).clamp(-1.0, 1.0);
    let gap = if usual > 0.0 { gap } else { 0.0 };
    p.income * if gap > 0.0 { gap * p.gain_ratio } else { gap }
}

/// For a rent, as far as the household bears it itself, nominal.
#[inline(always)]
fn rented(p: &Parameters, price_level: f64, rent: f32, income: f32) -> f64 {
    let (rent, income) = (f64::from(rent), f64::from(income));
    let burden = rent / (income * price_level).max(1e-6);
    let felt = (burden - p.rent_free_burden) / (1.0 - p.rent_free_burden).max(1e-6);
    -if rent > 0.0 { p.rent * felt.clamp(0.0, 1.0) } else { 0.0 }
}

/// For so many unemployed adults of all in the labour force.
#[inline(always)]
fn jobless(p: &Parameters, seekers: u8, workers: u8) -> f64 {
    -(p.joblessness * (f64::from(seekers) / f64::from(workers).max(1.0)))
}

/// For the share of a full wait in the region; `new` needs service centres as a newcomer does.
#[inline(always)]
fn waited(p: &Parameters, wait: f64, new: bool) -> f64 {
    -(p.wait * wait * if new { 1.0 } else { p.resident_use })
}

/// For where it lives.
#[inline(always)]
fn unhoused(p: &Parameters, tenure: Tenure) -> f64 {
    let hosted = if tenure == Tenure::Hosted { p.homeless * p.hosted_share } else { 0.0 };
    -if tenure == Tenure::Homeless { p.homeless } else { hosted }
}

/// The level household `i` moves toward, part by part as in [`PARTS`], and the share of its way it moves
/// in week `week`.
pub fn levels(setting: &Setting, world: &World, week: u32, i: usize) -> ([f64; PARTS.len()], f64) {
    let p = &setting.scenario.parameters.wellbeing;
    let households = &world.households;
    let [formal, informal, seekers, _] = adults_by_state(world.labour.work[i]);
    let [deflator, wait] = in_region(setting, world, households.region[i] as usize);
    let usual = setting.employment.usual_income.get(i);
    let usual = usual.copied().unwrap_or_else(|| setting.reference_income(households, i));
    let (income, rent) = (households.income[i], RentAid::of(setting, world).borne(i));
    let new = i >= setting.residents && lately(p, week, households.entry_week[i]);
    let parts = [
        p.base,
        earned(p, income, usual, deflator),
        rented(p, world.price_level, rent, income),
        jobless(p, seekers, formal + informal + seekers),
        waited(p, wait, new),
        unhoused(p, households.tenure[i]),
    ];
    (parts, weekly(p.memory_weeks))
}

/// Whether a newcomer has come so lately that it needs service centres more than a resident.
#[inline]
fn lately(p: &Parameters, week: u32, entry_week: u16) -> bool {
    f64::from(week.saturating_sub(u32::from(entry_week))) < p.newcomer_use_weeks
}

/// Regional inputs: what a unit of income buys, and the wait as a share of one felt in full.
fn in_region(setting: &Setting, world: &World, r: usize) -> [f64; 2] {
    let p = &setting.scenario.parameters.wellbeing;
    [exp(-world.prices[r]), (world.queues.service_wait_days[r] / p.wait_days).clamp(0.0, 1.0)]
}

/// Moves every household present by the share `memory` of its way; absent ones keep their value.
fn advance(setting: &Setting, world: &mut World, week: u32, memory: f64) {
    let regional: Vec<[f64; 2]> =
        (0..setting.regions()).map(|r| in_region(setting, world, r)).collect();
    let mut satisfaction = std::mem::take(&mut world.society.life_satisfaction);
    let state: &World = world;
    satisfaction.par_chunks_mut(BLOCK).enumerate().with_max_len(SHARE).for_each(|(block, part)| {
        wide(
            #[inline(always)]
            || {
                for (s, part) in part.chunks_mut(STRIP).enumerate() {
                    let from = block * BLOCK + s * STRIP;
                    advance_strip(setting, state, &regional, week, memory, from, part);
                }
            },
        );
    });
    world.society.life_satisfaction = satisfaction;
}

/// The same for the strip that begins at slot `from`; `satisfaction` is its part of the column.
#[inline(always)]
fn advance_strip(
    setting: &Setting,
    world: &World,
    regional: &[[f64; 2]],
    week: u32,
    memory: f64,
    from: usize,
    satisfaction: &mut [f32],
) {
    let (p, h) = (&setting.scenario.parameters.wellbeing, &world.households);
    let presence = lane(&h.presence[from..]);
    let mut here = [false; STRIP];
    for k in 0..STRIP {
        here[k] = presence[k] == Presence::Present;
    }
    if !here.contains(&true) {
        return;
    }
    let region = lane(&h.region[from..]);
    let mut at = [0; STRIP];
    for k in 0..STRIP {
        at[k] = if here[k] { u32::from(region[k]) } else { 0 };
    }
    let [deflator, wait] = Lookup::of(&at).table(regional);
    let (income, tenure) = (lane(&h.income[from..]), lane(&h.tenure[from..]));
    let rent = RentAid::of(setting, world).borne_by_strip(from);
    let residents = setting.employment.usual_income.get(from..).unwrap_or_default();
    let residents = &residents[..residents.len().min(STRIP)];
    let mut usual = lane(residents);
    if residents.len() < STRIP {
        let reference = setting.reference_incomes(h, from);
        usual[residents.len()..].copy_from_slice(&reference[residents.len()..]);
    }
    let mut new = [false; STRIP];
    if residents.len() < STRIP {
        let entry = lane(&h.entry_week[from..]);
        for k in residents.len()..STRIP {
            new[k] = lately(p, week, entry[k]);
        }
    }
    let [formal, informal, seekers, _] = strip_by_state(&world.labour.work[from..]);
    let mut parts = [[0.0; STRIP]; PARTS.len() - 1];
    for k in 0..STRIP {
        parts[0][k] = earned(p, income[k], usual[k], deflator[k]);
    }
    for k in 0..STRIP {
        parts[1][k] = rented(p, world.price_level, rent[k], income[k]);
    }
    for k in 0..STRIP {
        parts[2][k] = jobless(p, seekers[k], formal[k] + informal[k] + seekers[k]);
    }
    for k in 0..STRIP {
        parts[3][k] = waited(p, wait[k], new[k]);
        parts[4][k] = unhoused(p, tenure[k]);
    }
    let before = lane(satisfaction);
    let mut after = [0.0; STRIP];
    for k in 0..STRIP {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|part| parts[part][k]);
        let goal = (p.base + a + b + c + d + e).clamp(0.0, 1.0);
        let moved = before[k] + (memory * (goal - f64::from(before[k]))) as f32;
        after[k] = if here[k] { moved } else { before[k] };
    }
    put(&after, satisfaction);
}

/// Sets everyone to the level of their situation, at week 0.
pub fn initialise(setting: &Setting, world: &mut World) {
    let base = setting.scenario.parameters.wellbeing.base as f32;
    world.society.life_satisfaction.clear();
    world.society.life_satisfaction.resize(setting.households(), base);
    advance(setting, world, 0, 1.0);
}

/// One week of wellbeing.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let memory = weekly(ctx.setting.scenario.parameters.wellbeing.memory_weeks);
    advance(ctx.setting, world, ctx.week, memory);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::testing;
    use crate::world::populate::populate;
    use crate::world::{ADULTS, Work};

    fn run(world: &mut World, setting: &Setting, weeks: u32) {
        for week in 1..=weeks {
            step(&Context { setting, draws: Draws::new(1, 0), week }, world);
        }
    }

    #[test]
    fn a_lasting_situation_is_a_fixed_point() {
        let (setting, mut world) = populate(testing::two_towns());
        let before = world.society.life_satisfaction.clone();
        run(&mut world, &setting, 20);
        for (a, b) in before.iter().zip(&world.society.life_satisfaction) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn each_burden_lowers_satisfaction_within_bounds() {
        let (setting, world) = populate(testing::two_towns());
        let i = (0..setting.residents)
            .find(|&i| world.labour.work[i][0].employed() && world.households.rent[i] == 0.0)
            .unwrap();
        let after = |change: &dyn Fn(&mut World)| {
            let mut changed = world.clone();
            change(&mut changed);
            run(&mut changed, &setting, 60);
            let s = changed.society.life_satisfaction[i];
            assert!((0.0..=1.0).contains(&s));
            s
        };
        let calm = after(&|_| ());
        assert!(after(&|w| w.households.income[i] *= 0.5) < calm);
        assert!(after(&|w| w.households.income[i] *= 1.5) > calm);
        assert!(after(&|w| w.households.rent[i] = 0.6 * w.households.income[i]) < calm);
        assert!(after(&|w| w.labour.work[i] = [Work::Unemployed; ADULTS]) < calm);
        assert!(after(&|w| w.queues.service_wait_days.fill(100.0)) < calm);
        assert!(after(&|w| w.prices.fill(0.2)) < calm);
        let hosted = after(&|w| w.households.tenure[i] = Tenure::Hosted);
        let homeless = after(&|w| w.households.tenure[i] = Tenure::Homeless);
        assert!(homeless < hosted && hosted < calm);
    }

    #[test]
    fn it_closes_the_gap_exponentially() {
        let (setting, mut world) = populate(testing::two_towns());
        let goal = f64::from(world.society.life_satisfaction[0]);
        world.society.life_satisfaction[0] = 0.0;
        run(&mut world, &setting, 10);
        let tau = setting.scenario.parameters.wellbeing.memory_weeks;
        let expected = goal * (1.0 - exp(-10.0 / tau));
        assert!((f64::from(world.society.life_satisfaction[0]) - expected).abs() < 1e-5);
    }

    #[test]
    fn job_turnover_without_a_shock_leaves_the_mean_where_it_is() {
        let (setting, mut world) = populate(testing::two_towns());
        let mean = |world: &World| {
            let part = &world.society.life_satisfaction[..setting.residents];
            part.iter().map(|&s| f64::from(s)).sum::<f64>() / part.len() as f64
        };
        let before = mean(&world);
        for week in 1..=104 {
            let ctx = Context { setting: &setting, draws: Draws::new(2, 0), week };
            crate::mechanisms::labour::step(&ctx, &mut world);
            step(&ctx, &mut world);
        }
        assert!((mean(&world) - before).abs() < 0.004, "{before} to {}", mean(&world));
    }

    #[test]
    fn a_rent_aid_lifts_the_burden_it_pays() {
        let (setting, world) = populate(testing::two_towns());
        let renter = |i: &usize| world.households.rent[*i] > 0.0;
        let i = (0..setting.residents).find(renter).unwrap();
        let after = |aid: f64| {
            let mut changed = world.clone();
            changed.households.rent[i] = 0.6 * changed.households.income[i];
            changed.rent_aid.fill(aid);
            run(&mut changed, &setting, 60);
            changed.society.life_satisfaction[i]
        };
        assert!(after(0.8) > after(0.0) + 0.005, "{} {}", after(0.8), after(0.0));
    }

    #[test]
    fn newcomers_who_join_compare_with_what_both_had() {
        let (setting, mut world) = populate(testing::two_towns());
        let i = (setting.residents..setting.households())
            .find(|&i| setting.people.persons[i] == 2)
            .unwrap();
        let base = setting.people.base_income[i];
        assert_eq!(setting.reference_income(&world.households, i), base);
        world.households.persons[i] = 4;
        assert_eq!(setting.reference_income(&world.households, i), 2.0 * base);
        assert_eq!(setting.reference_incomes(&world.households, i)[0], 2.0 * base);
    }
}
