use super::{Context, count, present};
use crate::document::SCHEMA;
use crate::id::WorkspaceId;
use crate::view::{ShellView, conflicts};

pub fn shell(context: &Context<'_>) -> ShellView {
    let snapshot = context.snapshot();
    let conflicts = conflicts::all(snapshot);
    ShellView {
        workspace: snapshot.workspace.id.unwrap_or(WorkspaceId::from_bytes([0; 16])),
        name: snapshot.workspace.name.value.clone(),
        sample: snapshot.workspace.sample,
        fingerprint: context.document.fingerprint(),
        needs: count(super::today::needs(context, &conflicts).len()),
        conflicts: count(conflicts.len()),
        undo: context.undo.cloned(),
        redo: context.redo.cloned(),
        leaders: present(snapshot, context.today()),
        read_only: snapshot.schema > SCHEMA,
    }
}
