//! A shared workspace on two devices.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use plumbline_core::bridge::sharing::{Place, Presence, Role, SharingProblem, Standing};
use plumbline_core::document::Document;
use plumbline_core::document::shared::name_of;
use plumbline_core::id::WorkspaceId;
use plumbline_core::intent::{Intent, apply};
use plumbline_replica::Link;
use plumbline_replica::changes::{Care, Watch};
use plumbline_replica::sync::wire::keyring::record::{self, Target};

use super::device::{AT, Device, NOW, join, pass};

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
