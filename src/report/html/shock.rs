//! The question and the shock.

use super::Material;
use super::events::events;
use super::page::{Cell, Page};
use crate::report::calendar::{Calendar, first_day, title};
use crate::report::text::{fixed, significant};
use crate::scenario::{LeverKind, Scenario};

/// What is asked, and how to read the answer.
pub fn question(page: &mut Page, m: &Material) {
    page.section("question", "The question");
    page.paragraph("question", &m.input.scenario.question);
    let n = m.input.replicates;
    page.paragraph(
        "note",
        &format!(
            "This is a what-if: it says what would follow in a simplified country if the events below \
             happened as written. It is not a forecast. Each number is the median of {n} runs; the range in \
             square brackets goes from the 5% to the 95% mark of these runs{}",
            if n < 20 {
                ", which with so few runs is about the lowest and the highest."
            } else {
                ": about nine runs in ten lie inside."
            }
        ),
    );
    if n < 2 {
        page.paragraph(
            "note",
            "Only one run was made. Nothing here says how much is chance: run more before drawing conclusions.",
        );
    }
}

/// Waves, outside events and policies.
pub fn shock(page: &mut Page, m: &Material) {
    let scenario = m.input.scenario;
    page.section("shock", "The shock");
    waves(page, m.calendar, scenario);
    m.figures(page, &["arrivals"]);
    events(page, m.calendar, scenario);
    policies(page, m.calendar, scenario);
}

fn waves(page: &mut Page, calendar: &Calendar, scenario: &Scenario) {
    if scenario.waves.is_empty() {
        page.paragraph("", "Nobody arrives beyond normal traffic in this scenario.");
        return;
    }
    let mut rows = Vec::new();
    for wave in &scenario.waves {
        let group = &scenario.groups[wave.group].label;
        let total: f64 = wave.daily.iter().sum();
        let last = wave.daily.iter().rposition(|x| *x > 0.0);
        let (Some(first), Some(last)) = (first_day(&wave.daily), last) else {
            let none = "–".to_owned();
            let mut row = vec![Cell::Text(title(&wave.id)), Cell::Text(group.clone())];
            row.extend([none.clone(), none.clone()].map(Cell::Text));
            row.extend([fixed(0.0, 0), fixed(0.0, 0), none].map(Cell::Number));
            rows.push(row);
            continue;
        };
        let peak = (0..wave.daily.len())
            .fold(0, |best, d| if wave.daily[d] > wave.daily[best] { d } else { best });
        rows.push(vec![
            Cell::Text(title(&wave.id)),
            Cell::Text(group.clone()),
            Cell::When(calendar.date(first)),
            Cell::When(calendar.date(last as i64)),
            Cell::Number(significant(total, 3)),
            Cell::Number(significant(wave.daily[peak], 3)),
            Cell::Number(format!("{}%", fixed(100.0 * wave.transit_share, 0))),
        ]);
    }
    page.table(
        "Waves: people who would arrive beyond normal traffic; a policy may let fewer in.",
        &["Wave", "Group", "From", "To", "People in all", "Most in a day", "Only passing through"],
        &rows,
    );
    for wave in &scenario.waves {
        let text = format!(
            "{}: who they are and how many pass through is {}: {}.",
            title(&wave.id),
            match wave.status {
                "source" => "taken from a source",
                "derived" => "derived from sources",
                _ => "assumed",
            },
            wave.source.trim_end_matches('.')
        );
        page.paragraph("soft", &text);
    }
}

fn policies(page: &mut Page, calendar: &Calendar, scenario: &Scenario) {
    if scenario.levers.is_empty() {
        page.paragraph("", "No policy is in force beyond what stood at the start.");
        return;
    }
    let mut rows = Vec::new();
    for lever in &scenario.levers {
        let names: Vec<&str> =
            lever.regions.iter().map(|r| scenario.regions[*r].name.as_str()).collect();
        let regions = if names.is_empty() { "all".to_owned() } else { names.join(", ") };
        rows.push(vec![
            Cell::Text(title(&lever.id)),
            Cell::Text(policy(lever.kind).to_owned()),
            Cell::When(calendar.date(lever.start_day)),
            Cell::When(calendar.date(lever.end_day - 1)),
            Cell::Number(fixed(lever.strength, 2)),
            Cell::Number(format!("{}%", fixed(100.0 * lever.compliance, 0))),
            Cell::Text(regions),
        ]);
    }
    page.table(
        "Policies in this scenario.",
        &["Policy", "What it does", "From", "To", "Strength", "Who complies", "Regions"],
        &rows,
    );
}

fn policy(kind: LeverKind) -> &'static str {
    match kind {
        LeverKind::ServiceCapacity => "more desks in service centres",
        LeverKind::BorderCapacity => "more capacity at border posts",
        LeverKind::BorderScreening => "checks at the border that slow entry and refuse some",
        LeverKind::TenantProtection => "bars breaking leases before their end",
        LeverKind::RentAid => "pays part of high rents",
        LeverKind::Dispersal => "draws newcomers to chosen regions",
        LeverKind::Enforcement => "enforces the law against hostile acts",
        LeverKind::OfficialInformation => "official information that reaches people",
        LeverKind::Acknowledgement => "acknowledges incidents instead of denying them",
        LeverKind::LandAllocation => "gives out land and water by rules",
        LeverKind::Disclosure => "publishes what foreign projects do",
        LeverKind::BenefitSharing => "covers local needs with foreign projects",
        LeverKind::Hearings => "announces hearings in time and makes them easy to attend",
        LeverKind::PressureOnSigns => "sanctions signs of attachment to a kin state",
        LeverKind::Inclusion => "treats groups with a kin state as equals",
        LeverKind::KinMediaDiet => "lowers the dose of media of kin states",
        LeverKind::NativeFirst => "makes employers take residents first",
        LeverKind::Aid => "supports newcomers without a home of their own",
        LeverKind::ReportsScreening => "removes newcomers whom residents report",
        LeverKind::Education => "teaches about other groups",
        LeverKind::NarrativeDialogue => "brings people into conversations without judgement",
        LeverKind::AssemblyResources => "gives official assemblies money and staff",
        LeverKind::EldersCouncils => "strengthens councils of elders",
        LeverKind::NgoFunding => "funds and trains organisations that mediate",
        LeverKind::CourtFairness => "makes courts fairer",
        LeverKind::PoliceEffectiveness => "makes police more effective",
        LeverKind::MutualHelp => "supports networks of mutual help",
        LeverKind::ReactiveReform => "reforms official bodies after a grave incident",
        LeverKind::FactCorrection => "checks facts in public",
        LeverKind::PlatformAction => "removes coordinated accounts from platforms",
        LeverKind::OpenRiskMap => "opens the authorities' map of risks",
    }
}
