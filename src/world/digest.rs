//! A hash of the whole state.
//!
//! Every structure is taken apart by name, so that a new column does not compile until it is here.

mod feed;
mod social;

use super::{
    Accounts, Attachment, Dwellings, Flows, Households, Labour, LabourMarket, LandState, Market,
    Memory, ProjectState, Queues, World,
};
use feed::{Digest, Feed};

impl Feed for World {
    fn feed(&self, d: &mut Digest) {
        let Self {
            week,
            households,
            dwellings,
            markets,
            waiting,
            queues,
            flows,
            society,
            base_landlord_rents,
            incidents,
            conduct,
            rent_level,
            rent_aid,
            price_level,
            prices,
            labour,
            memory,
            attachment,
            accounts,
            land,
            projects,
        } = self;
        week.feed(d);
        households.feed(d);
        dwellings.feed(d);
        markets.feed(d);
        waiting.feed(d);
        queues.feed(d);
        flows.feed(d);
        society.feed(d);
        base_landlord_rents.feed(d);
        incidents.feed(d);
        conduct.feed(d);
        rent_level.feed(d);
        rent_aid.feed(d);
        price_level.feed(d);
        prices.feed(d);
        labour.feed(d);
        memory.feed(d);
        attachment.feed(d);
        accounts.feed(d);
        land.feed(d);
        projects.feed(d);
    }
}
impl Feed for LandState {
    fn feed(&self, d: &mut Digest) {
        let Self { access, usual, claims, group_access, loss, regional_loss } = self;
        access.feed(d);
        usual.feed(d);
        claims.feed(d);
        group_access.feed(d);
        loss.feed(d);
        regional_loss.feed(d);
    }
}
impl Feed for ProjectState {
    fn feed(&self, d: &mut Digest) {
        let Self {
            awareness,
            expectation,
            jobs_belief,
            gap,
            believed_harm,
            voice,
            disclosure,
            sharing,
            grievance,
        } = self;
        for x in [
            awareness,
            expectation,
            jobs_belief,
            gap,
            believed_harm,
            voice,
            disclosure,
            sharing,
            grievance,
        ] {
            x.feed(d);
        }
    }
}
impl Feed for Memory {
    fn feed(&self, d: &mut Digest) {
        let Self { group, household } = self;
        group.feed(d);
        household.feed(d);
    }
}
impl Feed for Attachment {
    fn feed(&self, d: &mut Digest) {
        let Self { kin, home, sign, shown, pressure, dose } = self;
        kin.feed(d);
        home.feed(d);
        sign.feed(d);
        shown.feed(d);
        pressure.feed(d);
        dose.feed(d);
    }
}
impl Feed for Households {
    fn feed(&self, d: &mut Digest) {
        let Self {
            presence,
            region,
            cell,
            persons,
            tenure,
            dwelling,
            rent,
            income,
            savings,
            lease_end,
            notice_until,
            search_left,
            seeking,
            unhoused_weeks,
            entry_week,
        } = self;
        presence.feed(d);
        region.feed(d);
        cell.feed(d);
        persons.feed(d);
        tenure.feed(d);
        dwelling.feed(d);
        rent.feed(d);
        income.feed(d);
        savings.feed(d);
        lease_end.feed(d);
        notice_until.feed(d);
        search_left.feed(d);
        seeking.feed(d);
        unhoused_weeks.feed(d);
        entry_week.feed(d);
    }
}
impl Feed for Dwellings {
    fn feed(&self, d: &mut Digest) {
        let Self {
            address,
            region,
            band,
            cell,
            log_reference,
            reference,
            state,
            ask,
            landlord,
            short_let_friction,
            by_region,
        } = self;
        address.feed(d);
        region.feed(d);
        band.feed(d);
        cell.feed(d);
        log_reference.feed(d);
        reference.feed(d);
        state.feed(d);
        ask.feed(d);
        landlord.feed(d);
        short_let_friction.feed(d);
        by_region.feed(d);
    }
}
impl Feed for Market {
    fn feed(&self, d: &mut Digest) {
        let Self {
            region,
            bands,
            rest,
            slow,
            fast,
            pooled,
            renters,
            applications,
            listings,
            usual_tightness,
            base_tightness,
            tightness,
            log_ask,
            short_let_income,
            pipeline,
            finished,
        } = self;
        region.feed(d);
        bands.feed(d);
        rest.feed(d);
        slow.feed(d);
        fast.feed(d);
        pooled.feed(d);
        renters.feed(d);
        applications.feed(d);
        listings.feed(d);
        usual_tightness.feed(d);
        base_tightness.feed(d);
        tightness.feed(d);
        log_ask.feed(d);
        short_let_income.feed(d);
        pipeline.feed(d);
        finished.feed(d);
    }
}
impl Feed for Queues {
    fn feed(&self, d: &mut Digest) {
        let Self {
            gate_backlog,
            gate_wait_days,
            gate_week_days,
            service_backlog,
            service_wait_days,
            service_unmet,
        } = self;
        gate_backlog.feed(d);
        gate_wait_days.feed(d);
        gate_week_days.feed(d);
        service_backlog.feed(d);
        service_wait_days.feed(d);
        service_unmet.feed(d);
    }
}
impl Feed for Labour {
    fn feed(&self, d: &mut Digest) {
        let Self {
            work,
            weeks,
            region,
            employer,
            wage_income,
            markets,
            applications,
            hires,
            newcomers_informal,
            employed,
            newcomer_spending,
        } = self;
        work.feed(d);
        weeks.feed(d);
        region.feed(d);
        employer.feed(d);
        wage_income.feed(d);
        markets.feed(d);
        applications.feed(d);
        hires.feed(d);
        newcomers_informal.feed(d);
        employed.feed(d);
        newcomer_spending.feed(d);
    }
}
impl Feed for LabourMarket {
    fn feed(&self, d: &mut Digest) {
        let Self {
            vacancies,
            average_vacancies,
            average_seekers,
            log_wage,
            newcomer_seekers,
            reservation_wage,
            informal_residents,
        } = self;
        vacancies.feed(d);
        average_vacancies.feed(d);
        average_seekers.feed(d);
        log_wage.feed(d);
        newcomer_seekers.feed(d);
        reservation_wage.feed(d);
        informal_residents.feed(d);
    }
}
impl Feed for Flows {
    fn feed(&self, d: &mut Digest) {
        self.sums().for_each(|x| x.feed(d));
    }
}
impl Feed for Accounts {
    fn feed(&self, d: &mut Digest) {
        self.balances().feed(d);
    }
}

