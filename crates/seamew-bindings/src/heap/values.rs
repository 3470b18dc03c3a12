//! Values of many objects: texts, duplicates, arrays, groups.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use seamew_heap::Heap;
use seamew_heap::values::{DuplicateOrder, FieldPath, GroupOrder, TextMatcher};

use super::{PyHeap, Rows};
use crate::gate;
use crate::object_set::PyObjectSet;
use crate::progress::PyProgress;

#[pymethods]
impl PyHeap {
    #[pyo3(signature = (objects, pattern, *, ignore_case, fixed, progress))]
    fn find_strings(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        pattern: &str,
        ignore_case: bool,
        fixed: bool,
        progress: &PyProgress,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let matcher = if fixed {
                TextMatcher::fixed(pattern, ignore_case)?
            } else {
                TextMatcher::regex(pattern, ignore_case)?
            };
            self.0.find_strings(&objects.set, &matcher, &progress.0)
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    #[pyo3(signature = (objects, *, arrays))]
    fn texts_of(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        arrays: bool,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || Ok(self.0.texts_of(&objects.set, arrays)))?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    fn text_rows<'py>(
        &self,
        python: Python<'py>,
        objects: Vec<u32>,
        characters: usize,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || {
            let objects = self.0.objects(&objects)?;
            self.0.text_rows(&objects, characters, &progress.0)
        })
    }

    #[pyo3(signature = (objects, kind, *, sort, limit, progress))]
    fn duplicates<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        kind: &str,
        sort: &str,
        limit: usize,
        progress: &PyProgress,
    ) -> Rows<'py> {
        let order = duplicate_order(sort)?;
        let (heap, set, progress) = (&self.0, &objects.set, &progress.0);
        match kind {
            "strings" => gate::plain(python, || {
                heap.duplicate_strings(set, order, limit, progress)
            }),
            "arrays" => gate::plain(python, || {
                heap.duplicate_arrays(set, order, limit, progress)
            }),
            "objects" => gate::plain(python, || {
                heap.duplicate_objects(set, order, limit, progress)
            }),
            _ => Err(unknown("kind", kind, "strings, arrays or objects")),
        }
    }

    fn array_table<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || self.0.array_table(&objects.set, &progress.0))
    }

    fn array_fill<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        segments: u32,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || {
            self.0.array_fill(&objects.set, segments, &progress.0)
        })
    }

    fn constant_arrays<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || self.0.constant_arrays(&objects.set, &progress.0))
    }

    fn unused_room<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        least: u64,
        limit: usize,
        progress: &PyProgress,
    ) -> Rows<'py> {
        gate::plain(python, || {
            self.0.unused_room(&objects.set, least, limit, &progress.0)
        })
    }

    fn arrays_of(&self, python: Python<'_>, objects: &PyObjectSet) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || Ok(self.0.arrays_of(&objects.set)))?;
        Ok(PyObjectSet::new(&self.0, set))
    }

    #[pyo3(signature = (objects, *, sort, limit))]
    fn biggest(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        sort: &str,
        limit: usize,
    ) -> PyResult<Vec<u32>> {
        let size = match sort {
            "retained_bytes" => Heap::retained_bytes,
            "shallow_bytes" => Heap::shallow_bytes,
            _ => return Err(unknown("sort", sort, "retained_bytes or shallow_bytes")),
        };
        gate::run(python, || {
            let biggest = self.0.biggest(&objects.set, size, limit).into_iter();
            Ok(biggest.map(|object| self.0.id(object)).collect())
        })
    }

    fn minimum_retained(&self, python: Python<'_>, objects: &PyObjectSet) -> PyResult<u64> {
        gate::run(python, || {
            Ok(self.0.minimum_retained_by(objects.set.iter()))
        })
    }

    #[pyo3(signature = (objects, path, *, sort, limit, progress))]
    fn group_by<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        path: Option<&str>,
        sort: &str,
        limit: usize,
        progress: &PyProgress,
    ) -> Rows<'py> {
        let order = group_order(sort)?;
        gate::plain(python, || {
            let path = path.map(FieldPath::parse).transpose()?;
            let (set, progress) = (&objects.set, &progress.0);
            self.0
                .group_by(set, path.as_ref(), (order, limit), progress)
        })
    }

    fn find_objects(
        &self,
        python: Python<'_>,
        objects: &PyObjectSet,
        conditions: Vec<String>,
        progress: &PyProgress,
    ) -> PyResult<PyObjectSet> {
        let set = gate::run(python, || {
            let conditions = conditions.iter().map(|text| self.0.condition(text));
            let conditions: Vec<_> = conditions.collect::<seamew_heap::Result<_>>()?;
            self.0.find_objects(&objects.set, &conditions, &progress.0)
        })?;
        Ok(PyObjectSet::new(&self.0, set))
    }
}

fn duplicate_order(sort: &str) -> PyResult<DuplicateOrder> {
    match sort {
        "lost_bytes" => Ok(DuplicateOrder::LostBytes),
        "objects" => Ok(DuplicateOrder::Objects),
        _ => Err(unknown("sort", sort, "lost_bytes or objects")),
    }
}

fn group_order(sort: &str) -> PyResult<GroupOrder> {
    match sort {
        "objects" => Ok(GroupOrder::Objects),
        "shallow_bytes" => Ok(GroupOrder::ShallowBytes),
        "retained_bytes" => Ok(GroupOrder::RetainedBytes),
        _ => Err(unknown(
            "sort",
            sort,
            "objects, shallow_bytes or retained_bytes",
        )),
    }
}

fn unknown(name: &str, word: &str, words: &str) -> PyErr {
    PyValueError::new_err(format!("{name} is {words}, not {word}"))
}
