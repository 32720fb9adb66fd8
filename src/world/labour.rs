//! Work: what each adult does, employers, and the labour markets of a region's skill levels.
//!
//! [`Employment`] is fixed at week 0 and shared by all replicates; [`Labour`] is what a replicate
//! changes. A market is a region and skill: entry `region * SKILLS + skill`.

use serde::{Deserialize, Serialize};

use super::NONE;
use super::households::adjacent;
use crate::engine::draws::Address;
use crate::engine::strips::{Lane, STRIP, apart};
use crate::scenario::SKILLS;

/// Most adults of working age in a household.
pub const ADULTS: usize = 3;
/// Sectors of work: agriculture, industry, construction, trade and services, public.
pub const SECTORS: usize = 5;

/// What an adult of working age does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Work {
    /// Works with a contract.
    Formal,
    /// Works without one, or on own account.
    Informal,
    /// Seeks work.
    Unemployed,
    /// Neither works nor seeks.
    Inactive,
    /// No such adult, or not in this labour market.
    #[default]
    None,
}

impl Work {
    /// Whether this is a job.
    #[inline]
    pub fn employed(self) -> bool {
        self <= Self::Informal
    }
}

/// Employers that have at least one main earner among the agents. Large ones survive thinning,
/// because jobs are sampled, not firms.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Employers {
    /// Who draws.
    pub address: Vec<Address>,
    /// Region.
    pub region: Vec<u16>,
    /// Sector, 0 to [`SECTORS`] - 1.
    pub sector: Vec<u8>,
    /// Preference toward newcomers, as a share of their productivity; negative = dislike.
    pub preference: Vec<f32>,
    /// Propensity to re-offer informal jobs, relative to the mean; mean 1.
    pub substitution: Vec<f32>,
    /// Chance of a newcomer to be hired over that of a resident with the same skill.
    pub newcomer_odds: Vec<f32>,
}

/// A market without a shock, in persons at full scale: the point at which its flows balance.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct MarketReference {
    /// Residents at work.
    pub employed: f64,
    /// Seekers when vacancies are filled, those from adjacent skills included.
    pub seekers: f64,
    /// Vacancies before they are filled.
    pub vacancies: f64,
    /// Share of residents' hires that are formal.
    pub formal_hires: f64,
    /// Weekly chance that an inactive adult seeks again.
    pub return_chance: f64,
    /// Mean formal wage of residents, currency per month.
    pub wage: f64,
}

/// The part of work that is fixed at week 0.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Employment {
    /// Sector of the main earner; all households.
    pub sector: Vec<u8>,
    /// Formal wage of each working adult at week 0, currency per month; resident households.
    pub wage: Vec<f32>,
    /// Income of a resident household when its adults work as often as is usual for their skill, currency
    /// per month at prices of week 0; what it takes for normal.
    pub usual_income: Vec<f32>,
    /// Employers.
    pub employers: Employers,
    /// Employers of week-0 jobs by `region * SECTORS + sector`, one entry a job: a uniform choice
    /// among them is a choice in proportion to size.
    pub jobs: Vec<Vec<u32>>,
    /// Mean of [`Employers::newcomer_odds`] over jobs, by region.
    pub newcomer_odds: Vec<f64>,
    /// References by market.
    pub reference: Vec<MarketReference>,
    /// Weekly chance of a job per seeker without a shock, by region.
    pub finding: Vec<f64>,
    /// Spending of residents at week 0 by region, currency per month at full scale.
    pub spending: Vec<f64>,
    /// Mean wage of the regional table over the model's own at week 0, by region: wages in the model are
    /// capped by household income, official ones are not. Reports only; no mechanism reads it.
    pub wage_scale: Vec<f64>,
}

/// One market: a region and skill. Persons at full scale.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct LabourMarket {
    /// Open vacancies at the end of the week.
    pub vacancies: f64,
    /// Recent average of vacancies before they are filled.
    pub average_vacancies: f64,
    /// Recent average of seekers.
    pub average_seekers: f64,
    /// Log wage over its level at week 0: formal, informal.
    pub log_wage: [f64; 2],
    /// Newcomers of this skill who seek work.
    pub newcomer_seekers: f64,
    /// Mean wage below which they take no job, currency per month; 0 without seekers.
    pub reservation_wage: f64,
    /// Residents in informal jobs.
    pub informal_residents: f64,
}

