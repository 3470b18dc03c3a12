//! Types of columns, as far as the text of the query and the classes of the heap tell.

use seamew_heap::BasicType;
use seamew_heap::heap::Heap;

use crate::ast::{
    AggregateFunction, Expr, ExprKind, Literal, Operator, Origin, Path, Select, SelectList, Step,
    StepKind,
};
use crate::cells::ColumnType;
use crate::eval::column_names;

const INTEGERS: [&str; 34] = [
    "objectId",
    "objectAddress",
    "usedHeapSize",
    "retainedHeapSize",
    "length",
    "size",
    "numberOfObjects",
    "heapSizePerInstance",
    "classLoaderId",
    "classLoaderAddress",
    "superClassId",
    "superClassAddress",
    "getObjectId",
    "getObjectAddress",
    "getUsedHeapSize",
    "getRetainedHeapSize",
    "getLength",
    "getNumberOfObjects",
    "getHeapSize",
    "getImmediateDominatorId",
    "mapAddressToId",
    "mapIdToAddress",
    "intValue",
    "longValue",
    "shortValue",
    "byteValue",
    "indexOf",
    "lastIndexOf",
    "compareTo",
    "compareToIgnoreCase",
    "hashCode",
    "parseInt",
    "parseLong",
    "identifierSize",
];
const TEXTS: [&str; 24] = [
    "displayName",
    "technicalName",
    "classSpecificName",
    "getDisplayName",
    "getTechnicalName",
    "getClassSpecificName",
    "toString",
    "substring",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "strip",
    "concat",
    "replace",
    "replaceAll",
    "replaceFirst",
    "repeat",
    "charAt",
    "toHexString",
    "toBinaryString",
    "toOctalString",
    "join",
    "getSimpleName",
    "simpleName",
];
const BOOLEANS: [&str; 19] = [
    "isEmpty",
    "isBlank",
    "startsWith",
    "endsWith",
    "contains",
    "contentEquals",
    "equals",
    "equalsIgnoreCase",
    "matches",
    "isClass",
    "isArray",
    "isClassLoader",
    "isGCRoot",
    "isArrayType",
    "hasSuperClass",
    "doesExtend",
    "containsKey",
    "isNaN",
    "isInfinite",
];
const FLOATS: [&str; 3] = ["floatValue", "doubleValue", "parseDouble"];
const OBJECTS: [&str; 7] = [
    "clazz",
    "getClazz",
    "superClass",
    "getSuperClass",
    "object",
    "classLoader",
    "getClassOf",
];

/// The type of an item of a SELECT; `Any` where only the values tell.
pub fn column_type(heap: &Heap, select: &Select, expression: &Expr) -> ColumnType {
    match &expression.kind {
        ExprKind::Literal(literal) => match literal {
            Literal::Null => ColumnType::Any,
            Literal::Boolean(_) => ColumnType::Boolean,
            Literal::Int(_) | Literal::Long(_) => ColumnType::Integer,
            Literal::Float(_) | Literal::Double(_) => ColumnType::Float,
            Literal::Character(_) | Literal::Text(_) => ColumnType::Text,
        },
        ExprKind::Or(_)
        | ExprKind::And(_)
        | ExprKind::Compare { .. }
        | ExprKind::Like { .. }
        | ExprKind::In { .. }
        | ExprKind::Implements { .. }
        | ExprKind::IsNull { .. } => ColumnType::Boolean,
        ExprKind::Chain { first, rest } => {
            let mut kind = column_type(heap, select, first);
            for (operator, operand) in rest {
                kind = calculated(*operator, kind, column_type(heap, select, operand));
            }
            kind
        }
        ExprKind::Aggregate(aggregate) => match (aggregate.function, &aggregate.argument) {
            (AggregateFunction::Count, _) => ColumnType::Integer,
            (AggregateFunction::Average, _) => ColumnType::Float,
            (_, Some(argument)) => column_type(heap, select, argument),
            (_, None) => ColumnType::Any,
        },
        ExprKind::Query(_) => ColumnType::Any,
        ExprKind::Path(path) => path_type(heap, select, path),
    }
}

fn calculated(operator: Operator, left: ColumnType, right: ColumnType) -> ColumnType {
    use ColumnType::{Any, Boolean, Float, Integer, Text};
    match (operator, left, right) {
        (Operator::Equal | Operator::NotEqual, ..) => Boolean,
        (Operator::Plus, Text, _) => Text,
        (Operator::DividedBy, ..) | (_, Float, Integer | Float) | (_, Integer, Float) => Float,
        (_, Integer, Integer) => Integer,
        _ => Any,
    }
}

