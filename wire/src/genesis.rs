//! The first record of a workspace: who founded it. The workspace's name is its hash, so nobody can squat one and nothing
//! is trusted on first use.
//!
//! Layout: `"PLgn" version nonce16 created8 verify32 opening32 signature64`, 157 bytes, signed by the founding link.

use crate::codec::{Malformed, Reader, Writer};
use crate::id::WorkspaceId;
use crate::key::{BadSignature, Keys, OpeningKey, Secrets, VerifyKey};

const MAGIC: &[u8; 4] = b"PLgn";
/// Length of a genesis.
pub const LENGTH: usize = 4 + 1 + 16 + 8 + 32 + 32 + 64;

/// A workspace's beginning, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    /// The founding link: an administrator without expiry, senior to all others. Its seed is the recovery link.
    pub root: Keys,
    /// Tells workspaces of one founding link apart. Founders put the name that the workspace had before it was shared here, so
    /// that it keeps it.
    pub nonce: [u8; 16],
    /// When, by the founder's clock.
    pub created: u64,
    bytes: Vec<u8>,
}

/// Why bytes are no genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GenesisProblem {
    /// They cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The founder did not sign them.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// They begin another workspace.
    #[error("the beginning of another workspace")]
    Workspace,
}

impl Genesis {
    /// Founds a workspace with the founding link's secrets. `nonce`: random, or the name of what was not shared before.
    #[must_use]
    pub fn found(root: &Secrets, nonce: [u8; 16], created: u64) -> Self {
        let keys = root.keys();
        let mut writer = Writer::magic(MAGIC);
        writer.raw(&nonce).u64(created).raw(&keys.verify.0).raw(&keys.opening.0);
        let mut bytes = writer.done();
        root.signing.sign_tail(&mut bytes);
        Self { root: keys, nonce, created, bytes }
    }

    /// Reads and checks a genesis.
    ///
    /// # Errors
    /// When it cannot be read or is not signed by its founder.
    pub fn parse(bytes: &[u8]) -> Result<Self, GenesisProblem> {
        let mut reader = Reader::new(bytes);
        reader.magic(MAGIC)?;
        let nonce = reader.array()?;
        let created = reader.u64()?;
        let root = Keys { verify: VerifyKey(reader.array()?), opening: OpeningKey(reader.array()?) };
        reader.take(64)?;
        reader.end()?;
        root.verify.verify_tail(bytes)?;
        Ok(Self { root, nonce, created, bytes: bytes.to_vec() })
    }

    /// Reads and checks the genesis of one workspace.
    ///
    /// # Errors
    /// As [`Genesis::parse`], and when it begins another workspace.
    pub fn parse_for(workspace: &WorkspaceId, bytes: &[u8]) -> Result<Self, GenesisProblem> {
        let genesis = Self::parse(bytes)?;
        if genesis.workspace() == *workspace { Ok(genesis) } else { Err(GenesisProblem::Workspace) }
    }

    /// The workspace it begins.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        WorkspaceId::of(&self.bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
