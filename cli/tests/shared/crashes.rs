//! Kills at any point lose nothing that was said to be done.

use std::time::Duration;

use plumbline_core::id::PriorityId;
use plumbline_core::intent::Intent;
use plumbline_headless::folder::Folder;
use plumbline_headless::{Device, clock};

use super::relay::Relay;
use super::world::{World, end, plumbline, run, team_file};

/// Different points of a run, in milliseconds; none means anything by itself.
const MOMENTS: [u64; 12] = [0, 3, 6, 10, 15, 20, 28, 36, 45, 60, 90, 150];

#[test]
fn a_killed_member_loses_nothing() {
    let world = World::begin();
    world.join("ben", "writer");
    let dir = world.path("ben");
    let dir = dir.to_string_lossy();
    let mut done = Vec::new();
    for (round, moment) in MOMENTS.into_iter().enumerate() {
        let (ours, theirs) = (format!("Ben {round}"), format!("Ana {round}"));
        world.of("ana", &["do", "--sync", "add-priority", &theirs]).good();
        done.push(theirs);
        // Killed while it writes, then while it exchanges.
        let mut writing = plumbline(&["do", "--dir", &dir, "add-priority", &ours]).spawn().expect("starts");
        // One in three is let be, so that there is something to lose on the busiest machine.
        if round % 3 > 0 {
            std::thread::sleep(Duration::from_millis(moment));
            let _ = writing.kill();
        }
        if end(writing).status == Some(0) {
            done.push(ours);
        }
        let mut syncing = plumbline(&["sync", "--dir", &dir]).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(moment));
        let _ = syncing.kill();
        end(syncing);
    }
    assert!(done.len() >= MOMENTS.len() * 4 / 3, "all of Ana's, and some of Ben's");
    for who in ["ben", "ana"] {
        world.sync(who);
    }
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    let there = world.priorities("ana");
    for title in done {
        assert!(there.contains(&title), "{title}: {there:?}");
    }
}

#[test]
fn a_relay_killed_in_the_middle_gets_everything_once() {
    let mut world = World::begin();
    world.join("ben", "writer");
    let url = world.relay.url.clone();
    let mut written = 0;
    for moment in [20, 60, 120] {
        {
            let (_folder, store, about) = Folder::open(&world.path("ben")).expect("Ben's");
            let mut ben = Device::open(about.identity, store).expect("whole");
            for number in 0..150 {
                let priority = PriorityId::from_bytes(clock::draw());
                let title = format!("Offline {moment} {number}");
                ben.edit(&Intent::AddPriority { priority, title, description: String::new() }).expect("allowed");
                written += 1;
            }
        }
        let dir = world.path("ben");
        let syncing = plumbline(&["sync", "--dir", &dir.to_string_lossy()]).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(moment));
        world.relay.kill();
        world.relay = Relay::start_again(&world.path("relay"), &url);
        // It comes again by itself.
        end(syncing).good();
    }
    world.sync("ana");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    let there = world.priorities("ana");
    assert_eq!(there.iter().filter(|title| title.starts_with("Offline")).count(), written);
}

#[test]
fn a_killed_joining_goes_on_with_sync() {
    let world = World::begin();
    for (number, moment) in MOMENTS.into_iter().enumerate() {
        let who = format!("ben{number}");
        let link = world.link("writer", &who);
        let dir = world.path(&who);
        let dir = dir.to_string_lossy();
        let mut joining = plumbline(&["join", &link, "--dir", &dir]).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(moment));
        let _ = joining.kill();
        end(joining);
        // Either nothing was begun, or it goes on.
        let going_on = world.of(&who, &["sync"]);
        if going_on.status != Some(0) {
            assert!(going_on.err.contains("there is no workspace in"), "{going_on:?}");
            world.try_join(&who, &link).good();
        }
        assert_eq!(world.fingerprint(&who), world.fingerprint("ana"));
    }
}

#[test]
fn a_killed_founding_is_whole_or_nothing() {
    let world = World::begin();
    let file = team_file(world.home.path());
    for (number, moment) in MOMENTS.into_iter().enumerate() {
        let who = format!("founder{number}");
        let dir = world.path(&who);
        let found = ["found", &file.to_string_lossy(), "--dir", &dir.to_string_lossy(), "--relay", &world.relay.url];
        let mut founding = plumbline(&found).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(moment));
        let _ = founding.kill();
        end(founding);
        let going_on = world.of(&who, &["sync"]);
        if going_on.status != Some(0) {
            assert!(going_on.err.contains("there is no workspace in"), "{going_on:?}");
            run(&found, "").good();
        }
        assert_eq!(world.report(&who)["leaders"], world.report("ana")["leaders"]);
        let link = world.of(&who, &["link", "--founding"]).good();
        world.try_join(&format!("{who}-again"), link.trim()).good();
        assert_eq!(world.fingerprint(&format!("{who}-again")), world.fingerprint(&who));
    }
}

#[test]
fn a_follower_comes_back_with_the_relay() {
    let mut world = World::begin();
    world.join("ben", "writer");
    let dir = world.path("ben");
    let follower = plumbline(&["sync", "--follow", "--dir", &dir.to_string_lossy()]).spawn().expect("starts");
    let url = world.relay.url.clone();
    for round in 0..3 {
        world.of("ana", &["do", "--sync", "add-priority", &format!("Before kill {round}")]).good();
        world.relay.kill();
        world.of("ana", &["do", "add-priority", &format!("While away {round}")]).good();
        world.relay = Relay::start_again(&world.path("relay"), &url);
        world.sync("ana");
    }
    let fingerprint = world.fingerprint("ana");
    let said = until(follower, &format!("Fingerprint {fingerprint}."));
    assert!(said.contains("Away: ") && said.matches("Connected to").count() >= 2, "{said}");
    assert_eq!(world.fingerprint("ben"), fingerprint);
}

/// Reads what a follower says until it says this, and kills it.
fn until(mut child: std::process::Child, words: &str) -> String {
    use std::io::{BufRead, BufReader};
    let mut said = String::new();
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        said += &line.expect("readable");
        said.push('\n');
        if said.contains(words) {
            break;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    said
}
