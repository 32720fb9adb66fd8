//! Outside events: one by one where they are few, drifts of rents and prices summed up where many.

use super::page::{Cell, Page};
use crate::engine::math;
use crate::report::calendar::{Calendar, words};
use crate::report::text::{fixed, significant};
use crate::scenario::{DAYS_PER_WEEK, Scenario, Shock, ShockKind};

/// Drifts of one kind and reach above this number share a row.
const FEW: usize = 3;

/// Which drifts are told together: rents or prices, of the whole country or of single regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drift {
    Rents,
    RentsOfRegions,
    Prices,
    PricesOfRegions,
}

impl Drift {
    fn of(shock: &Shock) -> Option<Self> {
        match (&shock.kind, shock.region) {
            (ShockKind::Rents { .. }, None) => Some(Self::Rents),
            (ShockKind::Rents { .. }, Some(_)) => Some(Self::RentsOfRegions),
            (ShockKind::Prices { .. }, None) => Some(Self::Prices),
            (ShockKind::Prices { .. }, Some(_)) => Some(Self::PricesOfRegions),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rents => "Season and trend of asking rents",
            Self::RentsOfRegions => "Season and trend of asking rents, single regions",
            Self::Prices => "Outside drift of consumer prices",
            Self::PricesOfRegions => "Outside drift of consumer prices, single regions",
        }
    }

    fn regional(self) -> bool {
        matches!(self, Self::RentsOfRegions | Self::PricesOfRegions)
    }
}

/// Outside events of the scenario.
pub fn events(page: &mut Page, calendar: &Calendar, scenario: &Scenario) {
    if scenario.shocks.is_empty() {
        page.paragraph("", "No other outside event is part of this scenario.");
        return;
    }
    let mut single = Vec::new();
    let mut summed = Vec::new();
    let kinds = [Drift::Rents, Drift::RentsOfRegions, Drift::Prices, Drift::PricesOfRegions];
    let of = |kind: Drift| scenario.shocks.iter().filter(move |s| Drift::of(s) == Some(kind));
    for shock in &scenario.shocks {
        if Drift::of(shock).is_none_or(|kind| of(kind).count() <= FEW) {
            single.push(row(calendar, scenario, shock));
        }
    }
    for kind in kinds.into_iter().filter(|kind| of(*kind).count() > FEW) {
        let shocks: Vec<&Shock> = of(kind).collect();
        summed.push(sum(calendar, scenario, kind, &shocks));
    }
    if !single.is_empty() {
        page.table(
            "Outside events: given to the model, not explained by it.",
            &["What", "From", "Days", "Region", "Status", "Source or reason"],
            &single,
        );
    }
    if !summed.is_empty() {
        page.table(
            "Outside drifts, summed up. Each step with its date and source is in scenario.resolved.toml.",
            &["What", "Steps", "From", "To", "Change", "Status of the steps"],
            &summed,
        );
    }
    if scenario.shocks.iter().any(|s| matches!(s.kind, ShockKind::Media { .. })) {
        page.paragraph(
            "soft",
            "Media coverage comes on top of what the events themselves bring into the media; at an intensity of \
             0.3 it would by itself lift attention by about a quarter in a week.",
        );
    }
}

fn percent(log: f64) -> String {
    let change = 100.0 * (math::exp(log) - 1.0);
    format!("{}{}%", if change > 0.0 { "+" } else { "" }, fixed(change, 1))
}

/// Status of an event as the scenario file states it.
fn status(scenario: &Scenario, shock: &Shock) -> &'static str {
    let said = scenario.statements.iter().find(|s| s.part == "shock" && s.id == shock.id);
    said.map_or("", |s| s.status)
}

fn row(calendar: &Calendar, scenario: &Scenario, shock: &Shock) -> Vec<Cell> {
    let target = |t: usize| scenario.groups[t].label.as_str();
    let what = match &shock.kind {
        ShockKind::Rents { log_change } => {
            format!("Season or trend of asking rents: {} in all", percent(*log_change))
        }
        ShockKind::Prices { log_change } => {
            format!("Outside drift of consumer prices: {} in all", percent(*log_change))
        }
        ShockKind::Media { target: t, coverage } => {
            format!("Media coverage of {}, intensity {}", target(*t), fixed(*coverage, 2))
        }
        ShockKind::Incident { target: t, severity } => format!(
            "Violent event directed at {}, severity {} on a scale from 1 to 2000",
            target(*t),
            significant(*severity, 3)
        ),
        ShockKind::StateThreat { target: t, level } => format!(
            "Perceived threat from the state people link with {} moves to {} (0 to 1)",
            target(*t),
            fixed(*level, 2)
        ),
        ShockKind::Drought { log_change } => {
            format!("Yield of land and water: {} in all", percent(*log_change))
        }
        ShockKind::KinMedia { target: t, level } => format!(
            "Media of the kin state of {} reach {} of those they could reach beyond the usual",
            target(*t),
            format_args!("{}%", fixed(100.0 * level, 0))
        ),
        ShockKind::KinStandard { target: t, log_change } => format!(
            "Standard of living in the kin state of {}: {} in all",
            target(*t),
            percent(*log_change)
        ),
    };
    let region = shock.region.map_or("all", |r| scenario.regions[r].name.as_str());
    vec![
        Cell::Noted(what, words(&shock.id)),
        Cell::When(calendar.date(shock.day)),
        Cell::Number(shock.days.to_string()),
        Cell::Text(region.to_owned()),
        Cell::Text(status(scenario, shock).to_owned()),
        Cell::Text(shock.source.clone()),
    ]
}

/// One row for many steps.
fn sum(calendar: &Calendar, scenario: &Scenario, kind: Drift, shocks: &[&Shock]) -> Vec<Cell> {
    let last = i64::from(calendar.weeks * DAYS_PER_WEEK);
    // What a step does within the run.
    let within = |shock: &Shock| {
        let (ShockKind::Rents { log_change } | ShockKind::Prices { log_change }) = shock.kind
        else {
            return 0.0;
        };
        let done = |day: i64| ((day - shock.day) as f64 / f64::from(shock.days)).clamp(0.0, 1.0);
        log_change * (done(last) - done(0))
    };
    let first = shocks.iter().map(|s| s.day.max(0)).min().unwrap_or(0);
    let end = shocks.iter().map(|s| s.day + i64::from(s.days) - 1).max().unwrap_or(0).min(last - 1);
    let change = if kind.regional() {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for shock in shocks {
            low = low.min(within(shock));
            high = high.max(within(shock));
        }
        format!("{} to {} a step", percent(low), percent(high))
    } else {
        format!("{} over the run", percent(shocks.iter().map(|s| within(s)).sum()))
    };
    let mut origin = Vec::new();
    for word in ["source", "derived", "assumed"] {
        let n = shocks.iter().filter(|s| status(scenario, s) == word).count();
        if n > 0 {
            origin.push(format!("{n} {word}"));
        }
    }
    vec![
        Cell::Text(kind.name().to_owned()),
        Cell::Number(shocks.len().to_string()),
        Cell::When(calendar.date(first)),
        Cell::When(calendar.date(end)),
        Cell::Text(change),
        Cell::Text(origin.join(", ")),
    ]
}
