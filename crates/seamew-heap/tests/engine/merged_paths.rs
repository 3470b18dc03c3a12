//! Merged paths and references by class, against slow twins.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::heap::{
    ClassReferenceRow, Covered, Direction, Excludes, MergedClassRow, MergedPathRow, ObjectSet,
    PathEnd, TreeLimits,
};
use seamew_heap::{ClassIndex, ObjectIndex};
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{ClassSpec, HeapBuilder, HeapOptions, sub};

use crate::slow_paths::{Case, object};
use crate::support::{cases, fresh, open_path};

const ALL: TreeLimits = TreeLimits {
    levels: usize::MAX,
    children: usize::MAX,
    least_objects: 0,
};

impl Case<'_> {
    /// What a wanted object counts for.
    fn weight(&self, object: ObjectIndex) -> Covered {
        let heap = self.slow.heap;
        let row = heap.row(object);
        let mut above = heap.dominator_chain(object).into_iter().skip(1);
        Covered {
            covered_objects: 1,
            covered_shallow_bytes: row.shallow_bytes,
            covered_retained_bytes: if above.any(|above| self.set.contains(above)) {
                0
            } else {
                row.retained_bytes
            },
        }
    }

    fn check_merged(&self, limits: &TreeLimits) {
        let heap = self.slow.heap;
        let excludes = self.slow.excludes();
        let merged = heap.merged_paths(&self.set, &excludes, &ALL);
        let distances = self.steps_to_rows(&merged.rows);
        let reached: Vec<usize> = (self.set.iter())
            .filter_map(|object| distances.get(&object).copied())
            .collect();
        let without_path = self.set.len() - reached.len();
        assert_eq!(
            (merged.objects, merged.left_out),
            (self.set.len() as u64, 0)
        );
        assert_eq!(merged.without_path, without_path as u64);
        let longest = reached.iter().max().map_or(0, |steps| steps + 1);
        assert_eq!(merged.longest_path, longest as u64);
        let paths = self.paths(&merged.rows, &distances);
        assert_eq!(paths.len() + without_path, self.set.len());
        self.check_sums(&merged.rows, &paths);
        self.check_classes(&excludes, &paths, limits);
        let pruned = heap.merged_paths(&self.set, &excludes, limits);
        assert_pruned(&merged.rows, &pruned.rows, pruned.left_out, limits);
    }

    /// Steps from the roots; with the holds of instances on their classes only where those are
    /// needed, or might have been.
    fn steps_to_rows(&self, rows: &[MergedPathRow]) -> BTreeMap<ObjectIndex, usize> {
        let [without, with] = [false, true].map(|with_class| self.slow.distances(with_class));
        let helps = self
            .set
            .iter()
            .any(|it| with.contains_key(&it) && !without.contains_key(&it));
        let fits = rows.iter().all(|row| {
            let object = self.slow.heap.object(row.object.object_index).unwrap();
            without.get(&object) == Some(&(row.depth as usize))
        });
        let all_reached = self.set.iter().all(|it| without.contains_key(&it));
        if !helps && (fits || all_reached) {
            without
        } else {
            with
        }
    }

    /// By wanted object: the rows of its path, the root first.
    fn paths(
        &self,
        rows: &[MergedPathRow],
        distances: &BTreeMap<ObjectIndex, usize>,
    ) -> BTreeMap<ObjectIndex, Vec<usize>> {
        let heap = self.slow.heap;
        let mut paths = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let object = heap.object(row.object.object_index).unwrap();
            assert_eq!(row.depth as usize, distances[&object]);
            let above = |at: &usize| usize::try_from(rows[*at].parent).ok();
            let mut path: Vec<usize> = std::iter::successors(Some(at), above).collect();
            path.reverse();
            assert_eq!(path.len(), row.depth as usize + 1);
            match above(&at) {
                None => assert!(self.slow.roots.contains(&object) && row.field.is_empty()),
                Some(above) => {
                    let holder = heap.object(rows[above].object.object_index).unwrap();
                    assert!(self.slow.targets(holder, true).contains(&object));
                    assert_eq!(row.field, heap.fields_between(holder, object));
                }
            }
            if self.set.contains(object) {
                assert!(paths.insert(object, path).is_none());
            }
        }
        paths
    }

    fn check_sums(&self, rows: &[MergedPathRow], paths: &BTreeMap<ObjectIndex, Vec<usize>>) {
        let mut sums = vec![Covered::default(); rows.len()];
        for (object, path) in paths {
            for at in path {
                add(&mut sums[*at], self.weight(*object));
            }
        }
        let found: Vec<Covered> = rows.iter().map(|row| row.covered).collect();
        assert_eq!(found, sums);
    }

    /// Compares both trees of classes with the paths grouped by the classes on them.
    fn check_classes(
        &self,
        excludes: &Excludes,
        paths: &BTreeMap<ObjectIndex, Vec<usize>>,
        limits: &TreeLimits,
    ) {
        let heap = self.slow.heap;
        let rows = heap.merged_paths(&self.set, excludes, &ALL).rows;
        for top in [PathEnd::Roots, PathEnd::Objects] {
            let mut wanted: BTreeMap<Vec<ClassIndex>, (BTreeSet<usize>, Covered)> = BTreeMap::new();
            for (object, path) in paths {
                let mut path = path.clone();
                if top == PathEnd::Objects {
                    path.reverse();
                }
                let classes: Vec<ClassIndex> =
                    path.iter().map(|at| rows[*at].object.class_id).collect();
                for (depth, at) in path.iter().enumerate() {
                    let node = wanted.entry(classes[..=depth].to_vec()).or_default();
                    node.0.insert(*at);
                    add(&mut node.1, self.weight(*object));
                }
            }
            let merged = heap.merged_path_classes(&self.set, excludes, top, &ALL);
            let found: BTreeMap<Vec<ClassIndex>, (u64, u64, Covered)> = (merged.rows.iter())
                .map(|row| (chain(&merged.rows, row), row))
                .map(|(chain, row)| (chain, (row.objects, row.shallow_bytes, row.covered)))
                .collect();
            assert_eq!(found.len(), merged.rows.len(), "a node repeats");
            let wanted: BTreeMap<Vec<ClassIndex>, (u64, u64, Covered)> = wanted
                .into_iter()
                .map(|(chain, (objects, covered))| {
                    let bytes = objects
                        .iter()
                        .map(|at| rows[*at].object.shallow_bytes)
                        .sum();
                    (chain, (objects.len() as u64, bytes, covered))
                })
                .collect();
            assert_eq!(found, wanted, "{top:?}");
            let pruned = heap.merged_path_classes(&self.set, excludes, top, limits);
            assert_pruned(&merged.rows, &pruned.rows, pruned.left_out, limits);
        }
    }

    fn check_class_references(&self, direction: Direction, limits: &TreeLimits) {
        let mut rows = Vec::new();
        let objects: BTreeSet<ObjectIndex> = self.set.iter().collect();
        let left_out = self.slow_references(&objects, direction, limits, &mut vec![], &mut rows);
        let found = (self.slow.heap).references_by_class(&self.set, direction, limits);
        let plain = |row: &ClassReferenceRow| {
            let counts = (
                row.objects,
                row.shallow_bytes,
                row.repeated_objects,
                row.left_out,
            );
            (row.class_id, row.depth, row.parent, counts)
        };
        let found_rows: Vec<_> = found.rows.iter().map(plain).collect();
        assert_eq!(found_rows, rows);
        assert_eq!(found.left_out, left_out);
    }

    fn slow_references(
        &self,
        objects: &BTreeSet<ObjectIndex>,
        direction: Direction,
        limits: &TreeLimits,
        above: &mut Vec<(i64, BTreeSet<ObjectIndex>)>,
        rows: &mut Vec<SlowRow>,
    ) -> u64 {
        let heap = self.slow.heap;
        let mut groups: BTreeMap<ClassIndex, BTreeSet<ObjectIndex>> = BTreeMap::new();
        for object in objects {
            groups
                .entry(heap.row(*object).class_id)
                .or_default()
                .insert(*object);
        }
        let bytes = |set: &BTreeSet<ObjectIndex>| -> u64 {
            set.iter().map(|it| heap.row(*it).shallow_bytes).sum()
        };
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, set)| std::cmp::Reverse((bytes(set), set.len())));
        let left_out = groups.len().saturating_sub(limits.children) as u64;
        for (class, set) in groups.into_iter().take(limits.children) {
            let is_above = |it: &&ObjectIndex| above.iter().any(|(_, above)| above.contains(it));
            let repeated = set.iter().filter(is_above).count();
            let row = rows.len();
            let parent = above.last().map_or(-1, |(row, _)| *row);
            let counts = (set.len() as u64, bytes(&set), repeated as u64, 0);
            rows.push((class, above.len() as u32, parent, counts));
            if repeated < set.len() && above.len() + 1 < limits.levels {
                let mut below = BTreeSet::new();
                for object in &set {
                    match direction {
                        Direction::In => below.extend(heap.referrers(*object)),
                        Direction::Out => below.extend(self.slow.targets(*object, true)),
                    }
                }
                above.push((row.cast_signed() as i64, set));
                rows[row].3.3 = self.slow_references(&below, direction, limits, above, rows);
                above.pop();
            }
        }
        left_out
    }
}

