//! A record of several lines, of which each became an entry of its own: put together again by process, in either order of time, and
//! with the lines of other processes between them.

use std::collections::HashMap;

use super::entry::{Entry, Origin};
use super::origins::Origins;

/// In bytes: what one record may have.
const LONGEST: usize = 8 * 1024;
/// So many processes are followed at a time; the oldest record that is not whole is given up for another.
const MOST: usize = 128;

/// Records that are not whole yet, by process.
#[derive(Default)]
pub(super) struct Fragments {
    open: HashMap<Box<str>, Open>,
    age: u64,
    interleaved: u64,
}

/// Lines of one process, in the order of the file.
#[derive(Default)]
struct Open {
    /// The line with which the record begins, where that came first.
    head: Option<Head>,
    lines: Vec<Box<str>>,
    bytes: usize,
    depth: i32,
    /// Another record of the process began before this one was whole: whose a line is cannot be known.
    is_mixed: bool,
    age: u64,
}

/// The first line of a record, and what was counted for it.
pub(super) struct Head {
    pub(super) text: Box<str>,
    pub(super) pattern: usize,
    pub(super) at: Option<i64>,
}

impl Fragments {
    /// Records of which nothing is told, because another one of their process began before they were whole.
    pub(super) fn interleaved(self) -> u64 {
        self.interleaved
    }

    /// Another line of a record. Returns the record if this line makes it whole.
    pub(super) fn line(&mut self, entry: &Entry<'_>, origins: &mut Origins) -> Option<(Head, String)> {
        let line = entry.text_payload.trim();
        let key = key(entry, origins.of(entry));
        let open = self.open(&key);
        open.bytes += line.len();
        open.depth += depth(line);
        if open.bytes > LONGEST || open.is_mixed && open.depth <= 0 {
            self.open.remove(&key);
            return None;
        }
        open.lines.push(line.into());
        // The newest first: a record ends with its first line.
        if open.head.is_none() || open.is_mixed || open.depth > 0 {
            return None;
        }
        let Open { head, lines, .. } = self.open.remove(&key)?;
        head.map(|head| (Head { text: "".into(), ..head }, joined(&head.text, lines.iter())))
    }

    /// The first line of a record that goes on in other entries. Returns the record if its other lines came before.
    pub(super) fn head(&mut self, entry: &Entry<'_>, origin: &Origin<'_>, head: Head) -> Option<(Head, String)> {
        let depth = depth(&head.text);
        if depth <= 0 || !head.text.trim_end().ends_with(['{', '[', ',']) {
            return None;
        }
        let key = key(entry, origin);
        let open = self.open(&key);
        if open.is_mixed || open.head.is_some() {
            let lost = 1 + u64::from(!open.is_mixed);
            (open.is_mixed, open.depth) = (true, open.depth + depth);
            self.interleaved += lost;
            return None;
        }
        if !open.lines.is_empty() && open.depth + depth == 0 {
            let whole = joined(&head.text, open.lines.iter().rev());
            self.open.remove(&key);
            return Some((head, whole));
        }
        *open = Open { depth, bytes: head.text.len(), age: open.age, head: Some(head), ..Open::default() };
        None
    }

    fn open(&mut self, key: &str) -> &mut Open {
        self.age += 1;
        let age = self.age;
        if !self.open.contains_key(key) && self.open.len() >= MOST {
            let oldest = self.open.iter().min_by_key(|(_, open)| open.age).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| self.open.remove(&oldest));
        }
        let open = self.open.entry(key.into()).or_default();
        open.age = age;
        open
    }
}

/// The process that wrote it, as far as is known.
fn key(entry: &Entry<'_>, Origin { service, revision, replica }: &Origin<'_>) -> Box<str> {
    [service, revision, replica, &entry.trace].map(|name| &**name).join("\0").into()
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

fn joined<'a>(head: &str, lines: impl Iterator<Item = &'a Box<str>>) -> String {
    lines.fold(head.to_owned(), |text, line| text + "\n" + line)
}
