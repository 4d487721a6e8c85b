//! Every envelope that is held, and what becomes of each.
//!
//! A verdict is a function of the set of envelopes, the keyring and the keys at hand, never of the order of arrival. In
//! the common case it is found on arrival; when the keyring changes or somebody is found to have signed twice, all are judged
//! anew. An envelope counts only if everything it builds on counts: what is set aside takes along what was built on it, and
//! all of it comes back when it is adopted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::id::{ItemId, SessionId};
use plumbline_wire::key::VerifyKey;
use plumbline_wire::keyring::record::KeyName;
use plumbline_wire::keyring::{Keyring, Permission};
use plumbline_wire::mark::Mark;

use crate::body::{Body, Witness};
use crate::inspect::{Inspect, Span};
use crate::vault::Vault;

pub use stub::{Filled, Stub};

mod fork;
mod settle;
mod stub;
#[cfg(test)]
mod tests;

/// What becomes of an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It counts: its payload belongs to the document.
    Accepted,
    /// It builds on something that has not arrived.
    Waiting,
    /// It builds on something that does not count.
    Held,
    /// Written by somebody removed, past the frontier; or built on nothing but that.
    SetAside,
    /// Its author signed another one at its place, and nothing says which of the two is meant.
    Fenced,
    /// Its data key is not at hand.
    Locked,
    /// It does not open, or its payload may not count: see [`Inspect`].
    Poisoned,
    /// Its author may not write.
    Refused,
}

/// What judging needs to know.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// Who may write.
    pub keyring: &'a Keyring,
    /// The keys at hand.
    pub vault: &'a Vault,
    /// Who knows payloads.
    pub inspect: &'a dyn Inspect,
}

/// All envelopes.
#[derive(Default)]
pub struct Graph {
    nodes: BTreeMap<ItemId, Node>,
    lines: BTreeMap<SessionId, Line>,
    /// In order of arrival: each after the one before it in its session.
    arrivals: Vec<ItemId>,
    /// In an order in which everything comes after what it builds on.
    accepted: Vec<ItemId>,
    /// Accepted ones that nothing accepted builds on.
    heads: BTreeMap<ItemId, Mark>,
    /// Who waits for whom.
    waiters: BTreeMap<ItemId, BTreeSet<ItemId>>,
    /// Whether something arrived that may change verdicts on others.
    due: bool,
}

struct Node {
    held: Held,
    header: Header,
    /// The one that its branch of its session was opened with: somebody who joined twice can open one session with two.
    certificate: Arc<Certificate>,
    arrival: usize,
    content: Content,
    /// `None` while it is being judged, or waits.
    verdict: Option<Verdict>,
    /// Number of the session's last change, with this one's.
    end: u64,
}

/// What there is of an envelope.
enum Held {
    /// All of it.
    Envelope(Arc<[u8]>),
    /// What a snapshot says of it: its payload.
    Payload(Arc<[u8]>),
}

enum Content {
    Opening,
    Locked,
    Poisoned,
    Open { dependencies: Vec<Mark>, witness: Option<Witness>, span: Span },
}

#[derive(Default)]
struct Line {
    /// By sequence number: one envelope, or more if somebody signed twice.
    places: Vec<Vec<ItemId>>,
    /// Once somebody signed twice: the branch that counts, as far as that is decided.
    path: Option<BTreeSet<ItemId>>,
}

/// What changed by an arrival or a judging anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What counts now and did not before, in order.
    pub accepted: Vec<ItemId>,
    /// What was judged and does not count, each with its verdict. What still waits is not among them.
    pub judged: Vec<(ItemId, Verdict)>,
    /// Whether something that counted no longer does: whoever built on the accepted ones starts again from all of them.
    pub retracted: bool,
    /// A place at which two were signed, found now.
    pub equivocation: Option<Mark>,
}

/// What the graph says about an envelope before taking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// It is here.
    Known,
    /// It can be taken.
    Fits,
    /// The one before it is not here.
    After(ItemId),
    /// Its session is another device's.
    Foreign,
}

impl Graph {
    /// Whether an envelope can be taken now. Openings always fit.
    #[must_use]
    pub fn fit(&self, envelope: &Envelope<'_>, id: &ItemId) -> Fit {
        let header = &envelope.header;
        if self.nodes.contains_key(id) {
            return Fit::Known;
        }
        if header.kind == Kind::Open {
            return Fit::Fits;
        }
        let prev = ItemId(header.prev);
        match self.nodes.get(&prev) {
            Some(before) if before.header.session != header.session || before.header.seq + 1 != header.seq => {
                Fit::Foreign
            }
            Some(before) if before.header.device != header.device => Fit::Foreign,
            Some(_) => Fit::Fits,
            None => Fit::After(prev),
        }
    }

