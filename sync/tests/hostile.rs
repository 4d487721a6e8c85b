//! What somebody at the other end can make a peer do: no list grows without end, no work is done again and again, and no word
//! that was given to one serves another.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;

use plumbline_sync::body::{Body, Witness, relay_tag};
use plumbline_sync::inspect::{Inspect, Span, Unfit};
use plumbline_sync::peer::{CloseReason, Effect, Peer, Side, Stored, Ticket, Warning, Write};
use plumbline_sync::seal::{DataKey, TAG};
use plumbline_sync::wire::certificate::Certificate;
use plumbline_sync::wire::envelope::{Header, Kind};
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::{ItemId, SessionId};
use plumbline_sync::wire::key::{Secrets, SigningKey};
use plumbline_sync::wire::keyring::Standing;
use plumbline_sync::wire::keyring::record::{KeyName, Role};
use plumbline_sync::wire::link::Link;
use plumbline_sync::wire::mark::Mark;
use plumbline_sync::wire::statement::{Place, prove, sign_head, sign_place};
use zeroize::Zeroizing;

/// Payloads: two numbers, the first and the last change.
struct Numbers;

impl Inspect for Numbers {
    fn inspect(&self, _: &[u8; 16], _: bool, payload: &[u8]) -> Result<Span, Unfit> {
        match *payload {
            [] => Ok(Span::Empty),
            [first, last] => Ok(Span::Changes { first: first.into(), last: last.into() }),
            _ => Err(Unfit::Unreadable),
        }
    }
}

/// A founder's peer, and the secrets of somebody else with a writer's link.
struct Scene {
    peer: Peer,
    key: (KeyName, DataKey),
    device: Secrets,
    certificate: Certificate,
    flight: Option<(Ticket, Vec<Write>)>,
    stored: Vec<Write>,
    sent: Vec<Vec<u8>>,
    closed: Vec<CloseReason>,
    warned: Vec<Warning>,
    heard: usize,
}

impl Scene {
    fn new() -> Self {
        let mut peer = Peer::found([1; 16], 1, Box::new(Numbers), [5; 32]).unwrap();
        let link = peer.grant(Role::Writer, None, Vec::new(), 1, 0).unwrap();
        let device = Secrets::from_seed(&Zeroizing::new([9; 64]));
        let certificate = Certificate::issue(peer.workspace(), &link.secrets().signing, &device, 1);
        let effects = peer.drain();
        let key = effects.iter().find_map(|effect| match effect {
            Effect::Store { writes, .. } => writes.iter().find_map(|write| match write {
                Write::Key { key, secret } => Some((*key, DataKey::from_bytes(**secret))),
                _ => None,
            }),
            _ => None,
        });
        let (stored, sent, closed, warned) = Default::default();
        let key = key.expect("a founder's first key");
        let mut scene = Self { peer, key, device, certificate, flight: None, stored, sent, closed, warned, heard: 0 };
        scene.follow(effects);
        scene.rest();
        scene
    }

