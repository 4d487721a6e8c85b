//! Coming, catching up, asking, going.

use std::sync::{Arc, Mutex};

use plumbline_wire::frame::keyring_digest;
use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::record::Record;
use plumbline_wire::refusal::Refusal;
use tokio::time::Instant;

use super::actor::{Actor, Outcome, Over, held};
use super::member::{Member, Outgoing};
use super::{Holdings, Join, JoinProblem, Joined, Live, MemberId};
use crate::bucket::Allowance;
use crate::{clock, limits};

impl Actor {
    pub(super) async fn join(&mut self, join: Join) -> Outcome {
        // Whoever comes may have been told of more by another relay, and must not think that something was lost.
        if !self.refresh().await? {
            return Ok(());
        }
        self.let_in(join);
        Ok(())
    }

    fn let_in(&mut self, join: Join) {
        let host = self.relay.key.verify_key();
        let greeted = self.room.greet(&join.certificate, &join.proof, &host, &join.challenge, clock::now());
        let caller = match greeted {
            Ok(caller) => caller,
            Err(refusal) => return drop(join.reply.send(Err(JoinProblem::Refused(refusal)))),
        };
        let device = caller.certificate.device.verify;
        let same = self.members.values().filter(|member| member.caller.certificate.device.verify == device).count();
        if self.members.len() >= self.relay.limits.per_room || same >= self.relay.limits.per_device {
            return drop(join.reply.send(Err(JoinProblem::Busy)));
        }
        let member = MemberId(self.next);
        self.next += 1;
        let snapshots = if caller.may_read() { self.room.snapshots() } else { Vec::new() };
        let joined = Joined {
            member,
            standing: caller.standing,
            base: self.room.base(),
            head: self.tail.end(),
            snapshots,
            allowance: self.allowance(device),
        };
        if join.reply.send(Ok(joined)).is_ok() {
            self.members
                .insert(member, Member { caller: Arc::new(caller), line: join.line, live: false, acks: Vec::new() });
            self.relay.metrics.members.inc();
        }
    }

    /// One for all connections of a device. It outlives them until it is full: coming again does not fill it.
    fn allowance(&mut self, device: VerifyKey) -> Arc<Mutex<Allowance>> {
        let (limits, now) = (&self.relay.limits, Instant::now());
        self.allowances.retain(|_, allowance| Arc::strong_count(allowance) > 1 || !held(allowance).is_full(now));
        let new = || Arc::new(Mutex::new(Allowance::new(limits.frames, limits.bytes, limits::BURST, now)));
        self.allowances.entry(device).or_insert_with(new).clone()
    }

    pub(super) fn leave(&mut self, member: MemberId) {
        if self.members.remove(&member).is_some() {
            self.relay.metrics.members.dec();
        }
    }

    pub(super) fn holdings(&self, member: MemberId, theirs: Option<[u8; 32]>) -> Option<Holdings> {
        self.members.get(&member).filter(|member| member.caller.may_read())?;
        let keyring = self.room.keyring();
        let records: Vec<ItemId> = keyring.records().map(Record::id).collect();
        // In a log that was not pruned they find them all.
        let pruned = self.room.base().position > 0;
        let differs = pruned && theirs.is_some_and(|theirs| theirs != keyring_digest(&records));
        let bytes = keyring.records().filter(|_| differs).map(|record| record.bytes().to_vec()).collect();
        let snapshots = if theirs.is_some() { self.room.snapshots() } else { Vec::new() };
        Some(Holdings { records, bytes, snapshots, marks: self.room.marks() })
    }

    pub(super) async fn live(&mut self, member: MemberId, at: u64) -> Result<Live, Over> {
        // Heard elsewhere what is not known here yet. If the store does not answer, they hear some of it again.
        if at > self.tail.end().position {
            self.refresh().await?;
        }
        Ok(self.go_live(member, at))
    }

    fn go_live(&mut self, member: MemberId, at: u64) -> Live {
        // So that what is in memory and what readers were told is the same.
        self.tell();
        let Some(member) = self.members.get_mut(&member) else { return Live::Refused(Refusal::Removed) };
        if !member.caller.may_read() {
            return Live::Refused(Refusal::Removed);
        }
        member.live = false;
        let end = self.tail.end().position;
        // Whoever knows more than this log holds has seen the end in `Welcome`, and is told what is new.
        let Some(missed) = self.tail.after(at.min(end)) else { return Live::Behind(end) };
        if !missed.is_empty() {
            let missed = Outgoing::Frames(missed.into());
            let size = missed.size();
            let _ = member.line.send(missed, size);
        }
        member.live = true;
        Live::Now
    }
}
