//! Files in and out.

use plumbline_core::bridge::{Answer, ExportFile, Failure, FileSummary, Request, RoundExport};
use plumbline_core::document::{Document, Snapshot};
use plumbline_core::export;
use plumbline_core::file;
use plumbline_core::id::RoundId;
use plumbline_core::import::{self, Known};
use plumbline_core::view;

use super::{Answered, Desk};
use crate::{open, platform};

/// The requests about files.
pub(super) async fn answer(desk: &mut Desk, request: Request) -> Answered {
    match request {
        Request::ReadHeaders { bytes } => {
            import::headers(&bytes).map(Answer::Headers).map_err(Failure::BallotsUnusable)
        }
        Request::PreviewBallots { bytes, columns, top, same_as } => {
            let snapshot = desk.opened()?.document.snapshot();
            let leaders = leader_names(snapshot);
            let candidates = candidate_titles(snapshot);
            let known = Known {
                leaders: &leaders,
                candidates: &candidates,
                top: top.map(usize::from),
                exact: false,
                new_priorities: true,
                columns,
                same_as: &same_as,
            };
            import::read_ballots(&bytes, &known).map(Answer::Ballots).map_err(Failure::BallotsUnusable)
        }
        Request::ExportWorkspace => {
            let open = desk.opened()?;
            let name = file_name(&open.document.snapshot().workspace.name.value, file::EXTENSION);
            let bytes = file::write(&open.document);
            Ok(Answer::File(ExportFile { name, mime: "application/octet-stream".into(), bytes }))
        }
        Request::ExportRound { round, what } => export_round(desk, round, what),
        Request::InspectFile { bytes } => {
            let document = file::read(&bytes, platform::actor()).map_err(Failure::FileUnusable)?;
            inspect(desk, &document).await
        }
        Request::ImportFile { bytes } => {
            let document = file::read(&bytes, platform::actor()).map_err(Failure::FileUnusable)?;
            import_file(desk, document).await
        }
        _ => Err(Failure::Version),
    }
}

async fn inspect(desk: &mut Desk, document: &Document) -> Answered {
    let snapshot = document.snapshot();
    let workspace = snapshot.workspace.id.ok_or(Failure::Unknown)?;
    desk.know_directory().await?;
    let known = desk.directory.card(workspace).is_some();
    let new_changes = match &desk.open {
        Some(open) if open.id == workspace => document.changes_ahead_of(&open.document),
        _ if known => match open::read(workspace).await {
            Some(here) => document.changes_ahead_of(&here),
            None => document.change_count(),
        },
        _ => document.change_count(),
    };
    Ok(Answer::Inspected(FileSummary {
        workspace,
        name: snapshot.workspace.name.value.clone(),
        leaders: count(snapshot.leaders.values().filter(|leader| !leader.removed).count()),
        priorities: count(snapshot.priorities.values().filter(|priority| !priority.removed).count()),
        rounds: count(snapshot.rounds.values().filter(|round| !round.removed).count()),
        changes: document.change_count(),
        fingerprint: document.fingerprint(),
        known,
        new_changes,
    }))
}

async fn import_file(desk: &mut Desk, document: Document) -> Answered {
    let workspace = document.snapshot().workspace.id.ok_or(Failure::Unknown)?;
    desk.know_directory().await?;
    if desk.directory.card(workspace).is_none() {
        return desk.adopt(workspace, document).await;
    }
    match desk.set_deleted(workspace, false).await {
        // Another tab erased it a moment ago: then it is new here.
        Err(Failure::Unknown) => return desk.adopt(workspace, document).await,
        other => other?,
    };
    match desk.open(workspace).await {
        // What is stored here cannot be read: the file takes its place, and whatever is left of the old joins at the next opening.
        Err(Failure::Unknown) => return desk.adopt(workspace, document).await,
        other => other?,
    };
    desk.opened()?.merge(&document)?;
    desk.refresh();
    Ok(Answer::Opened(workspace))
}

fn export_round(desk: &mut Desk, id: RoundId, what: RoundExport) -> Answered {
    let open = desk.opened()?;
    let round = view::named_round(open.document.snapshot(), id, &mut open.figures).ok_or(Failure::Unknown)?;
    let named = export::Round {
        title: &round.label,
        leaders: &round.leaders,
        candidates: &round.candidates,
        rankings: &round.rankings,
    };
    let (ending, text) = match what {
        RoundExport::Ballots => ("ballots", export::ballots_csv(&named, true)),
        RoundExport::Figures => {
            let analysis = round.analysis.as_ref().ok_or(Failure::Unknown)?;
            ("results", export::results_csv(&named, analysis, true))
        }
    };
    let name = file_name(&format!("{} {ending}", round.label), "csv");
    Ok(Answer::File(ExportFile { name, mime: "text/csv;charset=utf-8".into(), bytes: text.into_bytes() }))
}

fn leader_names(snapshot: &Snapshot) -> Vec<String> {
    snapshot.leaders.values().filter(|leader| !leader.removed).map(|leader| leader.name.value.clone()).collect()
}

fn candidate_titles(snapshot: &Snapshot) -> Vec<String> {
    snapshot
        .priorities
        .values()
        .filter(|priority| !priority.removed)
        .map(|priority| priority.title.value.clone())
        .collect()
}

/// A file name every system takes: letters, digits, single hyphens.
pub(super) fn file_name(title: &str, extension: &str) -> String {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let stem: String = words.join("-").chars().take(60).collect();
    if stem.is_empty() { format!("plumbline.{extension}") } else { format!("{stem}.{extension}") }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
