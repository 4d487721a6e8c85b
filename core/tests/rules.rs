//! Every rule of the priority stack, one test each: what is allowed, what is refused, and that a refusal changes nothing.

use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{ImportedRound, Intent, LeaderDetails, Refusal, apply, undo};
use plumbline_core::time::Timestamp;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n; 10])
}

fn priority(n: u8) -> PriorityId {
    PriorityId::from_bytes([n; 10])
}

fn round(n: u8) -> RoundId {
    RoundId::from_bytes([n; 10])
}

fn named(name: &str) -> LeaderDetails {
    LeaderDetails { name: name.into(), ..LeaderDetails::default() }
}

fn priorities(numbers: &[u8]) -> Vec<PriorityId> {
    numbers.iter().copied().map(priority).collect()
}

/// Three leaders, seven priorities.
fn team() -> Document {
    let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, NOW, [1; 16]);
    for (n, name) in [(1, "Ana"), (2, "Ben"), (3, "Chiara")] {
        done(&mut document, &Intent::AddLeader { leader: leader(n), details: named(name) });
    }
    for n in 1..=7 {
        let title = format!("Priority {n}");
        done(&mut document, &Intent::AddPriority { priority: priority(n), title, description: String::new() });
    }
    document
}

fn opening(n: u8) -> Intent {
    Intent::OpenRound {
        round: round(n),
        label: format!("Round {n}"),
        top: 3,
        candidates: priorities(&[1, 2, 3, 4, 5, 6, 7]),
        leaders: vec![leader(1), leader(2), leader(3)],
        strong: false,
        second: None,
    }
}

fn ballot(who: u8, ranking: &[u8]) -> Intent {
    Intent::CastBallot { round: round(1), leader: leader(who), ranking: priorities(ranking) }
}

fn with_open_round() -> Document {
    let mut document = team();
    done(&mut document, &opening(1));
    document
}

fn revealed() -> Document {
    let mut document = with_open_round();
    done(&mut document, &ballot(1, &[1, 2, 3]));
    done(&mut document, &ballot(2, &[1, 3, 2]));
    done(&mut document, &ballot(3, &[1, 2, 4]));
    done(&mut document, &Intent::CloseRound { round: round(1) });
    document
}

fn done(document: &mut Document, intent: &Intent) {
    if let Err(refusal) = apply(document, NOW, intent) {
        panic!("{intent:?} was refused: {refusal}");
    }
}

fn refused(mut document: Document, intent: &Intent, expected: &Refusal) {
    let before = document.heads();
    assert_eq!(apply(&mut document, NOW, intent).as_ref().err(), Some(expected), "{intent:?}");
    assert_eq!(document.heads(), before, "a refusal leaves no trace");
}

#[test]
fn names_are_tidied_and_must_say_something() {
    let mut document = team();
    done(&mut document, &Intent::RenameWorkspace { name: "  North\u{202e}\twind \u{0} GmbH ".into() });
    assert_eq!(document.snapshot().workspace.name.value, "North wind GmbH");
    for blank in ["", "   ", "\u{200b}\n\t"] {
        refused(team(), &Intent::RenameWorkspace { name: blank.into() }, &Refusal::Empty);
    }
    let long = "x".repeat(81);
    refused(team(), &Intent::RenameWorkspace { name: long }, &Refusal::TooLong { length: 81, limit: 80 });
    done(&mut document, &Intent::RenameWorkspace { name: "👩‍💼".repeat(20) });
}

#[test]
fn two_leaders_or_priorities_never_share_a_name() {
    let again = Intent::AddLeader { leader: leader(9), details: named(" ANA ") };
    refused(team(), &again, &Refusal::NameTaken { name: "ANA".into() });
    let again = Intent::AddPriority { priority: priority(9), title: "priority 1".into(), description: String::new() };
    refused(team(), &again, &Refusal::NameTaken { name: "priority 1".into() });
    let edit = Intent::EditLeader { leader: leader(1), details: named("ben") };
    refused(team(), &edit, &Refusal::NameTaken { name: "ben".into() });
    // Under one's own name one may be edited.
    done(&mut team(), &Intent::EditLeader { leader: leader(1), details: named("ANA") });
}

