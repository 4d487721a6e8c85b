//! What goes wrong is said in words, with what is safe and what to do next.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::relay::Relay;
use super::world::{World, end, plumbline, run, team_file};

#[test]
fn a_relay_that_is_away() {
    let mut world = World::begin();
    let url = world.relay.url.clone();
    world.relay.kill();
    let said = world.of("ana", &["sync", "--timeout", "2"]);
    assert!(said.out.contains("Trying again in"), "{said:?}");
    let said = said.refused();
    assert!(said.contains(&format!("{url} cannot be reached")) && said.contains("Nothing is lost."), "{said}");
    // Edits wait.
    world.of("ana", &["do", "rename", "While it was away"]).good();
    let said = world.try_join("ben", &world.founding).refused();
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(!world.path("ben").exists());
    let file = team_file(world.home.path());
    let dir = world.path("new");
    let said = run(&["found", &file.to_string_lossy(), "--dir", &dir.to_string_lossy(), "--relay", &url], "").refused();
    assert!(said.contains("cannot be reached"), "{said}");
    assert!(!dir.exists());
}

#[test]
fn somebody_who_is_no_relay() {
    let world = World::begin();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
        }
    });
    let said = world.of("ana", &["sync", "--relay", &url]).refused();
    assert!(said.contains("is no Plumbline relay: it answers with 200"), "{said}");
    let link = world.founding.replace(&world.relay.url, &url);
    let said = world.try_join("ben", &link).refused();
    assert!(said.contains("is no Plumbline relay"), "{said}");
    let said = world.of("ana", &["sync", "--relay", "plumbline.example/x"]).refused();
    assert!(said.contains("is not a relay's address"), "{said}");
}

#[test]
fn a_relay_that_was_set_up_anew_is_a_stranger_until_accepted() {
    let mut world = World::begin();
    world.join("ben", "writer");
    let url = world.relay.url.clone();
    world.relay.kill();
    world.relay = Relay::start_again(&world.path("relay-anew"), &url);
    world.of("ben", &["do", "rename", "Kept by Ben"]).good();
    let said = world.of("ben", &["sync"]).refused();
    assert!(said.contains("served by another relay than before") && said.contains("--accept-new-relay"), "{said}");
    for (who, arguments) in [("ana", "--accept-new-relay"), ("ben", "--accept-new-relay"), ("ana", "--once")] {
        world.of(who, &["sync", arguments]).good();
    }
    // Everything is with the new one: a newcomer gets it from there.
    world.join("cem", "reader");
    for who in ["ana", "ben", "cem"] {
        assert_eq!(world.report(who)["name"], "Kept by Ben");
    }
    assert_eq!(world.fingerprint("cem"), world.fingerprint("ben"));
}

#[test]
fn a_restored_relay_is_brought_what_it_lost() {
    let mut world = World::begin();
    world.join("ben", "writer");
    let url = world.relay.url.clone();
    world.relay.kill();
    let backup = world.path("backup");
    copy(&world.path("relay"), &backup);
    let mut relay = Relay::start_again(&world.path("relay"), &url);
    world.of("ben", &["do", "--sync", "rename", "After the backup"]).good();
    relay.kill();
    world.relay = Relay::start_again(&backup, &url);
    let said = world.sync("ben");
    assert!(said.contains("Caution: the relay has less than it confirmed"), "{said}");
    world.sync("ana");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    assert_eq!(world.report("ana")["name"], "After the backup");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).expect("made");
    for entry in std::fs::read_dir(from).expect("there") {
        let entry = entry.expect("readable");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

#[test]
fn two_at_once_do_not_use_one_folder() {
    let world = World::begin();
    let dir = world.path("ana");
    let mut follower =
        plumbline(&["sync", "--follow", "--json", "--dir", &dir.to_string_lossy()]).spawn().expect("starts");
    let mut first = [0; 1];
    follower.stdout.as_mut().expect("piped").read_exact(&mut first).expect("it says something");
    let said = world.of("ana", &["do", "rename", "Two at once"]).refused();
    assert!(said.contains("is in use by another plumbline"), "{said}");
    assert!(Command::new("kill").args(["-TERM", &follower.id().to_string()]).status().expect("there").success());
    end(follower).good();
    world.of("ana", &["do", "rename", "One at a time"]).good();
}

#[test]
fn damage_is_noticed() {
    let world = World::begin();
    world.join("ben", "writer");
    let file = world.path("ben").join("device.db");
    let change = |sql: &str| {
        let database = rusqlite::Connection::open(&file).expect("opens");
        assert!(database.execute(sql, []).expect("runs") > 0, "{sql}");
    };
    let whole = std::fs::read(&file).expect("readable");
    for sql in [
        "UPDATE item SET bytes = zeroblob(length(bytes)) WHERE number = 2",
        "UPDATE key SET secret = zeroblob(32)",
        "UPDATE about SET value = zeroblob(length(value)) WHERE word = 'identity'",
    ] {
        std::fs::write(&file, &whole).expect("written");
        change(sql);
        for command in [&["sync"][..], &["do", "rename", "x"], &["export", "--out", "-"]] {
            let said = world.of("ben", command).refused();
            assert!(said.contains("is damaged") && said.contains("Nothing was changed or sent."), "{sql}: {said}");
        }
    }
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    let said = world.of("ben", &["sync"]).refused();
    assert!(said.contains("is damaged") || said.contains("cannot be read"), "{said}");
    std::fs::write(&file, "not a database, though it is long enough to be looked at as one".repeat(100))
        .expect("written");
    let said = world.of("ben", &["sync"]).refused();
    assert!(said.contains("is damaged"), "{said}");
    std::fs::write(&file, &whole).expect("written");
    world.sync("ben");
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more() {
    let world = World::begin();
    world.join("ben", "writer");
    let before = world.fingerprint("ben");
    let limited = |arguments: &str| {
        // A file that may not grow is an error, as a full disk is.
        let script = format!("trap '' XFSZ; ulimit -f 1; exec \"$0\" {arguments} --dir \"$1\" $2");
        let child = Command::new("/bin/sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_plumbline"), &world.path("ben").to_string_lossy()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        end(child)
    };
    world.of("ana", &["do", "--sync", "rename", "Comes to a full disk"]).good();
    let said = limited("sync").refused();
    assert!(said.contains("What was stored before is whole, and nothing else was sent."), "{said}");
    assert_eq!(world.fingerprint("ben"), before);
    world.sync("ben");
    assert_eq!(world.fingerprint("ben"), world.fingerprint("ana"));
}
