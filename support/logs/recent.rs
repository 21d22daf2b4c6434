//! The last records, by a number that stands for what each tells: an attempt writes its records close to one another.

/// So many records are remembered.
const MOST: usize = 16;

/// Numbers of the last records, in no order.
#[derive(Default)]
pub(super) struct Recent {
    numbers: [Option<u64>; MOST],
    next: usize,
}

impl Recent {
    /// Whether a record of that number was there shortly before. Remembers it.
    pub(super) fn has(&mut self, number: u64) -> bool {
        if self.numbers.contains(&Some(number)) {
            return true;
        }
        self.numbers[self.next] = Some(number);
        self.next = (self.next + 1) % MOST;
        false
    }
}
