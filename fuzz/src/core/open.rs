//! What is done with every document that was opened: all views, all exports.

use std::sync::LazyLock;

use plumbline_core::document::Document;
use plumbline_core::export::results::{Round, ballots_csv, results_csv};
use plumbline_core::file;
use plumbline_core::id::WorkspaceId;
use plumbline_core::sample;
use plumbline_core::time::Timestamp;
use plumbline_core::view::{Context, Figures, View, ViewKey, build, named_round};

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

/// Every page can be drawn, crosses to the app and back, and every file can be made.
pub fn use_it(document: &Document) {
    let mut figures = Figures::default();
    let context = Context { document, now: NOW, undo: None, redo: None };
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
        let view = build(key, &context, &mut figures);
        let bytes = postcard::to_allocvec(&view).expect("views cross to the app");
        let back: View = postcard::from_bytes(&bytes).expect("and are read there");
        assert_eq!(postcard::to_allocvec(&back).as_ref(), Ok(&bytes));
    }
    for round in rounds {
        let Some(round) = named_round(snapshot, round, &mut figures) else { continue };
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
