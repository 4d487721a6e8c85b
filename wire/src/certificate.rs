//! A join certificate: a link vouches for a device. Signed by both, so that neither can be claimed without its secret;
//! checked by every peer without asking the relay. It holds no name.
//!
//! Layout: `"PLct" version workspace16 link32 verify32 opening32 issued8 by-link64 by-device64`, 253 bytes.

use crate::codec::{Malformed, Reader, Writer};
use crate::id::WorkspaceId;
use crate::key::{BadSignature, Keys, OpeningKey, Secrets, SigningKey, VerifyKey};

const MAGIC: &[u8; 4] = b"PLct";
/// Length of a certificate.
pub const LENGTH: usize = 4 + 1 + 16 + 32 + 32 + 32 + 8 + 64 + 64;

/// A certificate with both signatures checked. What its link may do is the keyring's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The workspace it holds in.
    pub workspace: WorkspaceId,
    /// The link that was opened.
    pub link: VerifyKey,
    /// The device that opened it.
    pub device: Keys,
    /// When, by the device's clock.
    pub issued: u64,
    bytes: Vec<u8>,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// They cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// One of the two signatures does not fit.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

impl Certificate {
    /// The certificate of a device that opened a link.
    #[must_use]
    pub fn issue(workspace: WorkspaceId, link: &SigningKey, device: &Secrets, issued: u64) -> Self {
        let (verify, keys) = (link.verify_key(), device.keys());
        let mut writer = Writer::magic(MAGIC);
        writer.raw(&workspace.0).raw(&verify.0).raw(&keys.verify.0).raw(&keys.opening.0).u64(issued);
        let mut bytes = writer.done();
        link.sign_tail(&mut bytes);
        device.signing.sign_tail(&mut bytes);
        Self { workspace, link: verify, device: keys, issued, bytes }
    }

    /// Reads a certificate and checks both signatures.
    ///
    /// # Errors
    /// When it cannot be read or a signature does not fit.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateProblem> {
        let mut reader = Reader::new(bytes);
        reader.magic(MAGIC)?;
        let workspace = WorkspaceId(reader.array()?);
        let link = VerifyKey(reader.array()?);
        let device = Keys { verify: VerifyKey(reader.array()?), opening: OpeningKey(reader.array()?) };
        let issued = reader.u64()?;
        reader.take(128)?;
        reader.end()?;
        let by_link = device.verify.verify_tail(bytes)?;
        link.verify_tail(by_link)?;
        Ok(Self { workspace, link, device, issued, bytes: bytes.to_vec() })
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn every_flipped_bit_is_refused() {
        let link = SigningKey::from_seed(&[1; 32]);
        let device = Secrets::from_seed(&Zeroizing::new([2; 64]));
        let certificate = Certificate::issue(WorkspaceId([3; 16]), &link, &device, 4);
        assert_eq!(certificate.bytes().len(), LENGTH);
        assert_eq!(Certificate::parse(certificate.bytes()), Ok(certificate.clone()));
        let mut bytes = certificate.bytes().to_vec();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Certificate::parse(&bytes).is_err(), "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
}
