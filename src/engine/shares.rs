//! Exact shares of a change in its inputs.
//!
//! A function of a *sum* gives each term its part of the rise in proportion to the term (Aumann and Shapley
//! 1974); a *product* gives each factor the mean, over all orders in which the factors could change, of what
//! its change adds (Shapley 1953). In both cases the shares add up to the change, whatever its size.

/// Sums nearer to 0 than this get the limit: a straight line of slope `slope`.
const NEAR: f64 = 1e-7;

/// Factor that turns the terms of a sum into their shares of `rise`, the rise of a function from 0 to
/// `sum`; `slope` is the slope of the function half way, its limit where the sum is near 0.
pub fn per_unit(rise: f64, sum: f64, slope: f64) -> f64 {
    if sum.abs() < NEAR { slope } else { rise / sum }
}

/// Shares of the factors in the change of their product from `before` to `after`; at most four factors.
pub fn of_product<const N: usize>(before: [f64; N], after: [f64; N]) -> [f64; N] {
    const { assert!(N >= 1 && N <= 4, "orders of more than four factors are not worked out") }
    let factorial = [1.0, 1.0, 2.0, 6.0, 24.0];
    std::array::from_fn(|k| {
        // Each set of factors that have changed before k does.
        (0..1_usize << N)
            .filter(|set| set >> k & 1 == 0)
            .map(|set| {
                let first = set.count_ones() as usize;
                let orders = factorial[first] * factorial[N - 1 - first] / factorial[N];
                let rest: f64 = (0..N)
                    .filter(|&j| j != k)
                    .map(|j| if set >> j & 1 == 1 { after[j] } else { before[j] })
                    .product();
                orders * rest * (after[k] - before[k])
            })
            .sum()
    })
}

/// Shares the difference between `rows` and `whole` out among the rows in proportion to their size, so that
/// they add up to `whole`; nothing happens where all rows are 0. Meant for rounding of stored values.
pub fn add_up(rows: &mut [f64], whole: f64) {
    let rest = whole - rows.iter().sum::<f64>();
    let size: f64 = rows.iter().map(|x| x.abs()).sum();
    if rest != 0.0 && size > 0.0 {
        for x in rows.iter_mut() {
            *x += rest * x.abs() / size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::math::logistic;
    use proptest::prelude::*;

    /// Shares of the logistic of a sum over its value at `base`.
    fn split(base: f64, terms: &[f64]) -> Vec<f64> {
        let sum: f64 = terms.iter().sum();
        let middle = logistic(base + sum / 2.0);
        let rise = logistic(base + sum) - logistic(base);
        let per = per_unit(rise, sum, middle * (1.0 - middle));
        terms.iter().map(|u| u * per).collect()
    }

    proptest! {
        #[test]
        fn shares_of_a_sum_add_up(
            base in -6.0..6.0_f64,
            terms in prop::collection::vec(-3.0..3.0_f64, 1..12),
        ) {
            let sum: f64 = terms.iter().sum();
            let shares = split(base, &terms);
            let rise = logistic(base + sum) - logistic(base);
            prop_assert!((shares.iter().sum::<f64>() - rise).abs() < 1e-12);
        }

        #[test]
        fn terms_that_cancel_have_finite_shares(
            base in -6.0..6.0_f64,
            term in -3.0..3.0_f64,
            left in -1e-8..1e-8_f64,
        ) {
            let shares = split(base, &[term, left - term]);
            prop_assert!(shares.iter().all(|x| x.is_finite() && x.abs() < 1.0));
            prop_assert!(shares.iter().sum::<f64>().abs() < 1e-8);
        }

        #[test]
        fn a_term_has_the_same_share_in_any_place(
            base in -6.0..6.0_f64,
            terms in prop::collection::vec(-3.0..3.0_f64, 2..8),
        ) {
            let shares = split(base, &terms);
            let mut turned = terms.clone();
            turned.rotate_left(1);
            let mut again = split(base, &turned);
            again.rotate_right(1);
            for (a, b) in shares.iter().zip(&again) {
                prop_assert!((a - b).abs() < 1e-9);
            }
        }

        #[test]
        fn shares_of_a_product_add_up(
            before in prop::array::uniform4(-2.0..2.0_f64),
            after in prop::array::uniform4(-2.0..2.0_f64),
        ) {
            let change = after.iter().product::<f64>() - before.iter().product::<f64>();
            let shares = of_product(before, after);
            prop_assert!((shares.iter().sum::<f64>() - change).abs() < 1e-12);
        }

        #[test]
        fn the_only_factor_that_changes_has_the_whole_change(
            before in prop::array::uniform3(-2.0..2.0_f64),
            last in -2.0..2.0_f64,
        ) {
            let after = [before[0], before[1], last];
            let shares = of_product(before, after);
            prop_assert_eq!((shares[0], shares[1]), (0.0, 0.0));
            let change = before[0] * before[1] * (last - before[2]);
            prop_assert!((shares[2] - change).abs() < 1e-12);
        }
    }

    #[test]
    fn one_input_alone_has_all_of_the_rise() {
        let shares = split(-1.0, &[0.0, 0.7, 0.0]);
        assert_eq!((shares[0], shares[2]), (0.0, 0.0));
        assert!((shares[1] - (logistic(-0.3) - logistic(-1.0))).abs() < 1e-15);
    }

    #[test]
    fn rounding_is_shared_out_by_size() {
        let mut rows = [0.3, -0.1, 0.0];
        add_up(&mut rows, 0.2 + 4e-8);
        assert!((rows.iter().sum::<f64>() - 0.2 - 4e-8).abs() < 1e-15);
        assert!((rows[0] - 0.3 - 3e-8).abs() < 1e-12 && rows[2] == 0.0);
    }
}