    /// Takes an envelope whose signature was checked and that [`Graph::fit`]s; an opening with its certificate.
    pub fn add(&mut self, envelope: &Envelope<'_>, certificate: Option<Certificate>, judge: Judge<'_>) -> Change {
        let change = self.put(envelope, certificate, judge);
        if self.due { Change { equivocation: change.equivocation, ..self.settle_all(judge) } } else { change }
    }

    /// As [`Graph::add`], but a fork leaves the judging anew for later, once for many: see [`Graph::is_due`].
    pub fn put(&mut self, envelope: &Envelope<'_>, certificate: Option<Certificate>, judge: Judge<'_>) -> Change {
        let (header, id) = (envelope.header, envelope.id());
        if self.nodes.contains_key(&id) || !header.kind.is_logged() {
            return Change::default();
        }
        let inherited = || self.nodes.get(&ItemId(header.prev)).map(|before| Arc::clone(&before.certificate));
        let Some(certificate) = certificate.map(Arc::new).or_else(inherited) else { return Change::default() };
        let content = open(envelope, &certificate, judge);
        self.insert(id, header, certificate, Held::Envelope(Arc::from(envelope.bytes())), content, judge)
    }

    /// Takes one that is not here, and judges it if that does not mean judging all.
    fn insert(
        &mut self,
        id: ItemId,
        header: Header,
        certificate: Arc<Certificate>,
        held: Held,
        content: Content,
        judge: Judge<'_>,
    ) -> Change {
        let Ok(seq) = usize::try_from(header.seq) else { return Change::default() };
        let line = self.lines.entry(header.session).or_default();
        if line.places.len() == seq {
            line.places.push(Vec::new());
        }
        let Some(place) = line.places.get_mut(seq) else { return Change::default() };
        place.push(id);
        let second = place.len() > 1;
        let arrival = self.arrivals.len();
        self.arrivals.push(id);
        self.nodes.insert(id, Node { held, header, certificate, arrival, content, verdict: None, end: 0 });
        let forked = line.path.is_some() || second;
        if forked && line.path.is_none() {
            line.path = Some(BTreeSet::new());
        }
        let mut change = Change::default();
        if forked || self.touches_fork(&id) {
            self.due = true;
        } else {
            self.settle(id, judge, &mut change);
        }
        change.equivocation = second.then_some(Mark { session: header.session, seq: header.seq, item: id });
        change
    }

    /// Whether all are to be judged anew, by [`Graph::settle_all`]: until then verdicts are of before.
    #[must_use]
    pub const fn is_due(&self) -> bool {
        self.due
    }

    /// Whether an arrival builds on a session whose author signed twice: it may say which branch is meant.
    fn touches_fork(&self, id: &ItemId) -> bool {
        let Some(Node { content: Content::Open { dependencies, .. }, .. }) = self.nodes.get(id) else { return false };
        dependencies.iter().any(|mark| self.lines.get(&mark.session).is_some_and(|line| line.path.is_some()))
    }

    /// Tries again what was locked, with the keys at hand now, and judges all anew.
    pub fn unlock(&mut self, judge: Judge<'_>) -> Change {
        for node in self.nodes.values_mut() {
            if let (Content::Locked, Held::Envelope(bytes)) = (&node.content, &node.held)
                && let Ok(envelope) = Envelope::parse(bytes)
            {
                node.content = open(&envelope, &node.certificate, judge);
            }
        }
        self.settle_all(judge)
    }

    /// The verdict on an envelope; `None` when it is not here.
    #[must_use]
    pub fn verdict(&self, id: &ItemId) -> Option<Verdict> {
        self.nodes.get(id).map(|node| node.verdict.unwrap_or(Verdict::Waiting))
    }

    /// Every envelope with its verdict, in order of arrival.
    pub fn verdicts(&self) -> impl Iterator<Item = (Mark, Verdict)> {
        self.arrivals.iter().filter_map(|id| {
            let node = self.nodes.get(id)?;
            Some((node.mark(*id), node.verdict.unwrap_or(Verdict::Waiting)))
        })
    }

