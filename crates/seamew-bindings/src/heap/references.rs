//! References.

use pyo3::prelude::*;
use seamew_heap::heap::Direction;

use super::paths::limits;
use super::{PyHeap, Rows};
use crate::gate;
use crate::object_set::PyObjectSet;

#[pymethods]
impl PyHeap {
    fn inbound<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .inbound_rows(self.0.object(object_index)?, offset, limit))
        })
    }

    fn inbound_count(&self, python: Python<'_>, object_index: u32) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.referrers(self.0.object(object_index)?).len())
        })
    }

    fn outbound<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .outbound_rows(self.0.object(object_index)?, offset, limit))
        })
    }

    fn outbound_count(&self, python: Python<'_>, object_index: u32) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.outbound(self.0.object(object_index)?).len())
        })
    }

    #[pyo3(signature = (objects, *, inbound, levels, children))]
    fn references_by_class<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        inbound: bool,
        levels: Option<usize>,
        children: Option<usize>,
    ) -> Rows<'py> {
        let direction = if inbound {
            Direction::In
        } else {
            Direction::Out
        };
        let limits = limits(levels, children, 0);
        gate::plain(python, || {
            Ok((self.0).references_by_class(&objects.set, direction, &limits))
        })
    }
}
