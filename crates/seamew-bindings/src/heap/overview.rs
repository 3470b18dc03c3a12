//! The whole: facts, histograms, roots, classes.

use pyo3::prelude::*;

use super::{PyHeap, Rows, grouping};
use crate::gate;

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

    fn exact_histogram<'py>(&self, python: Python<'py>, by: &str) -> Rows<'py> {
        let by = grouping(by)?;
        gate::plain(python, || Ok(self.0.exact_histogram(by)))
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

    fn find_classes<'py>(&self, python: Python<'py>, pattern: &str) -> Rows<'py> {
        gate::plain(python, || self.0.find_classes(pattern))
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
