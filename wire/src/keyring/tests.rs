use super::*;
use crate::id::SessionId;
use crate::key::Secrets;
use crate::link::Link;
use proptest::prelude::*;

fn secrets(seed: u8) -> Secrets {
    Link::founding_secrets(&[seed; 32])
}

fn founded() -> (Keyring, Secrets) {
    let root = secrets(1);
    (Keyring::new(Genesis::found(&root, [0; 16], 1)), root)
}

fn grant(to: &Secrets, role: Role) -> Action {
    Action::Grant { link: to.keys(), role, expires: None, label: Vec::new(), keys: Vec::new() }
}

fn revoke(link: &Secrets) -> Action {
    Action::Revoke { target: Target::Link(link.keys().verify), frontier: Vec::new() }
}

fn rotate(epoch: u32, name: u8) -> Action {
    Action::Rotate { key: KeyName { epoch, commitment: [name; 16] }, recipients: Vec::new(), previous: Vec::new() }
}

fn take(keyring: &mut Keyring, by: &Secrets, action: &Action) -> Record {
    let record = keyring.sign(&by.signing, 1, action).expect("within limits");
    keyring.take(record.clone()).expect("taken");
    record
}

fn device(link: &Secrets, seed: u8, issued: u64, workspace: WorkspaceId) -> Certificate {
    Certificate::issue(workspace, &link.signing, &secrets(seed), issued)
}

#[test]
fn grants_are_what_makes_a_member() {
    let (mut keyring, root) = founded();
    let (writer, reader) = (secrets(2), secrets(3));
    let workspace = keyring.workspace();
    assert_eq!(keyring.link_standing(&writer.keys().verify, 0), Standing::Unknown);
    take(&mut keyring, &root, &grant(&writer, Role::Writer));
    take(&mut keyring, &root, &grant(&reader, Role::Reader));
    let ask = |keyring: &Keyring, link: &Secrets| {
        keyring.permission(&device(link, 9, 5, workspace), &SessionId([1; 16]), 0, |_| true)
    };
    assert_eq!(ask(&keyring, &writer), Permission::Counts);
    assert_eq!(ask(&keyring, &reader), Permission::Refused(Standing::Member(Role::Reader)));
    assert_eq!(ask(&keyring, &secrets(4)), Permission::Refused(Standing::Unknown));
    // Neither a writer nor a stranger administers.
    for pretender in [&writer, &secrets(5)] {
        let record = keyring.sign(&pretender.signing, 1, &grant(&secrets(6), Role::Admin)).expect("within limits");
        assert_eq!(keyring.take(record), Err(RecordProblem::Stranger));
    }
}

#[test]
fn an_expired_link_says_so_and_those_who_joined_stay() {
    let (mut keyring, root) = founded();
    let link = secrets(2);
    let until = 10 * limits::EXPIRY_GRACE;
    let action = Action::Grant {
        link: link.keys(),
        role: Role::Writer,
        expires: Some(until),
        label: Vec::new(),
        keys: Vec::new(),
    };
    take(&mut keyring, &root, &action);
    let workspace = keyring.workspace();
    assert_eq!(keyring.standing(&device(&link, 9, until, workspace)), Standing::Member(Role::Writer));
    assert_eq!(keyring.standing(&device(&link, 9, until * 2, workspace)), Standing::Expired);
    assert_eq!(keyring.link_standing(&link.keys().verify, until + 1), Standing::Expired);
}

#[test]
fn a_junior_cannot_remove_a_senior_and_backdating_does_not_help() {
    let (mut keyring, root) = founded();
    let (senior, junior) = (secrets(2), secrets(3));
    take(&mut keyring, &root, &grant(&senior, Role::Admin));
    take(&mut keyring, &root, &grant(&junior, Role::Admin));
    let before = keyring.clone();
    let void = keyring.sign(&junior.signing, 1, &revoke(&senior)).expect("within limits");
    keyring.take(void).expect("kept");
    assert_eq!(keyring.link_standing(&senior.keys().verify, 0), Standing::Member(Role::Admin));
    take(&mut keyring, &senior, &revoke(&junior));
    assert_eq!(keyring.link_standing(&junior.keys().verify, 0), Standing::Removed);
    // The removed one acts as if it had never heard of its removal.
    for action in [grant(&secrets(4), Role::Admin), revoke(&senior), rotate(1, 7)] {
        let late = before.sign(&junior.signing, 0, &action).expect("within limits");
        assert_eq!(keyring.take(late), Ok(Taken::Void));
    }
    assert_eq!(keyring.link(&secrets(4).keys().verify), None);
    assert_eq!(keyring.current(), None);
    assert_eq!(keyring.link_standing(&senior.keys().verify, 0), Standing::Member(Role::Admin));
}

