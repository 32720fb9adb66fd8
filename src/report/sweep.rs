//! What people look at after a sweep: how each outcome goes with each input.

use rayon::prelude::*;

use super::PlotFile;
use super::charts::{Axis, Chart, Mark, RenderError, Response, ResponseChart, ResponsePanel};
use super::sweep_text::{quantity, title};
use crate::explore::design::{Design, Point, Scale};
use crate::explore::plan::Plan;
use crate::scenario::units::{parse_date, parse_duration, parse_percent};

/// Values of an input that are shown each by itself; more are put into parts of equal number.
const MOST_LEVELS: usize = 12;
/// Parts of an input with many values.
const PARTS: usize = 10;
/// Lines in one panel at most.
const MOST_LINES: usize = 6;

/// What the charts of a sweep are made from.
#[derive(Debug, Clone, Copy)]
pub struct SweepInput<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Values of the inputs, point by point.
    pub points: &'a [Point],
    /// Outcomes of each unit, NaN where undefined or unknown: point by point, replicate by replicate.
    pub values: &'a [f64],
    /// The scenario's own value of each input, where it is known.
    pub own: &'a [Option<String>],
    /// Currency for labels.
    pub currency: &'a str,
}

/// A chart for each outcome, with its file name without extension.
///
/// # Errors
/// If a chart cannot be drawn; with the bundled font in place this does not happen.
pub fn sweep_plots(input: &SweepInput<'_>) -> Result<Vec<(String, PlotFile)>, RenderError> {
    (0..input.plan.outcomes.len())
        .into_par_iter()
        .map(|o| {
            let outcome = &input.plan.outcomes[o];
            let chart = input.chart(o);
            let label = format!("{} over {}", chart.title, input.paths().join(", "));
            let (svg, png) = Chart::Responses(chart).render(&outcome.id, &label)?;
            Ok((outcome.id.clone(), PlotFile { svg, png }))
        })
        .collect()
}

/// What is shown of an input: its axis, and points by rising value.
pub(super) struct Levels {
    /// How they lie on it.
    pub axis: Axis,
    /// What the numbers of the axis count, after a space; empty for plain numbers.
    pub unit: &'static str,
    /// Value and its points.
    pub at: Vec<(f64, Vec<usize>)>,
}

/// A value of an input as a number.
type Reader = fn(&str) -> Option<f64>;
/// The ways in which `--set` reads numbers, and what they then count.
const READERS: [(Reader, &str); 2] = [
    (|text| parse_percent(&text.replace('_', "")).ok(), ""),
    (|text| parse_duration(text).ok(), " days"),
];

