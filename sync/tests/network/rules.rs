//! One promise of the peer at a time, in a quiet world.

use plumbline_sync::inspect::Unfit;
use plumbline_sync::peer::{CloseReason, Effect, PAYLOAD, Peer, Receipt, Side, Warning, WriteProblem};
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::ItemId;
use plumbline_sync::wire::key::VerifyKey;
use plumbline_sync::wire::keyring::Standing;
use plumbline_sync::wire::keyring::record::{Role, Target};
use plumbline_sync::wire::limits;

use super::client::{Changes, Client, change};
use super::world::{End, Trouble, World};

/// The founder, an administrator, and from the fourth client on a reader and writers; everybody has the keyring.
fn world(clients: usize) -> World {
    let mut world = World::new(1, clients, 1);
    // The founder first: the relay does not know the others before it has their grants.
    world.connect(0, End::Host(0));
    pass(&mut world, 5_000);
    for client in 1..clients {
        world.connect(client, End::Host(0));
    }
    pass(&mut world, 5_000);
    world
}

fn pass(world: &mut World, time: u64) {
    let end = world.now + time;
    world.run(end);
}

fn write(world: &mut World, client: usize, value: u64) {
    let now = world.now;
    assert!(world.clients[client].write(value, now));
    world.settle(client);
}

fn peer(world: &mut World, client: usize) -> &mut Peer {
    world.clients[client].peer.as_mut().expect("up")
}

fn last(world: &World, client: usize) -> ItemId {
    let graph = world.clients[client].peer.as_ref().expect("up").graph();
    *graph.accepted().last().expect("written")
}

fn receipt(world: &World, client: usize, item: &ItemId) -> Receipt {
    world.clients[client].peer.as_ref().expect("up").receipt(item).expect("own")
}

#[test]
fn a_batch_is_sealed_when_it_is_quiet() {
    let mut world = world(3);
    let before = peer(&mut world, 0).graph().len();
    write(&mut world, 0, 1);
    pass(&mut world, 100);
    write(&mut world, 0, 2);
    pass(&mut world, 149);
    assert_eq!(peer(&mut world, 0).graph().len(), before, "not quiet yet");
    pass(&mut world, 2);
    assert_eq!(peer(&mut world, 0).graph().len(), before + 2, "an opening, and one envelope for both");
    for value in 3..20 {
        write(&mut world, 0, value);
        pass(&mut world, 100);
    }
    assert!(peer(&mut world, 0).graph().len() > before + 2, "never quiet, and sealed all the same");
}

#[test]
fn a_relay_and_a_device_know_when_they_have_nothing_left_for_each_other() {
    let mut world = world(3);
    let conn = |world: &World, client| world.conn_of(client, End::Host(0)).expect("connected");
    let is_done = |world: &mut World, client| {
        let conn = conn(world, client);
        peer(world, client).is_done(conn)
    };
    assert!((0..3).all(|client| is_done(&mut world, client)));
    assert!(!peer(&mut world, 0).is_done(u64::MAX), "no such connection");
    write(&mut world, 0, 1);
    assert!(!is_done(&mut world, 0), "not sealed");
    world.trouble = Trouble { store_fails: 1000, ..Trouble::default() };
    pass(&mut world, 1_000);
    assert!(!is_done(&mut world, 0), "not stored");
    world.trouble = Trouble { commit_fails: 1000, ..Trouble::default() };
    pass(&mut world, 10_000);
    let item = last(&world, 0);
    assert!(receipt(&world, 0, &item).here && !is_done(&mut world, 0), "not confirmed");
    world.trouble = Trouble::default();
    pass(&mut world, 60_000);
    assert!((0..3).all(|client| is_done(&mut world, client)));
    assert!(world.hosts[0].holds(&item) && world.clients[1].doc.values.contains(&1));
}

