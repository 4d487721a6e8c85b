//! Copies edited apart come together: same heads, same snapshot, whatever the order and however often changes arrive.

use plumbline_core::document::Document;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, SealedClose, SealedOpening, UndoStep, apply, redo, undo};
use plumbline_core::seal::{Bytes32, CountedBallot, Custodian, Half, Sealing};
use plumbline_core::time::Timestamp;
use plumbline_core::view::{self, Context, Figures, ViewKey};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

const START: i64 = 1_790_000_000_000;
const LEADERS: u8 = 4;
const PRIORITIES: u8 = 8;

fn leader(n: u8) -> LeaderId {
    LeaderId::from_bytes([n % (LEADERS + 2); 10])
}

fn priority(n: u8) -> PriorityId {
    PriorityId::from_bytes([n % (PRIORITIES + 2); 10])
}

fn round(n: u8) -> RoundId {
    RoundId::from_bytes([n % 3; 10])
}

/// What a step of a run does: an intent, or undo and redo of one's own edits.
#[derive(Debug, Clone)]
enum Step {
    Do(Intent),
    Undo,
    Redo,
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just("Growth".to_owned()), Just("Margin".to_owned()), "[a-zA-Zäöü ]{0,6}", "\\PC{0,4}"]
}

fn details() -> impl Strategy<Value = LeaderDetails> {
    (words(), words()).prop_map(|(name, role)| LeaderDetails { name, role, ..LeaderDetails::default() })
}

fn ranking() -> impl Strategy<Value = Vec<PriorityId>> {
    Just((0..PRIORITIES).collect::<Vec<u8>>())
        .prop_shuffle()
        .prop_map(|order| order.into_iter().take(3).map(priority).collect())
}

fn intent() -> impl Strategy<Value = Intent> {
    let any = any::<u8>;
    prop_oneof![
        1 => words().prop_map(|name| Intent::RenameWorkspace { name }),
        1 => (any(), details()).prop_map(|(n, details)| Intent::AddLeader { leader: leader(n), details }),
        1 => (any(), details()).prop_map(|(n, details)| Intent::EditLeader { leader: leader(n), details }),
        1 => any().prop_map(|n| Intent::RemoveLeader { leader: leader(n) }),
        1 => (any(), words()).prop_map(|(n, title)| Intent::AddPriority {
            priority: priority(n),
            title,
            description: String::new()
        }),
        1 => (any(), words(), words()).prop_map(|(n, title, description)| Intent::EditPriority {
            priority: priority(n),
            title,
            description
        }),
        1 => (any(), proptest::bool::ANY)
            .prop_map(|(n, retired)| Intent::RetirePriority { priority: priority(n), retired }),
        1 => (any(), any()).prop_map(|(n, label)| Intent::OpenRound {
            round: round(n),
            label: format!("Round {label}"),
            top: 3,
            candidates: (0..PRIORITIES).map(priority).collect(),
            leaders: (0..LEADERS).map(leader).collect(),
            strong: false,
            second: None,
        }),
        3 => (any(), any(), ranking()).prop_map(|(n, who, ranking)| Intent::CastBallot {
            round: round(n),
            leader: leader(who),
            ranking
        }),
        1 => any().prop_map(|n| Intent::CloseRound { round: round(n) }),
        3 => (any(), any(), any()).prop_map(|(n, what, below)| Intent::MoveInStack {
            round: round(n),
            priority: priority(what),
            below: (below % 3 > 0).then(|| priority(below)),
        }),
        1 => (any(), any(), ranking()).prop_map(|(n, who, stack)| Intent::SignStack {
            round: round(n),
            leader: leader(who),
            stack
        }),
    ]
}

