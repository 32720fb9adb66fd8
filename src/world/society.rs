//! Attitudes, acts, incidents and trust: the social half of the state.
//!
//! Columns per household *and target* are household-major: entry `i * targets + t`.

use std::ops::Range;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::opinion::Opinion;

/// Kinds of hostile acts, mildest first; also the rungs of the ladder.
pub const ACTS: usize = 5;
/// Names of the rungs, in the order of the ladder and of the `incidents.<kind>` indicators.
pub const ACT_NAMES: [&str; ACTS] = ["speech", "discrimination", "protest", "clash", "violence"];
/// Institutions that are trusted or not: courts, police, authorities.
pub const INSTITUTIONS: usize = 3;

/// Lasting differences between households. Lengths: all households, potential arrivals included.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Traits {
    /// Weight of media against own surroundings in what a household believes, `[0, 1]`.
    pub media_weight: Vec<f32>,
    /// Openness to contact, mean 1.
    pub openness: Vec<f32>,
    /// How far a state's doings are laid on its citizens, `[0, 1]`.
    pub attribution: Vec<f32>,
    /// Reach of public posts, bounded Pareto, at least 1.
    pub reach: Vec<f32>,
    /// Slots of the residents whose posts are followed, region by region.
    pub influencers: Vec<u32>,
    /// Whom a household follows: positions in `influencers`, [`super::NONE`] where fewer.
    pub follows: Vec<[u32; 3]>,
    /// Resting level of fear, per household, `[0, 1]`.
    pub fear_anchor: Vec<f32>,
    /// How strongly distance between groups is felt, mean 1.
    pub distance_proneness: Vec<f32>,
    /// Log-odds anchor of hostility, household x target.
    pub hostility_anchor: Vec<f32>,
    /// Lasting offset in how fair each institution seems.
    pub fairness_offset: Vec<[f32; INSTITUTIONS]>,
    /// Threshold for acting.
    pub threshold: Vec<f32>,
    /// Aversion to sanction, `[0, 1]`.
    pub risk_aversion: Vec<f32>,
    /// Resting level of the peaceful norm, `[0, 1]`.
    pub norm_anchor: Vec<f32>,
    /// Readiness to help newcomers, `[0, 1]`.
    pub empathy: Vec<f32>,
    /// Draw that says whether a household lives outside towns: above the region's urban share. Empty
    /// where no scenario asks.
    pub rural: Vec<f32>,
}

/// Social columns that change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Society {
    /// Fear, household x target, `[0, 1]`.
    pub fear: Vec<f32>,
    /// Slow floor of fear, household x target.
    pub fear_floor: Vec<f32>,
    /// Hostility, household x target, `[0, 1]`; 0 toward the own group.
    pub hostility: Vec<f32>,
    /// Memory of meaningful contact, household x target.
    pub contact: Vec<f32>,
    /// Threat felt this week, household x target, `[0, 1]`.
    pub threat: Vec<f32>,
    /// Share of blame laid on groups, household, `[0, 1]`.
    pub blame_outgroups: Vec<f32>,
    /// Life satisfaction, household, `[0, 1]`.
    pub life_satisfaction: Vec<f32>,
    /// Trust in courts, police and authorities, household, `[0, 1]`.
    pub trust: Vec<[f32; INSTITUTIONS]>,
    /// Peaceful norm, household, `[0, 1]`.
    pub norm: Vec<f32>,
    /// Probability of acting at discrimination or above this week, household.
    pub act_probability: Vec<f32>,
    /// Rung acted on this week, 0 = none, 1 = speech ... 5 = violence.
    pub rung: Vec<u8>,
    /// Mere exposure, place x target: memory of people of the target's group seen.
    pub exposure: Vec<f32>,
    /// Share of persons of each target's group seen in each place, last measured, place x target
    /// (see [`Members`]).
    pub presence: Vec<f32>,
    /// The same without those who only pass through.
    pub settled: Vec<f32>,
    /// Meaningful contact on offer in each place to a household of mean openness, place x target.
    pub meeting: Vec<f32>,
    /// Who has moved where, this week.
    pub members: Members,
    /// What is thought and felt in each place this week, place x target.
    pub mood: Vec<Mood>,
    /// Hostility and fear at the start of the week as others see them, [`Opinion::rows`] a household.
    pub opinion: Vec<Opinion>,
    /// Ties of arrivals (slot minus residents): two co-nationals and one resident.
    pub arrival_ties: Vec<[u32; 3]>,
    /// Rent over income each household is used to; negative before its first rent.
    pub usual_burden: Vec<f32>,
    /// Own and believed regional losses that someone is blamed for this week, household, `[0, 1]`.
    pub loss: Vec<f32>,
    /// Live rumours.
    pub rumours: Vec<Rumour>,
    /// Log of going rents by region in week 1, the level rises are felt against; empty before.
    pub base_rent: Vec<f64>,
    /// Region columns.
    pub regions: Vec<RegionSociety>,
    /// Threat from the state each target is associated with, `[0, 1]`, region x target.
    pub state_threat: Vec<f64>,
}

