use super::*;
use crate::id::{PriorityId, RoundId};
use crate::intent::{Intent, LeaderDetails, apply};

const START: Timestamp = Timestamp(1_790_000_000_000);

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n; 10])
}

fn priority(n: u8) -> PriorityId {
    PriorityId::from_bytes([n; 10])
}

fn named(name: &str) -> LeaderDetails {
    LeaderDetails { name: name.into(), ..LeaderDetails::default() }
}

fn team() -> Document {
    let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, START, [1; 16]);
    for (n, name) in [(1, "Ana"), (2, "Ben"), (3, "Chiara")] {
        apply(&mut document, START, &Intent::AddLeader { leader: leader(n), details: named(name) }).expect("new name");
    }
    document
}

fn copy(document: &Document, actor: u8) -> Document {
    Document::load(&[document.save()], [actor; 16]).expect("our own bytes")
}

fn rename(document: &mut Document, at: i64, name: &str) {
    let edit = Intent::EditLeader { leader: leader(1), details: named(name) };
    apply(document, Timestamp(START.0 + at), &edit).expect("a free name");
}

#[test]
fn two_values_at_once_stay_visible_with_their_authors() {
    let mut one = team();
    let mut two = copy(&one, 2);
    one.set_author(Author { leader: Some(leader(2)) }, [12; 16]);
    two.set_author(Author { leader: Some(leader(3)) }, [13; 16]);
    rename(&mut one, 1_000, "Anna");
    rename(&mut two, 2_000, "Ana F.");
    one.merge(&two).expect("same workspace");
    two.merge(&one).expect("same workspace");
    assert_eq!(one.snapshot(), two.snapshot());

    let name = &one.snapshot().leaders[&leader(1)].name;
    let claims: Vec<_> = name.claims.iter().map(|claim| (claim.value.as_str(), claim.at.0 - START.0)).collect();
    assert_eq!(claims, [("Anna", 1_000), ("Ana F.", 2_000)]);
    let authors: Vec<_> = name.claims.iter().map(|claim| one.snapshot().sessions[&claim.session].leader).collect();
    assert_eq!(authors, [Some(leader(2)), Some(leader(3))]);

    let conflict = crate::view::conflicts::all(one.snapshot()).remove(0);
    let settle = Intent::Settle { field: conflict.field.clone(), value: conflict.claims[0].value.clone() };
    apply(&mut one, START, &settle).expect("one of the two");
    two.merge(&one).expect("same workspace");
    for document in [&one, &two] {
        let name = &document.snapshot().leaders[&leader(1)].name;
        assert_eq!((name.value.as_str(), name.in_conflict()), ("Anna", false));
    }
    assert_eq!(
        apply(&mut two, START, &settle),
        Err(crate::intent::Refusal::NothingToSettle),
        "settled once is settled"
    );
}

#[test]
fn a_claim_stays_with_who_sat_there_when_the_laptop_is_handed_on() {
    let mut one = team();
    let mut two = copy(&one, 2);
    assert!(one.set_author(Author { leader: Some(leader(1)) }, [11; 16]));
    rename(&mut one, 1_000, "Anna");
    let anna = one.heads();
    assert!(one.set_author(Author { leader: Some(leader(2)) }, [12; 16]));
    assert!(!one.set_author(Author { leader: Some(leader(2)) }, [13; 16]), "still the same leader");
    apply(&mut one, START, &Intent::RenameWorkspace { name: "Nordwind AG".into() }).expect("a name");
    assert!(one.set_author(Author { leader: Some(leader(1)) }, [14; 16]), "an actor is never taken up again");
    apply(&mut one, START, &Intent::SetTop { top: 4 }).expect("in range");

    two.set_author(Author { leader: Some(leader(3)) }, [15; 16]);
    rename(&mut two, 2_000, "Ana F.");
    apply(&mut two, START, &Intent::RenameWorkspace { name: "Nordwind SE".into() }).expect("a name");
    apply(&mut two, START, &Intent::SetTop { top: 6 }).expect("in range");
    two.receive(&one.changes_since(&anna)).expect_err("the first of them is missing");
    two.merge(&one).expect("same workspace");
    let conflicts = crate::view::conflicts::all(two.snapshot());
    let authors = |name: crate::view::FieldName| {
        let conflict = conflicts.iter().find(|conflict| conflict.name == name).expect("written at the same time");
        let mut authors: Vec<&str> = conflict.claims.iter().map(|claim| claim.author.as_str()).collect();
        authors.sort_unstable();
        authors
    };
    use crate::view::FieldName::{LeaderName, StackSize, WorkspaceName};
    let first = one.snapshot().leaders[&leader(1)].name.value.clone();
    assert_eq!(first, "Anna");
    assert_eq!(authors(WorkspaceName), ["Ben", "Chiara"]);
    assert_eq!(authors(LeaderName).len(), 2);
    assert!(authors(LeaderName).contains(&"Chiara") && !authors(LeaderName).contains(&"Ben"));
    assert!(authors(StackSize).contains(&"Chiara") && !authors(StackSize).contains(&"Ben"));
    // The empty workspace's session, and one for each time somebody sat down and wrote.
    assert_eq!(two.snapshot().sessions.len(), 1 + 3 + 1);
}

