//! The books: who is counted where, what is written down each week.

use super::index::{Index, IndexRows};
use super::labels::{Turnover, labels};
use super::pools::{Counted, Member, Pool, Pools};
use super::state::State;
use super::tracer::Tracer;
use super::{Level, Row, Subject, Trace};
use crate::measure::tension;
use crate::mechanisms::schedule::Step;
use crate::world::{Context, Presence, Setting, World, household_name};

/// Households listed in [`Trace::moved`].
const MOST_MOVED: usize = 5;

/// The books of a replicate as it runs.
pub(super) struct Book<'a> {
    setting: &'a Setting,
    subject: Subject,
    tracer: Tracer<'a>,
    /// How each household is counted; nothing while it is not in the country.
    members: Vec<Option<Member>>,
    pools: Pools,
    /// Number of pools that are entities; the others are the cells of tension.
    entities: usize,
    index: Index,
    shown: usize,
    /// Mean hostility of each household when it was first seen.
    first: Vec<Option<f64>>,
    /// Rows of a household by state and label.
    own: Vec<Vec<f64>>,
    trace: Trace,
}

impl<'a> Book<'a> {
    /// Opens the books at week 0.
    pub fn open(ctx: &Context<'a>, world: &World, subject: Subject) -> Self {
        let setting = ctx.setting;
        let who = match subject {
            Subject::Household(i) => vec![i],
            Subject::Region(_) => (0..setting.households()).collect(),
        };
        let tracer = Tracer::new(ctx, world, who);
        let labels = labels();
        let list = match subject {
            Subject::Household(_) => Vec::new(),
            Subject::Region(region) => pools_of(setting, region),
        };
        let entities = match subject {
            Subject::Household(i) => vec![household_name(setting, i)],
            Subject::Region(_) => entity_names(setting, &list),
        };
        let shown = State::shown(setting);
        let mut states: Vec<String> = shown.iter().map(|s| s.name(setting)).collect();
        if matches!(subject, Subject::Region(_)) {
            states.push("tension".to_owned());
            states.extend(tension::IDS.iter().map(|&id| id.to_owned()));
        }
        let members = tracer.who.iter().map(|&i| member(setting, world, i)).collect();
        let mut book = Self {
            setting,
            subject,
            index: Index::new(setting, &list, &tracer.states, labels.len()),
            pools: Pools::new(setting, list, &tracer.states, labels.len()),
            entities: entities.len(),
            shown: shown.len(),
            first: vec![None; tracer.who.len()],
            own: vec![vec![0.0; labels.len()]; tracer.states.len()],
            members,
            trace: Trace {
                entities,
                states,
                labels,
                rows: Vec::new(),
                levels: Vec::new(),
                moved: Vec::new(),
                missed: Vec::new(),
                state_hash: String::new(),
            },
            tracer,
        };
        for s in 0..book.tracer.states.len() {
            let (setting, tracer, members) = (setting, &book.tracer, &book.members);
            let counted = tracer.who.iter().enumerate().filter_map(|(k, &i)| {
                let (group, value) = (usize::from(setting.people.group[i]), tracer.values[s][k]);
                let member = members[k].filter(|_| tracer.states[s].held(setting, group, value))?;
                Some((group, member, value))
            });
            book.pools.begin(s, counted);
        }
        book.week(0);
        book
    }

