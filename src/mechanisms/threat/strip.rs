//! The households of a strip, side by side: own losses, then what each target adds.

use crate::engine::draws::Draws;
use crate::engine::math::{ln_1p, ln_1p32, weekly};
use crate::engine::strips::{
    Lane, Lookup, STRIP, apart, bits, each, lane, ones, put, together, unlike,
};
use crate::mechanisms::housing::RentAid;
use crate::mechanisms::information::rumours::{believers, believes};
use crate::mechanisms::{land, threat::CHANNELS};
use crate::world::{Households, Memory, NONE, Presence, Rumour, Setting, Tenure, World};

/// What everyone of a group in a region sees of each of `T` targets.
pub struct Scenes<const T: usize> {
    /// Rows of `salience` and `size` a region: one a group where groups see different media, else one.
    per_region: usize,
    salience: Vec<[f32; T]>,
    /// Share of population, larger by its gain in the media.
    size: Vec<[f32; T]>,
    /// Threat of the state behind the target, by region.
    state: Vec<[f32; T]>,
    /// Distance, by group.
    distance: Vec<[f32; T]>,
    /// How much larger the nation behind the target makes it seem.
    origin: [f32; T],
    /// Target that is the group itself; [`NONE`] for other groups.
    own: Vec<[u32; 1]>,
}

impl<const T: usize> Scenes<T> {
    pub fn new(setting: &Setting, world: &World) -> Self {
        let p = &setting.scenario.parameters.threat;
        let (groups, society) = (setting.groups(), &world.society);
        let alike = society.regions.iter().all(|r| r.group_salience.is_empty());
        let per_region = if alike { 1 } else { groups };
        let seen = || society.regions.iter().flat_map(|r| (0..per_region).map(move |g| (r, g)));
        let salience =
            seen().map(|(r, g)| std::array::from_fn(|t| r.salience_for(g, t, T) as f32)).collect();
        let size = seen()
            .map(|(r, g)| {
                std::array::from_fn(|t| {
                    (r.settled[t] * (1.0 + p.size_gain * r.salience_for(g, t, T))) as f32
                })
            })
            .collect();
        let views = super::pro_state_shares(setting, world);
        let state =
            society.state_threat.iter().zip(&views).map(|(x, share)| {
                (p.security * (x * (1.0 + p.views_gain * share)).min(1.0)) as f32
            });
        let distance = (0..groups * T).map(|k| {
            let relation = setting.scenario.relation(k / T, setting.targets[k % T]);
            (relation.distance * (1.0 - p.shared_identity)) as f32
        });
        let origin = std::array::from_fn(|t| {
            let group = &setting.scenario.groups[setting.targets[t]];
            (1.0 + p.origin_gain(group.origin_population)) as f32
        });
        let own = setting.own_target().into_iter().map(|t| [u32::try_from(t).unwrap_or(NONE)]);
        Self {
            per_region,
            salience,
            size,
            state: by_row(state),
            distance: by_row(distance),
            origin,
            own: own.collect(),
        }
    }
}

/// Entries in rows of `T`.
pub fn by_row<const T: usize>(entries: impl Iterator<Item = f32>) -> Vec<[f32; T]> {
    entries.collect::<Vec<f32>>().as_chunks().0.to_vec()
}

/// The live rumour about each target, by region; empty where there is none at all.
pub fn live<const T: usize>(setting: &Setting, rumours: &[Rumour]) -> Vec<[Option<Rumour>; T]> {
    if rumours.is_empty() {
        return Vec::new();
    }
    let of = |r: usize, t: usize| {
        rumours.iter().find(|x| usize::from(x.region) == r && usize::from(x.target) == t).copied()
    };
    (0..setting.regions()).map(|r| std::array::from_fn(|t| of(r, t))).collect()
}

/// All that threat is worked out from.
pub struct Assessor<'a, const T: usize> {
    pub setting: &'a Setting,
    pub households: &'a Households,
    pub draws: Draws,
    /// Whether those not in the country are assessed too.
    pub everyone: bool,
    pub constants: Constants,
    /// By region: parts of an own loss that waits and mutual help leave, believed loss, part of threat from
    /// the media and from states that dialogue leaves.
    pub places: Vec<[f32; 4]>,
    pub scenes: Scenes<T>,
    /// Lost access to land, region x group; empty without land.
    pub land_loss: Vec<f32>,
    /// Share of population in each place.
    pub settled: &'a [[f32; T]],
    pub memory: &'a Memory,
    pub aid: RentAid<'a>,
    /// Memory of groups, region x holder group; empty where none is kept.
    pub group_memory: Vec<[f32; T]>,
    pub rumours: Vec<[Option<Rumour>; T]>,
}

