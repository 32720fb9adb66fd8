//! Draws: random numbers with an address.
//!
//! A draw depends on nothing but who draws (an [`Address`]), in which week, for what [`Purpose`] and
//! with which index. Thread count, order and restarts cannot change it, and two scenarios with one
//! seed share every draw a policy does not touch (common random numbers).
//!
//! The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"),
//! checked against the published known answers.

use std::convert::Infallible;

use rand::TryRng;
use serde::{Deserialize, Serialize};

use super::strips::{STRIP, lane};
use super::wide::wide;

const ROUNDS: u32 = 10;
/// Blocks worked side by side.
const SIDE: usize = 16;
const M0: u32 = 0xD251_1F53;
const M1: u32 = 0xCD9E_8D57;
const W0: u32 = 0x9E37_79B9;
const W1: u32 = 0xBB67_AE85;

/// One Philox4x32-10 block.
#[inline(always)]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut c = counter;
    let mut k = key;
    for _ in 0..ROUNDS {
        let p0 = u64::from(M0) * u64::from(c[0]);
        let p1 = u64::from(M1) * u64::from(c[2]);
        c = [
            (p1 >> 32) as u32 ^ c[1] ^ k[0],
            p1 as u32,
            (p0 >> 32) as u32 ^ c[3] ^ k[1],
            p0 as u32,
        ];
        k = [k[0].wrapping_add(W0), k[1].wrapping_add(W1)];
    }
    c
}

/// Steps of the additive low-discrepancy sequence in four dimensions (Roberts' R4): fractional parts of their multiples fill
/// the unit cube evenly.
pub const R4: [f64; 4] =
    [0.856_674_883_854_502_9, 0.733_891_856_627_126, 0.628_706_721_037_808_6, 0.538_597_257_223_61];

/// Who draws: a household, dwelling, employer or place, named by where it comes from and never by the
/// slot it happens to sit in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Address(pub u64);

/// Kinds of things that draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Resident household: origin = region, ordinal at week 0.
    Resident = 1,
    /// Potential arrival: origin = wave, ordinal = day and number in that day.
    Arrival = 2,
    /// Dwelling: origin = region, ordinal at week 0.
    Dwelling = 4,
    /// Employer: origin = region.
    Employer = 5,
    /// Region, gate, market or another place.
    Place = 6,
    /// An incident.
    Incident = 7,
}

impl Address {
    /// Address of the `ordinal`-th thing of `kind` from `origin` (see [`origin_of`]).
    #[inline]
    pub fn new(kind: Kind, origin: u32, ordinal: u64) -> Self {
        debug_assert!(ordinal < 1 << 36, "ordinal too large");
        Self(u64::from(kind as u8) << 60 | u64::from(origin & 0x00FF_FFFF) << 36 | ordinal)
    }

    /// Address of the pair (`self`, `other`), in that order.
    #[inline]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        // SplitMix64 finaliser over both: a pair is a new thing with its own place in counter space.
        let mut z = self.0 ^ other.0.rotate_left(32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(z ^ (z >> 31))
    }
}

/// A stable 24-bit origin from a name (region code, wave id), independent of its place in a file.
pub fn origin_of(name: &str) -> u32 {
    let h = blake3::hash(name.as_bytes());
    let b = h.as_bytes();
    u32::from_le_bytes([b[0], b[1], b[2], 0])
}

