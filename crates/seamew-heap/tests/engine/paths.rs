//! Paths from the roots and references by class, against slow twins on random heaps.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::collection::vec;
use proptest::prelude::*;
use seamew_heap::heap::{
    ClassReferenceRow, Covered, Direction, Excludes, MergedClassRow, MergedPathRow, ObjectSet,
    PathEnd, RootPaths, TreeLimits,
};
use seamew_heap::{ClassIndex, Heap, ObjectIndex};
use seamew_testkit::plan::{heap_options, heap_plan};
use seamew_testkit::{Address, ClassSpec, HeapBuilder, HeapOptions, sub};

use crate::support::{cases, fresh, open_path};

const ALL: TreeLimits = TreeLimits {
    levels: usize::MAX,
    children: usize::MAX,
    least_objects: 0,
};

fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

/// References by field, and what may be followed of them.
struct Slow<'a> {
    heap: &'a Heap,
    objects: Vec<ObjectIndex>,
    roots: BTreeSet<ObjectIndex>,
    /// `CLASS#FIELD`, at most one.
    exclude: Option<(String, String)>,
}

impl<'a> Slow<'a> {
    /// `pick` chooses a reference of the heap to exclude.
    fn new(heap: &'a Heap, roots: BTreeSet<ObjectIndex>, pick: Option<u16>) -> Self {
        let objects: Vec<ObjectIndex> = heap.reachable_objects().map(|(it, _)| it).collect();
        let mut slow = Self {
            heap,
            objects,
            roots,
            exclude: None,
        };
        let fields: Vec<(String, String)> = (slow.objects.iter())
            .flat_map(|it| {
                heap.outbound(*it)
                    .into_iter()
                    .map(|found| (*it, found.field))
            })
            .filter(|(_, field)| !field.starts_with(['<', '[']))
            .map(|(holder, field)| (slow.names(holder).swap_remove(0), field))
            .collect();
        slow.exclude = pick
            .filter(|_| !fields.is_empty())
            .map(|pick| fields[usize::from(pick) % fields.len()].clone());
        slow
    }

    fn excludes(&self) -> Excludes {
        let texts: Vec<String> = (self.exclude.iter())
            .map(|(class, field)| format!("{class}#{field}"))
            .collect();
        self.heap.excludes(&texts).unwrap()
    }

    /// Names of the classes whose fields an object has; of a class object, the class it stands for.
    fn names(&self, holder: ObjectIndex) -> Vec<String> {
        let table = self.heap.class_table();
        if let Some(class) = table.of_object(holder) {
            return vec![table.get(class).name.clone()];
        }
        let hierarchy = table.hierarchy(self.heap.row(holder).class_id);
        hierarchy.map(|it| table.get(it).name.clone()).collect()
    }

    /// What an object refers to by references that may be followed; its class if `with_class`.
    fn targets(&self, holder: ObjectIndex, with_class: bool) -> BTreeSet<ObjectIndex> {
        let names = self.names(holder);
        let is_followed = |field: &str| match &self.exclude {
            _ if field == "<class>" => with_class,
            Some((class, name)) => !(names.contains(class) && name == field),
            None => true,
        };
        let references = self.heap.outbound(holder).into_iter();
        let followed = references.filter(|found| is_followed(&found.field));
        followed.map(|found| found.object).collect()
    }

    /// Steps from the roots.
    fn distances(&self, with_class: bool) -> BTreeMap<ObjectIndex, usize> {
        let mut distances: BTreeMap<ObjectIndex, usize> =
            self.roots.iter().map(|root| (*root, 0)).collect();
        let mut queue: VecDeque<ObjectIndex> = self.roots.iter().copied().collect();
        while let Some(holder) = queue.pop_front() {
            for target in self.targets(holder, with_class) {
                if !distances.contains_key(&target) {
                    distances.insert(target, distances[&holder] + 1);
                    queue.push_back(target);
                }
            }
        }
        distances
    }

    /// Roots that lead to an object without passing another root, with the steps; and whether a
    /// class object lies on the way, which its instances may hold.
    fn roots_of(&self, object: ObjectIndex) -> (BTreeMap<ObjectIndex, usize>, bool) {
        let mut met = BTreeMap::from([(object, 0)]);
        let mut queue = VecDeque::from([object]);
        let mut has_class = false;
        while let Some(target) = queue.pop_front() {
            if target != object && self.roots.contains(&target) {
                continue;
            }
            has_class |= self.heap.class_table().of_object(target).is_some();
            for holder in &self.objects {
                if !met.contains_key(holder) && self.targets(*holder, false).contains(&target) {
                    met.insert(*holder, met[&target] + 1);
                    queue.push_back(*holder);
                }
            }
        }
        met.retain(|object, _| self.roots.contains(object));
        (met, has_class)
    }

