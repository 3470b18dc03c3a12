//! The second half of SEMI-NCA: from semidominators to immediate dominators.
//!
//! An object's immediate dominator is the nearest ancestor of its search parent, in the dominator
//! tree so far, whose number is at most that of its semidominator. Climbing there step by step is
//! fastest on real heaps, but there are graphs for which it is quadratic. So after a number of
//! steps jump pointers are made, with which a climb takes a logarithm of the depth.
//!
//! Source of the jump pointers: E. W. Myers, "An Applicative Random-Access Stack", 1983.

use crate::error::Result;
use crate::progress::Progress;
use crate::storage::{Column, Storage};

/// Numbers between two looks at the cancel flag.
const PROGRESS_NUMBERS: usize = 1 << 20;

/// Turns semidominators into immediate dominators, in place: a number's semidominator is not
/// needed once its dominator is known. Jump pointers, of 8 bytes a number, are made when climbs
/// have taken more than `most_steps`.
///
/// # Errors
/// When there is no room, or on cancellation.
pub fn immediate_from_semi(
    mut dominators: Column<u32>,
    parent: &[u32],
    most_steps: u64,
    storage: &Storage,
    progress: &Progress,
) -> Result<Column<u32>> {
    climb_all(&mut dominators, parent, most_steps, storage, progress)?;
    Ok(dominators)
}

fn climb_all(
    dominators: &mut [u32],
    parent: &[u32],
    most_steps: u64,
    storage: &Storage,
    progress: &Progress,
) -> Result<()> {
    let mut jumps: Option<Jumps> = None;
    let mut steps = 0;
    for number in 1..parent.len() {
        let semi = dominators[number];
        let mut dominator = parent[number];
        match &mut jumps {
            None => {
                while dominator > semi {
                    dominator = dominators[dominator as usize];
                    steps += 1;
                }
            }
            Some(jumps) => {
                dominator = jumps.nearest(dominators, dominator, semi);
                jumps.add(number, dominator);
            }
        }
        dominators[number] = dominator;
        if steps > most_steps && jumps.is_none() {
            jumps = Some(Jumps::new(dominators, number, storage)?);
        }
        if number % PROGRESS_NUMBERS == 0 {
            progress.advance(PROGRESS_NUMBERS as u64)?;
        }
    }
    Ok(())
}

/// By number: an ancestor far up, and the depth in the tree.
struct Jumps {
    jump: Column<u32>,
    depth: Column<u32>,
}

impl Jumps {
    /// Jumps for the numbers up to `last`, whose dominators are known.
    fn new(dominators: &[u32], last: usize, storage: &Storage) -> Result<Self> {
        let mut jumps = Self {
            jump: storage.column("dominator_jumps", dominators.len())?,
            depth: storage.column("dominator_depths", dominators.len())?,
        };
        for (number, dominator) in dominators.iter().enumerate().take(last + 1).skip(1) {
            jumps.add(number, *dominator);
        }
        Ok(jumps)
    }

    /// Adds a leaf. It jumps as far as its dominator's jump does twice where both jumps span the
    /// same depth, else to its dominator.
    fn add(&mut self, number: usize, dominator: u32) {
        let depth = |of: u32| self.depth[of as usize];
        let far = self.jump[dominator as usize];
        let farther = self.jump[far as usize];
        let is_even = depth(dominator) - depth(far) == depth(far) - depth(farther);
        self.depth[number] = depth(dominator) + 1;
        self.jump[number] = if is_even { farther } else { dominator };
    }

    /// The nearest of `from` and its ancestors whose number is at most `most`.
    fn nearest(&self, dominators: &[u32], mut from: u32, most: u32) -> u32 {
        while from > most {
            let far = self.jump[from as usize];
            from = if far > most {
                far
            } else {
                dominators[from as usize]
            };
        }
        from
    }
}
