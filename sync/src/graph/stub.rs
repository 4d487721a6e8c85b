//! Envelopes of which only a snapshot speaks: judged like any other, by what it says of them.

use std::sync::Arc;

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::id::{ItemId, SessionId, WorkspaceId};
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::mark::Mark;

use super::{Change, Content, Graph, Held, Judge, Span, open};

/// What a snapshot says of an envelope.
#[derive(Debug, Clone)]
pub struct Stub {
    /// Its place and name.
    pub mark: Mark,
    /// The name of the one before it; zeros for an opening.
    pub prev: [u8; 32],
    /// What its session was opened with.
    pub certificate: Arc<Certificate>,
    /// What it was sealed with; absent for an opening.
    pub key: Option<KeyName>,
    /// What it builds on.
    pub dependencies: Vec<Mark>,
    /// Its changes.
    pub span: Span,
    /// Their bytes.
    pub payload: Arc<[u8]>,
}

/// What came of holding an envelope against what a snapshot said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// It was here whole, or is not here.
    No,
    /// It is as was said.
    Fits,
    /// It is not: all are to be judged anew.
    Differs,
}

impl Graph {
    /// Takes what a snapshot says of an envelope that is not here. Those before it in its session come first.
    pub fn put_stub(&mut self, stub: Stub, judge: Judge<'_>) -> Change {
        let Stub { mark, prev, certificate, key, dependencies, span, payload } = stub;
        if self.nodes.contains_key(&mark.item) {
            return Change::default();
        }
        let header = header_of(mark.session, mark.seq, prev, &certificate, key);
        let content = match key {
            None => Content::Opening,
            Some(_) => Content::Open { dependencies, witness: None, span },
        };
        self.insert(mark.item, header, certificate, Held::Payload(payload), content, judge)
    }

    /// Whether only a snapshot speaks of this one.
    #[must_use]
    pub fn is_stub(&self, item: &ItemId) -> bool {
        self.nodes.get(item).is_some_and(|node| matches!(node.held, Held::Payload(_)))
    }

    /// The envelope itself has come, sound and opened with its key: it takes the place of what was said of it.
    pub fn fill(&mut self, envelope: &Envelope<'_>, judge: Judge<'_>) -> Filled {
        let id = envelope.id();
        if !self.is_stub(&id) {
            return Filled::No;
        }
        let Some(node) = self.nodes.get_mut(&id) else { return Filled::No };
        let header = envelope.header;
        let content = open(envelope, &node.certificate, judge);
        let said = (node.header.kind, node.header.device, node.header.session, node.header.seq, node.header.prev);
        let is = (header.kind, header.device, header.session, header.seq, header.prev);
        let same = match (&content, &node.content) {
            // What cannot be opened here says nothing against it.
            (Content::Opening, Content::Opening) | (Content::Locked, Content::Open { .. }) => true,
            (Content::Open { dependencies, span, .. }, Content::Open { dependencies: said, span: told, .. }) => {
                dependencies == said && span == told
            }
            _ => false,
        };
        if said != is {
            // Not even its place: nothing that was built on this can be kept.
            return Filled::Differs;
        }
        if matches!(content, Content::Locked) {
            return Filled::Fits;
        }
        node.held = Held::Envelope(Arc::from(envelope.bytes()));
        (node.header, node.content) = (header, content);
        self.due |= !same;
        if same { Filled::Fits } else { Filled::Differs }
    }

    /// What counts of an envelope, for a snapshot: `None` when it does not count, or does not have to be one of its session's own.
    #[must_use]
    pub fn told(&self, item: &ItemId) -> Option<(Header, &[Mark], Span)> {
        let node = self.nodes.get(item)?;
        match &node.content {
            Content::Opening => Some((node.header, &[], Span::Empty)),
            Content::Open { dependencies, span, .. } => Some((node.header, dependencies, *span)),
            Content::Locked | Content::Poisoned => None,
        }
    }
}

fn header_of(session: SessionId, seq: u64, prev: [u8; 32], certificate: &Certificate, key: Option<KeyName>) -> Header {
    let (kind, name) = match key {
        None => (Kind::Open, KeyName { epoch: 0, commitment: [0; 16] }),
        Some(name) => (Kind::Changes, name),
    };
    let workspace: WorkspaceId = certificate.workspace;
    let (device, nonce) = (certificate.device.verify, [0; 24]);
    Header { kind, workspace, device, session, seq, prev, epoch: name.epoch, commitment: name.commitment, nonce }
}
