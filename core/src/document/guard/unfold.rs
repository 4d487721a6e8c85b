//! What a chunk unfolds to, before Automerge unfolds it: a few bytes may stand for millions, deflated or as one run of a column.

use std::io::Read;

use flate2::bufread::DeflateDecoder;
use sha2::{Digest, Sha256};

use super::{ChunkProblem, leb128};

/// Bytes that one file, or one stored chunk, may inflate to: as many as the largest file that is opened has.
const MOST_BYTES: u64 = 64_000_000;
/// Entries of all columns together. A document of 10,000 changes has a few hundred thousand.
const MOST_ENTRIES: u64 = 20_000_000;

/// The bit that marks a deflated column.
const DEFLATED: u64 = 0b1000;
const HASH_BYTES: u64 = 32;

/// What may still be unfolded.
#[derive(Debug)]
pub struct Budget {
    bytes: u64,
    entries: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: MOST_BYTES, entries: MOST_ENTRIES }
    }
}

impl Budget {
    fn inflate(&mut self, deflated: &[u8]) -> Result<Vec<u8>, ChunkProblem> {
        let mut inflated = Vec::new();
        DeflateDecoder::new(deflated)
            .take(self.bytes + 1)
            .read_to_end(&mut inflated)
            .map_err(|_| ChunkProblem::Layout)?;
        self.bytes = self.bytes.checked_sub(inflated.len() as u64).ok_or(ChunkProblem::Bomb)?;
        Ok(inflated)
    }

    fn entries(&mut self, more: u64) -> Result<(), ChunkProblem> {
        self.entries = self.entries.checked_sub(more).ok_or(ChunkProblem::Bomb)?;
        Ok(())
    }
}

/// Look through a document chunk's content.
///
/// # Errors
/// [`ChunkProblem::Bomb`] when it unfolds to more than `budget` has left, [`ChunkProblem::Layout`] when it cannot be read.
pub fn document(content: &[u8], budget: &mut Budget) -> Result<(), ChunkProblem> {
    let mut rest = Bytes(content);
    rest.actors()?;
    rest.list(|rest| rest.skip(HASH_BYTES))?;
    let changes = rest.columns()?;
    let operations = rest.columns()?;
    for (kind, length) in changes.into_iter().chain(operations) {
        column(kind, rest.take(length)?, budget)?;
    }
    Ok(())
}

/// Look through a change chunk's content.
///
/// # Errors
/// As for [`document`].
pub fn change(content: &[u8], budget: &mut Budget) -> Result<(), ChunkProblem> {
    let mut rest = Bytes(content);
    rest.list(|rest| rest.skip(HASH_BYTES))?;
    rest.prefixed()?; // actor
    rest.number()?; // sequence number
    rest.number()?; // first operation
    rest.number()?; // time; signed, but as long either way
    rest.prefixed()?; // message
    rest.actors()?;
    for (kind, length) in rest.columns()? {
        column(kind, rest.take(length)?, budget)?;
    }
    Ok(())
}

/// Look through a deflated change chunk's content; `checksum` is the one its inflated form has to have.
///
/// # Errors
/// As for [`document`], and `None` inside when the checksum is another.
pub fn deflated_change(content: &[u8], checksum: &[u8], budget: &mut Budget) -> Result<bool, ChunkProblem> {
    let inflated = budget.inflate(content)?;
    let mut hash = Sha256::new_with_prefix([1]);
    let mut length = inflated.len();
    while length >= 0x80 {
        hash.update([(length & 0x7f) as u8 | 0x80]);
        length >>= 7;
    }
    hash.update([length as u8]);
    hash.update(&inflated);
    if hash.finalize()[..4] != *checksum {
        return Ok(false);
    }
    change(&inflated, budget)?;
    Ok(true)
}

