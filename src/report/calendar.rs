//! Weeks and dates, and the dated events that charts mark.

use time::{Date, Duration, Month};

use crate::scenario::{DAYS_PER_WEEK, Scenario, ShockKind};

/// A dated event: the start of a wave, an outside event or the start of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Day from the start of the scenario.
    pub day: i64,
    /// Short label.
    pub label: String,
}

/// A tick of the time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Position in weeks from the start.
    pub week: f64,
    /// Label, e.g. `Mar`.
    pub label: String,
    /// Label of the second row, e.g. `2022`; empty where it would repeat.
    pub below: String,
}

/// Dates of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    start: Date,
    /// Last week.
    pub weeks: u32,
    /// Events within the weeks of the scenario, by day; events of one day share an entry.
    pub events: Vec<Event>,
    /// Whether rents or prices are moved from outside, which is not among the events.
    drifts: bool,
    /// Whether names of scenarios stand for events that not all have.
    names: bool,
}

impl Calendar {
    /// The calendar of `weeks` weeks of `scenario`.
    pub fn new(scenario: &Scenario, weeks: u32) -> Self {
        Self {
            start: scenario.start,
            weeks,
            events: merged(marks(scenario, weeks)),
            drifts: drifts(scenario),
            names: false,
        }
    }

    /// One calendar for scenarios that start on the same day. What all have is told; for the rest stands, on its day, the
    /// name of each scenario that has it.
    pub fn shared(scenarios: &[Scenario], labels: &[String], weeks: u32) -> Self {
        let all: Vec<Vec<Event>> = scenarios.iter().map(|s| marks(s, weeks)).collect();
        let common = |event: &&Event| all.iter().all(|marks| marks.contains(event));
        let mut events: Vec<Event> = all[0].iter().filter(common).cloned().collect();
        let told = events.len();
        for (marks, label) in all.iter().zip(labels) {
            let own = marks.iter().filter(|event| !common(event));
            events.extend(own.map(|event| Event { day: event.day, label: label.clone() }));
        }
        Self {
            start: scenarios[0].start,
            weeks,
            names: events.len() > told,
            events: merged(events),
            drifts: scenarios.iter().any(drifts),
        }
    }

    /// What the note of a chart says about its dotted lines, `left_out` labels of which are not shown in full.
    pub fn dotted(&self, left_out: usize) -> String {
        if self.events.is_empty() {
            return String::new();
        }
        let drifts = if self.drifts { ", but no drifts of rents and prices" } else { "" };
        let names = if self.names {
            "; a scenario's name: something begins there that not every scenario has"
        } else {
            ""
        };
        let labels = match left_out {
            0 => String::new(),
            1 => "; 1 label found no room".to_owned(),
            n => format!("; {n} labels found no room"),
        };
        format!(" Dotted: events{drifts}{names}{labels}.")
    }

    /// The date of a day counted from the start, e.g. `21 Sep 2022`.
    pub fn date(&self, day: i64) -> String {
        let date = self.start.saturating_add(Duration::days(day));
        format!("{} {} {}", date.day(), month(date.month()), date.year())
    }

    /// First day of a week, e.g. `21 Sep 2022`; week 0 is the state before the first day.
    pub fn week_date(&self, week: usize) -> String {
        self.date(i64::from(DAYS_PER_WEEK) * (week.max(1) as i64 - 1))
    }

    /// A week with its date, e.g. `week 38 (21 Sep 2022)`.
    pub fn week(&self, week: usize) -> String {
        if week == 0 {
            return "week 0 (before the start)".to_owned();
        }
        format!("week {week} ({})", self.week_date(week))
    }

    /// Ticks of an axis `width` pixels wide: months, or weeks where there are few.
    pub fn ticks(&self, width: f64) -> Vec<Tick> {
        if self.weeks <= 8 { self.week_ticks(width) } else { self.month_ticks(width) }
    }

