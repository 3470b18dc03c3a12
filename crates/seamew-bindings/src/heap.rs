//! The handle of an opened heap. Objects cross as the ids that users see.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use seamew_heap::heap::Grouping;
use seamew_heap::{ClassIndex, Heap, ObjectIndex, Result};

use crate::column::PyColumn;
use crate::gate;

#[pyclass(name = "Heap", module = "seamew._engine", frozen)]
pub struct PyHeap(Arc<Heap>);

type Rows<'py> = PyResult<Bound<'py, PyAny>>;

impl PyHeap {
    pub fn new(heap: Heap) -> Self {
        Self(Arc::new(heap))
    }

    fn optional(&self, id: Option<u32>) -> Result<Option<ObjectIndex>> {
        id.map(|id| self.0.object(id)).transpose()
    }

    fn rows(&self, objects: Vec<ObjectIndex>) -> Vec<seamew_heap::heap::ObjectRow> {
        objects
            .into_iter()
            .map(|object| self.0.row(object))
            .collect()
    }
}

fn grouping(name: &str) -> PyResult<Grouping> {
    Grouping::from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "by is class, superclass, loader or package, not {name}"
        ))
    })
}

#[pymethods]
impl PyHeap {
    fn facts<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.overview()))
    }

    fn warnings<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.warnings()))
    }

    fn phase_seconds(&self) -> Vec<(String, f64)> {
        self.0.facts().phase_seconds.clone()
    }

    fn histogram<'py>(&self, python: Python<'py>, by: &str) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || Ok(self.0.histogram(by)))
    }

    fn unreachable_histogram<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.unreachable_histogram()))
    }

    fn roots<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.root_rows()))
    }

    fn root_objects<'py>(
        &self,
        python: Python<'py>,
        root_type: &str,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let objects = self
                .0
                .root_objects(root_type)
                .into_iter()
                .skip(offset)
                .take(limit);
            Ok(self.rows(objects.collect()))
        })
    }

    fn resolve(&self, python: Python<'_>, text: &str) -> PyResult<u32> {
        gate::run(python, || Ok(self.0.id(self.0.resolve(text)?)))
    }

    fn object_rows<'py>(&self, python: Python<'py>, objects: Vec<u32>) -> Rows<'py> {
        gate::plain(python, || Ok(self.rows(self.0.objects(&objects)?)))
    }

    fn object_detail<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.detail(self.0.object(object_index)?)))
    }

    #[pyo3(signature = (object_index, offset, limit))]
    fn children<'py>(
        &self,
        python: Python<'py>,
        object_index: Option<u32>,
        offset: usize,
        limit: usize,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.rows(self.0.children(self.optional(object_index)?, offset, limit)))
        })
    }

    #[pyo3(signature = (object_index))]
    fn children_count(&self, python: Python<'_>, object_index: Option<u32>) -> PyResult<usize> {
        gate::run(python, || {
            Ok(self.0.children_count(self.optional(object_index)?))
        })
    }

    #[pyo3(signature = (object_index, by))]
    fn grouped_children<'py>(
        &self,
        python: Python<'py>,
        object_index: Option<u32>,
        by: &str,
    ) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || {
            Ok(self.0.grouped_children(self.optional(object_index)?, by))
        })
    }

    #[pyo3(signature = (object_index, class_id, excluded, limit, seed))]
    fn sample_children(
        &self,
        python: Python<'_>,
        object_index: Option<u32>,
        class_id: u32,
        excluded: Vec<u32>,
        limit: usize,
        seed: u64,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let parent = self.optional(object_index)?;
            let excluded = self.0.objects(&excluded)?;
            let class = ClassIndex(class_id);
            let sample = self
                .0
                .sample_children(parent, class, &excluded, limit, seed);
            Ok(sample.into_iter().map(|object| self.0.id(object)).collect())
        })
    }

    fn dominators_of<'py>(&self, python: Python<'py>, object_index: u32) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.rows(self.0.dominator_chain(self.0.object(object_index)?)))
        })
    }

    fn dominates(&self, python: Python<'_>, above: u32, below: u32) -> PyResult<bool> {
        gate::run(python, || {
            Ok(self
                .0
                .dominates(self.0.object(above)?, self.0.object(below)?))
        })
    }

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

    fn path_to_root<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        excludes: Vec<String>,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok(self.0.path_rows(self.0.object(object_index)?, &excludes))
        })
    }

    fn merged_paths<'py>(
        &self,
        python: Python<'py>,
        objects: Vec<u32>,
        excludes: Vec<String>,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let excludes = self.0.excludes(&excludes)?;
            Ok(self.0.merged_paths(&self.0.objects(&objects)?, &excludes))
        })
    }

    fn retained_set<'py>(&self, python: Python<'py>, objects: Vec<u32>) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.retained_set(&self.0.objects(&objects)?))
        })
    }

    fn retained_bytes_of(&self, python: Python<'_>, objects: Vec<u32>) -> PyResult<(u64, u64)> {
        gate::run(python, || {
            Ok(self.0.retained_by(&self.0.objects(&objects)?))
        })
    }

    fn exact_retained(
        &self,
        python: Python<'_>,
        by: &str,
        labels: Vec<String>,
    ) -> PyResult<Vec<(u64, u64)>> {
        let by = grouping(by)?;
        gate::run(python, || Ok(self.0.exact_retained(by, &labels)))
    }

    fn instances(
        &self,
        python: Python<'_>,
        class_name: &str,
        offset: usize,
        limit: usize,
    ) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let objects = self.0.instances(class_name, offset, limit);
            Ok(objects
                .into_iter()
                .map(|object| self.0.id(object))
                .collect())
        })
    }

    fn find_classes<'py>(&self, python: Python<'py>, pattern: &str) -> Rows<'py> {
        gate::plain(python, || self.0.find_classes(pattern))
    }

    fn threads<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.threads()))
    }

    fn array_values<'py>(
        &self,
        python: Python<'py>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self
                .0
                .array_values(self.0.object(object_index)?, offset, limit))
        })
    }

    fn objects_csv<'py>(
        &self,
        python: Python<'py>,
        start: u32,
        count: u32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let rows = gate::run(python, || Ok(self.0.objects_csv(start, count)))?;
        Ok(PyBytes::new(python, &rows))
    }

    fn column(&self, python: Python<'_>, name: &str) -> PyResult<PyColumn> {
        gate::run(python, || self.0.column(name)).map(|values| PyColumn::new(name, values))
    }

    fn class_names(&self) -> Vec<String> {
        self.0
            .class_table()
            .classes
            .iter()
            .map(|class| class.name.clone())
            .collect()
    }
}
