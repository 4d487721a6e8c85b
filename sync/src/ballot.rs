//! Sealed ballots. Nothing of a ballot can be read before its round closes, by no peer, no copied file, no relay; its author may
//! go offline after casting.
//!
//! A round has a fresh key pair. A ballot is padded to one size and sealed (HPKE) to the round's public key, bound to the round
//! and its author's device. Closing lists the names (SHA-256) of the ballots that count; only then is the secret key published.
//! A second custodian holds it too, sealed to them, in case the first one vanishes. In strong mode there are two key pairs,
//! one for each custodian, and a ballot is sealed twice, the inner layer to the first, the outer to the second: neither can peek
//! alone. If the keys are lost for good, authors show their ballots themselves: they kept the seed, and sealing again gives the
//! same bytes.

use hkdf::Hkdf;
use plumbline_wire::key::{OpeningKey, OpeningSecret, VerifyKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::seal::{self, DoesNotOpen, Random, TO_PERSON};

/// What a ballot may hold, in bytes: an order of 50 priorities with identifiers, twice over. Every ballot has this size.
pub const CONTENT: usize = 4096;
/// A sealed ballot of a simple round.
pub const SIMPLE: usize = 2 + CONTENT + TO_PERSON;
/// A sealed ballot of a strong round.
pub const STRONG: usize = SIMPLE + TO_PERSON;

const INNER: &[u8] = b"plumbline ballot v1";
const OUTER: &[u8] = b"plumbline ballot outer v1";
const ESCROW: &[u8] = b"plumbline escrow v1";
const OWN: &[u8] = b"plumbline round v1";

/// A round: 16 bytes that the application names it by.
pub type RoundId = [u8; 16];

/// The public keys of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundKeys {
    /// Whoever holds the one key could peek: the facilitator and the second custodian.
    Simple(OpeningKey),
    /// Neither custodian could peek alone.
    Strong {
        /// The first custodian's.
        inner: OpeningKey,
        /// The second custodian's.
        outer: OpeningKey,
    },
}

/// The secret keys of a round that was closed.
#[derive(Debug, Clone)]
pub enum RoundSecrets {
    /// Of a simple round.
    Simple(OpeningSecret),
    /// Of a strong one.
    Strong {
        /// The first custodian's.
        inner: OpeningSecret,
        /// The second custodian's.
        outer: OpeningSecret,
    },
}

/// A ballot's name: the SHA-256 of its sealed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BallotHash(pub [u8; 32]);

/// What an author keeps in order to show their ballot themselves. Secret until then.
#[derive(Clone)]
pub struct Opening {
    /// What was voted.
    pub content: Zeroizing<Vec<u8>>,
    seed: Zeroizing<[u8; 32]>,
}

/// Why a ballot is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BallotProblem {
    /// More than a ballot holds.
    #[error("longer than {CONTENT} bytes")]
    TooLong,
    /// Not the size that every ballot has.
    #[error("not of the size of a ballot")]
    Size,
    /// It does not open with this key, or is another round's or device's.
    #[error(transparent)]
    Closed(#[from] DoesNotOpen),
    /// The keys are for the other kind of round.
    #[error("keys of another kind of round")]
    Kind,
    /// The published secret does not belong to the round's public key.
    #[error("not the round's key")]
    WrongKey,
}

impl BallotHash {
    /// The name of a sealed ballot.
    #[must_use]
    pub fn of(sealed: &[u8]) -> Self {
        Self(Sha256::digest(sealed).into())
    }
}

impl RoundSecrets {
    /// The keys of a simple round.
    #[must_use]
    pub fn draw(random: &mut Random) -> Self {
        Self::Simple(OpeningSecret::from_seed(seal::draw(random)))
    }

    /// Their public halves.
    #[must_use]
    pub fn keys(&self) -> RoundKeys {
        match self {
            Self::Simple(secret) => RoundKeys::Simple(secret.opening_key()),
            Self::Strong { inner, outer } => {
                RoundKeys::Strong { inner: inner.opening_key(), outer: outer.opening_key() }
            }
        }
    }

    /// Opens a ballot. Anybody can, once the secrets are published.
    ///
    /// # Errors
    /// When it is not a ballot of this round by this device.
    pub fn open(&self, round: &RoundId, device: &VerifyKey, sealed: &[u8]) -> Result<Vec<u8>, BallotProblem> {
        check_size(&self.keys(), sealed)?;
        let bound = bound(round, device);
        let padded = Zeroizing::new(match self {
            Self::Simple(secret) => seal::open_from(secret, INNER, &bound, sealed)?,
            Self::Strong { inner, outer } => {
                seal::open_from(inner, INNER, &bound, &seal::open_from(outer, OUTER, &bound, sealed)?)?
            }
        });
        let (length, content) = padded.split_first_chunk::<2>().ok_or(BallotProblem::Size)?;
        let content = content.get(..usize::from(u16::from_be_bytes(*length))).ok_or(BallotProblem::Size)?;
        Ok(content.to_vec())
    }