    /// The data keys that envelopes here are sealed with.
    #[must_use]
    pub fn keys(&self) -> BTreeSet<KeyName> {
        let headers = self.nodes.values().map(|node| &node.header).filter(|header| header.epoch > 0);
        headers.map(|header| KeyName { epoch: header.epoch, commitment: header.commitment }).collect()
    }

    /// What is built on and is not here.
    pub fn missing(&self) -> impl Iterator<Item = &ItemId> {
        self.waiters.keys().filter(|needed| !self.nodes.contains_key(*needed))
    }

    /// What comes before an envelope in its session, the latest first.
    pub fn before(&self, id: &ItemId) -> impl Iterator<Item = ItemId> + '_ {
        self.back_from(*id).skip(1)
    }

    /// What counts, in an order in which everything comes after what it builds on.
    #[must_use]
    pub fn accepted(&self) -> &[ItemId] {
        &self.accepted
    }

    /// An envelope's bytes; `None` also when only a snapshot speaks of it.
    #[must_use]
    pub fn bytes(&self, id: &ItemId) -> Option<&Arc<[u8]>> {
        match &self.nodes.get(id)?.held {
            Held::Envelope(bytes) => Some(bytes),
            Held::Payload(_) => None,
        }
    }

    /// An envelope's header.
    #[must_use]
    pub fn header(&self, id: &ItemId) -> Option<&Header> {
        self.nodes.get(id).map(|node| &node.header)
    }

    /// The payload of an envelope, opened again; `None` for what cannot be opened and for openings.
    #[must_use]
    pub fn payload(&self, id: &ItemId, vault: &Vault) -> Option<Vec<u8>> {
        let envelope = match &self.nodes.get(id)?.held {
            Held::Payload(payload) => return Some(payload.to_vec()),
            Held::Envelope(bytes) => Envelope::parse(bytes).ok()?,
        };
        let text = decrypt(&envelope, vault)?.ok()?;
        Body::parse(&text).ok().map(|body| body.payload.to_vec())
    }

    /// What an envelope says it builds on, and its witness.
    #[must_use]
    pub fn opened(&self, id: &ItemId) -> Option<(&[Mark], Option<Witness>)> {
        match &self.nodes.get(id)?.content {
            Content::Open { dependencies, witness, .. } => Some((dependencies, *witness)),
            _ => None,
        }
    }

    /// The latest accepted ones of other sessions than `own`, in order: what an envelope written now builds on.
    #[must_use]
    pub fn heads(&self, own: &SessionId) -> Vec<Mark> {
        let mut heads: Vec<Mark> = self.heads.values().filter(|mark| mark.session != *own).copied().collect();
        heads.sort_unstable();
        heads
    }

    /// The last envelopes of every session, in order: a version vector.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self.lines.values().flat_map(|line| self.leaves(line)).collect();
        marks.sort_unstable();
        marks
    }

    fn leaves<'a>(&'a self, line: &'a Line) -> impl Iterator<Item = Mark> + 'a {
        let forked = line.path.is_some();
        let skip = if forked { 0 } else { line.places.len().saturating_sub(1) };
        line.places.iter().enumerate().skip(skip).flat_map(move |(seq, place)| {
            let next = line.places.get(seq + 1);
            place.iter().filter_map(move |id| {
                let has_child = |child: &ItemId| self.nodes.get(child).is_some_and(|node| node.header.prev == id.0);
                let leaf = !next.is_some_and(|next| next.iter().any(has_child));
                leaf.then(|| self.nodes.get(id).map(|node| node.mark(*id)))?
            })
        })
    }

    /// Whether somebody signed twice at one place of this envelope's session.
    #[must_use]
    pub fn is_forked(&self, item: &ItemId) -> bool {
        let line = self.nodes.get(item).and_then(|node| self.lines.get(&node.header.session));
        line.is_some_and(|line| line.path.is_some())
    }

    /// The last accepted envelopes of all sessions opened with such certificates: the frontier of a revocation.
    #[must_use]
    pub fn frontier(&self, of: impl Fn(&Certificate) -> bool) -> Vec<Mark> {
        let counts = |id: &ItemId| {
            let node = self.nodes.get(id)?;
            (node.verdict == Some(Verdict::Accepted) && of(&node.certificate)).then(|| node.mark(*id))
        };
        let last = |line: &Line| line.places.iter().rev().find_map(|place| place.iter().find_map(counts));
        self.lines.values().filter_map(last).collect()
    }

    /// What somebody lacks who holds up to `theirs`, in an order that they can take it in. What only a snapshot speaks of cannot be
    /// handed on.
    #[must_use]
    pub fn lacking(&self, theirs: &BTreeMap<SessionId, Vec<Mark>>) -> Vec<ItemId> {
        let mut lacking = Vec::new();
        for (session, line) in &self.lines {
            let marks = theirs.get(session).map_or(&[][..], Vec::as_slice);
            if line.path.is_some() {
                let known = marks.iter().map(|mark| mark.item);
                let held: BTreeSet<ItemId> = known.flat_map(|item| self.back_from(item)).collect();
                lacking.extend(line.places.iter().flatten().filter(|id| !held.contains(*id)));
                continue;
            }
            let known = marks.iter().filter(|mark| self.nodes.contains_key(&mark.item)).map(|mark| mark.seq + 1).max();
            // A place further on than ours, by a name we do not know: they are ahead, and send us theirs.
            let ahead = marks.iter().any(|mark| mark.seq >= line.places.len() as u64);
            let from = known.unwrap_or(if ahead { u64::MAX } else { 0 });
            let skip = usize::try_from(from).unwrap_or(usize::MAX);
            lacking.extend(line.places.iter().skip(skip).flatten());
        }
        lacking.retain(|id| self.bytes(id).is_some());
        lacking.sort_by_key(|id| self.nodes.get(id).map(|node| node.arrival));
        lacking
    }

    /// An envelope and those before it in its session.
    fn back_from(&self, item: ItemId) -> impl Iterator<Item = ItemId> + '_ {
        let mut next = Some(item);
        std::iter::from_fn(move || {
            let id = next?;
            let node = self.nodes.get(&id)?;
            next = (node.header.seq > 0).then_some(ItemId(node.header.prev));
            Some(id)
        })
    }

    /// Every session, with a certificate it was opened with.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Certificate)> {
        let opening = |line: &Line| line.places.first().and_then(|place| place.first()).copied();
        let lines = self.lines.iter().filter_map(move |(session, line)| Some((*session, opening(line)?)));
        lines.filter_map(|(session, id)| Some((session, &*self.nodes.get(&id)?.certificate)))
    }

    /// Every certificate that a session was opened with.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        let openings = self.lines.values().filter_map(|line| line.places.first()).flatten();
        openings.filter_map(|id| self.nodes.get(id)).map(|node| &*node.certificate)
    }

    /// The certificate behind an envelope.
    #[must_use]
    pub fn certificate(&self, id: &ItemId) -> Option<&Certificate> {
        self.nodes.get(id).map(|node| &*node.certificate)
    }

    /// Whether something that counts shows who a device is: others can check what it signs.
    #[must_use]
    pub fn has_opened(&self, device: &VerifyKey) -> bool {
        self.certificates().any(|certificate| certificate.device.verify == *device)
    }

    /// How many are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Node {
    const fn mark(&self, item: ItemId) -> Mark {
        Mark { session: self.header.session, seq: self.header.seq, item }
    }
}

