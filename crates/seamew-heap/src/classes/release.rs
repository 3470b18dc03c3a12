//! What a dump tells of the release of the JDK: which classes there are, and what they declare.

use rustc_hash::FxHashMap;

use super::{Class, ClassTable};

/// Classes whose presence or fields tell releases apart.
const MARKER_CLASSES: [&str; 4] = [
    "java.lang.Class",
    "java.lang.Module",
    "java.lang.Thread",
    "java.lang.invoke.ResolvedMethodName",
];

/// A condition for a row of the tables.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// The class itself declares the field.
    Declares(&'static str),
    Lacks(&'static str),
    /// One of the marker classes declares the field.
    Marker(&'static str, &'static str),
    /// One of the marker classes is not in the dump.
    Without(&'static str),
}

/// JDK 15 and later.
pub const SINCE_15: When = When::Marker("java.lang.Class", "classData");
/// JDK 19 and later.
pub const SINCE_19: When = When::Marker("java.lang.Thread", "holder");
/// JDK 9 and earlier.
pub const UNTIL_9: When = When::Without("java.lang.invoke.ResolvedMethodName");
/// JDK 8 and earlier.
pub const UNTIL_8: When = When::Without("java.lang.Module");

/// The marker classes of a dump.
pub struct Release<'a> {
    markers: FxHashMap<&'a str, &'a Class>,
}

impl<'a> Release<'a> {
    pub fn of(table: &'a ClassTable) -> Self {
        let markers = (table.classes.iter())
            .filter(|class| MARKER_CLASSES.contains(&class.name.as_str()))
            .map(|class| (class.name.as_str(), class))
            .collect();
        Self { markers }
    }

    /// True where the condition holds for `class`.
    pub fn holds(&self, when: When, class: &Class) -> bool {
        match when {
            When::Declares(field) => class.declares(field),
            When::Lacks(field) => !class.declares(field),
            When::Marker(marker, field) => self
                .markers
                .get(marker)
                .is_some_and(|marker| marker.declares(field)),
            When::Without(marker) => !self.markers.contains_key(marker),
        }
    }

    /// True where `java.lang.Class` has fields that came with JDK 15.
    pub fn is_since_15(&self) -> bool {
        (self.markers.get("java.lang.Class")).is_some_and(|class| class.declares("classData"))
    }

    /// True where `java.lang.Class` declares its signers, as since JDK 24.
    pub fn is_since_24(&self) -> bool {
        (self.markers.get("java.lang.Class")).is_some_and(|class| class.declares("signers"))
    }
}

impl Class {
    /// True where the class itself has an instance field of that name.
    pub fn declares(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }
}
