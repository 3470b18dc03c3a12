//! Lists: elements one by one, parts, what is in them.

use seamew_heap::heap::{Heap, RecordReader};

use super::access::{bits, decoded};
use super::session::Evaluator;
use crate::error::Result;
use crate::value::{List, Value, id_value, object_or_null};

/// Elements of an array of the heap that are read at once.
const ELEMENTS_AT_ONCE: u32 = 4096;

/// An element; null behind the end.
pub fn item(heap: &Heap, list: &List, at: usize) -> Value {
    match list {
        List::Ids(ids) => ids.ids.get(at).map_or(Value::Null, |id| id_value(*id)),
        List::Objects(objects) => objects
            .get(at)
            .map_or(Value::Null, |it| object_or_null(*it)),
        List::Values(values) => values.items.get(at).cloned().unwrap_or_default(),
        List::Elements {
            array,
            first,
            count,
        } => {
            let Some(at) = u32::try_from(at).ok().filter(|at| at < count) else {
                return Value::Null;
            };
            let mut reader = RecordReader::new(heap);
            let Some(record) = reader.array(*array) else {
                return Value::Null;
            };
            let bytes = reader.elements(&record, first + at, 1).unwrap_or_default();
            match bytes {
                [] => Value::Null,
                bytes => decoded(heap, record.element_type, bits(bytes)),
            }
        }
    }
}

/// Calls `visit` with the elements until it says false.
pub fn for_each_item(
    evaluator: &mut Evaluator<'_>,
    list: &List,
    visit: &mut dyn FnMut(&mut Evaluator<'_>, &Value) -> Result<bool>,
) -> Result<()> {
    let List::Elements {
        array,
        first,
        count,
    } = *list
    else {
        for at in 0..list.len() {
            let value = item(evaluator.heap, list, at);
            if !visit(evaluator, &value)? {
                return Ok(());
            }
        }
        return Ok(());
    };
    for start in (0..count).step_by(ELEMENTS_AT_ONCE as usize) {
        evaluator.progress.check()?;
        let wanted = ELEMENTS_AT_ONCE.min(count - start);
        let mut page = evaluator.elements(array, first + start, wanted);
        // An array without its contents in the dump has nulls.
        page.resize_with(wanted as usize, Value::default);
        for value in &page {
            if !visit(evaluator, value)? {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// All elements.
///
/// # Errors
/// On cancellation.
pub fn items(evaluator: &mut Evaluator<'_>, list: &List) -> Result<Vec<Value>> {
    let mut all = Vec::with_capacity(list.len());
    for_each_item(evaluator, list, &mut |_, value| {
        all.push(value.clone());
        Ok(true)
    })?;
    Ok(all)
}

/// The elements from one place up to, but without, another.
pub fn part(list: &List, first: usize, end: usize) -> List {
    let end = end.min(list.len());
    let first = first.min(end);
    match list {
        List::Ids(ids) => List::of_ids(ids.ids.get(first..end).unwrap_or_default().to_vec()),
        List::Objects(objects) => List::Objects(objects.get(first..end).unwrap_or_default().into()),
        List::Values(values) => {
            List::of_values(values.items.get(first..end).unwrap_or_default().to_vec())
        }
        List::Elements {
            array, first: own, ..
        } => List::Elements {
            array: *array,
            first: own + first as u32,
            count: (end - first) as u32,
        },
    }
}