#[test]
fn a_long_flight_is_handed_over_in_few_messages() {
    let mut world = world(2);
    world.drop_all(End::Client(0));
    let before = peer(&mut world, 0).graph().len();
    for value in 0..2_500 {
        write(&mut world, 0, value);
        let now = world.now;
        peer(&mut world, 0).flush(now);
        world.settle(0);
    }
    pass(&mut world, 1_000);
    assert!(peer(&mut world, 0).graph().len() >= before + 2_500, "an envelope each");
    let before = world.to_relays;
    world.connect(0, End::Host(0));
    let conn = world.conn_of(0, End::Host(0)).expect("connected");
    pass(&mut world, 30_000);
    assert!(peer(&mut world, 0).is_done(conn) && world.clients[1].doc.values.len() == 2_500);
    let sent = world.to_relays - before;
    assert!(sent < 50, "{sent} messages");
    let now = world.now;
    assert!(peer(&mut world, 0).wake().is_none_or(|at| at > now), "nothing to wake up for");
}

#[test]
fn a_founder_has_something_to_store_at_once_and_writes_from_the_start() {
    let mut founder = Peer::found([1; 16], 1, Box::new(Changes), [5; 32]).expect("founded");
    let effects = founder.drain();
    let Some(Effect::Store { ticket, .. }) = effects.iter().find(|effect| matches!(effect, Effect::Store { .. }))
    else {
        panic!("nothing to store: {effects:?}");
    };
    founder.stored(*ticket, 1);
    let session = founder.session();
    assert_eq!(founder.write(&change(&session, 1, 1), 2), Ok(1));
    founder.flush(2);
    assert!(founder.drain().iter().any(|effect| matches!(effect, Effect::Store { own: true, .. })));
}

#[test]
fn what_cannot_be_written_is_refused_and_changes_nothing() {
    let mut world = world(4);
    let now = world.now;
    let reader = peer(&mut world, 2);
    let session = reader.session();
    let refused = reader.write(&change(&session, 1, 1), now);
    assert_eq!(refused, Err(WriteProblem::NotAWriter(Standing::Member(Role::Reader))));
    let writer = peer(&mut world, 3);
    let (other, session) = (session, writer.session());
    let unfit = |problem: Unfit| Err(WriteProblem::Unfit(problem));
    assert_eq!(writer.write(&change(&session, 2, 1), now), unfit(Unfit::Sequence));
    assert_eq!(writer.write(&change(&other, 1, 1), now), unfit(Unfit::Actor));
    assert_eq!(writer.write(&vec![0; PAYLOAD + 1], now), Err(WriteProblem::TooLarge));
    assert_eq!(writer.write(&change(&session, 1, 1), now), Ok(1));
    let alone = world.clients[3].identity.clone();
    let mut alone = Peer::new(alone, Box::new(Changes), [1; 32]);
    let session = alone.session();
    let refused = alone.write(&change(&session, 1, 1), 0);
    assert_eq!(refused, Err(WriteProblem::NotAWriter(Standing::Unknown)), "the grant has not come");
}

#[test]
fn nothing_leaves_while_storage_refuses_and_nothing_is_lost() {
    let mut world = world(3);
    world.trouble = Trouble { store_fails: 1000, ..Trouble::default() };
    write(&mut world, 0, 1);
    pass(&mut world, 20_000);
    let item = last(&world, 0);
    assert_eq!(receipt(&world, 0, &item), Receipt::default());
    assert!(!world.hosts[0].holds(&item) && world.clients[0].warnings.contains(&Warning::Storage));
    world.trouble = Trouble::default();
    pass(&mut world, 60_000);
    assert_eq!(receipt(&world, 0, &item), Receipt { here: true, relays: 1, devices: 0 });
    assert!(world.clients[1].doc.values.contains(&1));
}