fn column(kind: u64, bytes: &[u8], budget: &mut Budget) -> Result<(), ChunkProblem> {
    let inflated;
    let mut rest = Bytes(bytes);
    if kind & DEFLATED != 0 {
        inflated = budget.inflate(bytes)?;
        rest = Bytes(&inflated);
    }
    match kind & 0b111 {
        // Of each entry, how many entries it has in the columns that belong to it.
        0 => rest.runs(budget, |rest, times, budget| {
            let members = rest.number()?;
            budget.entries(members.checked_mul(times).ok_or(ChunkProblem::Bomb)?)
        }),
        4 => {
            while !rest.0.is_empty() {
                budget.entries(rest.number()?)?;
            }
            Ok(())
        }
        5 => rest.runs(budget, |rest, _, _| rest.prefixed()),
        // Raw bytes: as many as there are.
        7 => Ok(()),
        _ => rest.runs(budget, |rest, _, _| rest.number().map(drop)),
    }
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: u64) -> Result<&'a [u8], ChunkProblem> {
        let length = usize::try_from(length).map_err(|_| ChunkProblem::Layout)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ChunkProblem::Layout)?;
        self.0 = rest;
        Ok(taken)
    }

    fn skip(&mut self, length: u64) -> Result<(), ChunkProblem> {
        self.take(length).map(drop)
    }

    fn number(&mut self) -> Result<u64, ChunkProblem> {
        let end = self.0.iter().take(10).position(|byte| byte & 0x80 == 0).ok_or(ChunkProblem::Layout)? + 1;
        let (number, rest) = self.0.split_at(end);
        self.0 = rest;
        // A signed number may be too large for an unsigned one; where it is only passed over, that does not matter.
        Ok(leb128(number).map_or(u64::MAX, |(value, _)| value))
    }

    fn signed(&mut self) -> Result<i64, ChunkProblem> {
        let before = self.0;
        self.number()?;
        let digits = &before[..before.len() - self.0.len()];
        let mut value = 0_i64;
        for (index, byte) in digits.iter().enumerate() {
            value |= i64::from(byte & 0x7f) << (7 * index).min(63);
        }
        let bits = 7 * digits.len();
        let negative = digits.last().is_some_and(|last| last & 0x40 != 0);
        Ok(if negative && bits < 64 { value | (-1 << bits) } else { value })
    }

    fn prefixed(&mut self) -> Result<(), ChunkProblem> {
        let length = self.number()?;
        self.skip(length)
    }

    fn list(&mut self, mut one: impl FnMut(&mut Self) -> Result<(), ChunkProblem>) -> Result<(), ChunkProblem> {
        // Each takes at least a byte, so a count that is too large ends at the end of the bytes.
        (0..self.number()?).try_for_each(|_| one(self))
    }

    fn actors(&mut self) -> Result<(), ChunkProblem> {
        self.list(Self::prefixed)
    }

    /// Kind and length of each column.
    fn columns(&mut self) -> Result<Vec<(u64, u64)>, ChunkProblem> {
        let mut columns = Vec::new();
        self.list(|rest| {
            columns.push((rest.number()?, rest.number()?));
            Ok(())
        })?;
        Ok(columns)
    }

    /// The runs of a column: so many times one entry, so many different entries, or so many empty ones. `entry` reads one, and
    /// is told how many times it counts.
    fn runs(
        &mut self,
        budget: &mut Budget,
        entry: impl Fn(&mut Self, u64, &mut Budget) -> Result<(), ChunkProblem>,
    ) -> Result<(), ChunkProblem> {
        while !self.0.is_empty() {
            let run = self.signed()?;
            let times = if run == 0 { self.number()? } else { run.unsigned_abs() };
            budget.entries(times)?;
            match run {
                0 => {}
                1.. => entry(self, times, budget)?,
                _ => (0..times).try_for_each(|_| entry(self, 1, budget))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;

    use super::*;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn number(mut value: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 & 0x7f | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    /// A document without actors, heads or changes, and one column of operations.
    fn with_column(kind: u8, bytes: &[u8]) -> Vec<u8> {
        [&[0, 0, 0, 1, kind][..], &number(bytes.len() as u64), bytes].concat()
    }

    fn check(content: &[u8], expected: Result<(), ChunkProblem>) {
        assert_eq!(document(content, &mut Budget::default()), expected);
    }

    #[test]
    fn a_column_that_inflates_without_end_is_refused() {
        let bomb = deflated(&vec![0; MOST_BYTES as usize + 1]);
        assert!(bomb.len() < 100_000);
        check(&with_column(0x57 | 0b1000, &bomb), Err(ChunkProblem::Bomb));
        check(&with_column(0x57 | 0b1000, &deflated(&[0; 1_000_000])), Ok(()));
        check(&with_column(0x57 | 0b1000, b"\xff\xff"), Err(ChunkProblem::Layout));
    }

    #[test]
    fn several_columns_share_one_limit() {
        let half = deflated(&vec![0; MOST_BYTES as usize / 2 + 1]);
        let length = number(half.len() as u64);
        let two = [&[0, 0, 0, 2, 0x5f][..], &length, &[0x6f], &length, &half, &half].concat();
        check(&two, Err(ChunkProblem::Bomb));
    }

    #[test]
    fn a_run_without_end_is_refused() {
        // A positive number whose second-highest bit is set is as many as it says.
        let many = [0x80, 0x80, 0x80, 0x80, 0x01];
        for (kind, run) in [
            (0x12, [&many[..], &[7]].concat()),       // as many times the same number
            (0x13, [&[0][..], &many].concat()),       // as many empty ones
            (0x14, [&[0][..], &many].concat()),       // as many times yes
            (0x15, [&many[..], &[1, b'a']].concat()), // as many times one text
            (0x10, [&[1][..], &many].concat()),       // one entry with as many members
        ] {
            check(&with_column(kind, &run), Err(ChunkProblem::Bomb));
        }
        check(&with_column(0x12, &[5, 7, 0x7e, 1, 2, 0, 3]), Ok(()));
        check(&with_column(0x12, &[0x7e, 1]), Err(ChunkProblem::Layout));
    }

    #[test]
    fn a_deflated_change_is_inflated_within_the_limit_and_checked() {
        let bomb = deflated(&vec![0; MOST_BYTES as usize + 1]);
        assert_eq!(deflated_change(&bomb, &[0; 4], &mut Budget::default()), Err(ChunkProblem::Bomb));
        assert_eq!(deflated_change(&deflated(b"other"), &[0; 4], &mut Budget::default()), Ok(false));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in any::<u8>()) {
            let _ = document(&bytes, &mut Budget::default());
            let _ = document(&with_column(kind, &bytes), &mut Budget::default());
            let _ = change(&bytes, &mut Budget::default());
        }
    }
}
