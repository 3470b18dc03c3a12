//! Opens dumps of any container as random-access sources.
//!
//! A plain file is read where it lies. The chunked gzip files that HotSpot writes are
//! decompressed chunk by chunk on demand. Other compressed files cannot be entered in the
//! middle, so they are decompressed once, into memory or into a scratch file.

mod blocks;
mod boundaries;
mod cache;
mod chunked_gzip;
mod crew;
mod decoder;
mod file;
mod frames;
mod gzip;
mod inflate;
mod input;
mod members;
mod outline;
mod store;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::anomaly::{Anomaly, AnomalyLog};
use crate::error::{HprofError, Result};
use crate::progress::{Progress, unwatched};
use crate::sniff::{self, Format};
use crate::source::DumpSource;
use decoder::Decoder;
use file::FileSource;
pub(crate) use file::read_full_at;
pub use frames::open_kept;
use gzip::GzipDecoder;
use input::Input;
use members::{Codec, MemberDecoder};

/// How a dump is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Container {
    /// Not compressed.
    Plain,
    /// gzip in independent chunks, as `jcmd GC.heap_dump -gz=1` writes it.
    ChunkedGzip,
    /// Other gzip, of one member or many.
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
}

impl Container {
    /// Stable short name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::ChunkedGzip => "chunked-gzip",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }

    /// True where opening decompresses the whole file.
    pub fn is_unpacked(self) -> bool {
        !matches!(self, Self::Plain | Self::ChunkedGzip)
    }
}

impl fmt::Display for Container {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How to open a dump.
pub struct SourceOptions<'a> {
    /// Where decompressed data go that are too many for the memory; the system's directory for
    /// temporary files if none is given. The file has no name: it vanishes with the process.
    pub scratch_directory: Option<PathBuf>,
    /// A file to be made of the decompressed data where they are too many for the memory, instead
    /// of the one without a name: [`open_kept`] opens it.
    pub kept_file: Option<PathBuf>,
    /// Decompressed bytes that are kept in memory before the scratch file is used.
    pub memory_bytes: usize,
    /// Told the compressed bytes done and in all; can cancel.
    pub progress: &'a Progress<'a>,
}

impl SourceOptions<'_> {
    /// What [`SourceOptions::default`] keeps in memory: 64 MiB.
    pub const DEFAULT_MEMORY_BYTES: usize = 64 << 20;
}

impl Default for SourceOptions<'_> {
    fn default() -> Self {
        Self {
            scratch_directory: None,
            kept_file: None,
            memory_bytes: Self::DEFAULT_MEMORY_BYTES,
            progress: &unwatched,
        }
    }
}

/// An opened dump.
pub struct Opened {
    /// The decompressed bytes.
    pub source: Arc<dyn DumpSource>,
    /// How they are packed.
    pub container: Container,
    /// Bytes of the file itself.
    pub file_bytes: u64,
    /// Damage to the packing: all of it, as opening reads every compressed byte.
    pub anomalies: Vec<Anomaly>,
}

/// Opens the dump at `path`, whatever its name says.
///
/// # Errors
/// [`HprofError::NotAHeapDump`] (also for other files inside a container), [`HprofError::Io`],
/// [`HprofError::Scratch`], [`HprofError::Cancelled`].
pub fn open_source(path: &Path, options: &SourceOptions<'_>) -> Result<Opened> {
    open_file(path, options).map_err(|error| error.with_path(path))
}

fn open_file(path: &Path, options: &SourceOptions<'_>) -> Result<Opened> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::IsADirectory).into());
    }
    let file_bytes = file.metadata()?.len();
    let mut head = vec![0; sniff::HEAD_BYTES];
    let count = read_full_at(&file, 0, &mut head)?;
    head.truncate(count);
    let format = sniff::sniff(&head);
    let opening = Opening {
        file,
        file_bytes,
        options,
    };
    match format {
        Format::Hprof => Ok(opening.plain()),
        Format::Gzip => opening.gzip(&head),
        Format::Bzip2 => opening.members(Codec::Bzip2, Container::Bzip2),
        Format::Xz => opening.members(Codec::Xz, Container::Xz),
        Format::Zstd => opening.members(Codec::Zstd, Container::Zstd),
        Format::Foreign(_) => Err(format.into_error(None)),
    }
}

