//! Depth-first search from the roots: preorder numbers, the search tree, the other edges.

use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::graph::{ClassColumn, ClassEdges, Lists};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::{Phase, Progress};
use crate::storage::{Column, Storage};

/// Objects between two looks at the cancel flag.
const PROGRESS_OBJECTS: u32 = 1 << 18;

/// What the search runs over.
pub struct ReachInput<'a> {
    pub outbound: &'a Lists,
    pub class_edges: &'a ClassEdges,
    pub classes: &'a ClassColumn,
    /// Class object of each class.
    pub class_objects: &'a [Option<ObjectIndex>],
    pub roots: &'a [ObjectIndex],
    /// Make what no root reaches reachable from roots of its own.
    pub keep_unreachable: bool,
}

/// The search tree. Numbers are preorder numbers from 1; 0 is the virtual root above all roots.
pub struct Reached {
    /// By object: its number, 0 where unreachable.
    pub number: Column<u32>,
    /// By number: the object.
    pub object: Column<u32>,
    /// By number: the parent's number.
    pub parent: Column<u32>,
    /// Edges outside the search tree: target number (high half), source number (low half).
    pub cross: Column<u64>,
    /// Objects reached.
    pub count: u32,
    /// Objects that became roots because they were to be kept.
    pub added_roots: Vec<ObjectIndex>,
}

struct Frame<'a> {
    rest: crate::graph::List<'a>,
    number: u32,
}

/// The columns of [`Reached`] as slices: the hot loop looks up no owner.
struct Search<'a> {
    input: &'a ReachInput<'a>,
    number: &'a mut [u32],
    object: &'a mut [u32],
    parent: &'a mut [u32],
    cross: &'a mut [u64],
    count: u32,
    added_roots: Vec<ObjectIndex>,
    crosses: usize,
    stack: Vec<Frame<'a>>,
    progress: &'a Progress,
}

/// Searches the graph depth first.
///
/// # Errors
/// When there is no room, or on cancellation.
pub fn reach(
    input: &ReachInput<'_>,
    objects: usize,
    storage: &Storage,
    progress: &Progress,
) -> Result<Reached> {
    progress.enter(Phase::Reach, objects as u64);
    // Each edge takes at least a byte; each root and each object may add one more.
    let lists = input.outbound;
    let most_edges = lists.bytes.len() + lists.long_bytes.len() + input.roots.len() + objects;
    let mut number: Column<u32> = storage.column("dfs_number", objects)?;
    let mut object: Column<u32> = storage.column("dfs_object", objects + 1)?;
    let mut parent: Column<u32> = storage.column("dfs_parent", objects + 1)?;
    let mut cross: Column<u64> = storage.reserve("cross_edges", most_edges)?;
    let mut search = Search {
        input,
        number: &mut number,
        object: &mut object,
        parent: &mut parent,
        cross: &mut cross,
        count: 0,
        added_roots: Vec::new(),
        crosses: 0,
        stack: Vec::new(),
        progress,
    };
    for root in input.roots {
        search.root(root.0)?;
    }
    search.reach_deferred()?;
    if input.keep_unreachable {
        search.keep_rest(objects)?;
    }
    let (count, crosses, added_roots) = (search.count, search.crosses, search.added_roots);
    cross.truncate(crosses);
    object.truncate(count as usize + 1);
    parent.truncate(count as usize + 1);
    Ok(Reached {
        number,
        object,
        parent,
        cross,
        count,
        added_roots,
    })
}

