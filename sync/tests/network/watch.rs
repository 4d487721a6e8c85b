//! Somebody who looks over a client's shoulder: what it is shown of each relay's log, and what members say they saw of it, noted from
//! the frames themselves. What does not fit has to be noticed at once, not when something else gives it away later.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_sync::body::relay_tag;
use plumbline_sync::peer::Warning;
use plumbline_sync::wire::envelope::Envelope;
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::{Chain, ItemId};
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::statement::Place;

use super::world::{End, World};

/// What was noted of one run of a client.
#[derive(Default)]
pub struct Watch {
    logs: BTreeMap<VerifyKey, Shown>,
    counted: BTreeSet<ItemId>,
    accepted: usize,
    begun: bool,
    /// Connections over which a relay said where its log ends: it is heard once.
    welcomed: BTreeSet<u64>,
}

/// One relay's log, as far as it was shown without a break.
struct Shown {
    place: Place,
    chains: BTreeMap<u64, Chain>,
    witnesses: Vec<Place>,
}

impl Shown {
    fn new(place: Place) -> Self {
        Self { place, chains: BTreeMap::from([(place.position, place.chain)]), witnesses: Vec::new() }
    }
}

/// What is expected of a client that is handed a frame.
pub struct Expected {
    relay: VerifyKey,
    before: Place,
    /// Whether what comes before it is another log than was shown: the connection has to end.
    other_log: bool,
    /// Whether the relay says that its log ends before what a member saw of it.
    short: bool,
    /// Where reading all of it leads.
    read: Vec<Place>,
}

impl World {
    fn place(&self, client: usize, relay: &VerifyKey) -> Option<Place> {
        let peer = self.clients[client].peer.as_ref()?;
        peer.relays().find(|(key, _)| key == relay).map(|(_, place)| place)
    }

    /// Before a frame is handed over.
    pub fn expect(&mut self, client: usize, conn: u64, bytes: &[u8]) -> Option<Expected> {
        let relay = match self.conns.get(&conn)? {
            (_, End::Host(host)) => self.hosts[*host].verify_key(),
            _ => return None,
        };
        let frame = Frame::parse(bytes);
        // Also when nothing is known of the relay yet: one that comes twice is not listened to again.
        let is_first = matches!(&frame, Ok(Frame::Welcome { .. })) && self.clients[client].watch.welcomed.insert(conn);
        let before = self.place(client, &relay)?;
        let none = self.clients[client].noticed.contains(&Warning::NoSnapshot);
        let watch = &mut self.clients[client].watch;
        let shown = watch.logs.entry(relay).or_insert_with(|| Shown::new(before));
        if shown.place != before {
            *shown = Shown::new(before);
        }
        let mut expected = Expected { relay, before, other_log: false, short: false, read: Vec::new() };
        if let Ok(Frame::Welcome { head, .. }) = &frame
            && is_first
        {
            expected.short = shown.witnesses.iter().any(|place| place.position > head.position);
        }
        // It reads on behind a snapshot; or where the log begins, when no snapshot is of any use.
        if let Ok(Frame::Snapshot { envelope }) = &frame
            && let Some(covers) = Envelope::parse(envelope).ok().and_then(|envelope| envelope.covers())
        {
            expected.read.push(covers);
        }
        if let Ok(Frame::Push { after, items }) = &frame
            && after.position > before.position
            && none
        {
            let mut place = *after;
            for item in items {
                place = place.then(&ItemId::of(item));
                expected.read.push(place);
            }
        }
        if let Ok(Frame::Push { after, items }) = frame
            && after.position <= before.position
        {
            expected.other_log = shown.chains.get(&after.position).is_some_and(|chain| *chain != after.chain);
            let mut place = before;
            for item in items.iter().skip(usize::try_from(before.position - after.position).unwrap()) {
                place = place.then(&ItemId::of(item));
                expected.read.push(place);
            }
        }
        Some(expected)
    }

    /// After the client did what it wanted.
    pub fn check_expected(&mut self, client: usize, conn: u64, expected: Option<Expected>) {
        if let Some(Expected { relay, before, other_log, short, read }) = expected {
            let disputed = |warning: &Warning| matches!(warning, Warning::Disputed { relay: by, .. } if *by == relay);
            let told = !short || !self.conns.contains_key(&conn) || self.clients[client].noticed.iter().any(disputed);
            assert!(told, "client {client} is shown less than a member saw, and says nothing");
            assert!(!other_log || !self.conns.contains_key(&conn), "client {client} reads on in another log");
            let now = self.place(client, &relay).unwrap_or(before);
            if let Some(shown) = self.clients[client].watch.logs.get_mut(&relay) {
                if now.position < before.position {
                    *shown = Shown::new(now);
                } else if now != before {
                    let known = read.contains(&now);
                    assert!(known, "client {client} is where nobody led it: {now:?}");
                    shown.chains.extend(read.iter().map(|place| (place.position, place.chain)));
                    shown.place = now;
                }
            }
        }
        self.note_witnesses(client);
        let Some(watched) = self.clients.get(client) else { return };
        for (relay, shown) in &watched.watch.logs {
            let differs = |place: &&Place| shown.chains.get(&place.position).is_some_and(|chain| *chain != place.chain);
            let Some(place) = shown.witnesses.iter().find(differs) else { continue };
            let noticed = watched.noticed.iter().any(|warning| {
                matches!(warning, Warning::Disputed { relay: by, .. } | Warning::Forked { relay: by } if by == relay)
            });
            assert!(noticed, "client {client} read another log than a member saw at {place:?}, and said nothing");
        }
    }

    /// What the authors of envelopes saw that count since the client started.
    fn note_witnesses(&mut self, client: usize) {
        let client = &mut self.clients[client];
        let Some(peer) = &client.peer else { return };
        let accepted = peer.graph().accepted();
        let watch = &mut client.watch;
        if watch.begun && watch.accepted == accepted.len() {
            return;
        }
        for item in accepted {
            // What it had when it started, nobody said in this run.
            if !watch.counted.insert(*item) || !watch.begun {
                continue;
            }
            let device = peer.graph().header(item).map(|header| header.device);
            let Some((_, Some(witness))) = peer.graph().opened(item) else { continue };
            let of = watch.logs.iter_mut().find(|(relay, _)| relay_tag(relay) == witness.relay);
            if let (Some((_, shown)), true) = (of, device != Some(peer.device())) {
                shown.witnesses.push(witness.place);
            }
        }
        (watch.accepted, watch.begun) = (accepted.len(), true);
    }
}