impl<const T: usize> Assessor<'_, T> {
    /// Writes threat and losses of the strip that begins with household `first`, and moves the burdens that
    /// it is used to.
    #[inline(always)]
    pub fn strip(
        &self,
        first: usize,
        threats: &mut [f32],
        losses: &mut [f32],
        usual: &mut [f32],
        note: &impl Fn(usize, usize, [f32; CHANNELS.len()]),
    ) {
        let Self { setting, households, scenes, constants: c, .. } = self;
        let (people, traits) = (&setting.people, &setting.traits);
        let strip = first..first + losses.len();
        let mut here = each(&lane(&households.presence[strip.clone()]), |p| p == Presence::Present);
        if self.everyone {
            here[..strip.len()].fill(true);
        }
        if !here.contains(&true) {
            return;
        }
        let region = each(&lane(&households.region[strip.clone()]), u32::from);
        let group = each(&lane(&people.group[strip.clone()]), u32::from);
        let by_region = Lookup::of(&region);
        let [served, unhelped, believed, calm] = by_region.table(&self.places);

        let before = lane(usual);
        let mut burdens = before;
        let tenure = lane(&households.tenure[strip.clone()]);
        let rent = self.aid.borne_by_strip(first);
        let income = lane(&households.income[strip.clone()]);
        let base = setting.reference_incomes(households, first);
        let felt = c.felt(&tenure, &rent, &income, &base, &mut burdens);
        for k in 0..STRIP {
            burdens[k] = if here[k] { burdens[k] } else { before[k] };
        }
        put(&burdens, usual);

        let kept = self.kept(first, &here, &region, &group);
        let mut own_part = [0.0; STRIP];
        let mut hard = [0.0; STRIP];
        let mut blamed = lane(losses);
        for k in 0..STRIP {
            let own_loss = unhelped[k] * (1.0 - (1.0 - felt[k]) * served[k] * kept[k]);
            own_part[k] = c.own * own_loss;
            hard[k] = 1.0 + c.hardship * own_loss;
            blamed[k] = if here[k] { own_part[k] + believed[k] } else { blamed[k] };
        }
        put(&blamed, losses);

        let media_weight = lane(&traits.media_weight[strip.clone()]);
        let proneness = lane(&traits.distance_proneness[strip.clone()]);
        let attribution = lane(&traits.attribution[strip.clone()]);
        let mut scene = region;
        let place = setting.places_of(households, first);
        let per_region = scenes.per_region as u32;
        for k in 0..STRIP {
            let of_group = if per_region > 1 { group[k] } else { 0 };
            scene[k] = region[k] * per_region + of_group;
        }
        let (by_scene, by_group) = (Lookup::of(&scene), Lookup::of(&group));
        let salience = by_scene.table(&scenes.salience);
        let size = by_scene.table(&scenes.size);
        let state = by_region.table(&scenes.state);
        let distance = by_group.table(&scenes.distance);
        let [own] = by_group.table(&scenes.own);
        let settled = Lookup::of(&place).table(self.settled);
        let memory = self.memory(first, strip.end, &region, &group);
        let mut all = apart::<T, f32>(threats);
        for t in 0..T {
            let shown = &salience[t];
            let mut heard = *shown;
            if let Some(believed) = self.believed(t, first, &here, &region, &media_weight) {
                for k in 0..STRIP {
                    let more = shown[k] + (1.0 - shown[k]) * c.rumour;
                    heard[k] = if believed[k] { more } else { shown[k] };
                }
            }
            let mut sum = [0.0; STRIP];
            let mut parts = [[0.0; STRIP]; 5];
            let threat = &mut all[t];
            for k in 0..STRIP {
                let m = media_weight[k];
                let size = (1.0 - m) * settled[t][k] + m * size[t][k];
                let y = (ln_1p32(size * c.per_size) * c.size_norm).min(1.0);
                let d = (distance[t][k] * proneness[k]).min(1.0);
                let symbolic = c.symbolic * d * y * scenes.origin[t];
                let remembered = symbolic * memory[t][k];
                let security = calm[k] * (state[t][k] * attribution[k]);
                let per_salience = c.media_floor + (1.0 - c.media_floor) * m;
                let media = calm[k] * (c.media * heard[k] * per_salience);
                let rumour = calm[k] * c.media * (heard[k] - shown[k]) * per_salience;
                sum[k] = (symbolic + remembered + security + media) * hard[k];
                let whole = if own[k] == t as u32 { 0.0 } else { sum[k].min(1.0) };
                threat[k] = if here[k] { whole } else { threat[k] };
                (parts[0][k], parts[1][k]) = (symbolic, security);
                (parts[2][k], parts[3][k], parts[4][k]) = (media - rumour, rumour, remembered);
            }
            for k in 0..STRIP {
                if !here[k] || own[k] == t as u32 {
                    continue;
                }
                // What is cut off at 1 is cut off all channels alike.
                let kept = if sum[k] > 1.0 { hard[k] / sum[k] } else { hard[k] };
                let of = |part: usize| kept * parts[part][k];
                let (own, regional) = (own_part[k], believed[k]);
                note(first + k, t, [of(0), of(1), of(2), of(3), of(4), own, regional]);
            }
        }
        together(&all, threats);
    }

    /// What lost access to land leaves to each household that lives off it.
    #[inline(always)]
    fn kept(&self, first: usize, here: &Lane<bool>, region: &Lane<u32>, group: &Lane<u32>) -> Lane {
        let mut kept = [1.0; STRIP];
        if self.land_loss.is_empty() {
            return kept;
        }
        let groups = self.setting.groups();
        for k in (0..STRIP).filter(|&k| here[k]) {
            let r = region[k] as usize;
            let lost = self.land_loss[r * groups + group[k] as usize];
            if lost > 0.0 && land::is_rural(self.setting, first + k, r) {
                kept[k] = 1.0 - lost;
            }
        }
        kept
    }

    /// Memory of injury, its own and its group's; 0 where none is kept.
    #[inline(always)]
    fn memory(&self, first: usize, end: usize, region: &Lane<u32>, group: &Lane<u32>) -> [Lane; T] {
        if self.group_memory.is_empty() {
            return [[0.0; STRIP]; T];
        }
        let groups = self.setting.groups() as u32;
        let mut holder = [0; STRIP];
        for k in 0..STRIP {
            holder[k] = region[k] * groups + group[k];
        }
        let mut memory = Lookup::of(&holder).table(&self.group_memory);
        let own = apart::<T, f32>(&self.memory.household[first * T..end * T]);
        for t in 0..T {
            for k in 0..STRIP {
                memory[t][k] += own[t][k];
            }
        }
        memory
    }

    /// Who believes a rumour about target `t`; nothing where there is none.
    #[inline(always)]
    fn believed(
        &self,
        t: usize,
        first: usize,
        here: &Lane<bool>,
        region: &Lane<u32>,
        m: &Lane,
    ) -> Option<Lane<bool>> {
        let address = &self.setting.people.address[first..];
        let mean = self.constants.mean_media;
        if self.rumours.is_empty() {
            return None;
        }
        let rumour = |region: u32| self.rumours[region as usize][t].as_ref();
        // Neighbours live in one region, but for a few who have moved.
        let (here, elsewhere) = (bits(here), unlike(region, region[0]));
        let common = rumour(region[0]);
        if common.is_none() && ones(elsewhere & here).all(|k| rumour(region[k]).is_none()) {
            return None;
        }
        let who = &address[..address.len().min(STRIP)];
        let mut believed =
            common.map_or([false; STRIP], |x| believers(x, self.draws, who, m, mean));
        for k in ones(elsewhere & here) {
            believed[k] =
                rumour(region[k]).is_some_and(|x| believes(x, self.draws, address[k], m[k], mean));
        }
        Some(believed)
    }
}

