//! Identifiers: small, copyable, unguessable enough never to collide, and the same text everywhere.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_DNSSEC;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text was not an identifier of the expected length and alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct BadId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// Number of random bytes the identifier is made of.
            pub const BYTES: usize = $bytes;

            /// An identifier from bytes drawn by the caller (the platform's random source, or a seeded generator).
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// The bytes the identifier was made of.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&BASE32_DNSSEC.encode(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bytes = BASE32_DNSSEC.decode(text.as_bytes()).map_err(|_| BadId)?;
                let id = bytes.try_into().map(Self).map_err(|_| BadId)?;
                // One spelling each: two keys in a document must never mean the same thing.
                if id.to_string() == text { Ok(id) } else { Err(BadId) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
                } else {
                    <[u8; $bytes]>::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

id!(
    /// A workspace: one team's document.
    WorkspaceId, 16
);
id!(
    /// A leader: a member of the team.
    LeaderId, 10
);
id!(
    /// A priority: something the team might put first.
    PriorityId, 10
);
id!(
    /// A round of ranking the priority stack.
    RoundId, 10
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let id = LeaderId::from_bytes([0, 1, 2, 3, 250, 251, 252, 253, 254, 255]);
        assert_eq!(id.to_string().len(), 16);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse::<LeaderId>(), Err(BadId));
    }

    #[test]
    fn other_lengths_and_alphabets_are_refused() {
        for text in ["", "0", "zzzzzzzzzzzzzzzz", "00000000000000000000000000", "0000 0000 0000 00", "ä"] {
            assert_eq!(text.parse::<LeaderId>(), Err(BadId), "{text}");
        }
    }
}
