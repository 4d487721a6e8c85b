//! What happens during an exchange, as it happens: in words, or one JSON object a line.

use std::io::{self, Write};

use plumbline_core::bridge::sharing::{Caution, Role, Standing};
use plumbline_headless::exchange::{Gone, News};
use serde_json::json;

use super::problem::Problem;

/// Tells what happens.
pub struct Progress {
    json: bool,
    address: String,
    /// What the relay will never take.
    pub not_taken: usize,
}

impl Progress {
    pub const fn new(json: bool, address: String) -> Self {
        Self { json, address, not_taken: 0 }
    }

    pub fn hear(&mut self, news: &News) {
        if let News::NotTaken(_) = news {
            self.not_taken += 1;
        }
        let line = if self.json { self.object(news).to_string() } else { self.words(news) };
        let mut out = io::stdout().lock();
        // A reader that has seen enough must not end the exchange.
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
    }

    /// The JSON keys are the command's contract: add, never rename.
    fn object(&self, news: &News) -> serde_json::Value {
        match news {
            News::Connected => json!({"event": "connected", "relay": self.address}),
            News::Standing(standing) => json!({"event": "standing", "standing": standing_word(*standing)}),
            News::Received(count) => json!({"event": "received", "edits": count}),
            News::Sent(count) => json!({"event": "sent", "edits": count}),
            News::UpToDate(fingerprint) => json!({"event": "up-to-date", "fingerprint": fingerprint}),
            News::Caution(caution) => {
                json!({"event": "caution", "caution": caution_word(*caution), "words": caution_words(*caution)})
            }
            News::NotTaken(refusal) => json!({"event": "not-taken", "words": refusal.to_string()}),
            News::Away(gone, pause) => json!({
                "event": "away", "words": self.gone(gone), "again_in_ms": u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            }),
        }
    }

    fn words(&self, news: &News) -> String {
        match news {
            News::Connected => format!("Connected to {}.", self.address),
            News::Standing(standing) => format!("This device is {}.", standing_words(*standing)),
            News::Received(count) => format!("Received {}.", edits(*count)),
            News::Sent(count) => format!("Sent {}; the relay has confirmed {}.", edits(*count), them(*count)),
            News::UpToDate(Some(fingerprint)) => format!("Both sides have everything. Fingerprint {fingerprint}."),
            News::UpToDate(None) => "Both sides have everything, which is nothing yet.".into(),
            News::Caution(caution) => format!("Caution: {}", caution_words(*caution)),
            News::NotTaken(refusal) => format!("The relay does not take something that was written here: {refusal}."),
            News::Away(gone, pause) => {
                format!("Away: {} Trying again in {:.1} s.", self.gone(gone), pause.as_secs_f64())
            }
        }
    }

    fn gone(&self, gone: &Gone) -> String {
        match gone {
            Gone::Ended => "the connection ended.".into(),
            gone => Problem::Gone { address: self.address.clone(), gone: gone.clone() }.to_string(),
        }
    }
}

fn edits(count: usize) -> String {
    if count == 1 { "1 edit".into() } else { format!("{count} edits") }
}

const fn them(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// How a device stands, in one word.
pub const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Member(Role::Reader) => "reader",
        Standing::Member(Role::Writer) => "writer",
        Standing::Member(Role::Admin) => "admin",
        Standing::Removed => "removed",
        Standing::Expired => "expired",
        Standing::Unknown => "unknown",
    }
}

/// How a device stands, in a sentence.
pub const fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Member(Role::Reader) => "a reader: it may look and not change",
        Standing::Member(Role::Writer) => "a writer: it may look and change",
        Standing::Member(Role::Admin) => "an administrator: it may also make and close links",
        Standing::Removed => "nobody any more: it was removed",
        Standing::Expired => "nobody: its link's time was over",
        Standing::Unknown => "not known here yet",
    }
}

const fn caution_word(caution: Caution) -> &'static str {
    match caution {
        Caution::RolledBack => "rolled-back",
        Caution::Forked => "forked",
        Caution::Stranger => "stranger",
        Caution::Withheld => "withheld",
        Caution::Copied => "copied",
        Caution::Forged => "forged",
    }
}

const fn caution_words(caution: Caution) -> &'static str {
    match caution {
        Caution::RolledBack => {
            "the relay has less than it confirmed, as if restored from an old copy. What is missing is sent again."
        }
        Caution::Forked => "the relay shows another history than before, or than it shows to somebody else.",
        Caution::Stranger => "the address is served by another relay than before.",
        Caution::Withheld => "something that others build on does not come, though the relay says that this is all.",
        Caution::Copied => "a member's device was copied: two are writing as one.",
        Caution::Forged => "something forged came, and was left out.",
    }
}
