//! Runs the mechanisms of a replicate one by one and books what each changes.
//!
//! A mechanism is run as it always is; where it says what a change is made of ("notes"), the change is split.
//! So the replicate is the same with and without a tracer.

use std::sync::atomic::{AtomicU32, Ordering};

use super::labels::{
    ACTS_AT, BOUNDS, FEAR_AT, HOSTILITY_AT, NORM_AT, START, STEPS_AT, TRUST_AT, WELLBEING_AT,
};
use super::memory::Memory;
use super::state::{State, Values};
use crate::engine::shares::add_up;
use crate::measure::tension;
use crate::mechanisms::acts::{self, Made, split as act_split};
use crate::mechanisms::affect::split::{FEAR, HOSTILITY_PARTS, Pulls, pulls};
use crate::mechanisms::schedule::{Step, WEEK};
use crate::mechanisms::threat::{self, CHANNELS};
use crate::mechanisms::{blame, trust, wellbeing};
use crate::world::society::INSTITUTIONS;
use crate::world::{Context, Setting, World};

/// Numbers that threads note side by side, each on its own row.
struct Notes {
    width: usize,
    cells: Vec<AtomicU32>,
}

impl Notes {
    fn new(rows: usize, width: usize) -> Self {
        Self { width, cells: (0..rows * width).map(|_| AtomicU32::new(0)).collect() }
    }

    fn put(&self, row: usize, values: &[f32]) {
        for (cell, x) in self.cells[row * self.width..].iter().zip(values) {
            cell.store(x.to_bits(), Ordering::Relaxed);
        }
    }

    fn get<const N: usize>(&self, row: usize) -> [f64; N] {
        let cells = &self.cells[row * self.width..][..N];
        std::array::from_fn(|k| f64::from(f32::from_bits(cells[k].load(Ordering::Relaxed))))
    }
}

/// Numbers noted of an act: those of [`Made`], then two changes of the norm.
const ACT_NOTES: usize = 8;
/// Parts of life satisfaction, its bounds included.
const LIFE: usize = wellbeing::PARTS.len() + 1;

/// What changes the values of some households.
pub(super) struct Tracer<'a> {
    setting: &'a Setting,
    /// Households followed.
    pub who: Vec<usize>,
    /// Position of the first in `who`, if all follow each other.
    all: bool,
    targets: usize,
    /// States followed.
    pub states: Vec<State>,
    /// Values by state and household.
    pub values: Vec<Vec<f64>>,
    incidents: Vec<f64>,
    threats: Notes,
    unblamed: Vec<f32>,
    pulls: Vec<Option<Pulls>>,
    fear: Memory,
    hostility: Memory,
    levels: Vec<Option<([f64; LIFE], f64)>>,
    life: Memory,
    dealings: Notes,
    deeds: Notes,
    fatigue: Vec<f64>,
    deed: Vec<Option<act_split::State>>,
    /// Largest distance between recomputed and stored changes, in units of the stored type, by state.
    pub missed: Vec<f64>,
}

impl<'a> Tracer<'a> {
    /// Follows households `who` (in order of their slots) from week 0 on.
    pub fn new(ctx: &Context<'a>, world: &World, who: Vec<usize>) -> Self {
        let setting = ctx.setting;
        let (n, targets) = (who.len(), setting.targets.len());
        let states = State::all(setting);
        let usual = setting.scenario.parameters.incidents.base_rate;
        let usual = world.incidents.is_empty().then_some(usual);
        let mut tracer = Self {
            setting,
            all: n == setting.households(),
            who,
            targets,
            values: Vec::new(),
            missed: vec![0.0; states.len()],
            states,
            incidents: tension::incidents(setting, world, usual),
            threats: Notes::new(n * targets, CHANNELS.len()),
            unblamed: Vec::new(),
            pulls: vec![None; n * targets],
            fear: Memory::new(n * targets, FEAR.len()),
            hostility: Memory::new(n * targets, HOSTILITY_PARTS),
            levels: vec![None; n],
            life: Memory::new(n, LIFE),
            dealings: Notes::new(n * INSTITUTIONS, trust::PARTS.len()),
            deeds: Notes::new(n, ACT_NOTES),
            fatigue: Vec::new(),
            deed: vec![None; n],
        };
        let values = Values::new(setting, world, &tracer.incidents);
        let column = |s: &State| tracer.who.iter().map(|&i| values.get(*s, i)).collect();
        tracer.values = tracer.states.iter().map(column).collect();
        tracer.rest(ctx, world);
        tracer
    }

