//! The envelope: the one form in which anything a member says travels, through a relay, a data channel or a file.
//!
//! ```text
//!   0  magic        4   "PLen"
//!   4  version      1
//!   5  kind         1
//!   6  workspace   16
//!  22  device      32   the signer's verify key
//!  54  session     16
//!  70  seq          8   snapshot, endorsement: the position covered
//!  78  prev        32   the item before it in its session; snapshot, endorsement: the chain at that position
//! 110  epoch        4   0: the body is not sealed
//! 114  commitment  16   which data key, and that it is that one
//! 130  nonce       24
//! 154  length       4
//! 158  body    length   sealed with the 158 bytes before it as associated data
//!      signature   64   of everything before it, by the device
//! ```

use crate::certificate::{self, Certificate, CertificateProblem};
use crate::codec::{Malformed, Reader, Writer};
use crate::id::{Chain, ItemId, SessionId, WorkspaceId};
use crate::key::{BadSignature, SIGNATURE, SigningKey, VerifyKey};
use crate::limits;
use crate::mark::Mark;
use crate::statement::Place;

pub(crate) const MAGIC: &[u8; 4] = b"PLen";
/// Length of the header.
pub const HEADER: usize = 158;
/// What a body may hold, in an envelope of the largest size.
pub const BODY: usize = limits::ENVELOPE - HEADER - SIGNATURE;
const OPENING: usize = 16 + certificate::LENGTH;

/// What an envelope is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Opens a session: nonce and join certificate, not sealed. Always number 0.
    Open = 1,
    /// A batch of changes. Numbered from 1, without gaps.
    Changes = 2,
    /// Everything up to a position of the log. Outside the sequence.
    Snapshot = 3,
    /// Presence. Never stored; outside the sequence.
    Ephemeral = 4,
    /// Signalling between two peers. Never stored; outside the sequence.
    Signal = 5,
    /// "I have made that snapshot's content from what I hold": the snapshot's name, not sealed. Outside the sequence.
    Endorse = 6,
}

/// Everything in front of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What it is for.
    pub kind: Kind,
    /// Where it belongs.
    pub workspace: WorkspaceId,
    /// Who signs it.
    pub device: VerifyKey,
    /// In which session.
    pub session: SessionId,
    /// Its number, or the position it covers.
    pub seq: u64,
    /// What comes before it.
    pub prev: [u8; 32],
    /// The epoch of the data key; 0 when not sealed.
    pub epoch: u32,
    /// Commitment to the data key; zero when not sealed.
    pub commitment: [u8; 16],
    /// Nonce of the seal; zero when not sealed.
    pub nonce: [u8; 24],
}

/// An envelope, as a view on its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Its header.
    pub header: Header,
    /// Its body: sealed, or open for [`Kind::Open`] and [`Kind::Endorse`].
    pub body: &'a [u8],
    bytes: &'a [u8],
}

/// Why a session cannot be opened so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpeningProblem {
    /// The certificate is none.
    #[error(transparent)]
    Certificate(#[from] CertificateProblem),
    /// The certificate is another device's, or of another workspace.
    #[error("somebody else's certificate")]
    Stranger,
    /// The session's name is not made from its device and nonce.
    #[error("a session of another device")]
    Session,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Open, Self::Changes, Self::Snapshot, Self::Ephemeral, Self::Signal, Self::Endorse];

    /// Whether it is part of the log.
    #[must_use]
    pub const fn is_logged(self) -> bool {
        matches!(self, Self::Open | Self::Changes)
    }

    const fn is_sealed(self) -> bool {
        !matches!(self, Self::Open | Self::Endorse)
    }

    const fn body_limit(self) -> usize {
        match self {
            Self::Open => OPENING,
            Self::Changes => BODY,
            Self::Snapshot => limits::SNAPSHOT - HEADER - SIGNATURE,
            Self::Ephemeral => limits::EPHEMERAL,
            Self::Signal => limits::SIGNAL,
            Self::Endorse => 32,
        }
    }
}

impl Header {
    /// The header as bytes, for a body of `length` bytes: what the seal binds.
    #[must_use]
    pub fn encode(&self, length: usize) -> Vec<u8> {
        let mut writer = Writer::with_capacity(HEADER + length + SIGNATURE);
        writer.raw(MAGIC).u8(limits::VERSION).u8(self.kind as u8).raw(&self.workspace.0).raw(&self.device.0);
        writer.raw(&self.session.0).u64(self.seq).raw(&self.prev).u32(self.epoch);
        writer.raw(&self.commitment).raw(&self.nonce).u32(u32::try_from(length).unwrap_or(u32::MAX));
        writer.done()
    }

    /// The whole envelope: header, body, signature.
    ///
    /// # Errors
    /// [`Malformed`] when it would be one that nobody accepts.
    pub fn finish(&self, body: &[u8], device: &SigningKey) -> Result<Vec<u8>, Malformed> {
        let mut bytes = self.encode(body.len());
        bytes.extend_from_slice(body);
        device.sign_tail(&mut bytes);
        Envelope::parse(&bytes)?;
        Ok(bytes)
    }

