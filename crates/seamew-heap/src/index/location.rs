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
/// How often others may get in the way; each time one of them has succeeded.
const ATTEMPTS: usize = 100;

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
        // Whoever gives up an index removes the folder when it is empty: perhaps right now.
        retried(io::ErrorKind::NotFound, || {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true).mode(0o700).create(&self.folder)?;
            remove_abandoned(&self.folder);
            let prefix = format!("{TEMPORARY}{}-", std::process::id());
            let directory = tempfile::Builder::new()
                .prefix(&prefix)
                .permissions(fs::Permissions::from_mode(0o700))
                .tempdir_in(&self.folder)?;
            Ok(directory.keep())
        })
    }

    /// Puts a finished temporary directory in place of what is there.
    ///
    /// Others may do the same at any moment: all are right, the last one stays.
    ///
    /// # Errors
    /// When the directory cannot be renamed.
    pub fn publish(&self, temporary: &Path) -> io::Result<PathBuf> {
        let target = self.directory();
        let old = temporary.with_extension("old");
        retried(io::ErrorKind::DirectoryNotEmpty, || {
            match fs::rename(&target, &old) {
                Ok(()) => fs::remove_dir_all(&old)?,
                // There was none, or another has just moved it away.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            fs::rename(temporary, &target)
        })?;
        Ok(target)
    }
}

/// Tries again when others get in the way, in the way that this kind of error tells.
fn retried<T>(
    interference: io::ErrorKind,
    mut attempt: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for _ in 1..ATTEMPTS {
        match attempt() {
            Err(error) if error.kind() == interference => {}
            outcome => return outcome,
        }
    }
    attempt()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn location(folder: &Path) -> Location {
        Location {
            folder: folder.join("dump.seamew"),
            variant: "d0".into(),
        }
    }

    #[test]
    fn many_publish_at_once_and_one_index_stays() {
        let folder = tempfile::tempdir().unwrap();
        let place = location(folder.path());
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let place = &place;
                scope.spawn(move || {
                    for _ in 0..50 {
                        let temporary = place.temporary().unwrap();
                        fs::write(temporary.join("manifest.json"), writer.to_string()).unwrap();
                        place.publish(&temporary).unwrap();
                    }
                });
            }
        });
        assert!(place.directory().join("manifest.json").exists());
        assert_eq!(fs::read_dir(&place.folder).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_goes_away_meanwhile_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = location(folder.path());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let temporary = place.temporary().unwrap();
                        fs::remove_dir(&temporary).unwrap();
                        let _ = fs::remove_dir(&place.folder);
                    }
                });
            }
        });
    }
}
