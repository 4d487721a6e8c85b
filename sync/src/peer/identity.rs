//! Who this device is in one workspace: its keys, the link it came by, its certificate, the workspace's genesis.

use std::fmt;

use plumbline_wire::certificate::{self, Certificate, CertificateProblem};
use plumbline_wire::codec::{Malformed, Reader, Writer};
use plumbline_wire::frame::Frame;
use plumbline_wire::genesis::{self, Genesis, GenesisProblem};
use plumbline_wire::key::{OpeningSecret, Secrets};
use plumbline_wire::link::{BadLink, Link};
use rand::SeedableRng as _;
use zeroize::Zeroizing;

use crate::seal::{self, Random};

const MAGIC: &[u8; 4] = b"PLid";

/// A device in a workspace. Secret as a whole.
#[derive(Clone)]
pub struct Identity {
    genesis: Genesis,
    link: Link,
    seed: Zeroizing<[u8; 64]>,
    certificate: Certificate,
    device: Secrets,
    opened: Secrets,
}

/// Why bytes are no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProblem {
    /// They cannot be read.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// Their genesis is none, or another workspace's.
    #[error(transparent)]
    Genesis(#[from] GenesisProblem),
    /// Their certificate is none.
    #[error(transparent)]
    Certificate(#[from] CertificateProblem),
    /// Their link is none.
    #[error(transparent)]
    Link(#[from] BadLink),
    /// Their parts do not belong together.
    #[error("parts that do not belong together")]
    Mixed,
}

impl Identity {
    /// Founds a workspace: a founding link, whose fragment is to be kept by the founder for recovery, and this device. `nonce`:
    /// random, or the name that the workspace had before ([`Genesis::nonce`]). `at`: the wall clock, in milliseconds since 1970.
    #[must_use]
    pub fn found(nonce: [u8; 16], at: u64, random: &mut Random) -> Self {
        let seed = Zeroizing::new(seal::draw::<32>(random));
        let genesis = Genesis::found(&Link::founding_secrets(&seed), nonce, at);
        let link = Link::new(genesis.workspace(), *seed);
        Self::issue(genesis, link, at, random)
    }

    /// This device joins by a link. `genesis`: as the relay or a member showed it, see [`Identity::genesis_in`].
    ///
    /// # Errors
    /// When the genesis is not of the link's workspace.
    pub fn join(link: Link, genesis: &[u8], at: u64, random: &mut Random) -> Result<Self, GenesisProblem> {
        let genesis = Genesis::parse_for(&link.workspace, genesis)?;
        Ok(Self::issue(genesis, link, at, random))
    }

    /// The genesis in the first frame that a relay or a member sends: who has only a link begins with it.
    #[must_use]
    pub fn genesis_in(frame: &[u8]) -> Option<Vec<u8>> {
        match Frame::parse(frame) {
            Ok(Frame::Challenge { genesis, .. }) => Some(genesis.to_vec()),
            _ => None,
        }
    }

    fn issue(genesis: Genesis, link: Link, at: u64, random: &mut Random) -> Self {
        let seed = Zeroizing::new(seal::draw(random));
        let (device, opened) = (Secrets::from_seed(&seed), link.secrets_in(&genesis));
        let certificate = Certificate::issue(genesis.workspace(), &opened.signing, &device, at);
        Self { genesis, link, seed, certificate, device, opened }
    }

    /// As bytes, for the device's own storage. Secret.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Writer::magic(MAGIC);
        out.raw(self.genesis.bytes()).raw(&self.seed[..]).raw(self.certificate.bytes());
        out.bytes(self.link.fragment().as_bytes());
        Zeroizing::new(out.done())
    }

    /// Reads what [`Identity::encode`] made.
    ///
    /// # Errors
    /// When the storage was damaged.
    pub fn decode(bytes: &[u8]) -> Result<Self, IdentityProblem> {
        let mut reader = Reader::new(bytes);
        reader.magic(MAGIC)?;
        let genesis = Genesis::parse(reader.take(genesis::LENGTH)?)?;
        let seed = Zeroizing::new(reader.array()?);
        let certificate = Certificate::parse(reader.take(certificate::LENGTH)?)?;
        let link = std::str::from_utf8(reader.bytes(128)?).map_err(|_| Malformed::Value)?.parse::<Link>()?;
        reader.end()?;
        let (device, opened) = (Secrets::from_seed(&seed), link.secrets_in(&genesis));
        let workspace = genesis.workspace();
        let belongs = certificate.device == device.keys()
            && certificate.link == opened.signing.verify_key()
            && certificate.workspace == workspace
            && link.workspace == workspace;
        if !belongs {
            return Err(IdentityProblem::Mixed);
        }
        Ok(Self { genesis, link, seed, certificate, device, opened })
    }

    /// The workspace's genesis.
    #[must_use]
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// This device's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The link this device came by.
    #[must_use]
    pub const fn link(&self) -> &Link {
        &self.link
    }

    /// What this device opens with what is sealed to it.
    #[must_use]
    pub const fn opening(&self) -> &OpeningSecret {
        &self.device.opening
    }

    pub(super) const fn device(&self) -> &Secrets {
        &self.device
    }

    pub(super) const fn opened(&self) -> &Secrets {
        &self.opened
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({:?}, …)", self.certificate.device.verify)
    }
}

/// A source of randomness from 32 bytes of the platform's.
#[must_use]
pub fn random(seed: [u8; 32]) -> Random {
    Random::from_seed(seed)
}
