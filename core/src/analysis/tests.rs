use super::*;

fn read(candidates: usize, rankings: &[&[usize]]) -> Analysis {
    let rankings: Vec<Vec<usize>> = rankings.iter().map(|ranking| ranking.to_vec()).collect();
    let top = rankings.iter().map(Vec::len).max().unwrap();
    analyse(&Ballots::new(candidates, top, rankings).unwrap(), &Settings::default()).unwrap()
}

#[test]
fn one_mind() {
    let found = read(8, &[&[3, 1, 4], &[3, 1, 4], &[3, 1, 4], &[3, 1, 4]]);
    assert_eq!((found.leaders, found.candidates, found.top), (4, 8, 3));
    assert_eq!(found.agreement.verdict, Verdict::Strong);
    assert_eq!((found.agreement.kendall_w, found.mean_top_k_distance), (1.0, 0.0));
    assert!((found.mean_rbo - 1.0).abs() < 1e-12);
    assert_eq!(found.consensus.schulze, [vec![3], vec![1], vec![4], vec![0, 2, 5, 6, 7]]);
    assert_eq!(found.consensus.kemeny.order[..3], [3, 1, 4]);
    assert!(!found.consensus.methods_disagree_on_top);
    assert_eq!((found.contested, found.factions), (vec![], None));
}

#[test]
fn the_one_who_stands_apart_comes_first() {
    let found = read(10, &[&[0, 1, 2], &[7, 8, 9], &[0, 1, 2], &[0, 2, 1]]);
    let first = found.divergence[0];
    assert_eq!((first.leader, first.mean_top_k_distance, first.farthest, first.farthest_distance), (1, 1.0, 0, 1.0));
    assert_eq!(found.divergence[1].leader, 3);
    assert_eq!(found.divergence[1].farthest, 1);
    assert_eq!((found.distances[1][2], found.distances[2][1], found.distances[1][1]), (1.0, 1.0, 0.0));
}

#[test]
fn opposed_camps_are_below_chance_and_split() {
    let (ours, theirs): (&[usize], &[usize]) = (&[0, 1, 2], &[5, 6, 7]);
    let found = read(8, &[ours, theirs, ours, theirs]);
    assert_eq!(found.agreement.verdict, Verdict::BelowChance);
    let factions = found.factions.unwrap();
    assert_eq!((factions.groups[0].members.clone(), factions.silhouette), (vec![0, 2], 1.0));
    assert!(found.priorities[0].polarised);
    assert_eq!(found.consensus.winners.schulze, [0, 5]);
    // All three methods see the same tie, so none contradicts another.
    assert!(!found.consensus.methods_disagree_on_top);
}

#[test]
fn three_methods_may_name_three_winners() {
    // A majority of three puts 0 first; Borda prefers 1, which nobody puts last.
    let found = read(4, &[&[0, 1, 2, 3], &[0, 1, 2, 3], &[0, 1, 2, 3], &[1, 2, 3, 0], &[1, 2, 3, 0]]);
    assert_eq!(found.consensus.winners.schulze, [0]);
    assert_eq!(found.consensus.winners.kemeny, [0]);
    assert_eq!(found.consensus.winners.borda, [1]);
    assert!(found.consensus.methods_disagree_on_top);
}

#[test]
fn bands_begin_at_their_limits() {
    let check = |w, correlation, expected| assert_eq!(Verdict::of(w, 0.4, correlation), expected);
    check(0.4, 0.9, Verdict::BelowChance);
    check(0.5, 0.299, Verdict::Weak);
    check(0.5, 0.3, Verdict::Moderate);
    check(0.5, 0.599, Verdict::Moderate);
    check(0.5, 0.6, Verdict::Strong);
}

#[test]
fn the_documented_bands_are_the_bands() {
    let words = format!("moderate from {}, strong from {}.", Verdict::MODERATE, Verdict::STRONG);
    assert!(kendall_w::MEAN_CORRELATION.definition.ends_with(&words));
}

#[test]
fn agreement_that_chance_reaches_half_the_time_says_nothing() {
    let found = read(2, &[&[0, 1], &[0, 1]]).agreement;
    assert_eq!((found.kendall_w, found.chance_w_95), (1.0, 1.0));
    assert_eq!(found.verdict, Verdict::BelowChance);
}

#[test]
fn the_level_of_chance_does_not_depend_on_who_comes_first() {
    let found = read(6, &[&[0, 1, 2], &[3], &[4, 5]]);
    let other = read(6, &[&[4, 5], &[0, 1, 2], &[3]]);
    assert_eq!(found.agreement.chance_w_95, other.agreement.chance_w_95);
}

#[test]
fn unsound_ballots_are_refused_by_number() {
    let check = |candidates, top, rankings: &[&[usize]], error: BadBallots, words: &str| {
        let rankings = rankings.iter().map(|ranking| ranking.to_vec()).collect();
        assert_eq!(Ballots::new(candidates, top, rankings), Err(error));
        assert_eq!(error.to_string(), words);
    };
    let top = BadBallots::Top { top: 5, candidates: 4 };
    check(4, 5, &[], top, "a stack of 5 places cannot be filled from 4 priorities");
    check(4, 2, &[&[0], &[]], BadBallots::Empty { ballot: 1 }, "ballot 2 is empty");
    let range = BadBallots::OutOfRange { ballot: 0, candidate: 4 };
    check(4, 2, &[&[4]], range, "ballot 1 names a priority that is not in this round");
    let twice = BadBallots::Repeated { ballot: 0, candidate: 2 };
    check(4, 2, &[&[2, 2]], twice, "ballot 1 names the same priority twice");
}

#[test]
fn rounds_that_cannot_be_read_say_why() {
    let check = |candidates, rankings: &[&[usize]], p, error| {
        let rankings = rankings.iter().map(|ranking| ranking.to_vec()).collect();
        let ballots = Ballots { candidates, top: 1, rankings };
        assert_eq!(analyse(&ballots, &Settings { p, seed: 1 }), Err(error));
    };
    check(3, &[&[0]], 0.8, IllPosed::TooFewBallots { found: 1, needed: 2 });
    check(1, &[&[0], &[0]], 0.8, IllPosed::TooFewCandidates { found: 1, needed: 2 });
    check(3, &[&[0], &[]], 0.8, IllPosed::EmptyRanking);
    check(3, &[&[0], &[9]], 0.8, IllPosed::OutOfRange);
    check(3, &[&[0], &[1]], 1.0, IllPosed::Persistence);
}

#[test]
fn survives_json() {
    let found = read(12, &[&[0, 1, 2], &[3, 4, 5], &[0, 1, 5], &[3, 4, 2], &[11]]);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["agreement"]["verdict"], "below_chance");
    assert_eq!(json["priorities"][6]["best"], serde_json::Value::Null);
    assert_eq!(serde_json::from_value::<Analysis>(json).unwrap(), found);
}
