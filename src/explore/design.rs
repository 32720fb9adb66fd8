//! Designs: which points of the space of inputs are looked at. A point has a value for each input, as `--set` reads
//! it, or none where the scenario's own stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::draws::{Address, Draws, Kind, Purpose, origin_of};
use crate::engine::math::{exp, ln};

/// Most points of a sweep.
pub const MOST_POINTS: usize = 1_000_000;

/// How points are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Every combination of the levels of all inputs.
    Grid,
    /// The scenario as it is, then each input by itself over its levels.
    OneAtATime,
    /// `points` points that fill each range evenly.
    LatinHypercube,
    /// The rows of a table.
    Matrix,
}

/// How a range is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// In equal steps.
    #[default]
    Linear,
    /// In equal factors; the range lies above 0.
    Log,
}

/// The values an input may take.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Any number of a range.
    Range {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
        /// How it is divided.
        scale: Scale,
        /// Levels of a grid, at least 2.
        levels: usize,
        /// Whether only whole numbers are taken; others become the nearest.
        whole: bool,
    },
    /// These, as `--set` reads them.
    Values(Vec<String>),
}

/// Values of the inputs at one point.
pub type Point = Vec<Option<String>>;

/// Draws of a design: its own, so that they share none with a replicate, week 0 or a comparison.
fn draws(seed: u64) -> Draws {
    Draws::new(seed, u32::MAX - 2)
}

/// The seed of a point whose replicates share no random numbers with other points. 53 bits: no reader of numbers
/// loses one.
pub fn seed_of(seed: u64, point: usize) -> u64 {
    let who = Address::new(Kind::Place, 0, point as u64);
    let [a, b, ..] = draws(seed).block(who, 0, Purpose::PointSeed, 0);
    (u64::from(b) << 32 | u64::from(a)) >> 11
}

/// A number as `--set` reads it: shortest form that reads back the same.
pub fn written(x: f64) -> String {
    format!("{x:?}")
}

impl Span {
    /// The value at `share` in `[0, 1]` of the way.
    pub fn at(&self, share: f64) -> String {
        match self {
            Self::Range { low, high, scale, whole, .. } => {
                let x = match scale {
                    _ if share <= 0.0 || low == high => *low,
                    _ if share >= 1.0 => *high,
                    Scale::Linear => low + share * (high - low),
                    Scale::Log => exp(ln(*low) + share * (ln(*high) - ln(*low))),
                };
                // Nothing added to minus nothing is nothing.
                if *whole { format!("{:.0}", x.round() + 0.0) } else { written(x) }
            }
            Self::Values(values) => {
                values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone()
            }
        }
    }

    /// Levels of a grid.
    pub fn levels(&self) -> Vec<String> {
        match self {
            Self::Range { levels, whole, .. } => {
                let at = |i: usize| self.at(i as f64 / (levels - 1) as f64);
                let mut all: Vec<String> = (0..*levels).map(at).collect();
                if *whole {
                    all.dedup();
                }
                all
            }
            Self::Values(values) => values.clone(),
        }
    }

    /// Number of levels of a grid.
    pub fn count(&self) -> usize {
        match self {
            Self::Range { levels, whole: false, .. } => *levels,
            Self::Range { .. } => self.levels().len(),
            Self::Values(values) => values.len(),
        }
    }
}

/// Every combination of levels; the last input moves first.
pub fn grid(spans: &[Span]) -> Vec<Point> {
    let mut points: Vec<Point> = vec![Vec::new()];
    for span in spans {
        let levels = span.levels();
        points = points
            .into_iter()
            .flat_map(|point| {
                levels.iter().map(move |level| {
                    let mut next = point.clone();
                    next.push(Some(level.clone()));
                    next
                })
            })
            .collect();
    }
    points
}

/// The point at which nothing is set, then each input by itself over its levels.
pub fn one_at_a_time(spans: &[Span]) -> Vec<Point> {
    let mut points = vec![vec![None; spans.len()]];
    for (i, span) in spans.iter().enumerate() {
        points.extend(span.levels().into_iter().map(|level| {
            let mut point = vec![None; spans.len()];
            point[i] = Some(level);
            point
        }));
    }
    points
}

