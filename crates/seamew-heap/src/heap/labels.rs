//! Labels: the classes, superclasses, loaders or packages that objects are grouped by.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::histogram::{Grouping, HistogramRow};
use crate::heap::Heap;
use crate::ids::ClassIndex;

/// A label by its place among all labels of a grouping.
pub type Label = u32;

/// Which labels the objects of a class have.
pub struct Labels {
    pub names: Vec<String>,
    by_class: Vec<Vec<Label>>,
}

impl Labels {
    /// The labels of a class's objects.
    pub fn of_class(&self, class: ClassIndex) -> &[Label] {
        self.by_class.get(class.at()).map_or(&[], Vec::as_slice)
    }

    /// The places of the labels, by name; for groupings whose labels are no classes.
    pub fn numbers(&self) -> FxHashMap<&str, usize> {
        (self.names.iter().zip(0..))
            .map(|(name, number)| (name.as_str(), number))
            .collect()
    }
}

impl HistogramRow {
    /// The place of the row's label.
    pub(super) fn number(&self, numbers: &FxHashMap<&str, usize>) -> Option<usize> {
        match self.class_id {
            Some(class) => Some(class.at()),
            None => numbers.get(self.label.as_str()).copied(),
        }
    }
}

impl Heap {
    /// The labels of a grouping. Superclasses are told apart by class, as two may have one name;
    /// their names are those of the classes in the order of the class table.
    pub fn labels(&self, grouping: Grouping) -> Labels {
        let classes = (0..self.table.classes.len() as u32).map(ClassIndex);
        if matches!(grouping, Grouping::Superclass | Grouping::Class) {
            let own = |class: ClassIndex| match grouping {
                Grouping::Superclass => self.table.hierarchy(class).map(|it| it.0).collect(),
                _ => vec![class.0],
            };
            return Labels {
                names: self.group_labels(grouping),
                by_class: classes.map(own).collect(),
            };
        }
        let names = self.group_labels(grouping);
        let mut numbers: BTreeMap<&str, Label> = BTreeMap::new();
        let mut by_class = Vec::new();
        for name in &names {
            let next = numbers.len() as u32;
            by_class.push(vec![*numbers.entry(name).or_insert(next)]);
        }
        let mut by_number: Vec<(Label, &str)> = (numbers.iter())
            .map(|(name, number)| (*number, *name))
            .collect();
        by_number.sort_unstable();
        Labels {
            names: by_number
                .iter()
                .map(|(_, name)| (*name).to_owned())
                .collect(),
            by_class,
        }
    }
}
