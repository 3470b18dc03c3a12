//! Functions: the first step of a path with one argument.

use std::ops::ControlFlow;
use std::sync::Arc;

use seamew_heap::ObjectIndex;
use seamew_heap::collections::{Entry, Found};
use seamew_heap::heap::{Excludes, ObjectSet, Value as Primitive};

use super::lists::for_each_item;
use super::session::Evaluator;
use super::text::text_of;
use crate::ast::Expr;
use crate::error::{QueryError, Result, Span};
use crate::value::{List, Special, Value};

/// Classes of the JDK that collections extend.
const COLLECTIONS: [&str; 3] = [
    "java.util.AbstractCollection",
    "java.util.AbstractMap",
    "java.util.Dictionary",
];

/// The value of a function.
pub fn function(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    (argument, at): (&Value, &Expr),
    span: Span,
) -> Result<Value> {
    match name {
        "toHex" => match argument.number() {
            Some(number) => Ok(Value::text(format!("{:#x}", number.as_i64()))),
            None => Err(wrong(name, argument, at, "a number")),
        },
        "toString" => Ok(match argument {
            Value::Object(object) => Value::text(evaluator.readable(*object).unwrap_or_default()),
            Value::Text(_) => argument.clone(),
            other => Value::text(text_of(evaluator, other)),
        }),
        "eval" => Ok(argument.clone()),
        "size" => evaluator.size(argument, at),
        "entries" => evaluator.entries_of(argument, at),
        "retainedSet" => evaluator.retained_by(argument, at),
        _ if argument.is_null() => Ok(Value::Null),
        _ => {
            let object = evaluator.object_of(name, argument, at)?;
            of_object(evaluator, name, object, span)
        }
    }
}

fn of_object(
    evaluator: &mut Evaluator<'_>,
    name: &str,
    object: ObjectIndex,
    span: Span,
) -> Result<Value> {
    let heap = evaluator.heap;
    if name == "classof" {
        let class = heap.class_object(heap.class_of(object));
        return Ok(class.map_or(Value::Null, Value::Object));
    }
    if !heap.is_reachable(object) {
        let label = heap.object_label(object);
        let message = format!("{label} is unreachable: {name} knows nothing of it");
        return Err(QueryError::new(message, span).into());
    }
    Ok(match name {
        "dominators" => evaluator.ids(&heap.children(Some(object), 0, usize::MAX)),
        "dominatorof" => heap.dominator(object).map_or(Value::Null, Value::Object),
        "inbounds" => evaluator.inbounds(object),
        "outbounds" => evaluator.outbounds(object),
        _ => evaluator.path_to(object),
    })
}

fn wrong(name: &str, found: &Value, at: &Expr, wanted: &str) -> crate::error::OqlError {
    let message = format!("{name} takes {wanted}; {at} is {}", found.kind());
    QueryError::new(message, at.span).into()
}

