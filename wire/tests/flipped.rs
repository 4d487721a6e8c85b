//! No bit of an envelope can be changed: it is refused when it is read, or its signature does not hold. `PLUMBLINE_ENVELOPES` says how many are tried.

use plumbline_wire::certificate::Certificate;
use plumbline_wire::envelope::{Envelope, Header, Kind};
use plumbline_wire::genesis::Genesis;
use plumbline_wire::link::Link;

fn is_good(bytes: &[u8]) -> bool {
    Envelope::parse(bytes).is_ok_and(|envelope| envelope.verify().is_ok())
}

#[test]
fn no_flipped_bit_of_an_envelope_is_accepted() {
    let count = std::env::var("PLUMBLINE_ENVELOPES").map_or(3, |count| count.parse().expect("a number"));
    let [root, link] = [1, 2].map(|seed| Link::founding_secrets(&[seed; 32]));
    let workspace = Genesis::found(&root, [1; 16], 1).workspace();
    for number in 0_u64..count {
        let mut seed = [3; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let device = Link::founding_secrets(&seed);
        let certificate = Certificate::issue(workspace, &link.signing, &device, 7);
        let (session, opening) = Header::open(&certificate, &[9; 16], &device.signing).expect("fits");
        let header = Header {
            kind: Kind::Changes,
            workspace,
            device: certificate.device.verify,
            session,
            seq: 1,
            prev: plumbline_wire::id::ItemId::of(&opening).0,
            epoch: 1,
            commitment: [1; 16],
            nonce: [number as u8; 24],
        };
        let body: Vec<u8> = (0..16 + number % 300).map(|at| (at * 37 + number) as u8).collect();
        let changes = header.finish(&body, &device.signing).expect("fits");
        for mut bytes in [opening, changes] {
            assert!(is_good(&bytes), "as it was signed");
            for bit in 0..bytes.len() * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8);
                assert!(!is_good(&bytes), "envelope {number}, bit {bit}");
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}
