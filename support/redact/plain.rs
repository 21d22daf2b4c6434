//! What stands under a name that says that it is secret, and is none: nothing at all, the reason why something is rejected, a sentence.
//! A password may be any word, so only what says that there is none is plain there. A token is no word that tells of a failure.

use std::ops::Range;

use crate::secret::{Said, is_scheme, words};

/// In characters; no reason of one word is longer.
const LONGEST_REASON: usize = 64;
/// In letters; no plain word is longer.
const LONGEST_WORD: usize = 24;
/// In digits; a longer number may be one.
const LONGEST_NUMBER: usize = 5;
/// Of a value that there is not.
const NOTHING: &str = "*** <nil> False NULL None String String! True [ any bool boolean false int integer nil none null number object \
    str string true undefined YES {";
/// Of which one stands in whatever tells of a failure, in small letters. What a token is, and whose, is no such word.
const REASONS: &str = "absent accepted active ago allowed already anonymous bad blacklisted blank blocked cannot changed characters \
    common corrupt corrupted could denied deprecated different disabled does empty err error errors exceeded \
    exception exists expected expire expired expires failed failure field forbidden found has illegal inactive \
    incorrect ineligible insufficient invalid invalidated is lacking least locked long malformed match mismatch \
    mismatched missing must needed needs no not omitted optional outdated present provided redacted rejected \
    required requires revoked short should stale suspended timeout too unable unauthenticated unauthorized \
    unexpected unknown unreadable unrecognized unset unsigned unsupported unusable unverified valid verified was \
    weak were will without wrong";
/// Of sentences, and of no secret.
const WORDS: &str = "a an and argument as at by can flag for from given in instead into of on option or parameter please set \
    takes that the then this to use value when which with your";
/// What stands before a number in the name of something known: `oauth2`, `base64`, `hs256`.
const NUMBERED: &str = "auth base ed es h hs http i ipv k md oauth p ps rfc rs s sha tls u utf v w x";

/// The parts of a value that are hidden where its name says that of it.
pub(super) fn hidden(said: Said, value: &str) -> Vec<Range<usize>> {
    match said {
        _ if is_nothing(value) => Vec::new(),
        Said::Password => all(value),
        Said::Grant if is_reason(value) => Vec::new(),
        Said::Code if !value.contains(' ') && tells_a_reason(value) => Vec::new(),
        Said::Grant | Said::Code => unusual_words(value).unwrap_or_else(|| all(value)),
    }
}

/// The whole of it.
pub(super) fn all(value: &str) -> Vec<Range<usize>> {
    std::iter::once(0..value.len()).collect()
}

/// The same of one of several: `{"password": ["is too short"]}` is a message.
pub(super) fn hidden_in_list(said: Said, value: &str) -> Vec<Range<usize>> {
    let is_message = || is_reason(value) || value.contains(' ') && value.split_whitespace().any(is_reason);
    match said {
        Said::Password if !is_nothing(value) && is_message() => Vec::new(),
        said => hidden(said, value),
    }
}

/// Whether a sentence goes on with this word, after a name that it is about: `password: the field is required`.
pub(super) fn goes_on(word: &str) -> bool {
    is_reason(word) || is_one_of(WORDS, &word.to_ascii_lowercase())
}

/// A value that says that there is none.
pub(super) fn is_nothing(value: &str) -> bool {
    let placeholder = |value: &str| value.len() > 2 && value.starts_with('[') && value.ends_with(']');
    let is_masked = |value: &str| value.chars().all(|c| "*•x".contains(c)) && value.chars().count() > 2;
    value.is_empty() || is_one_of(NOTHING, value) || placeholder(value) || is_masked(value)
}

/// Whether one word, or some that are written as one, tells what went wrong: `expired`, `invalid_token`, `Base64UrlDecodeError`.
pub(super) fn is_reason(value: &str) -> bool {
    let value = value.trim_matches(|c: char| c.is_ascii_punctuation());
    let words = words(value);
    let letters: usize = words.iter().map(String::len).sum();
    !value.contains(char::is_whitespace)
        && value.len() <= LONGEST_REASON
        && (words.len() == 1 || letters * 2 >= words.len() * 5)
        && words.iter().all(|word| is_known(word))
        && words.iter().any(|word| tells_of_a_failure(word))
}

