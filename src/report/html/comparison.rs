//! The page of a comparison.

use super::counted;
use super::page::{Cell, Page};
use super::policies::policies;
use crate::ensemble::comparison::Against;
use crate::ensemble::outcomes::Reducer;
use crate::ensemble::paired::Paired;
use crate::measure::INDICATORS;
use crate::report::PlotFile;
use crate::report::calendar::{Calendar, title};
use crate::report::comparison::{
    ComparisonInput, calendar, cost_words, difference, figures, harm_name, interval, label, like,
    set_apart, told,
};
use crate::report::text::{NOTHING, Quantity, escape, fixed, unit, unit_in_all};
use crate::report::vocabulary::name;

/// Rows of the table of changes beside those always told.
const MOST: usize = 20;

/// The report of a comparison. `plots` are its charts; without them their descriptions stand alone.
pub fn comparison(input: &ComparisonInput<'_>, plots: &[(String, PlotFile)]) -> String {
    let runs = input.runs;
    let mut page = Page::new();
    question(&mut page, input);
    for against in input.found {
        answer(&mut page, input, against);
    }
    page.section("curves", "Week by week");
    let calendar = calendar(input);
    let figures = figures(input, &calendar);
    if figures.is_empty() {
        page.paragraph("soft", "No run differs in any week.");
    }
    for figure in &figures {
        let svg = plots.iter().find(|p| p.0 == figure.name).map(|p| p.1.svg.as_str());
        let caption = if svg.is_none() { figure.alt.as_str() } else { "" };
        page.figure(svg.unwrap_or_default(), caption);
    }
    for against in input.found {
        harms(&mut page, input, against);
    }
    for against in input.found {
        weights(&mut page, input, against);
    }
    limits(&mut page, input);
    let heading = format!(
        "<h1>{}</h1>\n<p class=\"soft\">{} from {}, {}, {} of each scenario with the same random numbers. Amounts of \
         money in {}.</p>\n",
        escape(&format!("{} against {}", others(input), runs.labels[0])),
        counted(runs.baseline().weeks as usize, "week"),
        calendar.date(0),
        counted(runs.baseline().regions.len(), "region"),
        counted(runs.replicates(), "run"),
        escape(&runs.baseline().currency),
    );
    page.finish(&format!("{} compared", title(&runs.labels[0])), &heading)
}

fn others(input: &ComparisonInput<'_>) -> String {
    input.runs.labels[1..].join(", ")
}

fn question(page: &mut Page, input: &ComparisonInput<'_>) {
    let runs = input.runs;
    page.section("question", "What is compared");
    page.paragraph("question", &runs.baseline().question);
    let mut items = vec![format!("Baseline: {}.", runs.labels[0])];
    for (label, scenario) in runs.labels.iter().zip(&runs.scenarios).skip(1) {
        let apart = set_apart(runs.baseline(), scenario);
        let apart = if apart.is_empty() { "nothing".to_owned() } else { apart.join("; ") };
        items.push(format!("{label}. What sets it apart: {apart}."));
    }
    page.list(&items);
    for (i, (label, scenario)) in runs.labels.iter().zip(&runs.scenarios).enumerate() {
        if scenario.levers.is_empty() || i > 0 && scenario.levers == runs.baseline().levers {
            continue;
        }
        let caption = format!("Policies in {label}.");
        policies(page, &Calendar::new(scenario, scenario.weeks), scenario, &caption);
    }
    page.paragraph(
        "note",
        "This is a what-if: it says what would follow in a simplified country if the scenarios held. It is not a \
         forecast. Nothing here ranks the scenarios or calls one of them best: they differ in what they do to whom, \
         and that is for readers to weigh.",
    );
}

fn table(page: &mut Page, caption: &str, first: &str, base: &str, rows: &[Vec<Cell>]) {
    let heads = [first, base, "Difference", "95% interval", "Lower in", "5% to 95% of runs"];
    page.table(caption, &heads, rows);
}

