//! Who is let in, and who may write.

use std::fs;

use plumbline_headless::Device;
use plumbline_headless::folder::Folder;
use plumbline_headless::replica::sync::wire::keyring::record::Role;

use super::world::{World, run};

#[test]
fn a_reader_reads_and_cannot_write() {
    let world = World::begin();
    let joined = world.join("ben", "reader");
    assert!(joined.contains("a reader: it may look and not change"), "{joined}");
    let before = world.fingerprint("ben");
    for sync in [&["do", "rename", "Not allowed"][..], &["do", "--sync", "rename", "Not allowed"]] {
        let said = world.of("ben", sync).refused();
        assert!(said.contains("a reader's link, which may look and not change. Nothing was changed."), "{said}");
    }
    world.sync("ben");
    assert_eq!(world.fingerprint("ben"), before);
    world.of("ana", &["do", "--sync", "rename", "From Ana"]).good();
    world.sync("ben");
    assert_eq!(world.report("ben")["name"], "From Ana");
}

#[test]
fn a_closed_link_lets_nobody_in_and_its_device_out() {
    let world = World::begin();
    let link = world.link("writer", "For Ben");
    world.try_join("ben", &link).good();
    world.of("ana", &["link", "--close", "For Ben"]).good();
    let said = world.try_join("late", &link).refused();
    assert!(said.contains("this link was closed by an administrator. Ask for a new one. Nothing was kept."), "{said}");
    assert!(!world.path("late").exists(), "nothing was kept");
    // He has not heard, and goes on; what he writes is handed over and does not count.
    world.of("ben", &["do", "rename", "Written on a plane"]).good();
    let said = world.of("ben", &["sync"]).refused();
    assert!(said.contains("this device's link was closed, or the device was removed"), "{said}");
    world.of("ben", &["export", "--out", &world.path("kept.plumbline").to_string_lossy()]).good();
    world.sync("ana");
    assert_ne!(world.report("ana")["name"], "Written on a plane");
    // The others go on under a new key.
    world.join("cem", "writer");
    world.of("ana", &["do", "--sync", "rename", "Without Ben"]).good();
    world.sync("cem");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("cem"));
    let said = world.of("ana", &["link", "--close", "For Ben"]).refused();
    assert!(said.contains("no open link is called “For Ben”"), "{said}");
}

#[test]
fn an_expired_link_lets_nobody_in() {
    let world = World::begin();
    // The command makes no link that is over already.
    let link = {
        let (_folder, store, about) = Folder::open(&world.path("ana")).expect("Ana's");
        let mut ana = Device::open(about.identity, store).expect("whole");
        let link = ana.grant(Role::Writer, Some(1_000_000), "Long ago").expect("stored").expect("an administrator");
        format!("{}/#{}", world.relay.url, *link.fragment())
    };
    let said = world.try_join("early", &link).refused();
    assert!(said.contains("does not know this link yet. Whoever made it has to be online once"), "{said}");
    world.sync("ana");
    let said = world.try_join("ben", &link).refused();
    assert!(said.contains("this link's time is over. Ask for a new one. Nothing was kept."), "{said}");
    assert!(!world.path("ben").exists() && !world.path("early").exists());
}

#[test]
fn what_is_no_link_is_said_without_repeating_it() {
    let world = World::begin();
    let link = world.link("writer", "For Ben");
    let (address, fragment) = link.split_once('#').expect("a link");
    let check = |link: &str, words: &str| {
        let said = world.try_join("ben", link).refused();
        assert!(said.contains(words), "{link}: {said}");
        assert!(!said.contains(&fragment[10..40]), "{said}");
        assert!(!world.path("ben").exists());
    };
    check("", "this is not a link to a workspace");
    check(address, "this is not a link to a workspace");
    check(&link[..link.len() - 5], "the link is cut short: 5 characters are missing at its end. Copy it again, whole.");
    check(&format!("{link}xy"), "2 characters too many");
    check(&link.replace("#w1.", "#w9."), "made by a later version of Plumbline");
    check(fragment, "does not say where its relay is");
    // Any other workspace of that relay.
    let other = format!("{address}#w1.{}{}", "A".repeat(21), &fragment[24..]);
    check(&other, "does not know this workspace");
    world.try_join("ben", &link).good();
    let said = world.try_join("ben", &link).refused();
    assert!(said.contains("there is a workspace in") && said.contains("plumbline sync --dir"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folder_is_its_owner_s() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::begin();
    fs::create_dir(world.path("ben")).expect("made");
    fs::set_permissions(world.path("ben"), fs::Permissions::from_mode(0o755)).expect("open to all");
    world.join("ben", "writer");
    for who in ["ana", "ben"] {
        let mode = |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&world.path(who)), 0o700);
        for entry in fs::read_dir(world.path(who)).expect("there") {
            let path = entry.expect("readable").path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
    fs::create_dir(world.path("taken")).expect("made");
    fs::write(world.path("taken").join("diary.txt"), "mine").expect("written");
    let said = world.try_join("taken", &world.founding).refused();
    assert!(said.contains("holds other things. Name a folder that is empty"), "{said}");
    assert_eq!(run(&["inspect", &world.path("taken").to_string_lossy()], "").status, Some(2));
}
