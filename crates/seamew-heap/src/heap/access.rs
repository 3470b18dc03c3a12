//! Small questions to the columns, for those who read heaps object by object.

use super::near_names;
use super::object_set::ObjectSet;
use super::selection::simple_name;
use crate::graph::Roots;
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

impl Heap {
    /// The object that starts at an address, reachable or not; 0 names none.
    #[inline]
    pub fn find(&self, address: u64) -> Option<ObjectIndex> {
        self.addresses.find(address)
    }

    /// The same, where 0 is the system class loader.
    pub fn find_loader(&self, address: u64) -> Option<ObjectIndex> {
        self.addresses.find_loader(address)
    }

    /// Class of an object; of a class object java.lang.Class.
    #[inline]
    pub fn class_of(&self, object: ObjectIndex) -> ClassIndex {
        self.classes.get(object)
    }

    /// The reachable class object of a class.
    pub fn class_object(&self, class: ClassIndex) -> Option<ObjectIndex> {
        let object = self.table.get(class).object;
        object.filter(|object| self.reachable.contains(*object))
    }

    #[inline]
    pub fn is_reachable(&self, object: ObjectIndex) -> bool {
        self.reachable.contains(object)
    }

    /// Reachable objects: ids are below.
    pub fn reachable_count(&self) -> u32 {
        self.reachable.count()
    }

    /// Bytes of an identifier in the dump.
    pub fn id_bytes(&self) -> usize {
        self.id_size.bytes()
    }

    /// The garbage-collection roots.
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// Reachable instances of a class itself.
    pub fn instance_count(&self, class: ClassIndex) -> u64 {
        self.class_sums
            .get(class.at())
            .map_or(0, |sums| sums.objects)
    }

    /// Classes with instances whose name is like a wanted one, those that differ by package first.
    pub fn class_names_near(&self, name: &str, most: usize) -> Vec<String> {
        let wanted = simple_name(name);
        let mut names: Vec<(&str, &str)> = (self.table.classes.iter().zip(&self.class_sums))
            .filter(|(_, sums)| sums.objects > 0)
            .map(|(class, _)| (simple_name(&class.name), class.name.as_str()))
            // Numbers of anonymous classes are near to any short name.
            .filter(|(simple, _)| !simple.starts_with(|first: char| first.is_ascii_digit()))
            .collect();
        names.sort_unstable();
        names.dedup();
        let same = |(simple, _): &&(&str, &str)| simple.eq_ignore_ascii_case(wanted);
        let mut near: Vec<&str> = names.iter().filter(same).map(|(_, full)| *full).collect();
        let simple: Vec<&str> = names.iter().map(|(simple, _)| *simple).collect();
        for close in near_names(wanted, &simple) {
            let full = names.iter().filter(|(simple, _)| *simple == close);
            near.extend(full.map(|(_, full)| *full));
        }
        let mut shown: Vec<String> = Vec::new();
        for one in near {
            if shown.len() < most && !shown.iter().any(|own| own == one) {
                shown.push(one.to_owned());
            }
        }
        shown
    }

    /// What an object and those that only it keeps alive are: its part of the dominator tree.
    pub fn dominated_with(&self, object: ObjectIndex) -> ObjectSet {
        let mut set = self.no_objects();
        if self.reachable.contains(object) {
            let start = self.tree.position_of(object);
            for position in start..self.tree.subtree_end(start) {
                set.insert(self.tree.object_at(position));
            }
        }
        set
    }
}
