//! References that searches do not follow.

use rustc_hash::{FxHashMap, FxHashSet};

use super::references::{CLASS, FieldName};
use crate::error::{HeapError, Result};
use crate::heap::Heap;
use crate::ids::{ClassIndex, ObjectIndex};

/// References that a search does not follow.
#[derive(Default)]
pub struct Excludes {
    /// By class: what is excluded of its instances. Empty where nothing is.
    instances: Vec<Option<Rule>>,
    /// By class object: the statics excluded.
    statics: FxHashMap<ObjectIndex, Rule>,
    /// The class of the class objects among `statics`.
    class_of_classes: Option<ClassIndex>,
}

/// What is excluded of an object.
enum Rule {
    AllFields,
    Fields(FxHashSet<String>),
}

impl Rule {
    fn add(place: &mut Option<Self>, field: Option<&str>) {
        let Some(field) = field else {
            *place = Some(Self::AllFields);
            return;
        };
        match place.get_or_insert_with(|| Self::Fields(FxHashSet::default())) {
            Self::AllFields => {}
            Self::Fields(fields) => {
                fields.insert(field.to_owned());
            }
        }
    }

    /// An object's hold on its class is no field.
    fn excludes(&self, field: FieldName<'_>) -> bool {
        match (self, field) {
            (Self::AllFields, field) => field != FieldName::Field(CLASS),
            (Self::Fields(fields), FieldName::Field(name)) => fields.contains(name),
            (Self::Fields(_), FieldName::Element(_)) => false,
        }
    }
}

impl Excludes {
    #[inline]
    fn rule(&self, heap: &Heap, holder: ObjectIndex) -> Option<&Rule> {
        if self.instances.is_empty() {
            return None;
        }
        let class = heap.classes.get(holder);
        match self.instances.get(class.at()) {
            Some(Some(rule)) => Some(rule),
            _ if Some(class) == self.class_of_classes => self.statics.get(&holder),
            _ => None,
        }
    }
}

impl Heap {
    /// Compiles excludes: `CLASS#FIELD`, or `CLASS` for all its fields. Of instances, those of
    /// subclasses included; a static field's reference is that of the class object.
    ///
    /// # Errors
    /// When a class has no such field. Classes that the dump does not have are no error.
    pub fn excludes(&self, texts: &[String]) -> Result<Excludes> {
        let mut excludes = Excludes::default();
        if texts.is_empty() {
            return Ok(excludes);
        }
        let mut instances: Vec<Option<Rule>> = Vec::new();
        instances.resize_with(self.table.classes.len(), || None);
        for text in texts {
            let (class_name, field) = match text.split_once('#') {
                Some((class_name, field)) => (class_name, Some(field)),
                None => (text.as_str(), None),
            };
            let classes = self.classes_under(class_name);
            let mut is_known = classes.is_empty();
            for class in classes {
                if field.is_none_or(|field| self.has_field(class, field)) {
                    is_known = true;
                    if let Some(place) = instances.get_mut(class.at()) {
                        Rule::add(place, field);
                    }
                }
                if self.table.get(class).name == class_name {
                    is_known |= self.exclude_statics(class, field, &mut excludes);
                }
            }
            if !is_known {
                let field = field.unwrap_or_default();
                let message = format!("the class {class_name} has no field {field}");
                return Err(HeapError::NotFound(message));
            }
        }
        excludes.instances = instances;
        Ok(excludes)
    }

    fn classes_under(&self, class_name: &str) -> Vec<ClassIndex> {
        let classes = (0..self.table.classes.len() as u32).map(ClassIndex);
        classes
            .filter(|class| {
                self.table
                    .hierarchy(*class)
                    .any(|it| self.table.get(it).name == class_name)
            })
            .collect()
    }

    fn has_field(&self, class: ClassIndex, name: &str) -> bool {
        let mut fields = self.table.field_offsets(class, self.id_size.bytes());
        name.starts_with('<') || fields.any(|(_, field, _)| field.name == name)
    }

    /// Excludes one static field of a class, or all. False where there is none of that name.
    fn exclude_statics(
        &self,
        class: ClassIndex,
        field: Option<&str>,
        excludes: &mut Excludes,
    ) -> bool {
        let class = self.table.get(class);
        let Some(object) = class.object else {
            return false;
        };
        let statics = class.statics.iter().map(|own| own.name.as_str());
        let named: Vec<&str> = statics
            .filter(|name| field.is_none_or(|wanted| wanted == *name))
            .collect();
        for name in &named {
            let mut rule = excludes.statics.remove(&object);
            Rule::add(&mut rule, Some(name));
            excludes.statics.extend(rule.map(|rule| (object, rule)));
            excludes.class_of_classes = Some(self.classes.get(object));
        }
        !named.is_empty()
    }

    /// True where every reference from `holder` to `target` is excluded.
    pub(super) fn is_excluded(
        &self,
        excludes: &Excludes,
        holder: ObjectIndex,
        target: ObjectIndex,
    ) -> bool {
        let Some(rule) = excludes.rule(self, holder) else {
            return false;
        };
        let mut all_excluded = true;
        let address = self.addresses.address(target);
        self.for_each_reference_to(holder, address, &mut |field, object| {
            all_excluded &= object != target || rule.excludes(field);
        });
        all_excluded
    }

    /// Calls `visit` with what an object refers to by references that are not excluded, its class
    /// aside. Reads the dump only for objects of which something is excluded.
    #[inline]
    pub(super) fn for_each_followed(
        &self,
        holder: ObjectIndex,
        excludes: &Excludes,
        mut visit: impl FnMut(ObjectIndex),
    ) {
        let Some(rule) = excludes.rule(self, holder) else {
            self.for_each_target(holder, visit);
            return;
        };
        self.for_each_reference(holder, &mut |field, object| {
            if field != FieldName::Field(CLASS) && !rule.excludes(field) {
                visit(object);
            }
        });
    }
}
