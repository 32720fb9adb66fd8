//! Household columns as rows, and what of week 0 a branch must have in common with where it comes from.
//!
//! Those who may arrive come after the residents, in order of their day. So whatever happens to those who
//! come after a week, the rows before them stay where they are.

use std::any::Any;
use std::io::{self, BufWriter, Write};
use std::ops::Range;

use blake3::Hasher;
use serde::Serialize;

use super::{Setting, World};
use crate::scenario::DAYS_PER_WEEK;

/// Rows of some column, taken out of it.
type Part = Box<dyn Any + Send + Sync>;

/// A column of the same number of entries for each of its households; or empty, where a scenario has no use
/// for it.
trait Rows {
    /// Hands the entries of some of its `households` to a hash.
    fn feed(&self, rows: Range<usize>, households: usize, hasher: &mut Hasher) -> io::Result<()>;

    /// A copy of what comes after the first `rows` of its `households`.
    fn after(&self, rows: usize, households: usize) -> Part;

    /// Takes out what comes after the first `rows` of its `households`.
    fn split(&mut self, rows: usize, households: usize) -> Part;

    /// Puts at its end what came out of a column of the same kind.
    fn join(&mut self, part: &Part);
}

impl<T: Serialize + Clone + Send + Sync + 'static> Rows for Vec<T> {
    fn feed(&self, rows: Range<usize>, households: usize, hasher: &mut Hasher) -> io::Result<()> {
        let width = self.len() / households.max(1);
        let part = &self[rows.start * width..rows.end * width];
        postcard::to_io(part, hasher).map(|_| ()).map_err(io::Error::other)
    }

    fn after(&self, rows: usize, households: usize) -> Part {
        Box::new(self[rows * (self.len() / households.max(1))..].to_vec())
    }

    fn split(&mut self, rows: usize, households: usize) -> Part {
        Box::new(self.split_off(rows * (self.len() / households.max(1))))
    }

    fn join(&mut self, part: &Part) {
        if let Some(part) = part.downcast_ref::<Self>() {
            self.extend_from_slice(part);
        }
    }
}

/// Columns of the world with a row for every household.
fn of_world(world: &mut World) -> Vec<&mut dyn Rows> {
    let (h, l, s) = (&mut world.households, &mut world.labour, &mut world.society);
    let a = &mut world.attachment;
    vec![
        &mut h.presence,
        &mut h.region,
        &mut h.cell,
        &mut h.persons,
        &mut h.tenure,
        &mut h.dwelling,
        &mut h.rent,
        &mut h.income,
        &mut h.savings,
        &mut h.lease_end,
        &mut h.notice_until,
        &mut h.search_left,
        &mut h.seeking,
        &mut h.unhoused_weeks,
        &mut h.entry_week,
        &mut l.work,
        &mut l.weeks,
        &mut l.region,
        &mut l.employer,
        &mut l.wage_income,
        &mut s.fear,
        &mut s.fear_floor,
        &mut s.hostility,
        &mut s.contact,
        &mut s.threat,
        &mut s.blame_outgroups,
        &mut s.life_satisfaction,
        &mut s.trust,
        &mut s.norm,
        &mut s.act_probability,
        &mut s.rung,
        &mut s.opinion,
        &mut s.usual_burden,
        &mut s.loss,
        &mut world.memory.household,
        &mut a.kin,
        &mut a.home,
        &mut a.sign,
    ]
}

/// Columns of the setting with a row for every household.
fn of_setting(setting: &mut Setting) -> Vec<&mut dyn Rows> {
    let (p, t, a) = (&mut setting.people, &mut setting.traits, &mut setting.attachment);
    vec![
        &mut p.address,
        &mut p.weight,
        &mut p.group,
        &mut p.home_region,
        &mut p.adults,
        &mut p.skill,
        &mut p.base_income,
        &mut p.wave,
        &mut p.arrival_day,
        &mut p.transit,
        &mut p.outside_income,
        &mut p.persons,
        &mut t.media_weight,
        &mut t.openness,
        &mut t.attribution,
        &mut t.reach,
        &mut t.follows,
        &mut t.fear_anchor,
        &mut t.distance_proneness,
        &mut t.hostility_anchor,
        &mut t.fairness_offset,
        &mut t.threshold,
        &mut t.risk_aversion,
        &mut t.norm_anchor,
        &mut t.empathy,
        &mut t.rural,
        &mut setting.employment.sector,
        &mut a.log_odds,
        &mut a.usual_fear,
        &mut a.usual_trust,
    ]
}