#[test]
fn a_relay_that_lost_something_no_longer_has_it_until_it_says_so_again() {
    let mut world = world(3);
    write(&mut world, 0, 1);
    pass(&mut world, 5_000);
    let item = last(&world, 0);
    assert_eq!(receipt(&world, 0, &item).relays, 1);
    world.drop_all(End::Host(0));
    world.hosts[0].roll_back(2);
    world.connect(0, End::Host(0));
    world.trouble = Trouble { commit_fails: 1000, ..Trouble::default() };
    pass(&mut world, 2_000);
    assert_eq!(receipt(&world, 0, &item).relays, 0);
    assert!(world.clients[0].warnings.iter().any(|warning| matches!(warning, Warning::RolledBack { .. })));
    world.trouble = Trouble::default();
    pass(&mut world, 60_000);
    assert_eq!(receipt(&world, 0, &item).relays, 1);
    assert!(world.hosts[0].holds(&item));
}

#[test]
fn a_relay_with_another_key_learns_nothing() {
    let mut world = world(3);
    let frame = world.hosts[0].connect(999, [7; 32]);
    let founder = peer(&mut world, 0);
    founder.opened(999, Side::Relay { pinned: Some(VerifyKey([1; 32])) }, 0);
    let _ = founder.drain();
    founder.frame(999, &frame, 0);
    let effects = founder.drain();
    assert!(matches!(
        effects[..],
        [Effect::Warning(Warning::RelayKey { .. }), Effect::Close { conn: 999, reason: CloseReason::Identity }]
    ));
}

#[test]
fn a_file_brings_everything_and_devices_say_what_they_hold() {
    let mut world = world(3);
    write(&mut world, 0, 1);
    pass(&mut world, 5_000);
    let frames = peer(&mut world, 0).export();
    let mut fresh = Client::new(world.clients[1].identity.clone());
    fresh.begin(Peer::new(fresh.identity.clone(), Box::new(Changes), [9; 32]));
    let reader = fresh.peer.as_mut().expect("up");
    reader.opened(1, Side::Bare, 0);
    for frame in &frames {
        reader.frame(1, frame, 0);
    }
    for effect in reader.drain() {
        fresh.follow(&effect);
    }
    assert!(fresh.doc.values.contains(&1));
    world.connect(0, End::Client(1));
    pass(&mut world, 5_000);
    assert_eq!(receipt(&world, 0, &last(&world, 0)).devices, 1);
}

#[test]
fn who_was_removed_gets_no_new_key_and_their_later_work_waits_to_be_adopted() {
    let mut world = world(4);
    write(&mut world, 3, 1);
    pass(&mut world, 5_000);
    world.drop_all(End::Client(3));
    let link = world.clients[3].identity.certificate().link;
    let now = world.now;
    peer(&mut world, 0).revoke(Target::Link(link), 1, now).expect("the founder");
    world.settle(0);
    write(&mut world, 3, 2);
    pass(&mut world, 5_000);
    world.connect(3, End::Host(0));
    world.connect(3, End::Client(1));
    pass(&mut world, 60_000);
    let current = peer(&mut world, 0).keyring().current().expect("rotated").key;
    assert!(world.clients[1].disk.keys.contains_key(&current) && !world.clients[3].disk.keys.contains_key(&current));
    assert!(world.clients[1].doc.values.contains(&1) && !world.clients[1].doc.values.contains(&2));
    let aside = peer(&mut world, 0).set_aside();
    assert_eq!(aside.len(), 1);
    let now = world.now;
    peer(&mut world, 0).adopt(aside, 1, now).expect("the founder");
    world.settle(0);
    pass(&mut world, 10_000);
    assert!(world.clients[1].doc.values.contains(&2));
    assert!(!world.clients[0].peer.as_ref().expect("up").rotation_due());
}

