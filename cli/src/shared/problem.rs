//! What stops a command that takes part in a shared workspace, in words: what happened, what is safe, what to do next.

use std::io;

use plumbline_core::bridge::sharing::{SharingProblem, Standing};
use plumbline_headless::device::EditProblem;
use plumbline_headless::dial::Unreached;
use plumbline_headless::exchange::Gone;
use plumbline_headless::folder::FolderProblem;
use plumbline_headless::replica::sync::peer::{CloseReason, WriteProblem};
use plumbline_headless::replica::sync::wire::link::BadLink;
use plumbline_headless::store::StoreProblem;

/// Why a command that takes part did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The text is no link.
    #[error("{}", bad_link(.0))]
    Link(BadLink),
    /// The link is only what stands behind `#`.
    #[error("the link does not say where its relay is. Give the whole address, or name the relay with --relay.")]
    NoAddress,
    /// The text is no address.
    #[error("{} is not a relay's address. It looks like https://plumbline.example, with nothing after it.", .text.escape_debug())]
    Address {
        /// The text.
        text: String,
    },
    /// The folder cannot be used.
    #[error("{}", folder_words(.folder, .problem))]
    Folder {
        /// As it was named.
        folder: String,
        /// Why.
        problem: FolderProblem,
    },
    /// Nothing of the workspace has come.
    #[error(
        "nothing of the workspace has come to {folder} yet. Whoever shares it has to be online once; then run plumbline sync --dir {folder}."
    )]
    Nothing {
        /// As it was named.
        folder: String,
    },
    /// There is no connection.
    #[error("{}", gone_words(.address, .gone))]
    Gone {
        /// The relay.
        address: String,
        /// Why.
        gone: Gone,
    },
    /// The relay let nobody in by a link that was just opened.
    #[error("{}", refused_link(.address, .gone))]
    NotJoined {
        /// The relay.
        address: String,
        /// Why.
        gone: Gone,
    },
    /// Out of time.
    #[error("the relay at {address} did not finish in time{}. What came is kept; run the command again, or allow more with --timeout.", late(*.waiting))]
    Late {
        /// The relay.
        address: String,
        /// Edits that it has not confirmed.
        waiting: usize,
    },
    /// A link was made, and the relay has not got all that belongs to it.
    #[error("the link above was made and is good, but nobody can join by it yet: {reason} Then run plumbline sync.")]
    NotHanded {
        /// Why, as a sentence.
        reason: String,
    },
    /// The founding link is asked for on another device.
    #[error("this device did not come by the founding link, so it cannot show it. Ask whoever founded the workspace.")]
    NotFounder,
    /// An administrator's wish was not done.
    #[error("{}", sharing_words(*.0))]
    Sharing(SharingProblem),
    /// An edit was not made.
    #[error("{}", edit_words(.0))]
    Edit(EditProblem),
    /// One of many edits was not made.
    #[error("line {number}: {words} The lines before it are done and stored.")]
    Line {
        /// Counted from 1.
        number: usize,
        /// Why, as a sentence.
        words: String,
    },
    /// There is nothing, or more than one thing, of that name.
    #[error("{found} {what} called “{name}”. Nothing was changed.")]
    Name {
        /// What was looked for.
        what: &'static str,
        /// The name.
        name: String,
        /// How many, in words.
        found: &'static str,
    },
    /// There is no round to export or to move in.
    #[error("there is no revealed round in this workspace yet.")]
    NoRound,
    /// A round without figures.
    #[error("the ballots of “{round}” allow no figures; ballots-csv has them as they are.")]
    NoFigures {
        /// What the team calls it.
        round: String,
    },
    /// The file is there.
    #[error("{name} is there already and was left as it is. Choose another name, or replace it with --force.")]
    Exists {
        /// As it was named.
        name: String,
    },
    /// The file was not written.
    #[error("{name} cannot be written: {error}. What was there before is as it was.")]
    Unwritten {
        /// As it was named.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The relay will never take some of what was written here.
    #[error(
        "the relay does not take {count} of the things that were written here. They stay in the folder; an administrator can say why."
    )]
    NotTaken {
        /// How many.
        count: usize,
    },
    /// The system refuses something that never fails.
    #[error("the system refuses: {words}.")]
    System {
        /// Its words.
        words: String,
    },
}

fn bad_link(bad: &BadLink) -> String {
    match bad {
        BadLink::NotALink => {
            "this is not a link to a workspace. It looks like https://plumbline.example/#w1.… with 64 more characters."
                .into()
        }
        BadLink::Later => {
            "the link was made by a later version of Plumbline. Update this program, then try again.".into()
        }
        BadLink::Cut { missing } => {
            format!("the link is cut short: {missing} characters are missing at its end. Copy it again, whole.")
        }
        BadLink::Longer { extra } => {
            format!("the link has {extra} characters too many at its end. Copy it again, without what follows it.")
        }
        BadLink::Character { .. } => "the link holds a character that is in no link. Copy it again, whole.".into(),
    }
}

