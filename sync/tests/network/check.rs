//! What must hold, from what the replicas hold at the end and from what was seen on the way, not from the peer's own bookkeeping.

use std::collections::{BTreeMap, BTreeSet};

use plumbline_sync::graph::Verdict;
use plumbline_sync::peer::Peer;
use plumbline_sync::wire::certificate::Certificate;
use plumbline_sync::wire::envelope::Kind;
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::{ItemId, SessionId};
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::keyring::record::{Action, Target};
use plumbline_sync::wire::mark::Mark;

use super::world::{End, World};

impl World {
    /// Nothing leaves a device that its disk does not have.
    pub fn check_leaves(&self, client: usize, frame: &[u8]) {
        if let Ok(Frame::Append { items } | Frame::Items { items }) = Frame::parse(frame) {
            for bytes in items {
                let item = ItemId::of(bytes);
                let kind = String::from_utf8_lossy(&bytes[..6]);
                let held = self.clients[client].disk.holds(&item);
                assert!(held, "client {client} sent {item:?} ({kind:?}) before it was stored");
            }
        }
    }

    fn members(&self) -> Vec<usize> {
        (0..self.clients.len())
            .filter(|&client| {
                let client = &self.clients[client];
                client.honest && !client.removed && !client.gone
            })
            .collect()
    }

    fn peer(&self, client: usize) -> &Peer {
        self.clients[client].peer.as_ref().expect("all are up at the end")
    }

    /// After everything healed: every member that keeps to the rules has the same, and nothing is lost.
    /// `kept`: whether no relay took back what it had acknowledged.
    pub fn check_all(&self, forged: &BTreeSet<u64>, kept: bool) {
        let members = self.members();
        let first = self.peer(members[0]);
        let verdicts = said(first);
        let values = &self.clients[members[0]].doc.values;
        for &client in &members {
            let other = said(self.peer(client));
            let differs: Vec<_> = verdicts
                .keys()
                .chain(other.keys())
                .filter(|mark| verdicts.get(mark) != other.get(mark))
                .map(|mark| (mark, verdicts.get(mark), other.get(mark)))
                .collect();
            assert!(differs.is_empty(), "client {client} differs: {differs:?}");
            let peer = self.peer(client);
            let records = |peer: &Peer| peer.keyring().records().map(|record| record.id()).collect::<BTreeSet<_>>();
            assert_eq!(records(first), records(peer), "keyring of client {client}");
            let theirs = &self.clients[client].doc.values;
            let differs: Vec<_> = values.symmetric_difference(theirs).collect();
            assert!(differs.is_empty(), "document of client {client}: {differs:?}");
            for host in 0..self.hosts.len() {
                let conn = self.conn_of(client, End::Host(host));
                assert!(conn.is_none_or(|conn| peer.is_done(conn)), "client {client} and relay {host} are not done");
            }
        }
        assert!(forged.iter().all(|value| !values.contains(value)), "a forged change counts");
        self.check_lost(&members, kept);
        self.check_relays(&verdicts);
        check_rules(first, &verdicts, &self.honest_devices());
    }