    /// Runs a mechanism and books what it changed.
    pub fn step(&mut self, ctx: &Context<'_>, world: &mut World, step: &'static Step) {
        let setting = self.setting;
        self.tracer.run(ctx, world, step);
        let writes = |column: &str| step.writes.contains(&column);
        let counted = ["households.presence", "households.region", "households.persons"];
        let recount = counted.into_iter().any(writes);
        let after: Option<Vec<Option<Member>>> =
            recount.then(|| self.tracer.who.iter().map(|&i| member(setting, world, i)).collect());
        let now = after.as_ref().unwrap_or(&self.members);
        let region = matches!(self.subject, Subject::Region(_));
        for s in 0..self.tracer.states.len() {
            let state = self.tracer.states[s];
            let touched = state.columns().iter().any(|c| writes(c));
            if !(touched || region && recount) {
                continue;
            }
            let (own, pools, members) = (&mut self.own[s], &mut self.pools, &self.members);
            let who: &[usize] = &self.tracer.who.clone();
            self.tracer.changes(world, step, s, |k, (old, new), parts| {
                if !region {
                    for (label, x) in parts {
                        own[*label] += x;
                    }
                    return;
                }
                let i = who[k];
                let group = usize::from(setting.people.group[i]);
                let count = |member: Option<Member>, value: f64| {
                    member.filter(|_| state.held(setting, group, value)).map(|m| (m, value))
                };
                let change = (count(members[k], old), count(now[k], new));
                let why = turnover(world, step.name, i, &change, (members[k], now[k]));
                pools.book(s, group, change, parts, why);
            });
            if region {
                self.pools.close(s);
            }
        }
        if let Some(after) = after {
            self.members = after;
        }
    }

    /// Writes the rows and levels of a week that is over.
    pub fn week(&mut self, week: u32) {
        match self.subject {
            Subject::Household(_) => self.household_week(week),
            Subject::Region(_) => self.region_week(week),
        }
        self.pools.clear();
        let targets = self.setting.targets.len();
        for (k, first) in self.first.iter_mut().enumerate() {
            if first.is_none() && self.members[k].is_some() {
                let group = usize::from(self.setting.people.group[self.tracer.who[k]]);
                *first = Some(mean_hostility(self.setting, &self.tracer, k, group, targets));
            }
        }
    }

    fn household_week(&mut self, week: u32) {
        let group = usize::from(self.setting.people.group[self.tracer.who[0]]);
        for s in 0..self.shown {
            let rows = &mut self.own[s];
            for (label, value) in rows.iter_mut().enumerate() {
                if *value != 0.0 {
                    self.trace.rows.push(Row { week, entity: 0, state: s, label, value: *value });
                }
                *value = 0.0;
            }
            let (state, value) = (self.tracer.states[s], self.tracer.values[s][0]);
            let has = matches!(state, State::Rent | State::RealRent)
                || state.held(self.setting, group, value);
            if has {
                self.trace.levels.push(Level { week, entity: 0, state: s, value });
            }
        }
    }

    fn region_week(&mut self, week: u32) {
        let before = self.trace.levels.iter().rposition(|l| l.week + 1 == week);
        let start = before.map_or(0, |end| {
            self.trace.levels[..=end].iter().rposition(|l| l.week + 1 < week).map_or(0, |p| p + 1)
        });
        let last: Vec<(usize, usize)> =
            self.trace.levels[start..].iter().map(|l| (l.entity, l.state)).collect();
        let had = |entity: usize, state: usize| last.binary_search(&(entity, state)).is_ok();
        let tension: Vec<Option<IndexRows>> = (0..self.entities)
            .map(|e| self.index.rows(self.setting, &self.pools, &self.pools.list[e]))
            .collect();
        self.index.close(self.setting, &self.pools);
        for (entity, tension) in tension.into_iter().enumerate() {
            let mut put = |state: usize, rows: &[f64]| {
                for (label, &value) in rows.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                    self.trace.rows.push(Row { week, entity, state, label, value });
                }
            };
            for s in 0..self.shown {
                let shown = self.pools.mean(entity, s).shown();
                if shown.is_some() && had(entity, s) && self.pools.whole(entity, s) {
                    put(s, self.pools.rows(entity, s));
                }
                if let Some(value) = shown {
                    self.trace.levels.push(Level { week, entity, state: s, value });
                }
            }
            let pool = self.pools.list[entity];
            let Some(points) = self.index.level(&pool) else { continue };
            if let Some(rows) = tension.filter(|_| had(entity, self.shown)) {
                let width = self.trace.labels.len();
                let all: Vec<f64> =
                    (0..width).map(|l| rows.iter().map(|row| row[l]).sum()).collect();
                put(self.shown, &all);
                for (k, row) in rows.iter().enumerate() {
                    put(self.shown + 1 + k, row);
                }
            }
            let levels = std::iter::once(points.iter().sum()).chain(points);
            for (k, value) in levels.enumerate() {
                self.trace.levels.push(Level { week, entity, state: self.shown + k, value });
            }
        }
    }

    /// Closes the books at the end of the replicate.
    pub fn shut(mut self, end: &World) -> Trace {
        if let Subject::Region(region) = self.subject {
            let targets = self.setting.targets.len();
            let mut moved: Vec<(usize, f64)> = Vec::new();
            for (k, &i) in self.tracer.who.iter().enumerate() {
                let here = self.members[k].is_some_and(|m| region.is_none_or(|r| r == m.region));
                if let (true, Some(first)) = (here, self.first[k]) {
                    let group = usize::from(self.setting.people.group[i]);
                    let now = mean_hostility(self.setting, &self.tracer, k, group, targets);
                    moved.push((i, now - first));
                }
            }
            moved.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            moved.truncate(MOST_MOVED);
            self.trace.moved = moved;
        }
        self.trace.missed = self.tracer.missed.clone();
        self.trace.state_hash = end.hash();
        self.trace
    }
}

