//! What the app and the engine say to each other about a shared workspace: who has it, by which links, and where it is.

use serde::{Deserialize, Serialize};

use crate::id::{LeaderId, PriorityId, RoundId};
use crate::time::Timestamp;

/// The public key that a link or a device is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub [u8; 32]);

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Look.
    Reader,
    /// Look and change.
    Writer,
    /// Also make and close links.
    Admin,
}

/// How this device stands in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It may do this.
    Member(Role),
    /// It, or its link, was removed. What was here stays readable here.
    Removed,
    /// Its link's time was over when it joined.
    Expired,
    /// It has not heard yet.
    Unknown,
}

/// The way to the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Being tried.
    Reaching,
    /// Open.
    Open,
    /// Not open; tried again by itself.
    Away(Why),
}

/// Why the relay is not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// This device is offline, or the relay is.
    Offline,
    /// There is no relay at that address.
    NoRelay,
    /// The relay does not know the workspace, or not this device.
    Unknown,
    /// This device, or its link, was removed.
    Removed,
    /// Its link's time was over.
    Expired,
    /// The relay does not let this device in.
    Refused,
    /// It is not the relay it was.
    Stranger,
    /// It is full, or asks to wait.
    Busy,
}

/// How the workspace that is open is shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// How this device stands.
    pub standing: Standing,
    /// Whether this device came by the founding link.
    pub founder: bool,
    /// The way to the relay.
    pub way: Way,
    /// Edits made on this device that no relay has confirmed yet.
    pub waiting: u32,
    /// On how many other devices all of them are nevertheless.
    pub elsewhere: u32,
    /// How many devices this one is connected to directly.
    pub direct: u32,
    /// When the relay last confirmed that it has everything; `None` before the first time in this run.
    pub synced: Option<Timestamp>,
    /// Who else is here now.
    pub here: Vec<Somebody>,
    /// Links, the founding one first.
    pub links: Vec<LinkCard>,
    /// The devices, of those that came by the links, that could hold the second key of a round opened here now; the first does
    /// unless another is chosen.
    pub custodians: Vec<Key>,
    /// What was written by removed members after their removal, and does not count.
    pub set_aside: Vec<SetAside>,
    /// What people should know.
    pub cautions: Vec<Caution>,
}

/// Somebody else who has the workspace open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Somebody {
    /// Their device.
    pub device: Key,
    /// What they say of themselves.
    pub presence: Presence,
}

/// What a device says of itself while it is open; nothing of it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Who sits there; `None` when several share it, or nobody said.
    pub leader: Option<LeaderId>,
    /// Where they are.
    pub place: Place,
    /// What they are moving.
    pub moving: Option<PriorityId>,
    /// Whether they are leaving.
    pub leaving: bool,
}

/// A part of the app, as far as others may know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Anywhere else.
    #[default]
    Elsewhere,
    /// The list of priorities.
    Priorities,
    /// A round.
    Round(RoundId),
    /// Ranking, in a round.
    Ballot(RoundId),
    /// The agreed stack of a round.
    Stack(RoundId),
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCard {
    /// Which.
    pub link: Key,
    /// What it is called; empty for none.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Until when devices may join by it.
    pub expires: Option<Timestamp>,
    /// Whether it was closed.
    pub closed: bool,
    /// Whether it is the founding one, which is for recovery.
    pub founding: bool,
    /// Whether this device came by it.
    pub own: bool,
    /// Whether this device made it and can show it again.
    pub shown: bool,
    /// Devices that came by it.
    pub devices: Vec<DeviceCard>,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCard {
    /// Which.
    pub device: Key,
    /// The leaders who wrote on it.
    pub leaders: Vec<LeaderId>,
    /// When it joined, by its own clock.
    pub joined: Timestamp,
    /// Whether it is this one.
    pub own: bool,
    /// Whether it was removed.
    pub removed: bool,
}

/// Work of a removed device that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Whose.
    pub device: Key,
    /// The leaders who wrote on it.
    pub leaders: Vec<LeaderId>,
    /// How many edits, or bundles of edits made in one moment.
    pub edits: u32,
}

/// What people should know about the way their work travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Caution {
    /// The relay has less than it confirmed: it was restored from an old copy. What is missing is sent again.
    RolledBack,
    /// The relay shows another history than before, or than it shows to somebody else.
    Forked,
    /// The address is served by another relay than before.
    Stranger,
    /// Something that others build on does not come.
    Withheld,
    /// A device of ours was copied: two are writing as one.
    Copied,
    /// Something forged was sent, and left out.
    Forged,
}

/// A link, whole: whoever has it can do what it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeLink {
    /// What stands behind `#` in the address.
    pub fragment: String,
    /// The address as a square of dark and light, row by row, without a margin.
    pub code: Code,
}

/// A QR code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Modules in a row.
    pub size: u16,
    /// Whether each is dark.
    pub dark: Vec<bool>,
}

/// Why a workspace was not shared, joined, or a link not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SharingProblem {
    /// The text is no link.
    NotALink,
    /// Something is missing at its end, or was added.
    Cut,
    /// A link of a later version.
    Later,
    /// The relay is not reached.
    Way(Why),
    /// The link was closed.
    Closed,
    /// The link's time is over.
    Expired,
    /// The link is not known to the relay.
    Unknown,
    /// Nothing came, though the link is good: who made it has to be online once.
    Nothing,
    /// This device has a copy of its own of this workspace, from a file.
    CopyHere,
    /// Only an administrator may do this.
    NotAdmin,
    /// Something in the workspace is larger than can travel.
    TooLarge,
    /// There are as many members as a workspace can have.
    Many,
    /// It is shared already.
    Already,
    /// This browser makes no direct connections.
    NoDirect,
    /// The code is none from another device of this workspace, or too old, or for another tab.
    NotACode,
    /// The file holds no edits.
    NotEdits,
    /// The file is of another workspace.
    OtherEdits,
    /// The file's end is missing.
    CutEdits,
}
