//! One record of the keyring: what an administrator's link decided, and on top of what.
//!
//! Layout: `"PLkr" version workspace16 signer32 at8 parents[count2, 32 each] tag1 action signature64`.

use crate::codec::{Malformed, Reader, Writer};
use crate::id::{ItemId, WorkspaceId};
use crate::key::{BadSignature, Keys, OpeningKey, SigningKey, VerifyKey};
use crate::limits;
use crate::mark::{self, Mark};

pub(crate) const MAGIC: &[u8; 4] = b"PLkr";
/// A data key sealed to somebody: HPKE's encapsulated key (32), the key (32), the tag (16).
pub const SEALED_KEY: usize = 80;
/// An old data key under a newer one: nonce (24), the key (32), the tag (16).
pub const WRAPPED_KEY: usize = 72;

/// What a link may do. Three roles, and nobody passes on a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Reads.
    Reader = 1,
    /// Reads and writes.
    Writer = 2,
    /// Reads, writes, grants, revokes, rotates, adopts.
    Admin = 3,
}

/// Names a data key without telling it: its epoch and a commitment to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyName {
    /// From 1. Each rotation is one more.
    pub epoch: u32,
    /// Two admins who rotate at the same time make two keys of one epoch; this tells them apart.
    pub commitment: [u8; 16],
}

/// A data key for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedKey {
    /// Which key.
    pub key: KeyName,
    /// The key, sealed to the recipient.
    pub sealed: [u8; SEALED_KEY],
}

/// An older data key for those who have a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which key.
    pub key: KeyName,
    /// The key, under the newer one.
    pub wrapped: [u8; WRAPPED_KEY],
}

/// Whom a revocation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A link, and all devices that joined through it.
    Link(VerifyKey),
    /// One device.
    Device(VerifyKey),
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A link may be used.
    Grant {
        /// The link's public keys.
        link: Keys,
        /// What it may do.
        role: Role,
        /// Until when devices may join through it, in milliseconds since 1970; `None`: until it is revoked.
        expires: Option<u64>,
        /// What people call it, sealed: a name is not for the relay.
        label: Vec<u8>,
        /// The current data key, sealed to the link. Older keys follow from it.
        keys: Vec<SealedKey>,
    },
    /// A link or device may no longer be used. What it wrote counts up to the frontier.
    Revoke {
        /// Whom it is about.
        target: Target,
        /// The last envelope that counts of each of its sessions, in order of sessions; none of the others counts.
        frontier: Vec<Mark>,
    },
    /// A new data key.
    Rotate {
        /// The new key's name. Its epoch is one more than the latest this record builds on.
        key: KeyName,
        /// The key sealed to each device and link that remains.
        recipients: Vec<(OpeningKey, [u8; SEALED_KEY])>,
        /// The keys before it, under it.
        previous: Vec<WrappedKey>,
    },
    /// What was set aside counts after all, up to these places.
    Adopt {
        /// In order of sessions.
        marks: Vec<Mark>,
    },
}

/// A record, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The workspace it holds in.
    pub workspace: WorkspaceId,
    /// The administrator's link that signed it.
    pub signer: VerifyKey,
    /// When, by the signer's clock: for people. Nothing is decided by it.
    pub at: u64,
    /// The latest records that its signer knew, in order. None: it builds on the genesis alone.
    pub parents: Vec<ItemId>,
    /// What was decided.
    pub action: Action,
    bytes: Vec<u8>,
}

impl Role {
    const ALL: [Self; 3] = [Self::Reader, Self::Writer, Self::Admin];
}

impl Record {
    /// Signs a record.
    ///
    /// # Errors
    /// When it passes a limit or its lists are not in order: then nobody would accept it.
    pub fn sign(
        workspace: WorkspaceId,
        signer: &SigningKey,
        at: u64,
        parents: Vec<ItemId>,
        action: &Action,
    ) -> Result<Self, Malformed> {
        let mut writer = Writer::magic(MAGIC);
        writer.raw(&workspace.0).raw(&signer.verify_key().0).u64(at);
        writer.list(&parents, |writer, parent| {
            writer.raw(&parent.0);
        });
        action.write(&mut writer);
        let mut bytes = writer.done();
        signer.sign_tail(&mut bytes);
        let record = Self::parse(&bytes)?;
        // A list too long for its count would have been cut in writing.
        if record.action == *action && record.parents == parents { Ok(record) } else { Err(Malformed::Value) }
    }

