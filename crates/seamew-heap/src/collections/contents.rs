//! Entries of collections as rows, a page at a time; look-up by key.

use std::ops::ControlFlow;

use serde::Serialize;

use super::direct::Found;
use super::entries::{Entry, Reader};
use super::registry::{Registry, ShapeIndex};
use super::shape::{Kind, Shape};
use crate::error::{HeapError, Result};
use crate::heap::{Heap, ObjectRow, ObjectSet, Value};
use crate::ids::ObjectIndex;
use crate::progress::{Phase, Progress};

/// A key, a value or an element as a row has it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Item {
    Object(ObjectRow),
    Value(Value),
}

/// An entry of a map, or an element, which then is the value. None stands for null.
#[derive(Clone, Debug, Serialize)]
pub struct EntryRow {
    /// Id and address of the collection.
    pub collection_index: u32,
    pub collection_address: u64,
    pub collection_class: String,
    /// Place in the array, the bucket's in a hash table; position in a chain or a tree.
    pub index: Option<u64>,
    /// The hash that the entry keeps.
    pub hash: Option<i64>,
    pub key: Option<Item>,
    pub value: Option<Item>,
}

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub struct ContentsQuestion {
    /// Only those with a key of this readable value.
    pub key: Option<String>,
    pub offset: u64,
    pub limit: u64,
}

/// Entries of collections.
#[derive(Clone, Debug, Serialize)]
pub struct Contents {
    /// What the first collection is, and what it says of itself.
    pub kind: Kind,
    pub size: Option<u64>,
    pub capacity: Option<u64>,
    /// Collections that were to be read, and objects that are none.
    pub collections: u64,
    pub others: u64,
    pub rows: Vec<EntryRow>,
    /// Whether all entries were visited; if not, there may be more, and more broken places.
    pub is_complete: bool,
    /// What is broken.
    pub notes: Vec<String>,
}

impl Heap {
    /// The entries of the collections in a set, in address order. Costs some ten microseconds an
    /// entry up to the last one wanted.
    ///
    /// # Errors
    /// When none of the objects is a known collection, when an own shape does not suit its class,
    /// or on cancellation.
    pub fn contents(
        &self,
        what: &ObjectSet,
        own: Vec<Shape>,
        question: &ContentsQuestion,
        progress: &Progress,
    ) -> Result<Contents> {
        let described;
        let registry = if own.is_empty() {
            self.known_collections()?
        } else {
            described = Registry::new(self, own)?;
            &described
        };
        let mut known = Vec::new();
        let mut others = Vec::new();
        for object in what.iter().filter(|it| self.reachable.contains(*it)) {
            match registry.shape_of(self, object) {
                Some(shape) => known.push((object, shape)),
                None => others.push(object),
            }
        }
        let Some((first, shape)) = known.first().copied() else {
            return Err(self.no_collection(&others));
        };
        let mut reader = Reader::new(self, registry);
        let mut page = Page {
            heap: self,
            question,
            matched: 0,
            rows: Vec::new(),
        };
        progress.enter(Phase::Contents, known.len() as u64);
        let is_complete = read_all(&mut reader, &known, &mut page, progress)?;
        let measured = reader.measuring().measure(first, shape);
        Ok(Contents {
            kind: registry.shape(shape).kind,
            size: measured.size,
            capacity: measured.capacity,
            collections: known.len() as u64,
            others: others.len() as u64,
            rows: page.rows,
            is_complete,
            notes: reader.into_notes(),
        })
    }

    /// Which classes are collections, found out when it is first asked for: some milliseconds.
    fn known_collections(&self) -> Result<&Registry> {
        if let Some(known) = self.collections_known.get() {
            return Ok(known);
        }
        let known = Registry::new(self, Vec::new())?;
        Ok(self.collections_known.get_or_init(|| known))
    }

    fn no_collection(&self, objects: &[ObjectIndex]) -> HeapError {
        HeapError::NotFound(match objects {
            [] => "no object is selected".to_owned(),
            [object, ..] => format!(
                "{} is no known collection; --collections-file describes classes of one's own",
                self.class_name(*object)
            ),
        })
    }
}

/// Hands the entries of collections to a page; true where all were visited.
fn read_all(
    reader: &mut Reader<'_>,
    collections: &[(ObjectIndex, ShapeIndex)],
    page: &mut Page<'_>,
    progress: &Progress,
) -> Result<bool> {
    for (object, shape) in collections {
        let mut cancelled = Ok(());
        let flow = reader.read(*object, *shape, &mut |entry| {
            cancelled = progress.check();
            if cancelled.is_err() {
                return ControlFlow::Break(());
            }
            page.take(*object, &entry)
        });
        cancelled?;
        if flow.is_break() {
            return Ok(false);
        }
        progress.advance(1)?;
    }
    Ok(true)
}

/// The page of entries that is wanted.
struct Page<'a> {
    heap: &'a Heap,
    question: &'a ContentsQuestion,
    matched: u64,
    rows: Vec<EntryRow>,
}

impl Page<'_> {
    fn take(&mut self, collection: ObjectIndex, entry: &Entry) -> ControlFlow<()> {
        if let Some(key) = &self.question.key
            && !self.is_key(entry, key)
        {
            return ControlFlow::Continue(());
        }
        if self.rows.len() as u64 >= self.question.limit {
            return ControlFlow::Break(());
        }
        self.matched += 1;
        if self.matched > self.question.offset {
            let item = |found: &Option<Found>| found.as_ref().and_then(|found| self.item(found));
            self.rows.push(EntryRow {
                collection_index: self.heap.id(collection),
                collection_address: self.heap.addresses.address(collection),
                collection_class: self.heap.class_name(collection).to_owned(),
                index: entry.index,
                hash: entry.hash,
                key: item(&entry.key),
                value: item(&entry.value),
            });
        }
        ControlFlow::Continue(())
    }

    fn item(&self, found: &Found) -> Option<Item> {
        match found {
            Found::Null => None,
            Found::Object(object) => Some(Item::Object(self.heap.row(*object))),
            Found::Value(value) => Some(Item::Value(value.clone())),
        }
    }

    /// Whether the key, or the element of what is no map, has this readable value.
    fn is_key(&self, entry: &Entry, wanted: &str) -> bool {
        match entry.key.as_ref().or(entry.value.as_ref()) {
            None => false,
            Some(Found::Null) => wanted == "null",
            Some(Found::Value(value)) => value.text() == wanted,
            Some(Found::Object(object)) => {
                // A string is compared in full, of which a row shows the beginning.
                let text = (self.heap.string(*object, wanted.chars().count() + 1))
                    .or_else(|| self.heap.readable_value(*object));
                text.is_some_and(|text| text == wanted)
            }
        }
    }
}
