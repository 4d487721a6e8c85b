use super::*;
use proptest::prelude::*;

fn place(byte: u8) -> Place {
    Place { position: u64::from(byte), chain: Chain([byte; 32]) }
}

fn samples() -> Vec<Vec<u8>> {
    let (genesis, certificate, item) = ([1; genesis::LENGTH], [2; certificate::LENGTH], [3; 40]);
    let mark = |byte| Mark { session: crate::id::SessionId([byte; 16]), seq: 5, item: ItemId([byte; 32]) };
    let info = SnapshotInfo { item: ItemId([1; 32]), place: place(9), length: 77, endorsed: true };
    let items = vec![&item[..], &item[..7], &[]];
    [
        Frame::Challenge { host: VerifyKey([1; 32]), challenge: [2; 32], genesis: &genesis },
        Frame::Hello { certificate: &certificate, proof: [3; 64], challenge: [4; 32] },
        Frame::Welcome { standing: Standing::Removed, base: place(1), head: place(2), signature: [5; 64] },
        Frame::Subscribe { since: 6 },
        Frame::Append { items: items.clone() },
        Frame::Ack { item: ItemId([7; 32]), place: place(8), signature: [9; 64] },
        Frame::Nack { item: ItemId([7; 32]), refusal: Refusal::Rate, wait: 100 },
        Frame::Push { after: place(3), items: items.clone() },
        Frame::Have { keyring: [1; 32], marks: vec![mark(1), mark(2)], more: true },
        Frame::Items { items },
        Frame::Ephemeral { envelope: &item },
        Frame::Signal { device: VerifyKey([4; 32]), envelope: &item },
        Frame::Snapshots { snapshots: vec![info, info] },
        Frame::Snapshot { envelope: &item },
        Frame::GetSnapshot { item: ItemId([1; 32]) },
        Frame::Endorse { envelope: &item },
    ]
    .iter()
    .map(Frame::encode)
    .collect()
}

#[test]
fn every_frame_reads_back() {
    for bytes in samples() {
        assert_eq!(Frame::parse(&bytes).expect("a frame").encode(), bytes);
        for end in 0..bytes.len() {
            assert!(Frame::parse(&bytes[..end]).is_err(), "frame {} cut at {end}", bytes[0]);
        }
    }
}

#[test]
fn marks_out_of_order_are_refused() {
    let mark = Mark { session: crate::id::SessionId([1; 16]), seq: 5, item: ItemId([1; 32]) };
    let bytes = Frame::Have { keyring: [1; 32], marks: vec![mark, mark], more: false }.encode();
    assert_eq!(Frame::parse(&bytes), Err(Malformed::Order));
}

#[test]
fn batches_fit_frames_and_lose_nothing() {
    let items: Vec<Vec<u8>> = (0..3000).map(|index| vec![7; if index % 100 == 0 { 100_000 } else { 10 }]).collect();
    let mut count = 0;
    for batch in batches(&items) {
        count += batch.len();
        let bytes = Frame::Items { items: batch }.encode();
        assert!(Frame::parse(&bytes).is_ok(), "{} bytes", bytes.len());
    }
    assert_eq!(count, items.len());
}

proptest! {
    #[test]
    fn no_bytes_panic(tag: u8, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Frame::parse(&bytes);
        let _ = Frame::parse(&[&[tag % 18][..], &bytes].concat());
    }

    #[test]
    fn mutated_frames_do_not_panic(which: prop::sample::Index, at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let samples = samples();
        let mut bytes = samples[which.index(samples.len())].clone();
        let index = at.index(bytes.len());
        bytes[index] = byte;
        if let Ok(frame) = Frame::parse(&bytes) {
            prop_assert_eq!(frame.encode(), bytes.clone(), "one spelling");
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let _ = Frame::parse(&bytes);
    }
}
