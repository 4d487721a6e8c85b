//! A round for a spreadsheet: its results, and its ballots in the form the import reads.

use super::cell::{Cell, Sheet};
use crate::analysis::Analysis;

/// A round with names in place of indexes.
#[derive(Debug, Clone, Copy)]
pub struct Round<'a> {
    /// What the team calls it.
    pub title: &'a str,
    /// Leaders whose ballots count, in the order of `rankings`.
    pub leaders: &'a [String],
    /// The priorities.
    pub candidates: &'a [String],
    /// One list per leader of indexes into `candidates`, first place first.
    pub rankings: &'a [Vec<usize>],
}

impl Round<'_> {
    fn leader(&self, index: usize) -> Cell<'_> {
        self.leaders.get(index).map_or(Cell::Blank, |name| Cell::Text(name))
    }

    fn candidate(&self, index: usize) -> Cell<'_> {
        self.candidates.get(index).map_or(Cell::Blank, |name| Cell::Text(name))
    }

    /// The place the leader gives the candidate, counted from 1.
    fn place(&self, leader: usize, candidate: usize) -> Option<usize> {
        self.rankings.get(leader)?.iter().position(|ranked| *ranked == candidate).map(|index| index + 1)
    }
}

/// The ballots, one row per leader: `leader,1,2,3`. Read back by [`crate::import::read_ballots`].
#[must_use]
pub fn ballots_csv(round: &Round<'_>, bom: bool) -> String {
    let mut sheet = Sheet::new(bom);
    let places = round.rankings.iter().map(Vec::len).max().unwrap_or(0);
    sheet.row(std::iter::once(Cell::Text("leader")).chain((1..=places).map(Cell::Count)));
    for (leader, ranking) in round.rankings.iter().enumerate() {
        let chosen = (0..places).map(|place| ranking.get(place).map_or(Cell::Blank, |index| round.candidate(*index)));
        sheet.row(std::iter::once(round.leader(leader)).chain(chosen));
    }
    sheet.finish()
}

/// The results: agreement, priorities with everybody's place, leaders, and the three orders, one below the other.
#[must_use]
pub fn results_csv(round: &Round<'_>, analysis: &Analysis, bom: bool) -> String {
    let mut sheet = Sheet::new(bom);
    sheet.row([Cell::Text("round"), Cell::Text(round.title)]);
    agreement(&mut sheet, analysis);
    sheet.gap();
    priorities(&mut sheet, round, analysis);
    sheet.gap();
    leaders(&mut sheet, round, analysis);
    sheet.gap();
    consensus(&mut sheet, round, analysis);
    sheet.finish()
}

fn agreement(sheet: &mut Sheet, analysis: &Analysis) {
    let agreement = &analysis.agreement;
    sheet.row([Cell::Text("leaders"), Cell::Count(analysis.leaders)]);
    sheet.row([Cell::Text("candidates"), Cell::Count(analysis.candidates)]);
    sheet.row([Cell::Text("top"), Cell::Count(analysis.top)]);
    for (name, figure) in [
        ("mean_correlation", agreement.mean_correlation),
        ("kendall_w", agreement.kendall_w),
        ("chance_w_95", agreement.chance_w_95),
        ("chi_square", agreement.chi_square),
        ("p_value", agreement.p_value),
        ("mean_rbo", analysis.mean_rbo),
        ("mean_top_k_distance", analysis.mean_top_k_distance),
    ] {
        sheet.row([Cell::Text(name), Cell::Figure(figure, 4)]);
    }
}

/// One row per priority, in the order of the Schulze consensus, with a column for every leader's place.
fn priorities(sheet: &mut Sheet, round: &Round<'_>, analysis: &Analysis) {
    let heading = ["priority", "schulze_place", "stacks", "mean_rank", "spread"].map(Cell::Text);
    sheet.row(heading.into_iter().chain((0..round.leaders.len()).map(|leader| round.leader(leader))));
    let mut place = 1;
    for tier in &analysis.consensus.schulze {
        for candidate in tier {
            let Some(spread) = analysis.priorities.get(*candidate) else { continue };
            let figures = [
                round.candidate(*candidate),
                Cell::Count(place),
                Cell::Count(spread.stacks),
                Cell::Figure(spread.mean_rank, 2),
                Cell::Figure(spread.spread, 2),
            ];
            let places =
                (0..round.leaders.len()).map(|leader| round.place(leader, *candidate).map_or(Cell::Blank, Cell::Count));
            sheet.row(figures.into_iter().chain(places));
        }
        place += tier.len();
    }
}

/// One row per leader, who stands farthest from the others first.
fn leaders(sheet: &mut Sheet, round: &Round<'_>, analysis: &Analysis) {
    sheet.row(["leader", "mean_top_k_distance", "farthest_from", "distance"].map(Cell::Text));
    for entry in &analysis.divergence {
        sheet.row([
            round.leader(entry.leader),
            Cell::Figure(entry.mean_top_k_distance, 4),
            round.leader(entry.farthest),
            Cell::Figure(entry.farthest_distance, 4),
        ]);
    }
}

