use serde::{Deserialize, Serialize};

/// Why an intent was not carried out. Nothing was changed. The screens turn each into words with a next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// A name, title or label was blank.
    #[error("the text is empty")]
    Empty,
    /// A text was longer than the field holds.
    #[error("the text has {length} characters; {limit} fit")]
    TooLong {
        /// What was given.
        length: usize,
        /// What fits.
        limit: usize,
    },
    /// Another leader, priority or round already has this name.
    #[error("“{name}” is already there")]
    NameTaken {
        /// The name that is taken.
        name: String,
    },
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    LeftBeforeJoined,
    /// The thing meant is not in this workspace, or no longer.
    #[error("it is not there any more")]
    Gone,
    /// A leader with ballots stays on record; give them a last day instead.
    #[error("{name} has cast ballots, so the record stays")]
    HasBallots {
        /// The leader.
        name: String,
    },
    /// The stack size is outside 3–10.
    #[error("a ballot ranks {min} to {max} priorities")]
    TopOutOfRange {
        /// Smallest allowed.
        min: u8,
        /// Largest allowed.
        max: u8,
    },
    /// Too few candidates for a round.
    #[error("{needed} priorities are needed, {found} are there")]
    TooFewCandidates {
        /// Needed for this stack size.
        needed: usize,
        /// Chosen.
        found: usize,
    },
    /// Too many candidates for a round.
    #[error("at most {limit} priorities can be ranked, {found} are chosen")]
    TooManyCandidates {
        /// Allowed.
        limit: usize,
        /// Chosen.
        found: usize,
    },
    /// Too few leaders for a round.
    #[error("{needed} leaders are needed, {found} are there")]
    TooFewLeaders {
        /// Needed.
        needed: usize,
        /// Chosen.
        found: usize,
    },
    /// The team is at its largest.
    #[error("a workspace holds at most {limit} leaders")]
    TooManyLeaders {
        /// Allowed.
        limit: usize,
    },
    /// A round is open already; close or cancel it first.
    #[error("the round “{label}” is still open")]
    RoundStillOpen {
        /// The open round.
        label: String,
    },
    /// The round is closed or cancelled.
    #[error("the round is no longer open")]
    RoundNotOpen,
    /// The round has not been revealed yet.
    #[error("the round has not been revealed yet")]
    RoundNotRevealed,
    /// This leader is not asked in this round.
    #[error("this leader is not asked in this round")]
    NotAsked,
    /// A ballot must rank exactly as many as the round asks for.
    #[error("a ballot ranks exactly {wanted}; this one ranks {found}")]
    WrongBallotLength {
        /// Asked for.
        wanted: usize,
        /// Given.
        found: usize,
    },
    /// A ballot ranks one priority twice.
    #[error("a ballot ranks each priority once")]
    RankedTwice,
    /// A ballot ranks something that is not a candidate of the round.
    #[error("a ballot ranks only the round's own candidates")]
    NotACandidate,
    /// Fewer than two ballots: nothing to compare.
    #[error("{needed} ballots are needed to compare, {found} are in")]
    TooFewBallots {
        /// Needed.
        needed: usize,
        /// Cast so far.
        found: usize,
    },
    /// Ballots of this round are sealed, and what was to be done is done with sealed ones only.
    #[error("the ballots of this round are sealed")]
    SealedRound,
    /// Ballots of this round are not sealed, and the workspace is shared: everybody's device could read them.
    #[error("the ballots of this round are not sealed")]
    UnsealedRound,
    /// Only somebody who holds the key can close the round.
    #[error("only {} can close the round", devices_of(.who))]
    NotCustodian {
        /// The names of the leaders of each custodian's device; none where they are not known.
        who: Vec<Vec<String>>,
    },
    /// Ballots cannot be sealed twice without a second custodian.
    #[error("nobody else is known who could hold a second key")]
    NoSecondCustodian,
    /// The second custodian's device has not given its key yet.
    #[error("the second key is not here yet")]
    KeyMissing,
    /// The keys of the round were not written by those who are said to hold them, or a secret does not fit.
    #[error("the keys of this round do not fit")]
    KeysDoNotFit,
    /// The agreed stack changed between reading and signing.
    #[error("the stack has changed since it was read")]
    StackChanged,
    /// Someone changed the same thing since, so undoing would overwrite their work.
    #[error("someone has changed this since")]
    ChangedSince,
    /// Nothing to undo or redo.
    #[error("there is nothing to take back")]
    NothingToUndo,
    /// The value offered to settle a conflict is not one of those in conflict.
    #[error("this is settled already")]
    NothingToSettle,
    /// The workspace was written by a newer version of Plumbline; this one only shows it.
    #[error("this workspace was last edited with a newer version of Plumbline")]
    NewerVersion,
}

fn devices_of(who: &[Vec<String>]) -> String {
    let device = |names: &Vec<String>| if names.is_empty() { "another device".to_owned() } else { names.join(", ") };
    who.iter().map(device).collect::<Vec<_>>().join(" or ")
}
