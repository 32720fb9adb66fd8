//! What people look at after a sweep: how each outcome goes with each input.

use rayon::prelude::*;

use super::PlotFile;
use super::charts::{Axis, Chart, RenderError, Response, ResponseChart, ResponsePanel};
use super::text::{Quantity, unit};
use super::vocabulary::{find, name};
use crate::explore::design::{Design, Point, Scale};
use crate::explore::outcome::{Outcome, Reducer};
use crate::explore::plan::Plan;
use crate::measure::Band;

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
struct Levels {
    axis: Axis,
    /// Value and its points.
    at: Vec<(f64, Vec<usize>)>,
}

impl SweepInput<'_> {
    fn paths(&self) -> Vec<&str> {
        self.plan.inputs.iter().map(|i| i.path.as_str()).collect()
    }

    /// Outcome `o` of all replicates of these points.
    fn of(&self, o: usize, points: &[usize]) -> Band {
        let (width, replicates) = (self.plan.outcomes.len(), self.plan.replicates as usize);
        let units = points.iter().flat_map(|p| p * replicates..(p + 1) * replicates);
        Band::of(units.map(|unit| self.values[unit * width + o]))
    }

    /// The points of each value of input `i`.
    fn levels(&self, i: usize) -> Levels {
        let given = |p: &usize| self.points[*p][i].as_deref().map(|v| (*p, v));
        let set: Vec<(usize, &str)> = (0..self.points.len()).filter_map(|p| given(&p)).collect();
        let numbers: Option<Vec<(f64, usize)>> = set
            .iter()
            .map(|(p, v)| v.parse::<f64>().ok().filter(|x| x.is_finite()).map(|x| (x, *p)))
            .collect();
        let Some(mut numbers) = numbers else {
            let mut names: Vec<String> = Vec::new();
            let mut at: Vec<(f64, Vec<usize>)> = Vec::new();
            for (p, v) in set {
                if let Some(k) = names.iter().position(|n| n == v) {
                    at[k].1.push(p);
                } else {
                    at.push((names.len() as f64, vec![p]));
                    names.push(v.to_owned());
                }
            }
            return Levels { axis: Axis::Names(names), at };
        };
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
        let log = self.plan.inputs[i].scale == Scale::Log && at.iter().all(|(x, _)| *x > 0.0);
        Levels { axis: if log { Axis::Log } else { Axis::Linear }, at }
    }

    fn chart(&self, o: usize) -> ResponseChart {
        let outcome = &self.plan.outcomes[o];
        let (title, quantity) = (self.title(outcome), quantity(outcome));
        if let Some((panel, note)) = self.crossed(o) {
            return ResponseChart { title, quantity, panels: vec![panel], note };
        }
        let panel = |(i, path): (usize, &str)| {
            let Levels { axis, at } = self.levels(i);
            let at = at.into_iter().map(|(x, points)| (x, self.of(o, &points))).collect();
            let responses = vec![Response { label: String::new(), at }];
            ResponsePanel { input: path.to_owned(), axis, responses }
        };
        let panels = self.paths().into_iter().enumerate().map(panel).collect();
        let note = match self.plan.design {
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
                (column.0, self.of(o, &here))
            };
            Response { label: format!("{name} = {value}"), at: x.at.iter().map(both).collect() }
        };
        let panel = ResponsePanel {
            input: paths[across].to_owned(),
            axis: x.axis.clone(),
            responses: lines.at.iter().map(response).collect(),
        };
        let note = format!(
            "A line for each value of {}; {} runs at each marker.",
            paths[1 - across],
            self.plan.replicates
        );
        Some((panel, note))
    }

    /// E.g. `Hostility (target newcomers), mean over weeks, scale from 0 to 1`.
    fn title(&self, outcome: &Outcome) -> String {
        let about = [
            ("region", Some(&outcome.region)),
            ("group", Some(&outcome.group)),
            ("target", outcome.target.as_ref()),
        ];
        let about: Vec<String> = about
            .into_iter()
            .filter_map(|(what, who)| who.filter(|w| *w != "all").map(|w| format!("{what} {w}")))
            .collect();
        let about =
            if about.is_empty() { String::new() } else { format!(" ({})", about.join(", ")) };
        let units = find(&outcome.indicator).map_or_else(String::new, |i| unit(i, self.currency));
        let name = name(&outcome.indicator);
        match outcome.reducer {
            Reducer::Peak => format!("{name}{about}, highest week, {units}"),
            Reducer::Mean => format!("{name}{about}, mean over weeks, {units}"),
            Reducer::Area => format!("{name}{about}, sum over weeks, {units}"),
            Reducer::TimeToPeak => format!("{name}{about}: week of the peak"),
            Reducer::HalfLife => format!("{name}{about}: weeks from the peak to half of its rise"),
            Reducer::ShareAbove => {
                let above = outcome.above.unwrap_or(f64::NAN);
                format!("{name}{about}: share of weeks above {above} ({units})")
            }
        }
    }
}