/// What a draw decides. One number a decision; a number is never reused for another decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
#[allow(missing_docs, reason = "the names say what is drawn")]
pub enum Purpose {
    // week 0
    Household = 1,
    Traits = 2,
    Attitudes = 3,
    Dwelling = 4,
    Kin = 5,
    Employer = 6,
    Influencers = 7,
    // arrivals
    ArrivalCount = 20,
    ArrivalHousehold = 21,
    Gate = 22,
    Destination = 23,
    Transit = 24,
    Leave = 25,
    MoveChoice = 27,
    ArrivalTies = 29,
    // housing
    ListingSample = 63,
    Priority = 65,
    BidUp = 66,
    AskNoise = 67,
    Reask = 68,
    Lease = 69,
    Break = 70,
    Dormant = 71,
    Sharing = 73,
    Hosting = 74,
    Relocation = 75,
    // labour and prices
    Separation = 90,
    JobMatch = 91,
    Substitution = 92,
    Inactivity = 93,
    // contact, information, attitudes
    Belief = 110,
    Rumour = 111,
    Tie = 112,
    // acts, incidents, response
    Act = 130,
    IncidentCount = 131,
    IncidentDetail = 132,
    Dealing = 133,
    Emigration = 134,
    Report = 135,
    Denial = 136,
    Monitor = 137,
    // land
    Rural = 150,
    // attachments and memory
    Attachment = 170,
    Injury = 171,
    Views = 172,
    Removal = 173,
    Latent = 174,
    // comparisons of finished runs
    Resample = 200,
    Multiplier = 201,
    Weighting = 202,
    // sweeps
    Design = 210,
    PointSeed = 211,
}

/// All draws of one replicate: a key, nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// Draws of replicate `replicate` under `seed`.
    pub fn new(seed: u64, replicate: u32) -> Self {
        let mixed = Address(seed).with(Address(u64::from(replicate))).0;
        Self { key: [mixed as u32, (mixed >> 32) as u32] }
    }

    /// Draws that build week 0; shared by all replicates of a seed.
    pub fn week0(seed: u64) -> Self {
        Self::new(seed, u32::MAX)
    }

    /// Four words for one decision.
    #[inline]
    pub fn block(&self, who: Address, week: u32, purpose: Purpose, index: u32) -> [u32; 4] {
        let c2 = (week << 16) | u32::from(purpose as u16);
        philox([who.0 as u32, (who.0 >> 32) as u32, c2, index], self.key)
    }

    /// The blocks of a run of at most [`STRIP`] things, word by word: `out[w][k]` is word `w` of the `k`-th.
    /// Worked side by side, a block costs a third of what it costs alone.
    pub fn blocks(
        &self,
        who: &[Address],
        week: u32,
        purpose: Purpose,
        index: u32,
        out: &mut [[u32; STRIP]; 4],
    ) {
        wide(
            #[inline(always)]
            || {
                let who = lane(&who[..who.len().min(STRIP)]);
                let (c2, index) = ((week << 16) | u32::from(purpose as u16), u64::from(index));
                // As many as fit into registers go through all rounds before the next.
                for from in (0..STRIP).step_by(SIDE) {
                    // Upper halves of these words are left as they fall: a product takes the lower alone.
                    let (mut a, mut b) = ([0; SIDE], [0; SIDE]);
                    let (mut c, mut d) = ([u64::from(c2); SIDE], [index; SIDE]);
                    for j in 0..SIDE {
                        (a[j], b[j]) = (who[from + j].0, who[from + j].0 >> 32);
                    }
                    let mut key = self.key;
                    for _ in 0..ROUNDS {
                        for j in 0..SIDE {
                            let p0 = u64::from(M0) * (a[j] & 0xFFFF_FFFF);
                            let p1 = u64::from(M1) * (c[j] & 0xFFFF_FFFF);
                            a[j] = (p1 >> 32) ^ b[j] ^ u64::from(key[0]);
                            b[j] = p1;
                            c[j] = (p0 >> 32) ^ d[j] ^ u64::from(key[1]);
                            d[j] = p0;
                        }
                        key = [key[0].wrapping_add(W0), key[1].wrapping_add(W1)];
                    }
                    for j in 0..SIDE {
                        out[0][from + j] = a[j] as u32;
                        out[1][from + j] = b[j] as u32;
                        out[2][from + j] = c[j] as u32;
                        out[3][from + j] = d[j] as u32;
                    }
                }
            },
        );
    }

    /// Two uniforms in the open interval (0, 1).
    #[inline]
    pub fn two(&self, who: Address, week: u32, purpose: Purpose, index: u32) -> [f64; 2] {
        let b = self.block(who, week, purpose, index);
        [unit(b[0], b[1]), unit(b[2], b[3])]
    }

    /// One uniform in (0, 1).
    #[inline]
    pub fn uniform(&self, who: Address, week: u32, purpose: Purpose, index: u32) -> f64 {
        self.two(who, week, purpose, index)[0]
    }

    /// Four uniforms in (0, 1) with 32 bits each, for decisions that need no more.
    #[inline]
    pub fn four(&self, who: Address, week: u32, purpose: Purpose, index: u32) -> [f32; 4] {
        self.block(who, week, purpose, index).map(unit32)
    }

    /// True with probability `p`.
    #[inline]
    pub fn chance(&self, p: f64, who: Address, week: u32, purpose: Purpose, index: u32) -> bool {
        self.uniform(who, week, purpose, index) < p
    }

    /// A generator for samplers of `rand_distr` that take a varying number of words. Each has its own
    /// address, so what one consumes moves no other.
    pub fn stream(&self, who: Address, week: u32, purpose: Purpose) -> Stream<'static> {
        Stream {
            draws: *self,
            who,
            week,
            purpose,
            ready: &[],
            place: 0,
            taken: 0,
            buffer: [0; 4],
            used: 4,
        }
    }

    /// The streams of a run of at most [`STRIP`] things, of which the first `N` blocks are drawn side by side.
    pub fn streams<const N: usize>(
        &self,
        who: &[Address],
        week: u32,
        purpose: Purpose,
    ) -> Streams<N> {
        let mut ready = [[[0; STRIP]; 4]; N];
        for (n, block) in ready.iter_mut().enumerate() {
            self.blocks(who, week, purpose, Stream::FIRST + n as u32, block);
        }
        Streams { draws: *self, who: lane(&who[..who.len().min(STRIP)]), week, purpose, ready }
    }
}

