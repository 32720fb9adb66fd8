//! Second pass of the week: who is hired, who gives up, and what it does to incomes.

use super::market::Chances;
use super::{Parameters, Rows, adults_in, market_of, over_households, wage_factors};
use crate::engine::draws::{Address, Purpose, unit32};
use crate::engine::math::hazard;
use crate::engine::strips::{Keys, Lane, Lookup, STRIP, apart, bits, lane, ones, put};
use crate::engine::wide::wide;
use crate::scenario::SKILLS;
use crate::world::labour::sought_level;
use crate::world::{ADULTS, Context, NONE, SECTORS, Work, World, adults_by_state};

/// Seekers draw a level, an employer and a chance; the rest wait.
pub fn step(ctx: &Context<'_>, world: &mut World, chances: &[Chances], open: &[f64]) {
    let setting = ctx.setting;
    let p = &setting.scenario.parameters.labour;
    let search = Search { ctx, p, chances, open, give_up: hazard(p.discouragement) };
    let of_newcomer =
        |market: &crate::world::MarketReference| (market.wage * p.newcomer_productivity) as f32;
    let wages = Wages {
        factors: wage_factors(p, world),
        newcomers: setting.employment.reference.iter().map(of_newcomer).collect(),
    };
    let (regions, groups) = (setting.regions(), setting.groups());
    let cells = regions * groups;
    // By region and group who applied and their chances to be hired; by region the employed and the newcomers among
    // them with informal jobs.
    let jobs_at = 2 * cells;
    let mut income = std::mem::take(&mut world.households.income);
    let sums =
        over_households(&mut world.labour, &mut income, jobs_at + 2 * regions, |rows, table| {
            search.all(rows, |i, r, chance| {
                let weight = f64::from(setting.people.weight[i]);
                let cell = 2 * (r * groups + setting.people.group[i] as usize);
                table[cell] += weight;
                table[cell + 1] += weight * chance;
            });
            wide(
                #[inline(always)]
                || {
                    for from in (0..rows.work.len()).step_by(STRIP) {
                        wages.strip(ctx, rows, from, &mut table[jobs_at..]);
                    }
                },
            );
        });
    world.households.income = income;
    let get = |from: usize, n: usize| (0..n).map(|k| sums[from + 2 * k].get()).collect::<Vec<_>>();
    world.labour.applications = get(0, cells);
    world.labour.hires = get(1, cells);
    world.labour.employed = get(jobs_at, regions);
    world.labour.newcomers_informal = get(jobs_at + 1, regions);
}

/// What a search depends on.
pub(super) struct Search<'a> {
    pub ctx: &'a Context<'a>,
    pub p: &'a Parameters,
    /// By market.
    pub chances: &'a [Chances],
    /// Share of newcomers' applications that employers may take, by region.
    pub open: &'a [f64],
    /// Weekly chance to give up after a long search.
    pub give_up: f64,
}

impl Search<'_> {
    /// Search of all unemployed adults; `show` is told the slot and region of each and its chance to be hired.
    fn all(&self, rows: &mut Rows<'_>, mut show: impl FnMut(usize, usize, f64)) {
        let mut seekers: [Vec<u32>; ADULTS] = [const { Vec::new() }; ADULTS];
        for (strip, work) in rows.work.chunks(STRIP).enumerate() {
            let work = apart::<ADULTS, Work>(work.as_flattened());
            let mut seeks = [false; STRIP];
            for work in &work {
                for k in 0..STRIP {
                    seeks[k] |= work[k] == Work::Unemployed;
                }
            }
            for k in ones(bits(&seeks)) {
                for (work, seekers) in work.iter().zip(&mut seekers) {
                    if work[k] == Work::Unemployed {
                        seekers.push((strip * STRIP + k) as u32);
                    }
                }
            }
        }
        // Adults seek side by side: first the main earners, then the others.
        for (a, seekers) in seekers.iter().enumerate() {
            for some in seekers.chunks(STRIP) {
                let mut who = [Address(0); STRIP];
                for (who, &k) in who.iter_mut().zip(some) {
                    *who = self.ctx.setting.people.address[rows.first + k as usize];
                }
                let mut words = [[0; STRIP]; 4];
                let (week, purpose) = (self.ctx.week, Purpose::JobMatch);
                self.ctx.draws.blocks(&who[..some.len()], week, purpose, a as u32, &mut words);
                for (n, &k) in some.iter().enumerate() {
                    let u = std::array::from_fn(|w| unit32(words[w][n]));
                    let chance = self.one(rows, k as usize, a, u);
                    show(rows.first + k as usize, rows.region[k as usize] as usize, chance);
                }
            }
        }
    }

    /// Search of the unemployed adult `a` of a household, with draws for the level, employer, chance and kind of
    /// job; gives its chance to be hired.
    pub fn one(&self, rows: &mut Rows<'_>, k: usize, a: usize, u: [f32; 4]) -> f64 {
        let (ctx, i) = (self.ctx, rows.first + k);
        let who = ctx.setting.people.address[i];
        let (chance, job) = self.offer(who, i, rows.region[k], a as u32, u);
        if let Some((work, employer)) = job {
            rows.work[k][a] = work;
            if a == 0 {
                rows.employer[k] = employer;
            }
            return chance;
        }
        let weeks = rows.weeks[k][a];
        rows.weeks[k][a] = weeks.saturating_add(1);
        if f64::from(weeks) >= self.p.discouraged_after
            && ctx.draws.chance(self.give_up, who, ctx.week, Purpose::Inactivity, a as u32 + 1)
        {
            rows.work[k][a] = Work::Inactive;
        }
        chance
    }

    /// The chance of adult `a` of household `i` to find a job this week, given the level and the employer it asks, and
    /// the job it finds.
    #[inline]
    fn offer(
        &self,
        who: Address,
        i: usize,
        region: u16,
        a: u32,
        u: [f32; 4],
    ) -> (f64, Option<(Work, u32)>) {
        let (setting, p) = (self.ctx.setting, self.p);
        let newcomer = i >= setting.residents;
        let first = region as usize * SKILLS;
        let skill = setting.people.skill[i] as usize;
        let [u_level, u_employer, u_hired, u_formal] = u.map(f64::from);
        // Employers are many and far apart: one is looked up only when it matters.
        let employer = || {
            let sector = setting.employment.sector[i] as usize;
            let jobs = &setting.employment.jobs[region as usize * SECTORS + sector];
            jobs.get((u_employer * jobs.len() as f64) as usize).copied().unwrap_or(NONE)
        };
        let own = &self.chances[first + skill];
        let level = sought_level(p.adjacency, skill, u_level);
        let odds = if newcomer {
            let odds = match employer() {
                NONE => setting.employment.newcomer_odds[region as usize],
                e => f64::from(setting.employment.employers.newcomer_odds[e as usize]),
            };
            self.open[region as usize] * odds
        } else {
            1.0
        };
        let hire = (self.chances[first + level].hire * odds).min(1.0);
        let reoffer = if newcomer { own.reoffer.clamp(0.0, 1.0) } else { 0.0 };
        let chance = reoffer + (1.0 - reoffer) * hire;
        if reoffer > 0.0
            && self.ctx.draws.chance(reoffer, who, self.ctx.week, Purpose::Substitution, a)
        {
            return (chance, Some((Work::Informal, employer())));
        }
        if u_hired >= hire {
            return (chance, None);
        }
        let formal = if newcomer { p.newcomer_formal } else { own.formal };
        let work = if u_formal < formal { Work::Formal } else { Work::Informal };
        (chance, Some((work, employer())))
    }
}

