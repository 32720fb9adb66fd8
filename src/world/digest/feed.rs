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
}

impl Feed for f32 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_bits().to_le_bytes());
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
}
impl Feed for u16 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
    }
}
impl Feed for u32 {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&self.to_le_bytes());
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
}
impl Feed for Tenure {
    fn feed(&self, d: &mut Digest) {
        d.bytes(&[*self as u8]);
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
        for x in self {
            x.feed(d);
        }
    }
}
impl<T: Feed> Feed for [T] {
    /// With its length: one column cannot run into the next.
    fn feed(&self, d: &mut Digest) {
        d.bytes(&(self.len() as u64).to_le_bytes());
        for x in self {
            x.feed(d);
        }
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
