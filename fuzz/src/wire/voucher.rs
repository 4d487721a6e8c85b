//! Genesis and certificate: what somebody shows who is not known yet. As they came, and signed by a key of their own.

use plumbline_wire::certificate::{self, Certificate};
use plumbline_wire::genesis::{self, Genesis};

use crate::people::{self, team};

/// What is read is what was signed, to the last byte.
pub fn run(input: &[u8]) {
    let team = team();
    check(input);
    if input.len() == genesis::LENGTH {
        let mut signed = input[..genesis::LENGTH - 64].to_vec();
        let root = &team.links[people::FOUNDER];
        signed[29..61].copy_from_slice(&root.keys().verify.0);
        root.signing.sign_tail(&mut signed);
        check(&signed);
    }
    if input.len() == certificate::LENGTH {
        let mut signed = input[..certificate::LENGTH - 128].to_vec();
        let (link, device) = (&team.links[people::WRITER], &team.devices[people::WRITER]);
        signed[21..53].copy_from_slice(&link.keys().verify.0);
        signed[53..85].copy_from_slice(&device.keys().verify.0);
        link.signing.sign_tail(&mut signed);
        device.signing.sign_tail(&mut signed);
        check(&signed);
    }
}

fn check(bytes: &[u8]) {
    if let Ok(genesis) = Genesis::parse(bytes) {
        assert_eq!(genesis.bytes(), bytes);
        assert_eq!(Genesis::parse_for(&genesis.workspace(), bytes), Ok(genesis));
        assert!(Genesis::parse_for(&team().workspace, bytes).is_err() || bytes == team().genesis.bytes());
    }
    if let Ok(certificate) = Certificate::parse(bytes) {
        assert_eq!(certificate.bytes(), bytes);
    }
}

/// One of each.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    vec![team().genesis.bytes().to_vec(), team().certificates[people::WRITER].bytes().to_vec()]
}
