//! `seeds/switches.toml`: what can be switched off, and readings that contradict each other.

use std::sync::OnceLock;

use serde::Deserialize;
use time::Duration;

use crate::scenario::{Scenario, ShockKind};

/// A part of the model that can be taken out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    /// Id on the command line and in `ablation.csv`.
    pub id: String,
    /// The step of the week it takes out as a whole, if it does.
    #[serde(default)]
    pub mechanism: Option<String>,
    /// Claims it takes out.
    #[serde(default)]
    pub cards: Vec<String>,
    /// What the world is without it, one sentence.
    pub without: String,
    /// What it sets, as `path=value`; `*` stands for every entry.
    pub set: Vec<String>,
}

/// A question to which the documents give more than one answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contradiction {
    /// Id on the command line and in `tournament.csv`.
    pub id: String,
    /// What is asked.
    pub question: String,
    /// The shipped scenario in which the readings are compared.
    pub scenario: String,
    /// Claims that contradict each other.
    pub cards: Vec<String>,
    /// The answers.
    pub readings: Vec<Reading>,
}

/// One answer to the question of a [`Contradiction`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Id, unique among its fellows.
    pub id: String,
    /// What it claims, in neutral words.
    pub claim: String,
    /// Claims of the documents behind it.
    pub cards: Vec<String>,
    /// What it sets, as `path=value`; `*` stands for every entry.
    #[serde(default)]
    pub set: Vec<String>,
    /// Policies it adds.
    #[serde(default)]
    pub levers: Vec<ReadingLever>,
}

/// A policy of a reading, dated by weeks so that it fits any scenario.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingLever {
    /// Kind as in scenario files.
    pub kind: String,
    /// Strength.
    pub strength: f64,
    /// Share who comply, `[0, 1]`.
    pub compliance: f64,
    /// Cost per unit, currency.
    pub cost_per_unit: f64,
    /// First week.
    pub from_week: u32,
    /// Last week; the last of the scenario if left out.
    #[serde(default)]
    pub to_week: Option<u32>,
    /// Codes of the regions it covers; none = all.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// Everything that can be switched.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    /// Parts that can be taken out, in file order.
    pub off: Vec<Off>,
    /// Contradictions, in file order.
    pub contradiction: Vec<Contradiction>,
}

/// The shipped switches, read once.
pub fn switches() -> &'static Switches {
    static SWITCHES: OnceLock<Switches> = OnceLock::new();
    SWITCHES.get_or_init(|| {
        toml::from_str(include_str!("../../seeds/switches.toml"))
            .expect("the embedded switches are tested to load")
    })
}

impl Off {
    /// The `--set` arguments that take it out of `scenario`; none where it has no part in it.
    pub fn sets(&self, scenario: &Scenario) -> Vec<String> {
        self.set.iter().flat_map(|set| expand(set, scenario)).collect()
    }
}

impl Reading {
    /// The `--set` arguments that make `scenario` follow this reading.
    pub fn sets(&self, scenario: &Scenario) -> Vec<String> {
        let plain = self.set.iter().flat_map(|set| expand(set, scenario));
        plain.chain(self.levers.iter().map(|lever| lever.set(&self.id, scenario))).collect()
    }
}

impl ReadingLever {
    fn set(&self, reading: &str, scenario: &Scenario) -> String {
        let day = |week: u32| scenario.start.saturating_add(Duration::weeks(i64::from(week)));
        let (first, last) = (self.from_week.max(1) - 1, self.to_week.unwrap_or(scenario.weeks));
        let regions: Vec<String> = self.regions.iter().map(|code| format!("\"{code}\"")).collect();
        format!(
            "levers=[{{id=\"{reading}-{}\",kind=\"{}\",start={},end={},strength={:?},compliance={:?},\
             cost_per_unit={:?},regions=[{}]}}]",
            self.kind.replace('_', "-"),
            self.kind,
            day(first),
            day(last),
            self.strength,
            self.compliance,
            self.cost_per_unit,
            regions.join(",")
        )
    }
}

/// One argument for every entry that `*` stands for.
fn expand(set: &str, scenario: &Scenario) -> Vec<String> {
    let Some((before, after)) = set.split_once(".*.") else { return vec![set.to_owned()] };
    let ids: Vec<&str> = match before.split_once('.') {
        None if before == "waves" => scenario.waves.iter().map(|w| w.id.as_str()).collect(),
        None if before == "mediators" => scenario.mediators.iter().map(|m| m.id.as_str()).collect(),
        Some(("levers", kind)) => scenario
            .levers
            .iter()
            .filter(|l| l.kind.name() == kind)
            .map(|l| l.id.as_str())
            .collect(),
        Some(("shocks", kind)) => scenario
            .shocks
            .iter()
            .filter(|s| named(&s.kind) == kind)
            .map(|s| s.id.as_str())
            .collect(),
        _ => Vec::new(),
    };
    let list = before.split('.').next().unwrap_or(before);
    ids.into_iter().map(|id| format!("{list}.{id}.{after}")).collect()
}

