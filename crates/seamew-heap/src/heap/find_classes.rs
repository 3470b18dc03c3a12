//! Classes by pattern.

use serde::Serialize;

use crate::error::Result;
use crate::heap::Heap;
use crate::ids::ClassIndex;

/// A loaded class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassRow {
    pub class_id: ClassIndex,
    pub object_index: u32,
    pub name: String,
    pub loader: Option<String>,
    pub superclass: Option<String>,
    pub objects: u64,
    pub shallow_bytes: u64,
}

impl Heap {
    /// Classes whose name matches a pattern in which `*` stands for any text, by name. Without
    /// a `*` the name must be equal.
    ///
    /// # Errors
    /// None today.
    pub fn find_classes(&self, pattern: &str) -> Result<Vec<ClassRow>> {
        let mut rows: Vec<ClassRow> = (self.table.classes.iter().zip(0..))
            .filter(|(class, _)| matches(pattern, &class.name))
            .filter_map(|(class, index)| {
                let object = class
                    .object
                    .filter(|object| self.reachable.contains(*object))?;
                let sums = self.class_sums[index as usize];
                Some(ClassRow {
                    class_id: ClassIndex(index),
                    object_index: self.id(object),
                    name: class.name.clone(),
                    loader: self.loader_label(ClassIndex(index)),
                    superclass: class.super_class.map(|it| self.table.get(it).name.clone()),
                    objects: sums.objects,
                    shallow_bytes: sums.shallow_bytes,
                })
            })
            .collect();
        rows.sort_by(|one, other| (&one.name, one.class_id).cmp(&(&other.name, other.class_id)));
        Ok(rows)
    }
}

/// True where `text` matches `pattern`, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
