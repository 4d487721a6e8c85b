//! What goes wrong, and when; then everything heals, and is checked.

use std::collections::BTreeSet;

use plumbline_sync::peer::{Policy, Warning};
use plumbline_sync::seal::{self, DataKey, TAG};
use plumbline_sync::wire::envelope::{Header, Kind};
use plumbline_sync::wire::frame::Frame;
use plumbline_sync::wire::id::ItemId;
use plumbline_sync::wire::key::Secrets;
use plumbline_sync::wire::keyring::record::Target;

use super::client::{CHANGE, Client, change};
use super::host::Lie;
use super::world::{End, Trouble, World};

/// What a seed's world is like. Numbers are thousandths for each step of 250 ms.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    pub clients: usize,
    pub hosts: usize,
    pub steps: u64,
    pub trouble: Trouble,
    pub writes: u64,
    pub crash: u64,
    pub host_crash: u64,
    pub roll_back: u64,
    pub part: u64,
    pub revoke: u64,
    pub rotate: u64,
    pub meet: u64,
    pub lie: Option<Lie>,
    pub split: bool,
    pub twin: bool,
    /// Whether a writer's device is destroyed on the way.
    pub gone: bool,
    /// Whether the second administrator may be removed, whatever it decides meanwhile.
    pub depose: bool,
    /// Whether members heal through relays alone.
    pub apart: bool,
    pub forge: u64,
    /// How many items are a reason for a snapshot; zero: none are made.
    pub snapshots: u64,
    /// Whether a writer makes bad ones.
    pub saboteur: bool,
}

impl Plan {
    pub fn honest(seed: u64) -> Self {
        let trouble = match seed % 4 {
            0 => Trouble::default(),
            1 => Trouble { drop: 300, twice: 100, late: 200, ..Trouble::default() },
            2 => Trouble { store_fails: 200, commit_fails: 200, ..Trouble::default() },
            _ => Trouble { drop: 50, twice: 50, late: 100, store_fails: 100, commit_fails: 100, flip: 5 },
        };
        Self {
            clients: 3 + (seed / 4 % 6) as usize,
            hosts: if seed % 7 == 6 { 0 } else { 1 + (seed / 3 % 2) as usize },
            apart: seed % 7 < 4,
            steps: 80,
            trouble,
            writes: 300,
            crash: if seed.is_multiple_of(3) { 0 } else { 30 },
            host_crash: 15,
            roll_back: if seed.is_multiple_of(5) { 15 } else { 0 },
            part: 40,
            revoke: [15, 0, 40, 0][(seed % 4) as usize],
            rotate: [10, 10, 40, 10][(seed % 4) as usize],
            meet: 100,
            gone: seed % 3 == 1,
            depose: seed % 4 == 2,
            snapshots: [0, 12, 30, 20][(seed / 2 % 4) as usize],
            ..Self::default()
        }
    }

    pub fn lying(seed: u64) -> Self {
        let lies = [Lie::Leave, Lie::Swap, Lie::Replay, Lie::Insert, Lie::Ack, Lie::Elsewhere];
        let split = seed.is_multiple_of(2);
        let lie = (!split).then(|| lies[(seed / 2 % 6) as usize]);
        let crash = if split { 0 } else { 20 };
        Self {
            gone: false,
            hosts: 1 + (seed / 3 % 2) as usize,
            apart: false,
            trouble: Trouble::default(),
            roll_back: 0,
            host_crash: 0,
            revoke: 0,
            part: 0,
            crash,
            lie,
            split,
            ..Self::honest(seed)
        }
    }

    pub fn hostile(seed: u64) -> Self {
        Self {
            twin: seed.is_multiple_of(2),
            gone: false,
            apart: false,
            forge: 100,
            saboteur: !seed.is_multiple_of(4),
            snapshots: 12 + seed % 3 * 10,
            clients: 5 + (seed / 4 % 3) as usize,
            ..Self::honest(seed)
        }
    }
}

