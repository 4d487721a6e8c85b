//! Two devices, their documents and their storage, joined by a wire that loses nothing.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use plumbline_core::bridge::sharing::{Place, Presence, Role, SharingProblem, Standing};
use plumbline_core::document::Document;
use plumbline_core::document::shared::name_of;
use plumbline_core::id::{LeaderId, WorkspaceId};
use plumbline_core::intent::{Intent, LeaderDetails, apply};
use plumbline_core::time::Timestamp;
use plumbline_replica::Link;
use plumbline_replica::changes::{Care, Watch};
use plumbline_replica::sync::peer::{Effect, Identity, Side, Stored, Write, random};
use plumbline_replica::sync::wire::keyring::record::{self, Target};

const AT: u64 = 1_790_000_000_000;
const NOW: Timestamp = Timestamp(1_790_000_000_000);

struct Device {
    link: Link,
    document: Option<Document>,
    stored: Stored,
    /// What the document is stored as.
    chunks: Vec<Vec<u8>>,
    out: Vec<Vec<u8>>,
    now: u64,
}

impl Device {
    fn new(link: Link, document: Option<Document>) -> Self {
        let chunks = document.iter().map(Document::save).collect();
        Self { link, document, stored: Stored::default(), chunks, out: Vec::new(), now: 0 }
    }

    fn founder(seed: u8) -> Self {
        let mut document = Document::create(WorkspaceId::from_bytes([7; 16]), "Team", false, NOW, [1; 16]);
        let leader = LeaderId::from_bytes([1; 10]);
        let details = LeaderDetails { name: "Ana".into(), ..LeaderDetails::default() };
        apply(&mut document, NOW, &Intent::AddLeader { leader, details }).expect("allowed");
        let link = Link::found(&mut document, AT, 0, [seed; 32]).expect("small");
        let mut device = Self::new(link, Some(document));
        device.settle();
        device
    }

    fn guest(&mut self, role: record::Role, seed: u8) -> Self {
        let label = self.link.peer_mut().seal_label("For Ben");
        let link = self.link.peer_mut().grant(role, None, label, AT, self.now).expect("an administrator");
        let genesis = self.link.peer().keyring().genesis().bytes().to_vec();
        let identity = Identity::join(link, &genesis, AT, &mut random([seed; 32])).expect("the same workspace");
        self.settle();
        Self::new(Link::new(identity, [seed + 100; 32]), None)
    }

    fn settle(&mut self) {
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
                    Effect::Send { frame, .. } => self.out.push(frame),
                    Effect::SessionLost => {
                        let document = self.document.as_mut().expect("a document");
                        self.link.renew_session(document, self.now);
                    }
                    _ => {}
                }
            }
        }
    }

    fn rename(&mut self, name: &str) -> bool {
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

    fn name(&self) -> &str {
        &self.document.as_ref().expect("a document").snapshot().workspace.name.value
    }

    fn fingerprint(&self) -> String {
        self.document.as_ref().expect("a document").fingerprint()
    }

    /// As after a crash.
    fn again(self, seed: u8) -> (Self, usize) {
        let mut link = Link::new(self.link.peer().identity().clone(), [seed; 32]);
        let document = Document::load(&self.chunks, link.session()).expect("stored whole");
        let strays = link.read_back(&self.stored, Some(&document), 0);
        let mut device =
            Self { link, document: Some(document), stored: self.stored, chunks: self.chunks, out: Vec::new(), now: 0 };
        device.settle();
        (device, strays.chunks.len())
    }
}

fn join(a: &mut Device, b: &mut Device, conn: u64) {
    for device in [&mut *a, &mut *b] {
        let now = device.now;
        device.link.peer_mut().opened(conn, Side::Member, now);
    }
    pass(a, b, conn);
}

fn pass(a: &mut Device, b: &mut Device, conn: u64) {
    for _ in 0..200 {
        for device in [&mut *a, &mut *b] {
            device.now += 50;
            let now = device.now;
            device.link.tick(now);
            device.settle();
        }
        let (from_a, from_b) = (std::mem::take(&mut a.out), std::mem::take(&mut b.out));
        for (device, frames) in [(&mut *a, from_b), (&mut *b, from_a)] {
            let now = device.now;
            for frame in frames {
                device.link.frame(conn, &frame, now);
                device.settle();
            }
        }
    }
}

#[test]
fn what_was_there_before_sharing_comes_along_and_edits_go_both_ways() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    assert!(ana.rename("While nobody looked"));
    join(&mut ana, &mut ben, 1);
    assert_eq!(ben.name(), "While nobody looked");
    assert_eq!(ben.document.as_ref().expect("joined").snapshot().leaders.len(), 1);
    assert!(ben.rename("From Ben"));
    pass(&mut ana, &mut ben, 1);
    assert_eq!((ana.name(), ana.fingerprint()), ("From Ben", ben.fingerprint()));
    let facts = ana.link.facts(ana.document.as_ref());
    let card = facts.links.iter().find(|card| !card.founding).expect("Ben's link");
    assert_eq!((card.name.as_str(), card.role, card.devices.len()), ("For Ben", Role::Writer, 1));
    assert_eq!(facts.standing, Standing::Member(Role::Admin));
}

#[test]
fn a_crash_and_a_new_start_lose_nothing() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    join(&mut ana, &mut ben, 1);
    ben.rename("One");
    pass(&mut ana, &mut ben, 1);
    let (mut ana, strays) = ana.again(31);
    let (mut ben, _) = ben.again(32);
    assert_eq!((strays, ana.name(), ben.name()), (0, "One", "One"));
    assert!(ana.rename("Two"));
    join(&mut ana, &mut ben, 2);
    assert_eq!((ben.name(), ben.fingerprint()), ("Two", ana.fingerprint()));
}

