//! Methods of the snapshot.

use seamew_heap::ObjectIndex;
use seamew_heap::heap::ObjectSet;

use super::Call;
use crate::error::Result;
use crate::eval::attributes::{count, long, roots_of};
use crate::eval::lists::for_each_item;
use crate::eval::session::Evaluator;
use crate::value::{List, Value, id_value};

/// What a method of the snapshot gives; None where it has none such.
pub fn call(evaluator: &mut Evaluator<'_>, call: &Call<'_>) -> Result<Option<Value>> {
    let heap = evaluator.heap;
    Ok(Some(match (call.name, call.arguments) {
        ("getClassesByName", [_, subclasses]) => {
            evaluator.classes_by_name(&call.text(0)?, subclasses.is_true())
        }
        ("mapAddressToId", [_]) => {
            let address = call.whole(0)?.cast_unsigned();
            match heap
                .find_loader(address)
                .filter(|it| heap.is_reachable(*it))
            {
                Some(object) => id_value(heap.id(object)),
                None => return Err(call.error(format!("no object starts at {address:#x}"))),
            }
        }
        ("getRetainedSet", [objects]) => {
            let set = objects_of(evaluator, objects, call)?;
            let retained: Vec<ObjectIndex> = evaluator.retained_set(&set).iter().collect();
            evaluator.ids(&retained)
        }
        ("getHeapSize", [Value::List(_)]) => {
            let set = objects_of(evaluator, &call.arguments[0], call)?;
            long(heap.shallow_bytes_of(&set))
        }
        ("getInboundRefererIds" | "getOutboundReferentIds", [Value::List(_)]) => {
            let set = objects_of(evaluator, &call.arguments[0], call)?;
            let mut found = heap.no_objects();
            for object in set.iter() {
                let near = if call.name == "getInboundRefererIds" {
                    heap.referrers(object)
                } else {
                    heap.targets(object)
                };
                for one in near {
                    found.insert(one);
                }
            }
            let found: Vec<ObjectIndex> =
                found.iter().filter(|it| heap.is_reachable(*it)).collect();
            evaluator.ids(&found)
        }
        (_, [one]) => match evaluator.as_object(one)? {
            Some(object) => return Ok(of_object(evaluator, object, call.name)),
            None => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

fn of_object(evaluator: &mut Evaluator<'_>, object: ObjectIndex, name: &str) -> Option<Value> {
    let heap = evaluator.heap;
    let kind = |wanted: &str| Value::Boolean(heap.kind(object) == wanted);
    Some(match name {
        "getObject" => Value::Object(object),
        "getGCRootInfo" => roots_of(heap, object),
        "isClass" => kind("class"),
        "isClassLoader" => kind("class_loader"),
        "isArray" => Value::Boolean(heap.kind(object).ends_with("_array")),
        "isGCRoot" => Value::Boolean(heap.roots().types_of(object).next().is_some()),
        "getImmediateDominatorId" => match heap.dominator(object) {
            Some(dominator) => id_value(heap.id(dominator)),
            None => Value::Int(-1),
        },
        "getImmediateDominatedIds" => {
            let dominated = heap.children(Some(object), 0, usize::MAX);
            evaluator.ids(&dominated)
        }
        "getInboundRefererIds" => evaluator.inbounds(object),
        "getOutboundReferentIds" => evaluator.outbounds(object),
        "getHeapSize" => long(heap.shallow_bytes(object)),
        "getRetainedHeapSize" => long(heap.retained_bytes(object)),
        "mapIdToAddress" => long(heap.object_address(object)),
        "getClassOf" => match heap.class_object(heap.class_of(object)) {
            Some(class) => Value::Object(class),
            None => Value::Null,
        },
        "getLength" => count(evaluator.array_length(object)? as usize),
        _ => return None,
    })
}

/// The set of the objects that a list of ids or objects names.
fn objects_of(evaluator: &mut Evaluator<'_>, value: &Value, call: &Call<'_>) -> Result<ObjectSet> {
    let mut set = evaluator.heap.no_objects();
    let single;
    let list = match value {
        Value::List(list) => list,
        other => {
            single = List::of_values(vec![other.clone()]);
            &single
        }
    };
    for_each_item(evaluator, list, &mut |evaluator, item| {
        match evaluator.as_object(item)? {
            Some(object) => {
                set.insert(object);
            }
            None if item.is_null() => {}
            None => return Err(call.wrong(0, "objects or ids")),
        }
        Ok(true)
    })?;
    Ok(set)
}
