//! Patterns as data: which texts tell of an attempt to authenticate, and how it ended. Each comes with examples, which are checked
//! whenever a file of patterns is read, so that no expression counts a failure as a success unnoticed.

use std::path::Path;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind, PatternSet, meta};
use serde::Deserialize;

use super::outcome::Outcome;
use super::re2::{Translated, translated};
use crate::input::{InputError, Source};
use crate::redact::Redactor;

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

/// Texts of no pattern, whatever their words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Harmless {
    /// RE2.
    regex: String,
    matches: Vec<String>,
    misses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    harmless: Vec<Harmless>,
    pattern: Vec<Pattern>,
}

/// An expression that was checked. It has an automaton only once a text may match it: a log has texts of a few patterns.
#[derive(Clone, Debug)]
struct Exact {
    /// As it was written.
    written: String,
    /// For the library of this program.
    translated: String,
    regex: OnceLock<Option<Regex>>,
}

/// Patterns in the order in which they are tried.
#[derive(Clone, Debug)]
pub struct Patterns {
    list: Vec<Pattern>,
    harmless: Vec<Exact>,
    exact: Vec<Exact>,
    /// Matches more than the exact ones, with a small automaton. Most texts match nothing even here.
    wide: meta::Regex,
}

impl Patterns {
    /// The text of the file that is shipped.
    pub const SHIPPED: &'static str = include_str!("patterns.toml");

    /// Those that are shipped. A test has checked them, so a command does not: that takes most of the time of a short log.
    ///
    /// # Errors
    /// When the file is wrong, which that test excludes.
    pub fn shipped() -> Result<Self, InputError> {
        Patterns::built(&Source::new("patterns.toml", Patterns::SHIPPED), translated_only)
    }

    /// Those of a file, which stand in place of the shipped ones.
    ///
    /// # Errors
    /// When it cannot be read, or at the first key, expression or example that is wrong.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        Patterns::of(&Source::read(path)?.showing("[[pattern]]", "regex"))
    }

    /// Those of a text.
    ///
    /// # Errors
    /// At the first key, expression or example that is wrong.
    pub fn of(source: &Source) -> Result<Self, InputError> {
        Patterns::built(source, checked)
    }

    fn built(source: &Source, read: Read) -> Result<Self, InputError> {
        let File { harmless, pattern: list } = source.parse()?;
        if list.is_empty() {
            return Err(InputError::new(format!("`{}` has no pattern", source.path())).help("write `[[pattern]]`"));
        }
        let harmless = harmless_texts(source, harmless, read)?;
        let (mut exact, mut wide) = (Vec::new(), Vec::new());
        for (at, pattern) in list.iter().enumerate() {
            let error = |key: &str, message: String| source.error_at(&["pattern", &at.to_string(), key], message);
            check_name(&list[..at], pattern).map_err(|message| error("name", message))?;
            check_step(pattern).map_err(|message| error("step", message))?;
            let Expression { exact: one, regex, wide: wide_one } =
                read(&pattern.regex).map_err(|message| wrong_regex(source, ("pattern", at), message))?;
            if let Some(regex) = regex {
                let is_match = |text: &str| regex.is_match(text.as_bytes()) && !is_harmless(&harmless, text);
                let examples = check_examples(&pattern.name, [&pattern.matches, &pattern.misses], is_match);
                examples.map_err(|wrong| wrong_example(source, ("pattern", at), wrong))?;
            }
            exact.push(one);
            wide.push(wide_one);
        }
        Ok(Patterns { list, harmless, exact, wide: together(&wide)? })
    }

    /// In the order in which they are tried.
    pub fn list(&self) -> &[Pattern] {
        &self.list
    }

    /// The expressions of texts that are of no pattern.
    pub(super) fn harmless(&self) -> impl Iterator<Item = &str> {
        self.harmless.iter().map(|one| one.written.as_str())
    }

    /// The number of the first pattern that matches.
    pub fn first_match(&self, text: &str) -> Option<usize> {
        // Most texts match none, which is found out without asking which.
        if !self.wide.is_match(text) {
            return None;
        }
        let mut candidates = PatternSet::new(self.list.len());
        self.wide.which_overlapping_matches(&Input::new(text), &mut candidates);
        let is_match = |number: &usize| self.exact[*number].is_match(text);
        let first = candidates.iter().map(|number| number.as_usize()).find(is_match);
        first.filter(|_| !is_harmless(&self.harmless, text))
    }
}

