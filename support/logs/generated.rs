//! Logs that were never written by a service: the same bytes for the same seed, in the shape of the incident's. For tests, the
//! benchmark, and whatever else counts the same entries.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use fastrand::Rng;
use serde_json::{Value, json};

/// How entries follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// An indented array, the newest entry first, as `gcloud logging read --format json` writes it.
    Array,
    /// An entry on each line, the oldest first.
    Lines,
}

/// What entries are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Mostly requests that have nothing to do with tokens, as a log is.
    Mixed,
    /// Attempts alone.
    Records,
    /// Requests alone.
    Traffic,
}

/// What was written, by which a count is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Entries.
    pub entries: u64,
    /// Attempts that were accepted.
    pub accepted: u64,
    /// Attempts that failed: each has a record of several entries, a verdict and a close.
    pub failed: u64,
    /// Bytes.
    pub bytes: u64,
}

/// 2025-09-08T14:00:00Z, and seven hours later.
const FIRST: u64 = 1_757_340_000;
const LAST: u64 = FIRST + 7 * 3_600;
/// Of 256 events these are attempts.
const LAST_RECORD: u8 = 11;
/// In milliseconds, between two entries.
const STEP: u64 = 40;

/// Writes mixed entries until there are so many bytes.
///
/// # Errors
/// When they cannot be written.
pub fn write(out: &mut impl Write, form: Form, seed: u64, bytes: u64) -> io::Result<Written> {
    write_content(out, form, Content::Mixed, seed, bytes)
}

/// Writes entries of that content until there are so many bytes.
///
/// # Errors
/// When they cannot be written.
pub fn write_content(out: &mut impl Write, form: Form, content: Content, seed: u64, bytes: u64) -> io::Result<Written> {
    let draws = match content {
        Content::Mixed => 0..=u8::MAX,
        Content::Records => 0..=LAST_RECORD,
        Content::Traffic => LAST_RECORD + 1..=u8::MAX,
    };
    let mut writer = Writer { out, form, rng: Rng::with_seed(seed), replica: 0, written: Written::default() };
    if form == Form::Array {
        writer.raw("[\n")?;
    }
    while writer.written.bytes < bytes {
        writer.event(draws.clone())?;
    }
    if form == Form::Array {
        writer.raw("\n]\n")?;
    }
    Ok(writer.written)
}

struct Writer<'a, W> {
    out: &'a mut W,
    form: Form,
    rng: Rng,
    /// The process whose entries come next.
    replica: u8,
    written: Written,
}

impl<W: Write> Writer<'_, W> {
    fn event(&mut self, draws: RangeInclusive<u8>) -> io::Result<()> {
        self.replica = self.rng.u8(..3);
        match self.rng.u8(draws) {
            0..=3 => self.failed(),
            4..=LAST_RECORD => {
                self.written.accepted += 1;
                let user = self.rng.u16(..9);
                self.entry(json!({"textPayload": format!("Token validated for user_id=staging-e2e-user-{user:03}")}))
            }
            12..=80 => {
                let body = json!({"message": self.words(8), "logger": "app.core", "duration_ms": self.rng.u16(..)});
                self.entry(json!({"jsonPayload": body, "severity": "INFO"}))
            }
            81..=160 => {
                let request = json!({"requestMethod": "GET", "requestUrl": format!("https://api.example.test/api/{}", self.words(1)),
                    "status": 200, "latency": "0.012s", "userAgent": "probe/1.0", "remoteIp": "192.0.2.7"});
                self.entry(json!({"httpRequest": request, "severity": "INFO"}))
            }
            _ => {
                let line = self.words(14);
                self.entry(json!({"textPayload": line}))
            }
        }
    }

    /// The incident's record, an entry for each of its lines, then what the attempt ends with.
    fn failed(&mut self) -> io::Result<()> {
        self.written.failed += 1;
        let record = json!({
            "validation_result_exists": true, "error_from_auth_service": null, "details_from_auth_service": null,
            "token_characteristics": {"length": 373, "prefix": "eyJhbGciOiJI", "suffix": "redacted", "dot_count": 2,
                "has_bearer_prefix": false},
            "auth_service_response_status": "present",
        });
        let text = format!("VALIDATION_FAILED DEBUG: {record:#}");
        let verdict = "SSOT AUTHENTICATION FAILED: VALIDATION_FAILED - Token=REDACTED failed on staging";
        let close = "WebSocket closed with code 1008: SSOT Auth failed";
        let mut lines: Vec<&str> = text.lines().chain([verdict, close]).collect();
        if self.form == Form::Array {
            lines.reverse();
        }
        lines.into_iter().try_for_each(|line| self.entry(json!({"textPayload": line, "severity": "ERROR"})))
    }

    fn entry(&mut self, mut entry: Value) -> io::Result<()> {
        let replica = self.replica;
        let number = self.written.entries;
        let time = match self.form {
            Form::Array => (LAST * 1_000).saturating_sub(number * STEP),
            Form::Lines => FIRST * 1_000 + number * STEP,
        };
        let common = json!({
            "insertId": format!("{number:016x}"),
            "timestamp": humantime::format_rfc3339_millis(std::time::UNIX_EPOCH + std::time::Duration::from_millis(time)).to_string(),
            "receiveTimestamp": "2025-09-08T14:00:00.123456789Z",
            "logName": "projects/example/logs/run.googleapis.com%2Fstderr",
            "labels": {"instanceId": format!("00f46b92{replica:04x}")},
            "resource": {"type": "cloud_run_revision", "labels": {"service_name": "backend-staging",
                "revision_name": "backend-staging-00042-xyz", "location": "us-central1", "project_id": "example"}},
        });
        if let (Value::Object(entry), Value::Object(common)) = (&mut entry, common) {
            entry.extend(common);
        }
        let separator = match (self.form, self.written.entries) {
            (Form::Array, 1..) => ",\n",
            _ => "",
        };
        self.written.entries += 1;
        self.raw(separator)?;
        match self.form {
            Form::Lines => self.raw(&format!("{entry}\n")),
            Form::Array => self.raw(&format!("  {}", format!("{entry:#}").replace('\n', "\n  "))),
        }
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.rng.usize(..WORDS.len())]).collect();
        words.join(" ")
    }

    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.written.bytes += text.len() as u64;
        self.out.write_all(text.as_bytes())
    }
}

const WORDS: [&str; 16] = [
    "request",
    "completed",
    "thread",
    "agent",
    "token",
    "budget",
    "valid",
    "cache",
    "websocket",
    "message",
    "delivered",
    "session",
    "failed",
    "retry",
    "user",
    "database",
];