impl World {
    /// blake3 of the whole state, hex: equal states have equal hashes.
    pub fn hash(&self) -> String {
        Digest::of(self)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::draws::Address;
    use crate::mechanisms::schedule;
    use crate::world::columns::{COLUMNS, digest};
    use crate::world::conduct::Denial;
    use crate::world::{Incident, Rumour, World};

    /// A world in which every column holds something that can be put out of place.
    #[test]
    fn a_change_in_any_column_changes_the_hash() {
        let (_, mut world) = schedule::tests::mid_run();
        let rumour = |target| Rumour { region: 0, target, born: 3, believing: 0.1, recovered: 0.2 };
        world.society.rumours = vec![rumour(0), rumour(1)];
        let denial = |incident, week| Denial { incident, week, known: 0.0 };
        world.conduct.denials = vec![denial(0, 1), denial(1, 2)];
        world.waiting = vec![(1, 2, 0), (2, 3, 0)];
        world.incidents.truncate(1);
        let incident = Incident {
            day: 1,
            region: 0,
            kind: 0,
            severity: 3.0,
            actor_group: None,
            target: 1,
            parent: None,
            reported: true,
        };
        world.incidents.push(incident);
        world.dwellings.address[0] = Address(1);
        world.households.search_left[0] = 1;
        world.queues.service_unmet[0] = 1.0;
        let whole = world.hash();
        let file = |world: &World| postcard::to_stdvec(world).unwrap();
        let whole_file = file(&world);
        let mut still = Vec::new();
        for (name, parts) in COLUMNS {
            let mut changed = world.clone();
            for part in parts(&mut changed) {
                part.scramble();
            }
            if digest(&mut changed, *parts) == digest(&mut world.clone(), *parts) {
                still.push(*name);
            } else {
                assert_ne!(changed.hash(), whole, "{name} is not in the hash");
                let bytes = file(&changed);
                assert_ne!(bytes, whole_file, "{name} is not in a checkpoint");
                let loaded: World = postcard::from_bytes(&bytes).unwrap();
                assert_eq!(loaded.hash(), changed.hash(), "{name} is not read back");
            }
        }
        // Columns of mechanisms that two towns do not use may be empty; most must not be.
        assert!(still.len() * 5 < COLUMNS.len(), "empty or even columns: {still:?}");
    }
}