/// Households that are residents or may come in weeks 1 to `week`.
pub fn by_week(setting: &Setting, week: u32) -> usize {
    let days = &setting.people.arrival_day[setting.residents..];
    setting.residents + days.partition_point(|&d| d < week * DAYS_PER_WEEK)
}

/// For each week a hash of week 0 without the rows of those who may come only later: what two scenarios
/// must have in common there to be the same run up to that week. Entry `w` is week `w`. Both halves are as
/// they were afterwards.
///
/// # Errors
/// Never: a hash takes every byte.
pub fn pasts(setting: &mut Setting, week0: &mut World) -> io::Result<Vec<String>> {
    let (n, residents) = (setting.households(), setting.residents);
    let ends: Vec<usize> = (0..=setting.scenario.weeks).map(|w| by_week(setting, w)).collect();
    let mut weeks = vec![Hasher::new(); ends.len()];
    let mut arrivals = |columns: Vec<&mut dyn Rows>| -> io::Result<Vec<Part>> {
        let mut parts = Vec::new();
        for column in columns {
            for (week, range) in weeks.iter_mut().skip(1).zip(ends.windows(2)) {
                column.feed(range[0]..range[1], n, week)?;
            }
            parts.push(column.split(residents, n));
        }
        Ok(parts)
    };
    // What is left then is the rows of residents and everything that is no row.
    let fixed = arrivals(of_setting(setting))?;
    let state = arrivals(of_world(week0))?;
    let ties = std::mem::take(&mut week0.society.arrival_ties);
    let mut past = Hasher::new();
    let out = BufWriter::with_capacity(1 << 16, &mut past);
    postcard::to_io(&(&*setting, &*week0), out).map_err(io::Error::other)?.flush()?;
    week0.society.arrival_ties = ties;
    let columns = of_setting(setting).into_iter().zip(&fixed);
    columns.chain(of_world(week0).into_iter().zip(&state)).for_each(|(c, part)| c.join(part));
    let chain = weeks.iter().map(|week| {
        past.update(week.finalize().as_bytes());
        past.finalize().to_hex().to_string()
    });
    Ok(chain.collect())
}

/// Rows at week 0 of those who may come after a week.
pub struct Later {
    week: u32,
    households: usize,
    columns: Vec<Part>,
    ties: Part,
}

impl Later {
    /// Those who may come after `week`. Only looks at `week0`.
    pub fn than(week: u32, setting: &Setting, week0: &mut World) -> Self {
        let (n, residents) = (setting.households(), setting.residents);
        let first = by_week(setting, week);
        let columns = of_world(week0).iter().map(|c| c.after(first, n)).collect();
        let ties = week0.society.arrival_ties.after(first - residents, n - residents);
        Self { week, households: n - first, columns, ties }
    }

