//! Out of a folder into files.

use std::fs;

use serde_json::Value;

use super::world::{World, run};

#[test]
fn a_file_is_not_replaced_unless_asked() {
    let world = World::begin();
    let out = world.path("out.plumbline");
    let out = out.to_string_lossy();
    world.of("ana", &["export", "--out", &out]).good();
    let first = fs::read(&*out).expect("written");
    let report: Value = serde_json::from_str(&run(&["inspect", &out, "--json"], "").good()).expect("JSON");
    assert_eq!(report["fingerprint"], world.fingerprint("ana"));
    world.of("ana", &["do", "rename", "Later"]).good();
    let said = world.of("ana", &["export", "--out", &out]).refused();
    assert!(said.contains("is there already and was left as it is") && said.contains("--force"), "{said}");
    assert_eq!(fs::read(&*out).expect("there"), first);
    world.of("ana", &["export", "--out", &out, "--force"]).good();
    let report: Value = serde_json::from_str(&run(&["inspect", &out, "--json"], "").good()).expect("JSON");
    assert_eq!(report["name"], "Later");
    let said = world.of("ana", &["export", "--out", "/no/such/folder/x.plumbline"]).refused();
    assert!(said.contains("cannot be written"), "{said}");
    let left = fs::read_dir(world.home.path()).expect("there").flatten();
    assert!(left.map(|entry| entry.file_name()).all(|name| !name.to_string_lossy().contains(".part")));
}

#[test]
fn results_and_ballots_for_a_spreadsheet() {
    let world = World::begin();
    let said = world.of("ana", &["export", "--out", "-", "--format", "results-csv"]).good();
    assert!(said.contains("round,"), "{said}");
    let ballots = world.path("ballots.csv");
    let ballots = ballots.to_string_lossy();
    world.of("ana", &["export", "--out", &ballots, "--format", "ballots-csv"]).good();
    run(&["rank", &ballots], "").good();
    let said = world.of("ana", &["export", "--out", "-", "--format", "results-csv", "--round", "Q9 1999"]).refused();
    assert!(said.contains("no revealed round is called “Q9 1999”"), "{said}");
}
