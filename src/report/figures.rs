//! Which charts a run gets, and what each shows.

use crate::measure::{Band, INDICATORS, Indicator};

use super::ReportInput;
use super::calendar::Calendar;
use super::changes::Change;
use super::charts::{Chart, Panel, PanelChart, Series, Stack, Tile, TileMap};
use super::text::{Quantity, unit};
use super::vocabulary::{find, name, part};

/// One chart with its place in the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<'a> {
    /// File name without extension.
    pub name: &'static str,
    /// What is shown and how it moved, for those who cannot see it.
    pub alt: String,
    /// The same where it is short, else empty.
    pub caption: String,
    /// What to draw.
    pub chart: Chart<'a>,
}

/// All charts of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Gallery<'a> {
    /// Charts in reading order.
    pub figures: Vec<Figure<'a>>,
    /// One line for each thing that could not be shown, with the reason.
    pub missing: Vec<String>,
    input: ReportInput<'a>,
    calendar: &'a Calendar,
}

/// What a series is about: region, group, target.
type Place = (Option<usize>, Option<usize>, Option<usize>);
const ALL: Place = (None, None, None);

impl<'a> Gallery<'a> {
    /// The charts that the bands of `input` allow.
    pub fn new(input: &ReportInput<'a>, calendar: &'a Calendar) -> Self {
        let mut gallery =
            Self { figures: Vec::new(), missing: Vec::new(), input: *input, calendar };
        gallery.together(
            "arrivals",
            "People entering and leaving",
            &["arrivals", "exits", "returns"],
        );
        gallery.tension();
        gallery.together("rents", "Rents", &["asking_rent", "sitting_rent"]);
        gallery.by_region("rents-regions", "Rents by region", &["asking_rent", "sitting_rent"]);
        gallery.map("map-rents", "asking_rent");
        if !input.scenario.land.is_empty() {
            gallery.apart("land", "Land and water", &["land_access"]);
        }
        if !input.scenario.projects.is_empty() {
            let ids = ["project_awareness", "project_grievance"];
            gallery.by_region("projects", "Foreign projects by region", &ids);
        }
        gallery.apart("homes", "Housing under strain", &["hosted", "homeless", "vacancy"]);
        gallery.apart(
            "jobs",
            "Jobs lost to newcomers: real and believed",
            &["displaced", "displaced_believed"],
        );
        gallery.apart("work", "Work", &["unemployment", "informal"]);
        gallery.apart("queues", "Waiting times", &["queue_border", "queue_services"]);
        gallery.together("prices", "Consumer prices", &["price_index"]);
        gallery.by_target(
            "attitudes",
            "Attitudes by target",
            &["fear", "hostility", "favourable_share"],
        );
        gallery.together("trust", "Trust", &["trust_courts", "trust_police", "trust_authorities"]);
        gallery.apart(
            "peace-by-exit",
            "Incidents beside exits and segregation",
            &["incidents", "exits", "segregation"],
        );
        gallery.stack(
            "incidents-kinds",
            "Incidents by kind",
            "incidents.",
            &["exits", "segregation"],
        );
        gallery
    }