/// What happens in a round of sealed ballots. Of each leader there are three ballots, so that most names are found.
fn sealed(strong: bool) -> impl Strategy<Value = Intent> {
    let any = any::<u8>;
    let half = move |n: u8| if strong && n % 2 == 1 { Half::Second } else { Half::First };
    let bytes = |n: u8| vec![n % 3; 50];
    let name = move |n: u8| Bytes32(Sha256::digest(bytes(n)).into());
    let counted = move |n: u8, ballot: u8, ranking: Vec<PriorityId>| CountedBallot {
        leader: leader(n % LEADERS),
        ranking,
        name: name(ballot),
    };
    prop_oneof![
        6 => (any(), any()).prop_map(move |(who, ballot)| Intent::CastSealed {
            round: SEALED,
            leader: leader(who),
            sealed: bytes(ballot)
        }),
        1 => any().prop_map(|n| Intent::GiveBallotKey { round: SEALED, key: Bytes32([n % 2; 32]) }),
        1 => (any(), any(), any()).prop_map(move |(n, one, two)| Intent::BeginClose {
            round: SEALED,
            half: half(n),
            secret: Bytes32([5; 32]),
            names: vec![(leader(0), name(one)), (leader(1), name(two))],
        }),
        2 => (any(), any(), any(), ranking()).prop_map(move |(n, one, two, ranking)| {
            let counted = vec![counted(0, one, ranking.clone()), counted(1, two, ranking)];
            Intent::CloseSealed(Box::new(SealedClose { round: SEALED, counted, half: half(n), secret: Bytes32([6; 32]) }))
        }),
        1 => Just(Intent::CancelRound { round: SEALED }),
    ]
}

fn sealed_step(strong: bool) -> impl Strategy<Value = Step> {
    prop_oneof![4 => sealed(strong).prop_map(Step::Do), 1 => step()]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![8 => intent().prop_map(Step::Do), 1 => Just(Step::Undo), 1 => Just(Step::Redo)]
}

const SEALED: RoundId = RoundId::from_bytes([3; 10]);

/// One copy at work, with what it can take back.
struct Copy {
    document: Document,
    undo: Vec<UndoStep>,
    redo: Vec<UndoStep>,
    clock: i64,
    chunks: Vec<Vec<u8>>,
}

impl Copy {
    fn of(document: &Document, actor: u8) -> Self {
        let document = Document::load(&[document.save()], [actor; 16]).expect("our own bytes");
        Self { document, undo: Vec::new(), redo: Vec::new(), clock: START, chunks: Vec::new() }
    }

    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            self.clock += 1_000;
            let (before, now) = (self.document.heads(), Timestamp(self.clock));
            // A refusal is as good as an edit here: it must leave no trace, which the comparison below would show.
            match step {
                Step::Do(intent) => {
                    if let Ok(applied) = apply(&mut self.document, now, intent) {
                        self.undo.extend(applied.undo);
                    } else {
                        assert_eq!(self.document.heads(), before, "a refusal left a trace: {intent:?}");
                    }
                }
                Step::Undo => {
                    let step = self.undo.pop();
                    self.redo.extend(step.and_then(|step| undo(&mut self.document, now, &step).ok()));
                }
                Step::Redo => {
                    let step = self.redo.pop();
                    self.undo.extend(step.and_then(|step| redo(&mut self.document, now, &step).ok()));
                }
            }
            let chunk = self.document.changes_since(&before);
            if !chunk.is_empty() {
                self.chunks.push(chunk);
            }
        }
    }
}

/// A workspace with a team, priorities, one revealed and one open round, so that most random intents find something to act on.
fn workspace() -> Document {
    let mut document = Document::create(WorkspaceId::from_bytes([7; 16]), "Team", false, Timestamp(START), [1; 16]);
    let mut act = |intent: Intent| {
        apply(&mut document, Timestamp(START), &intent).expect("a rule-abiding start");
    };
    for n in 0..LEADERS {
        let details = LeaderDetails { name: format!("Leader {n}"), ..LeaderDetails::default() };
        act(Intent::AddLeader { leader: leader(n), details });
    }
    for n in 0..PRIORITIES {
        act(Intent::AddPriority { priority: priority(n), title: format!("Priority {n}"), description: String::new() });
    }
    let open = |n: u8| Intent::OpenRound {
        round: round(n),
        label: format!("Start {n}"),
        top: 3,
        candidates: (0..PRIORITIES).map(priority).collect(),
        leaders: (0..LEADERS).map(leader).collect(),
        strong: false,
        second: None,
    };
    act(open(0));
    for n in 0..LEADERS {
        let ranking = (0..3).map(|place| priority((n + place) % PRIORITIES)).collect();
        act(Intent::CastBallot { round: round(0), leader: leader(n), ranking });
    }
    act(Intent::CloseRound { round: round(0) });
    act(open(1));
    document
}

