//! Patterns as data: which texts tell of an attempt to authenticate, and how it ended. Each comes with examples, which are checked
//! whenever a file of patterns is read, so that no expression counts a failure as a success unnoticed.

use std::path::Path;

use regex::bytes::{RegexBuilder, RegexSet, RegexSetBuilder};
use serde::Deserialize;

use super::outcome::Outcome;
use crate::input::{InputError, Source};

/// In bytes, for all patterns and for each thread: what the automaton may grow to while it searches.
const AUTOMATON: usize = 1024 * 1024;

/// One kind of record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// In kebab-case; reports and queries use it.
    pub name: String,
    /// What such a record says.
    pub outcome: Outcome,
    /// An attempt writes at most one record of each step.
    pub step: String,
    /// RE2.
    pub regex: String,
    matches: Vec<String>,
    misses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    pattern: Vec<Pattern>,
}

/// Patterns in the order in which they are tried.
#[derive(Clone, Debug)]
pub struct Patterns {
    list: Vec<Pattern>,
    set: RegexSet,
}

impl Patterns {
    /// The text of the file that is shipped.
    pub const SHIPPED: &'static str = include_str!("patterns.toml");

    /// Those that are shipped.
    ///
    /// # Errors
    /// When the file is wrong, which a test excludes.
    pub fn shipped() -> Result<Self, InputError> {
        Patterns::of(&Source::new("patterns.toml", Patterns::SHIPPED))
    }

    /// Those of a file, which stand in place of the shipped ones.
    ///
    /// # Errors
    /// When it cannot be read, or at the first key, expression or example that is wrong.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        Patterns::of(&Source::read(path)?)
    }

    /// Those of a text.
    ///
    /// # Errors
    /// At the first key, expression or example that is wrong.
    pub fn of(source: &Source) -> Result<Self, InputError> {
        let list = source.parse::<File>()?.pattern;
        if list.is_empty() {
            return Err(InputError::new(format!("`{}` has no pattern", source.path())).help("write `[[pattern]]`"));
        }
        for (at, pattern) in list.iter().enumerate() {
            let error = |key: &str, message: String| source.error_at(&["pattern", &at.to_string(), key], message);
            check_name(&list[..at], pattern).map_err(|message| error("name", message))?;
            check_step(pattern).map_err(|message| error("step", message))?;
            check_regex(pattern).map_err(|message| error("regex", message))?;
            check_examples(pattern).map_err(|(key, example, message)| {
                let (at, example) = (at.to_string(), example.map(|example| example.to_string()));
                let keys = ["pattern", &at, key].into_iter().chain(example.as_deref());
                source.error_at(&keys.collect::<Vec<_>>(), message)
            })?;
        }
        let set = RegexSetBuilder::new(list.iter().map(|pattern| &pattern.regex))
            .unicode(false)
            .dfa_size_limit(AUTOMATON)
            .build()
            .map_err(|error| InputError::new(format!("the patterns are too large together: {error}")))?;
        Ok(Patterns { list, set })
    }

    /// In the order in which they are tried.
    pub fn list(&self) -> &[Pattern] {
        &self.list
    }

    /// The number of the first pattern that matches.
    pub fn first_match(&self, text: &str) -> Option<usize> {
        // Most texts match none, which is found out without asking which.
        self.set.is_match(text.as_bytes()).then(|| self.set.matches(text.as_bytes()).iter().next()).flatten()
    }
}

fn check_name(before: &[Pattern], pattern: &Pattern) -> Result<(), String> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !pattern.name.split('-').all(is_word) {
        return Err("a name has small letters, digits and single hyphens".into());
    }
    match before.iter().any(|other| other.name == pattern.name) {
        true => Err(format!("two patterns are called `{}`", pattern.name)),
        false => Ok(()),
    }
}

fn check_step(pattern: &Pattern) -> Result<(), String> {
    let is_word = !pattern.step.is_empty() && pattern.step.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    if is_word { Ok(()) } else { Err("a step has small letters and hyphens".into()) }
}

/// What this library knows and RE2 does not, so that a query would not run.
const NOT_RE2: [&str; 9] = [r"\u", r"\U", r"\b{", r"\<", r"\>", "&&", "~~", "(?x", "(?R"];

fn check_regex(pattern: &Pattern) -> Result<(), String> {
    if let Some(unknown) = NOT_RE2.iter().find(|unknown| pattern.regex.contains(**unknown)) {
        return Err(format!("RE2 does not know `{unknown}`, and a query has the same expressions"));
    }
    let built = RegexBuilder::new(&pattern.regex).unicode(false).build();
    let regex = built.map_err(|error| format!("no regular expression: {}", last_line(&error.to_string())))?;
    match regex.is_match(b"") {
        true => Err("it matches an empty text, and so every entry".into()),
        false => Ok(()),
    }
}

/// The library draws the expression with a caret of its own; what is wrong stands in its last line.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The key of the list, the number of the example if one is there, and what is wrong.
type WrongExample = (&'static str, Option<usize>, String);

fn check_examples(pattern: &Pattern) -> Result<(), WrongExample> {
    let Ok(regex) = RegexBuilder::new(&pattern.regex).unicode(false).build() else { return Ok(()) };
    let name = &pattern.name;
    let wrong =
        |texts: &[String], is_match: bool| texts.iter().position(|text| regex.is_match(text.as_bytes()) != is_match);
    if pattern.matches.is_empty() || pattern.misses.is_empty() {
        let key = if pattern.matches.is_empty() { "matches" } else { "misses" };
        return Err((key, None, format!("`{name}` needs an example here")));
    }
    if let Some(at) = wrong(&pattern.matches, true) {
        return Err(("matches", Some(at), format!("`{name}` does not match this text")));
    }
    match wrong(&pattern.misses, false) {
        Some(at) => Err(("misses", Some(at), format!("`{name}` matches this text"))),
        None => Ok(()),
    }
}
