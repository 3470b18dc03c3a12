//! What the JDK's own objects say: thread-local variables, references, class loaders.

use pyo3::prelude::*;
use seamew_heap::ObjectIndex;

use super::{PyHeap, Rows};
use crate::gate;
use crate::object_set::PyObjectSet;
use crate::progress::PyProgress;

#[pymethods]
impl PyHeap {
    fn contents_of<'py>(&self, python: Python<'py>, objects: Vec<u32>) -> Rows<'py> {
        gate::plain(python, || {
            Ok(self.0.contents_of(&self.0.objects(&objects)?))
        })
    }

    fn array_targets(
        &self,
        python: Python<'_>,
        object_index: u32,
        offset: u32,
        limit: u32,
    ) -> PyResult<Vec<Option<u32>>> {
        gate::run(python, || {
            let object = self.0.object(object_index)?;
            let targets = self.0.array_references(object, offset, limit);
            Ok(targets.into_iter().map(|it| self.known(it)).collect())
        })
    }

    fn strings(
        &self,
        python: Python<'_>,
        objects: Vec<u32>,
        characters: usize,
    ) -> PyResult<Vec<Option<String>>> {
        gate::run(python, || {
            Ok(self.0.strings(&self.0.objects(&objects)?, characters))
        })
    }

    fn thread_locals<'py>(
        &self,
        python: Python<'py>,
        threads: Vec<u32>,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || {
            self.0
                .thread_locals(&self.0.objects(&threads)?, &progress.0)
        })
    }

    fn loaders<'py>(&self, python: Python<'py>) -> Rows<'py> {
        gate::plain(python, || Ok(self.0.loaders()))
    }

    fn field_targets(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        field: &str,
        progress: &PyProgress,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let edges = self.0.field_edges(&objects.set, field, &progress.0)?;
            Ok(edges.targets(&self.0))
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn target_classes(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        field: &str,
        progress: &PyProgress,
    ) -> PyResult<Vec<(String, u64)>> {
        gate::run(python, || {
            let edges = self.0.field_edges(&objects.set, field, &progress.0)?;
            Ok(edges.target_classes(&self.0))
        })
    }

    fn referring(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        field: &str,
        target: u32,
        progress: &PyProgress,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let target = self.0.object(target)?;
            let edges = self.0.field_edges(&objects.set, field, &progress.0)?;
            Ok(edges.members_referring_to(&self.0, target))
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn referents(
        &self,
        python: Python<'_>,
        references: &PyObjectSet,
        field: &str,
        progress: &PyProgress,
    ) -> PyResult<(u64, u64, Vec<PyObjectSet>)> {
        let found = gate::run(python, || {
            self.0.referents(&references.set, field, &progress.0)
        })?;
        let sets = [
            found.referents,
            found.only,
            found.kept,
            found.kept_by_references,
        ];
        let sets = sets.map(|set| PyObjectSet::new(&self.0, set));
        Ok((found.references, found.cleared, sets.into()))
    }
}

impl PyHeap {
    /// The id of an object, unless it was left out as unreachable.
    fn known(&self, object: Option<ObjectIndex>) -> Option<u32> {
        let object = object?;
        let id = self.0.id(object);
        (self.0.object(id).ok() == Some(object)).then_some(id)
    }
}
