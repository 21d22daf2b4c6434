//! Reads a text letter by letter, and finds where several in a row are a piece of a secret.

use std::ops::Range;

use super::known::Hit;
use super::windows::{Piece, WINDOW, Windows, shifted};

/// In characters of one word, hyphens included. Shorter pieces of a secret also occur in ordinary texts, so they are kept.
const MIN_PIECE: usize = 8;
/// In letters. That few at the beginning or the end of another word belong to that word: a secret that goes on with the same letter is
/// chance, and the word would be hidden in one check and not in the next.
const EDGE: usize = 3;

/// A letter of a text.
#[derive(Clone, Default)]
struct Letter {
    place: Range<usize>,
    /// The number of its word, and whether that begins with it.
    word: usize,
    is_first: bool,
}

/// A piece that is being read.
struct Open {
    part: Range<usize>,
    piece: Piece,
    letters: usize,
    /// The word that is being read, and where the piece begins in it.
    word: (usize, usize),
    /// How many letters of that word were read, and where the word before it ends.
    last: (usize, Option<usize>),
    /// In characters of one word.
    longest: usize,
}

/// Pieces of secrets in a text that is read letter by letter.
pub(super) struct Search<'a> {
    windows: &'a Windows,
    text: &'a str,
    found: &'a mut Vec<Hit>,
    key: u64,
    count: usize,
    /// How many words have begun.
    word: usize,
    /// The letters of the window.
    last: [Letter; WINDOW],
    open: Option<Open>,
    /// A window of a secret was read.
    pub(super) has_letters: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(windows: &'a Windows, text: &'a str, found: &'a mut Vec<Hit>) -> Self {
        let last = Default::default();
        Search { windows, text, found, key: 0, count: 0, word: 0, last, open: None, has_letters: false }
    }

    pub(super) fn read(&mut self, letter: u8, place: Range<usize>, is_new_word: bool) {
        self.key = shifted(self.key, letter);
        self.word += usize::from(is_new_word);
        self.last[self.count % WINDOW] = Letter { place: place.clone(), word: self.word, is_first: is_new_word };
        self.count += 1;
        let piece = if self.count >= WINDOW { self.windows.get(self.key) } else { None };
        let Some(piece) = piece else { return self.close(!is_new_word) };
        self.has_letters = true;
        let mut open = self.open.take().unwrap_or_else(|| self.opened(piece));
        if open.word.0 != self.word {
            open.word = (self.word, place.start);
            open.last = (0, Some(open.part.end));
        }
        open.letters += 1;
        open.last.0 += 1;
        open.piece.least = open.piece.least.min(piece.least);
        open.part.end = place.end;
        open.longest = open.longest.max(place.end - open.word.1);
        self.open = Some(open);
    }

    /// The piece that begins with this window, without its last letter.
    fn opened(&self, piece: Piece) -> Open {
        let window: Vec<&Letter> = (0..WINDOW).map(|back| &self.last[(self.count + back) % WINDOW]).collect();
        let of_first = window.iter().take_while(|letter| letter.word == window[0].word).count();
        let skipped = if of_first <= EDGE && !window[0].is_first { of_first } else { 0 };
        let start = window[skipped].place.start;
        let (before, of_last): (Vec<&Letter>, Vec<&Letter>) =
            window[skipped..WINDOW - 1].iter().partition(|letter| letter.word != self.word);
        let from = of_last.first().map_or(window[WINDOW - 1].place.start, |letter| letter.place.start);
        Open {
            part: start..before.last().map_or(start, |letter| letter.place.end),
            piece,
            letters: WINDOW - 1 - skipped,
            word: (self.word, from),
            last: (of_last.len(), before.last().map(|letter| letter.place.end)),
            longest: 0,
        }
    }

    /// The piece ends, perhaps within a word.
    pub(super) fn close(&mut self, is_within: bool) {
        let Some(mut open) = self.open.take() else { return };
        if let (letters @ ..=EDGE, Some(end)) = open.last
            && is_within
        {
            open.part.end = end;
            open.letters -= letters;
        }
        let beside = if open.last.1.is_none() { self.hyphens_beside(&open.part) } else { 0 };
        if open.letters >= open.piece.least || open.longest + beside >= MIN_PIECE {
            self.found.push(Hit { part: open.part, word: open.piece.word });
        }
    }

    /// They are characters of a token too.
    fn hyphens_beside(&self, part: &Range<usize>) -> usize {
        let is_one = |c: &u8| matches!(c, b'-' | b'_');
        let (before, after) = (self.text[..part.start].bytes().rev(), self.text[part.end..].bytes());
        before.take_while(is_one).count() + after.take_while(is_one).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Redactor;
    use crate::token::Token;

    const BEFORE: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ";

    #[test]
    fn a_word_that_begins_as_the_secret_goes_on_is_hidden_in_no_check() {
        for signature in ["sInATuRe0123456789", "vInATuRe0123456789", "xInATuRe0123456789"] {
            let redactor = Redactor::new([], [&Token::new(format!("{BEFORE}.{signature}"))]);
            let left = "suffix: hcnkifQ. ssot of a valid xsrf";
            assert_eq!(redactor.redact(left), left, "{signature}");
            let body = r#"{"suffix":"hcnkifQ.","vssot_authentication":true,"word":"sent"}"#;
            assert_eq!(redactor.redact_body(body), body, "{signature}");
        }
    }

    #[test]
    fn a_word_that_ends_as_the_secret_begins_again_is_hidden_in_no_check() {
        let redactor = Redactor::new([], [&Token::new(format!("{BEFORE}.sInATuRe0123456789"))]);
        assert_eq!(redactor.redact("the nation ATuRe01"), "the nation ATuRe01");
        assert_eq!(redactor.redact("the nation ATuRe012"), "the nation [TOKEN]");
    }

    #[test]
    fn a_piece_that_begins_or_ends_with_a_hyphen_has_as_many_characters_as_another() {
        for end in ["_b9-xmcs", "b9-xmcs_", "b9x-mcs-", "b9xmcsQr"] {
            let redactor = Redactor::new([], [&Token::new(format!("{BEFORE}.sInATuRe{end}"))]);
            assert_eq!(redactor.redact(&format!("suffix: {end}")), "suffix: [TOKEN]");
            let shorter = end.trim_start_matches(['_', 'b']).trim_end_matches(['_', '-']);
            assert_eq!(
                redactor.redact(&format!("{shorter} is short")).contains("[TOKEN]"),
                shorter.len() >= 8,
                "{shorter}"
            );
        }
    }

    #[test]
    fn pieces_between_blanks_are_hidden_with_what_goes_on_in_a_word() {
        let redactor = Redactor::new([], [&Token::new(format!("{BEFORE}.sInATuRe0123456789"))]);
        assert_eq!(redactor.redact("sIn ATu Re0 123"), "[TOKEN]");
        assert_eq!(redactor.redact("sInA TuRe and"), "[TOKEN] and");
        assert_eq!(redactor.redact("sInA TuRe0123and"), "[TOKEN]");
    }
}
