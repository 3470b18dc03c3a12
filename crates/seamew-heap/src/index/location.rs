//! Where an index lives.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::classes::SizeModel;

/// What changes the contents of an index, apart from the dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    pub dump_index: usize,
    pub size_model: SizeModel,
    pub keep_unreachable: bool,
}

impl Variant {
    fn name(self) -> String {
        let model = match self.size_model {
            SizeModel::Gap => "",
            SizeModel::Mat => "-mat",
        };
        let kept = if self.keep_unreachable {
            "-unreachable"
        } else {
            ""
        };
        format!("d{}{model}{kept}", self.dump_index)
    }
}

/// The folder of a dump's indexes, and the one variant in it.
#[derive(Clone, Debug)]
pub struct Location {
    folder: PathBuf,
    variant: String,
}

const TEMPORARY: &str = ".tmp-";

impl Location {
    /// Places to look for an index, in order: the wanted directory alone, or beside the dump and
    /// then the cache folder.
    pub fn candidates(dump: &Path, wanted: Option<&Path>, variant: Variant) -> Vec<Self> {
        let at = |parent: &Path| Self {
            folder: parent.join(folder_name(dump)),
            variant: variant.name(),
        };
        if let Some(directory) = wanted {
            return vec![at(directory)];
        }
        let beside = dump.parent().map(at);
        beside
            .into_iter()
            .chain(cache_folder(dump).as_deref().map(at))
            .collect()
    }

    /// The index itself.
    pub fn directory(&self) -> PathBuf {
        self.folder.join(&self.variant)
    }

    /// A fresh directory to write the index into. Removes what dead processes have left.
    ///
    /// # Errors
    /// When the place is not writable.
    pub fn temporary(&self) -> io::Result<PathBuf> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.folder)?;
        remove_abandoned(&self.folder);
        let prefix = format!("{TEMPORARY}{}-", std::process::id());
        let directory = tempfile::Builder::new()
            .prefix(&prefix)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&self.folder)?;
        Ok(directory.keep())
    }

    /// Puts a finished temporary directory in place. Where another process was quicker, its
    /// index stays and ours goes: both are right.
    ///
    /// # Errors
    /// When the directory cannot be renamed.
    pub fn publish(&self, temporary: &Path) -> io::Result<PathBuf> {
        let target = self.directory();
        if target.exists() {
            let old = temporary.with_extension("old");
            fs::rename(&target, &old)?;
            fs::remove_dir_all(&old)?;
        }
        match fs::rename(temporary, &target) {
            Ok(()) => {}
            Err(_) if target.exists() => fs::remove_dir_all(temporary)?,
            Err(error) => return Err(error),
        }
        Ok(target)
    }
}

fn folder_name(dump: &Path) -> OsString {
    let mut name = dump.file_name().unwrap_or_default().to_owned();
    name.push(".seamew");
    name
}

/// `$XDG_CACHE_HOME/seamew/index/HASH`, one folder for each place that dumps come from.
fn cache_folder(dump: &Path) -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home)?;
    let parent = fs::canonicalize(dump).ok()?.parent()?.to_owned();
    let place = crc32fast::hash(parent.as_os_str().as_encoded_bytes());
    Some(
        cache
            .join("seamew")
            .join("index")
            .join(format!("{place:08x}")),
    )
}

/// Removes temporary directories of processes that no longer run.
fn remove_abandoned(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY));
        let pid = pid.and_then(|rest| rest.split('-').next());
        if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // Another process may be removing it too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
