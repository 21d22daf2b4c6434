//! A response as it is compared: a set of named parts, without what varies from one request to the next. Texts fall into
//! words, so that one number in a sentence does not hide the sentence. What varies is measured, by sending the same twice;
//! what merely looks as if it might vary leaves the question open.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Connection, End, Frame, HttpResponse, Response, Settings, TransportError};

/// Part of the response (a JSON pointer, or the name of a header, with the number of the word) to its masked text.
pub(super) type Normalised = BTreeMap<String, String>;
pub(super) type Parts = BTreeSet<String>;

/// Whether two responses are the same, where `varying` is what differed between two responses to the same presentation, or
/// `None` where nothing was sent twice. Open where the difference may be chance.
pub(super) fn same(one: &Normalised, other: &Normalised, varying: Option<&Parts>) -> Option<bool> {
    if one == other {
        return Some(true);
    }
    let mut same = Some(true);
    for part in differing_parts(one, other) {
        let (text, other_text) = (one.get(part), other.get(part));
        if varying.is_some_and(|parts| parts.contains(part)) || is_id(text, other_text) {
            continue;
        }
        let telling = match (text, other_text) {
            _ if FIXED.contains(&part.as_str()) => true,
            _ if varying.is_none() => false,
            (Some(text), Some(other_text)) => !may_be_chance(text) || !may_be_chance(other_text),
            _ => true,
        };
        if telling {
            return Some(false);
        }
        same = None;
    }
    same
}

fn differing_parts<'a>(one: &'a Normalised, other: &'a Normalised) -> impl Iterator<Item = &'a String> {
    let missing = other.keys().filter(|part| !one.contains_key(*part));
    let differing = one.iter().filter(|(part, text)| other.get(*part) != Some(text)).map(|(part, _)| part);
    differing.chain(missing)
}

/// The parts that one has and the other has not, or has with another text.
pub(super) fn differing(one: &Normalised, other: &Normalised) -> Parts {
    differing_parts(one, other).cloned().collect()
}

impl Response {
    pub(super) fn normalised(&self, settings: &Settings) -> Option<Normalised> {
        match self {
            // A reset is a response too, with nothing else in it.
            Response::Unreached(TransportError::Reset) => Some(Normalised::from([("status".into(), "reset".into())])),
            Response::Unreached(_) | Response::NotHttp => None,
            Response::Http(response) => Some(response.words()),
            Response::WebSocket(connection) => Some(connection.words(&settings.error_code)),
        }
    }
}

impl HttpResponse {
    fn words(&self) -> Normalised {
        let mut words = Normalised::from([("status".into(), self.status.to_string())]);
        // RFC 6750 §3 puts the error code of a bearer token here.
        if let Some(challenge) = self.headers.get("www-authenticate") {
            put_words(&mut words, "www-authenticate", challenge);
        }
        put_text(&mut words, "body", &self.body);
        words
    }
}

impl Connection {
    /// What the server said about the token. Where its error frame has a code, only that frame's own texts count: the nested
    /// context describes the request rather than the rejection.
    fn words(&self, error_code: &str) -> Normalised {
        let mut words = Normalised::from([("status".into(), "101".into())]);
        self.end.words(&mut words);
        let texts = self.frames.iter().filter_map(|frame| match frame {
            Frame::Text(text) => Some(text),
            Frame::Binary(_) => None,
        });
        let (coded, others): (Vec<_>, Vec<_>) =
            texts.map(|text| (code_siblings(text, error_code), text)).partition(|(code, _)| code.is_some());
        for (siblings, _) in &coded {
            words.extend(siblings.clone().unwrap_or_default());
        }
        if coded.is_empty() {
            others
                .iter()
                .enumerate()
                .for_each(|(index, (_, text))| put_text(&mut words, &format!("frame {index}"), text));
        }
        words
    }
}

impl End {
    fn words(&self, words: &mut Normalised) {
        let end = match self {
            End::Closed { code, .. } => format!("close {code}"),
            End::Violation(_) => "violation".into(),
            other => format!("{other:?}"),
        };
        words.insert("end".into(), end);
        if let End::Closed { reason, .. } = self {
            put_words(words, "reason", reason);
        }
    }
}

/// Parts that never vary by chance.
const FIXED: [&str; 2] = ["status", "end"];

/// The texts that stand beside the error code, the code included.
fn code_siblings(text: &str, error_code: &str) -> Option<Normalised> {
    let frame: Value = serde_json::from_str(text).ok()?;
    frame.pointer(error_code).filter(|code| code.is_string() || code.is_number())?;
    let (parent, _) = error_code.rsplit_once('/')?;
    let siblings = frame.pointer(parent)?.as_object()?;
    let mut words = Normalised::new();
    for (key, value) in siblings.iter().filter(|(_, value)| !value.is_object() && !value.is_array()) {
        put_words(&mut words, &format!("{parent}/{key}"), &plain(value));
    }
    Some(words)
}

