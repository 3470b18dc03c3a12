//! Threads.

use pyo3::prelude::*;

use super::{PyHeap, Rows};
use crate::gate;

#[pymethods]
impl PyHeap {
    fn threads<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.threads()))
    }
}
