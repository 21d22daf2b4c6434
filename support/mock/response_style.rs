//! The style of error responses. Without a seed it is that of the real system. A seed chooses another with the same meaning:
//! language, codes, names and order of fields, and fields and headers that vary and mean nothing.

mod messages;
mod varying_value;

use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::clock::Clock;
use messages::{CODE_WORDS, CodeFormat, FIELD_NAMES, LANGUAGES, Messages};
use varying_value::{FIELDS, HEADERS, VaryingValue};

pub(super) use messages::ErrorKind;

/// The content of a response, before it is written.
#[derive(Debug)]
pub(super) enum Content {
    Json(Value),
    /// RFC 9457.
    Problem(Value),
    Text(String),
}

/// Each service has a style of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StyledService {
    Auth,
    Rest,
    Gateway,
}

pub(super) struct ResponseStyle {
    chosen: Option<ChosenStyle>,
    clock: Clock,
    values: AtomicU64,
}

struct ChosenStyle {
    layout: Layout,
    messages: &'static Messages,
    code_words: &'static Messages,
    code_format: CodeFormat,
    code_name: &'static str,
    message_name: &'static str,
    order: u64,
    varying_headers: Vec<(&'static str, VaryingValue)>,
    varying_fields: Vec<(&'static str, VaryingValue)>,
}

#[derive(Clone, Copy)]
enum Layout {
    Flat,
    Nested,
    Problem,
    Text,
}

/// 2^64 divided by the golden ratio, so that consecutive seeds give unrelated styles.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

impl ResponseStyle {
    pub(super) fn new(seed: Option<u64>, service: StyledService, clock: Clock) -> Self {
        let rng = |seed: u64| Rng::with_seed(seed.wrapping_mul(3).wrapping_add(service as u64).wrapping_mul(STRIDE));
        ResponseStyle {
            chosen: seed.map(|seed| ChosenStyle::new(rng(seed), service)),
            clock,
            values: AtomicU64::new(0),
        }
    }

    /// An error response: the usual one, or another with the same meaning.
    pub(super) fn error(&self, status: u16, kind: ErrorKind, usual: Value) -> Content {
        let Some(chosen) = &self.chosen else { return Content::Json(usual) };
        let mut fields = chosen.fields(kind);
        match chosen.layout {
            Layout::Flat | Layout::Nested => Content::Json(fields.into()),
            Layout::Problem => {
                fields.insert("status".into(), status.into());
                Content::Problem(fields.into())
            }
            // A text has no code, and without one it would report an expired token in one language only.
            Layout::Text if kind == ErrorKind::Expired => Content::Json(fields.into()),
            Layout::Text => Content::Text(chosen.message(kind).into()),
        }
    }

    /// The same as an object that has this field.
    pub(super) fn error_with(&self, field: (&str, Value), kind: ErrorKind, usual: Value) -> Value {
        let mut error = self.chosen.as_ref().map_or(usual, |chosen| chosen.fields(kind).into());
        error[field.0] = field.1;
        error
    }

    /// Code, name of the message field, and message; `None` in the usual style.
    pub(super) fn error_fields(&self, kind: ErrorKind) -> Option<(String, &'static str, &'static str)> {
        self.chosen.as_ref().map(|chosen| (chosen.code(kind), chosen.message_name, chosen.message(kind)))
    }

    /// Media type and body.
    pub(super) fn body(&self, content: Content) -> (&'static str, String) {
        match content {
            Content::Json(value) => ("application/json", self.written(value)),
            Content::Problem(value) => ("application/problem+json", self.written(value)),
            Content::Text(text) => ("text/plain; charset=utf-8", text),
        }
    }

    /// Harmless headers.
    pub(super) fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let headers = self.chosen.iter().flat_map(|chosen| &chosen.varying_headers);
        let text = |value: VaryingValue| HeaderValue::from_str(&value.text(self.count(), self.clock)).ok();
        headers.filter_map(|(name, value)| Some((HeaderName::from_static(name), text(*value)?))).collect()
    }

    fn written(&self, mut value: Value) -> String {
        let Some(chosen) = &self.chosen else { return value.to_string() };
        if let Some(object) = value.as_object_mut() {
            for (name, varying) in &chosen.varying_fields {
                object.entry(*name).or_insert_with(|| varying.json(self.count(), self.clock));
            }
        }
        ordered(&value, chosen.order)
    }

    fn count(&self) -> u64 {
        self.values.fetch_add(1, Ordering::Relaxed)
    }
}

impl ChosenStyle {
    fn new(mut rng: Rng, service: StyledService) -> Self {
        let layouts = [Layout::Flat, Layout::Nested, Layout::Problem, Layout::Text];
        // Auth and the gateway add fields of their own, so that they always need an object.
        let layouts = if service == StyledService::Rest { &layouts[..] } else { &layouts[..3] };
        let layout = layouts[rng.usize(..layouts.len())];
        let (code_name, message_name) = FIELD_NAMES[rng.usize(..FIELD_NAMES.len())];
        ChosenStyle {
            layout,
            messages: &LANGUAGES[rng.usize(..LANGUAGES.len())],
            code_words: &CODE_WORDS[rng.usize(..CODE_WORDS.len())],
            code_format: CodeFormat::ALL[rng.usize(..CodeFormat::ALL.len())],
            code_name,
            message_name,
            order: rng.u64(..),
            varying_headers: some(&mut rng, &HEADERS),
            varying_fields: some(&mut rng, &FIELDS),
        }
    }

