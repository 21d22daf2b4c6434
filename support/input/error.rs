//! An error in a file, shown with file, line, caret and help, and without the secrets beside it.

use std::fmt::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Source;
use crate::wording::is_printable;

/// What is wrong with a file, a flag or a variable, where, and what is allowed. Nothing has been sent.
#[derive(Clone, Debug, thiserror::Error)]
pub struct InputError {
    message: String,
    help: Option<String>,
    place: Option<Box<(Source, Range<usize>)>>,
    /// The text does not parse, so a string cannot be told from what stands beside it: no value is shown.
    is_syntax: bool,
}

impl InputError {
    /// An error without a place in a file.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        InputError { message: message.into(), help: None, place: None, is_syntax: false }
    }

    /// An unknown name, with the closest allowed name, all allowed names, or where they are `listed`.
    pub(crate) fn unknown<'a>(
        what: &str,
        name: &str,
        allowed: impl IntoIterator<Item = &'a str>,
        listed: &str,
    ) -> Self {
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let error = InputError::new(format!("unknown {what} `{name}`"));
        match closest(name, allowed.iter().copied()) {
            Some(close) => error.help(format!("did you mean `{close}`?")),
            None if allowed.is_empty() => error.help(format!("there is no {what} yet")),
            None if allowed.len() > MAX_LISTED_NAMES => error.help(format!("{listed} lists them")),
            None => error.help(format!("allowed: {}", allowed.join(", "))),
        }
    }

    /// Adds what is allowed, or what to do.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        InputError { help: Some(help.into()), ..self }
    }

    /// Points at a place in a file.
    pub(crate) fn at(self, source: &Source, span: Range<usize>) -> Self {
        InputError { place: Some(Box::new((source.clone(), span))), ..self }
    }

    pub(super) fn syntax(self) -> Self {
        InputError { is_syntax: true, ..self }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = Level::ERROR.primary_title(&self.message);
        let blanked = self.place.as_ref().map(|place| blanked(&place.0.text, &place.1, self.is_syntax));
        let group = match (&self.place, &blanked) {
            (Some(place), Some(text)) => {
                let annotation = AnnotationKind::Primary.span(place.1.clone());
                title.element(Snippet::source(text).path(&place.0.path).annotation(annotation))
            }
            _ => Group::with_title(title),
        };
        let group = self.help.iter().fold(group, |group, help| group.element(Level::HELP.message(help)));
        // A name in a file may contain control characters that move the cursor. The renderer adds line breaks only.
        let rendered = Renderer::plain().render(&[group]);
        rendered.chars().filter(|c| *c == '\n' || is_printable(*c)).try_for_each(|c| f.write_char(c))
    }
}

/// The text with every string blanked but those that the span touches: a secret may stand beside an error. In a text that
/// does not parse, everything after an equals sign is blanked.
fn blanked(text: &str, span: &Range<usize>, is_syntax: bool) -> String {
    let shown = span.start..span.end.max(span.start + 1);
    let (mut quote, mut escaped, mut value) = (None, false, false);
    let blank = |(at, c): (usize, char)| -> String {
        let inside = escaped || quote.is_some_and(|open| open != c) || is_syntax && value;
        let escapes = !escaped && quote == Some('"') && c == '\\';
        (quote, value) = match (quote, c) {
            (_, '\n') => (None, false),
            (Some(open), c) if open == c && !escaped => (None, value),
            (None, '"' | '\'') => (Some(c), value),
            (None, '=') => (None, true),
            state => (state.0, value),
        };
        escaped = escapes;
        // A password may be a number.
        let inside = inside || value && c.is_ascii_digit();
        let hidden = inside && c != '\n' && (is_syntax || !shown.contains(&at));
        if hidden { "*".repeat(c.len_utf8()) } else { c.to_string() }
    };
    text.char_indices().map(blank).collect()
}

/// serde names the allowed keys only in its message: the first word in backticks is what was written, the others are
/// allowed. Returns the message without the list, and the closest allowed name.
pub(super) fn closest_of_message(message: &str) -> Option<(&str, &str)> {
    let (what, list) = message.split_once(", expected")?;
    let wrong = what.strip_prefix("unknown ")?.split('`').nth(1)?;
    Some((what, closest(wrong, list.split('`').skip(1).step_by(2))?))
}

/// A longer list of names does not help; the message says where they are listed.
const MAX_LISTED_NAMES: usize = 12;

/// The most similar name, where it is similar enough for a typing error.
fn closest<'a>(name: &str, allowed: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let similar = allowed.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    similar
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
