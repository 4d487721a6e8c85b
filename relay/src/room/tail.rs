//! The end of the log in memory: what readers are sent next, and what those just behind have missed.

use std::collections::VecDeque;

use bytes::Bytes;
use plumbline_wire::frame::{self, Frame};
use plumbline_wire::id::ItemId;
use plumbline_wire::statement::Place;

use crate::limits;
use crate::store::Stored;

/// Durable items at the end of the log.
#[derive(Debug)]
pub struct Tail {
    /// The place before the first of these.
    start: Place,
    items: VecDeque<Stored>,
    bytes: usize,
}

impl Tail {
    /// Nothing but the end.
    #[must_use]
    pub const fn new(end: Place) -> Self {
        Self { start: end, items: VecDeque::new(), bytes: 0 }
    }

    /// Where the log ends.
    #[must_use]
    pub fn end(&self) -> Place {
        self.items.back().map_or(self.start, |last| last.place)
    }

    /// Takes in what became durable.
    pub fn push(&mut self, stored: Stored) {
        self.bytes += stored.bytes.len();
        self.items.push_back(stored);
    }

    /// Forgets what is more than a tail, but nothing after `keep`.
    pub fn trim(&mut self, keep: u64) {
        while self.bytes > limits::TAIL
            && let Some(first) = self.items.pop_front_if(|first| first.place.position <= keep)
        {
            self.bytes -= first.bytes.len();
            self.start = first.place;
        }
    }

    /// Where an item stands, if it is in here.
    #[must_use]
    pub fn find(&self, item: &ItemId) -> Option<Place> {
        // From the end: whoever asks again has sent it lately.
        self.items.iter().rev().find(|stored| stored.item == *item).map(|stored| stored.place)
    }

    /// Frames with what comes after a position, encoded once for everybody; `None` if it is too far back.
    #[must_use]
    pub fn after(&self, position: u64) -> Option<Vec<Bytes>> {
        let skip = position.checked_sub(self.start.position)?;
        let skip = usize::try_from(skip).ok()?;
        let missed: Vec<&Stored> = self.items.iter().skip(skip).collect();
        let after = match skip.checked_sub(1) {
            None => self.start,
            Some(last) => self.items.get(last).map_or_else(|| self.end(), |stored| stored.place),
        };
        Some(pushes(after, &missed))
    }
}

/// Items as frames.
#[must_use]
pub fn pushes(mut after: Place, items: &[&Stored]) -> Vec<Bytes> {
    let bytes: Vec<&Bytes> = items.iter().map(|stored| &stored.bytes).collect();
    let mut rest = items;
    let encode = |batch: Vec<&[u8]>| {
        let (sent, later) = rest.split_at(batch.len());
        let frame = Frame::Push { after, items: batch }.encode();
        rest = later;
        after = sent.last().map_or(after, |last| last.place);
        Bytes::from(frame)
    };
    frame::batches(&bytes).map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_wire::id::WorkspaceId;

    fn read(frames: &[Bytes]) -> Vec<(u64, usize)> {
        let places = frames.iter().map(|bytes| match Frame::parse(bytes) {
            Ok(Frame::Push { after, items }) => (after.position, items.len()),
            other => panic!("{other:?}"),
        });
        places.collect()
    }

    #[test]
    fn what_was_missed_is_found_or_too_far_back() {
        let start = Place::start(&WorkspaceId([1; 16]));
        let mut tail = Tail::new(start);
        for number in 0..12_u8 {
            let bytes = Bytes::from(vec![number; 100 * 1024]);
            let item = ItemId::of(&bytes);
            tail.push(Stored { item, place: tail.end().then(&item), bytes });
        }
        assert_eq!(read(&tail.after(0).expect("all")), [(0, 2), (2, 2), (4, 2), (6, 2), (8, 2), (10, 2)]);
        assert_eq!(read(&tail.after(11).expect("the last")), [(11, 1)]);
        assert_eq!(tail.after(12), Some(Vec::new()));
        tail.trim(1);
        assert_eq!((tail.start.position, tail.after(0)), (1, None));
        tail.trim(12);
        assert_eq!(tail.start.position, 10, "two times 100 KiB are within the tail");
        assert_eq!(read(&tail.after(10).expect("kept")), [(10, 2)]);
        let last = tail.items.back().expect("kept").item;
        assert_eq!(tail.find(&last), Some(tail.end()));
    }
}
