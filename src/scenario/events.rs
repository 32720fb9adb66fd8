//! What happens and when: waves, shocks and levers.

use time::Date;

use super::context::Context;
use super::diagnostics::listed;
use super::model::{DAYS_PER_WEEK, Lever, LeverKind, SKILLS, Shock, ShockKind, Wave};
use super::schema::{CurveFile, LeverFile, ScenarioFile, ShockFile, ShockName, WaveFile};
use super::units::{self, Share};
use crate::engine::math;

/// Columns of an arrivals file.
const ARRIVALS: [&str; 4] = ["date", "gross_per_day", "status", "source"];
/// Most persons a day, far above any border.
const MOST_PER_DAY: f64 = 1e9;

/// Days from the start of the scenario.
pub(super) fn day_of(raw: &ScenarioFile, date: Date) -> i64 {
    i64::from(date.to_julian_day()) - i64::from(raw.start.0.to_julian_day())
}

/// Days the scenario runs.
pub(super) fn days_in(raw: &ScenarioFile) -> i64 {
    i64::from(raw.weeks) * i64::from(DAYS_PER_WEEK)
}

/// Shares of skill as plain numbers that sum to 1.
pub(super) fn skills(context: &mut Context, path: &str, shares: &[Share; SKILLS]) -> [f64; SKILLS] {
    context.whole(&format!("{path}.skill_shares"), shares.map(|share| share.0))
}

/// All waves.
pub(super) fn waves(context: &mut Context, raw: &ScenarioFile) -> Vec<Wave> {
    let ids: Vec<String> = raw.waves.iter().map(|wave| wave.id.clone()).collect();
    let mut out = Vec::new();
    for (i, wave) in raw.waves.iter().enumerate() {
        let path = format!("waves[{i}]");
        context.id("waves", i, &ids);
        let group = context.group(&format!("{path}.group"), &wave.group).unwrap_or(0);
        let daily = daily(context, raw, wave, &path);
        out.push(Wave {
            id: wave.id.clone(),
            group,
            daily,
            household_size: wave.household_size,
            income_median: wave.income_median_per_month,
            income_sigma: wave.income_sigma,
            savings_months: wave.savings_months,
            skill_shares: skills(context, &path, &wave.skill_shares),
            transit_share: wave.transit_share.0,
            outside_income_share: wave.outside_income_share.0,
            pro_state_share: wave.pro_state_share.0,
            status: wave.status.word(),
            source: wave.source.clone(),
        });
    }
    out
}

/// Potential arrivals beyond normal traffic, by day.
fn daily(context: &mut Context, raw: &ScenarioFile, wave: &WaveFile, path: &str) -> Vec<f64> {
    let days = days_in(raw);
    match (&wave.arrivals, &wave.curve) {
        (Some(_), None) => arrivals(context, raw, wave, path),
        (None, Some(curve)) => {
            let start = day_of(raw, curve.start.0);
            if wave.norm_per_day.is_some() {
                let message = "a curve is an excess over normal traffic already".to_owned();
                let allowed = "no `norm_per_day` beside a curve; it changes nothing".to_owned();
                context.note(&format!("{path}.norm_per_day"), message, allowed);
            }
            if start >= days {
                late(context, &format!("{path}.curve.start"));
            } else if start < 0 {
                let message = "those who came before the first week are left out".to_owned();
                let allowed = "a date within the weeks of the scenario".to_owned();
                context.note(&format!("{path}.curve.start"), message, allowed);
            }
            (0..days).map(|day| on_curve(curve, (day - start) as f64)).collect()
        }
        (given, _) => {
            let found = if given.is_some() { "both" } else { "neither" };
            let message = "a wave needs either `arrivals` or `curve`".to_owned();
            let allowed = "`arrivals = \"data/file.csv\"`, or a table `[waves.curve]`".to_owned();
            let place = if given.is_some() { format!("{path}.curve") } else { path.to_owned() };
            context.error_found(&place, message, found.to_owned(), allowed, None);
            Vec::new()
        }
    }
}

