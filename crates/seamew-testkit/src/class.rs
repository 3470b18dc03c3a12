//! Classes: how they are described, and as the builder keeps them.

use seamew_hprof::tag::BasicType;
use seamew_hprof::writer::Value;

use crate::object::Address;

/// A class to be made by [`crate::HeapBuilder::class`].
#[derive(Clone, Debug, PartialEq)]
pub struct ClassSpec {
    pub(crate) name: String,
    /// None: java.lang.Object.
    pub(crate) superclass: Option<Address>,
    pub(crate) loader: Address,
    pub(crate) fields: Vec<(String, BasicType)>,
    pub(crate) statics: Vec<(String, Value)>,
}

impl ClassSpec {
    /// A class without fields, below java.lang.Object, of the system class loader.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            superclass: None,
            loader: Address::NULL,
            fields: Vec::new(),
            statics: Vec::new(),
        }
    }

    /// Sets the superclass; null for java.lang.Object itself.
    #[must_use]
    pub fn extends(mut self, superclass: Address) -> Self {
        self.superclass = Some(superclass);
        self
    }

    /// Sets the class loader.
    #[must_use]
    pub fn loaded_by(mut self, loader: Address) -> Self {
        self.loader = loader;
        self
    }

    /// Adds an instance field.
    #[must_use]
    pub fn field(mut self, name: &str, basic_type: BasicType) -> Self {
        self.fields.push((name.to_owned(), basic_type));
        self
    }

    /// Adds an instance field that refers to an object.
    #[must_use]
    pub fn reference(self, name: &str) -> Self {
        self.field(name, BasicType::Object)
    }

    /// Adds a static field.
    #[must_use]
    pub fn static_field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.statics.push((name.to_owned(), value.into()));
        self
    }
}

/// A class of the heap.
#[derive(Clone, Debug)]
pub struct Class {
    pub address: Address,
    pub name: String,
    pub superclass: Address,
    pub loader: Address,
    pub fields: Vec<(String, BasicType)>,
    pub statics: Vec<(String, Value)>,
    /// End of the fields in an instance, superclasses included.
    pub fields_end: u64,
    /// Bytes of the class object in the heap.
    pub mirror_bytes: u64,
}

impl Class {
    /// True for array classes, whose names say so.
    pub fn is_array(&self) -> bool {
        self.name.ends_with("[]")
    }
}

/// The value that a field has at first.
pub fn default_value(basic_type: BasicType) -> Value {
    match basic_type {
        BasicType::Object => Value::Object(0),
        BasicType::Boolean => Value::Boolean(false),
        BasicType::Char => Value::Char(0),
        BasicType::Float => Value::Float(0.0),
        BasicType::Double => Value::Double(0.0),
        BasicType::Byte => Value::Byte(0),
        BasicType::Short => Value::Short(0),
        BasicType::Int => Value::Int(0),
        BasicType::Long => Value::Long(0),
    }
}

/// A class's name as the JVM writes it in LOAD_CLASS records: `java/lang/String`, `[B`,
/// `[[Ljava/lang/String;`.
pub fn internal_name(name: &str) -> String {
    let Some(element) = name.strip_suffix("[]") else {
        return name.replace('.', "/");
    };
    if element.ends_with("[]") {
        return format!("[{}", internal_name(element));
    }
    match primitive_code(element) {
        Some(code) => format!("[{code}"),
        None => format!("[L{};", internal_name(element)),
    }
}

fn primitive_code(name: &str) -> Option<char> {
    Some(match name {
        "boolean" => 'Z',
        "char" => 'C',
        "float" => 'F',
        "double" => 'D',
        "byte" => 'B',
        "short" => 'S',
        "int" => 'I',
        "long" => 'J',
        _ => return None,
    })
}
