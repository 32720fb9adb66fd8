//! The table printed at the end of `compare`; at most 100 columns wide.

use super::ComparisonInput;
use super::words::{difference, interval, label, like, set_apart, told};
use crate::ensemble::comparison::{Against, Cost, Harm};
use crate::ensemble::paired::Paired;
use crate::measure::INDICATORS;
use crate::report::text::{NOTHING, Quantity, fixed};
use crate::report::vocabulary::{find, name};

/// Rows of the table beside those always told.
const MOST: usize = 14;
const WIDTH: usize = 100;
/// What, in the baseline, difference, interval, lower in.
const WIDTHS: [usize; 5] = [35, 13, 14, 24, 10];

/// One line of columns: the first to the left, the others to the right; long cells are cut.
pub fn columns(cells: &[String], widths: &[usize]) -> String {
    let cell = |(i, (text, width)): (usize, (&String, &usize))| {
        let text: String = text.chars().map(|c| if c == '\u{202f}' { ' ' } else { c }).collect();
        let length = text.chars().count();
        let text = if length > *width {
            text.chars().take(width - 1).chain(['…']).collect()
        } else {
            text
        };
        if i == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
    };
    let cells: Vec<String> = cells.iter().zip(widths).enumerate().map(cell).collect();
    cells.join(" ").trim_end().to_owned()
}

/// Words broken into lines of at most `width` columns, the later ones indented.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, String::from("  ")));
        }
        if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}

/// What differs most, harms by group, cost, other weights of the index, and what pairing gained.
pub fn summary(input: &ComparisonInput<'_>) -> String {
    let parts: Vec<String> = input.found.iter().map(|against| one(input, against)).collect();
    let note = "Differences are means over runs with the same random numbers, with 95% intervals of that mean; \
                \"not resolved\": the interval covers zero. What would follow if the scenarios held; not a \
                forecast and not a recommendation.";
    format!("{}\n{}\n", parts.join("\n"), wrapped(note, WIDTH))
}

fn one(input: &ComparisonInput<'_>, against: &Against) -> String {
    let runs = input.runs;
    let (a, b) = (&runs.labels[0], &runs.labels[against.variant]);
    let mut lines = vec![wrapped(
        &format!(
            "{b} against {a}: {} weeks, {} runs of each with the same random numbers. Amounts of money in {}; \
             \"in all\": the sum over weeks.",
            runs.baseline().weeks,
            runs.replicates(),
            runs.baseline().currency
        ),
        WIDTH,
    )];
    let apart = set_apart(runs.baseline(), &runs.scenarios[against.variant]);
    let apart = if apart.is_empty() { "nothing".to_owned() } else { apart.join("; ") };
    lines.push(wrapped(&format!("What sets them apart: {apart}."), WIDTH));
    lines.push(String::new());
    changes(&mut lines, input, against);
    harms(&mut lines, input, against);
    costs(&mut lines, input, against);
    let w = &against.weightings;
    let percent = |x: f64| format!("{}%", fixed(100.0 * x, 0));
    lines.push(wrapped(
        &format!(
            "Weights of the tension index: of 1,000 random weightings, {a} has less tension in {} ({} resolved), {b} \
             in {} ({} resolved).",
            percent(w.baseline_less),
            percent(w.baseline_less_resolved),
            percent(w.other_less),
            percent(w.other_less_resolved)
        ),
        WIDTH,
    ));
    lines.extend(gain(input, against));
    lines.push(String::new());
    lines.join("\n")
}

fn head(lines: &mut Vec<String>, first: &str) {
    let heads = [first, "baseline", "difference", "95% interval", "lower in"].map(String::from);
    lines.push(columns(&heads, &WIDTHS));
    lines.push("-".repeat(WIDTH));
}

fn row(what: &str, quantity: Quantity, p: &Paired) -> String {
    let range = if p.resolved() {
        // The unit stands beside it, with the difference.
        let range = interval(quantity, p);
        let numbers =
            range.rsplit_once(' ').filter(|(_, unit)| unit.starts_with(char::is_alphabetic));
        numbers.map_or(range.clone(), |(numbers, _)| numbers.to_owned())
    } else if p.mean == 0.0 && p.q05 == 0.0 && p.q95 == 0.0 {
        "no difference".to_owned()
    } else {
        "not resolved".to_owned()
    };
    let less = (p.p_less * f64::from(p.n)).round();
    // A long name takes lines of its own.
    let lines =
        if what.chars().count() > WIDTHS[0] { wrapped(what, WIDTHS[0]) } else { what.to_owned() };
    let last = lines.rfind('\n').map_or(0, |end| end + 1);
    let cells = [
        lines[last..].to_owned(),
        quantity.write(p.base),
        difference(quantity, p.mean, like(p)),
        range,
        format!("{less} of {}", p.n),
    ];
    format!("{}{}", &lines[..last], columns(&cells, &WIDTHS))
}

fn changes(lines: &mut Vec<String>, input: &ComparisonInput<'_>, against: &Against) {
    let runs = input.runs;
    let told = told(runs, against, MOST);
    head(lines, "Whole country; clearest first");
    for &&(k, reducer, ref paired) in &told.rows {
        let key = runs.plan.keys[k];
        let quantity = Quantity::of(&INDICATORS[usize::from(key.indicator)]);
        lines.push(row(&label(runs.baseline(), key, reducer), quantity, paired));
    }
    for (what, names) in [
        ("Resolved, but less clear than those above", &told.more),
        ("Not resolved", &told.unresolved),
        ("No difference in any run", &told.same),
    ] {
        if !names.is_empty() {
            lines.push(wrapped(&format!("{what}: {}.", names.join("; ")), WIDTH));
        }
    }
    lines.push(String::new());
}