/// What work is paid this week.
struct Wages {
    /// What turns a formal wage of week 0 into this week's, by market: formal, informal.
    factors: Vec<[f32; 2]>,
    /// Formal wages of newcomers at week 0, by market.
    newcomers: Vec<f32>,
}

impl Wages {
    /// Puts this week's wages into the incomes of a strip and counts its jobs in `table`: everyone's and
    /// newcomers' informal ones, by region.
    #[inline(always)]
    fn strip(&self, ctx: &Context<'_>, rows: &mut Rows<'_>, from: usize, table: &mut [f64]) {
        let setting = ctx.setting;
        let to = (from + STRIP).min(rows.work.len());
        let who = rows.first + from..rows.first + to;
        let work = apart::<ADULTS, Work>(rows.work[from..to].as_flattened());
        let mut takes_part = [false; STRIP];
        for k in 0..STRIP {
            takes_part[k] = work[0][k] != Work::None;
        }
        if !takes_part.contains(&true) {
            return;
        }
        let region = lane(&rows.region[from..to]);
        let mut market = market_of(&region, &lane(&setting.people.skill[who.clone()]));
        for k in 0..STRIP {
            // Those who take no part may have no market.
            market[k] = if takes_part[k] { market[k] } else { 0 };
        }
        let residents = &setting.employment.wage[who.start.min(setting.residents)..];
        let mut wage = lane(&residents[..residents.len().min(STRIP)]);
        let factors = Lookup::of(&market).table(&self.factors);
        let newcomers = setting.residents.saturating_sub(who.start).min(STRIP)..STRIP;
        for k in newcomers.clone() {
            wage[k] = self.newcomers[market[k] as usize];
        }
        let (formal, informal) = (adults_in(&work, Work::Formal), adults_in(&work, Work::Informal));
        let mut income = lane(&rows.income[from..to]);
        let mut wage_income = lane(&rows.wage_income[from..to]);
        let weight = lane(&setting.people.weight[who.clone()]);
        let mut jobs = [[0.0; STRIP]; 2];
        for k in 0..STRIP {
            let now = wage[k] * (formal[k] * factors[0][k] + informal[k] * factors[1][k]);
            let change = now - wage_income[k];
            let moves = takes_part[k] && change != 0.0;
            income[k] = if moves { (income[k] + change).max(0.0) } else { income[k] };
            wage_income[k] = if moves { now } else { wage_income[k] };
            jobs[0][k] = weight[k] * (formal[k] + informal[k]);
        }
        put(&income, &mut rows.income[from..to]);
        put(&wage_income, &mut rows.wage_income[from..to]);
        let mut regions: Lane<u32> = [0; STRIP];
        for k in 0..STRIP {
            regions[k] = u32::from(region[k]);
        }
        let keys = Keys::new(&regions, &takes_part);
        if newcomers.is_empty() {
            keys.add(&jobs[..1], table, 2, 0);
        } else {
            for k in newcomers {
                jobs[1][k] = weight[k] * informal[k];
            }
            keys.add(&jobs, table, 2, 0);
        }
    }
}

/// Puts this week's wages into the income of one household.
pub(super) fn pay(rows: &mut Rows<'_>, k: usize, factors: [f32; 2], wage: f32) {
    let [formal, informal, ..] = adults_by_state(rows.work[k]);
    let now = wage * (f32::from(formal) * factors[0] + f32::from(informal) * factors[1]);
    let change = now - rows.wage_income[k];
    if change != 0.0 {
        rows.income[k] = (rows.income[k] + change).max(0.0);
        rows.wage_income[k] = now;
    }
}
