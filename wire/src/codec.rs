//! Reading and writing bytes: fixed widths, big-endian, one spelling for each value.
//!
//! Not a general format: signed bytes must have one spelling, a relay must find an item's sequence number without decoding
//! the rest, and every length is checked against what is at hand before anything is allocated.

/// Why bytes are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// They end too early.
    #[error("ends too early")]
    Truncated,
    /// They go on after the end.
    #[error("goes on after its end")]
    Trailing,
    /// Something is longer than its limit.
    #[error("longer than the limit of {limit}")]
    TooLong {
        /// The limit that was passed: bytes or entries.
        limit: usize,
    },
    /// They do not begin as they should.
    #[error("not what it should be")]
    Magic,
    /// A later version of the protocol.
    #[error("version {version} of the protocol")]
    Version {
        /// The version they name.
        version: u8,
    },
    /// A number that stands for nothing.
    #[error("unknown kind {tag}")]
    Tag {
        /// The number.
        tag: u8,
    },
    /// A list that must be in order and without repeats is not.
    #[error("not in order")]
    Order,
    /// A value that is spelt right and cannot be.
    #[error("a value that cannot be")]
    Value,
}

/// Takes values off the front of bytes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads `bytes` from the start.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next `N` bytes, by value.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Malformed::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    /// Bytes with their length (four bytes) before them.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above `limit`, before anything else is looked at.
    pub fn bytes(&mut self, limit: usize) -> Result<&'a [u8], Malformed> {
        let length = self.u32()? as usize;
        if length > limit {
            return Err(Malformed::TooLong { limit });
        }
        self.take(length)
    }

    /// A number of entries (two bytes), each of at least `least` bytes, so that what follows can hold them.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above `limit`, [`Malformed::Truncated`] if they cannot all be there.
    pub fn count(&mut self, limit: usize, least: usize) -> Result<usize, Malformed> {
        let count = usize::from(self.u16()?);
        if count > limit {
            return Err(Malformed::TooLong { limit });
        }
        if count.saturating_mul(least) > self.0.len() {
            return Err(Malformed::Truncated);
        }
        Ok(count)
    }

    /// Entries with their number before them; each is read by `read` and takes at least `least` bytes.
    ///
    /// # Errors
    /// As [`Reader::count`], and what `read` says.
    pub fn list<T>(
        &mut self,
        limit: usize,
        least: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = self.count(limit, least)?;
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            entries.push(read(self)?);
        }
        Ok(entries)
    }

    /// The magic and the version that a signed thing begins with.
    ///
    /// # Errors
    /// [`Malformed::Magic`], [`Malformed::Version`].
    pub fn magic(&mut self, magic: &[u8; 4]) -> Result<(), Malformed> {
        if &self.array()? != magic {
            return Err(Malformed::Magic);
        }
        match self.u8()? {
            crate::limits::VERSION => Ok(()),
            version => Err(Malformed::Version { version }),
        }
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.0.len()
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// [`Malformed::Trailing`].
    pub const fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::Trailing) }
    }
}

/// Puts values at the end of bytes.
#[derive(Debug, Clone, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Empty, with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Begins a signed thing.
    #[must_use]
    pub fn magic(magic: &[u8; 4]) -> Self {
        let mut writer = Self::with_capacity(256);
        writer.raw(magic).u8(crate::limits::VERSION);
        writer
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Bytes with their length before them. What is longer than four bytes can say was refused long before; it is cut.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(length).raw(&bytes[..length as usize])
    }

    /// Entries with their number before them. Callers keep to the limits of [`crate::limits`], which fit two bytes.
    pub fn list<T>(&mut self, entries: &[T], mut write: impl FnMut(&mut Self, &T)) -> &mut Self {
        let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
        self.u16(count);
        entries.iter().take(usize::from(count)).for_each(|entry| write(self, entry));
        self
    }

    /// What was written so far.
    #[must_use]
    pub fn so_far(&self) -> &[u8] {
        &self.0
    }

    /// What was written.
    #[must_use]
    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_checked_before_they_are_believed() {
        let claims = u32::MAX.to_be_bytes();
        assert_eq!(Reader::new(&claims).bytes(10), Err(Malformed::TooLong { limit: 10 }));
        let claims = 9_u32.to_be_bytes();
        assert_eq!(Reader::new(&claims).bytes(10), Err(Malformed::Truncated));
        let claims = 1000_u16.to_be_bytes();
        assert_eq!(Reader::new(&claims).count(2000, 32), Err(Malformed::Truncated));
        assert_eq!(Reader::new(&claims).count(999, 0), Err(Malformed::TooLong { limit: 999 }));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::magic(b"test");
        writer.u16(7).u64(u64::MAX).bytes(b"abc").list(&[1_u32, 2], |writer, value| {
            writer.u32(*value);
        });
        let bytes = writer.done();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.magic(b"test"), Ok(()));
        assert_eq!((reader.u16(), reader.u64()), (Ok(7), Ok(u64::MAX)));
        assert_eq!(reader.bytes(3), Ok(&b"abc"[..]));
        assert_eq!(reader.list(2, 4, Reader::u32), Ok(vec![1, 2]));
        assert_eq!(reader.end(), Ok(()));
    }
}