#[test]
fn what_somebody_else_added_is_not_taken_back_by_whoever_sits_there_next() {
    let mut document = team();
    let edit = Intent::AddLeader { leader: leader(4), details: named("Dev") };
    let step = apply(&mut document, START, &edit).expect("a new name").undo.expect("can be taken back");
    document.set_author(Author { leader: Some(leader(2)) }, [12; 16]);
    let refused = crate::intent::undo(&mut document, START, &step);
    assert_eq!(refused.err(), Some(crate::intent::Refusal::ChangedSince));
    assert!(!document.snapshot().leaders[&leader(4)].removed);
}

#[test]
fn the_same_value_twice_is_no_conflict() {
    let mut one = team();
    let mut two = copy(&one, 2);
    rename(&mut one, 1_000, "Anna");
    rename(&mut two, 2_000, "Anna");
    one.merge(&two).expect("same workspace");
    assert!(!one.snapshot().leaders[&leader(1)].name.in_conflict());
}

#[test]
fn a_third_value_at_once_is_claimed_whatever_order_it_arrives_in() {
    let start = team();
    let mut copies: Vec<Document> = (2..=4).map(|actor| copy(&start, actor)).collect();
    for (document, name) in copies.iter_mut().zip(["Anna", "Anne", "Annika"]) {
        rename(document, 1_000, name);
    }
    let chunks: Vec<Vec<u8>> = copies.iter().map(|document| document.changes_since(&start.heads())).collect();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let mut reader = copy(&start, 9);
        for chunk in order {
            reader.receive(&chunks[chunk]).expect("our own changes");
        }
        assert_eq!(reader.snapshot().leaders[&leader(1)].name.claims.len(), 3, "{order:?}");
        assert_eq!(reader.snapshot(), &reader.read_afresh());
    }
}

#[test]
fn an_edit_that_changes_nothing_makes_no_change() {
    let mut document = team();
    let before = document.heads();
    rename(&mut document, 1_000, "Ana");
    assert_eq!(document.heads(), before);
    assert!(document.changes_since(&before).is_empty());
}

#[test]
fn changes_before_those_they_build_on_wait_and_then_count() {
    let mut one = team();
    let mut two = copy(&one, 2);
    let start = one.heads();
    rename(&mut one, 1_000, "Anna");
    let middle = one.heads();
    rename(&mut one, 2_000, "Annika");
    let last = one.changes_since(&middle);
    assert_eq!(two.receive(&last), Err(LoadProblem::Gap { missing: 1 }));
    assert_eq!(two.snapshot().leaders[&leader(1)].name.value, "Ana");
    two.receive(&one.changes_since(&start)).expect("the gap is closed");
    assert_eq!(two.snapshot(), one.snapshot());
}

#[test]
fn a_document_that_is_no_workspace_is_refused() {
    let stranger = automerge::Automerge::new().save();
    assert_eq!(Document::load(&[stranger], [2; 16]).err(), Some(LoadProblem::NotAWorkspace));
    assert_eq!(Document::load(&[] as &[Vec<u8>], [2; 16]).err(), Some(LoadProblem::NotAWorkspace));
}

#[test]
fn what_a_later_version_wrote_is_shown_and_not_edited() {
    let mut document = team();
    let later = schema::Migration { step: SCHEMA + 1, name: "a floor to come", sections: &["attic"], hash: "" };
    document.doc.merge(&mut later.seed()).expect("no parents to miss");
    let mut later = copy(&document, 3);
    assert_eq!(later.snapshot().schema, SCHEMA + 1);
    let edit = Intent::RenameWorkspace { name: "Other".into() };
    assert_eq!(apply(&mut later, START, &edit), Err(crate::intent::Refusal::NewerVersion));
    assert_eq!(later.snapshot().leaders.len(), 3);
}

#[test]
fn a_member_cannot_make_the_workspace_strange_or_read_only_with_a_mark() {
    use automerge::transaction::Transactable;
    let mut document = team();
    document
        .doc
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            tx.put(automerge::ROOT, "plumbline/99", "from the future")?;
            tx.delete(automerge::ROOT, "plumbline/1")
        })
        .expect("any member can write this");
    let mut read = copy(&document, 3);
    assert_eq!(read.snapshot().schema, SCHEMA);
    apply(&mut read, START, &Intent::RenameWorkspace { name: "Other".into() }).expect("still ours to edit");
}

