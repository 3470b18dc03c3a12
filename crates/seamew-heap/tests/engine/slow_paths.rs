//! References and roots of an opened heap, and searches over them that are slow and plain.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use seamew_heap::heap::{Excludes, ObjectSet};
use seamew_heap::{Heap, ObjectIndex};
use seamew_testkit::{Address, HeapBuilder};

/// The object at an address.
pub fn object(heap: &Heap, address: Address) -> ObjectIndex {
    heap.resolve(&format!("{:#x}", address.0)).unwrap()
}

/// References by field, and what may be followed of them.
pub struct Slow<'a> {
    pub heap: &'a Heap,
    pub objects: Vec<ObjectIndex>,
    pub roots: BTreeSet<ObjectIndex>,
    /// `CLASS#FIELD`, at most one.
    pub exclude: Option<(String, String)>,
}

impl<'a> Slow<'a> {
    /// `pick` chooses a reference of the heap to exclude.
    pub fn new(heap: &'a Heap, roots: BTreeSet<ObjectIndex>, pick: Option<u16>) -> Self {
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

    pub fn excludes(&self) -> Excludes {
        let texts: Vec<String> = (self.exclude.iter())
            .map(|(class, field)| format!("{class}#{field}"))
            .collect();
        self.heap.excludes(&texts).unwrap()
    }

    /// Names of the classes whose fields an object has; of a class object, the class it stands for.
    pub fn names(&self, holder: ObjectIndex) -> Vec<String> {
        let table = self.heap.class_table();
        if let Some(class) = table.of_object(holder) {
            return vec![table.get(class).name.clone()];
        }
        let hierarchy = table.hierarchy(self.heap.row(holder).class_id);
        hierarchy.map(|it| table.get(it).name.clone()).collect()
    }

    /// What an object refers to by references that may be followed; its class if `with_class`, and
    /// always java.lang.Class if it is a class object: that is a reference like any other.
    pub fn targets(&self, holder: ObjectIndex, with_class: bool) -> BTreeSet<ObjectIndex> {
        let names = self.names(holder);
        let is_class = self.heap.class_table().of_object(holder).is_some();
        let is_followed = |field: &str| match &self.exclude {
            _ if field == "<class>" => with_class || is_class,
            Some((class, name)) => !(names.contains(class) && name == field),
            None => true,
        };
        let references = self.heap.outbound(holder).into_iter();
        let followed = references.filter(|found| is_followed(&found.field));
        followed.map(|found| found.object).collect()
    }

    /// Steps from the roots.
    pub fn distances(&self, with_class: bool) -> BTreeMap<ObjectIndex, usize> {
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
    pub fn roots_of(&self, object: ObjectIndex) -> (BTreeMap<ObjectIndex, usize>, bool) {
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
}

/// A heap, its roots, and some of its objects.
pub struct Case<'a> {
    pub slow: Slow<'a>,
    pub set: ObjectSet,
}

impl<'a> Case<'a> {
    pub fn new(built: &HeapBuilder, heap: &'a Heap, picks: &[u16], exclude: Option<u16>) -> Self {
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
}
