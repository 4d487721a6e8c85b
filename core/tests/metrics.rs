//! The ranking measures against an independent oracle (`oracle/measures.py`), against their own symmetries on random
//! ballots, and the list of measures against its documentation.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::path::Path;

use plumbline_core::analysis::{Analysis, Ballots, Settings, analyse};
use plumbline_core::metric::{
    self, LIST, Metric, borda, chance, kemeny, kendall_tau_b, kendall_w, rbo, schulze, spread, top_k,
};
use proptest::prelude::*;
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    let allowed = TOLERANCE * expected.abs().max(1.0);
    assert!((found - expected).abs() <= allowed, "{what}: {found}, but the oracle says {expected}");
}

#[derive(Deserialize)]
struct Oracle {
    rounds: Vec<Round>,
    pairs: Vec<Pair>,
    taus: Vec<Tau>,
    ratings: Vec<Ratings>,
    chance: Vec<Chance>,
}

#[derive(Debug, Deserialize)]
struct Round {
    candidates: usize,
    ballots: Vec<Vec<usize>>,
    concordance: Concordance,
    borda: Vec<f64>,
    kemeny: Kemeny,
    schulze: Vec<Vec<usize>>,
    spread: Spread,
}

#[derive(Debug, Deserialize)]
struct Concordance {
    w: f64,
    mean_correlation: f64,
    chi_square: f64,
    p_value: f64,
}

#[derive(Debug, Deserialize)]
struct Kemeny {
    order: Vec<usize>,
    winners: Vec<usize>,
    distance: u64,
    score: u64,
    unique: bool,
}

#[derive(Debug, Deserialize)]
struct Spread {
    stacks: Vec<usize>,
    mean_rank: Vec<f64>,
    spread: Vec<f64>,
}

#[derive(Debug, Deserialize)]
struct Pair {
    a: Vec<usize>,
    b: Vec<usize>,
    p: f64,
    penalty: f64,
    rbo_extrapolated: f64,
    rbo_minimum: f64,
    kendall_neutral: f64,
    kendall_penalty: f64,
    footrule: f64,
}

#[derive(Debug, Deserialize)]
struct Tau {
    x: Vec<f64>,
    y: Vec<f64>,
    tau: f64,
}

#[derive(Debug, Deserialize)]
struct Ratings {
    ratings: Vec<Vec<f64>>,
    w: f64,
    p_value: f64,
}

#[derive(Debug, Deserialize)]
struct Chance {
    lengths: Vec<usize>,
    candidates: usize,
    low: f64,
    high: f64,
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("oracle/measures.json")).unwrap()
}

#[test]
fn concordance_equals_the_oracle() {
    for case in oracle().rounds {
        let found = kendall_w::of_ballots(&case.ballots, case.candidates).unwrap();
        let what = format!("{case:?}");
        close(found.w, case.concordance.w, &what);
        close(found.mean_correlation, case.concordance.mean_correlation, &what);
        close(found.chi_square, case.concordance.chi_square, &what);
        close(found.p_value, case.concordance.p_value, &what);
    }
    for case in oracle().ratings {
        let found = kendall_w::of_ratings(&case.ratings).unwrap();
        close(found.w, case.w, &format!("{case:?}"));
        close(found.p_value, case.p_value, &format!("{case:?}"));
    }
}

#[test]
fn consensus_equals_the_oracle() {
    for case in oracle().rounds {
        for (found, expected) in borda::points(&case.ballots, case.candidates).unwrap().iter().zip(&case.borda) {
            close(*found, *expected, &format!("{case:?}"));
        }
        let expected = kemeny::Consensus {
            order: case.kemeny.order.clone(),
            winners: case.kemeny.winners.clone(),
            score: case.kemeny.score,
            distance: case.kemeny.distance,
            exact: true,
            unique: case.kemeny.unique,
        };
        assert_eq!(kemeny::consensus(&case.ballots, case.candidates), Ok(expected), "{case:?}");
        assert_eq!(schulze::tiers(&case.ballots, case.candidates), Ok(case.schulze.clone()), "{case:?}");
    }
}

#[test]
fn spread_equals_the_oracle() {
    for case in oracle().rounds {
        for found in spread::spreads(&case.ballots, case.candidates).unwrap() {
            let i = found.candidate;
            assert_eq!(found.stacks, case.spread.stacks[i], "{case:?}");
            close(found.mean_rank, case.spread.mean_rank[i], &format!("{case:?}"));
            close(found.spread, case.spread.spread[i], &format!("{case:?}"));
        }
    }
}

#[test]
fn distances_equal_the_oracle() {
    for case in oracle().pairs {
        let (a, b, what) = (&case.a, &case.b, format!("{case:?}"));
        close(rbo::extrapolated(a, b, case.p).unwrap(), case.rbo_extrapolated, &what);
        close(rbo::minimum(a, b, case.p).unwrap(), case.rbo_minimum, &what);
        close(top_k::kendall(a, b, top_k::NEUTRAL).unwrap(), case.kendall_neutral, &what);
        close(top_k::kendall(a, b, case.penalty).unwrap(), case.kendall_penalty, &what);
        close(top_k::footrule(a, b).unwrap(), case.footrule, &what);
    }
}

