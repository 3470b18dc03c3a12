//! The dump behind a heap, opened when first asked for: most answers come from the index.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use seamew_hprof::source::DumpSource;
use seamew_hprof::sources::{SourceOptions, open_source};

/// A dump that is opened on first use.
pub struct LazySource {
    path: PathBuf,
    source: OnceLock<Option<Arc<dyn DumpSource>>>,
}

impl LazySource {
    /// The dump at `path`, not yet opened.
    pub fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            source: OnceLock::new(),
        }
    }

    /// A dump that is open already.
    pub fn opened(path: &Path, source: Arc<dyn DumpSource>) -> Self {
        Self {
            path: path.to_owned(),
            source: OnceLock::from(Some(source)),
        }
    }

    /// The dump; None where it cannot be opened any more. Compressed dumps that have no chunks
    /// are decompressed by the first call.
    pub fn get(&self) -> Option<&dyn DumpSource> {
        let open = || {
            let opened = open_source(&self.path, &SourceOptions::default()).ok()?;
            Some(opened.source)
        };
        self.source.get_or_init(open).as_deref()
    }
}
