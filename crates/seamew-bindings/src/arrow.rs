//! The Arrow C data and stream interfaces, for one column of unsigned integers.
//!
//! Source: "The Arrow C data interface" and "The Arrow C stream interface", Apache Arrow format
//! documentation. A table of one field is a struct array with one child; the child's values are
//! the column's own memory.
#![allow(
    unsafe_code,
    reason = "structures of a C interface with release callbacks"
)]

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;

use seamew_heap::heap::ColumnValues;

/// `struct ArrowSchema`.
#[repr(C)]
pub struct ArrowSchema {
    format: *const c_char,
    name: *const c_char,
    metadata: *const c_char,
    flags: i64,
    n_children: i64,
    children: *mut *mut ArrowSchema,
    dictionary: *mut ArrowSchema,
    release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    private_data: *mut c_void,
}

/// `struct ArrowArray`.
#[repr(C)]
pub struct ArrowArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const c_void,
    children: *mut *mut ArrowArray,
    dictionary: *mut ArrowArray,
    release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    private_data: *mut c_void,
}

/// `struct ArrowArrayStream`.
#[repr(C)]
pub struct ArrowArrayStream {
    get_schema: unsafe extern "C" fn(*mut Self, *mut ArrowSchema) -> c_int,
    get_next: unsafe extern "C" fn(*mut Self, *mut ArrowArray) -> c_int,
    get_last_error: unsafe extern "C" fn(*mut Self) -> *const c_char,
    release: Option<unsafe extern "C" fn(*mut Self)>,
    private_data: *mut c_void,
}

// SAFETY: the structures own what they point to, and consumers use them from one thread at a time.
unsafe impl Send for ArrowSchema {}
// SAFETY: as above.
unsafe impl Send for ArrowArrayStream {}

/// What a schema owns: its texts and its child.
struct SchemaParts {
    format: CString,
    name: CString,
    children: Vec<*mut ArrowSchema>,
}

/// What an array owns: the column, the buffer table, its child.
struct ArrayParts {
    _values: Option<Arc<ColumnValues>>,
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
}

/// What a stream owns.
struct StreamParts {
    name: String,
    values: Arc<ColumnValues>,
    is_read: bool,
}

fn text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

impl ArrowSchema {
    fn new(format: &str, name: &str, children: Vec<*mut Self>) -> Self {
        let parts = SchemaParts {
            format: text(format),
            name: text(name),
            children,
        };
        let parts = Box::into_raw(Box::new(parts));
        // SAFETY: the box was just made; its strings and vector do not move while it lives.
        let (format, name, n_children, children) = unsafe {
            let parts = &mut *parts;
            let count = parts.children.len().cast_signed() as i64;
            (
                parts.format.as_ptr(),
                parts.name.as_ptr(),
                count,
                parts.children.as_mut_ptr(),
            )
        };
        Self {
            format,
            name,
            metadata: ptr::null(),
            flags: 0,
            n_children,
            children: if n_children == 0 {
                ptr::null_mut()
            } else {
                children
            },
            dictionary: ptr::null_mut(),
            release: Some(release_schema),
            private_data: parts.cast(),
        }
    }

    /// Schema of a table with this one column.
    pub fn of_column(name: &str, values: &ColumnValues) -> Self {
        let format = match values {
            ColumnValues::U32(_) => "I",
            ColumnValues::U64(_) => "L",
        };
        let child = Box::into_raw(Box::new(Self::new(format, name, Vec::new())));
        Self::new("+s", "", vec![child])
    }
}

impl Drop for ArrowSchema {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the structure is whole and not yet released.
            unsafe { release(self) };
        }
    }
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: called once, by the consumer or by drop, with a structure made by `new`.
    unsafe {
        (*schema).release = None;
        let parts = Box::from_raw((*schema).private_data.cast::<SchemaParts>());
        for child in parts.children {
            drop(Box::from_raw(child));
        }
    }
}