/// `count` points; each of the `count` equal parts of every input holds exactly one (`McKay`, Beckman and Conover
/// 1979). An input's draws belong to its path: a new input moves no other.
pub fn latin_hypercube(paths: &[&str], spans: &[Span], count: usize, seed: u64) -> Vec<Point> {
    let draws = draws(seed);
    let mut points = vec![Vec::with_capacity(spans.len()); count];
    for (path, span) in paths.iter().zip(spans) {
        let who = Address::new(Kind::Place, origin_of(path), 0);
        let drawn: Vec<[f64; 2]> =
            (0..count).map(|i| draws.two(who, 0, Purpose::Design, i as u32)).collect();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|a, b| drawn[*a][0].total_cmp(&drawn[*b][0]).then(a.cmp(b)));
        for (part, at) in order.into_iter().enumerate() {
            points[at].push(Some(span.at((part as f64 + drawn[at][1]) / count as f64)));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: f64, high: f64, scale: Scale, levels: usize) -> Span {
        Span::Range { low, high, scale, levels, whole: false }
    }

    fn texts(point: &Point) -> Vec<&str> {
        point.iter().map(|v| v.as_deref().unwrap_or("-")).collect()
    }

    #[test]
    fn a_grid_is_every_combination_in_order() {
        let points =
            grid(&[range(0.0, 1.0, Scale::Linear, 3), Span::Values(vec!["a".into(), "b".into()])]);
        let all: Vec<Vec<&str>> = points.iter().map(texts).collect();
        assert_eq!(all.len(), 6);
        assert_eq!(all[..3], [["0.0", "a"], ["0.0", "b"], ["0.5", "a"]]);
    }

    #[test]
    fn levels_of_a_logarithmic_range_have_equal_factors_and_exact_ends() {
        let levels: Vec<f64> =
            range(0.01, 100.0, Scale::Log, 5).levels().iter().map(|v| v.parse().unwrap()).collect();
        assert_eq!((levels[0], levels[4]), (0.01, 100.0));
        assert!(levels.windows(2).all(|w| (w[1] / w[0] - 10.0).abs() < 1e-9));
    }

    #[test]
    fn a_range_of_whole_numbers_has_each_of_its_levels_once() {
        let whole = |low, high, levels| {
            Span::Range { low, high, scale: Scale::Linear, levels, whole: true }.levels()
        };
        assert_eq!(whole(4.0, 10.0, 4), ["4", "6", "8", "10"]);
        assert_eq!(whole(-0.2, 1.0, 5), ["0", "1"]);
    }

    #[test]
    fn one_at_a_time_moves_one_input_and_begins_with_none() {
        let spans = [range(0.0, 1.0, Scale::Linear, 2), Span::Values(vec!["x".into()])];
        let points = one_at_a_time(&spans);
        let all: Vec<Vec<&str>> = points.iter().map(texts).collect();
        assert_eq!(all, [["-", "-"], ["0.0", "-"], ["1.0", "-"], ["-", "x"]]);
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_part_and_a_new_input_moves_no_other() {
        let spans = [range(2.0, 6.0, Scale::Linear, 2), range(1.0, 16.0, Scale::Log, 2)];
        let points = latin_hypercube(&["a.x", "b.y"], &spans, 40, 7);
        let number = |p: &Point, i: usize| p[i].as_ref().unwrap().parse::<f64>().unwrap();
        let mut parts: Vec<[usize; 2]> = points
            .iter()
            .map(|p| {
                let linear = (number(p, 0) - 2.0) / 4.0;
                let log = ln(number(p, 1)) / ln(16.0);
                [linear, log].map(|share| (share * 40.0) as usize)
            })
            .collect();
        for i in 0..2 {
            parts.sort_by_key(|p| p[i]);
            assert!(parts.iter().enumerate().all(|(at, p)| p[i] == at));
        }
        let alone = latin_hypercube(&["b.y"], &spans[1..], 40, 7);
        assert!(points.iter().zip(&alone).all(|(both, one)| both[1] == one[0]));
        assert_ne!(points, latin_hypercube(&["a.x", "b.y"], &spans, 40, 8));
    }

    #[test]
    fn values_are_spread_evenly_over_a_latin_hypercube() {
        let values = Span::Values(vec!["a".into(), "b".into(), "c".into()]);
        let points = latin_hypercube(&["k"], &[values], 30, 1);
        let count = |v: &str| points.iter().filter(|p| p[0].as_deref() == Some(v)).count();
        assert_eq!((count("a"), count("b"), count("c")), (10, 10, 10));
    }

    #[test]
    fn points_have_seeds_of_their_own() {
        let seeds: std::collections::BTreeSet<u64> = (0..1000).map(|p| seed_of(1, p)).collect();
        assert_eq!(seeds.len(), 1000);
        assert!(seeds.iter().all(|s| *s < 1 << 53));
    }
}
