//! Notes on what is written in a scenario and changes nothing in it.

use super::bodies::{Mediator, MediatorKind};
use super::context::Context;
use super::model::{Lever, LeverKind};
use super::schema::ScenarioFile;

/// Notes on levers that have nothing to work on, are over before week 1, or say something that means nothing.
pub(super) fn levers(
    context: &mut Context,
    raw: &ScenarioFile,
    levers: &[Lever],
    bodies: &[Mediator],
) {
    for (i, lever) in levers.iter().enumerate() {
        if lever.end_day <= 0 && lever.start_day < lever.end_day {
            let message = "this lever is over before the first week and changes nothing".to_owned();
            let allowed = "a date within the weeks of the scenario".to_owned();
            context.note(&format!("levers[{i}].end"), message, allowed);
        }
        if !lever.kind.needs_compliance() && lever.compliance < 1.0 {
            let message =
                "nobody but the authorities has to comply with a lever of this kind".to_owned();
            let allowed = "1; anything less is not read".to_owned();
            context.note(&format!("levers[{i}].compliance"), message, allowed);
        }
        if lever.kind == LeverKind::Dispersal && lever.regions.is_empty() {
            let message =
                "everywhere is as attractive as before: this lever moves nobody".to_owned();
            let allowed =
                "`regions`, the codes of those that should become more attractive".to_owned();
            context.note(&format!("levers[{i}].kind"), message, allowed);
        }
        if let Some(allowed) = needs(raw, lever.kind, bodies) {
            let message = "this lever has nothing to work on and changes nothing".to_owned();
            context.note(&format!("levers[{i}].kind"), message, allowed);
        }
        let earlier = levers[..i].iter().position(|other| overlap(other, lever));
        if let Some(other) = earlier {
            let message = format!(
                "lever `{}` is of the same kind: where both work, only the stronger does",
                levers[other].id
            );
            let allowed = "levers of one kind that do not meet, or one of them".to_owned();
            context.note(&format!("levers[{i}].kind"), message, allowed);
        }
    }
}

/// What a lever of this kind needs and the scenario lacks.
fn needs(raw: &ScenarioFile, kind: LeverKind, bodies: &[Mediator]) -> Option<String> {
    let entry = |table: &str| format!("an entry `[[{table}]]`");
    let has_kin = || raw.groups.iter().any(|group| group.kin_state.is_some());
    let body = |kinds: &[MediatorKind]| {
        let some = bodies.iter().any(|body| kinds.contains(&body.kind));
        let words: Vec<String> = kinds.iter().map(|k| format!("`{}`", k.word())).collect();
        (!some).then(|| format!("{} of kind {}", entry("mediators"), words.join(" or ")))
    };
    match kind {
        LeverKind::AssemblyResources | LeverKind::ReactiveReform => {
            body(&[MediatorKind::Assembly, MediatorKind::ConsentBoard])
        }
        LeverKind::EldersCouncils => body(&[MediatorKind::Elders]),
        LeverKind::NgoFunding if raw.accounts.is_empty() => body(&[MediatorKind::Ngo]),
        LeverKind::OpenRiskMap => bodies.is_empty().then(|| entry("mediators")),
        LeverKind::LandAllocation => raw.land.is_empty().then(|| entry("land")),
        LeverKind::Disclosure | LeverKind::BenefitSharing | LeverKind::Hearings => {
            raw.projects.is_empty().then(|| entry("projects"))
        }
        LeverKind::PlatformAction => raw.accounts.is_empty().then(|| entry("accounts")),
        LeverKind::PressureOnSigns | LeverKind::Inclusion | LeverKind::KinMediaDiet => {
            (!has_kin()).then(|| "a group with a table `[groups.kin_state]`".to_owned())
        }
        _ => None,
    }
}

/// Whether two levers of one kind work at one time in one region.
fn overlap(a: &Lever, b: &Lever) -> bool {
    let meet = |a: &Lever, b: &Lever| {
        b.regions.is_empty() || a.regions.iter().any(|r| b.regions.contains(r))
    };
    a.kind == b.kind
        && a.start_day < b.end_day
        && b.start_day < a.end_day
        && (a.regions.is_empty() || meet(a, b))
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Source, load};

    /// Messages of the notes on small-town with these levers.
    fn notes(levers: &str) -> Vec<String> {
        let text = format!("extends = \"small-town\"\n{levers}");
        let loaded = load(&Source::Text("idle.toml".into(), text), &[]).unwrap();
        loaded.notes.iter().map(|note| note.message.clone()).collect()
    }

    fn lever(id: &str, kind: &str, rest: &str) -> String {
        let rest = if rest.is_empty() {
            "start = 2024-02-05\nend = 2024-05-06\ncompliance = 1"
        } else {
            rest
        };
        format!(
            "[[levers]]\nid = \"{id}\"\nkind = \"{kind}\"\nstrength = 1\ncost_per_unit = 0\n{rest}\n"
        )
    }

    #[test]
    fn what_changes_nothing_is_noted() {
        let usual = notes("").len();
        let said = |levers: &str| notes(levers).into_iter().skip(usual).collect::<Vec<_>>();
        assert!(said(&lever("a", "rent_aid", "")).is_empty());
        for kind in [
            "hearings",
            "platform_action",
            "land_allocation",
            "inclusion",
            "elders_councils",
            "open_risk_map",
        ] {
            assert!(said(&lever("a", kind, ""))[0].contains("nothing to work on"), "{kind}");
        }
        assert!(said(&lever("a", "dispersal", ""))[0].contains("moves nobody"));
        let past = "start = 2020-02-05\nend = 2021-05-06\ncompliance = 1";
        assert!(said(&lever("a", "rent_aid", past))[0].contains("before the first week"));
        let few = "start = 2024-02-05\nend = 2024-05-06\ncompliance = 0.2";
        assert!(said(&lever("a", "rent_aid", few)).is_empty());
        assert!(said(&lever("a", "enforcement", few))[0].contains("authorities"));
        let two = lever("a", "rent_aid", "") + &lever("b", "rent_aid", few);
        assert!(said(&two)[0].contains("only the stronger"));
    }
}
