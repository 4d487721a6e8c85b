//! What was done, in words for the undo button.

use plumbline_core::intent::{Doing, DoingKind};

use crate::i18n::*;
use crate::notice::words::Sentences;

/// "moved Hire CFO to 2".
#[must_use]
pub fn in_words(i18n: Sentences, doing: &Doing) -> String {
    macro_rules! say {
        ($key:ident) => {
            t_string!(i18n, common.$key, subject = doing.subject.clone()).to_string()
        };
    }
    match doing.kind {
        DoingKind::RenamedWorkspace => say!(doing_renamed_workspace),
        DoingKind::ChangedTop => say!(doing_changed_top),
        DoingKind::AddedLeader => say!(doing_added_leader),
        DoingKind::EditedLeader => say!(doing_edited_leader),
        DoingKind::RemovedLeader => say!(doing_removed_leader),
        DoingKind::AddedPriority => say!(doing_added_priority),
        DoingKind::EditedPriority => say!(doing_edited_priority),
        DoingKind::RetiredPriority => say!(doing_retired_priority),
        DoingKind::RevivedPriority => say!(doing_revived_priority),
        DoingKind::OpenedRound => say!(doing_opened_round),
        DoingKind::AskedLeader => say!(doing_asked_leader),
        DoingKind::ExcusedLeader => say!(doing_excused_leader),
        DoingKind::CancelledRound => say!(doing_cancelled_round),
        DoingKind::MovedInStack if doing.detail.is_empty() => say!(doing_moved),
        DoingKind::MovedInStack => {
            t_string!(i18n, common.doing_moved_to, subject = doing.subject.clone(), detail = doing.detail.clone())
                .to_string()
        }
        DoingKind::SignedStack => say!(doing_signed),
        DoingKind::WithdrewSignature => say!(doing_withdrew),
        DoingKind::ImportedRound => say!(doing_imported),
    }
}
