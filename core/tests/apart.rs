//! What people who are apart do for the first time, and what one of them takes back: nothing of the others is lost.

use plumbline_core::document::{Document, LoadProblem};
use plumbline_core::file;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Applied, FieldValue, Intent, LeaderDetails, Refusal, UndoStep, apply, redo, undo};
use plumbline_core::time::Timestamp;
use plumbline_core::view::{self, Context, FieldName, Figures, SignatureState, View, ViewKey};

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n; 10])
}

fn priority(n: u8) -> PriorityId {
    PriorityId::from_bytes([n; 10])
}

fn round() -> RoundId {
    RoundId::from_bytes([1; 10])
}

fn priorities(numbers: &[u8]) -> Vec<PriorityId> {
    numbers.iter().copied().map(priority).collect()
}

fn named(name: &str) -> LeaderDetails {
    LeaderDetails { name: name.into(), ..LeaderDetails::default() }
}

fn done(document: &mut Document, intent: &Intent) -> Applied {
    apply(document, NOW, intent).unwrap_or_else(|refusal| panic!("{intent:?} was refused: {refusal}"))
}

fn step(document: &mut Document, intent: &Intent) -> UndoStep {
    done(document, intent).undo.expect("can be taken back")
}

fn copy(document: &Document, actor: u8) -> Document {
    Document::load(&[document.save()], [actor; 16]).expect("our own bytes")
}

fn meet(one: &mut Document, two: &mut Document) {
    one.merge(two).expect("same workspace");
    two.merge(one).expect("same workspace");
    assert_eq!(one.snapshot(), two.snapshot());
    assert_eq!(one.snapshot(), &one.read_afresh());
}

/// Four leaders, seven priorities.
fn team() -> Document {
    let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, NOW, [1; 16]);
    for (n, name) in [(1, "Ana"), (2, "Ben"), (3, "Chiara"), (4, "David")] {
        done(&mut document, &Intent::AddLeader { leader: leader(n), details: named(name) });
    }
    for n in 1..=7 {
        let title = format!("Priority {n}");
        done(&mut document, &Intent::AddPriority { priority: priority(n), title, description: String::new() });
    }
    document
}

fn opening() -> Intent {
    Intent::OpenRound {
        round: round(),
        label: "Round".into(),
        top: 3,
        candidates: priorities(&[1, 2, 3, 4, 5, 6, 7]),
        leaders: (1..=4).map(leader).collect(),
        strong: false,
        second: None,
    }
}

fn ballot(who: u8, ranking: &[u8]) -> Intent {
    Intent::CastBallot { round: round(), leader: leader(who), ranking: priorities(ranking) }
}

fn with_open_round() -> Document {
    let mut document = team();
    done(&mut document, &opening());
    document
}

fn shown(document: &Document, key: ViewKey) -> View {
    let context = Context { document, now: NOW, undo: None, redo: None, custody: None };
    view::build(key, &context, &mut Figures::default())
}

const CLOSE: Intent = Intent::CloseRound { round: RoundId::from_bytes([1; 10]) };

#[test]
fn first_ballots_cast_apart_both_count() {
    let mut one = with_open_round();
    let mut two = copy(&one, 2);
    done(&mut one, &ballot(1, &[1, 2, 3]));
    done(&mut two, &ballot(2, &[3, 2, 1]));
    meet(&mut one, &mut two);
    let ballots = &one.snapshot().rounds[&round()].ballots;
    assert_eq!(ballots.keys().copied().collect::<Vec<_>>(), [leader(1), leader(2)]);
}

#[test]
fn first_signatures_given_apart_both_hold() {
    let mut one = with_open_round();
    for n in 1..=3 {
        done(&mut one, &ballot(n, &[1, 2, 3]));
    }
    done(&mut one, &CLOSE);
    let mut two = copy(&one, 2);
    let sign = |who: u8| Intent::SignStack { round: round(), leader: leader(who), stack: priorities(&[1, 2, 3]) };
    done(&mut one, &sign(1));
    done(&mut two, &sign(2));
    meet(&mut one, &mut two);
    assert_eq!(one.snapshot().rounds[&round()].signed.len(), 2);
}

