//! What changed: before, furthest point, end.

use crate::measure::{Aggregation, Band, Bands, INDICATORS, Indicator};

use super::vocabulary::{Worse, worse};

/// A value with its week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Week.
    pub week: usize,
    /// Spread over replicates; its median is finite.
    pub band: Band,
}

/// How one series moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Before the shock (the nearest week in which the series is defined).
    pub before: Moment,
    /// The week whose median lies furthest from the one before.
    pub furthest: Moment,
    /// The last week in which the series is defined.
    pub end: Moment,
}

impl Change {
    /// The change of `series` from week `before`; `None` where nothing is defined.
    pub fn of(series: &[Band], before: usize) -> Option<Self> {
        let at = |week: usize| Moment { week, band: series[week] };
        let defined = |w: &usize| series[*w].q50.is_finite();
        let upto = (before + 1).min(series.len());
        let base = (0..upto).rev().find(defined).or_else(|| (upto..series.len()).find(defined))?;
        let end = (0..series.len()).rev().find(defined)?;
        let mut furthest = base;
        let away = |w: usize| (series[w].q50 - series[base].q50).abs();
        for week in (base..=end).filter(defined) {
            if away(week) > away(furthest) {
                furthest = week;
            }
        }
        Some(Self { before: at(base), furthest: at(furthest), end: at(end) })
    }

    /// Median at the furthest point minus median before.
    pub fn size(&self) -> f64 {
        self.furthest.band.q50 - self.before.band.q50
    }

    /// Size over the half-width of the wider of the two spreads. One percent of the level is added to
    /// the half-width so that a series almost without spread does not come out infinite.
    pub fn clarity(&self) -> f64 {
        let half = |b: &Band| (b.q95 - b.q05) / 2.0;
        let level = self.before.band.q50.abs().max(self.furthest.band.q50.abs());
        let spread = half(&self.before.band).max(half(&self.furthest.band));
        if level == 0.0 { 0.0 } else { self.size().abs() / (spread + 0.01 * level) }
    }

    /// Whether the 5 % to 95 % ranges before and at the furthest point do not overlap.
    pub fn clear(&self) -> bool {
        let (a, b) = (&self.before.band, &self.furthest.band);
        a.q95 < b.q05 || b.q95 < a.q05
    }
}

/// One line of the answer: an indicator for everyone in the whole country, about one target or none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The indicator.
    pub indicator: &'static Indicator,
    /// Target group, if it has one.
    pub target: Option<usize>,
    /// What happened to everyone.
    pub all: Change,
    /// The group that fares worst in the week of the furthest point.
    pub worst: Option<(usize, Band)>,
}

/// All national rows, clearest change first; ties in the order of [`INDICATORS`].
pub fn rows(bands: &Bands, groups: &[usize], targets: &[usize], before: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for indicator in INDICATORS {
        let about: Vec<Option<usize>> = if indicator.by_target && !targets.is_empty() {
            targets.iter().map(|t| Some(*t)).collect()
        } else {
            vec![None]
        };
        for target in about {
            let series = bands.series(None, None, target, indicator.id);
            if let Some(all) = series.and_then(|s| Change::of(s, before)) {
                let worst = worst_group(bands, indicator, target, groups, all.furthest.week);
                rows.push(Row { indicator, target, all, worst });
            }
        }
    }
    rows.sort_by(|a, b| b.all.clarity().total_cmp(&a.all.clarity()));
    rows
}

/// The group worst off in `week`; counts are compared per head of the group.
fn worst_group(
    bands: &Bands,
    indicator: &Indicator,
    target: Option<usize>,
    groups: &[usize],
    week: usize,
) -> Option<(usize, Band)> {
    let sign = match worse(indicator.id) {
        Worse::Up => 1.0,
        Worse::Down => -1.0,
        Worse::Neither => return None,
    };
    let mut worst: Option<(f64, usize, Band)> = None;
    for &group in groups {
        let value = |id: &str, target| bands.series(None, Some(group), target, id).map(|s| s[week]);
        let Some(band) = value(indicator.id, target).filter(|b| b.q50.is_finite()) else {
            continue;
        };
        let heads = match indicator.aggregation {
            Aggregation::Sum => match value("population", None).map(|b| b.q50) {
                Some(people) if people > 0.0 => people,
                _ => continue,
            },
            _ => 1.0,
        };
        let rate = sign * band.q50 / heads;
        if worst.is_none_or(|w| rate > w.0) {
            worst = Some((rate, group, band));
        }
    }
    worst.map(|w| (w.1, w.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn flat(x: f64) -> Band {
        Band::of([x - 1.0, x, x + 1.0].into_iter())
    }

    #[test]
    fn the_furthest_week_may_lie_below() {
        let series = [flat(10.0), flat(11.0), flat(2.0), flat(9.0)];
        let change = Change::of(&series, 0).unwrap();
        assert_eq!((change.furthest.week, change.end.week), (2, 3));
        assert_eq!(change.size(), -8.0);
        assert!(change.clear());
    }

    #[test]
    fn a_flow_undefined_before_the_start_counts_from_its_first_week() {
        let series = [Band::of(std::iter::empty()), flat(3.0), flat(4.0)];
        let change = Change::of(&series, 0).unwrap();
        assert_eq!(change.before.week, 1);
        assert!(!change.clear());
    }

    #[test]
    fn an_empty_series_has_no_change() {
        assert_eq!(Change::of(&[Band::of(std::iter::empty()); 3], 0), None);
    }

    #[test]
    fn counts_are_compared_per_head() {
        let bands = fixture::bands(30, 3);
        let rows = rows(&bands, &[0, 1, 2], &[1, 2], 5);
        let homeless = rows.iter().find(|r| r.indicator.id == "homeless").unwrap();
        assert_eq!(homeless.worst.unwrap().0, 2);
    }
}