    fn check_paths(&self, to: ObjectIndex) {
        let excludes = self.excludes();
        let paths: Vec<Vec<ObjectIndex>> = RootPaths::new(self.heap, &excludes, to).collect();
        for path in &paths {
            assert_eq!(path.last(), Some(&to));
            assert!(self.roots.contains(&path[0]), "{path:?} from a root");
            let between = path.iter().skip(1).take(path.len().saturating_sub(2));
            assert!(
                !between.into_iter().any(|it| self.roots.contains(it)),
                "{path:?}"
            );
            for step in path.windows(2) {
                assert!(self.targets(step[0], true).contains(&step[1]), "{path:?}");
            }
        }
        assert!(paths.is_sorted_by_key(Vec::len));
        let found: BTreeMap<ObjectIndex, usize> =
            paths.iter().map(|path| (path[0], path.len() - 1)).collect();
        assert_eq!(found.len(), paths.len(), "a root repeats");
        let (wanted, has_class) = self.roots_of(to);
        if !has_class {
            assert_eq!(found, wanted, "roots of {to:?}");
            let shortest = self.distances(false).get(&to).map(|steps| steps + 1);
            assert_eq!(paths.first().map(Vec::len), shortest);
            let one = self.heap.shortest_path(to, &excludes);
            assert_eq!(one.len(), shortest.unwrap_or(0));
        } else if paths.is_empty() {
            assert!(!self.distances(true).contains_key(&to));
        }
    }
}

/// A heap, its roots, and some of its objects.
struct Case<'a> {
    slow: Slow<'a>,
    set: ObjectSet,
}

impl<'a> Case<'a> {
    fn new(built: &HeapBuilder, heap: &'a Heap, picks: &[u16], exclude: Option<u16>) -> Self {
        let expected = built.expected();
        let at = |place: &usize| heap.resolve(&format!("{:#x}", expected.nodes[*place].address));
        let roots = expected.graph.roots.iter().map(|place| at(place).unwrap());
        let slow = Slow::new(heap, roots.collect(), exclude);
        let mut set = heap.no_objects();
        for pick in picks {
            set.insert(slow.objects[usize::from(*pick) % slow.objects.len()]);
        }
        Self { slow, set }
    }

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
    fn paths_lead_from_every_root_that_holds_an_object(
        plan in heap_plan(20),
        options in heap_options(),
        exclude in prop::option::of(any::<u16>()),
    ) {
        let built = plan.build(options);
        let file = built.to_file();
        let heap = open_path(file.path(), &fresh());
        let case = Case::new(&built, &heap, &[], exclude);
        for object in &case.slow.objects {
            case.slow.check_paths(*object);
        }
    }

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

/// ```text
/// Registry (class, root) -ALL-> array -> leaf;  Registry -OTHER-> leaf;  holder (root) -> leaf
/// holder -> twin -> holder
/// ```
#[test]
fn statics_are_excluded_by_the_name_of_their_class() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let leaf = built.string("leaf");
    let class = built.class(
        ClassSpec::new("app.Holder")
            .reference("held")
            .reference("twin"),
    );
    let holder = built.instance(class, &[("held", leaf.into())]);
    let twin = built.instance(class, &[("twin", holder.into())]);
    built.set_field(holder, "twin", twin);
    let spec = ClassSpec::new("app.Registry").static_field("ALL", leaf);
    built.class(spec);
    built.root(sub::ROOT_JNI_GLOBAL, holder);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let leaf = object(&heap, leaf);
    let count = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        RootPaths::new(&heap, &heap.excludes(&texts).unwrap(), leaf).count()
    };
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["app.Registry#ALL"]), 1);
    assert_eq!(count(&["app.Registry"]), 1);
    assert_eq!(count(&["app.Holder"]), 1);
    assert_eq!(count(&["app.Holder", "app.Registry#ALL"]), 0);
    assert!(heap.excludes(&["app.Registry#held".to_owned()]).is_err());
    let nothing = heap.excludes(&[]).unwrap();
    let found = heap.paths_rows(leaf, &nothing, 1);
    assert_eq!((found.paths.len(), found.more), (1, true));
    assert!(!heap.paths_rows(leaf, &nothing, 2).more);
}

/// A class of an application's loader that only its instances hold, and those by a chain.
#[test]
fn instances_hold_their_class_where_nothing_else_does() {
    let mut built = HeapBuilder::new(HeapOptions::default());
    let loader_class = built.class(ClassSpec::new("app.Loader"));
    let loader = built.instance(loader_class, &[]);
    let class = built.class(
        ClassSpec::new("app.Node")
            .reference("next")
            .loaded_by(loader),
    );
    let far = built.instance(class, &[]);
    let near = built.instance(class, &[("next", far.into())]);
    built.root(sub::ROOT_JNI_GLOBAL, near);
    let file = built.to_file();
    let heap = open_path(file.path(), &fresh());
    let [loader, class, near] = [loader, class, near].map(|it| object(&heap, it));
    let nothing = heap.excludes(&[]).unwrap();
    let paths: Vec<_> = RootPaths::new(&heap, &nothing, loader).collect();
    assert_eq!(paths, [[near, class, loader]]);
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
