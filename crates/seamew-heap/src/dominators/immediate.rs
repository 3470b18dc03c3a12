//! Immediate dominators by SEMI-NCA.
//!
//! Source: L. Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", 2005.
//! Semidominators are found as by Lengauer and Tarjan with path compression, the immediate
//! dominators from them by climbing ([`climb`](super::climb)). Ancestor and label share a word, so
//! an evaluation step is one load.

use super::CrossLists;
use super::climb::immediate_from_semi;
use crate::error::Result;
use crate::progress::{Phase, Progress};
use crate::storage::{Column, Storage};

/// Steps up the tree that a number may cost on average; on real heaps it is about one.
const STEPS_PER_NUMBER: u64 = 16;
/// Numbers between two looks at the cancel flag.
const PROGRESS_NUMBERS: usize = 1 << 20;

/// Ancestor (high half) and least semidominator on the way to it (low half).
struct Forest<'a> {
    links: &'a mut [u64],
    path: Vec<u32>,
}

impl Forest<'_> {
    #[inline]
    fn ancestor(&self, number: u32) -> u32 {
        (self.links[number as usize] >> 32) as u32
    }

    #[inline]
    fn link(&mut self, number: u32, ancestor: u32, label: u32) {
        self.links[number as usize] = u64::from(ancestor) << 32 | u64::from(label);
    }

    /// Least semidominator on the path from `number` up to its tree's root; all numbers above
    /// `last` are linked. Compresses the path.
    #[inline]
    fn evaluate(&mut self, number: u32, last: u32) -> u32 {
        let link = self.links[number as usize];
        let ancestor = (link >> 32) as u32;
        if ancestor <= last {
            return link as u32;
        }
        self.compress(number, ancestor, last)
    }

    fn compress(&mut self, number: u32, ancestor: u32, last: u32) -> u32 {
        self.path.clear();
        self.path.push(number);
        let mut top = ancestor;
        while self.ancestor(top) > last {
            self.path.push(top);
            top = self.ancestor(top);
        }
        let link = self.links[top as usize];
        let root = link & !u64::from(u32::MAX);
        let mut least = link as u32;
        while let Some(below) = self.path.pop() {
            least = least.min(self.links[below as usize] as u32);
            self.links[below as usize] = root | u64::from(least);
        }
        least
    }
}

/// Immediate dominators by number, from the search tree and the cross edges; 0: the virtual root.
///
/// # Errors
/// When there is no room, or on cancellation.
pub fn immediate_dominators(
    parent: &[u32],
    cross: &CrossLists,
    storage: &Storage,
    progress: &Progress,
) -> Result<Column<u32>> {
    progress.enter(Phase::Dominators, 2 * parent.len() as u64);
    // First the small one: there is used memory for it, which the next allocation lets go.
    let mut semidominators: Column<u32> = storage.column("dominator_numbers", parent.len())?;
    let mut links: Column<u64> = storage.column("dominator_links", parent.len())?;
    let forest = Forest {
        links: &mut links,
        path: Vec::new(),
    };
    find_semidominators(forest, &mut semidominators, parent, cross, progress)?;
    drop(links);
    let most_steps = STEPS_PER_NUMBER * parent.len() as u64;
    immediate_from_semi(semidominators, parent, most_steps, storage, progress)
}

/// Semidominators by number, from the last number to the first.
fn find_semidominators(
    mut forest: Forest<'_>,
    semidominators: &mut [u32],
    parent: &[u32],
    cross: &CrossLists,
    progress: &Progress,
) -> Result<()> {
    for number in (1..parent.len()).rev() {
        let own = number as u32;
        let mut least = parent[number];
        for source in cross.sources(own) {
            let candidate = if *source <= own {
                *source
            } else {
                forest.evaluate(*source, own)
            };
            least = least.min(candidate);
        }
        semidominators[number] = least;
        forest.link(own, parent[number], least);
        if number % PROGRESS_NUMBERS == 0 {
            progress.advance(PROGRESS_NUMBERS as u64)?;
        }
    }
    Ok(())
}
