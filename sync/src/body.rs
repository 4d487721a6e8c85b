//! What is inside a sealed envelope of changes.
//!
//! Layout: `dependencies[count2, 56 each] witness[0 | 1 relay16 position8 chain32] payload[length4] zeros`, padded.

use plumbline_wire::codec::{Malformed, Reader, Writer};
use plumbline_wire::id::Chain;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::Place;

use crate::seal;

/// How far its author had read a relay's log: two members who were shown different logs find out from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    /// The first 16 bytes of the relay's key.
    pub relay: [u8; 16],
    /// How far.
    pub place: Place,
}

/// The inside of an envelope of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body<'a> {
    /// The latest envelopes of other sessions that its author had taken in: what it may build on. In order.
    pub dependencies: Vec<Mark>,
    /// What its author knew of a relay.
    pub witness: Option<Witness>,
    /// The changes.
    pub payload: &'a [u8],
}

/// A relay in a witness.
#[must_use]
pub fn relay_tag(relay: &VerifyKey) -> [u8; 16] {
    let mut tag = [0; 16];
    tag.copy_from_slice(&relay.0[..16]);
    tag
}

impl<'a> Body<'a> {
    /// As padded bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(seal::padded(self.payload.len() + 128));
        writer.list(&self.dependencies, Mark::write);
        match &self.witness {
            None => drop(writer.u8(0)),
            Some(witness) => {
                writer.u8(1).raw(&witness.relay).u64(witness.place.position).raw(&witness.place.chain.0);
            }
        }
        writer.bytes(self.payload);
        let mut bytes = writer.done();
        bytes.resize(seal::padded(bytes.len()), 0);
        bytes
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is not spelt as one; the padding is zeros.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let dependencies = Mark::read_list(&mut reader, limits::DEPENDENCIES)?;
        let witness = match reader.u8()? {
            0 => None,
            1 => {
                let relay = reader.array()?;
                Some(Witness { relay, place: Place { position: reader.u64()?, chain: Chain(reader.array()?) } })
            }
            tag => return Err(Malformed::Tag { tag }),
        };
        let payload = reader.bytes(limits::ENVELOPE)?;
        let padding = reader.take(reader.left())?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Malformed::Value);
        }
        Ok(Self { dependencies, witness, payload })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_wire::id::{ItemId, SessionId};
    use proptest::prelude::*;

    #[test]
    fn round_trip_and_size() {
        let mark = Mark { session: SessionId([1; 16]), seq: 2, item: ItemId([3; 32]) };
        let place = Place { position: 4, chain: Chain([5; 32]) };
        let witness = Some(Witness { relay: [6; 16], place });
        let body = Body { dependencies: vec![mark], witness, payload: b"changes" };
        let bytes = body.encode();
        assert_eq!(Body::parse(&bytes), Ok(body));
        assert_eq!(bytes.len(), 256);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Body::parse(&bytes);
        }
    }
}