    /// Reads a record. The signature is checked by [`Record::verify`].
    ///
    /// # Errors
    /// When it is not spelt as one.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > limits::RECORD {
            return Err(Malformed::TooLong { limit: limits::RECORD });
        }
        let mut reader = Reader::new(bytes);
        reader.magic(MAGIC)?;
        let workspace = WorkspaceId(reader.array()?);
        let signer = VerifyKey(reader.array()?);
        let at = reader.u64()?;
        let parents = reader.list(limits::PARENTS, 32, |reader| reader.array().map(ItemId))?;
        in_order(&parents)?;
        let action = Action::read(&mut reader)?;
        reader.take(64)?;
        reader.end()?;
        Ok(Self { workspace, signer, at, parents, action, bytes: bytes.to_vec() })
    }

    /// Whether the link that it names signed it. Whether that link may is the keyring's to say.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self) -> Result<(), BadSignature> {
        self.signer.verify_tail(&self.bytes).map(drop)
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> ItemId {
        ItemId::of(&self.bytes)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Action {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Grant { link, role, expires, label, keys } => {
                writer.u8(1).raw(&link.verify.0).raw(&link.opening.0).u8(*role as u8);
                // No clock reaches the largest number, so it can say "never".
                writer.u64(expires.unwrap_or(u64::MAX)).bytes(label);
                writer.list(keys, |writer, key| {
                    key.key.write(writer);
                    writer.raw(&key.sealed);
                });
            }
            Self::Revoke { target, frontier } => {
                let (tag, key) = match target {
                    Target::Link(key) => (1, key),
                    Target::Device(key) => (2, key),
                };
                writer.u8(2).u8(tag).raw(&key.0).list(frontier, Mark::write);
            }
            Self::Rotate { key, recipients, previous } => {
                key.write(writer.u8(3));
                writer.list(recipients, |writer, (recipient, sealed)| {
                    writer.raw(&recipient.0).raw(sealed);
                });
                writer.list(previous, |writer, key| {
                    key.key.write(writer);
                    writer.raw(&key.wrapped);
                });
            }
            Self::Adopt { marks } => {
                writer.u8(4).list(marks, Mark::write);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        match reader.u8()? {
            1 => {
                let link = Keys { verify: VerifyKey(reader.array()?), opening: OpeningKey(reader.array()?) };
                let tag = reader.u8()?;
                let role = Role::ALL.into_iter().find(|role| *role as u8 == tag).ok_or(Malformed::Tag { tag })?;
                let expires = Some(reader.u64()?).filter(|expires| *expires != u64::MAX);
                let label = reader.bytes(limits::LABEL)?.to_vec();
                let keys = reader.list(limits::KEYS, KeyName::LENGTH + SEALED_KEY, |reader| {
                    Ok(SealedKey { key: KeyName::read(reader)?, sealed: reader.array()? })
                })?;
                Ok(Self::Grant { link, role, expires, label, keys })
            }
            2 => {
                let tag = reader.u8()?;
                let key = VerifyKey(reader.array()?);
                let target = match tag {
                    1 => Target::Link(key),
                    2 => Target::Device(key),
                    tag => return Err(Malformed::Tag { tag }),
                };
                Ok(Self::Revoke { target, frontier: sessions(reader)? })
            }
            3 => {
                let key = KeyName::read(reader)?;
                let entry = |reader: &mut Reader<'_>| Ok((OpeningKey(reader.array()?), reader.array()?));
                let recipients = reader.list(limits::RECIPIENTS, 32 + SEALED_KEY, entry)?;
                in_order(&recipients.iter().map(|(key, _)| *key).collect::<Vec<_>>())?;
                let previous = reader.list(limits::KEYS, KeyName::LENGTH + WRAPPED_KEY, |reader| {
                    Ok(WrappedKey { key: KeyName::read(reader)?, wrapped: reader.array()? })
                })?;
                Ok(Self::Rotate { key, recipients, previous })
            }
            4 => Ok(Self::Adopt { marks: sessions(reader)? }),
            tag => Err(Malformed::Tag { tag }),
        }
    }
}

impl KeyName {
    const LENGTH: usize = 20;

    fn write(&self, writer: &mut Writer) {
        writer.u32(self.epoch).raw(&self.commitment);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { epoch: reader.u32()?, commitment: reader.array()? })
    }
}

/// Marks of different sessions, in order.
fn sessions(reader: &mut Reader<'_>) -> Result<Vec<Mark>, Malformed> {
    let marks = reader.list(limits::RECORD_MARKS, mark::LENGTH, Mark::read)?;
    in_order(&marks.iter().map(|mark| mark.session).collect::<Vec<_>>())?;
    Ok(marks)
}

fn in_order<T: Ord>(entries: &[T]) -> Result<(), Malformed> {
    if entries.windows(2).all(|pair| pair[0] < pair[1]) { Ok(()) } else { Err(Malformed::Order) }
}
