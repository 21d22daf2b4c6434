//! The words in which a service speaks. Without a seed they are those of the real system; a seed chooses others of the same
//! meaning: language, codes, names and order of fields, and what varies from answer to answer and means nothing.

mod noise;
mod phrases;

use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::clock::Clock;
use noise::{FIELDS, HEADERS, Noise};
use phrases::{Codes, LANGUAGES, NAMES, Phrases, VOCABULARIES};

pub use phrases::Kind;

/// What is said, before it has a form on the wire.
#[derive(Debug)]
pub enum Said {
    Json(Value),
    /// RFC 9457.
    Problem(Value),
    Text(String),
}

/// Who speaks: each chooses for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Auth,
    Rest,
    Gateway,
}

pub struct Dialect {
    voice: Option<Voice>,
    clock: Clock,
    answers: AtomicU64,
}

/// One choice of everything.
struct Voice {
    style: Style,
    phrases: &'static Phrases,
    vocabulary: &'static Phrases,
    codes: Codes,
    code_name: &'static str,
    message_name: &'static str,
    order: u64,
    headers: Vec<(&'static str, Noise)>,
    fields: Vec<(&'static str, Noise)>,
}

#[derive(Clone, Copy)]
enum Style {
    Flat,
    Nested,
    Problem,
    Text,
}

/// 2^64 divided by the golden ratio: seeds that follow one another come to lie far apart.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dialect {
    pub fn new(seed: Option<u64>, part: Part, clock: Clock) -> Self {
        let rng = |seed: u64| Rng::with_seed(seed.wrapping_mul(3).wrapping_add(part as u64).wrapping_mul(STRIDE));
        Dialect { voice: seed.map(|seed| Voice::chosen(rng(seed), part)), clock, answers: AtomicU64::new(0) }
    }

    /// A refusal: `plain`, or something else that means the same.
    pub fn refusal(&self, status: u16, kind: Kind, plain: Value) -> Said {
        let Some(voice) = &self.voice else { return Said::Json(plain) };
        let mut fields = voice.words(kind);
        match voice.style {
            Style::Flat | Style::Nested => Said::Json(fields.into()),
            Style::Problem => {
                fields.insert("status".into(), status.into());
                Said::Problem(fields.into())
            }
            // A text without a code would blame the expiry in one language only.
            Style::Text if kind == Kind::Expired => Said::Json(fields.into()),
            Style::Text => Said::Text(voice.message(kind).into()),
        }
    }

    /// A refusal that stays an object with that field.
    pub fn refusal_with(&self, field: (&str, Value), kind: Kind, plain: Value) -> Value {
        let mut refusal = self.voice.as_ref().map_or(plain, |voice| voice.words(kind).into());
        refusal[field.0] = field.1;
        refusal
    }

    /// A code, the name of the message's field, and the message, where there are others than the usual.
    pub fn coded(&self, kind: Kind) -> Option<(String, &'static str, &'static str)> {
        self.voice.as_ref().map(|voice| (voice.code(kind), voice.message_name, voice.message(kind)))
    }

    /// Media type and text.
    pub fn body(&self, said: Said) -> (&'static str, String) {
        match said {
            Said::Json(value) => ("application/json", self.written(value)),
            Said::Problem(value) => ("application/problem+json", self.written(value)),
            Said::Text(text) => ("text/plain; charset=utf-8", text),
        }
    }

    /// What an answer carries beside.
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let headers = self.voice.iter().flat_map(|voice| &voice.headers);
        let value = |noise: Noise| HeaderValue::from_str(&noise.text(self.count(), self.clock)).ok();
        headers.filter_map(|(name, noise)| Some((HeaderName::from_static(name), value(*noise)?))).collect()
    }

    fn written(&self, mut value: Value) -> String {
        let Some(voice) = &self.voice else { return value.to_string() };
        if let Some(object) = value.as_object_mut() {
            for (name, noise) in &voice.fields {
                object.entry(*name).or_insert_with(|| noise.json(self.count(), self.clock));
            }
        }
        ordered(&value, voice.order)
    }

    fn count(&self) -> u64 {
        self.answers.fetch_add(1, Ordering::Relaxed)
    }
}

