//! How a browser can be reached, packed by a member or written by a browser.

use plumbline_replica::description::{Description, Host, Turn};

/// What is unpacked packs to the same bytes, and comes through a browser's text unchanged. Text of any kind harms nothing.
pub fn run(input: &[u8]) {
    if let Some(read) = Description::unpack(input) {
        assert_eq!(read.pack(), input);
        let sdp = read.to_sdp();
        assert_eq!(sdp.lines().count(), 14 + read.addresses.len(), "no line of a member's own");
        assert_eq!(Description::of_sdp(read.turn, &sdp), Some(read));
    }
    if let Some(read) = std::str::from_utf8(input).ok().and_then(|text| Description::of_sdp(Turn::Offer, text)) {
        assert_eq!(Description::unpack(&read.pack()), Some(read));
    }
}

/// Of each kind, packed and as text.
pub fn seeds() -> Vec<Vec<u8>> {
    let addresses = vec![(Host::V4([10, 0, 0, 1]), 5000), (Host::V6([1; 16]), 5001), (Host::Local([7; 16]), 5002)];
    let (ufrag, pwd) = ("ab+/".to_owned(), "0123456789abcdefghijkl".to_owned());
    let offer = Description { turn: Turn::Offer, ufrag, pwd, fingerprint: [5; 32], addresses };
    let answer = Description { turn: Turn::Answer, addresses: Vec::new(), ..offer.clone() };
    vec![offer.pack(), answer.pack(), offer.to_sdp().into_bytes()]
}
