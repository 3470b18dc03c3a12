//! Strings whose text matches, and strings as rows.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::matcher::TextMatcher;
use super::texts::{Text, TextOwners, TextVisitor};
use crate::error::Result;
use crate::heap::{Heap, ObjectRow, ObjectSet};
use crate::ids::ObjectIndex;
use crate::progress::Progress;

/// An object with its text.
#[derive(Clone, Debug, Serialize)]
pub struct TextRow {
    #[serde(flatten)]
    pub object: ObjectRow,
    /// Length of the whole text as Java counts it; None where there is no text.
    pub characters: Option<u64>,
}

impl Heap {
    /// The strings of a set, and if asked for its arrays of char and byte.
    pub fn texts_of(&self, set: &ObjectSet, arrays: bool) -> ObjectSet {
        let names = ["java.lang.String", "char[]", "byte[]"];
        let mut texts = self.instances_named(if arrays { &names } else { &names[..1] });
        texts.intersect(set);
        texts
    }

    /// The strings and builders of a set whose text matches, and its arrays of char and byte whose
    /// contents do, bytes read as Latin-1. Of texts beyond 64 MiB only the beginning is searched.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn find_strings(
        &self,
        set: &ObjectSet,
        matcher: &TextMatcher,
        progress: &Progress,
    ) -> Result<ObjectSet> {
        // Threads that share a regular expression wait for its caches.
        let predicate = || {
            let matcher = matcher.clone();
            move |text: &str| matcher.is_match(text)
        };
        self.texts_like(set, predicate, progress)
    }

    /// The objects whose text a predicate accepts.
    pub(super) fn texts_like<P: FnMut(&str) -> bool + Send>(
        &self,
        set: &ObjectSet,
        predicate: impl Fn() -> P + Sync,
        progress: &Progress,
    ) -> Result<ObjectSet> {
        let owners = TextOwners::read(self, set, progress)?;
        let finder = || Finder {
            predicate: predicate(),
            text: String::new(),
            found: Vec::new(),
        };
        let found = self.read_texts(&owners, finder, progress)?;
        let members = found.into_iter().flat_map(|finder| finder.found);
        Ok(ObjectSet::of(self.objects_in_all(), members))
    }

    /// Objects as rows whose value is their text, at most so many characters of it. Many are read
    /// in two walks over the dump, few one by one.
    ///
    /// # Errors
    /// When the dump cannot be read any more, or on cancellation.
    pub fn text_rows(
        &self,
        objects: &[ObjectIndex],
        characters: usize,
        progress: &Progress,
    ) -> Result<Vec<TextRow>> {
        let set = ObjectSet::of(self.objects_in_all(), objects.iter().copied());
        let owners = TextOwners::read(self, &set, progress)?;
        let taker = || Taker {
            characters,
            taken: Vec::new(),
        };
        let takers = self.read_texts(&owners, taker, progress)?;
        let mut texts: FxHashMap<ObjectIndex, (String, u64)> =
            (takers.into_iter().flat_map(|taker| taker.taken)).collect();
        let row = |object: &ObjectIndex| {
            let (value, characters) = texts.remove(object).unzip();
            TextRow {
                object: self.row_with_value(*object, value),
                characters,
            }
        };
        Ok(objects.iter().map(row).collect())
    }
}

struct Finder<P> {
    predicate: P,
    text: String,
    found: Vec<ObjectIndex>,
}

impl<P: FnMut(&str) -> bool + Send> TextVisitor for Finder<P> {
    fn text(&mut self, text: Text<'_>) {
        text.characters.decode_into(&mut self.text);
        if (self.predicate)(&self.text) {
            self.found.push(text.owner);
        }
    }
}

struct Taker {
    characters: usize,
    taken: Vec<(ObjectIndex, (String, u64))>,
}

impl TextVisitor for Taker {
    fn text(&mut self, text: Text<'_>) {
        let mut taken = String::new();
        text.characters
            .first(self.characters)
            .decode_into(&mut taken);
        let count = text.characters.count() as u64;
        self.taken.push((text.owner, (taken, count)));
    }
}