impl Voice {
    fn chosen(mut rng: Rng, part: Part) -> Self {
        let styles = [Style::Flat, Style::Nested, Style::Problem, Style::Text];
        // The words of auth stand beside its verdict, so that there they are always fields of an object.
        let styles = if part == Part::Rest { &styles[..] } else { &styles[..3] };
        let style = styles[rng.usize(..styles.len())];
        let (code_name, message_name) = NAMES[rng.usize(..NAMES.len())];
        Voice {
            style,
            phrases: &LANGUAGES[rng.usize(..LANGUAGES.len())],
            vocabulary: &VOCABULARIES[rng.usize(..VOCABULARIES.len())],
            codes: Codes::ALL[rng.usize(..Codes::ALL.len())],
            code_name,
            message_name,
            order: rng.u64(..),
            headers: some(&mut rng, &HEADERS),
            fields: some(&mut rng, &FIELDS),
        }
    }

    fn words(&self, kind: Kind) -> Map<String, Value> {
        let (code, message) = (self.code(kind), self.message(kind));
        match self.style {
            Style::Flat | Style::Text => {
                Map::from_iter([(self.code_name.into(), code.into()), (self.message_name.into(), message.into())])
            }
            Style::Nested => Map::from_iter([(self.code_name.into(), json!({"code": code, "message": message}))]),
            Style::Problem => Map::from_iter([
                ("type".into(), format!("https://errors.example/{code}").into()),
                ("title".into(), message.into()),
            ]),
        }
    }

    fn code(&self, kind: Kind) -> String {
        self.codes.code(kind, self.vocabulary)
    }

    fn message(&self, kind: Kind) -> &'static str {
        self.phrases[kind as usize]
    }
}

/// One to three of them.
fn some<T: Copy>(rng: &mut Rng, all: &[T]) -> Vec<T> {
    let mut chosen = all.to_vec();
    rng.shuffle(&mut chosen);
    chosen.truncate(rng.usize(1..=3));
    chosen
}

/// JSON whose objects have their fields in an order of their own.
fn ordered(value: &Value, order: u64) -> String {
    let Some(object) = value.as_object() else { return value.to_string() };
    let mut fields: Vec<_> = object.iter().collect();
    Rng::with_seed(order).shuffle(&mut fields);
    let field = |(name, value): &(&String, &Value)| format!("{}:{}", Value::from(name.as_str()), ordered(value, order));
    format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(seed: Option<u64>) -> Dialect {
        Dialect::new(seed, Part::Rest, Clock::default())
    }

    fn words(dialect: &Dialect, kind: Kind) -> String {
        match dialect.refusal(401, kind, json!({"plain": kind as usize})) {
            Said::Json(value) | Said::Problem(value) => value.to_string(),
            Said::Text(text) => text,
        }
    }

    #[test]
    fn a_seed_chooses_for_good_and_another_one_chooses_otherwise() {
        let all: std::collections::BTreeSet<_> =
            (0..50).map(|seed| words(&dialect(Some(seed)), Kind::Invalid)).collect();
        assert!(all.len() > 30, "{all:#?}");
        assert_eq!(words(&dialect(Some(7)), Kind::Missing), words(&dialect(Some(7)), Kind::Missing));
        assert_eq!(words(&dialect(None), Kind::Missing), r#"{"plain":0}"#);
    }

    #[test]
    fn a_missing_and_a_bad_token_can_be_told_apart_in_every_dialect() {
        for seed in 0..200 {
            let dialect = dialect(Some(seed));
            assert_ne!(words(&dialect, Kind::Missing), words(&dialect, Kind::Invalid), "{seed}");
            let (missing, invalid) = (dialect.coded(Kind::Missing), dialect.coded(Kind::Invalid));
            assert_ne!(missing, invalid, "{seed}");
        }
    }

    #[test]
    fn what_is_written_is_json_with_all_that_was_said() {
        let said = json!({"a": {"b": [1, {"c": "\""}], "d": null}, "e": true});
        let read: Value = serde_json::from_str(&dialect(Some(3)).body(Said::Json(said.clone())).1).expect("JSON");
        assert_eq!((&read["a"], &read["e"]), (&said["a"], &said["e"]));
        assert!(read.as_object().expect("an object").len() > 2);
    }
}
