//! A hash of the whole state, and the memory each part takes.

use blake3::Hasher;

use super::{Setting, World};
use crate::engine::profile::bytes_of;

/// Feeds numbers to a hash as their little-endian bytes.
struct Digest(Hasher);

impl Digest {
    fn f32(&mut self, column: &[f32]) {
        for x in column {
            self.0.update(&x.to_bits().to_le_bytes());
        }
    }

    fn f64(&mut self, column: &[f64]) {
        for x in column {
            self.0.update(&x.to_bits().to_le_bytes());
        }
    }

    fn u32(&mut self, column: &[u32]) {
        for x in column {
            self.0.update(&x.to_le_bytes());
        }
    }

    fn u16(&mut self, column: &[u16]) {
        for x in column {
            self.0.update(&x.to_le_bytes());
        }
    }
}

impl World {
    /// blake3 of the columns that carry the state forward, hex: equal states have equal hashes.
    pub fn hash(&self) -> String {
        let mut d = Digest(Hasher::new());
        let h = &self.households;
        for i in 0..h.presence.len() {
            let flags = u8::from(h.seeking[i]);
            d.0.update(&[h.presence[i] as u8, h.tenure[i] as u8, h.persons[i], flags]);
        }
        d.u16(&h.region);
        d.u32(&h.cell);
        d.u32(&h.dwelling);
        d.f32(&h.rent);
        d.f32(&h.income);
        d.f32(&h.savings);
        d.u16(&h.lease_end);
        d.u16(&h.notice_until);
        d.0.update(&h.search_left);
        d.0.update(&h.unhoused_weeks);
        for state in &self.dwellings.state {
            d.0.update(&[*state as u8]);
        }
        d.f32(&self.dwellings.ask);
        for m in &self.markets {
            d.f64(&[m.slow, m.fast, m.tightness, m.usual_tightness, m.log_ask, m.short_let_income]);
        }
        for work in &self.labour.work {
            d.0.update(&work.map(|w| w as u8));
        }
        d.f32(&self.labour.wage_income);
        for m in &self.labour.markets {
            d.f64(&m.log_wage);
            d.f64(&[m.vacancies]);
        }
        let s = &self.society;
        for column in [
            &s.fear,
            &s.fear_floor,
            &s.hostility,
            &s.contact,
            &s.threat,
            &s.life_satisfaction,
            &s.norm,
            &s.act_probability,
            &s.exposure,
            &s.usual_burden,
        ] {
            d.f32(column);
        }
        for trust in &s.trust {
            d.f32(trust);
        }
        d.0.update(&s.rung);
        for r in &s.regions {
            d.f64(&r.salience);
            d.f64(&r.incidents);
            d.f64(&r.perceived_sanction);
            d.f64(&r.fairness);
            d.f64(&[r.displaced, r.displaced_believed, r.police_capacity, r.fatigue]);
        }
        d.f64(&self.memory.group);
        d.f32(&self.memory.household);
        d.f32(&self.attachment.kin);
        d.f32(&self.attachment.home);
        for sign in &self.attachment.sign {
            d.0.update(&[*sign as u8]);
        }
        d.f64(&self.conduct.excitation);
        d.f64(&self.prices);
        for event in &self.incidents {
            d.0.update(&event.day.to_le_bytes());
            d.f32(&[event.severity]);
        }
        d.0.finalize().to_hex().to_string()
    }

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
            ("memory", bytes_of(&self.memory.group) + bytes_of(&self.memory.household)),
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
            + bytes_of(&t.follows)
            + bytes_of(&t.fear_anchor)
            + bytes_of(&t.distance_proneness)
            + bytes_of(&t.hostility_anchor)
            + bytes_of(&t.fairness_offset)
            + bytes_of(&t.threshold)
            + bytes_of(&t.risk_aversion)
            + bytes_of(&t.norm_anchor)
            + bytes_of(&t.empathy);
        let e = &self.employment;
        let employment = bytes_of(&e.sector) + bytes_of(&e.wage) + bytes_of(&e.usual_income);
        vec![
            ("people (shared)", people),
            ("traits (shared)", traits),
            ("kin (shared)", bytes_of(&self.kin)),
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
