//! Reading: a log that begins after this device's place is read from a snapshot on. The newest that a second device vouched for;
//! if it is of no use, the one before; if none is, what it covers comes from members.

use std::collections::BTreeMap;
use std::sync::Arc;

use plumbline_wire::envelope::{Envelope, Kind};
use plumbline_wire::frame::SnapshotInfo;
use plumbline_wire::id::ItemId;
use plumbline_wire::keyring::Standing;
use plumbline_wire::mark::Mark;

use super::super::conn::Conn;
use super::super::{CloseReason, ConnId, Peer, Warning, Write};
use super::open::{Entry, Opened, Unusable, mark_of};
use super::{ATTEMPTS, Purpose, Reading};
use crate::graph::Stub;
use crate::inspect::{Piece, Span};
use crate::snapshot::{Session, Step};

/// Milliseconds after which records and the list are asked for again.
const ASK: u64 = 4_000;

impl Peer {
    /// The relay's log begins later than this device's place: it is not read on before there was a look at the snapshots.
    pub(in super::super) fn begin_reading(&mut self, conn: ConnId, now: u64) {
        if let Some(shelf) = self.shelf(conn) {
            shelf.reading = Some(Reading { ask_at: now + ASK, ..Reading::default() });
        }
        // Records come with its answer: without them there is no key.
        self.ask_what_it_holds(conn);
    }

    pub(super) fn advance_reading(&mut self, conn: ConnId, now: u64) {
        let Some(relay) = self.relay_of(conn) else { return };
        let base = relay.base.position;
        let Some(reading) = relay.shelf.reading.as_ref().filter(|_| relay.shelf.fetch.is_none()) else { return };
        let usable =
            |info: &&SnapshotInfo| info.endorsed && info.place.position >= base && !reading.tried.contains(&info.item);
        if let Some(info) = relay.shelf.list.iter().rev().find(usable).copied() {
            return self.fetch(conn, info, Purpose::Read, now);
        }
        if relay.shelf.listed && !reading.tried.is_empty() {
            // Nothing of what it keeps is of use here: what members have is all there is.
            self.warn(Warning::NoSnapshot);
            return self.read_on(conn, now);
        }
        if now < reading.ask_at {
            return;
        }
        let asked = reading.asked + 1;
        if asked > ATTEMPTS {
            // It does not answer, or keeps none though its log is cut. Over another connection it is asked again.
            return if relay.shelf.listed { self.read_on(conn, now) } else { self.close(conn, CloseReason::Silent) };
        }
        if let Some(Conn::Relay(relay)) = self.conns.get_mut(&conn)
            && let Some(reading) = &mut relay.shelf.reading
        {
            (reading.asked, reading.ask_at) = (asked, now + ASK);
        }
        self.ask_what_it_holds(conn);
    }

    fn read_on(&mut self, conn: ConnId, now: u64) {
        if let Some(shelf) = self.shelf(conn) {
            shelf.reading = None;
        }
        self.subscribe(conn, now);
    }

    pub(super) fn read_snapshot(&mut self, conn: ConnId, info: &SnapshotInfo, bytes: &[u8], now: u64) {
        let taken = self.take_snapshot(bytes, Some(info));
        match taken {
            Ok(()) => {
                let relay = self.relay_of(conn).and_then(|relay| relay.relay);
                if let Some(relay) = relay
                    && let Some(log) = self.logs.get_mut(&relay)
                    && log.place.position < info.place.position
                {
                    log.jump(info.place);
                    self.storage.put(Write::Log { relay, place: info.place });
                }
                self.read_on(conn, now);
            }
            Err(problem) => {
                if let Unusable::Wrong(Some(device)) = problem {
                    self.warn(Warning::BadSnapshot { device });
                }
                // Without its key, records may still be on their way.
                let late = problem == Unusable::Locked;
                if let Some(reading) = self.shelf(conn).and_then(|shelf| shelf.reading.as_mut()) {
                    if late && reading.asked < ATTEMPTS {
                        reading.asked += 1;
                        self.ask_what_it_holds(conn);
                        return self.fetch_later(conn, *info, now);
                    }
                    reading.tried.insert(info.item);
                }
                self.advance_reading(conn, now);
            }
        }
    }

    fn fetch_later(&mut self, conn: ConnId, info: SnapshotInfo, now: u64) {
        if let Some(shelf) = self.shelf(conn) {
            shelf.fetch = Some(super::Fetch { info, due: now + ASK, attempts: 0, purpose: Purpose::Read });
        }
    }

    /// Takes in what a snapshot says that is not here, and stores it if it was any use. `info` is absent for what was stored.
    pub(in super::super) fn take_snapshot(
        &mut self,
        bytes: &[u8],
        info: Option<&SnapshotInfo>,
    ) -> Result<(), Unusable> {
        let name = ItemId::of(bytes);
        if self.keeping.held.contains(&name) {
            return Ok(());
        }
        let (author, text) = self.unseal_snapshot(bytes, info)?;
        let opened = self.read_inside(author, &text)?;
        let new = opened.inside.sessions.iter().any(|session| {
            let items = std::iter::once(&session.opening).chain(session.steps.iter().map(|step| &step.item));
            items.into_iter().any(|item| !self.numbers.contains_key(item))
        });
        let whole: Vec<Arc<[u8]>> = opened.inside.whole.iter().map(|bytes| Arc::from(*bytes)).collect();
        if new {
            let entries = self.entries(&opened).ok_or(Unusable::Wrong(Some(author)))?;
            drop(opened);
            self.keeping.author = Some(author);
            if !self.restoring {
                self.storage.put(Write::Item { item: name, bytes: Arc::from(bytes) });
            }
            self.keeping.held.insert(name);
            self.take_entries(entries, author);
        }
        self.take_items(whole, author);
        Ok(())
    }

