//! What members are told: at once when the room is quiet, else together, one message for all of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use plumbline_wire::frame::Frame;
use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;
use tokio::time::Instant;

use super::MemberId;
use super::actor::Actor;
use super::member::Outgoing;
use crate::bus::Word;
use crate::{clock, limits};

/// How long a room with so many readers waits before it tells them again. Timers count milliseconds: less is nothing.
fn pause(readers: usize) -> Duration {
    let pause = limits::READER.saturating_mul(u32::try_from(readers).unwrap_or(u32::MAX)).min(limits::TICK);
    if pause < Duration::from_millis(1) { Duration::ZERO } else { pause }
}

impl Actor {
    /// Tells everybody what is new.
    pub(super) fn tell(&mut self) {
        if !std::mem::take(&mut self.news) {
            return;
        }
        self.tick = Instant::now() + pause(self.members.values().filter(|member| member.live).count());
        let mut frames = self.tail.after(self.told).unwrap_or_default();
        self.told = self.tail.end().position;
        self.tail.trim(self.told);
        let log = frames.clone();
        let presence = std::mem::take(&mut self.presence);
        frames.extend(presence.iter().map(|(_, frame)| frame.clone()));
        let shared = Outgoing::Frames(frames.into());
        let size = shared.size();
        // The same frames, but for one's own presence.
        let but_for = |member: &MemberId| {
            let others = presence.iter().filter(|(by, _)| *by != Some(*member)).map(|(_, frame)| frame.clone());
            Outgoing::Frames(log.iter().cloned().chain(others).collect())
        };
        let mut slow = Vec::new();
        for (id, member) in &mut self.members {
            let mut reads = true;
            if !member.acks.is_empty() {
                let acks = Outgoing::Acks(std::mem::take(&mut member.acks));
                let size = acks.size();
                reads = member.line.send(acks, size);
            }
            if reads && member.live && size > 0 {
                reads = if presence.iter().any(|(by, _)| *by == Some(*id)) {
                    let own = but_for(id);
                    let size = own.size();
                    size == 0 || member.line.send(own, size)
                } else {
                    member.line.send(shared.clone(), size)
                };
            }
            if !reads {
                slow.push(*id);
            }
        }
        for member in slow {
            self.relay.metrics.slow.inc();
            self.leave(member);
        }
    }

    /// Presence: for every other subscriber.
    pub(super) fn ephemeral(&mut self, by: MemberId, envelope: &Bytes) {
        if self.may_pass(by, envelope) {
            let frame: Bytes = Frame::Ephemeral { envelope }.encode().into();
            self.relay.bus.tell(&self.workspace, &Word::Presence(frame.clone()));
            self.presence.push((Some(by), frame));
            self.news = true;
        }
    }

    /// Signalling: for every connection of one device. If it is not here, it is lost, as a call to somebody who is out.
    pub(super) fn signal(&mut self, by: MemberId, to: &VerifyKey, envelope: &Bytes) {
        let from = self.members.get(&by).map(|member| member.caller.certificate.device.verify);
        let Some(from) = from.filter(|_| self.may_pass(by, envelope)) else { return };
        let frame: Bytes = Frame::Signal { device: from, envelope }.encode().into();
        self.relay.bus.tell(&self.workspace, &Word::Signal(*to, frame.clone()));
        self.call(to, frame);
    }

    /// To every connection of a device that is here.
    fn call(&mut self, to: &VerifyKey, frame: Bytes) {
        let frame: Arc<[Bytes]> = [frame].into();
        let there = self
            .members
            .iter()
            .filter(|(_, member)| member.caller.certificate.device.verify == *to && member.caller.may_read());
        let there: Vec<MemberId> = there.map(|(id, _)| *id).collect();
        for member in there {
            self.send(member, Outgoing::Frames(frame.clone()));
        }
    }

    /// What another relay says.
    pub(super) fn heard(&mut self, word: Word) {
        match word {
            // Late or twice: what it tells of is here already.
            Word::Grown(end) => self.behind |= end.place.position > self.tail.end().position || end.keeps > self.keeps,
            Word::Presence(frame) => {
                self.presence.push((None, frame));
                self.news = true;
            }
            Word::Signal(to, frame) => self.call(&to, frame),
        }
    }

    fn may_pass(&mut self, by: MemberId, envelope: &Bytes) -> bool {
        let Some(member) = self.members.get(&by) else { return false };
        match self.room.pass_on(envelope, &member.caller, clock::now()) {
            Ok(()) => true,
            Err(refusal) => {
                self.refuse(by, &[(ItemId::of(envelope), refusal)]);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rooms_hear_at_once_and_large_ones_in_beats() {
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(35), Duration::ZERO);
        assert_eq!(pause(50), Duration::from_micros(1400));
        assert_eq!(pause(179), limits::TICK);
        assert_eq!(pause(usize::MAX), limits::TICK);
    }
}
