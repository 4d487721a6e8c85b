//! Whom this device is connected to directly, and how that is arranged: by words through the relay while there is one, or by hand.
//!
//! Everybody who is here stands in one ring, ordered by device and by run. Up to nine people are connected each to each; of more,
//! each connects to the neighbours at distances 1, 2, 4 and 8 on either side. That holds a room together when the relay goes, with at most eight connections each, and any two are few steps apart. What
//! one learns it gives to its neighbours, so all hear of it.
//!
//! The driver makes the connections: it does what [`Mesh::drain`] says and reports what came of it. `now`: milliseconds of a clock
//! that only goes forward.

use plumbline_sync::peer::ConnId;
use plumbline_sync::wire::key::VerifyKey;
use serde::{Deserialize, Serialize};

use crate::description::{Description, Turn};
use crate::few::Few;

/// A run of a device: its tabs are told apart by a number that each draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The device.
    pub device: VerifyKey,
    /// The tab.
    pub tab: u64,
}

/// Distances in a ring of so many.
const fn steps(ring: usize) -> [usize; 4] {
    if ring <= 9 { [1, 2, 3, 4] } else { [1, 2, 4, 8] }
}
/// Connections that others asked for are taken up to this many in all: rings that do not agree yet ask for a few more.
const MOST: usize = 12;
/// An attempt that has not come about by then is given up.
const PATIENCE: u64 = 20_000;
/// Nobody is asked again sooner than this after an attempt that failed, doubled each time, at most so often.
const PAUSE: u64 = 4_000;
const DOUBLINGS: u32 = 5;
/// An attempt by hand waits for somebody who carries it.
const BY_HAND: u64 = 10 * 60_000;

/// What two devices say to each other before they are connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Word {
    /// Who says it.
    from: u64,
    /// To whom; zero for whoever reads it first.
    to: u64,
    /// The attempt, by the number of whoever began it.
    attempt: u64,
    /// A [`Description`], packed.
    description: Vec<u8>,
}

/// What the driver is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Make a connection of this number and describe it: [`Mesh::described`]. `answering`: to what the other side said of itself.
    Describe {
        /// Its number.
        conn: ConnId,
        /// As browsers read it.
        answering: Option<String>,
    },
    /// The other side's description for a connection that was described.
    Answered {
        /// Its number.
        conn: ConnId,
        /// As browsers read it.
        sdp: String,
    },
    /// Let go of a connection.
    Drop {
        /// Its number.
        conn: ConnId,
    },
    /// Pass this on to a device.
    Tell {
        /// Which.
        device: VerifyKey,
        /// What.
        word: Vec<u8>,
    },
    /// Show this to a person, who carries it to somebody.
    Carry {
        /// The connection that it is about.
        conn: ConnId,
        /// What.
        word: Vec<u8>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The browser is finding out how it can be reached.
    Describing,
    /// The other side has what it needs, or is about to.
    Waiting,
    Open,
}

#[derive(Debug, Clone)]
struct Attempt {
    /// `None` for an offer made by hand that nobody has answered yet.
    other: Option<Run>,
    /// The number by whoever began it.
    number: u64,
    ours: bool,
    by_hand: bool,
    state: State,
    until: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Failures {
    times: u32,
    not_before: u64,
}

/// The connections of one run of this device.
#[derive(Debug)]
pub struct Mesh {
    own: Run,
    next: ConnId,
    attempts: Few<ConnId, Attempt>,
    failures: Few<Run, Failures>,
    acts: Vec<Act>,
    /// Whether this device looks for connections by itself.
    looks: bool,
}

impl Mesh {
    /// None yet, and none is looked for before [`Mesh::set_looking`]. `first`: connections are numbered from here on.
    #[must_use]
    pub fn new(own: Run, first: ConnId) -> Self {
        let (attempts, failures) = (Few::default(), Few::default());
        Self { own, next: first, attempts, failures, acts: Vec::new(), looks: false }
    }

