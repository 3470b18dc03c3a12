//! Tells whether a dump is still being written.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{HprofError, Result};
use crate::header::MAGIC;
use crate::record::RecordHeader;
use crate::sources::read_full_at;
use crate::tag::record;

/// What a file looks like at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLook {
    /// Bytes of the file.
    pub bytes: u64,
    /// When it was last written, where the file system tells.
    pub modified_at: Option<SystemTime>,
    /// Whether its last bytes are a HEAP_DUMP_END record; `None` for a file that is no plain
    /// dump, of which that cannot be seen.
    pub ends_with_end_record: Option<bool>,
    /// Bytes of the segment files `<path>.p0`, `.p1`, ... that JDK 22 and later write beside the
    /// dump and merge into it at the end.
    pub segment_file_bytes: u64,
}

/// What two looks at a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It changed between the looks, or its segment files are not merged yet.
    Growing,
    /// It did not change, but the end record is missing: a pause of the writer, a cut dump, or
    /// one of the old form, which has none.
    Unfinished,
    /// It did not change and ends as it should, as far as can be seen.
    Finished,
}

/// Looks at a file.
///
/// # Errors
/// [`HprofError::Io`].
pub fn look(path: &Path) -> Result<FileLook> {
    look_at(path).map_err(|error| HprofError::from(error).with_path(path))
}

fn look_at(path: &Path) -> io::Result<FileLook> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let bytes = metadata.len();
    Ok(FileLook {
        bytes,
        modified_at: metadata.modified().ok(),
        ends_with_end_record: ends_with_end_record(&file, bytes)?,
        segment_file_bytes: segment_file_bytes(path),
    })
}

fn ends_with_end_record(file: &File, bytes: u64) -> io::Result<Option<bool>> {
    let mut head = [0; MAGIC.len()];
    let count = read_full_at(file, 0, &mut head)?;
    if head[..count] != *MAGIC {
        return Ok(None);
    }
    let mut last = [0; record::HEADER_BYTES as usize];
    let count = read_full_at(file, bytes.saturating_sub(record::HEADER_BYTES), &mut last)?;
    let header = RecordHeader::parse(&last[..count]);
    Ok(Some(header.is_some_and(|header| {
        header.tag == record::HEAP_DUMP_END && header.body_bytes == 0
    })))
}

fn segment_file_bytes(path: &Path) -> u64 {
    let sizes = (0_u32..).map_while(|number| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".p{number}"));
        std::fs::metadata(PathBuf::from(name)).ok()
    });
    sizes.map(|metadata| metadata.len()).sum()
}

/// Compares two looks at the same file, the second taken some time after the first.
pub fn growth(earlier: &FileLook, now: &FileLook) -> Growth {
    if earlier != now || now.segment_file_bytes > 0 {
        Growth::Growing
    } else if now.ends_with_end_record == Some(false) {
        Growth::Unfinished
    } else {
        Growth::Finished
    }
}
