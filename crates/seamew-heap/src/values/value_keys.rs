//! Keys of objects by their readable value: the same for the same value.

use super::ends::End;
use super::field_path::FieldPath;
use super::fingerprint::Fingerprint;
use super::texts::TextOwners;
use crate::error::Result;
use crate::heap::{Heap, ObjectSet};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

const BITS: u64 = 0x100;
const NAME: u64 = 0x200;
const IDENTITY: u64 = 0x201;
const NULL: u64 = 0x202;
const MISSING: u64 = 0x203;
/// Objects of a class that are tried before it is taken for one without readable values.
const TRIED: u32 = 8;

const BOXES: [&str; 11] = [
    "java.lang.Integer",
    "java.lang.Long",
    "java.lang.Short",
    "java.lang.Byte",
    "java.lang.Character",
    "java.lang.Boolean",
    "java.lang.Float",
    "java.lang.Double",
    "java.util.concurrent.atomic.AtomicInteger",
    "java.util.concurrent.atomic.AtomicLong",
    "java.util.concurrent.atomic.AtomicBoolean",
];
const TEXTS: [&str; 3] = [
    "java.lang.String",
    "java.lang.StringBuilder",
    "java.lang.StringBuffer",
];

/// Objects by the way in which their values are read.
pub(super) struct ByKind {
    pub texts: ObjectSet,
    /// Arrays of char and byte.
    pub text_arrays: ObjectSet,
    pub boxes: ObjectSet,
    pub others: ObjectSet,
}

impl Heap {
    pub(super) fn by_kind(&self, objects: &ObjectSet) -> ByKind {
        let within = |names: &[&str]| {
            let mut set = self.instances_named(names);
            set.intersect(objects);
            set
        };
        let texts = within(&TEXTS);
        let boxes = within(&BOXES);
        let text_arrays = within(&["char[]", "byte[]"]);
        let mut others = objects.clone();
        for known in [&texts, &boxes, &text_arrays] {
            others.subtract(known);
        }
        ByKind {
            texts,
            text_arrays,
            boxes,
            others,
        }
    }

    /// All reachable instances of classes of these names.
    pub(crate) fn instances_named(&self, names: &[&str]) -> ObjectSet {
        let wanted: Vec<bool> = (self.table.classes.iter())
            .map(|class| names.contains(&class.name.as_str()))
            .collect();
        self.instances_of(&wanted)
    }

    /// Keys of objects by value, in the order of the objects; an object without a readable value
    /// has a key of its own.
    pub(super) fn value_keys(
        &self,
        objects: &ObjectSet,
        progress: &Progress,
    ) -> Result<Vec<Fingerprint>> {
        let kinds = self.by_kind(objects);
        let mut keys = self.text_keys(&kinds.texts, progress)?;
        let arrays = self.array_fingerprints(&kinds.text_arrays, progress)?;
        keys.extend(arrays.into_iter().flatten());
        if !kinds.boxes.is_empty() {
            let path = FieldPath::parse("value")?;
            let ends = self.ends_of(&kinds.boxes, &path, progress)?;
            keys.extend(ends.into_iter().map(|one| end_key(one.end, one.origin)));
        }
        keys.extend(self.named_keys(&kinds.others, progress)?);
        let mut unread = objects.clone();
        for key in &keys {
            unread.remove(ObjectIndex(key.member));
        }
        keys.extend(unread.iter().map(identity_key));
        keys.sort_unstable_by_key(|key| key.member);
        Ok(keys)
    }

    fn text_keys(&self, texts: &ObjectSet, progress: &Progress) -> Result<Vec<Fingerprint>> {
        let owners = TextOwners::read(self, texts, progress)?;
        let (prints, _) = self.text_fingerprints(&owners, progress)?;
        let owner = |print: Fingerprint| {
            let owner = owners.all().get(print.member as usize)?.owner;
            Some(print.for_member(owner.0))
        };
        Ok(prints.into_all().filter_map(owner).collect())
    }

    /// Keys of threads, enum constants and the like, whose names are looked up one by one.
    fn named_keys(&self, objects: &ObjectSet, progress: &Progress) -> Result<Vec<Fingerprint>> {
        let mut tried = vec![(0, false); self.table.classes.len()];
        let mut keys = Vec::new();
        for object in objects.iter() {
            let ClassIndex(class) = self.classes.get(object);
            let Some((count, has_values)) = tried.get_mut(class as usize) else {
                continue;
            };
            *count += 1;
            if *count > TRIED && !*has_values {
                continue;
            }
            progress.check()?;
            if let Some(text) = self.readable_value(object) {
                *has_values = true;
                keys.push(Fingerprint::of(text.as_bytes(), NAME, object.0));
            }
        }
        Ok(keys)
    }
}

/// The key of what a path leads to, other than by the values of objects.
pub(super) fn end_key(end: End, origin: ObjectIndex) -> Fingerprint {
    let of = |bits: u64, seed| Fingerprint::of(&bits.to_le_bytes(), seed, origin.0);
    match end {
        End::Missing => of(0, MISSING),
        End::Null => of(0, NULL),
        End::Bits(kind, bits) => of(bits, BITS + kind as u64),
        End::Object(object) => identity_key(object).for_member(origin.0),
    }
}

fn identity_key(object: ObjectIndex) -> Fingerprint {
    Fingerprint::of(&object.0.to_le_bytes(), IDENTITY, object.0)
}