/// The same with an open round of sealed ballots.
fn sealed_workspace(strong: bool) -> Document {
    let mut document = workspace();
    let mut act = |intent: Intent| {
        apply(&mut document, Timestamp(START), &intent).expect("a rule-abiding start");
    };
    act(Intent::CancelRound { round: round(1) });
    let custodian = |n: u8| Custodian { device: Bytes32([n; 32]), leaders: vec![leader(n)] };
    act(Intent::OpenSealed(Box::new(SealedOpening {
        round: SEALED,
        label: "Sealed".into(),
        top: 3,
        candidates: (0..PRIORITIES).map(priority).collect(),
        leaders: (0..LEADERS).map(leader).collect(),
        sealing: Sealing { strong, key: Bytes32([9; 32]), custodians: vec![custodian(0), custodian(1)] },
        escrow: (!strong).then(|| vec![1; 80]),
    })));
    document
}

fn views(document: &Document) -> Vec<plumbline_core::view::View> {
    let context = Context { document, now: Timestamp(START + 1_000_000), undo: None, redo: None, custody: None };
    let mut figures = Figures::default();
    let mut keys = vec![
        ViewKey::Shell,
        ViewKey::Today,
        ViewKey::Team,
        ViewKey::Priorities,
        ViewKey::Rounds,
        ViewKey::Conflicts,
        ViewKey::Settings,
    ];
    for round in [round(0), round(1), round(2), SEALED] {
        keys.extend([ViewKey::Round(round), ViewKey::Stack(round), ViewKey::Ballot(round, leader(1))]);
    }
    keys.into_iter().map(|key| view::build(key, &context, &mut figures)).collect()
}

/// Hand every chunk to a copy, in the order drawn. Chunks that come too early wait inside.
fn deliver(to: &mut Document, chunks: &[&Vec<u8>]) {
    for chunk in chunks {
        let _ = to.receive(chunk);
    }
}

/// Edit copies apart, hand every change to every copy, and hold them against each other.
fn converge(start: &Document, runs: &[Vec<Step>], seed: u64) -> Result<(), TestCaseError> {
    let mut copies: Vec<Copy> = (0..3).map(|n| Copy::of(start, 10 + n)).collect();
    for (copy, run) in copies.iter_mut().zip(runs) {
        copy.run(run);
    }
    let all: Vec<Vec<u8>> = copies.iter().flat_map(|copy| copy.chunks.clone()).collect();
    for (n, copy) in copies.iter_mut().enumerate() {
        // Every chunk twice, in an order of this copy's own.
        let mut order: Vec<&Vec<u8>> = all.iter().chain(&all).collect();
        let turn = (seed as usize).wrapping_mul(n + 1) % order.len().max(1);
        order.rotate_left(turn);
        if n == 1 {
            order.reverse();
        }
        deliver(&mut copy.document, &order);
    }
    for pair in copies.windows(2) {
        prop_assert_eq!(pair[0].document.heads(), pair[1].document.heads());
        prop_assert_eq!(pair[0].document.snapshot(), pair[1].document.snapshot());
        prop_assert_eq!(views(&pair[0].document), views(&pair[1].document));
    }
    // The snapshot kept up to date change by change is the one read from scratch.
    let fresh = Document::load(&[copies[0].document.save()], [99; 16]).expect("our own bytes");
    prop_assert_eq!(fresh.snapshot(), copies[0].document.snapshot());
    prop_assert_eq!(fresh.fingerprint(), copies[0].document.fingerprint());
    Ok(())
}

