//! What is passed on and forgotten: presence, and signalling between two devices. Sealed with the data key, signed, and shown
//! only to who is a member.

use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::frame::Frame;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::limits;

use super::conn::Conn;
use super::{Effect, Peer, WriteProblem};
use crate::seal::{self, TAG};

impl Peer {
    /// Tells everybody who is connected where this device is. Nothing is kept.
    ///
    /// # Errors
    /// When it is larger than [`limits::EPHEMERAL`], or there is no key.
    pub fn show_presence(&mut self, payload: &[u8]) -> Result<(), WriteProblem> {
        let envelope = self.passing(Kind::Ephemeral, payload, limits::EPHEMERAL)?;
        let frame = Frame::Ephemeral { envelope: &envelope }.encode();
        let to: Vec<_> = self.conns.iter().filter(|(_, conn)| self.is_in(conn)).map(|(conn, _)| *conn).collect();
        self.effects.extend(to.into_iter().map(|conn| Effect::Send { conn, frame: frame.clone() }));
        Ok(())
    }

    /// Sends a description of a connection to another device, through every relay.
    ///
    /// # Errors
    /// When it is larger than [`limits::SIGNAL`], or there is no key.
    pub fn signal(&mut self, device: VerifyKey, payload: &[u8]) -> Result<(), WriteProblem> {
        let envelope = self.passing(Kind::Signal, payload, limits::SIGNAL)?;
        let frame = Frame::Signal { device, envelope: &envelope }.encode();
        let relays = |conn: &Conn| matches!(conn, Conn::Relay(_)) && self.is_in(conn);
        let to: Vec<_> = self.conns.iter().filter(|(_, conn)| relays(conn)).map(|(conn, _)| *conn).collect();
        self.effects.extend(to.into_iter().map(|conn| Effect::Send { conn, frame: frame.clone() }));
        Ok(())
    }

    /// As [`Peer::signal`], for a person to carry: a member opens it by [`Peer::open_carried`].
    ///
    /// # Errors
    /// As for [`Peer::signal`].
    pub fn carried(&mut self, payload: &[u8]) -> Result<Vec<u8>, WriteProblem> {
        self.passing(Kind::Signal, payload, limits::SIGNAL)
    }

    /// What a person brought from another member's device, and whose it is; `None` for anything else.
    #[must_use]
    pub fn open_carried(&self, bytes: &[u8]) -> Option<(VerifyKey, Vec<u8>)> {
        let (device, _, _, payload) = self.open_passing(bytes, Kind::Signal)?;
        (device != self.device()).then_some((device, payload))
    }

    fn is_in(&self, conn: &Conn) -> bool {
        match conn {
            Conn::Relay(relay) => matches!(relay.standing, Some(Standing::Member(_))),
            Conn::Member(member) => self.may_read(member),
        }
    }

    fn passing(&mut self, kind: Kind, payload: &[u8], limit: usize) -> Result<Vec<u8>, WriteProblem> {
        if payload.len() + TAG > limit {
            return Err(WriteProblem::TooLarge);
        }
        let name = self.keyring.current().map(|epoch| epoch.key).ok_or(WriteProblem::NoKey)?;
        let session = self.pen.session;
        self.passed += 1;
        let header = Header {
            kind,
            workspace: self.keyring.workspace(),
            device: self.identity.certificate().device.verify,
            session,
            seq: self.passed,
            prev: [0; 32],
            epoch: name.epoch,
            commitment: name.commitment,
            nonce: seal::draw(&mut self.random),
        };
        let key = self.vault.get(&name).ok_or(WriteProblem::NoKey)?;
        let sealed = key.seal(&header.nonce, payload, &header.encode(payload.len() + TAG));
        header.finish(&sealed, &self.identity.device().signing).map_err(|_| WriteProblem::TooLarge)
    }

    pub(super) fn hear_presence(&mut self, bytes: &[u8]) {
        let Some((device, session, seq, payload)) = self.open_passing(bytes, Kind::Ephemeral) else { return };
        // An old one shown again is not where somebody is.
        if self.presence.get(&(device, session)).is_some_and(|last| *last >= seq) {
            return;
        }
        if self.presence.len() >= limits::DEVICES {
            self.presence.pop_first();
        }
        self.presence.insert((device, session), seq);
        self.effects.push(Effect::Presence { device, payload });
    }

    pub(super) fn hear_signal(&mut self, from: &VerifyKey, bytes: &[u8]) {
        let Some((device, _, _, payload)) = self.open_passing(bytes, Kind::Signal) else { return };
        if device == *from && device != self.device() {
            self.effects.push(Effect::Signal { device, payload });
        }
    }

    /// Opens only what is sealed with the current key: who was removed has older ones.
    fn open_passing(
        &self,
        bytes: &[u8],
        kind: Kind,
    ) -> Option<(VerifyKey, plumbline_wire::id::SessionId, u64, Vec<u8>)> {
        let envelope = Envelope::parse(bytes).ok()?;
        let header = envelope.header;
        let name = KeyName { epoch: header.epoch, commitment: header.commitment };
        let current = self.keyring.current().is_some_and(|epoch| epoch.key == name);
        let fits = header.kind == kind && header.workspace == self.keyring.workspace() && current;
        if !fits || self.keyring.is_removed(&header.device) || envelope.verify().is_err() {
            return None;
        }
        let payload = self.vault.get(&name)?.open(&header.nonce, envelope.body, envelope.associated()).ok()?;
        Some((header.device, header.session, header.seq, payload))
    }
}