impl Exact {
    fn is_match(&self, text: &str) -> bool {
        // It, or the shipped one, was built once to be checked, so it can be built again.
        let regex = self.regex.get_or_init(|| built(&self.translated).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

fn is_harmless(harmless: &[Exact], text: &str) -> bool {
    harmless.iter().any(|one| one.is_match(text))
}

fn harmless_texts(source: &Source, harmless: Vec<Harmless>, read: Read) -> Result<Vec<Exact>, InputError> {
    let text = |(at, Harmless { regex: written, matches, misses }): (usize, Harmless)| {
        let wrong = |message: String| wrong_regex(source, ("harmless", at), message);
        let Expression { exact, regex, .. } = read(&written).map_err(wrong)?;
        if let Some(regex) = regex {
            let examples = check_examples("harmless", [&matches, &misses], |text| regex.is_match(text.as_bytes()));
            examples.map_err(|wrong| wrong_example(source, ("harmless", at), wrong))?;
        }
        Ok(exact)
    };
    harmless.into_iter().enumerate().map(text).collect()
}

fn wrong_regex(source: &Source, (list, at): (&str, usize), message: String) -> InputError {
    shown(source, &[list, &at.to_string(), "regex"], message)
}

fn wrong_example(source: &Source, (list, at): (&str, usize), (key, example, message): WrongExample) -> InputError {
    let (at, example) = (at.to_string(), example.map(|example| example.to_string()));
    let keys = [list, &at, key].into_iter().chain(example.as_deref());
    shown(source, &keys.collect::<Vec<_>>(), message)
}

/// An error at that value, which is shown unless a secret seems to be in it: an example may be copied from a log.
fn shown(source: &Source, keys: &[&str], message: String) -> InputError {
    let text: String = source.get(keys).ok().flatten().unwrap_or_default();
    match Redactor::default().redact(&text) == text {
        true => source.error_at(keys, message),
        false => source.error_where_begins(keys, message),
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

/// From an expression as it is written, or what is wrong with it.
type Read = fn(&str) -> Result<Expression, String>;

/// An expression.
struct Expression {
    exact: Exact,
    /// For its examples, where these are checked.
    regex: Option<Regex>,
    wide: String,
}

fn translated_only(written: &str) -> Result<Expression, String> {
    let Translated { exact: translated, wide } = translated(written)?;
    let exact = Exact { written: written.to_owned(), translated, regex: OnceLock::new() };
    Ok(Expression { exact, regex: None, wide })
}

fn checked(written: &str) -> Result<Expression, String> {
    let expression = translated_only(written)?;
    let regex = built(&expression.exact.translated)?;
    if regex.is_match(b"") {
        return Err("it matches an empty text, and so every entry".into());
    }
    Ok(Expression { regex: Some(regex), ..expression })
}

fn built(translated: &str) -> Result<Regex, String> {
    RegexBuilder::new(translated).dfa_size_limit(SMALL_AUTOMATON).build().map_err(|error| error.to_string())
}

/// The key of the list, the number of the example if one is there, and what is wrong.
type WrongExample = (&'static str, Option<usize>, String);

fn check_examples(
    name: &str,
    [matches, misses]: [&[String]; 2],
    is_match: impl Fn(&str) -> bool,
) -> Result<(), WrongExample> {
    let wrong = |texts: &[String], expected: bool| texts.iter().position(|text| is_match(text) != expected);
    if matches.is_empty() || misses.is_empty() {
        let key = if matches.is_empty() { "matches" } else { "misses" };
        return Err((key, None, format!("`{name}` needs an example here")));
    }
    if let Some(at) = wrong(matches, true) {
        return Err(("matches", Some(at), format!("`{name}` does not match this text")));
    }
    match wrong(misses, false) {
        Some(at) => Err(("misses", Some(at), format!("`{name}` matches this text"))),
        None => Ok(()),
    }
}
