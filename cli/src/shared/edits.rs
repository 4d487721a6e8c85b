//! `plumbline do`: a few edits, for scripts.

use std::time::Duration;

use clap::Subcommand;
use plumbline_core::document::{Document, Snapshot};
use plumbline_core::id::{LeaderId, PriorityId};
use plumbline_core::intent::{Intent, LeaderDetails};
use plumbline_headless::clock;

use super::export::round;
use super::problem::Problem;
use super::{Member, Where, seconds};
use crate::failure::Failure;
use crate::input::read;

/// What `do` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An edit is done when it is stored in the folder; it goes to the relay with the next plumbline sync, or at once with \
--sync. It is made on what the folder holds: sync before, for the latest. Every run is a session of its own in the \
workspace's history: a script with many edits gives them to one run, with each.

Exit status: 0 when it is done (and sent, with --sync), 2 otherwise.")]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Exchange with the relay before and after
    #[arg(long)]
    sync: bool,
    /// With --sync, give up after so many seconds [default: when the relay has said nothing for 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "sync")]
    timeout: Option<Duration>,
    #[command(subcommand)]
    edit: Edit,
}

/// Largest list of edits that is read.
const MOST_BYTES: usize = 16_000_000;

#[derive(Debug, Subcommand)]
enum Edit {
    #[command(flatten)]
    One(One),
    /// Many edits in one run: one JSON object a line, as the app itself describes what people do
    Each {
        /// The file; - reads standard input
        #[arg(value_name = "FILE.jsonl")]
        file: String,
    },
}

#[derive(Debug, Subcommand)]
enum One {
    /// Give the workspace another name
    Rename {
        /// The new name
        name: String,
    },
    /// Add a leader to the team
    AddLeader {
        /// As the team calls them
        name: String,
        /// CEO, CFO, …
        #[arg(long, default_value = "", hide_default_value = true)]
        role: String,
        /// Where they lead
        #[arg(long, default_value = "", hide_default_value = true)]
        department: String,
    },
    /// Add a candidate to the priority list
    AddPriority {
        /// A few words
        title: String,
        /// One line
        #[arg(long, default_value = "", hide_default_value = true)]
        description: String,
    },
    /// Move a priority within the agreed stack of a revealed round
    Move {
        /// Its title
        priority: String,
        /// To the top
        #[arg(long, conflicts_with = "below", required_unless_present = "below")]
        top: bool,
        /// Right below this one
        #[arg(long, value_name = "PRIORITY")]
        below: Option<String>,
        /// Of which round [default: the last that was revealed]
        #[arg(long, value_name = "LABEL")]
        round: Option<String>,
    },
}

/// Makes the edit, stores it, and sends it if that was asked for.
pub fn run(arguments: &Arguments) -> Result<String, Failure> {
    let mut member = Member::open(&arguments.place.dir)?;
    let terms = member.terms(arguments.timeout);
    if arguments.sync {
        member.exchange(&terms, &mut |_| {})?;
    }
    let changed = match &arguments.edit {
        Edit::Each { file } => each(&mut member, file)?,
        Edit::One(edit) => {
            let intent = intent(edit, member.document()?)?;
            member.device.edit(&intent).map_err(Problem::Edit)?
        }
    };
    if arguments.sync {
        member.exchange(&terms, &mut |_| {})?;
    }
    let fingerprint = member.document()?.fingerprint();
    let done = match (changed, arguments.sync) {
        (false, _) => "Nothing had to change.",
        (true, true) => "Done, stored in the folder, and confirmed by the relay.",
        (true, false) => "Done, and stored in the folder. plumbline sync sends it.",
    };
    Ok(format!("{done} Fingerprint {fingerprint}.\n"))
}

/// Each edit is stored before the next is made. Whether anything had to change.
fn each(member: &mut Member, file: &str) -> Result<bool, Failure> {
    let bytes = read(file, MOST_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut changed = false;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = number + 1;
        let intent: Intent = serde_json::from_str(line)
            .map_err(|error| Problem::Line { number, words: format!("this is no edit ({error}).") })?;
        let edited = member.device.edit(&intent);
        changed |= edited.map_err(|problem| Problem::Line { number, words: Problem::Edit(problem).to_string() })?;
    }
    Ok(changed)
}

fn intent(edit: &One, document: &Document) -> Result<Intent, Problem> {
    let snapshot = document.snapshot();
    Ok(match edit {
        One::Rename { name } => Intent::RenameWorkspace { name: name.clone() },
        One::AddLeader { name, role, department } => {
            let details = LeaderDetails {
                name: name.clone(),
                role: role.clone(),
                department: department.clone(),
                ..LeaderDetails::default()
            };
            Intent::AddLeader { leader: LeaderId::from_bytes(clock::draw()), details }
        }
        One::AddPriority { title, description } => Intent::AddPriority {
            priority: PriorityId::from_bytes(clock::draw()),
            title: title.clone(),
            description: description.clone(),
        },
        One::Move { priority: title, below, round: label, .. } => Intent::MoveInStack {
            round: round(document, label.as_deref())?,
            priority: priority(snapshot, title)?,
            below: below.as_deref().map(|below| priority(snapshot, below)).transpose()?,
        },
    })
}

fn priority(snapshot: &Snapshot, title: &str) -> Result<PriorityId, Problem> {
    let all = snapshot.priorities.iter().filter(|(_, priority)| !priority.removed);
    only("priority is", "priorities are", title, all.map(|(id, priority)| (*id, priority.title.value.as_str())))
}

/// The only one of a name.
pub fn only<'a, T>(
    one: &'static str,
    many: &'static str,
    name: &str,
    all: impl Iterator<Item = (T, &'a str)>,
) -> Result<T, Problem> {
    let mut found = all.filter(|(_, called)| *called == name.trim());
    match (found.next(), found.next()) {
        (Some((found, _)), None) => Ok(found),
        (None, _) => Err(Problem::Name { what: one, name: name.to_owned(), found: "no" }),
        (Some(_), Some(_)) => Err(Problem::Name { what: many, name: name.to_owned(), found: "several" }),
    }
}