    /// What became of everything, for whoever wonders whether a world was eventful.
    pub fn tell(&self, seed: u64) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for verdict in said(self.peer(self.members()[0])).values() {
            *counts.entry(format!("{verdict:?}")).or_default() += 1;
        }
        for warning in self.clients.iter().flat_map(|client| &client.warnings) {
            let name = format!("{warning:?}");
            *counts.entry(name.split([' ', '(']).next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let runs: u64 = self.clients.iter().map(|client| client.run).sum();
        let removed = self.clients.iter().filter(|client| client.removed).count();
        let records = self.peer(0).keyring().records().count();
        let keyring = self.peer(0).keyring();
        let void = keyring.records().filter(|record| !keyring.counts(&record.id())).count();
        let of = |count: fn(&super::host::Host) -> usize| self.hosts.iter().map(count).sum::<usize>();
        let (made, endorsed, pruned) = (of(|host| host.made), of(|host| host.endorsed), of(|host| host.pruned));
        let spoilt = self.spoilt;
        println!(
            "{made} made, {spoilt} spoilt, {endorsed} endorsed, {pruned} pruned; {void} void; {seed}: {runs} runs, {removed} removed, {records} records, {counts:?}"
        );
    }

    fn honest_devices(&self) -> BTreeSet<VerifyKey> {
        let honest = self.clients.iter().filter(|client| client.honest);
        honest.map(|client| client.identity.certificate().device.verify).collect()
    }

    /// Every relay was given all that members have; of a session that was signed twice it keeps a few as proof.
    fn check_relays(&self, verdicts: &BTreeMap<Mark, Verdict>) {
        let mut places: BTreeMap<(SessionId, u64), usize> = BTreeMap::new();
        for mark in verdicts.keys() {
            *places.entry((mark.session, mark.seq)).or_default() += 1;
        }
        let forked: BTreeSet<SessionId> =
            places.iter().filter(|(_, count)| **count > 1).map(|((session, _), _)| *session).collect();
        for mark in verdicts.keys().filter(|mark| !forked.contains(&mark.session)) {
            for (number, host) in self.hosts.iter().enumerate() {
                assert!(host.holds(&mark.item), "relay {number} lacks {mark:?}");
            }
        }
    }

    fn check_lost(&self, members: &[usize], nothing_taken_back: bool) {
        for (number, client) in self.clients.iter().enumerate() {
            if client.gone && !nothing_taken_back {
                continue;
            }
            let kept: BTreeSet<ItemId> = if members.contains(&number) {
                client.durable.union(&client.shared).copied().collect()
            } else {
                // Of the removed, what a relay acknowledged.
                client.shared.clone()
            };
            for item in kept {
                for &member in members {
                    let mut held = self.peer(member).graph().verdict(&item).is_some();
                    // What somebody wrote who signs twice may build on a branch that no relay keeps: then it waits for that.
                    held |= !client.honest && self.clients[member].disk.holds(&item);
                    assert!(held, "client {member} lost {item:?} of client {number}");
                }
                let shared = members.contains(&number);
                assert!(
                    !shared || self.hosts.iter().all(|host| host.holds(&item)),
                    "a relay lacks {item:?} of client {number}"
                );
            }
        }
        for client in members.iter().map(|&member| &self.clients[member]).filter(|client| client.writes) {
            for item in client.durable.iter().filter(|_| !self.hosts.is_empty()) {
                assert!(client.shared.contains(item), "never acknowledged: {item:?}");
            }
        }
    }
}

fn said(peer: &Peer) -> BTreeMap<Mark, Verdict> {
    peer.graph().verdicts().collect()
}

/// The rules of counting, written down a second time: an envelope of somebody honest counts if and only if its author was not
/// removed before, and all that it builds on counts.
fn check_rules(peer: &Peer, verdicts: &BTreeMap<Mark, Verdict>, honest: &BTreeSet<VerifyKey>) {
    let graph = peer.graph();
    let accepted: BTreeSet<ItemId> =
        verdicts.iter().filter(|(_, verdict)| **verdict == Verdict::Accepted).map(|(mark, _)| mark.item).collect();
    let mut places: BTreeMap<(SessionId, u64), Vec<ItemId>> = BTreeMap::new();
    for mark in verdicts.keys() {
        places.entry((mark.session, mark.seq)).or_default().push(mark.item);
    }
    for (place, items) in &places {
        assert!(items.iter().filter(|item| accepted.contains(item)).count() <= 1, "two count at {place:?}");
    }
    let decisions: Vec<&Action> = peer
        .keyring()
        .records()
        .filter(|record| peer.keyring().counts(&record.id()))
        .map(|record| &record.action)
        .collect();
    let within =
        |marks: &[Mark], mark: &Mark| marks.iter().any(|last| last.session == mark.session && last.seq >= mark.seq);
    let stands = |certificate: &Certificate, mark: &Mark| {
        let against = |target: &Target| match target {
            Target::Link(link) => certificate.link == *link,
            Target::Device(device) => certificate.device.verify == *device,
        };
        let past = |action: &&Action| match action {
            Action::Revoke { target, frontier } => against(target) && !within(frontier, mark),
            _ => false,
        };
        let adopts = |action: &&Action| matches!(action, Action::Adopt { marks } if within(marks, mark));
        !decisions.iter().any(past) || decisions.iter().any(adopts)
    };
    for (mark, verdict) in verdicts {
        let (Some(header), Some(certificate)) = (graph.header(&mark.item), graph.certificate(&mark.item)) else {
            panic!("a verdict on nothing");
        };
        let forked = places.iter().any(|((session, _), items)| *session == mark.session && items.len() > 1);
        if !honest.contains(&header.device) || forked {
            continue;
        }
        let before = header.kind == Kind::Open || accepted.contains(&ItemId(header.prev));
        let dependencies = graph.opened(&mark.item).map_or(&[][..], |(dependencies, _)| dependencies);
        let builds = dependencies.iter().all(|on| accepted.contains(&on.item));
        let expected = stands(certificate, mark) && before && builds;
        assert_eq!(expected, *verdict == Verdict::Accepted, "{mark:?} is {verdict:?}");
    }
}
