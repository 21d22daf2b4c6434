//! The redactor, the second of three fences: every text from a server passes it before it becomes evidence. It replaces the
//! secrets and tokens of the run, however a service spells them; whatever looks like a secret; and every value whose name says that it
//! is one. A text is normalised first: what it finds are places in the text that came, and nothing is taken out of the text afterwards.

mod across;
mod body;
mod charset;
mod clean;
mod digits;
mod encodings;
mod escapes;
mod known;
mod labelled;
mod marks;
mod numbers;
mod plain;
mod reading;
mod readings;
mod search;
mod shapes;
#[cfg(test)]
mod tests;
mod windows;

pub(crate) use charset::text_of;

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::{Secret, is_scheme};
use crate::token::Token;
use crate::wording::printable;
use clean::{Clean, Read, Ways};
use known::{Hit, Known};
use marks::Least;
use reading::Reading;
use shapes::{SECRET, TOKEN};

/// Response headers that may become evidence. Others are dropped: `Set-Cookie` may hold a session.
const RECORDED_HEADERS: [&str; 12] = [
    "allow",
    "connection",
    "content-type",
    "date",
    "location",
    "retry-after",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "server",
    "upgrade",
    "via",
    "www-authenticate",
];
/// In characters. A shorter value that a login keeps is a number or a word.
const MIN_KEPT: usize = 4;
/// In characters. A shorter token may stand in another word by chance.
const LONG: usize = 32;

/// Replaces secrets by `[SECRET]` and tokens by `[TOKEN]`.
#[derive(Default)]
pub(crate) struct Redactor {
    /// The redactor of the run, where this one adds the token of one exchange.
    base: Option<Arc<Redactor>>,
    known: Known,
    clean: Clean,
    /// From then on no text is read, and none is shown.
    until: Option<Instant>,
}

/// The parts of a text whose name says that they are secret, as they stand there.
pub(crate) fn named_secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    labelled::find(text, &mut found);
    found
}

impl Redactor {
    /// A redactor for the secrets and tokens of a run.
    pub(crate) fn new<'a>(
        secrets: impl IntoIterator<Item = &'a Secret>,
        tokens: impl IntoIterator<Item = &'a Token>,
    ) -> Self {
        let mut redactor = Redactor::default();
        secrets.into_iter().for_each(|secret| redactor.known.add(secret.expose(), SECRET));
        tokens.into_iter().for_each(|token| redactor.known.add(token.expose(), TOKEN));
        redactor
    }

    /// This redactor, which reads no text after that: a peer may send what takes long.
    pub(crate) fn until(self, until: Instant) -> Self {
        Redactor { until: Some(until), ..self }
    }

    /// This redactor with one more token.
    pub(crate) fn with_token(self: &Arc<Self>, token: &Token) -> Arc<Self> {
        self.with(token.expose(), TOKEN)
    }

    /// This redactor with one more secret text.
    pub(crate) fn with_text(self: &Arc<Self>, text: &str) -> Arc<Self> {
        if text.len() < MIN_KEPT { Arc::clone(self) } else { self.with(text, SECRET) }
    }

    fn with(self: &Arc<Self>, text: &str, word: &'static str) -> Arc<Self> {
        let mut alone = Redactor { base: Some(Arc::clone(self)), until: self.until, ..Redactor::default() };
        alone.known.add(text, word);
        Arc::new(alone)
    }

    /// The text with every secret and token replaced, and fit for a terminal.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.hide(text, Vec::new(), Vec::new())
    }

    /// A text of our own, which presents that token as it is, or in base64url as an entry of a subprotocol. Only what stands around the
    /// token is read: nothing else hides in it, and to read it in every encoding takes a sixth of a check.
    pub(crate) fn redact_around(&self, token: &Token, text: &str) -> String {
        let token = token.expose();
        if token.len() < LONG || text.len() < token.len() {
            return self.redact(text);
        }
        let encoded = URL_SAFE_NO_PAD.encode(token);
        let without = |part: &str| part.split(&encoded).map(|part| self.redact(part)).collect::<Vec<_>>().join(TOKEN);
        text.split(token).map(without).collect::<Vec<_>>().join(TOKEN)
    }

    /// A body. The texts of a JSON body are decoded first, so that no escape sequence hides a secret.
    pub(crate) fn redact_body(&self, text: &str) -> String {
        match serde_json::from_str(text) {
            Ok(value) => body::redacted(self, &value).to_string(),
            Err(_) => self.redact(text),
        }
    }

    /// The redacted value of a header, or `None` where evidence must not contain it.
    pub(crate) fn redact_header(&self, name: &str, value: &str) -> Option<String> {
        RECORDED_HEADERS.contains(&name).then(|| self.redact(value))
    }

    /// The text without these parts, those of which the name says that they are secret, and all that is found beside them.
    fn hide(&self, text: &str, hits: Vec<Hit>, mut labelled: Vec<Range<usize>>) -> String {
        if text.is_empty() {
            return String::new();
        }
        let is_alone = hits.is_empty() && labelled.is_empty();
        if is_alone && self.is_clean(Ways::All, text) {
            return printable(text);
        }
        let mut hits = merged(text, hits);
        let mut read = Read::new(text);
        let is_in_time = || self.until.is_none_or(|until| Instant::now() < until);
        let is_all = readings::each(text, self.least(), &is_in_time, &mut |reading| {
            let found = self.find(&reading.text);
            if !found.is_empty() {
                let decoded = found.into_iter().filter_map(|hit| placed(text, reading, hit, &hits)).collect::<Vec<_>>();
                hits = merged(text, std::mem::take(&mut hits).into_iter().chain(decoded).collect());
            }
            let mut named = Vec::new();
            labelled::find(&reading.text, &mut named);
            labelled.extend(named.into_iter().map(|part| reading.source(part)));
            read.push(&reading.text);
            // What is replaced as a whole, as a header with a token, has nothing more to tell.
            hits.is_empty() || says_something(&left_of(text, &(0..text.len()), &hits))
        });
        if !is_all {
            return SECRET.to_owned();
        }
        if is_alone && hits.is_empty() && labelled.is_empty() {
            self.keep_clean(Ways::All, text, read);
            return printable(text);
        }
        let is_left = |part: &Range<usize>| says_something(&left_of(text, part, &hits));
        let labelled: Vec<Hit> = labelled.into_iter().filter(is_left).map(|part| Hit { part, word: SECRET }).collect();
        replaced(text, merged(text, hits.into_iter().chain(labelled).collect()))
    }

    fn find(&self, text: &str) -> Vec<Hit> {
        let (mut found, mut pieces) = (Vec::new(), Vec::new());
        if self.find_pieces(text, &mut pieces) {
            self.find_exact(text, &mut found);
        }
        pieces.sort_by_key(|hit| hit.part.start);
        let mut run = 0..0;
        for hit in pieces {
            if hit.part.end > run.end {
                run = whole_run(text, hit.part);
                found.push(Hit { part: run.clone(), ..hit });
            }
        }
        shapes::find(text, &mut found);
        found
    }

    /// How short a text in digits may be that is a secret of this run.
    fn least(&self) -> Least {
        let (run, own) = self.of_run_and_own();
        let has_short = run.known.has_short() || own.iter().any(|known| known.has_short());
        if has_short { Least::SHORT } else { Least::USUAL }
    }

    fn find_exact(&self, text: &str, found: &mut Vec<Hit>) {
        self.known.find_exact(text, found);
        self.base.iter().for_each(|base| base.find_exact(text, found));
    }

    /// Whether a secret may stand there whole.
    fn find_pieces(&self, text: &str, found: &mut Vec<Hit>) -> bool {
        let of_base = self.base.as_ref().is_some_and(|base| base.find_pieces(text, found));
        self.known.find(text, found) || of_base
    }
}

