//! The dump behind a heap, opened when first asked for: most answers come from the index.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use seamew_hprof::salvage::repair;
use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{SourceOptions, open_kept, open_source};
use seamew_hprof::survey::survey;
use seamew_hprof::walk::Segment;

use crate::error::{HeapError, Result};

/// A dump that is opened on first use.
pub struct LazySource {
    path: PathBuf,
    /// The dump in pieces, beside its index, where it was compressed as a whole.
    kept: Option<PathBuf>,
    source: OnceLock<Option<Arc<dyn DumpSource>>>,
    /// Segments of the heap dump, once something walked over them.
    segments: Mutex<Option<Arc<[Segment]>>>,
}

impl LazySource {
    /// The dump at `path`, not yet opened; read from `kept` if there is such a file.
    pub fn new(path: &Path, kept: PathBuf) -> Self {
        Self {
            path: path.to_owned(),
            kept: Some(kept),
            source: OnceLock::new(),
            segments: Mutex::default(),
        }
    }

    /// A dump that is open already.
    pub fn opened(path: &Path, source: Arc<dyn DumpSource>) -> Self {
        Self {
            path: path.to_owned(),
            kept: None,
            source: OnceLock::from(Some(source)),
            segments: Mutex::default(),
        }
    }

    /// The dump; None where it cannot be opened any more.
    pub fn get(&self) -> Option<&dyn DumpSource> {
        self.source.get_or_init(|| self.open()).as_deref()
    }

    /// Where the records of the heap dump of that number are; `repaired` where a walk over what
    /// the file itself says has failed. Reads the heads of all records the first time.
    ///
    /// # Errors
    /// When the dump cannot be opened or read any more.
    pub fn segments(&self, dump_index: usize, repaired: bool) -> Result<Arc<[Segment]>> {
        let Ok(mut known) = self.segments.lock() else {
            return Err(self.gone());
        };
        if let Some(segments) = known.as_ref().filter(|_| !repaired) {
            return Ok(Arc::clone(segments));
        }
        let source = self.get().ok_or_else(|| self.gone())?;
        let surveyed = survey(source)?;
        let dump = (surveyed.dumps.get(dump_index)).filter(|_| surveyed.sound && !repaired);
        let segments: Arc<[Segment]> = if let Some(dump) = dump {
            dump.segments.as_slice().into()
        } else {
            let go_on = |_, _| ControlFlow::Continue(());
            repair(source, &surveyed, dump_index, &go_on)?
                .segments
                .into()
        };
        *known = Some(Arc::clone(&segments));
        Ok(segments)
    }

    /// Whether the dump, where something asked for it, is still as long as it was.
    ///
    /// # Errors
    /// When it is gone, or was cut.
    pub fn check(&self) -> Result<()> {
        let Some(opened) = self.source.get() else {
            return Ok(());
        };
        let source = opened.as_deref().ok_or_else(|| self.gone())?;
        let Some(last) = source.len().checked_sub(1) else {
            return Ok(());
        };
        match source.read_at(last, &mut [0]) {
            Ok(1) => Ok(()),
            Ok(_) => Err(HeapError::dump_changed(last)),
            Err(error) => Err(HeapError::dump_io(last, error)),
        }
    }

    fn gone(&self) -> HeapError {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        HeapError::io("read again", &self.path, source)
    }

    fn open(&self) -> Option<Arc<dyn DumpSource>> {
        let kept = self.kept.as_deref().map(open_kept);
        if let Some(Ok(source)) = kept {
            return Some(source);
        }
        let opened = open_source(&self.path, &SourceOptions::default()).ok()?;
        Some(opened.source)
    }
}