/// Persons on the day `since` the first one of a curve: a straight rise, then exponential decay.
fn on_curve(curve: &CurveFile, since: f64) -> f64 {
    let (rise, decay) = (curve.rise.0, curve.decay.0);
    if since < 0.0 {
        0.0
    } else if since < rise {
        curve.peak_per_day * (since + 1.0).min(rise) / rise
    } else {
        curve.peak_per_day * math::exp(-(since + 1.0 - rise) / decay)
    }
}

fn arrivals(context: &mut Context, raw: &ScenarioFile, wave: &WaveFile, path: &str) -> Vec<f64> {
    let days = days_in(raw);
    let mut daily = vec![0.0; days as usize];
    if wave.norm_per_day.is_none() && raw.border.is_none() {
        let message = format!("no normal traffic to take off the arrivals of `{}`", wave.id);
        let allowed = "`norm_per_day` here, or a table `[border]`".to_owned();
        context.error_found(path, message, "neither".to_owned(), allowed, None);
    }
    let norm = wave.norm_per_day.or(raw.border.as_ref().map(|b| b.norm_per_day)).unwrap_or(0.0);
    let Some(csv) = context.read_csv(&format!("{path}.arrivals"), &ARRIVALS, true) else {
        return daily;
    };
    let column = |name: &str| csv.column(name).unwrap_or(0);
    let [date_at, gross_at, status_at, source_at] = ARRIVALS.map(column);
    let mut steps: Vec<(i64, f64)> = Vec::new();
    for row in &csv.rows {
        let (text, origin) = &row.cells[date_at];
        let date = units::parse_date(text);
        let gross = row.cells[gross_at].0.parse::<f64>().ok();
        let gross = gross.filter(|g| (0.0..=MOST_PER_DAY).contains(g));
        let mut fault = |(text, origin): &(String, super::tree::Origin),
                         name: &str,
                         allowed: &str| {
            let message = format!("wrong value in column `{name}`");
            let found = if text.is_empty() { "an empty cell".into() } else { format!("`{text}`") };
            context.cell_error(origin, name, message, found, allowed.to_owned(), None);
        };
        if gross.is_none() {
            fault(&row.cells[gross_at], "gross_per_day", "persons a day, from 0 to 1e9");
        }
        if !["source", "derived", "assumed"].contains(&row.cells[status_at].0.as_str()) {
            fault(&row.cells[status_at], "status", "`source`, `derived`, `assumed`");
        }
        if row.cells[source_at].0.is_empty() {
            fault(&row.cells[source_at], "source", "a source, or the reason of an assumption");
        }
        let Ok(date) = date else {
            fault(&row.cells[date_at], "date", "a date such as 2022-09-21");
            continue;
        };
        let day = day_of(raw, date);
        if steps.last().is_some_and(|&(last, _)| last >= day) {
            let message = "dates do not rise".to_owned();
            let allowed = "a date after that of the row above".to_owned();
            context.cell_error(origin, "date", message, format!("`{text}`"), allowed, None);
            continue;
        }
        steps.push((day, gross.unwrap_or(norm)));
    }
    for (i, &(day, gross)) in steps.iter().enumerate() {
        let until = steps.get(i + 1).map_or(day + 1, |&(next, _)| next);
        for d in day.max(0)..until.min(days) {
            daily[d as usize] = (gross - norm).max(0.0);
        }
    }
    if steps.first().is_some_and(|&(day, _)| day >= days) {
        late(context, &format!("{path}.arrivals"));
    }
    daily
}

/// Note that what stands at `path` begins after the last week.
pub(super) fn late(context: &mut Context, path: &str) {
    let message = "this begins after the last week and changes nothing".to_owned();
    context.note(path, message, "a date within the weeks of the scenario".to_owned());
}

