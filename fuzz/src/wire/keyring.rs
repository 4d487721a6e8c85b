//! The keyring as a whole: any records by anybody, in any shape of history. It must come to the same in any order of arrival,
//! refuse without a trace, and give out only keys that are what they are called.

use std::collections::BTreeSet;

use plumbline_sync::peer::random;
use plumbline_sync::seal::DataKey;
use plumbline_sync::vault::Vault;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::keyring::record::{Action, KeyName, Record, Role, SealedKey, Target, WrappedKey};
use plumbline_wire::keyring::{Epoch, Keyring, LinkView, RecordProblem, Taken};
use plumbline_wire::mark::Mark;

use crate::draw::Draw;
use crate::people::{self, team};

/// What a keyring amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    records: BTreeSet<ItemId>,
    counted: BTreeSet<ItemId>,
    links: Vec<LinkView>,
    removed: Vec<bool>,
    adopted: Vec<Mark>,
    epochs: Vec<Epoch>,
    heads: Vec<ItemId>,
    rotation_due: bool,
}

/// What a keyring amounts to, whatever came first.
#[must_use]
pub fn sum(keyring: &Keyring) -> Sum {
    let records: BTreeSet<ItemId> = keyring.records().map(Record::id).collect();
    Sum {
        counted: records.iter().filter(|id| keyring.counts(id)).copied().collect(),
        records,
        links: keyring.links().collect(),
        removed: team().devices.iter().map(|device| keyring.is_removed(&device.keys().verify)).collect(),
        adopted: keyring.adopted().to_vec(),
        epochs: keyring.epochs().to_vec(),
        heads: keyring.heads(),
        rotation_due: keyring.rotation_due(),
    }
}

/// A few records, each drawn.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let team = team();
    let empty = draw.once_in(4);
    let mut keyring = if empty { Keyring::new(team.genesis.clone()) } else { team.keyring() };
    for _ in 0..24 {
        if draw.is_empty() {
            break;
        }
        let Some(record) = record(&mut draw, &keyring) else { continue };
        let before = sum(&keyring);
        let expected = keyring.would_take(&record);
        assert_eq!(keyring.take(record.clone()), expected);
        match expected {
            Ok(Taken::Counts) => assert!(keyring.counts(&record.id())),
            Ok(Taken::Void) => assert!(!keyring.counts(&record.id())),
            Ok(Taken::Known) | Err(_) => assert_eq!(sum(&keyring), before, "a refusal leaves no trace"),
        }
    }
    let all = sum(&keyring);
    // Each checks every signature again, so one of them in a run.
    if input.len().is_multiple_of(2) {
        let loaded = Keyring::load(team.genesis.clone(), keyring.records().map(Record::bytes));
        assert_eq!(loaded.map(|loaded| sum(&loaded)), Ok(all), "what was taken is loaded");
    } else {
        let start = if empty { Keyring::new(team.genesis.clone()) } else { team.keyring() };
        assert_eq!(sum(&backwards(start, &keyring)), all, "in another order");
    }
    for who in [&team.links[1], &team.devices[people::WRITER]] {
        let mut vault = Vault::default();
        vault.gather(&keyring, &[who]);
        assert!(vault.iter().all(|(name, key)| name.commitment == key.commitment()));
    }
}

/// The same records, the latest first as far as they can be taken so.
fn backwards(mut other: Keyring, keyring: &Keyring) -> Keyring {
    let mut open: Vec<&Record> = keyring.records().collect();
    open.reverse();
    while !open.is_empty() {
        let before = open.len();
        open.retain(|record| match other.take((*record).clone()) {
            Ok(_) => false,
            Err(RecordProblem::Gap) => true,
            Err(problem) => panic!("{problem} in another order"),
        });
        assert!(open.len() < before, "everything it builds on is there");
    }
    other
}

/// A record of the team's workspace, signed by anybody, on top of anything.
pub fn record(draw: &mut Draw<'_>, keyring: &Keyring) -> Option<Record> {
    let team = team();
    let who = draw.below(people::COUNT);
    let ids: Vec<ItemId> = keyring.records().map(Record::id).collect();
    let parents = match draw.byte() % 8 {
        0 => Vec::new(),
        1 => vec![ItemId([draw.byte(); 32])],
        2 | 3 => {
            let drawn: BTreeSet<ItemId> = (0..=draw.below(3)).filter_map(|_| draw.of(&ids).copied()).collect();
            drawn.into_iter().collect()
        }
        _ => keyring.heads(),
    };
    let action = action(draw, keyring);
    Record::sign(team.workspace, &team.links[who].signing, draw.number(), parents, &action).ok()
}

fn action(draw: &mut Draw<'_>, keyring: &Keyring) -> Action {
    let team = team();
    let whom = draw.below(people::COUNT);
    let mut source = random([whom as u8; 32]);
    let newest = keyring.current().map_or(0, |epoch| epoch.key.epoch);
    match draw.byte() % 8 {
        0 | 1 => {
            let role = *draw.of(&[Role::Reader, Role::Writer, Role::Admin]).unwrap_or(&Role::Reader);
            let expires = draw.once_in(3).then(|| draw.number()).filter(|expires| *expires != u64::MAX);
            let sealed = draw.array();
            let keys = vec![SealedKey { key: team.names[draw.below(2)], sealed }];
            Action::Grant { link: team.links[whom].keys(), role, expires, label: draw.some(8).to_vec(), keys }
        }
        2 | 3 => Action::Revoke { target: Target::Link(team.links[whom].keys().verify), frontier: marks(draw) },
        4 => Action::Revoke { target: Target::Device(team.devices[whom].keys().verify), frontier: marks(draw) },
        5 | 6 => {
            let key = DataKey::from_bytes([draw.byte(); 32]);
            let epoch = if draw.once_in(4) { draw.number() as u32 } else { newest.saturating_add(1) };
            let name = KeyName { epoch, commitment: key.commitment() };
            let to = team.devices[whom].keys().opening;
            let sealed = key.seal_to(&to, &name, &mut source).expect("a device's key");
            let older = DataKey::from_bytes([draw.byte(); 32]);
            let older_name = KeyName { epoch: newest, commitment: older.commitment() };
            let wrapped = key.wrap(&older_name, &older, &mut source);
            let previous = vec![WrappedKey { key: older_name, wrapped }];
            Action::Rotate { key: name, recipients: vec![(to, sealed)], previous }
        }
        _ => Action::Adopt { marks: marks(draw) },
    }
}

fn marks(draw: &mut Draw<'_>) -> Vec<Mark> {
    let count = draw.below(3);
    let mut marks: Vec<Mark> = (0..count)
        .map(|_| {
            let session: SessionId = team().open(draw.below(people::COUNT), draw.byte() % 3).0;
            Mark { session, seq: draw.number(), item: ItemId([draw.byte() % 3; 32]) }
        })
        .collect();
    marks.sort_unstable();
    marks.dedup_by_key(|mark| mark.session);
    marks
}

/// Two administrators against each other; a removal and a rotation.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let revoke = |who: u8, whom: u8| vec![who, 4, whom, 2, 0, 1];
    let rotate = |who: u8| vec![who, 4, 3, 5, 9, 0, 5, 2];
    vec![
        [vec![0], revoke(1, 2), revoke(2, 1)].concat(),
        [vec![0], revoke(1, 3), rotate(1), rotate(2)].concat(),
        [vec![3], rotate(0), vec![0, 0, 1, 0, 2, 0], rotate(1)].concat(),
    ]
}