struct Opening<'a> {
    file: File,
    file_bytes: u64,
    options: &'a SourceOptions<'a>,
}

impl Opening<'_> {
    fn plain(self) -> Opened {
        Opened {
            source: Arc::new(FileSource::new(self.file, self.file_bytes)),
            container: Container::Plain,
            file_bytes: self.file_bytes,
            anomalies: Vec::new(),
        }
    }

    fn gzip(self, head: &[u8]) -> Result<Opened> {
        if let Some(opened) = self.chunked_gzip(head)? {
            return Ok(opened);
        }
        let decoder = GzipDecoder::new(Input::new(self.file, self.file_bytes), head);
        unpack(
            Box::new(decoder),
            Container::Gzip,
            self.file_bytes,
            self.options,
        )
    }

    /// `None` where the file is gzip of another form.
    fn chunked_gzip(&self, head: &[u8]) -> Result<Option<Opened>> {
        let Some(block_bytes) = chunked_gzip::declared_block_bytes(head) else {
            return Ok(None);
        };
        let progress = self.options.progress;
        let found = chunked_gzip::open(&self.file, self.file_bytes, block_bytes, progress)?;
        let Some((source, anomalies)) = found else {
            return Ok(None);
        };
        check_contents(&source, Container::ChunkedGzip)?;
        Ok(Some(Opened {
            source: Arc::new(source),
            container: Container::ChunkedGzip,
            file_bytes: self.file_bytes,
            anomalies,
        }))
    }

    fn members(self, codec: Codec, container: Container) -> Result<Opened> {
        let decoder = MemberDecoder::new(codec, Input::new(self.file, self.file_bytes))?;
        unpack(Box::new(decoder), container, self.file_bytes, self.options)
    }
}

/// Refuses other files inside a container.
fn check_contents(source: &dyn DumpSource, container: Container) -> Result<()> {
    let mut head = vec![0; sniff::HEAD_BYTES];
    let count = source.read_at(0, &mut head)?;
    check_head(&head[..count], container)
}

fn check_head(head: &[u8], container: Container) -> Result<()> {
    match sniff::sniff(head) {
        Format::Hprof => Ok(()),
        other => Err(other.into_error(Some(container.as_str()))),
    }
}

/// Decompresses everything once, in order.
fn unpack(
    mut decoder: Box<dyn Decoder>,
    container: Container,
    file_bytes: u64,
    options: &SourceOptions<'_>,
) -> Result<Opened> {
    let mut anomalies = AnomalyLog::default();
    let mut store = store::StoreWriter::new(options);
    let mut decoded_bytes = 0_u64;
    loop {
        let mut block = vec![0; blocks::BLOCK_BYTES];
        let count = decoder::fill_block(&mut *decoder, &mut block, decoded_bytes, &mut anomalies)?;
        if decoded_bytes == 0 {
            check_head(&block[..count.min(sniff::HEAD_BYTES)], container)?;
        }
        decoded_bytes += count as u64;
        block.truncate(count);
        let is_last = count < blocks::BLOCK_BYTES;
        store.push(block)?;
        crate::progress::report(options.progress, decoder.consumed_bytes(), file_bytes)?;
        if is_last {
            break;
        }
    }
    let source = store.finish()?;
    Ok(Opened {
        source,
        container,
        file_bytes,
        anomalies: anomalies.into_entries(),
    })
}

/// An error of the scratch directory.
fn scratch_error(directory: &Path, source: std::io::Error) -> HprofError {
    HprofError::Scratch {
        directory: directory.to_owned(),
        source,
    }
}
