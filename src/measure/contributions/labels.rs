//! Every row a contribution can be booked on.

use std::collections::BTreeSet;

use crate::cards::register;
use crate::mechanisms::affect::split::{FEAR, HOSTILITY_PARTS, hostility_parts};
use crate::mechanisms::part::Part;
use crate::mechanisms::schedule::WEEK;
use crate::mechanisms::{acts, trust, wellbeing};

/// Rows that are not parts of one mechanism: what a state started from, its bounds, who is counted.
const COMMON: [Part; 13] = [
    Part::new("start", "settling from where it began", &[]),
    Part::new("bounds", "ends of the scale", &[]),
    Part::new("composition.entered", "those who came in", &[]),
    Part::new("composition.left", "newcomers who went on or back", &[]),
    Part::new("composition.emigrated", "those who left the country", &[]),
    Part::new("composition.moved_in", "those who moved in", &[]),
    Part::new("composition.moved_out", "those who moved away", &[]),
    Part::new("composition.merged", "households that joined another", &[]),
    Part::new("composition.began", "those who began to rent", &[]),
    Part::new("composition.ended", "those who stopped renting", &[]),
    Part::new("composition.weights", "changed size of households", &[]),
    Part::new("composition.shares", "changed shares of groups and regions", &[]),
    Part::new("tension.limits", "ends of a component of tension", &[]),
];

/// What remains of the level at week 0 or at entry.
pub const START: usize = 0;
/// A value cut to its bounds.
pub const BOUNDS: usize = 1;
/// First row of changes in who is counted, in the order of [`Turnover`].
pub const TURNOVER: usize = 2;
/// Changed weights of those who stay.
pub const WEIGHTS: usize = 10;
/// Changed shares of the parts of a whole.
pub const SHARES: usize = 11;
/// A component of tension at an end of its range.
pub const LIMITS: usize = 12;
/// First part of fear.
pub const FEAR_AT: usize = COMMON.len();
/// First part of hostility.
pub const HOSTILITY_AT: usize = FEAR_AT + FEAR.len();
/// First part of trust.
pub const TRUST_AT: usize = HOSTILITY_AT + HOSTILITY_PARTS;
/// First part of life satisfaction.
pub const WELLBEING_AT: usize = TRUST_AT + trust::PARTS.len();
/// First part of the probability of acting.
pub const ACTS_AT: usize = WELLBEING_AT + wellbeing::PARTS.len();
/// First part of the norm.
pub const NORM_AT: usize = ACTS_AT + acts::split::PARTS.len();
/// First of the mechanisms as wholes, in the order of the week.
pub const STEPS_AT: usize = NORM_AT + acts::split::NORM.len();

/// Why a household counts no longer, or from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Turnover {
    /// Came into the country.
    Entered,
    /// A newcomer who went on or back.
    Left,
    /// Left the country.
    Emigrated,
    /// Came from another region.
    MovedIn,
    /// Went to another region.
    MovedOut,
    /// Joined another household.
    Merged,
    /// Began to rent.
    Began,
    /// Stopped renting.
    Ended,
}

impl Turnover {
    /// Whether the kind at this position takes a household out of a pool.
    pub fn leaves(kind: usize) -> bool {
        [Self::Left, Self::Emigrated, Self::MovedOut, Self::Merged, Self::Ended]
            .iter()
            .any(|leaving| *leaving as usize == kind)
    }
}

/// Number of kinds of [`Turnover`].
pub const TURNOVERS: usize = WEIGHTS - TURNOVER;

/// One row of the table of contributions.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Name in the column `mechanism`.
    pub id: String,
    /// The same in plain words.
    pub words: String,
    /// Cards behind it, separated by blanks.
    pub cards: String,
}

/// All rows, in the order of the table.
pub fn labels() -> Vec<Label> {
    let parts = COMMON
        .into_iter()
        .chain(FEAR)
        .chain(hostility_parts())
        .chain(trust::PARTS)
        .chain(wellbeing::PARTS)
        .chain(acts::split::PARTS)
        .chain(acts::split::NORM);
    let of = |wanted: &dyn Fn(&str) -> bool| {
        let found = register().parameters.iter().filter(|p| wanted(&p.id)).flat_map(|p| &p.cards);
        found.map(String::as_str).collect::<BTreeSet<&str>>().into_iter().collect::<Vec<_>>()
    };
    let of_parts = parts.map(|part| Label {
        id: part.id.to_owned(),
        words: part.words.to_owned(),
        cards: of(&|id| part.parameters.contains(&id)).join(" "),
    });
    let of_steps = WEEK.iter().map(|step| Label {
        id: step.name.to_owned(),
        words: words(step.name).to_owned(),
        cards: of(&|id| id.split_once('.').is_some_and(|(first, _)| first == step.name)).join(" "),
    });
    of_parts.chain(of_steps).collect()
}

/// A mechanism as a whole in plain words.
fn words(step: &str) -> &str {
    match step {
        "arrivals" => "arrivals and moves",
        "services" => "queues at service centres",
        "housing" => "rents and homes",
        "labour" => "jobs and wages",
        "affect" => "fear and hostility",
        "exit" => "leaving the country",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_name_and_stands_where_its_part_is_looked_for() {
        let all = labels();
        let ids: BTreeSet<&str> = all.iter().map(|l| l.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        for (at, id) in [
            (TURNOVER + Turnover::Ended as usize, "composition.ended"),
            (WEIGHTS, "composition.weights"),
            (SHARES, "composition.shares"),
            (LIMITS, "tension.limits"),
            (FEAR_AT, "fear.background"),
            (HOSTILITY_AT, "affect.kin"),
            (TRUST_AT, "trust.report"),
            (WELLBEING_AT, "wellbeing.base"),
            (ACTS_AT, "acts.hostility"),
            (NORM_AT, "norm.erosion"),
            (STEPS_AT, WEEK[0].name),
        ] {
            assert_eq!(all[at].id, id);
        }
    }

    #[test]
    fn every_parameter_behind_a_part_exists() {
        let parts = hostility_parts().chain(FEAR).chain(trust::PARTS).chain(wellbeing::PARTS);
        for part in parts.chain(acts::split::PARTS).chain(acts::split::NORM) {
            for id in part.parameters {
                assert!(register().parameter(id).is_some(), "{id}");
            }
        }
    }
}