    /// Opens a session: its first envelope, and its name.
    ///
    /// # Errors
    /// [`Malformed`] never, unless the certificate's length changed.
    pub fn open(
        certificate: &Certificate,
        nonce: &[u8; 16],
        device: &SigningKey,
    ) -> Result<(SessionId, Vec<u8>), Malformed> {
        let session = SessionId::of(&certificate.device.verify, nonce);
        let header = Self::plain(Kind::Open, certificate.workspace, certificate.device.verify, session);
        let bytes = header.finish(&[&nonce[..], certificate.bytes()].concat(), device)?;
        Ok((session, bytes))
    }

    /// Endorses a snapshot that covers `place`.
    ///
    /// # Errors
    /// [`Malformed`] never: its form is fixed.
    pub fn endorse(
        certificate: &Certificate,
        session: SessionId,
        snapshot: &ItemId,
        place: &Place,
        device: &SigningKey,
    ) -> Result<Vec<u8>, Malformed> {
        let plain = Self::plain(Kind::Endorse, certificate.workspace, certificate.device.verify, session);
        Self { seq: place.position, prev: place.chain.0, ..plain }.finish(&snapshot.0, device)
    }

    const fn plain(kind: Kind, workspace: WorkspaceId, device: VerifyKey, session: SessionId) -> Self {
        let (seq, prev, epoch) = (0, [0; 32], 0);
        Self { kind, workspace, device, session, seq, prev, epoch, commitment: [0; 16], nonce: [0; 24] }
    }

    fn check(&self) -> Result<(), Malformed> {
        let plain = self.epoch == 0 && self.commitment == [0; 16] && self.nonce == [0; 24];
        let fits = match self.kind {
            Kind::Open => self.seq == 0 && self.prev == [0; 32],
            // The last number is left out so that adding one never overflows.
            Kind::Changes => self.seq > 0 && self.seq < u64::MAX,
            _ => true,
        };
        let sealed = if self.kind.is_sealed() { self.epoch > 0 } else { plain };
        if fits && sealed { Ok(()) } else { Err(Malformed::Value) }
    }
}

impl<'a> Envelope<'a> {
    /// Reads an envelope. The signature is checked by [`Envelope::verify`].
    ///
    /// # Errors
    /// When it is not spelt as one, or longer than its kind may be.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        reader.magic(MAGIC)?;
        let tag = reader.u8()?;
        let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == tag).ok_or(Malformed::Tag { tag })?;
        let header = Header {
            kind,
            workspace: WorkspaceId(reader.array()?),
            device: VerifyKey(reader.array()?),
            session: SessionId(reader.array()?),
            seq: reader.u64()?,
            prev: reader.array()?,
            epoch: reader.u32()?,
            commitment: reader.array()?,
            nonce: reader.array()?,
        };
        header.check()?;
        let body = reader.bytes(kind.body_limit())?;
        reader.take(SIGNATURE)?;
        reader.end()?;
        let exact = match kind {
            Kind::Open => Some(OPENING),
            Kind::Endorse => Some(32),
            _ => None,
        };
        if exact.is_some_and(|length| length != body.len()) {
            return Err(Malformed::Value);
        }
        Ok(Self { header, body, bytes })
    }

    /// Whether the device that it names signed it.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self) -> Result<(), BadSignature> {
        self.header.device.verify_tail(self.bytes).map(drop)
    }

    /// The certificate that a session-opening envelope brings, checked: it fits device, workspace and session.
    ///
    /// # Errors
    /// When it does not; [`OpeningProblem::Session`] for any other kind of envelope.
    pub fn certificate(&self) -> Result<Certificate, OpeningProblem> {
        let (nonce, certificate) = self.body.split_first_chunk::<16>().ok_or(OpeningProblem::Session)?;
        if self.header.kind != Kind::Open || SessionId::of(&self.header.device, nonce) != self.header.session {
            return Err(OpeningProblem::Session);
        }
        let certificate = Certificate::parse(certificate)?;
        if certificate.device.verify != self.header.device || certificate.workspace != self.header.workspace {
            return Err(OpeningProblem::Stranger);
        }
        Ok(certificate)
    }

    /// The snapshot that an endorsement is about.
    #[must_use]
    pub fn endorsed(&self) -> Option<ItemId> {
        (self.header.kind == Kind::Endorse).then(|| self.body.try_into().ok().map(ItemId))?
    }

    /// The place that a snapshot or an endorsement covers.
    #[must_use]
    pub fn covers(&self) -> Option<Place> {
        let covers = matches!(self.header.kind, Kind::Snapshot | Kind::Endorse);
        covers.then_some(Place { position: self.header.seq, chain: Chain(self.header.prev) })
    }

    /// The header's bytes: what the seal binds.
    #[must_use]
    pub fn associated(&self) -> &'a [u8] {
        &self.bytes[..HEADER]
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> ItemId {
        ItemId::of(self.bytes)
    }

    /// Its place in its session. Of meaning for the kinds that are logged.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { session: self.header.session, seq: self.header.seq, item: self.id() }
    }
}
