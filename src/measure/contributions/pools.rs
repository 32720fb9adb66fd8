//! Means over households that come and go, and what changes them.
//!
//! At every mechanism the mean of a pool moves from that of the old members with their old values to that of
//! the new members with their new ones. In turn: those who stay change their values (rows of mechanisms),
//! some are counted no longer, those who stay change their weight, some are counted from now on (rows of
//! `composition`). The steps telescope, so the rows add up to the change of the mean.

use super::labels::{TURNOVER, TURNOVERS, Turnover, WEIGHTS};
use super::state::State;
use crate::measure::LEAST_HOUSEHOLDS;
use crate::world::Setting;

/// A set of households.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Region, or the whole country.
    pub region: Option<usize>,
    /// Group, or everyone.
    pub group: Option<usize>,
    /// Whether its means are over persons, as in tension, or over households, as for attitudes.
    pub persons: bool,
}

/// A household as pools count it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Region.
    pub region: usize,
    /// Households and persons at full scale it stands for.
    pub weights: [f64; 2],
}

/// How a household is counted before and after a step, with which value; nothing where it is not.
pub type Counted = (Option<(Member, f64)>, Option<(Member, f64)>);

/// Mean of a state over a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mean {
    weight: f64,
    sum: f64,
    agents: u32,
}

impl Mean {
    fn add(&mut self, weight: f64, value: f64) {
        self.weight += weight;
        self.sum += weight * value;
        self.agents += 1;
    }

    /// The mean; 0 where nobody is counted.
    pub fn value(&self) -> f64 {
        if self.weight > 0.0 { self.sum / self.weight } else { 0.0 }
    }

    /// The mean, where anyone is counted.
    pub fn known(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.value())
    }

    /// The mean, where enough households stand behind it to show it.
    pub fn shown(&self) -> Option<f64> {
        self.known().filter(|_| self.agents >= LEAST_HOUSEHOLDS)
    }

    /// Weight of those counted.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Households counted.
    pub fn agents(&self) -> u32 {
        self.agents
    }
}

/// What is added up over the members of a pool in one step.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    stayed_old_weight: Mean,
    stayed: Mean,
    now: Mean,
    turnover: [Mean; TURNOVERS],
}

/// All pools with their means and the rows of the week.
#[derive(Debug, Clone)]
pub struct Pools {
    /// The pools.
    pub list: Vec<Pool>,
    /// Means by pool and state.
    means: Vec<Mean>,
    /// Contributions of the week by pool, state and label.
    rows: Vec<f64>,
    /// Whether a mean was undefined in the course of the week.
    broken: Vec<bool>,
    of: Vec<Vec<usize>>,
    groups: usize,
    states: usize,
    /// Whether means of a state are over persons in every pool.
    by_persons: Vec<bool>,
    labels: usize,
    accounts: Vec<Account>,
}

impl Pools {
    /// Empty pools.
    pub fn new(setting: &Setting, list: Vec<Pool>, followed: &[State], labels: usize) -> Self {
        let states = followed.len();
        let (regions, groups) = (setting.regions(), setting.groups());
        let of = (0..regions * groups)
            .map(|k| {
                let fits = |pool: &Pool| {
                    pool.region.is_none_or(|r| r == k / groups)
                        && pool.group.is_none_or(|g| g == k % groups)
                };
                (0..list.len()).filter(|&p| fits(&list[p])).collect()
            })
            .collect();
        let n = list.len();
        Self {
            means: vec![Mean::default(); n * states],
            rows: vec![0.0; n * states * labels],
            broken: vec![false; n * states],
            accounts: vec![Account::default(); n],
            list,
            of,
            groups,
            states,
            by_persons: followed.iter().map(|s| s.by_persons()).collect(),
            labels,
        }
    }

    fn of(&self, member: &Member, group: usize) -> &[usize] {
        &self.of[member.region * self.groups + group]
    }

    /// Position in [`Member::weights`] of the weight that counts.
    fn kind(&self, pool: usize, state: usize) -> usize {
        usize::from(self.list[pool].persons || self.by_persons[state])
    }

    /// The mean of a state over a pool.
    pub fn mean(&self, pool: usize, state: usize) -> &Mean {
        &self.means[pool * self.states + state]
    }

    /// This week's contributions to it so far, by label.
    pub fn rows(&self, pool: usize, state: usize) -> &[f64] {
        &self.rows[(pool * self.states + state) * self.labels..][..self.labels]
    }

    /// Whether it was defined all through the week, so that its rows add up to its change.
    pub fn whole(&self, pool: usize, state: usize) -> bool {
        !self.broken[pool * self.states + state]
    }

