//! A message of a socket or a data channel, and the items in it.

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::Envelope;
use plumbline_wire::frame::{Frame, SnapshotInfo, batches};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::{Record, Role};
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;
use plumbline_wire::refusal::Refusal;
use plumbline_wire::statement::{Place, prove, sign_head, sign_place};

use crate::people::{self, team};

/// What reads back is the same bytes; what is in it is read too.
pub fn run(input: &[u8]) {
    let Ok(frame) = Frame::parse(input) else { return };
    assert_eq!(frame.encode(), input, "one spelling");
    match frame {
        Frame::Append { items } | Frame::Items { items } | Frame::Push { items, .. } => {
            for bytes in &items {
                if let Ok(item) = Item::parse(bytes) {
                    assert_eq!(item.id(), ItemId::of(bytes));
                }
            }
            let again: Vec<&[u8]> = batches(&items).flatten().collect();
            assert_eq!(again, items, "batches lose nothing");
        }
        Frame::Have { marks, .. } => assert!(marks.windows(2).all(|pair| pair[0] < pair[1])),
        Frame::Snapshots { snapshots } => assert!(snapshots.len() <= limits::SNAPSHOTS * 8),
        Frame::Challenge { genesis, .. } => drop(Genesis::parse(genesis)),
        Frame::Hello { certificate, .. } => drop(Certificate::parse(certificate)),
        Frame::Ephemeral { envelope }
        | Frame::Signal { envelope, .. }
        | Frame::Snapshot { envelope }
        | Frame::Endorse { envelope } => drop(Envelope::parse(envelope)),
        _ => {}
    }
}

/// One of each.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let team = team();
    let (relay, challenge) = (people::relay(0), [13; 32]);
    let host = relay.verify_key();
    let (session, opening) = team.open(people::WRITER, 1);
    let record = team.records[1].bytes();
    let item = ItemId::of(&opening);
    let mark = Mark { session, seq: 0, item };
    let start = Place::start(&team.workspace);
    let place = start.then(&item);
    let certificate = &team.certificates[people::WRITER];
    let proof = prove(&team.devices[people::WRITER].signing, certificate, &host, &challenge);
    let signature = sign_head(&relay, &team.workspace, &challenge, &place);
    let word = sign_place(&relay, &team.workspace, &item, &place);
    let items = vec![opening.as_slice(), record];
    let info = SnapshotInfo { item, place, length: 77, endorsed: true };
    let standing = Standing::Member(Role::Writer);
    let device = VerifyKey([4; 32]);
    [
        Frame::Challenge { host, challenge, genesis: team.genesis.bytes() },
        Frame::Hello { certificate: certificate.bytes(), proof, challenge },
        Frame::Welcome { standing, base: start, head: place, signature },
        Frame::Subscribe { since: 6 },
        Frame::Append { items: items.clone() },
        Frame::Ack { item, place, signature: word },
        Frame::Nack { item, refusal: Refusal::Rate, wait: 100 },
        Frame::Push { after: start, items: items.clone() },
        Frame::Have { keyring: [1; 32], marks: vec![mark, Mark { seq: 1, ..mark }], more: true },
        Frame::Items { items },
        Frame::Ephemeral { envelope: &opening },
        Frame::Signal { device, envelope: &opening },
        Frame::Snapshots { snapshots: vec![info, info] },
        Frame::Snapshot { envelope: &opening },
        Frame::GetSnapshot { item },
        Frame::Endorse { envelope: &opening },
    ]
    .iter()
    .map(Frame::encode)
    // One byte too many.
    .chain([[Frame::Subscribe { since: 6 }.encode(), vec![0]].concat()])
    .chain(team.records.last().map(Record::bytes).map(|bytes| Frame::Items { items: vec![bytes] }.encode()))
    .collect()
}
