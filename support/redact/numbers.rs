//! A text as the numbers of its characters, and one that is spread over numbered lines or fields.

use std::ops::Range;

use super::digits::{push_text, something};
use super::marks::Least;
use super::reading::Reading;

/// The numbers of letters, whatever words stand between them: `[99, 97]`, `143 141`, `chr(99) + chr(97)`, `01100011`.
pub(super) fn of_radix(reading: &Reading<'_>, least: Least, radix: u32) -> Option<Reading<'static>> {
    let width = if radix == 2 { 8 } else { 3 };
    let mut found: Vec<(u8, Range<usize>)> = Vec::new();
    for word in words(&reading.text) {
        let text = &reading.text[word.clone()];
        let digits = text.trim_start_matches("0o").trim_start_matches("0b");
        // Without signs between them, each has its zeros; the last may be cut.
        let is_row = digits.len() >= width * least.numbers;
        let (step, start) = (if is_row { width } else { digits.len().max(1) }, word.end - digits.len());
        found.extend((0..digits.len()).step_by(step).filter_map(|at| {
            let number = u8::from_str_radix(digits.get(at..at + step)?, radix).ok();
            let number = number.filter(|number| *number >= 0x20 && *number != 0x7f)?;
            Some((number, start + at..start + at + step))
        }));
    }
    let mut out = Reading::empty();
    if found.len() >= least.numbers {
        push_text(&mut out, reading, &found);
    }
    something(out)
}

/// The text without numbers that count: `[0] = c`, `"1": 97`.
pub(super) fn without_indices(reading: &Reading<'_>) -> Option<Reading<'static>> {
    let all: Vec<Range<usize>> = words(&reading.text).collect();
    let number = |at: usize| reading.text[all.get(at)?.clone()].parse::<u32>().ok();
    let (mut out, mut last) = (Reading::empty(), 0);
    for (at, word) in all.iter().enumerate().skip(1) {
        let Some(index) = number(at - 1) else { continue };
        let is_next = |at: usize| number(at).is_some_and(|next| index.checked_add(1) == Some(next));
        let ends = at >= 3 && last == at - 2 && number(at - 3) == index.checked_sub(1);
        // What stands there is the next index where the value has no letters.
        if !is_next(at) && (is_next(at + 1) || ends) {
            last = at;
            for (place, c) in reading.text[word.clone()].char_indices() {
                let start = word.start + place;
                out.push(c, reading.source(start..start + c.len_utf8()));
            }
            out.push(' ', reading.source(word.clone()));
        }
    }
    something(out)
}

/// Letters and digits in a row.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| c.is_ascii_alphanumeric())?;
        at = start + text[start..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - start);
        Some(start..at)
    })
}