    /// This run's number.
    #[must_use]
    pub const fn tab(&self) -> u64 {
        self.own.tab
    }

    /// What is to be done.
    #[must_use]
    pub fn drain(&mut self) -> Vec<Act> {
        std::mem::take(&mut self.acts)
    }

    /// How many devices are connected.
    #[must_use]
    pub fn connected(&self) -> usize {
        self.attempts.iter().filter(|(_, attempt)| attempt.state == State::Open).count()
    }

    /// Whether this connection is open.
    #[must_use]
    pub fn is_open(&self, conn: ConnId) -> bool {
        self.attempts.get(conn).is_some_and(|attempt| attempt.state == State::Open)
    }

    /// Whether this device began it.
    #[must_use]
    pub fn is_ours(&self, conn: ConnId) -> bool {
        self.attempts.get(conn).is_some_and(|attempt| attempt.ours)
    }

    /// Whether devices are looked for and let in by themselves; by hand it goes in any case. What is open closes.
    pub fn set_looking(&mut self, looks: bool) {
        self.looks = looks;
        if !looks {
            let all: Vec<ConnId> = self.attempts.iter().map(|(conn, _)| conn).collect();
            all.into_iter().for_each(|conn| self.let_go(conn));
        }
    }

    /// Who else is here, as far as is known: connects to the neighbours, gives up what takes too long.
    pub fn look(&mut self, here: impl Iterator<Item = Run>, now: u64) {
        let late = self.attempts.iter().filter(|(_, attempt)| attempt.state != State::Open && now >= attempt.until);
        for conn in late.map(|(conn, _)| conn).collect::<Vec<_>>() {
            self.failed(conn, now);
        }
        if !self.looks {
            return;
        }
        let mut ring: Vec<Run> = here.filter(|run| run.device != self.own.device).collect();
        // One of each device: its tabs have one storage.
        ring.sort_unstable();
        ring.dedup_by_key(|run| run.device);
        let others = ring.clone();
        ring.push(self.own);
        ring.sort_unstable();
        let Some(place) = ring.iter().position(|run| *run == self.own) else { return };
        self.failures.retain(|run, failures| others.contains(&run) || now < failures.not_before);
        let steps = steps(ring.len());
        for step in steps.into_iter().take_while(|step| *step < ring.len()) {
            let other = ring[(place + step) % ring.len()];
            let rest = self.failures.get(other).is_some_and(|failures| now < failures.not_before);
            // Both may want it, the one before and the one behind: whoever is smaller begins.
            let both = steps.contains(&(ring.len() - step)) && other < self.own;
            let known = self
                .attempts
                .iter()
                .any(|(_, attempt)| attempt.other.is_some_and(|known| known.device == other.device));
            if !rest && !both && !known {
                self.begin(Some(other), false, now);
            }
        }
    }

    /// Begin a connection that a person carries the words of. Its number; [`Act::Carry`] follows when it is described.
    pub fn begin_by_hand(&mut self, now: u64) -> ConnId {
        self.begin(None, true, now)
    }

    fn begin(&mut self, other: Option<Run>, by_hand: bool, now: u64) -> ConnId {
        let conn = self.number();
        let until = now + if by_hand { BY_HAND } else { PATIENCE };
        let attempt = Attempt { other, number: conn, ours: true, by_hand, state: State::Describing, until };
        self.attempts.insert(conn, attempt);
        self.acts.push(Act::Describe { conn, answering: None });
        conn
    }

    /// A number that no connection has.
    pub(crate) const fn number(&mut self) -> ConnId {
        self.next += 1;
        self.next
    }

