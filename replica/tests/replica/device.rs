//! A device as a test has it.

use plumbline_core::document::{Author, Document};
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::{FieldValue, Intent, LeaderDetails, Refusal, apply};
use plumbline_core::time::Timestamp;
use plumbline_replica::Link;
use plumbline_replica::sync::peer::{Effect, Identity, Side, Stored, Write, random};
use plumbline_replica::sync::wire::keyring::record;

pub const AT: u64 = 1_790_000_000_000;
pub const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// A device with what it has stored.
pub struct Device {
    pub link: Link,
    pub document: Option<Document>,
    pub stored: Stored,
    /// What the document is stored as.
    pub chunks: Vec<Vec<u8>>,
    /// Frames on their way, with the number of the wire.
    pub out: Vec<(u64, Vec<u8>)>,
    pub now: u64,
}

impl Device {
    pub fn new(link: Link, document: Option<Document>) -> Self {
        let chunks = document.iter().map(Document::save).collect();
        Self { link, document, stored: Stored::default(), chunks, out: Vec::new(), now: 0 }
    }

    pub fn founder(seed: u8) -> Self {
        let mut document = Document::create(WorkspaceId::from_bytes([7; 16]), "Team", false, NOW, [1; 16]);
        let leader = LeaderId::from_bytes([1; 10]);
        let details = LeaderDetails { name: "Ana".into(), ..LeaderDetails::default() };
        apply(&mut document, NOW, &Intent::AddLeader { leader, details }).expect("allowed");
        let link = Link::found(&mut document, AT, 0, [seed; 32]).expect("small");
        let mut device = Self::new(link, Some(document));
        device.settle();
        device
    }

    pub fn guest(&mut self, role: record::Role, seed: u8) -> Self {
        let label = self.link.peer_mut().seal_label("For Ben");
        let link = self.link.peer_mut().grant(role, None, label, AT, self.now).expect("an administrator");
        let genesis = self.link.peer().keyring().genesis().bytes().to_vec();
        let identity = Identity::join(link, &genesis, AT, &mut random([seed; 32])).expect("the same workspace");
        self.settle();
        Self::new(Link::new(identity, [seed + 100; 32]), None)
    }

    pub fn settle(&mut self) {
        loop {
            let effects = self.link.drain();
            if self.link.has_arrived() {
                match &mut self.document {
                    Some(document) => {
                        let applied = self.link.apply(document);
                        if applied.replaced {
                            self.chunks.clear();
                        }
                        self.chunks.extend(applied.chunks);
                    }
                    none => {
                        *none = self.link.first_document();
                        self.chunks.extend(none.iter().map(Document::save));
                    }
                }
            }
            if effects.is_empty() {
                return;
            }
            for effect in effects {
                match effect {
                    Effect::Store { ticket, writes, .. } => {
                        for write in writes {
                            match write {
                                Write::Item { bytes, .. } => self.stored.items.push(bytes),
                                Write::Key { key, secret } => self.stored.keys.push((key, secret)),
                                _ => {}
                            }
                        }
                        self.link.stored(ticket, self.now);
                    }
                    Effect::Send { conn, frame } => self.out.push((conn, frame)),
                    Effect::SessionLost => {
                        let document = self.document.as_mut().expect("a document");
                        self.link.renew_session(document, self.now);
                    }
                    _ => {}
                }
            }
        }
    }

    pub fn document(&self) -> &Document {
        self.document.as_ref().expect("a document")
    }

    /// Somebody says who they are.
    pub fn sit_down(&mut self, leader: LeaderId) {
        let document = self.document.as_mut().expect("a document");
        if document.set_author(Author { leader: Some(leader) }, [0; 16]) {
            self.link.renew_session(document, self.now);
        }
        self.settle();
    }

    pub fn write(&mut self, intent: &Intent) -> Result<(), Refusal> {
        self.write_at(NOW, intent)
    }

    pub fn write_at(&mut self, at: Timestamp, intent: &Intent) -> Result<(), Refusal> {
        self.change(|document| apply(document, at, intent).map(drop))
    }

    /// What only somebody with a program of their own writes.
    pub fn forge(&mut self, path: &[&str], value: impl Into<FieldValue>) {
        let written = self.change(|document| {
            document.write(NOW, |writer| writer.set(path, value));
            Ok(())
        });
        written.expect("no rule");
    }

    fn change(&mut self, work: impl FnOnce(&mut Document) -> Result<(), Refusal>) -> Result<(), Refusal> {
        let document = self.document.as_mut().expect("a document");
        let before = document.heads();
        work(document)?;
        let change = document.changes_since(&before);
        self.link.wrote(&change, self.now).expect("may write");
        self.chunks.push(change);
        self.link.seal(self.now);
        self.settle();
        Ok(())
    }

    pub fn rename(&mut self, name: &str) -> bool {
        let document = self.document.as_mut().expect("a document");
        let before = document.heads();
        apply(document, NOW, &Intent::RenameWorkspace { name: name.into() }).expect("allowed");
        let change = document.changes_since(&before);
        let taken = self.link.wrote(&change, self.now).is_ok();
        self.chunks.push(change);
        self.link.seal(self.now);
        self.settle();
        taken
    }

    pub fn name(&self) -> &str {
        &self.document.as_ref().expect("a document").snapshot().workspace.name.value
    }

    pub fn fingerprint(&self) -> String {
        self.document.as_ref().expect("a document").fingerprint()
    }

    /// As after a crash.
    pub fn again(self, seed: u8) -> (Self, usize) {
        let mut link = Link::new(self.link.peer().identity().clone(), [seed; 32]);
        let document = Document::load(&self.chunks, link.session()).expect("stored whole");
        let strays = link.read_back(&self.stored, Some(&document), 0);
        let mut device =
            Self { link, document: Some(document), stored: self.stored, chunks: self.chunks, out: Vec::new(), now: 0 };
        device.settle();
        (device, strays.chunks.len())
    }
}

pub fn join(a: &mut Device, b: &mut Device, conn: u64) {
    for device in [&mut *a, &mut *b] {
        let now = device.now;
        device.link.peer_mut().opened(conn, Side::Member, now);
    }
    pass(a, b, conn);
}

pub fn pass(a: &mut Device, b: &mut Device, conn: u64) {
    for _ in 0..200 {
        for device in [&mut *a, &mut *b] {
            device.now += 50;
            let now = device.now;
            device.link.tick(now);
            device.settle();
        }
        let taken =
            [&mut *a, &mut *b].map(|device| device.out.extract_if(.., |(wire, _)| *wire == conn).collect::<Vec<_>>());
        let [from_a, from_b] = taken;
        for (device, frames) in [(&mut *a, from_b), (&mut *b, from_a)] {
            let now = device.now;
            for (_, frame) in frames {
                device.link.frame(conn, &frame, now);
                device.settle();
            }
        }
    }
}

/// As [`join`], for two who may have met before.
pub fn between(a: &mut Device, b: &mut Device, conn: u64) {
    join(a, b, conn);
    pass(a, b, conn);
}