/// A removed administrator makes as many void records as it can: nobody builds on them, another's are still kept, and the
/// keys it made remain known.
#[test]
fn void_records_are_kept_apart() {
    let (mut keyring, root) = founded();
    let (eve, ana) = (secrets(2), secrets(3));
    take(&mut keyring, &root, &grant(&eve, Role::Admin));
    take(&mut keyring, &root, &grant(&ana, Role::Admin));
    let before = keyring.clone();
    take(&mut keyring, &root, &revoke(&eve));
    let last = take(&mut keyring, &root, &revoke(&ana)).id();
    let sign = |who: &Secrets, at, action: &Action| before.sign(&who.signing, at, action).expect("within limits");
    for at in 0..limits::VOID_RECORDS as u64 {
        assert_eq!(keyring.take(sign(&eve, at, &grant(&secrets(4), Role::Reader))), Ok(Taken::Void));
    }
    assert_eq!(keyring.take(sign(&eve, 999, &rotate(1, 7))), Err(RecordProblem::Full));
    assert_eq!(keyring.take(sign(&ana, 999, &rotate(1, 8))), Ok(Taken::Void));
    assert_eq!(keyring.heads(), [last]);
    let key = |name: u8| KeyName { epoch: 1, commitment: [name; 16] };
    assert!(keyring.knows_key(&key(8)) && !keyring.knows_key(&key(7)));
    let records: Vec<Vec<u8>> = keyring.records().map(|record| record.bytes().to_vec()).collect();
    let again = Keyring::load(keyring.genesis().clone(), records.iter().map(Vec::as_slice)).expect("what was kept");
    assert_eq!(says(&again), says(&keyring));
}

#[test]
fn what_was_decided_before_a_removal_stands() {
    let (mut keyring, root) = founded();
    let (admin, writer) = (secrets(2), secrets(3));
    take(&mut keyring, &root, &grant(&admin, Role::Admin));
    take(&mut keyring, &admin, &grant(&writer, Role::Writer));
    take(&mut keyring, &root, &revoke(&admin));
    assert_eq!(keyring.link_standing(&writer.keys().verify, 0), Standing::Member(Role::Writer));
}

#[test]
fn epochs_follow_one_another_and_a_removal_asks_for_the_next() {
    let (mut keyring, root) = founded();
    take(&mut keyring, &root, &rotate(1, 1));
    let jump = keyring.sign(&root.signing, 1, &rotate(5, 5)).expect("within limits");
    assert_eq!(keyring.take(jump), Ok(Taken::Void));
    take(&mut keyring, &root, &grant(&secrets(2), Role::Writer));
    assert!(!keyring.rotation_due());
    take(&mut keyring, &root, &revoke(&secrets(2)));
    assert!(keyring.rotation_due());
    take(&mut keyring, &root, &rotate(2, 2));
    assert!(!keyring.rotation_due());
    assert_eq!(keyring.current().map(|epoch| epoch.key.epoch), Some(2));
}

#[test]
fn frontier_sets_aside_and_adopting_brings_back() {
    let (mut keyring, root) = founded();
    let link = secrets(2);
    take(&mut keyring, &root, &grant(&link, Role::Writer));
    let certificate = device(&link, 9, 5, keyring.workspace());
    let session = SessionId([1; 16]);
    let mark = |seq| Mark { session, seq, item: ItemId([seq as u8; 32]) };
    let ask = |keyring: &Keyring, seq| keyring.permission(&certificate, &session, seq, |_| true);
    take(
        &mut keyring,
        &root,
        &Action::Revoke { target: Target::Device(certificate.device.verify), frontier: vec![mark(3)] },
    );
    assert_eq!((ask(&keyring, 3), ask(&keyring, 4)), (Permission::Counts, Permission::SetAside));
    let elsewhere = keyring.permission(&certificate, &SessionId([2; 16]), 0, |_| true);
    assert_eq!(elsewhere, Permission::SetAside, "a session that the frontier does not know");
    let other_branch = keyring.permission(&certificate, &session, 3, |_| false);
    assert_eq!(other_branch, Permission::SetAside, "another envelope at a place within the frontier");
    take(&mut keyring, &root, &Action::Adopt { marks: vec![mark(5)] });
    assert_eq!((ask(&keyring, 5), ask(&keyring, 6)), (Permission::Counts, Permission::SetAside));
}

