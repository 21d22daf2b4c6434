//! The log of a deployment, as Cloud Logging keeps it: an entry for each line that a service writes, so that a record of indented JSON
//! is spread over several entries.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::platform::{BACKEND, PROJECT, REGION, revision_of};

/// More lines are not kept, and the oldest give way.
const MOST: usize = 20_000;

/// What a service has written at once.
pub struct LogRecord {
    /// As it wrote it, in lines, with parts of the token.
    pub whole: String,
    /// The same without them.
    pub masked: String,
    /// The masked text as entries of Cloud Logging, an object for each line.
    pub entries: Vec<String>,
}

/// What a service writes, as in [`LogRecord`].
pub(super) struct Text {
    pub(super) whole: String,
    pub(super) masked: String,
}

impl From<String> for Text {
    /// Of a text without a token.
    fn from(text: String) -> Self {
        Text { whole: text.clone(), masked: text }
    }
}

/// Where every replica writes to.
#[derive(Default)]
pub(super) struct Journal(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    lines: VecDeque<Line>,
    written: u64,
    /// In microseconds since 1970: each line has a time of its own, so that their order is known.
    last: u64,
    /// Of a reader, where there is one.
    reader: Option<UnboundedSender<LogRecord>>,
}

struct Line {
    number: u64,
    /// In microseconds since 1970.
    at: u64,
    replica: u32,
    severity: &'static str,
    text: Box<str>,
}

impl Journal {
    /// What is written from now on. Without a reader nothing waits to be read.
    pub(super) fn records(&self) -> UnboundedReceiver<LogRecord> {
        let (sender, receiver) = unbounded_channel();
        self.kept().reader = Some(sender);
        receiver
    }

    /// What the replica of the backend with that number writes.
    pub(super) fn write(&self, replica: u32, severity: &'static str, text: Text) {
        let mut kept = self.kept();
        let begin = kept.written;
        text.masked.lines().for_each(|line| kept.add(replica, severity, line));
        if let Some(reader) = &kept.reader {
            let new = kept.lines.iter().rev().take_while(|line| line.number > begin).count();
            let entries = kept.lines.range(kept.lines.len() - new..).map(|line| line.entry().to_string()).collect();
            // A reader that has ended needs nothing.
            let Text { whole, masked } = text;
            _ = reader.send(LogRecord { whole, masked, entries });
        }
    }

    /// The entries, the oldest first.
    pub(super) fn entries(&self) -> Vec<Value> {
        self.kept().lines.iter().map(Line::entry).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn add(&mut self, replica: u32, severity: &'static str, text: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.last = u64::try_from(now.as_micros()).unwrap_or_default().max(self.last + 1);
        self.written += 1;
        if self.lines.len() == MOST {
            self.lines.pop_front();
        }
        self.lines.push_back(Line { number: self.written, at: self.last, replica, severity, text: text.into() });
    }
}

impl Line {
    fn entry(&self) -> Value {
        let Line { number, at, replica, severity, text } = self;
        let time = humantime::format_rfc3339_micros(UNIX_EPOCH + Duration::from_micros(*at)).to_string();
        json!({
            "insertId": format!("{number:016x}"), "timestamp": time, "receiveTimestamp": time,
            "severity": severity, "textPayload": text,
            "logName": format!("projects/{PROJECT}/logs/run.googleapis.com%2Fstderr"),
            "labels": {"instanceId": format!("00f46b92{replica:04x}")},
            "resource": {"type": "cloud_run_revision", "labels": {
                "service_name": BACKEND, "revision_name": revision_of(BACKEND), "configuration_name": BACKEND,
                "location": REGION, "project_id": PROJECT,
            }},
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_an_entry_with_a_later_time_than_the_one_before() {
        let journal = Journal::default();
        let mut records = journal.records();
        journal.write(0, "ERROR", "a: {\n  \"b\": 1\n}".to_owned().into());
        journal.write(1, "INFO", "c".to_owned().into());
        let entries = journal.entries();
        let texts: Vec<&str> = entries.iter().filter_map(|entry| entry["textPayload"].as_str()).collect();
        assert_eq!(texts, ["a: {", "  \"b\": 1", "}", "c"]);
        let times: Vec<&str> = entries.iter().filter_map(|entry| entry["timestamp"].as_str()).collect();
        assert!(times.is_sorted_by(|one, next| one < next), "{times:?}");
        let read: Vec<String> = [records.try_recv(), records.try_recv()]
            .into_iter()
            .flat_map(|one| one.expect("a record").entries)
            .collect();
        assert_eq!(read, entries.iter().map(Value::to_string).collect::<Vec<_>>());
    }

    #[test]
    fn the_oldest_lines_give_way() {
        let journal = Journal::default();
        (0..MOST + 2).for_each(|number| journal.write(0, "INFO", number.to_string().into()));
        let entries = journal.entries();
        assert_eq!((entries.len(), &entries[0]["textPayload"]), (MOST, &"2".into()));
    }
}
