//! Objects as the builder keeps them.

use seamew_hprof::tag::BasicType;
use seamew_hprof::writer::Value;

/// Where an object or class object is; also how the builder's callers name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Address(pub u64);

impl Address {
    /// Null, and the system class loader.
    pub const NULL: Self = Self(0);
}

impl From<Address> for Value {
    fn from(address: Address) -> Self {
        Self::Object(address.0)
    }
}

/// What an object is.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Values as the dump has them: the class's own fields first, then its superclass's.
    Instance {
        /// Class object.
        class: Address,
        /// Values of the fields.
        values: Vec<Value>,
    },
    /// References.
    ObjectArray {
        /// Class object.
        class: Address,
        /// Elements, `Address::NULL` for null.
        elements: Vec<Address>,
    },
    /// Values, big-endian.
    PrimitiveArray {
        /// Type of the elements.
        element_type: BasicType,
        /// Bytes of the elements.
        contents: Vec<u8>,
    },
    /// A primitive array of which the dump tells the length only, as Android writes them.
    BareArray {
        /// Type of the elements.
        element_type: BasicType,
        /// Number of elements.
        length: u32,
    },
}

/// An object of the heap, class objects aside.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub address: Address,
    pub body: Body,
    /// Bytes in the heap.
    pub shallow_bytes: u64,
}

impl Body {
    /// Objects that the fields or elements refer to.
    pub fn references(&self) -> Vec<Address> {
        match self {
            Self::Instance { values, .. } => values
                .iter()
                .filter_map(|value| match value {
                    Value::Object(address) => Some(Address(*address)),
                    _ => None,
                })
                .collect(),
            Self::ObjectArray { elements, .. } => elements.clone(),
            Self::PrimitiveArray { .. } | Self::BareArray { .. } => Vec::new(),
        }
    }
}
