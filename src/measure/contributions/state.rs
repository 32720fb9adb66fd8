//! The states that are traced, and how each is read from the world.

use crate::measure::tension;
use crate::mechanisms::housing::RentAid;
use crate::world::society::INSTITUTIONS;
use crate::world::{Setting, World};

/// A number that every household has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Fear of a target (position among the targets).
    Fear(usize),
    /// Hostility toward a target.
    Hostility(usize),
    /// Trust in courts, police or authorities.
    Trust(usize),
    /// Peaceful norm.
    Norm,
    /// Life satisfaction.
    LifeSatisfaction,
    /// Probability of acting at discrimination or above.
    Acting,
    /// Income at prices of week 0.
    Income,
    /// Rent as paid.
    Rent,
    /// Rent at prices of week 0.
    RealRent,
    /// Log of 1 + incidents per 100,000 in the region: a component of tension.
    Incidents,
    /// Rent burden, a part of hardship.
    Burden,
    /// Wait for services, a part of hardship.
    Wait,
    /// Joblessness, a part of hardship.
    Joblessness,
}

/// Names of the states of trust.
const TRUST: [&str; INSTITUTIONS] = ["trust_courts", "trust_police", "trust_authorities"];

impl State {
    /// Those that go into the table, in its order.
    pub fn shown(setting: &Setting) -> Vec<Self> {
        let own = setting.own_target();
        let targets: Vec<usize> =
            setting.scenario.listed_targets().into_iter().map(|g| own[g]).collect();
        let about = |state: fn(usize) -> Self| targets.iter().copied().map(state);
        about(Self::Fear)
            .chain(about(Self::Hostility))
            .chain((0..INSTITUTIONS).map(Self::Trust))
            .chain([Self::Norm, Self::LifeSatisfaction, Self::Acting])
            .chain([Self::Income, Self::Rent, Self::RealRent])
            .collect()
    }

    /// Those and the parts of tension that are not among them.
    pub fn all(setting: &Setting) -> Vec<Self> {
        let mut all = Self::shown(setting);
        all.extend([Self::Incidents, Self::Burden, Self::Wait, Self::Joblessness]);
        all
    }

    /// Name in the column `state`; those about a target end in its group.
    pub fn name(self, setting: &Setting) -> String {
        let group = |t: usize| setting.scenario.groups[setting.targets[t]].id.as_str();
        match self {
            Self::Fear(t) => format!("fear.{}", group(t)),
            Self::Hostility(t) => format!("hostility.{}", group(t)),
            Self::Trust(s) => TRUST[s].to_owned(),
            Self::Norm => "norm".to_owned(),
            Self::LifeSatisfaction => "life_satisfaction".to_owned(),
            Self::Acting => "act_willingness".to_owned(),
            Self::Income => "income".to_owned(),
            Self::Rent => "rent".to_owned(),
            Self::RealRent => "rent_real".to_owned(),
            Self::Incidents => "incidents".to_owned(),
            Self::Burden => "burden".to_owned(),
            Self::Wait => "wait".to_owned(),
            Self::Joblessness => "joblessness".to_owned(),
        }
    }

    /// Columns of the world it is read from.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Fear(_) => &["society.fear"],
            Self::Hostility(_) => &["society.hostility"],
            Self::Trust(_) => &["society.trust"],
            Self::Norm => &["society.norm"],
            Self::LifeSatisfaction => &["society.life_satisfaction"],
            Self::Acting => &["society.act_probability"],
            Self::Income => &["households.income"],
            Self::Rent => &["households.rent"],
            Self::RealRent => &["households.rent", "price_level"],
            Self::Incidents => &["society.regions.incidents", "households.region"],
            Self::Burden => &["households.rent", "households.income", "price_level"],
            Self::Wait => &["queues.service_wait_days", "households.region"],
            Self::Joblessness => &["labour.work"],
        }
    }

    /// Whether means are over persons, not households, as in the indicator of the same name.
    pub fn by_persons(self) -> bool {
        self == Self::LifeSatisfaction
    }

    /// Whether a household of `group` with this value has the state at all: nobody has an attitude to the
    /// own group, and only who pays a rent has one.
    pub fn held(self, setting: &Setting, group: usize, value: f64) -> bool {
        match self {
            Self::Fear(t) | Self::Hostility(t) => setting.targets[t] != group,
            Self::Rent | Self::RealRent => value > 0.0,
            _ => true,
        }
    }
}

/// The world as states are read from it.
pub struct Values<'a> {
    world: &'a World,
    targets: usize,
    incidents: &'a [f64],
    wait: Vec<f64>,
    per_burden: f64,
    aid: RentAid<'a>,
}

impl<'a> Values<'a> {
    /// `incidents` is the component of each region as last counted.
    pub fn new(setting: &Setting, world: &'a World, incidents: &'a [f64]) -> Self {
        let p = &setting.scenario.parameters.tension;
        Self {
            world,
            targets: setting.targets.len(),
            incidents,
            wait: tension::waits(p, world),
            per_burden: 1.0 / (p.burden_full * world.price_level),
            aid: RentAid::of(setting, world),
        }
    }

    /// The value of household `i`.
    pub fn get(&self, state: State, i: usize) -> f64 {
        let (society, households) = (&self.world.society, &self.world.households);
        let r = usize::from(households.region[i]);
        match state {
            State::Fear(t) => f64::from(society.fear[i * self.targets + t]),
            State::Hostility(t) => f64::from(society.hostility[i * self.targets + t]),
            State::Trust(s) => f64::from(society.trust[i][s]),
            State::Norm => f64::from(society.norm[i]),
            State::LifeSatisfaction => f64::from(society.life_satisfaction[i]),
            State::Acting => f64::from(society.act_probability[i]),
            State::Income => f64::from(households.income[i]),
            State::Rent => f64::from(households.rent[i]),
            State::RealRent => f64::from(households.rent[i]) / self.world.price_level,
            State::Incidents => self.incidents[r],
            State::Burden => {
                tension::burden(self.aid.borne(i), households.income[i], self.per_burden)
            }
            State::Wait => self.wait[r],
            State::Joblessness => self.world.labour.joblessness(i),
        }
    }
}
