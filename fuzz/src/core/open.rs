//! What is done with every document that was opened: all views, all exports.

use std::cell::RefCell;
use std::sync::LazyLock;

use plumbline_core::document::Document;
use plumbline_core::export::results::{Round, ballots_csv, results_csv};
use plumbline_core::file;
use plumbline_core::id::{LeaderId, PriorityId, RoundId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, apply};
use plumbline_core::sample;
use plumbline_core::time::Timestamp;
use plumbline_core::view::{Context, Figures, Packed, Readable, View, ViewKey, build, named_round};

/// Some day.
pub const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// The sample team, made once.
#[must_use]
pub fn team() -> &'static Document {
    static TEAM: LazyLock<Document> = LazyLock::new(|| {
        sample::team(WorkspaceId::from_bytes([3; 16]), NOW, 7, [4; 16]).expect("the sample keeps every rule")
    });
    &TEAM
}

/// Three leaders who revealed one round and opened another: as little as has everything, made once.
#[must_use]
pub fn trio() -> &'static Document {
    static TRIO: LazyLock<Document> = LazyLock::new(|| {
        let mut document = Document::create(WorkspaceId::from_bytes([1; 16]), "Trio", false, Timestamp(1), [1; 16]);
        let (leaders, priorities) = ([1_u8, 2, 3].map(leader), [1_u8, 2, 3, 4, 5, 6, 7].map(priority));
        let add = |leader| Intent::AddLeader {
            leader,
            details: LeaderDetails { name: leader.to_string(), ..Default::default() },
        };
        let list = |priority: PriorityId| Intent::AddPriority {
            priority,
            title: priority.to_string(),
            description: String::new(),
        };
        let mut intents: Vec<Intent> = leaders.into_iter().map(add).chain(priorities.into_iter().map(list)).collect();
        let (candidates, asked) = (priorities.to_vec(), leaders.to_vec());
        for number in [1, 2] {
            let (round, candidates, leaders) = (round(number), candidates.clone(), asked.clone());
            intents.push(Intent::OpenRound {
                round,
                label: round.to_string(),
                top: 3,
                candidates,
                leaders,
                strong: false,
                second: None,
            });
            for (at, leader) in asked.iter().enumerate() {
                let ranking = priorities[at..at + 3].to_vec();
                intents.push(Intent::CastBallot { round, leader: *leader, ranking });
            }
            if number == 1 {
                intents.push(Intent::CloseRound { round });
            }
        }
        for intent in intents {
            apply(&mut document, NOW, &intent).expect("within the rules");
        }
        document
    });
    &TRIO
}

/// A leader of the three.
#[must_use]
pub const fn leader(number: u8) -> LeaderId {
    LeaderId::from_bytes([number; 10])
}

/// A priority of theirs.
#[must_use]
pub const fn priority(number: u8) -> PriorityId {
    PriorityId::from_bytes([number; 10])
}

/// A round of theirs.
#[must_use]
pub const fn round(number: u8) -> RoundId {
    RoundId::from_bytes([number; 10])
}

thread_local! {
    // Kept between inputs: simulating the chance level is what takes long, and the sample's rounds stay as they are.
    static FIGURES: RefCell<Figures> = RefCell::default();
}

/// Every page can be drawn, crosses to the app and back, and every file can be made.
pub fn use_it(document: &Document) {
    FIGURES.with_borrow_mut(|figures| draw_all(document, figures));
}

fn draw_all(document: &Document, figures: &mut Figures) {
    let context = Context { document, now: NOW, undo: None, redo: None, custody: None };
    let snapshot = document.snapshot();
    let rounds: Vec<_> = snapshot.rounds.keys().copied().collect();
    let mut keys = vec![
        ViewKey::Shell,
        ViewKey::Today,
        ViewKey::Team,
        ViewKey::Priorities,
        ViewKey::Rounds,
        ViewKey::Conflicts,
        ViewKey::Settings,
    ];
    for round in &rounds {
        keys.extend([ViewKey::Round(*round), ViewKey::Stack(*round)]);
        keys.extend(snapshot.leaders.keys().take(2).map(|leader| ViewKey::Ballot(*round, *leader)));
    }
    for key in keys {
        let view = build(key, &context, figures);
        let bytes = postcard::to_allocvec(&view).expect("views cross to the app");
        let back: View = postcard::from_bytes(&bytes).expect("and are read there");
        assert_eq!(postcard::to_allocvec(&back).as_ref(), Ok(&bytes));
        let packed = Packed::new(bytes);
        assert_eq!(packed.is_missing(), back == View::Missing);
        assert_eq!(unpacked(&packed, key).unwrap_or(View::Missing), back);
    }
    for round in rounds {
        let Some(round) = named_round(snapshot, round, figures) else { continue };
        let (title, leaders) = (round.label.as_str(), round.leaders.as_slice());
        let (candidates, rankings) = (round.candidates.as_slice(), round.rankings.as_slice());
        let named = Round { title, leaders, candidates, rankings };
        drop(ballots_csv(&named, true));
        if let Some(analysis) = &round.analysis {
            drop(results_csv(&named, analysis, false));
        }
    }
    assert_eq!(*snapshot, document.read_afresh(), "what is kept up to date is what is there");
}

/// What is written to a file is read from it, and is the same.
pub fn write_it(document: &Document) {
    let again = file::read(&file::write(document), [8; 16]).expect("our own file");
    assert_eq!(again.fingerprint(), document.fingerprint());
    assert_eq!(again.snapshot(), document.snapshot());
}

/// A view as the app reads it: what it is says the key.
fn unpacked(packed: &Packed, key: ViewKey) -> Option<View> {
    fn read<T: Readable>(packed: &Packed) -> Option<T> {
        packed.of::<T>().map(|bytes| postcard::from_bytes(bytes).expect("a page reads it"))
    }
    match key {
        ViewKey::Shell => read(packed).map(View::Shell),
        ViewKey::Today => read(packed).map(View::Today),
        ViewKey::Team => read(packed).map(View::Team),
        ViewKey::Priorities => read(packed).map(View::Priorities),
        ViewKey::Rounds => read(packed).map(View::Rounds),
        ViewKey::Round(_) => read(packed).map(|view| View::Round(Box::new(view))),
        ViewKey::Ballot(..) => read(packed).map(View::Ballot),
        ViewKey::Stack(_) => read(packed).map(View::Stack),
        ViewKey::Conflicts => read(packed).map(View::Conflicts),
        ViewKey::Settings => read(packed).map(View::Settings),
    }
}
