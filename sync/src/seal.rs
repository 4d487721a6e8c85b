//! Sealing: with the workspace's data key, and to one person's opening key.
//!
//! A data key is never used directly. HKDF-SHA-256 makes two things of it: the key that seals, and a commitment of 16 bytes
//! that stands in every header. XChaCha20-Poly1305 alone does not commit: somebody could make one ciphertext that opens
//! differently under two keys, and two members would read two truths. With the commitment in the signed header they cannot.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use plumbline_wire::key::{OpeningKey, OpeningSecret};
use plumbline_wire::keyring::record::{KeyName, SEALED_KEY, WRAPPED_KEY};
use rand::Rng as _;
use rand_chacha::ChaCha20Rng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// What a seal adds to what it seals.
pub const TAG: usize = 16;
/// What sealing to a person adds: an ephemeral key and a tag.
pub const TO_PERSON: usize = 32 + TAG;

/// The source of everything random, seeded by the caller from the platform's source, once for each opening.
pub type Random = ChaCha20Rng;

/// A key of the workspace. Whoever has it reads what was sealed in its epoch. Wiped from memory when dropped.
#[derive(Clone)]
pub struct DataKey {
    secret: Zeroizing<[u8; 32]>,
    sealing: Zeroizing<[u8; 32]>,
    commitment: [u8; 16],
}

/// It does not open: another key, another place, or changed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("does not open")]
pub struct DoesNotOpen;

impl DataKey {
    /// A new key.
    #[must_use]
    pub fn draw(random: &mut Random) -> Self {
        Self::from_bytes(draw(random))
    }

    /// The key that these 32 bytes are.
    #[must_use]
    pub fn from_bytes(secret: [u8; 32]) -> Self {
        let secret = Zeroizing::new(secret);
        let derive = Hkdf::<Sha256>::new(Some(b"plumbline data v1"), &secret[..]);
        let (mut sealing, mut commitment) = (Zeroizing::new([0; 32]), [0; 16]);
        let reason = "HKDF-SHA-256 gives up to 8160 bytes";
        derive.expand(b"seal", &mut sealing[..]).expect(reason);
        derive.expand(b"commit", &mut commitment).expect(reason);
        Self { secret, sealing, commitment }
    }

    /// The commitment that names it.
    #[must_use]
    pub const fn commitment(&self) -> [u8; 16] {
        self.commitment
    }

    /// The key itself, for the device's own storage.
    #[must_use]
    pub const fn secret(&self) -> &Zeroizing<[u8; 32]> {
        &self.secret
    }

    /// Seals `text`, bound to `associated`.
    #[must_use]
    pub fn seal(&self, nonce: &[u8; 24], text: &[u8], associated: &[u8]) -> Vec<u8> {
        XChaCha20Poly1305::new((&*self.sealing).into())
            .encrypt(&XNonce::from(*nonce), Payload { msg: text, aad: associated })
            .expect("fails above 256 GiB only")
    }

    /// Opens what was sealed.
    ///
    /// # Errors
    /// [`DoesNotOpen`].
    pub fn open(&self, nonce: &[u8; 24], sealed: &[u8], associated: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        XChaCha20Poly1305::new((&*self.sealing).into())
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: associated })
            .map_err(|_| DoesNotOpen)
    }

    /// The key for one person: their link or device.
    ///
    /// # Errors
    /// [`DoesNotOpen`] when their key is none.
    pub fn seal_to(
        &self,
        person: &OpeningKey,
        name: &KeyName,
        random: &mut Random,
    ) -> Result<[u8; SEALED_KEY], DoesNotOpen> {
        let sealed = seal_to(person, b"plumbline key v1", &associated(name), &self.secret[..], draw(random))?;
        sealed.try_into().map_err(|_| DoesNotOpen)
    }

    /// A key that was sealed to oneself, checked against its name.
    ///
    /// # Errors
    /// [`DoesNotOpen`], also when it is another key than its name says.
    pub fn open_own(own: &OpeningSecret, name: &KeyName, sealed: &[u8; SEALED_KEY]) -> Result<Self, DoesNotOpen> {
        Self::named(name, Zeroizing::new(open_from(own, b"plumbline key v1", &associated(name), sealed)?))
    }

    /// An older key, for those who have this one.
    #[must_use]
    pub fn wrap(&self, name: &KeyName, older: &Self, random: &mut Random) -> [u8; WRAPPED_KEY] {
        let nonce: [u8; 24] = draw(random);
        let mut wrapped = [0; WRAPPED_KEY];
        wrapped[..24].copy_from_slice(&nonce);
        wrapped[24..].copy_from_slice(&self.seal(&nonce, &older.secret[..], &wrapping(name)));
        wrapped
    }

    /// An older key that was put under this one, checked against its name.
    ///
    /// # Errors
    /// [`DoesNotOpen`], also when it is another key than its name says.
    pub fn unwrap_older(&self, name: &KeyName, wrapped: &[u8; WRAPPED_KEY]) -> Result<Self, DoesNotOpen> {
        let (nonce, sealed) = wrapped.split_first_chunk::<24>().ok_or(DoesNotOpen)?;
        Self::named(name, Zeroizing::new(self.open(nonce, sealed, &wrapping(name))?))
    }

    fn named(name: &KeyName, secret: Zeroizing<Vec<u8>>) -> Result<Self, DoesNotOpen> {
        let key = Self::from_bytes(secret.as_slice().try_into().map_err(|_| DoesNotOpen)?);
        if key.commitment == name.commitment { Ok(key) } else { Err(DoesNotOpen) }
    }
}