fn cells(what: Cell, quantity: Quantity, p: &Paired) -> Vec<Cell> {
    let like_runs = [p.q05, p.q95].into_iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let range = if p.resolved() {
        interval(quantity, p)
    } else {
        format!("{}; not resolved", interval(quantity, p))
    };
    vec![
        what,
        Cell::Number(quantity.write(p.base)),
        Cell::Number(difference(quantity, p.mean, like(p))),
        Cell::Number(range),
        Cell::Number(format!("{} of {}", (p.p_less * f64::from(p.n)).round(), p.n)),
        Cell::Number(format!(
            "{} to {}",
            difference(quantity, p.q05, like_runs),
            difference(quantity, p.q95, like_runs)
        )),
    ]
}

fn answer(page: &mut Page, input: &ComparisonInput<'_>, against: &Against) {
    let runs = input.runs;
    let b = &runs.labels[against.variant];
    page.section(&format!("answer-{}", against.variant), &format!("What differs: {b}"));
    let told = told(runs, against, MOST);
    let rows: Vec<Vec<Cell>> = told
        .rows
        .iter()
        .map(|&&(k, reducer, ref paired)| {
            let key = runs.plan.keys[k];
            let indicator = &INDICATORS[usize::from(key.indicator)];
            let what = Cell::Noted(
                label(runs.baseline(), key, reducer),
                match reducer {
                    Reducer::Total => unit_in_all(indicator, &runs.baseline().currency),
                    _ => unit(indicator, &runs.baseline().currency),
                },
            );
            cells(what, Quantity::of(indicator), paired)
        })
        .collect();
    let caption = format!(
        "{b} minus {}, whole country, everyone; mean over weeks, or the sum of all weeks where it says \"in all\". \
         Clearest difference first; tension, incidents, exits and segregation are always told.",
        runs.labels[0]
    );
    table(page, &caption, "What", &format!("In {}", runs.labels[0]), &rows);
    for (what, names) in [
        ("Resolved, but less clear than those in the table", &told.more),
        ("Not resolved, the interval covers zero", &told.unresolved),
        ("No difference in any run", &told.same),
    ] {
        if !names.is_empty() {
            page.paragraph("soft", &format!("{what}: {}.", names.join("; ")));
        }
    }
}

fn harms(page: &mut Page, input: &ComparisonInput<'_>, against: &Against) {
    let runs = input.runs;
    let b = &runs.labels[against.variant];
    page.section(&format!("harms-{}", against.variant), &format!("Harm and cost by group: {b}"));
    let rows: Vec<Vec<Cell>> = against
        .harms
        .iter()
        .map(|harm| {
            let (what, quantity) = harm_name(harm);
            let who = harm.group.map_or("Everyone", |g| &runs.baseline().groups[g].label);
            cells(Cell::Noted(who.to_owned(), what), quantity, &harm.paired)
        })
        .collect();
    let caption = "Who bears what: sums over all weeks; people without a home and discrimination are means over \
                   weeks. Incidents suffered are those directed at the group.";
    table(page, caption, "Who and what", &format!("In {}", runs.labels[0]), &rows);
    if against.costs.is_empty() {
        page.paragraph("soft", "Neither scenario has a policy with a cost.");
        return;
    }
    let currency = &runs.baseline().currency;
    let rows: Vec<Vec<Cell>> = against
        .costs
        .iter()
        .map(|c| vec![Cell::Text(name(c.id)), Cell::Text(cost_words(c, currency))])
        .collect();
    page.table(
        "Cost of policies over what they change, with the 95% interval of the ratio (Fieller). No ratio is given where \
         the effect is not resolved: it could be any.",
        &["Effect", "Cost over effect"],
        &rows,
    );
}

