//! The Arrow C data and stream interfaces, for one column of unsigned integers.
//!
//! Source: "The Arrow C data interface" and "The Arrow C stream interface", Apache Arrow format
//! documentation. A table is a struct array with a child for each column; the values of a child
//! are the memory that the engine made them in.
#![allow(
    unsafe_code,
    reason = "structures of a C interface with release callbacks"
)]

use std::any::Any;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

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
unsafe impl Send for ArrowArray {}
// SAFETY: as above.
unsafe impl Send for ArrowArrayStream {}

/// Flag of a field that may be null.
const NULLABLE: i64 = 2;
/// What a stream returns that has failed: EIO.
const FAILED: c_int = 5;

/// What a schema owns: its texts, its children, its dictionary.
struct SchemaParts {
    format: CString,
    name: CString,
    children: Vec<*mut ArrowSchema>,
    dictionary: *mut ArrowSchema,
}

/// What an array owns: what its buffers lie in, the table of buffers, children, dictionary.
struct ArrayParts {
    _memory: Box<dyn Any + Send>,
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
    dictionary: *mut ArrowArray,
}

/// Where the batches of a stream come from.
pub trait Batches: Send {
    /// The schema of a batch, a table.
    fn schema(&self) -> ArrowSchema;

    /// The next batch, None behind the last one; or what went wrong.
    fn next(&mut self) -> Result<Option<ArrowArray>, String>;
}

/// What a stream owns.
struct StreamParts {
    batches: Box<dyn Batches>,
    error: CString,
}

fn text(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

fn owned<T>(values: Vec<T>) -> Vec<*mut T> {
    let owned = values
        .into_iter()
        .map(|value| Box::into_raw(Box::new(value)));
    owned.collect()
}

fn first_of<T>(values: &mut [T]) -> *mut T {
    if values.is_empty() {
        ptr::null_mut()
    } else {
        values.as_mut_ptr()
    }
}

impl ArrowSchema {
    /// A column that may have nulls.
    pub fn column(format: &str, name: &str, dictionary: Option<Self>) -> Self {
        let dictionary = dictionary.map_or(ptr::null_mut(), |it| Box::into_raw(Box::new(it)));
        Self::new(format, name, Vec::new(), dictionary)
    }

    /// A table of columns.
    pub fn table(columns: Vec<Self>) -> Self {
        let mut table = Self::new("+s", "", columns, ptr::null_mut());
        table.flags = 0;
        table
    }

    fn new(format: &str, name: &str, children: Vec<Self>, dictionary: *mut Self) -> Self {
        let parts = SchemaParts {
            format: text(format),
            name: text(name),
            children: owned(children),
            dictionary,
        };
        let parts = Box::into_raw(Box::new(parts));
        // SAFETY: the box was just made; its strings and vector do not move while it lives.
        let parts_of = unsafe { &mut *parts };
        Self {
            format: parts_of.format.as_ptr(),
            name: parts_of.name.as_ptr(),
            metadata: ptr::null(),
            flags: NULLABLE,
            n_children: parts_of.children.len().cast_signed() as i64,
            children: first_of(&mut parts_of.children),
            dictionary,
            release: Some(release_schema),
            private_data: parts.cast(),
        }
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
        if !parts.dictionary.is_null() {
            drop(Box::from_raw(parts.dictionary));
        }
    }
}

impl ArrowArray {
    /// An array whose buffers lie in `memory`, which stays where it is for as long as the array
    /// is used. A null buffer stands for one that is left out.
    pub fn new(
        length: usize,
        nulls: usize,
        buffers: Vec<*const c_void>,
        memory: Box<dyn Any + Send>,
        dictionary: Option<Self>,
    ) -> Self {
        let dictionary = dictionary.map_or(ptr::null_mut(), |it| Box::into_raw(Box::new(it)));
        let parts = ArrayParts {
            _memory: memory,
            buffers,
            children: Vec::new(),
            dictionary,
        };
        let mut array = Self::of(length, parts);
        array.null_count = nulls.cast_signed() as i64;
        array
    }

    /// A table of columns of one length.
    pub fn table(length: usize, columns: Vec<Self>) -> Self {
        let parts = ArrayParts {
            _memory: Box::new(()),
            buffers: vec![ptr::null()],
            children: owned(columns),
            dictionary: ptr::null_mut(),
        };
        Self::of(length, parts)
    }

    fn of(length: usize, parts: ArrayParts) -> Self {
        let parts = Box::into_raw(Box::new(parts));
        // SAFETY: the box was just made; its vectors do not move while it lives.
        let parts_of = unsafe { &mut *parts };
        Self {
            length: length.cast_signed() as i64,
            null_count: 0,
            offset: 0,
            n_buffers: parts_of.buffers.len().cast_signed() as i64,
            n_children: parts_of.children.len().cast_signed() as i64,
            buffers: parts_of.buffers.as_mut_ptr(),
            children: first_of(&mut parts_of.children),
            dictionary: parts_of.dictionary,
            release: Some(release_array),
            private_data: parts.cast(),
        }
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
    // SAFETY: called once, by the consumer or by drop, with a structure made by `of`.
    unsafe {
        (*array).release = None;
        let parts = Box::from_raw((*array).private_data.cast::<ArrayParts>());
        for child in parts.children {
            drop(Box::from_raw(child));
        }
        if !parts.dictionary.is_null() {
            drop(Box::from_raw(parts.dictionary));
        }
    }
}

impl ArrowArrayStream {
    pub fn new(batches: impl Batches + 'static) -> Self {
        let parts = StreamParts {
            batches: Box::new(batches),
            error: CString::default(),
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
        ptr::write(out, parts.batches.schema());
    }
    0
}

unsafe extern "C" fn get_next(stream: *mut ArrowArrayStream, out: *mut ArrowArray) -> c_int {
    // SAFETY: as in `get_schema`; a released array marks the end.
    unsafe {
        let parts = &mut *(*stream).private_data.cast::<StreamParts>();
        match parts.batches.next() {
            Ok(batch) => {
                ptr::write(out, batch.unwrap_or_else(ArrowArray::released));
                0
            }
            Err(message) => {
                parts.error = text(&message);
                FAILED
            }
        }
    }
}

unsafe extern "C" fn get_last_error(stream: *mut ArrowArrayStream) -> *const c_char {
    // SAFETY: the stream is alive; the text stays until the next call.
    unsafe {
        (*(*stream).private_data.cast::<StreamParts>())
            .error
            .as_ptr()
    }
}

unsafe extern "C" fn release_stream(stream: *mut ArrowArrayStream) {
    // SAFETY: called once, by the consumer or by drop, with a structure made by `new`.
    unsafe {
        (*stream).release = None;
        drop(Box::from_raw((*stream).private_data.cast::<StreamParts>()));
    }
}
