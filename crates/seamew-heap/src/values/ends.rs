//! One step of following fields from many objects at once.

use seamew_hprof::tag::BasicType;

use super::field_path::Places;
use crate::heap::{ContentVisitor, Heap, ObjectSet, bits};
use crate::ids::{ClassIndex, ObjectIndex};

/// Where a path of fields leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An object on the way has no such field, or no contents.
    Missing,
    /// Null, there or on the way.
    Null,
    Bits(BasicType, u64),
    Object(ObjectIndex),
}

impl End {
    /// The value of a field.
    pub fn of(heap: &Heap, kind: BasicType, bits: u64) -> Self {
        match (kind, bits) {
            (BasicType::Object, 0) => Self::Null,
            (BasicType::Object, address) => heap
                .addresses
                .find(address)
                .map_or(Self::Missing, Self::Object),
            (kind, bits) => Self::Bits(kind, bits),
        }
    }
}

/// Where the path leads from one object.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub origin: ObjectIndex,
    pub end: End,
}

/// Objects to go on from, each with the object where the path began; in order.
pub struct Frontier {
    pairs: Vec<(ObjectIndex, ObjectIndex)>,
}

impl Frontier {
    pub fn at_start(set: &ObjectSet) -> Self {
        Self {
            pairs: set.iter().map(|object| (object, object)).collect(),
        }
    }

    pub fn new(mut pairs: Vec<(ObjectIndex, ObjectIndex)>) -> Self {
        pairs.sort_unstable();
        Self { pairs }
    }

    pub fn objects(&self, heap: &Heap) -> ObjectSet {
        ObjectSet::of(heap.objects_in_all(), self.pairs.iter().map(|pair| pair.0))
    }

    fn origins(&self, object: ObjectIndex) -> impl Iterator<Item = ObjectIndex> + '_ {
        let start = self.pairs.partition_point(|pair| pair.0 < object);
        let from = self.pairs.get(start..).unwrap_or_default().iter();
        from.take_while(move |pair| pair.0 == object)
            .map(|pair| pair.1)
    }
}

/// Reads one field of the objects of a frontier.
pub struct Step<'a> {
    heap: &'a Heap,
    open: &'a Frontier,
    places: &'a Places,
    is_last: bool,
    pub next: Vec<(ObjectIndex, ObjectIndex)>,
    pub reached: Vec<Reached>,
}

impl<'a> Step<'a> {
    pub fn new(heap: &'a Heap, open: &'a Frontier, places: &'a Places, is_last: bool) -> Self {
        Self {
            heap,
            open,
            places,
            is_last,
            next: Vec::new(),
            reached: Vec::new(),
        }
    }
}

impl ContentVisitor for Step<'_> {
    fn instance(&mut self, object: ObjectIndex, class: ClassIndex, fields: &[u8]) {
        let Some((offset, kind)) = self.places.get(&class).copied() else {
            return;
        };
        let width = kind.dump_bytes(self.heap.id_size.bytes());
        let Some(bytes) = fields.get(offset..offset + width) else {
            return;
        };
        let end = End::of(self.heap, kind, bits(bytes));
        for origin in self.open.origins(object) {
            match end {
                End::Object(target) if !self.is_last => self.next.push((target, origin)),
                End::Bits(..) if !self.is_last => {}
                end => self.reached.push(Reached { origin, end }),
            }
        }
    }
}
