//! Failures in plain words: what happened, and what next.

use leptos_i18n::I18nContext;
use plumbline_core::bridge::sharing::{SharingProblem, Why};
use plumbline_core::bridge::{Failure, FileProblem, StorageTrouble};
use plumbline_core::intent::Refusal;

use crate::i18n::*;
use crate::pages::ballot::named_device;

/// What a failure says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What happened.
    pub what: String,
    /// What is safe and what to do; may be empty.
    pub next: String,
}

/// The app's sentences.
pub type Sentences = I18nContext<Locale, I18nKeys>;

macro_rules! words {
    ($i18n:ident, $what:ident $(, $name:ident = $value:expr)*; $next:ident) => {
        Words {
            what: tu_string!($i18n, common.$what $(, $name = $value)*).to_string(),
            next: tu_string!($i18n, common.$next).to_string(),
        }
    };
}

/// A failure in words.
#[must_use]
pub fn of_failure(i18n: Sentences, failure: &Failure) -> Words {
    match failure {
        Failure::Refused(refusal) => of_refusal(i18n, refusal),
        Failure::NotOpen => words!(i18n, fail_not_open; fail_not_open_next),
        Failure::Unknown => words!(i18n, fail_unknown; fail_unknown_next),
        Failure::NotStored(trouble) => {
            Words { what: tu_string!(i18n, common.fail_not_stored).to_string(), next: of_trouble(i18n, *trouble) }
        }
        // The page that brings ballots in says why (`pages/import/words.rs`).
        Failure::BallotsUnusable(_) => {
            Words { what: tu_string!(i18n, common.fail_ballots).to_string(), next: String::new() }
        }
        Failure::FileUnusable(problem) => {
            Words { what: tu_string!(i18n, common.fail_file).to_string(), next: of_file(i18n, problem) }
        }
        Failure::Sharing(problem) => of_sharing_problem(i18n, *problem),
        Failure::ReadOnly => words!(i18n, fail_read_only; fail_read_only_next),
        // The app starts the other engine before it asks for anything of the kind; if that fails, a reload may not.
        Failure::NeedsPeer | Failure::Version => words!(i18n, fail_version; fail_version_next),
        Failure::Interrupted => words!(i18n, fail_interrupted; fail_interrupted_next),
    }
}

macro_rules! sharing_words {
    ($i18n:ident, $what:ident; $next:ident) => {
        Words { what: tu_string!($i18n, sharing.$what).to_string(), next: tu_string!($i18n, sharing.$next).to_string() }
    };
}

macro_rules! round_words {
    ($i18n:ident, $what:ident $(, $name:ident = $value:expr)*; $next:ident) => {
        Words {
            what: tu_string!($i18n, round.$what $(, $name = $value)*).to_string(),
            next: tu_string!($i18n, round.$next).to_string(),
        }
    };
}

/// Why something about sharing was not done, and what next.
#[must_use]
pub fn of_sharing_problem(i18n: Sentences, problem: SharingProblem) -> Words {
    match problem {
        SharingProblem::NotALink => sharing_words!(i18n, problem_not_a_link; problem_not_a_link_next),
        SharingProblem::Cut => sharing_words!(i18n, problem_cut; problem_cut_next),
        SharingProblem::Later => sharing_words!(i18n, problem_later; problem_later_next),
        SharingProblem::Closed | SharingProblem::Way(Why::Removed) => {
            sharing_words!(i18n, problem_closed; problem_closed_next)
        }
        SharingProblem::Expired | SharingProblem::Way(Why::Expired) => {
            sharing_words!(i18n, problem_expired; problem_expired_next)
        }
        SharingProblem::Unknown | SharingProblem::Way(Why::Unknown) => {
            sharing_words!(i18n, problem_unknown; problem_unknown_next)
        }
        SharingProblem::Nothing => sharing_words!(i18n, problem_nothing; problem_nothing_next),
        SharingProblem::CopyHere => sharing_words!(i18n, problem_copy_here; problem_copy_here_next),
        SharingProblem::NotAdmin => sharing_words!(i18n, problem_not_admin; problem_not_admin_next),
        SharingProblem::TooLarge => sharing_words!(i18n, problem_too_large; problem_too_large_next),
        SharingProblem::Many => sharing_words!(i18n, problem_many; problem_many_next),
        SharingProblem::Already => sharing_words!(i18n, problem_already; problem_already_next),
        SharingProblem::NoDirect => sharing_words!(i18n, problem_no_direct; problem_no_direct_next),
        SharingProblem::NotACode => sharing_words!(i18n, problem_not_a_code; problem_not_a_code_next),
        SharingProblem::NotEdits => sharing_words!(i18n, problem_not_edits; problem_not_edits_next),
        SharingProblem::OtherEdits => sharing_words!(i18n, problem_other_edits; problem_other_edits_next),
        SharingProblem::CutEdits => sharing_words!(i18n, problem_cut_edits; problem_cut_edits_next),
        SharingProblem::Way(Why::Offline) => sharing_words!(i18n, problem_way; problem_way_next),
        SharingProblem::Way(Why::NoRelay) => sharing_words!(i18n, problem_no_relay; problem_no_relay_next),
        SharingProblem::Way(Why::Refused) => sharing_words!(i18n, problem_refused; problem_refused_next),
        SharingProblem::Way(Why::Busy) => sharing_words!(i18n, problem_busy; problem_busy_next),
        SharingProblem::Way(Why::Stranger) => sharing_words!(i18n, problem_stranger; problem_stranger_next),
    }
}

