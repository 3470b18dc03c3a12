//! Dominators of the class objects that were left out of the graph's edges.
//!
//! Such a class object refers to roots only, so no other object's dominator depends on it. Its own
//! immediate dominator is the nearest common ancestor, in the dominator tree, of all that refer to
//! it: its instances, and whatever the search found.

use crate::graph::{ClassColumn, ClassEdges};
use crate::ids::{ClassIndex, ObjectIndex};

/// Steps up the tree that a class may cost before the slower way, linear in the tree, is taken.
const STEPS_PER_CLASS: u32 = 1 << 16;
/// Classes that may go the slower way at once: it takes two bits an object.
const MOST_CLIMBERS: usize = 4;

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

/// What is known of a class while the heap is walked.
enum State {
    NotDeferred,
    /// Nothing refers to it so far.
    Unknown,
    /// Nearest common ancestor so far, steps left.
    Ancestor(u32, u32),
    /// The same for a class that has used up its steps.
    Climbing(Box<Climber>),
    /// Its turn comes with the next walk.
    Waiting,
}

impl State {
    /// True where another instance may change it.
    fn is_open(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Ancestor(ancestor, _) => *ancestor != 0,
            Self::Climbing(climber) => climber.ancestor != 0,
            Self::NotDeferred | Self::Waiting => false,
        }
    }
}

/// Corrects the immediate dominators of deferred class objects. Those are leaves of the tree, so
/// what is corrected first changes nothing for the others.
pub fn correct(input: &DeferredInput<'_>, dominators: &mut [u32]) {
    let mut classes = input.class_edges.deferred.clone();
    while !classes.is_empty() {
        classes = correct_some(input, &classes, dominators);
    }
}

/// Walks the heap once; returns the classes whose turn did not come.
fn correct_some(
    input: &DeferredInput<'_>,
    classes: &[ClassIndex],
    dominators: &mut [u32],
) -> Vec<ClassIndex> {
    let mut walk = Walk::new(input, classes, dominators);
    for (object, number) in input.number.iter().enumerate() {
        let class = input.classes.get(ObjectIndex(object as u32)).at();
        if walk.is_open[class] && *number != 0 {
            walk.add(class, *number);
        }
    }
    let mut waiting = Vec::new();
    for (class, state) in (0..).map(ClassIndex).zip(walk.states) {
        let number = class_number(input, class) as usize;
        match state {
            State::Ancestor(ancestor, _) => dominators[number] = ancestor,
            State::Climbing(climber) => dominators[number] = climber.ancestor,
            State::Waiting => waiting.push(class),
            State::NotDeferred | State::Unknown => {}
        }
    }
    waiting
}

fn class_number(input: &DeferredInput<'_>, class: ClassIndex) -> u32 {
    input.class_objects[class.at()].map_or(0, |object| input.number[object.at()])
}

/// One walk over the heap.
struct Walk<'a> {
    dominators: &'a [u32],
    states: Vec<State>,
    /// Most objects are of classes that are not deferred, or whose ancestor is the root by now.
    is_open: Vec<bool>,
    climbers: usize,
}

impl<'a> Walk<'a> {
    fn new(input: &DeferredInput<'_>, classes: &[ClassIndex], dominators: &'a [u32]) -> Self {
        let count = input.class_objects.len();
        let mut states: Vec<State> = (0..count).map(|_| State::NotDeferred).collect();
        for class in classes {
            let number = class_number(input, *class);
            if number != 0 {
                states[class.at()] = if (input.is_referenced)(number) {
                    State::Ancestor(dominators[number as usize], STEPS_PER_CLASS)
                } else {
                    State::Unknown
                };
            }
        }
        Self {
            dominators,
            is_open: states.iter().map(State::is_open).collect(),
            states,
            climbers: 0,
        }
    }

    /// Adds an instance of a class.
    fn add(&mut self, class: usize, number: u32) {
        let state = &mut self.states[class];
        match state {
            State::Unknown => *state = State::Ancestor(number, STEPS_PER_CLASS),
            State::Ancestor(ancestor, steps) => {
                match climb(*ancestor, number, *steps, self.dominators) {
                    Some((ancestor, steps)) => *state = State::Ancestor(ancestor, steps),
                    None if self.climbers < MOST_CLIMBERS => {
                        let mut climber = Climber::new(*ancestor, self.dominators);
                        climber.add(number, self.dominators);
                        *state = State::Climbing(Box::new(climber));
                        self.climbers += 1;
                    }
                    None => *state = State::Waiting,
                }
            }
            State::Climbing(climber) => climber.add(number, self.dominators),
            State::NotDeferred | State::Waiting => {}
        }
        self.is_open[class] = self.states[class].is_open();
    }
}

/// Nearest common ancestor by climbing from the higher number, and the steps left; None where they
/// do not suffice.
fn climb(mut one: u32, mut other: u32, mut steps: u32, dominators: &[u32]) -> Option<(u32, u32)> {
    while one != other {
        steps = steps.checked_sub(1)?;
        if one > other {
            one = dominators[one as usize];
        } else {
            other = dominators[other as usize];
        }
    }
    Some((one, steps))
}

/// Nearest common ancestor of many in time linear in the tree: no node is climbed over twice.
struct Climber {
    ancestor: u32,
    /// The ancestor and all above it.
    on_chain: Vec<u64>,
    /// What is below the ancestor and climbed over.
    seen: Vec<u64>,
}

impl Climber {
    fn new(ancestor: u32, dominators: &[u32]) -> Self {
        let mut climber = Self {
            ancestor,
            on_chain: vec![0; dominators.len() / 64 + 1],
            seen: vec![0; dominators.len() / 64 + 1],
        };
        let mut at = ancestor;
        set(&mut climber.on_chain, at);
        while at != 0 {
            at = dominators[at as usize];
            set(&mut climber.on_chain, at);
        }
        climber
    }

    fn add(&mut self, number: u32, dominators: &[u32]) {
        let mut at = number;
        while !has(&self.on_chain, at) && !has(&self.seen, at) {
            set(&mut self.seen, at);
            at = dominators[at as usize];
        }
        if has(&self.on_chain, at) {
            // What was on the chain below the new ancestor is now below it.
            while self.ancestor != at {
                self.on_chain[self.ancestor as usize / 64] &= !(1 << (self.ancestor & 63));
                set(&mut self.seen, self.ancestor);
                self.ancestor = dominators[self.ancestor as usize];
            }
        }
    }
}

fn has(bits: &[u64], number: u32) -> bool {
    bits[number as usize / 64] >> (number & 63) & 1 == 1
}

fn set(bits: &mut [u64], number: u32) {
    bits[number as usize / 64] |= 1 << (number & 63);
}