#[test]
fn more_heads_than_one_envelope_names_are_taken_in_by_several() {
    let mut world = world(3);
    let stored = world.clients[0].peer.as_ref().expect("up").export();
    let count = limits::DEPENDENCIES + 50;
    let mut frames = Vec::new();
    for tab in 0..count as u64 {
        let mut seed = [3; 32];
        seed[..8].copy_from_slice(&tab.to_be_bytes());
        let mut other = Peer::new(world.clients[0].identity.clone(), Box::new(Changes), seed);
        other.opened(1, Side::Bare, 0);
        stored.iter().for_each(|frame| other.frame(1, frame, 0));
        let session = other.session();
        other.write(&change(&session, 1, tab), 0).expect("the founder");
        other.flush(0);
        let items: Vec<_> = other.graph().accepted().iter().filter_map(|item| other.item(item)).collect();
        frames.push(Frame::Items { items: items.iter().map(|item| &**item).collect() }.encode());
    }
    let now = world.now;
    let all = peer(&mut world, 1);
    all.opened(9_999, Side::Bare, now);
    frames.iter().for_each(|frame| all.frame(9_999, frame, now));
    let session = all.session();
    assert_eq!(all.graph().heads(&session).len(), count);
    all.write(&change(&session, 1, 7777), now).expect("an administrator");
    all.flush(now);
    assert!(all.graph().heads(&session).is_empty(), "everything is built on");
    let own = all.graph().marks().into_iter().find(|mark| mark.session == session).expect("written");
    assert_eq!(own.seq, 2, "one envelope more");
}

#[test]
fn presence_reaches_members_once() {
    let mut world = world(3);
    world.connect(0, End::Client(1));
    pass(&mut world, 2_000);
    let founder = peer(&mut world, 0);
    founder.show_presence(b"here").expect("small");
    let frames: Vec<Vec<u8>> = founder
        .drain()
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Send { frame, .. } => Some(frame),
            _ => None,
        })
        .collect();
    assert_eq!(frames.len(), 2, "the relay, and a member");
    let other = peer(&mut world, 1);
    other.opened(9_999, Side::Bare, 0);
    let mut heard = 0;
    for frame in frames.iter().chain(&frames) {
        other.frame(9_999, frame, 0);
        heard += other.drain().iter().filter(|effect| matches!(effect, Effect::Presence { .. })).count();
    }
    assert_eq!(heard, 1);
}

/// Frames that were really sent, cut, lengthened, with bits flipped, at the wrong time and to the wrong one: nothing panics, and
/// nobody is harmed for good.
#[test]
fn no_frame_harms() {
    let mut world = world(4);
    world.connect(0, End::Client(3));
    world.connect(1, End::Client(3));
    for value in 1..5 {
        write(&mut world, 0, value);
        write(&mut world, 3, 100 + value);
        pass(&mut world, 400);
    }
    pass(&mut world, 5_000);
    let frames = world.seen.clone();
    assert!(frames.len() > 60);
    for (number, frame) in frames.iter().enumerate() {
        for turn in 0..8 {
            let mut bytes = frame.clone();
            match turn {
                0 => bytes.truncate(world.below(frame.len() as u64) as usize),
                1 => bytes.push(0),
                2 => {}
                _ => {
                    // Among the first bytes are tags, lengths and places.
                    let reach = if turn < 6 { 60.min(frame.len() as u64) } else { frame.len() as u64 };
                    let bit = world.below(reach * 8) as usize;
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
            }
            let client = 1 + number % 3;
            let conns: Vec<u64> = world
                .conns
                .iter()
                .filter(|(_, (a, b))| *a == End::Client(client) || *b == End::Client(client))
                .map(|(conn, _)| *conn)
                .collect();
            let now = world.now;
            for conn in conns {
                peer(&mut world, client).frame(conn, &bytes, now);
                world.settle(client);
            }
            // Before anybody said who they are, and from a file.
            for (conn, side) in
                [(900_000, Side::Relay { pinned: None }), (900_001, Side::Member), (900_002, Side::Bare)]
            {
                let other = peer(&mut world, client);
                other.opened(conn, side, now);
                other.frame(conn, &bytes, now);
                other.closed(conn, now);
                world.settle(client);
            }
        }
        pass(&mut world, 20);
        if number % 10 == 0 {
            for client in 0..4 {
                world.connect(client, End::Host(0));
                world.connect(client, End::Client((client + 1) % 4));
            }
        }
    }
    for _ in 0..3 {
        for client in 0..4 {
            world.connect(client, End::Host(0));
        }
        pass(&mut world, 20_000);
    }
    world.check_all(&Default::default(), true);
}