    fn follow(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Store { ticket, writes, .. } => self.flight = Some((ticket, writes)),
                Effect::Send { frame, .. } => self.sent.push(frame),
                Effect::Close { reason, .. } => self.closed.push(reason),
                Effect::Presence { .. } => self.heard += 1,
                Effect::Warning(warning) => self.warned.push(warning),
                _ => {}
            }
        }
    }

    fn drain(&mut self) {
        let effects = self.peer.drain();
        self.follow(effects);
    }

    /// Everything is stored that there is to store.
    fn rest(&mut self) {
        self.drain();
        while let Some((ticket, writes)) = self.flight.take() {
            self.stored.extend(writes);
            self.peer.stored(ticket, 1);
            self.drain();
        }
    }

    fn frame(&mut self, conn: u64, frame: &Frame<'_>, now: u64) {
        self.peer.frame(conn, &frame.encode(), now);
        self.drain();
    }

    /// A connection of the other member, who proves who they are.
    fn member(&mut self, conn: u64) {
        self.peer.opened(conn, Side::Member, 1);
        self.drain();
        let asked = self.sent.iter().rev().find_map(|frame| match Frame::parse(frame) {
            Ok(Frame::Challenge { host, challenge, .. }) => Some((host, challenge)),
            _ => None,
        });
        let (host, challenge) = asked.unwrap();
        let proof = prove(&self.device.signing, &self.certificate, &host, &challenge);
        let certificate = self.certificate.bytes().to_vec();
        self.frame(conn, &Frame::Hello { certificate: &certificate, proof, challenge: [1; 32] }, 1);
        assert!(self.closed.is_empty(), "{:?}", self.closed);
    }

    /// A relay that lets the peer in, with an empty log.
    fn relay(&mut self, conn: u64) -> SigningKey {
        let start = Place::start(&self.peer.workspace());
        let relay = self.relay_at(conn, start);
        assert!(self.closed.is_empty(), "{:?}", self.closed);
        relay
    }

    fn relay_at(&mut self, conn: u64, head: Place) -> SigningKey {
        let relay = SigningKey::from_seed(&[77; 32]);
        self.peer.opened(conn, Side::Relay { pinned: None }, 1);
        let genesis = self.peer.keyring().genesis().bytes().to_vec();
        self.frame(conn, &Frame::Challenge { host: relay.verify_key(), challenge: [2; 32], genesis: &genesis }, 1);
        let asked = self.sent.iter().rev().find_map(|frame| match Frame::parse(frame) {
            Ok(Frame::Hello { challenge, .. }) => Some(challenge),
            _ => None,
        });
        let workspace = self.peer.workspace();
        let start = Place::start(&workspace);
        let signature = sign_head(&relay, &workspace, &asked.unwrap(), &head);
        let standing = Standing::Member(Role::Admin);
        self.frame(conn, &Frame::Welcome { standing, base: start, head, signature }, 1);
        relay
    }

    fn header(&self, kind: Kind, session: SessionId, seq: u64, prev: [u8; 32]) -> Header {
        let KeyName { epoch, commitment } = self.key.0;
        let device = self.device.keys().verify;
        let workspace = self.peer.workspace();
        Header { kind, workspace, device, session, seq, prev, epoch, commitment, nonce: [seq as u8; 24] }
    }

    fn seal(&self, header: &Header, text: &[u8]) -> Vec<u8> {
        let sealed = self.key.1.seal(&header.nonce, text, &header.encode(text.len() + TAG));
        header.finish(&sealed, &self.device.signing).unwrap()
    }

    fn items_sent(&self) -> usize {
        let items = |frame: &Vec<u8>| match Frame::parse(frame) {
            Ok(Frame::Items { items } | Frame::Append { items }) => items.len(),
            _ => 0,
        };
        self.sent.iter().map(items).sum()
    }
}

#[test]
fn nobody_uses_up_the_numbers_of_anothers_presence() {
    let mut scene = Scene::new();
    scene.member(1);
    let session = SessionId([3; 16]);
    // Ana's session, as everybody hears it; the hostile member names it with the last number there is.
    let ana = Secrets::from_seed(&Zeroizing::new([8; 64]));
    let hers = Header { device: ana.keys().verify, ..scene.header(Kind::Ephemeral, session, 5, [0; 32]) };
    let sealed = scene.key.1.seal(&hers.nonce, b"here", &hers.encode(4 + TAG));
    let hers = hers.finish(&sealed, &ana.signing).unwrap();
    let stolen = scene.seal(&scene.header(Kind::Ephemeral, session, u64::MAX, [0; 32]), b"gone");
    scene.frame(1, &Frame::Ephemeral { envelope: &stolen }, 1);
    scene.frame(1, &Frame::Ephemeral { envelope: &hers }, 1);
    assert_eq!(scene.heard, 2, "both are shown, each as its own device's");
    scene.frame(1, &Frame::Ephemeral { envelope: &hers }, 1);
    assert_eq!(scene.heard, 2, "and an old one is not");
}

#[test]
fn junk_is_not_remembered() {
    let mut scene = Scene::new();
    scene.member(1);
    scene.relay(2);
    scene.rest();
    let junk = |round: u32| -> Vec<[u8; 8]> {
        (0..500_u32).map(|number| [round.to_be_bytes(), number.to_be_bytes()].concat().try_into().unwrap()).collect()
    };
    let mut after = Place::start(&scene.peer.workspace());
    // The first of each leaves one warning.
    let mut weight = 0;
    for round in 0..20 {
        let junk = junk(round);
        let items: Vec<&[u8]> = junk.iter().map(<[u8; 8]>::as_slice).collect();
        scene.frame(1, &Frame::Items { items: items.clone() }, 1);
        scene.frame(2, &Frame::Push { after, items: items.clone() }, 1);
        after = items.iter().fold(after, |place, item| place.then(&ItemId::of(item)));
        scene.rest();
        if round == 0 {
            weight = scene.peer.weight();
        }
    }
    assert!(scene.closed.is_empty());
    assert_eq!(scene.peer.relays().next().map(|(_, place)| place), Some(after), "it was read");
    assert_eq!(scene.peer.weight(), weight);
}

