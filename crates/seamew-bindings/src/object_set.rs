//! The handle of a set of objects.

use std::sync::Arc;

use pyo3::prelude::*;
use seamew_heap::Heap;
use seamew_heap::heap::ObjectSet;

use crate::gate;

#[pyclass(name = "ObjectSet", module = "seamew._engine", frozen)]
pub struct PyObjectSet {
    heap: Arc<Heap>,
    pub set: Arc<ObjectSet>,
}

impl PyObjectSet {
    pub fn new(heap: &Arc<Heap>, set: ObjectSet) -> Self {
        Self {
            heap: Arc::clone(heap),
            set: Arc::new(set),
        }
    }

    fn combined(&self, change: impl FnOnce(&mut ObjectSet)) -> Self {
        let mut set = (*self.set).clone();
        change(&mut set);
        Self::new(&self.heap, set)
    }
}

#[pymethods]
impl PyObjectSet {
    fn __len__(&self) -> usize {
        self.set.len()
    }

    fn shallow_bytes(&self, python: Python<'_>) -> PyResult<u64> {
        gate::run(python, || Ok(self.heap.shallow_bytes_of(&self.set)))
    }

    fn ids(&self, python: Python<'_>, offset: usize, limit: usize) -> PyResult<Vec<u32>> {
        gate::run(python, || {
            let page = self.set.iter_from(offset).take(limit);
            Ok(page.map(|object| self.heap.id(object)).collect())
        })
    }

    fn union(&self, other: &Self) -> Self {
        self.combined(|set| set.unite(&other.set))
    }

    fn intersection(&self, other: &Self) -> Self {
        self.combined(|set| set.intersect(&other.set))
    }

    fn difference(&self, other: &Self) -> Self {
        self.combined(|set| set.subtract(&other.set))
    }
}