/// Mean hostility of the `k`-th household followed over targets other than its own group.
fn mean_hostility(setting: &Setting, tracer: &Tracer<'_>, k: usize, group: usize, n: usize) -> f64 {
    let others = (0..n).filter(|&t| setting.targets[t] != group);
    let (sum, n) =
        others.fold((0.0, 0.0), |(sum, count), t| (sum + tracer.values[n + t][k], count + 1.0));
    if n > 0.0 { sum / n } else { 0.0 }
}

/// How household `i` is counted; nothing if it is not in the country.
fn member(setting: &Setting, world: &World, i: usize) -> Option<Member> {
    world.households.here(i).then(|| Member {
        region: usize::from(world.households.region[i]),
        weights: [
            f64::from(setting.people.weight[i]),
            setting.persons(i, world.households.persons[i]),
        ],
    })
}

/// Why household `i` is no longer counted where it was, and why it is counted where it was not.
fn turnover(
    world: &World,
    step: &str,
    i: usize,
    (before, after): &Counted,
    (was, is): (Option<Member>, Option<Member>),
) -> (Turnover, Turnover) {
    let gone = match (after, is) {
        (Some(_), _) => Turnover::MovedOut,
        (None, Some(_)) => Turnover::Ended,
        (None, None) if world.households.presence[i] == Presence::Merged => Turnover::Merged,
        (None, None) if step == "exit" => Turnover::Emigrated,
        (None, None) => Turnover::Left,
    };
    let come = match (before, was) {
        (Some(_), _) => Turnover::MovedIn,
        (None, Some(_)) => Turnover::Began,
        (None, None) => Turnover::Entered,
    };
    (gone, come)
}

/// The region or country, each of its groups, and the cells of tension.
fn pools_of(setting: &Setting, region: Option<usize>) -> Vec<Pool> {
    let (regions, listed) = (setting.regions(), &setting.scenario.listed);
    let entity = |group| Pool { region, group, persons: false };
    let cell = |r: usize, g: usize| Pool { region: Some(r), group: Some(g), persons: true };
    let within = region.map_or(0..regions, |r| r..r + 1);
    std::iter::once(entity(None))
        .chain(listed.iter().map(|&g| entity(Some(g))))
        .chain(within.flat_map(|r| listed.iter().map(move |&g| cell(r, g))))
        .collect()
}

/// Names of the pools over households: `north`, `north/newcomers`; the country is `all`.
fn entity_names(setting: &Setting, list: &[Pool]) -> Vec<String> {
    let name = |pool: &Pool| {
        let region =
            pool.region.map_or("all", |r| setting.scenario.regions[r].code.as_str()).to_owned();
        match pool.group {
            None => region,
            Some(g) => format!("{region}/{}", setting.scenario.groups[g].id),
        }
    };
    list.iter().filter(|pool| !pool.persons).map(name).collect()
}
