//! Every limit of the protocol, with its reason. Lengths are in bytes, times in milliseconds.

/// The version this crate speaks. It stands in every signed thing.
pub const VERSION: u8 = 1;

/// Largest whole envelope but for snapshots. A WebRTC message is safe up to 256 KiB in every browser; 16 KiB are left for
/// the frame around it.
pub const ENVELOPE: usize = 240 * 1024;

/// Largest sealed snapshot. A year of a busy team is about 2 MiB; the rest is room for imports, and a bound for the relay's
/// memory.
pub const SNAPSHOT: usize = 32 * 1024 * 1024;

/// Largest keyring record. A rotation for 200 devices takes 22 KiB, a frontier of 500 sessions 28 KiB.
pub const RECORD: usize = 64 * 1024;

/// Largest frame: an envelope and what is around it, within one WebRTC message.
pub const FRAME: usize = 256 * 1024;

/// Largest frame that carries a snapshot.
pub const SNAPSHOT_FRAME: usize = SNAPSHOT + 1024;

/// Items in one frame. Below this the frame's size is the bound; above it, bookkeeping per item would be.
pub const ITEMS: usize = 1024;

/// Records in one keyring. Replaying it is quadratic in the worst case (a few milliseconds at this size); a team adds some
/// tens a year.
pub const RECORDS: usize = 4096;

/// Records of one signer kept that do not count, because they were removed meanwhile: enough for what an honest one did on a long
/// trip, too few to fill the keyring.
pub const VOID_RECORDS: usize = 256;

/// Records that one record may name as what it builds on: as many admins as could have acted at the same time.
pub const PARENTS: usize = 8;

/// A frontier or an adoption: sessions named in one record.
pub const RECORD_MARKS: usize = 1000;

/// Recipients of one rotation: devices and links that remain.
pub const RECIPIENTS: usize = 500;

/// Keys handed on inside one grant or rotation: the current one, and its rivals if admins rotated at the same time.
pub const KEYS: usize = 16;

/// Sealed label of a link ("Ana's laptop").
pub const LABEL: usize = 256;

/// Sessions listed in one `Have` frame. A session is one writing tab; 3,000 of them are 164 KiB. More are listed over several.
pub const HAVE_MARKS: usize = 3000;

/// Envelopes that one envelope may name as what it builds on. These are heads only: as many people as wrote within one
/// round trip.
pub const DEPENDENCIES: usize = 256;

/// Signalling payload: a session description without candidates is about 500 bytes packed.
pub const SIGNAL: usize = 16 * 1024;

/// Presence payload: where somebody is and what they hold. Sent often, so kept small.
pub const EPHEMERAL: usize = 4 * 1024;

/// Conflicting envelopes that a relay keeps of one session as proof. One is proof; a few more let different members' proofs
/// meet; beyond that it is only bulk.
pub const EVIDENCE: usize = 8;

/// What a relay stores of one workspace by default: 20 times the envelopes of a busy year.
pub const WORKSPACE_BYTES: u64 = 256 * 1024 * 1024;

/// What a relay stores by default of a device that was removed: a long flight's work, waiting to be adopted.
pub const REMOVED_BYTES: u64 = 4 * 1024 * 1024;

/// Snapshots that are kept: the newest endorsed one may still turn out unreadable by somebody, so the one before it stays.
pub const SNAPSHOTS: usize = 2;

/// Devices that one workspace may know. A team of 50 with four devices each, ten times over.
pub const DEVICES: usize = 2000;

/// Sessions of one workspace that a relay knows. A session is a tab that wrote; 50 people opening ten a working day make
/// 130,000 a year, of which snapshots absorb all but the latest.
pub const SESSIONS: usize = 200_000;

/// A certificate may be dated this much after its link's expiry, for clocks that go wrong by a little.
pub const EXPIRY_GRACE: u64 = 10 * 60 * 1000;
