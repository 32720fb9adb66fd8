//! Quantile bands over replicates.

use super::indicators::indicator;

/// What a weekly series is about. `None` means `all` (region, group) or, for the target, the mean over
/// targets or no target at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Index of the region, `None` = the whole country.
    pub region: Option<u16>,
    /// Index of the group, `None` = everyone.
    pub group: Option<u16>,
    /// Index of the target's group, `None` = mean over targets, or no target.
    pub target: Option<u16>,
    /// Index into [`super::INDICATORS`].
    pub indicator: u16,
}

/// Spread of one value over replicates. Every field is NaN where the value is undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Mean.
    pub mean: f64,
    /// 5 % quantile (type 7), and so on.
    pub q05: f64,
    /// 25 %.
    pub q25: f64,
    /// 50 %.
    pub q50: f64,
    /// 75 %.
    pub q75: f64,
    /// 95 %.
    pub q95: f64,
    /// Replicates in which the value is defined.
    pub n: u32,
}

impl Band {
    /// The band of one value over replicates; NaN values are left out.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut xs: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
        xs.sort_by(f64::total_cmp);
        let n = xs.len();
        if n == 0 {
            let nan = f64::NAN;
            return Self { mean: nan, q05: nan, q25: nan, q50: nan, q75: nan, q95: nan, n: 0 };
        }
        Self {
            mean: xs.iter().sum::<f64>() / n as f64,
            q05: quantile(&xs, 0.05),
            q25: quantile(&xs, 0.25),
            q50: quantile(&xs, 0.50),
            q75: quantile(&xs, 0.75),
            q95: quantile(&xs, 0.95),
            n: n as u32,
        }
    }
}

/// Type-7 quantile of sorted, non-empty `xs`.
pub fn quantile(xs: &[f64], p: f64) -> f64 {
    let h = (xs.len() - 1) as f64 * p;
    let low = h.floor() as usize;
    let high = (low + 1).min(xs.len() - 1);
    xs[low] + (h - low as f64) * (xs[high] - xs[low])
}

/// Bands of all series of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// Last week; week 0 is the state before the first tick.
    pub weeks: u32,
    /// Keys in output order: `all` first, then regions, then groups (see the contract).
    pub keys: Vec<Key>,
    /// Key-major: the band of key `k` in week `w` is `values[k * (weeks + 1) + w]`.
    pub values: Vec<Band>,
}

impl Bands {
    /// The weekly bands of one series, from week 0, if it is there.
    pub fn series(
        &self,
        region: Option<usize>,
        group: Option<usize>,
        target: Option<usize>,
        id: &str,
    ) -> Option<&[Band]> {
        let narrow = |x: Option<usize>| x.map(|x| x as u16);
        let key = Key {
            region: narrow(region),
            group: narrow(group),
            target: narrow(target),
            indicator: indicator(id)? as u16,
        };
        let k = self.keys.iter().position(|other| *other == key)?;
        let length = self.weeks as usize + 1;
        Some(&self.values[k * length..(k + 1) * length])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_type_7() {
        let band = Band::of([3.0, 1.0, 2.0, f64::NAN, 4.0].into_iter());
        assert_eq!(band.n, 4);
        assert_eq!((band.q25, band.q50, band.q75), (1.75, 2.5, 3.25));
        assert_eq!(band.mean, 2.5);
    }
}