/// Opens an envelope's seal: `None` without the key.
fn decrypt(envelope: &Envelope<'_>, vault: &Vault) -> Option<Result<Vec<u8>, crate::seal::DoesNotOpen>> {
    let header = &envelope.header;
    let key = vault.get(&KeyName { epoch: header.epoch, commitment: header.commitment })?;
    Some(key.open(&header.nonce, envelope.body, envelope.associated()))
}

/// The payload of an envelope that is not held.
pub fn payload_of(envelope: &Envelope<'_>, vault: &Vault) -> Option<Vec<u8>> {
    let text = decrypt(envelope, vault)?.ok()?;
    Body::parse(&text).ok().map(|body| body.payload.to_vec())
}

fn open(envelope: &Envelope<'_>, certificate: &Certificate, judge: Judge<'_>) -> Content {
    if envelope.header.kind == Kind::Open {
        return Content::Opening;
    }
    let Some(opened) = decrypt(envelope, judge.vault) else { return Content::Locked };
    let Ok(text) = opened else { return Content::Poisoned };
    let Ok(body) = Body::parse(&text) else { return Content::Poisoned };
    let founder = certificate.link == judge.keyring.genesis().root.verify;
    match judge.inspect.inspect(&envelope.header.session.0, founder, body.payload) {
        Ok(span) => Content::Open { dependencies: body.dependencies, witness: body.witness, span },
        Err(_) => Content::Poisoned,
    }
}