pub fn run(seed: u64, plan: Plan) {
    let mut world = World::new(seed, plan.clients, plan.hosts);
    if plan.snapshots > 0 {
        let policy = Policy { items: plan.snapshots, bytes: u64::MAX, pause: 2_000 };
        world.keep_snapshots(policy);
        let writer = world.clients.len() - 2;
        world.clients[writer].saboteur = plan.saboteur;
        // The last comes only in the end, and finds what there is. (In a room of four it is needed on the island of those who are
        // removed there.)
        if !plan.twin && plan.clients > 4 {
            world.put_off();
        }
    }
    let mut story = Story { value: 0, forged: BTreeSet::new(), twin: None };
    heal(&mut world, 1, plan.apart);
    world.trouble = plan.trouble;
    if plan.twin {
        story.add_twin(&mut world);
    }
    for step in 0..plan.steps {
        if step == plan.steps / 4 {
            for host in &mut world.hosts {
                host.lie = plan.lie;
            }
            if plan.split {
                split(&mut world);
            }
        }
        if plan.gone && step == plan.steps * 3 / 4 {
            let last = world.clients.iter().rposition(|client| !client.late).expect("not all are late");
            world.crash(last);
            world.clients[last].gone = true;
        }
        if plan.depose && world.clients.len() > 3 {
            depose(&mut world, step.saturating_sub(plan.steps / 2));
        }
        story.step(&mut world, &plan);
        let end = world.now + 250;
        world.run(end);
    }
    world.trouble = Trouble::default();
    if plan.split {
        check_split(&mut world, &mut story);
    }
    for host in 0..world.hosts.len() {
        world.drop_all(End::Host(host));
        world.hosts[host].repent();
    }
    for client in &mut world.clients {
        client.gone &= !client.late;
    }
    heal(&mut world, 8, plan.apart);
    // What came late is still there after a restart.
    if let Some(late) = world.clients.iter().position(|client| client.late) {
        world.crash(late);
        heal(&mut world, 2, plan.apart);
    }
    world.check_all(&story.forged, plan.roll_back == 0 && plan.lie.is_none() && !plan.split);
    if std::env::var_os("PLUMBLINE_TELL").is_some() {
        world.tell(seed);
    }
}

/// Everything is up, everybody reaches everybody, for so many rounds.
fn heal(world: &mut World, rounds: usize, apart: bool) {
    world.groups.fill(0);
    if apart {
        let meetings: Vec<u64> =
            world.conns.iter().filter(|(_, pair)| !matches!(pair.1, End::Host(_))).map(|(conn, _)| *conn).collect();
        meetings.into_iter().for_each(|conn| world.cut(conn));
    }
    for _ in 0..rounds {
        for client in 0..world.clients.len() {
            if world.clients[client].peer.is_none() && !world.clients[client].gone {
                world.start(client);
            }
        }
        for client in 0..world.clients.len() {
            for host in 0..world.hosts.len() {
                world.connect(client, End::Host(host));
            }
        }
        // A ring; but a removed one in it passes nothing on, and a relay keeps only a few of what was signed twice.
        let count = world.clients.len();
        let whole = world.hosts.is_empty() || world.clients.iter().any(|client| !client.honest);
        let reach = if whole { count } else { 2 };
        for by in 1..reach {
            for client in (0..count).filter(|_| !apart) {
                let other = (client + by) % count;
                if other != client {
                    world.connect(client, End::Client(other));
                }
            }
        }
        let end = world.now + 11_000;
        world.run(end);
        let (at, now) = (world.wall(0), world.now);
        if let Some(peer) = world.clients[0].peer.as_mut().filter(|peer| peer.rotation_due()) {
            peer.rotate_key(at, now).expect("the founder");
            world.settle(0);
        }
    }
}

/// The second administrator is removed while it is on an island with a writer, and goes on deciding: a key that does not count
/// is written with in good faith.
fn depose(world: &mut World, step: u64) {
    let link = world.clients[1].identity.certificate().link;
    let (at, now) = (world.wall(0), world.now);
    match step {
        1..12 => {
            for client in [1, 3] {
                if world.groups[client] != 9 {
                    world.groups[client] = 9;
                    world.drop_all(End::Client(client));
                }
            }
            world.connect(1, End::Client(3));
            if let (4, Some(peer)) = (step, &mut world.clients[0].peer) {
                world.clients[1].removed |= peer.revoke(Target::Link(link), at, now).is_ok();
                world.settle(0);
            }
            if let (6, Some(peer)) = (step, &mut world.clients[1].peer) {
                let _ = peer.rotate_key(at, now);
                world.settle(1);
            }
        }
        12 => {
            for client in [1, 3] {
                world.groups[client] = 0;
            }
        }
        _ => {}
    }
}

