//! The report on a workspace file, for people.

use super::summary::{Round, State, Summary};
use crate::style::Style;
use crate::table::{Align, Table, printable};

pub(super) fn render(summary: &Summary, style: Style) -> String {
    let mut text = style.bold(&printable(&summary.name)) + "\n";
    if summary.sample {
        text += "  A made-up sample team.\n";
    }
    let or_unknown = |day: &Option<String>| day.clone().unwrap_or_else(|| "unknown".into());
    for (name, value) in [
        ("fingerprint", summary.fingerprint.clone()),
        ("created", or_unknown(&summary.created)),
        ("schema", summary.schema.to_string()),
        ("changes", summary.changes.to_string()),
        ("size", format!("{} bytes", summary.size)),
        ("identifier", summary.id.clone()),
    ] {
        text += &format!("  {name:<12} {value}\n");
    }
    section(&mut text, style, "Leaders", summary.leaders.len(), || leaders(summary, style));
    section(&mut text, style, "Priorities", summary.priorities.len(), || priorities(summary, style));
    section(&mut text, style, "Rounds", summary.rounds.len(), || rounds(summary, style));
    text
}

fn section(text: &mut String, style: Style, title: &str, count: usize, content: impl FnOnce() -> String) {
    *text += &format!("\n{} ({count})\n", style.bold(title));
    *text += &if count == 0 { "  none\n".into() } else { content() };
}

fn leaders(summary: &Summary, style: Style) -> String {
    let mut table = Table::new([
        ("name", Align::Left),
        ("role", Align::Left),
        ("department", Align::Left),
        ("joined", Align::Left),
        ("left", Align::Left),
    ]);
    for leader in &summary.leaders {
        let day = |day: &Option<String>| day.clone().unwrap_or_default();
        table.row([
            printable(&leader.name),
            printable(&leader.role),
            printable(&leader.department),
            day(&leader.joined),
            day(&leader.left),
        ]);
    }
    table.render(style)
}

fn priorities(summary: &Summary, style: Style) -> String {
    let mut table = Table::new([("title", Align::Left), ("", Align::Left), ("description", Align::Left)]);
    for priority in &summary.priorities {
        let retired = if priority.retired { "retired" } else { "" };
        table.row([printable(&priority.title), retired.into(), printable(&priority.description)]);
    }
    table.render(style)
}

fn rounds(summary: &Summary, style: Style) -> String {
    let mut table = Table::new([
        ("round", Align::Left),
        ("state", Align::Left),
        ("opened", Align::Left),
        ("revealed", Align::Left),
        ("priorities", Align::Right),
        ("top", Align::Right),
        ("ballots", Align::Right),
        ("signed", Align::Right),
    ]);
    for round in &summary.rounds {
        table.row([
            printable(&round.label),
            state(round).into(),
            round.opened.clone().unwrap_or_default(),
            round.revealed.clone().unwrap_or_default(),
            round.candidates.to_string(),
            round.top.to_string(),
            format!("{} of {}", round.ballots, round.asked),
            round.signed.to_string(),
        ]);
    }
    table.render(style)
}

fn state(round: &Round) -> &'static str {
    match round.state {
        State::Open => "open",
        State::Revealed if round.imported => "imported",
        State::Revealed => "revealed",
        State::Cancelled => "called off",
    }
}
