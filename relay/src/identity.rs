//! The relay's own signing key: its word that something is durable. Made on the first start. Members recognise the relay by
//! it, so it belongs into the backup. Relays that share a database share the key in it ([`crate::store::postgres`]).

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use plumbline_wire::key::SigningKey;

/// Its name in the data directory.
pub const FILE: &str = "relay.key";

/// Reads the key, or makes it.
///
/// # Errors
/// When the file cannot be read, made, or is no key.
pub fn open(directory: &Path) -> io::Result<SigningKey> {
    let path = directory.join(FILE);
    match File::open(&path) {
        Ok(mut file) => {
            let mut seed = Vec::new();
            file.read_to_end(&mut seed)?;
            let seed = <[u8; 32]>::try_from(seed).map_err(|_| {
                io::Error::new(ErrorKind::InvalidData, format!("{} is not 32 bytes long", path.display()))
            })?;
            close_to_others(&file, &path)?;
            Ok(SigningKey::from_seed(&seed))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => make(directory, &path),
        Err(error) => Err(error),
    }
}

/// What nobody can guess.
///
/// # Errors
/// When the system has nothing of that.
pub fn fresh() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    // The relay's edge.
    #[expect(clippy::disallowed_methods)]
    getrandom::fill(&mut seed).map_err(io::Error::other)?;
    Ok(seed)
}

fn make(directory: &Path, path: &Path) -> io::Result<SigningKey> {
    let seed = fresh()?;
    // Under another name first: half a key must never be found under the right one.
    let draft = directory.join(format!("{FILE}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    close_to_others(&file, &draft)?;
    file.write_all(&seed)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    File::open(directory)?.sync_all()?;
    Ok(SigningKey::from_seed(&seed))
}

/// Nobody but the owner may read it, also after a backup was put back carelessly.
fn close_to_others(file: &File, path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata()?.permissions().mode();
        if mode & 0o077 != 0 {
            tracing::warn!(file = %path.display(), "others could read the relay's key; now only its owner can");
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (file, path);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_kept_from_others() {
        let directory = tempfile::tempdir().expect("a place to write");
        let first = open(directory.path()).expect("made");
        let path = directory.path().join(FILE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || path.metadata().expect("there").permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
            open(directory.path()).expect("still there");
            assert_eq!(mode(), 0o600);
        }
        assert_eq!(open(directory.path()).expect("still there").verify_key(), first.verify_key());
        fs::write(&path, b"short").expect("ours");
        assert!(open(directory.path()).is_err());
    }
}