/// Why storage refused, and what to do.
#[must_use]
pub fn of_trouble(i18n: Sentences, trouble: StorageTrouble) -> String {
    match trouble {
        StorageTrouble::Full => tu_string!(i18n, common.trouble_full).to_string(),
        StorageTrouble::Unavailable => tu_string!(i18n, common.trouble_unavailable).to_string(),
        StorageTrouble::Failed => tu_string!(i18n, common.trouble_failed).to_string(),
    }
}

/// Why a workspace file is not opened, and what to do.
fn of_file(i18n: Sentences, problem: &FileProblem) -> String {
    match *problem {
        FileProblem::Empty => tu_string!(i18n, files.file_empty).to_string(),
        FileProblem::TooLarge { limit_mb } => tu_string!(i18n, files.file_large, limit = limit_mb).to_string(),
        FileProblem::NotOurs => tu_string!(i18n, files.file_not_ours).to_string(),
        FileProblem::Newer => tu_string!(i18n, files.file_newer).to_string(),
        FileProblem::Truncated { missing } => tu_string!(i18n, files.file_cut, missing = missing).to_string(),
        FileProblem::Damaged => tu_string!(i18n, files.file_damaged).to_string(),
        FileProblem::Hostile => tu_string!(i18n, files.file_hostile).to_string(),
    }
}

fn of_refusal(i18n: Sentences, refusal: &Refusal) -> Words {
    match refusal.clone() {
        Refusal::Empty => words!(i18n, refused_empty; refused_empty_next),
        Refusal::TooLong { length, limit } => {
            words!(i18n, refused_too_long, length = length, limit = limit; refused_too_long_next)
        }
        Refusal::NameTaken { name } => words!(i18n, refused_name_taken, name = name; refused_name_taken_next),
        Refusal::LeftBeforeJoined => words!(i18n, refused_left_before_joined; refused_left_before_joined_next),
        Refusal::Gone => words!(i18n, refused_gone; refused_gone_next),
        Refusal::HasBallots { name } => words!(i18n, refused_has_ballots, name = name; refused_has_ballots_next),
        Refusal::TopOutOfRange { min, max } => words!(i18n, refused_top, min = min, max = max; refused_top_next),
        Refusal::TooFewCandidates { needed, found } => {
            words!(i18n, refused_few_candidates, needed = needed, found = found; refused_few_candidates_next)
        }
        Refusal::TooManyCandidates { limit, found } => {
            words!(i18n, refused_many_candidates, limit = limit, found = found; refused_many_candidates_next)
        }
        Refusal::TooFewLeaders { needed, found } => {
            words!(i18n, refused_few_leaders, needed = needed, found = found; refused_few_leaders_next)
        }
        Refusal::TooManyLeaders { limit } => {
            words!(i18n, refused_many_leaders, limit = limit; refused_many_leaders_next)
        }
        Refusal::RoundStillOpen { label } => words!(i18n, refused_still_open, label = label; refused_still_open_next),
        Refusal::RoundNotOpen => words!(i18n, refused_not_open; refused_not_open_next),
        Refusal::RoundNotRevealed => words!(i18n, refused_not_revealed; refused_not_revealed_next),
        Refusal::NotAsked => words!(i18n, refused_not_asked; refused_not_asked_next),
        Refusal::WrongBallotLength { wanted, found } => {
            words!(i18n, refused_ballot_length, wanted = wanted, found = found; refused_ballot_length_next)
        }
        Refusal::RankedTwice => words!(i18n, refused_ranked_twice; refused_ranked_twice_next),
        Refusal::NotACandidate => words!(i18n, refused_not_candidate; refused_not_candidate_next),
        Refusal::TooFewBallots { needed, found } => {
            words!(i18n, refused_few_ballots, needed = needed, found = found; refused_few_ballots_next)
        }
        Refusal::SealedRound => round_words!(i18n, refused_sealed; refused_sealed_next),
        Refusal::UnsealedRound => round_words!(i18n, refused_unsealed; refused_unsealed_next),
        Refusal::NotCustodian { who } => {
            let devices: Vec<String> = who.iter().map(|names| named_device(i18n, names)).collect();
            let who = match devices.as_slice() {
                [one, other] => tu_string!(i18n, round.device_or, one = one.clone(), other = other.clone()).to_string(),
                devices => devices.join(", "),
            };
            round_words!(i18n, refused_custodian, who = who; refused_custodian_next)
        }
        Refusal::NoSecondCustodian => round_words!(i18n, refused_no_second; refused_no_second_next),
        Refusal::KeyMissing => round_words!(i18n, refused_key_missing; refused_key_missing_next),
        Refusal::KeysDoNotFit => round_words!(i18n, refused_keys; refused_keys_next),
        Refusal::StackChanged => words!(i18n, refused_stack_changed; refused_stack_changed_next),
        Refusal::ChangedSince => words!(i18n, refused_changed_since; refused_changed_since_next),
        Refusal::NothingToUndo => {
            Words { what: tu_string!(i18n, common.refused_nothing_to_undo).to_string(), next: String::new() }
        }
        Refusal::NothingToSettle => words!(i18n, refused_settled; refused_settled_next),
        Refusal::NewerVersion => words!(i18n, refused_newer; refused_newer_next),
    }
}