/// The part of work that changes. Household columns: all households.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Labour {
    /// What each adult does; the main earner first.
    pub work: Vec<[Work; ADULTS]>,
    /// Weeks each adult has been seeking; meaningful while unemployed, at most 255.
    pub weeks: Vec<[u8; ADULTS]>,
    /// Region in which the household works or seeks.
    pub region: Vec<u16>,
    /// Employer of the main earner, or [`NONE`].
    pub employer: Vec<u32>,
    /// Wages contained in `households.income`, currency per month at prices of week 0.
    pub wage_income: Vec<f32>,
    /// Markets.
    pub markets: Vec<LabourMarket>,
    /// Seekers of this week by `region * groups + group`, persons at full scale.
    pub applications: Vec<f64>,
    /// Their chances to be hired this week, summed.
    pub hires: Vec<f64>,
    /// Newcomers in informal jobs by region, persons at full scale.
    pub newcomers_informal: Vec<f64>,
    /// Employed of all groups by region, persons at full scale.
    pub employed: Vec<f64>,
    /// Spending of newcomers present by region, transit included, currency per month at full scale.
    pub newcomer_spending: Vec<f64>,
}

impl Labour {
    /// Workplace of household `i`: the employer of its main earner, or [`NONE`].
    #[inline]
    pub fn workplace(&self, i: usize) -> u32 {
        self.employer.get(i).copied().unwrap_or(NONE)
    }

    /// Unemployed adults of household `i` over those in the labour force, `[0, 1]`; 0 without any.
    #[inline]
    pub fn joblessness(&self, i: usize) -> f64 {
        let [formal, informal, seeking, _] = adults_by_state(self.work[i]);
        SHARE[usize::from(seeking)][usize::from(formal + informal + seeking)]
    }
}

/// `part / whole` for up to [`ADULTS`], 0 of none.
const SHARE: [[f64; ADULTS + 1]; ADULTS + 1] = {
    let mut table = [[0.0; ADULTS + 1]; ADULTS + 1];
    let mut part = 0;
    while part <= ADULTS {
        let mut whole = 1;
        while whole <= ADULTS {
            table[part][whole] = part as f64 / whole as f64;
            whole += 1;
        }
        part += 1;
    }
    table
};

/// Adults in each state, in the order of [`Work`] without its last.
#[inline]
pub fn adults_by_state(work: [Work; ADULTS]) -> [u8; 4] {
    // A byte a state; adults that do not exist count above the lowest four.
    let packed: u64 = work.iter().map(|&w| 1 << (8 * w as u32)).sum();
    (packed as u32).to_le_bytes()
}

/// The same for the first households of a column, at most a strip of them, one lane a state.
#[inline(always)]
pub fn strip_by_state(work: &[[Work; ADULTS]]) -> [Lane<u8>; 4] {
    let work = apart::<ADULTS, Work>(work.as_flattened());
    let mut lanes = [[0; STRIP]; 4];
    let states = [Work::Formal, Work::Informal, Work::Unemployed, Work::Inactive];
    for (lane, state) in lanes.iter_mut().zip(states) {
        for adult in &work {
            for k in 0..STRIP {
                lane[k] += u8::from(adult[k] == state);
            }
        }
    }
    lanes
}

/// Share of the search of a seeker of `skill` that goes to jobs of skill `level`; sums to 1.
#[inline]
pub fn search_share(adjacency: f64, skill: usize, level: usize) -> f64 {
    if level == skill {
        1.0 - adjacency
    } else if adjacent(skill).contains(&level) {
        adjacency / (adjacent(skill).count() - 1).max(1) as f64
    } else {
        0.0
    }
}

/// Level of the job sought by a seeker of `skill` at point `u` in (0, 1) of [`search_share`].
#[inline]
pub fn sought_level(adjacency: f64, skill: usize, u: f64) -> usize {
    if u >= adjacency {
        return skill;
    }
    match skill {
        0 => 1,
        s if s + 1 == SKILLS => s - 1,
        s if u < adjacency / 2.0 => s - 1,
        s => s + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adults_of_a_strip_are_counted_as_those_of_each_household() {
        use Work::{Formal, Inactive, Informal, None, Unemployed};
        let kinds = [
            [Formal, Informal, None],
            [Unemployed; ADULTS],
            [Inactive, Formal, Formal],
            [Informal, Informal, Unemployed],
            [None; ADULTS],
        ];
        for n in [STRIP, 7] {
            let work: Vec<_> = kinds.into_iter().cycle().take(n).collect();
            let lanes = strip_by_state(&work);
            for (k, &work) in work.iter().enumerate() {
                assert_eq!(lanes.map(|lane| lane[k]), adults_by_state(work));
            }
        }
    }

    #[test]
    fn search_is_shared_out_completely_and_as_drawn() {
        for skill in 0..SKILLS {
            let shares: Vec<f64> = (0..SKILLS).map(|l| search_share(0.3, skill, l)).collect();
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let mut counts = [0_u32; SKILLS];
            for k in 0..1000 {
                counts[sought_level(0.3, skill, (f64::from(k) + 0.5) / 1000.0)] += 1;
            }
            for (count, share) in counts.iter().zip(shares) {
                assert!((f64::from(*count) / 1000.0 - share).abs() < 0.002);
            }
        }
    }
}
