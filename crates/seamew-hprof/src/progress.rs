//! How long work reports where it is and learns that it is to stop.

use std::ops::ControlFlow;

use crate::error::{HprofError, Result};

/// Called with the bytes done and the bytes in all, about once a mebibyte and always from the
/// thread that started the work; `Break` ends the work with [`HprofError::Cancelled`].
pub type Progress<'a> = dyn Fn(u64, u64) -> ControlFlow<()> + 'a;

/// Progress that nobody watches.
pub fn unwatched(_done_bytes: u64, _total_bytes: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Reports progress; an error where the work is to stop.
pub(crate) fn report(progress: &Progress<'_>, done_bytes: u64, total_bytes: u64) -> Result<()> {
    match progress(done_bytes, total_bytes) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(HprofError::Cancelled),
    }
}
