//! Rounds of sealed ballots, as far as the document goes: what is sealed is bytes here.

use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, Refusal, SealedClose, SealedOpening, apply, undo};
use plumbline_core::seal::{Bytes32, CountedBallot, Custodian, Half, Sealing};
use plumbline_core::time::Timestamp;
use plumbline_core::view::{
    self, Closing, Context, Custody, Figures, OpenRoundView, ResultsView, RoundView, SealCheck, View, ViewKey,
};
use sha2::{Digest as _, Sha256};

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const LATER: Timestamp = Timestamp(1_790_000_060_000);
const ROUND: RoundId = RoundId::from_bytes([1; 10]);

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n; 10])
}

fn priorities(numbers: &[u8]) -> Vec<PriorityId> {
    numbers.iter().map(|n| PriorityId::from_bytes([*n; 10])).collect()
}

fn custodian(n: u8) -> Custodian {
    Custodian { device: Bytes32([n; 32]), leaders: vec![leader(n)] }
}

/// Three leaders, seven priorities, and a round of sealed ballots.
fn with_round(strong: bool) -> Document {
    let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, NOW, [1; 16]);
    for (n, name) in [(1, "Ana"), (2, "Ben"), (3, "Chiara")] {
        let details = LeaderDetails { name: name.into(), ..LeaderDetails::default() };
        done(&mut document, &Intent::AddLeader { leader: leader(n), details });
    }
    for (n, priority) in priorities(&[1, 2, 3, 4, 5, 6, 7]).into_iter().enumerate() {
        let title = format!("Priority {n}");
        done(&mut document, &Intent::AddPriority { priority, title, description: String::new() });
    }
    done(&mut document, &opening(strong));
    document
}

fn opening(strong: bool) -> Intent {
    let sealing = Sealing { strong, key: Bytes32([9; 32]), custodians: vec![custodian(1), custodian(2)] };
    Intent::OpenSealed(Box::new(SealedOpening {
        round: ROUND,
        label: "Round".into(),
        top: 3,
        candidates: priorities(&[1, 2, 3, 4, 5, 6, 7]),
        leaders: vec![leader(1), leader(2), leader(3)],
        sealing,
        escrow: (!strong).then(|| vec![5; 80]),
    }))
}

fn done(document: &mut Document, intent: &Intent) {
    at(document, NOW, intent);
}

fn at(document: &mut Document, now: Timestamp, intent: &Intent) {
    if let Err(refusal) = apply(document, now, intent) {
        panic!("{intent:?} was refused: {refusal}");
    }
}

fn refused(document: &Document, intent: &Intent, expected: &Refusal) {
    let mut document = document.clone();
    let before = document.heads();
    assert_eq!(apply(&mut document, NOW, intent).as_ref().err(), Some(expected), "{intent:?}");
    assert_eq!(document.heads(), before, "a refusal leaves no trace");
}

fn cast(who: u8, sealed: u8) -> Intent {
    Intent::CastSealed { round: ROUND, leader: leader(who), sealed: vec![sealed; 50] }
}

fn name(sealed: u8) -> Bytes32 {
    Bytes32(Sha256::digest([sealed; 50]).into())
}

fn counted(who: u8, sealed: u8, ranking: &[u8]) -> CountedBallot {
    CountedBallot { leader: leader(who), ranking: priorities(ranking), name: name(sealed) }
}

fn closing(half: Half, counted: Vec<CountedBallot>) -> Intent {
    Intent::CloseSealed(Box::new(SealedClose { round: ROUND, counted, half, secret: Bytes32([8; 32]) }))
}

fn begin(names: &[(u8, u8)]) -> Intent {
    let names = names.iter().map(|(who, sealed)| (leader(*who), name(*sealed))).collect();
    Intent::BeginClose { round: ROUND, half: Half::First, secret: Bytes32([7; 32]), names }
}

fn view(document: &Document, device: Option<u8>, check: SealCheck) -> RoundView {
    let custody = device.map(|n| Custody { device: Bytes32([n; 32]), checks: [(ROUND, check)].into() });
    let context = Context { document, now: NOW, undo: None, redo: None, custody: custody.as_ref() };
    match view::build(ViewKey::Round(ROUND), &context, &mut Figures::default()) {
        View::Round(round) => *round,
        other => panic!("{other:?}"),
    }
}

fn open(document: &Document, device: Option<u8>) -> OpenRoundView {
    match view(document, device, SealCheck::default()) {
        RoundView::Open(open) => open,
        other => panic!("{other:?}"),
    }
}

