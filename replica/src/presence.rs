//! Who else is here: what they last said, and when.

use std::collections::BTreeMap;

use plumbline_core::bridge::sharing::{Key, Presence, Somebody};
use plumbline_core::time::Timestamp;
use plumbline_sync::wire::key::VerifyKey;

/// Whoever is not heard of for so long is gone, in milliseconds. Devices say it every 20 seconds.
const SILENT: i64 = 50_000;
/// More are not shown; whoever floods with devices gains nothing.
const MOST: usize = 500;

/// Others who are here.
#[derive(Debug, Clone, Default)]
pub struct Here {
    others: BTreeMap<VerifyKey, (Presence, Timestamp)>,
    at: Timestamp,
}

impl Here {
    /// Whether somebody has said where they are.
    #[must_use]
    pub fn knows(&self, device: &VerifyKey) -> bool {
        self.others.contains_key(device)
    }

    /// Somebody said where they are. Whether that is news.
    pub fn hear(&mut self, device: VerifyKey, presence: Presence) -> bool {
        if presence.leaving {
            return self.others.remove(&device).is_some();
        }
        if self.others.len() >= MOST && !self.others.contains_key(&device) {
            return false;
        }
        let at = self.at;
        let before = self.others.insert(device, (presence.clone(), at));
        before.is_none_or(|(before, _)| before != presence)
    }

    /// What time it is.
    pub fn seen_at(&mut self, at: Timestamp) {
        self.at = at;
    }

    /// Forgets the silent. Whether there were any.
    pub fn forget_silent(&mut self, at: Timestamp) -> bool {
        self.at = at;
        let before = self.others.len();
        // A clock that was set back makes nobody silent.
        self.others.retain(|_, (_, heard)| at.0 - heard.0 < SILENT);
        self.others.len() < before
    }

    /// Nobody can be heard any more. Whether somebody was.
    pub fn clear(&mut self) -> bool {
        let any = !self.others.is_empty();
        self.others.clear();
        any
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Somebody> {
        let somebody = |(device, (presence, _)): (&VerifyKey, &(Presence, Timestamp))| Somebody {
            device: Key(device.0),
            presence: presence.clone(),
        };
        self.others.iter().map(somebody).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_core::bridge::sharing::Place;

    #[test]
    fn people_come_say_something_new_and_go() {
        let mut here = Here::default();
        here.seen_at(Timestamp(1_000));
        let ana = VerifyKey([1; 32]);
        assert!(here.hear(ana, Presence::default()));
        assert!(!here.hear(ana, Presence::default()), "nothing new");
        assert!(here.hear(ana, Presence { place: Place::Priorities, ..Presence::default() }));
        assert_eq!(here.all().len(), 1);
        assert!(!here.forget_silent(Timestamp(1_000 + SILENT - 1)));
        assert!(here.forget_silent(Timestamp(1_000 + SILENT)));
        assert!(here.hear(ana, Presence::default()));
        assert!(here.hear(ana, Presence { leaving: true, ..Presence::default() }));
        assert!(here.all().is_empty() && !here.clear());
    }
}
