//! Conduct: incidents, readiness to act, help, segregation and unequal treatment.

use super::Readings;
use super::tally::{Sum, Tally};
use crate::mechanisms::acts::help::called_on;
use crate::world::society::{ACT_NAMES, ACTS};
use crate::world::{Context, World};

/// Fills the indicators of conduct. Flows stay empty at week 0.
pub fn read(ctx: &Context<'_>, world: &World, tally: &Tally, out: &mut Readings) {
    let (acting, households) = (tally.column(Sum::Acting), tally.column(Sum::Households));
    out.mean("act_willingness", None, &acting, &households);
    if world.week > 0 {
        incidents(world, out);
        help(ctx, world, &tally.column(Sum::Need), out);
        treatment_gap(ctx, world, &tally.column(Sum::Persons), out);
    }
    segregation(ctx, &tally.by_cell, out);
}

fn incidents(world: &World, out: &mut Readings) {
    let regions = &world.society.regions;
    let of = |k: usize| regions.iter().map(|r| r.incidents[k]).collect::<Vec<f64>>();
    let all: Vec<f64> = regions.iter().map(|r| r.incidents.iter().sum()).collect();
    out.regional_sum("incidents", &all);
    for (k, name) in ACT_NAMES.iter().enumerate().take(ACTS) {
        out.regional_sum(&format!("incidents.{name}"), &of(k));
    }
    let reported: Vec<f64> = regions.iter().map(|r| r.incidents_reported).collect();
    out.regional_sum("incidents_reported", &reported);
}

/// Help by group: the group's readiness, called on as much as that of its region.
fn help(ctx: &Context<'_>, world: &World, need: &[f64], out: &mut Readings) {
    let groups = ctx.setting.groups();
    let per_need = ctx.setting.scenario.parameters.acts.helpers_per_need;
    let part: Vec<f64> = world
        .conduct
        .helpers
        .chunks_exact(groups)
        .enumerate()
        .flat_map(|(r, helpers)| {
            let ready: f64 = helpers.iter().sum();
            let need: f64 = need[r * groups..(r + 1) * groups].iter().sum();
            let called = if ready > 0.0 { called_on(per_need * need / ready) } else { 0.0 };
            helpers.iter().map(move |h| h * called)
        })
        .collect();
    out.mean("help", None, &part, &world.conduct.households);
}

/// Acts of discrimination or more suffered per member and week, above those of the least affected group
/// that attitudes are about. The gap of the whole is the mean over members.
fn treatment_gap(ctx: &Context<'_>, world: &World, persons: &[f64], out: &mut Readings) {
    let setting = ctx.setting;
    let (regions, groups, targets) = (setting.regions(), setting.groups(), &setting.targets);
    let mut part = vec![0.0; regions * groups];
    let mut whole = vec![0.0; regions * groups];
    for r in 0..regions {
        let suffered = |t: usize| -> f64 {
            (0..groups)
                .map(|a| world.conduct.hostile_acts[(r * groups + a) * targets.len() + t])
                .sum()
        };
        let rates: Vec<Option<f64>> = (0..targets.len())
            .map(|t| {
                let members = persons[r * groups + targets[t]];
                (members > 0.0).then(|| (suffered(t) / members).min(1.0))
            })
            .collect();
        let least = rates.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        for (rate, &g) in rates.iter().zip(targets) {
            if let Some(rate) = rate {
                let k = r * groups + g;
                whole[k] = persons[k];
                part[k] = persons[k] * (rate - least);
            }
        }
    }
    out.mean("treatment_gap", None, &part, &whole);
}

/// Dissimilarity over cells, of all groups together and of each against the rest, for the country and for
/// each region. Small cells are uneven by chance alone, so its level depends on cell size and group
/// share; its changes do not.
fn segregation(ctx: &Context<'_>, by_cell: &[f64], out: &mut Readings) {
    let groups = ctx.setting.groups();
    for region in std::iter::once(None).chain((0..ctx.setting.regions()).map(Some)) {
        let rows: Vec<&[f64]> = by_cell
            .chunks_exact(groups)
            .zip(&ctx.setting.cell_region)
            .filter(|(_, r)| region.is_none_or(|wanted| usize::from(**r) == wanted))
            .map(|(row, _)| row)
            .collect();
        let (all, each) = dissimilarity(&rows, groups);
        out.set("segregation", region, None, all);
        for (g, value) in each.into_iter().enumerate() {
            out.set("segregation", region, Some(g), value);
        }
    }
}

/// Multigroup dissimilarity (Reardon and Firebaugh 2002) over rows of counts by group, and that of each
/// group against all others; NaN where a group or its complement is empty.
pub fn dissimilarity(rows: &[&[f64]], groups: usize) -> (f64, Vec<f64>) {
    let totals: Vec<f64> = (0..groups).map(|g| rows.iter().map(|row| row[g]).sum()).collect();
    let whole: f64 = totals.iter().sum();
    if whole <= 0.0 {
        return (f64::NAN, vec![f64::NAN; groups]);
    }
    let (mut uneven, mut diverse) = (0.0, 0.0);
    let mut each = Vec::with_capacity(groups);
    for g in 0..groups {
        let share = totals[g] / whole;
        let sum: f64 =
            rows.iter().map(|row| (row[g] - share * row.iter().sum::<f64>()).abs()).sum();
        let most = 2.0 * whole * share * (1.0 - share);
        each.push(if most > 0.0 { sum / most } else { f64::NAN });
        uneven += sum;
        diverse += most;
    }
    (if diverse > 0.0 { uneven / diverse } else { f64::NAN }, each)
}

#[cfg(test)]
mod tests;
