//! The dump behind a heap, opened when first asked for: most answers come from the index.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{SourceOptions, open_kept, open_source};

/// A dump that is opened on first use.
pub struct LazySource {
    path: PathBuf,
    /// The dump in pieces, beside its index, where it was compressed as a whole.
    kept: Option<PathBuf>,
    source: OnceLock<Option<Arc<dyn DumpSource>>>,
}

impl LazySource {
    /// The dump at `path`, not yet opened; read from `kept` if there is such a file.
    pub fn new(path: &Path, kept: PathBuf) -> Self {
        Self {
            path: path.to_owned(),
            kept: Some(kept),
            source: OnceLock::new(),
        }
    }

    /// A dump that is open already.
    pub fn opened(path: &Path, source: Arc<dyn DumpSource>) -> Self {
        Self {
            path: path.to_owned(),
            kept: None,
            source: OnceLock::from(Some(source)),
        }
    }

    /// The dump; None where it cannot be opened any more.
    pub fn get(&self) -> Option<&dyn DumpSource> {
        self.source.get_or_init(|| self.open()).as_deref()
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
