//! What an earlier version wrote opens in this one: a workspace file, a folder of a device, a relay's store, a link. `tests/data/formats` is
//! never written again; a new one is added with each change of a format (`writes_what_is_committed`).

use std::fs;
use std::path::{Path, PathBuf};

use super::relay::Relay;
use super::world::{World, run};

fn formats() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "data", "formats"].iter().collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("writable");
    for entry in fs::read_dir(from).expect("there") {
        let path = entry.expect("readable").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

fn inspected(path: &Path) -> serde_json::Value {
    serde_json::from_str(&run(&["inspect", &path.to_string_lossy(), "--json"], "").good()).expect("JSON")
}

#[test]
fn what_an_earlier_version_wrote_opens() {
    let mut seen = 0;
    for format in fs::read_dir(formats()).expect("committed") {
        let format = format.expect("readable").path();
        let text = |name: &str| fs::read_to_string(format.join(name)).expect("committed").trim().to_owned();
        let home = tempfile::tempdir().expect("a place to write");
        copy(&format, home.path());
        // A file.
        assert_eq!(inspected(&home.path().join("team.plumbline"))["fingerprint"], text("file.txt").as_str());
        // A device that nobody asks to connect.
        let ben = home.path().join("ben");
        own(&ben);
        assert_eq!(inspected(&ben)["fingerprint"], text("fingerprint.txt").as_str());
        // A relay's store, and a link: somebody new gets what was shared then.
        let relay = Relay::start(&home.path().join("relay"));
        let link = text("link.txt");
        let (_, path) = link.split_once("://").and_then(|(_, rest)| rest.split_once('/')).expect("a link");
        let chiara = home.path().join("chiara");
        run(&["join", "-", "--dir", &chiara.to_string_lossy()], &format!("{}/{path}", relay.url)).good();
        assert_eq!(inspected(&chiara)["fingerprint"], text("fingerprint.txt").as_str());
        // And it can be edited.
        run(&["do", "--dir", &chiara.to_string_lossy(), "--sync", "rename", "Goes on"], "").good();
        seen += 1;
    }
    assert!(seen > 0, "at least one is committed");
}

/// Git does not keep who may read a file.
fn own(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("ours");
        for entry in fs::read_dir(folder).expect("there") {
            fs::set_permissions(entry.expect("readable").path(), fs::Permissions::from_mode(0o600)).expect("ours");
        }
    }
}

#[test]
#[ignore = "not a test: writes what is committed, into the folder that PLUMBLINE_FORMAT names"]
fn writes_what_is_committed() {
    let Some(name) = std::env::var_os("PLUMBLINE_FORMAT") else { return };
    let target = formats().join(name);
    assert!(!target.exists(), "what is committed stays as it is");
    let World { home, mut relay, .. } = {
        let world = World::begin();
        let link = world.link("writer", "Ben");
        world.try_join("ben", &link).good();
        world
            .of("ben", &["do", "--sync", "add-priority", "Kept for ever", "--description", "In the first format"])
            .good();
        world.of("ana", &["do", "--sync", "add-leader", "Dana Novak"]).good();
        world.sync("ben");
        fs::create_dir_all(&target).expect("writable");
        fs::write(target.join("link.txt"), link + "\n").expect("writable");
        fs::write(target.join("fingerprint.txt"), world.fingerprint("ben") + "\n").expect("writable");
        let file = inspected(&world.path("team.plumbline"));
        fs::write(target.join("file.txt"), file["fingerprint"].as_str().expect("one").to_owned() + "\n")
            .expect("writable");
        world
    };
    drop(relay.kill());
    for part in ["relay", "ben"] {
        copy(&home.path().join(part), &target.join(part));
        // Made anew by whoever opens it.
        for name in ["lock", "relay.db-shm"] {
            let _ = fs::remove_file(target.join(part).join(name));
        }
    }
    fs::copy(home.path().join("team.plumbline"), target.join("team.plumbline")).expect("copied");
}