#[test]
fn adding_the_same_leader_twice_adds_one() {
    let mut document = team();
    let add = Intent::AddLeader { leader: leader(9), details: named("Dora") };
    done(&mut document, &add);
    let applied = apply(&mut document, NOW, &add).expect("the same again");
    assert!(!applied.changed);
    assert_eq!(document.snapshot().leaders.len(), 4);
}

#[test]
fn nobody_leaves_before_they_joined() {
    let day = |text: &str| Some(text.parse().expect("a date"));
    let details = LeaderDetails { joined: day("2026-03-01"), left: day("2026-02-28"), ..named("Ana") };
    refused(team(), &Intent::EditLeader { leader: leader(1), details }, &Refusal::LeftBeforeJoined);
}

#[test]
fn a_leader_with_ballots_stays_on_record() {
    let mut document = with_open_round();
    done(&mut document, &ballot(1, &[1, 2, 3]));
    refused(document.clone(), &Intent::RemoveLeader { leader: leader(1) }, &Refusal::HasBallots { name: "Ana".into() });
    done(&mut document, &Intent::RemoveLeader { leader: leader(2) });
    refused(document, &Intent::EditLeader { leader: leader(2), details: named("Ben") }, &Refusal::Gone);
}

#[test]
fn a_round_needs_leaders_candidates_and_a_sensible_size() {
    let with = |change: fn(&mut u8, &mut Vec<PriorityId>, &mut Vec<LeaderId>)| {
        let Intent::OpenRound { round, label, mut top, mut candidates, mut leaders, strong, second } = opening(1)
        else {
            unreachable!()
        };
        change(&mut top, &mut candidates, &mut leaders);
        Intent::OpenRound { round, label, top, candidates, leaders, strong, second }
    };
    let range = Refusal::TopOutOfRange { min: 3, max: 10 };
    refused(team(), &with(|top, _, _| *top = 2), &range);
    refused(team(), &with(|top, _, _| *top = 11), &range);
    refused(
        team(),
        &with(|_, candidates, _| candidates.truncate(5)),
        &Refusal::TooFewCandidates { needed: 6, found: 5 },
    );
    refused(team(), &with(|top, _, _| *top = 7), &Refusal::TooFewCandidates { needed: 8, found: 7 });
    refused(team(), &with(|_, candidates, _| candidates.push(priority(99))), &Refusal::Gone);
    refused(team(), &with(|_, _, leaders| leaders.truncate(1)), &Refusal::TooFewLeaders { needed: 2, found: 1 });
    refused(
        team(),
        &with(|_, _, leaders| *leaders = vec![leader(1); 3]),
        &Refusal::TooFewLeaders { needed: 2, found: 1 },
    );
    refused(with_open_round(), &opening(2), &Refusal::RoundStillOpen { label: "Round 1".into() });
}

#[test]
fn two_rounds_never_share_a_label() {
    let mut again = opening(2);
    if let Intent::OpenRound { label, .. } = &mut again {
        *label = "round 1".into();
    }
    refused(revealed(), &again, &Refusal::NameTaken { name: "round 1".into() });
}

#[test]
fn a_ballot_ranks_exactly_the_asked_number_of_different_candidates() {
    refused(with_open_round(), &ballot(1, &[1, 2]), &Refusal::WrongBallotLength { wanted: 3, found: 2 });
    refused(with_open_round(), &ballot(1, &[1, 2, 3, 4]), &Refusal::WrongBallotLength { wanted: 3, found: 4 });
    refused(with_open_round(), &ballot(1, &[1, 2, 1]), &Refusal::RankedTwice);
    refused(with_open_round(), &ballot(1, &[1, 2, 99]), &Refusal::NotACandidate);
    refused(with_open_round(), &ballot(9, &[1, 2, 3]), &Refusal::Gone);
}

#[test]
fn only_those_asked_may_cast() {
    let mut document = with_open_round();
    done(&mut document, &Intent::AskLeader { round: round(1), leader: leader(3), asked: false });
    refused(document.clone(), &ballot(3, &[1, 2, 3]), &Refusal::NotAsked);
    done(&mut document, &Intent::AskLeader { round: round(1), leader: leader(3), asked: true });
    done(&mut document, &ballot(3, &[1, 2, 3]));
}