#[test]
fn tau_b_equals_the_oracle() {
    for case in oracle().taus {
        close(kendall_tau_b(&case.x, &case.y).unwrap(), case.tau, &format!("{case:?}"));
    }
}

/// The oracle's 94th and 96th percentiles must enclose the 95th.
#[test]
fn chance_level_agrees_with_the_oracle() {
    for case in oracle().chance {
        for seed in 0..2 {
            let level = chance::level_for(&case.lengths, case.candidates, seed).unwrap();
            assert!((case.low - TOLERANCE..=case.high + TOLERANCE).contains(&level), "{level}: {case:?}");
        }
    }
}

#[test]
fn every_measure_is_documented() {
    golden("docs/measures.md", &metric::markdown());
}

/// The screens' sentences are translated with all others; in English they are those of the list.
#[test]
fn the_screens_say_of_every_measure_what_the_list_says() {
    let words = LIST.iter().map(|metric| {
        let Metric { id, name, sentence, definition, units, domain, source, published } = *metric;
        let words = serde_json::json!({
            "name": name, "sentence": sentence, "definition": definition, "units": units, "domain": domain,
            "source": source, "published": published,
        });
        (id.to_owned(), words)
    });
    let words = serde_json::to_string_pretty(&words.collect::<serde_json::Map<_, _>>()).unwrap();
    golden("locales/en/measures.json", &format!("{words}\n"));
}

#[track_caller]
fn golden(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == expected, "{file} is out of date: UPDATE=1 cargo test -p plumbline-core --test metrics");
}

#[test]
fn every_measure_says_everything_under_its_own_id() {
    let ids: HashSet<&str> = LIST.iter().map(|metric| metric.id).collect();
    assert_eq!(ids.len(), LIST.len());
    for metric in LIST {
        let words = [metric.name, metric.definition, metric.units, metric.domain, metric.source, metric.published];
        assert!(words.iter().all(|text| !text.trim().is_empty()), "{}", metric.id);
        assert!(metric.sentence.ends_with('.'), "{}", metric.id);
    }
}

/// A round: 2 to 9 ballots of any lengths over 2 to 14 candidates.
fn rounds() -> impl Strategy<Value = Ballots> {
    (2usize..15, 2usize..10).prop_flat_map(|(candidates, leaders)| {
        let ballot = (Just((0..candidates).collect::<Vec<_>>()).prop_shuffle(), 1..=candidates);
        prop::collection::vec(ballot, leaders).prop_map(move |ballots| {
            let rankings: Vec<Vec<usize>> = ballots.into_iter().map(|(order, k)| order[..k].to_vec()).collect();
            let top = rankings.iter().map(Vec::len).max().unwrap();
            Ballots::new(candidates, top, rankings).unwrap()
        })
    })
}