    /// Published secrets, checked against the round's public keys.
    ///
    /// # Errors
    /// [`BallotProblem::WrongKey`].
    pub fn checked(self, keys: &RoundKeys) -> Result<Self, BallotProblem> {
        if self.keys() == *keys { Ok(self) } else { Err(BallotProblem::WrongKey) }
    }
}

/// Seals a ballot. `opening` stays with its author.
///
/// # Errors
/// [`BallotProblem::TooLong`], or when a key of the round is none.
pub fn cast(
    keys: &RoundKeys,
    round: &RoundId,
    device: &VerifyKey,
    content: &[u8],
    random: &mut Random,
) -> Result<(Vec<u8>, Opening), BallotProblem> {
    let opening = Opening { content: Zeroizing::new(content.to_vec()), seed: Zeroizing::new(seal::draw(random)) };
    Ok((opening.seal(keys, round, device)?, opening))
}

impl Opening {
    /// What was kept, from its bytes.
    #[must_use]
    pub fn from_parts(content: Vec<u8>, seed: [u8; 32]) -> Self {
        Self { content: Zeroizing::new(content), seed: Zeroizing::new(seed) }
    }

    /// The seed, for keeping beside the content.
    #[must_use]
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// Whether this is what was sealed in `sealed`: sealing it again gives the same bytes.
    #[must_use]
    pub fn shows(&self, keys: &RoundKeys, round: &RoundId, device: &VerifyKey, sealed: &[u8]) -> bool {
        self.seal(keys, round, device).is_ok_and(|again| again == sealed)
    }

    fn seal(&self, keys: &RoundKeys, round: &RoundId, device: &VerifyKey) -> Result<Vec<u8>, BallotProblem> {
        let length = u16::try_from(self.content.len()).ok().filter(|length| usize::from(*length) <= CONTENT);
        let length = length.ok_or(BallotProblem::TooLong)?;
        let mut padded = Zeroizing::new(Vec::with_capacity(2 + CONTENT));
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(&self.content);
        padded.resize(2 + CONTENT, 0);
        let bound = bound(round, device);
        // One seed, two layers, two ephemeral keys.
        let seed = |layer: &[u8]| <[u8; 32]>::from(Sha256::digest([&self.seed[..], layer].concat()));
        Ok(match keys {
            RoundKeys::Simple(key) => seal::seal_to(key, INNER, &bound, &padded, seed(INNER))?,
            RoundKeys::Strong { inner, outer } => {
                let sealed = seal::seal_to(inner, INNER, &bound, &padded, seed(INNER))?;
                seal::seal_to(outer, OUTER, &bound, &sealed, seed(OUTER))?
            }
        })
    }
}

/// Whether bytes have the size that every ballot of such a round has.
///
/// # Errors
/// [`BallotProblem::Size`].
pub const fn check_size(keys: &RoundKeys, sealed: &[u8]) -> Result<(), BallotProblem> {
    let size = match keys {
        RoundKeys::Simple(_) => SIMPLE,
        RoundKeys::Strong { .. } => STRONG,
    };
    if sealed.len() == size { Ok(()) } else { Err(BallotProblem::Size) }
}

/// A device's own secret of a round. Made of what the device has anyway: the same at every start and in every tab, so there is
/// nothing to keep and nothing to lose; and publishing it tells nothing of the device's other secrets.
#[must_use]
pub fn own_secret(device: &OpeningSecret, round: &RoundId) -> OpeningSecret {
    let derive = Hkdf::<Sha256>::new(Some(OWN), &device.expose()[..]);
    let mut secret = Zeroizing::new([0; 32]);
    derive.expand(round, &mut secret[..]).expect("HKDF-SHA-256 gives up to 8160 bytes");
    OpeningSecret::from_seed(*secret)
}

/// A simple round's secret for its second custodian.
///
/// # Errors
/// [`BallotProblem::Kind`] for a strong round: there each custodian has a key of their own.
pub fn escrow(
    secrets: &RoundSecrets,
    round: &RoundId,
    custodian: &OpeningKey,
    random: &mut Random,
) -> Result<Vec<u8>, BallotProblem> {
    let RoundSecrets::Simple(secret) = secrets else { return Err(BallotProblem::Kind) };
    Ok(seal::seal_to(custodian, ESCROW, round, secret.expose(), seal::draw(random))?)
}

/// Takes a round's secret out of escrow, checked against its public key.
///
/// # Errors
/// When it was sealed to somebody else, or is another round's.
pub fn from_escrow(
    own: &OpeningSecret,
    keys: &RoundKeys,
    round: &RoundId,
    sealed: &[u8],
) -> Result<RoundSecrets, BallotProblem> {
    let secret = Zeroizing::new(seal::open_from(own, ESCROW, round, sealed)?);
    let secret = secret.as_slice().try_into().map_err(|_| BallotProblem::WrongKey)?;
    RoundSecrets::Simple(OpeningSecret::from_seed(secret)).checked(keys)
}

