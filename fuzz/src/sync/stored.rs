//! What a device finds in its own storage after anything may have happened to it: it starts, and what it can still read counts.

use std::sync::Arc;

use plumbline_sync::peer::{Peer, Side, Stored};
use plumbline_wire::id::ItemId;
use plumbline_wire::keyring::record::{KeyName, Record};
use plumbline_wire::statement::Place;

use super::identity;
use super::peer::{Numbers, items};
use crate::draw::Draw;
use crate::people::{self, team};

/// Items in any order, damaged, repeated; keys, places and receipts that fit nothing.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let team = team();
    let who = draw.below(identity::WHO.len());
    let mut stored = Stored::default();
    let mut made = items::Made::default();
    let whole: Vec<Arc<[u8]>> = team.records.iter().map(|record| Arc::from(record.bytes())).collect();
    while !draw.is_empty() && stored.items.len() < 24 {
        match draw.byte() % 8 {
            0 => stored.items.extend(whole.iter().cloned()),
            1 => stored.items.push(Arc::from(draw.some(300))),
            2 => {
                let mut bytes = draw.of(&whole).map(|item| item.to_vec()).unwrap_or_default();
                draw.damage(&mut bytes);
                stored.items.push(bytes.into());
            }
            3 => {
                let name = KeyName { epoch: draw.number() as u32, commitment: draw.array() };
                let name = if draw.once_in(2) { team.names[draw.below(2)] } else { name };
                stored.keys.push((name, [draw.byte() % 8; 32].into()));
            }
            4 => stored.logs.push((people::relay(draw.byte()).verify_key(), place(&mut draw))),
            5 => {
                let item = stored.items.last().map_or(ItemId([1; 32]), |item| ItemId::of(item));
                stored.receipts.push((people::relay(draw.byte()).verify_key(), item, place(&mut draw)));
            }
            _ => {
                if let Some(bytes) = items::make(&mut draw, &mut made, &team.keyring()) {
                    stored.items.push(bytes.into());
                }
            }
        }
    }
    let mut peer = Peer::restore(identity::of(who).clone(), &stored, Box::new(Numbers), [9; 32]);
    assert!(peer.graph().len() + peer.parked() <= stored.items.len());
    assert!(peer.keyring().records().map(Record::id).all(|id| stored.items.iter().any(|item| ItemId::of(item) == id)));
    drop(peer.drain());
    peer.opened(1, Side::Bare, 5);
    peer.tick(100_000);
    drop(peer.drain());
    assert!(peer.export().iter().all(|frame| frame.len() <= plumbline_wire::limits::FRAME));
}

fn place(draw: &mut Draw<'_>) -> Place {
    let start = Place::start(&team().workspace);
    if draw.once_in(2) { Place { position: draw.number(), ..start } } else { start }
}

/// Whole, and with something missing.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    vec![vec![1, 0, 7, 3, 0, 0, 7, 3, 1, 0, 0, 3, 1, 5], vec![0, 2, 3, 0, 9, 2, 1, 0, 4, 0, 1, 7, 5, 0, 0]]
}
