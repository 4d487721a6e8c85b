//! What must hold of snapshots, from the log and the envelopes themselves; and a writer who makes bad ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_sync::body::Body;
use plumbline_sync::peer::Policy;
use plumbline_sync::seal::{self, DataKey, TAG};
use plumbline_sync::snapshot::{Inside, Step};
use plumbline_sync::wire::envelope::{Envelope, Kind};
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::ItemId;
use plumbline_sync::wire::item::Item;
use plumbline_sync::wire::key::Secrets;
use plumbline_sync::wire::keyring::record::KeyName;
use plumbline_sync::wire::mark::Mark;

use super::client::{CHANGE, values};
use super::world::{End, World};

impl World {
    pub fn keep_snapshots(&mut self, policy: Policy) {
        for client in &mut self.clients {
            client.policy = Some(policy);
            if let Some(peer) = &mut client.peer {
                peer.keep_snapshots(client.policy);
            }
        }
    }

    /// The last client begins anew, and late.
    pub fn put_off(&mut self) {
        let last = self.clients.len() - 1;
        self.crash(last);
        let client = &mut self.clients[last];
        client.disk = Default::default();
        (client.gone, client.late) = (true, true);
    }

    fn key(&self, name: &KeyName) -> Option<DataKey> {
        let secret = self.clients.iter().find_map(|client| client.disk.keys.get(name))?;
        Some(DataKey::from_bytes(**secret))
    }

    fn unseal(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let envelope = Envelope::parse(bytes).ok()?;
        let header = envelope.header;
        let key = self.key(&KeyName { epoch: header.epoch, commitment: header.commitment })?;
        key.open(&header.nonce, envelope.body, envelope.associated()).ok()
    }

    /// Nobody honest vouches for what is not so, whoever made it.
    pub fn check_endorses(&self, client: usize, conn: u64, frame: &[u8]) {
        let Ok(Frame::Endorse { envelope }) = Frame::parse(frame) else { return };
        let Some((_, End::Host(host))) = self.conns.get(&conn) else { panic!("vouched for at no relay") };
        let endorsed = Envelope::parse(envelope).ok().and_then(|envelope| envelope.endorsed()).expect("it says which");
        for view in &self.hosts[*host].views {
            let Some(snapshot) = view.snapshot(&endorsed) else { continue };
            let problem = self.problem_of(&snapshot, &view.all);
            assert_eq!(problem, None, "client {client} vouched for it");
        }
    }

    /// What is wrong with a snapshot: of the log, and of what it says of envelopes that are in the log.
    fn problem_of(
        &self,
        snapshot: &[u8],
        log: &[(Arc<[u8]>, plumbline_sync::wire::statement::Place)],
    ) -> Option<String> {
        let covers = Envelope::parse(snapshot).ok()?.covers()?;
        let Some(text) = self.unseal(snapshot) else { return Some("does not open".into()) };
        let Ok(inside) = Inside::parse(&text) else { return Some("is none".into()) };
        let whole: BTreeSet<ItemId> = inside.whole.iter().map(|bytes| ItemId::of(bytes)).collect();
        let mut covered: BTreeSet<ItemId> = whole.clone();
        covered.extend(inside.sessions.iter().map(|session| session.opening));
        covered.extend(inside.sessions.iter().flat_map(|session| &session.steps).map(|step| step.item));
        let mut envelopes: BTreeMap<ItemId, &[u8]> = BTreeMap::new();
        for (bytes, place) in log {
            if let Ok(Item::Envelope(envelope)) = Item::parse(bytes) {
                envelopes.insert(envelope.id(), bytes);
                if place.position <= covers.position && !covered.contains(&envelope.id()) {
                    return Some(format!("leaves out {:?}", envelope.mark()));
                }
            }
        }
        let mut document: BTreeSet<Vec<u8>> = inside.document.chunks(CHANGE).map(<[u8]>::to_vec).collect();
        let mut unknown = BTreeSet::new();
        for session in &inside.sessions {
            let mut before = session.opening;
            for (seq, step) in (1..).zip(&session.steps) {
                let Some(bytes) = envelopes.get(&step.item) else {
                    unknown.insert(session.session);
                    before = step.item;
                    continue;
                };
                let header = Envelope::parse(bytes).expect("in the log").header;
                if (header.session, header.seq, header.prev) != (session.session, seq, before.0) {
                    return Some(format!("puts {:?} elsewhere", step.item));
                }
                before = step.item;
                let Some(text) = self.unseal(bytes) else { return Some("counts what does not open".into()) };
                let body = Body::parse(&text).expect("as it was written");
                for change in body.payload.chunks(CHANGE) {
                    if !document.remove(change) {
                        return Some(format!("lacks a change of {:?}", step.item));
                    }
                }
                let said: Vec<Option<Mark>> = step
                    .dependencies
                    .iter()
                    .map(|(on, seq)| {
                        let on = &inside.sessions[*on as usize];
                        Some(Mark { session: on.session, seq: *seq, item: on.at(*seq)? })
                    })
                    .collect();
                let is: Vec<Option<Mark>> = body.dependencies.iter().copied().map(Some).collect();
                let changes = body.payload.len() / CHANGE;
                if step.key != Step::WHOLE && (said != is || step.changes as usize != changes) {
                    return Some(format!("says something else of {:?}", step.item));
                }
            }
        }
        // What is left belongs to envelopes that are not in this log.
        let strange =
            document.iter().find(|change| values(change).iter().all(|(session, ..)| !unknown.contains(session)));
        strange.map(|change| format!("holds {:?} of nobody", values(change)))
    }