/// Social state of one region. Vectors by target unless said otherwise.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RegionSociety {
    /// Media salience of each target, `[0, 1]`.
    pub salience: Vec<f64>,
    /// The same as each group sees it, group x target; empty where the scenario has no channels.
    pub group_salience: Vec<f64>,
    /// Visible share of hostile posts about each target, `[0, 1]`.
    pub visible_hostility: Vec<f64>,
    /// Mean hostility online toward each target.
    pub online_hostility: Vec<f64>,
    /// Share of each target's group among those present, transit included.
    pub presence: Vec<f64>,
    /// The same without those who only pass through.
    pub settled: Vec<f64>,
    /// Workers really displaced of late, full scale.
    pub displaced: f64,
    /// Workers believed displaced, full scale.
    pub displaced_believed: f64,
    /// Rumours about each target believed by this share of residents.
    pub rumour: Vec<f64>,
    /// Days of salient events without an official word.
    pub silence_days: f64,
    /// Worst severity of last week's incidents by target, real counts; 0 = none.
    pub worst_severity: Vec<f64>,
    /// Incidents of the current week by kind.
    pub incidents: [f64; ACTS],
    /// Incidents of the current week that reach the police.
    pub incidents_reported: f64,
    /// Share of households acting at each rung or above this week.
    pub acting: [f64; ACTS],
    /// Perceived probability of sanction by rung.
    pub perceived_sanction: [f64; ACTS],
    /// Acts per household and week that police can answer.
    pub police_capacity: f64,
    /// Fatigue: share of would-be crowd members who stay away.
    pub fatigue: f64,
    /// Share of people who learned this week that an earlier denial was false, `[0, 1]`.
    pub denial_detected: f64,
    /// Of those, the share to whom it was admitted.
    pub admitted: f64,
    /// Acknowledged fault of the authorities, `[0, 1]`, fading.
    pub acknowledged_fault: f64,
    /// How fair courts, police and authorities really act here, `[0, 1]`.
    pub fairness: [f64; INSTITUTIONS],
    /// Share of households that helped or hosted this week.
    pub help: f64,
    /// Share of households ready to help or host if asked.
    pub help_willing: f64,
    /// Overlap of different groups' claims on land times the rural share, `[0, 1]`.
    pub contested: f64,
    /// Say of residents in what is decided about foreign projects, `[0, 1]`.
    pub voice: f64,
    /// How much more openly the authorities act because of foreign projects than they used to, `[0, 1]`.
    pub openness: f64,
    /// Grievance about foreign projects by target, `[0, 1]`; empty where there are none.
    pub grievance: Vec<f64>,
    /// News that disclosure about a target makes this week, in units of coverage; empty likewise.
    pub disclosed: Vec<f64>,
}

impl RegionSociety {
    /// Salience of target `t` of `targets` as members of `group` see it.
    #[inline]
    pub fn salience_for(&self, group: usize, t: usize, targets: usize) -> f64 {
        self.group_salience.get(group * targets + t).copied().unwrap_or(self.salience[t])
    }
}

/// Who lives in a place and did not at week 0: those who moved there, newcomers. The residents of week 0 who
/// still live in a cell are neighbours in the table (`setting.cell_residents`) and are not listed. Places are the
/// neighbourhood cells, followed by one place per region for those without a cell.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Members {
    start: Vec<u32>,
    list: Vec<u32>,
}

