//! Names and values in elements beside one another: a row, a column below its title, `<dt>` and `<dd>`, `<key>` and `<string>`.

use std::ops::Range;

use super::super::plain::hidden_in_list;
use super::tags::Tag;
use super::{hide_as, title};
use crate::secret::Said;

/// More columns are no table for a person.
const MOST_COLUMNS: usize = 64;

/// What was read so far.
#[derive(Default)]
pub(super) struct Cells {
    /// The element whose text is awaited.
    open: Option<String>,
    /// What the element before says of the next one.
    said: Option<Said>,
    /// What the titles of this table say of its columns.
    heads: Vec<Option<Said>>,
    /// Of the next cell.
    column: usize,
    /// The row of titles has ended.
    is_below: bool,
    /// This row has a name and its value.
    is_pair: bool,
}

impl Cells {
    pub(super) fn read(&mut self, text: &str, tag: &Tag<'_>, found: &mut Vec<Range<usize>>) {
        self.pass(&tag.name);
        if text[tag.after.clone()].trim().is_empty() {
            return;
        }
        match self.open.take() {
            Some(element) => self.text(text, &element, tag.after.clone(), found),
            // `<b>password</b> …`
            None => {
                let said =
                    self.said.take().filter(|_| matches!(&*tag.name, "/b" | "/strong" | "/label" | "/span" | "/code"));
                said.into_iter().for_each(|said| hide_as(hidden_in_list, text, said, tag.after.clone(), found));
            }
        }
    }

    /// Goes on to what is behind a tag.
    fn pass(&mut self, name: &str) {
        match name {
            "table" | "/table" => *self = Cells::default(),
            "tr" | "/tr" => self.end_row(),
            // What a person presses tells of no value.
            "a" | "button" | "p" | "h1" | "h2" | "h3" => (self.open, self.said) = (None, None),
            "td" | "th" | "dt" | "dd" | "key" | "name" | "label" | "string" | "value" => {
                self.open = Some(name.to_owned())
            }
            "b" | "strong" | "code" | "span" if self.open.is_none() => self.open = Some(name.to_owned()),
            _ => {}
        }
        let ends = |open: &mut String| name.strip_prefix('/') == Some(open.as_str());
        if let Some(element) = self.open.take_if(ends) {
            self.column += usize::from(is_cell(&element));
        }
    }

    fn end_row(&mut self) {
        // Of two columns, the first row may be the first of many pairs.
        if self.is_pair && self.heads.len() == 2 && !self.is_below {
            self.heads = vec![None; 2];
        }
        self.is_below |= !self.heads.is_empty();
        (self.column, self.said, self.is_pair) = (0, None, false);
    }

    /// The first text of an element.
    fn text(&mut self, text: &str, element: &str, part: Range<usize>, found: &mut Vec<Range<usize>>) {
        let is_cell = is_cell(element);
        let above = self.heads.get(self.column).copied().flatten().filter(|_| is_cell && self.is_below);
        let beside = self.said.filter(|_| !matches!(element, "dt" | "key" | "name" | "label" | "th"));
        if is_cell && !self.is_below && self.column < MOST_COLUMNS {
            self.heads.resize(self.column + 1, None);
            self.heads[self.column] = named(text, &part);
        }
        match above.or(beside) {
            Some(said) => {
                hide_as(hidden_in_list, text, said, part, found);
                self.is_pair |= beside.is_some();
                self.said = self.said.filter(|_| matches!(element, "dd" | "td"));
            }
            None => self.said = named(text, &part).filter(|_| !matches!(element, "dd" | "string" | "value")),
        }
        self.column += usize::from(is_cell);
    }
}

fn is_cell(element: &str) -> bool {
    matches!(element, "td" | "th")
}

fn named(text: &str, part: &Range<usize>) -> Option<Said> {
    title(&text[part.clone()]).filter(|said| *said != Said::Code)
}