#[test]
fn a_leader_may_revise_until_the_round_closes() {
    let mut document = with_open_round();
    done(&mut document, &ballot(1, &[1, 2, 3]));
    done(&mut document, &ballot(1, &[4, 5, 6]));
    done(&mut document, &ballot(2, &[4, 5, 6]));
    done(&mut document, &Intent::CloseRound { round: round(1) });
    assert_eq!(document.snapshot().rounds[&round(1)].counted[&leader(1)], priorities(&[4, 5, 6]));
    refused(document, &ballot(1, &[1, 2, 3]), &Refusal::RoundNotOpen);
}

#[test]
fn a_round_is_revealed_with_two_ballots_and_once() {
    let mut document = with_open_round();
    done(&mut document, &ballot(1, &[1, 2, 3]));
    let close = Intent::CloseRound { round: round(1) };
    refused(document.clone(), &close, &Refusal::TooFewBallots { needed: 2, found: 1 });
    done(&mut document, &ballot(2, &[1, 2, 3]));
    let applied = apply(&mut document, NOW, &close).expect("two are enough");
    assert_eq!(applied.undo, None, "a reveal cannot be taken back");
    refused(document, &close, &Refusal::RoundNotOpen);
}

#[test]
fn a_ballot_that_arrives_after_the_reveal_is_kept_and_not_counted() {
    let mut document = with_open_round();
    done(&mut document, &ballot(1, &[1, 2, 3]));
    done(&mut document, &ballot(2, &[1, 2, 3]));
    let mut away = Document::load(&[document.save()], [2; 16]).expect("our own bytes");
    done(&mut away, &ballot(3, &[7, 6, 5]));
    done(&mut away, &ballot(1, &[7, 6, 5]));
    done(&mut document, &Intent::CloseRound { round: round(1) });
    document.merge(&away).expect("same workspace");
    let record = &document.snapshot().rounds[&round(1)];
    assert_eq!(record.counted.len(), 2);
    assert_eq!(record.counted[&leader(1)], priorities(&[1, 2, 3]), "what was counted never changes");
    assert_eq!(record.ballots[&leader(3)].ranking, priorities(&[7, 6, 5]), "and nothing is lost");
}

#[test]
fn a_round_called_off_takes_no_ballots_and_can_be_taken_up_again() {
    let mut document = with_open_round();
    let cancel = Intent::CancelRound { round: round(1) };
    let step = apply(&mut document, NOW, &cancel).expect("open").undo.expect("can be taken back");
    refused(document.clone(), &ballot(1, &[1, 2, 3]), &Refusal::RoundNotOpen);
    undo(&mut document, NOW, &step).expect("nobody changed it since");
    done(&mut document, &ballot(1, &[1, 2, 3]));
}

#[test]
fn the_agreed_stack_starts_as_the_consensus_and_moves_one_at_a_time() {
    let mut document = revealed();
    let order = |document: &Document| {
        let snapshot = document.snapshot();
        let mut ids: Vec<_> =
            snapshot.rounds[&round(1)].order.iter().map(|(id, key)| (key.value.clone(), *id)).collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id.as_bytes()[0]).collect::<Vec<u8>>()
    };
    assert_eq!(order(&document)[..3], [1, 2, 3]);
    let place = |document: &mut Document, what: u8, below: Option<u8>| {
        let intent = Intent::MoveInStack { round: round(1), priority: priority(what), below: below.map(priority) };
        done(document, &intent);
        order(document)
    };
    assert_eq!(place(&mut document, 7, None)[..3], [7, 1, 2]);
    assert_eq!(place(&mut document, 7, Some(2))[..4], [1, 2, 7, 3]);
    assert_eq!(place(&mut document, 1, Some(7))[..4], [2, 7, 1, 3]);
    // A hundred moves into the same gap keep working.
    for turn in 0..100 {
        let (what, below) = if turn % 2 == 0 { (5, 2) } else { (6, 2) };
        let now = place(&mut document, what, Some(below));
        assert_eq!(now[1], what);
    }
}

