//! Where people without a dwelling of their own stay: they join to share, find a host, or are homeless.
//!
//! Cards: S1-H23, S1-H28. Two newcomer households that have been without a dwelling for more than a week join
//! with a fixed chance and pool incomes, up to four persons. Hosts are newcomers already housed and resident
//! households ready to help; places go by drawn priority.

use crate::engine::draws::Purpose;
use crate::world::{Context, Households, Presence, Tenure, World};

/// Newcomers share; whoever has no dwelling is hosted while there are places.
pub(super) fn step(ctx: &Context<'_>, world: &mut World) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let mut unhoused: Vec<Vec<u32>> = vec![Vec::new(); setting.regions()];
    let mut places = vec![0.0; setting.regions()];
    for r in 0..setting.regions() {
        let ready = world.society.regions.get(r).map_or(p.host_residents, |s| {
            p.host_residents.max(p.host_residents * s.help / crate::mechanisms::housing::USUAL_HELP)
        });
        places[r] = ready * setting.resident_households[r] / setting.rental_weight;
    }
    let Households { tenure, presence, region, unhoused_weeks, .. } = &mut world.households;
    let mut wait = |i: usize| {
        unhoused_weeks[i] = unhoused_weeks[i].saturating_add(1);
        unhoused[usize::from(region[i])].push(i as u32);
    };
    let unhoused_here = |i: usize| {
        matches!(tenure[i], Tenure::Hosted | Tenure::Homeless) && presence[i] == Presence::Present
    };
    for list in &setting.region_rental {
        for &i in list {
            if unhoused_here(i as usize) {
                wait(i as usize);
            }
        }
    }
    for i in setting.residents..tenure.len() {
        if unhoused_here(i) {
            wait(i);
        } else if tenure[i] == Tenure::Renter && presence[i] == Presence::Present {
            places[usize::from(region[i])] += p.host_newcomers;
        }
    }
    for (r, list) in unhoused.into_iter().enumerate() {
        let left = share(ctx, world, list);
        host(ctx, world, left, places[r]);
    }
}

/// Pairs willing newcomer households, in order of a drawn priority.
fn share(ctx: &Context<'_>, world: &mut World, list: Vec<u32>) -> Vec<u32> {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.housing;
    let mut willing: Vec<(f64, u32)> = Vec::new();
    for &i in &list {
        let k = i as usize;
        if k < setting.residents
            || !world.households.seeking[k]
            || world.households.unhoused_weeks[k] < 2
        {
            continue;
        }
        let [u_share, u_order] =
            ctx.draws.two(setting.people.address[k], ctx.week, Purpose::Sharing, 0);
        if u_share < p.sharing {
            willing.push((u_order, i));
        }
    }
    willing.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let most = p.sharing_persons as u8;
    for pair in willing.chunks_exact(2) {
        let (a, b) = (pair[0].1 as usize, pair[1].1 as usize);
        let h = &mut world.households;
        let same_group = setting.people.group[a] == setting.people.group[b];
        if same_group && h.persons[a] + h.persons[b] <= most {
            h.persons[a] += h.persons[b];
            h.income[a] += h.income[b];
            h.savings[a] += h.savings[b];
            h.presence[b] = Presence::Merged;
            h.seeking[b] = false;
            h.persons[b] = 0;
        }
    }
    list.into_iter()
        .filter(|&i| world.households.presence[i as usize] == Presence::Present)
        .collect()
}

/// Gives out places with hosts by drawn priority; those hosted keep theirs first.
fn host(ctx: &Context<'_>, world: &mut World, list: Vec<u32>, places: f64) {
    let mut order: Vec<(bool, f64, u32)> = list
        .into_iter()
        .map(|i| {
            let k = i as usize;
            let who = ctx.setting.people.address[k];
            let stays = world.households.tenure[k] == Tenure::Hosted;
            (!stays, ctx.draws.uniform(who, ctx.week, Purpose::Hosting, 0), i)
        })
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    for (rank, (_, _, i)) in order.into_iter().enumerate() {
        let hosted = (rank as f64) < places;
        world.households.tenure[i as usize] =
            if hosted { Tenure::Hosted } else { Tenure::Homeless };
    }
}
