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
        for edge in edges {
            starts[(edge >> 32) as usize] += 1;
        }
        progress.check()?;
        let mut wide_starts = Vec::with_capacity(numbers / STRETCH + 1);
        let mut total = 0u64;
        for stretch in starts.chunks_mut(STRETCH) {
            wide_starts.push(total);
            let base = total;
            for start in stretch {
                let own = u64::from(*start);
                total += own;
                // Filling from the back turns ends into starts.
                *start = (total - base) as u32;
            }
        }
        let mut sources: Column<u32> = storage.column("cross_sources", edges.len())?;
        progress.check()?;
        for edge in edges.iter().rev() {
            let target = (edge >> 32) as usize;
            starts[target] -= 1;
            let at = wide_starts[target / STRETCH] + u64::from(starts[target]);
            sources[at as usize] = *edge as u32;
        }
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
