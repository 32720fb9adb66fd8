//! What two scenarios must have in common to be the same run up to a day: a branch may change only what comes
//! later.

use super::{DAYS_PER_WEEK, Lever, Scenario, Shock, ShockKind, Wave};

/// The first key in which two scenarios differ before the end of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// The key, as far as it can be told.
    pub key: String,
    /// What may differ there.
    pub allowed: String,
}

/// Where `branch` leaves `trunk` before week `week` is over; nothing if it does not. Names, sources and the
/// number of replicates do not count.
pub fn parting(trunk: &Scenario, branch: &Scenario, week: u32) -> Option<Parting> {
    // Taken apart by name: a new field does not compile until it is clear whether it lies in the past.
    let Scenario {
        name: _,
        question: _,
        start,
        weeks,
        scale,
        seed,
        replicates: _,
        currency,
        regions,
        provenance: _,
        statements: _,
        gates,
        border_norm_per_day,
        groups,
        listed,
        relations,
        waves,
        shocks,
        levers,
        land,
        projects,
        mediators,
        channels,
        accounts,
        parameters,
    } = branch;
    let same = "the value of the scenario the checkpoint comes from";
    if *weeks < week {
        let allowed = format!("{week} or more, the week of the checkpoint");
        return Some(Parting { key: "weeks".into(), allowed });
    }
    let fixed = [
        ("start", *start == trunk.start),
        ("scale", *scale == trunk.scale),
        ("seed", *seed == trunk.seed),
        ("currency", *currency == trunk.currency),
        ("regions", *regions == trunk.regions),
        ("gates", *gates == trunk.gates),
        ("border.norm_per_day", *border_norm_per_day == trunk.border_norm_per_day),
        ("groups", *groups == trunk.groups && *listed == trunk.listed),
        ("relations", *relations == trunk.relations),
        ("land", *land == trunk.land),
        ("projects", *projects == trunk.projects),
        ("mediators", *mediators == trunk.mediators),
        ("channels", *channels == trunk.channels),
        ("accounts", *accounts == trunk.accounts),
    ];
    let other = fixed.iter().find(|(_, equal)| !equal).map(|(key, _)| (*key).to_owned());
    let parameter = || {
        let before = trunk.parameters.flat();
        parameters.flat().into_iter().find(|(id, x)| before.get(id) != Some(x)).map(|(id, _)| id)
    };
    if let Some(key) = other.or_else(parameter) {
        return Some(Parting { key, allowed: same.to_owned() });
    }
    let day = i64::from(week * DAYS_PER_WEEK);
    let key = entries("waves", &trunk.waves, waves, &|w| wave(w, day))
        .or_else(|| entries("shocks", &trunk.shocks, shocks, &|s| shock(s, day)))
        .or_else(|| entries("levers", &trunk.levers, levers, &|l| lever(l, day)))?;
    let allowed = format!("{same}; only what begins after week {week} may differ");
    Some(Parting { key, allowed })
}