/// Class, depth, row above; objects, bytes, repeated objects, rows left out.
type SlowRow = (ClassIndex, u32, i64, (u64, u64, u64, u64));

fn add(sum: &mut Covered, other: Covered) {
    sum.covered_objects += other.covered_objects;
    sum.covered_shallow_bytes += other.covered_shallow_bytes;
    sum.covered_retained_bytes += other.covered_retained_bytes;
}

fn chain(rows: &[MergedClassRow], row: &MergedClassRow) -> Vec<ClassIndex> {
    let above = |row: &&MergedClassRow| usize::try_from(row.parent).ok().map(|at| &rows[at]);
    let mut chain: Vec<ClassIndex> = std::iter::successors(Some(row), above)
        .map(|row| row.class_id)
        .collect();
    chain.reverse();
    assert_eq!(chain.len(), row.depth as usize + 1);
    chain
}

trait TreeRow {
    fn parent(&self) -> i64;
    fn depth(&self) -> u32;
    fn covered(&self) -> Covered;
    fn left_out(&self) -> u64;
    fn class(&self) -> ClassIndex;
}

macro_rules! tree_row {
    ($row:ty, |$one:ident| $class:expr) => {
        impl TreeRow for $row {
            fn parent(&self) -> i64 {
                self.parent
            }
            fn depth(&self) -> u32 {
                self.depth
            }
            fn covered(&self) -> Covered {
                self.covered
            }
            fn left_out(&self) -> u64 {
                self.left_out
            }
            fn class(&self) -> ClassIndex {
                let $one = self;
                $class
            }
        }
    };
}
tree_row!(MergedPathRow, |row| row.object.class_id);
tree_row!(MergedClassRow, |row| row.class_id);

