//! Primitive arrays of equal type and contents.

use seamew_hprof::tag::BasicType;

use super::duplicates::{Compared, DuplicateOrder, DuplicateRow, Duplicates};
use super::fingerprint::{Fingerprint, Fingerprints, PieceHasher};
use crate::classes::ClassKind;
use crate::error::Result;
use crate::heap::{ContentVisitor, Heap, ObjectSet};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

impl Heap {
    /// Equal primitive arrays among those of a set, in one walk over the dump and 16 bytes an
    /// array. Lost are the shallow bytes of all copies but one.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn duplicate_arrays(
        &self,
        set: &ObjectSet,
        order: DuplicateOrder,
        limit: usize,
        progress: &Progress,
    ) -> Result<Duplicates> {
        let arrays = self.of_kind(set, |kind| matches!(kind, ClassKind::PrimitiveArray(_)));
        let prints = Fingerprints::sorted(self.array_fingerprints(&arrays, progress)?);
        let compared = prints.len() as u64;
        self.duplicates(
            &prints,
            &Arrays,
            (&arrays, compared),
            (order, limit),
            progress,
        )
    }

    /// Fingerprints of primitive arrays, one run for each thread.
    pub(super) fn array_fingerprints(
        &self,
        arrays: &ObjectSet,
        progress: &Progress,
    ) -> Result<Vec<Vec<Fingerprint>>> {
        let printer = || Printer {
            hasher: PieceHasher::new(),
            current: ObjectIndex::SYSTEM_LOADER,
            missing_bytes: 0,
            prints: Vec::new(),
        };
        let printers = self.read_contents(arrays, printer, progress)?;
        Ok(printers.into_iter().map(|printer| printer.prints).collect())
    }
}

struct Printer {
    hasher: PieceHasher,
    current: ObjectIndex,
    missing_bytes: u64,
    prints: Vec<Fingerprint>,
}

impl ContentVisitor for Printer {
    fn array(&mut self, object: ObjectIndex, element_type: BasicType, length: u32) -> bool {
        self.current = object;
        self.missing_bytes = u64::from(length) * element_type.dump_bytes(0) as u64;
        self.hasher.begin(element_type as u64);
        true
    }

    fn elements(&mut self, bytes: &[u8]) {
        self.missing_bytes = self.missing_bytes.saturating_sub(bytes.len() as u64);
        self.hasher.push(bytes);
    }

    fn array_end(&mut self) {
        // Android may leave the elements out.
        if self.missing_bytes == 0 {
            self.prints.push(self.hasher.end(self.current.0));
        }
    }
}

struct Arrays;

impl Compared for Arrays {
    fn describe(&self, heap: &Heap, member: u32, row: &mut DuplicateRow) {
        let array = ObjectIndex(member);
        row.length = heap.array_length(array).map(u64::from);
        row.value = Some(heap.preview(array));
    }
}
