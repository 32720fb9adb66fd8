//! The tables of `compare`.

use std::fmt::Write as _;

use super::comparison::Against;
use super::output::{OutputError, RunFolder, label, number};
use super::paired::Paired;
use super::variants::Runs;
use super::weightings::WEIGHTINGS;

/// Writes `compare.csv`, `curves.csv`, `harm.csv`, `cost.csv` and `weightings.csv`; returns name and hash of each.
///
/// # Errors
/// If a file cannot be written.
pub fn write_comparison(
    folder: &RunFolder,
    runs: &Runs,
    found: &[Against],
) -> Result<Vec<(String, String)>, OutputError> {
    let keys = &runs.plan.keys;
    let labels: Vec<String> = keys.iter().map(|k| label(runs.baseline(), *k)).collect();
    let length = runs.length();
    let compare = folder.write_with("compare.csv", |out| {
        out.write_all(
            b"a,b,week,region,group,target,indicator,mean,lo,hi,q05,q95,p_less,corr,n\n",
        )?;
        let mut line = String::new();
        for against in found {
            for w in 0..length {
                for (k, label) in labels.iter().enumerate() {
                    line.clear();
                    let _ = write!(line, "{},{w},{label},", pair(runs, against));
                    paired(&mut line, &against.cells[k * length + w]);
                    line.push('\n');
                    out.write_all(line.as_bytes())?;
                }
            }
        }
        Ok(())
    })?;
    let curves = folder.write_with("curves.csv", |out| {
        out.write_all(b"a,b,week,region,group,target,indicator,mean,lo,hi\n")?;
        let mut line = String::new();
        for against in found {
            for key in &against.curves {
                for w in 0..length {
                    line.clear();
                    let _ = write!(line, "{},{w},{},", pair(runs, against), labels[key.k]);
                    numbers(&mut line, &[key.curve.mean[w], key.curve.lo[w], key.curve.hi[w]]);
                    line.push('\n');
                    out.write_all(line.as_bytes())?;
                }
            }
        }
        Ok(())
    })?;
    let write = |name: &str, text: String| {
        folder.write(name, text.as_bytes()).map(|hash| (name.to_owned(), hash))
    };
    Ok(vec![
        ("compare.csv".into(), compare),
        ("curves.csv".into(), curves),
        write("harm.csv", harms(runs, found))?,
        write("cost.csv", costs(runs, found))?,
        write("weightings.csv", weightings(runs, found))?,
    ])
}

fn pair(runs: &Runs, against: &Against) -> String {
    format!("{},{}", runs.labels[0], runs.labels[against.variant])
}

fn numbers(line: &mut String, values: &[f64]) {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            line.push(',');
        }
        number(line, *value);
    }
}

/// `mean,lo,hi,q05,q95,p_less,corr,n`.
pub(super) fn paired(line: &mut String, p: &Paired) {
    numbers(line, &[p.mean, p.lo, p.hi, p.q05, p.q95, p.p_less, p.corr]);
    let _ = write!(line, ",{}", p.n);
}

fn harms(runs: &Runs, found: &[Against]) -> String {
    let mut text = String::from("a,b,group,harm,reducer,base,mean,lo,hi,q05,q95,p_less,corr,n\n");
    for against in found {
        for harm in &against.harms {
            let group = harm.group.map_or("all", |g| &runs.baseline().groups[g].id);
            let (pair, reducer) = (pair(runs, against), harm.reducer.name());
            let _ = write!(text, "{pair},{group},{},{reducer},", harm.id);
            numbers(&mut text, &[harm.paired.base]);
            text.push(',');
            paired(&mut text, &harm.paired);
            text.push('\n');
        }
    }
    text
}

fn costs(runs: &Runs, found: &[Against]) -> String {
    let mut text = String::from(
        "a,b,indicator,reducer,effect,effect_lo,effect_hi,cost,cost_lo,cost_hi,ratio,ratio_lo,ratio_hi,verdict\n",
    );
    for against in found {
        for c in &against.costs {
            let _ = write!(text, "{},{},{},", pair(runs, against), c.id, c.reducer.name());
            let ratio = c.ratio.map_or([f64::NAN; 3], |r| [r.value, r.lo, r.hi]);
            let (effect, cost) = (&c.effect, &c.cost);
            numbers(&mut text, &[effect.mean, effect.lo, effect.hi, cost.mean, cost.lo, cost.hi]);
            text.push(',');
            numbers(&mut text, &ratio);
            let _ = writeln!(text, ",{}", c.verdict);
        }
    }
    text
}

fn weightings(runs: &Runs, found: &[Against]) -> String {
    let mut text =
        String::from("a,b,weightings,components,a_less,a_less_resolved,b_less,b_less_resolved\n");
    for against in found {
        let w = &against.weightings;
        let _ = write!(text, "{},{WEIGHTINGS},{},", pair(runs, against), w.components);
        numbers(
            &mut text,
            &[w.baseline_less, w.baseline_less_resolved, w.other_less, w.other_less_resolved],
        );
        text.push('\n');
    }
    text
}
