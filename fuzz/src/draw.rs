//! Choices out of bytes: what a structured target does next is drawn from its input, so that the engine steers it.

/// What is left of an input.
#[derive(Debug, Clone, Copy)]
pub struct Draw<'a>(&'a [u8]);

impl<'a> Draw<'a> {
    /// All of an input.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self(input)
    }

    /// Whether nothing is left: the target's sign to stop.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One byte; zero when nothing is left.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().map_or((0, self.0), |(first, rest)| (*first, rest));
        self.0 = rest;
        first
    }

    /// A number below `end`; zero when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let drawn =
            if end > 256 { usize::from(self.byte()) << 8 | usize::from(self.byte()) } else { self.byte().into() };
        drawn.checked_rem(end).unwrap_or(0)
    }

    /// One of these; `None` when there are none.
    pub fn of<'b, T>(&mut self, from: &'b [T]) -> Option<&'b T> {
        let at = self.below(from.len());
        from.get(at)
    }

    /// Yes about once in `rarity`.
    pub fn once_in(&mut self, rarity: usize) -> bool {
        // Zero is what an input that ended draws: it goes on regularly.
        self.below(rarity) + 1 == rarity
    }

    /// A large number, small ones and those around the ends of their range more often.
    pub fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..=199 => small.into(),
            200..=219 => u64::MAX - u64::from(self.byte()),
            220..=239 => 1_u64.checked_shl(self.byte().into()).unwrap_or(1 << 63),
            _ => u64::from_be_bytes(self.array()),
        }
    }

    /// So many bytes, zeros when they are not there.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let taken = self.bytes(N);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// At most so many bytes.
    pub fn bytes(&mut self, most: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Bytes with a drawn length.
    pub fn some(&mut self, most: usize) -> &'a [u8] {
        let length = self.below(most + 1);
        self.bytes(length)
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.bytes(usize::MAX)
    }

    /// Damages bytes at one drawn place: a byte changed, cut off, or added.
    pub fn damage(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len().max(1));
        match self.byte() % 4 {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), self.byte()),
            _ => {
                let byte = self.byte().max(1);
                if let Some(place) = bytes.get_mut(at) {
                    *place ^= byte;
                }
            }
        }
    }
}
