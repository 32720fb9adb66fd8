//! What is fixed for a whole run and shared by its replicates.

use super::Households;
use crate::engine::strips::{Lane, STRIP, lane};
use std::ops::Range;

use serde::Serialize;

use super::attachment::AttachmentAnchors;
use super::households::People;
use super::kin::Kin;
use super::labour::Employment;
use super::society::{ACTS, Traits};
use crate::engine::draws::{Address, Kind, origin_of};
use crate::engine::math::great_circle_km;
use crate::scenario::{DAYS_PER_WEEK, Scenario};

/// Quality bands of dwellings.
pub const BANDS: usize = 3;
/// No household, dwelling or cell.
pub const NONE: u32 = u32::MAX;

/// Everything a replicate reads but does not change.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// The checked scenario.
    #[serde(skip)]
    pub scenario: Scenario,
    /// Fixed household columns.
    pub people: People,
    /// Lasting differences between households in attitudes and conduct.
    pub traits: Traits,
    /// Groups attitudes are about, in the order of the scenario: target `t` is group `targets[t]`.
    pub targets: Vec<usize>,
    /// Number of resident households; slots from here on are potential arrivals.
    pub residents: usize,
    /// Slots of each region's resident households.
    pub region_residents: Vec<Range<usize>>,
    /// Resident households of each region at week 0, full scale.
    pub resident_households: Vec<f64>,
    /// Slots of the resident households of each region that rent or may come to rent.
    pub region_rental: Vec<Vec<u32>>,
    /// Number of neighbourhood cells.
    pub cells: usize,
    /// Region of each cell.
    pub cell_region: Vec<u16>,
    /// Slots of the residents who lived in each cell at week 0: neighbours in the table.
    pub cell_residents: Vec<Range<usize>>,
    /// Quality band of each cell.
    pub cell_band: Vec<u8>,
    /// Cells of each region and band (`region * BANDS + band`).
    pub cells_of: Vec<Vec<u32>>,
    /// Kin of residents.
    pub kin: Kin,
    /// Households at full scale that a renter, newcomer or rental dwelling stands for.
    pub rental_weight: f64,
    /// Agents of the rental market for each one of the least sample (`population.renter_agents`), at least 1.
    /// What is counted in agents is multiplied by it, so that it is as many households at any scale.
    pub rental_density: f64,
    /// Households at full scale that any other household stands for.
    pub weight: f64,
    /// Market of each region and band (`region * BANDS + band`).
    pub market_of: Vec<u32>,
    /// Log reference rent of each region and band, currency per month at prices of week 0.
    pub log_reference: Vec<f64>,
    /// Level term of asks by (lowest) band, solved in burn-in.
    pub ask_level: [f64; BANDS],
    /// Rate per week at which households living with relatives set up on their own, by region; solved in
    /// burn-in.
    pub set_up_rate: Vec<f64>,
    /// Distance between regions, km, row-major.
    pub distance_km: Vec<f64>,
    /// Distance from each gate to each region, km, row-major by gate.
    pub gate_km: Vec<f64>,
    /// Address of each region as a place.
    pub place: Vec<Address>,
    /// Groups in the order of a hash of their data, so that neither names nor the order of the file
    /// reach a draw.
    pub group_order: Vec<usize>,
    /// Address of each group, from the same hash.
    pub group_address: Vec<Address>,
    /// Work at week 0: sectors, wages, employers, references of the labour markets.
    pub employment: Employment,
    /// Residents at week 0 by region and group, persons at full scale.
    pub base_population: Vec<f64>,
    /// Incidents without a predecessor per household's act, by kind; solved once for the calm rate.
    pub incident_rate: [f64; ACTS],
    /// Share of the excitation of an incident in one region that is felt in another, row-major by the
    /// region it comes from; rows sum to 1.
    pub incident_kernel: Vec<f64>,
    /// Branching number of incidents at week 0.
    pub branching_base: f64,
    /// Attachments at rest where a group has a kin state.
    pub attachment: AttachmentAnchors,
}

