//! Engine errors as Python exceptions, one class for each family.

use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use seamew_heap::HeapError;
use seamew_hprof::error::HprofError;

create_exception!(_engine, EngineError, PyException);
create_exception!(_engine, NotAHeapDumpError, EngineError);
create_exception!(_engine, DamagedDumpError, EngineError);
create_exception!(_engine, ObjectNotFoundError, EngineError);
create_exception!(_engine, IndexUnusableError, EngineError);
create_exception!(_engine, MemoryLimitError, EngineError);
create_exception!(_engine, CancelledError, EngineError);
create_exception!(_engine, DumpReadError, EngineError);
create_exception!(_engine, UsageError, EngineError);

/// Adds the exceptions to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let python = module.py();
    module.add("EngineError", python.get_type::<EngineError>())?;
    module.add("NotAHeapDumpError", python.get_type::<NotAHeapDumpError>())?;
    module.add("DamagedDumpError", python.get_type::<DamagedDumpError>())?;
    module.add(
        "ObjectNotFoundError",
        python.get_type::<ObjectNotFoundError>(),
    )?;
    module.add(
        "IndexUnusableError",
        python.get_type::<IndexUnusableError>(),
    )?;
    module.add("MemoryLimitError", python.get_type::<MemoryLimitError>())?;
    module.add("CancelledError", python.get_type::<CancelledError>())?;
    module.add("DumpReadError", python.get_type::<DumpReadError>())?;
    module.add("UsageError", python.get_type::<UsageError>())
}

/// The exception for an error: (message, hint, path, offset).
pub fn to_python(error: HeapError) -> PyErr {
    let path = error.path().map(|path| path.display().to_string());
    let args = (error.to_string(), error.hint(), path, error.offset());
    match &error {
        HeapError::Cancelled | HeapError::Dump(HprofError::Cancelled) => {
            CancelledError::new_err(args)
        }
        HeapError::NotFound(_) | HeapError::NoSuchDump { .. } => ObjectNotFoundError::new_err(args),
        HeapError::Usage(_) => UsageError::new_err(args),
        HeapError::IndexUnusable(_) => IndexUnusableError::new_err(args),
        HeapError::MemoryLimit { .. } | HeapError::TooManyObjects { .. } => {
            MemoryLimitError::new_err(args)
        }
        HeapError::Dump(HprofError::NotAHeapDump { .. } | HprofError::NoHeapDumpRecord { .. }) => {
            NotAHeapDumpError::new_err(args)
        }
        HeapError::Dump(HprofError::Damaged { .. } | HprofError::UnsupportedIdSize { .. })
        | HeapError::Strict(_) => DamagedDumpError::new_err(args),
        HeapError::Dump(_) | HeapError::Io { .. } | HeapError::Storage(_) => {
            DumpReadError::new_err(args)
        }
    }
}
