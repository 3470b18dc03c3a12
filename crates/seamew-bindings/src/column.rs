//! A column for Python: buffer protocol and Arrow's C stream, both over the same memory.
#![allow(
    unsafe_code,
    reason = "the buffer protocol and Arrow's C interface are C structures"
)]

use std::ffi::{CStr, c_int};
use std::ptr;
use std::sync::Arc;

use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use seamew_heap::heap::ColumnValues;

use crate::arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, Batches};

#[pyclass(name = "Column", module = "seamew._engine", frozen)]
pub struct PyColumn {
    #[pyo3(get)]
    name: String,
    values: Arc<ColumnValues>,
}

impl PyColumn {
    pub fn new(name: &str, values: ColumnValues) -> Self {
        Self {
            name: name.to_owned(),
            values: Arc::new(values),
        }
    }

    /// Format of an element, for Python's struct module.
    fn struct_format(&self) -> &'static CStr {
        match *self.values {
            ColumnValues::U32(_) => c"I",
            ColumnValues::U64(_) => c"Q",
        }
    }
}

/// What an exported view keeps: shape, stride.
struct View {
    shape: [isize; 1],
    strides: [isize; 1],
}

#[pymethods]
impl PyColumn {
    #[getter]
    fn format(&self) -> &'static str {
        self.struct_format().to_str().unwrap_or_default()
    }

    fn __len__(&self) -> usize {
        self.values.len()
    }

    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        if view.is_null() || flags & ffi::PyBUF_WRITABLE == ffi::PyBUF_WRITABLE {
            return Err(PyBufferError::new_err("columns are read-only"));
        }
        let column = slf.get();
        let bytes = column.values.bytes();
        let item_bytes = column.values.item_bytes();
        let own = Box::new(View {
            shape: [column.values.len().cast_signed()],
            strides: [item_bytes.cast_signed()],
        });
        let own = Box::into_raw(own);
        // SAFETY: `view` is Python's to fill in; what it points to lives in the column, which
        // `obj` keeps alive, or in the box, which `__releasebuffer__` frees.
        unsafe {
            (*view).buf = bytes.as_ptr().cast_mut().cast();
            (*view).len = bytes.len().cast_signed();
            (*view).readonly = 1;
            (*view).itemsize = item_bytes.cast_signed();
            (*view).format = if flags & ffi::PyBUF_FORMAT == ffi::PyBUF_FORMAT {
                column.struct_format().as_ptr().cast_mut()
            } else {
                std::ptr::null_mut()
            };
            (*view).ndim = 1;
            (*view).shape = (*own).shape.as_mut_ptr();
            (*view).strides = (*own).strides.as_mut_ptr();
            (*view).suboffsets = std::ptr::null_mut();
            (*view).internal = own.cast();
            (*view).obj = slf.into_ptr();
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "the protocol's signature")]
    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: `internal` is the box that `__getbuffer__` made for this view.
        unsafe { drop(Box::from_raw((*view).internal.cast::<View>())) };
    }

    fn __arrow_c_schema__<'py>(&self, python: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = schema(&self.name, &self.values);
        PyCapsule::new_with_value(python, schema, c"arrow_schema")
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        python: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer ignore the request where it cannot convert.
        drop(requested_schema);
        let stream = ArrowArrayStream::new(WholeColumn {
            name: self.name.clone(),
            values: Arc::clone(&self.values),
            is_read: false,
        });
        PyCapsule::new_with_value(python, stream, c"arrow_array_stream")
    }
}

/// A table with one column.
fn schema(name: &str, values: &ColumnValues) -> ArrowSchema {
    let format = match values {
        ColumnValues::U32(_) => "I",
        ColumnValues::U64(_) => "L",
    };
    ArrowSchema::table(vec![ArrowSchema::column(format, name, None)])
}

/// One batch: the whole column.
struct WholeColumn {
    name: String,
    values: Arc<ColumnValues>,
    is_read: bool,
}

impl Batches for WholeColumn {
    fn schema(&self) -> ArrowSchema {
        schema(&self.name, &self.values)
    }

    fn next(&mut self) -> Result<Option<ArrowArray>, String> {
        if std::mem::replace(&mut self.is_read, true) {
            return Ok(None);
        }
        let rows = self.values.len();
        let buffers = vec![ptr::null(), self.values.bytes().as_ptr().cast()];
        let memory = Box::new(Arc::clone(&self.values));
        let column = ArrowArray::new(rows, 0, buffers, memory, None);
        Ok(Some(ArrowArray::table(rows, vec![column])))
    }
}
