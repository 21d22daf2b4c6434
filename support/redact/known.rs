//! What the run knows must not be shown. A text is compared by its letters and digits only, without their case, so nothing that
//! stands between the letters of a secret hides it; and piece by piece, so a part of a secret is found like the whole.

use std::ops::Range;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use icu_normalizer::DecomposingNormalizer;

use super::encodings::encodings;
use super::search::Search;
use super::windows::{Piece, WINDOW, Windows, shifted};

/// In characters; what is shorter is found as it is only.
const SHORTEST: usize = 4;
/// In letters of several words, where the secret has as many.
const MIN_LETTERS: usize = 8;

/// Which characters of a text are compared.
type Kept = fn(char) -> bool;

/// A part of a text that must not be shown, and what stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) part: Range<usize>,
    pub(super) word: &'static str,
}

/// Secrets, and what is made of them when a text is first searched: most redactors of one exchange never see one.
#[derive(Clone, Default)]
pub(super) struct Known {
    secrets: Vec<(String, &'static str)>,
    pieces: OnceLock<Pieces>,
    /// All the texts that are replaced exactly.
    spelled: OnceLock<Vec<(String, &'static str)>>,
}

/// Pieces of secrets.
#[derive(Clone, Default)]
struct Pieces {
    windows: Windows,
    /// Secrets with few letters, as [`shown`] writes them.
    short: Vec<(String, Kept, &'static str)>,
    /// Some are so short that they have no pieces.
    has_short: bool,
}

impl Known {
    pub(super) fn add(&mut self, secret: &str, word: &'static str) {
        *self = Known { secrets: std::mem::take(&mut self.secrets), ..Known::default() };
        self.secrets.extend((!secret.is_empty()).then(|| (secret.to_owned(), word)));
    }

    /// Whether some secret has so few letters that a text in few digits may be one.
    pub(super) fn has_short(&self) -> bool {
        !self.secrets.is_empty() && self.pieces().has_short
    }

    fn pieces(&self) -> &Pieces {
        self.pieces.get_or_init(|| Pieces::of(&self.secrets))
    }

    /// The parts of a text in which pieces of secrets stand. Whether a secret may stand there whole: then some of its letters do.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Hit>) -> bool {
        let pieces = self.pieces();
        let mut has_letters = pieces.has_short;
        if !pieces.windows.is_empty() && text.len() >= WINDOW {
            let alphabets: &[Alphabet] = if text.is_ascii() { &[Alphabet::All] } else { &Alphabet::EACH };
            for alphabet in alphabets.iter().copied() {
                let mut search = Search::new(&pieces.windows, text, found);
                each_letter(text, alphabet, |letter, place, is_new_word| search.read(letter, place, is_new_word));
                search.close(false);
                has_letters |= search.has_letters;
            }
        }
        for (secret, kept, word) in &pieces.short {
            let (shown, places) = shown(text, *kept);
            let parts = shown.match_indices(secret).map(|(at, _)| places[at].start..places[at + secret.len() - 1].end);
            found.extend(parts.map(|part| Hit { part, word }));
        }
        has_letters
    }

    /// Whether something of a secret stands there.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let mut found = Vec::new();
        self.find(text, &mut found) || !found.is_empty()
    }

    /// Where secrets stand whole.
    pub(super) fn find_exact(&self, text: &str, found: &mut Vec<Hit>) {
        let encoded = |(secret, word): &(String, &'static str)| {
            let word = *word;
            encodings(secret).into_iter().map(move |text| (text, word))
        };
        for (known, word) in self.spelled.get_or_init(|| self.secrets.iter().flat_map(encoded).collect()) {
            if known.len() <= text.len() {
                found.extend(text.match_indices(known).map(|(at, _)| Hit { part: at..at + known.len(), word }));
            }
        }
    }
}

impl Pieces {
    fn of(secrets: &[(String, &'static str)]) -> Self {
        // Three times in base64, each a third longer.
        let room = secrets.iter().map(|(secret, _)| secret.len() * 5 + 16).sum();
        let mut pieces = Pieces { windows: Windows::for_as_many_as(room), ..Pieces::default() };
        let mut letters = Vec::new();
        secrets.iter().for_each(|(secret, word)| pieces.add(secret, word, &mut letters));
        pieces
    }

    /// Adds a secret, and its base64 within that of a longer text.
    fn add(&mut self, secret: &str, word: &'static str, letters: &mut Vec<u8>) {
        self.add_letters(secret, word, letters);
        self.has_short |= letters.len() < WINDOW;
        for pad in ["", " ", "  "] {
            let encoded = STANDARD_NO_PAD.encode([pad, secret].concat());
            // The first and the last digit also tell of what stands beside it.
            let first = [0, 2, 3][pad.len()];
            let last = encoded.len() - usize::from(!(pad.len() + secret.len()).is_multiple_of(3));
            self.add_letters(encoded.get(first..last).unwrap_or_default(), word, letters);
        }
    }

    fn add_letters(&mut self, secret: &str, word: &'static str, letters: &mut Vec<u8>) {
        letters.clear();
        each_letter(secret, Alphabet::All, |letter, _, _| letters.push(letter));
        if letters.len() < WINDOW && secret.chars().filter(|c| is_visible(*c)).count() >= SHORTEST {
            self.short.push((shown(secret, is_visible).0, is_visible, word));
            let letters = shown(secret, char::is_alphanumeric).0;
            self.short.extend((letters.len() >= SHORTEST).then_some((letters, char::is_alphanumeric as Kept, word)));
        }
        let piece = Piece { word, least: letters.len().min(MIN_LETTERS) };
        let mut key = 0;
        for (at, letter) in letters.iter().enumerate() {
            key = shifted(key, *letter);
            if at + 1 >= WINDOW {
                self.windows.insert(key, piece);
            }
        }
    }
}

/// Which letters of a text are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    All,
    /// Those that are of ASCII once they are plain: a letter of another alphabet may stand between them, and some take no room.
    Plain,
    /// Those of ASCII itself: a raised letter is a plain one too.
    Ascii,
}

impl Alphabet {
    const EACH: [Alphabet; 3] = [Alphabet::All, Alphabet::Plain, Alphabet::Ascii];
}

/// Calls `read` with each letter and digit, its place, and whether a word begins with it. Marks on a letter and what takes no room
/// are no letters, and end no word.
fn each_letter(text: &str, alphabet: Alphabet, mut read: impl FnMut(u8, Range<usize>, bool)) {
    let mut is_new_word = true;
    let mut at = 0;
    // Byte by byte, for nearly all texts are ASCII, and each of them is read.
    while let Some(byte) = text.as_bytes().get(at) {
        let start = at;
        at += 1;
        match byte {
            byte if byte.is_ascii_alphanumeric() => {
                read(byte.to_ascii_lowercase(), start..at, is_new_word);
                is_new_word = false;
            }
            b'-' | b'_' => {}
            byte if byte.is_ascii() => {
                is_new_word |= !byte.is_ascii_control() || byte.is_ascii_whitespace() || *byte == 0x0b
            }
            _ => {
                let Some(c) = text[start..].chars().next() else { return };
                at = start + c.len_utf8();
                if alphabet != Alphabet::Ascii {
                    is_new_word &=
                        !each_plain(c, alphabet, |letter, first| read(letter, start..at, is_new_word && first));
                }
            }
        }
    }
}

/// Calls `read` with what a letter is made of, and whether it is the first. Returns whether there is something.
fn each_plain(c: char, alphabet: Alphabet, mut read: impl FnMut(u8, bool)) -> bool {
    let mut letter = [0; 4];
    let mut is_first = true;
    for plain in DecomposingNormalizer::new_nfkd().normalize(c.encode_utf8(&mut letter)).chars() {
        if plain.is_ascii_alphanumeric() || alphabet == Alphabet::All && plain.is_alphanumeric() {
            read(as_byte(plain), is_first);
            is_first = false;
        }
    }
    !is_first
}

/// A letter of another alphabet needs room in a window too.
fn as_byte(c: char) -> u8 {
    match c.is_ascii() {
        true => c.to_ascii_lowercase() as u8,
        false => c.to_lowercase().next().map_or(0x80, |c| (u32::from(c) % 0x7f) as u8 | 0x80),
    }
}

/// What takes room.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && crate::wording::is_printable(c)
}

/// These characters of a text, without their case; and where each byte of that stands.
fn shown(text: &str, kept: Kept) -> (String, Vec<Range<usize>>) {
    let (mut out, mut places) = (String::new(), Vec::new());
    for (at, c) in text.char_indices().filter(|(_, c)| kept(*c)) {
        let before = out.len();
        out.extend(c.to_lowercase());
        places.resize(places.len() + out.len() - before, at..at + c.len_utf8());
    }
    (out, places)
}