    /// The browser found out how this device can be reached over a connection.
    pub fn described(&mut self, conn: ConnId, sdp: &str, now: u64) {
        let Some(attempt) = self.attempts.get_mut(conn).filter(|attempt| attempt.state == State::Describing) else {
            return;
        };
        let turn = if attempt.ours { Turn::Offer } else { Turn::Answer };
        let Some(description) = Description::of_sdp(turn, sdp) else { return self.failed(conn, now) };
        attempt.state = State::Waiting;
        let word = Word {
            from: self.own.tab,
            to: attempt.other.map_or(0, |other| other.tab),
            attempt: attempt.number,
            description: description.pack(),
        };
        let Ok(word) = postcard::to_allocvec(&word) else { return };
        self.acts.push(match attempt.other {
            Some(other) if !attempt.by_hand => Act::Tell { device: other.device, word },
            _ => Act::Carry { conn, word },
        });
    }

    /// A device says something to this one. `by_hand`: a person brought it. Returns the connection that it is about; `None` when
    /// it is for another run, came too late, or is no such word.
    pub fn hear(&mut self, device: VerifyKey, word: &[u8], by_hand: bool, now: u64) -> Option<ConnId> {
        let word: Word = postcard::from_bytes(word).ok()?;
        if device == self.own.device || (word.to != self.own.tab && !(by_hand && word.to == 0)) {
            return None;
        }
        let other = Run { device, tab: word.from };
        let description = Description::unpack(&word.description)?;
        match description.turn {
            Turn::Offer => self.offered(other, word.attempt, &description, by_hand, now),
            Turn::Answer => {
                let attempt = self.attempts.get_mut(word.attempt)?;
                let theirs = attempt.other.is_none_or(|known| known == other);
                if !attempt.ours || attempt.state != State::Waiting || !theirs {
                    return None;
                }
                attempt.other = Some(other);
                attempt.until = now + PATIENCE;
                self.acts.push(Act::Answered { conn: word.attempt, sdp: description.to_sdp() });
                Some(word.attempt)
            }
        }
    }

    fn offered(&mut self, other: Run, number: u64, offer: &Description, by_hand: bool, now: u64) -> Option<ConnId> {
        if !by_hand && (!self.looks || self.attempts.len() >= MOST) {
            return None;
        }
        let of_theirs = |attempt: &Attempt| attempt.other.is_some_and(|known| known.device == other.device);
        let before =
            self.attempts.iter().find(|(_, attempt)| of_theirs(attempt)).map(|(conn, attempt)| (conn, attempt.clone()));
        if let Some((conn, attempt)) = before {
            // Both have begun: the smaller one's stands. Anything else of theirs is from before they lost the connection.
            let ours_stands =
                attempt.ours && attempt.state != State::Open && self.own < other && attempt.other == Some(other);
            if ours_stands && !by_hand {
                return None;
            }
            self.let_go(conn);
        }
        let conn = self.number();
        let until = now + if by_hand { BY_HAND } else { PATIENCE };
        let attempt = Attempt { other: Some(other), number, ours: false, by_hand, state: State::Describing, until };
        self.attempts.insert(conn, attempt);
        self.acts.push(Act::Describe { conn, answering: Some(offer.to_sdp()) });
        Some(conn)
    }

    /// A connection is open. Whether it is one that is wanted.
    pub fn opened(&mut self, conn: ConnId) -> bool {
        let Some(attempt) = self.attempts.get_mut(conn) else { return false };
        attempt.state = State::Open;
        if let Some(other) = attempt.other {
            self.failures.remove(other);
        }
        true
    }

    /// A connection is closed, or never opened. Whether it was open.
    pub fn closed(&mut self, conn: ConnId, now: u64) -> bool {
        let open = self.is_open(conn);
        if self.attempts.contains(conn) {
            self.failed(conn, now);
        }
        open
    }

    /// Let go of a connection, whatever became of it.
    pub fn let_go(&mut self, conn: ConnId) {
        if self.attempts.remove(conn).is_some() {
            self.acts.push(Act::Drop { conn });
        }
    }

    fn failed(&mut self, conn: ConnId, now: u64) {
        if let Some(other) = self.attempts.get(conn).and_then(|attempt| attempt.other) {
            let failures = self.failures.or_default(other);
            failures.not_before = now + (PAUSE << failures.times.min(DOUBLINGS));
            failures.times += 1;
        }
        self.let_go(conn);
    }
}