/// `PROPTEST_CASES`, or a few for every change.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().map_or(96, |cases| cases.parse().expect("a number"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn copies_edited_apart_converge_in_any_order(
        runs in prop::collection::vec(prop::collection::vec(step(), 0..14), 3),
        seed in any::<u64>(),
    ) {
        converge(&workspace(), &runs, seed)?;
    }

    #[test]
    fn rounds_of_sealed_ballots_converge_too(
        (strong, runs) in any::<bool>().prop_flat_map(|strong| {
            (Just(strong), prop::collection::vec(prop::collection::vec(sealed_step(strong), 0..14), 3))
        }),
        seed in any::<u64>(),
    ) {
        converge(&sealed_workspace(strong), &runs, seed)?;
    }

    #[test]
    fn undoing_everything_keeps_what_others_did(
        mine in prop::collection::vec(intent(), 1..10),
        theirs in prop::collection::vec(intent(), 1..10),
    ) {
        let start = workspace();
        let (mut me, mut other) = (Copy::of(&start, 10), Copy::of(&start, 11));
        other.run(&theirs.into_iter().map(|intent| Step::Do(with_own_ids(intent))).collect::<Vec<_>>());
        let theirs_alone = other.document.snapshot().clone();
        me.run(&mine.into_iter().filter(|intent| !is_final(intent)).map(Step::Do).collect::<Vec<_>>());
        me.document.merge(&other.document).expect("same workspace");
        let edits = me.undo.len();
        me.run(&vec![Step::Undo; edits]);
        let now = me.document.snapshot();
        // Whatever the other wrote alone is still there; where both wrote the same value, theirs is at least among the claims.
        for (id, record) in &theirs_alone.priorities {
            let kept = &now.priorities[id];
            let claimed = kept.title.value == record.title.value
                || kept.title.claims.iter().any(|claim| claim.value == record.title.value);
            prop_assert!(claimed || start.snapshot().priorities.get(id).is_some_and(|was| was.title == record.title));
        }
        for (id, record) in &theirs_alone.rounds {
            for (leader, ballot) in &record.ballots {
                prop_assert!(now.rounds[id].ballots.contains_key(leader), "a ballot is gone: {:?}", ballot);
            }
        }
    }
}

/// What is new gets an identifier of its own, as in life: they are drawn at random, so two people never draw the same.
fn with_own_ids(intent: Intent) -> Intent {
    match intent {
        Intent::AddLeader { leader, details } if leader.as_bytes()[0] >= LEADERS => {
            Intent::AddLeader { leader: LeaderId::from_bytes([leader.as_bytes()[0] + 100; 10]), details }
        }
        Intent::AddPriority { priority, title, description } if priority.as_bytes()[0] >= PRIORITIES => {
            let priority = PriorityId::from_bytes([priority.as_bytes()[0] + 100; 10]);
            Intent::AddPriority { priority, title, description }
        }
        other => other,
    }
}

/// Closing and casting are not taken back, so they stay out of a run that is undone whole.
const fn is_final(intent: &Intent) -> bool {
    matches!(intent, Intent::CloseRound { .. } | Intent::CastBallot { .. })
}

#[test]
fn undo_and_redo_alone_come_back_to_the_same_values() {
    let start = workspace();
    let mut copy = Copy::of(&start, 10);
    let before = copy.document.snapshot().clone();
    copy.run(&[
        Step::Do(Intent::RenameWorkspace { name: "Other".into() }),
        Step::Do(Intent::MoveInStack { round: round(0), priority: priority(5), below: None }),
        Step::Do(Intent::RetirePriority { priority: priority(2), retired: true }),
        Step::Do(Intent::AddPriority { priority: priority(9), title: "New".into(), description: String::new() }),
    ]);
    let after = copy.document.snapshot().clone();
    copy.run(&vec![Step::Undo; 4]);
    let undone = copy.document.snapshot();
    assert_eq!(undone.workspace, before.workspace);
    assert_eq!(undone.rounds, before.rounds);
    assert!(undone.priorities[&priority(9)].removed);
    copy.run(&vec![Step::Redo; 4]);
    assert_eq!(copy.document.snapshot().rounds, after.rounds);
    assert_eq!(copy.document.snapshot().priorities, after.priorities);
    assert_eq!(copy.document.snapshot().workspace, after.workspace);
}
