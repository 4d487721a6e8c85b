//! What goes over a socket or a data channel: one message, one frame, one leading byte for its kind.
//!
//! Between a member and a relay: `Challenge`, `Hello`, `Welcome` (or `Nack`), then `Subscribe`, `Append` from the member and
//! `Have`, `Ack`, `Nack`, `Push`, `Snapshots` from the relay. Between two members: `Challenge` and `Hello` both ways, then
//! `Have` and `Items` both ways. `Ephemeral` and `Signal` everywhere.

use crate::codec::{Malformed, Reader, Writer};
use crate::id::{Chain, ItemId};
use crate::key::{SIGNATURE, VerifyKey};
use crate::keyring::Standing;
use crate::keyring::record::Role;
use crate::mark::{self, Mark};
use crate::refusal::Refusal;
use crate::statement::Place;
use crate::{certificate, genesis, item, limits};

#[cfg(test)]
mod tests;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Who is here, which workspace, and a challenge: 32 fresh random bytes.
    Challenge {
        /// The relay's key, or the peer device's.
        host: VerifyKey,
        /// To be signed by the other.
        challenge: [u8; 32],
        /// The workspace's genesis.
        genesis: &'a [u8],
    },
    /// The answer: who I am, by [`crate::statement::prove`].
    Hello {
        /// The join certificate.
        certificate: &'a [u8],
        /// Proof over the challenge.
        proof: [u8; SIGNATURE],
        /// A challenge in return, for the relay's word about its log.
        challenge: [u8; 32],
    },
    /// The relay lets a member in.
    Welcome {
        /// How the member stands.
        standing: Standing,
        /// Where the log begins: what is before that only snapshots hold.
        base: Place,
        /// Where the log ends.
        head: Place,
        /// The relay's word about that, by [`crate::statement::sign_head`].
        signature: [u8; SIGNATURE],
    },
    /// Send me what comes after this position, and everything new.
    Subscribe {
        /// The last position I hold.
        since: u64,
    },
    /// Take these into the log.
    Append {
        /// Whole items.
        items: Vec<&'a [u8]>,
    },
    /// An item is durable.
    Ack {
        /// Which.
        item: ItemId,
        /// Where: the first place it got, however often it was sent.
        place: Place,
        /// The relay's word, by [`crate::statement::sign_place`].
        signature: [u8; SIGNATURE],
    },
    /// Something was not taken. Item zero: the member itself.
    Nack {
        /// Which.
        item: ItemId,
        /// Why.
        refusal: Refusal,
        /// Milliseconds to wait before trying again.
        wait: u32,
    },
    /// Part of the log.
    Push {
        /// The place before the first of these.
        after: Place,
        /// Whole items, one position each.
        items: Vec<&'a [u8]>,
    },
    /// What I hold.
    Have {
        /// [`keyring_digest`] of my keyring.
        keyring: [u8; 32],
        /// The last envelopes of every session I hold, in order. More than one of a session: somebody signed twice.
        marks: Vec<Mark>,
        /// Whether the list goes on in another frame.
        more: bool,
    },
    /// What the other lacks.
    Items {
        /// Whole items.
        items: Vec<&'a [u8]>,
    },
    /// Presence: an envelope that is passed on and forgotten.
    Ephemeral {
        /// The envelope.
        envelope: &'a [u8],
    },
    /// Signalling: an envelope for one device.
    Signal {
        /// Whom it is for; from the relay: whom it comes from.
        device: VerifyKey,
        /// The envelope.
        envelope: &'a [u8],
    },
    /// The snapshots a relay holds.
    Snapshots {
        /// Newest last.
        snapshots: Vec<SnapshotInfo>,
    },
    /// A snapshot: to the relay, for keeping; from it, as asked for.
    Snapshot {
        /// The envelope.
        envelope: &'a [u8],
    },
    /// Send me a snapshot.
    GetSnapshot {
        /// Which.
        item: ItemId,
    },
    /// A second device vouches for a snapshot.
    Endorse {
        /// The envelope.
        envelope: &'a [u8],
    },
}