#[test]
fn two_signatures_of_one_leader_are_both_kept_and_the_one_that_fits_counts() {
    let mut one = with_open_round();
    for n in 1..=3 {
        done(&mut one, &ballot(n, &[1, 2, 3]));
    }
    done(&mut one, &CLOSE);
    let two = copy(&one, 2);
    let sign = |stack: &[u8]| Intent::SignStack { round: round(), leader: leader(1), stack: priorities(stack) };
    let lift = Intent::MoveInStack { round: round(), priority: priority(3), below: None };
    for signs_first in [true, false] {
        let (mut one, mut two) = (copy(&one, 11), copy(&two, 12));
        // Signed as it stood on one device, and on the other as it came to stand there.
        let (plain, moved) = if signs_first { (&mut one, &mut two) } else { (&mut two, &mut one) };
        done(plain, &sign(&[1, 2, 3]));
        done(moved, &lift);
        done(moved, &sign(&[3, 1, 2]));
        meet(&mut one, &mut two);
        let signed = &one.snapshot().rounds[&round()].signed[&leader(1)];
        assert_eq!(signed.len(), 2);
        let state = |document: &Document| match shown(document, ViewKey::Stack(round())) {
            View::Stack(stack) => stack.signatures[0].state.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(state(&one), SignatureState::Signed(NOW), "the stack is as one of the two says");
        done(&mut one, &Intent::MoveInStack { round: round(), priority: priority(4), below: None });
        assert_eq!(state(&one), SignatureState::SignedEarlier(NOW));
        done(&mut one, &Intent::WithdrawSignature { round: round(), leader: leader(1) });
        assert_eq!(state(&one), SignatureState::Unsigned, "both are taken back");
    }
}

#[test]
fn asked_and_excused_at_the_same_time_is_for_people_to_settle_and_costs_no_ballot() {
    let mut one = with_open_round();
    let ask = |asked: bool| Intent::AskLeader { round: round(), leader: leader(3), asked };
    done(&mut one, &ask(false));
    for n in 1..=2 {
        done(&mut one, &ballot(n, &[1, 2, 3]));
    }
    let mut two = copy(&one, 2);
    done(&mut one, &ask(true));
    done(&mut one, &ask(false));
    done(&mut two, &ask(true));
    done(&mut two, &ballot(3, &[3, 2, 1]));
    meet(&mut one, &mut two);
    let conflicts = |document: &Document| match shown(document, ViewKey::Conflicts) {
        View::Conflicts(view) => view.conflicts,
        other => panic!("{other:?}"),
    };
    let found = conflicts(&one);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name, found[0].subject.as_str()), (FieldName::RoundAsked, "Chiara · Round"));
    assert!(one.snapshot().rounds[&round()].asks(&leader(3)), "until then a ballot may be cast, and counts");
    assert_eq!(one.snapshot(), two.snapshot());

    let mut closed = copy(&two, 3);
    done(&mut closed, &CLOSE);
    assert_eq!(closed.snapshot().rounds[&round()].counted.len(), 3);
    assert!(conflicts(&closed).is_empty(), "who was asked is past");

    let excuse = found[0].claims.iter().find(|claim| claim.value == FieldValue::Flag(false)).expect("one of the two");
    done(&mut two, &Intent::Settle { field: found[0].field.clone(), value: excuse.value.clone() });
    assert!(!two.snapshot().rounds[&round()].asks(&leader(3)));
    assert!(conflicts(&two).is_empty());
}

#[test]
fn a_round_closed_twice_apart_counts_what_either_counted_and_shows_both_orders() {
    let mut one = with_open_round();
    done(&mut one, &ballot(1, &[1, 2, 3]));
    done(&mut one, &ballot(2, &[1, 2, 3]));
    let mut two = copy(&one, 2);
    done(&mut one, &ballot(3, &[1, 2, 3]));
    done(&mut two, &ballot(4, &[2, 1, 4]));
    done(&mut one, &CLOSE);
    done(&mut two, &CLOSE);
    done(&mut two, &Intent::MoveInStack { round: round(), priority: priority(7), below: None });
    meet(&mut one, &mut two);
    let record = &one.snapshot().rounds[&round()];
    assert_eq!(record.counted.len(), 4);
    assert!(record.order[&priority(7)].in_conflict(), "the move made on the other copy is not lost");
}

#[test]
fn opening_a_round_is_not_taken_back_over_ballots() {
    let mut document = team();
    let opened = step(&mut document, &opening());
    done(&mut document, &ballot(1, &[1, 2, 3]));
    assert_eq!(undo(&mut document, NOW, &opened), Err(Refusal::ChangedSince));
    done(&mut document, &ballot(2, &[1, 2, 3]));
    done(&mut document, &CLOSE);
    assert_eq!(undo(&mut document, NOW, &opened), Err(Refusal::ChangedSince));
    assert!(!document.snapshot().rounds[&round()].removed);
}

