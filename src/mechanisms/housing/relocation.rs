//! Owners who move to another neighbourhood of their region.
//!
//! Cards: none; avoidance rests on a finding and not on a claim of the documents. An owner moves at a small
//! ordinary rate, and faster the more people of groups it is hostile to live around it (native avoidance, as in
//! E06). Movers of a region swap homes within their band, so no dwelling is created or lost.

use rayon::prelude::*;

use crate::engine::draws::{Purpose, unit32};
use crate::engine::math::hazard;
use crate::engine::strips::STRIP;
use crate::engine::sums::BLOCK;
use crate::world::{Context, Tenure, World};

/// One week of owners' moves.
pub(super) fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let targets = setting.targets.len();
    let ordinary = p.owner_moves_per_year / 52.0;
    // Most owners would not move even where everyone is disliked.
    let highest = hazard(ordinary + p.avoidance_per_year / 52.0);
    let (households, society) = (&world.households, &world.society);
    let mover = |i: usize, u_move: f32, u_order: f32| {
        if f64::from(u_move) >= highest
            || households.tenure[i] != Tenure::Owner
            || !households.here(i)
        {
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
        (f64::from(u_move) < hazard(rate)).then_some((f64::from(u_order), i as u32))
    };
    let movers: Vec<(f64, u32)> = setting.people.address[..setting.residents]
        .par_chunks(BLOCK)
        .enumerate()
        .flat_map_iter(|(b, block)| {
            let mut some = Vec::new();
            let mut words = [[0; STRIP]; 4];
            for (s, who) in block.chunks(STRIP).enumerate() {
                ctx.draws.blocks(who, ctx.week, Purpose::Relocation, 0, &mut words);
                let first = b * BLOCK + s * STRIP;
                some.extend(
                    (0..who.len())
                        .filter_map(|k| mover(first + k, unit32(words[0][k]), unit32(words[1][k]))),
                );
            }
            some
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