/// What is known of a snapshot without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// Its name.
    pub item: ItemId,
    /// What it covers.
    pub place: Place,
    /// Its length in bytes.
    pub length: u32,
    /// Whether a second device vouched for it.
    pub endorsed: bool,
}

/// One fingerprint for a set of records.
#[must_use]
pub fn keyring_digest<'a>(records: impl IntoIterator<Item = &'a ItemId>) -> [u8; 32] {
    let mut ids: Vec<_> = records.into_iter().collect();
    ids.sort_unstable();
    ItemId::of(&ids.into_iter().flat_map(|id| id.0).collect::<Vec<u8>>()).0
}

impl<'a> Frame<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    /// When it is none, or longer than its kind may be.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let tag = reader.u8()?;
        let limit = if tag == 14 { limits::SNAPSHOT_FRAME } else { limits::FRAME };
        if bytes.len() > limit {
            return Err(Malformed::TooLong { limit });
        }
        let frame = Self::read(tag, &mut reader)?;
        reader.end()?;
        Ok(frame)
    }

    fn read(tag: u8, reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(match tag {
            1 => Self::Challenge {
                host: VerifyKey(reader.array()?),
                challenge: reader.array()?,
                genesis: reader.take(genesis::LENGTH)?,
            },
            2 => Self::Hello {
                certificate: reader.take(certificate::LENGTH)?,
                proof: reader.array()?,
                challenge: reader.array()?,
            },
            3 => Self::Welcome {
                standing: read_standing(reader)?,
                base: read_place(reader)?,
                head: read_place(reader)?,
                signature: reader.array()?,
            },
            4 => Self::Subscribe { since: reader.u64()? },
            5 => Self::Append { items: read_items(reader)? },
            6 => Self::Ack { item: ItemId(reader.array()?), place: read_place(reader)?, signature: reader.array()? },
            7 => {
                let item = ItemId(reader.array()?);
                let tag = reader.u8()?;
                let refusal = Refusal::from_code(tag).ok_or(Malformed::Tag { tag })?;
                Self::Nack { item, refusal, wait: reader.u32()? }
            }
            8 => Self::Push { after: read_place(reader)?, items: read_items(reader)? },
            9 => {
                let keyring = reader.array()?;
                let more = match reader.u8()? {
                    0 => false,
                    1 => true,
                    tag => return Err(Malformed::Tag { tag }),
                };
                Self::Have { keyring, marks: Mark::read_list(reader, limits::HAVE_MARKS)?, more }
            }
            10 => Self::Items { items: read_items(reader)? },
            11 => Self::Ephemeral { envelope: reader.bytes(limits::FRAME)? },
            12 => Self::Signal { device: VerifyKey(reader.array()?), envelope: reader.bytes(limits::FRAME)? },
            13 => Self::Snapshots {
                snapshots: reader.list(limits::SNAPSHOTS * 8, SnapshotInfo::LENGTH, SnapshotInfo::read)?,
            },
            14 => Self::Snapshot { envelope: reader.bytes(limits::SNAPSHOT)? },
            15 => Self::GetSnapshot { item: ItemId(reader.array()?) },
            16 => Self::Endorse { envelope: reader.bytes(limits::FRAME)? },
            tag => return Err(Malformed::Tag { tag }),
        })
    }

    /// The frame as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::with_capacity(self.size_hint());
        match self {
            Self::Challenge { host, challenge, genesis } => out.u8(1).raw(&host.0).raw(challenge).raw(genesis),
            Self::Hello { certificate, proof, challenge } => out.u8(2).raw(certificate).raw(proof).raw(challenge),
            Self::Welcome { standing, base, head, signature } => {
                out.u8(3).u8(standing_code(*standing));
                write_place(&mut out, base);
                write_place(&mut out, head);
                out.raw(signature)
            }
            Self::Subscribe { since } => out.u8(4).u64(*since),
            Self::Append { items } => write_items(out.u8(5), items),
            Self::Ack { item, place, signature } => {
                write_place(out.u8(6).raw(&item.0), place);
                out.raw(signature)
            }
            Self::Nack { item, refusal, wait } => out.u8(7).raw(&item.0).u8(*refusal as u8).u32(*wait),
            Self::Push { after, items } => {
                write_place(out.u8(8), after);
                write_items(&mut out, items)
            }
            Self::Have { keyring, marks, more } => out.u8(9).raw(keyring).u8(u8::from(*more)).list(marks, Mark::write),
            Self::Items { items } => write_items(out.u8(10), items),
            Self::Ephemeral { envelope } => out.u8(11).bytes(envelope),
            Self::Signal { device, envelope } => out.u8(12).raw(&device.0).bytes(envelope),
            Self::Snapshots { snapshots } => out.u8(13).list(snapshots, SnapshotInfo::write),
            Self::Snapshot { envelope } => out.u8(14).bytes(envelope),
            Self::GetSnapshot { item } => out.u8(15).raw(&item.0),
            Self::Endorse { envelope } => out.u8(16).bytes(envelope),
        };
        out.done()
    }

    fn size_hint(&self) -> usize {
        match self {
            Self::Append { items } | Self::Items { items } | Self::Push { items, .. } => {
                items.iter().map(|item| item.len() + 4).sum::<usize>() + 64
            }
            Self::Have { marks, .. } => marks.len() * mark::LENGTH + 64,
            Self::Snapshot { envelope } => envelope.len() + 16,
            _ => 512,
        }
    }
}