#[test]
fn two_moves_into_the_same_gap_can_be_parted_again() {
    let mut one = revealed();
    let mut two = Document::load(&[one.save()], [2; 16]).expect("our own bytes");
    let place = |what: u8, below: u8| Intent::MoveInStack {
        round: round(1),
        priority: priority(what),
        below: Some(priority(below)),
    };
    done(&mut one, &place(6, 1));
    done(&mut two, &place(7, 1));
    one.merge(&two).expect("same workspace");
    two.merge(&one).expect("same workspace");
    assert_eq!(one.snapshot(), two.snapshot());
    done(&mut one, &place(5, 6));
    let mut ids: Vec<_> =
        one.snapshot().rounds[&round(1)].order.iter().map(|(id, key)| (key.value.clone(), *id)).collect();
    ids.sort();
    let place_of = |n: u8| ids.iter().position(|(_, id)| *id == priority(n)).expect("a candidate");
    assert_eq!(place_of(5), place_of(6) + 1, "5 went right below 6 although 7 shared its position");
}

#[test]
fn a_signature_holds_for_the_stack_as_it_was_read() {
    let mut document = revealed();
    let sign = |stack: &[u8]| Intent::SignStack { round: round(1), leader: leader(1), stack: priorities(stack) };
    refused(document.clone(), &sign(&[3, 2, 1]), &Refusal::StackChanged);
    refused(document.clone(), &sign(&[1, 2]), &Refusal::StackChanged);
    done(&mut document, &sign(&[1, 2, 3]));
    assert!(document.snapshot().rounds[&round(1)].signed.contains_key(&leader(1)));
    done(&mut document, &Intent::WithdrawSignature { round: round(1), leader: leader(1) });
    assert!(document.snapshot().rounds[&round(1)].signed.is_empty());
    refused(with_open_round(), &sign(&[1, 2, 3]), &Refusal::RoundNotRevealed);
}

#[test]
fn undo_does_not_overwrite_what_someone_changed_since() {
    let mut document = team();
    let edit =
        |title: &str| Intent::EditPriority { priority: priority(1), title: title.into(), description: String::new() };
    let step = apply(&mut document, NOW, &edit("Mine")).expect("free").undo.expect("an edit");
    done(&mut document, &edit("Theirs"));
    assert_eq!(undo(&mut document, NOW, &step), Err(Refusal::ChangedSince));
    assert_eq!(document.snapshot().priorities[&priority(1)].title.value, "Theirs");
}

#[test]
fn a_round_from_a_spreadsheet_comes_in_whole_and_goes_out_whole() {
    let mut document = team();
    let imported = ImportedRound {
        round: round(5),
        label: "Offsite 2025".into(),
        top: 3,
        held: Timestamp(NOW.0 - 1_000_000_000),
        new_leaders: vec![(leader(8), "Dora".into())],
        new_priorities: vec![(priority(8), "Eight".into())],
        candidates: priorities(&[1, 2, 3, 4, 8]),
        ballots: vec![(leader(1), priorities(&[1, 2, 8])), (leader(8), priorities(&[8, 1]))],
    };
    let intent = Intent::ImportRound(Box::new(imported.clone()));
    let step = apply(&mut document, NOW, &intent).expect("sound").undo.expect("can be taken back");
    let record = &document.snapshot().rounds[&round(5)];
    assert_eq!((record.counted.len(), record.imported, record.revealed), (2, true, Some(imported.held)));
    undo(&mut document, NOW, &step).expect("nobody changed it since");
    assert!(document.snapshot().rounds[&round(5)].removed);
    assert!(document.snapshot().leaders[&leader(8)].removed);
    assert!(document.snapshot().priorities[&priority(8)].removed);

    let with = |change: fn(&mut ImportedRound)| {
        let mut changed = imported.clone();
        change(&mut changed);
        Intent::ImportRound(Box::new(changed))
    };
    refused(team(), &with(|round| round.ballots.truncate(1)), &Refusal::TooFewLeaders { needed: 2, found: 1 });
    refused(team(), &with(|round| round.ballots[1].0 = leader(1)), &Refusal::RankedTwice);
    refused(team(), &with(|round| round.ballots[1].1.clear()), &Refusal::WrongBallotLength { wanted: 1, found: 0 });
    refused(team(), &with(|round| round.new_leaders[0].1 = "Ana".into()), &Refusal::NameTaken { name: "Ana".into() });
    refused(team(), &with(|round| round.new_leaders.clear()), &Refusal::Gone);
}