/// The names of the fields of a JSON object; none of other JSON, and `None` of what is no JSON.
pub(super) fn fields(body: &str) -> Option<Vec<String>> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default())
}

fn put_text(words: &mut Normalised, name: &str, text: &str) {
    match serde_json::from_str(text) {
        Ok(value) => put_json(words, name.to_owned(), &value),
        Err(_) => put_words(words, name, text),
    }
}

/// Of a response, more are not compared: a flood would cost more than it tells.
const MOST_WORDS: usize = 500;

/// Each word of a text is a part of its own; punctuation and markup stand between words.
fn put_words(words: &mut Normalised, name: &str, text: &str) {
    let is_between = |c: char| !c.is_alphanumeric() && !"-_[]".contains(c);
    let found = masked(text);
    let room = MOST_WORDS.saturating_sub(words.len());
    for (index, word) in found.split(is_between).filter(|word| !word.is_empty()).take(room).enumerate() {
        words.insert(format!("{name}#{index}"), word.to_owned());
    }
}

fn put_json(words: &mut Normalised, at: String, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| put_json(words, format!("{at}/{key}"), value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| put_json(words, format!("{at}/{index}"), value))
        }
        leaf => put_words(words, &at, &plain(leaf)),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Masks what looks like a time, an id or a measurement: a run of letters, digits and `-_:.+` that holds five digits or
/// more, or is a number with a fraction.
fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_:.+".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let length = rest[start..].find(|c| !is_part(c)).unwrap_or(rest.len() - start);
        out.push_str(&rest[..start]);
        let run = &rest[start..start + length];
        out.push_str(if varies(run) { "[VARIES]" } else { run });
        rest = &rest[start + length..];
    }
    out + rest
}

fn varies(run: &str) -> bool {
    let digits = run.chars().filter(char::is_ascii_digit).count();
    digits >= 5 || run.contains('.') && run.parse::<f64>().is_ok()
}

/// Both may be chance, and one has the form of an id: that is what stands there.
fn is_id(one: Option<&String>, other: Option<&String>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    may_be_chance(one) && may_be_chance(other) && (one.contains("[VARIES]") || other.contains("[VARIES]"))
}

/// Numbers and ids may differ without saying anything: words with a digit, and words too long to be of a language. So may what was
/// hidden: of random ids, one in some thousands has eight letters of a token in a row.
fn may_be_chance(word: &str) -> bool {
    ["[VARIES]", "[TOKEN]", "[SECRET]"].iter().any(|mask| word.contains(mask))
        || word.chars().any(|c| c.is_ascii_digit())
        || word.is_ascii() && word.len() >= LONGEST_WORD
}

/// In ASCII characters; "authentication" has 14.
const LONGEST_WORD: usize = 20;

#[cfg(test)]
mod tests {
    use super::{Normalised, differing, masked, put_text, same};

    fn words(body: &str) -> Normalised {
        let mut words = Normalised::new();
        put_text(&mut words, "body", body);
        words
    }

    #[test]
    fn what_was_measured_to_vary_tells_nothing_and_what_may_vary_leaves_it_open() {
        let [one, other, bad] = ["no token req_a took 3", "no token req_b took 4", "bad token req_c took 3"].map(words);
        let measured = differing(&one, &other);
        assert_eq!(same(&one, &other, Some(&measured)), Some(true));
        assert_eq!(same(&one, &bad, Some(&measured)), Some(false));
        assert_eq!(same(&one, &bad, None), None, "nobody asked twice");
        let [one, other] = [r#"{"error": "no", "took_ms": 1}"#, r#"{"took_ms": 7, "error": "no"}"#].map(words);
        assert_eq!(same(&one, &other, Some(&Default::default())), None, "a number may be chance");
    }

    #[test]
    fn masks_what_varies_and_keeps_what_says_something() {
        assert_eq!(masked("401 invalid_token"), "401 invalid_token");
        assert_eq!(masked("at 2025-09-08T10:11:12.000Z: no"), "at [VARIES] no");
        assert_eq!(masked("id 5f0c1e9a-7b1e-4c7e-9a51-0123456789ab"), "id [VARIES]");
        assert_eq!(masked("took 12.5 ms, code 1008"), "took [VARIES] ms, code 1008");
    }

    #[test]
    fn an_id_may_stand_for_another_id_and_not_for_a_word() {
        let [id, number, word] = ["request 5f0c1e9a-7b1e-4c7e", "request 7", "request denied"].map(words);
        assert_eq!(same(&id, &number, None), Some(true));
        assert_eq!(same(&id, &word, Some(&Default::default())), Some(false));
        let hidden = words("request [TOKEN]");
        assert_eq!(same(&id, &hidden, Some(&Default::default())), Some(true), "an id that was hidden by chance");
        assert_eq!(same(&word, &hidden, Some(&Default::default())), Some(false), "the token is repeated");
        assert_eq!(same(&words("request"), &hidden, Some(&Default::default())), Some(false), "and here it is not");
    }
}