fn split(world: &mut World) {
    world.drop_all(End::Host(0));
    let devices: Vec<_> =
        world.clients.iter().skip(1).step_by(2).map(|client| client.identity.certificate().device.verify).collect();
    world.hosts[0].split(devices);
}

/// The relay goes on showing two logs, and members of both meet: somebody notices.
fn check_split(world: &mut World, story: &mut Story) {
    world.groups.fill(0);
    for _ in 0..2 {
        for client in 0..world.clients.len() {
            world.connect(client, End::Host(0));
        }
        let end = world.now + 4000;
        world.run(end);
        for client in 0..world.clients.len() {
            story.write(world, client);
        }
        let end = world.now + 4000;
        world.run(end);
    }
    for client in 1..world.clients.len() {
        world.connect(client, End::Client(0));
    }
    let end = world.now + 30_000;
    world.run(end);
    let warned = |client: &Client| {
        client.warnings.iter().any(|warning| matches!(warning, Warning::Disputed { .. } | Warning::Forked { .. }))
    };
    assert!(world.clients.iter().any(warned), "two logs, and nobody noticed");
}

struct Story {
    value: u64,
    forged: BTreeSet<u64>,
    twin: Option<(usize, usize)>,
}

impl Story {
    fn write(&mut self, world: &mut World, client: usize) {
        self.value += 1;
        let (value, now) = (self.value, world.now);
        if world.clients[client].write(value, now) {
            world.settle(client);
        }
    }

    fn step(&mut self, world: &mut World, plan: &Plan) {
        let count = world.clients.len() as u64;
        for client in 0..world.clients.len() {
            if world.happens(plan.writes / 2) {
                self.write(world, client);
            }
            if world.clients[client].peer.is_none() {
                if !world.clients[client].gone && world.happens(200) {
                    world.start(client);
                }
                continue;
            }
            // The founder stays up: somebody has to make keys for the others in the end.
            if world.happens(plan.crash) && Some(client) != self.twin.map(|twin| twin.1) {
                world.crash(client);
            }
            if plan.hosts > 0 && world.groups[client] == 0 && world.happens(400) {
                let host = world.below(plan.hosts as u64) as usize;
                world.connect(client, End::Host(host));
            }
            if world.happens(plan.meet) {
                let other = world.below(count) as usize;
                if other != client {
                    world.connect(client, End::Client(other));
                }
            }
            if world.happens(plan.part) {
                world.groups[client] = world.below(3);
                world.drop_all(End::Client(client));
            }
        }
        for host in 0..plan.hosts {
            if world.happens(plan.host_crash) {
                world.drop_all(End::Host(host));
                world.hosts[host].crash();
            }
            if world.happens(plan.roll_back) {
                world.drop_all(End::Host(host));
                let lost = 1 + world.below(6) as usize;
                world.hosts[host].roll_back(lost);
            }
        }
        self.decide(world, plan);
        if world.happens(plan.forge) {
            self.forge(world);
        }
    }

    fn decide(&mut self, world: &mut World, plan: &Plan) {
        let (revokes, rotates) = (world.happens(plan.revoke), world.happens(plan.rotate));
        let admin = if world.happens(700) { 0 } else { 1 };
        let (at, now) = (world.wall(admin), world.now);
        let mut victim = 3 + world.below(world.clients.len() as u64) as usize;
        if plan.depose && admin == 0 && world.happens(300) {
            victim = 1;
        }
        let by_link = world.happens(500);
        let adopts = world.happens(500);
        let alone = world.clients.iter().all(|client| !client.removed);
        let certificate = world.clients.get(victim).map(|client| client.identity.certificate().clone());
        let Some(peer) = &mut world.clients[admin].peer else { return };
        if rotates {
            let _ = peer.rotate_key(at, now);
        }
        if let Some(certificate) = certificate.filter(|_| revokes && (alone || adopts)) {
            let device = certificate.device.verify;
            let target = if by_link { Target::Link(certificate.link) } else { Target::Device(device) };
            if peer.revoke(target, at, now).is_ok() {
                for client in &mut world.clients {
                    client.removed |= client.identity.certificate().device.verify == device;
                }
            }
        }
        let Some(peer) = &mut world.clients[admin].peer else { return };
        let aside = peer.set_aside();
        if adopts && rotates && !aside.is_empty() {
            let _ = peer.adopt(aside, at, now);
        }
        world.settle(admin);
    }