    /// The series at `place`, if it is there and defined in some week; else a line in `missing`.
    fn series(&mut self, place: Place, id: &str) -> Option<&'a [Band]> {
        let bands: &'a crate::measure::Bands = self.input.bands;
        match bands.series(place.0, place.1, place.2, id) {
            Some(series) if series.iter().any(|b| b.q50.is_finite()) => Some(series),
            found => {
                if place == ALL {
                    let why = if found.is_some() { "no value in any week" } else { "not measured" };
                    let line = format!("{} ({why})", name(id));
                    if !self.missing.contains(&line) {
                        self.missing.push(line);
                    }
                }
                None
            }
        }
    }

    fn unit(&self, indicator: &Indicator) -> String {
        unit(indicator, &self.input.scenario.currency)
    }

    /// A sentence on how a series moved.
    fn story(&self, what: &str, indicator: &Indicator, series: &[Band]) -> String {
        let Some(change) = Change::of(series, 0) else { return format!("{what}: no value.") };
        let quantity = Quantity::of(indicator);
        format!(
            "{what}: {} at first, {} at its furthest in {}, {} at the end.",
            quantity.write(change.before.band.q50),
            quantity.spread(&change.furthest.band),
            self.calendar.week(change.furthest.week),
            quantity.write(change.end.band.q50),
        )
    }

    fn add(&mut self, name: &'static str, story: &[String], chart: Chart<'a>) {
        let alt = story.join(" ");
        let caption = if story.len() <= 3 { alt.clone() } else { String::new() };
        self.figures.push(Figure { name, alt, caption, chart });
    }

    fn add_panels(
        &mut self,
        name: &'static str,
        (title, story): (String, Vec<String>),
        panels: Vec<Panel<'a>>,
        (columns, shared): (usize, bool),
    ) {
        let (calendar, replicates) = (self.calendar, self.input.replicates);
        let chart = PanelChart { title, panels, columns, shared, calendar, replicates };
        self.add(name, &story, Chart::Panels(chart));
    }

    /// Several indicators of one unit as lines of one panel.
    fn together(&mut self, figure: &'static str, title: &str, ids: &[&str]) {
        let mut series = Vec::new();
        let mut story = Vec::new();
        let mut first = None;
        for indicator in ids.iter().filter_map(|id| find(id)) {
            if let Some(bands) = self.series(ALL, indicator.id) {
                first.get_or_insert(indicator);
                story.push(self.story(&name(indicator.id), indicator, bands));
                series.push(Series { label: name(indicator.id), bands });
            }
        }
        let Some(indicator) = first else { return };
        let what = if series.len() == 1 { name(indicator.id) } else { title.to_owned() };
        let title = format!("{what}, all regions, {}", self.unit(indicator));
        let quantity = Quantity::of(indicator);
        let panel = Panel { heading: String::new(), quantity, series };
        self.add_panels(figure, (title, story), vec![panel], (1, false));
    }

    /// Several indicators, each in a panel of its own, one below the other.
    fn apart(&mut self, figure: &'static str, title: &str, ids: &[&str]) {
        let (panels, story) = self.panels_of(ids);
        if !panels.is_empty() {
            let title = format!("{title}, all regions");
            self.add_panels(figure, (title, story), panels, (1, false));
        }
    }

    /// One panel an indicator, and how each moved.
    fn panels_of(&mut self, ids: &[&str]) -> (Vec<Panel<'a>>, Vec<String>) {
        let mut panels = Vec::new();
        let mut story = Vec::new();
        for indicator in ids.iter().filter_map(|id| find(id)) {
            if let Some(bands) = self.series(ALL, indicator.id) {
                let label = name(indicator.id);
                story.push(self.story(&label, indicator, bands));
                let heading = format!("{label}, {}", self.unit(indicator));
                // One unnamed series a panel: the heading names it, no legend is needed.
                let series = vec![Series { label: String::new(), bands }];
                panels.push(Panel { heading, quantity: Quantity::of(indicator), series });
            }
        }
        (panels, story)
    }

    /// Several attitudes, each in a panel with one line a target.
    fn by_target(&mut self, figure: &'static str, title: &str, ids: &[&str]) {
        let scenario = self.input.scenario;
        let mut panels = Vec::new();
        let mut story = Vec::new();
        for indicator in ids.iter().filter_map(|id| find(id)) {
            let mut series = Vec::new();
            for target in scenario.listed_targets() {
                if let Some(bands) = self.series((None, None, Some(target)), indicator.id) {
                    let label = format!("about {}", scenario.groups[target].label);
                    let what = format!("{} {label}", name(indicator.id));
                    story.push(self.story(&what, indicator, bands));
                    series.push(Series { label, bands });
                }
            }
            if series.is_empty() {
                let Some(bands) = self.series(ALL, indicator.id) else { continue };
                story.push(self.story(&name(indicator.id), indicator, bands));
                series.push(Series { label: "mean over targets".to_owned(), bands });
            }
            let heading = format!("{}, {}", name(indicator.id), self.unit(indicator));
            panels.push(Panel { heading, quantity: Quantity::of(indicator), series });
        }
        if !panels.is_empty() {
            let title = format!("{title}, all regions");
            self.add_panels(figure, (title, story), panels, (1, false));
        }
    }

    /// One small panel a region, all on one value axis. A single region would repeat the whole.
    fn by_region(&mut self, figure: &'static str, title: &str, ids: &[&str]) {
        let scenario = self.input.scenario;
        let mut panels = Vec::new();
        let mut drawn: Option<&'static Indicator> = None;
        for (r, region) in scenario.regions.iter().enumerate() {
            let mut series = Vec::new();
            for indicator in ids.iter().filter_map(|id| find(id)) {
                if let Some(bands) = self.series((Some(r), None, None), indicator.id) {
                    drawn = Some(indicator);
                    series.push(Series { label: name(indicator.id), bands });
                }
            }
            let quantity = drawn.map_or(Quantity::Index, Quantity::of);
            panels.push(Panel { heading: region.name.clone(), quantity, series });
        }
        let Some(indicator) = drawn.filter(|_| panels.len() > 1) else { return };
        for panel in &mut panels {
            panel.quantity = Quantity::of(indicator);
        }
        let columns = match panels.len() {
            0..=2 => 2,
            3..=9 => 3,
            _ => 4,
        };
        let caption = format!(
            "One panel a region, all on the same axes, so heights can be compared: {}.",
            ids.iter().map(|id| name(id).to_lowercase()).collect::<Vec<_>>().join(", ")
        );
        let title = format!("{title}, {}", self.unit(indicator));
        self.add_panels(figure, (title, vec![caption]), panels, (columns, true));
    }

    fn tension(&mut self) {
        let Some(indicator) = find("tension") else { return };
        self.together("tension", "Tension", &["tension"]);
        let scenario = self.input.scenario;
        if let Some(all) = self.series(ALL, "tension") {
            let mut series = vec![Series { label: "everyone".to_owned(), bands: all }];
            for &g in &scenario.listed {
                let group = &scenario.groups[g];
                if let Some(bands) = self.series((None, Some(g), None), "tension") {
                    series.push(Series { label: group.label.clone(), bands });
                }
            }
            if series.len() > 1 {
                let title = format!("Tension by group, all regions, {}", self.unit(indicator));
                let caption =
                    "One line a group beside everyone: the mean can hide who fares worst.";
                let quantity = Quantity::of(indicator);
                let panel = Panel { heading: String::new(), quantity, series };
                let words = (title, vec![caption.to_owned()]);
                self.add_panels("tension-groups", words, vec![panel], (1, false));
            }
        }
        self.together(
            "tension-cohort",
            "Tension, with and without leavers",
            &["tension", "tension_cohort"],
        );
        self.apart(
            "tension-parts",
            "Behind tension: its parts and the favourable share",
            &[
                "hostility",
                "fear",
                "act_willingness",
                "trust_authorities",
                "rent_burden",
                "favourable_share",
            ],
        );
        self.stack("tension-components", "Tension by component", "tension.", &["favourable_share"]);
        self.by_region("tension-regions", "Tension by region", &["tension"]);
        self.map("map-tension", "tension");
    }

    /// The indicators whose ids begin with `prefix`, stacked, with those of `beside` below: what must
    /// never be seen without the other stands in one figure.
    fn stack(&mut self, figure: &'static str, title: &str, prefix: &str, beside: &[&str]) {
        let mut layers = Vec::new();
        let mut first = None;
        for indicator in INDICATORS.iter().filter(|i| i.id.starts_with(prefix)) {
            if let Some(bands) = self.series(ALL, indicator.id) {
                first.get_or_insert(indicator);
                layers.push(Series { label: part(indicator.id), bands });
            }
        }
        let Some(indicator) = first else { return };
        let chart = Stack {
            title: format!("{title}, all regions, {}", self.unit(indicator)),
            quantity: Quantity::of(indicator),
            layers,
            beside: PanelChart {
                title: String::new(),
                panels: self.panels_of(beside).0,
                columns: 1,
                shared: false,
                calendar: self.calendar,
                replicates: self.input.replicates,
            },
        };
        let caption = "The parts, stacked in the order of the legend from the bottom, add up to the whole; the upper edge is the mean of all runs.";
        self.add(figure, &[caption.to_owned()], Chart::Stack(chart));
    }

    /// Two maps of an indicator: week 0 (or its first week) and the week of its national extreme.
    fn map(&mut self, figure: &'static str, id: &str) {
        let scenario = self.input.scenario;
        let Some(indicator) = find(id) else { return };
        let Some(change) = self.series(ALL, id).and_then(|s| Change::of(s, 0)) else { return };
        if scenario.regions.len() < 2 {
            return;
        }
        let weeks = [change.before.week, change.furthest.week];
        let mut tiles = Vec::new();
        for (r, region) in scenario.regions.iter().enumerate() {
            let series = self.series((Some(r), None, None), id);
            let values = weeks.map(|w| series.map_or(f64::NAN, |s| s[w].q50));
            let (row, column) = (region.tile_row, region.tile_column);
            tiles.push(Tile { row, column, name: region.name.clone(), values });
        }
        if tiles.iter().all(|t| t.values.iter().all(|v| v.is_nan())) {
            return;
        }
        let chart = TileMap {
            title: format!("{} by region, {}", name(id), self.unit(indicator)),
            headings: [
                format!("Before: {}", self.calendar.week(weeks[0])),
                format!("Country furthest: {}", self.calendar.week(weeks[1])),
            ],
            quantity: Quantity::of(indicator),
            tiles,
            note: format!(
                "Tiles stand roughly where regions lie; sizes mean nothing. Values: median of {} runs; \
                 the spread is in the table by region.",
                self.input.replicates
            ),
        };
        let caption = format!(
            "{} in each region, before and in the week in which the country as a whole is furthest from that.",
            name(id)
        );
        self.add(figure, &[caption], Chart::Tiles(chart));
    }
}
