//! Facts read from the dump one by one, and elements of arrays a page at a time.

use std::cell::RefCell;
use std::ops::ControlFlow;

use seamew_hprof::tag::BasicType;

use super::facts::Facts;
use crate::classes::ClassKind;
use crate::heap::{Fields, Heap, Value};
use crate::ids::ObjectIndex;

/// Elements of an array that are read at once.
const ELEMENTS_AT_ONCE: u32 = 4096;

/// A key, a value or an element.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Null,
    Object(ObjectIndex),
    Value(Value),
}

impl Found {
    /// Whether a node or slot holds something. A node that was taken out of a concurrent queue may
    /// hold itself.
    pub fn is_set_in(&self, holder: ObjectIndex) -> bool {
        match self {
            Self::Object(object) => *object != holder,
            _ => self.is_set(),
        }
    }

    pub fn is_set(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Object(_) => true,
            Self::Value(Value::Int(number)) => *number != 0,
            Self::Value(Value::Float(number)) => *number != 0.0,
            Self::Value(Value::Boolean(flag)) => *flag,
            Self::Value(Value::Text(text)) => text != "\0",
        }
    }
}

impl From<Option<ObjectIndex>> for Found {
    fn from(object: Option<ObjectIndex>) -> Self {
        object.map_or(Self::Null, Self::Object)
    }
}

/// Facts read from the dump one by one; the fields read last are kept.
pub struct Direct<'a> {
    heap: &'a Heap,
    last: RefCell<Option<(ObjectIndex, Option<Fields<'a>>)>>,
}

impl<'a> Direct<'a> {
    pub fn new(heap: &'a Heap) -> Self {
        Self {
            heap,
            last: RefCell::new(None),
        }
    }

    fn fields<T>(
        &self,
        object: ObjectIndex,
        read: impl FnOnce(&Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(known, _)| *known != object) {
            *last = Some((object, self.heap.fields_of(object)));
        }
        last.as_ref()
            .and_then(|(_, fields)| fields.as_ref())
            .and_then(read)
    }
}

impl Facts for Direct<'_> {
    fn int(&self, object: ObjectIndex, field: &str) -> Option<i64> {
        self.fields(object, |fields| fields.int(field))
    }

    fn reference(&self, object: ObjectIndex, field: &str) -> Option<ObjectIndex> {
        self.fields(object, |fields| fields.reference(field))
    }

    fn has(&self, object: ObjectIndex, field: &str) -> bool {
        let class = self.heap.classes.get(object);
        (self
            .heap
            .table
            .field_offsets(class, self.heap.id_size.bytes()))
        .any(|(_, one, _)| one.name == field)
    }

    fn bits(&self, object: ObjectIndex, field: &str) -> Option<u64> {
        self.int(object, field)
            .map(|bits| u64::from(bits.count_ones()))
    }

    fn length(&self, array: ObjectIndex) -> Option<u64> {
        self.heap.array_length(array).map(u64::from)
    }

    fn used(&self, array: ObjectIndex) -> Option<u64> {
        let mut used = 0;
        let is_longs = is_array_of(self.heap, array, BasicType::Long);
        let whole = for_each_element(self.heap, array, (0, u64::MAX), &mut |_, found| {
            used += match found {
                Found::Value(Value::Int(bits)) if is_longs => u64::from(bits.count_ones()),
                found => u64::from(found.is_set()),
            };
            ControlFlow::Continue(())
        });
        whole.is_continue().then_some(used)
    }

    fn targets(&self, array: ObjectIndex) -> Vec<ObjectIndex> {
        self.heap.targets(array)
    }
}

fn is_array_of(heap: &Heap, array: ObjectIndex, element_type: BasicType) -> bool {
    let kind = heap.table.get(heap.classes.get(array)).kind;
    kind == ClassKind::PrimitiveArray(element_type as u8)
}

/// Calls `visit` with the elements of an array from a place on, and their places.
pub fn for_each_element(
    heap: &Heap,
    array: ObjectIndex,
    (first, count): (u64, u64),
    visit: &mut dyn FnMut(u64, Found) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let length = u64::from(heap.array_length(array).unwrap_or(0));
    let end = first.saturating_add(count).min(length);
    let is_objects = heap.table.get(heap.classes.get(array)).kind == ClassKind::ObjectArray;
    let mut at = first as u32;
    while u64::from(at) < end {
        let wanted = ELEMENTS_AT_ONCE.min((end - u64::from(at)) as u32);
        let page: Vec<Found> = if is_objects {
            let objects = heap.array_references(array, at, wanted);
            objects.into_iter().map(Found::from).collect()
        } else {
            let values = heap.array_values(array, at, wanted);
            values.into_iter().map(Found::Value).collect()
        };
        if page.is_empty() {
            return ControlFlow::Break(());
        }
        for found in page {
            visit(at.into(), found)?;
            at += 1;
        }
    }
    ControlFlow::Continue(())
}

/// One element; None behind the end, or where elements are not in the dump.
pub fn element_at(heap: &Heap, array: ObjectIndex, index: u64) -> Option<Found> {
    let mut element = None;
    let _ = for_each_element(heap, array, (index, 1), &mut |_, found| {
        element = Some(found);
        ControlFlow::Break(())
    });
    element
}
