//! How numbers, enumerations and lists go into a hash.

use std::collections::VecDeque;

use blake3::Hasher;

use crate::engine::draws::Address;
use crate::world::{LetState, Presence, Sign, Tenure, Work};

/// Bytes collected before they are hashed.
const BUFFER: usize = 1 << 16;

/// Feeds numbers to a hash as their little-endian bytes.
pub(super) struct Digest {
    hasher: Hasher,
    buffer: Vec<u8>,
}

impl Digest {
    /// The digest of `what`, hex.
    pub fn of(what: &impl Feed) -> String {
        let mut d = Self { hasher: Hasher::new(), buffer: Vec::with_capacity(2 * BUFFER) };
        what.feed(&mut d);
        d.hasher.update(&d.buffer);
        d.hasher.finalize().to_hex().to_string()
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        self.hash_if_full();
    }

    /// A column at once: item by item a hash of the whole country takes three times as long.
    pub fn column<T, const BYTES: usize>(
        &mut self,
        items: &[T],
        bytes: impl Fn(&T) -> [u8; BYTES],
    ) {
        for items in items.chunks(BUFFER / BYTES) {
            let from = self.buffer.len();
            self.buffer.resize(from + items.len() * BYTES, 0);
            let (room, _) = self.buffer[from..].as_chunks_mut();
            for (room, item) in room.iter_mut().zip(items) {
                *room = bytes(item);
            }
            self.hash_if_full();
        }
    }

    fn hash_if_full(&mut self) {
        if self.buffer.len() >= BUFFER {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
    }
}

/// Something that is part of the state.
pub(super) trait Feed {
    /// Hands all of it to the hash.
    fn feed(&self, d: &mut Digest);

    /// The same of each of these.
    fn feed_all(items: &[Self], d: &mut Digest)
    where
        Self: Sized,
    {
        for x in items {
            x.feed(d);
        }
    }
}

impl Feed for f32 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_bits().to_le_bytes());
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| x.to_bits().to_le_bytes());
    }
}
impl Feed for f64 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_bits().to_le_bytes());
    }
}
impl Feed for u8 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self]);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| [*x]);
    }
}
impl Feed for u16 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| x.to_le_bytes());
    }
}
impl Feed for u32 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| x.to_le_bytes());
    }
}
impl Feed for u64 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
}
impl Feed for i32 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
}
impl Feed for i64 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
}
impl Feed for bool {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[u8::from(*self)]);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| [u8::from(*x)]);
    }
}
impl Feed for Address {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.0.to_le_bytes());
    }
}
impl Feed for Presence {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| [*x as u8]);
    }
}
impl Feed for Tenure {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| [*x as u8]);
    }
}
impl Feed for LetState {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
    }
}
impl Feed for Sign {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
    }
}
impl Feed for Work {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        d.column(items, |x| [*x as u8]);
    }
}
impl<T: Feed> Feed for Option<T> {
    fn feed(&self, d: &mut Digest) {
        self.is_some().feed(d);
        if let Some(x) = self {
            x.feed(d);
        }
    }
}
impl<T: Feed, const N: usize> Feed for [T; N] {
    fn feed(&self, d: &mut Digest) {
        T::feed_all(self, d);
    }
    fn feed_all(items: &[Self], d: &mut Digest) {
        T::feed_all(items.as_flattened(), d);
    }
}
impl<T: Feed> Feed for [T] {
    /// With its length: one column cannot run into the next.
    fn feed(&self, d: &mut Digest) {
        d.bytes(&(self.len() as u64).to_le_bytes());
        T::feed_all(self, d);
    }
}
impl<T: Feed> Feed for Vec<T> {
    fn feed(&self, d: &mut Digest) {
        self.as_slice().feed(d);
    }
}
impl<T: Feed> Feed for VecDeque<T> {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&(self.len() as u64).to_le_bytes());
        for x in self {
            x.feed(d);
        }
    }
}
impl<A: Feed, B: Feed> Feed for (A, B) {
    fn feed(&self, d: &mut Digest) {
        self.0.feed(d);
        self.1.feed(d);
    }
}
impl<A: Feed, B: Feed, C: Feed> Feed for (A, B, C) {
    fn feed(&self, d: &mut Digest) {
        self.0.feed(d);
        self.1.feed(d);
        self.2.feed(d);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Opinion;

    fn hash<T>(items: &[T], bytes: impl Fn(&T) -> Vec<u8>) -> String {
        let mut all = (items.len() as u64).to_le_bytes().to_vec();
        all.extend(items.iter().flat_map(bytes));
        blake3::hash(&all).to_hex().to_string()
    }

    #[test]
    fn a_column_at_once_is_hashed_like_its_bytes_one_by_one() {
        let rows: Vec<[f32; 3]> = (0..30_000).map(|k| [k as f32, 0.5, -1.0]).collect();
        let of_row = |row: &[f32; 3]| row.iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(Digest::of(&rows), hash(&rows, of_row));
        let seen: Vec<Opinion> = (0..9000).map(|k| Opinion([k, 1, k << 20, 3])).collect();
        let of_seen = |x: &Opinion| x.0.iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(Digest::of(&seen), hash(&seen, of_seen));
        let work = vec![[Work::Formal, Work::None]; 70_000];
        let of_work = |x: &[Work; 2]| x.iter().map(|&w| w as u8).collect();
        assert_eq!(Digest::of(&work), hash(&work, of_work));
    }
}