/// The limited tree is the whole one without what the limits leave out.
fn assert_pruned<Row: TreeRow>(all: &[Row], some: &[Row], left_out: u64, limits: &TreeLimits) {
    let mut kept: Vec<usize> = Vec::new();
    let mut dropped: BTreeMap<i64, u64> = BTreeMap::new();
    let mut children: BTreeMap<i64, usize> = BTreeMap::new();
    for (at, row) in all.iter().enumerate() {
        let above = usize::try_from(row.parent());
        if above.is_ok_and(|above| !kept.contains(&above)) || row.depth() as usize >= limits.levels
        {
            continue;
        }
        let siblings = children.entry(row.parent()).or_default();
        *siblings += 1;
        let is_big = row.covered().covered_objects >= limits.least_objects;
        if *siblings <= limits.children && is_big {
            kept.push(at);
        } else {
            *dropped.entry(row.parent()).or_default() += 1;
        }
    }
    assert_eq!(some.len(), kept.len());
    assert_eq!(left_out, dropped.get(&-1).copied().unwrap_or(0));
    for (found, at) in some.iter().zip(&kept) {
        let wanted = &all[*at];
        assert_eq!(
            (found.class(), found.depth()),
            (wanted.class(), wanted.depth())
        );
        assert_eq!(found.covered(), wanted.covered());
        let parent =
            usize::try_from(found.parent()).map_or(-1, |above| kept[above].cast_signed() as i64);
        assert_eq!(parent, wanted.parent());
        let left_out = dropped
            .get(&(at.cast_signed() as i64))
            .copied()
            .unwrap_or(0);
        assert_eq!(found.left_out(), left_out);
    }
}

fn limits() -> impl Strategy<Value = TreeLimits> {
    (1usize..6, 1usize..4, 0u64..4).prop_map(|(levels, children, least_objects)| TreeLimits {
        levels,
        children,
        least_objects,
    })
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn merged_paths_by_object_and_by_class(
        plan in heap_plan(30),
        options in heap_options(),
        picks in vec(any::<u16>(), 0..20),
        exclude in prop::option::of(any::<u16>()),
        limits in limits(),
    ) {
        let built = plan.build(options);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        Case::new(&built, &heap, &picks, exclude).check_merged(&limits);
    }

    #[test]
    fn references_by_class(
        plan in heap_plan(30),
        options in heap_options(),
        picks in vec(any::<u16>(), 0..12),
        limits in limits(),
    ) {
        let built = plan.build(options);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let case = Case::new(&built, &heap, &picks, None);
        for direction in [Direction::In, Direction::Out] {
            case.check_class_references(direction, &limits);
        }
    }
}

/// The longest chain that a test may build in a moment: no walk may take the square of it.
#[test]
fn long_chains_are_merged_in_linear_time() {
    const LENGTH: usize = 100_000;
    let mut built = HeapBuilder::new(HeapOptions::default());
    let class = built.class(ClassSpec::new("app.Node").reference("next"));
    let mut next = built.instance(class, &[]);
    for _ in 1..LENGTH {
        next = built.instance(class, &[("next", next.into())]);
    }
    built.root(sub::ROOT_JNI_GLOBAL, next);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let set = ObjectSet::of(1 << 20, heap.instances("app.Node", 0, LENGTH));
    let nothing = heap.excludes(&[]).unwrap();
    let limits = TreeLimits {
        levels: 3,
        ..TreeLimits::children(5)
    };
    let merged = heap.merged_paths(&set, &nothing, &limits);
    assert_eq!(merged.longest_path, LENGTH as u64);
    let covered: Vec<u64> = merged
        .rows
        .iter()
        .map(|it| it.covered.covered_objects)
        .collect();
    assert_eq!(
        covered,
        [LENGTH as u64, LENGTH as u64 - 1, LENGTH as u64 - 2]
    );
    let retained = heap.row(object(&heap, next)).retained_bytes;
    assert_eq!(merged.rows[0].covered.covered_retained_bytes, retained);
    let up = heap.merged_path_classes(&set, &nothing, PathEnd::Objects, &limits);
    let objects: Vec<u64> = up.rows.iter().map(|row| row.objects).collect();
    assert_eq!(objects, covered);
}