    /// What the levels at week 0 are made of: the mechanisms are asked on a copy of the world.
    fn rest(&mut self, ctx: &Context<'_>, world: &World) {
        let mut copy = world.clone();
        self.run_threat(ctx, &mut copy);
        self.unblamed.clone_from(&copy.society.threat);
        blame::step(ctx, &mut copy);
        self.look_at_affect(&copy);
        let (who, targets) = (&self.who, self.targets);
        for (k, pulls) in self.pulls.iter_mut().enumerate() {
            if let Some((fear, hostility)) = pulls.take() {
                let at = who[k / targets] * targets + k % targets;
                let society = &world.society;
                self.fear.begin(k, &fear.goals, f64::from(society.fear[at]));
                self.hostility.begin(k, &hostility.goals, f64::from(society.hostility[at]));
            }
        }
        self.look_at_wellbeing(world, world.week);
        for (k, level) in self.levels.iter().enumerate() {
            if let Some((goals, _)) = level {
                let now = world.society.life_satisfaction[self.who[k]];
                self.life.begin(k, goals, f64::from(now));
            }
        }
        self.run_acts(ctx, &mut copy);
        for k in 0..self.who.len() {
            self.deed[k] = self.deed_of(world, k);
        }
    }

    /// Position of household `i` among those followed.
    fn place(&self, i: usize) -> Option<usize> {
        if self.all { Some(i) } else { self.who.binary_search(&i).ok() }
    }

    fn run_threat(&self, ctx: &Context<'_>, world: &mut World) {
        threat::step_noting(ctx, world, &|i, t, channels| {
            if let Some(k) = self.place(i) {
                self.threats.put(k * self.targets + t, &channels);
            }
        });
    }

    fn run_acts(&mut self, ctx: &Context<'_>, world: &mut World) {
        self.fatigue = world.society.regions.iter().map(|r| r.fatigue).collect();
        acts::step_noting(ctx, world, &|i, made, norm| {
            if let Some(k) = self.place(i) {
                let [hostility, threat] = made.grievance;
                let rung = made.rung as f32;
                let noted = [hostility, threat, made.norm, made.sanction, made.seen, rung];
                self.deeds.put(k, &[noted.as_slice(), &norm].concat());
            }
        });
    }

    fn deed_of(&self, world: &World, k: usize) -> Option<act_split::State> {
        let i = self.who[k];
        let r = usize::from(world.households.region[i]);
        world.households.here(i).then(|| {
            let x = self.deeds.get::<ACT_NOTES>(k).map(|x| x as f32);
            let made = Made {
                grievance: [x[0], x[1]],
                norm: x[2],
                sanction: x[3],
                seen: x[4],
                rung: x[5] as usize,
            };
            act_split::State { made, fatigue: self.fatigue[r] }
        })
    }

    fn look_at_affect(&mut self, world: &World) {
        let (targets, threat) = (self.targets, &world.society.threat);
        let mut found = std::mem::take(&mut self.pulls);
        found.fill(None);
        let threats = |at: usize| {
            let mut parts: [f64; CHANNELS.len()] = [0.0; CHANNELS.len()];
            if let Some(k) = self.place(at / targets) {
                parts = self.threats.get(k * targets + at % targets);
            }
            // Losses count as far as they are laid on the target.
            let (own, regional) = (CHANNELS.len() - 2, CHANNELS.len() - 1);
            let loss = parts[own] + parts[regional];
            let laid = f64::from(threat[at]) - f64::from(self.unblamed[at]);
            let share = if loss > 0.0 { laid / loss } else { 0.0 };
            parts[own] *= share;
            parts[regional] *= share;
            parts
        };
        pulls(self.setting, world, &self.who, threats, |i, t, pull| {
            if let Some(k) = self.place(i) {
                found[k * targets + t] = Some(*pull);
            }
        });
        self.pulls = found;
    }

    fn look_at_wellbeing(&mut self, world: &World, week: u32) {
        for (level, &i) in self.levels.iter_mut().zip(&self.who) {
            *level = world.households.here(i).then(|| {
                let (parts, weight) = wellbeing::levels(self.setting, world, week, i);
                let sum: f64 = parts.iter().sum();
                let mut goals = [0.0; LIFE];
                goals[..LIFE - 1].copy_from_slice(&parts);
                goals[LIFE - 1] = sum.clamp(0.0, 1.0) - sum;
                (goals, weight)
            });
        }
    }

    /// Runs a mechanism as the week does, noting what its changes are made of.
    pub fn run(&mut self, ctx: &Context<'_>, world: &mut World, step: &Step) {
        match step.name {
            "threat" => self.run_threat(ctx, world),
            "blame" => {
                self.unblamed.clone_from(&world.society.threat);
                (step.run)(ctx, world);
            }
            "affect" => {
                self.look_at_affect(world);
                (step.run)(ctx, world);
            }
            "wellbeing" => {
                self.look_at_wellbeing(world, ctx.week);
                (step.run)(ctx, world);
            }
            "acts" => self.run_acts(ctx, world),
            "trust" => trust::step_noting(ctx, world, &|i, s, parts| {
                if let Some(k) = self.place(i) {
                    self.dealings.put(k * INSTITUTIONS + s, &parts);
                }
            }),
            _ => (step.run)(ctx, world),
        }
        if step.writes.contains(&"society.regions.incidents") {
            self.incidents = tension::incidents(self.setting, world, None);
        }
    }

