//! A record of the keyring: as it came, and signed by somebody of the team for the team's workspace.

use plumbline_wire::id::ItemId;
use plumbline_wire::item::Item;
use plumbline_wire::key::SIGNATURE;
use plumbline_wire::keyring::record::{Action, Record, Target};
use plumbline_wire::mark::Mark;

use super::keyring::sum;
use crate::people::{self, team};

/// Where workspace and signer stand.
const WORKSPACE: usize = 5;
const SIGNER: usize = 21;
const PARENTS: usize = 61;

/// A read record writes back to its bytes, and one that is not taken leaves no trace.
pub fn run(input: &[u8]) {
    check(input);
    let (who, parent) = match input {
        [who, parent, ..] => (usize::from(*who) % people::COUNT, usize::from(*parent)),
        _ => return,
    };
    let bytes = &input[2..];
    if bytes.len() < PARENTS + SIGNATURE {
        return;
    }
    let team = team();
    let mut signed = bytes[..bytes.len() - SIGNATURE].to_vec();
    signed[WORKSPACE..SIGNER].copy_from_slice(&team.workspace.0);
    signed[SIGNER..SIGNER + 32].copy_from_slice(&team.links[who].keys().verify.0);
    // One parent that is there, if there is room for one.
    if signed.len() > PARENTS + 34 && signed[PARENTS..PARENTS + 2] == [0, 1] {
        let id = team.records[parent % team.records.len()].id();
        signed[PARENTS + 2..PARENTS + 34].copy_from_slice(&id.0);
    }
    team.links[who].signing.sign_tail(&mut signed);
    check(&signed);
    let Ok(record) = Record::parse(&signed) else { return };
    assert_eq!(record.verify(), Ok(()));
    let mut keyring = team.keyring();
    let before = sum(&keyring);
    let expected = keyring.would_take(&record);
    assert_eq!(sum(&keyring), before, "asking changes nothing");
    let taken = keyring.take(record.clone());
    assert_eq!(taken, expected);
    match taken {
        Err(_) => assert_eq!(sum(&keyring), before, "a refusal leaves no trace"),
        Ok(_) => assert!(keyring.record(&record.id()).is_some()),
    }
}

fn check(bytes: &[u8]) {
    let item = Item::parse(bytes);
    let Ok(record) = Record::parse(bytes) else {
        assert!(!matches!(item, Ok(Item::Record(_))));
        return;
    };
    assert_eq!(record.bytes(), bytes);
    assert_eq!(record.id(), ItemId::of(bytes));
    assert_eq!(item, Ok(Item::Record(record.clone())));
    let _ = record.verify();
    // The same content signed again is the same bytes: one spelling.
    let signing = &team().links[people::FOUNDER].signing;
    let again = Record::sign(record.workspace, signing, record.at, record.parents.clone(), &record.action)
        .expect("what was read can be written");
    let mut expected = bytes[..bytes.len() - SIGNATURE].to_vec();
    expected[SIGNER..SIGNER + 32].copy_from_slice(&signing.verify_key().0);
    assert_eq!(again.bytes()[..expected.len()], expected);
}

/// The team's, and the actions that it does not have.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let team = team();
    let mark = Mark { session: team.open(people::WRITER, 1).0, seq: 3, item: ItemId([3; 32]) };
    let more = [
        Action::Revoke { target: Target::Link(team.links[people::WRITER].keys().verify), frontier: vec![mark] },
        Action::Revoke { target: Target::Device(team.devices[1].keys().verify), frontier: Vec::new() },
        Action::Adopt { marks: vec![mark] },
    ];
    let keyring = team.keyring();
    let signed = more.iter().filter_map(|action| keyring.sign(&team.links[1].signing, 5, action).ok());
    // The last of the team's, a rotation, is long: the first one has the same parts.
    let all = team.records.iter().take(3).cloned().chain(signed);
    all.flat_map(|record| [record.bytes().to_vec(), [&[0, 7], record.bytes()].concat()]).collect()
}
