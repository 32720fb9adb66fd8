//! What `tournament` finds: readings of a contradiction against each other, and in which weeks they differ.

use std::fmt::Write as _;
use std::ops::Range;

use super::outcomes::Pairing;
use super::output::number;
use super::paired::{Curve, simultaneous};
use crate::measure::{INDICATORS, Key, indicator};

/// Outcomes in which readings are compared, for the whole country and everyone.
pub const OUTCOMES: &[&str] = &[
    "tension",
    "hostility",
    "fear",
    "favourable_share",
    "trust_courts",
    "trust_authorities",
    "asking_rent",
    "incidents",
    "exits",
    "segregation",
    "kin_attachment",
    "home_attachment",
];

/// Two readings compared in one outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Duel {
    /// Number of the contradiction.
    pub contradiction: usize,
    /// Position of the one reading in the runs.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// Id of the outcome.
    pub outcome: &'static str,
    /// Reading `b` minus reading `a`, with a band over all pairs of the contradiction.
    pub curve: Curve,
}

impl Duel {
    /// `differ` or `do_not_differ`: whether the band leaves out zero for four weeks in a row.
    pub fn verdict(&self) -> &'static str {
        if self.curve.apart().is_empty() { "do_not_differ" } else { "differ" }
    }

    /// The week in which the mean lies furthest from zero, and the mean then; nothing if it never does.
    pub fn largest(&self) -> Option<(usize, f64)> {
        let defined = self.curve.mean.iter().copied().enumerate().filter(|(_, x)| !x.is_nan());
        defined.fold(None, |best: Option<(usize, f64)>, (w, x)| match best {
            Some((_, most)) if most.abs() >= x.abs() => best,
            _ => Some((w, x)),
        })
    }
}

/// All pairs of readings of each contradiction; `readings` says which scenarios of the runs are its readings.
pub fn tournament(pairing: &Pairing<'_>, readings: &[Vec<usize>]) -> Vec<Duel> {
    let mut duels = Vec::new();
    for (contradiction, members) in readings.iter().enumerate() {
        let pairs: Vec<(usize, usize)> = members
            .iter()
            .enumerate()
            .flat_map(|(i, a)| members[i + 1..].iter().map(move |b| (*a, *b)))
            .collect();
        let of_outcome = |outcome: &'static str| -> Vec<Duel> {
            let Some(i) = indicator(outcome) else { return Vec::new() };
            let key = Key { region: None, group: None, target: None, indicator: i as u16 };
            let Some(k) = pairing.runs.position(key) else { return Vec::new() };
            let all: Vec<_> = pairs.iter().map(|&(a, b)| pairing.differences(a, b, k)).collect();
            let curves = simultaneous(&all, pairing.draws()).1;
            let duel = |(&(a, b), curve)| Duel { contradiction, a, b, outcome, curve };
            pairs.iter().zip(curves).map(duel).collect()
        };
        let by_outcome: Vec<Vec<Duel>> = OUTCOMES.iter().map(|o| of_outcome(o)).collect();
        for pair in 0..pairs.len() {
            duels.extend(by_outcome.iter().filter_map(|d| d.get(pair).cloned()));
        }
    }
    duels
}

/// `tournament.csv`: one line for each pair and outcome. `ids` names the contradictions, `names` the readings by position.
pub fn tournament_csv(duels: &[Duel], ids: &[String], names: &[String], n: usize) -> String {
    let mut text = String::from(
        "contradiction,a,b,target,indicator,verdict,weeks,first_week,last_week,largest,largest_week,n\n",
    );
    for d in duels {
        let spans = d.curve.apart();
        let weeks: usize = spans.iter().map(|s| s.1 - s.0 + 1).sum();
        let longest: Option<Range<usize>> = spans
            .iter()
            .map(|s| s.0..s.1)
            .reduce(|best, s| if s.len() > best.len() { s } else { best });
        let id = &ids[d.contradiction];
        let (a, b, target) = (&names[d.a], &names[d.b], target(d.outcome));
        let _ = write!(text, "{id},{a},{b},{target},{},{},{weeks},", d.outcome, d.verdict());
        match longest {
            Some(span) => {
                let _ = write!(text, "{},{},", span.start, span.end);
            }
            None => text.push_str(",,"),
        }
        if let Some((week, value)) = d.largest() {
            number(&mut text, value);
            let _ = write!(text, ",{week}");
        } else {
            text.push(',');
        }
        let _ = writeln!(text, ",{n}");
    }
    text
}

/// `curves.csv` of a tournament.
pub fn tournament_curves(duels: &[Duel], ids: &[String], names: &[String]) -> String {
    let mut text = String::from("contradiction,a,b,week,target,indicator,mean,lo,hi\n");
    for d in duels {
        for w in 0..d.curve.mean.len() {
            let (a, b) = (&names[d.a], &names[d.b]);
            let (id, target) = (&ids[d.contradiction], target(d.outcome));
            let _ = write!(text, "{id},{a},{b},{w},{target},{}", d.outcome);
            for value in [d.curve.mean[w], d.curve.lo[w], d.curve.hi[w]] {
                text.push(',');
                number(&mut text, value);
            }
            text.push('\n');
        }
    }
    text
}

fn target(outcome: &str) -> &'static str {
    let by_target = indicator(outcome).is_some_and(|i| INDICATORS[i].by_target);
    if by_target { "all" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::variants::testing::runs;
    use super::*;

    #[test]
    fn readings_that_differ_are_told_with_their_weeks() {
        let runs = runs(4, |v, r, w, _| {
            let shift = if v == 2 && (3..=8).contains(&w) { 5.0 } else { 0.0 };
            f64::from((r * 3 + w as u32 + v as u32) % 4) * 0.1 + shift
        });
        let duels = tournament(&Pairing::new(&runs), &[vec![0, 1, 2]]);
        assert_eq!(duels.len(), 3 * OUTCOMES.len());
        let of = |a, b| duels.iter().find(|d| (d.a, d.b, d.outcome) == (a, b, "tension")).unwrap();
        assert_eq!(of(0, 1).verdict(), "do_not_differ");
        assert_eq!(of(0, 2).curve.apart(), [(3, 8)]);
        let names: Vec<String> = ["x", "y", "z", "-"].map(String::from).to_vec();
        let csv = tournament_csv(&duels, &["cause".into()], &names, 6);
        assert!(csv.contains("cause,x,z,,tension,differ,6,3,8,"), "{csv}");
        assert!(csv.contains("cause,x,y,,tension,do_not_differ,0,,,"), "{csv}");
        assert!(csv.contains(",all,hostility,"));
    }
}
