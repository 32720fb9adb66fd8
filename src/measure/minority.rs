//! Attachments and signs, who leaves with high skills, and who is removed.

use super::Readings;
use crate::engine::sums::{Fixed, tabulate};
use crate::world::{Context, Flow, Sign, World};

/// Values added up per household with a kin state: weight, both attachments, signs shown and hidden.
const WIDTH: usize = 5;

/// Fills the counts, and where a group has a kin state the indicators of attachment.
pub fn read(ctx: &Context<'_>, world: &World, out: &mut Readings) {
    let setting = ctx.setting;
    let groups = setting.groups();
    let cells = setting.regions() * groups;
    for (id, flow) in [
        ("exits_skilled", Flow::SkilledExits),
        ("removals", Flow::Removals),
        ("wrongful_removals", Flow::WrongfulRemovals),
    ] {
        let counts: Vec<f64> =
            (0..cells).map(|k| world.flows.get(flow, k / groups, k % groups)).collect();
        out.sum(id, &counts);
    }
    let state = &world.attachment;
    if state.kin.is_empty() {
        return;
    }
    let has: Vec<bool> = setting.scenario.groups.iter().map(|g| g.kin_state.is_some()).collect();
    let table = tabulate(setting.households(), cells * WIDTH, |i, table| {
        let g = setting.people.group[i] as usize;
        if !has[g] || !world.households.here(i) {
            return;
        }
        let weight = f64::from(setting.people.weight[i]);
        let row = &mut table[(world.households.region[i] as usize * groups + g) * WIDTH..][..WIDTH];
        row[0] += weight;
        row[1] += weight * f64::from(state.kin[i]);
        row[2] += weight * f64::from(state.home[i]);
        row[3] += if state.sign[i] == Sign::Shown { weight } else { 0.0 };
        row[4] += if state.sign[i] == Sign::Hidden { weight } else { 0.0 };
    });
    let column = |k: usize| -> Vec<f64> {
        table.chunks(WIDTH).map(|row| row.get(k).copied().map_or(0.0, Fixed::get)).collect()
    };
    let weight = column(0);
    for (k, id) in
        ["kin_attachment", "home_attachment", "signs", "self_censorship"].iter().enumerate()
    {
        out.mean(id, None, &column(k + 1), &weight);
    }
}