impl Setting {
    /// The parts that follow from the scenario alone; `populate` fills the rest.
    pub fn from_scenario(scenario: Scenario) -> Self {
        let regions = &scenario.regions;
        let km = |lat: f64, lon: f64| {
            regions.iter().map(move |r| great_circle_km(lat, lon, r.latitude, r.longitude))
        };
        let distance_km = regions.iter().flat_map(|a| km(a.latitude, a.longitude)).collect();
        let gate_km = scenario.gates.iter().flat_map(|g| km(g.latitude, g.longitude)).collect();
        let place =
            regions.iter().map(|r| Address::new(Kind::Place, origin_of(&r.code), 0)).collect();
        let hashes: Vec<blake3::Hash> =
            (0..scenario.groups.len()).map(|g| scenario.group_hash(g)).collect();
        let mut group_order: Vec<usize> = (0..scenario.groups.len()).collect();
        group_order.sort_by_key(|&g| *hashes[g].as_bytes());
        let group_address = hashes
            .iter()
            .enumerate()
            .map(|(g, hash)| {
                // Groups that are alike draw apart.
                let alike = hashes[..g].iter().filter(|other| *other == hash).count() as u64;
                Address::new(Kind::Place, origin_of(hash.to_hex().as_str()), 1 + alike)
            })
            .collect();
        Self {
            people: People::default(),
            traits: Traits::default(),
            targets: scenario.targets(),
            residents: 0,
            region_residents: Vec::new(),
            resident_households: Vec::new(),
            region_rental: Vec::new(),
            cells: 0,
            cell_region: Vec::new(),
            cell_residents: Vec::new(),
            cell_band: Vec::new(),
            cells_of: Vec::new(),
            kin: Kin::default(),
            rental_weight: 1.0,
            rental_density: 1.0,
            weight: 1.0,
            market_of: Vec::new(),
            log_reference: Vec::new(),
            ask_level: [0.0; BANDS],
            set_up_rate: Vec::new(),
            distance_km,
            gate_km,
            place,
            group_order,
            group_address,
            employment: Employment::default(),
            base_population: Vec::new(),
            incident_rate: [0.0; ACTS],
            incident_kernel: Vec::new(),
            branching_base: 0.0,
            attachment: AttachmentAnchors::default(),
            scenario,
        }
    }

    /// Number of regions.
    pub fn regions(&self) -> usize {
        self.scenario.regions.len()
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.scenario.groups.len()
    }

    /// Position among the targets of each group; `usize::MAX` where attitudes about it are not followed.
    pub fn own_target(&self) -> Vec<usize> {
        let position = |g| self.targets.iter().position(|&t| t == g);
        (0..self.groups()).map(|g| position(g).unwrap_or(usize::MAX)).collect()
    }

    /// Number of places: neighbourhood cells, then one per region for those without a cell.
    pub fn places(&self) -> usize {
        self.cells + self.regions()
    }

    /// Cells of region `r`: they follow each other, as its bands do.
    pub fn region_cells(&self, r: usize) -> Range<usize> {
        let of = |band: usize| &self.cells_of[r * BANDS + band];
        let first = of(0).first().map_or(0, |&c| c as usize);
        first..first + (0..BANDS).map(|band| of(band).len()).sum::<usize>()
    }

    /// Place of a household in `cell` (or [`NONE`]) of `region`.
    #[inline]
    pub fn place_of(&self, cell: u32, region: u16) -> usize {
        if cell == NONE { self.cells + region as usize } else { cell as usize }
    }

    /// The same of each household of the strip that begins with household `from`.
    #[inline(always)]
    pub fn places_of(&self, households: &Households, from: usize) -> Lane<u32> {
        let region = lane(&households.region[from..]);
        let mut place = lane(&households.cell[from..]);
        let cells = self.cells as u32;
        for k in 0..STRIP {
            let adrift = cells + u32::from(region[k]);
            place[k] = if place[k] == NONE { adrift } else { place[k] };
        }
        place
    }

    /// Number of households, potential arrivals included.
    pub fn households(&self) -> usize {
        self.people.address.len()
    }

    /// First day of week `week` (weeks count from 1).
    pub fn first_day(week: u32) -> u32 {
        week.saturating_sub(1) * DAYS_PER_WEEK
    }

    /// Income that household `i` had at week 0 or arrived with; of newcomers who have joined, that of all in proportion to
    /// persons.
    #[inline]
    pub fn reference_income(&self, households: &Households, i: usize) -> f32 {
        let (now, then) = (households.persons[i], self.people.persons[i]);
        let base = self.people.base_income[i];
        if now > then && then > 0 { base * (f32::from(now) / f32::from(then)) } else { base }
    }

    /// The same for the strip that begins with household `from`.
    #[inline(always)]
    pub fn reference_incomes(&self, households: &Households, from: usize) -> Lane {
        let base = &self.people.base_income[from..];
        let mut incomes = lane(base);
        // Residents do not join.
        for k in self.residents.saturating_sub(from)..base.len().min(STRIP) {
            incomes[k] = self.reference_income(households, from + k);
        }
        incomes
    }

    /// Persons at full scale that household `i` with `persons` members stands for.
    #[inline]
    pub fn persons(&self, i: usize, persons: u8) -> f64 {
        f64::from(self.people.weight[i]) * f64::from(persons)
    }
}

/// What a mechanism may know besides the state it is handed.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The fixed half of the world.
    pub setting: &'a Setting,
    /// Draws of this replicate.
    pub draws: crate::engine::draws::Draws,
    /// Week being worked, from 1.
    pub week: u32,
}
