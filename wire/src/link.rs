//! The link that opens a workspace: `https://host/#w1.` and 64 characters of base64url, the workspace's name (16 bytes) and
//! a seed (32 bytes). The seed makes the keys of that one link; the data key is not in it, so that revoking the link and
//! rotating the key ends what it can read. What follows `#` never reaches a server.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::id::WorkspaceId;
use crate::key::Secrets;

const PREFIX: &str = "w1.";
const LENGTH: usize = 64;

/// A link, secret included. Whoever has it can do what it was granted.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// What it opens.
    pub workspace: WorkspaceId,
    seed: Zeroizing<[u8; 32]>,
}

/// Why a text is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// There is nothing like a link in it.
    #[error("not a link to a workspace")]
    NotALink,
    /// A link of a later version of Plumbline.
    #[error("a link of a later version")]
    Later,
    /// Something is missing at its end.
    #[error("{missing} characters are missing at the end of the link")]
    Cut {
        /// How many.
        missing: usize,
    },
    /// Something was added at its end.
    #[error("{extra} characters too many at the end of the link")]
    Longer {
        /// How many.
        extra: usize,
    },
    /// A character that is in no link.
    #[error("a character at {at} that is in no link")]
    Character {
        /// Offset behind `w1.`, from 0.
        at: usize,
    },
}

impl Link {
    /// A link with a seed of 32 random bytes.
    #[must_use]
    pub fn new(workspace: WorkspaceId, seed: [u8; 32]) -> Self {
        Self { workspace, seed: Zeroizing::new(seed) }
    }

    /// The founding link of a workspace that is not there yet: its keys are bound to no workspace, for the workspace's
    /// name is made from them.
    #[must_use]
    pub fn founding_secrets(seed: &[u8; 32]) -> Secrets {
        derive(seed, b"founding")
    }

    /// The keys of this link. Bound to the workspace: the same seed elsewhere makes other keys.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        derive(&self.seed, &self.workspace.0)
    }

    /// The keys this link stands for if it is the founding one. A link does not say which it is: whoever opens it tries
    /// both against the genesis.
    #[must_use]
    pub fn secrets_in(&self, genesis: &crate::genesis::Genesis) -> Secrets {
        let founding = Self::founding_secrets(&self.seed);
        if founding.keys() == genesis.root { founding } else { self.secrets() }
    }

    /// What stands behind `#` in the address.
    #[must_use]
    pub fn fragment(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; 48]);
        bytes[..16].copy_from_slice(&self.workspace.0);
        bytes[16..].copy_from_slice(&self.seed[..]);
        Zeroizing::new(format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes[..])))
    }
}

fn derive(seed: &[u8; 32], bound_to: &[u8]) -> Secrets {
    let mut keys = Zeroizing::new([0; 64]);
    Hkdf::<Sha256>::new(Some(b"plumbline link v1"), seed)
        .expand(bound_to, &mut keys[..])
        .expect("64 bytes are within what HKDF-SHA-256 gives: 8160");
    Secrets::from_seed(&keys)
}

impl FromStr for Link {
    type Err = BadLink;

    /// Reads a whole address, or what stands behind its `#`. Blanks around it, as a paste brings along, do not matter.
    fn from_str(text: &str) -> Result<Self, BadLink> {
        let text = text.trim();
        let fragment = text.rsplit_once('#').map_or(text, |(_, fragment)| fragment);
        let Some(code) = fragment.strip_prefix(PREFIX) else {
            let later = fragment.strip_prefix('w').and_then(|rest| rest.split_once('.'));
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            return Err(if later.is_some_and(|(number, _)| is_number(number)) {
                BadLink::Later
            } else {
                BadLink::NotALink
            });
        };
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if let Some(at) = code.bytes().position(|byte| !is_code(byte)) {
            return Err(BadLink::Character { at });
        }
        if code.len() < LENGTH {
            return Err(BadLink::Cut { missing: LENGTH - code.len() });
        }
        if code.len() > LENGTH {
            return Err(BadLink::Longer { extra: code.len() - LENGTH });
        }
        let bytes = Zeroizing::new(
            BASE64URL_NOPAD.decode(code.as_bytes()).map_err(|error| BadLink::Character { at: error.position })?,
        );
        let (workspace, seed) = bytes.split_first_chunk::<16>().ok_or(BadLink::NotALink)?;
        let seed = <[u8; 32]>::try_from(seed).map_err(|_| BadLink::NotALink)?;
        Ok(Self::new(WorkspaceId(*workspace), seed))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({:?}, …)", self.workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link() -> Link {
        Link::new(WorkspaceId([7; 16]), [9; 32])
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let fragment = link().fragment();
        let check = |text: &str, expected: BadLink| assert_eq!(text.parse::<Link>(), Err(expected), "{text}");
        check("", BadLink::NotALink);
        check("https://plumbline.example/", BadLink::NotALink);
        check("https://plumbline.example/#about", BadLink::NotALink);
        check("#w2.AAAA", BadLink::Later);
        check("#w.AAAA", BadLink::NotALink);
        check(&fragment[..fragment.len() - 3], BadLink::Cut { missing: 3 });
        check(&format!("{}x", *fragment), BadLink::Longer { extra: 1 });
        check(&fragment.replacen("w1.Bw", "w1.Bé", 1), BadLink::Character { at: 1 });
        check("w1.AA AA", BadLink::Character { at: 2 });
    }

    #[test]
    fn keys_belong_to_one_workspace() {
        let other = Link::new(WorkspaceId([8; 16]), [9; 32]);
        assert_ne!(link().secrets().keys(), other.secrets().keys());
        assert_ne!(link().secrets().keys(), Link::founding_secrets(&[9; 32]).keys());
    }

    #[test]
    fn the_seed_is_not_printed() {
        assert!(!format!("{:?}", link()).contains("CQkJ"));
    }

    proptest! {
        #[test]
        fn round_trip(workspace: [u8; 16], seed: [u8; 32]) {
            let link = Link::new(WorkspaceId(workspace), seed);
            let address = format!(" https://plumbline.example/#{}\n", *link.fragment());
            prop_assert_eq!(address.parse::<Link>(), Ok(link));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Link>();
            let _ = format!("#w1.{text}").parse::<Link>();
        }
    }
}