    /// Takes members and values as they are, without booking anything.
    pub fn begin(&mut self, state: usize, counted: impl Iterator<Item = (usize, Member, f64)>) {
        for (group, member, value) in counted {
            for n in 0..self.of(&member, group).len() {
                let p = self.of(&member, group)[n];
                let weight = member.weights[self.kind(p, state)];
                self.means[p * self.states + state].add(weight, value);
            }
        }
    }

    /// Clears the rows of the week.
    pub fn clear(&mut self) {
        self.rows.fill(0.0);
        self.broken.fill(false);
    }

    /// Books the change of one household in one step: `before` and `after` say how it was and is counted with
    /// which value, `parts` what changed its value, and the two kinds why it may have gone and come.
    pub fn book(
        &mut self,
        state: usize,
        group: usize,
        (before, after): Counted,
        parts: &[(usize, f64)],
        (gone, come): (Turnover, Turnover),
    ) {
        if let Some((member, old)) = before {
            for n in 0..self.of(&member, group).len() {
                let p = self.of(&member, group)[n];
                let kind = self.kind(p, state);
                let weight = member.weights[kind];
                let stays = after.filter(|(now, _)| self.of(now, group).contains(&p));
                let Some((now, new)) = stays else {
                    self.accounts[p].turnover[gone as usize].add(weight, old);
                    continue;
                };
                let account = &mut self.accounts[p];
                account.stayed_old_weight.add(weight, new);
                account.stayed.add(now.weights[kind], new);
                account.now.add(now.weights[kind], new);
                let all = self.means[p * self.states + state].weight;
                let rows = &mut self.rows[(p * self.states + state) * self.labels..][..self.labels];
                for (label, x) in parts {
                    rows[*label] += weight * x / all;
                }
            }
        }
        let Some((member, new)) = after else { return };
        for n in 0..self.of(&member, group).len() {
            let p = self.of(&member, group)[n];
            if before.is_some_and(|(was, _)| self.of(&was, group).contains(&p)) {
                continue;
            }
            let weight = member.weights[self.kind(p, state)];
            self.accounts[p].turnover[come as usize].add(weight, new);
            self.accounts[p].now.add(weight, new);
        }
    }

    /// Closes a step: books who came and went, and takes over the new means of `state`.
    pub fn close(&mut self, state: usize) {
        for (p, account) in self.accounts.iter_mut().enumerate() {
            let at = p * self.states + state;
            let (old, new) = (self.means[at], account.now);
            let account = std::mem::take(account);
            self.means[at] = new;
            if old.weight <= 0.0 || new.weight <= 0.0 {
                self.broken[at] |= old.weight > 0.0 || new.weight > 0.0;
                continue;
            }
            let rows = &mut self.rows[at * self.labels..][..self.labels];
            let gone = account.stayed_old_weight.known().unwrap_or(old.value());
            let rest = account.stayed.known().unwrap_or(gone);
            rows[WEIGHTS] += rest - gone;
            for (k, kind) in account.turnover.iter().enumerate() {
                // Kinds of leaving and of coming do not overlap, see `Turnover::leaves`.
                if Turnover::leaves(k) {
                    rows[TURNOVER + k] -= (kind.sum - kind.weight * gone) / old.weight;
                } else {
                    rows[TURNOVER + k] += (kind.sum - kind.weight * rest) / new.weight;
                }
            }
        }
    }
}

/// Positions among all states of those that make up each component of tension, with their factor.
pub fn components(setting: &Setting, states: &[State], group: usize) -> Vec<Vec<(usize, f64)>> {
    let find = |wanted: &dyn Fn(&State) -> bool| -> Vec<usize> {
        (0..states.len()).filter(|&s| wanted(&states[s])).collect()
    };
    let other = |t: usize| setting.targets[t] != group;
    let even = |found: Vec<usize>, sign: f64| -> Vec<(usize, f64)> {
        let per = sign / found.len().max(1) as f64;
        found.into_iter().map(|s| (s, per)).collect()
    };
    vec![
        even(find(&|s| matches!(s, State::Hostility(t) if other(*t))), 1.0),
        even(find(&|s| matches!(s, State::Fear(t) if other(*t))), 1.0),
        even(find(&|s| *s == State::Acting), 1.0),
        even(find(&|s| *s == State::Incidents), 1.0),
        even(find(&|s| matches!(s, State::Trust(_))), -1.0),
        even(find(&|s| matches!(s, State::Burden | State::Wait | State::Joblessness)), 1.0),
    ]
}
