//! Writing an index, column by column, while the build goes on.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bytemuck::Pod;
use serde::{Deserialize, Serialize};

use super::column_file::{self, ColumnEntry};
use super::{Identity, KEPT_DUMP, Location, VERSION};
use crate::heap::Heap;
use crate::progress::Progress;
use crate::storage::{Column, Data};

/// First thing read of an index.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    pub identity: Identity,
    pub model_bytes: u64,
    pub model_crc: u32,
    pub columns: Vec<ColumnEntry>,
}

/// Value of [`Manifest::format`].
pub const FORMAT: &str = "seamew-index";

/// An index being written; its directory goes when it is dropped unpublished.
pub struct IndexWriter<'a> {
    location: Location,
    directory: PathBuf,
    identity: Identity,
    columns: Mutex<Vec<ColumnEntry>>,
    failure: Mutex<Option<io::Error>>,
    progress: &'a Progress,
    published: bool,
}

impl<'a> IndexWriter<'a> {
    /// Starts an index at the first of the locations that can be written.
    ///
    /// # Errors
    /// When none can, with the last one's reason; when the dump cannot be read.
    pub fn begin(
        dump: &Path,
        locations: Vec<Location>,
        progress: &'a Progress,
    ) -> io::Result<Self> {
        let identity = Identity::of(dump)?;
        let mut reason = io::Error::from(io::ErrorKind::NotFound);
        for location in locations {
            match location.temporary() {
                Ok(directory) => {
                    return Ok(Self {
                        location,
                        directory,
                        identity,
                        columns: Mutex::default(),
                        failure: Mutex::default(),
                        progress,
                        published: false,
                    });
                }
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    /// The directory being written: a place for scratch files too.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Writes a column and maps it, so that its private memory can go. Where that fails the
    /// column stays in memory, and the index will not be published.
    pub fn spill<T: Pod>(&self, name: &str, column: Column<T>) -> Data<T> {
        if self.has_failed() {
            return column.into();
        }
        let path = self.directory.join(format!("{name}.column"));
        let check = || self.progress.check().is_ok();
        let written = column_file::write(&path, name, &column, self.identity.short(), &check)
            .and_then(|(entry, file)| Ok((entry, column_file::map(&file, column.len())?)));
        match written {
            Ok((entry, mapped)) => {
                column.release();
                if let Ok(mut columns) = self.columns.lock() {
                    columns.push(entry);
                }
                mapped.into()
            }
            Err(error) => {
                self.fail(error);
                column.into()
            }
        }
    }

    /// Writes a column that may be mapped already; only what is in memory is written.
    pub fn spill_data<T: Pod>(&self, name: &str, data: Data<T>) -> Data<T> {
        match data.into_built() {
            Ok(column) => self.spill(name, column),
            Err(data) => data,
        }
    }

    fn has_failed(&self) -> bool {
        self.failure.lock().is_ok_and(|failure| failure.is_some())
    }

    fn fail(&self, error: io::Error) {
        if let Ok(mut failure) = self.failure.lock() {
            failure.get_or_insert(error);
        }
    }

    /// Writes model and manifest and puts the index in place. Returns its directory and bytes.
    ///
    /// # Errors
    /// What went wrong with any column, the model, or the renaming.
    pub fn publish(mut self, heap: &Heap) -> io::Result<(PathBuf, u64)> {
        let failure = self
            .failure
            .lock()
            .ok()
            .and_then(|mut failure| failure.take());
        if let Some(error) = failure {
            return Err(error);
        }
        let model = super::model::encode(heap)?;
        let columns = self
            .columns
            .lock()
            .map_or_else(|_| Vec::new(), |columns| columns.clone());
        let column_bytes: u64 = columns.iter().map(ColumnEntry::bytes).sum();
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            version: VERSION,
            identity: self.identity.clone(),
            model_bytes: model.len() as u64,
            model_crc: crc32fast::hash(&model),
            columns,
        };
        write_private(&self.directory.join("model.bin"), &model)?;
        let manifest = serde_json::to_vec_pretty(&manifest)?;
        write_private(&self.directory.join("manifest.json"), &manifest)?;
        let kept_bytes = fs::metadata(self.directory.join(KEPT_DUMP)).map_or(0, |it| it.len());
        let directory = self.location.publish(&self.directory)?;
        self.published = true;
        Ok((
            directory,
            column_bytes + kept_bytes + (model.len() + manifest.len()) as u64,
        ))
    }
}

impl Drop for IndexWriter<'_> {
    fn drop(&mut self) {
        if !self.published {
            // What cannot be removed now is removed by the next process that writes here.
            let _ = fs::remove_dir_all(&self.directory);
            if let Some(folder) = self.directory.parent() {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)
}
