use super::{Context, count};
use crate::document::Snapshot;
use crate::intent::limits;
use crate::view::SettingsView;

pub fn settings(context: &Context<'_>) -> SettingsView {
    let snapshot = context.snapshot();
    SettingsView {
        name: snapshot.workspace.name.value.clone(),
        top: top(snapshot),
        top_range: (limits::TOP_MIN, limits::TOP_MAX),
        sample: snapshot.workspace.sample,
        created: snapshot.workspace.created,
        fingerprint: context.document.fingerprint(),
        changes: context.document.change_count(),
        sessions: count(snapshot.sessions.len()),
    }
}

/// The stack size of coming rounds; the default when the document holds none that is allowed.
pub fn top(snapshot: &Snapshot) -> u8 {
    u8::try_from(snapshot.workspace.top.value)
        .ok()
        .filter(|top| (limits::TOP_MIN..=limits::TOP_MAX).contains(top))
        .unwrap_or(limits::TOP_DEFAULT)
}
