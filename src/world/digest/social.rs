//! The social half of the state in the hash.

use super::feed::{Digest, Feed};
use crate::world::conduct::Denial;
use crate::world::society::RegionSociety;
use crate::world::{Conduct, Incident, Members, Mood, Opinion, Rumour, Society};

impl Feed for Society {
    fn feed(&self, d: &mut Digest) {
        let Self {
            fear,
            fear_floor,
            hostility,
            contact,
            threat,
            blame_outgroups,
            life_satisfaction,
            trust,
            norm,
            act_probability,
            rung,
            exposure,
            presence,
            settled,
            meeting,
            members,
            mood,
            opinion,
            arrival_ties,
            usual_burden,
            loss,
            rumours,
            base_rent,
            regions,
            state_threat,
        } = self;
        fear.feed(d);
        fear_floor.feed(d);
        hostility.feed(d);
        contact.feed(d);
        threat.feed(d);
        blame_outgroups.feed(d);
        life_satisfaction.feed(d);
        trust.feed(d);
        norm.feed(d);
        act_probability.feed(d);
        rung.feed(d);
        exposure.feed(d);
        presence.feed(d);
        settled.feed(d);
        meeting.feed(d);
        members.feed(d);
        mood.feed(d);
        opinion.feed(d);
        arrival_ties.feed(d);
        usual_burden.feed(d);
        loss.feed(d);
        rumours.feed(d);
        base_rent.feed(d);
        regions.feed(d);
        state_threat.feed(d);
    }
}
impl Feed for RegionSociety {
    fn feed(&self, d: &mut Digest) {
        let Self {
            salience,
            group_salience,
            visible_hostility,
            online_hostility,
            presence,
            settled,
            displaced,
            displaced_believed,
            rumour,
            silence_days,
            worst_severity,
            incidents,
            incidents_reported,
            acting,
            perceived_sanction,
            police_capacity,
            fatigue,
            denial_detected,
            admitted,
            acknowledged_fault,
            fairness,
            help,
            help_willing,
            contested,
            voice,
            openness,
            grievance,
            disclosed,
        } = self;
        salience.feed(d);
        group_salience.feed(d);
        visible_hostility.feed(d);
        online_hostility.feed(d);
        presence.feed(d);
        settled.feed(d);
        displaced.feed(d);
        displaced_believed.feed(d);
        rumour.feed(d);
        silence_days.feed(d);
        worst_severity.feed(d);
        incidents.feed(d);
        incidents_reported.feed(d);
        acting.feed(d);
        perceived_sanction.feed(d);
        police_capacity.feed(d);
        fatigue.feed(d);
        denial_detected.feed(d);
        admitted.feed(d);
        acknowledged_fault.feed(d);
        fairness.feed(d);
        help.feed(d);
        help_willing.feed(d);
        contested.feed(d);
        voice.feed(d);
        openness.feed(d);
        grievance.feed(d);
        disclosed.feed(d);
    }
}
impl Feed for Members {
    fn feed(&self, d: &mut Digest) {
        let (start, list) = self.parts();
        start.feed(d);
        list.feed(d);
    }
}
impl Feed for Opinion {
    fn feed(&self, d: &mut Digest) {
        self.0.feed(d);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        let joined = |x: &Self| x.0.iter().rev().fold(0, |all, &word| all << 32 | u128::from(word));
        d.column(items, |x| joined(x).to_le_bytes());
    }
}
impl Feed for Mood {
    fn feed(&self, d: &mut Digest) {
        let Self { weight, hostility, fear, hostile, visible, visible_hostility, visible_hostile } =
            self;
        weight.feed(d);
        hostility.feed(d);
        fear.feed(d);
        hostile.feed(d);
        visible.feed(d);
        visible_hostility.feed(d);
        visible_hostile.feed(d);
    }
}
impl Feed for Rumour {
    fn feed(&self, d: &mut Digest) {
        let Self { region, target, born, believing, recovered } = self;
        region.feed(d);
        target.feed(d);
        born.feed(d);
        believing.feed(d);
        recovered.feed(d);
    }
}
impl Feed for Conduct {
    fn feed(&self, d: &mut Digest) {
        let Self {
            cell_acting,
            online_acting,
            households,
            persons,
            trust,
            helpers,
            hostile_acts,
            norm,
            excitation,
            attacks,
            mediation,
            usual_fairness,
            ordinary_loss,
            denials,
            branching,
            branching_peak,
            homes_left,
            departed,
            usual_protest,
            mediator_skill,
            monitor_counts,
            monitor_estimate,
        } = self;
        cell_acting.feed(d);
        online_acting.feed(d);
        households.feed(d);
        persons.feed(d);
        trust.feed(d);
        helpers.feed(d);
        hostile_acts.feed(d);
        norm.feed(d);
        excitation.feed(d);
        attacks.feed(d);
        mediation.feed(d);
        usual_fairness.feed(d);
        ordinary_loss.feed(d);
        denials.feed(d);
        branching.feed(d);
        branching_peak.feed(d);
        homes_left.feed(d);
        departed.feed(d);
        usual_protest.feed(d);
        mediator_skill.feed(d);
        monitor_counts.feed(d);
        monitor_estimate.feed(d);
    }
}
impl Feed for Incident {
    fn feed(&self, d: &mut Digest) {
        let Self { day, region, kind, severity, actor_group, target, parent, reported } = self;
        day.feed(d);
        region.feed(d);
        kind.feed(d);
        severity.feed(d);
        actor_group.feed(d);
        target.feed(d);
        parent.feed(d);
        reported.feed(d);
    }
}
impl Feed for Denial {
    fn feed(&self, d: &mut Digest) {
        let Self { incident, week, known } = self;
        incident.feed(d);
        week.feed(d);
        known.feed(d);
    }
}