fn path_type(heap: &Heap, select: &Select, path: &Path) -> ColumnType {
    let alias = select.source.alias.as_ref().map(|alias| &*alias.text);
    let is_row = path.first_name() == alias && alias.is_some();
    let (Some(first), Some(last)) = (path.steps.first(), path.steps.last()) else {
        return ColumnType::Any;
    };
    if is_row && let Some(kind) = sub_query_column(heap, select, path) {
        return kind;
    }
    if path.steps.len() == 1 && path.variable.is_none() {
        return match &first.kind {
            StepKind::Name(_) if is_row && has_objects(select) => ColumnType::Object,
            StepKind::Name(_) if is_row => ColumnType::Any,
            StepKind::Call { name, arguments } if arguments.len() == 1 => {
                function_type(heap, select, name, &arguments[0])
            }
            _ => step_type(heap, select, path, last),
        };
    }
    step_type(heap, select, path, last)
}

/// The type of `alias.column` where the rows are those of a sub-query with such a column. A
/// column of lists is taken apart there, so that its type is not that of its elements.
fn sub_query_column(heap: &Heap, select: &Select, path: &Path) -> Option<ColumnType> {
    let Origin::Query(query) = &select.source.origin else {
        return None;
    };
    let [
        _,
        Step {
            kind: StepKind::Name(name),
            ..
        },
    ] = path.steps.as_slice()
    else {
        return None;
    };
    let names = column_names(query.select.items());
    let at = names.iter().position(|own| own == name)?;
    let item = query.select.items().get(at)?;
    match column_type(heap, &query.select, &item.expression) {
        ColumnType::List => None,
        kind => Some(kind),
    }
}

fn function_type(heap: &Heap, select: &Select, name: &str, argument: &Expr) -> ColumnType {
    match name {
        "toHex" | "toString" => ColumnType::Text,
        "classof" | "dominatorof" => ColumnType::Object,
        "dominators" | "inbounds" | "outbounds" | "retainedSet" | "path" | "entries" => {
            ColumnType::List
        }
        "size" => ColumnType::Integer,
        "eval" => column_type(heap, select, argument),
        _ => ColumnType::Any,
    }
}

fn step_type(heap: &Heap, select: &Select, path: &Path, last: &Step) -> ColumnType {
    let name = match &last.kind {
        StepKind::Name(name) => {
            // Behind a row of a sub-query it is a column, behind a list a property.
            let of_objects = has_objects(select) || path.steps.len() > 2;
            let is_plain = path
                .steps
                .iter()
                .all(|step| matches!(step.kind, StepKind::Name(_)));
            return if of_objects && is_plain && path.variable.is_none() {
                field_type(heap, name)
            } else if &**name == "length" && !is_plain {
                ColumnType::Integer
            } else {
                ColumnType::Any
            };
        }
        StepKind::Attribute(name) | StepKind::Call { name, .. } => name,
        StepKind::Index(_) | StepKind::Range(..) => return ColumnType::Any,
    };
    let lists: [(&[&str], ColumnType); 5] = [
        (&INTEGERS, ColumnType::Integer),
        (&TEXTS, ColumnType::Text),
        (&BOOLEANS, ColumnType::Boolean),
        (&FLOATS, ColumnType::Float),
        (&OBJECTS, ColumnType::Object),
    ];
    let is_own = |names: &&[&str]| names.contains(&&**name);
    let found = lists.iter().find(|(names, _)| is_own(names));
    found.map_or(ColumnType::Any, |(_, kind)| *kind)
}

/// Whether the rows are objects, not values or rows of a sub-query.
fn has_objects(select: &Select) -> bool {
    match &select.source.origin {
        Origin::Class(_) | Origin::Pattern(_) | Origin::Named(_) => true,
        Origin::Query(query) => {
            !select.source.takes_objects
                || !matches!(query.select.list, SelectList::Columns(_))
                    && has_objects(&query.select)
                || matches!(query.select.list, SelectList::Objects(_))
        }
        Origin::Value(_) => !select.source.takes_objects,
    }
}

/// The type that fields of a name have, if it is the same in all classes of the heap.
fn field_type(heap: &Heap, name: &str) -> ColumnType {
    let classes = heap.class_table().classes.iter();
    let mut kinds = classes.flat_map(|class| {
        let fields = class.fields.iter().filter(|field| field.name == name);
        let fields = fields.map(|field| field.type_code);
        let statics = class.statics.iter().filter(|field| field.name == name);
        fields.chain(statics.map(|field| field.type_code))
    });
    let kind = |code: u8| match BasicType::from_code(code) {
        Some(BasicType::Object) => ColumnType::Object,
        Some(BasicType::Boolean) => ColumnType::Boolean,
        Some(BasicType::Char) => ColumnType::Text,
        Some(BasicType::Float | BasicType::Double) => ColumnType::Float,
        Some(_) => ColumnType::Integer,
        None => ColumnType::Any,
    };
    let Some(first) = kinds.next().map(kind) else {
        return ColumnType::Any;
    };
    if kinds.all(|code| kind(code) == first) {
        first
    } else {
        ColumnType::Any
    }
}