    /// What counts, each after the one before it in its session. `None` when the document does not hold exactly that.
    fn entries(&self, opened: &Opened<'_>) -> Option<Vec<Entry>> {
        let mut pieces: BTreeMap<Vec<u8>, BTreeMap<u64, Piece>> = BTreeMap::new();
        for piece in self.inspect.split(opened.inside.document).ok()? {
            let at = pieces.entry(piece.actor.clone()).or_default();
            if at.insert(piece.number, piece).is_some() {
                return None;
            }
        }
        let certificates: Vec<Arc<_>> = opened.inside.certificates.iter().cloned().map(Arc::new).collect();
        let mut entries = Vec::new();
        for session in &opened.inside.sessions {
            let certificate = &certificates[session.certificate as usize];
            let stub = |mark: Mark, prev, key, dependencies, span, payload: Vec<u8>| {
                let certificate = Arc::clone(certificate);
                Entry::Stub(Box::new(Stub {
                    mark,
                    prev,
                    certificate,
                    key,
                    dependencies,
                    span,
                    payload: payload.into(),
                }))
            };
            let opening = Mark { session: session.session, seq: 0, item: session.opening };
            entries.push(stub(opening, [0; 32], None, Vec::new(), Span::Empty, Vec::new()));
            let mut end = 0_u64;
            let mut before = session.opening;
            for (seq, step) in (1..).zip(&session.steps) {
                let mark = Mark { session: session.session, seq, item: step.item };
                if step.key == Step::WHOLE {
                    entries.push(Entry::Whole(Arc::from(follows(opened, session, &mark, &before)?)));
                } else {
                    let dependencies: Option<Vec<Mark>> =
                        step.dependencies.iter().map(|on| mark_of(&opened.inside, *on)).collect();
                    let last = end + u64::from(step.changes);
                    let mut payload = Vec::new();
                    for number in end + 1..=last {
                        payload.extend(pieces.get_mut(&session.session.0[..])?.remove(&number)?.bytes);
                    }
                    let span = if last > end { Span::Changes { first: end + 1, last } } else { Span::Empty };
                    let key = opened.inside.keys[step.key as usize];
                    entries.push(stub(mark, before.0, Some(key), dependencies?, span, payload));
                    end = last;
                }
                before = step.item;
            }
        }
        // What is left was brought along by envelopes that are in it whole, or by nobody.
        let mut brought = std::collections::BTreeSet::new();
        for step in opened.inside.sessions.iter().flat_map(|session| &session.steps) {
            if step.key == Step::WHOLE {
                brought.extend(self.inspect.names(&self.payload_of(opened.whole.get(&step.item)?)?).ok()?);
            }
        }
        let mut left = pieces.values().flat_map(BTreeMap::values);
        left.all(|piece| brought.contains(&piece.name)).then_some(entries)
    }

    fn take_entries(&mut self, entries: Vec<Entry>, author: plumbline_wire::key::VerifyKey) {
        let mut released = Vec::new();
        for entry in entries {
            match entry {
                Entry::Whole(bytes) => released.extend(self.take_whole(bytes, author)),
                Entry::Stub(stub) => {
                    let id = stub.mark.item;
                    if self.numbers.contains_key(&id) {
                        continue;
                    }
                    let (graph, judge) = self.judge();
                    let change = graph.put_stub(*stub, judge);
                    self.numbered(id);
                    self.follow(&change, None);
                    released.extend(self.pool.release(&id).into_iter().map(|(_, bytes, source)| (bytes, source)));
                }
            }
        }
        self.take_envelopes(released);
    }

    fn take_whole(
        &mut self,
        bytes: Arc<[u8]>,
        source: plumbline_wire::key::VerifyKey,
    ) -> Vec<(Arc<[u8]>, plumbline_wire::key::VerifyKey)> {
        let Some(id) = self.take_envelope(&bytes, source) else { return Vec::new() };
        self.pool.release(&id).into_iter().map(|(_, bytes, source)| (bytes, source)).collect()
    }

    fn payload_of(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let envelope = Envelope::parse(bytes).ok()?;
        crate::graph::payload_of(&envelope, &self.vault)
    }

    /// Whether a device is let read there, and the log begins later than it was read to.
    pub(in super::super) fn has_to_read(&self, conn: ConnId) -> bool {
        let Some(relay) = self.relay_of(conn) else { return false };
        let log = relay.relay.as_ref().and_then(|key| self.logs.get(key));
        matches!(relay.standing, Some(Standing::Member(_)))
            && log.is_some_and(|log| log.place.position < relay.base.position)
    }
}

/// The envelope that is kept whole, if it stands where it is said to stand.
fn follows<'a>(opened: &Opened<'a>, session: &Session, mark: &Mark, before: &ItemId) -> Option<&'a [u8]> {
    let bytes = *opened.whole.get(&mark.item)?;
    let header = Envelope::parse(bytes).ok()?.header;
    let fits = header.kind == Kind::Changes
        && header.session == session.session
        && header.seq == mark.seq
        && header.prev == before.0;
    fits.then_some(bytes)
}
