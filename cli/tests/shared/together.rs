//! Members write apart and come together.

use plumbline_core::id::PriorityId;
use plumbline_core::intent::Intent;
use plumbline_headless::clock;
use serde_json::Value;

use super::world::{World, run};

#[test]
fn edits_of_both_sides_come_together() {
    let world = World::begin();
    let joined = world.join("ben", "writer");
    assert!(joined.starts_with("This device has joined as a writer"), "{joined}");
    assert!(joined.contains("Leaders (") && joined.contains("Priorities (") && joined.contains("Rounds ("), "{joined}");
    assert!(joined.contains(&world.fingerprint("ana")), "{joined}");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));

    // Neither hears of the other for a while.
    world.of("ana", &["do", "rename", "Renamed by Ana"]).good();
    world.of("ben", &["do", "add-priority", "Ben’s idea", "--description", "Worth a try"]).good();
    world.of("ben", &["do", "add-leader", "Benedikt", "--role", "CFO"]).good();
    assert_ne!(world.fingerprint("ana"), world.fingerprint("ben"));
    for who in ["ben", "ana", "ben"] {
        world.sync(who);
    }
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    let report = world.report("ana");
    assert_eq!(report["name"], "Renamed by Ana");
    assert!(world.priorities("ana").contains(&"Ben’s idea".to_owned()));
    let leaders = report["leaders"].as_array().expect("a list");
    assert!(leaders.iter().any(|leader| leader["name"] == "Benedikt" && leader["role"] == "CFO"));
}

#[test]
fn the_agreed_stack_is_moved_at_once() {
    let world = World::begin();
    world.join("ben", "writer");
    let titles = world.priorities("ben");
    // The sample's last round ranks its first priorities.
    let moved = world.of("ben", &["do", "--sync", "move", &titles[2], "--top"]).good();
    assert!(moved.contains("confirmed by the relay") || moved.contains("Nothing had to change"), "{moved}");
    let moved = world.of("ben", &["do", "--sync", "move", &titles[1], "--below", &titles[2]]).good();
    assert!(moved.contains("Fingerprint"), "{moved}");
    world.sync("ana");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    let unknown = world.of("ben", &["do", "move", "No such thing", "--top"]).refused();
    assert!(unknown.contains("no priority is called “No such thing”. Nothing was changed."), "{unknown}");
    let refused = world.of("ben", &["do", "rename", "  "]).refused();
    assert!(refused.contains("this cannot be done: the text is empty. Nothing was changed."), "{refused}");
}

#[test]
fn many_edits_in_one_run_are_one_session() {
    let world = World::begin();
    world.join("ben", "writer");
    let line = |name: &str| {
        let intent = Intent::AddPriority {
            priority: PriorityId::from_bytes(clock::draw()),
            title: name.into(),
            description: String::new(),
        };
        serde_json::to_string(&intent).expect("JSON") + "\n"
    };
    let dir = world.path("ben");
    let each = |text: &str| run(&["do", "--dir", &dir.to_string_lossy(), "each", "-"], text);
    each(&(0..30).map(|number| line(&format!("Listed {number}"))).collect::<String>()).good();
    let said = each(&(line("Before it") + "\n" + &line("Listed 7") + &line("After it"))).refused();
    assert!(said.contains("line 3: ") && said.contains("The lines before it are done and stored."), "{said}");
    let said = each("{\"Dance\": 1}").refused();
    assert!(said.contains("line 1: this is no edit (unknown variant"), "{said}");
    assert_eq!(world.of("ben", &["sync"]).good().matches("Sent 31 edits").count(), 1);
    world.sync("ana");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
    let there = world.priorities("ana");
    assert_eq!(there.iter().filter(|title| title.starts_with("Listed")).count(), 30);
    assert!(there.contains(&"Before it".to_owned()) && !there.contains(&"After it".to_owned()));
}

#[test]
fn a_long_flight_s_work_is_handed_over_in_one_go() {
    let world = World::begin();
    world.join("ben", "writer");
    let dir = world.path("ben");
    let line =
        |number| serde_json::to_string(&Intent::RenameWorkspace { name: format!("Name {number}") }).expect("JSON");
    let lines: String = (0..2_200).map(|number| line(number) + "\n").collect();
    run(&["do", "--dir", &dir.to_string_lossy(), "each", "-"], &lines).good();
    let said = world.sync("ben");
    assert!(!said.contains("Away"), "{said}");
    world.sync("ana");
    assert_eq!(world.fingerprint("ana"), world.fingerprint("ben"));
}

#[test]
fn what_happens_is_told_in_words_and_in_json() {
    let world = World::begin();
    world.join("ben", "writer");
    world.of("ben", &["do", "rename", "From Ben"]).good();
    let said = world.sync("ben");
    assert!(said.contains("This device is a writer"), "{said}");
    assert!(said.contains("Sent 1 edit; the relay has confirmed it."), "{said}");
    let fingerprint = world.fingerprint("ben");
    assert!(said.contains(&format!("Both sides have everything. Fingerprint {fingerprint}.")), "{said}");
    let said = world.of("ana", &["sync", "--json"]).good();
    let events: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of =
        |name: &str| events.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("{name}: {said}"));
    assert_eq!(of("connected")["relay"], world.relay.url);
    assert_eq!(of("standing")["standing"], "admin");
    assert_eq!(of("received")["edits"], 1);
    assert_eq!(of("up-to-date")["fingerprint"], fingerprint);
}

#[test]
fn an_administrator_s_link_makes_links() {
    let world = World::begin();
    world.join("ben", "admin");
    let link = world.of("ben", &["link", "--role", "reader", "--name", "From Ben", "--expires", "7d"]).good();
    world.try_join("cem", link.trim()).good();
    assert_eq!(world.fingerprint("cem"), world.fingerprint("ana"));
    let said = world.of("cem", &["link", "--role", "reader"]).refused();
    assert!(said.contains("only an administrator's device may do this"), "{said}");
    assert_eq!(world.of("ana", &["link", "--founding"]).good().trim(), world.founding);
    let said = world.of("ben", &["link", "--founding"]).refused();
    assert!(said.contains("did not come by the founding link"), "{said}");
    // The founding link lets its holder in for ever.
    world.try_join("recovered", &world.founding).good();
    world.of("recovered", &["do", "--sync", "rename", "Recovered"]).good();
    world.sync("ana");
    assert_eq!(world.report("ana")["name"], "Recovered");
}

#[test]
fn help_says_how_to_keep_a_link_out_of_the_list_of_processes() {
    let said = run(&["join", "--help"], "").good();
    assert!(said.contains("list of processes") && said.contains("plumbline join - --dir"), "{said}");
}
