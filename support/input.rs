//! What a person wrote: a TOML or JSON text with its path, strict parsing, and mistakes that point at the very place. Knows nothing
//! of targets or scenarios.

use std::fmt::{self, Write};
use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::de::DeserializeOwned;

use crate::wording::{is_printable, short};

/// A text and where it stands.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
}

/// One mistake of a person, with file, line, caret, and what would be right.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Mistake {
    message: String,
    help: Option<String>,
    place: Option<Box<(Source, Range<usize>)>>,
    /// The text is no TOML, so no value on the line may be shown.
    bare: bool,
}

impl Source {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Source { path: path.into(), text: text.into() }
    }

    /// # Errors
    /// When the file cannot be read as UTF-8 text.
    pub fn read(path: &Path) -> Result<Self, Mistake> {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Source::new(shown, text)),
            Err(error) => {
                Err(Mistake::new(format!("cannot read `{shown}`: {error}"))
                    .help("name another file, or write this one"))
            }
        }
    }

    /// # Errors
    /// At the first syntax error, unknown key or value, or wrong type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        let span = |error: &toml::de::Error| error.span().unwrap_or(0..0);
        if let Err(error) = toml::from_str::<toml::Table>(&self.text) {
            return Err(Mistake { bare: true, ..self.mistake(span(&error), one_line(error.message())) });
        }
        toml::from_str(&self.text).map_err(|error| {
            let message = one_line(error.message());
            match closest_of_message(&message) {
                // The list of all that is allowed may be long, and the one that was meant is known.
                Some((what, close)) => self.mistake(span(&error), what).help(format!("did you mean `{close}`?")),
                None => self.unfit(span(&error), message),
            }
        })
    }

    /// The same for JSON.
    ///
    /// # Errors
    /// At the first syntax error, unknown key or value, or wrong type.
    pub fn parse_json<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        serde_json::from_str(&self.text).map_err(|error| {
            let before: usize =
                self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let near = (before + error.column().saturating_sub(1)).min(self.text.len());
            let start = (0..=near).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default();
            let end = self.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            Mistake { bare: true, ..self.mistake(start..end, short(message)) }
        })
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// A text that stands where something else should may be a secret: it is neither repeated nor shown.
    fn unfit(&self, span: Range<usize>, message: String) -> Mistake {
        match message.split_once("string \"").zip(message.rsplit_once("\", expected")) {
            Some(((before, _), (_, after))) => {
                self.mistake(span.start..span.start + 1, format!("{before}string, expected{after}"))
            }
            None => self.mistake(span, message),
        }
    }

    pub fn mistake(&self, span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake { place: Some(Box::new((self.clone(), span))), ..Mistake::new(message) }
    }

    /// The same text with every string blanked but those that the span touches, for a secret may stand beside a mistake; with
    /// `bare`, whatever follows an equals sign is blanked, for nobody knows where a string begins.
    fn blanked(&self, span: &Range<usize>, bare: bool) -> String {
        let shown = span.start..span.end.max(span.start + 1);
        let (mut quote, mut escaped, mut value) = (None, false, false);
        let blank = |(at, c): (usize, char)| -> String {
            let inside = escaped || quote.is_some_and(|open| open != c) || bare && value;
            let escapes = !escaped && quote == Some('"') && c == '\\';
            (quote, value) = match (quote, c) {
                (_, '\n') => (None, false),
                (Some(open), c) if open == c && !escaped => (None, value),
                (None, '"' | '\'') => (Some(c), value),
                (None, '=') => (None, true),
                state => (state.0, value),
            };
            escaped = escapes;
            let hidden = inside && c != '\n' && (bare || !shown.contains(&at));
            if hidden { "*".repeat(c.len_utf8()) } else { c.to_string() }
        };
        self.text.char_indices().map(blank).collect()
    }
}

impl Mistake {
    pub fn new(message: impl Into<String>) -> Self {
        Mistake { message: message.into(), help: None, place: None, bare: false }
    }

    /// An unknown name, with the closest of the names that exist, or where they are listed.
    pub fn unknown<'a>(what: &str, name: &str, allowed: impl IntoIterator<Item = &'a str>, listed: &str) -> Self {
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let mistake = Mistake::new(format!("unknown {what} `{name}`"));
        match closest(name, allowed.iter().copied()) {
            Some(close) => mistake.help(format!("did you mean `{close}`?")),
            None if allowed.is_empty() => mistake.help(format!("there is no {what} yet")),
            None if allowed.len() > MOST_NAMES => mistake.help(format!("{listed} lists them")),
            None => mistake.help(format!("allowed: {}", allowed.join(", "))),
        }
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        Mistake { help: Some(help.into()), ..self }
    }

    /// Points at a place in a file.
    pub fn at(self, source: &Source, span: Range<usize>) -> Self {
        Mistake { place: Some(Box::new((source.clone(), span))), ..self }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = Level::ERROR.primary_title(&self.message);
        let blanked = self.place.as_ref().map(|place| place.0.blanked(&place.1, self.bare));
        let group = match (&self.place, &blanked) {
            (Some(place), Some(text)) => {
                let annotation = AnnotationKind::Primary.span(place.1.clone());
                title.element(Snippet::source(text).path(&place.0.path).annotation(annotation))
            }
            _ => Group::with_title(title),
        };
        let group = self.help.iter().fold(group, |group, help| group.element(Level::HELP.message(help)));
        // A name may hold what moves the cursor; a line break is the renderer's own.
        let said = Renderer::plain().render(&[group]);
        said.chars().filter(|c| *c == '\n' || is_printable(*c)).try_for_each(|c| f.write_char(c))
    }
}

/// serde names the allowed keys only in its message: the first word in backticks is what stood there, the rest is allowed.
/// Gives what is wrong, without that list, and the closest of it.
fn closest_of_message(message: &str) -> Option<(&str, &str)> {
    let (what, list) = message.split_once(", expected")?;
    let wrong = what.strip_prefix("unknown ")?.split('`').nth(1)?;
    Some((what, closest(wrong, list.split('`').skip(1).step_by(2))?))
}

/// More names than this are not listed in a message.
const MOST_NAMES: usize = 12;

/// The most similar name, where it is similar enough to be a slip of the keyboard.
fn closest<'a>(name: &str, allowed: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let similar = allowed.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    similar
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_at_the_mistake_and_blanks_the_strings_beside_it() {
        let source = Source::new("x.toml", "secrt = \"canary\" # no\n");
        let mistake = source.mistake(0..5, "unknown key `secrt`").help("did you mean `secret`?").to_string();
        assert!(mistake.contains("x.toml:1:1") && mistake.contains("^^^^^"), "{mistake}");
        assert!(!mistake.contains("canary"), "{mistake}");
    }

    #[test]
    fn suggests_the_closest_name_only_where_there_is_one() {
        assert!(
            Mistake::unknown("target", "stagin", ["staging", "local"], "")
                .to_string()
                .contains("did you mean `staging`?")
        );
        assert!(
            Mistake::unknown("target", "x", ["staging", "local"], "").to_string().contains("allowed: staging, local")
        );
    }
}
