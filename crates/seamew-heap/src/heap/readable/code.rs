//! Reflected code: classes of primitives, methods, fields, lines of stack traces.

use seamew_hprof::tag::BasicType;

use super::{Reader, Subject};
use crate::heap::Heap;
use crate::ids::ObjectIndex;

pub const READERS: &[(&str, Reader)] = &[
    ("java.lang.Class", |it| primitive_class(it.heap, it.object)),
    ("java.lang.reflect.Method", |it| {
        let method = it.text("name")?;
        Some(format!("{}.{method}({})", owner(it)?, parameters(it)))
    }),
    ("java.lang.reflect.Constructor", |it| {
        Some(format!("{}({})", owner(it)?, parameters(it)))
    }),
    ("java.lang.reflect.Field", |it| {
        Some(format!("{}.{}", owner(it)?, it.text("name")?))
    }),
    ("java.lang.StackTraceElement", stack_trace_element),
];

/// A method has at most 255 parameters.
const MOST_PARAMETERS: u32 = 255;
const NATIVE_METHOD_LINE: i64 = -2;
const WITHOUT_LOADER: i64 = 1;
const WITHOUT_MODULE_VERSION: i64 = 2;

/// The primitive type whose class object this is: dumps describe no such classes, but the boxes
/// refer to their objects.
fn primitive_class(heap: &Heap, object: ObjectIndex) -> Option<String> {
    const BOXES: [(&str, &str); 9] = [
        ("java.lang.Boolean", "boolean"),
        ("java.lang.Byte", "byte"),
        ("java.lang.Character", "char"),
        ("java.lang.Double", "double"),
        ("java.lang.Float", "float"),
        ("java.lang.Integer", "int"),
        ("java.lang.Long", "long"),
        ("java.lang.Short", "short"),
        ("java.lang.Void", "void"),
    ];
    let address = heap.addresses.address(object);
    let is_its_type = |class_name: &str| {
        heap.table.named(class_name).is_some_and(|class| {
            (heap.table.get(class).statics.iter()).any(|field| {
                field.name == "TYPE"
                    && field.type_code == BasicType::Object as u8
                    && field.value == address
            })
        })
    };
    let found = BOXES.iter().find(|(class_name, _)| is_its_type(class_name));
    found.map(|(_, primitive)| (*primitive).to_owned())
}

fn owner(it: &Subject<'_>) -> Option<String> {
    it.value("clazz")
}

fn parameters(it: &Subject<'_>) -> String {
    let Some(types) = it.fields.reference("parameterTypes") else {
        return String::new();
    };
    let types = it.heap.array_references(types, 0, MOST_PARAMETERS);
    let names = types.into_iter().map(|class| {
        let name = class.and_then(|class| it.value_of(class));
        name.unwrap_or_else(|| "?".to_owned())
    });
    names.collect::<Vec<_>>().join(", ")
}

/// As `StackTraceElement.toString`.
fn stack_trace_element(it: &Subject<'_>) -> Option<String> {
    let format = it.int("format").unwrap_or(0);
    let text = |field: &str| it.text(field).filter(|text| !text.is_empty());
    let loader = text("classLoaderName").filter(|_| format & WITHOUT_LOADER == 0);
    let version = text("moduleVersion").filter(|_| format & WITHOUT_MODULE_VERSION == 0);
    let module = text("moduleName").map(|module| match version {
        Some(version) => format!("{module}@{version}"),
        None => module,
    });
    let mut from = String::new();
    if loader.is_some() || module.is_some() {
        if let Some(loader) = loader {
            from = format!("{loader}/");
        }
        from = format!("{from}{}/", module.unwrap_or_default());
    }
    let place = match (it.int("lineNumber")?, text("fileName")) {
        (NATIVE_METHOD_LINE, _) => "Native Method".to_owned(),
        (_, None) => "Unknown Source".to_owned(),
        (line, Some(file)) if line >= 0 => format!("{file}:{line}"),
        (_, Some(file)) => file,
    };
    let (class, method) = (it.text("declaringClass")?, it.text("methodName")?);
    Some(format!("{from}{class}.{method}({place})"))
}
