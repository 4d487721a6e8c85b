//! A file of edits.

use plumbline_replica::parcel;
use plumbline_wire::id::WorkspaceId;

const OURS: WorkspaceId = WorkspaceId([3; 16]);

/// What is read writes back to the same bytes.
pub fn run(input: &[u8]) {
    if let Ok(frames) = parcel::read(&OURS, input) {
        let frames: Vec<Vec<u8>> = frames.into_iter().map(<[u8]>::to_vec).collect();
        assert_eq!(parcel::write(&OURS, &frames), input);
    }
}

/// Empty, and with frames.
pub fn seeds() -> Vec<Vec<u8>> {
    vec![parcel::write(&OURS, &[]), parcel::write(&OURS, &[vec![1, 2, 3], vec![], vec![4; 60]])]
}
