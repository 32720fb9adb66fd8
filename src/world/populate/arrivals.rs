//! Potential arrivals of all waves, drawn whether or not a lever lets them in.

use rand_distr::{Distribution, StandardNormal};

use super::{adults_of, household_size, pick};
use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::exp;
use crate::world::Setting;

/// Appends the arrivals to `setting.people`, sorted by day, wave and ordinal.
pub fn draw(setting: &mut Setting, draws: &Draws) {
    let days = setting.scenario.waves.iter().map(|w| w.daily.len()).max().unwrap_or(0);
    for day in 0..days {
        for w in 0..setting.scenario.waves.len() {
            one_day(setting, draws, w, day);
        }
    }
}

fn one_day(setting: &mut Setting, draws: &Draws, w: usize, day: usize) {
    let wave = setting.scenario.waves[w].clone();
    let Some(&persons) = wave.daily.get(day) else { return };
    let origin = origin_of(&wave.id);
    // The day is the upper part of the ordinal: a wave's next day never moves this one.
    let who = |k: u64| Address::new(Kind::Arrival, origin, (day as u64) << 22 | k);
    let expected = persons / wave.household_size / setting.rental_weight;
    let rounding = draws.uniform(who(0), 0, Purpose::ArrivalCount, 0);
    let count = (expected + rounding).floor() as u64;
    for k in 0..count {
        let address = who(k);
        let size = household_size(
            draws.uniform(address, 0, Purpose::ArrivalHousehold, 0),
            wave.household_size,
        );
        let [u_skill, u_transit, u_outside, _] =
            draws.four(address, 0, Purpose::ArrivalHousehold, 1).map(f64::from);
        let z: f64 =
            StandardNormal.sample(&mut draws.stream(address, 0, Purpose::ArrivalHousehold));
        let people = &mut setting.people;
        people.address.push(address);
        people.weight.push(setting.rental_weight as f32);
        people.group.push(wave.group as u8);
        people.home_region.push(0);
        people.adults.push(adults_of(size));
        people.skill.push(pick(&wave.skill_shares, u_skill) as u8);
        people.base_income.push((wave.income_median * exp(wave.income_sigma * z)) as f32);
        people.wave.push(w as u8);
        people.arrival_day.push(day as u32);
        people.transit.push(u_transit < wave.transit_share);
        people.outside_income.push(u_outside < wave.outside_income_share);
        people.persons.push(size);
    }
}