impl Evaluator<'_> {
    /// The object that a value stands for: an object, an id, a reference.
    fn object_of(&self, name: &str, value: &Value, at: &Expr) -> Result<ObjectIndex> {
        let found = self.as_object(value)?;
        found.ok_or_else(|| wrong(name, value, at, "an object or an id"))
    }

    /// The object that a value names; None for values that name none.
    pub(super) fn as_object(&self, value: &Value) -> Result<Option<ObjectIndex>> {
        Ok(match value {
            Value::Object(object) => Some(*object),
            Value::Byte(_) | Value::Short(_) | Value::Int(_) => match value.number() {
                Some(number) => Some(self.object_with_id(number.as_i64())?),
                None => None,
            },
            Value::Special(special) => match &**special {
                Special::Reference { object, .. } | Special::Root { object, .. } => Some(*object),
                _ => None,
            },
            _ => None,
        })
    }

    /// The object of an id.
    pub(super) fn object_with_id(&self, id: i64) -> Result<ObjectIndex> {
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        Ok(self.heap.object(id)?)
    }

    /// Ids of reachable objects.
    pub(super) fn ids(&self, objects: &[ObjectIndex]) -> Value {
        Value::ids(objects.iter().map(|object| self.heap.id(*object)).collect())
    }

    /// Ids of what refers to an object; for a class object its instances too, which come first.
    pub(super) fn inbounds(&self, object: ObjectIndex) -> Value {
        let heap = self.heap;
        let referrers = heap.referrers(object);
        let Some(class) = heap.class_table().of_object(object) else {
            return self.ids(&referrers);
        };
        let mut wanted = vec![false; heap.class_table().classes.len()];
        if let Some(slot) = wanted.get_mut(class.at()) {
            *slot = true;
        }
        let instances = heap.instances_of(&wanted);
        let others = referrers.iter().filter(|one| !instances.contains(**one));
        let all: Vec<ObjectIndex> = instances.iter().chain(others.copied()).collect();
        self.ids(&all)
    }

    /// Ids of what an object refers to, its class first, each once.
    pub(super) fn outbounds(&self, object: ObjectIndex) -> Value {
        let heap = self.heap;
        let class = heap.class_object(heap.class_of(object));
        let mut all: Vec<ObjectIndex> = class.into_iter().collect();
        let mut rest = heap.targets(object);
        rest.sort_unstable();
        rest.dedup();
        rest.retain(|target| Some(*target) != class && heap.is_reachable(*target));
        all.extend(rest);
        self.ids(&all)
    }

    /// The references of a shortest path from a root to an object.
    fn path_to(&self, object: ObjectIndex) -> Value {
        let heap = self.heap;
        let path = heap.shortest_path(object, &Excludes::default());
        let mut holder = None;
        let steps = path.into_iter().map(|step| {
            let name = holder.map(|holder| Arc::from(heap.fields_between(holder, step)));
            holder = Some(step);
            let object = step;
            Value::special(Special::Reference { name, object })
        });
        Value::list(steps.collect())
    }

    /// The objects that only the given ones keep alive, those included.
    fn retained_by(&mut self, argument: &Value, at: &Expr) -> Result<Value> {
        let mut set = self.heap.no_objects();
        let single;
        let list = match argument {
            Value::List(list) => list,
            other => {
                single = List::of_values(vec![other.clone()]);
                &single
            }
        };
        for_each_item(self, list, &mut |evaluator, value| {
            if !value.is_null() {
                set.insert(evaluator.object_of("retainedSet", value, at)?);
            }
            Ok(true)
        })?;
        let retained = self.retained_set(&set);
        Ok(Value::List(List::of_objects(retained.iter())))
    }

    /// The retained set of a set.
    pub(crate) fn retained_set(&self, set: &ObjectSet) -> ObjectSet {
        let mut members = set.iter();
        match (members.next(), members.next()) {
            (None, _) => set.clone(),
            (Some(only), None) => self.heap.dominated_with(only),
            _ => self.heap.retained_objects(set, None),
        }
    }

    /// Entries of a collection, elements of an array, the length of a list or a text.
    fn size(&mut self, value: &Value, at: &Expr) -> Result<Value> {
        let size = match value {
            Value::Null => return Ok(Value::Null),
            Value::List(list) => Some(list.len() as u64),
            Value::Text(text) => Some(text.encode_utf16().count() as u64),
            Value::Object(object) => {
                if let Some(length) = self.array_length(*object) {
                    Some(u64::from(length))
                } else {
                    let known = self.session.collections()?;
                    if known.kind(self.heap, *object).is_none() {
                        if self.is_strange_collection(*object) {
                            return Ok(Value::Null);
                        }
                        return Err(self.no_collection(*object, at));
                    }
                    known.size(self.heap, *object)
                }
            }
            other => return Err(wrong("size", other, at, "a collection, an array or a list")),
        };
        let count =
            |size: u64| i32::try_from(size).map_or(Value::Long(size.cast_signed()), Value::Int);
        Ok(size.map_or(Value::Null, count))
    }

    /// Whether an object is a collection of a class that is not known, of which a note is made:
    /// one such among many must not end the query.
    pub(super) fn is_strange_collection(&self, object: ObjectIndex) -> bool {
        let found = COLLECTIONS
            .iter()
            .any(|base| self.heap.is_kind_of(object, base));
        if found {
            let class = self.heap.class_name(object);
            let session = self.session;
            session.note(format!(
                "how a {class} holds its elements is not known, so they are null"
            ));
        }
        found
    }

    pub(super) fn no_collection(&self, object: ObjectIndex, at: &Expr) -> crate::error::OqlError {
        let class = self.heap.class_name(object);
        let message = format!("{at} is a {class}, no known collection");
        QueryError::new(message, at.span)
            .with_hint("`seamew collections` lists those of the heap")
            .into()
    }

    fn entries_of(&mut self, value: &Value, at: &Expr) -> Result<Value> {
        match value {
            Value::Null | Value::List(_) => Ok(value.clone()),
            Value::Object(object) => {
                if let Some(count) = self.array_length(*object) {
                    let (array, first) = (*object, 0);
                    return Ok(Value::List(List::Elements {
                        array,
                        first,
                        count,
                    }));
                }
                match self.entries(*object, u64::MAX)? {
                    Some(entries) => Ok(Value::List(entries)),
                    None if self.is_strange_collection(*object) => Ok(Value::Null),
                    None => Err(self.no_collection(*object, at)),
                }
            }
            other => Err(wrong("entries", other, at, "a collection")),
        }
    }

    /// The first entries of a collection, at most so many; None for other objects. Those of maps
    /// have keys and values.
    pub(super) fn entries(&mut self, object: ObjectIndex, most: u64) -> Result<Option<List>> {
        let heap = self.heap;
        let known = self.session.collections()?;
        let Some(kind) = known.kind(heap, object) else {
            return Ok(None);
        };
        let mut found = Vec::new();
        let mut cancelled = Ok(());
        known.for_each_entry(heap, object, &mut |entry| {
            cancelled = self.progress.check();
            if cancelled.is_err() || found.len() as u64 >= most {
                return ControlFlow::Break(());
            }
            found.push(entry_value(entry, kind.is_map()));
            ControlFlow::Continue(())
        });
        cancelled?;
        Ok(Some(compact(found)))
    }
}

fn entry_value(entry: Entry, is_map: bool) -> Value {
    let value = |found: Option<Found>| match found {
        None | Some(Found::Null) => Value::Null,
        Some(Found::Object(object)) => Value::Object(object),
        Some(Found::Value(value)) => primitive(&value),
    };
    if is_map {
        return Value::Entry(Arc::new((value(entry.key), value(entry.value))));
    }
    value(entry.value.or(entry.key))
}

/// A primitive value of which the width is not known any more.
fn primitive(value: &Primitive) -> Value {
    match value {
        Primitive::Boolean(flag) => Value::Boolean(*flag),
        Primitive::Int(value) => i32::try_from(*value).map_or(Value::Long(*value), Value::Int),
        Primitive::Float(value) => Value::Double(*value),
        Primitive::Text(text) => match text.encode_utf16().next() {
            Some(unit) => Value::Character(unit),
            None => Value::Null,
        },
    }
}

/// A list, as objects where it has nothing else.
fn compact(values: Vec<Value>) -> List {
    let object = |value: &Value| match value {
        Value::Object(object) => Some(object.0),
        Value::Null => Some(crate::value::NO_OBJECT),
        _ => None,
    };
    let objects: Option<Arc<[u32]>> = values.iter().map(object).collect();
    objects.map_or_else(|| List::of_values(values), List::Objects)
}
