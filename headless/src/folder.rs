//! A device's folder: readable by its owner only, used by one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use plumbline_replica::sync::peer::Write;

use crate::store::{About, Store, StoreProblem};

const STORE: &str = "device.db";
const LOCK: &str = "lock";
/// What this program makes, beginnings and all: SQLite has files beside its own.
const OURS: [&str; 2] = [LOCK, STORE];

/// Why a folder is not used. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum FolderProblem {
    /// No device is kept there.
    #[error("no workspace is kept there")]
    Nothing,
    /// A device is kept there already.
    #[error("a workspace is kept there already")]
    Taken,
    /// Something else is there.
    #[error("other things are in it")]
    Foreign,
    /// Another process uses it.
    #[error("another process uses it")]
    InUse,
    /// The system refuses.
    #[error("{0}")]
    System(#[from] io::Error),
    /// What is in it cannot be used, or not written.
    #[error(transparent)]
    Store(#[from] StoreProblem),
}

/// A folder that this process has for itself.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether this process made it.
    made: bool,
    /// Held until the end: the system lets go of it even when the process is killed.
    _lock: File,
}

impl Folder {
    /// Opens the folder of a device.
    ///
    /// # Errors
    /// When there is none, another process has it, or it is damaged.
    pub fn open(path: &Path) -> Result<(Self, Store, About), FolderProblem> {
        if !path.join(STORE).is_file() {
            return Err(FolderProblem::Nothing);
        }
        let folder = Self { path: path.to_owned(), made: false, _lock: lock(path)? };
        let store = Store::open(&path.join(STORE))?;
        let about = store.about()?.ok_or(FolderProblem::Nothing)?;
        Ok((folder, store, about))
    }

    /// Whether a device could be kept there: nothing is, or the folder is yet to be made.
    ///
    /// # Errors
    /// Why not.
    pub fn is_free(path: &Path) -> Result<(), FolderProblem> {
        match Self::open(path) {
            Ok(_) => Err(FolderProblem::Taken),
            Err(FolderProblem::Nothing) => foreign(path),
            Err(problem) => Err(problem),
        }
    }

    /// Makes the folder of a new device, for its owner's eyes only, with what it begins with.
    ///
    /// # Errors
    /// When there is one already, or it cannot be made.
    pub fn create(path: &Path, about: &About, writes: &[Write]) -> Result<(Self, Store), FolderProblem> {
        foreign(path)?;
        let made = !path.exists();
        if made {
            private(&mut DirBuilder::new()).recursive(true).create(path)?;
        } else {
            close_to_others(path)?;
        }
        let folder = Self { path: path.to_owned(), made, _lock: lock(path)? };
        let file = path.join(STORE);
        // Made here, so that SQLite does not make it readable; its other files take after it.
        options().create(true).append(true).open(&file)?;
        let mut store = Store::open(&file)?;
        if store.about()?.is_some() {
            return Err(FolderProblem::Taken);
        }
        store.begin(about, writes)?;
        // The names in the folder and its own have to reach the disk as well.
        for folder in [Some(path), path.parent().filter(|parent| !parent.as_os_str().is_empty())] {
            if let Some(folder) = folder.and_then(|folder| File::open(folder).ok()) {
                // Not every file system can.
                let _ = folder.sync_all();
            }
        }
        Ok((folder, store))
    }

    /// Takes away what was just made, after the store was closed: nobody was let in, so nothing is lost.
    pub fn undo(self) {
        for name in ["device.db-wal", "device.db-shm", STORE, LOCK] {
            let _ = fs::remove_file(self.path.join(name));
        }
        if self.made {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Other people's files are not to be mixed with a device's.
fn foreign(path: &Path) -> Result<(), FolderProblem> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let name = entry?.file_name();
        if !OURS.iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            return Err(FolderProblem::Foreign);
        }
    }
    Ok(())
}

fn lock(path: &Path) -> Result<File, FolderProblem> {
    let file = options().create(true).append(true).open(path.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FolderProblem::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

#[cfg(unix)]
fn private(builder: &mut DirBuilder) -> &mut DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    builder.mode(0o700)
}

#[cfg(not(unix))]
const fn private(builder: &mut DirBuilder) -> &mut DirBuilder {
    builder
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

fn close_to_others(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
