//! Who else is here: what they last said, and when.

use plumbline_core::bridge::sharing::{Key, Presence, Somebody};
use plumbline_core::time::Timestamp;

use crate::few::Few;
use crate::mesh::Run;

/// Whoever is not heard of for so long is gone, in milliseconds. Devices say it every 20 seconds.
const SILENT: i64 = 50_000;
/// More are not shown; whoever floods with devices gains nothing.
const MOST: usize = 500;

/// Others who are here.
#[derive(Debug, Clone, Default)]
pub struct Here {
    others: Few<Run, (Presence, Timestamp)>,
    at: Timestamp,
}

impl Here {
    /// Whether somebody has said where they are.
    #[must_use]
    pub fn knows(&self, run: &Run) -> bool {
        self.others.contains(*run)
    }

    /// Everybody, each tab by itself.
    pub fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        self.others.iter().map(|(run, _)| run)
    }

    /// Somebody said where they are. Whether that is news.
    pub fn hear(&mut self, run: Run, presence: Presence) -> bool {
        if presence.leaving {
            return self.others.remove(run).is_some();
        }
        if self.others.len() >= MOST && !self.others.contains(run) {
            return false;
        }
        let at = self.at;
        let before = self.others.insert(run, (presence.clone(), at));
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
        std::mem::take(&mut self.others).len() > 0
    }

    /// Every device that is here: what was said last, if several of its tabs are.
    #[must_use]
    pub fn all(&self) -> Vec<Somebody> {
        let mut all: Vec<(Run, &(Presence, Timestamp))> = self.others.iter().collect();
        all.sort_unstable_by_key(|(run, said)| (run.device, std::cmp::Reverse(said.1)));
        all.dedup_by_key(|(run, _)| run.device);
        let somebody = |(run, said): (Run, &(Presence, Timestamp))| Somebody {
            device: Key(run.device.0),
            presence: said.0.clone(),
        };
        all.into_iter().map(somebody).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_core::bridge::sharing::Place;
    use plumbline_sync::wire::key::VerifyKey;

    #[test]
    fn people_come_say_something_new_and_go() {
        let mut here = Here::default();
        here.seen_at(Timestamp(1_000));
        let ana = Run { device: VerifyKey([1; 32]), tab: 1 };
        assert!(here.hear(ana, Presence::default()));
        assert!(!here.hear(ana, Presence::default()), "nothing new");
        assert!(here.hear(ana, Presence { place: Place::Priorities, ..Presence::default() }));
        assert_eq!(here.all().len(), 1);
        assert!(!here.forget_silent(Timestamp(1_000 + SILENT - 1)));
        assert!(here.forget_silent(Timestamp(1_000 + SILENT)));
        assert!(here.hear(ana, Presence::default()));
        assert!(here.hear(ana, Presence { leaving: true, ..Presence::default() }));
        assert!(here.all().is_empty() && !here.clear());
        let other = Run { tab: 2, ..ana };
        here.hear(ana, Presence::default());
        here.seen_at(Timestamp(90_000));
        here.hear(other, Presence { place: Place::Priorities, ..Presence::default() });
        assert_eq!((here.all().len(), here.all()[0].presence.place), (1, Place::Priorities), "two tabs of one device");
        here.hear(other, Presence { leaving: true, ..Presence::default() });
        assert_eq!(here.all().len(), 1, "the other tab is still there");
    }
}
