//! Sealed ballots: what comes back is what was cast, and nothing else opens.

use plumbline_sync::ballot::{
    self, BallotHash, BallotProblem, CONTENT, Opening, RoundSecrets, SIMPLE, STRONG, cast, escrow, from_escrow,
};
use plumbline_sync::peer::random;
use plumbline_wire::key::{OpeningKey, OpeningSecret, VerifyKey};

use crate::draw::Draw;

/// Casts, opens, damages; opens bytes that are no ballot.
pub fn run(input: &[u8]) {
    let mut draw = Draw::new(input);
    let strong = draw.once_in(2);
    let mut secret = || OpeningSecret::from_seed([draw.byte() % 4 + 1; 32]);
    let (inner, outer) = (secret(), secret());
    let custodian = secret();
    let secrets = if strong { RoundSecrets::Strong { inner, outer } } else { RoundSecrets::Simple(inner) };
    let keys = secrets.keys();
    let (round, device) = ([draw.byte(); 16], VerifyKey([draw.byte(); 32]));
    let mut source = random(draw.array());
    let damage = draw.byte();
    let (at, change) = (draw.below(STRONG), draw.byte().max(1));
    let content = draw.rest().to_vec();
    let size = if strong { STRONG } else { SIMPLE };
    match cast(&keys, &round, &device, &content, &mut source) {
        Ok((sealed, opening)) => {
            assert_eq!(sealed.len(), size, "all have one size");
            assert_eq!(secrets.open(&round, &device, &sealed).as_deref(), Ok(&content[..]));
            assert!(opening.shows(&keys, &round, &device, &sealed));
            let again = Opening::from_parts(content.clone(), *opening.seed());
            assert!(again.shows(&keys, &round, &device, &sealed));
            let mut damaged = sealed.clone();
            match damage % 3 {
                0 => damaged.truncate(at.min(size - 1)),
                1 => damaged.push(change),
                _ => damaged[at % size] ^= change,
            }
            assert_ne!(BallotHash::of(&damaged), BallotHash::of(&sealed));
            assert!(secrets.open(&round, &device, &damaged).is_err());
            assert!(!opening.shows(&keys, &round, &device, &damaged));
            assert!(secrets.open(&[!round[0]; 16], &device, &sealed).is_err(), "another round's");
            assert!(secrets.open(&round, &VerifyKey([!device.0[0]; 32]), &sealed).is_err(), "another's");
        }
        Err(problem) => assert!(problem == BallotProblem::TooLong && content.len() > CONTENT),
    }
    // Not a ballot at all, of the right size and of its own.
    let mut junk = content.clone();
    assert!(secrets.open(&round, &device, &junk).is_err());
    junk.resize(size, change);
    assert!(secrets.open(&round, &device, &junk).is_err());
    // A round key that somebody made up: small orders, zeros.
    let odd: [u8; 32] = std::array::from_fn(|at| content.get(at).copied().unwrap_or(0));
    if let Ok((sealed, _)) = cast(&ballot::RoundKeys::Simple(OpeningKey(odd)), &round, &device, b"x", &mut source) {
        assert_eq!(sealed.len(), SIMPLE);
    }
    match escrow(&secrets, &round, &custodian.opening_key(), &mut source) {
        Ok(kept) => {
            let back = from_escrow(&custodian, &keys, &round, &kept).expect("theirs");
            assert_eq!(back.keys(), keys);
            assert!(from_escrow(&custodian, &keys, &round, &content).is_err());
        }
        Err(problem) => assert!(strong && problem == BallotProblem::Kind),
    }
}

/// Both kinds of round.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let ballot = |kind: u8, damage: u8| {
        let head = [&[kind, 1, 2, 3, 7, 8][..], &[4; 32], &[damage, 1, 2, 3]].concat();
        [head, b"priority-b,priority-a".to_vec()].concat()
    };
    vec![ballot(0, 0), ballot(1, 1), ballot(1, 2)]
}
