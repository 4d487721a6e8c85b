//! The reading of one round: everything the ballots say, from one call, for the app and the command line alike.

use serde::{Deserialize, Serialize};

use crate::metric::factions::{Factions, factions};
use crate::metric::kendall_w::{self, mean_correlation};
use crate::metric::spread::{Spread, contested, spreads};
use crate::metric::{IllPosed, borda, chance, kemeny, ranks, rbo, schulze, top_k};

/// The sealed stacks of one round, as indexes into its candidates and in the order of its leaders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballots {
    /// Priorities in the round.
    pub candidates: usize,
    /// Places each leader was asked to fill.
    pub top: usize,
    /// One list per leader, first place first. They may differ in length.
    pub rankings: Vec<Vec<usize>>,
}

/// Why a list of ballots is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBallots {
    /// A stack must have a place, and no more places than there are priorities.
    #[error("a stack of {top} places cannot be filled from {candidates} priorities")]
    Top {
        /// Places asked for.
        top: usize,
        /// Priorities there are.
        candidates: usize,
    },
    /// A ballot has no place filled.
    #[error("ballot {} is empty", .ballot + 1)]
    Empty {
        /// Index of the ballot.
        ballot: usize,
    },
    /// A ballot names a candidate that does not exist.
    #[error("ballot {} names a priority that is not in this round", .ballot + 1)]
    OutOfRange {
        /// Index of the ballot.
        ballot: usize,
        /// The index it names.
        candidate: usize,
    },
    /// A ballot puts one candidate at two places.
    #[error("ballot {} names the same priority twice", .ballot + 1)]
    Repeated {
        /// Index of the ballot.
        ballot: usize,
        /// The candidate it repeats.
        candidate: usize,
    },
}

impl Ballots {
    /// Ballots whose every entry is a candidate, none of them twice on one ballot.
    ///
    /// # Errors
    /// The first fault found.
    pub fn new(candidates: usize, top: usize, rankings: Vec<Vec<usize>>) -> Result<Self, BadBallots> {
        if top == 0 || top > candidates {
            return Err(BadBallots::Top { top, candidates });
        }
        for (ballot, ranking) in rankings.iter().enumerate() {
            if ranking.is_empty() {
                return Err(BadBallots::Empty { ballot });
            }
            if let Some(&candidate) = ranking.iter().find(|&&candidate| candidate >= candidates) {
                return Err(BadBallots::OutOfRange { ballot, candidate });
            }
            let repeat = ranking.iter().enumerate().find(|(at, candidate)| ranking[..*at].contains(candidate));
            if let Some((_, &candidate)) = repeat {
                return Err(BadBallots::Repeated { ballot, candidate });
            }
        }
        Ok(Self { candidates, top, rankings })
    }
}

/// What a team may set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Persistence of rank-biased overlap, between 0 and 1.
    pub p: f64,
    /// Seed of the simulated chance level.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { p: 0.8, seed: 1 }
    }
}

/// The reading of one round. Leaders and candidates are indexes into [`Ballots`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Leaders whose ballots were read.
    pub leaders: usize,
    /// Priorities in the round.
    pub candidates: usize,
    /// Places each leader was asked to fill.
    pub top: usize,
    /// How far the leaders agree, all in all.
    pub agreement: Agreement,
    /// Mean rank-biased overlap over all pairs of leaders, 0 to 1.
    pub mean_rbo: f64,
    /// Mean normalised top-k distance over all pairs of leaders, 0 to 1.
    pub mean_top_k_distance: f64,
    /// The same mean to expect from stacks drawn at random.
    pub chance_top_k_distance: f64,
    /// Normalised top-k distance between every two leaders.
    pub distances: Vec<Vec<f64>>,
    /// The leaders, who stands farthest from the rest first.
    pub divergence: Vec<Divergence>,
    /// The order of the team, by three methods.
    pub consensus: Consensus,
    /// Every candidate, by index.
    pub priorities: Vec<Spread>,
    /// "Discuss first": the candidates the leaders differ on, most contested first.
    pub contested: Vec<usize>,
    /// The groups the ballots fall into, when they do.
    pub factions: Option<Factions>,
}

