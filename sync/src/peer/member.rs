//! The conversation with another member's device, or with a file: who they are, what each holds, what the other lacks. The
//! same both ways, and it may stop anywhere: what was lost on the way is found lacking next time.

use std::collections::BTreeMap;
use std::sync::Arc;

use plumbline_wire::certificate::Certificate;
use plumbline_wire::frame::{Frame, batches, keyring_digest};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::{SIGNATURE, VerifyKey};
use plumbline_wire::keyring::Standing;
use plumbline_wire::limits;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement;

use super::conn::{Conn, MemberConn};
use super::{CloseReason, ConnId, Effect, Peer, Ticket};
use crate::seal;

/// Milliseconds for the greeting.
const GREETING: u64 = 20_000;
/// Milliseconds after which it is said again what is held, when something came; and when nothing did.
const SOON: u64 = 500;
const NOW_AND_THEN: u64 = 30_000;
/// Records are sent again for the same two keyrings after this time.
const RECORDS_AGAIN: u64 = 10_000;
/// Anything else is sent again to the same member after this time, however often they say that they lack it.
const AGAIN: u64 = 10_000;

impl Peer {
    pub(super) fn member_opened(&mut self, conn: ConnId, bare: bool, now: u64) {
        let challenge = seal::draw(&mut self.random);
        let member = MemberConn {
            bare,
            challenge,
            deadline: (!bare).then_some(now + GREETING),
            certificate: None,
            host: None,
            answered: bare,
            theirs: BTreeMap::new(),
            heard: false,
            marks: Vec::new(),
            knows: Default::default(),
            again_at: 0,
            have_at: bare.then_some(now),
            have_ready: None,
            records_for: None,
        };
        self.conns.insert(conn, Conn::Member(Box::new(member)));
        if !bare {
            let genesis = self.keyring.genesis().bytes();
            let frame = Frame::Challenge { host: self.device(), challenge, genesis }.encode();
            self.effects.push(Effect::Send { conn, frame });
        }
    }

    fn member_conn(&mut self, conn: ConnId) -> Option<&mut MemberConn> {
        match self.conns.get_mut(&conn) {
            Some(Conn::Member(member)) => Some(member),
            _ => None,
        }
    }

    pub(super) fn member_frame(&mut self, conn: ConnId, bytes: &[u8], now: u64) {
        let Ok(frame) = Frame::parse(bytes) else { return self.close(conn, CloseReason::Malformed) };
        match frame {
            Frame::Challenge { host, challenge, genesis } => self.member_challenge(conn, host, challenge, genesis),
            Frame::Hello { certificate, proof, .. } => self.member_hello(conn, certificate, &proof, now),
            Frame::Have { keyring, marks, more } => self.member_have(conn, keyring, marks, more, now),
            Frame::Items { items } => self.member_items(conn, &items, now),
            Frame::Ephemeral { envelope } => self.hear_presence(envelope),
            Frame::Signal { device, envelope } => self.hear_signal(&device, envelope),
            _ => self.close(conn, CloseReason::Malformed),
        }
    }

    fn member_challenge(&mut self, conn: ConnId, host: VerifyKey, challenge: [u8; 32], genesis: &[u8]) {
        if Genesis::parse_for(&self.workspace(), genesis).is_err() {
            return self.close(conn, CloseReason::Workspace);
        }
        // A proof for a relay is not for a member to pass on: they would be taken for this device there.
        let is_relay = self.logs.contains_key(&host)
            || self
                .conns
                .values()
                .any(|other| matches!(other, Conn::Relay(relay) if [relay.relay, relay.pinned].contains(&Some(host))));
        let Some(member) = self.member_conn(conn) else { return };
        let other = member.certificate.as_ref().is_some_and(|certificate| certificate.device.verify != host);
        if is_relay || other {
            return self.close(conn, CloseReason::Identity);
        }
        member.host = Some(host);
        member.answered = true;
        let own = member.challenge;
        let certificate = self.identity.certificate();
        let proof = statement::prove(&self.identity.device().signing, certificate, &host, &challenge);
        let frame = Frame::Hello { certificate: certificate.bytes(), proof, challenge: own }.encode();
        self.effects.push(Effect::Send { conn, frame });
    }

