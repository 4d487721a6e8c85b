//! Names of things: a workspace, a session, an item. All are hashes, so that nobody can choose one that is taken.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::key::VerifyKey;

/// Everything public prints as a link writes it, and is told apart in a debug log by its first characters.
macro_rules! text {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&::data_encoding::BASE64URL_NOPAD.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &::data_encoding::BASE64URL_NOPAD.encode(&self.0)[..8])
            }
        }
    )*};
}

pub(crate) use text;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(pub [u8; $bytes]);

        impl $name {
            /// Its bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        text!($name);
    };
}

id! {
    /// A workspace: the first 16 bytes of the SHA-256 of its genesis.
    WorkspaceId, 16
}

id! {
    /// A session: one tab that writes, from its opening to its end. Also the Automerge actor of everything it writes.
    SessionId, 16
}

id! {
    /// An item of the log (envelope or keyring record): the SHA-256 of its bytes.
    ItemId, 32
}

id! {
    /// A position's fingerprint: the hash of everything in a relay's log up to there.
    Chain, 32
}

impl ItemId {
    /// The name of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl SessionId {
    /// The session that `device` opened with this nonce. Made from the device's key, so that no other device can open a
    /// session, and with it an actor, that is already somebody's.
    #[must_use]
    pub fn of(device: &VerifyKey, nonce: &[u8; 16]) -> Self {
        Self(first16(&[b"plumbline session v1", &device.0, nonce]))
    }
}

impl WorkspaceId {
    /// The workspace that these bytes, a genesis, begin.
    #[must_use]
    pub fn of(genesis: &[u8]) -> Self {
        Self(first16(&[genesis]))
    }
}

impl Chain {
    /// Before the first position of a workspace's log.
    #[must_use]
    pub fn start(workspace: &WorkspaceId) -> Self {
        Self(hash(&[b"plumbline log v1", &workspace.0]))
    }

    /// One position further.
    #[must_use]
    pub fn then(&self, item: &ItemId) -> Self {
        Self(hash(&[&self.0, &item.0]))
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn first16(parts: &[&[u8]]) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&hash(parts)[..16]);
    first
}
