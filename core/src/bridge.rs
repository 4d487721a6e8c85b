//! What the app and the engine say to each other: postcard bytes over `postMessage`.
//!
//! The app sends numbered [`Request`]s; the engine answers each with one [`FromEngine::Reply`] and pushes [`Push`]es in between.
//! An edit is answered only after it is durable (promise: "saved" is never said before it is true).

use serde::{Deserialize, Serialize};

use crate::id::{LeaderId, RoundId, WorkspaceId};
use crate::import::{BallotSheet, Columns, Headers, Unusable};
use crate::intent::{Intent, Refusal};
use crate::time::Timestamp;
use crate::view::{Packed, ViewKey};

pub mod sharing;

use sharing::{Key, Presence, Role, Sharing, SharingProblem, WholeLink};

/// App to engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToEngine {
    /// Chosen by the app; the reply carries the same.
    pub id: u32,
    /// What is asked.
    pub request: Request,
}

/// What the app may ask of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// All workspaces on this device. Answered by [`Answer::Done`] after a [`Push::Directory`].
    Directory,
    /// Make an empty workspace and open it.
    Create {
        /// Drawn by the app.
        workspace: WorkspaceId,
        /// Its name.
        name: String,
    },
    /// Make the sample team and open it.
    CreateSample {
        /// Drawn by the app.
        workspace: WorkspaceId,
    },
    /// Open a workspace; views flow from then on.
    Open {
        /// Which.
        workspace: WorkspaceId,
        /// Who sits at this laptop, as for [`Request::Identify`].
        leader: Option<LeaderId>,
    },
    /// Put a workspace in the bin. It is kept there until a person erases it: a clock may be wrong by years.
    Delete {
        /// Which.
        workspace: WorkspaceId,
    },
    /// Take a workspace out of the bin.
    Restore {
        /// Which.
        workspace: WorkspaceId,
    },
    /// Remove a workspace from the bin for good.
    Erase {
        /// Which; must be in the bin.
        workspace: WorkspaceId,
    },
    /// Keep this view up to date. Pushed at once and whenever it changes.
    Subscribe(ViewKey),
    /// Not needed any more.
    Unsubscribe(ViewKey),
    /// Edit. Answered when durable.
    Dispatch(Intent),
    /// Take back the last edit of this session.
    Undo,
    /// Do the last edit taken back again.
    Redo,
    /// Forget what could be undone: the laptop changes hands.
    ForgetUndo,
    /// Who sits at this laptop, for naming the author of an edit; `None` when several share it.
    Identify(Option<LeaderId>),
    /// The header and first rows of a ballots file, to map its columns.
    ReadHeaders {
        /// The file.
        bytes: Vec<u8>,
    },
    /// Read a ballots file against the workspace's leaders and priorities; nothing is imported.
    PreviewBallots {
        /// The file.
        bytes: Vec<u8>,
        /// How to read its columns; `None` to find out.
        columns: Option<Columns>,
        /// How many a ballot ranks; `None` for the most found.
        top: Option<u8>,
        /// Spellings settled by a person: the file's name, and the known name it stands for.
        same_as: Vec<(String, String)>,
    },
    /// Everything in one file.
    ExportWorkspace,
    /// A revealed round as CSV.
    ExportRound {
        /// Which.
        round: RoundId,
        /// Figures or ballots.
        what: RoundExport,
    },
    /// What a workspace file holds; nothing is imported.
    InspectFile {
        /// The file.
        bytes: Vec<u8>,
    },
    /// Bring in a workspace file: a new workspace, or merged into the one it is a copy of. Opens it.
    ImportFile {
        /// The file.
        bytes: Vec<u8>,
    },
    /// Share the open workspace through the relay at this address; it keeps its name.
    Share {
        /// Scheme, host and port of the relay.
        relay: String,
    },
    /// Join a workspace by a link and open it.
    Join {
        /// What stands behind `#`, or the whole address.
        link: String,
        /// Scheme, host and port of the relay.
        relay: String,
    },
    /// Make a link. Answered by [`Answer::Link`].
    MakeLink {
        /// What it may do.
        role: Role,
        /// Until when devices may join by it.
        expires: Option<Timestamp>,
        /// What it is called; may be empty.
        name: String,
        /// Scheme, host and port of the app, for the code.
        app: String,
    },
    /// Show a link again that this device made, or the founding one.
    ShowLink {
        /// Which.
        link: Key,
        /// Scheme, host and port of the app, for the code.
        app: String,
    },
    /// Close a link: who came by it is removed, and the key is changed.
    CloseLink(Key),
    /// Remove one device; its link stays open.
    RemoveDevice(Key),
    /// Let what removed members wrote after their removal count after all.
    Adopt,
    /// The engine before this one trapped: these payloads, by their names, are left out, and others are looked at with care. To
    /// be sent before a workspace is opened.
    Careful(Vec<[u8; 32]>),
    /// Tell the others who are here.
    Show(Presence),
    /// Try the relay again now: the device is online again.
    Reach,
    /// Whether to connect to other devices directly; not before it is said.
    Direct(bool),
    /// A code for another device, to connect to this one without a relay. Answered by [`Answer::Link`].
    AskByHand {
        /// Scheme, host and port of the app, for the code.
        app: String,
    },
    /// The code of another device. Answered by [`Answer::Link`], to be brought back there, or by [`Answer::Done`].
    Brought {
        /// The code, or the address it stands in.
        code: String,
        /// Scheme, host and port of the app, for the code.
        app: String,
    },
    /// Everything in a file, sealed as it travels, for another member's device.
    SaveEdits,
    /// Take in such a file. Answered by [`Answer::Edited`].
    TakeEdits {
        /// The file.
        bytes: Vec<u8>,
    },
    /// Recovery drill: fail on purpose in the next edit, after the document changed and before it was stored, so that a test can
    /// show that nothing acknowledged is lost.
    Drill,
}