    /// A second device with the same keys and the same randomness: it signs twice at every place.
    fn add_twin(&mut self, world: &mut World) {
        let model = world.clients.len() - 1;
        let mut twin = Client::new(world.clients[model].identity.clone());
        twin.disk = world.clients[model].disk.clone();
        (twin.honest, world.clients[model].honest) = (false, false);
        world.clients.push(twin);
        world.groups.push(0);
        let seed = seal::draw(&mut world.random);
        world.crash(model);
        for client in [model, world.clients.len() - 1] {
            world.clients[client].start(seed);
            world.settle(client);
        }
        self.twin = Some((model, world.clients.len() - 1));
    }

    /// A reader writes all the same: a session of its own, and a next envelope in somebody else's.
    fn forge(&mut self, world: &mut World) {
        let reader = &world.clients[2];
        let bytes = reader.identity.encode();
        let seed = bytes[162..226].try_into().expect("after magic and genesis");
        let secrets = Secrets::from_seed(&zeroize::Zeroizing::new(seed));
        let certificate = reader.identity.certificate().clone();
        let Some((name, secret)) = reader.disk.keys.last_key_value().map(|(name, secret)| (*name, **secret)) else {
            return;
        };
        self.value += 1;
        self.forged.insert(self.value);
        let (session, opening) =
            Header::open(&certificate, &seal::draw(&mut world.random), &secrets.signing).expect("of fixed form");
        let mut items = vec![opening];
        let victim = world.clients[0].peer.as_ref().map(|peer| (peer.session(), peer.graph().marks()));
        for target in [
            Some((session, 0, ItemId::of(&items[0]))),
            victim.and_then(|(session, marks)| {
                marks.iter().find(|mark| mark.session == session).map(|mark| (session, mark.seq, mark.item))
            }),
        ]
        .into_iter()
        .flatten()
        {
            let (session, seq, prev) = target;
            let payload = change(&session, 1, self.value);
            let text = plumbline_sync::body::Body { dependencies: vec![], witness: None, payload: &payload }.encode();
            assert!(payload.len() == CHANGE);
            let header = Header {
                kind: Kind::Changes,
                workspace: certificate.workspace,
                device: certificate.device.verify,
                session,
                seq: seq + 1,
                prev: prev.0,
                epoch: name.epoch,
                commitment: name.commitment,
                nonce: seal::draw(&mut world.random),
            };
            let key = DataKey::from_bytes(secret);
            let sealed = key.seal(&header.nonce, &text, &header.encode(text.len() + TAG));
            items.push(header.finish(&sealed, &secrets.signing).expect("fits"));
        }
        let mut random_bytes = vec![0; 300];
        rand::Rng::fill_bytes(&mut world.random, &mut random_bytes);
        items.push(random_bytes);
        let frame = Frame::Items { items: items.iter().map(Vec::as_slice).collect() }.encode();
        let append = Frame::Append { items: items.iter().map(Vec::as_slice).collect() }.encode();
        let from_reader: Vec<(u64, End)> = world
            .conns
            .iter()
            .filter_map(|(conn, (a, b))| match (a, b) {
                (End::Client(2), other) | (other, End::Client(2)) => Some((*conn, *other)),
                _ => None,
            })
            .collect();
        for (conn, to) in from_reader {
            let bytes = if matches!(to, End::Host(_)) { append.clone() } else { frame.clone() };
            world.inject(conn, to, bytes);
        }
    }
}
