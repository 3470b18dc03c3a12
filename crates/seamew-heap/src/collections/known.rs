//! The known collections of a heap, one at a time.

use std::ops::ControlFlow;

use super::entries::{Entry, Reader};
use super::registry::Registry;
use super::shape::Kind;
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::ObjectIndex;

/// Reads collections of one heap whose classes are known. To be shared between threads.
pub struct KnownCollections {
    registry: Registry,
}

impl KnownCollections {
    /// Looks through the classes of the heap: some milliseconds.
    ///
    /// # Errors
    /// None, but when what is built in is no description of collections.
    pub fn new(heap: &Heap) -> Result<Self> {
        let registry = Registry::new(heap, Vec::new())?;
        Ok(Self { registry })
    }

    /// What kind of collection an object is; None for other objects.
    pub fn kind(&self, heap: &Heap, object: ObjectIndex) -> Option<Kind> {
        let shape = self.registry.shape_of(heap, object)?;
        Some(self.registry.shape(shape).kind)
    }

    /// The number of entries that a collection says it has; None where that cannot be read, and
    /// for other objects.
    pub fn size(&self, heap: &Heap, object: ObjectIndex) -> Option<u64> {
        let shape = self.registry.shape_of(heap, object)?;
        let reader = Reader::new(heap, &self.registry);
        reader.measuring().measure(object, shape).size
    }

    /// Hands the entries of a collection to `visit` until it breaks; nothing for other objects.
    /// What is broken is passed over.
    pub fn for_each_entry(
        &self,
        heap: &Heap,
        object: ObjectIndex,
        visit: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) {
        if let Some(shape) = self.registry.shape_of(heap, object) {
            let mut reader = Reader::new(heap, &self.registry);
            // Breaking off is the visitor's own decision.
            let _ = reader.read(object, shape, visit);
        }
    }
}
