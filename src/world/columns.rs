//! Every column of the state by name, for the tests of who reads and writes what.

use std::collections::VecDeque;
use std::fmt::Debug;

use super::society::RegionSociety;
use super::{
    Account, Accounts, Flow, Flows, Incident, LabourMarket, LetState, Market, Members, Mood,
    Opinion, Presence, ProjectState, Rumour, Tenure, Work, World,
};
use crate::engine::draws::Address;
use crate::world::attachment::Sign;
use crate::world::conduct::Denial;

/// A column, or the part of one that lies in one region.
pub trait Part: Debug {
    /// Puts other valid values in: entries change places, numbers shrink by a tenth.
    fn scramble(&mut self);
}

/// One entry of a column.
trait Entry: Debug {
    /// Another valid value, where there is an easy one.
    fn shrink(&mut self) {}
}

impl Entry for f32 {
    fn shrink(&mut self) {
        *self *= 0.9;
    }
}
impl Entry for f64 {
    fn shrink(&mut self) {
        *self *= 0.9;
    }
}
impl<T: Entry, const N: usize> Entry for [T; N] {
    fn shrink(&mut self) {
        self.iter_mut().for_each(Entry::shrink);
    }
}
impl Entry for Mood {
    fn shrink(&mut self) {
        self.hostility *= 0.9;
        self.visible_hostile *= 0.9;
    }
}
impl Entry for LabourMarket {
    fn shrink(&mut self) {
        self.log_wage.shrink();
        self.vacancies *= 0.9;
    }
}
impl Entry for Market {
    fn shrink(&mut self) {
        self.tightness += 0.1;
    }
}
impl Entry for Rumour {
    fn shrink(&mut self) {
        self.believing *= 0.9;
    }
}
impl Entry for ProjectState {
    fn shrink(&mut self) {
        self.grievance *= 0.9;
        self.awareness *= 0.9;
    }
}
impl Entry for Incident {
    fn shrink(&mut self) {
        self.severity *= 0.9;
    }
}
impl Entry for (f64, f64) {
    fn shrink(&mut self) {
        self.0 *= 0.9;
    }
}
impl Entry for Opinion {}
impl Entry for u8 {}
impl Entry for u16 {}
impl Entry for u32 {}
impl Entry for bool {}
impl Entry for Presence {}
impl Entry for Tenure {}
impl Entry for LetState {}
impl Entry for Work {}
impl Entry for Address {}
impl Entry for Sign {}
impl Entry for Denial {
    fn shrink(&mut self) {
        self.known = 0.9 * self.known + 0.01;
    }
}
impl Entry for Vec<u32> {}
impl Entry for VecDeque<(u32, f64)> {}
impl Entry for (u32, u32, u8) {}

impl<T: Entry> Part for Vec<T> {
    fn scramble(&mut self) {
        let third = self.len().div_ceil(3) % self.len().max(1);
        self.rotate_left(third);
        self.iter_mut().for_each(Entry::shrink);
    }
}
impl<T: Entry, const N: usize> Part for [T; N] {
    fn scramble(&mut self) {
        self.shrink();
    }
}
impl Part for f64 {
    fn scramble(&mut self) {
        *self = *self * 0.9 + 0.01;
    }
}
impl Part for u32 {
    fn scramble(&mut self) {
        *self += 1;
    }
}
impl Part for Flows {
    fn scramble(&mut self) {
        self.add(Flow::Arrivals, 0, 0, 50.0);
        self.add(Flow::LeverCost, 0, 0, 50.0);
    }
}
impl Part for Accounts {
    fn scramble(&mut self) {
        self.transfer(Account::Households, Account::Landlords, 50);
    }
}
impl Part for Members {
    /// Nobody anywhere: whoever looks finds no place at all.
    fn scramble(&mut self) {
        *self = Self::default();
    }
}

/// The parts of one column.
type Parts = fn(&mut World) -> Vec<&mut dyn Part>;

fn each(world: &mut World, part: fn(&mut RegionSociety) -> &mut dyn Part) -> Vec<&mut dyn Part> {
    world.society.regions.iter_mut().map(part).collect()
}

