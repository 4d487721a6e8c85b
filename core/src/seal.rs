//! What the document holds of sealed ballots: keys, names and sealed bytes, and their text. No cryptography: that is done where
//! the peer is (`replica`).

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::id::LeaderId;

/// 32 bytes: a device, a round's public key, its published secret, or the name (SHA-256) of a sealed ballot. As text in base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bytes32(pub [u8; 32]);

/// The text is not 32 bytes in base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 32 bytes")]
pub struct NotBytes32;

impl fmt::Display for Bytes32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text_of(&self.0))
    }
}

impl FromStr for Bytes32 {
    type Err = NotBytes32;

    fn from_str(text: &str) -> Result<Self, NotBytes32> {
        bytes_of(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(NotBytes32)
    }
}

/// Bytes as the document holds them.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Bytes back from the document.
#[must_use]
pub fn bytes_of(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Whoever holds a key of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custodian {
    /// Their device.
    pub device: Bytes32,
    /// The leaders who had written on it when the round was opened.
    pub leaders: Vec<LeaderId>,
}

/// What a sealed round is opened with. One value in the document, written by the first custodian's device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// Whether ballots are sealed twice, so that neither custodian could look alone.
    pub strong: bool,
    /// The public key that ballots are sealed to; of a strong round the first custodian's.
    pub key: Bytes32,
    /// The device that opened the round, and the second custodian if there is one. A strong round has two.
    pub custodians: Vec<Custodian>,
}

impl fmt::Display for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.strong { "strong" } else { "simple" }, self.key)?;
        for custodian in &self.custodians {
            write!(f, " {}:", custodian.device)?;
            for (place, leader) in custodian.leaders.iter().enumerate() {
                write!(f, "{}{leader}", if place == 0 { "" } else { "," })?;
            }
        }
        Ok(())
    }
}

impl FromStr for Sealing {
    type Err = NotBytes32;

    fn from_str(text: &str) -> Result<Self, NotBytes32> {
        let mut words = text.split(' ');
        let strong = match words.next() {
            Some("simple") => false,
            Some("strong") => true,
            _ => return Err(NotBytes32),
        };
        let key = words.next().ok_or(NotBytes32)?.parse()?;
        let custodian = |word: &str| {
            let (device, leaders) = word.split_once(':').ok_or(NotBytes32)?;
            let leaders = leaders.split(',').filter_map(|leader| leader.parse().ok()).collect();
            Ok(Custodian { device: device.parse()?, leaders })
        };
        let custodians: Vec<Custodian> = words.map(custodian).collect::<Result<_, _>>()?;
        let fitting = if strong { 2..=2 } else { 1..=2 };
        if fitting.contains(&custodians.len()) { Ok(Self { strong, key, custodians }) } else { Err(NotBytes32) }
    }
}

/// A ballot that counts, as whoever closes a sealed round found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedBallot {
    /// Whose.
    pub leader: LeaderId,
    /// What was sealed, best first.
    pub ranking: Vec<crate::id::PriorityId>,
    /// The name of the sealed ballot.
    pub name: Bytes32,
}

/// Which of the two keys of a strong round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Half {
    /// The first custodian's.
    First,
    /// The second custodian's.
    Second,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealing_reads_back_and_strangers_are_none() {
        let custodian = |n: u8, leaders: &[u8]| Custodian {
            device: Bytes32([n; 32]),
            leaders: leaders.iter().map(|n| LeaderId::from_bytes([*n; 10])).collect(),
        };
        let both = vec![custodian(1, &[1, 2]), custodian(2, &[])];
        for (strong, custodians) in [(false, both[..1].to_vec()), (false, both.clone()), (true, both.clone())] {
            let sealing = Sealing { strong, key: Bytes32([7; 32]), custodians };
            assert_eq!(sealing.to_string().parse(), Ok(sealing));
        }
        let lone = Sealing { strong: true, key: Bytes32([7; 32]), custodians: both[..1].to_vec() };
        for text in ["", "simple", "simple x", "strong", &lone.to_string(), "simply AAAA"] {
            assert_eq!(text.parse::<Sealing>(), Err(NotBytes32), "{text}");
        }
    }
}