impl Search<'_> {
    fn root(&mut self, root: u32) -> Result<()> {
        match self.number[root as usize] {
            0 => self.descend(root),
            number => {
                self.cross(number, 0);
                Ok(())
            }
        }
    }

    #[inline]
    fn cross(&mut self, target: u32, source: u32) {
        if target != source {
            self.cross[self.crosses] = u64::from(target) << 32 | u64::from(source);
            self.crosses += 1;
        }
    }

    /// Numbers an object and opens its list.
    #[inline]
    fn visit(&mut self, object: u32, parent: u32) -> Option<u32> {
        self.count += 1;
        let number = self.count;
        self.number[object as usize] = number;
        self.object[number as usize] = object;
        self.parent[number as usize] = parent;
        let mut rest = self.input.outbound.of(object)?;
        let class = rest.has_class.then(|| rest.take_class());
        self.stack.push(Frame { rest, number });
        let class_object = *self.input.class_edges.targets.get(class? as usize)?;
        match self.number[class_object as usize] {
            0 => Some(class_object),
            class_number => {
                self.cross(class_number, number);
                None
            }
        }
    }

    /// Visits all that is reachable from `root` and not yet visited.
    fn descend(&mut self, root: u32) -> Result<()> {
        let mut next = Some((root, 0));
        let mut reported = self.count;
        loop {
            while let Some((object, parent)) = next {
                let number = self.count + 1;
                next = self
                    .visit(object, parent)
                    .map(|class_object| (class_object, number));
            }
            if self.count.wrapping_sub(reported) >= PROGRESS_OBJECTS {
                self.progress.advance(u64::from(self.count - reported))?;
                reported = self.count;
            }
            let Some(top) = self.stack.last_mut() else {
                break;
            };
            let source = top.number;
            let mut found = None;
            for target in top.rest.by_ref() {
                let number = self.number[target as usize];
                if number == 0 {
                    found = Some(target);
                    break;
                }
                if number != source {
                    self.cross[self.crosses] = u64::from(number) << 32 | u64::from(source);
                    self.crosses += 1;
                }
            }
            match found {
                Some(target) => next = Some((target, source)),
                None => {
                    self.stack.pop();
                }
            }
        }
        Ok(())
    }

    /// Numbers the class objects that are reached through instances only; they refer to nothing
    /// but roots. Their parent is the virtual root for now.
    fn reach_deferred(&mut self) -> Result<()> {
        let mut wanted = vec![false; self.input.class_objects.len()];
        for class in &self.input.class_edges.deferred {
            wanted[class.at()] = true;
        }
        for object in 0..self.number.len() {
            let class = self.input.classes.get(ObjectIndex(object as u32));
            if wanted[class.at()] && self.number[object] != 0 {
                wanted[class.at()] = false;
                self.reach_class(class)?;
            }
        }
        Ok(())
    }

    fn reach_class(&mut self, class: ClassIndex) -> Result<()> {
        let Some(object) = self.input.class_objects[class.at()] else {
            return Ok(());
        };
        if self.number[object.at()] != 0 {
            return Ok(());
        }
        self.descend(object.0)
    }

    /// Makes what is unreachable reachable: first from objects that nothing unreachable refers
    /// to, then, for what only cycles hold, from the lowest address on.
    fn keep_rest(&mut self, objects: usize) -> Result<()> {
        let mut held = vec![0u64; objects / 64 + 1];
        for object in 0..objects as u32 {
            if self.number[object as usize] == 0 {
                self.mark_targets(object, &mut held);
            }
        }
        for class in &self.input.class_edges.deferred {
            if let Some(class_object) = self.input.class_objects[class.at()] {
                held[class_object.at() / 64] |= 1 << (class_object.0 & 63);
            }
        }
        for object in 0..objects as u32 {
            if held[object as usize / 64] >> (object & 63) & 1 == 0 {
                self.keep(object)?;
            }
        }
        // What only cycles hold; class objects that instances can reach come last.
        let deferred: FxHashSet<u32> = (self.input.class_edges.deferred.iter())
            .filter_map(|class| self.input.class_objects[class.at()])
            .map(|object| object.0)
            .collect();
        for object in (0..objects as u32).filter(|object| !deferred.contains(object)) {
            self.keep(object)?;
        }
        self.reach_deferred()?;
        let mut left: Vec<u32> = deferred.into_iter().collect();
        left.sort_unstable();
        left.into_iter().try_for_each(|object| self.keep(object))
    }

    fn mark_targets(&self, object: u32, held: &mut [u64]) {
        let Some(mut list) = self.input.outbound.of(object) else {
            return;
        };
        let class = list.has_class.then(|| list.take_class());
        let class_object =
            class.and_then(|edge| self.input.class_edges.targets.get(edge as usize).copied());
        for target in list.chain(class_object) {
            if target != object {
                held[target as usize / 64] |= 1 << (target & 63);
            }
        }
    }

    fn keep(&mut self, object: u32) -> Result<()> {
        if self.number[object as usize] == 0 {
            self.added_roots.push(ObjectIndex(object));
            self.descend(object)?;
            self.cross(self.number[object as usize], 0);
        }
        Ok(())
    }
}