#[test]
fn values_of_the_wrong_kind_are_passed_over() {
    use automerge::transaction::Transactable;
    use automerge::{ObjType, ROOT, ReadDoc};
    let mut document = team();
    document
        .doc
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            let leaders = tx.get(ROOT, section::LEADERS)?.expect("the section").1;
            tx.put(&leaders, "not an identifier", 5)?;
            tx.put_object(&leaders, leader(9).to_string(), ObjType::List)?;
            let ana = tx.get(&leaders, leader(1).to_string())?.expect("Ana").1;
            tx.put(&ana, field::NAME, vec![1_u8, 2])?;
            tx.put(&ana, field::JOINED, "someday")?;
            let rounds = tx.get(ROOT, section::ROUNDS)?.expect("the section").1;
            let round = tx.put_object(&rounds, RoundId::from_bytes([4; 10]).to_string(), ObjType::Map)?;
            tx.put(&round, field::CANDIDATES, "x,,y,ä")?;
            tx.put(&round, field::TOP, -7)?;
            tx.put(&round, field::BALLOTS, "none")
        })
        .expect("any peer can write this");
    let read = copy(&document, 3);
    assert_eq!(read.snapshot().leaders.len(), 3);
    assert_eq!(read.snapshot().leaders[&leader(1)].name.value, "");
    assert_eq!(read.snapshot().leaders[&leader(1)].joined.value, None);
    let round = &read.snapshot().rounds[&RoundId::from_bytes([4; 10])];
    assert_eq!((round.candidates.len(), round.top, round.ballots.len()), (0, 0, 0));
}

#[test]
fn texts_count_in_utf16_units_whatever_the_features() {
    use automerge::transaction::Transactable;
    use automerge::{ObjType, ROOT, ReadDoc};
    let mut document = team();
    assert_eq!(document.doc.text_encoding(), TextEncoding::Utf16CodeUnit);
    assert_eq!(copy(&document, 2).doc.text_encoding(), TextEncoding::Utf16CodeUnit);
    let length = document
        .doc
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            let text = tx.put_object(ROOT, "t", ObjType::Text)?;
            tx.splice_text(&text, 0, 0, "é👩‍💼")?;
            Ok(tx.length(&text))
        })
        .expect("a text")
        .result;
    assert_eq!(length, 1 + 2 + 1 + 2);
}

#[test]
fn position_keys_of_a_stranger_do_not_break_the_order() {
    let mut round = RoundRecord { candidates: (1..=4).map(priority).collect(), ..RoundRecord::default() };
    round.order.insert(priority(4), Register::new("80".into()));
    round.order.insert(priority(1), Register::new("not a key".into()));
    // Cut at every second byte, this would be cut inside a character.
    round.order.insert(priority(2), Register::new("8é0".into()));
    let order = crate::intent::agreed_order(&round);
    assert_eq!(order, [4, 1, 2, 3].map(priority));
}

#[test]
fn a_stack_with_a_strangers_positions_can_be_put_in_order() {
    use automerge::transaction::Transactable;
    use automerge::{ROOT, ReadDoc};
    let mut document = team();
    let round = RoundId::from_bytes([4; 10]);
    let imported = crate::intent::ImportedRound {
        round,
        label: "Offsite".into(),
        top: 3,
        held: START,
        new_leaders: Vec::new(),
        new_priorities: (1..=5).map(|n| (priority(n), format!("Priority {n}"))).collect(),
        candidates: (1..=5).map(priority).collect(),
        ballots: (1..=2).map(|n| (leader(n), (1..=3).map(priority).collect())).collect(),
    };
    apply(&mut document, START, &Intent::ImportRound(Box::new(imported))).expect("sound");
    let positions = ["0080", "0080", "008080", "8é0", "00ff80"];
    document
        .doc
        .transact::<_, _, automerge::AutomergeError>(|tx| {
            let rounds = tx.get(ROOT, section::ROUNDS)?.expect("the section").1;
            let record = tx.get(&rounds, round.to_string())?.expect("the round").1;
            let order = tx.get(&record, field::ORDER)?.expect("the order").1;
            (1..).zip(positions).try_for_each(|(n, position)| tx.put(&order, priority(n).to_string(), position))
        })
        .expect("any peer can write this");
    for what in 1..=5 {
        for below in 1..=5 {
            let mut read = copy(&document, 3);
            let intent = Intent::MoveInStack { round, priority: priority(what), below: Some(priority(below)) };
            apply(&mut read, START, &intent).expect("a candidate");
            let order = crate::intent::agreed_order(&read.snapshot().rounds[&round]);
            let place = |n: u8| order.iter().position(|id| *id == priority(n)).expect("a candidate");
            assert!(what == below || place(what) == place(below) + 1, "{what} below {below}: {order:?}");
        }
    }
}
