//! Types of the analyser's side: what `@class` says and `IMPLEMENTS` asks for.

use std::sync::Arc;

use super::session::Evaluator;
use crate::value::{List, Special, Value};

const MODEL: &str = "org.eclipse.mat.snapshot.model.";

impl Evaluator<'_> {
    /// The class of the analyser's own object for a value.
    pub(super) fn type_of(&self, value: &Value) -> Value {
        let name = self
            .type_names(value)
            .first()
            .copied()
            .unwrap_or("java.lang.Object");
        Value::special(Special::Type(Arc::from(full_name(name))))
    }

    /// Names of the types of a value, the nearest first; those without a package are of MAT's
    /// model.
    fn type_names(&self, value: &Value) -> Vec<&'static str> {
        match value {
            Value::Null => Vec::new(),
            Value::Object(object) => match self.heap.kind(*object) {
                "class" => vec!["IClass", "IObject"],
                "object_array" => vec!["IObjectArray", "IArray", "IObject"],
                "primitive_array" => vec!["IPrimitiveArray", "IArray", "IObject"],
                "class_loader" => vec!["IClassLoader", "IInstance", "IObject"],
                _ => vec!["IInstance", "IObject"],
            },
            Value::Boolean(_) => vec!["java.lang.Boolean", "java.lang.Comparable"],
            Value::Character(_) => vec!["java.lang.Character", "java.lang.Comparable"],
            Value::Byte(_) => number("java.lang.Byte"),
            Value::Short(_) => number("java.lang.Short"),
            Value::Int(_) => number("java.lang.Integer"),
            Value::Long(_) => number("java.lang.Long"),
            Value::Float(_) => number("java.lang.Float"),
            Value::Double(_) => number("java.lang.Double"),
            Value::Text(_) => vec![
                "java.lang.String",
                "java.lang.CharSequence",
                "java.lang.Comparable",
            ],
            Value::List(List::Ids(_)) => vec!["int[]"],
            Value::List(_) => vec![
                "java.util.List",
                "java.util.Collection",
                "java.lang.Iterable",
            ],
            Value::Entry(_) => vec!["java.util.Map$Entry"],
            Value::Row(_) => vec!["java.util.Map"],
            Value::Special(special) => special_types(special),
        }
    }
}

fn number(name: &'static str) -> Vec<&'static str> {
    vec![name, "java.lang.Number", "java.lang.Comparable"]
}

fn special_types(special: &Special) -> Vec<&'static str> {
    match special {
        Special::Snapshot => vec!["org.eclipse.mat.snapshot.ISnapshot"],
        Special::SnapshotInfo => vec!["org.eclipse.mat.snapshot.SnapshotInfo"],
        Special::Date(_) => vec!["java.util.Date", "java.lang.Comparable"],
        Special::Root { .. } => vec!["GCRootInfo"],
        Special::Reference { name: None, .. } => vec!["ObjectReference"],
        Special::Reference { name: Some(_), .. } => vec!["NamedReference", "ObjectReference"],
        Special::Field { value: Some(_), .. } => vec!["Field", "FieldDescriptor"],
        Special::Field { value: None, .. } => vec!["FieldDescriptor"],
        Special::Type(_) => vec!["java.lang.Class"],
    }
}

fn full_name(name: &str) -> String {
    if name.contains('.') || name.ends_with("[]") {
        name.to_owned()
    } else {
        format!("{MODEL}{name}")
    }
}

/// Whether the analyser's own object for a value, or for the id that it is, has a type.
pub fn is_of_type(evaluator: &mut Evaluator<'_>, value: &Value, type_name: &str) -> bool {
    let object = match value {
        Value::Int(_) => evaluator.as_object(value).ok().flatten(),
        _ => None,
    };
    let value = object.map_or_else(|| value.clone(), Value::Object);
    let own = evaluator.type_names(&value);
    let is_own = |name: &&str| **name == *type_name || full_name(name) == type_name;
    let found = own.iter().any(is_own);
    let is_known = type_name.starts_with("org.eclipse.mat.") || !type_name.contains('.');
    if !found && !is_known && matches!(value, Value::Object(_)) {
        evaluator.session.note(format!(
            "IMPLEMENTS {type_name} asks for the analyser's own types, such as {MODEL}IClass; \
             a heap dump does not tell which interfaces a class implements"
        ));
    }
    found
}