impl SweepInput<'_> {
    fn paths(&self) -> Vec<&str> {
        self.plan.inputs.iter().map(|i| i.path.as_str()).collect()
    }

    /// Outcome `o` of all replicates of these points, at the value `x` of an input.
    pub(super) fn mark(&self, o: usize, x: f64, points: &[usize]) -> Mark {
        let (width, replicates) = (self.plan.outcomes.len(), self.plan.replicates as usize);
        let units = points.iter().flat_map(|p| p * replicates..(p + 1) * replicates);
        Mark::of(x, units.map(|unit| self.values[unit * width + o]))
    }

    /// What input `i` is at point 0 of one at a time, the scenario as it is.
    fn own(&self, i: usize) -> Option<&str> {
        self.own[i].as_deref().filter(|_| self.plan.design == Design::OneAtATime)
    }

    /// Input `i` as side by side texts; dates in their order.
    fn names(&self, i: usize, set: &[(usize, &str)]) -> Levels {
        // The scenario as it is comes first, unless one of the others is the same.
        let own = self.own(i).filter(|own| set.iter().all(|(_, v)| v != own)).map(|own| (0, own));
        let mut all: Vec<(usize, &str)> = own.into_iter().chain(set.iter().copied()).collect();
        if all.iter().all(|(_, v)| parse_date(v).is_ok()) {
            all.sort_by_key(|(p, v)| (v.trim(), *p));
        }
        let mut names: Vec<String> = Vec::new();
        let mut at: Vec<(f64, Vec<usize>)> = Vec::new();
        for (p, v) in all {
            if let Some(k) = names.iter().position(|n| n == v) {
                at[k].1.push(p);
            } else {
                at.push((names.len() as f64, vec![p]));
                names.push(v.to_owned());
            }
        }
        Levels { axis: Axis::Names(names), unit: "", at }
    }

    /// The points of each value of input `i`.
    pub(super) fn levels(&self, i: usize) -> Levels {
        let given = |p: usize| self.points[p][i].as_deref().map(|v| (p, v));
        let set: Vec<(usize, &str)> = (0..self.points.len()).filter_map(given).collect();
        let read = READERS.iter().find_map(|(read, unit)| {
            let all: Option<Vec<(f64, usize)>> =
                set.iter().map(|(p, v)| read(v).map(|x| (x, *p))).collect();
            Some((all?, *read, *unit))
        });
        let Some((mut numbers, read, unit)) = read else { return self.names(i, &set) };
        let log = self.plan.inputs[i].scale == Scale::Log;
        // The scenario as it is, unless one of the others is the same.
        let new = |x: &f64| (!log || *x > 0.0) && numbers.iter().all(|n| n.0 != *x);
        let own = self.own(i).and_then(read).filter(new);
        numbers.extend(own.map(|x| (x, 0)));
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut at: Vec<(f64, Vec<usize>)> = Vec::new();
        for (x, p) in &numbers {
            match at.last_mut() {
                Some((value, points)) if value == x => points.push(*p),
                _ => at.push((*x, vec![*p])),
            }
        }
        if at.len() > MOST_LEVELS {
            let part = |k: usize| {
                let part = &numbers[k * numbers.len() / PARTS..(k + 1) * numbers.len() / PARTS];
                (part[part.len() / 2].0, part.iter().map(|n| n.1).collect())
            };
            at = (0..PARTS).map(part).collect();
        }
        let log = log && at.iter().all(|(x, _)| *x > 0.0);
        Levels { axis: if log { Axis::Log } else { Axis::Linear }, unit, at }
    }

    fn chart(&self, o: usize) -> ResponseChart {
        let outcome = &self.plan.outcomes[o];
        let (title, quantity) = (title(outcome, self.currency), quantity(outcome));
        if let Some((panel, note)) = self.crossed(o) {
            return ResponseChart { title, quantity, panels: vec![panel], note };
        }
        let panel = |(i, path): (usize, &str)| {
            let Levels { axis, unit, at } = self.levels(i);
            let at = at.iter().map(|(x, points)| self.mark(o, *x, points)).collect();
            let responses = vec![Response { label: String::new(), at }];
            ResponsePanel { input: labelled(path, unit), axis, responses }
        };
        let panels = self.paths().into_iter().enumerate().map(panel).collect();
        let note = match self.plan.design {
            Design::OneAtATime if (0..self.own.len()).any(|i| self.own(i).is_some()) => {
                "Everything else is as in the scenario, whose own value has a marker too."
            }
            Design::OneAtATime => "Everything else is as in the scenario.",
            _ if self.plan.inputs.len() > 1 => "All other inputs vary as well and widen the bands.",
            _ => "",
        };
        ResponseChart { title, quantity, panels, note: note.to_owned() }
    }

    /// A grid of two inputs in one panel: the one with more values on the axis, a line for each value of the other.
    fn crossed(&self, o: usize) -> Option<(ResponsePanel, String)> {
        if self.plan.design != Design::Grid || self.plan.inputs.len() != 2 {
            return None;
        }
        let all = [self.levels(0), self.levels(1)];
        let across = usize::from(all[1].at.len() > all[0].at.len());
        let (x, lines) = (&all[across], &all[1 - across]);
        if lines.at.len() > MOST_LINES || x.at.len() > MOST_LEVELS {
            return None;
        }
        let paths = self.paths();
        let response = |(_, points): &(f64, Vec<usize>)| {
            let value = self.points[points[0]][1 - across].as_deref().unwrap_or_default();
            let name = paths[1 - across].rsplit('.').next().unwrap_or_default();
            let both = |column: &(f64, Vec<usize>)| {
                let here: Vec<usize> =
                    column.1.iter().copied().filter(|p| points.contains(p)).collect();
                self.mark(o, column.0, &here)
            };
            Response { label: format!("{name} = {value}"), at: x.at.iter().map(both).collect() }
        };
        let panel = ResponsePanel {
            input: labelled(paths[across], x.unit),
            axis: x.axis.clone(),
            responses: lines.at.iter().map(response).collect(),
        };
        let runs = || panel.responses.iter().flat_map(|r| &r.at).map(|mark| mark.runs);
        let runs = match (runs().min().unwrap_or(0), runs().max().unwrap_or(0)) {
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        let note =
            format!("A line for each value of {}; {runs} runs at each marker.", paths[1 - across]);
        Some((panel, note))
    }
}