#[test]
fn a_document_that_missed_what_the_peer_has_catches_up_at_the_start() {
    let mut ana = Device::founder(1);
    let before = ana.chunks.clone();
    ana.rename("Sealed and stored");
    ana.chunks = before;
    let (ana, _) = ana.again(31);
    assert_eq!(ana.name(), "Sealed and stored");
}

#[test]
fn what_another_tab_wrote_before_it_knew_is_brought_along() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    let mut tab = Document::load(&ana.chunks, [88; 16]).expect("whole");
    let before = tab.heads();
    apply(&mut tab, NOW, &Intent::RenameWorkspace { name: "From another tab".into() }).expect("allowed");
    ana.chunks.push(tab.changes_since(&before));
    let (mut ana, strays) = ana.again(31);
    assert_eq!(strays, 0);
    join(&mut ana, &mut ben, 1);
    assert_eq!(ben.name(), "From another tab");
}

#[test]
fn what_the_removed_wrote_is_set_aside_and_can_be_adopted() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    join(&mut ana, &mut ben, 1);
    let now = ana.now;
    let link = ben.link.peer().identity().certificate().link;
    ana.link.peer_mut().revoke(Target::Link(link), AT, now).expect("an administrator");
    ana.settle();
    // On a plane: he has not heard.
    assert!(ben.rename("Written on a plane"));
    pass(&mut ana, &mut ben, 1);
    assert_eq!(ana.name(), "Team");
    assert_eq!(ben.name(), "Written on a plane", "nobody tells the removed anything; what they wrote stays with them");
    let aside = ana.link.facts(ana.document.as_ref()).set_aside;
    assert_eq!(aside.len(), 1);
    let marks = ana.link.peer().set_aside();
    let now = ana.now;
    ana.link.peer_mut().adopt(marks, AT, now).expect("an administrator");
    ana.settle();
    assert_eq!(ana.name(), "Written on a plane");
}

#[test]
fn a_reader_reads() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Reader, 2);
    join(&mut ana, &mut ben, 1);
    assert_eq!(ben.name(), "Team");
    assert!(!ben.link.may_write());
}

#[test]
fn people_see_who_is_here() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    join(&mut ana, &mut ben, 1);
    ben.link.show(&Presence { place: Place::Priorities, ..Presence::default() });
    pass(&mut ana, &mut ben, 1);
    let here = ana.link.facts(ana.document.as_ref()).here;
    assert_eq!(here.len(), 1);
    assert_eq!(here[0].presence.place, Place::Priorities);
}

#[test]
fn a_change_that_cannot_travel_keeps_a_workspace_from_being_shared() {
    let mut document = Document::create(WorkspaceId::from_bytes([7; 16]), "Team", false, NOW, [1; 16]);
    let text: String = (0..400_000_u32).map(|n| char::from_u32(0x4e00 + (n * 7919) % 20_000).unwrap_or('x')).collect();
    document.write(NOW, |writer| writer.set(&["workspace", "name"], text));
    assert_eq!(Link::found(&mut document, AT, 0, [1; 32]).err(), Some(SharingProblem::TooLarge));
}

#[test]
fn two_tabs_of_one_device_know_each_other_s_items() {
    let mut ana = Device::founder(1);
    let mut link = Link::new(ana.link.peer().identity().clone(), [41; 32]);
    let document = Document::load(&ana.chunks, link.session()).expect("whole");
    link.read_back(&ana.stored, Some(&document), 0);
    let mut tab = Device {
        link,
        document: Some(document),
        ..Device::new(Link::new(ana.link.peer().identity().clone(), [42; 32]), None)
    };
    tab.settle();
    let from = ana.stored.items.len();
    ana.rename("First tab");
    let news: Vec<Arc<[u8]>> = ana.stored.items[from..].to_vec();
    tab.link.peer_mut().take_stored(&news, 0);
    tab.settle();
    assert_eq!(tab.name(), "First tab");
    assert!(tab.rename("Second tab"));
    assert!(tab.stored.items.len() <= 2, "nothing is stored twice");
}

#[test]
fn a_suspect_is_left_out_and_the_others_go_on() {
    let mut ana = Device::founder(1);
    let mut ben = ana.guest(record::Role::Writer, 2);
    join(&mut ana, &mut ben, 1);
    ben.rename("Makes the engine trap");
    let culprit = name_of(ben.chunks.last().expect("written"));
    pass(&mut ana, &mut ben, 1);
    // Started anew with care: it says what it looks at, one by one, and is told what to leave out.
    let seen = Rc::new(RefCell::new(Vec::new()));
    let note = Rc::clone(&seen);
    let watch: Watch = Rc::new(move |name| note.borrow_mut().push(name));
    let care = Care { suspects: BTreeSet::from([culprit]), watch: Some(watch) };
    let mut link = Link::with_care(ana.link.peer().identity().clone(), [31; 32], care);
    link.read_back(&ana.stored, None, 0);
    let mut again = Device::new(link, None);
    again.settle();
    assert_eq!(again.name(), "Team");
    let seen = seen.borrow();
    assert!(!seen.contains(&Some(culprit)) && seen.len() > 1);
    assert!(seen.chunks(2).all(|pair| pair[0].is_some() && pair[1].is_none()), "never two at once");
}