impl ArrowArray {
    fn new(length: usize, parts: ArrayParts) -> Self {
        let parts = Box::into_raw(Box::new(parts));
        // SAFETY: the box was just made; its vectors do not move while it lives.
        let (n_buffers, buffers, n_children, children) = unsafe {
            let parts = &mut *parts;
            (
                parts.buffers.len().cast_signed() as i64,
                parts.buffers.as_mut_ptr(),
                parts.children.len().cast_signed() as i64,
                parts.children.as_mut_ptr(),
            )
        };
        Self {
            length: length.cast_signed() as i64,
            null_count: 0,
            offset: 0,
            n_buffers,
            n_children,
            buffers,
            children: if n_children == 0 {
                ptr::null_mut()
            } else {
                children
            },
            dictionary: ptr::null_mut(),
            release: Some(release_array),
            private_data: parts.cast(),
        }
    }

    fn of_column(values: &Arc<ColumnValues>) -> Self {
        let buffers = vec![ptr::null(), values.bytes().as_ptr().cast()];
        let own = Some(Arc::clone(values));
        let child = Self::new(
            values.len(),
            ArrayParts {
                _values: own,
                buffers,
                children: Vec::new(),
            },
        );
        let children = vec![Box::into_raw(Box::new(child))];
        Self::new(
            values.len(),
            ArrayParts {
                _values: None,
                buffers: vec![ptr::null()],
                children,
            },
        )
    }

    fn released() -> Self {
        Self {
            length: 0,
            null_count: 0,
            offset: 0,
            n_buffers: 0,
            n_children: 0,
            buffers: ptr::null_mut(),
            children: ptr::null_mut(),
            dictionary: ptr::null_mut(),
            release: None,
            private_data: ptr::null_mut(),
        }
    }
}

impl Drop for ArrowArray {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the structure is whole and not yet released.
            unsafe { release(self) };
        }
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: called once, by the consumer or by drop, with a structure made by `new`.
    unsafe {
        (*array).release = None;
        let parts = Box::from_raw((*array).private_data.cast::<ArrayParts>());
        for child in parts.children {
            drop(Box::from_raw(child));
        }
    }
}

impl ArrowArrayStream {
    /// A stream of one batch: the whole column.
    pub fn of_column(name: &str, values: &Arc<ColumnValues>) -> Self {
        let parts = StreamParts {
            name: name.to_owned(),
            values: Arc::clone(values),
            is_read: false,
        };
        Self {
            get_schema,
            get_next,
            get_last_error,
            release: Some(release_stream),
            private_data: Box::into_raw(Box::new(parts)).cast(),
        }
    }
}

impl Drop for ArrowArrayStream {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the structure is whole and not yet released.
            unsafe { release(self) };
        }
    }
}

unsafe extern "C" fn get_schema(stream: *mut ArrowArrayStream, out: *mut ArrowSchema) -> c_int {
    // SAFETY: `stream` is alive, and `out` is the consumer's memory, not yet initialised.
    unsafe {
        let parts = &*(*stream).private_data.cast::<StreamParts>();
        ptr::write(out, ArrowSchema::of_column(&parts.name, &parts.values));
    }
    0
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: as in `get_schema`; a released array marks the end.
    unsafe {
        let parts = &mut *(*stream).private_data.cast::<StreamParts>();
        let array = if parts.is_read {
            ArrowArray::released()
        } else {
            ArrowArray::of_column(&parts.values)
        };
        parts.is_read = true;
        ptr::write(out, array);
    }
    0
}

unsafe extern "C" fn get_last_error(_stream: *mut ArrowArrayStream) -> *const c_char {
    ptr::null()
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    // SAFETY: called once, by the consumer or by drop, with a structure made by `of_column`.
    unsafe {
        (*stream).release = None;
        drop(Box::from_raw((*stream).private_data.cast::<StreamParts>()));
    }
}