/// The three orders side by side; priorities that Schulze's method ties share a place number.
fn consensus(sheet: &mut Sheet, round: &Round<'_>, analysis: &Analysis) {
    let consensus = &analysis.consensus;
    sheet.row(["place", "schulze", "schulze_place", "borda", "borda_points", "kemeny"].map(Cell::Text));
    let mut schulze = Vec::new();
    for tier in &consensus.schulze {
        let place = schulze.len() + 1;
        schulze.extend(tier.iter().map(|candidate| (*candidate, place)));
    }
    for row in 0..analysis.candidates {
        let (name, place) = schulze
            .get(row)
            .map_or((Cell::Blank, Cell::Blank), |(index, place)| (round.candidate(*index), Cell::Count(*place)));
        let (borda, points) = consensus.borda.get(row).map_or((Cell::Blank, Cell::Blank), |standing| {
            (round.candidate(standing.candidate), Cell::Figure(standing.points, 1))
        });
        let kemeny = consensus.kemeny.order.get(row).map_or(Cell::Blank, |index| round.candidate(*index));
        sheet.row([Cell::Count(row + 1), name, place, borda, points, kemeny]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::{Ballots, Settings, analyse};
    use crate::import::{Known, Problem, ProblemKind, read_ballots};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn results_hold_every_figure_and_no_formula() {
        let leaders = names(&["Ana", "=Ben", "Cem, CFO"]);
        let candidates = names(&["Hire a CFO", "-5 % churn", "Open an API", "Launch in Spain"]);
        let rankings = vec![vec![0, 1], vec![1, 0], vec![0, 2]];
        let ballots = Ballots::new(4, 2, rankings.clone()).expect("ballots");
        let analysis = analyse(&ballots, &Settings::default()).expect("analysis");
        let round = Round { title: "2027 Q1", leaders: &leaders, candidates: &candidates, rankings: &rankings };
        let text = results_csv(&round, &analysis, false);
        let start = "round,2027 Q1\r\nleaders,3\r\ncandidates,4\r\ntop,2\r\nmean_correlation,";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("\r\npriority,schulze_place,stacks,mean_rank,spread,Ana,'=Ben,\"Cem, CFO\"\r\nHire a CFO,1,3,1.33,0.47,1,2,1\r\n"), "{text}");
        assert!(text.contains("\r\n\r\nleader,mean_top_k_distance,farthest_from,distance\r\n"), "{text}");
        assert!(text.contains("\r\n1,Hire a CFO,1,Hire a CFO,8.0,Hire a CFO\r\n"), "{text}");
        assert!(!text.contains(",=") && !text.contains("\n=") && !text.contains(",-5"), "{text}");
        assert_eq!(results_csv(&round, &analysis, true), format!("\u{feff}{text}"));
    }

    /// Names as people and attackers write them, distinct once case and blanks are set aside.
    fn distinct(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
        let name = prop_oneof![
            "[A-Za-zÀ-ÿ]{1,12}( [a-z0-9]{1,6}){0,2}",
            "[-=+@'\"]{1,3}[a-z,;]{1,6}",
            "[a-z]{1,4}[\",;|\\[\\]#]{1,3}[0-9]{1,2}",
        ];
        prop::collection::vec(name, count).prop_map(|names| {
            names.iter().enumerate().map(|(index, name)| format!("{} {index}x", name.trim())).collect()
        })
    }

    proptest! {
        #[test]
        fn ballots_written_are_read_back(
            leaders in distinct(1..6),
            candidates in distinct(2..9),
            seeds in prop::collection::vec(prop::collection::vec(any::<u32>(), 9), 6),
            lengths in prop::collection::vec(1_usize..9, 6),
            bom: bool,
        ) {
            let rankings: Vec<Vec<usize>> = (0..leaders.len()).map(|leader| {
                let mut order: Vec<usize> = (0..candidates.len()).collect();
                order.sort_by_key(|candidate| seeds[leader][*candidate]);
                order.truncate(lengths[leader]);
                order
            }).collect();
            let round = Round { title: "", leaders: &leaders, candidates: &candidates, rankings: &rankings };
            let text = ballots_csv(&round, bom);
            let known = Known { leaders: &leaders, candidates: &candidates, ..Known::default() };
            let sheet = read_ballots(text.as_bytes(), &known).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            let short = |problem: &&Problem| matches!(problem.kind, ProblemKind::TooFew { counted: true, .. });
            prop_assert_eq!(sheet.problems.iter().find(|problem| !short(problem)), None, "{}", text);
            prop_assert_eq!(sheet.ballots.iter().map(|b| b.leader.clone()).collect::<Vec<_>>(), leaders);
            prop_assert_eq!(sheet.ballots.iter().map(|b| b.ranking.clone()).collect::<Vec<_>>(), rankings);
        }
    }
}