fn bound(round: &RoundId, device: &VerifyKey) -> Vec<u8> {
    [&round[..], &device.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    const ROUND: RoundId = [7; 16];
    const ANA: VerifyKey = VerifyKey([1; 32]);
    const BEN: VerifyKey = VerifyKey([2; 32]);

    fn strong(random: &mut Random) -> RoundSecrets {
        let mut one = || OpeningSecret::from_seed(seal::draw(random));
        RoundSecrets::Strong { inner: one(), outer: one() }
    }

    #[test]
    fn a_ballot_opens_in_its_round_for_its_author_only() {
        let mut random = Random::from_seed([1; 32]);
        for secrets in [RoundSecrets::draw(&mut random), strong(&mut random)] {
            let keys = secrets.keys();
            let (sealed, opening) = cast(&keys, &ROUND, &ANA, b"b,a,c", &mut random).expect("short");
            assert_eq!(secrets.open(&ROUND, &ANA, &sealed), Ok(b"b,a,c".to_vec()));
            assert!(secrets.open(&ROUND, &BEN, &sealed).is_err(), "copied by another");
            assert!(secrets.open(&[8; 16], &ANA, &sealed).is_err(), "replayed in another round");
            assert!(RoundSecrets::draw(&mut random).open(&ROUND, &ANA, &sealed).is_err());
            assert!(opening.shows(&keys, &ROUND, &ANA, &sealed));
            let other = Opening::from_parts(b"a,b,c".to_vec(), *opening.seed());
            assert!(!other.shows(&keys, &ROUND, &ANA, &sealed), "another vote than was cast");
        }
    }

    #[test]
    fn all_ballots_have_one_size() {
        let mut random = Random::from_seed([2; 32]);
        for (secrets, size) in [(RoundSecrets::draw(&mut random), SIMPLE), (strong(&mut random), STRONG)] {
            for content in [0, 1, CONTENT] {
                let (sealed, _) = cast(&secrets.keys(), &ROUND, &ANA, &vec![1; content], &mut random).expect("fits");
                assert_eq!(sealed.len(), size);
                assert_eq!(secrets.open(&ROUND, &ANA, &sealed).map(|content| content.len()), Ok(content));
            }
            let long = cast(&secrets.keys(), &ROUND, &ANA, &[1; CONTENT + 1], &mut random);
            assert!(matches!(long, Err(BallotProblem::TooLong)));
        }
    }

    #[test]
    fn neither_custodian_of_a_strong_round_peeks_alone() {
        let mut random = Random::from_seed([3; 32]);
        let secrets = strong(&mut random);
        let RoundSecrets::Strong { inner, outer } = &secrets else { panic!("made so") };
        let (sealed, _) = cast(&secrets.keys(), &ROUND, &ANA, b"b,a,c", &mut random).expect("short");
        let bound = bound(&ROUND, &ANA);
        assert!(seal::open_from(inner, INNER, &bound, &sealed).is_err());
        let layer = seal::open_from(outer, OUTER, &bound, &sealed).expect("the outer layer");
        assert!(seal::open_from(outer, INNER, &bound, &layer).is_err());
        assert!(!layer.windows(5).any(|window| window == b"b,a,c"));
    }

    #[test]
    fn the_second_custodian_has_the_key_too() {
        let mut random = Random::from_seed([4; 32]);
        let (secrets, custodian) = (RoundSecrets::draw(&mut random), OpeningSecret::from_seed([9; 32]));
        let kept = escrow(&secrets, &ROUND, &custodian.opening_key(), &mut random).expect("simple");
        let back = from_escrow(&custodian, &secrets.keys(), &ROUND, &kept).expect("theirs");
        assert_eq!(back.keys(), secrets.keys());
        assert!(from_escrow(&custodian, &secrets.keys(), &[8; 16], &kept).is_err());
        let other = RoundSecrets::draw(&mut random);
        let wrong = from_escrow(&custodian, &other.keys(), &ROUND, &kept);
        assert!(matches!(wrong, Err(BallotProblem::WrongKey)));
    }

    #[test]
    fn a_device_has_one_secret_for_each_round() {
        let (ana, ben) = (OpeningSecret::from_seed([1; 32]), OpeningSecret::from_seed([2; 32]));
        let key = |device: &OpeningSecret, round| own_secret(device, &round).opening_key();
        assert_eq!(key(&ana, ROUND), key(&ana, ROUND));
        assert!(key(&ana, ROUND) != key(&ben, ROUND) && key(&ana, ROUND) != key(&ana, [8; 16]));
        assert!(key(&ana, ROUND) != ana.opening_key());
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let mut random = Random::from_seed([5; 32]);
        let secrets = RoundSecrets::draw(&mut random);
        let (mut sealed, _) = cast(&secrets.keys(), &ROUND, &ANA, b"b,a,c", &mut random).expect("short");
        for bit in (0..sealed.len() * 8).step_by(37) {
            sealed[bit / 8] ^= 1 << (bit % 8);
            assert!(secrets.open(&ROUND, &ANA, &sealed).is_err(), "bit {bit}");
            sealed[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