#[test]
fn opening_a_round_is_taken_back_and_done_again_while_nobody_used_it() {
    let mut document = team();
    let opened = step(&mut document, &opening());
    let undone = undo(&mut document, NOW, &opened).expect("nobody cast");
    assert!(document.snapshot().rounds[&round()].removed);
    redo(&mut document, NOW, &undone).expect("nobody changed it");
    assert!(!document.snapshot().rounds[&round()].removed);
}

#[test]
fn adding_is_not_taken_back_once_others_work_with_it() {
    let mut one = team();
    let add = Intent::AddPriority { priority: priority(9), title: "Nine".into(), description: String::new() };
    let added = step(&mut one, &add);
    let mut two = copy(&one, 2);
    let edit = Intent::EditPriority { priority: priority(9), title: "Nine".into(), description: "why".into() };
    done(&mut two, &edit);
    meet(&mut one, &mut two);
    assert_eq!(undo(&mut one, NOW, &added), Err(Refusal::ChangedSince));

    let mut document = team();
    let joined = step(&mut document, &Intent::AddLeader { leader: leader(9), details: named("Dora") });
    done(&mut document, &opening());
    done(&mut document, &Intent::AskLeader { round: round(), leader: leader(9), asked: true });
    done(&mut document, &ballot(9, &[1, 2, 3]));
    assert_eq!(undo(&mut document, NOW, &joined), Err(Refusal::ChangedSince));
}

#[test]
fn editing_one_field_settles_no_conflict_in_another() {
    let mut one = team();
    let mut two = copy(&one, 2);
    done(&mut one, &Intent::EditLeader { leader: leader(1), details: named("Anna") });
    done(&mut two, &Intent::EditLeader { leader: leader(1), details: named("Anne") });
    let titled = |title: &str, description: &str| Intent::EditPriority {
        priority: priority(1),
        title: title.into(),
        description: description.into(),
    };
    done(&mut one, &titled("One", ""));
    done(&mut two, &titled("Uno", ""));
    meet(&mut one, &mut two);
    let shown = one.snapshot().leaders[&leader(1)].name.value.clone();
    let role = LeaderDetails { role: "CEO".into(), ..named(&shown) };
    done(&mut one, &Intent::EditLeader { leader: leader(1), details: role });
    let title = one.snapshot().priorities[&priority(1)].title.value.clone();
    done(&mut one, &titled(&title, "in words"));
    let snapshot = one.snapshot();
    assert_eq!(snapshot.leaders[&leader(1)].role.value, "CEO");
    assert!(snapshot.leaders[&leader(1)].name.in_conflict());
    assert_eq!(snapshot.priorities[&priority(1)].description.value, "in words");
    assert!(snapshot.priorities[&priority(1)].title.in_conflict());
}

#[test]
fn nobody_waits_for_a_leader_who_was_removed() {
    let mut document = with_open_round();
    let mut away = copy(&document, 2);
    let removed = step(&mut document, &Intent::RemoveLeader { leader: leader(4) });
    assert!(!document.snapshot().rounds[&round()].asks(&leader(4)));
    undo(&mut document, NOW, &removed).expect("nobody changed it since");
    assert!(document.snapshot().rounds[&round()].asks(&leader(4)));
    redo(&mut document, NOW, &removed).expect("nobody changed it since");
    // Asked again on a copy that did not know: they can still be excused.
    let ask = |asked: bool| Intent::AskLeader { round: round(), leader: leader(4), asked };
    done(&mut away, &ask(false));
    done(&mut away, &ask(true));
    meet(&mut document, &mut away);
    done(&mut document, &ask(false));
    assert_eq!(apply(&mut document, NOW, &ask(true)), Err(Refusal::Gone));
}

#[test]
fn a_document_that_waits_for_changes_still_exports_a_file_that_opens() {
    let start = team();
    let mut ahead = copy(&start, 2);
    done(&mut ahead, &Intent::RenameWorkspace { name: "First".into() });
    let middle = ahead.heads();
    done(&mut ahead, &Intent::RenameWorkspace { name: "Second".into() });
    let last = ahead.changes_since(&middle);

    let mut holed = copy(&start, 3);
    assert_eq!(holed.receive(&last), Err(LoadProblem::Gap { missing: 1 }));
    let back = file::read(&file::write(&holed), [4; 16]).expect("what fits is a whole workspace");
    assert_eq!(back.fingerprint(), holed.fingerprint());
    // Storage keeps what waits, and the missing change brings it to life.
    let mut stored = Document::load_what_fits(&[holed.save_with_waiting()], [5; 16]).expect("a workspace");
    stored.receive(&ahead.changes_since(&start.heads())).expect("the gap is closed");
    assert_eq!(stored.snapshot().workspace.name.value, "Second");
}