/// A digest of a column: equal for equal values.
pub fn digest(world: &mut World, parts: Parts) -> blake3::Hash {
    blake3::hash(format!("{:?}", parts(world)).as_bytes())
}

/// Every column by name.
pub const COLUMNS: &[(&str, Parts)] = &[
    ("week", |w| vec![&mut w.week]),
    ("households.presence", |w| vec![&mut w.households.presence]),
    ("households.region", |w| vec![&mut w.households.region]),
    ("households.cell", |w| vec![&mut w.households.cell]),
    ("households.persons", |w| vec![&mut w.households.persons]),
    ("households.tenure", |w| vec![&mut w.households.tenure]),
    ("households.dwelling", |w| vec![&mut w.households.dwelling]),
    ("households.rent", |w| vec![&mut w.households.rent]),
    ("households.income", |w| vec![&mut w.households.income]),
    ("households.savings", |w| vec![&mut w.households.savings]),
    ("households.lease_end", |w| vec![&mut w.households.lease_end]),
    ("households.notice_until", |w| vec![&mut w.households.notice_until]),
    ("households.search_left", |w| vec![&mut w.households.search_left]),
    ("households.seeking", |w| vec![&mut w.households.seeking]),
    ("households.unhoused_weeks", |w| vec![&mut w.households.unhoused_weeks]),
    ("households.entry_week", |w| vec![&mut w.households.entry_week]),
    ("dwellings.address", |w| vec![&mut w.dwellings.address]),
    ("dwellings.region", |w| vec![&mut w.dwellings.region]),
    ("dwellings.band", |w| vec![&mut w.dwellings.band]),
    ("dwellings.cell", |w| vec![&mut w.dwellings.cell]),
    ("dwellings.log_reference", |w| vec![&mut w.dwellings.log_reference]),
    ("dwellings.reference", |w| vec![&mut w.dwellings.reference]),
    ("dwellings.state", |w| vec![&mut w.dwellings.state]),
    ("dwellings.ask", |w| vec![&mut w.dwellings.ask]),
    ("dwellings.landlord", |w| vec![&mut w.dwellings.landlord]),
    ("dwellings.short_let_friction", |w| vec![&mut w.dwellings.short_let_friction]),
    ("dwellings.by_region", |w| vec![&mut w.dwellings.by_region]),
    ("markets", |w| vec![&mut w.markets]),
    ("waiting", |w| vec![&mut w.waiting]),
    ("queues.gate_backlog", |w| vec![&mut w.queues.gate_backlog]),
    ("queues.gate_wait_days", |w| vec![&mut w.queues.gate_wait_days]),
    ("queues.gate_week_days", |w| vec![&mut w.queues.gate_week_days]),
    ("queues.service_backlog", |w| vec![&mut w.queues.service_backlog]),
    ("queues.service_wait_days", |w| vec![&mut w.queues.service_wait_days]),
    ("queues.service_unmet", |w| vec![&mut w.queues.service_unmet]),
    ("flows", |w| vec![&mut w.flows]),
    ("society.fear", |w| vec![&mut w.society.fear]),
    ("society.fear_floor", |w| vec![&mut w.society.fear_floor]),
    ("society.hostility", |w| vec![&mut w.society.hostility]),
    ("society.contact", |w| vec![&mut w.society.contact]),
    ("society.threat", |w| vec![&mut w.society.threat]),
    ("society.blame_outgroups", |w| vec![&mut w.society.blame_outgroups]),
    ("society.life_satisfaction", |w| vec![&mut w.society.life_satisfaction]),
    ("society.trust", |w| vec![&mut w.society.trust]),
    ("society.norm", |w| vec![&mut w.society.norm]),
    ("society.act_probability", |w| vec![&mut w.society.act_probability]),
    ("society.rung", |w| vec![&mut w.society.rung]),
    ("society.exposure", |w| vec![&mut w.society.exposure]),
    ("society.presence", |w| vec![&mut w.society.presence]),
    ("society.settled", |w| vec![&mut w.society.settled]),
    ("society.meeting", |w| vec![&mut w.society.meeting]),
    ("society.members", |w| vec![&mut w.society.members]),
    ("society.mood", |w| vec![&mut w.society.mood]),
    ("society.opinion", |w| vec![&mut w.society.opinion]),
    ("society.arrival_ties", |w| vec![&mut w.society.arrival_ties]),
    ("society.usual_burden", |w| vec![&mut w.society.usual_burden]),
    ("society.loss", |w| vec![&mut w.society.loss]),
    ("society.rumours", |w| vec![&mut w.society.rumours]),
    ("society.base_rent", |w| vec![&mut w.society.base_rent]),
    ("society.state_threat", |w| vec![&mut w.society.state_threat]),
    ("society.regions.salience", |w| each(w, |r| &mut r.salience)),
    ("society.regions.group_salience", |w| each(w, |r| &mut r.group_salience)),
    ("society.regions.visible_hostility", |w| each(w, |r| &mut r.visible_hostility)),
    ("society.regions.online_hostility", |w| each(w, |r| &mut r.online_hostility)),
    ("society.regions.presence", |w| each(w, |r| &mut r.presence)),
    ("society.regions.settled", |w| each(w, |r| &mut r.settled)),
    ("society.regions.displaced", |w| each(w, |r| &mut r.displaced)),
    ("society.regions.displaced_believed", |w| each(w, |r| &mut r.displaced_believed)),
    ("society.regions.rumour", |w| each(w, |r| &mut r.rumour)),
    ("society.regions.silence_days", |w| each(w, |r| &mut r.silence_days)),
    ("society.regions.worst_severity", |w| each(w, |r| &mut r.worst_severity)),
    ("society.regions.incidents", |w| each(w, |r| &mut r.incidents)),
    ("society.regions.incidents_reported", |w| each(w, |r| &mut r.incidents_reported)),
    ("society.regions.acting", |w| each(w, |r| &mut r.acting)),
    ("society.regions.perceived_sanction", |w| each(w, |r| &mut r.perceived_sanction)),
    ("society.regions.police_capacity", |w| each(w, |r| &mut r.police_capacity)),
    ("society.regions.fatigue", |w| each(w, |r| &mut r.fatigue)),
    ("society.regions.denial_detected", |w| each(w, |r| &mut r.denial_detected)),
    ("society.regions.admitted", |w| each(w, |r| &mut r.admitted)),
    ("society.regions.acknowledged_fault", |w| each(w, |r| &mut r.acknowledged_fault)),
    ("society.regions.fairness", |w| each(w, |r| &mut r.fairness)),
    ("society.regions.help", |w| each(w, |r| &mut r.help)),
    ("society.regions.help_willing", |w| each(w, |r| &mut r.help_willing)),
    ("base_landlord_rents", |w| vec![&mut w.base_landlord_rents]),
    ("incidents", |w| vec![&mut w.incidents]),
    ("conduct.cell_acting", |w| vec![&mut w.conduct.cell_acting]),
    ("conduct.online_acting", |w| vec![&mut w.conduct.online_acting]),
    ("conduct.households", |w| vec![&mut w.conduct.households]),
    ("conduct.persons", |w| vec![&mut w.conduct.persons]),
    ("conduct.trust", |w| vec![&mut w.conduct.trust]),
    ("conduct.helpers", |w| vec![&mut w.conduct.helpers]),
    ("conduct.hostile_acts", |w| vec![&mut w.conduct.hostile_acts]),
    ("conduct.norm", |w| vec![&mut w.conduct.norm]),
    ("conduct.excitation", |w| vec![&mut w.conduct.excitation]),
    ("conduct.attacks", |w| vec![&mut w.conduct.attacks]),
    ("conduct.mediation", |w| vec![&mut w.conduct.mediation]),
    ("conduct.usual_fairness", |w| vec![&mut w.conduct.usual_fairness]),
    ("conduct.ordinary_loss", |w| vec![&mut w.conduct.ordinary_loss]),
    ("conduct.denials", |w| vec![&mut w.conduct.denials]),
    ("conduct.mediator_skill", |w| vec![&mut w.conduct.mediator_skill]),
    ("conduct.monitor_counts", |w| vec![&mut w.conduct.monitor_counts]),
    ("conduct.monitor_estimate", |w| vec![&mut w.conduct.monitor_estimate]),
    ("conduct.branching", |w| vec![&mut w.conduct.branching]),
    ("conduct.branching_peak", |w| vec![&mut w.conduct.branching_peak]),
    ("conduct.homes_left", |w| vec![&mut w.conduct.homes_left]),
    ("conduct.departed", |w| vec![&mut w.conduct.departed]),
    ("rent_level", |w| vec![&mut w.rent_level]),
    ("rent_aid", |w| vec![&mut w.rent_aid]),
    ("price_level", |w| vec![&mut w.price_level]),
    ("prices", |w| vec![&mut w.prices]),
    ("labour.work", |w| vec![&mut w.labour.work]),
    ("labour.weeks", |w| vec![&mut w.labour.weeks]),
    ("labour.region", |w| vec![&mut w.labour.region]),
    ("labour.employer", |w| vec![&mut w.labour.employer]),
    ("labour.wage_income", |w| vec![&mut w.labour.wage_income]),
    ("labour.markets", |w| vec![&mut w.labour.markets]),
    ("labour.applications", |w| vec![&mut w.labour.applications]),
    ("labour.hires", |w| vec![&mut w.labour.hires]),
    ("labour.newcomers_informal", |w| vec![&mut w.labour.newcomers_informal]),
    ("labour.employed", |w| vec![&mut w.labour.employed]),
    ("labour.newcomer_spending", |w| vec![&mut w.labour.newcomer_spending]),
    ("memory.group", |w| vec![&mut w.memory.group]),
    ("memory.household", |w| vec![&mut w.memory.household]),
    ("attachment.kin", |w| vec![&mut w.attachment.kin]),
    ("attachment.home", |w| vec![&mut w.attachment.home]),
    ("attachment.sign", |w| vec![&mut w.attachment.sign]),
    ("attachment.shown", |w| vec![&mut w.attachment.shown]),
    ("attachment.pressure", |w| vec![&mut w.attachment.pressure]),
    ("attachment.dose", |w| vec![&mut w.attachment.dose]),
    ("accounts", |w| vec![&mut w.accounts]),
    ("land.access", |w| vec![&mut w.land.access]),
    ("land.usual", |w| vec![&mut w.land.usual]),
    ("land.claims", |w| vec![&mut w.land.claims]),
    ("land.group_access", |w| vec![&mut w.land.group_access]),
    ("land.loss", |w| vec![&mut w.land.loss]),
    ("land.regional_loss", |w| vec![&mut w.land.regional_loss]),
    ("projects", |w| vec![&mut w.projects]),
    ("society.regions.contested", |w| each(w, |r| &mut r.contested)),
    ("society.regions.voice", |w| each(w, |r| &mut r.voice)),
    ("society.regions.openness", |w| each(w, |r| &mut r.openness)),
    ("society.regions.grievance", |w| each(w, |r| &mut r.grievance)),
    ("society.regions.disclosed", |w| each(w, |r| &mut r.disclosed)),
    ("conduct.usual_protest", |w| vec![&mut w.conduct.usual_protest]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::replicate::week0;
    use crate::scenario::testing;

    /// Names of the fields in a pretty printed structure, as paths.
    fn paths(text: &str) -> Vec<String> {
        let mut stack: Vec<(usize, &str)> = Vec::new();
        let mut all = Vec::new();
        for line in text.lines() {
            let trimmed = line.trim_start();
            let Some((name, _)) = trimmed.split_once(": ") else { continue };
            let indent = line.len() - trimmed.len();
            while stack.last().is_some_and(|(i, _)| *i >= indent) {
                stack.pop();
            }
            stack.push((indent, name));
            all.push(stack.iter().map(|(_, n)| *n).collect::<Vec<_>>().join("."));
        }
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn every_field_of_the_state_is_in_the_list() {
        let mut scenario = testing::two_towns();
        scenario.scale = 0.02;
        let (_, world) = week0(scenario);
        let below = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        for path in paths(&format!("{world:#?}")) {
            let listed = |(name, _): &(&str, Parts)| below(&path, name) || below(name, &path);
            assert!(COLUMNS.iter().any(listed), "{path} is in no column");
        }
    }
}
