//! An envelope: as it came, and signed by a device of the team, so that what is behind the signature is reached too.

use plumbline_wire::envelope::{Envelope, HEADER, Header, Kind};
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::item::Item;
use plumbline_wire::key::SIGNATURE;
use plumbline_wire::statement::Place;

use crate::people::{self, team};

/// Where the device stands in the header.
const DEVICE: usize = 22;

/// A read envelope is spelt the only way there is; a signature covers every byte.
pub fn run(input: &[u8]) {
    check(input);
    let team = team();
    let who = usize::from(input.first().copied().unwrap_or_default()) % people::COUNT;
    if input.len() < HEADER + SIGNATURE {
        return;
    }
    let mut signed = input[..input.len() - SIGNATURE].to_vec();
    signed[DEVICE..DEVICE + 32].copy_from_slice(&team.devices[who].keys().verify.0);
    team.devices[who].signing.sign_tail(&mut signed);
    check(&signed);
    let Ok(envelope) = Envelope::parse(&signed) else { return };
    assert_eq!(envelope.verify(), Ok(()));
    let mut damaged = signed.clone();
    let at = usize::from(input[1]) * 7 % damaged.len();
    damaged[at] ^= input[2].max(1);
    if let Ok(envelope) = Envelope::parse(&damaged) {
        assert!(envelope.verify().is_err(), "byte {at} is not covered by the signature");
    }
}

fn check(bytes: &[u8]) {
    let item = Item::parse(bytes);
    let Ok(envelope) = Envelope::parse(bytes) else {
        assert!(!matches!(item, Ok(Item::Envelope(_))));
        return;
    };
    let header = envelope.header;
    let again = [&header.encode(envelope.body.len())[..], envelope.body].concat();
    assert_eq!(again, bytes[..bytes.len() - SIGNATURE], "one spelling");
    assert_eq!(envelope.associated(), &bytes[..HEADER]);
    assert_eq!(item.is_ok(), header.kind.is_logged());
    assert_eq!(envelope.id(), ItemId::of(bytes));
    assert_eq!(envelope.covers().is_some(), matches!(header.kind, Kind::Snapshot | Kind::Endorse));
    assert_eq!(envelope.endorsed().is_some(), header.kind == Kind::Endorse);
    if let Ok(certificate) = envelope.certificate() {
        assert_eq!((certificate.device.verify, certificate.workspace), (header.device, header.workspace));
    }
    let _ = envelope.verify();
}

/// One of each kind.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let (team, who) = (team(), people::WRITER);
    let (session, opening) = team.open(who, 1);
    let sealed = |kind, seq, prev| {
        let header: Header = team.header(kind, who, session, seq, prev, 1);
        team.seal(&header, 1, who, b"text")
    };
    let place = Place::start(&team.workspace);
    let endorse = Header::endorse(
        &team.certificates[who],
        SessionId([1; 16]),
        &ItemId([2; 32]),
        &place,
        &team.devices[who].signing,
    );
    let changes = sealed(Kind::Changes, 1, ItemId::of(&opening).0);
    let others = [Kind::Snapshot, Kind::Ephemeral, Kind::Signal].map(|kind| sealed(kind, 9, [3; 32]));
    std::iter::once(opening).chain(changes).chain(others.into_iter().flatten()).chain(endorse).collect()
}
