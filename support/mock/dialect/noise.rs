//! What real answers carry beside what they mean: ids, counters, times.

use serde_json::Value;
use uuid::Uuid;

use crate::mock::clock::Clock;

#[derive(Clone, Copy)]
pub enum Noise {
    Uuid,
    Hex,
    Counter,
    Seconds,
    Milliseconds,
    /// The same every time.
    Version,
}

pub const HEADERS: [(&str, Noise); 7] = [
    ("x-request-id", Noise::Uuid),
    ("x-correlation-id", Noise::Hex),
    ("x-cloud-trace-context", Noise::Hex),
    ("x-answer", Noise::Counter),
    ("x-server-time", Noise::Seconds),
    ("x-timestamp", Noise::Milliseconds),
    ("x-api-version", Noise::Version),
];

pub const FIELDS: [(&str, Noise); 7] = [
    ("request_id", Noise::Uuid),
    ("traceId", Noise::Hex),
    ("ref", Noise::Uuid),
    ("seq", Noise::Counter),
    ("server_time", Noise::Seconds),
    ("generatedAt", Noise::Milliseconds),
    ("api_version", Noise::Version),
];

impl Noise {
    pub fn json(self, count: u64, clock: Clock) -> Value {
        match self {
            Noise::Uuid => Uuid::new_v4().to_string().into(),
            Noise::Hex => Uuid::new_v4().simple().to_string().into(),
            Noise::Counter => count.into(),
            Noise::Seconds => clock.timestamp().into(),
            Noise::Milliseconds => clock.now().saturating_mul(1_000).saturating_add_unsigned(count % 1_000).into(),
            Noise::Version => "2025-09".into(),
        }
    }

    pub fn text(self, count: u64, clock: Clock) -> String {
        let value = self.json(count, clock);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}
