//! Brings the lists of references, which threads make batch by batch, into the order of objects.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::lists::ListsBuilder;
use super::visitor::BatchLists;
use crate::error::Result;
use crate::storage::{Column, Storage};

/// Brings the batches' lists into order.
pub struct Sink {
    pub builder: ListsBuilder,
    pub class_lists: BTreeMap<u32, Vec<u8>>,
    pub next: usize,
    pub waiting: BTreeMap<usize, BatchLists>,
    /// Emptied buffers, to be filled again without new page faults.
    pub spare: Vec<BatchLists>,
    pub scattered: bool,
}

impl Sink {
    /// Takes a batch's lists and returns an empty buffer.
    pub fn take(&mut self, batch: usize, lists: BatchLists) -> Result<BatchLists> {
        self.waiting.insert(batch, lists);
        if !self.scattered {
            while let Some(mut lists) = self.waiting.remove(&self.next) {
                self.append(&lists)?;
                lists.heads.clear();
                lists.bytes.clear();
                self.spare.push(lists);
                self.next += 1;
            }
        }
        Ok(self.spare.pop().unwrap_or_default())
    }

    fn append(&mut self, lists: &BatchLists) -> Result<()> {
        let mut rest = &lists.bytes[..];
        let mut next_class = self.next_class();
        for head in &lists.heads {
            if head.object > next_class {
                self.append_classes(head.object)?;
                next_class = self.next_class();
            }
            let (encoded, behind) = rest.split_at(head.length as usize);
            self.builder.push(head.object, head.has_class, encoded)?;
            rest = behind;
        }
        Ok(())
    }

    fn next_class(&self) -> u32 {
        self.class_lists
            .first_key_value()
            .map_or(u32::MAX, |(object, _)| *object)
    }

    /// Appends the lists of class objects before `object`.
    pub fn append_classes(&mut self, object: u32) -> Result<()> {
        while let Some(entry) = self.class_lists.first_entry()
            && *entry.key() < object
        {
            let (class_object, encoded) = entry.remove_entry();
            self.builder.push(class_object, false, &encoded)?;
        }
        Ok(())
    }

    /// Appends the lists of a dump without order: notes where each object's list is, then takes
    /// them by object. Of an object that is there twice, the last one counts.
    pub fn append_scattered(&mut self, objects: usize, storage: &Storage) -> Result<()> {
        let mut places: Column<u64> = storage.column("list_places", objects)?;
        let waiting = std::mem::take(&mut self.waiting);
        for (batch, lists) in &waiting {
            for (head, list) in lists.heads.iter().zip(1u64..) {
                places[head.object as usize] = (*batch as u64) << 32 | list;
            }
        }
        let starts: FxHashMap<usize, Vec<usize>> = waiting
            .iter()
            .map(|(batch, lists)| (*batch, starts(lists)))
            .collect();
        for (place, object) in places.iter().zip(0u32..) {
            if *place == 0 {
                continue;
            }
            let batch = (place >> 32) as usize;
            let list = (place & u64::from(u32::MAX)) as usize - 1;
            let (Some(lists), Some(starts)) = (waiting.get(&batch), starts.get(&batch)) else {
                continue;
            };
            self.append_classes(object)?;
            let encoded = &lists.bytes[starts[list]..starts[list + 1]];
            if encoded.is_empty() {
                continue;
            }
            self.builder
                .push(object, lists.heads[list].has_class, encoded)?;
        }
        Ok(())
    }
}

/// Starts of a batch's lists, and the end.
fn starts(lists: &BatchLists) -> Vec<usize> {
    let mut starts = Vec::with_capacity(lists.heads.len() + 1);
    let mut at = 0;
    starts.push(at);
    for head in &lists.heads {
        at += head.length as usize;
        starts.push(at);
    }
    starts
}
