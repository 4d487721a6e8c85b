//! Project Wycheproof's cases against the cryptography that is used here: known attacks and edge cases, through our own function
//! where there is one, else through the crates as we use them.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use plumbline_sync::wire::key::VerifyKey;
use sha2::Sha256;
use wycheproof::TestResult;

/// How many cases there were; none of them would be a test that cannot fail.
fn count(cases: usize, least: usize) {
    assert!(cases >= least, "{cases} cases");
}

#[test]
fn signatures() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).expect("embedded");
    let mut cases = 0;
    for group in &set.test_groups {
        let key = VerifyKey(group.key.pk.as_ref().try_into().expect("32 bytes"));
        for test in &group.tests {
            let good = test.sig.as_ref().try_into().is_ok_and(|signature| key.verify(&test.msg, signature).is_ok());
            assert_eq!(good, test.result == TestResult::Valid, "case {}: {}", test.tc_id, test.comment);
            cases += 1;
        }
    }
    count(cases, 140);
}

#[test]
fn sealing() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::XChaCha20Poly1305).expect("embedded");
    let mut cases = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let nonce: Option<[u8; 24]> = test.nonce.as_ref().try_into().ok();
        let (Some(nonce), Ok(cipher)) = (nonce, XChaCha20Poly1305::new_from_slice(&test.key)) else {
            assert_ne!(test.result, TestResult::Valid, "case {}", test.tc_id);
            continue;
        };
        let (nonce, sealed) = (XNonce::from(nonce), [test.ct.as_ref(), test.tag.as_ref()].concat());
        let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &test.aad });
        match test.result {
            TestResult::Valid => {
                assert_eq!(opened.expect("opens"), test.pt.as_ref(), "case {}", test.tc_id);
                let again = cipher.encrypt(&nonce, Payload { msg: &test.pt, aad: &test.aad }).expect("seals");
                assert_eq!(again, sealed, "case {}", test.tc_id);
            }
            _ => assert!(opened.is_err(), "case {}: {}", test.tc_id, test.comment),
        }
        cases += 1;
    }
    count(cases, 200);
}

#[test]
fn agreement() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).expect("embedded");
    let mut cases = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret: [u8; 32] = test.private_key.as_ref().try_into().expect("32 bytes");
        let public: [u8; 32] = test.public_key.as_ref().try_into().expect("32 bytes");
        let shared = x25519_dalek::StaticSecret::from(secret).diffie_hellman(&x25519_dalek::PublicKey::from(public));
        // What is merely acceptable are keys of small order; HPKE refuses the zeros that they lead to.
        assert_eq!(shared.as_bytes(), test.shared_secret.as_ref(), "case {}: {}", test.tc_id, test.comment);
        if !shared.was_contributory() {
            assert_ne!(test.result, TestResult::Valid, "case {}", test.tc_id);
        }
        cases += 1;
    }
    count(cases, 500);
}

#[test]
fn derivation() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).expect("embedded");
    let mut cases = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut derived = vec![0; test.size];
        let expanded = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut derived);
        assert_eq!(expanded.is_ok(), test.result == TestResult::Valid, "case {}", test.tc_id);
        if expanded.is_ok() {
            assert_eq!(derived, test.okm.as_ref(), "case {}", test.tc_id);
        }
        cases += 1;
    }
    count(cases, 80);
}
