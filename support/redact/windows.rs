//! The pieces of secrets by their letters. One is looked up for each letter that comes, and thousands are kept for a token.

/// Letters and digits in a row that are looked up at once.
pub(super) const WINDOW: usize = 6;
const BITS: u32 = 8 * WINDOW as u32;
const MASK: u64 = (1 << BITS) - 1;

/// What a window belongs to.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) word: &'static str,
    /// So many letters in a row are a piece of the secret, whatever stands between them.
    pub(super) least: usize,
}

/// A table with open addressing, of one allocation: a window in the lower bits of a slot, what is known of it in the upper ones.
#[derive(Clone, Default)]
pub(super) struct Windows {
    /// At least twice as many as windows; 0 is none, for no letter is 0.
    slots: Vec<u64>,
    words: Vec<&'static str>,
}

impl Windows {
    pub(super) fn for_as_many_as(windows: usize) -> Self {
        Windows { slots: vec![0; (2 * windows).next_power_of_two()], words: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(super) fn insert(&mut self, key: u64, piece: Piece) {
        let at = self.place(key);
        let number = self.words.iter().position(|word| *word == piece.word).unwrap_or_else(|| {
            self.words.push(piece.word);
            self.words.len() - 1
        });
        self.slots[at] = key | (piece.least as u64) << BITS | (number as u64) << (BITS + 8);
    }

    pub(super) fn get(&self, key: u64) -> Option<Piece> {
        let slot = self.slots[self.place(key)];
        let word = || self.words.get((slot >> (BITS + 8)) as usize);
        let least = (slot >> BITS & 0xff) as usize;
        if slot == 0 { None } else { word().map(|word| Piece { word, least }) }
    }

    /// Where the window stands or would stand. Nobody can choose many windows that collide: they are pieces of secrets.
    fn place(&self, key: u64) -> usize {
        let last = self.slots.len() - 1;
        // Fibonacci hashing (Knuth, volume 3, 6.4); the upper half is the better one.
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & last;
        while self.slots[at] != 0 && self.slots[at] & MASK != key {
            at = (at + 1) & last;
        }
        at
    }
}

/// The window that ends with this letter, after that one.
pub(super) fn shifted(key: u64, letter: u8) -> u64 {
    (key << 8 | u64::from(letter)) & MASK
}