fn associated(name: &KeyName) -> Vec<u8> {
    [&name.epoch.to_be_bytes()[..], &name.commitment].concat()
}

fn wrapping(name: &KeyName) -> Vec<u8> {
    [&b"plumbline older key v1"[..], &associated(name)].concat()
}

/// Random bytes.
#[must_use]
pub fn draw<const N: usize>(random: &mut Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill_bytes(&mut bytes);
    bytes
}

/// HPKE (RFC 9180, base mode, X25519 and HKDF-SHA-256 and ChaCha20-Poly1305) to one person: encapsulated key, ciphertext, tag.
/// The ephemeral key follows from `seed`, so that its author can show later what was sealed by sealing it again.
///
/// # Errors
/// [`DoesNotOpen`] when the person's key is none.
pub fn seal_to(
    person: &OpeningKey,
    purpose: &[u8],
    associated: &[u8],
    text: &[u8],
    seed: [u8; 32],
) -> Result<Vec<u8>, DoesNotOpen> {
    use rand::SeedableRng as _;
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&person.0).map_err(|_| DoesNotOpen)?;
    let mut random = Random::from_seed(seed);
    let (ephemeral, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &key,
        purpose,
        text,
        associated,
        &mut random,
    )
    .map_err(|_| DoesNotOpen)?;
    Ok([ephemeral.to_bytes().as_slice(), &sealed].concat())
}

/// Opens what was sealed to oneself.
///
/// # Errors
/// [`DoesNotOpen`].
pub fn open_from(
    own: &OpeningSecret,
    purpose: &[u8],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, DoesNotOpen> {
    let (ephemeral, sealed) = sealed.split_at_checked(32).ok_or(DoesNotOpen)?;
    let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(own.expose()).map_err(|_| DoesNotOpen)?;
    let ephemeral = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(ephemeral).map_err(|_| DoesNotOpen)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key,
        &ephemeral,
        purpose,
        sealed,
        associated,
    )
    .map_err(|_| DoesNotOpen)
}

/// The length that a text of `length` bytes is padded to: at least 256, then Padmé (Nikitin and others, PURBs, 2019): at most
/// 12 % more, and an observer learns only the size's order of magnitude and a few bits.
#[must_use]
pub fn padded(length: usize) -> usize {
    const LEAST: usize = 256;
    if length <= LEAST {
        return LEAST;
    }
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - kept)) - 1;
    (length + mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use plumbline_wire::key::Secrets;
    use proptest::prelude::*;
    use rand::SeedableRng as _;

    fn name(key: &DataKey) -> KeyName {
        KeyName { epoch: 3, commitment: key.commitment() }
    }

    #[test]
    fn a_key_reaches_its_person_only() {
        let mut random = Random::from_seed([1; 32]);
        let key = DataKey::draw(&mut random);
        let (ana, ben) = (Secrets::from_seed(&[1; 64].into()), Secrets::from_seed(&[2; 64].into()));
        let sealed = key.seal_to(&ana.keys().opening, &name(&key), &mut random).expect("a key");
        let opened = DataKey::open_own(&ana.opening, &name(&key), &sealed).expect("hers");
        assert_eq!(opened.commitment(), key.commitment());
        assert!(DataKey::open_own(&ben.opening, &name(&key), &sealed).is_err());
        let other = KeyName { epoch: 4, ..name(&key) };
        assert!(DataKey::open_own(&ana.opening, &other, &sealed).is_err(), "the epoch is bound");
    }

    #[test]
    fn an_older_key_comes_out_as_it_went_in() {
        let mut random = Random::from_seed([1; 32]);
        let (old, new) = (DataKey::draw(&mut random), DataKey::draw(&mut random));
        let wrapped = new.wrap(&name(&old), &old, &mut random);
        assert_eq!(new.unwrap_older(&name(&old), &wrapped).map(|key| key.commitment()), Ok(old.commitment()));
        assert!(new.unwrap_older(&name(&new), &wrapped).is_err());
        assert!(old.unwrap_older(&name(&old), &wrapped).is_err());
    }

    #[test]
    fn every_bit_counts() {
        let key = DataKey::from_bytes([5; 32]);
        let mut sealed = key.seal(&[1; 24], b"text", b"head");
        assert_eq!(key.open(&[1; 24], &sealed, b"head"), Ok(b"text".to_vec()));
        assert!(key.open(&[1; 24], &sealed, b"tail").is_err());
        assert!(key.open(&[2; 24], &sealed, b"head").is_err());
        for bit in 0..sealed.len() * 8 {
            sealed[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&[1; 24], &sealed, b"head").is_err());
            sealed[bit / 8] ^= 1 << (bit % 8);
        }
    }

    proptest! {
        #[test]
        fn padding_is_small_and_hides(length in 0_usize..300_000) {
            let size = padded(length);
            prop_assert!(size >= length && size >= 256);
            prop_assert!(size <= 256.max(length + length / 8));
            prop_assert_eq!(padded(size), size);
        }
    }
}