/// Kendall's W with all that is needed to read it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Kendall's W, 0 to 1.
    pub kendall_w: f64,
    /// Mean pairwise correlation: the headline, 0 by chance.
    pub mean_correlation: f64,
    /// m(n − 1)W.
    pub chi_square: f64,
    /// n − 1.
    pub degrees_of_freedom: usize,
    /// Probability of this χ² without any agreement.
    pub p_value: f64,
    /// The W that random ballots stay below 95 times in 100.
    pub chance_w_95: f64,
    /// The mean correlation that belongs to it.
    pub chance_mean_correlation_95: f64,
    /// Where the figure falls.
    pub verdict: Verdict,
}

/// Plain bands of agreement: chance first, then the mean correlation.
///
/// The limits follow Schmidt's reading of W (0.3 weak, 0.5 moderate, 0.7 strong; Decision Sciences 28, 1997), but on the
/// mean correlation, from which chance has been taken out, and with one moderate band between the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No more than random ballots reach.
    BelowChance,
    /// Above chance, mean correlation under 0.3.
    Weak,
    /// Mean correlation from 0.3 to under 0.6.
    Moderate,
    /// Mean correlation 0.6 or more.
    Strong,
}

impl Verdict {
    /// Mean correlation at which agreement is called moderate.
    pub const MODERATE: f64 = 0.3;
    /// Mean correlation at which agreement is called strong.
    pub const STRONG: f64 = 0.6;

    /// The band of a W, given its chance level and its mean correlation.
    #[must_use]
    pub fn of(w: f64, chance_w_95: f64, mean_correlation: f64) -> Self {
        if w <= chance_w_95 {
            Self::BelowChance
        } else if mean_correlation < Self::MODERATE {
            Self::Weak
        } else if mean_correlation < Self::STRONG {
            Self::Moderate
        } else {
            Self::Strong
        }
    }
}

/// How far one leader stands from the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Divergence {
    /// The leader.
    pub leader: usize,
    /// Mean normalised top-k distance to every other leader, 0 to 1.
    pub mean_top_k_distance: f64,
    /// The leader farthest from this one.
    pub farthest: usize,
    /// The distance to that leader.
    pub farthest_distance: f64,
}

/// The order of the team by three methods, side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consensus {
    /// Schulze's places, first place first; several at a place are tied.
    pub schulze: Vec<Vec<usize>>,
    /// Borda's points, most first.
    pub borda: Vec<borda::Standing>,
    /// Kemeny's order.
    pub kemeny: kemeny::Consensus,
    /// What each method puts first.
    pub winners: Winners,
    /// No priority comes first, alone or tied, by all three methods.
    pub methods_disagree_on_top: bool,
}

/// What each method puts first; several are tied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winners {
    /// By Schulze's method.
    pub schulze: Vec<usize>,
    /// By Borda's count.
    pub borda: Vec<usize>,
    /// By Kemeny's method: first in some best order.
    pub kemeny: Vec<usize>,
}

/// Reads a round.
///
/// # Errors
/// [`IllPosed::TooFewBallots`] and [`IllPosed::TooFewCandidates`] below 2, [`IllPosed::Persistence`], and what is wrong
/// with a ballot that did not come from [`Ballots::new`].
pub fn analyse(ballots: &Ballots, settings: &Settings) -> Result<Analysis, IllPosed> {
    let Ballots { candidates, top, ref rankings } = *ballots;
    ranks::check_ballots(rankings, candidates, 2)?;
    let distances = distances(rankings)?;
    let priorities = spreads(rankings, candidates)?;
    let chance_top_k_distance = mean_of_pairs(rankings.len(), |a, b| {
        top_k::kendall_expected(rankings[a].len(), rankings[b].len(), candidates, top_k::NEUTRAL)
    })?;
    Ok(Analysis {
        leaders: rankings.len(),
        candidates,
        top,
        agreement: agreement(rankings, candidates, settings.seed)?,
        mean_rbo: mean_of_pairs(rankings.len(), |a, b| rbo::extrapolated(&rankings[a], &rankings[b], settings.p))?,
        mean_top_k_distance: mean_of_pairs(rankings.len(), |a, b| Ok(distances[a][b]))?,
        chance_top_k_distance,
        divergence: divergence(&distances),
        consensus: consensus(rankings, candidates)?,
        contested: contested(&priorities),
        priorities,
        factions: factions(&distances, rankings.iter().map(Vec::len).min().unwrap_or(0), chance_top_k_distance)?,
        distances,
    })
}

