//! Rumours: born of salience and silence, passed on like an infection.
//!
//! A region holds at most one live rumour about each target. Its share of believers follows the closed
//! SIR equations in steps of a day; *who* believes follows from one draw per household and rumour, so
//! beliefs take no memory and a rumour is the same at any scale (docs/decisions/0010-rumours.md).

use super::channels::private_share;
use super::{Word, accounts};
use crate::engine::draws::{Address, Draws, Purpose};
use crate::engine::math::{exp, hazard};
use crate::engine::strips::{Lane, STRIP};
use crate::scenario::DAYS_PER_WEEK;
use crate::world::{Context, Rumour, World};

/// Share of believers below which a rumour is over.
const OVER: f64 = 2e-4;
/// Salience above which there is something to be silent about.
const EVENTFUL: f64 = 0.05;

/// One week of rumours under what is said about events. Official bodies that people listen to fill the
/// silence in part; facts checked in public wear rumours down, but not where they pass in private messages.
pub fn step(ctx: &Context<'_>, world: &mut World, word: &Word) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.information;
    let society = &mut world.society;
    for (r, region) in society.regions.iter_mut().enumerate() {
        let eventful = region.salience.iter().any(|&m| m > EVENTFUL);
        // A word that reaches half of the people fills half of the silence.
        let silence = region.silence_days + f64::from(DAYS_PER_WEEK);
        region.silence_days = if eventful { silence * (1.0 - word.official[r]) } else { 0.0 };
        // Ordinary times are neither eventful nor kept silent about: half the resistance.
        let days = if eventful { region.silence_days } else { p.silence_days };
        let openness = 1.0 - exp(-days / p.silence_days);
        for (t, &group) in setting.targets.iter().enumerate() {
            let alive = society
                .rumours
                .iter()
                .any(|x| usize::from(x.region) == r && usize::from(x.target) == t);
            let listened = (1.0 - word.official[r]) * (1.0 - word.bodies[r]);
            let mut rate = p.rumour_birth * region.salience[t] * listened * openness;
            rate += p.external_seed * listened;
            if !setting.scenario.accounts.is_empty() {
                rate += p.accounts_rumour * accounts::exposed(ctx, r, t) * listened;
            }
            let whose = setting.place[r].with(setting.group_address[group]);
            if !alive && ctx.draws.chance(hazard(rate), whose, ctx.week, Purpose::Rumour, 0) {
                society.rumours.push(Rumour {
                    region: r as u16,
                    target: t as u8,
                    born: ctx.week,
                    believing: p.rumour_seed,
                    recovered: 0.0,
                });
            }
            region.rumour[t] = 0.0;
        }
    }
    for rumour in &mut society.rumours {
        let r = usize::from(rumour.region);
        let private = private_share(setting, r);
        let (heard, facts) = (word.official[r] * (1.0 - private), word.facts[r] * (1.0 - private));
        let pass_on = p.rumour_spread * (1.0 - heard) * (1.0 + p.private_gain * private);
        spread(rumour, pass_on, p.rumour_forget + p.correction * heard + facts);
    }
    society.rumours.retain(|x| x.believing > OVER);
    for x in &society.rumours {
        society.regions[usize::from(x.region)].rumour[usize::from(x.target)] = x.believing;
    }
}

/// Seven days of the SIR equations; rates per week.
fn spread(rumour: &mut Rumour, pass_on: f64, give_up: f64) {
    let days = f64::from(DAYS_PER_WEEK);
    for _ in 0..DAYS_PER_WEEK {
        let open = (1.0 - rumour.believing - rumour.recovered).max(0.0);
        let new = open * hazard(pass_on / days * rumour.believing);
        let over = rumour.believing * hazard(give_up / days);
        rumour.believing += new - over;
        rumour.recovered += over;
    }
}

/// Whether household `who`, with media weight `m` (mean `mean`), believes `rumour`. Those who are quick
/// to believe a rumour are the last to give it up.
#[inline]
pub fn believes(rumour: &Rumour, draws: Draws, who: Address, m: f32, mean: f32) -> bool {
    let word = draws.block(who, rumour.born, Purpose::Belief, u32::from(rumour.target))[0];
    takes_in(rumour.believing as f32, word, m, mean)
}

/// The same for neighbours `who`, drawn side by side.
#[inline(always)]
pub fn believers(
    rumour: &Rumour,
    draws: Draws,
    who: &[Address],
    m: &Lane,
    mean: f32,
) -> Lane<bool> {
    let mut words = [[0; STRIP]; 4];
    draws.blocks(who, rumour.born, Purpose::Belief, u32::from(rumour.target), &mut words);
    let believing = rumour.believing as f32;
    let mut lane = [false; STRIP];
    for k in 0..STRIP {
        lane[k] = takes_in(believing, words[0][k], m[k], mean);
    }
    lane
}

/// Whether a household with media weight `m` that drew `word` is among the share `believing`.
#[inline(always)]
fn takes_in(believing: f32, word: u32, m: f32, mean: f32) -> bool {
    let share = believing * m / mean;
    ((word >> 8) as f32) < share * 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rumour(believing: f64) -> Rumour {
        Rumour { region: 0, target: 0, born: 1, believing, recovered: 0.0 }
    }

    /// The share ever reached solves `z = 1 - exp(-R z)`, with R the ratio of the two rates.
    #[test]
    fn a_rumour_ends_at_the_final_size_of_the_sir_model() {
        // Slow rates: steps of a day are then close to the differential equations.
        let mut x = rumour(1e-5);
        for _ in 0..600 {
            spread(&mut x, 0.2, 0.1);
        }
        let mut z = 0.9;
        for _ in 0..100 {
            z = 1.0 - exp(-2.0 * z);
        }
        assert!((x.recovered - z).abs() < 0.01, "{} {z}", x.recovered);
        assert!(x.believing < 1e-5);
    }

    #[test]
    fn a_rumour_passed_on_more_slowly_than_forgotten_dies() {
        let mut x = rumour(0.01);
        for _ in 0..20 {
            spread(&mut x, 0.4, 0.8);
        }
        assert!(x.believing < 1e-4 && x.recovered < 0.03);
    }

    #[test]
    fn believers_are_the_stated_share() {
        let draws = Draws::new(3, 0);
        let n = 20_000;
        let x = rumour(0.2);
        let count = (0..n).filter(|&k| believes(&x, draws, Address(k), 0.4, 0.4)).count() as f64;
        assert!((count / n as f64 - 0.2).abs() < 0.012);
    }
    #[test]
    fn believers_side_by_side_are_those_asked_alone() {
        let draws = Draws::new(3, 0);
        let who: Vec<Address> = (0..50).map(Address).collect();
        let m: Lane = std::array::from_fn(|k| 0.02 * k as f32);
        let x = rumour(0.4);
        let together = believers(&x, draws, &who, &m, 0.4);
        for (k, &who) in who.iter().enumerate() {
            assert_eq!(together[k], believes(&x, draws, who, m[k], 0.4));
        }
    }
}