/// A stranger's openings wait, a bounded number of them. The disk is slow meanwhile: what is given up is not queued for it.
#[test]
fn a_flood_is_not_queued_for_a_slow_disk() {
    let mut scene = Scene::new();
    scene.peer.opened(1, Side::Bare, 1);
    scene.rest();
    let stranger = Link::new(scene.peer.workspace(), [66; 32]).secrets();
    let certificate = Certificate::issue(scene.peer.workspace(), &stranger.signing, &scene.device, 1);
    let opening = |number: u32| {
        let mut nonce = [0; 16];
        nonce[..4].copy_from_slice(&number.to_be_bytes());
        Header::open(&certificate, &nonce, &scene.device.signing).unwrap().1
    };
    let all: Vec<Vec<u8>> = (0..5_000).map(opening).collect();
    for items in all.chunks(250) {
        let frame = Frame::Items { items: items.iter().map(Vec::as_slice).collect() };
        scene.frame(1, &frame, 1);
    }
    assert_eq!(scene.peer.parked(), 4096);
    // The first transaction is still under way; the next one is what waits.
    let (ticket, first) = scene.flight.take().unwrap();
    scene.peer.stored(ticket, 1);
    scene.drain();
    let (_, second) = scene.flight.take().unwrap();
    let writes = first.len() + second.len();
    assert!(writes <= 4096 + 2 * first.len(), "{writes} writes for 4096 that wait");
}

/// It waited for something, was stored meanwhile, and then did not fit: it does not stay on the disk.
#[test]
fn what_waited_and_does_not_fit_is_forgotten() {
    let mut scene = Scene::new();
    scene.member(1);
    let (session, opening) = Header::open(&scene.certificate, &[1; 16], &scene.device.signing).unwrap();
    // By another device, on top of this one's session.
    let other = Secrets::from_seed(&Zeroizing::new([8; 64]));
    let header =
        Header { device: other.keys().verify, ..scene.header(Kind::Changes, session, 1, ItemId::of(&opening).0) };
    let sealed = scene.key.1.seal(&header.nonce, &[0; 256], &header.encode(256 + TAG));
    let foreign = header.finish(&sealed, &other.signing).unwrap();
    let id = ItemId::of(&foreign);
    scene.frame(1, &Frame::Items { items: vec![&foreign] }, 1);
    scene.rest();
    assert_eq!(scene.peer.parked(), 1);
    assert!(scene.stored.iter().any(|write| matches!(write, Write::Item { item, .. } if *item == id)));
    scene.frame(1, &Frame::Items { items: vec![&opening] }, 1);
    scene.rest();
    assert_eq!(scene.peer.parked(), 0);
    assert!(scene.stored.iter().any(|write| matches!(write, Write::Forget { item } if *item == id)));
    // One that was left there by an earlier version goes at the next start.
    let items = scene.peer.keyring().records().map(|record| Arc::from(record.bytes()));
    let items = items.chain([Arc::from(foreign), Arc::from(opening)]).collect();
    let stored = Stored { items, ..Stored::default() };
    let mut again = Peer::restore(scene.peer.identity().clone(), &stored, Box::new(Numbers), [6; 32]);
    let writes = again.drain().into_iter().filter_map(|effect| match effect {
        Effect::Store { writes, .. } => Some(writes),
        _ => None,
    });
    assert!(writes.flatten().any(|write| matches!(write, Write::Forget { item } if item == id)));
}

