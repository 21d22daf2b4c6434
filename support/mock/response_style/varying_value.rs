//! Values that vary between real responses and mean nothing: ids, counters, times.

use serde_json::Value;
use uuid::Uuid;

use crate::mock::clock::Clock;

#[derive(Clone, Copy)]
pub(super) enum VaryingValue {
    Uuid,
    Hex,
    Counter,
    Seconds,
    Milliseconds,
    /// Constant.
    Version,
}

pub(super) const HEADERS: [(&str, VaryingValue); 7] = [
    ("x-request-id", VaryingValue::Uuid),
    ("x-correlation-id", VaryingValue::Hex),
    ("x-cloud-trace-context", VaryingValue::Hex),
    ("x-answer", VaryingValue::Counter),
    ("x-server-time", VaryingValue::Seconds),
    ("x-timestamp", VaryingValue::Milliseconds),
    ("x-api-version", VaryingValue::Version),
];

pub(super) const FIELDS: [(&str, VaryingValue); 7] = [
    ("request_id", VaryingValue::Uuid),
    ("traceId", VaryingValue::Hex),
    ("ref", VaryingValue::Uuid),
    ("seq", VaryingValue::Counter),
    ("server_time", VaryingValue::Seconds),
    ("generatedAt", VaryingValue::Milliseconds),
    ("api_version", VaryingValue::Version),
];

impl VaryingValue {
    pub(super) fn json(self, count: u64, clock: Clock) -> Value {
        match self {
            VaryingValue::Uuid => Uuid::new_v4().to_string().into(),
            VaryingValue::Hex => Uuid::new_v4().simple().to_string().into(),
            VaryingValue::Counter => count.into(),
            VaryingValue::Seconds => clock.timestamp().into(),
            VaryingValue::Milliseconds => {
                clock.now().saturating_mul(1_000).saturating_add_unsigned(count % 1_000).into()
            }
            VaryingValue::Version => "2025-09".into(),
        }
    }

    pub(super) fn text(self, count: u64, clock: Clock) -> String {
        let value = self.json(count, clock);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }
}
