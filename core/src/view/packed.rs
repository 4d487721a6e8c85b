//! Views on their way to the app: bytes that only the page which shows them reads. So the code that reads a view is part of its page,
//! and what is kept for the next start is kept as it came.

use std::fmt;

use serde::de::{DeserializeOwned, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    BallotView, ConflictsView, PrioritiesView, RoundView, RoundsView, SettingsView, ShellView, StackView, TeamView,
    TodayView,
};

/// A [`super::View`] in postcard's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

/// A view model that stands in a [`Packed`] view.
pub trait Readable: DeserializeOwned {
    /// Which variant of [`super::View`] holds it, as serde counts them: the first of the bytes.
    const NUMBER: u8;
}

/// The number of [`super::View::Missing`].
const MISSING: u8 = 10;

impl Packed {
    /// A view's bytes, as postcard writes [`super::View`].
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes of the view model, if it is of this kind.
    #[must_use]
    pub fn of<T: Readable>(&self) -> Option<&[u8]> {
        self.0.split_first().filter(|(number, _)| **number == T::NUMBER).map(|(_, rest)| rest)
    }

    /// Whether the round or leader asked for is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.0.first() == Some(&MISSING)
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Packed;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Packed, E> {
                Ok(Packed(bytes.to_vec()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Packed, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = sequence.next_element()? {
                    bytes.push(byte);
                }
                Ok(Packed(bytes))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

macro_rules! readable {
    ($($number:literal => $view:ty),* $(,)?) => {
        $(impl Readable for $view {
            const NUMBER: u8 = $number;
        })*
    };
}

readable! {
    0 => ShellView,
    1 => TodayView,
    2 => TeamView,
    3 => PrioritiesView,
    4 => RoundsView,
    5 => RoundView,
    6 => BallotView,
    7 => StackView,
    8 => ConflictsView,
    9 => SettingsView,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_crosses_as_bytes_and_only_its_own_kind_is_taken_out() {
        let packed = Packed::new(vec![1, 7, 8]);
        let text = serde_json::to_string(&packed).expect("written");
        assert_eq!(serde_json::from_str::<Packed>(&text).expect("read"), packed);
        assert_eq!(packed.of::<TodayView>(), Some(&[7, 8][..]));
        assert_eq!(packed.of::<TeamView>(), None);
        assert!(!packed.is_missing() && Packed::new(vec![MISSING]).is_missing());
    }
}
