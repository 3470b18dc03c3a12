//! Primitive arrays all of whose elements have one value.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;
use serde::Serialize;

use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet, Value, bits, primitive};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// Primitive arrays with one value.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ConstantArrays {
    pub objects: u64,
    pub shallow_bytes: u64,
    /// By class, value and length, most bytes first.
    pub rows: Vec<ConstantArrayRow>,
}

/// Arrays of a class and a length with one value.
#[derive(Clone, Debug, Serialize)]
pub struct ConstantArrayRow {
    pub class_name: String,
    pub value: Option<Value>,
    pub length: u32,
    pub objects: u64,
    pub shallow_bytes: u64,
    /// The first of them.
    pub object_index: u32,
}

/// Type code of the elements, their bits, and the length.
type Key = (u8, u64, u32);

struct Sum {
    first: ObjectIndex,
    objects: u64,
    shallow_bytes: u64,
}

impl Heap {
    /// The primitive arrays of a set with two elements or more that are all the same. Floating-point
    /// numbers are the same where their bits are.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn constant_arrays(&self, set: &ObjectSet, progress: &Progress) -> Result<ConstantArrays> {
        let arrays = self.of_kind(set, |kind| matches!(kind, ClassKind::PrimitiveArray(_)));
        let checker = || Checker {
            heap: self,
            current: (ObjectIndex::SYSTEM_LOADER, BasicType::Byte, 0),
            element: None,
            is_constant: false,
            sums: FxHashMap::default(),
        };
        let mut sums: FxHashMap<Key, Sum> = FxHashMap::default();
        for checker in self.read_contents(&arrays, checker, progress)? {
            for (key, own) in checker.sums {
                let sum = sums.entry(key).or_insert(Sum {
                    first: own.first,
                    objects: 0,
                    shallow_bytes: 0,
                });
                sum.first = sum.first.min(own.first);
                sum.objects += own.objects;
                sum.shallow_bytes += own.shallow_bytes;
            }
        }
        Ok(self.constant_rows(sums))
    }

    fn constant_rows(&self, sums: FxHashMap<Key, Sum>) -> ConstantArrays {
        let row = |((code, value, length), sum): (Key, Sum)| ConstantArrayRow {
            class_name: self.class_name(sum.first).to_owned(),
            value: BasicType::from_code(code)
                .and_then(|kind| primitive(kind, value))
                .map(finite),
            length,
            objects: sum.objects,
            shallow_bytes: sum.shallow_bytes,
            object_index: self.id(sum.first),
        };
        let mut rows: Vec<ConstantArrayRow> = sums.into_iter().map(row).collect();
        rows.sort_by_key(|row| (Reverse(row.shallow_bytes), row.object_index));
        ConstantArrays {
            objects: rows.iter().map(|row| row.objects).sum(),
            shallow_bytes: rows.iter().map(|row| row.shallow_bytes).sum(),
            rows,
        }
    }
}

/// JSON has no NaN and no infinity.
fn finite(value: Value) -> Value {
    match value {
        Value::Float(float) if !float.is_finite() => Value::Text(value.text()),
        other => other,
    }
}

struct Checker<'a> {
    heap: &'a Heap,
    current: (ObjectIndex, BasicType, u32),
    /// The first element, once it was met.
    element: Option<u64>,
    is_constant: bool,
    sums: FxHashMap<Key, Sum>,
}

impl ContentVisitor for Checker<'_> {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        self.current = (object, element_type, length);
        self.element = None;
        self.is_constant = length > 1;
        self.is_constant
    }

    fn elements(&mut self, bytes: &[u8]) {
        let width = self.current.1.dump_bytes(0);
        let (Some(first), true) = (bytes.get(..width), self.is_constant) else {
            return;
        };
        let element = *self.element.get_or_insert(bits(first));
        // All elements are the same where each byte is that of one element before.
        let shifted = bytes.get(width..).unwrap_or_default();
        let rest = bytes.get(..shifted.len()).unwrap_or_default();
        self.is_constant = element == bits(first) && shifted == rest;
    }

    fn array_end(&mut self) {
        let (object, element_type, length) = self.current;
        let (Some(element), true) = (self.element, self.is_constant) else {
            return;
        };
        let key = (element_type as u8, element, length);
        let sum = self.sums.entry(key).or_insert(Sum {
            first: object,
            objects: 0,
            shallow_bytes: 0,
        });
        sum.first = sum.first.min(object);
        sum.objects += 1;
        sum.shallow_bytes += self.heap.shallow.get(object);
    }
}
