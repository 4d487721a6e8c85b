//! Everything that is durable here as a file, for where no network joins two devices: the same sealed items that travel
//! otherwise, checked in the same way. Only members can read it, and taking it in twice changes nothing.
//!
//! Layout: `PLUMBENV` (8 bytes) · version (1) · workspace (16) · frames, each after its length (4, big-endian).

use plumbline_sync::wire::id::WorkspaceId;
use plumbline_sync::wire::limits;

const MAGIC: &[u8; 8] = b"PLUMBENV";
const VERSION: u8 = 1;

/// The file's ending.
pub const EXTENSION: &str = "plumbline-edits";
/// Larger ones are not opened: a full workspace on a relay is 256 MiB, and a tab holds this twice.
pub const MOST: usize = 320 * 1024 * 1024;

/// Why a file cannot be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadParcel {
    /// Something else, or larger than can be.
    #[error("not a file of edits")]
    NotOne,
    /// Made by a later version.
    #[error("made by a later version")]
    Later,
    /// Of another workspace.
    #[error("of another workspace")]
    Other,
    /// Its end is missing.
    #[error("cut short")]
    Cut,
}

/// The file.
#[must_use]
pub fn write(workspace: &WorkspaceId, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = [&MAGIC[..], &[VERSION], &workspace.0].concat();
    for frame in frames {
        // A frame is at most 256 KiB.
        bytes.extend_from_slice(&u32::try_from(frame.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(frame);
    }
    bytes
}

/// The frames in a file. Looked at whole before anything of it is taken.
///
/// # Errors
/// What is wrong with it.
pub fn read<'a>(workspace: &WorkspaceId, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, BadParcel> {
    let rest = bytes.strip_prefix(MAGIC).filter(|_| bytes.len() <= MOST).ok_or(BadParcel::NotOne)?;
    let (version, rest) = rest.split_first().ok_or(BadParcel::Cut)?;
    if *version != VERSION {
        return Err(BadParcel::Later);
    }
    let (of, mut rest) = rest.split_first_chunk::<16>().ok_or(BadParcel::Cut)?;
    if *of != workspace.0 {
        return Err(BadParcel::Other);
    }
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(BadParcel::Cut)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if length > limits::FRAME {
            return Err(BadParcel::NotOne);
        }
        let (frame, after) = after.split_at_checked(length).ok_or(BadParcel::Cut)?;
        frames.push(frame);
        rest = after;
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_anything_else_is_refused_by_name() {
        let (ours, other) = (WorkspaceId([1; 16]), WorkspaceId([2; 16]));
        let frames = vec![vec![1, 2, 3], vec![], vec![9; 1000]];
        let file = write(&ours, &frames);
        assert_eq!(read(&ours, &file), Ok(frames.iter().map(Vec::as_slice).collect()));
        assert_eq!(read(&ours, &write(&ours, &[])), Ok(vec![]));
        assert_eq!(read(&other, &file), Err(BadParcel::Other));
        assert_eq!(read(&ours, b""), Err(BadParcel::NotOne));
        assert_eq!(read(&ours, b"PLUMBLIN\x01"), Err(BadParcel::NotOne));
        assert_eq!(read(&ours, &[&file[..8], &[2], &file[9..]].concat()), Err(BadParcel::Later));
        let ends = [25, 32, 36];
        for end in 8..file.len() {
            let cut = read(&ours, &file[..end]);
            assert_eq!(cut.is_ok(), ends.contains(&end), "{end}: {cut:?}");
        }
        assert_eq!(read(&ours, &[&file[..25], &[0xff; 8]].concat()), Err(BadParcel::NotOne));
    }
}
