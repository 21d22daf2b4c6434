//! Patterns as data: which texts tell of an attempt to authenticate, and how it ended. Each comes with examples, which are checked
//! whenever a file of patterns is read, so that no expression counts a failure as a success unnoticed.

use std::path::Path;

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet, meta};
use serde::Deserialize;

use super::outcome::Outcome;
use super::re2::{Translated, translated};
use crate::input::{InputError, Source};

/// In bytes, for all patterns and for each thread: what the automaton may grow to while it searches.
const AUTOMATON: usize = 1024 * 1024;
/// The same of one pattern.
const SMALL_AUTOMATON: usize = 64 * 1024;

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
    exact: Vec<Regex>,
    /// Matches more than the exact ones, with a small automaton. Most texts match nothing even here.
    wide: meta::Regex,
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
        let (mut exact, mut wide) = (Vec::new(), Vec::new());
        for (at, pattern) in list.iter().enumerate() {
            let error = |key: &str, message: String| source.error_at(&["pattern", &at.to_string(), key], message);
            check_name(&list[..at], pattern).map_err(|message| error("name", message))?;
            check_step(pattern).map_err(|message| error("step", message))?;
            let (regex, wide_regex) = built(pattern).map_err(|message| error("regex", message))?;
            check_examples(pattern, &regex).map_err(|(key, example, message)| {
                let (at, example) = (at.to_string(), example.map(|example| example.to_string()));
                let keys = ["pattern", &at, key].into_iter().chain(example.as_deref());
                source.error_at(&keys.collect::<Vec<_>>(), message)
            })?;
            // Without what the examples have left in it.
            exact.push(regex.clone());
            wide.push(wide_regex);
        }
        Ok(Patterns { list, exact, wide: together(&wide)? })
    }

    /// In the order in which they are tried.
    pub fn list(&self) -> &[Pattern] {
        &self.list
    }

    /// The number of the first pattern that matches.
    pub fn first_match(&self, text: &str) -> Option<usize> {
        // Most texts match none, which is found out without asking which.
        if !self.wide.is_match(text) {
            return None;
        }
        let mut candidates = PatternSet::new(self.list.len());
        self.wide.which_overlapping_matches(&Input::new(text), &mut candidates);
        candidates.iter().map(|number| number.as_usize()).find(|number| self.exact[*number].is_match(text.as_bytes()))
    }
}

/// One automaton for all. Literals with which a match may begin occur in most texts, so looking for them first takes time.
fn together(regexes: &[String]) -> Result<meta::Regex, InputError> {
    let config = meta::Config::new().match_kind(MatchKind::All).auto_prefilter(false).hybrid_cache_capacity(AUTOMATON);
    let syntax = syntax::Config::new().utf8(false);
    let built = meta::Builder::new().configure(config).syntax(syntax).build_many(regexes);
    built.map_err(|error| InputError::new(format!("the patterns are too large together: {error}")))
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

/// The exact expression, and the wide one.
fn built(pattern: &Pattern) -> Result<(Regex, String), String> {
    let Translated { exact, wide } = translated(&pattern.regex)?;
    let exact = RegexBuilder::new(&exact).dfa_size_limit(SMALL_AUTOMATON).build().map_err(|error| error.to_string())?;
    match exact.is_match(b"") {
        true => Err("it matches an empty text, and so every entry".into()),
        false => Ok((exact, wide)),
    }
}

/// The key of the list, the number of the example if one is there, and what is wrong.
type WrongExample = (&'static str, Option<usize>, String);

fn check_examples(pattern: &Pattern, regex: &Regex) -> Result<(), WrongExample> {
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
