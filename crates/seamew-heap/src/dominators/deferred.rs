//! Dominators of the class objects that were left out of the graph's edges.
//!
//! Such a class object refers to roots only, so no other object's dominator depends on it. Its own
//! immediate dominator is the nearest common ancestor, in the dominator tree, of all that refer to
//! it: its instances, and whatever the search found.

use crate::graph::{ClassColumn, ClassEdges};
use crate::ids::{ClassIndex, ObjectIndex};

/// Steps up the tree that a class may cost before the slower, linear way is taken.
const STEPS_PER_CLASS: u32 = 1 << 16;

/// What the correction reads.
pub struct DeferredInput<'a> {
    pub classes: &'a ClassColumn,
    pub class_edges: &'a ClassEdges,
    pub class_objects: &'a [Option<ObjectIndex>],
    /// By object: preorder number, 0 where unreachable.
    pub number: &'a [u32],
    /// True where the object is a root or some field refers to it.
    pub is_referenced: &'a dyn Fn(u32) -> bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    NotDeferred,
    /// Nothing refers to it so far.
    Unknown,
    /// Nearest common ancestor so far, steps left.
    Ancestor(u32, u32),
    TooLong,
}

impl State {
    /// True where another instance may change it.
    fn is_open(self) -> bool {
        !matches!(
            self,
            Self::NotDeferred | Self::TooLong | Self::Ancestor(0, _)
        )
    }
}

/// Corrects the immediate dominators of deferred class objects.
pub fn correct(input: &DeferredInput<'_>, dominators: &mut [u32]) {
    let mut states = vec![State::NotDeferred; input.class_objects.len()];
    for class in &input.class_edges.deferred {
        let number = class_number(input, *class);
        if number != 0 {
            states[class.at()] = if (input.is_referenced)(number) {
                State::Ancestor(dominators[number as usize], STEPS_PER_CLASS)
            } else {
                State::Unknown
            };
        }
    }
    // Most objects are of classes that are not deferred, or whose ancestor is the root by now.
    let mut is_open: Vec<bool> = states.iter().map(|state| state.is_open()).collect();
    for (object, number) in input.number.iter().enumerate() {
        let class = input.classes.get(ObjectIndex(object as u32)).at();
        if is_open[class] && *number != 0 {
            states[class] = add(states[class], *number, dominators);
            is_open[class] = states[class].is_open();
        }
    }
    for (class, state) in states.into_iter().enumerate() {
        let number = class_number(input, ClassIndex(class as u32));
        match state {
            State::Ancestor(ancestor, _) => dominators[number as usize] = ancestor,
            State::TooLong => {
                let ancestor = linear(input, ClassIndex(class as u32), number, dominators);
                dominators[number as usize] = ancestor;
            }
            State::NotDeferred | State::Unknown => {}
        }
    }
}

fn class_number(input: &DeferredInput<'_>, class: ClassIndex) -> u32 {
    input.class_objects[class.at()].map_or(0, |object| input.number[object.at()])
}

#[inline]
fn add(state: State, number: u32, dominators: &[u32]) -> State {
    match state {
        State::NotDeferred | State::TooLong | State::Ancestor(0, _) => state,
        State::Unknown => State::Ancestor(number, STEPS_PER_CLASS),
        State::Ancestor(ancestor, steps) => climb(ancestor, number, steps, dominators),
    }
}

/// Nearest common ancestor by climbing from the higher number.
fn climb(mut one: u32, mut other: u32, mut steps: u32, dominators: &[u32]) -> State {
    while one != other {
        if steps == 0 {
            return State::TooLong;
        }
        steps -= 1;
        if one > other {
            one = dominators[one as usize];
        } else {
            other = dominators[other as usize];
        }
    }
    State::Ancestor(one, steps)
}

/// Nearest common ancestor in time linear in the tree: no node is climbed over twice.
fn linear(input: &DeferredInput<'_>, class: ClassIndex, own: u32, dominators: &[u32]) -> u32 {
    let mut seen = vec![0u64; dominators.len() / 64 + 1];
    let mut on_chain = vec![0u64; dominators.len() / 64 + 1];
    let bit = |bits: &[u64], number: u32| bits[number as usize / 64] >> (number & 63) & 1 == 1;
    let referenced = (input.is_referenced)(own).then(|| dominators[own as usize]);
    let instances = (input.number.iter().enumerate())
        .filter(|(object, _)| input.classes.get(ObjectIndex(*object as u32)) == class)
        .map(|(_, number)| *number)
        .filter(|number| *number != 0);
    let mut ancestor: Option<u32> = None;
    for number in referenced.into_iter().chain(instances) {
        let mut at = number;
        let Some(current) = ancestor else {
            loop {
                on_chain[at as usize / 64] |= 1 << (at & 63);
                if at == 0 {
                    break;
                }
                at = dominators[at as usize];
            }
            ancestor = Some(number);
            continue;
        };
        while !bit(&on_chain, at) && !bit(&seen, at) {
            seen[at as usize / 64] |= 1 << (at & 63);
            at = dominators[at as usize];
        }
        if bit(&on_chain, at) && at < current {
            let mut below = current;
            while below != at {
                on_chain[below as usize / 64] &= !(1 << (below & 63));
                seen[below as usize / 64] |= 1 << (below & 63);
                below = dominators[below as usize];
            }
            ancestor = Some(at);
        }
    }
    ancestor.unwrap_or(0)
}