/// An entry as far as it lies in the past: its id, and its keys as they read there.
struct Past {
    id: String,
    keys: Vec<(&'static str, String)>,
}

/// The first key in which the pasts of two lists differ.
fn entries<T>(
    list: &str,
    trunk: &[T],
    branch: &[T],
    past: &dyn Fn(&T) -> Option<Past>,
) -> Option<String> {
    let trunk: Vec<Past> = trunk.iter().filter_map(past).collect();
    let branch: Vec<Past> = branch.iter().filter_map(past).collect();
    let missing = |from: &[Past], of: &[Past]| {
        from.iter().find(|x| of.iter().all(|y| y.id != x.id)).map(|x| format!("{list}.{}", x.id))
    };
    if let Some(key) = missing(&trunk, &branch).or_else(|| missing(&branch, &trunk)) {
        return Some(key);
    }
    for (x, y) in trunk.iter().zip(&branch) {
        if x.id != y.id {
            // The same entries in another order.
            return Some(list.to_owned());
        }
        if let Some(((key, _), _)) = x.keys.iter().zip(&y.keys).find(|(a, b)| a.1 != b.1) {
            return Some(format!("{list}.{}.{key}", x.id));
        }
    }
    None
}

/// A wave that may have brought somebody before `day`.
fn wave(wave: &Wave, day: i64) -> Option<Past> {
    let Wave {
        id,
        group,
        daily,
        household_size,
        income_median,
        income_sigma,
        savings_months,
        skill_shares,
        transit_share,
        outside_income_share,
        pro_state_share,
        status: _,
        source: _,
    } = wave;
    let before = &daily[..daily.len().min(day.max(0) as usize)];
    let last = before.iter().rposition(|&n| n > 0.0)?;
    let keys = vec![
        ("group", group.to_string()),
        ("household_size", format!("{household_size:?}")),
        ("income_median_per_month", format!("{income_median:?}")),
        ("income_sigma", format!("{income_sigma:?}")),
        ("savings_months", format!("{savings_months:?}")),
        ("skill_shares", format!("{skill_shares:?}")),
        ("transit_share", format!("{transit_share:?}")),
        ("outside_income_share", format!("{outside_income_share:?}")),
        ("pro_state_share", format!("{pro_state_share:?}")),
        ("arrivals", format!("{:?}", &before[..=last])),
    ];
    Some(Past { id: id.clone(), keys })
}

/// A shock that began before `day`.
fn shock(shock: &Shock, day: i64) -> Option<Past> {
    let Shock { id, day: first, days, region, kind, source: _ } = shock;
    let (kind, target, key, value) = match kind {
        ShockKind::Rents { log_change } => ("rents", None, "change", log_change),
        ShockKind::Prices { log_change } => ("prices", None, "change", log_change),
        ShockKind::Media { target, coverage } => ("media", Some(target), "coverage", coverage),
        ShockKind::Incident { target, severity } => {
            ("incident", Some(target), "severity", severity)
        }
        ShockKind::StateThreat { target, level } => ("state_threat", Some(target), "level", level),
        ShockKind::Drought { log_change } => ("drought", None, "change", log_change),
        ShockKind::KinMedia { target, level } => ("kin_media", Some(target), "level", level),
        ShockKind::KinStandard { target, log_change } => {
            ("kin_standard", Some(target), "change", log_change)
        }
    };
    let keys = vec![
        ("date", first.to_string()),
        ("over", days.to_string()),
        ("region", format!("{region:?}")),
        ("kind", kind.to_owned()),
        ("target", format!("{target:?}")),
        (key, format!("{value:?}")),
    ];
    (*first < day).then(|| Past { id: id.clone(), keys })
}

/// A lever that was in force before `day`. It may end otherwise later.
fn lever(lever: &Lever, day: i64) -> Option<Past> {
    let Lever { id, kind, start_day, end_day, strength, compliance, cost_per_unit, regions } =
        lever;
    let keys = vec![
        ("kind", kind.name()),
        ("start", start_day.to_string()),
        ("end", end_day.min(&day).to_string()),
        ("strength", format!("{strength:?}")),
        ("compliance", format!("{compliance:?}")),
        ("cost_per_unit", format!("{cost_per_unit:?}")),
        ("regions", format!("{regions:?}")),
    ];
    (*strength > 0.0 && *start_day < day).then(|| Past { id: id.clone(), keys })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{LeverKind, testing};

    const WEEK: u32 = 10;

    /// Two towns with a lever and a shock on either side of day 70.
    fn trunk() -> Scenario {
        let mut scenario = testing::two_towns();
        let lever = |id: &str, start_day, end_day| Lever {
            id: id.into(),
            kind: LeverKind::RentAid,
            start_day,
            end_day,
            strength: 0.5,
            compliance: 0.5,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        };
        scenario.levers = vec![lever("early", 35, 100), lever("late", 70, 140)];
        let shock = |id: &str, day| Shock {
            id: id.into(),
            day,
            days: 14,
            region: None,
            kind: ShockKind::Media { target: 1, coverage: 1.0 },
            source: String::new(),
        };
        scenario.shocks = vec![shock("before", 69), shock("after", 70)];
        scenario
    }

    fn key(change: impl FnOnce(&mut Scenario)) -> Option<String> {
        let mut branch = trunk();
        change(&mut branch);
        parting(&trunk(), &branch, WEEK).map(|found| found.key)
    }

    #[test]
    fn the_future_may_differ() {
        assert_eq!(key(|_| {}), None);
        assert_eq!(key(|s| s.weeks = WEEK), None);
        assert_eq!(key(|s| s.weeks = 60), None);
        assert_eq!(key(|s| (s.replicates, s.name) = (9, "other".into())), None);
        assert_eq!(key(|s| s.levers[0].end_day = 70), None);
        assert_eq!(key(|s| s.levers[0].end_day = 300), None);
        assert_eq!(key(|s| s.levers[1].strength = 1.0), None);
        assert_eq!(key(|s| s.levers.truncate(1)), None);
        assert_eq!(key(|s| s.levers.swap(0, 1)), None);
        assert_eq!(key(|s| s.shocks.truncate(1)), None);
        assert_eq!(key(|s| s.shocks[1].kind = ShockKind::Prices { log_change: 0.1 }), None);
        assert_eq!(key(|s| s.waves[0].daily[70] = 400.0), None);
        assert_eq!(key(|s| s.waves[0].daily.truncate(70)), None);
        let wave = |s: &mut Scenario, day: usize| {
            let mut wave = s.waves[0].clone();
            wave.id = "second".into();
            wave.daily.fill(0.0);
            wave.daily[day] = 1.0;
            s.waves.push(wave);
        };
        assert_eq!(key(|s| wave(s, 70)), None);
        assert_eq!(key(|s| wave(s, 69)).as_deref(), Some("waves.second"));
    }

    #[test]
    fn a_difference_in_the_past_is_named() {
        let found = [
            key(|s| s.weeks = WEEK - 1),
            key(|s| s.seed += 1),
            key(|s| s.scale = 0.5),
            key(|s| s.regions[0].population += 1.0),
            key(|s| s.border_norm_per_day += 1.0),
            key(|s| s.groups[0].income_factor = 2.0),
            key(|s| s.parameters.housing.markdown += 0.1),
            key(|s| s.levers[0].end_day = 69),
            key(|s| s.levers[0].start_day = 36),
            key(|s| s.levers[0].strength = 0.6),
            key(|s| s.levers[0].strength = 0.0),
            key(|s| s.levers[1].start_day = 69),
            key(|s| s.shocks[0].days = 15),
            key(|s| s.shocks[0].day -= 1),
            key(|s| s.shocks[0].kind = ShockKind::Media { target: 1, coverage: 2.0 }),
            key(|s| s.shocks[1].day = 69),
            key(|s| s.shocks.clear()),
            key(|s| s.waves[0].daily[69] = 41.0),
            key(|s| s.waves[0].household_size = 3.0),
            key(|s| s.waves.clear()),
        ];
        let found: Vec<String> = found.into_iter().map(Option::unwrap_or_default).collect();
        let wanted = [
            "weeks",
            "seed",
            "scale",
            "regions",
            "border.norm_per_day",
            "groups",
            "housing.markdown",
            "levers.early.end",
            "levers.early.start",
            "levers.early.strength",
            "levers.early",
            "levers.late",
            "shocks.before.over",
            "shocks.before.date",
            "shocks.before.coverage",
            "shocks.after",
            "shocks.before",
            "waves.wave.arrivals",
            "waves.wave.household_size",
            "waves.wave",
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn entries_of_the_past_keep_their_order() {
        let mut trunk = trunk();
        trunk.levers[1].start_day = 0;
        let mut branch = trunk.clone();
        branch.levers.swap(0, 1);
        assert_eq!(parting(&trunk, &branch, WEEK).map(|p| p.key).as_deref(), Some("levers"));
    }
}