    /// Fits `world`, the state of another scenario after that week, to this one: whoever may come later is
    /// replaced. Until people come nothing touches their rows.
    pub fn replace(&self, setting: &Setting, world: &mut World) {
        debug_assert_eq!(world.week, self.week);
        let (n, residents) = (world.households.presence.len(), setting.residents);
        let first = setting.households() - self.households;
        for (column, part) in of_world(world).into_iter().zip(&self.columns) {
            column.split(first, n);
            column.join(part);
        }
        let ties = &mut world.society.arrival_ties;
        ties.split(first - residents, n - residents);
        ties.join(&self.ties);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::engine::replicate;
    use crate::mechanisms::schedule;
    use crate::scenario::{Scenario, testing};

    /// Two small towns to which people come whose group lives there already.
    fn towns() -> Scenario {
        let mut scenario = testing::two_towns();
        (scenario.scale, scenario.weeks) = (0.1, 14);
        scenario.waves[0].group = 1;
        scenario.groups[2].target = false;
        scenario
    }

    /// The same with a second wave from `day`.
    fn second_wave(day: usize) -> Scenario {
        let mut scenario = towns();
        let mut wave = scenario.waves[0].clone();
        wave.id = "second".into();
        wave.daily = (0..98).map(|d| if d >= day { 60.0 } else { 0.0 }).collect();
        scenario.waves.push(wave);
        scenario
    }

    #[test]
    fn who_comes_later_changes_no_past_but_the_later() {
        let (mut setting, mut world) = replicate::week0(towns());
        let before = world.hash();
        let plain = pasts(&mut setting, &mut world).unwrap();
        assert_eq!(world.hash(), before, "week 0 is left as it was");
        let (mut other, mut other_world) = replicate::week0(second_wave(77));
        assert!(other.households() > setting.households());
        let later = pasts(&mut other, &mut other_world).unwrap();
        // The wave starts with week 12.
        assert_eq!(plain[..12], later[..12]);
        assert!(plain[12..].iter().zip(&later[12..]).all(|(a, b)| a != b));
        let (mut moved, mut moved_world) = replicate::week0(second_wave(70));
        let moved = pasts(&mut moved, &mut moved_world).unwrap();
        assert_eq!(plain[..11], moved[..11]);
        assert_ne!(plain[11], moved[11]);
    }

    #[test]
    fn any_difference_between_residents_is_in_every_past() {
        let (mut setting, mut world) = replicate::week0(towns());
        let plain = pasts(&mut setting, &mut world).unwrap();
        world.households.rent[5] += 1.0;
        let rent = pasts(&mut setting, &mut world).unwrap();
        setting.traits.empathy[7] *= 0.5;
        let empathy = pasts(&mut setting, &mut world).unwrap();
        for week in 0..plain.len() {
            assert_ne!(plain[week], rent[week]);
            assert_ne!(rent[week], empathy[week]);
        }
    }

    /// A hash of the rows of those who come after `week`.
    fn later(week: u32, setting: &Setting, world: &mut World) -> blake3::Hash {
        let n = setting.households();
        let rows = by_week(setting, week)..n;
        let mut hasher = Hasher::new();
        for column in of_world(world) {
            column.feed(rows.clone(), n, &mut hasher).unwrap();
        }
        let residents = setting.residents;
        let ties = rows.start - residents..n - residents;
        world.society.arrival_ties.feed(ties, n - residents, &mut hasher).unwrap();
        hasher.finalize()
    }

    #[test]
    fn until_people_come_nothing_touches_their_rows() {
        // Everything there is in a scenario, and one more wave.
        let mut scenario = schedule::tests::mid_run().0.scenario;
        let mut wave = scenario.waves[0].clone();
        wave.id = "late".into();
        wave.daily = (0..84).map(|d| if d >= 63 { 80.0 } else { 0.0 }).collect();
        scenario.waves.push(wave);
        let (setting, mut week0) = replicate::week0(scenario);
        assert!(setting.households() > by_week(&setting, 9), "somebody comes later");
        let mut seen = 0;
        let go = AtomicBool::new(false);
        let _ = replicate::run(&setting, &week0.clone(), 0, &go, |ctx, now| {
            if ctx.week <= 9 {
                let mut now = now.clone();
                assert_eq!(
                    later(9, &setting, &mut now),
                    later(9, &setting, &mut week0),
                    "{}",
                    ctx.week
                );
                seen += 1;
            }
        });
        assert_eq!(seen, 10);
        let mut end = replicate::run(&setting, &week0.clone(), 0, &go, |_, _| {}).unwrap();
        assert_ne!(later(9, &setting, &mut end), later(9, &setting, &mut week0));
    }
}
