//! The edges outside the search tree, sorted by target.

use crate::error::Result;
use crate::progress::Progress;
use crate::storage::{Column, Storage};

/// Sources of cross edges by target number.
pub struct CrossLists {
    /// By number: where its sources start; one more at the end.
    starts: Column<u32>,
    sources: Column<u32>,
    /// Where more than 2^32 edges need it: edges before each stretch of 2^16 numbers.
    wide_starts: Vec<u64>,
}

const STRETCH: usize = 1 << 16;

/// Makes `starts` the end of each number's sources. Filling from the back turns ends into starts.
fn count_targets(edges: &[u64], starts: &mut [u32]) -> Vec<u64> {
    for edge in edges {
        starts[(edge >> 32) as usize] += 1;
    }
    let mut wide_starts = Vec::with_capacity(starts.len() / STRETCH + 1);
    let mut total = 0u64;
    for stretch in starts.chunks_mut(STRETCH) {
        wide_starts.push(total);
        let base = total;
        for start in stretch {
            total += u64::from(*start);
            *start = (total - base) as u32;
        }
    }
    wide_starts
}

fn place_sources(edges: &[u64], wide_starts: &[u64], starts: &mut [u32], sources: &mut [u32]) {
    for edge in edges.iter().rev() {
        let target = (edge >> 32) as usize;
        starts[target] -= 1;
        let at = wide_starts[target / STRETCH] + u64::from(starts[target]);
        sources[at as usize] = *edge as u32;
    }
}

impl CrossLists {
    /// Sorts `edges` (target in the high half, source in the low half) for `count` objects.
    ///
    /// # Errors
    /// When there is no room, or on cancellation.
    pub fn build(
        edges: &[u64],
        count: u32,
        storage: &Storage,
        progress: &Progress,
    ) -> Result<Self> {
        let numbers = count as usize + 2;
        let mut starts: Column<u32> = storage.column("cross_starts", numbers)?;
        let mut sources: Column<u32> = storage.column("cross_sources", edges.len())?;
        let wide_starts = count_targets(edges, &mut starts);
        progress.check()?;
        place_sources(edges, &wide_starts, &mut starts, &mut sources);
        Ok(Self {
            starts,
            sources,
            wide_starts,
        })
    }

    /// Sources of the cross edges to `number`.
    #[inline]
    pub fn sources(&self, number: u32) -> &[u32] {
        &self.sources[self.start(number as usize)..self.start(number as usize + 1)]
    }

    #[inline]
    fn start(&self, number: usize) -> usize {
        (self.wide_starts[number / STRETCH] + u64::from(self.starts[number])) as usize
    }
}