fn folder_words(folder: &str, problem: &FolderProblem) -> String {
    match problem {
        FolderProblem::Nothing => {
            format!("there is no workspace in {folder}. plumbline join or plumbline found puts one there.")
        }
        FolderProblem::Taken => format!(
            "there is a workspace in {folder} already. plumbline sync --dir {folder} brings it up to date; another one \
             needs a folder of its own."
        ),
        FolderProblem::Foreign => {
            format!("{folder} holds other things. Name a folder that is empty or not there yet.")
        }
        FolderProblem::InUse => format!(
            "{folder} is in use by another plumbline. Wait until that has finished, or stop it (plumbline sync --follow \
             stays until it is stopped)."
        ),
        FolderProblem::System(error) => format!("{folder} cannot be used: {error}. Nothing was changed."),
        FolderProblem::Store(StoreProblem::Full) => format!(
            "the disk with {folder} is full. What was stored before is whole, and nothing else was sent. Make room, then \
             run the command again."
        ),
        FolderProblem::Store(StoreProblem::Denied(words)) => {
            format!("{folder} cannot be written ({words}). What is in it is as it was. Run plumbline as its owner.")
        }
        FolderProblem::Store(StoreProblem::Damaged(words)) => format!(
            "what is kept in {folder} is damaged ({words}). Nothing was changed or sent. Keep the folder, and join with \
             a link into another one: all that the relay has comes back."
        ),
        FolderProblem::Store(StoreProblem::Later) => {
            format!("{folder} was made by a later version of plumbline. Use that one; nothing was changed.")
        }
        FolderProblem::Store(StoreProblem::Failed(words)) => format!(
            "{folder} cannot be read or written ({words}). What was stored before is whole, and nothing else was sent. \
             See that the disk is well, then run the command again."
        ),
    }
}

fn gone_words(address: &str, gone: &Gone) -> String {
    match gone {
        Gone::Unreached(Unreached::Silent(words)) => format!(
            "{address} cannot be reached: {words}. Nothing is lost. Check the address and the network, then run the \
             command again."
        ),
        Gone::Unreached(Unreached::Certificate(words)) => {
            format!("{address} cannot prove who it is: {words}. Nothing was sent to it.")
        }
        Gone::Unreached(Unreached::NoRelay(status)) => format!(
            "{address} is no Plumbline relay: it answers with {status}. Check the address; --relay names another one."
        ),
        Gone::Unreached(Unreached::Workspace) => format!(
            "the relay at {address} does not know this workspace. Either it is another relay (--relay), or whoever shares \
             the workspace has to be online once."
        ),
        Gone::Unreached(Unreached::Busy) => {
            format!(
                "the relay at {address} is busy and asks to wait. Nothing is lost; run the command again in a minute."
            )
        }
        Gone::Unreached(Unreached::Refused) | Gone::Refused => {
            format!("the relay at {address} does not let this device in. Nothing is lost; ask whoever runs it.")
        }
        Gone::Ended => format!("the connection to {address} ended early. Nothing is lost; run the command again."),
        Gone::Unfit(CloseReason::Workspace) => {
            format!("the relay at {address} shows another workspace than the link's. Nothing was sent to it.")
        }
        Gone::Unfit(_) => format!(
            "what the relay at {address} says does not fit together, and was not believed. Nothing is lost. Run the \
             command again; if it stays so, tell whoever runs the relay."
        ),
        Gone::Stranger => format!(
            "{address} is served by another relay than before: it does not have the key that this device knows. Nothing \
             was sent. If the relay was set up anew, run plumbline sync with --accept-new-relay."
        ),
        Gone::Removed => {
            "this device's link was closed, or the device was removed. What is in the folder stays readable \
             (plumbline export); what was written here since then waits for an administrator to decide. To go on, join \
             by a new link into another folder."
                .into()
        }
        Gone::Expired | Gone::UnknownLink => refused_link(address, gone),
    }
}

fn refused_link(address: &str, gone: &Gone) -> String {
    match gone {
        Gone::Removed => "this link was closed by an administrator. Ask for a new one. Nothing was kept.".into(),
        Gone::Expired => "this link's time is over. Ask for a new one. Nothing was kept.".into(),
        Gone::UnknownLink => format!(
            "the relay at {address} does not know this link yet. Whoever made it has to be online once; then try again."
        ),
        other => gone_words(address, other),
    }
}

fn late(waiting: usize) -> String {
    match waiting {
        0 => String::new(),
        1 => "; one edit still waits to be sent".into(),
        many => format!("; {many} edits still wait to be sent"),
    }
}

const fn sharing_words(problem: SharingProblem) -> &'static str {
    match problem {
        SharingProblem::NotAdmin => "only an administrator's device may do this. Nothing was changed.",
        SharingProblem::TooLarge => {
            "something in this workspace is larger than can travel: one edit of more than 220 KB. It was not shared."
        }
        _ => "there are as many links and members as a workspace can have. Close links that are no longer used.",
    }
}

fn edit_words(problem: &EditProblem) -> String {
    match problem {
        EditProblem::Nothing => "nothing of the workspace has come yet. Run plumbline sync first.".into(),
        EditProblem::NotAWriter(Standing::Member(_)) => {
            "this device came by a reader's link, which may look and not change. Nothing was changed.".into()
        }
        EditProblem::NotAWriter(_) => {
            "this device does not belong to the workspace any more. Nothing was changed; ask for a new link.".into()
        }
        EditProblem::Refused(refusal) => format!("this cannot be done: {refusal}. Nothing was changed."),
        EditProblem::Write(WriteProblem::TooLarge) => "the edit is larger than can travel. Nothing was changed.".into(),
        EditProblem::Write(problem) => format!("the edit was not taken: {problem}. Nothing was changed."),
        EditProblem::Store(problem) => format!("the edit could not be stored: {problem}. It is not done."),
    }
}
