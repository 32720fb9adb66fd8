//! Services: newcomers register; residents and newcomers queue at the same centres.
//!
//! Cards: S1-H14. Reads (now): flows (arrivals of the week). Writes: service backlog, wait, unmet, flows (cost of a lever).
//!
//! Equation, per region and week: `B' = max(0, B + A - C)`, wait `= 7 B'/C` days; whoever would wait
//! longer than patience gives up. A fluid queue: people are many and each is served once.
//! Limits: `A < C` empties the queue; a pulse of size `Q` over capacity clears after `Q / (C - A)` weeks.

use serde::{Deserialize, Serialize};

use crate::scenario::{DAYS_PER_WEEK, LeverKind};
use crate::world::{Context, Flow, Setting, World};

/// Parameters of services.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Visits of residents per person and week.
    pub resident_demand: f64,
    /// Capacity over the demand of residents.
    pub capacity: f64,
    /// Visits a newcomer needs on arrival, per person.
    pub newcomer_visits: f64,
    /// Wait at which people give up, days.
    pub patience_days: f64,
}

/// One week at the service centres.
pub fn step(ctx: &Context<'_>, world: &mut World) {
    let scenario = &ctx.setting.scenario;
    let p = &scenario.parameters.services;
    let day = i64::from(Setting::first_day(ctx.week));
    for (r, region) in scenario.regions.iter().enumerate() {
        let arrived: f64 =
            (0..scenario.groups.len()).map(|g| world.flows.get(Flow::Arrivals, r, g)).sum();
        let residents = p.resident_demand * region.population;
        let (strength, _) = scenario.lever(LeverKind::ServiceCapacity, r, day);
        let capacity = residents * p.capacity * (1.0 + strength);
        let queues = &mut world.queues;
        let demand = queues.service_backlog[r] + residents + p.newcomer_visits * arrived;
        let served_beyond = (demand.min(capacity) - residents * p.capacity).max(0.0);
        let cost = served_beyond * scenario.unit_cost(LeverKind::ServiceCapacity, r, day);
        world.flows.add(Flow::LeverCost, r, 0, cost);
        let (backlog, unmet) = queue(
            queues.service_backlog[r],
            residents + p.newcomer_visits * arrived,
            capacity,
            p.patience_days,
        );
        queues.service_backlog[r] = backlog;
        queues.service_unmet[r] = unmet;
        queues.service_wait_days[r] = wait_days(backlog, capacity);
    }
}

/// Next backlog and the persons who give up.
fn queue(backlog: f64, demand: f64, capacity: f64, patience_days: f64) -> (f64, f64) {
    let waiting = (backlog + demand - capacity).max(0.0);
    let longest = capacity * patience_days / f64::from(DAYS_PER_WEEK);
    (waiting.min(longest), (waiting - longest).max(0.0))
}

fn wait_days(backlog: f64, capacity: f64) -> f64 {
    if capacity > 0.0 { f64::from(DAYS_PER_WEEK) * backlog / capacity } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draws::Draws;
    use crate::scenario::{Lever, testing};
    use crate::world::populate::populate;

    /// Wait in days and cost after a week in which so many arrive, with more desks.
    fn desks(strength: f64, arrivals: f64) -> (f64, f64) {
        let mut scenario = testing::two_towns();
        scenario.levers.push(Lever {
            id: "desks".into(),
            kind: LeverKind::ServiceCapacity,
            start_day: 0,
            end_day: 1000,
            strength,
            compliance: 1.0,
            cost_per_unit: 1.0,
            regions: Vec::new(),
        });
        let (setting, mut world) = populate(scenario);
        world.flows.add(Flow::Arrivals, 0, 2, arrivals);
        step(&Context { setting: &setting, draws: Draws::new(1, 0), week: 1 }, &mut world);
        (world.queues.service_wait_days[0], world.flows.get(Flow::LeverCost, 0, 0))
    }

    #[test]
    fn more_desks_shorten_the_wait_at_a_cost() {
        let (plain, more) = (desks(0.0, 1000.0), desks(1.0, 1000.0));
        assert!(more.0 < 0.7 * plain.0 && plain.1 == 0.0 && more.1 > 0.0, "{plain:?} {more:?}");
    }

    #[test]
    fn more_desks_change_nothing_where_nobody_waits() {
        assert_eq!(desks(1.0, 0.0), desks(0.0, 0.0));
    }

    #[test]
    fn a_pulse_clears_after_its_size_over_the_spare_capacity() {
        let (demand, capacity, pulse) = (80.0, 100.0, 90.0);
        let (mut backlog, _) = queue(0.0, demand + pulse, capacity, 1e9);
        let mut weeks = 1;
        while backlog > 0.0 {
            backlog = queue(backlog, demand, capacity, 1e9).0;
            weeks += 1;
        }
        assert_eq!(weeks, (pulse / (capacity - demand)).ceil() as u32);
    }

    #[test]
    fn below_capacity_nobody_waits_and_patience_bounds_the_wait() {
        assert_eq!(queue(0.0, 99.0, 100.0, 10.0), (0.0, 0.0));
        let (backlog, unmet) = queue(1000.0, 100.0, 100.0, 14.0);
        assert_eq!(wait_days(backlog, 100.0), 14.0);
        assert_eq!(backlog + unmet, 1000.0);
    }
}
