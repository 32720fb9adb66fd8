//! What the numbers cannot say.

use super::origins::stated;
use super::page::Page;
use super::{Material, counted, weights};
use crate::cards::{Provenance, register};
use crate::scenario::{CellProvenance, Scenario, ShockKind, Status};

/// What the numbers cannot say.
pub fn limits(page: &mut Page, m: &Material) {
    let n = m.input.replicates;
    page.section("limits", "Limits");
    let mut items = vec![
        "A conditional what-if, never a forecast about real people. Waves and outside events are given; the \
         model does not say how likely they are."
            .to_owned(),
    ];
    items.push(thinning(m.input.scenario));
    items.push(if n < 2 {
        "One run only: no range can be given, and any single run may be far from the middle.".to_owned()
    } else {
        let outside = 200.0 / f64::from(n + 1);
        format!(
            "The ranges come from {n} runs. Between them runs differ by chance alone. With so many runs, a \
             further run would fall outside the lowest-to-highest range about {outside:.0} times in 100; the \
             ends of the ranges are {}.",
            if n < 20 {
                "rough, and for fewer than 20 runs they lie near the lowest and highest run"
            } else if n < 100 {
                "themselves uncertain; 100 runs or more would steady them"
            } else {
                "fairly steady"
            }
        )
    });
    let all = &register().parameters;
    let ours = all.iter().filter(|p| p.provenance == Provenance::Assumption).count();
    items.push(format!(
        "The ranges do not contain what we do not know about the parameters: the defaults of {ours} of {} are our \
         assumptions, with ranges of their own (`qonaq list --parameters --json`), and other values inside \
         those ranges can give other answers. Vary them before relying on a number.",
        all.len()
    ));
    if let Some(text) = assumptions(m.input.scenario) {
        items.push(text);
    }
    items.push(
        "Groups are labels in the data: the same rules apply to every group. Nothing here is a statement \
         about the nature of any group or person."
            .to_owned(),
    );
    items.push(
        "No map or table shows violence by ethnic group and region, and the model must not be used to pick \
         out people or places for it."
            .to_owned(),
    );
    items.push(
        "Not modelled: why the shock happens, what other countries do in answer, elections and party politics, \
         the deeds of particular persons or companies, and how people would react to this report."
            .to_owned(),
    );
    page.list(&items);
    if !m.gallery.missing.is_empty() {
        page.heading("Not shown in this report");
        page.paragraph("", &format!("{}.", m.gallery.missing.join("; ")));
    }
}

/// What thinning means for the counts.
fn thinning(scenario: &Scenario) -> String {
    let (rental, other) = weights(scenario);
    if other <= 1.0 {
        return "Every household is simulated at full scale; small groups and places still \
                depend on chance."
            .to_owned();
    }
    format!(
        "Scale {}: one simulated household stands for {other:.0} real ones, and for {rental:.0} where it rents, \
         may come to rent or arrives, because rental markets are thin. Counts are weighted back to full scale, so \
         they move in steps; a count of a few such steps is chance. Incidents are not thinned. Small regions and \
         groups are rougher than the country.",
        scenario.scale
    )
}

/// What this scenario assumes, in one sentence.
fn assumptions(scenario: &Scenario) -> Option<String> {
    let count = |part: &str| stated(scenario, part, "assumed").count();
    let of_kind = |wanted: fn(&ShockKind) -> bool| {
        let assumed = |id: &str| stated(scenario, "shock", "assumed").any(|s| s == id);
        scenario.shocks.iter().filter(|s| wanted(&s.kind) && assumed(&s.id)).count()
    };
    let cells = |s: &&CellProvenance| matches!(s.status, Status::Assumed { .. });
    let spoken = [
        (count("wave"), "who arrives and who only passes through", "wave"),
        (
            of_kind(|k| matches!(k, ShockKind::Media { .. })),
            "how intense media coverage is",
            "event",
        ),
        (
            of_kind(|k| matches!(k, ShockKind::Rents { .. } | ShockKind::Prices { .. })),
            "season and trend of rents or prices",
            "step",
        ),
        (
            of_kind(|k| matches!(k, ShockKind::StateThreat { .. } | ShockKind::Incident { .. })),
            "threats and violent events from outside",
            "event",
        ),
        (of_kind(|k| matches!(k, ShockKind::Drought { .. })), "what land and water yield", "event"),
        (count("land"), "how much land and water there is and who claims it", "entry"),
        (count("project"), "what a project gives, takes and tells", "project"),
        (
            of_kind(|k| matches!(k, ShockKind::KinMedia { .. } | ShockKind::KinStandard { .. })),
            "media and living standard of kin states",
            "event",
        ),
        (count("border"), "normal traffic at the border", "number"),
        (count("gate"), "the share of each border crossing", "crossing"),
        (count("group"), "incomes and views of groups", "group"),
        (count("relation"), "distance and hostility between groups at the start", "pair"),
        (scenario.provenance.iter().filter(cells).count(), "parts of the regional table", "cell"),
    ];
    let parts: Vec<String> = spoken
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, what, noun)| format!("{what} ({})", counted(*n, noun)))
        .collect();
    if parts.is_empty() {
        return None;
    }
    Some(format!("Assumed in this scenario, for want of data: {}.", parts.join("; ")))
}
