//! The thread-local variables of threads.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::rows::ObjectRow;
use crate::error::Result;
use crate::heap::Heap;
use crate::ids::ObjectIndex;
use crate::progress::{Phase, Progress};

/// Slots of one table that are read at most: no thread needs a million variables.
const MOST_SLOTS: u32 = 1 << 20;
/// The two maps of a thread, and whether the values were inherited from the thread's parent.
const MAPS: [(&str, bool); 2] = [("threadLocals", false), ("inheritableThreadLocals", true)];

/// One thread-local variable of one thread.
#[derive(Clone, Debug, Serialize)]
pub struct ThreadLocalRow {
    pub thread_index: u32,
    pub thread_name: Option<String>,
    /// In the map that child threads inherit.
    pub is_inheritable: bool,
    /// The `ThreadLocal`; None where it is gone and the value is stale.
    pub key: Option<ObjectRow>,
    /// The static field `Class#field` that holds the `ThreadLocal`.
    pub key_field: Option<String>,
    pub value: Option<ObjectRow>,
}

impl Heap {
    /// The thread-local variables of threads, what retains most first. Some tens of microseconds
    /// a variable.
    ///
    /// # Errors
    /// On cancellation.
    pub fn thread_locals(
        &self,
        threads: &[ObjectIndex],
        progress: &Progress,
    ) -> Result<Vec<ThreadLocalRow>> {
        progress.enter(Phase::Contents, threads.len() as u64);
        let mut found = Vec::new();
        for thread in threads {
            for (field, is_inheritable) in MAPS {
                self.map_entries(*thread, field, |key, value| {
                    found.push((*thread, is_inheritable, key, value));
                });
            }
            progress.advance(1)?;
        }
        let mut keys: Vec<ObjectIndex> = found.iter().filter_map(|entry| entry.2).collect();
        keys.sort_unstable();
        keys.dedup();
        let fields: FxHashMap<ObjectIndex, String> = (keys.iter().copied())
            .zip(self.static_fields_of(&keys))
            .filter_map(|(key, field)| Some((key, field?)))
            .collect();
        let mut rows: Vec<ThreadLocalRow> = (found.into_iter())
            .map(|(thread, is_inheritable, key, value)| ThreadLocalRow {
                thread_index: self.id(thread),
                thread_name: self.thread_name(thread),
                is_inheritable,
                key: key.map(|key| self.row(key)),
                key_field: key.and_then(|key| fields.get(&key).cloned()),
                value: value.map(|value| self.row(value)),
            })
            .collect();
        let retained = |row: &ThreadLocalRow| row.value.as_ref().map(|value| value.retained_bytes);
        rows.sort_by_key(|row| std::cmp::Reverse(retained(row)));
        Ok(rows)
    }

    /// Calls `visit` with key and value of each entry of a thread's map.
    fn map_entries(
        &self,
        thread: ObjectIndex,
        field: &str,
        mut visit: impl FnMut(Option<ObjectIndex>, Option<ObjectIndex>),
    ) {
        let inside = |object: ObjectIndex, field: &str| self.fields_of(object)?.reference(field);
        let table = inside(thread, field).and_then(|map| inside(map, "table"));
        let Some(table) = table else {
            return;
        };
        for entry in self
            .array_references(table, 0, MOST_SLOTS)
            .into_iter()
            .flatten()
        {
            if let Some(fields) = self.fields_of(entry) {
                visit(fields.reference("referent"), fields.reference("value"));
            }
        }
    }
}
