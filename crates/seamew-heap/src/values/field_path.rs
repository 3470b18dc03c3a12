//! Paths of fields, and where they lead from many objects.

use std::fmt;

use rustc_hash::FxHashMap;
use seamew_hprof::tag::BasicType;

use super::ends::{End, Frontier, Reached, Step};
use crate::error::{HeapError, Result};
use crate::heap::{Heap, ObjectSet, near_names};
use crate::ids::{ClassIndex, ObjectIndex};
use crate::progress::Progress;

/// Names that a refusal suggests.
const SHOWN_NAMES: usize = 5;

/// Fields to follow one after the other: `owner.name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    names: Vec<String>,
}

impl FieldPath {
    /// The path of a text; spaces around names do not count.
    ///
    /// # Errors
    /// When a name is empty.
    pub fn parse(text: &str) -> Result<Self> {
        let names: Vec<String> = text.split('.').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err(HeapError::Usage(format!(
                "`{text}` is no path of fields: write field or field.field"
            )));
        }
        Ok(Self { names })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.names.join("."))
    }
}

/// Where a field lies in an instance's bytes.
pub(super) type Places = FxHashMap<ClassIndex, (usize, BasicType)>;

impl Heap {
    /// Where a path leads from each object of a set, in no order. One walk over the dump for each
    /// field of the path, 24 bytes an object of the set.
    ///
    /// # Errors
    /// When no object has such a field, with near names; when the dump cannot be read any more;
    /// on cancellation.
    pub(super) fn ends_of(
        &self,
        set: &ObjectSet,
        path: &FieldPath,
        progress: &Progress,
    ) -> Result<Vec<Reached>> {
        let mut open = Frontier::at_start(set);
        let mut reached = Vec::new();
        let mut unread = set.clone();
        for (depth, name) in path.names.iter().enumerate() {
            let is_last = depth + 1 == path.names.len();
            let wanted = open.objects(self);
            let places = self.field_places(&wanted, name)?;
            let step = || Step::new(self, &open, &places, is_last);
            let mut next = Vec::new();
            for step in self.read_contents(&wanted, step, progress)? {
                next.extend(step.next);
                reached.extend(step.reached);
            }
            open = Frontier::new(next);
        }
        for one in &reached {
            unread.remove(one.origin);
        }
        reached.extend(unread.iter().map(|origin| Reached {
            origin,
            end: End::Missing,
        }));
        Ok(reached)
    }

    /// Where a path leads from one object.
    pub(super) fn end_of(&self, origin: ObjectIndex, path: Option<&FieldPath>) -> End {
        let mut end = End::Object(origin);
        for name in path.iter().flat_map(|path| &path.names) {
            let End::Object(object) = end else {
                return match end {
                    End::Bits(..) => End::Missing,
                    other => other,
                };
            };
            let bits = self.fields_of(object).and_then(|fields| fields.bits(name));
            end = bits.map_or(End::Missing, |(kind, bits)| End::of(self, kind, bits));
        }
        end
    }

    /// Where the field of that name lies in the classes of a set's objects; the most derived one
    /// where several have the name.
    fn field_places(&self, set: &ObjectSet, name: &str) -> Result<Places> {
        let mut classes = vec![false; self.table.classes.len()];
        for object in set.iter() {
            if let Some(class) = classes.get_mut(self.classes.get(object).at()) {
                *class = true;
            }
        }
        let present = || (0..).map(ClassIndex).zip(&classes).filter(|it| *it.1);
        let id_bytes = self.id_size.bytes();
        let places: Places = present()
            .filter_map(|(class, _)| {
                let mut fields = self.table.field_offsets(class, id_bytes);
                let (offset, field, _) = fields.find(|(_, field, _)| field.name == name)?;
                Some((class, (offset as usize, field.basic_type())))
            })
            .collect();
        if places.is_empty() && present().next().is_some() {
            let classes: Vec<ClassIndex> = present().map(|(class, _)| class).collect();
            return Err(self.no_such_field(&classes, name));
        }
        Ok(places)
    }

    fn no_such_field(&self, classes: &[ClassIndex], name: &str) -> HeapError {
        let id_bytes = self.id_size.bytes();
        let fields = classes
            .iter()
            .flat_map(|class| self.table.field_offsets(*class, id_bytes))
            .map(|(_, field, _)| field.name.as_str());
        let mut all: Vec<&str> = fields.collect();
        all.sort_unstable();
        all.dedup();
        let near = near_names(name, &all);
        let shown = if near.is_empty() { all } else { near };
        let names: Vec<&str> = shown.into_iter().take(SHOWN_NAMES).collect();
        let subject = match classes {
            [class] => self.table.get(*class).name.clone(),
            classes => format!("none of {} classes", classes.len()),
        };
        let verb = if classes.len() == 1 {
            "has no"
        } else {
            "has a"
        };
        let advice = match names.as_slice() {
            [] => "there are no fields".to_owned(),
            names => format!("near names: {}", names.join(", ")),
        };
        HeapError::NotFound(format!("{subject} {verb} field `{name}`; {advice}"))
    }
}
