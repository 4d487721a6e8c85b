//! The names in the document. Written to disk and to other peers: never renamed, only added to by a migration.

/// The sections at the root.
pub mod section {
    pub const WORKSPACE: &str = "workspace";
    pub const LEADERS: &str = "leaders";
    pub const PRIORITIES: &str = "priorities";
    pub const ROUNDS: &str = "rounds";
    pub const SESSIONS: &str = "sessions";
}

/// The fields of entities.
pub mod field {
    pub const ID: &str = "id";
    pub const NAME: &str = "name";
    pub const SAMPLE: &str = "sample";
    pub const CREATED: &str = "created";
    pub const TOP: &str = "top";
    pub const REMOVED: &str = "removed";
    pub const ROLE: &str = "role";
    pub const DEPARTMENT: &str = "department";
    pub const JOINED: &str = "joined";
    pub const LEFT: &str = "left";
    pub const TITLE: &str = "title";
    pub const DESCRIPTION: &str = "description";
    pub const RETIRED: &str = "retired";
    pub const LABEL: &str = "label";
    pub const OPENED: &str = "opened";
    pub const REVEALED: &str = "revealed";
    pub const CANCELLED: &str = "cancelled";
    pub const IMPORTED: &str = "imported";
    pub const CANDIDATES: &str = "candidates";
    pub const ASKED: &str = "asked";
    pub const BALLOTS: &str = "ballots";
    pub const COUNTED: &str = "counted";
    pub const ORDER: &str = "order";
    pub const SIGNED: &str = "signed";
    pub const SEALING: &str = "sealing";
    pub const ESCROW: &str = "escrow";
    pub const SECOND_KEY: &str = "second_key";
    pub const CLOSING: &str = "closing";
    pub const SECRET: &str = "secret";
    pub const SECOND_SECRET: &str = "second_secret";
    pub const NAMES: &str = "names";
}
