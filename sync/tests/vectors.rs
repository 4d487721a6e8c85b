//! The protocol's test vectors: everything that is signed, sealed or framed, made from fixed seeds, byte for byte. Another
//! implementation makes the same from the same inputs. `PLUMBLINE_BLESS=1` writes the file anew; a change in it is a change of the
//! protocol.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use plumbline_sync::ballot::{Opening, RoundSecrets, cast, escrow};
use plumbline_sync::body::{Body, Witness, relay_tag};
use plumbline_sync::peer::random;
use plumbline_sync::seal::{DataKey, TAG};
use plumbline_sync::snapshot::{Inside, Session, Step};
use plumbline_sync::wire::certificate::Certificate;
use plumbline_sync::wire::envelope::{Envelope, Header, Kind};
use plumbline_sync::wire::frame::{Frame, SnapshotInfo, keyring_digest};
use plumbline_sync::wire::genesis::Genesis;
use plumbline_sync::wire::id::ItemId;
use plumbline_sync::wire::item::Item;
use plumbline_sync::wire::key::{OpeningSecret, Secrets, SigningKey};
use plumbline_sync::wire::keyring::record::{Action, KeyName, Role, SealedKey, Target, WrappedKey};
use plumbline_sync::wire::keyring::{Keyring, Standing};
use plumbline_sync::wire::link::Link;
use plumbline_sync::wire::mark::Mark;
use plumbline_sync::wire::refusal::Refusal;
use plumbline_sync::wire::statement::{self, Place};
use zeroize::Zeroizing;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wire/tests/vectors/v1.txt");

#[derive(Default)]
struct Vectors(String);

impl Vectors {
    fn part(&mut self, title: &str) {
        writeln!(self.0, "\n# {title}").unwrap();
    }

    fn put(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        writeln!(self.0, "{name} {}", HEXLOWER.encode(bytes.as_ref())).unwrap();
    }

    fn text(&mut self, name: &str, text: &str) {
        writeln!(self.0, "{name} \"{text}\"").unwrap();
    }

    fn frame(&mut self, name: &str, frame: &Frame<'_>) {
        let bytes = frame.encode();
        assert_eq!(Frame::parse(&bytes).as_ref(), Ok(frame));
        self.put(name, bytes);
    }
}

