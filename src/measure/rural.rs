//! Land, water and foreign projects.

use super::Readings;
use crate::mechanisms::projects::BEFORE;
use crate::world::{Context, ProjectState, World};

/// An indicator of projects and where it stands in their state.
type Reading = (&'static str, fn(&ProjectState) -> f64);

/// Reads access to land and, by target, the state of foreign projects. Empty where there are none.
pub fn read(ctx: &Context<'_>, world: &World, out: &mut Readings) {
    let setting = ctx.setting;
    let (regions, groups) = (setting.regions(), setting.groups());
    let land = &world.land;
    if land.claims.len() == regions * groups {
        let met: Vec<f64> =
            land.claims.iter().zip(&land.group_access).map(|(c, q)| c * q).collect();
        out.mean("land_access", None, &met, &land.claims);
    }
    if world.projects.is_empty() {
        return;
    }
    let day = (i64::from(ctx.week) * 7 - 7).max(BEFORE);
    let of: [Reading; 4] = [
        ("project_awareness", |s| s.awareness),
        ("project_expectation_gap", |s| s.gap),
        ("project_voice", |s| s.voice),
        ("project_grievance", |s| s.grievance),
    ];
    for (id, value) in of {
        for (t, &target) in setting.targets.iter().enumerate() {
            let mut part = vec![0.0; regions * groups];
            let mut whole = vec![0.0; regions * groups];
            for r in 0..regions {
                let here: Vec<f64> = setting
                    .scenario
                    .projects
                    .iter()
                    .zip(&world.projects)
                    .filter(|(p, _)| p.region == r && p.target == target && p.start_day <= day)
                    .map(|(_, s)| value(s))
                    .collect();
                if here.is_empty() {
                    continue;
                }
                let mean = here.iter().sum::<f64>() / here.len() as f64;
                for g in 0..groups {
                    let k = r * groups + g;
                    whole[k] = world.conduct.persons[k];
                    part[k] = mean * whole[k];
                }
            }
            out.mean(id, Some(t), &part, &whole);
        }
        out.mean_over_targets(id);
    }
}