    fn week_ticks(&self, width: f64) -> Vec<Tick> {
        let fitting = (width / 56.0).max(1.0);
        let step = (f64::from(self.weeks + 1) / fitting).ceil().max(1.0) as usize;
        (0..=self.weeks as usize)
            .step_by(step)
            .map(|week| {
                let days = i64::from(DAYS_PER_WEEK) * week as i64;
                let date = self.start.saturating_add(Duration::days(days));
                let label = format!("{} {}", date.day(), month(date.month()));
                let below = if week == 0 { date.year().to_string() } else { String::new() };
                Tick { week: week as f64, label, below }
            })
            .collect()
    }

    fn month_ticks(&self, width: f64) -> Vec<Tick> {
        let span = f64::from(self.weeks) / 4.348;
        let fitting = (width / 42.0).max(1.0);
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 240]
            .into_iter()
            .find(|&step| span / f64::from(step) <= fitting)
            .unwrap_or(480);
        let mut ticks: Vec<Tick> = Vec::new();
        let (mut year, mut number) = (self.start.year(), u8::from(self.start.month()));
        while let Ok(name) = Month::try_from(number) {
            let Ok(first) = Date::from_calendar_date(year, name, 1) else { break };
            let days = (first - self.start).whole_days();
            let week = days as f64 / f64::from(DAYS_PER_WEEK);
            if week > f64::from(self.weeks) {
                break;
            }
            let months = 12 * year + i32::from(number) - 1;
            if days >= 0 && months % step == 0 {
                let below =
                    if ticks.is_empty() || number == 1 { year.to_string() } else { String::new() };
                ticks.push(Tick { week, label: month(name).to_owned(), below });
            }
            (year, number) = if number == 12 { (year + 1, 1) } else { (year, number + 1) };
        }
        ticks
    }

    /// The last week before the first wave arrives; 0 without a wave.
    pub fn week_before_waves(scenario: &Scenario, weeks: u32) -> usize {
        let first = scenario.waves.iter().filter_map(|w| first_day(&w.daily)).min();
        let week = first.map_or(0, |day| day / i64::from(DAYS_PER_WEEK));
        (week.max(0) as usize).min(weeks as usize)
    }
}

/// Events of a scenario within its weeks, each by itself.
fn marks(scenario: &Scenario, weeks: u32) -> Vec<Event> {
    let last = i64::from(weeks * DAYS_PER_WEEK);
    let mut events: Vec<Event> = Vec::new();
    for wave in &scenario.waves {
        if let Some(day) = first_day(&wave.daily) {
            events.push(Event { day, label: format!("wave: {}", words(&wave.id)) });
        }
    }
    for shock in &scenario.shocks {
        let label = match shock.kind {
            // Seasons and trends: told in the report but not marked.
            ShockKind::Rents { .. } | ShockKind::Prices { .. } => continue,
            ShockKind::Media { coverage, .. } if coverage <= 0.0 => continue,
            ShockKind::Media { .. } => "media coverage".to_owned(),
            ShockKind::StateThreat { .. } => "perceived state threat".to_owned(),
            ShockKind::KinMedia { .. } => "media of a kin state".to_owned(),
            ShockKind::KinStandard { .. } => "living standard in a kin state".to_owned(),
            ShockKind::Incident { .. } => words(&shock.id),
            ShockKind::Drought { .. } => "yield of land and water".to_owned(),
        };
        events.push(Event { day: shock.day, label });
    }
    for project in &scenario.projects {
        let label = format!("project: {}", words(&project.id));
        events.push(Event { day: project.start_day, label });
    }
    for lever in &scenario.levers {
        events.push(Event { day: lever.start_day, label: format!("policy: {}", words(&lever.id)) });
    }
    events.retain(|e| (0..last).contains(&e.day));
    events
}

/// By day; what is told twice on one day is told once.
fn merged(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|e| e.day);
    let mut merged: Vec<Event> = Vec::new();
    for event in events {
        match merged.last_mut() {
            Some(previous) if previous.day == event.day => {
                if !previous.label.split("; ").any(|label| label == event.label) {
                    previous.label = format!("{}; {}", previous.label, event.label);
                }
            }
            _ => merged.push(event),
        }
    }
    merged
}