    fn fields(&self, kind: ErrorKind) -> Map<String, Value> {
        let (code, message) = (self.code(kind), self.message(kind));
        match self.layout {
            Layout::Flat | Layout::Text => {
                Map::from_iter([(self.code_name.into(), code.into()), (self.message_name.into(), message.into())])
            }
            Layout::Nested => Map::from_iter([(self.code_name.into(), json!({"code": code, "message": message}))]),
            Layout::Problem => Map::from_iter([
                ("type".into(), format!("https://errors.example/{code}").into()),
                ("title".into(), message.into()),
            ]),
        }
    }

    fn code(&self, kind: ErrorKind) -> String {
        self.code_format.code(kind, self.code_words)
    }

    fn message(&self, kind: ErrorKind) -> &'static str {
        self.messages[kind as usize]
    }
}

/// One to three of them.
fn some<T: Copy>(rng: &mut Rng, all: &[T]) -> Vec<T> {
    let mut chosen = all.to_vec();
    rng.shuffle(&mut chosen);
    chosen.truncate(rng.usize(1..=3));
    chosen
}

/// JSON with the fields of each object in an order that the seed chooses.
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

    fn style(seed: Option<u64>) -> ResponseStyle {
        ResponseStyle::new(seed, StyledService::Rest, Clock::default())
    }

    fn body(style: &ResponseStyle, kind: ErrorKind) -> String {
        match style.error(401, kind, json!({"usual": kind as usize})) {
            Content::Json(value) | Content::Problem(value) => value.to_string(),
            Content::Text(text) => text,
        }
    }

    #[test]
    fn a_seed_always_gives_the_same_style_and_another_seed_another() {
        let all: std::collections::BTreeSet<_> =
            (0..50).map(|seed| body(&style(Some(seed)), ErrorKind::InvalidToken)).collect();
        assert!(all.len() > 30, "{all:#?}");
        assert_eq!(body(&style(Some(7)), ErrorKind::MissingToken), body(&style(Some(7)), ErrorKind::MissingToken));
        assert_eq!(body(&style(None), ErrorKind::MissingToken), r#"{"usual":0}"#);
    }

    #[test]
    fn a_missing_and_an_invalid_token_get_different_responses_in_every_style() {
        for seed in 0..200 {
            let style = style(Some(seed));
            assert_ne!(body(&style, ErrorKind::MissingToken), body(&style, ErrorKind::InvalidToken), "{seed}");
            let (missing, invalid) =
                (style.error_fields(ErrorKind::MissingToken), style.error_fields(ErrorKind::InvalidToken));
            assert_ne!(missing, invalid, "{seed}");
        }
    }

    #[test]
    fn all_fields_of_the_content_are_written() {
        let content = json!({"a": {"b": [1, {"c": "\""}], "d": null}, "e": true});
        let read: Value = serde_json::from_str(&style(Some(3)).body(Content::Json(content.clone())).1).expect("JSON");
        assert_eq!((&read["a"], &read["e"]), (&content["a"], &content["e"]));
        assert!(read.as_object().expect("an object").len() > 2);
    }
}
