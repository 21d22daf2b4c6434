//! What is a secret by its shape, from any issuer: tokens, private keys, the keys of cloud providers, a password in an address.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::known::Hit;
use super::plain::is_name_of_an_error;

pub(super) const TOKEN: &str = "[TOKEN]";
pub(super) const SECRET: &str = "[SECRET]";

/// In characters. Shorter runs are ordinary words.
const MIN_RUN: usize = 8;
/// In characters, behind a scheme.
const MIN_CREDENTIAL: usize = 12;
/// How the keys of providers begin, and the fewest characters that follow.
const PROVIDERS: [(&str, usize); 26] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("GOCSPX-", 16),
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("npm_", 16),
    ("hf_", 16),
    ("xoxa-", 8),
    ("xoxb-", 8),
    ("xoxe-", 8),
    ("xoxp-", 8),
    ("xoxr-", 8),
    ("xoxs-", 8),
    ("sk_live_", 8),
    ("sk_test_", 8),
    ("rk_live_", 8),
    ("whsec_", 16),
    ("sk-", 20),
    ("shpat_", 16),
    ("dop_v1_", 16),
];
/// The same, where a dot follows.
const DOTTED: [(&str, usize); 2] = [("ya29", 8), ("SG", 16)];

/// The parts of a text that look like a secret.
pub(super) fn find(text: &str, found: &mut Vec<Hit>) {
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = end_of_run(text, start);
        at = end;
        if let Some((word, end)) = of_run(text, start, end) {
            found.push(Hit { part: start..end, word });
            at = end;
        }
    }
    private_keys(text, found);
    passwords(text, found);
    if text.contains(' ') {
        basics(text, found);
        credentials(text, found);
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn end_of_run(text: &str, start: usize) -> usize {
    text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length)
}

/// What stands for a run of letters that looks like a secret, and where that ends.
fn of_run(text: &str, start: usize, end: usize) -> Option<(&'static str, usize)> {
    let run = &text[start..end];
    if DOTTED.iter().any(|(begin, least)| run == *begin && part_after_dot(text, end) > *least) {
        return Some((SECRET, end + part_after_dot(text, end)));
    }
    if run.len() < MIN_RUN {
        return None;
    }
    // `eyJ` is `{"` in base64, and `ZXlK` is `eyJ` in base64. Long runs of mixed letters are keys or signatures.
    if run.starts_with("eyJ") || run.starts_with("ZXlK") {
        return Some((TOKEN, end_of_parts(text, end)));
    }
    if PROVIDERS.iter().any(|(begin, least)| begins(run, begin, *least)) {
        return Some((SECRET, end));
    }
    (looks_random(run) && !is_name_of_an_error(run)).then_some((TOKEN, end))
}

/// A key begins at the beginning of a run, or of a word in it.
fn begins(run: &str, begin: &str, least: usize) -> bool {
    let bytes = run.as_bytes();
    let Some(last) = run.len().checked_sub(begin.len() + least) else { return false };
    (0..=last).any(|at| {
        bytes[at..].starts_with(begin.as_bytes())
            && (at == 0 || matches!(bytes[at - 1], b'-' | b'_'))
            && (begin != "sk-" || run.bytes().any(|c| c.is_ascii_digit()))
    })
}

/// The dot and the run after it, in bytes.
fn part_after_dot(text: &str, end: usize) -> usize {
    if text[end..].starts_with('.') { end_of_run(text, end + 1) - end } else { 0 }
}

/// The payload and the signature of a JWT, and the further parts of an encrypted one.
fn end_of_parts(text: &str, mut end: usize) -> usize {
    while part_after_dot(text, end) > 1 {
        end += part_after_dot(text, end);
    }
    end
}

/// At least 32 characters with small letters, capitals and digits mixed: a signature, an API key, an opaque token.
fn looks_random(run: &str) -> bool {
    let has = |kind: fn(&char) -> bool| run.chars().any(|c| kind(&c));
    run.len() >= 32 && has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit)
}

/// RFC 7468; to the end of the text where the end of the key is missing.
fn private_keys(text: &str, found: &mut Vec<Hit>) {
    let mut at = 0;
    while let Some(start) = text[at..].find("-----BEGIN ").map(|start| at + start) {
        let label = text[start + 11..].split("-----").next().unwrap_or_default();
        at = start + 11;
        if label.len() < 64 && label.contains("KEY") {
            let end = text[at..].find("-----END ").map_or(text.len(), |end| at + end);
            let closed = text[end..].match_indices("-----").nth(1).map_or(text.len(), |(last, _)| end + last + 5);
            found.push(Hit { part: start..closed, word: SECRET });
            at = closed;
        }
    }
}

/// `scheme://user:password@host`.
fn passwords(text: &str, found: &mut Vec<Hit>) {
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let rest =
            text[start..].split(|c: char| c.is_whitespace() || "/?#\"'<>".contains(c)).next().unwrap_or_default();
        let credentials = rest.rsplit_once('@').and_then(|(user, _)| Some((user, user.find(':')?)));
        if let Some((user, colon)) = credentials.filter(|(user, colon)| colon + 1 < user.len()) {
            found.push(Hit { part: start + colon + 1..start + user.len(), word: SECRET });
        }
    }
}

/// RFC 7617: a user and a password.
fn basics(text: &str, found: &mut Vec<Hit>) {
    for (at, mark) in text.match_indices("asic ") {
        let start = at + mark.len();
        let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let length = text[start..].find(|c| !is_digit(c)).unwrap_or(text.len() - start);
        let decoded = STANDARD.decode(&text[start..start + length]).ok();
        if decoded.is_some_and(|bytes| bytes.contains(&b':')) {
            found.push(Hit { part: start..start + length, word: SECRET });
        }
    }
}

/// What follows a scheme (RFC 6750 §2.1, RFC 4559 §4): digits and letters in a row, and no parameter.
fn credentials(text: &str, found: &mut Vec<Hit>) {
    for (at, mark) in ["earer ", "egotiate ", "NTLM "].iter().flat_map(|mark| text.match_indices(mark)) {
        let start = at + mark.len();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        let run = &text[start..start + text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start)];
        let has = |kind: fn(&u8) -> bool| run.bytes().any(|c| kind(&c));
        let is_one = run.len() >= MIN_CREDENTIAL && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        found.extend(
            (is_one && !is_name_of_an_error(run)).then_some(Hit { part: start..start + run.len(), word: TOKEN }),
        );
    }
}
