//! The reading of a round as JSON. The keys are the command's contract: add, never rename.

use plumbline_core::import::{BallotSheet, Problem};
use serde::Serialize;

use super::Round;

#[derive(Serialize)]
struct Report<'a> {
    leaders: usize,
    candidates: usize,
    top: usize,
    agreement: Agreement,
    mean_rbo: f64,
    mean_top_k_distance: f64,
    consensus: Consensus<'a>,
    divergence: Vec<Divergence<'a>>,
    priorities: Vec<Priority<'a>>,
    problems: Vec<Message>,
}

#[derive(Serialize)]
struct Agreement {
    kendall_w: f64,
    mean_correlation: f64,
    chi_square: f64,
    p_value: f64,
    chance_w_95: f64,
}

#[derive(Serialize)]
struct Consensus<'a> {
    schulze: Vec<Vec<&'a str>>,
    borda: Vec<Points<'a>>,
    kemeny: Kemeny<'a>,
}

#[derive(Serialize)]
struct Points<'a> {
    priority: &'a str,
    points: f64,
}

#[derive(Serialize)]
struct Kemeny<'a> {
    order: Vec<&'a str>,
    score: u64,
    distance: u64,
}

#[derive(Serialize)]
struct Divergence<'a> {
    leader: &'a str,
    mean_top_k_distance: f64,
}

#[derive(Serialize)]
struct Priority<'a> {
    priority: &'a str,
    stacks: usize,
    mean_rank: f64,
    spread: f64,
}

#[derive(Serialize)]
struct Message {
    row: usize,
    message: String,
}

pub(super) fn render(round: &Round<'_>) -> String {
    let analysis = round.analysis;
    let agreement = &analysis.agreement;
    let consensus = &analysis.consensus;
    let name = |index: &usize| round.candidate(*index);
    let report = Report {
        leaders: analysis.leaders,
        candidates: analysis.candidates,
        top: analysis.top,
        agreement: Agreement {
            kendall_w: agreement.kendall_w,
            mean_correlation: agreement.mean_correlation,
            chi_square: agreement.chi_square,
            p_value: settled(agreement.p_value),
            chance_w_95: agreement.chance_w_95,
        },
        mean_rbo: analysis.mean_rbo,
        mean_top_k_distance: analysis.mean_top_k_distance,
        consensus: Consensus {
            schulze: consensus.schulze.iter().map(|tier| tier.iter().map(name).collect()).collect(),
            borda: consensus
                .borda
                .iter()
                .map(|standing| Points { priority: name(&standing.candidate), points: standing.points })
                .collect(),
            kemeny: Kemeny {
                order: consensus.kemeny.order.iter().map(name).collect(),
                score: consensus.kemeny.score,
                distance: consensus.kemeny.distance,
            },
        },
        divergence: analysis
            .divergence
            .iter()
            .map(|entry| Divergence {
                leader: round.leader(entry.leader),
                mean_top_k_distance: entry.mean_top_k_distance,
            })
            .collect(),
        priorities: analysis
            .priorities
            .iter()
            .map(|spread| Priority {
                priority: name(&spread.candidate),
                stacks: spread.stacks,
                mean_rank: spread.mean_rank,
                spread: spread.spread,
            })
            .collect(),
        problems: messages(round.sheet),
    };
    // Strings and finite numbers always make JSON.
    serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
}

fn messages(sheet: &BallotSheet) -> Vec<Message> {
    let message = |problem: &Problem| Message { row: problem.row, message: problem.kind.to_string() };
    let mut messages: Vec<Message> = sheet.problems.iter().map(message).collect();
    if let (Some(last), 1..) = (sheet.problems.last(), sheet.more_problems) {
        messages
            .push(Message { row: last.row, message: format!("{} more problems are not listed.", sheet.more_problems) });
    }
    messages
}

/// A figure to twelve digits, without the last four: those of a logarithm or an exponential differ between builds, and nobody reads them.
fn settled(figure: f64) -> f64 {
    format!("{figure:.11e}").parse().unwrap_or(figure)
}
