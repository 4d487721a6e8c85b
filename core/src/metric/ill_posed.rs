//! Why a figure cannot be given. Screens print these words instead of a number.

/// The question has no answer for this input; the words are meant for a leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum IllPosed {
    /// Agreement needs somebody to agree with.
    #[error("at least {needed} ballots are needed to compare, and there {} {found}", is_are(*.found))]
    TooFewBallots {
        /// Ballots given.
        found: usize,
        /// Ballots needed.
        needed: usize,
    },
    /// Ranking needs something to choose between.
    #[error("at least {needed} priorities are needed to rank, and there {} {found}", is_are(*.found))]
    TooFewCandidates {
        /// Candidates given.
        found: usize,
        /// Candidates needed.
        needed: usize,
    },
    /// Every item is level with every other, so no order is expressed.
    #[error("everything is tied, so there is no order to compare")]
    AllTied,
    /// A list holds nothing.
    #[error("a ballot is empty")]
    EmptyRanking,
    /// An item stands at two places of one list.
    #[error("a ballot names the same priority twice")]
    Repeated,
    /// An item is not among the candidates.
    #[error("a ballot names a priority that is not in this round")]
    OutOfRange,
    /// Lists that must be of one length are not.
    #[error("the lists to compare differ in length")]
    UnequalLengths,
    /// A value is not a number.
    #[error("a value to rank is not a number")]
    NotANumber,
    /// Rank-biased overlap's persistence must lie strictly between 0 and 1.
    #[error("the weight p must lie between 0 and 1, both excluded")]
    Persistence,
    /// The penalty of the top-k distance must lie between 0 and 1.
    #[error("the penalty p must lie between 0 and 1")]
    Penalty,
}

fn is_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_sentence() {
        let check = |error: IllPosed, words: &str| assert_eq!(error.to_string(), words);
        check(
            IllPosed::TooFewBallots { found: 1, needed: 2 },
            "at least 2 ballots are needed to compare, and there is 1",
        );
        check(
            IllPosed::TooFewCandidates { found: 0, needed: 2 },
            "at least 2 priorities are needed to rank, and there are 0",
        );
    }
}
