//! A text as it is searched: decoded, and with the place of each of its characters in the text that came.

use std::borrow::Cow;
use std::ops::Range;

/// The text that came, or what a decoder has made of it.
pub(super) struct Reading<'a> {
    pub(super) text: Cow<'a, str>,
    /// For each byte, where its character stands in the text that came; `None` where this is that text.
    places: Option<Vec<(u32, u32)>>,
}

impl<'a> Reading<'a> {
    /// The text as it came.
    pub(super) fn plain(text: &'a str) -> Self {
        Reading { text: Cow::Borrowed(text), places: None }
    }

    /// Nothing yet.
    pub(super) fn empty() -> Reading<'static> {
        Reading { text: Cow::Owned(String::new()), places: Some(Vec::new()) }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.places.is_none()
    }

    /// Adds a character that stands there in the text that came.
    pub(super) fn push(&mut self, c: char, source: Range<usize>) {
        self.text.to_mut().push(c);
        let place = (bounded(source.start), bounded(source.end));
        self.places.get_or_insert_default().extend(std::iter::repeat_n(place, c.len_utf8()));
    }

    /// Where a part of this text stands in the text that came.
    pub(super) fn source(&self, part: Range<usize>) -> Range<usize> {
        let Some(places) = &self.places else { return part };
        let (from, to) = (places.get(part.start), places.get(part.end.saturating_sub(1)));
        from.zip(to).map_or(0..0, |(from, to)| from.0 as usize..to.1 as usize)
    }
}

/// Bodies and messages are shorter by far.
fn bounded(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
