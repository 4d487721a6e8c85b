//! What whoever runs the relay has, holds no words and no keys.

use std::fs;
use std::path::Path;

use plumbline_core::id::PriorityId;
use plumbline_core::intent::Intent;
use plumbline_headless::clock;
use plumbline_headless::folder::Folder;

use super::world::{World, run};

const CANARY: &str = "Nachtigall-4711-Kanarienvogel";

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

fn dump(folder: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).expect("there") {
        into.extend(fs::read(entry.expect("readable").path()).expect("readable"));
    }
}

#[test]
fn the_relay_s_disk_and_log_hold_no_words_and_no_keys() {
    let world = World::begin();
    let link = world.link("writer", CANARY);
    world.try_join("ben", &link).good();
    world.of("ben", &["do", "--sync", "rename", CANARY]).good();
    world.of("ben", &["do", "--sync", "add-priority", "Canary", "--description", CANARY]).good();
    world.of("ana", &["do", "--sync", "add-leader", CANARY]).good();
    let mut seen = Vec::new();
    dump(&world.path("relay"), &mut seen);
    let (home, founding) = (world.home.path().to_owned(), world.founding.clone());
    let (_, store, about) = Folder::open(&home.join("ana")).expect("Ana's");
    let stored = store.stored().expect("whole");
    let World { home: _home, mut relay, .. } = world;
    let log = relay.kill();
    assert!(log.len() > 100, "it was told to say much");
    dump(&home.join("relay"), &mut seen);
    assert!(holds(&seen, &stored.items[3]), "the search finds what is there");
    seen.extend_from_slice(&log);

    assert!(!holds(&seen, CANARY.as_bytes()));
    assert!(!holds(&seen, b"Nachtigall"));
    assert!(!stored.keys.is_empty());
    for (name, key) in &stored.keys {
        assert!(!holds(&seen, &key[..]), "a data key of epoch {}", name.epoch);
    }
    for link in [&link, &founding] {
        let fragment = link.split_once("#w1.").expect("a link").1;
        // The first 22 characters are the workspace's name, which the relay knows.
        assert!(!holds(&seen, &fragment.as_bytes()[22..]));
    }
    let identity = about.identity.encode();
    for secret in identity.windows(32).step_by(8).skip(24).take(4) {
        assert!(!holds(&seen, secret) || holds(about.identity.certificate().bytes(), secret));
    }
}

/// What a process can write to: heap, stacks and the like. Not its program, which here is this test, with the marked word in it.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> Vec<u8> {
    use std::io::{Read, Seek, SeekFrom};
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("ours");
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).expect("ours");
    let mut image = Vec::new();
    for map in maps.lines() {
        let mut fields = map.split_whitespace();
        let (Some(range), Some(rights)) = (fields.next(), fields.next()) else { continue };
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("a range");
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).expect("an address"));
        memory.seek(SeekFrom::Start(start)).expect("an address");
        // Pages that were given back meanwhile cannot be read.
        let _ = memory.by_ref().take(end - start).read_to_end(&mut image);
    }
    image
}

#[cfg(target_os = "linux")]
#[test]
fn the_relay_s_memory_holds_no_words_and_no_keys() {
    let world = World::begin();
    let link = world.link("writer", "Ben");
    world.try_join("ben", &link).good();
    let line = |number| {
        let title = format!("{CANARY}-{number}");
        let (priority, description) = (PriorityId::from_bytes(clock::draw()), format!("Nachtigall {number}"));
        serde_json::to_string(&Intent::AddPriority { priority, title, description }).expect("JSON") + "\n"
    };
    let lines: String = (0..1_000).map(line).collect();
    run(&["do", "--dir", &world.path("ben").to_string_lossy(), "each", "-"], &lines).good();
    world.sync("ben");
    world.sync("ana");
    assert_eq!(world.priorities("ana").iter().filter(|title| title.starts_with(CANARY)).count(), 1_000);
    let image = memory(world.relay.id());
    let (_, store, _) = Folder::open(&world.path("ana")).expect("Ana's");
    let stored = store.stored().expect("whole");
    assert!(stored.items.iter().any(|item| holds(&image, item)), "the search finds what is there");
    assert!(!holds(&image, b"Nachtigall"));
    assert!(!stored.keys.is_empty());
    for (name, key) in &stored.keys {
        assert!(!holds(&image, &key[..]), "a data key of epoch {}", name.epoch);
    }
    for link in [&link, &world.founding] {
        let fragment = link.split_once("#w1.").expect("a link").1;
        assert!(!holds(&image, &fragment.as_bytes()[22..]));
    }
}