    /// What a saboteur hands in is not what its peer made.
    pub fn spoil(&mut self, client: usize, frame: &mut Vec<u8>) {
        if !self.clients[client].saboteur {
            return;
        }
        let Ok(Frame::Snapshot { envelope }) = Frame::parse(frame) else { return };
        let (bytes, choice) = (envelope.to_vec(), self.below(10));
        let header = Envelope::parse(&bytes).expect("its own").header;
        let name = KeyName { epoch: header.epoch, commitment: header.commitment };
        let (Some(text), Some(key)) = (self.unseal(&bytes), self.key(&name)) else { return };
        let mut inside = Inside::parse(&text).expect("its own");
        let mut document = inside.document.to_vec();
        let longest =
            (0..inside.sessions.len()).max_by_key(|at| inside.sessions[*at].steps.len()).expect("somebody wrote");
        // Something that nobody builds on can be left out without a trace.
        let built_on: BTreeSet<(u32, u64)> = inside
            .sessions
            .iter()
            .flat_map(|session| &session.steps)
            .flat_map(|step| step.dependencies.clone())
            .collect();
        let is_end = |at: &usize| {
            let count = inside.sessions[*at].steps.len() as u64;
            count > 0 && !built_on.contains(&(*at as u32, count))
        };
        let end = (0..inside.sessions.len()).find(is_end).unwrap_or(longest);
        let (choice, longest) = if choice == 0 || choice >= 8 { (0, end) } else { (choice, longest) };
        let steps = &mut inside.sessions[longest].steps;
        match choice {
            // Leaves out the last of a session, its changes with it or not.
            0 | 1 => {
                let gone = steps.pop().map_or(0, |step| step.changes as usize);
                if choice == 0 {
                    let session = inside.sessions[longest].session;
                    let mut own: Vec<Vec<u8>> = document.chunks(CHANGE).map(<[u8]>::to_vec).collect();
                    let places: Vec<usize> = (0..own.len()).filter(|at| values(&own[*at])[0].0 == session).collect();
                    for at in places.iter().rev().take(gone) {
                        own.remove(*at);
                    }
                    document = own.concat();
                }
            }
            // Another value in somebody's change.
            2 | 3 if !document.is_empty() => {
                let last = document.len() - 1;
                document[last] ^= 1;
            }
            // Names that are not.
            4 => steps.iter_mut().take(1).for_each(|step| step.item.0[0] ^= 1),
            5 => steps.iter_mut().take(1).for_each(|step| step.dependencies.clear()),
            // A change too many, or too few.
            6 if document.len() > CHANGE => document.truncate(document.len() - CHANGE),
            _ => {
                let session = inside.sessions[longest].session;
                document.extend(super::client::change(&session, 1_000, 666));
            }
        }
        inside.document = &document;
        let Ok(text) = inside.encode() else { return };
        let identity = self.clients[client].identity.encode();
        let seed = identity[162..226].try_into().expect("after magic and genesis");
        let secrets = Secrets::from_seed(&zeroize::Zeroizing::new(seed));
        let header = plumbline_sync::wire::envelope::Header { nonce: seal::draw(&mut self.random), ..header };
        assert_eq!(header.kind, Kind::Snapshot);
        let sealed = key.seal(&header.nonce, &text, &header.encode(text.len() + TAG));
        let envelope = header.finish(&sealed, &secrets.signing).expect("fits");
        *frame = Frame::Snapshot { envelope: &envelope }.encode();
        self.spoilt += 1;
    }
}