/// Plain name and quantity of a harm.
pub(in crate::report) fn harm_name(harm: &Harm) -> (String, Quantity) {
    match find(harm.id) {
        Some(indicator) => (name(harm.id), Quantity::of(indicator)),
        None => ("Incidents suffered".to_owned(), Quantity::Count),
    }
}

fn harms(lines: &mut Vec<String>, input: &ComparisonInput<'_>, against: &Against) {
    let scenario = input.runs.baseline();
    head(lines, "Harms by group");
    let mut none = Vec::new();
    let mut last = "";
    for harm in &against.harms {
        let p = &harm.paired;
        let (what, quantity) = harm_name(harm);
        let whole = against.harms.iter().find(|h| h.id == harm.id && h.group.is_none());
        let differs = |p: &Paired| p.mean != 0.0 || p.q05 != 0.0 || p.q95 != 0.0;
        if !against.harms.iter().any(|h| h.id == harm.id && differs(&h.paired)) {
            if whole == Some(harm) {
                none.push(what.to_lowercase());
            }
            continue;
        }
        let who = harm.group.map_or("everyone", |g| &scenario.groups[g].label);
        let what = if last == harm.id { format!("  {who}") } else { format!("{what}, {who}") };
        last = harm.id;
        lines.push(row(&what, quantity, p));
    }
    if !none.is_empty() {
        lines.push(wrapped(&format!("No difference in any run: {}.", none.join("; ")), WIDTH));
    }
    lines.push(String::new());
}

/// What a unit of an effect is called.
pub(in crate::report) fn unit_of(cost: &Cost) -> &'static str {
    match cost.id {
        "tension" => "point of mean tension less",
        "hostility" => "hundredth of mean hostility less",
        "incidents" => "incident less",
        "evictions" => "notice to a tenant less",
        "homeless" => "person less without a home, mean over weeks",
        _ => "unit less",
    }
}

/// Cost of one of those units, with its interval, in words; or why there is none.
pub(in crate::report) fn cost_words(cost: &Cost, currency: &str) -> String {
    let scale = if cost.id == "hostility" { 0.01 } else { 1.0 };
    let Some(ratio) = cost.ratio else {
        return match cost.verdict {
            "no_cost" => "no policy cost was counted".to_owned(),
            "rises" => "it rises, so there is no price of a fall".to_owned(),
            _ => "the effect is not resolved, so there is no ratio".to_owned(),
        };
    };
    let money = |x: f64| Quantity::Money.write(scale * x);
    format!(
        "{} {currency} for one {} [{} to {}]",
        money(ratio.value),
        unit_of(cost),
        money(ratio.lo),
        money(ratio.hi)
    )
}

fn costs(lines: &mut Vec<String>, input: &ComparisonInput<'_>, against: &Against) {
    if against.costs.is_empty() {
        return;
    }
    lines.push("Cost against effect (95% interval of the ratio):".to_owned());
    let currency = &input.runs.baseline().currency;
    for cost in &against.costs {
        let text = cost_words(cost, currency).replace('\u{202f}', " ");
        lines.push(wrapped(&format!("  {}: {text}", name(cost.id)), WIDTH));
    }
    lines.push(String::new());
}

/// What pairing gained for tension and asking rents.
fn gain(input: &ComparisonInput<'_>, against: &Against) -> Option<String> {
    let of = |id: &str| {
        let found = against.changes.iter().find(|(k, ..)| {
            let key = input.runs.plan.keys[*k];
            INDICATORS[usize::from(key.indicator)].id == id && key.target.is_none()
        });
        found.map(|row| row.2).filter(|p| p.n > 1)
    };
    let say = |x: f64| if x.is_finite() { fixed(x, 2) } else { NOTHING.to_owned() };
    let told: Vec<String> = ["tension", "asking_rent"]
        .into_iter()
        .filter_map(|id| of(id).map(|p| (id, p)))
        .map(|(id, p)| {
            format!(
                "{} correlation {}, variance {} of unpaired runs",
                name(id).to_lowercase(),
                say(p.corr),
                say(p.variance_ratio)
            )
        })
        .collect();
    (!told.is_empty()).then(|| {
        wrapped(&format!("What shared random numbers gained: {}.", told.join("; ")), WIDTH)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_a_row_loses_its_unit() {
        let wide = Paired {
            base: 26.4e9,
            mean: 1.234_5e12,
            lo: 1.1e12,
            hi: 1.3e12,
            q05: 1.1e12,
            q95: 1.3e12,
            p_less: 0.0,
            corr: 0.5,
            variance_ratio: 0.5,
            n: 100,
        };
        let small = |x: f64| Paired { base: 0.1, mean: x, lo: x / 20.0, hi: 2.0 * x, ..wide };
        let million = Paired { base: 44.5e6, mean: 11.1e6, lo: 10.0e6, hi: 12.0e6, ..wide };
        let rows = [
            row("Extra rents to owners, in all", Quantity::Money, &wide),
            row("Extra rents to owners, in all", Quantity::Money, &million),
            row("Vacancy", Quantity::Percent, &small(2.3e-7)),
            row(
                "Discrimination beyond that of the least affected group, in all",
                Quantity::Rate,
                &small(0.01),
            ),
        ];
        for row in &rows {
            assert!(!row.contains('…'), "{row}");
            assert!(row.lines().all(|l| l.chars().count() <= WIDTH), "{row}");
        }
        assert!(rows[1].contains("+11.1 million") && rows[1].contains("+10.0 to +12.0"));
        assert!(rows[2].contains(" pp"));
        assert!(row("  Newcomers", Quantity::Count, &wide).starts_with("  Newcomers "));
    }
}