    fn member_hello(&mut self, conn: ConnId, certificate: &[u8], proof: &[u8; SIGNATURE], now: u64) {
        let (workspace, device) = (self.workspace(), self.device());
        let Some(member) = self.member_conn(conn).filter(|member| !member.bare && member.certificate.is_none()) else {
            return;
        };
        let certificate = Certificate::parse(certificate).ok().filter(|certificate| {
            certificate.workspace == workspace
                && certificate.device.verify != device
                && member.host.is_none_or(|host| host == certificate.device.verify)
                && statement::check_proof(certificate, &device, &member.challenge, proof).is_ok()
        });
        let Some(certificate) = certificate else { return self.close(conn, CloseReason::Identity) };
        let device = certificate.device.verify;
        (member.certificate, member.deadline) = (Some(certificate), None);
        member.have_at = Some(now);
        self.effects.push(Effect::Member { conn, device });
    }

    /// Whether the other side is told and sent anything. Somebody unknown may be known later: their grant may come from them.
    pub(super) fn may_read(&self, member: &MemberConn) -> bool {
        member.bare
            || member
                .certificate
                .as_ref()
                .is_some_and(|certificate| matches!(self.keyring.standing(certificate), Standing::Member(_)))
    }

    fn member_have(&mut self, conn: ConnId, digest: [u8; 32], marks: Vec<Mark>, more: bool, now: u64) {
        let Some(member) = self.member_conn(conn).filter(|member| member.bare || member.certificate.is_some()) else {
            return;
        };
        member.marks.extend(marks);
        if member.marks.len() > limits::SESSIONS {
            return self.close(conn, CloseReason::Malformed);
        }
        if more {
            return;
        }
        let mut theirs: BTreeMap<SessionId, Vec<Mark>> = BTreeMap::new();
        for mark in std::mem::take(&mut member.marks) {
            theirs.entry(mark.session).or_default().push(mark);
        }
        (member.theirs, member.heard) = (theirs, true);
        if now >= member.again_at {
            member.knows.clear();
            member.again_at = now.saturating_add(AGAIN);
        }
        self.note_devices(conn);
        self.send_lacking(conn, digest, now);
    }

    /// What was written here and is held there.
    fn note_devices(&mut self, conn: ConnId) {
        let Some(Conn::Member(member)) = self.conns.get(&conn) else { return };
        let Some(device) = member.certificate.as_ref().map(|certificate| certificate.device.verify) else { return };
        let mut told = Vec::new();
        for (item, own) in &mut self.own {
            let Some(header) = self.graph.header(item) else { continue };
            let mark = Mark { session: header.session, seq: header.seq, item: *item };
            if !own.devices.contains(&device) && member.holds(&mark) {
                own.devices.insert(device);
                told.push(*item);
            }
        }
        for item in told {
            self.say_receipt(&item);
        }
    }

    fn send_lacking(&mut self, conn: ConnId, digest: [u8; 32], now: u64) {
        let Some(Conn::Member(member)) = self.conns.get(&conn) else { return };
        if !self.may_read(member) {
            return;
        }
        let mut items = self.graph.lacking(&member.theirs);
        let records: Vec<ItemId> = self.keyring.records().map(|record| record.id()).collect();
        let ours = keyring_digest(&records);
        let again = |sent: &([u8; 32], [u8; 32], u64)| (sent.0, sent.1) != (digest, ours) || now >= sent.2;
        if ours != digest && member.records_for.as_ref().is_none_or(again) {
            items.extend(records);
            if let Some(member) = self.member_conn(conn) {
                member.records_for = Some((digest, ours, now + RECORDS_AGAIN));
            }
        }
        items.sort_by_key(|item| self.numbers.get(item));
        self.send_items(conn, items);
    }

    /// Sends items that are durable here and that the other side is not known to have.
    fn send_items(&mut self, conn: ConnId, items: Vec<ItemId>) {
        let Some(Conn::Member(member)) = self.conns.get(&conn) else { return };
        let new: Vec<(ItemId, Arc<[u8]>)> = items
            .into_iter()
            .filter(|item| !member.knows.contains(item) && self.storage.has(item))
            .filter_map(|item| Some((item, self.item(&item)?)))
            .collect();
        let bytes: Vec<&Arc<[u8]>> = new.iter().map(|(_, bytes)| bytes).collect();
        for items in batches(&bytes) {
            self.effects.push(Effect::Send { conn, frame: Frame::Items { items }.encode() });
        }
        if let Some(member) = self.member_conn(conn) {
            member.knows.extend(new.into_iter().map(|(item, _)| item));
        }
    }