/// Which file of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoundExport {
    /// Agreement, consensus and spread.
    Figures,
    /// Who ranked what.
    Ballots,
}

/// Engine to app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The one answer to a request.
    Reply {
        /// The request's number.
        id: u32,
        /// What became of it.
        result: Result<Answer, Failure>,
    },
    /// Something changed.
    Push(Push),
}

/// News from the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "made, encoded and dropped one at a time; never kept in numbers")]
pub enum Push {
    /// A subscribed view of the workspace that is open.
    View(WorkspaceId, ViewKey, Packed),
    /// The workspaces on this device.
    Directory(Vec<WorkspaceCard>),
    /// Whether everything is stored.
    Saving(Saving),
    /// What was done to storage while opening, in need of words.
    Recovered(Recovery),
    /// How the open workspace is shared; `None` when it is not.
    Sharing(WorkspaceId, Option<Sharing>),
    /// This payload is about to be taken in; `None`: it was. Only after [`Request::Careful`].
    Trying(Option<[u8; 32]>),
    /// The open workspace is shared now, by another tab; it takes the engine with a peer in it.
    NeedsPeer(WorkspaceId),
}

/// What opening found and mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    /// Stored pieces that were damaged; set aside, not deleted.
    pub damaged: u32,
}

/// Whether everything is on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Saving {
    /// All edits are on this device.
    Saved {
        /// When the last was written; `None` before the first edit of this session.
        at: Option<Timestamp>,
    },
    /// Edits are being written.
    Busy,
    /// Edits are in memory only.
    Failing {
        /// How many.
        edits: u32,
        /// Why.
        trouble: StorageTrouble,
    },
}

/// Why storage refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageTrouble {
    /// The browser's storage is full.
    Full,
    /// The browser offers no storage (private mode, blocked by policy).
    Unavailable,
    /// Anything else; tried again.
    Failed,
}

/// A workspace in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceCard {
    /// Which.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Whether it is the sample team.
    pub sample: bool,
    /// When it came to this device.
    pub created: Timestamp,
    /// When it was last opened here.
    pub opened: Timestamp,
    /// When it was put in the bin.
    pub deleted: Option<Timestamp>,
}

/// A request that was carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing more to say.
    Done,
    /// An edit is durable; `false` when nothing had to change.
    Edited(bool),
    /// A workspace is open.
    Opened(WorkspaceId),
    /// A file to hand to the person.
    File(ExportFile),
    /// The columns of a ballots file.
    Headers(Headers),
    /// A ballots file, read.
    Ballots(BallotSheet),
    /// A workspace file, looked into.
    Inspected(FileSummary),
    /// A link, to be handed on.
    Link(WholeLink),
}

/// A file made for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// Suggested name.
    pub name: String,
    /// MIME type.
    pub mime: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a workspace file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Leaders in the team.
    pub leaders: u32,
    /// Priorities on the list.
    pub priorities: u32,
    /// Rounds.
    pub rounds: u32,
    /// Changes recorded.
    pub changes: u64,
    /// Short fingerprint.
    pub fingerprint: String,
    /// Whether this device has the workspace already: then the file is merged into it.
    pub known: bool,
    /// Changes the file has and this device does not.
    pub new_changes: u64,
}

/// A request that was not carried out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    /// The rules refuse it.
    Refused(Refusal),
    /// No workspace is open, or not the one meant.
    NotOpen,
    /// This device does not have the workspace.
    Unknown,
    /// The edit is in memory only; storage refused it.
    NotStored(StorageTrouble),
    /// The ballots file cannot be used.
    BallotsUnusable(Unusable),
    /// The workspace file cannot be used, in words.
    FileUnusable(FileProblem),
    /// Something about sharing.
    Sharing(SharingProblem),
    /// This device may look and not change.
    ReadOnly,
    /// It takes the engine with a peer in it.
    NeedsPeer,
    /// The request itself was not understood: two versions of Plumbline meet; reload.
    Version,
    /// The engine stopped while this was under way. What was acknowledged before is safe; this may have to be done again.
    Interrupted,
}

/// Why a workspace file is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FileProblem {
    /// Nothing in it.
    #[error("The file is empty. Choose the file that Plumbline exported; its name ends in .plumbline.")]
    Empty,
    /// Larger than any workspace can be.
    #[error("The file is larger than {limit_mb} MB, more than a workspace can be.")]
    TooLarge {
        /// The limit, in megabytes.
        limit_mb: u32,
    },
    /// Not made by Plumbline.
    #[error(
        "This is not a Plumbline workspace file. Choose the file that Plumbline exported; its name ends in .plumbline."
    )]
    NotOurs,
    /// Made by a newer version.
    #[error(
        "This file was made by a newer version of Plumbline. Reload Plumbline to get the newest version, then open the file again."
    )]
    Newer,
    /// Cut short.
    #[error("The file is incomplete: {missing} bytes are missing. Export or download it again.")]
    Truncated {
        /// How many bytes.
        missing: u64,
    },
    /// The checksum does not fit the content.
    #[error("The file is damaged: its content does not match its checksum. Export it again, or use another copy.")]
    Damaged,
    /// The content is not what Plumbline writes.
    #[error("The file holds something Plumbline never writes, so it was not opened. Nothing was changed.")]
    Hostile,
}
