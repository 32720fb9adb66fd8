//! Conduct: incidents, readiness to act, help, segregation, unequal treatment, and who comes and goes.

use super::Readings;
use crate::engine::sums::{Fixed, SharedSums, tabulate};
use crate::mechanisms::acts::help::called_on;
use crate::world::society::{ACT_NAMES, ACTS};
use crate::world::{Context, Flow, NONE, Tenure, World};

/// Fills the indicators of conduct. Flows stay empty at week 0.
pub fn read(ctx: &Context<'_>, world: &World, out: &mut Readings) {
    let setting = ctx.setting;
    let groups = setting.groups();
    let counts = Counts::of(ctx, world);
    out.sum("population", &counts.persons);
    out.mean("act_willingness", None, &counts.acting, &counts.households);
    if world.week > 0 {
        incidents(world, out);
        help(ctx, world, &counts, out);
        treatment_gap(ctx, world, &counts.persons, out);
        for (id, flow) in
            [("arrivals", Flow::Arrivals), ("exits", Flow::Exits), ("returns", Flow::Returns)]
        {
            let table: Vec<f64> = (0..counts.persons.len())
                .map(|k| world.flows.get(flow, k / groups, k % groups))
                .collect();
            out.sum(id, &table);
        }
    }
    segregation(ctx, &counts.by_cell, out);
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
fn help(ctx: &Context<'_>, world: &World, counts: &Counts, out: &mut Readings) {
    let groups = ctx.setting.groups();
    let per_need = ctx.setting.scenario.parameters.acts.helpers_per_need;
    let part: Vec<f64> = world
        .conduct
        .helpers
        .chunks_exact(groups)
        .enumerate()
        .flat_map(|(r, helpers)| {
            let ready: f64 = helpers.iter().sum();
            let called =
                if ready > 0.0 { called_on(per_need * counts.need[r] / ready) } else { 0.0 };
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

/// Weekly counts over households.
struct Counts {
    /// Persons, region x group.
    persons: Vec<f64>,
    /// Households, region x group.
    households: Vec<f64>,
    /// Sum of the probability of acting, region x group.
    acting: Vec<f64>,
    /// Households without a home of their own, by region.
    need: Vec<f64>,
    /// Persons by cell and group.
    by_cell: Vec<f64>,
}

impl Counts {
    fn of(ctx: &Context<'_>, world: &World) -> Self {
        let setting = ctx.setting;
        let (regions, groups) = (setting.regions(), setting.groups());
        let width = regions * groups;
        let cells = SharedSums::new(setting.cells * groups);
        let households = &world.households;
        let table = tabulate(setting.households(), 3 * width + regions, |i, table| {
            if !households.here(i) {
                return;
            }
            let (r, g) = (households.region[i] as usize, usize::from(setting.people.group[i]));
            let persons = setting.persons(i, households.persons[i]);
            let w = f64::from(setting.people.weight[i]);
            table[r * groups + g] += persons;
            table[width + r * groups + g] += w;
            table[2 * width + r * groups + g] += w * f64::from(world.society.act_probability[i]);
            if matches!(households.tenure[i], Tenure::Hosted | Tenure::Homeless) {
                table[3 * width + r] += w;
            }
            if households.cell[i] != NONE {
                cells.add(households.cell[i] as usize * groups + g, persons);
            }
        });
        let table: Vec<f64> = table.into_iter().map(Fixed::get).collect();
        Self {
            persons: table[..width].to_vec(),
            households: table[width..2 * width].to_vec(),
            acting: table[2 * width..3 * width].to_vec(),
            need: table[3 * width..].to_vec(),
            by_cell: cells.into_values(),
        }
    }
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