    /// Items that became durable here.
    pub(super) fn members_given(&mut self, items: &[(u64, ItemId, bool)]) {
        let members: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| matches!(conn, Conn::Member(member) if member.heard && self.may_read(member)))
            .map(|(conn, _)| *conn)
            .collect();
        for conn in members {
            self.send_items(conn, items.iter().map(|(_, item, _)| *item).collect());
        }
    }

    fn member_items(&mut self, conn: ConnId, items: &[&[u8]], now: u64) {
        let Some(member) = self.member_conn(conn).filter(|member| member.bare || member.certificate.is_some()) else {
            return;
        };
        // They are told, so that they know where their work is.
        member.have_at = Some(member.have_at.unwrap_or(u64::MAX).min(now + SOON));
        let source = member.source();
        self.take_items(items.iter().map(|bytes| Arc::from(*bytes)), source);
        // Only of what is held: they could send junk for ever.
        let known: Vec<ItemId> = items.iter().map(|bytes| ItemId::of(bytes)).filter(|item| self.holds(item)).collect();
        if let Some(member) = self.member_conn(conn) {
            member.knows.extend(known);
        }
    }

    /// Tells what is held to whom it is due: at once, or when the transaction that makes it durable is.
    pub(super) fn members_tell(&mut self, ticket: Option<Ticket>, now: u64) {
        let due: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| {
                matches!(conn, Conn::Member(member)
                    if member.have_at.is_some_and(|at| now >= at) && member.have_ready.is_none())
            })
            .map(|(conn, _)| *conn)
            .collect();
        for conn in due {
            let tells = matches!(self.conns.get(&conn), Some(Conn::Member(member)) if self.may_read(member));
            let frames = if tells { self.have_frames() } else { Vec::new() };
            let Some(member) = self.member_conn(conn) else { continue };
            member.have_at = Some(now + NOW_AND_THEN);
            match ticket {
                Some(ticket) => member.have_ready = Some((ticket, frames)),
                None => self.effects.extend(frames.into_iter().map(|frame| Effect::Send { conn, frame })),
            }
        }
    }

    pub(super) fn members_stored(&mut self, ticket: Ticket) {
        let ready = |conn: &mut Conn| match conn {
            Conn::Member(member) => member.have_ready.take_if(|(waits, _)| *waits == ticket),
            Conn::Relay(_) => None,
        };
        let told: Vec<(ConnId, Vec<Vec<u8>>)> =
            self.conns.iter_mut().filter_map(|(id, conn)| Some((*id, ready(conn)?.1))).collect();
        for (conn, frames) in told {
            self.effects.extend(frames.into_iter().map(|frame| Effect::Send { conn, frame }));
        }
    }

    fn have_frames(&self) -> Vec<Vec<u8>> {
        let records: Vec<ItemId> = self.keyring.records().map(|record| record.id()).collect();
        let keyring = keyring_digest(&records);
        let marks = self.graph.marks();
        let mut rest = marks.as_slice();
        let mut frames = Vec::new();
        loop {
            let (now, later) = rest.split_at(rest.len().min(limits::HAVE_MARKS));
            rest = later;
            frames.push(Frame::Have { keyring, marks: now.to_vec(), more: !rest.is_empty() }.encode());
            if rest.is_empty() {
                return frames;
            }
        }
    }

    /// Everything that is durable here, as frames for a file: what another device reads over a [`super::Side::Bare`]
    /// connection.
    #[must_use]
    pub fn export(&self) -> Vec<Vec<u8>> {
        let durable = self.arrivals.values().filter(|item| self.storage.has(item));
        let bytes: Vec<Arc<[u8]>> = durable.filter_map(|item| self.item(item)).collect();
        batches(&bytes).map(|items| Frame::Items { items }.encode()).collect()
    }

    /// The transaction that they waited for failed.
    pub(super) fn members_failed(&mut self, now: u64) {
        for conn in self.conns.values_mut() {
            if let Conn::Member(member) = conn
                && member.have_ready.take().is_some()
            {
                member.have_at = Some(now);
            }
        }
    }

    /// Who may be told what changed: they are told, whoever is unknown no longer among them.
    pub(super) fn members_changed(&mut self) {
        for conn in self.conns.values_mut() {
            if let Conn::Member(member) = conn {
                member.have_at = member.have_at.map(|_| 0);
            }
        }
    }
}
