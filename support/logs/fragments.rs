//! A record of several lines, of which each became an entry of its own: put together again by process, in either order of time, and
//! with the lines of other processes between them.

use std::sync::Arc;

use super::entry::{Entry, Origin};

/// In bytes: what one record may have.
const LONGEST: usize = 8 * 1024;
/// So many processes are followed at a time; the oldest record that is not whole is given up for another.
const MOST: usize = 128;

/// Records that are not whole yet, by process.
#[derive(Default)]
pub(super) struct Fragments {
    /// The one that got a line last comes last.
    open: Vec<Open>,
    interleaved: u64,
}

/// Lines of one process, in the order of the file.
struct Open {
    origin: Arc<Origin<'static>>,
    trace: Box<str>,
    /// The line with which the record begins, where that came first.
    head: Option<Head>,
    /// The lines one after another, with the first one where that came first.
    text: String,
    /// Where each line behind the first one ends.
    ends: Vec<usize>,
    depth: i32,
    /// Another record of the process began before this one was whole: whose a line is cannot be known.
    is_mixed: bool,
}

/// What was counted for the first line of a record.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) pattern: usize,
    pub(super) at: Option<i64>,
}

impl Fragments {
    /// Records of which nothing is told, because another one of their process began before they were whole.
    pub(super) fn interleaved(self) -> u64 {
        self.interleaved
    }

    /// Another line of a record. Returns the record if this line makes it whole.
    pub(super) fn line(&mut self, entry: &Entry<'_>, origin: &Arc<Origin<'static>>) -> Option<(Head, String)> {
        let line = entry.text_payload.trim();
        let open = self.open(entry, origin);
        open.depth += depth(line);
        open.add(line);
        if open.text.len() > LONGEST || open.is_mixed && open.depth <= 0 {
            self.open.pop();
            return None;
        }
        // The newest first: a record ends with its first line.
        if open.head.is_none() || open.is_mixed || open.depth > 0 {
            return None;
        }
        let Open { head, text, .. } = self.open.pop()?;
        head.map(|head| (head, text))
    }

    /// The first line of a record that goes on in other entries. Returns the record if its other lines came before.
    pub(super) fn head(
        &mut self,
        entry: &Entry<'_>,
        origin: &Arc<Origin<'static>>,
        head: Head,
    ) -> Option<(Head, String)> {
        let text = entry.text();
        let depth = if text.trim_end().ends_with(['{', '[', ',']) { depth(text) } else { 0 };
        if depth <= 0 {
            return None;
        }
        let open = self.open(entry, origin);
        if open.is_mixed || open.head.is_some() {
            let lost = 1 + u64::from(!open.is_mixed);
            (open.is_mixed, open.depth) = (true, open.depth + depth);
            self.interleaved += lost;
            return None;
        }
        if !open.ends.is_empty() && open.depth + depth == 0 {
            return self.open.pop().map(|open| (head, open.behind(text)));
        }
        (open.depth, open.head, open.text) = (depth, Some(head), text.to_owned());
        open.ends.clear();
        None
    }

    /// The record of the process that wrote this entry.
    fn open(&mut self, entry: &Entry<'_>, origin: &Arc<Origin<'static>>) -> &mut Open {
        let is_it = |open: &Open| *open.trace == *entry.trace && is_same(&open.origin, origin);
        match self.open.iter().rposition(is_it) {
            Some(place) => self.open[place..].rotate_left(1),
            None => {
                if self.open.len() == MOST {
                    self.open.remove(0);
                }
                self.open.push(Open::new(origin, &entry.trace));
            }
        }
        // It was found or added just now.
        let last = self.open.len() - 1;
        &mut self.open[last]
    }
}

impl Open {
    fn new(origin: &Arc<Origin<'static>>, trace: &str) -> Self {
        let (text, ends) = (String::new(), Vec::new());
        Open { origin: origin.clone(), trace: trace.into(), head: None, text, ends, depth: 0, is_mixed: false }
    }

    fn add(&mut self, line: &str) {
        self.text.push('\n');
        self.text.push_str(line);
        self.ends.push(self.text.len());
    }

    /// The record of this first line: the last of the others was read first.
    fn behind(&self, first: &str) -> String {
        let begins = [0].into_iter().chain(self.ends.iter().copied());
        let lines: Vec<&str> = begins.zip(&self.ends).map(|(begin, end)| &self.text[begin..*end]).collect();
        lines.iter().rev().fold(first.to_owned(), |text, line| text + line)
    }
}

/// As far as is known: of most entries the very same origin comes.
fn is_same(one: &Arc<Origin<'static>>, other: &Arc<Origin<'static>>) -> bool {
    Arc::ptr_eq(one, other)
        || one.replica == other.replica && one.revision == other.revision && one.service == other.service
}

/// A line of indented JSON.
pub(super) fn is_part(entry: &Entry<'_>) -> bool {
    matches!(entry.text_payload.trim().as_bytes(), [b'"', ..] | [b'{' | b'}' | b'[' | b']'] | [b'}' | b']', b','])
}

/// How many braces and brackets it opens more than it closes, those in its strings aside.
fn depth(line: &str) -> i32 {
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    for byte in line.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth
}