fn drifts(scenario: &Scenario) -> bool {
    let drift =
        |kind: &ShockKind| matches!(kind, ShockKind::Rents { .. } | ShockKind::Prices { .. });
    scenario.shocks.iter().any(|shock| drift(&shock.kind))
}

/// First day with arrivals.
pub fn first_day(daily: &[f64]) -> Option<i64> {
    daily.iter().position(|&x| x > 0.0).map(|d| d as i64)
}

/// An id as words.
pub fn words(id: &str) -> String {
    id.replace(['_', '-'], " ")
}

/// An id as words with a capital at the front, for titles.
pub fn title(id: &str) -> String {
    let text = words(id);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn month(month: Month) -> &'static str {
    match month {
        Month::January => "Jan",
        Month::February => "Feb",
        Month::March => "Mar",
        Month::April => "Apr",
        Month::May => "May",
        Month::June => "Jun",
        Month::July => "Jul",
        Month::August => "Aug",
        Month::September => "Sep",
        Month::October => "Oct",
        Month::November => "Nov",
        Month::December => "Dec",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn week_38_of_2022_begins_on_21_september() {
        let mut scenario = fixture::scenario(104, 3);
        scenario.start = time::macros::date!(2022 - 01 - 05);
        let calendar = Calendar::new(&scenario, 104);
        assert_eq!(calendar.week(38), "week 38 (21 Sep 2022)");
    }

    #[test]
    fn month_ticks_stay_on_the_axis_and_leave_room() {
        let scenario = fixture::scenario(104, 3);
        for weeks in [9, 30, 104, 1040] {
            let calendar = Calendar::new(&scenario, weeks);
            for width in [150.0, 800.0] {
                let ticks = calendar.ticks(width);
                assert!(!ticks.is_empty() || weeks == 9, "{weeks} {width}");
                let gap = width / f64::from(weeks);
                assert!(ticks.windows(2).all(|t| (t[1].week - t[0].week) * gap > 35.0));
                assert!(ticks.iter().all(|t| t.week >= 0.0 && t.week <= f64::from(weeks)));
            }
        }
    }

    #[test]
    fn events_of_one_kind_and_day_are_named_once() {
        let mut scenario = fixture::scenario(30, 3);
        let twin = scenario.shocks[1].clone();
        scenario.shocks.push(twin);
        let events = Calendar::new(&scenario, 30).events;
        assert_eq!(events.iter().filter(|e| e.label == "media coverage").count(), 1);
    }

    #[test]
    fn what_not_all_scenarios_have_bears_the_names_of_those_that_have_it() {
        let mut plain = fixture::scenario(30, 3);
        plain.levers[0].start_day = 14;
        let [mut one, mut two, none] = [plain.clone(), plain.clone(), plain];
        let lever = |id: &str| crate::scenario::Lever { id: id.into(), ..none.levers[0].clone() };
        one.levers.extend(["aid", "places"].map(lever));
        two.levers.push(lever("checks"));
        let labels = ["none", "one", "two"].map(String::from);
        let calendar = Calendar::shared(&[none, one, two], &labels, 30);
        let there = calendar.events.iter().find(|e| e.day == 14).unwrap();
        assert_eq!(there.label, "policy: more desks; one; two");
        assert!(calendar.dotted(0).contains("not every scenario has"));
    }

    #[test]
    fn a_note_says_what_is_dotted_and_what_found_no_room() {
        let mut scenario = fixture::scenario(30, 3);
        let note = Calendar::new(&scenario, 30).dotted(2);
        assert_eq!(
            note,
            " Dotted: events, but no drifts of rents and prices; 2 labels found no room."
        );
        scenario.shocks.remove(0);
        assert_eq!(Calendar::new(&scenario, 30).dotted(0), " Dotted: events.");
    }

    #[test]
    fn rent_and_price_drifts_are_not_marked() {
        let scenario = fixture::scenario(30, 3);
        let labels: Vec<String> =
            Calendar::new(&scenario, 30).events.into_iter().map(|e| e.label).collect();
        assert_eq!(labels.len(), 3, "{labels:?}");
        assert!(labels.iter().all(|l| !l.contains("season")));
    }
}