fn weights(page: &mut Page, input: &ComparisonInput<'_>, against: &Against) {
    let runs = input.runs;
    let b = &runs.labels[against.variant];
    page.section(
        &format!("weights-{}", against.variant),
        &format!("Other weights, and what pairing gained: {b}"),
    );
    let w = &against.weightings;
    let percent = |x: f64| format!("{}%", fixed(100.0 * x, 0));
    page.paragraph(
        "",
        &format!(
            "The tension index is a weighted sum, and its weights are a choice. Of 1,000 random weightings of its {} \
             components, {} has less tension in {} ({} with an interval that leaves out zero) and {b} in {} ({}).",
            w.components,
            runs.labels[0],
            percent(w.baseline_less),
            percent(w.baseline_less_resolved),
            percent(w.other_less),
            percent(w.other_less_resolved)
        ),
    );
    let say = |x: f64| if x.is_finite() { fixed(x, 2) } else { NOTHING.to_owned() };
    let shown = ["tension", "asking_rent", "hostility", "incidents"];
    let rows: Vec<Vec<Cell>> = against
        .changes
        .iter()
        .filter_map(|(k, _, p)| {
            let key = runs.plan.keys[*k];
            let id = INDICATORS[usize::from(key.indicator)].id;
            let row = [
                Cell::Text(name(id)),
                Cell::Number(say(p.corr)),
                Cell::Number(say(p.variance_ratio)),
            ];
            (shown.contains(&id) && key.target.is_none()).then(|| row.to_vec())
        })
        .collect();
    page.table(
        "Achieved by shared random numbers: correlation of the two scenarios over runs, and the variance of their \
         difference over that of two independent runs. Below 1 pairing helped; at 1 it gained nothing.",
        &["What", "Correlation", "Variance ratio"],
        &rows,
    );
}

fn limits(page: &mut Page, input: &ComparisonInput<'_>) {
    let runs = input.runs;
    page.section("limits", "Limits");
    page.list(&[
        "A difference between two scenarios is more certain than the level of either, because what both get wrong \
         in the same way falls out. What they get wrong in different ways does not."
            .to_owned(),
        format!(
            "Intervals hold the chance inside the model over {}, at fixed parameters and one synthetic population. \
             They do not hold what is unknown about parameters.",
            counted(runs.replicates(), "run")
        ),
        "Intervals of single rows cover 95% each; among many rows some leave out zero by chance. A band of a chart holds \
         for the whole curve of one scenario, not across scenarios or charts. It has a gap in weeks in which fewer than \
         half of the pairs of runs, or fewer than four, have a value in both scenarios."
            .to_owned(),
        "Costs are those written into the policies of the scenario files, nothing else.".to_owned(),
        format!(
            "qonaq {}, seed {}, hash over all resolved scenarios {}. The folder holds every resolved scenario.",
            input.version,
            runs.baseline().seed,
            input.hash
        ),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::comparison::compare;
    use crate::ensemble::outcomes::Pairing;
    use crate::ensemble::testing::runs;
    use crate::scenario::{Lever, LeverKind};

    #[test]
    fn the_page_tells_what_a_policy_is_and_units_of_sums_without_a_period() {
        let mut runs = runs(2, |v, r, w, key| {
            let id = INDICATORS[usize::from(key.indicator)].id;
            let moved = matches!(id, "exits" | "tax_gain" | "evictions");
            f64::from(r) + w as f64 + if moved { v as f64 } else { 0.0 }
        });
        runs.scenarios[1].levers.push(Lever {
            id: "away".into(),
            kind: LeverKind::Dispersal,
            start_day: 7,
            end_day: 14,
            strength: 0.5,
            compliance: 0.9,
            cost_per_unit: 20.0,
            regions: vec![1],
        });
        let found = compare(&Pairing::new(&runs));
        let input = ComparisonInput { runs: &runs, found: &found, hash: "0", version: "0" };
        let page = comparison(&input, &[]);
        assert!(
            page.contains("Policies in variant-1.") && !page.contains("Policies in variant-0.")
        );
        for cell in ["draws newcomers to chosen regions", "90%", "20 for each person placed"] {
            assert!(page.contains(&format!("{cell}</td>")), "{cell}");
        }
        let units: Vec<&str> = page
            .split("in all <span class=\"below\">")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap_or_default())
            .collect();
        assert!(
            ["persons", "KZT", "households"].iter().all(|unit| units.contains(unit)),
            "{units:?}"
        );
        assert!(units.iter().all(|unit| !unit.contains(" per ")), "{units:?}");
    }
}
