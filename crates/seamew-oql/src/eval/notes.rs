//! What a user should know of an answer: names that were not found.

use rustc_hash::FxHashMap;
use seamew_heap::ClassIndex;
use seamew_heap::heap::Heap;

use crate::parser::near_name;

/// Names that a note suggests.
const SHOWN_NAMES: usize = 5;
/// Notes that are told.
const MOST_NOTES: usize = 20;

/// What happened at a step that names a field.
#[derive(Debug)]
struct FieldStep {
    name: String,
    /// A class that has no such field.
    missing_in: Option<ClassIndex>,
    /// Whether some class has one.
    found: bool,
}

/// Notes of one query.
#[derive(Debug, Default)]
pub struct Notes {
    texts: Vec<String>,
    steps: FxHashMap<usize, FieldStep>,
}

impl Notes {
    /// Adds a note, once.
    pub fn add(&mut self, text: String) {
        if self.texts.len() < MOST_NOTES && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// Notes whether objects of a class have the field of a step.
    pub fn field(&mut self, step: usize, name: &str, class: ClassIndex, found: bool) {
        let entry = self.steps.entry(step).or_insert_with(|| FieldStep {
            name: name.to_owned(),
            missing_in: None,
            found: false,
        });
        entry.found |= found;
        if !found && entry.missing_in.is_none_or(|known| class < known) {
            entry.missing_in = Some(class);
        }
    }

    /// All notes so far: fields that no object has come last.
    pub fn texts(&self, heap: &Heap) -> Vec<String> {
        let mut steps: Vec<(&usize, &FieldStep)> = self.steps.iter().collect();
        steps.sort_unstable_by_key(|(number, _)| **number);
        let mut texts = self.texts.clone();
        for (_, step) in steps {
            if let Some(class) = step.missing_in.filter(|_| !step.found) {
                let text = no_such_field(heap, class, &step.name);
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
        }
        texts
    }
}

fn no_such_field(heap: &Heap, class: ClassIndex, name: &str) -> String {
    let table = heap.class_table();
    let class_name = &table.get(class).name;
    if name == "length" && class_name.ends_with("[]") {
        return format!("{class_name} has no field length, so it is null: write @length");
    }
    let mut names: Vec<&str> = (table.field_offsets(class, heap.id_bytes()))
        .map(|(_, field, _)| field.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let advice = match near_name(name, &names) {
        Some(own) => format!("did you mean {own}?"),
        None if names.is_empty() => "it has no fields".to_owned(),
        None => {
            let shown = names.iter().take(SHOWN_NAMES).copied().collect::<Vec<_>>();
            let more = if names.len() > shown.len() {
                ", …"
            } else {
                ""
            };
            format!("it has {}{more}", shown.join(", "))
        }
    };
    format!("{class_name} has no field {name}, so it is null: {advice}")
}
