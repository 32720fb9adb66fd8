//! The memory each part of the state takes.

use super::{Setting, World};
use crate::engine::profile::bytes_of;

impl World {
    /// Bytes of the parts that change, by name.
    pub fn bytes(&self) -> Vec<(&'static str, usize)> {
        let h = &self.households;
        let households = bytes_of(&h.presence)
            + bytes_of(&h.region)
            + bytes_of(&h.cell)
            + bytes_of(&h.persons)
            + bytes_of(&h.tenure)
            + bytes_of(&h.dwelling)
            + bytes_of(&h.rent)
            + bytes_of(&h.income)
            + bytes_of(&h.savings)
            + bytes_of(&h.lease_end)
            + bytes_of(&h.notice_until)
            + bytes_of(&h.search_left)
            + bytes_of(&h.seeking)
            + bytes_of(&h.unhoused_weeks)
            + bytes_of(&h.entry_week);
        let d = &self.dwellings;
        let dwellings = bytes_of(&d.address)
            + bytes_of(&d.region)
            + bytes_of(&d.band)
            + bytes_of(&d.cell)
            + bytes_of(&d.log_reference)
            + bytes_of(&d.reference)
            + bytes_of(&d.state)
            + bytes_of(&d.ask)
            + bytes_of(&d.landlord)
            + bytes_of(&d.short_let_friction)
            + d.by_region.iter().map(|r| bytes_of(r)).sum::<usize>();
        let l = &self.labour;
        let labour = bytes_of(&l.work)
            + bytes_of(&l.weeks)
            + bytes_of(&l.region)
            + bytes_of(&l.employer)
            + bytes_of(&l.wage_income);
        let s = &self.society;
        let attitudes = bytes_of(&s.fear)
            + bytes_of(&s.fear_floor)
            + bytes_of(&s.hostility)
            + bytes_of(&s.contact)
            + bytes_of(&s.threat)
            + bytes_of(&s.opinion)
            + bytes_of(&s.mood);
        let conduct = bytes_of(&s.norm)
            + bytes_of(&s.act_probability)
            + bytes_of(&s.rung)
            + bytes_of(&s.trust)
            + bytes_of(&s.blame_outgroups)
            + bytes_of(&s.life_satisfaction)
            + bytes_of(&s.usual_burden)
            + bytes_of(&s.loss)
            + bytes_of(&s.arrival_ties);
        let attachment = bytes_of(&self.attachment.kin)
            + bytes_of(&self.attachment.home)
            + bytes_of(&self.attachment.sign);
        vec![
            ("households", households),
            ("dwellings", dwellings),
            ("work", labour),
            ("attitudes", attitudes),
            ("conduct and trust", conduct),
            ("attachments", attachment),
            ("memory of injury", bytes_of(&self.memory.group) + bytes_of(&self.memory.household)),
        ]
    }
}

impl Setting {
    /// Bytes of the parts that are fixed and shared by all replicates, by name.
    pub fn bytes(&self) -> Vec<(&'static str, usize)> {
        let p = &self.people;
        let people = bytes_of(&p.address)
            + bytes_of(&p.weight)
            + bytes_of(&p.group)
            + bytes_of(&p.home_region)
            + bytes_of(&p.adults)
            + bytes_of(&p.skill)
            + bytes_of(&p.base_income)
            + bytes_of(&p.wave)
            + bytes_of(&p.arrival_day)
            + bytes_of(&p.transit)
            + bytes_of(&p.outside_income)
            + bytes_of(&p.persons);
        let t = &self.traits;
        let traits = bytes_of(&t.media_weight)
            + bytes_of(&t.openness)
            + bytes_of(&t.attribution)
            + bytes_of(&t.reach)
            + bytes_of(&t.influencers)
            + bytes_of(&t.follows)
            + bytes_of(&t.fear_anchor)
            + bytes_of(&t.distance_proneness)
            + bytes_of(&t.hostility_anchor)
            + bytes_of(&t.fairness_offset)
            + bytes_of(&t.threshold)
            + bytes_of(&t.risk_aversion)
            + bytes_of(&t.norm_anchor)
            + bytes_of(&t.empathy);
        let k = &self.kin;
        let kin = bytes_of(&k.families) + bytes_of(&k.family) + bytes_of(&k.far);
        let e = &self.employment;
        let employment = bytes_of(&e.sector) + bytes_of(&e.wage) + bytes_of(&e.usual_income);
        vec![
            ("people (shared)", people),
            ("traits (shared)", traits),
            ("kin (shared)", kin),
            ("employment (shared)", employment),
            (
                "attachments (shared)",
                bytes_of(&self.attachment.log_odds)
                    + bytes_of(&self.attachment.usual_fear)
                    + bytes_of(&self.attachment.usual_trust),
            ),
        ]
    }
}