/// How values of an outcome are written.
fn quantity(outcome: &Outcome) -> Quantity {
    let own = find(&outcome.indicator).map_or(Quantity::Index, Quantity::of);
    match (outcome.reducer, own) {
        (Reducer::Peak | Reducer::Mean, _) | (Reducer::Area, Quantity::Count | Quantity::Money) => {
            own
        }
        (Reducer::Area | Reducer::TimeToPeak | Reducer::HalfLife, _) => Quantity::Index,
        (Reducer::ShareAbove, _) => Quantity::Percent,
    }
}

/// Width of the summary, columns.
const COLUMNS: usize = 100;

/// The end of a sweep on screen: each outcome at the ends of each input.
pub fn sweep_summary(input: &SweepInput<'_>) -> String {
    let plan = input.plan;
    let mut lines = vec![format!(
        "{} points, {} replicates each. Median [5%–95% of runs] at both ends of each input:",
        plan.points, plan.replicates
    )];
    for (o, outcome) in plan.outcomes.iter().enumerate() {
        lines.push(String::new());
        lines.push(input.title(outcome));
        for (i, path) in input.paths().iter().enumerate() {
            let levels = input.levels(i);
            let (Some(first), Some(last)) = (levels.at.first(), levels.at.last()) else { continue };
            let told = |(x, points): &(f64, Vec<usize>)| {
                let value = match &levels.axis {
                    Axis::Names(names) => names[*x as usize].clone(),
                    _ => super::charts::short(*x),
                };
                format!("{value}: {}", quantity(outcome).spread(&input.of(o, points)))
            };
            lines.push(format!("  {path:<38} {:<28} {}", told(first), told(last)));
        }
    }
    let cut = |line: String| line.chars().take(COLUMNS).collect::<String>();
    let lines: Vec<String> = lines.into_iter().map(cut).collect();
    format!("{}\n{}", plan.question, lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explore::file::Input;

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

    fn points(all: &[&[&str]]) -> Vec<Point> {
        all.iter().map(|p| p.iter().map(|v| Some((*v).to_owned())).collect()).collect()
    }

    #[test]
    fn a_grid_of_two_is_one_panel_with_a_line_for_each_value_of_the_other() {
        let plan = plan(Design::Grid, &["a.x", "b.y"], 6);
        let points =
            points(&[&["0", "1"], &["0", "2"], &["5", "1"], &["5", "2"], &["9", "1"], &["9", "2"]]);
        let values: Vec<f64> = (0..12).map(f64::from).collect();
        let input = SweepInput { plan: &plan, points: &points, values: &values, currency: "KZT" };
        let chart = input.chart(0);
        let panel = &chart.panels[0];
        assert_eq!((chart.panels.len(), panel.input.as_str()), (1, "a.x"));
        let labels: Vec<&str> = panel.responses.iter().map(|r| r.label.as_str()).collect();
        assert_eq!(labels, ["y = 1", "y = 2"]);
        let medians: Vec<f64> = panel.responses[1].at.iter().map(|(_, b)| b.q50).collect();
        assert_eq!(medians, [2.5, 6.5, 10.5]);
        assert!(sweep_plots(&input).is_ok());
        assert!(sweep_summary(&input).lines().all(|l| l.chars().count() <= COLUMNS));
    }

    #[test]
    fn many_values_are_put_into_parts_and_names_stay_names() {
        let plan = plan(Design::LatinHypercube, &["a.x", "b.y"], 40);
        let texts: Vec<[String; 2]> =
            (0..40).map(|i| [format!("{}", i * 7 % 40), ["p", "q"][i % 2].to_owned()]).collect();
        let points: Vec<Point> =
            texts.iter().map(|p| p.iter().map(|v| Some(v.clone())).collect()).collect();
        let values = vec![1.0; 80];
        let input = SweepInput { plan: &plan, points: &points, values: &values, currency: "KZT" };
        let numbers = input.levels(0);
        assert_eq!(numbers.at.len(), PARTS);
        assert!(numbers.at.iter().all(|(_, points)| points.len() == 4));
        assert!(numbers.at.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(input.levels(1).axis, Axis::Names(vec!["p".into(), "q".into()]));
    }
}
