//! "In the same words": an answer as a set of named parts, without what varies from one request to the next. Times, ids and
//! long numbers are masked by their shape; what else varies is learned from asking the same thing twice.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Answer, Conversation, End, Frame, Seen, Settings};

/// Part of the answer (a JSON pointer, or the name of a header) to its masked text.
pub type Words = BTreeMap<String, String>;
pub type Parts = BTreeSet<String>;

pub fn same(one: &Words, other: &Words, varying: &Parts) -> bool {
    differing(one, other).is_subset(varying)
}

/// The parts that one has and the other has not, or has with another text.
pub fn differing(one: &Words, other: &Words) -> Parts {
    let parts = one.keys().chain(other.keys());
    parts.filter(|part| one.get(*part) != other.get(*part)).cloned().collect()
}

impl Seen {
    pub(super) fn words(&self, settings: &Settings) -> Option<Words> {
        match self {
            Seen::Unreached(_) | Seen::Garbled => None,
            Seen::Answered(answer) => Some(answer.words()),
            Seen::Opened(conversation) => Some(conversation.words(&settings.error_code)),
        }
    }
}

impl Answer {
    fn words(&self) -> Words {
        let mut words = Words::from([("status".into(), self.status.to_string())]);
        // RFC 6750 §3 puts the error code of a bearer token here.
        if let Some(challenge) = self.headers.get("www-authenticate") {
            words.insert("www-authenticate".into(), masked(challenge));
        }
        put_text(&mut words, "body", &self.body);
        words
    }
}

impl Conversation {
    /// What the server said about the credential. Where its error frame has a code, that frame's own texts speak and the
    /// nested context, which describes the request rather than the verdict, does not.
    fn words(&self, error_code: &str) -> Words {
        let mut words = Words::from([("status".into(), "101".into()), ("end".into(), self.end.words())]);
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
    fn words(&self) -> String {
        match self {
            End::Closed { code, reason } => format!("close {code} {}", masked(reason)),
            End::Violation(_) => "violation".into(),
            other => format!("{other:?}"),
        }
    }
}

/// The texts that stand beside the error code, the code included.
fn code_siblings(text: &str, error_code: &str) -> Option<Words> {
    let frame: Value = serde_json::from_str(text).ok()?;
    frame.pointer(error_code).filter(|code| code.is_string() || code.is_number())?;
    let (parent, _) = error_code.rsplit_once('/')?;
    let siblings = frame.pointer(parent)?.as_object()?;
    let texts = siblings.iter().filter(|(_, value)| !value.is_object() && !value.is_array());
    Some(texts.map(|(key, value)| (format!("{parent}/{key}"), masked(&plain(value)))).collect())
}

fn put_text(words: &mut Words, name: &str, text: &str) {
    match serde_json::from_str(text) {
        Ok(value) => put_json(words, name.to_owned(), &value),
        Err(_) => _ = words.insert(name.to_owned(), masked(text)),
    }
}

fn put_json(words: &mut Words, at: String, value: &Value) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| put_json(words, format!("{at}/{key}"), value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| put_json(words, format!("{at}/{index}"), value))
        }
        leaf => _ = words.insert(at, masked(&plain(leaf))),
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

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn masks_what_varies_and_keeps_what_says_something() {
        assert_eq!(masked("401 invalid_token"), "401 invalid_token");
        assert_eq!(masked("at 2025-09-08T10:11:12.000Z: no"), "at [VARIES] no");
        assert_eq!(masked("id 5f0c1e9a-7b1e-4c7e-9a51-0123456789ab"), "id [VARIES]");
        assert_eq!(masked("took 12.5 ms, code 1008"), "took [VARIES] ms, code 1008");
    }
}