/// All shocks.
pub(super) fn shocks(context: &mut Context, raw: &ScenarioFile) -> Vec<Shock> {
    let ids: Vec<String> = raw.shocks.iter().map(|shock| shock.id.clone()).collect();
    let mut out = Vec::new();
    for (i, shock) in raw.shocks.iter().enumerate() {
        let path = format!("shocks[{i}]");
        context.id("shocks", i, &ids);
        let day = shock_day(context, raw, shock, &path);
        let region =
            shock.region.as_ref().and_then(|code| context.region(&format!("{path}.region"), code));
        combination(context, shock, &path);
        let days = shock.over.map_or(1, |over| (over.0 + 0.5).max(1.0) as u32);
        let Some(kind) = shock_kind(context, raw, shock, &path) else { continue };
        let source = shock.source.clone();
        out.push(Shock { id: shock.id.clone(), day, days, region, kind, source });
    }
    out
}

fn shock_day(context: &mut Context, raw: &ScenarioFile, shock: &ShockFile, path: &str) -> i64 {
    let (date, key) = match (shock.date, shock.start) {
        (Some(date), None) => (date, "date"),
        (None, Some(start)) => (start, "start"),
        (given, _) => {
            let found = if given.is_some() { "both" } else { "neither" };
            let message = "a shock needs one first day".to_owned();
            let allowed = "either `date` or `start`".to_owned();
            context.error_found(path, message, found.to_owned(), allowed, None);
            return 0;
        }
    };
    let day = day_of(raw, date.0);
    if day >= days_in(raw) {
        late(context, &format!("{path}.{key}"));
    }
    day
}

/// Keys a kind needs, and keys it may have.
fn keys_of(kind: ShockName) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    match kind {
        ShockName::Rents => ("rents", &["change", "over"], &["region"]),
        ShockName::Prices => ("prices", &["change", "over"], &["region"]),
        ShockName::Media => ("media", &["target", "coverage", "over"], &["region"]),
        ShockName::Incident => ("incident", &["target", "severity"], &["region"]),
        ShockName::StateThreat => ("state_threat", &["target", "level"], &["over", "region"]),
        ShockName::Drought => ("drought", &["change", "over"], &["region"]),
        ShockName::KinMedia => ("kin_media", &["target", "level", "over"], &["region"]),
        ShockName::KinStandard => ("kin_standard", &["target", "change", "over"], &[]),
    }
}

/// Report keys that are missing from, or mean nothing in, a shock of this kind.
fn combination(context: &mut Context, shock: &ShockFile, path: &str) {
    let (kind, needed, optional) = keys_of(shock.kind);
    let given = [
        ("over", shock.over.is_some()),
        ("region", shock.region.is_some()),
        ("target", shock.target.is_some()),
        ("change", shock.change.is_some()),
        ("coverage", shock.coverage.is_some()),
        ("severity", shock.severity.is_some()),
        ("level", shock.level.is_some()),
    ];
    let allowed = || {
        let extra = if optional.is_empty() {
            String::new()
        } else {
            format!("; optional: {}", listed(optional.iter().copied()))
        };
        format!("for `{kind}`: {}{extra}", listed(needed.iter().copied()))
    };
    for (key, there) in given {
        if there && !needed.contains(&key) && !optional.contains(&key) {
            let message = format!("`{key}` means nothing in a shock of kind `{kind}`");
            context.error(&format!("{path}.{key}"), message, allowed(), None);
        } else if !there && needed.contains(&key) {
            let message = format!("missing key `{key}` in a shock of kind `{kind}`");
            context.error_found(path, message, "nothing".to_owned(), allowed(), None);
        }
    }
}