    /// Shows each followed household whose state `s` may have changed in `step`: its position, old and new
    /// value and the parts of the change. Values are taken over; call it once for each state and step.
    pub fn changes(
        &mut self,
        world: &World,
        step: &Step,
        s: usize,
        mut show: impl FnMut(usize, (f64, f64), &[(usize, f64)]),
    ) {
        let state = self.states[s];
        let incidents = std::mem::take(&mut self.incidents);
        let values = Values::new(self.setting, world, &incidents);
        let whole = WEEK.iter().position(|x| x.name == step.name).unwrap_or(0) + STEPS_AT;
        let mut parts = Vec::new();
        for k in 0..self.who.len() {
            let (old, new) = (self.values[s][k], values.get(state, self.who[k]));
            parts.clear();
            let missed = self.split(world, step, state, k, (old, new), &mut parts);
            match missed {
                Some(missed) => self.missed[s] = self.missed[s].max(units(missed, old, new)),
                None if new != old => parts.push((whole, new - old)),
                None => {}
            }
            self.values[s][k] = new;
            show(k, (old, new), &parts);
        }
        drop(values);
        self.incidents = incidents;
    }

    /// Splits a change of a state that a mechanism gives parts of; says by how much they missed it before
    /// rounding was shared out. Nothing where it gives none.
    fn split(
        &mut self,
        world: &World,
        step: &Step,
        state: State,
        k: usize,
        change: (f64, f64),
        out: &mut Vec<(usize, f64)>,
    ) -> Option<f64> {
        let (old, new) = change;
        match (step.name, state) {
            ("affect", State::Fear(t)) => {
                let at = k * self.targets + t;
                let (pull, _) = self.pulls[at].as_ref()?;
                let goal = (pull.weight, pull.goals.as_slice());
                Some(self.fear.follow(at, goal, change, FEAR_AT, out))
            }
            ("affect", State::Hostility(t)) => {
                let at = k * self.targets + t;
                let (_, pull) = self.pulls[at].as_ref()?;
                let goal = (pull.weight, pull.goals.as_slice());
                Some(self.hostility.follow(at, goal, change, HOSTILITY_AT, out))
            }
            ("wellbeing", State::LifeSatisfaction) => {
                let (goals, weight) = self.levels[k].as_ref()?;
                let missed = self.life.follow(k, (*weight, goals), change, WELLBEING_AT, out);
                // The last part of the goal is where it is cut.
                for row in out.iter_mut().filter(|row| row.0 == WELLBEING_AT + LIFE - 1) {
                    row.0 = BOUNDS;
                }
                Some(missed)
            }
            ("trust", State::Trust(j)) => {
                if !world.households.here(self.who[k]) {
                    return None;
                }
                let parts = self.dealings.get::<{ trust::PARTS.len() }>(k * INSTITUTIONS + j);
                let free = old + parts.iter().sum::<f64>();
                let cut = free.clamp(0.0, 1.0) - free;
                let mut rows = [parts[0], parts[1], parts[2], cut];
                let missed = new - old - rows.iter().sum::<f64>();
                add_up(&mut rows, new - old);
                out.extend((TRUST_AT..).zip(rows[..3].iter().copied()));
                out.push((BOUNDS, rows[3]));
                Some(missed)
            }
            ("acts", State::Norm) => {
                if !world.households.here(self.who[k]) {
                    return None;
                }
                let noted = self.deeds.get::<ACT_NOTES>(k);
                let mut rows = [noted[6], noted[7]];
                let missed = new - old - rows.iter().sum::<f64>();
                add_up(&mut rows, new - old);
                out.extend((NORM_AT..).zip(rows));
                Some(missed)
            }
            ("acts", State::Acting) => {
                let after = self.deed_of(world, k)?;
                let i = self.who[k];
                let before = self.deed[k].replace(after).unwrap_or(after);
                let mut rows = act_split::change(self.setting, i, &before, &after).to_vec();
                // The first time, acts were not what these inputs make of them.
                let began = act_split::probability(self.setting, i, &before) - old;
                let began = if units(began, old, old) < FIRST { 0.0 } else { began };
                rows.push(began);
                let missed = new - old - rows.iter().sum::<f64>();
                add_up(&mut rows, new - old);
                let names = (ACTS_AT..).take(rows.len() - 1).chain([START]);
                out.extend(names.zip(rows));
                Some(missed)
            }
            _ => None,
        }
    }
}

/// Units of the stored type below which a probability of acting is the one its inputs make.
const FIRST: f64 = 64.0;

/// A distance between values in units of the stored type at their size.
fn units(missed: f64, old: f64, new: f64) -> f64 {
    let size = old.abs().max(new.abs()).max(f64::from(f32::MIN_POSITIVE));
    missed.abs() / (f64::from(f32::EPSILON) * size)
}
