//! Collections: tables over many, contents of single ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use seamew_heap::Result;
use seamew_heap::collections::{
    CollectionReader, Collections, ContentsQuestion, Filter, Order, Shape,
};
use serde::Serialize;

use super::{PyHeap, Rows};
use crate::collection::PyCollectionReader;
use crate::gate;
use crate::object_set::PyObjectSet;
use crate::progress::PyProgress;

type OwnShapes = Vec<BTreeMap<String, String>>;

/// Shapes of a user's own, as names and values.
fn shapes(own: OwnShapes) -> PyResult<Vec<Shape>> {
    let parsed: std::result::Result<Vec<Shape>, String> =
        own.into_iter().map(Shape::from_pairs).collect();
    parsed.map_err(PyValueError::new_err)
}

/// Which collections a question is about, as Python asks.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Question {
    own: OwnShapes,
    least_size: u64,
    most_size: Option<u64>,
    most_fill: Option<f64>,
}

impl Question {
    fn filter(&self) -> Filter {
        Filter {
            least_size: self.least_size,
            most_size: self.most_size,
            most_fill: self.most_fill,
        }
    }
}

fn order_of(name: &str) -> PyResult<Order> {
    Order::from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "order is size, shallow, retained or wasted, not {name}"
        ))
    })
}

impl PyHeap {
    /// How many of the objects are no known collections, and what is asked of those that are.
    fn measured<'py, T: Send + Serialize>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        progress: &PyProgress,
        ask: impl FnOnce(&Collections<'_>) -> Result<T> + Send,
    ) -> Rows<'py> {
        let filter = question.filter();
        let own = shapes(question.own)?;
        let what = objects.map(|objects| &*objects.set);
        gate::plain(python, || {
            let collections = self.0.collections(what, own, filter, &progress.0)?;
            Ok((collections.others, ask(&collections)?))
        })
    }
}

#[pymethods]
impl PyHeap {
    #[pyo3(signature = (objects, question, progress))]
    fn collections<'py>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        progress: &PyProgress,
    ) -> Rows<'py> {
        let ask = |found: &Collections<'_>| found.by_class();
        self.measured(python, objects, question, progress, ask)
    }

    #[pyo3(signature = (objects, question, progress))]
    fn collection_sizes<'py>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        progress: &PyProgress,
    ) -> Rows<'py> {
        let ask = |found: &Collections<'_>| found.by_size();
        self.measured(python, objects, question, progress, ask)
    }

    #[pyo3(signature = (objects, question, segments, progress))]
    fn collection_fill<'py>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        segments: u32,
        progress: &PyProgress,
    ) -> Rows<'py> {
        self.measured(python, objects, question, progress, |found| {
            found.by_fill(segments)
        })
    }

    #[pyo3(signature = (objects, question, segments, progress))]
    fn collection_collisions<'py>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        segments: u32,
        progress: &PyProgress,
    ) -> Rows<'py> {
        self.measured(python, objects, question, progress, |found| {
            found.by_collisions(segments)
        })
    }

    #[pyo3(signature = (objects, question, order, page, progress))]
    fn collection_objects<'py>(
        &self,
        python: Python<'py>,
        objects: Option<&PyObjectSet>,
        question: Question,
        order: &str,
        page: (usize, usize),
        progress: &PyProgress,
    ) -> Rows<'py> {
        let order = order_of(order)?;
        self.measured(python, objects, question, progress, |found| {
            found.objects(order, page.0, page.1)
        })
    }

    #[pyo3(signature = (questions, progress))]
    fn collection_survey<'py>(
        &self,
        python: Python<'py>,
        questions: Vec<(Question, String, usize)>,
        progress: &PyProgress,
    ) -> Rows<'py> {
        let questions: Vec<(Filter, Order, usize)> = (questions.into_iter())
            .map(|(question, order, limit)| Ok((question.filter(), order_of(&order)?, limit)))
            .collect::<PyResult<_>>()?;
        gate::plain(python, || {
            let all = Filter::default();
            let mut found = self.0.collections(None, Vec::new(), all, &progress.0)?;
            (questions.into_iter())
                .map(|(filter, order, limit)| {
                    found.set_filter(filter);
                    Ok((found.by_class()?, found.objects(order, 0, limit)?))
                })
                .collect::<Result<Vec<_>>>()
        })
    }

    fn collection_reader(&self, python: Python<'_>) -> PyResult<PyCollectionReader> {
        let reader = gate::run(python, || CollectionReader::new(&self.0))?;
        Ok(PyCollectionReader(Arc::new(reader)))
    }

    #[pyo3(signature = (objects, own, key, page, progress))]
    fn contents<'py>(
        &self,
        python: Python<'py>,
        objects: &PyObjectSet,
        own: OwnShapes,
        key: Option<String>,
        page: (u64, u64),
        progress: &PyProgress,
    ) -> Rows<'py> {
        let own = shapes(own)?;
        let (offset, limit) = page;
        let question = ContentsQuestion { key, offset, limit };
        gate::plain(python, || {
            self.0.contents(&objects.set, own, &question, &progress.0)
        })
    }
}