#[test]
fn every_flipped_bit_of_a_record_is_refused() {
    let (keyring, root) = founded();
    let record = keyring.sign(&root.signing, 1, &grant(&secrets(2), Role::Writer)).expect("within limits");
    let mut bytes = record.bytes().to_vec();
    for bit in 0..bytes.len() * 8 {
        bytes[bit / 8] ^= 1 << (bit % 8);
        let refused = Record::parse(&bytes).is_err_and(|_| true)
            || Record::parse(&bytes).is_ok_and(|record| keyring.clone().take(record).is_err());
        assert!(refused, "bit {bit}");
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}

/// What a keyring says, without how it got there.
fn says(keyring: &Keyring) -> String {
    let links: Vec<_> = keyring.links().collect();
    let counted: BTreeSet<_> = keyring.records().map(Record::id).filter(|id| keyring.counts(id)).collect();
    format!("{links:?} {:?} {counted:?} {:?} {}", keyring.epochs(), keyring.adopted(), keyring.rotation_due())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Five links do what they like on three replicas that hear of each other now and then.
    #[test]
    fn replicas_with_the_same_records_say_the_same(
        steps in prop::collection::vec((0_usize..3, 0_u8..5, 0_u8..6, 0_u8..5), 1..24),
        shuffle: u64,
    ) {
        let (start, _) = founded();
        let mut replicas = [start.clone(), start.clone(), start.clone()];
        for (replica, by, what, whom) in steps {
            let (by, whom) = (secrets(by + 1), secrets(whom + 1));
            let keyring = &mut replicas[replica];
            let epoch = keyring.current().map_or(0, |epoch| epoch.key.epoch) + 1;
            let action = match what {
                0 => grant(&whom, Role::Admin),
                1 => grant(&whom, Role::Writer),
                2 => revoke(&whom),
                3 => rotate(epoch, by.keys().verify.0[0]),
                4 => Action::Adopt { marks: Vec::new() },
                _ => {
                    let other: Vec<Record> = replicas[(replica + 1) % 3].records().cloned().collect();
                    for record in other {
                        let _ = replicas[replica].take(record);
                    }
                    continue;
                }
            };
            let record = keyring.sign(&by.signing, 1, &action).expect("within limits");
            let _ = keyring.take(record);
        }
        let mut all: Vec<Record> = replicas.iter().flat_map(|keyring| keyring.records().cloned()).collect();
        let mut merged = start.clone();
        for record in &all {
            let _ = merged.take(record.clone());
        }
        // Another order: by a hash that the case chooses; what comes too early is tried again.
        all.sort_by_key(|record| ItemId::of(&[&shuffle.to_be_bytes()[..], &record.id().0].concat()));
        let mut other = start;
        for _ in 0..all.len() {
            for record in &all {
                let _ = other.take(record.clone());
            }
        }
        prop_assert_eq!(says(&merged), says(&other));
        let stored: Vec<Vec<u8>> = other.records().map(|record| record.bytes().to_vec()).collect();
        let loaded = Keyring::load(other.genesis().clone(), stored.iter().map(Vec::as_slice)).expect("stored");
        prop_assert_eq!(says(&loaded), says(&other));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, byte: u8) {
        let _ = Record::parse(&bytes);
        let (keyring, root) = founded();
        for action in [grant(&secrets(2), Role::Reader), rotate(1, 2), revoke(&secrets(3))] {
            let mut bytes = keyring.sign(&root.signing, 1, &action).expect("within limits").bytes().to_vec();
            let index = at.index(bytes.len());
            bytes[index] = byte;
            let _ = Record::parse(&bytes);
            let _ = Record::parse(&bytes[..index]);
        }
    }
}