/// Of a list that is written as one text.
fn is_one_of(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

fn tells_of_a_failure(word: &str) -> bool {
    is_one_of(REASONS, word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// A word in small letters, or one with a number that is known.
fn is_known(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    match digits {
        0 => word.len() <= LONGEST_WORD && word.chars().all(char::is_alphabetic),
        _ if letters.is_empty() => digits <= LONGEST_NUMBER,
        _ => digits <= 4 && (is_one_of(NUMBERED, letters) || digits <= 2 && is_one_of(REASONS, letters)),
    }
}

/// Of a text of several words, of which most are plain ones: those that are not.
fn unusual_words(value: &str) -> Option<Vec<Range<usize>>> {
    let mut end = 0;
    let words = value.split_inclusive(char::is_whitespace).map(|word| {
        end += word.len();
        (end - word.len(), word.trim_end())
    });
    let all: Vec<(usize, &str)> = words.filter(|(_, word)| !word.is_empty()).collect();
    let unusual: Vec<_> = all.iter().filter(|(_, word)| !is_plain(word)).collect();
    let is_worded = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let plain = all.iter().filter(|(_, word)| is_worded(word) && is_plain(word)).count();
    // A scheme and what follows it.
    let is_credential = all.len() == 2 && is_scheme(all[0].1) && !is_reason(all[1].1);
    let is_text = plain >= 2 && plain >= 2 * unusual.len() && !is_credential;
    is_text.then(|| unusual.into_iter().map(|(at, word)| *at..at + word.len()).collect())
}

/// A word as a text has it, with the signs around it.
pub(super) fn is_plain(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let pieces = words(word);
    let letters: usize = pieces.iter().map(|piece| piece.chars().count()).sum();
    letters <= LONGEST_REASON
        && pieces.iter().all(|piece| is_known(piece))
        && (pieces.len() <= 2 || letters >= 3 * pieces.len())
}

/// A name of several words, one of which tells of a failure: longer ones look like a token.
pub(super) fn is_name_of_an_error(run: &str) -> bool {
    let words = words(run);
    let letters: usize = words.iter().map(String::len).sum();
    letters >= 4 * words.len()
        && words.iter().all(|word| is_known(word))
        && words.iter().any(|word| tells_of_a_failure(word))
}

/// Whether a code tells what went wrong, and grants nothing: short words and numbers.
pub(super) fn tells_a_reason(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.bytes().any(|c| kind(&c));
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let pieces = value.split(|c: char| !c.is_alphanumeric());
    let is_short = |piece: &str| match piece.contains(|c: char| c.is_ascii_digit()) {
        true => piece.len() <= if is_mixed { 10 } else { LONGEST_NUMBER },
        false => piece.len() <= LONGEST_WORD && !changes_case_often(piece),
    };
    is_reason(value)
        || value.len() <= LONGEST_REASON && pieces.into_iter().all(is_short) && !(is_mixed && value.len() >= 16)
}

/// Letters of one word or of some words in a row, or a short number: no secret has such a value.
pub(super) fn is_word(value: &str) -> bool {
    value.len() <= LONGEST_WORD
        && (value.chars().all(|c| c.is_alphabetic() || "-_.'’!?".contains(c)) && !changes_case_often(value)
            || value.len() <= LONGEST_NUMBER && value.bytes().all(|c| c.is_ascii_digit()))
}

fn changes_case_often(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    capitals > 4 && word.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown of a value under a name that says that of it.
    fn shown(said: Said, value: &str) -> String {
        let mut out = value.to_owned();
        hidden(said, value).into_iter().rev().for_each(|part| out.replace_range(part, "…"));
        out
    }

    #[test]
    fn what_tells_why_a_token_is_rejected_is_no_token() {
        for value in [
            "expired",
            "Invalid",
            "invalid_token",
            "TOKEN_EXPIRED",
            "TokenNotValid",
            "token-not-found",
            "JWTExpiredSignatureError",
            "Base64UrlDecodeError",
            "OAuth2InvalidGrantError",
            "missing!",
            "verification failed",
            "Signature verification failed: bad padding (HS256)",
            "The token's \"exp\" claim is in the past.",
            "no API key was found in the request",
            "null",
            "********",
        ] {
            assert_eq!(shown(Said::Grant, value), value);
            assert_eq!(shown(Said::Code, value), value);
        }
    }

    #[test]
    fn what_is_no_text_is_a_token() {
        for value in [
            "hunter2",
            "letmein",
            "my-dev-key",
            "a1b2c3d4",
            "SplxlOBeZQQYbYS6WxSbIA",
            "dGhlIG5vdCBpcyBubw",
            "nOisNotWaSeRr",
            "no-is-9f-no-4a",
            "Bearer letmein",
            "x9kd 22jf 8sk1",
            "4815162342",
        ] {
            assert_eq!(shown(Said::Grant, value), "…", "{value}");
        }
        assert_eq!(shown(Said::Grant, "Token abc123def456 has expired"), "Token … has expired");
        assert_eq!(shown(Said::Grant, "session xKjqPzRtWv was revoked"), "session … was revoked");
    }

    #[test]
    fn a_password_may_be_any_word_and_any_text() {
        for value in ["expired", "letmein", "correct horse battery staple", "is too short", "1234"] {
            assert_eq!(shown(Said::Password, value), "…", "{value}");
        }
        for (value, is_hidden) in
            [("is too short", false), ("required", false), ("letmein", true), ("correct horse battery staple", true)]
        {
            assert_eq!(hidden_in_list(Said::Password, value).is_empty(), !is_hidden, "{value}");
        }
    }

    #[test]
    fn a_long_name_of_an_error_is_no_token() {
        for run in ["Base64UrlDecodeErrorInTokenVerifier", "OAuth2InvalidBearerTokenExceptionHandler"] {
            assert!(is_name_of_an_error(run), "{run}");
        }
        for run in ["mF9dErrorB5f4JqMmF9dB5f4JqMmF9dB5f4Jq", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"] {
            assert!(!is_name_of_an_error(run), "{run}");
        }
    }
}
