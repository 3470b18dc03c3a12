//! What one field of many objects refers to, and what only that keeps alive.

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::contents::ContentVisitor;
use super::object_set::ObjectSet;
use super::values::bits;
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// What a field of the members of a set refers to.
#[derive(Clone, Debug, Default)]
pub struct FieldEdges {
    /// Member and target, sorted; the last says that no other field of the member refers to the
    /// target, so that the reference goes when the field does.
    edges: Vec<(ObjectIndex, ObjectIndex, bool)>,
    /// Members that have the field, null or not.
    pub members: u64,
}

/// The objects that references refer to, told apart by what keeps them alive.
#[derive(Clone, Debug)]
pub struct Referents {
    /// References of the set.
    pub references: u64,
    /// Those of them that refer to nothing.
    pub cleared: u64,
    pub referents: ObjectSet,
    /// Everything that nothing but the field of the references keeps alive.
    pub only: ObjectSet,
    /// Referents that stay alive without the field.
    pub kept: ObjectSet,
    /// Those of `kept` that only other fields of the references keep alive: they can never go
    /// while the references are there.
    pub kept_by_references: ObjectSet,
}

impl FieldEdges {
    /// The objects referred to.
    pub fn targets(&self, heap: &Heap) -> ObjectSet {
        let targets = self.edges.iter().map(|(_, target, _)| *target);
        ObjectSet::of(heap.classes.len(), targets)
    }

    /// The members whose field refers to `target`.
    pub fn members_referring_to(&self, heap: &Heap, target: ObjectIndex) -> ObjectSet {
        let members = self.edges.iter().filter(|edge| edge.1 == target);
        ObjectSet::of(heap.classes.len(), members.map(|edge| edge.0))
    }

    /// How many members refer to an object of each class, most first.
    pub fn target_classes(&self, heap: &Heap) -> Vec<(String, u64)> {
        let mut counts: FxHashMap<&str, u64> = FxHashMap::default();
        for (_, target, _) in &self.edges {
            *counts.entry(heap.class_name(*target)).or_default() += 1;
        }
        let mut rows: Vec<(String, u64)> = (counts.into_iter())
            .map(|(name, count)| (name.to_owned(), count))
            .collect();
        rows.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        rows
    }

    fn cuts(&self, member: ObjectIndex, target: ObjectIndex) -> bool {
        self.edges.binary_search(&(member, target, true)).is_ok()
    }
}

impl Heap {
    /// What the field of that name refers to, in those members of a set that have one.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn field_edges(
        &self,
        set: &ObjectSet,
        field: &str,
        progress: &Progress,
    ) -> Result<FieldEdges> {
        let visitor = || EdgeVisitor {
            heap: self,
            field,
            layouts: FxHashMap::default(),
            found: FieldEdges::default(),
        };
        let mut all = FieldEdges::default();
        for visitor in self.read_contents(set, visitor, progress)? {
            all.members += visitor.found.members;
            all.edges.extend(visitor.found.edges);
        }
        all.edges.sort_unstable();
        Ok(all)
    }

    /// What a set of references refers to by a field, and what else keeps it alive. Walks the
    /// heap twice: about 60 ns an object.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn referents(
        &self,
        references: &ObjectSet,
        field: &str,
        progress: &Progress,
    ) -> Result<Referents> {
        let edges = self.field_edges(references, field, progress)?;
        let referents = edges.targets(self);
        let mut only = self.no_objects();
        if !referents.is_empty() {
            only = self.all_objects();
            only.subtract(&self.reached(Some((references, &edges)), &self.no_objects()));
        }
        let mut kept = referents.clone();
        kept.subtract(&only);
        let mut kept_by_references = kept.clone();
        kept_by_references.subtract(references);
        if !kept_by_references.is_empty() {
            kept_by_references.subtract(&self.reached(None, references));
        }
        Ok(Referents {
            references: edges.members,
            cleared: edges.members - edges.edges.len() as u64,
            referents,
            only,
            kept,
            kept_by_references,
        })
    }

    /// Objects that the roots reach without entering the barred ones, and past the cut edges of
    /// the members of a set.
    fn reached(&self, cut: Option<(&ObjectSet, &FieldEdges)>, barred: &ObjectSet) -> ObjectSet {
        let mut seen = self.no_objects();
        let mut open = self.roots.objects();
        open.retain(|start| !barred.contains(*start) && seen.insert(*start));
        let count = self.classes.len();
        while let Some(object) = open.pop() {
            let edges = cut.filter(|(members, _)| members.contains(object));
            let mut visit = |target: ObjectIndex| {
                if !barred.contains(target) && seen.insert(target) {
                    open.push(target);
                }
            };
            let class_object = self.table.get(self.classes.get(object)).object;
            class_object.into_iter().for_each(&mut visit);
            let Some(mut list) = self.outbound.of(object.0) else {
                continue;
            };
            if list.has_class {
                list.take_class();
            }
            list.map(ObjectIndex)
                .filter(|target| target.at() < count)
                .filter(|target| !edges.is_some_and(|(_, edges)| edges.cuts(object, *target)))
                .for_each(visit);
        }
        seen
    }
}

/// Where the references of a class's instances lie: the wanted field's first, then the others.
type Layout = (Option<usize>, Vec<usize>);

struct EdgeVisitor<'a> {
    heap: &'a Heap,
    field: &'a str,
    layouts: FxHashMap<ClassIndex, Layout>,
    found: FieldEdges,
}

impl EdgeVisitor<'_> {
    fn layout(heap: &Heap, class: ClassIndex, wanted: &str) -> Layout {
        let id_bytes = heap.id_size.bytes();
        let (mut own, mut others) = (None, Vec::new());
        for (offset, field, _) in heap.table.field_offsets(class, id_bytes) {
            if field.basic_type() != BasicType::Object {
                continue;
            }
            if own.is_none() && field.name == wanted {
                own = Some(offset as usize);
            } else {
                others.push(offset as usize);
            }
        }
        (own, others)
    }
}

impl ContentVisitor for EdgeVisitor<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let (heap, field) = (self.heap, self.field);
        let layout =
            (self.layouts.entry(class)).or_insert_with(|| Self::layout(heap, class, field));
        let id_bytes = heap.id_size.bytes();
        let address = |start: usize| fields.get(start..start + id_bytes).map(bits);
        let Some(wanted) = layout.0.and_then(address) else {
            return;
        };
        self.found.members += 1;
        if let Some(target) = heap.addresses.find(wanted)
            && heap.reachable.contains(target)
        {
            let is_only = !layout.1.iter().any(|start| address(*start) == Some(wanted));
            self.found.edges.push((object, target, is_only));
        }
    }
}