fn results(document: &Document, check: SealCheck) -> ResultsView {
    match view(document, Some(1), check) {
        RoundView::Revealed(results) => results,
        other => panic!("{other:?}"),
    }
}

fn closed() -> Document {
    let mut document = with_round(false);
    done(&mut document, &cast(1, 11));
    done(&mut document, &cast(2, 12));
    done(&mut document, &closing(Half::First, vec![counted(1, 11, &[1, 2, 3]), counted(2, 12, &[2, 1, 4])]));
    document
}

#[test]
fn a_sealed_ballot_counts_as_cast_and_shows_nothing() {
    let mut document = with_round(false);
    done(&mut document, &cast(1, 11));
    let open = open(&document, Some(1));
    assert_eq!((open.cast, open.asked.iter().filter(|row| row.cast == Some(NOW)).count()), (1, 1));
    let sealing = open.sealing.as_ref().expect("sealed");
    assert_eq!(sealing.custodians.iter().map(|custodian| custodian.own).collect::<Vec<_>>(), [true, false]);
    let words = serde_json::to_string(&open).expect("plain values");
    assert!(!words.contains("sealed:") && !words.contains(&plumbline_core::seal::text_of(&[11; 30])));
    assert_eq!(document.snapshot(), &document.read_afresh());
}

#[test]
fn plain_ballots_and_plain_closing_are_not_for_sealed_rounds() {
    let mut document = with_round(false);
    let plain = Intent::CastBallot { round: ROUND, leader: leader(1), ranking: priorities(&[1, 2, 3]) };
    refused(&document, &plain, &Refusal::SealedRound);
    refused(&document, &Intent::CloseRound { round: ROUND }, &Refusal::SealedRound);
    let Intent::OpenSealed(sealed) = opening(false) else { unreachable!() };
    let SealedOpening { round, label, top, candidates, leaders, .. } = *sealed;
    let strong = Intent::OpenRound { round, label, top, candidates, leaders, strong: true, second: None };
    refused(&document, &strong, &Refusal::NoSecondCustodian);
    // What somebody wrote in plain text all the same is no ballot.
    document.write(NOW, |writer| {
        writer.set(&["rounds", &ROUND.to_string(), "ballots", &leader(1).to_string()], "1790000000000 aaaa");
    });
    assert_eq!(open(&document, None).cast, 0);
    // And in a round whose keys were taken away, a sealed one is none either.
    done(&mut document, &cast(1, 11));
    document.write(NOW, |writer| writer.set(&["rounds", &ROUND.to_string(), "sealing"], "simple"));
    refused(&document, &cast(2, 12), &Refusal::UnsealedRound);
}

#[test]
fn closing_counts_what_is_there_under_its_names() {
    let mut document = with_round(false);
    done(&mut document, &cast(1, 11));
    let two = vec![counted(1, 11, &[1, 2, 3]), counted(2, 12, &[2, 1, 4])];
    refused(&document, &closing(Half::First, two.clone()), &Refusal::Gone);
    done(&mut document, &cast(2, 12));
    let one = vec![counted(1, 11, &[1, 2, 3])];
    refused(&document, &closing(Half::First, one), &Refusal::TooFewBallots { needed: 2, found: 1 });
    let twice = vec![counted(1, 11, &[1, 2, 3]), counted(1, 11, &[1, 2, 3])];
    refused(&document, &closing(Half::First, twice), &Refusal::RankedTwice);
    let short = vec![counted(1, 11, &[1, 2]), counted(2, 12, &[2, 1, 4])];
    refused(&document, &closing(Half::First, short), &Refusal::WrongBallotLength { wanted: 3, found: 2 });
    done(&mut document, &closing(Half::First, two));
    let results = results(&document, SealCheck::default());
    assert!(results.analysis.is_some() && results.late.is_empty() && results.counted_unverified.is_empty());
    assert_eq!(results.missing.len(), 1, "Chiara");
    refused(&document, &cast(3, 13), &Refusal::RoundNotOpen);
}

