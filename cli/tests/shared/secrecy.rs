//! What whoever runs the relay has, holds no words and no keys.

use std::fs;
use std::path::Path;

use plumbline_headless::folder::Folder;

use super::world::World;

const CANARY: &str = "Nachtigall-4711-Kanarienvogel";

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
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
