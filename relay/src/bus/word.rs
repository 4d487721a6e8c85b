//! What relays say to each other, as bytes. No input or output.

use bytes::Bytes;
use plumbline_wire::envelope::{Envelope, Kind};
use plumbline_wire::frame::Frame;
use plumbline_wire::id::{Chain, WorkspaceId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::statement::Place;

use crate::store::End;

const VERSION: u8 = 1;
const GROWN: u8 = 1;
const PRESENCE: u8 = 2;
const SIGNAL: u8 = 3;

/// Which process speaks: what it said itself may come back to it.
pub type Sender = [u8; 8];

/// Something said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The log or its keeping has come this far.
    Grown(End),
    /// Presence, as the frame that members get.
    Presence(Bytes),
    /// Signalling for a device, as the frame that it gets.
    Signal(VerifyKey, Bytes),
}

/// Bytes that are no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl Word {
    /// As bytes.
    #[must_use]
    pub fn encode(&self, by: Sender) -> Vec<u8> {
        let head = |kind: u8| [&[VERSION, kind][..], &by].concat();
        match self {
            Self::Grown(end) => {
                let (position, keeps) = (end.place.position.to_be_bytes(), end.keeps.to_be_bytes());
                [&head(GROWN)[..], &position, &keeps, &end.place.chain.0].concat()
            }
            Self::Presence(frame) => [&head(PRESENCE)[..], frame].concat(),
            Self::Signal(to, frame) => [&head(SIGNAL)[..], &to.0, frame].concat(),
        }
    }

    /// From bytes; nothing if `me` said it. What is passed on to members is what a member of this workspace could have signed;
    /// that they may is for the relay that took it to say, and members check it again.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &Bytes, me: Sender, workspace: &WorkspaceId) -> Result<Option<Self>, Unreadable> {
        let Some((&[VERSION, kind, ref by @ ..], body)) = bytes.split_first_chunk::<10>() else {
            return Err(Unreadable);
        };
        if *by == me {
            return Ok(None);
        }
        let word = match kind {
            GROWN => {
                let (position, rest) = body.split_first_chunk::<8>().ok_or(Unreadable)?;
                let (keeps, chain) = rest.split_first_chunk::<8>().ok_or(Unreadable)?;
                let chain = Chain(chain.try_into().map_err(|_| Unreadable)?);
                let place = Place { position: u64::from_be_bytes(*position), chain };
                Self::Grown(End { place, keeps: u64::from_be_bytes(*keeps) })
            }
            PRESENCE => match Frame::parse(body) {
                Ok(Frame::Ephemeral { envelope }) if passes(envelope, Kind::Ephemeral, workspace, None) => {
                    Self::Presence(bytes.slice_ref(body))
                }
                _ => return Err(Unreadable),
            },
            SIGNAL => {
                let (to, frame) = body.split_first_chunk::<32>().ok_or(Unreadable)?;
                match Frame::parse(frame) {
                    Ok(Frame::Signal { device, envelope })
                        if passes(envelope, Kind::Signal, workspace, Some(device)) =>
                    {
                        Self::Signal(VerifyKey(*to), bytes.slice_ref(frame))
                    }
                    _ => return Err(Unreadable),
                }
            }
            _ => return Err(Unreadable),
        };
        Ok(Some(word))
    }
}

fn passes(envelope: &[u8], kind: Kind, workspace: &WorkspaceId, by: Option<VerifyKey>) -> bool {
    Envelope::parse(envelope).is_ok_and(|envelope| {
        let header = &envelope.header;
        header.kind == kind
            && header.workspace == *workspace
            && by.is_none_or(|device| device == header.device)
            && envelope.verify().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_wire::envelope::Header;
    use plumbline_wire::id::SessionId;
    use plumbline_wire::key::SigningKey;

    const WORKSPACE: WorkspaceId = WorkspaceId([4; 16]);

    fn signed(kind: Kind) -> Vec<u8> {
        let key = SigningKey::from_seed(&[3; 32]);
        let (device, session) = (key.verify_key(), SessionId([1; 16]));
        let (prev, commitment, nonce) = ([0; 32], [1; 16], [2; 24]);
        let header = Header { kind, workspace: WORKSPACE, device, session, seq: 0, prev, epoch: 1, commitment, nonce };
        header.finish(&[7; 40], &key).expect("fits")
    }

    fn read(word: &Word) -> Result<Option<Word>, Unreadable> {
        Word::parse(&word.encode([1; 8]).into(), [2; 8], &WORKSPACE)
    }

    #[test]
    fn words_are_read_as_they_were_said_and_not_by_who_said_them() {
        let device = SigningKey::from_seed(&[3; 32]).verify_key();
        let (presence, signal) = (signed(Kind::Ephemeral), signed(Kind::Signal));
        let words = [
            Word::Grown(End { place: Place { position: 7, chain: Chain([8; 32]) }, keeps: 2 }),
            Word::Presence(Frame::Ephemeral { envelope: &presence }.encode().into()),
            Word::Signal(VerifyKey([5; 32]), Frame::Signal { device, envelope: &signal }.encode().into()),
        ];
        for word in words {
            assert_eq!(read(&word), Ok(Some(word.clone())));
            let bytes = Bytes::from(word.encode([1; 8]));
            assert_eq!(Word::parse(&bytes, [1; 8], &WORKSPACE), Ok(None));
            for cut in 0..bytes.len() {
                assert_eq!(Word::parse(&bytes.slice(..cut), [2; 8], &WORKSPACE), Err(Unreadable), "{cut}");
            }
        }
    }

    #[test]
    fn what_no_member_signed_is_not_passed_on() {
        let presence = signed(Kind::Ephemeral);
        let frame = |envelope: &[u8]| Word::Presence(Frame::Ephemeral { envelope }.encode().into());
        assert_eq!(
            Word::parse(&frame(&presence).encode([1; 8]).into(), [2; 8], &WorkspaceId([9; 16])),
            Err(Unreadable)
        );
        let mut forged = presence;
        let last = forged.len() - 1;
        forged[last] ^= 1;
        assert_eq!(read(&frame(&forged)), Err(Unreadable));
        assert_eq!(read(&frame(&signed(Kind::Signal))), Err(Unreadable), "another kind");
        let signal = signed(Kind::Signal);
        let another = Frame::Signal { device: VerifyKey([6; 32]), envelope: &signal }.encode();
        assert_eq!(read(&Word::Signal(VerifyKey([5; 32]), another.into())), Err(Unreadable), "another's name");
    }
}
