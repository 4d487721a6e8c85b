//! A room as bytes, for the relay's own store: what stands for the items that were pruned. Never sent to anybody.

use std::collections::BTreeMap;

use super::snapshots::Held;
use super::{Line, Quota, Room};
use crate::certificate::{self, Certificate};
use crate::codec::{Malformed, Reader, Writer};
use crate::frame::{SnapshotInfo, read_place, write_place};
use crate::genesis::{self, Genesis};
use crate::id::{ItemId, SessionId};
use crate::key::VerifyKey;
use crate::keyring::{Keyring, RecordProblem};
use crate::limits;

const MAGIC: &[u8; 4] = b"PLrm";

/// Why bytes are no summary: the store was damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SummaryProblem {
    /// They cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Their genesis is none.
    #[error(transparent)]
    Genesis(#[from] genesis::GenesisProblem),
    /// A certificate in them is none.
    #[error(transparent)]
    Certificate(#[from] certificate::CertificateProblem),
    /// A keyring record in them is none.
    #[error(transparent)]
    Record(#[from] RecordProblem),
}

impl Room {
    /// Everything the room knows at its head.
    #[must_use]
    pub fn summary(&self) -> Vec<u8> {
        let mut out = Writer::magic(MAGIC);
        out.raw(self.keyring.genesis().bytes());
        write_place(&mut out, &self.base);
        write_place(&mut out, &self.head);
        out.u64(self.bytes);
        let records: Vec<&[u8]> = self.keyring.records().map(super::Record::bytes).collect();
        out.list(&records, |out, record| {
            out.bytes(record);
        });
        let certificates: Vec<&Certificate> = self.certificates.values().collect();
        out.list(&certificates, |out, certificate| {
            out.raw(certificate.bytes());
        });
        out.u32(u32::try_from(self.lines.len()).unwrap_or(u32::MAX));
        for (session, line) in &self.lines {
            out.raw(&session.0)
                .raw(&line.device.0)
                .raw(&line.certificate.0)
                .u64(line.next)
                .raw(&line.tip.0)
                .u64(line.floor);
            out.u8(u8::try_from(line.evidence).unwrap_or(u8::MAX));
        }
        let set_aside: Vec<(&VerifyKey, &u64)> = self.set_aside.iter().collect();
        out.list(&set_aside, |out, (device, bytes)| {
            out.raw(&device.0).u64(**bytes);
        });
        out.list(&self.snapshots, |out, held| {
            SnapshotInfo::write(out, &held.info);
            out.raw(&held.author.0).raw(&held.link.0);
        });
        out.done()
    }

    /// The room that a summary is of. The stored items behind its head are then replayed.
    ///
    /// # Errors
    /// When the summary was damaged.
    pub fn restore(summary: &[u8], quota: Quota) -> Result<Self, SummaryProblem> {
        let mut reader = Reader::new(summary);
        reader.magic(MAGIC)?;
        let genesis = Genesis::parse(reader.take(genesis::LENGTH)?)?;
        let (base, head, bytes) = (read_place(&mut reader)?, read_place(&mut reader)?, reader.u64()?);
        if base.position > head.position {
            return Err(Malformed::Value.into());
        }
        let records = reader.list(limits::RECORDS, 4, |reader| reader.bytes(limits::RECORD))?;
        let keyring = Keyring::load(genesis, records)?;
        let mut certificates = BTreeMap::new();
        for bytes in reader.list(limits::DEVICES, certificate::LENGTH, |reader| reader.take(certificate::LENGTH))? {
            let certificate = Certificate::parse(bytes)?;
            certificates.insert(ItemId::of(bytes), certificate);
        }
        let mut lines = BTreeMap::new();
        for _ in 0..reader.u32()? {
            let session = SessionId(reader.array()?);
            let line = Line {
                device: VerifyKey(reader.array()?),
                certificate: ItemId(reader.array()?),
                next: reader.u64()?,
                tip: ItemId(reader.array()?),
                floor: reader.u64()?,
                evidence: usize::from(reader.u8()?),
            };
            if line.next == 0 {
                return Err(Malformed::Value.into());
            }
            lines.insert(session, line);
        }
        let set_aside = reader.list(limits::DEVICES, 40, |reader| Ok((VerifyKey(reader.array()?), reader.u64()?)))?;
        let snapshots = reader.list(limits::SNAPSHOTS * 8, 32, |reader| {
            let info = SnapshotInfo::read(reader)?;
            Ok(Held { info, author: VerifyKey(reader.array()?), link: VerifyKey(reader.array()?) })
        })?;
        reader.end()?;
        let set_aside = set_aside.into_iter().collect();
        Ok(Self { keyring, quota, base, head, bytes, lines, certificates, set_aside, snapshots })
    }
}
