//! Identifiers from the browser's cryptographic random source.

use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};

#[allow(clippy::disallowed_methods, reason = "the app's one edge to the random source")]
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Browsers that run WebAssembly modules all have crypto.getRandomValues; without it nothing here may go on.
    getrandom::fill(&mut bytes).expect("the browser has a random source");
    bytes
}

/// A new workspace's identifier.
#[must_use]
pub fn workspace_id() -> WorkspaceId {
    WorkspaceId::from_bytes(bytes())
}

/// A new leader's identifier.
#[must_use]
pub fn leader_id() -> LeaderId {
    LeaderId::from_bytes(bytes())
}

/// A new priority's identifier.
#[must_use]
pub fn priority_id() -> PriorityId {
    PriorityId::from_bytes(bytes())
}

/// A new round's identifier.
#[must_use]
pub fn round_id() -> RoundId {
    RoundId::from_bytes(bytes())
}