/// Where the people of a region may live.
#[derive(Debug)]
pub struct Local {
    /// Its cells.
    pub cells: Range<usize>,
    /// Its place for those without a cell.
    pub adrift: usize,
    /// Those to be sorted, in order of their slots.
    pub people: Vec<u32>,
}

impl Members {
    /// Sorts people into places, region by region; `place` gives the place of a slot. Members of a place are in
    /// order of their slots. The cells of one region follow those of the one before, and the places for
    /// those without a cell follow all cells.
    pub fn fill(&mut self, regions: &[Local], place: impl Fn(usize) -> usize + Sync) {
        // Positions within the region: its cells, then the place for those without.
        let local = |at: &Local, i: u32| {
            let p = place(i as usize);
            let cell = p.wrapping_sub(at.cells.start);
            if p == at.adrift { at.cells.len() } else { cell.min(at.cells.len() + 1) }
        };
        let counts: Vec<Vec<u32>> = regions
            .par_iter()
            .with_max_len(1)
            .map(|at| {
                let mut counts = vec![0; at.cells.len() + 2];
                for &i in &at.people {
                    counts[local(at, i)] += 1;
                }
                counts
            })
            .collect();
        let in_cells = counts.iter().flat_map(|c| &c[..c.len() - 2]);
        let adrift = counts.iter().map(|c| &c[c.len() - 2]);
        self.start.clear();
        self.start.push(0);
        let mut total = 0;
        for n in in_cells.chain(adrift) {
            total += n;
            self.start.push(total);
        }
        self.list.clear();
        self.list.resize(total as usize, 0);
        let (cells, adrift) = self.list.split_at_mut(
            counts.iter().map(|c| c[..c.len() - 2].iter().sum::<u32>() as usize).sum(),
        );
        let lists = split(cells, counts.iter().map(|c| c[..c.len() - 2].iter().sum::<u32>()))
            .into_iter()
            .zip(split(adrift, counts.iter().map(|c| c[c.len() - 2])));
        let work: Vec<_> = regions.iter().zip(lists).collect();
        let start = &self.start;
        work.into_par_iter().with_max_len(1).for_each(|(at, (cells, adrift))| {
            let first = start[at.cells.start];
            let mut next: Vec<u32> = start[at.cells.clone()].iter().map(|s| s - first).collect();
            let mut last = adrift.iter_mut();
            for &i in &at.people {
                let k = local(at, i);
                if let Some(next) = next.get_mut(k) {
                    cells[*next as usize] = i;
                    *next += 1;
                } else if let (true, Some(entry)) = (k == at.cells.len(), last.next()) {
                    *entry = i;
                }
            }
        });
    }

    /// Where each place begins in the list, and the list.
    pub fn parts(&self) -> (&[u32], &[u32]) {
        (&self.start, &self.list)
    }

    /// Slots of those in `place` who are not its residents of week 0.
    #[inline]
    pub fn others(&self, place: usize) -> &[u32] {
        &self.list[self.start[place] as usize..self.start[place + 1] as usize]
    }
}

/// Cuts a list into parts of these lengths.
fn split(mut list: &mut [u32], lengths: impl Iterator<Item = u32>) -> Vec<&mut [u32]> {
    let mut parts = Vec::new();
    for n in lengths {
        let (part, rest) = list.split_at_mut(n as usize);
        parts.push(part);
        list = rest;
    }
    parts
}

/// Weighted sums over the households of a place that are not of the target's own group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Mood {
    /// Weights.
    pub weight: f32,
    /// Weight times hostility.
    pub hostility: f32,
    /// Weight times fear.
    pub fear: f32,
    /// Weight of hostile households.
    pub hostile: f32,
    /// Weight times visibility of posts.
    pub visible: f32,
    /// Visibility times hostility.
    pub visible_hostility: f32,
    /// Visibility of hostile households.
    pub visible_hostile: f32,
}

/// A rumour that lives in a region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rumour {
    /// Region.
    pub region: u16,
    /// Position of the target.
    pub target: u8,
    /// Week of birth; with region and target it names the rumour.
    pub born: u32,
    /// Share of residents who believe it.
    pub believing: f64,
    /// Share who have given it up and will not take it up again.
    pub recovered: f64,
}