fn made() -> String {
    let mut out =
        Vectors("# Plumbline protocol, version 1. A line: name, then bytes in hexadecimal or \"text\".\n".into());
    out.part("Founding link and genesis: seed 01…, nonce 02…, created 1700000000000");
    let root = Link::founding_secrets(&[1; 32]);
    let genesis = Genesis::found(&root, [2; 16], 1_700_000_000_000);
    let workspace = genesis.workspace();
    out.put("founding_verify", root.keys().verify.0);
    out.put("founding_opening", root.keys().opening.0);
    out.put("genesis", genesis.bytes());
    out.put("workspace", workspace.0);

    out.part("A writer's link: seed 03…");
    let link = Link::new(workspace, [3; 32]);
    let opened = link.secrets();
    out.text("link", &link.fragment());
    out.put("link_verify", opened.keys().verify.0);
    out.put("link_opening", opened.keys().opening.0);

    out.part("A device that joins by it: signing seed 04… and opening secret 04…, issued 1700000000001");
    let device = Secrets::from_seed(&Zeroizing::new([4; 64]));
    let certificate = Certificate::issue(workspace, &opened.signing, &device, 1_700_000_000_001);
    out.put("device_verify", device.keys().verify.0);
    out.put("device_opening", device.keys().opening.0);
    out.put("certificate", certificate.bytes());

    out.part("Data keys 05… and 06…; HPKE randomness: ChaCha20 with key 07…, drawn in this order");
    let mut source = random([7; 32]);
    let (first, second) = (DataKey::from_bytes([5; 32]), DataKey::from_bytes([6; 32]));
    let name = |epoch, key: &DataKey| KeyName { epoch, commitment: key.commitment() };
    let (one, two) = (name(1, &first), name(2, &second));
    out.put("commitment_1", one.commitment);
    out.put("commitment_2", two.commitment);
    let to_root = first.seal_to(&root.keys().opening, &one, &mut source).unwrap();
    let to_link = first.seal_to(&opened.keys().opening, &one, &mut source).unwrap();
    let to_device = second.seal_to(&device.keys().opening, &two, &mut source).unwrap();
    let wrapped = second.wrap(&one, &first, &mut source);
    out.put("sealed_to_founder", to_root);
    out.put("sealed_to_link", to_link);
    out.put("sealed_to_device", to_device);
    out.put("wrapped_key", wrapped);

    out.part("A session: nonce 08…");
    let (session, opening) = Header::open(&certificate, &[8; 16], &device.signing).unwrap();
    out.put("session", session.0);
    out.put("envelope_open", &opening);
    out.put("item_open", ItemId::of(&opening).0);

    out.part("Records, each on top of the one before, by the founding link at 1700000000002");
    let mut keyring = Keyring::new(genesis.clone());
    let seed = Mark { session, seq: 0, item: ItemId::of(&opening) };
    let actions = [
        ("rotate_1", Action::Rotate { key: one, recipients: vec![(root.keys().opening, to_root)], previous: vec![] }),
        (
            "grant",
            Action::Grant {
                link: opened.keys(),
                role: Role::Writer,
                expires: Some(1_800_000_000_000),
                label: b"sealed elsewhere".to_vec(),
                keys: vec![SealedKey { key: one, sealed: to_link }],
            },
        ),
        (
            "rotate_2",
            Action::Rotate {
                key: two,
                recipients: vec![(device.keys().opening, to_device)],
                previous: vec![WrappedKey { key: one, wrapped }],
            },
        ),
        ("revoke", Action::Revoke { target: Target::Device(device.keys().verify), frontier: vec![seed] }),
        ("adopt", Action::Adopt { marks: vec![seed] }),
    ];
    for (title, action) in &actions {
        let record = keyring.sign(&root.signing, 1_700_000_000_002, action).unwrap();
        out.put(&format!("record_{title}"), record.bytes());
        keyring.take(record).unwrap();
    }
    let records: Vec<ItemId> = keyring.records().map(|record| record.id()).collect();
    out.put("keyring_digest", keyring_digest(&records));

    out.part("A relay's log (key seed 09…): the opening at position 1, the envelope of changes at 2");
    let relay = SigningKey::from_seed(&[9; 32]);
    let start = Place::start(&workspace);
    let place = start.then(&seed.item);
    out.put("relay_verify", relay.verify_key().0);
    out.put("chain_0", start.chain.0);
    out.put("chain_1", place.chain.0);

    out.part(
        "Changes: payload \"changes\", one dependency (session 0a…, 3, item 0b…), witness position 1, nonce 0c…, key 1",
    );
    let on = Mark { session: plumbline_sync::wire::id::SessionId([10; 16]), seq: 3, item: ItemId([11; 32]) };
    let witness = Some(Witness { relay: relay_tag(&relay.verify_key()), place });
    let inside = Body { dependencies: vec![on], witness, payload: b"changes" }.encode();
    out.put("inside", &inside);
    let header = |kind, seq, prev| Header {
        kind,
        workspace,
        device: device.keys().verify,
        session,
        seq,
        prev,
        epoch: 1,
        commitment: one.commitment,
        nonce: [12; 24],
    };
    let seal = |header: Header, text: &[u8]| {
        let sealed = first.seal(&header.nonce, text, &header.encode(text.len() + TAG));
        header.finish(&sealed, &device.signing).unwrap()
    };
    let changes = seal(header(Kind::Changes, 1, seed.item.0), &inside);
    assert!(matches!(Item::parse(&changes), Ok(Item::Envelope(_))));
    out.put("envelope_changes", &changes);
    out.put("item_changes", ItemId::of(&changes).0);
    let end = place.then(&ItemId::of(&changes));
    out.put("chain_2", end.chain.0);
    // Inside: this session, whose envelope has one change, and another envelope whole.
    let step = Step { item: ItemId::of(&changes), key: 0, dependencies: vec![], changes: 1 };
    let within = Inside {
        certificates: vec![certificate.clone()],
        keys: vec![one],
        sessions: vec![Session { session, certificate: 0, opening: seed.item, steps: vec![step] }],
        whole: vec![&opening],
        document: b"document",
    };
    let within = within.encode().unwrap();
    assert_eq!(Inside::parse(&within).unwrap().marks().count(), 1);
    out.put("snapshot_inside", &within);
    let snapshot = seal(header(Kind::Snapshot, end.position, end.chain.0), &within);
    let presence = seal(header(Kind::Ephemeral, 1, [0; 32]), b"here");
    let signal = seal(header(Kind::Signal, 2, [0; 32]), b"call");
    let covered = ItemId::of(&snapshot);
    let endorse = Header::endorse(&certificate, session, &covered, &end, &device.signing).unwrap();
    for (title, bytes) in
        [("snapshot", &snapshot), ("ephemeral", &presence), ("signal", &signal), ("endorse", &endorse)]
    {
        Envelope::parse(bytes).unwrap().verify().unwrap();
        out.put(&format!("envelope_{title}"), bytes);
    }

    out.part("Frames: challenge 0d… by the relay, 0e… by the device");
    let (theirs, ours) = ([13; 32], [14; 32]);
    let proof = statement::prove(&device.signing, &certificate, &relay.verify_key(), &theirs);
    let head = statement::sign_head(&relay, &workspace, &ours, &end);
    let word = statement::sign_place(&relay, &workspace, &seed.item, &place);
    let host = relay.verify_key();
    let items = vec![opening.as_slice(), changes.as_slice()];
    let marks = vec![Mark { session, seq: 1, item: ItemId::of(&changes) }];
    let length = u32::try_from(snapshot.len()).unwrap();
    out.frame("frame_challenge", &Frame::Challenge { host, challenge: theirs, genesis: genesis.bytes() });
    out.frame("frame_hello", &Frame::Hello { certificate: certificate.bytes(), proof, challenge: ours });
    let standing = Standing::Member(Role::Writer);
    out.frame("frame_welcome", &Frame::Welcome { standing, base: start, head: end, signature: head });
    out.frame("frame_subscribe", &Frame::Subscribe { since: 1 });
    out.frame("frame_append", &Frame::Append { items: items.clone() });
    out.frame("frame_ack", &Frame::Ack { item: seed.item, place, signature: word });
    out.frame("frame_nack", &Frame::Nack { item: seed.item, refusal: Refusal::Rate, wait: 1000 });
    out.frame("frame_push", &Frame::Push { after: start, items: items.clone() });
    out.frame("frame_have", &Frame::Have { keyring: keyring_digest(&records), marks, more: false });
    out.frame("frame_items", &Frame::Items { items });
    out.frame("frame_ephemeral", &Frame::Ephemeral { envelope: &presence });
    out.frame("frame_signal", &Frame::Signal { device: device.keys().verify, envelope: &signal });
    let info = SnapshotInfo { item: covered, place: end, length, endorsed: true };
    out.frame("frame_snapshots", &Frame::Snapshots { snapshots: vec![info] });
    out.frame("frame_snapshot", &Frame::Snapshot { envelope: &snapshot });
    out.frame("frame_get_snapshot", &Frame::GetSnapshot { item: covered });
    out.frame("frame_endorse", &Frame::Endorse { envelope: &endorse });

    out.part("Ballots of round 0f…, content \"b,a,c\": custodians' opening secrets 10… and 11…, author's seed in opening_seed");
    let (round, inner, outer) = ([15; 16], OpeningSecret::from_seed([16; 32]), OpeningSecret::from_seed([17; 32]));
    let simple = RoundSecrets::Simple(inner.clone());
    let strong = RoundSecrets::Strong { inner, outer };
    let author = device.keys().verify;
    for (title, secrets) in [("simple", &simple), ("strong", &strong)] {
        let (sealed, kept) = cast(&secrets.keys(), &round, &author, b"b,a,c", &mut source).unwrap();
        assert_eq!(secrets.open(&round, &author, &sealed).unwrap(), b"b,a,c");
        let again = Opening::from_parts(b"b,a,c".to_vec(), *kept.seed());
        assert!(again.shows(&secrets.keys(), &round, &author, &sealed));
        out.put(&format!("opening_seed_{title}"), kept.seed());
        out.put(&format!("ballot_{title}"), sealed);
    }
    out.put("escrow", escrow(&simple, &round, &device.keys().opening, &mut source).unwrap());
    out.0
}

#[test]
fn everything_is_spelt_as_it_was() {
    let made = made();
    if std::env::var_os("PLUMBLINE_BLESS").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept);
    }
    assert_eq!(made.lines().count(), kept.lines().count());
}