fn agreement(rankings: &[Vec<usize>], candidates: usize, seed: u64) -> Result<Agreement, IllPosed> {
    let found = kendall_w::of_ballots(rankings, candidates)?;
    // The level must not depend on who voted first.
    let mut lengths: Vec<usize> = rankings.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let chance_w_95 = chance::level_for(&lengths, candidates, seed)?;
    Ok(Agreement {
        kendall_w: found.w,
        mean_correlation: found.mean_correlation,
        chi_square: found.chi_square,
        degrees_of_freedom: found.degrees_of_freedom,
        p_value: found.p_value,
        chance_w_95,
        chance_mean_correlation_95: mean_correlation(chance_w_95, rankings.len()),
        verdict: Verdict::of(found.w, chance_w_95, found.mean_correlation),
    })
}

fn distances(rankings: &[Vec<usize>]) -> Result<Vec<Vec<f64>>, IllPosed> {
    let mut distances = vec![vec![0.0; rankings.len()]; rankings.len()];
    for a in 0..rankings.len() {
        for b in 0..a {
            let distance = top_k::kendall_normalised(&rankings[a], &rankings[b], top_k::NEUTRAL)?;
            distances[a][b] = distance;
            distances[b][a] = distance;
        }
    }
    Ok(distances)
}

fn mean_of_pairs(leaders: usize, measure: impl Fn(usize, usize) -> Result<f64, IllPosed>) -> Result<f64, IllPosed> {
    let mut sum = 0.0;
    for a in 0..leaders {
        for b in 0..a {
            sum += measure(a, b)?;
        }
    }
    Ok(sum / (leaders * (leaders - 1) / 2) as f64)
}

fn divergence(distances: &[Vec<f64>]) -> Vec<Divergence> {
    let mut divergence: Vec<Divergence> = distances
        .iter()
        .enumerate()
        .map(|(leader, row)| {
            let others = || row.iter().copied().enumerate().filter(|&(other, _)| other != leader);
            let first = if leader == 0 { 1 } else { 0 };
            let (farthest, farthest_distance) =
                others().fold((first, row[first]), |far, other| if other.1 > far.1 { other } else { far });
            let sum: f64 = others().map(|(_, distance)| distance).sum();
            Divergence { leader, mean_top_k_distance: sum / (distances.len() - 1) as f64, farthest, farthest_distance }
        })
        .collect();
    // Means of the same distances summed in another order differ in the last bits: those are level, in the leaders' order.
    let level = |entry: &Divergence| (entry.mean_top_k_distance * 1e9).round();
    divergence.sort_by(|a, b| level(b).total_cmp(&level(a)));
    divergence
}

fn consensus(rankings: &[Vec<usize>], candidates: usize) -> Result<Consensus, IllPosed> {
    let schulze = schulze::tiers(rankings, candidates)?;
    let borda = borda::standings(rankings, candidates)?;
    let kemeny = kemeny::consensus(rankings, candidates)?;
    let most = borda.first().map(|standing| standing.points);
    let winners = Winners {
        schulze: schulze.first().cloned().unwrap_or_default(),
        borda: borda.iter().take_while(|standing| Some(standing.points) == most).map(|s| s.candidate).collect(),
        kemeny: kemeny.winners.clone(),
    };
    let by_all = |candidate: &usize| winners.borda.contains(candidate) && winners.kemeny.contains(candidate);
    let methods_disagree_on_top = !winners.schulze.iter().any(by_all);
    Ok(Consensus { schulze, borda, kemeny, winners, methods_disagree_on_top })
}

#[cfg(test)]
mod tests;
