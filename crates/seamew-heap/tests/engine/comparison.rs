//! What an opened heap says against what the testkit expects of it.

use std::collections::{BTreeMap, BTreeSet};

use seamew_heap::classes::SizeModel;
use seamew_heap::heap::{ColumnValues, Grouping, HistogramRow, ObjectSet, TreeLimits};
use seamew_heap::{ClassIndex, Heap, ObjectIndex};
use seamew_testkit::Address;
use seamew_testkit::expected::ExpectedHeap;
use seamew_testkit::graph::Graph;

use crate::support::{Row, rows};

/// One opened heap, and what it should be. Objects are named by their places in the expected heap.
pub struct Comparison<'a> {
    expected: &'a ExpectedHeap,
    heap: &'a Heap,
    graph: Graph,
    /// Reachable places, so by the id that users see.
    places: Vec<usize>,
    rows: Vec<Row>,
    /// By place: shallow bytes as the heap says; these have tests of their own.
    weights: Vec<u64>,
    /// By place: places of what it retains.
    retained: Vec<Vec<usize>>,
}

impl<'a> Comparison<'a> {
    /// Compares the objects themselves; everything else builds on that.
    pub fn new(expected: &'a ExpectedHeap, heap: &'a Heap, keep_unreachable: bool) -> Self {
        let mut graph = expected.graph.clone();
        if keep_unreachable {
            let kept = graph.roots_to_keep_all(|place| refers_to_roots_only(expected, place));
            graph.roots.extend(kept);
        }
        let reachable = graph.reachable();
        let places: Vec<usize> = (0..graph.len()).filter(|place| reachable[*place]).collect();
        let rows = rows(heap);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.address, row.class_name.as_str()))
            .collect();
        let wanted: Vec<_> = places
            .iter()
            .map(|place| &expected.nodes[*place])
            .map(|node| (node.address, node.class_name.as_str()))
            .collect();
        assert_eq!(found, wanted, "reachable objects");
        let mut weights = vec![0; graph.len()];
        for (place, row) in places.iter().zip(&rows) {
            weights[*place] = row.shallow_bytes;
        }
        let retained = graph.retained_sets();
        Self {
            expected,
            heap,
            graph,
            places,
            rows,
            weights,
            retained,
        }
    }

    /// Compares everything.
    pub fn all(&self, picks: &[u16]) {
        self.facts();
        self.retained_sizes();
        self.dominators();
        self.children();
        self.columns();
        self.references();
        self.paths();
        self.class_histogram();
        self.other_histograms();
        self.unreachable_histogram();
        self.sets(picks);
        self.merged_paths(picks);
    }

    fn object(&self, place: usize) -> ObjectIndex {
        let id = self.places.binary_search(&place).unwrap();
        self.heap.object(id as u32).unwrap()
    }

    fn place(&self, object: ObjectIndex) -> usize {
        self.places[self.heap.id(object) as usize]
    }

    fn places_of(&self, objects: &[ObjectIndex]) -> Vec<usize> {
        objects.iter().map(|object| self.place(*object)).collect()
    }

    fn sum(&self, places: &[usize]) -> u64 {
        places.iter().map(|place| self.weights[*place]).sum()
    }

    /// The system loader is no object of the JVM's heap; only MAT's numbers count it.
    fn is_counted(&self, place: usize) -> bool {
        place > 0 || self.heap.facts().size_model == SizeModel::Mat
    }

    fn facts(&self) {
        let facts = self.heap.facts();
        let counted: Vec<usize> = self.counted().collect();
        assert_eq!(facts.object_count, self.places.len() as u64, "objects");
        assert_eq!(facts.heap_bytes, self.sum(&counted), "heap bytes");
        let unreachable = self.graph.len() - self.places.len();
        assert_eq!(facts.unreachable_objects, unreachable as u64, "unreachable");
        assert_eq!(facts.root_count, self.graph.roots.len() as u64, "roots");
        let loaded = self
            .expected
            .classes
            .iter()
            .filter(|class| self.is_loaded(class.address));
        let mut loaders: BTreeSet<Address> = loaded.clone().map(|class| class.loader).collect();
        loaders.extend(self.loader_objects());
        assert_eq!(facts.class_count, loaded.count() as u64, "classes");
        assert_eq!(facts.loader_count, loaders.len() as u64, "loaders");
    }

    /// Instances of class loaders, whether or not they have loaded anything.
    fn loader_objects(&self) -> impl Iterator<Item = Address> {
        let is_loader = |place: &&usize| {
            let above = |class: &Address| {
                let above = self.class(*class).superclass;
                (above != Address::NULL).then_some(above)
            };
            std::iter::successors(Some(self.expected.nodes[**place].class), above)
                .any(|class| self.class_name(class) == "java.lang.ClassLoader")
        };
        let loaders = self.places.iter().filter(is_loader);
        loaders.map(|place| Address(self.expected.nodes[*place].address))
    }

    fn counted(&self) -> impl Iterator<Item = usize> {
        self.places
            .iter()
            .copied()
            .filter(|place| self.is_counted(*place))
    }

    fn is_loaded(&self, class: Address) -> bool {
        let place = self.expected.place(class).unwrap();
        self.places.binary_search(&place).is_ok()
    }

    fn retained_sizes(&self) {
        for (place, row) in self.places.iter().zip(&self.rows) {
            let node = &self.expected.nodes[*place];
            let retained = self.sum(&self.retained[*place]);
            assert_eq!(row.retained_bytes, retained, "retained by {node:x?}");
        }
    }

    fn dominators(&self) {
        let dominators = self.graph.dominators();
        for place in &self.places {
            let object = self.object(*place);
            let found = self.heap.dominator(object).map(|it| self.place(it));
            assert_eq!(found, dominators[*place], "dominator of {place}");
            let chain: Vec<_> =
                std::iter::successors(Some(*place), |place| dominators[*place]).collect();
            assert_eq!(self.places_of(&self.heap.dominator_chain(object)), chain);
        }
    }

    fn children(&self) {
        let dominators = self.graph.dominators();
        let nodes = std::iter::once(None).chain(self.places.iter().copied().map(Some));
        for node in nodes {
            let mut wanted: Vec<usize> = self.places.clone();
            wanted.retain(|place| dominators[*place] == node);
            wanted
                .sort_by_key(|place| (std::cmp::Reverse(self.sum(&self.retained[*place])), *place));
            let object = node.map(|place| self.object(place));
            let all = self.heap.children(object, 0, usize::MAX);
            assert_eq!(self.places_of(&all), wanted, "children of {node:?}");
            assert_eq!(self.heap.children_count(object), wanted.len());
            let some = self.heap.children(object, 1, 2);
            let window: Vec<usize> = wanted.iter().copied().skip(1).take(2).collect();
            assert_eq!(self.places_of(&some), window, "some children of {node:?}");
        }
    }

    fn columns(&self) {
        let wide = |name: &str| match self.heap.column(name).unwrap() {
            ColumnValues::U64(values) => values,
            ColumnValues::U32(values) => values.into_iter().map(u64::from).collect(),
        };
        let of_rows = |value: fn(&Row) -> u64| self.rows.iter().map(value).collect::<Vec<u64>>();
        assert_eq!(wide("address"), of_rows(|row| row.address));
        assert_eq!(wide("shallow_bytes"), of_rows(|row| row.shallow_bytes));
        assert_eq!(wide("retained_bytes"), of_rows(|row| row.retained_bytes));
        let dominators = self.graph.dominators();
        let ids = self.places.iter().map(|place| match dominators[*place] {
            Some(above) => self.places.binary_search(&above).unwrap() as u64,
            None => u64::from(u32::MAX),
        });
        assert_eq!(wide("dominator"), ids.collect::<Vec<_>>());
    }

    fn references(&self) {
        let inbound = self.inbound();
        for place in &self.places {
            let node = &self.expected.nodes[*place];
            let object = self.object(*place);
            let outbound: Vec<ObjectIndex> = self
                .heap
                .outbound(object)
                .into_iter()
                .map(|reference| reference.object)
                .collect();
            let mut outbound = self.places_of(&outbound);
            outbound.sort_unstable();
            let mut wanted = self.graph.edges[*place].clone();
            wanted.sort_unstable();
            assert_eq!(outbound, wanted, "references of {node:x?}");
            let referrers = self.places_of(&self.heap.referrers(object));
            let instances = |from: &usize| self.expected.nodes[*from].class.0 == node.address;
            let strict: Vec<usize> = inbound[*place]
                .iter()
                .copied()
                .filter(|from| !instances(from))
                .collect();
            let mut others = referrers.clone();
            others.retain(|from| !instances(from));
            assert_eq!(others, strict, "referrers of {node:x?}");
            assert!(referrers.iter().all(|from| inbound[*place].contains(from)));
        }
    }

    /// By place: reachable places that refer to it.
    fn inbound(&self) -> Vec<BTreeSet<usize>> {
        let mut inbound = vec![BTreeSet::new(); self.graph.len()];
        for place in &self.places {
            for target in &self.graph.edges[*place] {
                inbound[*target].insert(*place);
            }
        }
        inbound
    }

    /// An instance's hold on its class is followed only where nothing else leads to a root: then a
    /// path need not be the shortest.
    fn paths(&self) {
        let distances = self.graph.distances();
        let without_holds = self.without_holds().distances();
        let nothing = self.heap.excludes(&[]).unwrap();
        for place in &self.places {
            let path = self.heap.shortest_path(self.object(*place), &nothing);
            let path = self.places_of(&path);
            assert_eq!(path.last(), Some(place));
            assert!(
                self.graph.roots.contains(&path[0]),
                "path {path:?} from a root"
            );
            for step in path.windows(2) {
                assert!(
                    self.graph.edges[step[0]].contains(&step[1]),
                    "path {path:?}"
                );
            }
            let steps = path.len() - 1;
            assert!(Some(steps) >= distances[*place], "path {path:?}");
            if let Some(most) = without_holds[*place] {
                assert!(steps <= most, "path {path:?}");
            }
        }
    }

    /// The graph without the edges from instances to their class objects.
    fn without_holds(&self) -> Graph {
        let mut graph = self.graph.clone();
        for (edges, node) in graph.edges.iter_mut().zip(&self.expected.nodes) {
            edges.retain(|target| self.expected.nodes[*target].address != node.class.0);
        }
        graph
    }

    /// Counts, shallow bytes and the sum of what the topmost ones retain, of some places.
    fn totals(&self, members: &BTreeSet<usize>) -> (u64, u64, u64) {
        let dominators = self.graph.dominators();
        let above =
            |place: usize| std::iter::successors(dominators[place], |above| dominators[*above]);
        let all: Vec<usize> = members.iter().copied().collect();
        let topmost = all
            .iter()
            .filter(|place| !above(**place).any(|above| members.contains(&above)));
        let retained = topmost.map(|place| self.sum(&self.retained[*place])).sum();
        (all.len() as u64, self.sum(&all), retained)
    }

    /// Groups that each class belongs to, to the objects in them.
    fn groups(&self, labels: impl Fn(Address) -> Vec<String>) -> BTreeMap<String, BTreeSet<usize>> {
        let mut groups: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for place in self.counted() {
            for label in labels(self.expected.nodes[place].class) {
                groups.entry(label).or_default().insert(place);
            }
        }
        groups
    }

    fn class_histogram(&self) {
        let mut groups = self.groups(|class| vec![self.class_name(class)]);
        for class in &self.expected.classes {
            if self.is_loaded(class.address) {
                groups.entry(class.name.clone()).or_default();
            }
        }
        self.compare_histogram(&groups, Grouping::Class);
    }

    fn other_histograms(&self) {
        let supers = |class: Address| -> Vec<String> {
            let above = |class: &Address| {
                let above = self.class(*class).superclass;
                (above != Address::NULL).then_some(above)
            };
            std::iter::successors(Some(class), above)
                .map(|it| self.class_name(it))
                .collect()
        };
        let mut groups = self.groups(supers);
        for class in &self.expected.classes {
            if self.is_loaded(class.address) {
                groups.entry(class.name.clone()).or_default();
            }
        }
        self.compare_histogram(&groups, Grouping::Superclass);
        let loaders = self.groups(|class| vec![self.loader_label(class)]);
        self.compare_histogram(&loaders, Grouping::Loader);
        let packages = self.groups(|class| vec![package(&self.class_name(class))]);
        self.compare_histogram(&packages, Grouping::Package);
    }

    fn compare_histogram(&self, groups: &BTreeMap<String, BTreeSet<usize>>, grouping: Grouping) {
        let rows = self.heap.histogram(grouping);
        let found: BTreeMap<&str, (u64, u64, Option<u64>)> = rows
            .iter()
            .map(|row| {
                let sums = (row.objects, row.shallow_bytes, row.retained_bytes);
                (row.label.as_str(), sums)
            })
            .collect();
        assert_eq!(found.len(), rows.len(), "a label repeats");
        let wanted: BTreeMap<&str, (u64, u64, Option<u64>)> = groups
            .iter()
            .map(|(label, members)| {
                let (objects, shallow_bytes, retained_bytes) = self.totals(members);
                (
                    label.as_str(),
                    (objects, shallow_bytes, Some(retained_bytes)),
                )
            })
            .collect();
        assert_eq!(found, wanted, "histogram by {grouping:?}");
        assert!(
            rows.windows(2)
                .all(|pair| pair[0].shallow_bytes >= pair[1].shallow_bytes)
        );
        for row in self.heap.exact_histogram(grouping) {
            let members: Vec<usize> = groups[&row.label].iter().copied().collect();
            let retained = self.sum(&self.graph.retained_set(&members));
            let what = format!("exact retained of {} by {grouping:?}", row.label);
            assert_eq!(row.retained_bytes, Some(retained), "{what}");
        }
    }

    fn class(&self, address: Address) -> &seamew_testkit::expected::ExpectedClass {
        let mut classes = self.expected.classes.iter();
        classes.find(|class| class.address == address).unwrap()
    }

    fn class_name(&self, address: Address) -> String {
        self.class(address).name.clone()
    }

    fn loader_label(&self, class: Address) -> String {
        let loader = self.class(class).loader;
        match self.expected.place(loader) {
            Some(place) if place > 0 => {
                format!(
                    "{} @ 0x{:x}",
                    self.expected.nodes[place].class_name, loader.0
                )
            }
            _ => "<system class loader>".to_owned(),
        }
    }

    fn unreachable_histogram(&self) {
        let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
        for (place, node) in self.expected.nodes.iter().enumerate() {
            if self.places.binary_search(&place).is_err() {
                *wanted.entry(node.class_name.clone()).or_default() += 1;
            }
        }
        assert_eq!(
            counts(&self.heap.unreachable_histogram()),
            wanted,
            "unreachable"
        );
    }

    fn picked(&self, picks: &[u16]) -> Vec<usize> {
        let picked: BTreeSet<usize> = picks
            .iter()
            .map(|pick| self.places[usize::from(*pick) % self.places.len()])
            .collect();
        picked.into_iter().collect()
    }

    fn sets(&self, picks: &[u16]) {
        let picked = self.picked(picks);
        let objects: Vec<ObjectIndex> = picked.iter().map(|place| self.object(*place)).collect();
        let retained = self.graph.retained_set(&picked);
        let (count, bytes) = self.heap.retained_by(&objects);
        assert_eq!(
            (count, bytes),
            (retained.len() as u64, self.sum(&retained)),
            "{picked:?}"
        );
        let mut by_class: BTreeMap<String, u64> = BTreeMap::new();
        for place in retained {
            *by_class
                .entry(self.expected.nodes[place].class_name.clone())
                .or_default() += 1;
        }
        assert_eq!(
            counts(&self.heap.retained_set(&objects)),
            by_class,
            "set of {picked:?}"
        );
        self.exact_in_set(&picked, &objects);
    }

    fn exact_in_set(&self, picked: &[usize], objects: &[ObjectIndex]) {
        let mut set = self.heap.no_objects();
        for object in objects {
            set.insert(*object);
        }
        let members = |class: ClassIndex| -> Vec<usize> {
            let is_counted = |place: &usize| self.is_counted(*place);
            let name = &self.heap.class_table().get(class).address;
            (picked.iter().copied().filter(is_counted))
                .filter(|place| self.expected.nodes[*place].class.0 == *name)
                .collect()
        };
        for row in self.heap.exact_set_histogram(&set, Grouping::Class) {
            let retained = self.graph.retained_set(&members(row.class_id.unwrap()));
            assert_eq!(
                row.retained_bytes,
                Some(self.sum(&retained)),
                "{}",
                row.label
            );
        }
        for row in self.heap.set_histogram(&set, Grouping::Class) {
            let members = members(row.class_id.unwrap()).into_iter().collect();
            assert_eq!(
                row.retained_bytes,
                Some(self.totals(&members).2),
                "{}",
                row.label
            );
        }
    }

    fn merged_paths(&self, picks: &[u16]) {
        let picked = self.picked(picks);
        let objects: Vec<ObjectIndex> = picked.iter().map(|place| self.object(*place)).collect();
        let nothing = self.heap.excludes(&[]).unwrap();
        let set = ObjectSet::of(1 << 20, objects.iter().copied());
        let limits = TreeLimits::children(usize::MAX);
        let rows = self.heap.merged_paths(&set, &nothing, &limits).rows;
        let distances = self.graph.distances();
        let without_holds = self.without_holds().distances();
        let covered: u64 = rows
            .iter()
            .filter(|row| row.depth == 0)
            .map(|row| row.covered.covered_objects)
            .sum();
        assert_eq!(covered, picked.len() as u64, "covered from the roots");
        for (at, row) in rows.iter().enumerate() {
            let place = self.places[row.object.object_index as usize];
            let depth = row.depth as usize;
            assert!(Some(depth) >= distances[place], "depth");
            assert!(
                without_holds[place].is_none_or(|most| depth <= most),
                "depth"
            );
            let parent = usize::try_from(row.parent).ok().map(|parent| &rows[parent]);
            assert_eq!(parent.is_none(), row.depth == 0);
            assert!(row.parent < at.cast_signed() as i64);
            if let Some(parent) = parent {
                let from = self.places[parent.object.object_index as usize];
                assert!(self.graph.edges[from].contains(&place));
            }
        }
        for place in picked {
            let is_there = |id: u32| self.places[id as usize] == place;
            assert!(rows.iter().any(|row| is_there(row.object.object_index)));
        }
    }
}

/// True for class objects on which no other object's dominator depends: of what only cycles hold,
/// they become roots last.
fn refers_to_roots_only(expected: &ExpectedHeap, place: usize) -> bool {
    let graph = &expected.graph;
    let is_root = |place: &usize| *place == 0 || graph.roots.contains(place);
    let address = Address(expected.nodes[place].address);
    let is_class = expected
        .classes
        .iter()
        .any(|class| class.address == address);
    is_class && graph.edges[place].iter().all(is_root)
}

fn counts(rows: &[HistogramRow]) -> BTreeMap<String, u64> {
    let counts = rows.iter().filter(|row| row.objects > 0);
    counts.map(|row| (row.label.clone(), row.objects)).collect()
}

fn package(class_name: &str) -> String {
    let name = class_name.replace("[]", "");
    name.rfind('.')
        .map_or("<default>".to_owned(), |dot| name[..dot].to_owned())
}
