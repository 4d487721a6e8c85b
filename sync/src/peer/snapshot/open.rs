//! A snapshot's envelope, checked as far as it can be checked without holding what it covers.

use std::collections::BTreeMap;
use std::sync::Arc;

use plumbline_wire::envelope::{Envelope, Kind};
use plumbline_wire::frame::SnapshotInfo;
use plumbline_wire::id::ItemId;
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::Standing;
use plumbline_wire::keyring::record::{KeyName, Role};
use plumbline_wire::mark::Mark;
use zeroize::Zeroizing;

use super::super::Peer;
use crate::snapshot::{Inside, LIMIT};

/// One that was opened. What is in it is its author's word.
pub struct Opened<'a> {
    pub author: VerifyKey,
    pub inside: Inside<'a>,
    /// By their names.
    pub whole: BTreeMap<ItemId, &'a [u8]>,
}

/// Why one is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Its key is not at hand.
    Locked,
    /// Its author had no business making it, or made it wrong: signed by them, if it is known who.
    Wrong(Option<VerifyKey>),
}

/// The place that a dependency names.
pub fn mark_of(inside: &Inside<'_>, (session, seq): (u32, u64)) -> Option<Mark> {
    let session = inside.sessions.get(session as usize)?;
    Some(Mark { session: session.session, seq, item: session.at(seq)? })
}

impl Peer {
    /// The text inside; `info` is what the relay said of it, absent for what was stored here.
    pub(super) fn unseal_snapshot(
        &self,
        bytes: &[u8],
        info: Option<&SnapshotInfo>,
    ) -> Result<(VerifyKey, Zeroizing<Vec<u8>>), Unusable> {
        let envelope = Envelope::parse(bytes).map_err(|_| Unusable::Wrong(None))?;
        let header = envelope.header;
        let listed = info.is_none_or(|info| envelope.id() == info.item && envelope.covers() == Some(info.place));
        if header.kind != Kind::Snapshot || header.workspace != self.workspace() || !listed {
            return Err(Unusable::Wrong(None));
        }
        if info.is_some() && envelope.verify().is_err() {
            return Err(Unusable::Wrong(None));
        }
        let name = KeyName { epoch: header.epoch, commitment: header.commitment };
        let key = self.vault.get(&name).ok_or(Unusable::Locked)?;
        let text = key.open(&header.nonce, envelope.body, envelope.associated());
        let text = text.ok().filter(|text| text.len() <= LIMIT).ok_or(Unusable::Wrong(Some(header.device)))?;
        Ok((header.device, Zeroizing::new(text)))
    }

    /// What the text says, if its author may say it. Who was removed since wrote it when they were not: it was endorsed.
    pub(super) fn read_inside<'a>(&self, author: VerifyKey, text: &'a [u8]) -> Result<Opened<'a>, Unusable> {
        let wrong = Unusable::Wrong(Some(author));
        let inside = Inside::parse(text).map_err(|_| wrong)?;
        if inside.certificates.iter().any(|certificate| certificate.workspace != self.workspace()) {
            return Err(wrong);
        }
        let writes = |link: &VerifyKey| {
            let founder = self.keyring.genesis().root.verify == *link;
            founder || self.keyring.link(link).is_some_and(|link| link.role != Role::Reader)
        };
        let may = inside.certificates.iter().filter(|certificate| certificate.device.verify == author).any(|by| {
            matches!(self.keyring.standing(by), Standing::Member(Role::Writer | Role::Admin) | Standing::Removed)
                && writes(&by.link)
        });
        if !may {
            return Err(wrong);
        }
        let whole: BTreeMap<ItemId, &[u8]> = inside.whole.iter().map(|bytes| (ItemId::of(bytes), *bytes)).collect();
        let there = |item: &ItemId| whole.contains_key(item);
        let kept = inside.sessions.iter().flat_map(|session| &session.steps);
        if kept.filter(|step| step.key == crate::snapshot::Step::WHOLE).any(|step| !there(&step.item)) {
            return Err(wrong);
        }
        Ok(Opened { author, inside, whole })
    }
}

/// Something of a snapshot, in an order in which it can be taken.
pub enum Entry {
    Stub(Box<crate::graph::Stub>),
    Whole(Arc<[u8]>),
}
