//! Owners who move to another neighbourhood of their region.
//!
//! Cards: none; avoidance rests on a finding and not on a claim of the documents. An owner moves at a small
//! ordinary rate, and faster the more people of groups it is hostile to live around it (native avoidance, as in
//! E06). Movers of a region swap homes within their band, so no dwelling is created or lost.
//!
//! Moves are rare: the few who would move at the highest rate there is are found by the gaps between them, which are
//! geometric, and each of them moves with its own rate over the highest.

use rand::RngExt;
use rayon::prelude::*;

use crate::engine::draws::Purpose;
use crate::engine::math::{hazard, ln_1p};
use crate::engine::sums::{BLOCK, SHARE};
use crate::world::{Context, Tenure, World};

/// One week of owners' moves.
pub(super) fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let targets = setting.targets.len();
    let ordinary = p.owner_moves_per_year / 52.0;
    let highest = hazard(ordinary + p.avoidance_per_year / 52.0);
    let (households, society) = (&world.households, &world.society);
    let mover = |i: usize| {
        if households.tenure[i] != Tenure::Owner || !households.here(i) {
            return None;
        }
        let cell = households.cell[i] as usize;
        let dislike: f64 = (0..targets)
            .map(|t| {
                let near = society.presence.get(cell * targets + t).copied().unwrap_or(0.0);
                let hostility = society.hostility.get(i * targets + t).copied().unwrap_or(0.0);
                f64::from(near * hostility)
            })
            .sum();
        let rate = ordinary + p.avoidance_per_year / 52.0 * dislike.min(1.0);
        let who = setting.people.address[i];
        let [u_move, u_order] = ctx.draws.two(who, ctx.week, Purpose::Relocation, 0);
        (u_move * highest < hazard(rate)).then_some((u_order, i as u32))
    };
    let movers: Vec<(f64, u32)> = setting.people.address[..setting.residents]
        .par_chunks(BLOCK)
        .enumerate()
        .with_max_len(SHARE)
        .flat_map_iter(|(b, block)| {
            let mut gaps = ctx.draws.stream(block[0], ctx.week, Purpose::Relocation);
            let candidates = chosen(block.len(), highest, || gaps.random());
            candidates.into_iter().filter_map(move |k| mover(b * BLOCK + k))
        })
        .collect();
    let mut by_market: Vec<Vec<(f64, u32)>> = vec![Vec::new(); setting.cells_of.len()];
    for mover in movers {
        let cell = households.cell[mover.1 as usize] as usize;
        let at = setting.cell_region[cell] as usize * crate::world::BANDS
            + setting.cell_band[cell] as usize;
        by_market[at].push(mover);
    }
    for mut pool in by_market {
        pool.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for pair in pool.chunks_exact(2) {
            let (a, b) = (pair[0].1 as usize, pair[1].1 as usize);
            world.households.cell.swap(a, b);
        }
    }
}

/// Which of `n` are chosen, each with probability `p`: from one to the next by geometric gaps.
fn chosen(n: usize, p: f64, mut uniform: impl FnMut() -> f64) -> Vec<usize> {
    let mut some = Vec::new();
    if p <= 0.0 {
        return some;
    }
    let per_step = ln_1p(-p);
    let mut next = 0.0;
    loop {
        // A uniform in [0, 1): one less it is never 0.
        next += (ln_1p(-uniform()) / per_step).floor();
        if next >= n as f64 {
            return some;
        }
        some.push(next as usize);
        next += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::{Address, Draws};

    #[test]
    fn each_is_chosen_as_often_as_any_other() {
        let (n, p, weeks) = (40, 0.05, 20_000);
        let mut times = vec![0; n];
        for week in 0..weeks {
            let mut gaps = Draws::new(1, 0).stream(Address(7), week, Purpose::Relocation);
            let some = chosen(n, p, || gaps.random());
            assert!(some.is_sorted_by(|a, b| a < b));
            for k in some {
                times[k] += 1;
            }
        }
        let expected = p * f64::from(weeks);
        // Four standard errors of a count.
        let near = |x: &i32| (f64::from(*x) - expected).abs() < 4.0 * expected.sqrt();
        assert!(times.iter().all(near), "{times:?}");
    }

    #[test]
    fn nobody_is_chosen_at_a_rate_of_zero_and_all_at_one() {
        assert!(chosen(9, 0.0, || 0.5).is_empty());
        assert_eq!(chosen(9, 1.0, || 0.5), (0..9).collect::<Vec<_>>());
    }
}