/// Groups items so that each group fits one frame.
pub fn batches<T: AsRef<[u8]>>(items: &[T]) -> impl Iterator<Item = Vec<&[u8]>> {
    let mut rest = items;
    std::iter::from_fn(move || {
        let mut size = 64;
        let fits = |item: &&T| {
            size += item.as_ref().len() + 4;
            size <= limits::FRAME
        };
        let count = rest.iter().take(limits::ITEMS).take_while(fits).count();
        let (batch, after) = rest.split_at(count);
        rest = after;
        (!batch.is_empty()).then(|| batch.iter().map(AsRef::as_ref).collect())
    })
}

impl SnapshotInfo {
    pub(crate) const LENGTH: usize = 32 + 40 + 4 + 1;

    pub(crate) fn write(writer: &mut Writer, info: &Self) {
        write_place(writer.raw(&info.item.0), &info.place);
        writer.u32(info.length).u8(u8::from(info.endorsed));
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (item, place, length) = (ItemId(reader.array()?), read_place(reader)?, reader.u32()?);
        match reader.u8()? {
            0 => Ok(Self { item, place, length, endorsed: false }),
            1 => Ok(Self { item, place, length, endorsed: true }),
            tag => Err(Malformed::Tag { tag }),
        }
    }
}

pub(crate) fn read_place(reader: &mut Reader<'_>) -> Result<Place, Malformed> {
    Ok(Place { position: reader.u64()?, chain: Chain(reader.array()?) })
}

pub(crate) fn write_place(writer: &mut Writer, place: &Place) {
    writer.u64(place.position).raw(&place.chain.0);
}

fn read_items<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>, Malformed> {
    reader.list(limits::ITEMS, 4, |reader| reader.bytes(item::LIMIT))
}

fn write_items<'w>(writer: &'w mut Writer, items: &[&[u8]]) -> &'w mut Writer {
    writer.list(items, |writer, item| {
        writer.bytes(item);
    })
}

const fn standing_code(standing: Standing) -> u8 {
    match standing {
        Standing::Unknown => 0,
        Standing::Member(role) => role as u8,
        Standing::Removed => 4,
        Standing::Expired => 5,
    }
}

fn read_standing(reader: &mut Reader<'_>) -> Result<Standing, Malformed> {
    Ok(match reader.u8()? {
        0 => Standing::Unknown,
        1 => Standing::Member(Role::Reader),
        2 => Standing::Member(Role::Writer),
        3 => Standing::Member(Role::Admin),
        4 => Standing::Removed,
        5 => Standing::Expired,
        tag => return Err(Malformed::Tag { tag }),
    })
}
