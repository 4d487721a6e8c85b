use super::*;
use crate::document::Document;
use crate::id::WorkspaceId;
use crate::metric::top_k;
use crate::sample;
use crate::view::{Need, ResultsView, RoundView};

const NOW: Timestamp = Timestamp(1_795_000_000_000);

fn team() -> Document {
    sample::team(WorkspaceId::from_bytes([3; 16]), NOW, 7, [4; 16]).expect("the sample keeps every rule")
}

fn view(document: &Document, key: ViewKey) -> View {
    build(key, &Context { document, now: NOW, undo: None, redo: None, custody: None }, &mut Figures::default())
}

fn results(document: &Document) -> ResultsView {
    let (id, _) = *revealed_rounds(document.snapshot()).last().expect("three rounds");
    match view(document, ViewKey::Round(id)) {
        View::Round(round) => match *round {
            RoundView::Revealed(results) => results,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// One leader's ranking as the heat map shows it.
fn shown_ranking(results: &ResultsView, leader: usize) -> Vec<usize> {
    let mut ranked: Vec<(u8, usize)> =
        results.ranks.iter().enumerate().filter_map(|(candidate, ranks)| Some((ranks[leader]?, candidate))).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, candidate)| candidate).collect()
}

#[test]
fn figures_point_at_the_leaders_and_candidates_as_shown() {
    let results = results(&team());
    let analysis = results.analysis.as_ref().expect("sound ballots");
    assert!(results.leaders.windows(2).all(|pair| pair[0].name <= pair[1].name));
    for (a, row) in analysis.distances.iter().enumerate() {
        for (b, distance) in row.iter().enumerate().filter(|(b, _)| *b != a) {
            let (one, other) = (shown_ranking(&results, a), shown_ranking(&results, b));
            let expected = top_k::kendall_normalised(&one, &other, top_k::NEUTRAL).expect("sound ballots");
            assert!((distance - expected).abs() < 1e-12, "leaders {a} and {b}");
        }
    }
    for spread in &analysis.priorities {
        let stacks = results.ranks[spread.candidate].iter().flatten().count();
        assert_eq!(spread.stacks, stacks, "candidate {}", spread.candidate);
    }
    let far = &analysis.divergence[0];
    let mean = analysis.distances[far.leader].iter().sum::<f64>() / (results.leaders.len() - 1) as f64;
    assert!((mean - far.mean_top_k_distance).abs() < 1e-12);
    // Candidates are shown in the order of the consensus, so its places count up.
    let places: Vec<usize> = analysis.consensus.schulze.iter().flatten().copied().collect();
    assert_eq!(places, (0..results.candidates.len()).collect::<Vec<_>>());
}

#[test]
fn the_bump_chart_ends_with_the_round_shown() {
    let results = results(&team());
    assert_eq!(results.bump.rounds.len(), 3);
    assert_eq!(results.bump.rounds[2].id, results.id);
    let last: Vec<Option<u32>> = results.bump.lines.iter().map(|line| line.places[2]).collect();
    assert_eq!(last, (1..=10).map(Some).collect::<Vec<_>>());
}

#[test]
fn what_waits_longest_stands_first() {
    let document = team();
    let View::Today(today) = view(&document, ViewKey::Today) else { panic!("home") };
    let since: Vec<Timestamp> = today.needs.iter().map(|need: &Need| need.since).collect();
    assert!(!since.is_empty() && since.is_sorted());
    let View::Shell(shell) = view(&document, ViewKey::Shell) else { panic!("frame") };
    assert_eq!(shell.needs as usize, today.needs.len());
}

fn summaries(document: &Document) -> Vec<(u32, u32)> {
    match view(document, ViewKey::Rounds) {
        View::Rounds(rounds) => rounds.closed.iter().map(|round| (round.signed, round.to_sign)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_came_later_is_not_counted_among_those_who_signed_an_earlier_stack() {
    use crate::intent::{Intent, LeaderDetails, apply};
    let mut document = team();
    let before = summaries(&document);
    let joined = |id: u8, name: &str, day: i64| Intent::AddLeader {
        leader: LeaderId::from_bytes([id; 10]),
        details: LeaderDetails { name: name.into(), joined: NOW.plus_days(day).day(), ..LeaderDetails::default() },
    };
    apply(&mut document, NOW, &joined(91, "New Now", 0)).expect("a new name");
    apply(&mut document, NOW, &joined(92, "New Soon", 20)).expect("a new name");
    let after = summaries(&document);
    assert_eq!(after[1..], before[1..], "earlier stacks are those of who was asked then");
    assert_eq!(after[0], (before[0].0, before[0].1 + 1), "the latest is the team's as it is today");
    let View::Shell(shell) = view(&document, ViewKey::Shell) else { panic!("frame") };
    let names: Vec<&str> = shell.leaders.iter().map(|person| person.name.as_str()).collect();
    assert!(names.contains(&"New Now") && !names.contains(&"New Soon"));
    let later = Context { document: &document, now: NOW.plus_days(20), undo: None, redo: None, custody: None };
    let View::Shell(shell) = build(ViewKey::Shell, &later, &mut Figures::default()) else { panic!("frame") };
    assert!(shell.leaders.iter().any(|person| person.name == "New Soon"));
    let View::Team(team) = view(&document, ViewKey::Team) else { panic!("leaders") };
    assert!(team.present.iter().any(|row| row.person.name == "New Soon"), "and can be edited before");
}

#[test]
fn who_left_since_still_counts_where_they_were_asked() {
    use crate::intent::{Intent, LeaderDetails, apply};
    let mut document = team();
    let before = summaries(&document);
    let (id, _) = *revealed_rounds(document.snapshot()).first().expect("three rounds");
    let leader = document.snapshot().rounds[&id].asked().next().expect("somebody");
    let record = &document.snapshot().leaders[&leader];
    let details =
        LeaderDetails { name: record.name.value.clone(), left: NOW.plus_days(-1).day(), ..LeaderDetails::default() };
    apply(&mut document, NOW, &Intent::EditLeader { leader, details }).expect("a known leader");
    let after = summaries(&document);
    assert_eq!(after.last(), before.last());
    assert_eq!(after[0].1 + 1, before[0].1);
}

#[test]
fn initials_are_those_of_first_and_last_name() {
    for (name, expected) in
        [("Ana Ferreira", "AF"), ("ben", "B"), ("Åsa van der Berg", "ÅB"), ("", ""), ("李 明", "李明")]
    {
        assert_eq!(initials(name), expected, "{name}");
    }
}