/// What was found in a reading, as a part of the text that came. Where it had to be decoded, the words around it are replaced too:
/// they are in the same encoding.
fn placed(text: &str, reading: &Reading<'_>, hit: Hit, known: &[Hit]) -> Option<Hit> {
    if reading.is_plain() {
        return Some(hit);
    }
    let part = reading.source(hit.part);
    let is_new = left_of(text, &part, known).contains(|c: char| c.is_alphanumeric());
    is_new.then(|| Hit { part: whole_words(text, part), word: TOKEN })
}

/// What of a part was not found yet.
fn left_of(text: &str, part: &Range<usize>, found: &[Hit]) -> String {
    let (mut left, mut at) = (String::new(), part.start);
    let from = found.partition_point(|hit| hit.part.end <= part.start);
    for hit in found[from..].iter().take_while(|hit| hit.part.start < part.end) {
        left.push_str(text.get(at..hit.part.start).unwrap_or_default());
        at = at.max(hit.part.end);
    }
    left + text.get(at..part.end).unwrap_or_default()
}

/// More than the scheme of a token that was found.
fn says_something(left: &str) -> bool {
    let mut words = left.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.any(|word| !is_scheme(word))
}

/// The letters, digits, hyphens and underscores around a part.
fn whole_run(text: &str, part: Range<usize>) -> Range<usize> {
    widened(text, part, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn whole_words(text: &str, part: Range<usize>) -> Range<usize> {
    widened(text, part, |c| !c.is_whitespace())
}

fn widened(text: &str, part: Range<usize>, belongs: impl Fn(char) -> bool) -> Range<usize> {
    let before = text[..part.start].trim_end_matches(&belongs).len();
    let after = text[part.end..].trim_start_matches(&belongs).len();
    before..text.len() - after
}

/// In order, without overlaps; the placeholder of the longest part stands for those that it touches. So do the parts of a token.
fn merged(text: &str, mut hits: Vec<Hit>) -> Vec<Hit> {
    if hits.is_empty() {
        return hits;
    }
    hits.sort_by_key(|hit| (hit.part.start, std::cmp::Reverse(hit.part.end)));
    let mut all: Vec<(Hit, usize)> = Vec::new();
    for hit in hits {
        let length = hit.part.len();
        let touches = |last: &Hit| {
            let between = text.get(last.part.end..hit.part.start);
            hit.part.start < last.part.end || between == Some(".") && last.word == TOKEN && hit.word == TOKEN
        };
        match all.last_mut().filter(|(last, _)| touches(last)) {
            Some((last, longest)) => {
                last.part.end = last.part.end.max(hit.part.end);
                if length > *longest {
                    (last.word, *longest) = (hit.word, length);
                }
            }
            None => all.push((hit, length)),
        }
    }
    all.into_iter().map(|(hit, _)| hit).collect()
}

fn replaced(text: &str, hits: Vec<Hit>) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for Hit { part, word } in hits {
        out.push_str(&printable(&text[at..part.start]));
        out.push_str(word);
        at = part.end;
    }
    out + &printable(&text[at..])
}
