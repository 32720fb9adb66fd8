//! Openings, matches and wages of each market, between the two passes over households.

use super::Parameters;
use super::leave::Counts;
use crate::engine::math::{exp, ln, weekly};
use crate::scenario::SKILLS;
use crate::world::labour::search_share;
use crate::world::{Labour, LabourMarket, MarketReference, Setting};

/// What a seeker meets in one market.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chances {
    /// Chance of a resident who seeks a job of this level; newcomers' times the employer's odds.
    pub hire: f64,
    /// Share of formal among residents' hires, by skill of the worker.
    pub formal: f64,
    /// Chance of a newcomer of this skill to take a re-offered informal job.
    pub reoffer: f64,
}

/// Matches among `seekers` and `vacancies`: urns and balls, `v (1 - e^(-s/v))`.
pub fn matches(seekers: f64, vacancies: f64) -> f64 {
    if vacancies <= 0.0 || seekers <= 0.0 {
        return 0.0;
    }
    vacancies * (1.0 - exp(-seekers / vacancies))
}

/// Works all markets for a week; `project_jobs` are jobs that foreign projects have brought and `open` the
/// share of newcomers' applications that employers may take, both by region.
pub fn step(
    setting: &Setting,
    labour: &mut Labour,
    counts: &[Counts],
    project_jobs: &[f64],
    open: &[f64],
) -> Vec<Chances> {
    let p = &setting.scenario.parameters.labour;
    let mut all = Vec::with_capacity(counts.len());
    for r in 0..setting.regions() {
        let range = r * SKILLS..(r + 1) * SKILLS;
        let region = &setting.scenario.regions[r];
        let output = p.output_per_wage * region.mean_wage;
        let spending = labour.newcomer_spending[r] * p.local_spending;
        let newcomer_jobs = if output > 0.0 { spending / output } else { 0.0 };
        all.extend(one_region(
            p,
            &setting.employment.reference[range.clone()],
            setting.employment.newcomer_odds[r],
            open[r],
            newcomer_jobs + project_jobs[r],
            0.5 * setting.weight,
            &mut labour.markets[range.clone()],
            &counts[range],
        ));
    }
    all
}

#[allow(clippy::too_many_arguments, reason = "everything a region's markets are made of")]
fn one_region(
    p: &Parameters,
    references: &[MarketReference],
    odds: f64,
    open: f64,
    new_jobs: f64,
    pseudo: f64,
    markets: &mut [LabourMarket],
    counts: &[Counts],
) -> Vec<Chances> {
    let usual: f64 = references.iter().map(|m| m.employed).sum();
    let mut reoffer = [0.0; SKILLS];
    let mut opened = [0.0; SKILLS];
    for k in 0..SKILLS {
        let (reference, c, m) = (&references[k], &counts[k], &mut markets[k]);
        // Re-offered jobs go to newcomers first; what they leave is open to all.
        let taken = c.substituted.min(c.newcomer_seekers);
        reoffer[k] = if c.newcomer_seekers > 0.0 { taken / c.newcomer_seekers } else { 0.0 };
        let share = if usual > 0.0 { reference.employed / usual } else { 0.0 };
        let informal = if reference.employed > 0.0 {
            (c.informal_residents / reference.employed).min(1.0)
        } else {
            0.0
        };
        let log_wage = m.log_wage[0] * (1.0 - informal) + m.log_wage[1] * informal;
        let wanted = reference.employed * exp(-p.demand_elasticity * log_wage) + new_jobs * share;
        let before = c.employed + c.separated + c.substituted;
        let spare = m.vacancies - carried(reference);
        opened[k] = (c.separated + c.substituted - taken
            + p.adjustment * (wanted - before - spare))
            .max(0.0);
        m.newcomer_seekers = c.newcomer_seekers;
        m.reservation_wage =
            if c.newcomer_seekers > 0.0 { c.reservation / c.newcomer_seekers } else { 0.0 };
        m.informal_residents = c.informal_residents;
    }
    let memory = weekly(p.tightness_memory);
    let mut chances = vec![Chances::default(); SKILLS];
    for l in 0..SKILLS {
        let (reference, m) = (&references[l], &mut markets[l]);
        let (mut residents, mut newcomers) = (0.0, 0.0);
        for k in 0..SKILLS {
            let share = search_share(p.adjacency, k, l);
            m.vacancies += share * opened[k];
            residents += share * counts[k].seekers;
            newcomers += open * share * counts[k].newcomer_seekers * (1.0 - reoffer[k]);
        }
        let matched = matches(residents + newcomers, m.vacancies);
        let attractive = residents + odds * newcomers;
        chances[l].hire = if attractive > 0.0 { matched / attractive } else { 0.0 };
        chances[l].reoffer = reoffer[l];
        // Newcomers' hires are less often formal: the formal jobs are there for residents.
        let new_share = if attractive > 0.0 { odds * newcomers / attractive } else { 0.0 };
        let formal = reference.formal_hires;
        chances[l].formal = if new_share < 1.0 {
            ((formal - formal.min(p.newcomer_formal) * new_share) / (1.0 - new_share))
                .clamp(0.0, 1.0)
        } else {
            formal
        };
        m.average_vacancies += memory * (m.vacancies - m.average_vacancies);
        m.average_seekers += memory * (residents + newcomers - m.average_seekers);
        m.vacancies -= matched;
        wages(p, reference, pseudo, m);
    }
    chances
}

/// Vacancies left over from week to week without a shock.
pub fn carried(reference: &MarketReference) -> f64 {
    reference.vacancies - matches(reference.seekers, reference.vacancies)
}

/// Wages move toward what tightness calls for, formal ones slowly. A pseudo-count keeps thin markets
/// calm without moving the reference.
fn wages(p: &Parameters, reference: &MarketReference, pseudo: f64, m: &mut LabourMarket) {
    if reference.vacancies <= 0.0 || reference.seekers <= 0.0 {
        return;
    }
    let vacancies = m.average_vacancies / reference.vacancies;
    let weight = pseudo / reference.vacancies;
    let seekers = m.average_seekers / reference.seekers;
    let tightness = ln((vacancies + weight) / (seekers + weight));
    for (log_wage, speed) in m.log_wage.iter_mut().zip([p.wage_speed_formal, p.wage_speed_informal])
    {
        *log_wage += speed * (p.wage_elasticity * tightness - *log_wage);
    }
}
