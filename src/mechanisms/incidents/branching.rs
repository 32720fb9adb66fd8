//! The branching number: how many incidents one incident sets off, where.

use super::Parameters;
use crate::engine::math::exp;
use crate::world::Setting;

/// Share of the excitation from each region felt in each other, row-major by source; rows sum to 1. The
/// part that leaves a region goes to the others by population and by nearness in km or in composition.
pub fn kernel(setting: &Setting, p: &Parameters) -> Vec<f64> {
    let (n, groups) = (setting.regions(), setting.groups());
    let regions = &setting.scenario.regions;
    let mut kernel = vec![0.0; n * n];
    for from in 0..n {
        let near: Vec<f64> = (0..n)
            .map(|to| {
                let km = setting.distance_km[from * n + to];
                if to == from { 0.0 } else { regions[to].population * exp(-km / p.distance_km) }
            })
            .collect();
        let alike: Vec<f64> = (0..n)
            .map(|to| {
                let shares = |r: usize, g: usize| regions[r].group_shares[g];
                let apart: f64 = (0..groups).map(|g| (shares(from, g) - shares(to, g)).abs()).sum();
                if to == from { 0.0 } else { regions[to].population * (1.0 - 0.5 * apart).max(0.0) }
            })
            .collect();
        let (near_sum, alike_sum): (f64, f64) = (near.iter().sum(), alike.iter().sum());
        let away = if near_sum > 0.0 && alike_sum > 0.0 { 1.0 - p.same_region } else { 0.0 };
        for to in 0..n {
            kernel[from * n + to] = if to == from {
                1.0 - away
            } else if away > 0.0 {
                away * ((1.0 - p.similarity_mix) * near[to] / near_sum
                    + p.similarity_mix * alike[to] / alike_sum)
            } else {
                0.0
            };
        }
    }
    kernel
}

/// Branching number of each region: what excitation felt there sets off.
pub fn by_region(p: &Parameters, norm: &[f64], mediation: &[f64]) -> Vec<f64> {
    norm.iter()
        .zip(mediation)
        .map(|(&norm, &mediation)| {
            let frailty = 1.0 + (p.norm_reference - norm) / (1.0 - p.norm_reference);
            (p.branching * frailty * (1.0 - mediation)).clamp(0.0, p.branching_cap)
        })
        .collect()
}

/// Spectral radius of the matrix of offspring by region (kinds only share them out).
pub fn radius(kappa: &[f64], kernel: &[f64]) -> f64 {
    let n = kappa.len();
    let mut x = vec![1.0; n];
    let mut size = 0.0;
    for _ in 0..100 {
        let next: Vec<f64> = (0..n)
            .map(|to| kappa[to] * (0..n).map(|from| kernel[from * n + to] * x[from]).sum::<f64>())
            .collect();
        size = next.iter().copied().fold(0.0, f64::max);
        if size <= 0.0 {
            return 0.0;
        }
        x = next.into_iter().map(|v| v / size).collect();
    }
    size
}

/// Expected incidents by region, all generations, when `background` come without a predecessor.
pub fn totals(background: &[f64], kappa: &[f64], kernel: &[f64]) -> Vec<f64> {
    let n = kappa.len();
    let mut total = background.to_vec();
    for _ in 0..500 {
        total = (0..n)
            .map(|to| {
                let felt: f64 = (0..n).map(|from| kernel[from * n + to] * total[from]).sum();
                background[to] + kappa[to] * felt
            })
            .collect();
    }
    total
}
