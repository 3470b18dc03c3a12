//! Equal contents found by hash: 96 bits of XXH3 for each object compared.
//!
//! Two of a hundred million different contents get the same fingerprint with a chance of about one
//! in 10^13 (n² / 2^97), so equal fingerprints are taken for equal contents.

use xxhash_rust::xxh3::{Xxh3, xxh3_128_with_seed};

/// Contents up to so many bytes are hashed at once, which is faster than piece by piece.
const WHOLE_BYTES: usize = 1 << 20;

/// A hash of contents with the number of what has them. Sorts by hash, then by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    high: u64,
    low: u32,
    pub member: u32,
}

impl Fingerprint {
    /// Of contents; equal bytes of different kinds, told by the seed, do not get the same.
    pub fn of(bytes: &[u8], seed: u64, member: u32) -> Self {
        Self::from_hash(xxh3_128_with_seed(bytes, seed), member)
    }

    fn from_hash(hash: u128, member: u32) -> Self {
        Self {
            high: (hash >> 64) as u64,
            low: hash as u32,
            member,
        }
    }

    /// The same contents of another member.
    pub fn for_member(self, member: u32) -> Self {
        Self { member, ..self }
    }

    /// Evenly spread bits, for tables.
    pub fn bits(self) -> u64 {
        self.high
    }

    fn equals(&self, other: &Self) -> bool {
        self.high == other.high && self.low == other.low
    }
}

/// Hashes contents that come in pieces.
pub struct PieceHasher {
    seed: u64,
    pending: Vec<u8>,
    stream: Option<Box<Xxh3>>,
}

impl PieceHasher {
    pub fn new() -> Self {
        Self {
            seed: 0,
            pending: Vec::new(),
            stream: None,
        }
    }

    /// Begins new contents.
    pub fn begin(&mut self, seed: u64) {
        self.seed = seed;
        self.pending.clear();
        self.stream = None;
    }

    pub fn push(&mut self, bytes: &[u8]) {
        if self.stream.is_none() && self.pending.len() + bytes.len() <= WHOLE_BYTES {
            self.pending.extend_from_slice(bytes);
            return;
        }
        let seed = self.seed;
        let stream = (self.stream).get_or_insert_with(|| Box::new(Xxh3::with_seed(seed)));
        stream.update(&self.pending);
        self.pending.clear();
        stream.update(bytes);
    }

    /// The fingerprint of all that was pushed: that of [`Fingerprint::of`] the whole.
    pub fn end(&self, member: u32) -> Fingerprint {
        match &self.stream {
            Some(stream) => Fingerprint::from_hash(stream.digest128(), member),
            None => Fingerprint::of(&self.pending, self.seed, member),
        }
    }
}

/// Fingerprints in order, in runs that were sorted apart.
pub struct Fingerprints {
    runs: Vec<Vec<Fingerprint>>,
}

impl Fingerprints {
    /// Sorts the runs, each on a thread of its own.
    pub fn sorted(mut runs: Vec<Vec<Fingerprint>>) -> Self {
        std::thread::scope(|scope| {
            for run in &mut runs {
                scope.spawn(|| run.sort_unstable());
            }
        });
        Self { runs }
    }

    pub fn len(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    pub fn into_all(self) -> impl Iterator<Item = Fingerprint> {
        self.runs.into_iter().flatten()
    }

    /// Calls `visit` with the members of each group of equal contents, in ascending order.
    pub fn for_each_group(&self, mut visit: impl FnMut(&[u32])) {
        let mut rests: Vec<&[Fingerprint]> = self.runs.iter().map(Vec::as_slice).collect();
        let mut members = Vec::new();
        while let Some(least) = rests.iter().filter_map(|rest| rest.first()).min().copied() {
            members.clear();
            let mut runs_met = 0;
            for rest in &mut rests {
                let equal = rest.iter().take_while(|one| one.equals(&least)).count();
                let (taken, left) = rest.split_at(equal);
                members.extend(taken.iter().map(|one| one.member));
                runs_met += usize::from(equal > 0);
                *rest = left;
            }
            if runs_met > 1 {
                members.sort_unstable();
            }
            visit(&members);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hash_like_the_whole() {
        for length in [
            0,
            1,
            7,
            WHOLE_BYTES - 1,
            WHOLE_BYTES,
            WHOLE_BYTES + 1,
            3 * WHOLE_BYTES,
        ] {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
            for piece_bytes in [1000, WHOLE_BYTES / 2, WHOLE_BYTES * 2] {
                let mut hasher = PieceHasher::new();
                hasher.begin(5);
                for piece in bytes.chunks(piece_bytes) {
                    hasher.push(piece);
                }
                assert_eq!(hasher.end(3), Fingerprint::of(&bytes, 5, 3), "{length}");
            }
        }
    }

    #[test]
    fn groups_join_what_the_runs_share() {
        let of = |content: u8, member| Fingerprint::of(&[content], 0, member);
        let runs = vec![
            vec![of(1, 9), of(2, 4), of(1, 0)],
            vec![],
            vec![of(2, 1), of(3, 2)],
        ];
        let mut groups = Vec::new();
        Fingerprints::sorted(runs).for_each_group(|members| groups.push(members.to_vec()));
        groups.sort();
        assert_eq!(groups, [vec![0, 9], vec![1, 4], vec![2]]);
    }
}