#[test]
fn a_ballot_that_comes_after_the_close_is_late_and_changes_nothing() {
    let mut document = with_round(false);
    done(&mut document, &cast(1, 11));
    done(&mut document, &cast(2, 12));
    let mut apart = Document::load(&[document.save()], [2; 16]).expect("our own");
    done(&mut document, &closing(Half::First, vec![counted(1, 11, &[1, 2, 3]), counted(2, 12, &[2, 1, 4])]));
    let before = results(&document, SealCheck::default());
    at(&mut apart, LATER, &cast(1, 21));
    at(&mut apart, LATER, &cast(3, 23));
    document.merge(&apart).expect("sound");
    apart.merge(&document).expect("sound");
    let after = results(&document, SealCheck::default());
    assert_eq!(after, results(&apart, SealCheck::default()));
    assert_eq!(after.late.iter().map(|late| late.person.name.as_str()).collect::<Vec<_>>(), ["Ana", "Chiara"]);
    assert_eq!((after.analysis, after.ranks), (before.analysis, before.ranks));
    let then = document.at_close(ROUND);
    assert_eq!(then.names.keys().copied().collect::<Vec<_>>(), [leader(1), leader(2)]);
    assert_eq!(then.ballots[&leader(1)].iter().map(|ballot| ballot.name).collect::<Vec<_>>(), [name(11)]);
    assert!(!then.ballots.contains_key(&leader(3)));
    assert_eq!(document.snapshot(), &document.read_afresh());
}

#[test]
fn of_two_ballots_at_the_same_time_the_later_counts() {
    let mut document = with_round(false);
    let mut apart = Document::load(&[document.save()], [2; 16]).expect("our own");
    at(&mut document, LATER, &cast(1, 11));
    done(&mut apart, &cast(1, 21));
    document.merge(&apart).expect("sound");
    let ballot = document.snapshot().rounds[&ROUND].ballots[&leader(1)].clone();
    assert_eq!((ballot.cast, ballot.sealed.map(|sealed| sealed.name)), (LATER, Some(name(11))));
}

#[test]
fn a_strong_round_needs_both_keys_and_both_to_close() {
    let mut document = with_round(true);
    assert!(open(&document, Some(1)).sealing.expect("sealed").awaits_key);
    refused(&document, &cast(1, 11), &Refusal::KeyMissing);
    done(&mut document, &Intent::GiveBallotKey { round: ROUND, key: Bytes32([6; 32]) });
    let again = apply(&mut document, NOW, &Intent::GiveBallotKey { round: ROUND, key: Bytes32([5; 32]) });
    assert!(!again.expect("nothing to do").changed);
    for (who, sealed) in [(1, 11), (2, 12), (3, 13)] {
        done(&mut document, &cast(who, sealed));
    }
    let by = |document: &Document, device| open(document, device).sealing.expect("sealed").closing;
    assert_eq!((by(&document, Some(1)), by(&document, Some(3))), (Closing::Both, Closing::Elsewhere));
    let two = vec![counted(1, 11, &[1, 2, 3]), counted(2, 12, &[2, 1, 4])];
    refused(&document, &closing(Half::Second, two.clone()), &Refusal::KeyMissing);
    done(&mut document, &begin(&[(1, 11), (2, 12)]));
    assert_eq!(
        [Some(1), Some(2), Some(3), None].map(|device| by(&document, device)),
        [Closing::Other, Closing::Here, Closing::Begun, Closing::Begun]
    );
    refused(&document, &cast(1, 14), &Refusal::RoundNotOpen);
    refused(&document, &begin(&[(1, 11), (2, 12)]), &Refusal::RoundNotOpen);
    let more = vec![counted(1, 11, &[1, 2, 3]), counted(3, 13, &[2, 1, 4])];
    refused(&document, &closing(Half::Second, more), &Refusal::Gone);
    done(&mut document, &closing(Half::Second, two));
    assert_eq!(results(&document, SealCheck::default()).late.len(), 1, "Chiara was not on the list");
}

#[test]
fn what_does_not_match_is_shown() {
    let check = SealCheck { unverified: vec![leader(2)], left_out: vec![leader(3)], unreadable: Vec::new() };
    let results = results(&closed(), check);
    let names = |people: &[view::Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (names(&results.counted_unverified), names(&results.left_out)),
        (vec!["Ben".into()], vec!["Chiara".into()])
    );
}

#[test]
fn opening_is_taken_back_like_any_other() {
    let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Nordwind", false, NOW, [1; 16]);
    document.merge(&with_round(false)).expect("sound");
    let mut other = with_round(false);
    done(&mut other, &Intent::CancelRound { round: ROUND });
    assert!(matches!(view(&other, None, SealCheck::default()), RoundView::Cancelled(_)));
    let mut fresh = with_round(false);
    done(&mut fresh, &Intent::CancelRound { round: ROUND });
    let Intent::OpenSealed(mut second) = opening(false) else { unreachable!() };
    second.round = RoundId::from_bytes([2; 10]);
    second.label = "Second".into();
    let step = apply(&mut fresh, NOW, &Intent::OpenSealed(second)).expect("allowed").undo.expect("can be taken back");
    undo(&mut fresh, NOW, &step).expect("nobody built on it");
    assert!(fresh.snapshot().rounds[&RoundId::from_bytes([2; 10])].removed);
}