/// The name of an input with what its numbers count.
fn labelled(path: &str, unit: &str) -> String {
    if unit.is_empty() { path.to_owned() } else { format!("{path},{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::file::Input;
    use crate::explore::outcome::{Outcome, Reducer};
    use crate::report::sweep_summary;

    fn plan(design: Design, inputs: &[&str], points: usize) -> Plan {
        let input = |p: &&str| Input { path: (*p).to_owned(), scale: Scale::Linear };
        Plan {
            qonaq_version: String::new(),
            name: "s".into(),
            question: "What follows?".into(),
            scenario: "small-town".into(),
            scenario_hash: String::new(),
            design,
            points,
            replicates: 2,
            seed: 1,
            independent: false,
            inputs: inputs.iter().map(input).collect(),
            outcomes: vec![Outcome {
                id: "tension_peak".into(),
                indicator: "tension".into(),
                region: "all".into(),
                group: "all".into(),
                target: Some("all".into()),
                reducer: Reducer::Peak,
                above: None,
            }],
            files: std::collections::BTreeMap::new(),
            hash: String::new(),
        }
    }

    fn input<'a>(
        plan: &'a Plan,
        points: &'a [Point],
        values: &'a [f64],
        own: &'a [Option<String>],
    ) -> SweepInput<'a> {
        SweepInput { plan, points, values, own, currency: "KZT" }
    }

    fn points(all: &[&[&str]]) -> Vec<Point> {
        all.iter().map(|p| p.iter().map(|v| Some((*v).to_owned())).collect()).collect()
    }

    #[test]
    fn a_grid_of_two_is_one_panel_with_a_line_for_each_value_of_the_other() {
        let plan = plan(Design::Grid, &["a.x", "b.y"], 6);
        let points =
            points(&[&["0", "1"], &["0", "2"], &["5", "1"], &["5", "2"], &["9", "1"], &["9", "2"]]);
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let input = input(&plan, &points, &values, &[None, None]);
        let chart = input.chart(0);
        let panel = &chart.panels[0];
        assert_eq!((chart.panels.len(), panel.input.as_str()), (1, "a.x"));
        let labels: Vec<&str> = panel.responses.iter().map(|r| r.label.as_str()).collect();
        assert_eq!(labels, ["y = 1", "y = 2"]);
        let medians: Vec<f64> = panel.responses[1].at.iter().map(|m| m.band.q50).collect();
        assert_eq!(medians, [2.5, 6.5, 10.5]);
        assert!(sweep_plots(&input).is_ok());
        assert!(sweep_summary(&input).lines().all(|l| l.chars().count() <= 100));
    }

    #[test]
    fn many_values_are_put_into_parts_and_names_stay_names() {
        let plan = plan(Design::LatinHypercube, &["a.x", "b.y"], 40);
        let texts: Vec<[String; 2]> =
            (0..40).map(|i| [format!("{}", i * 7 % 40), ["p", "q"][i % 2].to_owned()]).collect();
        let points: Vec<Point> =
            texts.iter().map(|p| p.iter().map(|v| Some(v.clone())).collect()).collect();
        let values = vec![1.0; 80];
        let input = input(&plan, &points, &values, &[None, None]);
        let numbers = input.levels(0);
        assert_eq!(numbers.at.len(), PARTS);
        assert!(numbers.at.iter().all(|(_, points)| points.len() == 4));
        assert!(numbers.at.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(input.levels(1).axis, Axis::Names(vec!["p".into(), "q".into()]));
    }

    #[test]
    fn a_median_is_shown_only_where_half_of_the_runs_have_a_value_and_the_count_always() {
        let mut plan = plan(Design::Grid, &["a.x"], 3);
        plan.outcomes[0].reducer = Reducer::HalfLife;
        let points = points(&[&["0"], &["1"], &["1"]]);
        let nan = f64::NAN;
        let values = [nan, 5.0, nan, nan, 7.0, nan];
        let input = input(&plan, &points, &values, &[None]);
        let chart = input.chart(0);
        let marks = &chart.panels[0].responses[0].at;
        assert_eq!((marks[0].band.q50, marks[0].counted().as_str()), (5.0, "1 of 2"));
        assert!(marks[1].band.q50.is_nan());
        assert_eq!(marks[1].counted(), "1 of 4");
        let text = sweep_summary(&input);
        assert!(text.contains("0: 5.0 [5.0–5.0] (1 of 2 runs)"), "{text}");
        assert!(text.contains("1: – (1 of 4 runs)"), "{text}");
        assert!(text.contains("none by the end"), "{text}");
        assert!(sweep_plots(&input).is_ok());
    }

    #[test]
    fn the_caption_counts_the_runs_at_a_marker() {
        let plan = plan(Design::Grid, &["a.x", "b.y"], 5);
        let points = points(&[&["0", "1"], &["0", "2"], &["0", "2"], &["5", "1"], &["5", "2"]]);
        let note = |input: &SweepInput<'_>| input.chart(0).note;
        let values = [1.0; 10];
        let said = note(&input(&plan, &points, &values, &[None, None]));
        assert!(said.contains("2 to 4 runs at each marker"), "{said}");
    }

    #[test]
    fn values_with_units_lie_at_the_number_that_is_meant() {
        let plan = plan(Design::Grid, &["a.x"], 4);
        let at = |texts: &[&str]| -> (Vec<f64>, String) {
            let points: Vec<Point> = texts.iter().map(|t| vec![Some((*t).to_owned())]).collect();
            let values = vec![1.0; 2 * points.len()];
            let input = input(&plan, &points, &values, &[None]);
            let chart = input.chart(0);
            let panel = &chart.panels[0];
            (panel.responses[0].at.iter().map(|m| m.x).collect(), panel.input.clone())
        };
        assert_eq!(at(&["30 %", "0.6", "3 %", "90 %"]), (vec![0.03, 0.3, 0.6, 0.9], "a.x".into()));
        assert_eq!(at(&["3 weeks", "10 days"]), (vec![10.0, 21.0], "a.x, days".into()));
        let points = points(&[&["2024-03-01"], &["2024-01-31"]]);
        let dated = input(&plan, &points, &[1.0; 4], &[None]).levels(0);
        assert_eq!(dated.axis, Axis::Names(vec!["2024-01-31".into(), "2024-03-01".into()]));
    }

    #[test]
    fn one_at_a_time_has_the_scenario_itself_at_its_own_value() {
        let plan = plan(Design::OneAtATime, &["a.x", "b.y"], 5);
        let some = |t: &str| Some(t.to_owned());
        let points = vec![
            vec![None, None],
            vec![some("0"), None],
            vec![some("1"), None],
            vec![None, some("2")],
            vec![None, some("3")],
        ];
        let own = [some("0.4"), some("2.0")];
        let values = [1.0; 10];
        let input = input(&plan, &points, &values, &own);
        let at = |i: usize| input.levels(i).at;
        assert_eq!(at(0), [(0.0, vec![1]), (0.4, vec![0]), (1.0, vec![2])]);
        // Where a level is the scenario's own value, it is the same run.
        assert_eq!(at(1), [(2.0, vec![3]), (3.0, vec![4])]);
    }

    #[test]
    fn a_summary_cuts_no_number_and_texts_with_line_breaks_stay_in_line() {
        let mut plan = plan(Design::Matrix, &["a.long.path.of.an.input.that.fills.its.column"], 2);
        plan.outcomes[0].indicator = "asking_rent".into();
        let points = points(&[&["first\nline"], &["a rather long text that leaves little room"]]);
        let input = input(&plan, &points, &[130_700.0, 131_200.0, 9e4, 1e5], &[None]);
        let text = sweep_summary(&input);
        assert!(text.contains("first line: "), "{text}");
        assert_eq!(text.matches('[').count(), 1 + 2);
        assert_eq!(text.matches('[').count(), text.matches(']').count(), "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
    }

    #[test]
    fn titles_have_the_unit_of_what_is_shown() {
        let mut outcome = plan(Design::Grid, &["a.x"], 1).outcomes.remove(0);
        let mut of = |indicator: &str, reducer: Reducer, above: Option<f64>| {
            outcome.indicator = indicator.into();
            (outcome.reducer, outcome.above) = (reducer, above);
            title(&outcome, "KZT")
        };
        let ends = |text: String, end: &str| assert!(text.ends_with(end), "{text}");
        ends(of("arrivals", Reducer::Area, None), "sum over weeks, persons");
        ends(of("population", Reducer::Area, None), "sum over weeks, persons × weeks");
        ends(of("vacancy", Reducer::Area, None), "sum over weeks, share × weeks");
        ends(of("hostility", Reducer::Area, None), "sum over weeks, scale × weeks");
        ends(of("vacancy", Reducer::ShareAbove, Some(0.07)), "share of weeks above 7%");
    }
}