#[test]
fn nobody_is_sent_everything_again_and_again() {
    let mut scene = Scene::new();
    scene.member(1);
    scene.relay(2);
    scene.rest();
    for number in 1..=20 {
        scene.peer.write(&[number, number], 1).unwrap();
        scene.peer.flush(1);
        scene.rest();
    }
    let none = Frame::Have { keyring: [0; 32], marks: Vec::<Mark>::new(), more: false };
    scene.sent.clear();
    for now in 1_000..1_100 {
        scene.frame(1, &none, now);
        scene.frame(2, &none, now);
    }
    let all = scene.peer.graph().len() + scene.peer.keyring().records().count();
    // Once to each, and to the relay once before it said what it has.
    assert!(scene.items_sent() <= 3 * all, "{} of {all} items", scene.items_sent());
    scene.sent.clear();
    scene.frame(1, &none, 20_000);
    assert!(scene.items_sent() >= all, "what was lost on the way is sent again after a while");
}

#[test]
fn a_proof_is_given_to_whom_it_is_for() {
    let proofs = |scene: &Scene| {
        scene.sent.iter().filter(|frame| matches!(Frame::parse(frame), Ok(Frame::Hello { .. }))).count()
    };
    // A member passes on what a relay asked them, to be taken for this device there.
    let mut scene = Scene::new();
    let relay = scene.relay(2);
    let genesis = scene.peer.keyring().genesis().bytes().to_vec();
    let before = proofs(&scene);
    scene.peer.opened(1, Side::Member, 1);
    scene.frame(1, &Frame::Challenge { host: relay.verify_key(), challenge: [7; 32], genesis: &genesis }, 1);
    assert_eq!((proofs(&scene), scene.closed.as_slice()), (before, &[CloseReason::Identity][..]));
    // A member who is somebody else than they asked for.
    let mut scene = Scene::new();
    scene.member(1);
    let before = proofs(&scene);
    let host = SigningKey::from_seed(&[78; 32]).verify_key();
    scene.frame(1, &Frame::Challenge { host, challenge: [7; 32], genesis: &genesis }, 1);
    assert_eq!((proofs(&scene), scene.closed.as_slice()), (before, &[CloseReason::Identity][..]));
    // A relay passes on what a member asked it.
    let mut scene = Scene::new();
    scene.member(1);
    let (_, opening) = Header::open(&scene.certificate, &[1; 16], &scene.device.signing).unwrap();
    scene.frame(1, &Frame::Items { items: vec![&opening] }, 1);
    let before = proofs(&scene);
    scene.peer.opened(2, Side::Relay { pinned: None }, 1);
    let host = scene.device.keys().verify;
    scene.frame(2, &Frame::Challenge { host, challenge: [7; 32], genesis: &genesis }, 1);
    assert_eq!((proofs(&scene), scene.closed.as_slice()), (before, &[CloseReason::Identity][..]));
}

/// A member says that they saw another log, at a place that nobody has read yet: that is told, and it is not taken for the relay's
/// word. The relay says where its log ends, or where something is, at that very place.
#[test]
fn a_member_who_lies_about_a_relay_does_not_part_others_from_it() {
    for by_ack in [false, true] {
        let mut scene = Scene::new();
        scene.member(1);
        let relay = scene.relay(2);
        scene.rest();
        let workspace = scene.peer.workspace();
        let (session, opening) = Header::open(&scene.certificate, &[1; 16], &scene.device.signing).unwrap();
        let place = Place::start(&workspace).then(&ItemId([1; 32]));
        let lie = Place { chain: place.chain.then(&ItemId([2; 32])), ..place };
        let witness = Some(Witness { relay: relay_tag(&relay.verify_key()), place: lie });
        let body = Body { dependencies: Vec::new(), witness, payload: &[] }.encode();
        let header = scene.header(Kind::Changes, session, 1, ItemId::of(&opening).0);
        let changes = scene.seal(&header, &body);
        scene.frame(1, &Frame::Items { items: vec![&opening, &changes] }, 1);
        scene.rest();
        assert!(scene.warned.is_empty(), "{:?}", scene.warned);
        if by_ack {
            let item = scene.peer.keyring().records().next().unwrap().id();
            let signature = sign_place(&relay, &workspace, &item, &place);
            scene.frame(2, &Frame::Ack { item, place, signature }, 1);
        } else {
            scene.relay_at(3, place);
        }
        assert!(scene.closed.is_empty(), "{:?}", scene.closed);
        let device = scene.device.keys().verify;
        assert_eq!(scene.warned, [Warning::Disputed { relay: relay.verify_key(), device }]);
    }
}