/// Parameters in the precision of the loop.
pub struct Constants {
    own: f32,
    symbolic: f32,
    media: f32,
    media_floor: f32,
    mean_media: f32,
    rumour: f32,
    per_size: f32,
    size_norm: f32,
    burden_half: f32,
    hosted_loss: f32,
    usual: f32,
    per_price: f32,
    hardship: f32,
}

impl Constants {
    pub fn new(setting: &Setting, price_level: f64) -> Self {
        let p = &setting.scenario.parameters.threat;
        Self {
            own: p.own as f32,
            symbolic: p.symbolic as f32,
            media: p.media as f32,
            media_floor: p.media_floor as f32,
            mean_media: setting.scenario.parameters.attitudes.media_weight as f32,
            rumour: p.rumour as f32,
            per_size: (1.0 / p.size_scale) as f32,
            size_norm: (1.0 / ln_1p(0.2 / p.size_scale)) as f32,
            burden_half: p.burden_half as f32,
            hosted_loss: p.hosted_loss as f32,
            usual: weekly(p.usual_weeks) as f32,
            per_price: (1.0 / price_level.max(1e-6)) as f32,
            hardship: p.hardship as f32,
        }
    }

    /// Loss of income and home, `[0, 1]`; moves the burdens that households are used to.
    #[inline(always)]
    pub fn felt(
        &self,
        tenure: &Lane<Tenure>,
        rent: &Lane,
        income: &Lane,
        base: &Lane,
        usual: &mut Lane,
    ) -> Lane {
        let (mut home, mut felt) = ([0.0; STRIP], [0.0; STRIP]);
        for k in 0..STRIP {
            // Worked for everyone, kept for those who rent: no household waits for another.
            let burden = (rent[k] * self.per_price / income[k].max(1.0)).min(2.0);
            let before = if usual[k] < 0.0 { burden } else { usual[k] };
            let rise = (burden - before).max(0.0);
            let rents = tenure[k] == Tenure::Renter;
            let moved = before + self.usual * (burden - before);
            let share = rise / (rise + self.burden_half);
            home[k] = if rents { share } else { 0.0 };
            usual[k] = if rents { moved } else { usual[k] };
        }
        for k in 0..STRIP {
            home[k] = if tenure[k] == Tenure::Hosted { self.hosted_loss } else { home[k] };
            home[k] = if tenure[k] == Tenure::Homeless { 1.0 } else { home[k] };
        }
        for k in 0..STRIP {
            let poorer = (1.0 - income[k] / base[k]).clamp(0.0, 1.0);
            let poorer = if base[k] > 0.0 { poorer } else { 0.0 };
            felt[k] = 1.0 - (1.0 - poorer) * (1.0 - home[k]);
        }
        felt
    }
}
