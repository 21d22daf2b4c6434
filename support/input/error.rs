//! An error in a file, shown with file, line, caret and help, and without the secrets beside it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Source;
use super::blanked::blanked;
use super::excerpt::{Excerpt, excerpt};
use super::public::public_name;
use crate::wording::{cut, printable, words};

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
        let error = InputError::new(format!("unknown {what} `{}`", public_name(name)));
        let contain_it = allowed.iter().filter(|one| one.contains(name)).count();
        let names_one = allowed.iter().any(|one| one.rsplit('/').next() == Some(name));
        let list = listed.strip_suffix('`').filter(|_| is_word(name) && contain_it > 0 && !names_one);
        match (list, closest(name, allowed.iter().copied())) {
            (Some(command), _) if allowed.len() > MAX_LISTED_NAMES => {
                error.help(format!("{command} {name}` lists {contain_it} that contain it"))
            }
            (_, Some(close)) => error.help(format!("did you mean `{close}`?")),
            (_, None) if allowed.is_empty() => error.help(format!("there is no {what} yet")),
            (_, None) if allowed.len() > MAX_LISTED_NAMES => error.help(format!("{listed} lists them")),
            (_, None) => error.help(format!("allowed: {}", allowed.join(", "))),
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
        let (message, help) = (wrapped(&self.message), self.help.as_deref().map(wrapped));
        let title = Level::ERROR.primary_title(&message);
        let blanked = self.place.as_ref().map(|place| blanked(&place.0, &place.1, self.is_syntax));
        let group = match (&self.place, &blanked) {
            (Some(place), Some(text)) => {
                let Excerpt { lines, first, span } = excerpt(text, &place.1);
                let annotation = AnnotationKind::Primary.span(span);
                title.element(Snippet::source(lines).line_start(first).path(&place.0.path).annotation(annotation))
            }
            _ => Group::with_title(title),
        };
        let group = help.iter().fold(group, |group, help| group.element(Level::HELP.message(help)));
        // A name in a file may contain control characters that move the cursor. The renderer adds line breaks only.
        let rendered = Renderer::plain().render(&[group]);
        f.write_str(&printable(&rendered))
    }
}

/// A longer list of names does not help; the message says where they are listed.
const MAX_LISTED_NAMES: usize = 12;

/// The most similar name, where it is similar enough for a typing error. A scenario may be meant by its name without its family.
pub(crate) fn closest<'a>(name: &str, allowed: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST_COMPARED {
        return None;
    }
    let likeness = |candidate: &str| {
        let short = candidate.rsplit('/').next().filter(|_| !name.contains('/')).unwrap_or(candidate);
        like(name, candidate).max(like(name, short))
    };
    let similar = allowed.map(|candidate| (likeness(candidate), candidate)).filter(|(likeness, _)| *likeness > 0.8);
    // Of equal ones the first.
    similar.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, candidate)| candidate)
}

/// Whatever the letters' case; a name that differs in nothing else is the nearest.
fn like(name: &str, other: &str) -> f64 {
    strsim::jaro_winkler(name, other).max(strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase()))
}

/// No allowed name is nearly as long, in bytes.
const LONGEST_COMPARED: usize = 256;

/// It can stand in a command that is suggested.
fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_/".contains(c))
}

/// No path is longer; in characters.
const LONGEST_WORD: usize = 4_096;
/// In columns: 80 without the label before it.
const WIDTH: usize = 68;

/// In lines that fit beside their label.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words(text) {
        let word = cut(&word, LONGEST_WORD);
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= WIDTH) {
            Some(line) => *line += &format!(" {word}"),
            None => lines.push(word),
        }
    }
    lines.join("\n")
}
