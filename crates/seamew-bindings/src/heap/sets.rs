//! Sets of objects.

use pyo3::prelude::*;
use seamew_heap::heap::Selection;

use super::{PyHeap, Rows, grouping};
use crate::gate;
use crate::object_set::PyObjectSet;

#[pymethods]
impl PyHeap {
    #[pyo3(signature = (patterns, objects, *, subclasses, class_objects, loaded))]
    fn select(
        &self,
        python: Python<'_>,
        patterns: Vec<String>,
        objects: Vec<u32>,
        subclasses: bool,
        class_objects: bool,
        loaded: bool,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let selection = Selection {
                patterns,
                subclasses,
                class_objects,
                loaded,
                objects: self.0.objects(&objects)?,
            };
            self.0.select(&selection)
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn all_objects(&self, python: Python<'_>) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || Ok(self.0.all_objects()))?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn retained_objects(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        cut: Vec<String>,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let cut = match cut.as_slice() {
                [] => None,
                cut => Some(self.0.excludes(cut)?),
            };
            Ok(self.0.retained_objects(&objects.set, cut.as_ref()))
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn retained_through(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        fields: Vec<String>,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            Ok(self.0.retained_through(&objects.set, &fields))
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn set_histogram<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        by: &str,
    ) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || Ok(self.0.set_histogram(&objects.set, by)))
    }

    fn exact_set_histogram<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        by: &str,
    ) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || Ok(self.0.exact_set_histogram(&objects.set, by)))
    }

    fn topmost(&self, python: Python<'_>, objects: &PyObjectSet) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || Ok(self.0.topmost(&objects.set)))?;
        Ok(PyObjectSet::new(&self.0, set))
    }
}
