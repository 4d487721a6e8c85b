use super::*;
use crate::envelope::Header;
use crate::id::Chain;
use crate::key::Secrets;
use crate::keyring::record::{Action, Role, Target};
use crate::link::Link;
use crate::statement::prove;

const HOST: VerifyKey = VerifyKey([8; 32]);

struct Team {
    room: Room,
    root: Secrets,
    writer: Secrets,
    log: Vec<Vec<u8>>,
}

fn secrets(seed: u8) -> Secrets {
    Link::founding_secrets(&[seed; 32])
}

impl Team {
    /// A workspace with its first key, a writer's link and a reader's (seed 3), in a log.
    fn new() -> Self {
        let (root, writer) = (secrets(1), secrets(2));
        let room = Room::new(Genesis::found(&root, [0; 16], 1), Quota { workspace: 1 << 20, removed: 4096 });
        let mut team = Self { room, root, writer, log: Vec::new() };
        team.record(&Action::Rotate {
            key: KeyName { epoch: 1, commitment: [1; 16] },
            recipients: Vec::new(),
            previous: Vec::new(),
        });
        for (link, role) in [(2, Role::Writer), (3, Role::Reader)] {
            let keys = secrets(link).keys();
            team.record(&Action::Grant {
                link: keys,
                role,
                expires: Some(1 << 40),
                label: Vec::new(),
                keys: Vec::new(),
            });
        }
        team
    }

    fn record(&mut self, action: &Action) {
        let record = self.room.keyring().sign(&self.root.signing, 1, action).expect("within limits");
        let caller = self.caller(&self.root.clone(), 1);
        self.put(record.bytes(), &caller).expect("an administrator's");
    }

    fn caller(&self, link: &Secrets, device: u8) -> Caller {
        let workspace = self.room.keyring().workspace();
        let (device, challenge) = (secrets(100 + device), [5; 32]);
        let certificate = Certificate::issue(workspace, &link.signing, &device, 7);
        let proof = prove(&device.signing, &certificate, &HOST, &challenge);
        self.room.greet(certificate.bytes(), &proof, &HOST, &challenge, 9).expect("let in")
    }

    fn put(&mut self, bytes: &[u8], by: &Caller) -> Result<Place, Refusal> {
        let known = self.log.iter().position(|stored| stored == bytes).map(|at| {
            self.log[..=at]
                .iter()
                .fold(Place::start(&self.room.keyring().workspace()), |place, item| place.then(&ItemId::of(item)))
        });
        match self.room.judge(bytes, known, by, 9)? {
            Judgement::Known(place) => Ok(place),
            Judgement::Fresh(admission) => {
                let place = admission.place;
                self.room.enter(*admission);
                self.log.push(bytes.to_vec());
                Ok(place)
            }
        }
    }
}

fn open(caller: &Caller, device: u8) -> (SessionId, Vec<u8>) {
    Header::open(&caller.certificate, &[device; 16], &secrets(100 + device).signing).expect("fits")
}

fn changes(caller: &Caller, device: u8, session: SessionId, seq: u64, prev: &[u8], body: u8) -> Vec<u8> {
    let header = Header {
        kind: Kind::Changes,
        workspace: caller.certificate.workspace,
        device: caller.certificate.device.verify,
        session,
        seq,
        prev: ItemId::of(prev).0,
        epoch: 1,
        commitment: [1; 16],
        nonce: [seq as u8; 24],
    };
    header.finish(&[body; 300], &secrets(100 + device).signing).expect("fits")
}

#[test]
fn appends_are_dense_idempotent_and_by_members() {
    let mut team = Team::new();
    let ana = team.caller(&team.writer.clone(), 1);
    let (session, opening) = open(&ana, 1);
    let first = changes(&ana, 1, session, 1, &opening, 1);
    let second = changes(&ana, 1, session, 2, &first, 2);
    assert_eq!(team.put(&first, &ana), Err(Refusal::Gap));
    let place = team.put(&opening, &ana).expect("a member");
    assert_eq!(team.put(&second, &ana), Err(Refusal::Gap));
    let placed = team.put(&first, &ana).expect("next");
    assert_eq!(placed, place.then(&ItemId::of(&first)));
    team.put(&second, &ana).expect("next");
    assert_eq!(team.put(&first, &ana), Ok(placed), "a retry gets the first place");
    assert_eq!(team.log.len() as u64, team.room.head().position);

    // A reader writes neither in a session of its own nor in somebody else's.
    let reader = team.caller(&secrets(3), 2);
    let (_, opening) = open(&reader, 2);
    assert_eq!(team.put(&opening, &reader), Err(Refusal::Reader));
    let third = changes(&reader, 2, session, 3, &second, 3);
    assert_eq!(team.put(&third, &reader), Err(Refusal::Conflict));
    // A second envelope at one place is kept as proof, a few times.
    for body in 10..10 + limits::EVIDENCE as u8 {
        team.put(&changes(&ana, 1, session, 1, &opening, body), &ana).expect("proof");
    }
    assert_eq!(team.put(&changes(&ana, 1, session, 1, &opening, 99), &ana), Err(Refusal::Conflict));
}

