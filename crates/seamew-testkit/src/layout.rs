//! How many bytes objects take in the heap, as HotSpot before JDK 15 lays them out.

use std::cmp::Reverse;

use seamew_hprof::id::IdSize;
use seamew_hprof::tag::BasicType;

/// Widths and headers of one JVM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Bytes of a reference in the heap, compressed or not.
    pub reference_bytes: u64,
    /// Bytes before the first field.
    pub instance_header_bytes: u64,
    /// Bytes before the first element.
    pub array_header_bytes: u64,
    /// Every object starts at a multiple of this.
    pub alignment_bytes: u64,
}

impl Layout {
    /// A JVM with pointers of that size; those of 8 bytes compressed or not. Class pointers are
    /// compressed in both cases, as they are by default.
    pub fn new(id_size: IdSize, compressed: bool) -> Self {
        let (reference_bytes, instance_header_bytes, array_header_bytes) =
            match (id_size, compressed) {
                (IdSize::Four, _) => (4, 8, 12),
                (IdSize::Eight, true) => (4, 12, 16),
                (IdSize::Eight, false) => (8, 12, 16),
            };
        Self {
            reference_bytes,
            instance_header_bytes,
            array_header_bytes,
            alignment_bytes: 8,
        }
    }

    /// Bytes of a value in the heap.
    pub fn value_bytes(&self, basic_type: BasicType) -> u64 {
        basic_type.dump_bytes(self.reference_bytes as usize) as u64
    }

    /// Rounds up to where the next object may start.
    pub fn align(&self, bytes: u64) -> u64 {
        bytes.next_multiple_of(self.alignment_bytes)
    }

    /// Bytes of an array.
    pub fn array_bytes(&self, element_type: BasicType, length: u64) -> u64 {
        let element_bytes = self.value_bytes(element_type);
        let header_bytes = self.array_header_bytes.next_multiple_of(element_bytes);
        self.align(header_bytes + length * element_bytes)
    }

    /// End of the fields of a class whose superclass's fields end at `super_end`: the widest ones
    /// first, references last, with smaller ones in the gap before the first long. The end is a
    /// multiple of the width of references.
    pub fn fields_end(&self, super_end: u64, fields: &[BasicType]) -> u64 {
        if fields.is_empty() {
            return super_end;
        }
        let key = |kind: &BasicType| (*kind == BasicType::Object, Reverse(self.value_bytes(*kind)));
        let mut kinds = fields.to_vec();
        kinds.sort_by_key(key);
        let mut widths: Vec<u64> = kinds.iter().map(|kind| self.value_bytes(*kind)).collect();
        let mut end = super_end;
        if kinds
            .iter()
            .any(|kind| *kind != BasicType::Object && self.value_bytes(*kind) == 8)
        {
            let wide_start = end.next_multiple_of(8);
            while let Some(at) =
                (widths.iter()).position(|width| end.next_multiple_of(*width) + width <= wide_start)
            {
                let width = widths.remove(at);
                end = end.next_multiple_of(width) + width;
            }
            end = wide_start;
        }
        for width in widths {
            end = end.next_multiple_of(width) + width;
        }
        end.next_multiple_of(self.reference_bytes)
    }
}
