//! `<password>…</password>`, `<input name="password" value="…">`, `<meta name="csrf-token" content="…">`, `<td>password</td><td>…</td>`.

use std::ops::Range;

use super::cells::Cells;
use super::hide;
use crate::secret::{Said, said_by};

/// In characters of a tag.
const LONGEST_TAG: usize = 4_000;
/// More attributes of a tag are not looked at: each is looked at with the whole tag before it.
const MOST_ATTRIBUTES: usize = 64;

/// Before a text in which `<` is none (XML §2.7).
const CDATA: &str = "<![CDATA[";

/// A tag, and what stands between it and the next one.
pub(super) struct Tag<'a> {
    /// In small letters, `/td` where it ends.
    pub(super) name: String,
    /// What is between its signs.
    pub(super) inner: &'a str,
    /// The text after it.
    pub(super) after: Range<usize>,
}

pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut cells = Cells::default();
    for (start, _) in text.match_indices('<') {
        let Some(tag) = tag(text, start) else { continue };
        named(text, &tag, start + 1, found);
        cells.read(text, &tag, found);
    }
}

fn tag(text: &str, start: usize) -> Option<Tag<'_>> {
    let rest = &text[start + 1..];
    let (length, end) = rest.char_indices().take(LONGEST_TAG).find(|(_, c)| matches!(c, '>' | '<'))?;
    let inner = &rest[..length];
    let name = inner.split(|c: char| c.is_whitespace() || c == '/').find(|name| !name.is_empty()).unwrap_or_default();
    let sign = if inner.starts_with('/') { "/" } else { "" };
    let from = start + 1 + length + 1;
    let to = text[from..].find('<').map_or(text.len(), |end| from + end);
    (end == '>').then(|| Tag { name: format!("{sign}{}", name.to_ascii_lowercase()), inner, after: from..to })
}

/// Where an element or an attribute of it is a name.
fn named(text: &str, tag: &Tag<'_>, inner: usize, found: &mut Vec<Range<usize>>) {
    let attributes = attributes(tag.inner, inner);
    let by_attribute = attributes.iter().find_map(|(name, value)| said_by_attribute(name, &text[value.clone()]));
    if let Some(said) = by_attribute {
        let holds = |name: &str| ["value", "content"].iter().any(|held| name.eq_ignore_ascii_case(held));
        let values = attributes.iter().filter(|(name, _)| holds(name));
        values.for_each(|(_, value)| hide(text, said, value.clone(), found));
    }
    let local = tag.name.rsplit(':').next().unwrap_or_default();
    let is_closed = tag.inner.ends_with('/') || tag.name.starts_with('/') || matches!(&*tag.name, "input" | "meta");
    let by_name = said_by(local).filter(|said| *said != Said::Code);
    if let Some(said) = by_attribute.or(by_name).filter(|_| !is_closed) {
        hide(text, said, content(text, tag), found);
    }
}

/// The text of an element, which may be written as one that has no tags.
fn content(text: &str, tag: &Tag<'_>) -> Range<usize> {
    let start = tag.after.end + CDATA.len();
    let is_data = text[tag.after.clone()].trim().is_empty() && text[tag.after.end..].starts_with(CDATA);
    match is_data {
        true => start..text[start..].find("]]>").map_or(text.len(), |end| start + end),
        false => tag.after.clone(),
    }
}

fn said_by_attribute(name: &str, value: &str) -> Option<Said> {
    match name.to_ascii_lowercase().as_str() {
        "name" | "id" | "key" => said_by(value),
        "type" => value.eq_ignore_ascii_case("password").then_some(Said::Password),
        _ => None,
    }
}

/// The names of a tag's attributes, and where their values stand in the text.
fn attributes(tag: &str, offset: usize) -> Vec<(&str, Range<usize>)> {
    let mut all = Vec::new();
    for (at, _) in tag.match_indices('=').take(MOST_ATTRIBUTES) {
        let before = tag[..at].trim_end();
        let name = before.rsplit(|c: char| c.is_whitespace() || "\"'/".contains(c)).next().unwrap_or_default();
        let after = tag[at + 1..].trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = &after[usize::from(quote.is_some())..];
        let end = match quote {
            Some(quote) => value.find(quote),
            None => value.find(char::is_whitespace),
        };
        let start = offset + tag.len() - value.len();
        all.push((name, start..start + end.unwrap_or(value.len())));
    }
    all
}