#[test]
fn every_flipped_bit_of_an_envelope_is_refused() {
    let mut team = Team::new();
    let ana = team.caller(&team.writer.clone(), 1);
    let (session, opening) = open(&ana, 1);
    team.put(&opening, &ana).expect("a member");
    let bytes = changes(&ana, 1, session, 1, &opening, 1);
    for whole in [opening, bytes] {
        let mut bytes = whole;
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(team.room.judge(&bytes, None, &ana, 9).is_err(), "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn a_removed_device_hands_over_its_own_and_is_sent_nothing() {
    let mut team = Team::new();
    let ana = team.caller(&team.writer.clone(), 1);
    let (session, opening) = open(&ana, 1);
    team.put(&opening, &ana).expect("a member");
    let target = Target::Device(ana.certificate.device.verify);
    team.record(&Action::Revoke { target, frontier: Vec::new() });
    let ana = team.caller(&team.writer.clone(), 1);
    assert!(!ana.may_read());
    let mut last = opening;
    let mut kept = 0;
    let refused = loop {
        let next = changes(&ana, 1, session, kept + 1, &last, 1);
        match team.put(&next, &ana) {
            Ok(_) => (last, kept) = (next, kept + 1),
            Err(refusal) => break refusal,
        }
    };
    assert_eq!((refused, kept), (Refusal::Full, 7), "4096 bytes of it");
    let (_, others) = open(&team.caller(&team.writer.clone(), 4), 4);
    assert_eq!(team.room.judge(&others, None, &ana, 9), Err(Refusal::Removed));
    assert!(team.room.pass_on(&last, &ana, 9).is_err());
}

/// A device that joined by two links has in each session what the link behind it grants, here as with members.
#[test]
fn every_session_goes_by_its_own_certificate() {
    let mut team = Team::new();
    let reader = team.caller(&secrets(3), 1);
    let (_, opening) = open(&reader, 1);
    assert_eq!(team.put(&opening, &reader), Err(Refusal::Reader));
    let by_writer = team.caller(&team.writer.clone(), 1);
    let (session, opening) = open(&by_writer, 1);
    team.put(&opening, &by_writer).expect("a writer's session");
    let first = changes(&by_writer, 1, session, 1, &opening, 1);
    team.put(&first, &by_writer).expect("goes on");
    team.record(&Action::Grant {
        link: secrets(4).keys(),
        role: Role::Writer,
        expires: None,
        label: Vec::new(),
        keys: Vec::new(),
    });
    let again = team.caller(&secrets(4), 1);
    let (other, opening) = Header::open(&again.certificate, &[77; 16], &secrets(101).signing).expect("fits");
    team.put(&opening, &again).expect("another link");
    team.record(&Action::Revoke { target: Target::Link(secrets(4).keys().verify), frontier: Vec::new() });
    let second = changes(&by_writer, 1, session, 2, &first, 2);
    team.put(&second, &by_writer).expect("its own link still stands");
    let aside = changes(&again, 1, other, 1, &opening, 1);
    team.put(&aside, &by_writer).expect("kept, aside");
    assert_eq!(team.room.set_aside.values().copied().sum::<u64>(), aside.len() as u64);
    let restored = Room::restore(&team.room.summary(), Quota::default()).expect("a summary");
    assert_eq!(restored.summary(), team.room.summary());
}

#[test]
fn an_expired_link_lets_in_who_was_here_before() {
    let mut team = Team::new();
    let ana = team.caller(&team.writer.clone(), 1);
    let (_, opening) = open(&ana, 1);
    team.put(&opening, &ana).expect("a member");
    let late = 1 << 41;
    assert_eq!(team.room.standing(&ana.certificate, late), Standing::Member(Role::Writer));
    let ben = team.caller(&team.writer.clone(), 2);
    assert_eq!(team.room.standing(&ben.certificate, late), Standing::Expired);
}

#[test]
fn a_snapshot_prunes_only_when_two_are_endorsed() {
    let mut team = Team::new();
    let (ana, ben) = (team.caller(&team.writer.clone(), 1), team.caller(&team.writer.clone(), 2));
    let boss = team.caller(&team.root.clone(), 3);
    let (session, opening) = open(&ana, 1);
    team.put(&opening, &ana).expect("a member");
    let mut last = opening;
    let mut pruned = None;
    for round in 0..3_u64 {
        let next = changes(&ana, 1, session, round + 1, &last, 1);
        let place = team.put(&next, &ana).expect("next");
        last = next;
        let header = Header {
            kind: Kind::Snapshot,
            workspace: ana.certificate.workspace,
            device: ana.certificate.device.verify,
            session,
            seq: place.position,
            prev: place.chain.0,
            epoch: 1,
            commitment: [1; 16],
            nonce: [0; 24],
        };
        let snapshot = header.finish(b"sealed", &secrets(101).signing).expect("fits");
        let wrong = team.room.judge_snapshot(&snapshot, Some(Chain([1; 32])), &ana, 9);
        assert_eq!(wrong, Err(Refusal::Snapshot), "another log");
        let admission = team.room.judge_snapshot(&snapshot, Some(place.chain), &ana, 9).expect("fits");
        assert_eq!(team.room.enter_snapshot(admission), Vec::new());
        let item = ItemId::of(&snapshot);
        let own = Header::endorse(&ana.certificate, session, &item, &place, &secrets(101).signing).expect("fits");
        assert_eq!(team.room.judge_endorsement(&own, &ana, 9), Err(Refusal::Snapshot), "one's own");
        let same = Header::endorse(&ben.certificate, session, &item, &place, &secrets(102).signing).expect("fits");
        assert_eq!(team.room.judge_endorsement(&same, &ben, 9), Err(Refusal::Snapshot), "by the same link");
        let other = Header::endorse(&boss.certificate, session, &item, &place, &secrets(103).signing).expect("fits");
        let endorsement = team.room.judge_endorsement(&other, &boss, 9).expect("a second device");
        pruned = team.room.enter_endorsement(&endorsement).to;
        assert_eq!(pruned.is_some(), round > 0);
    }
    assert_eq!(team.room.snapshots().len(), limits::SNAPSHOTS);
    let to = pruned.expect("two are endorsed");
    let gone: Vec<Vec<u8>> = team.log[..to.position as usize].to_vec();
    let before = team.room.bytes();
    team.room.prune(to, gone.iter().map(Vec::as_slice));
    let records = team.room.keyring().records().map(|record| record.bytes().len() as u64);
    let envelopes = gone.iter().map(|item| item.len() as u64).sum::<u64>() - records.sum::<u64>();
    assert_eq!(before - team.room.bytes(), envelopes, "records are still there");
    assert_eq!(team.room.base(), to);
    assert_eq!(team.room.judge(&gone[4], None, &ana, 9), Err(Refusal::Covered));
    let next = changes(&ana, 1, session, 4, &last, 1);
    team.put(&next, &ana).expect("the session goes on behind the pruned part");
}

#[test]
fn a_room_is_what_its_store_says() {
    let mut team = Team::new();
    let ana = team.caller(&team.writer.clone(), 1);
    let (session, opening) = open(&ana, 1);
    team.put(&opening, &ana).expect("a member");
    let summary = team.room.summary();
    let at = team.log.len();
    team.put(&changes(&ana, 1, session, 1, &opening, 1), &ana).expect("next");
    let mut restored = Room::restore(&summary, Quota::default()).expect("a summary");
    for item in &team.log[at..] {
        restored.replay(item).expect("stored");
    }
    let mut anew = Room::new(team.room.keyring().genesis().clone(), Quota::default());
    for item in &team.log {
        anew.replay(item).expect("stored");
    }
    assert_eq!(restored.summary(), team.room.summary());
    assert_eq!(anew.summary(), team.room.summary());
    for end in 0..summary.len() {
        assert!(Room::restore(&summary[..end], Quota::default()).is_err());
    }
    // A log that begins behind its end: no store of ours says so.
    let mut damaged = summary.clone();
    damaged[5 + crate::genesis::LENGTH] = 1;
    assert!(Room::restore(&damaged, Quota::default()).is_err());
    // Bytes as no log has them, in a summary that is well formed: full, and nothing overflows.
    let mut full = summary;
    full[5 + crate::genesis::LENGTH + 80..][..8].fill(0xff);
    let full = Room::restore(&full, Quota::default()).expect("well formed");
    assert_eq!(full.judge(&opening, None, &ana, 9), Err(Refusal::Full));
}
