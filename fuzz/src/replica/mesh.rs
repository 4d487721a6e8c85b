//! Words of devices that are to be connected, from any member, in any order, with connections that open and close as they like.

use plumbline_replica::mesh::{Act, Mesh, Run};
use plumbline_wire::key::VerifyKey;

use super::description;

/// More connections than this are never made or kept.
const MOST: usize = 16;

/// A byte says what happens; words are as long as the next byte says.
pub fn run(input: &[u8]) {
    let own = Run { device: VerifyKey([1; 32]), tab: 7 };
    let mut mesh = Mesh::new(own, 100);
    mesh.set_looking(true);
    let (mut rest, mut now, mut held) = (input, 0_u64, std::collections::BTreeSet::new());
    while let Some((what, after)) = rest.split_first() {
        rest = after;
        now += u64::from(*what) * 10;
        let device = VerifyKey([*what >> 4; 32]);
        let conn = 101 + u64::from(*what >> 4);
        match what & 7 {
            0 | 1 => {
                let Some((length, after)) = rest.split_first() else { break };
                let (word, after) = after.split_at_checked(usize::from(*length)).unwrap_or((after, &[]));
                rest = after;
                let _ = mesh.hear(device, word, what & 1 == 1, now);
            }
            2 => {
                let here = (0..what >> 4).map(|n| Run { device: VerifyKey([n; 32]), tab: u64::from(n) });
                mesh.look(here, now);
            }
            3 => {
                let sdp = description::seeds().pop().unwrap_or_default();
                mesh.described(conn, &String::from_utf8_lossy(&sdp), now);
            }
            4 => drop(mesh.opened(conn)),
            5 => drop(mesh.closed(conn, now)),
            6 => drop(mesh.begin_by_hand(now)),
            _ => mesh.set_looking(what & 8 == 0),
        }
        for act in mesh.drain() {
            match act {
                Act::Describe { conn, .. } => assert!(held.insert(conn), "a number of its own"),
                Act::Drop { conn } => assert!(held.remove(&conn), "one that was there"),
                Act::Answered { conn, .. } | Act::Carry { conn, .. } => assert!(held.contains(&conn)),
                Act::Tell { device, .. } => assert_ne!(device, own.device),
            }
        }
        assert!(held.len() <= MOST + input.iter().filter(|what| *what & 7 <= 1 || *what & 7 == 6).count());
        assert!(mesh.connected() <= held.len());
    }
}

/// Somebody looks, describes, opens and closes.
pub fn seeds() -> Vec<Vec<u8>> {
    vec![vec![0x52, 0x03, 0x13, 0x04, 0x14, 0x05, 0x15], vec![0x06, 0x03, 0x04, 0x0f, 0x07, 0x32]]
}