/// Streams of neighbours, see [`Draws::streams`].
#[derive(Debug)]
pub struct Streams<const N: usize> {
    draws: Draws,
    who: [Address; STRIP],
    week: u32,
    purpose: Purpose,
    ready: [[[u32; STRIP]; 4]; N],
}

impl<const N: usize> Streams<N> {
    /// The stream of the `k`-th: the words that [`Draws::stream`] gives.
    #[inline]
    pub fn of(&self, k: usize) -> Stream<'_> {
        let alone = self.draws.stream(self.who[k], self.week, self.purpose);
        Stream { ready: &self.ready, place: k, ..alone }
    }
}

/// A stream of words with an address; implements rand's generator trait.
#[derive(Debug, Clone)]
pub struct Stream<'a> {
    draws: Draws,
    who: Address,
    week: u32,
    purpose: Purpose,
    /// First blocks of this stream and its neighbours, and where among them this one stands.
    ready: &'a [[[u32; STRIP]; 4]],
    place: usize,
    /// Blocks taken.
    taken: u32,
    buffer: [u32; 4],
    used: usize,
}

impl Stream<'_> {
    /// Index of the first block, out of reach of single draws.
    const FIRST: u32 = 0x8000_0000;
}

impl TryRng for Stream<'_> {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        if self.used == 4 {
            self.buffer = if let Some(words) = self.ready.get(self.taken as usize) {
                words.map(|word| word[self.place])
            } else {
                let index = Self::FIRST.wrapping_add(self.taken);
                self.draws.block(self.who, self.week, self.purpose, index)
            };
            self.taken = self.taken.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        Ok(self.buffer[self.used - 1])
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = self.try_next_u32()?;
        let high = self.try_next_u32()?;
        Ok(u64::from(high) << 32 | u64::from(low))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            let word = self.try_next_u32()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

