//! Signing and opening keys. A signed thing begins with a magic of its own, so no signature can stand for another thing.

use std::fmt;

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use crate::id::text;

/// Length of a signature.
pub const SIGNATURE: usize = 64;

/// A signature that does not fit what it signs, or a key that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

/// The public half of a signing key (Ed25519). It names a link or a device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerifyKey(pub [u8; 32]);

/// The public half of an opening key (X25519): what is sealed to it can be opened by its holder only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OpeningKey(pub [u8; 32]);

/// The secret half of a signing key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The secret half of an opening key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct OpeningSecret(Zeroizing<[u8; 32]>);

/// Both secrets of a link or a device.
#[derive(Clone)]
pub struct Secrets {
    /// Signs for it.
    pub signing: SigningKey,
    /// Opens what is sealed to it.
    pub opening: OpeningSecret,
}

/// Both public keys of a link or a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keys {
    /// Checks its signatures, and names it.
    pub verify: VerifyKey,
    /// Seals to it.
    pub opening: OpeningKey,
}

#[cfg(feature = "memo")]
mod memo {
    //! Signatures that were good, by the hash of all that was checked. Bad ones are checked again.

    use std::cell::RefCell;
    use std::collections::HashSet;

    use sha2::{Digest, Sha256};

    use super::{BadSignature, SIGNATURE, VerifyKey};

    const MOST: usize = 100_000;

    thread_local! {
        static GOOD: RefCell<HashSet<[u8; 32]>> = RefCell::default();
    }

    pub fn verified(
        key: &VerifyKey,
        bytes: &[u8],
        signature: &[u8; SIGNATURE],
        check: impl FnOnce() -> Result<(), BadSignature>,
    ) -> Result<(), BadSignature> {
        let name: [u8; 32] =
            Sha256::new().chain_update(key.0).chain_update(signature).chain_update(bytes).finalize().into();
        if GOOD.with_borrow(|good| good.contains(&name)) {
            return Ok(());
        }
        check()?;
        GOOD.with_borrow_mut(|good| {
            if good.len() >= MOST {
                good.clear();
            }
            good.insert(name);
        });
        Ok(())
    }
}

impl VerifyKey {
    /// Whether this key's holder signed `bytes`. Strict: weak keys and second spellings of a signature are refused, so that
    /// every peer comes to the same verdict.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(&self, bytes: &[u8], signature: &[u8; SIGNATURE]) -> Result<(), BadSignature> {
        #[cfg(feature = "memo")]
        return memo::verified(self, bytes, signature, || self.check(bytes, signature));
        #[cfg(not(feature = "memo"))]
        self.check(bytes, signature)
    }

    fn check(&self, bytes: &[u8], signature: &[u8; SIGNATURE]) -> Result<(), BadSignature> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(&self.0).map_err(|_| BadSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        key.verify_strict(bytes, &signature).map_err(|_| BadSignature)
    }

    /// Checks a signed thing: everything but its last 64 bytes against those. Returns what was signed.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify_tail<'a>(&self, signed: &'a [u8]) -> Result<&'a [u8], BadSignature> {
        let (bytes, signature) = signed.split_last_chunk::<SIGNATURE>().ok_or(BadSignature)?;
        self.verify(bytes, signature).map(|()| bytes)
    }
}

impl SigningKey {
    /// The key that a seed of 32 random bytes makes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its public half.
    #[must_use]
    pub fn verify_key(&self) -> VerifyKey {
        VerifyKey(self.0.verifying_key().to_bytes())
    }

    /// Signs bytes. Ed25519 is deterministic: no randomness is needed.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        self.0.sign(bytes).to_bytes()
    }

    /// Puts the signature of everything so far at its end.
    pub fn sign_tail(&self, bytes: &mut Vec<u8>) {
        let signature = self.sign(bytes);
        bytes.extend_from_slice(&signature);
    }
}

impl OpeningSecret {
    /// The key that a seed of 32 random bytes makes.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(Zeroizing::new(seed))
    }

    /// Its public half.
    #[must_use]
    pub fn opening_key(&self) -> OpeningKey {
        let secret = x25519_dalek::StaticSecret::from(*self.0);
        OpeningKey(x25519_dalek::PublicKey::from(&secret).to_bytes())
    }

    /// The secret bytes themselves, for what opens with them.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Secrets {
    /// The keys that a seed of 64 random bytes makes.
    #[must_use]
    pub fn from_seed(seed: &Zeroizing<[u8; 64]>) -> Self {
        let mut halves = (Zeroizing::new([0; 32]), [0; 32]);
        halves.0.copy_from_slice(&seed[..32]);
        halves.1.copy_from_slice(&seed[32..]);
        Self { signing: SigningKey::from_seed(&halves.0), opening: OpeningSecret::from_seed(halves.1) }
    }

    /// The public halves.
    #[must_use]
    pub fn keys(&self) -> Keys {
        Keys { verify: self.signing.verify_key(), opening: self.opening.opening_key() }
    }
}

text!(VerifyKey, OpeningKey);

// Secrets never print themselves, not even into a debug log.
macro_rules! silent {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
silent!(SigningKey, OpeningSecret, Secrets);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_fit_one_thing_and_one_key() {
        let (ana, ben) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let mut signed = b"text".to_vec();
        ana.sign_tail(&mut signed);
        assert_eq!(ana.verify_key().verify_tail(&signed), Ok(&b"text"[..]));
        assert_eq!(ben.verify_key().verify_tail(&signed), Err(BadSignature));
        for bit in 0..signed.len() * 8 {
            signed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(ana.verify_key().verify_tail(&signed), Err(BadSignature));
            signed[bit / 8] ^= 1 << (bit % 8);
        }
        // A small-order key would accept one signature for many texts.
        assert_eq!(VerifyKey([0; 32]).verify_tail(&signed), Err(BadSignature));
    }

    #[test]
    fn secrets_do_not_print() {
        let secrets = Secrets::from_seed(&Zeroizing::new([7; 64]));
        assert_eq!(format!("{secrets:?}"), "Secrets(…)");
    }
}
