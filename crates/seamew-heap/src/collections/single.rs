//! Collections read one by one: what they are, their size, their entries.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::direct::Found;
use super::entries::Reader;
use super::registry::Registry;
use super::shape::Kind;
use crate::error::Result;
use crate::heap::{Heap, Value};
use crate::ids::ObjectIndex;

/// A key, a value or an element: an object by the id that users see, or a primitive value. Neither
/// stands for null, and for what is not there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    pub id: Option<u32>,
    pub value: Option<Value>,
}

impl Member {
    fn of(heap: &Heap, found: Option<Found>) -> Self {
        match found {
            None | Some(Found::Null) => Self::default(),
            Some(Found::Object(object)) => Self {
                id: heap.reachable.id(object),
                value: None,
            },
            Some(Found::Value(value)) => Self {
                id: None,
                value: Some(value),
            },
        }
    }
}

/// Reads collections of a heap one after the other; which classes are collections is found out
/// once, some milliseconds.
pub struct CollectionReader {
    heap: Arc<Heap>,
    registry: Registry,
}

impl CollectionReader {
    /// A reader that knows the built-in shapes.
    ///
    /// # Errors
    /// None today: own shapes may not suit their class.
    pub fn new(heap: &Arc<Heap>) -> Result<Self> {
        Ok(Self {
            heap: Arc::clone(heap),
            registry: Registry::new(heap, Vec::new())?,
        })
    }

    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// What an object is; None for what is no known collection.
    pub fn kind(&self, object: ObjectIndex) -> Option<Kind> {
        let shape = self.registry.shape_of(&self.heap, object)?;
        let shape = self.registry.shape(shape);
        (!shape.is_node()).then_some(shape.kind)
    }

    /// The number of entries that a collection tells; None where that cannot be read.
    pub fn size(&self, object: ObjectIndex) -> Option<u64> {
        let shape = self.registry.shape_of(&self.heap, object)?;
        let reader = Reader::new(&self.heap, &self.registry);
        reader.measuring().size(object, shape)
    }

    /// Keys and values of a map; of another collection the elements, as values. Empty for other
    /// objects. At most `limit`. Some microseconds an entry.
    pub fn entries(&self, object: ObjectIndex, limit: usize) -> Vec<(Member, Member)> {
        let mut entries = Vec::new();
        let Some(shape) = self.registry.shape_of(&self.heap, object) else {
            return entries;
        };
        let mut reader = Reader::new(&self.heap, &self.registry);
        // Breaking off is the visitor's own decision.
        let _ = reader.read(object, shape, &mut |entry| {
            if entries.len() >= limit {
                return ControlFlow::Break(());
            }
            let key = Member::of(&self.heap, entry.key);
            let value = Member::of(&self.heap, entry.value);
            entries.push((key, value));
            ControlFlow::Continue(())
        });
        entries
    }
}
