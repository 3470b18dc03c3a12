//! Strings of equal text.

use super::duplicates::{Compared, DuplicateOrder, DuplicateRow, Duplicates};
use super::fingerprint::{Fingerprint, Fingerprints};
use super::texts::{Text, TextOwner, TextOwners, TextVisitor};
use crate::error::Result;
use crate::heap::{Heap, ObjectSet};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// Characters of a text that a row shows.
const SHOWN_CHARACTERS: usize = 256;

impl Heap {
    /// Equal strings among the strings of a set, in two walks over the dump and 24 bytes a string.
    ///
    /// Lost are the shallow bytes of all copies but one with their arrays. An array that strings
    /// share counts once; one of which a string uses a part only (before JDK 7u6) does not count,
    /// for others may need the rest.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn duplicate_strings(
        &self,
        set: &ObjectSet,
        order: DuplicateOrder,
        limit: usize,
        progress: &Progress,
    ) -> Result<Duplicates> {
        let mut strings = self.instances_named(&["java.lang.String"]);
        strings.intersect(set);
        let owners = TextOwners::read(self, &strings, progress)?;
        let (prints, parts) = self.text_fingerprints(&owners, progress)?;
        let subject = Strings {
            owners: &owners,
            parts: ObjectSet::of(self.objects_in_all(), parts),
        };
        let compared = prints.len() as u64;
        self.duplicates(
            &prints,
            &subject,
            (&strings, compared),
            (order, limit),
            progress,
        )
    }

    /// Fingerprints of texts with the places of their owners, and the owners that use parts of
    /// their arrays.
    pub(super) fn text_fingerprints(
        &self,
        owners: &TextOwners,
        progress: &Progress,
    ) -> Result<(Fingerprints, Vec<ObjectIndex>)> {
        let printer = || Printer {
            prints: Vec::new(),
            parts: Vec::new(),
            buffer: Vec::new(),
        };
        let mut runs = Vec::new();
        let mut parts = Vec::new();
        for printer in self.read_texts(owners, printer, progress)? {
            runs.push(printer.prints);
            parts.extend(printer.parts);
        }
        Ok((Fingerprints::sorted(runs), parts))
    }
}

struct Printer {
    prints: Vec<Fingerprint>,
    parts: Vec<ObjectIndex>,
    buffer: Vec<u8>,
}

impl TextVisitor for Printer {
    fn text(&mut self, text: Text<'_>) {
        if text.is_cut {
            return;
        }
        let (bytes, seed) = text.characters.canonical(&mut self.buffer);
        let print = Fingerprint::of(bytes, seed, text.place as u32);
        self.prints.push(print);
        if !text.is_whole_array {
            self.parts.push(text.owner);
        }
    }
}

struct Strings<'a> {
    owners: &'a TextOwners,
    parts: ObjectSet,
}

impl Strings<'_> {
    fn at(&self, member: u32) -> Option<TextOwner> {
        self.owners.all().get(member as usize).copied()
    }
}

impl Compared for Strings<'_> {
    fn object(&self, member: u32) -> ObjectIndex {
        (self.at(member)).map_or(ObjectIndex::SYSTEM_LOADER, |owner| owner.owner)
    }

    fn lost_bytes(&self, heap: &Heap, members: &[u32]) -> u64 {
        // Members come in the order of their arrays.
        let mut bytes = 0;
        let mut most_of_one = 0;
        let mut last_array = None;
        for TextOwner { array, owner } in members.iter().filter_map(|member| self.at(*member)) {
            let mut own = heap.shallow.get(owner);
            if !self.parts.contains(owner) && last_array != Some(array) {
                own += heap.shallow.get(array);
            }
            last_array = Some(array);
            bytes += own;
            most_of_one = most_of_one.max(own);
        }
        bytes - most_of_one
    }

    fn describe(&self, heap: &Heap, member: u32, row: &mut DuplicateRow) {
        let Some(TextOwner { array, owner }) = self.at(member) else {
            return;
        };
        row.bytes_each += heap.shallow.get(array);
        row.value = heap.string(owner, SHOWN_CHARACTERS);
        let length = u64::from(heap.array_length(array).unwrap_or(0));
        let is_wide = self.owners.is_wide(owner) && heap.class_name(array) == "byte[]";
        let part = self.owners.part(owner);
        let units = if is_wide { length / 2 } else { length };
        row.length = Some(
            units
                .saturating_sub(part.skip.into())
                .min(part.count.into()),
        );
    }
}