/// A uniform in (0, 1) from 53 bits of two words; never 0 or 1, so its logarithm is finite.
#[inline]
pub fn unit(low: u32, high: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    (bits as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
}

/// A uniform in (0, 1) from the upper 23 bits of a word.
#[inline]
pub fn unit32(word: u32) -> f32 {
    ((word >> 9) as f32 + 0.5) * (1.0 / (1_u32 << 23) as f32)
}

/// Standard Gumbel variate from a uniform in (0, 1).
#[inline]
pub fn gumbel(u: f64) -> f64 {
    -super::math::ln(-super::math::ln(u))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, StandardNormal};

    /// Known answers of the Random123 distribution, `philox4x32` with 10 rounds.
    #[test]
    fn philox_gives_the_published_known_answers() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn blocks_side_by_side_are_those_drawn_alone() {
        let d = Draws::new(5, 2);
        let who: Vec<Address> = (0..40).map(|k| Address::new(Kind::Resident, 9, k * k)).collect();
        let mut out = [[0; STRIP]; 4];
        d.blocks(&who, 17, Purpose::Act, 3, &mut out);
        for (k, who) in who.into_iter().enumerate() {
            assert_eq!(out.map(|w| w[k]), d.block(who, 17, Purpose::Act, 3));
        }
    }

    #[test]
    fn streams_side_by_side_are_those_drawn_alone() {
        let d = Draws::new(5, 2);
        let who: Vec<Address> = (0..40).map(|k| Address::new(Kind::Resident, 9, k * k)).collect();
        let streams = d.streams::<2>(&who, 17, Purpose::Traits);
        for (k, who) in who.into_iter().enumerate() {
            let (mut near, mut alone) = (streams.of(k), d.stream(who, 17, Purpose::Traits));
            // Further than what was drawn side by side.
            for _ in 0..11 {
                assert_eq!(near.try_next_u32(), alone.try_next_u32());
            }
        }
    }

    #[test]
    fn a_draw_changes_with_each_part_of_its_address() {
        let d = Draws::new(1, 0);
        let who = Address::new(Kind::Resident, 3, 7);
        let base = d.uniform(who, 5, Purpose::Act, 0);
        let others = [
            d.uniform(Address::new(Kind::Resident, 3, 8), 5, Purpose::Act, 0),
            d.uniform(Address::new(Kind::Resident, 4, 7), 5, Purpose::Act, 0),
            d.uniform(Address::new(Kind::Arrival, 3, 7), 5, Purpose::Act, 0),
            d.uniform(who, 6, Purpose::Act, 0),
            d.uniform(who, 5, Purpose::Break, 0),
            d.uniform(who, 5, Purpose::Act, 1),
            Draws::new(2, 0).uniform(who, 5, Purpose::Act, 0),
            Draws::new(1, 1).uniform(who, 5, Purpose::Act, 0),
        ];
        for o in others {
            assert_ne!(base, o);
        }
    }

    #[test]
    fn uniforms_have_the_right_moments_and_streams_feed_rand_distr() {
        let d = Draws::new(9, 0);
        let n = 100_000;
        let (mut mean, mut square, mut normal) = (0.0, 0.0, 0.0);
        for i in 0..n {
            let who = Address::new(Kind::Resident, 1, i);
            let u = d.uniform(who, 0, Purpose::Traits, 0);
            assert!(u > 0.0 && u < 1.0);
            mean += u;
            square += u * u;
            let z: f64 = StandardNormal.sample(&mut d.stream(who, 0, Purpose::Traits));
            normal += z;
        }
        let n = n as f64;
        assert!((mean / n - 0.5).abs() < 4.0 / (12.0 * n).sqrt());
        assert!((square / n - 1.0 / 3.0).abs() < 4.0 * (4.0_f64 / 45.0 / n).sqrt());
        assert!((normal / n).abs() < 4.0 / n.sqrt());
    }
}
