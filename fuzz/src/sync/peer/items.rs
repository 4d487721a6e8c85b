//! Items that others might send: sound ones, ones that contradict each other, and ones that are signed and make no sense.

use plumbline_sync::body::{Body, Witness, relay_tag};
use plumbline_wire::envelope::Kind;
use plumbline_wire::id::{Chain, ItemId, SessionId};
use plumbline_wire::keyring::Keyring;
use plumbline_wire::mark::Mark;
use plumbline_wire::statement::Place;

use crate::draw::Draw;
use crate::people::{self, team};
use crate::wire::keyring;

/// What was made so far.
#[derive(Default)]
pub struct Made {
    /// All items.
    pub items: Vec<Vec<u8>>,
    /// Envelopes that may be built on: whose, where, and the number of the last change.
    pub tips: Vec<(usize, Mark, u16)>,
}

/// Makes one more.
pub fn make(draw: &mut Draw<'_>, made: &mut Made, keyring: &Keyring) -> Option<Vec<u8>> {
    let bytes = match draw.byte() % 8 {
        0 => keyring::record(draw, keyring)?.bytes().to_vec(),
        1 | 2 => {
            let who = draw.below(people::COUNT);
            let (session, bytes) = team().open(who, draw.byte() % 3);
            made.tips.push((who, Mark { session, seq: 0, item: ItemId::of(&bytes) }, 0));
            bytes
        }
        3 => {
            let mut bytes = draw.of(&made.items)?.clone();
            draw.damage(&mut bytes);
            bytes
        }
        _ => changes(draw, made)?,
    };
    made.items.push(bytes.clone());
    Some(bytes)
}

fn changes(draw: &mut Draw<'_>, made: &mut Made) -> Option<Vec<u8>> {
    // The latest first: zero is what an input that ended draws.
    let tips: Vec<_> = made.tips.iter().rev().copied().collect();
    let (mut who, tip, last) = *draw.of(&tips)?;
    let strange = draw.once_in(4);
    let mut session: SessionId = tip.session;
    let mut seq = tip.seq.saturating_add(1);
    if strange {
        match draw.byte() % 3 {
            0 => who = draw.below(people::COUNT),
            1 => session = tips[draw.below(tips.len())].1.session,
            _ => seq = draw.number(),
        }
    }
    let key = draw.below(2);
    let payload: Vec<u8> = if draw.once_in(4) {
        draw.some(20).to_vec()
    } else {
        (0..draw.below(4) as u16).flat_map(|step| last.wrapping_add(1 + step).to_be_bytes()).collect()
    };
    let end = payload.as_chunks::<2>().0.last().map_or(last, |number| u16::from_be_bytes(*number));
    let mut dependencies: Vec<Mark> = (0..draw.below(3)).filter_map(|_| Some(draw.of(&tips)?.1)).collect();
    dependencies.retain(|mark| mark.session != session || strange);
    if draw.once_in(4) {
        dependencies.push(Mark { session: SessionId([draw.byte(); 16]), seq: draw.number(), item: ItemId([7; 32]) });
    }
    dependencies.sort_unstable();
    dependencies.dedup();
    let witness = draw.once_in(3).then(|| {
        let relay = relay_tag(&people::relay(draw.byte()).verify_key());
        Witness { relay, place: Place { position: draw.number(), chain: Chain([draw.byte(); 32]) } }
    });
    let mut text = Body { dependencies, witness, payload: &payload }.encode();
    if draw.once_in(8) {
        draw.damage(&mut text);
    }
    let header = team().header(Kind::Changes, who, session, seq, tip.item.0, key);
    let bytes = team().seal(&header, key, who, &text)?;
    made.tips.push((who, Mark { session, seq, item: ItemId::of(&bytes) }, end));
    Some(bytes)
}
