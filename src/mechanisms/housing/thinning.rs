//! Chance in a thinned market: as large as in the full one.
//!
//! An agent of the market stands for `w` households. If each of `n` agents drew for itself, the share that
//! leaves, searches or lists would vary as among `n` households and not as among `n w`. So one agent in `w` draws for
//! itself, and the others share one draw `u` out evenly: the `k`-th of those to whom the same may happen has the
//! fractional part of `u + k a`. Each has a uniform number of its own, weeks are independent, and only the number below a
//! rate hardly varies. At `w = 1` all draw for themselves.
//!
//! Source: a randomly shifted lattice (Cranley and Patterson 1976); what it does: `docs/decisions/0003-thin-markets.md`.

use crate::engine::draws::{Draws, Purpose, R4};
use crate::world::Setting;

/// Most rows of a region.
const ROWS: usize = 4;
/// Index of the draws that are shared out, beside those that agents make for themselves.
const SHARED: u32 = 3;
/// Step around the circle of who draws for itself.
const OWN: f64 = 0.754_877_666_246_692_7;

/// The four draws that a region shares out in a week.
pub(super) struct Shared {
    turn: [f64; 4],
    own: f64,
    /// Length of each row so far.
    rows: [u32; ROWS],
}

impl Shared {
    pub(super) fn of(setting: &Setting, draws: Draws, r: usize, week: u32, what: Purpose) -> Self {
        let turn = draws.four(setting.place[r], week, what, SHARED).map(f64::from);
        // Rows begin far from each other.
        let rows = std::array::from_fn(|row| (row as u32) << 24);
        Self { turn, own: 1.0 / setting.rental_weight, rows }
    }

    /// The draws of the next agent of a row, which would draw `own` for itself.
    #[inline]
    pub(super) fn out(&mut self, row: usize, own: [f64; 4]) -> [f64; 4] {
        let k = f64::from(self.rows[row]);
        self.rows[row] += 1;
        let at = |step: f64| (k * step).fract();
        if at(OWN) < self.own {
            own
        } else {
            std::array::from_fn(|w| (self.turn[w] + at(R4[w])).fract())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Address;
    use crate::scenario::testing;

    const AGENTS: usize = 400;
    const RATE: f64 = 0.05;

    /// Mean and variance over many weeks of how many of the agents are below a rate, and how often the first is.
    fn below(weight: f64) -> (f64, f64, f64) {
        let mut setting = Setting::from_scenario(testing::two_towns());
        setting.rental_weight = weight;
        let draws = Draws::new(1, 0);
        let weeks = 4000;
        let (mut sum, mut squares, mut first) = (0.0, 0.0, 0.0);
        for week in 1..=weeks {
            let mut shared = Shared::of(&setting, draws, 0, week, Purpose::Lease);
            let mut goes = |k: usize| {
                let who = setting.place[0].with(Address(k as u64));
                let own = draws.four(who, week, Purpose::Lease, 1).map(f64::from);
                shared.out(0, own)[2] < RATE
            };
            let gone: Vec<usize> = (0..AGENTS).filter(|&k| goes(k)).collect();
            let n = gone.len() as f64;
            (sum, squares) = (sum + n, squares + n * n);
            first += f64::from(u8::from(gone.contains(&1)));
        }
        let weeks = f64::from(weeks);
        (sum / weeks, squares / weeks - (sum / weeks) * (sum / weeks), first / weeks)
    }

    #[test]
    fn a_thinned_region_varies_as_much_as_a_full_one_would() {
        let expected = AGENTS as f64 * RATE;
        for weight in [1.0, 10.0] {
            let (mean, variance, one) = below(weight);
            assert!((mean / expected - 1.0).abs() < 0.02, "{mean} at weight {weight}");
            assert!((one / RATE - 1.0).abs() < 0.2, "{one} at weight {weight}");
            // A share among as many households varies by p (1 - p) / (n w). Whole agents, and the gaps left by
            // those who draw for themselves, add a few: far from the 19 of a draw for each.
            let wanted = expected * (1.0 - RATE) / weight;
            let range = 0.8 * wanted..wanted + 3.0;
            assert!(range.contains(&variance), "{variance} at weight {weight}");
        }
    }
}