fn named(kind: &ShockKind) -> &'static str {
    match kind {
        ShockKind::Rents { .. } => "rents",
        ShockKind::Prices { .. } => "prices",
        ShockKind::Media { .. } => "media",
        ShockKind::Incident { .. } => "incident",
        ShockKind::StateThreat { .. } => "state_threat",
        ShockKind::Drought { .. } => "drought",
        ShockKind::KinMedia { .. } => "kin_media",
        ShockKind::KinStandard { .. } => "kin_standard",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cards::{CardStatus, register};
    use crate::mechanisms::schedule::WEEK;
    use crate::scenario::{Source, load};

    fn small_town() -> Scenario {
        load(&Source::Shipped("small-town".into()), &[]).unwrap().scenario
    }

    #[test]
    fn every_step_of_the_week_can_be_switched_off() {
        let taken: Vec<&str> =
            switches().off.iter().filter_map(|o| o.mechanism.as_deref()).collect();
        for step in WEEK {
            assert!(
                taken.contains(&step.name),
                "seeds/switches.toml has no [[off]] with mechanism = {:?}",
                step.name
            );
        }
        assert!(taken.iter().all(|name| WEEK.iter().any(|step| step.name == *name)));
    }

    #[test]
    fn ids_are_unique_and_everyone_says_what_it_means() {
        let s = switches();
        let ids: BTreeSet<&str> = s.off.iter().map(|o| o.id.as_str()).collect();
        assert_eq!(ids.len(), s.off.len());
        assert!(s.off.iter().all(|o| o.without.len() > 15 && !o.set.is_empty()));
        for c in &s.contradiction {
            let ids: BTreeSet<&str> = c.readings.iter().map(|r| r.id.as_str()).collect();
            assert!(ids.len() == c.readings.len() && ids.len() > 1, "{}", c.id);
            assert!(c.readings.iter().all(|r| r.claim.len() > 15), "{}", c.id);
        }
    }

    #[test]
    fn cards_exist_and_are_used_by_the_model() {
        let s = switches();
        let named = s.off.iter().flat_map(|o| &o.cards);
        let read = s.contradiction.iter().flat_map(|c| &c.cards);
        for id in named.chain(read) {
            let card = register().cards.iter().find(|c| c.id == *id);
            assert!(card.is_some_and(|c| c.status != CardStatus::OutOfScope), "{id}");
        }
        for c in &s.contradiction {
            let of_readings: BTreeSet<&String> = c.readings.iter().flat_map(|r| &r.cards).collect();
            assert_eq!(of_readings, c.cards.iter().collect(), "{}", c.id);
        }
    }

    #[test]
    fn every_switch_and_reading_makes_a_sound_scenario_that_differs() {
        let town = load(&Source::Shipped("small-town".into()), &[]).unwrap();
        for off in &switches().off {
            let sets = off.sets(&town.scenario);
            let loaded = load(&Source::Shipped("small-town".into()), &sets);
            let loaded = loaded.unwrap_or_else(|faults| panic!("{}: {faults:?}", off.id));
            assert!(loaded.hash != town.hash || sets.is_empty(), "{} changes nothing", off.id);
        }
        for c in &switches().contradiction {
            let base = load(&Source::Shipped(c.scenario.clone()), &[]).unwrap().scenario;
            let mut hashes = BTreeSet::new();
            for r in &c.readings {
                let loaded = load(&Source::Shipped(c.scenario.clone()), &r.sets(&base));
                let loaded = loaded.unwrap_or_else(|faults| panic!("{}: {faults:?}", r.id));
                assert!(hashes.insert(loaded.hash), "{}: two readings are one", c.id);
            }
        }
    }

    #[test]
    fn stars_stand_for_every_entry_of_a_kind() {
        let town = small_town();
        let rents = expand("shocks.rents.*.change=0 %", &town);
        assert_eq!(rents, ["shocks.summer-rents.change=0 %", "shocks.autumn-rents.change=0 %"]);
        assert!(expand("shocks.prices.*.change=0 %", &town).is_empty());
        assert_eq!(expand("waves.*.norm_per_day=9", &town), ["waves.newcomers.norm_per_day=9"]);
    }

    #[test]
    fn a_lever_of_a_reading_is_dated_by_weeks() {
        let town = small_town();
        let lever = ReadingLever {
            kind: "enforcement".into(),
            strength: 0.5,
            compliance: 1.0,
            cost_per_unit: 10.0,
            from_week: 3,
            to_week: None,
            regions: vec!["TOWN".into()],
        };
        let set = lever.set("harder", &town);
        let loaded = load(&Source::Shipped("small-town".into()), &[set]).unwrap().scenario;
        assert_eq!((loaded.levers[0].start_day, loaded.levers[0].end_day), (14, 364));
        assert_eq!(loaded.levers[0].regions, [0]);
    }
}
