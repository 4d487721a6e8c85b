//! Every limit of the relay with its default and its reason, in one place. Limits of the protocol are `wire::limits`.
//!
//! Whoever reaches one is told so (a refusal with a time to wait, a status, a close code); nothing is dropped silently.

use std::time::Duration;

use plumbline_wire::limits as wire;

/// What one address, one room and one member may use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Connections at once, of all addresses.
    pub connections: usize,
    /// Connections at once from one address. IPv6 counts by /64.
    pub per_address: usize,
    /// Members connected to one room at once.
    pub per_room: usize,
    /// Connections of one device to one room.
    pub per_device: usize,
    /// Workspaces that one address may found in an hour.
    pub founding: f64,
    /// Frames a second that one device may send, over time.
    pub frames: f64,
    /// Bytes a second that one device may send, over time.
    pub bytes: f64,
    /// Bytes stored of one workspace.
    pub workspace: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // An idle connection costs about 10 KB here and one file descriptor; the usual limit of those is 1024 or more.
            connections: 10_000,
            // A team of 50 behind one office address, with a few tabs each.
            per_address: 256,
            // A team of 50 with four devices each, and a crowd of readers at a town hall.
            per_room: 512,
            // Tabs of one browser.
            per_device: 16,
            // A consultant sets up several teams in an afternoon; a script would set up thousands.
            founding: 30.0,
            // Presence of one tab is at most 20 a second; the rest is edits, which are batched.
            frames: 100.0,
            // Catching up after a flight is 5 MiB at most, taken from the burst below; steady typing is some kilobytes.
            bytes: 1024.0 * 1024.0,
            workspace: wire::WORKSPACE_BYTES,
        }
    }
}

/// How many seconds' worth of frames and bytes may come at once: outboxes are emptied in one go.
pub const BURST: f64 = 8.0;

/// Frames refused without a pause between, after which a member that does not wait is disconnected.
pub const DEFIANT: u32 = 200;
/// So long without a refusal is a pause. Not one frame that was taken: while nobody listens, the allowance grows.
pub const FORGIVEN: Duration = Duration::from_secs(1);
/// For so long a member is not listened to after a refusal: what comes faster waits in their own network and costs nobody else anything.
pub const DEAF: Duration = Duration::from_millis(20);

/// From the connection to a whole request head, and from there to a whole `Hello`. Mobile networks take seconds; whoever takes
/// longer holds a slot for nothing.
pub const HANDSHAKE: Duration = Duration::from_secs(15);

/// Longest request head.
pub const REQUEST_HEAD: usize = 16 * 1024;

/// Bytes read before a member has proved who they are: a `Hello` is 350 bytes, and a frame around it.
pub const STRANGER: usize = 2 * 1024;

/// Bytes read towards one ordinary message: a whole frame, and what was read ahead.
pub const MESSAGE: usize = wire::FRAME + 2 * READ_BUFFER + 64;

/// Bytes read towards one message with a snapshot.
pub const BULK: usize = wire::SNAPSHOT_FRAME + 2 * READ_BUFFER + 64;

/// Messages with snapshots in memory at once, all rooms together: 128 MiB.
pub const BULKS: usize = 4;

/// Told to a member who asks for a snapshot while that many are in memory: milliseconds.
pub const BULK_WAIT: u32 = 2_000;

/// Buffer of a connection. Most are idle, so small: at 200 readers a larger one is no faster.
pub const READ_BUFFER: usize = 4 * 1024;

/// A quiet connection is asked whether it is still there: proxies close what is silent for a minute.
pub const PING: Duration = Duration::from_secs(25);

/// Silent rounds of asking, after which it is gone.
pub const SILENT: u32 = 3;

/// Messages waiting for one reader: a second of not reading at all in a small room that writes a thousand items in it, five seconds in a
/// busy one. What they hold is bounded below.
pub const QUEUE: usize = 1024;

/// Bytes waiting for one reader. With 512 readers that do not read, a room holds what it shares once, not 512 times.
pub const QUEUE_BYTES: usize = 4 * 1024 * 1024;

/// How long a reader may take to take what is already on its way, when the relay closes the connection.
pub const FAREWELL: Duration = Duration::from_secs(5);

/// Bytes of it that are read and thrown away when the relay closes a connection.
pub const REMAINDER: u64 = 1024 * 1024;

/// Commands waiting for one room. Beyond it senders wait, and with them their network.
pub const MAILBOX: usize = 64;

/// Bytes that a room has judged and not stored yet. Beyond it the room listens to nobody until they are stored.
pub const UNSTORED: usize = 8 * 1024 * 1024;

/// Most time between two shared messages to a room's readers: a busy room is heard at 200 messages a second; nobody sees 5 ms.
pub const TICK: Duration = Duration::from_millis(5);
/// What part of that a reader is worth. One delivered message costs about 14 µs of processor time whatever its size, so a
/// room of up to 178 readers takes half a core for them at most, and a small one need not wait.
pub const READER: Duration = Duration::from_micros(28);

/// What a room keeps of its log in memory, so that whoever is just behind need not be served from the disk. Not more, because
/// each of them gets a copy of what they have missed.
pub const TAIL: usize = 256 * 1024;

/// A room without members is put away after this; it is loaded again in milliseconds.
pub const IDLE: Duration = Duration::from_secs(60);

/// Changes and bytes that share one commit, of all rooms.
pub const COMMIT: (usize, usize) = (512, 16 * 1024 * 1024);

/// A commit that takes longer is worth a line in the log: members wait for it.
pub const SLOW_COMMIT: Duration = Duration::from_secs(1);

/// Commits waiting for the writer; beyond it rooms wait.
pub const WRITER: usize = 256;

/// Reads of the store at once. More would only wait for the same disk.
pub const READS: usize = 4;

/// How long a database may take to let a relay in. A machine that is gone says nothing at all.
pub const DATABASE_CONNECT: Duration = Duration::from_secs(5);

/// How long a database may take to answer or to commit; rooms wait for it. Others' locks are given up on earlier.
pub const DATABASE_ANSWER: Duration = Duration::from_secs(15);

/// How long it may take until a room is loaded: a full log is seconds.
pub const DATABASE_LOAD: Duration = Duration::from_secs(60);

/// How long the question how far all logs are may take, until the store is taken to be away. Members are then better off elsewhere.
pub const DATABASE_AWAY: Duration = Duration::from_secs(5);

/// Seconds between two questions to a shared store whether others have written. Hints are faster; this is what is sure.
pub const POLL: f64 = 2.0;

/// Read in one go of what other relays wrote.
pub const CATCH_UP: usize = 1024 * 1024;

/// Words to other relays that wait to be sent; beyond it they are lost, and others find out by asking.
pub const OUTBOX: usize = 1024;

/// After another relay wrote in a room it is taken to go on for so long …
pub const RIVALS: Duration = Duration::from_secs(2);

/// … and for so long after a commit of our own it is its turn: or the quicker one would always be first.
pub const TURN: Duration = Duration::from_millis(10);

/// How often a snapshot is tried while others write.
pub const KEEP_TRIES: usize = 5;

/// How long stopping may take before it is done without the rest.
pub const STOP: Duration = Duration::from_secs(10);

/// Told to a member who is to come again because the relay cannot store: milliseconds.
pub const STORAGE_WAIT: u32 = 5_000;

/// Addresses remembered for the founding limit. When there are more, those who have waited long enough are forgotten.
pub const ADDRESSES: usize = 10_000;
