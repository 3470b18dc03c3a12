//! Typed indices: a bare integer never names an object or a class across modules.

use serde::{Deserialize, Serialize};

/// An object by its rank in address order; 0 is the system class loader, as in MAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectIndex(pub u32);

/// A class by its place in the class table.
#[derive(
    Default, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ClassIndex(pub u32);

impl ObjectIndex {
    /// The pseudo-object for the system (boot) class loader, at address 0.
    pub const SYSTEM_LOADER: Self = Self(0);

    #[inline]
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

impl ClassIndex {
    #[inline]
    pub fn at(self) -> usize {
        self.0 as usize
    }
}