fn read(ballots: &Ballots) -> Analysis {
    analyse(ballots, &Settings::default()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn figures_stay_within_their_bounds(ballots in rounds()) {
        let found = read(&ballots);
        let leaders = found.leaders as f64;
        let agreement = found.agreement;
        for share in [
            agreement.kendall_w, agreement.p_value, agreement.chance_w_95,
            found.mean_rbo, found.mean_top_k_distance, found.chance_top_k_distance,
        ] {
            prop_assert!((0.0..=1.0).contains(&share));
        }
        prop_assert!(agreement.mean_correlation <= 1.0 && agreement.mean_correlation >= -1.0 / (leaders - 1.0) - TOLERANCE);
        let pairs = found.candidates * (found.candidates - 1) / 2;
        let kemeny = &found.consensus.kemeny;
        prop_assert!(kemeny.score + kemeny.distance <= (found.leaders * pairs) as u64);
        prop_assert!(kemeny.score >= kemeny.distance, "an order and its reverse: the better has the larger score");
        for order in [kemeny.order.clone(), found.consensus.schulze.concat()] {
            prop_assert_eq!(order.iter().collect::<HashSet<_>>().len(), found.candidates);
            prop_assert_eq!(order.len(), found.candidates);
        }
        // Every ballot spends the same points: n(n - 1)/2.
        let points: f64 = found.consensus.borda.iter().map(|standing| standing.points).sum();
        prop_assert_eq!(points, leaders * pairs as f64);
        prop_assert!(found.divergence.is_sorted_by(|a, b| a.mean_top_k_distance >= b.mean_top_k_distance - TOLERANCE));
    }

    #[test]
    fn distances_are_symmetric_and_zero_only_for_equal_lists(ballots in rounds(), p in 0.05..0.95f64) {
        let (a, b) = (&ballots.rankings[0], &ballots.rankings[1]);
        for measure in [
            top_k::kendall_normalised(a, b, top_k::NEUTRAL).unwrap() - top_k::kendall_normalised(b, a, top_k::NEUTRAL).unwrap(),
            top_k::footrule_normalised(a, b).unwrap() - top_k::footrule_normalised(b, a).unwrap(),
            rbo::extrapolated(a, b, p).unwrap() - rbo::extrapolated(b, a, p).unwrap(),
            rbo::minimum(a, b, p).unwrap() - rbo::minimum(b, a, p).unwrap(),
        ] {
            prop_assert!(measure.abs() < TOLERANCE);
        }
        prop_assert_eq!(top_k::footrule(a, b).unwrap() == 0.0, a == b);
        prop_assert_eq!(top_k::kendall(a, a, 0.5).unwrap(), 0.0);
        prop_assert!(rbo::minimum(a, b, p).unwrap() <= rbo::extrapolated(a, b, p).unwrap() + TOLERANCE);
        // Diaconis and Graham's inequality, in Fagin's form for top-k lists of one length.
        let k = a.len().min(b.len());
        let (kendall, footrule) = (top_k::kendall(&a[..k], &b[..k], 0.0).unwrap(), top_k::footrule(&a[..k], &b[..k]).unwrap());
        prop_assert!(kendall <= footrule + TOLERANCE);
    }

    #[test]
    fn a_figure_does_not_depend_on_which_leader_comes_first(ballots in rounds(), by in 1usize..9) {
        let mut turned = ballots.clone();
        turned.rankings.rotate_left(by % ballots.rankings.len());
        let (one, other) = (read(&ballots), read(&turned));
        prop_assert_eq!(one.agreement, other.agreement);
        prop_assert_eq!(one.consensus, other.consensus);
        prop_assert_eq!(one.priorities, other.priorities);
        prop_assert_eq!(one.contested, other.contested);
        prop_assert!((one.mean_rbo - other.mean_rbo).abs() < TOLERANCE);
        prop_assert!((one.mean_top_k_distance - other.mean_top_k_distance).abs() < TOLERANCE);
    }

    #[test]
    fn a_figure_does_not_depend_on_the_priorities_names(
        (ballots, names) in rounds().prop_flat_map(|ballots| {
            let names: Vec<usize> = (0..ballots.candidates).collect();
            (Just(ballots), Just(names).prop_shuffle())
        })
    ) {
        let mut renamed = ballots.clone();
        renamed.rankings.iter_mut().flatten().for_each(|candidate| *candidate = names[*candidate]);
        let (one, other) = (read(&ballots), read(&renamed));
        let rename = |items: &[usize]| {
            let mut items: Vec<usize> = items.iter().map(|&item| names[item]).collect();
            items.sort_unstable();
            items
        };
        prop_assert_eq!(one.agreement, other.agreement);
        prop_assert_eq!(&one.distances, &other.distances);
        prop_assert_eq!(&one.factions, &other.factions);
        prop_assert_eq!(&one.divergence, &other.divergence);
        prop_assert_eq!(one.mean_rbo, other.mean_rbo);
        let tiers: Vec<Vec<usize>> = one.consensus.schulze.iter().map(|tier| rename(tier)).collect();
        prop_assert_eq!(tiers, other.consensus.schulze);
        for entry in &one.priorities {
            let expected = spread::Spread { candidate: names[entry.candidate], ..*entry };
            prop_assert_eq!(expected, other.priorities[names[entry.candidate]]);
        }
        let (kemeny, renamed) = (one.consensus.kemeny, other.consensus.kemeny);
        prop_assert_eq!(kemeny.exact, renamed.exact);
        if kemeny.exact {
            prop_assert_eq!((kemeny.score, kemeny.distance, kemeny.unique), (renamed.score, renamed.distance, renamed.unique));
            prop_assert_eq!(rename(&kemeny.winners), renamed.winners);
        }
    }

    #[test]
    fn a_priority_that_beats_every_other_wins(ballots in rounds()) {
        let found = read(&ballots);
        let prefer = metric::pairwise::preferences(&ballots.rankings, ballots.candidates).unwrap();
        let beats_all = |i: usize| (0..ballots.candidates).all(|j| i == j || prefer[i][j] > prefer[j][i]);
        if let Some(winner) = (0..ballots.candidates).find(|&i| beats_all(i)) {
            prop_assert_eq!(&found.consensus.schulze[0], &vec![winner]);
            prop_assert_eq!(found.consensus.kemeny.winners, vec![winner]);
        }
    }

    #[test]
    fn nonsense_is_refused_rather_than_computed(
        candidates in 0usize..6,
        rankings in prop::collection::vec(prop::collection::vec(0usize..8, 0..6), 0..5),
        p in prop_oneof![Just(f64::NAN), Just(-1.0), Just(0.8), Just(1.0)],
    ) {
        let ballots = Ballots { candidates, top: 3, rankings };
        let read = analyse(&ballots, &Settings { p, seed: 3 });
        if let Ok(found) = read {
            prop_assert!(found.agreement.kendall_w.is_finite() && found.mean_rbo.is_finite());
            prop_assert!(Ballots::new(candidates, 1, ballots.rankings).is_ok());
        }
    }
}