/// A group that has a kin state.
fn kin_target(context: &mut Context, raw: &ScenarioFile, g: usize, path: &str) -> Option<usize> {
    if raw.groups[g].kin_state.is_some() {
        return Some(g);
    }
    let with = raw.groups.iter().filter(|x| x.kin_state.is_some()).map(|x| x.id.as_str());
    let with: Vec<&str> = with.collect();
    let near = (with.len() == 1).then(|| format!("{:?}", with[0]));
    let message = format!("group `{}` has no kin state", raw.groups[g].id);
    let allowed = if with.is_empty() {
        "a group with a table `[groups.kin_state]`; no group has one".to_owned()
    } else {
        format!("a group with a table `[groups.kin_state]`: {}", listed(with.iter().copied()))
    };
    context.error(&format!("{path}.target"), message, allowed, near);
    None
}

fn shock_kind(
    context: &mut Context,
    raw: &ScenarioFile,
    shock: &ShockFile,
    path: &str,
) -> Option<ShockKind> {
    let target = match &shock.target {
        Some(name) => context.group(&format!("{path}.target"), name),
        None => None,
    };
    let log_change = shock.change.map(|change| math::ln(1.0 + change.0));
    Some(match shock.kind {
        ShockName::Rents => ShockKind::Rents { log_change: log_change? },
        ShockName::Prices => ShockKind::Prices { log_change: log_change? },
        ShockName::Media => ShockKind::Media { target: target?, coverage: shock.coverage? },
        ShockName::Incident => ShockKind::Incident { target: target?, severity: shock.severity? },
        ShockName::StateThreat => ShockKind::StateThreat { target: target?, level: shock.level?.0 },
        ShockName::Drought => ShockKind::Drought { log_change: log_change? },
        ShockName::KinMedia => {
            let target = kin_target(context, raw, target?, path)?;
            ShockKind::KinMedia { target, level: shock.level?.0 }
        }
        ShockName::KinStandard => {
            let target = kin_target(context, raw, target?, path)?;
            ShockKind::KinStandard { target, log_change: log_change? }
        }
    })
}

/// All levers.
pub(super) fn levers(context: &mut Context, raw: &ScenarioFile) -> Vec<Lever> {
    let ids: Vec<String> = raw.levers.iter().map(|lever| lever.id.clone()).collect();
    let mut out = Vec::new();
    for (i, lever) in raw.levers.iter().enumerate() {
        let path = format!("levers[{i}]");
        context.id("levers", i, &ids);
        out.push(checked_lever(context, raw, lever, &path));
    }
    out
}

fn checked_lever(
    context: &mut Context,
    raw: &ScenarioFile,
    lever: &LeverFile,
    path: &str,
) -> Lever {
    let (start_day, end_day) = (day_of(raw, lever.start.0), day_of(raw, lever.end.0));
    if end_day <= start_day {
        let message = "a lever ends before it works".to_owned();
        let allowed = format!("a date after its `start`, {}", lever.start.0);
        context.error(&format!("{path}.end"), message, allowed, None);
    } else if start_day >= days_in(raw) {
        late(context, &format!("{path}.start"));
    }
    let capacity = matches!(lever.kind, LeverKind::ServiceCapacity | LeverKind::BorderCapacity);
    if lever.strength > 1.0 && !capacity {
        let message = "strength over 1".to_owned();
        let allowed = "a number from 0 to 1; only capacities may rise by more".to_owned();
        context.error(&format!("{path}.strength"), message, allowed, None);
    }
    let mut regions = Vec::new();
    for (r, code) in lever.regions.iter().enumerate() {
        let place = format!("{path}.regions[{r}]");
        let Some(region) = context.region(&place, code) else { continue };
        if lever.regions[..r].contains(code) {
            let message = format!("region `{code}` is given twice");
            context.error(&place, message, "each region once".to_owned(), None);
        }
        regions.push(region);
    }
    Lever {
        id: lever.id.clone(),
        kind: lever.kind,
        start_day,
        end_day,
        strength: lever.strength,
        compliance: lever.compliance.0,
        cost_per_unit: lever.cost_per_unit,
        regions,
    }
}
