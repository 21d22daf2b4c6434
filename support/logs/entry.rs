//! One entry of Cloud Logging (`LogEntry`), with the keys that are counted. It borrows from the text that it is read from; a live
//! reader gets the same type from a page of the API.

use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// An entry. A key that is not there is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry<'a> {
    /// RFC 3339, in UTC.
    #[serde(borrow)]
    pub timestamp: Cow<'a, str>,
    /// The request that it belongs to, `projects/P/traces/ID`.
    #[serde(borrow)]
    pub trace: Cow<'a, str>,
    /// Which service wrote it.
    #[serde(borrow)]
    pub resource: Resource<'a>,
    /// What the platform says of the process that wrote it.
    #[serde(borrow)]
    pub labels: Labels<'a>,
    /// What a process wrote, a line as a rule.
    #[serde(borrow)]
    pub text_payload: Cow<'a, str>,
    /// What a process wrote as an object: its JSON, as it stands in the file.
    #[serde(borrow, deserialize_with = "as_json")]
    pub json_payload: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "as_json")]
    proto_payload: Cow<'a, str>,
    #[serde(borrow)]
    insert_id: Cow<'a, str>,
    #[serde(borrow)]
    log_name: Cow<'a, str>,
}

/// The resource of an entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resource<'a> {
    /// Labels, of which a service of Cloud Run has the first two.
    #[serde(borrow)]
    pub labels: ResourceLabels<'a>,
}

/// The labels of a resource.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceLabels<'a> {
    /// A service of Cloud Run.
    #[serde(borrow)]
    pub service_name: Cow<'a, str>,
    /// A deployment of it.
    #[serde(borrow)]
    pub revision_name: Cow<'a, str>,
    /// Stands for the service on Kubernetes.
    #[serde(borrow)]
    pub container_name: Cow<'a, str>,
    /// Stands for the replica on Kubernetes.
    #[serde(borrow)]
    pub pod_name: Cow<'a, str>,
}

/// The labels of an entry.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Labels<'a> {
    /// The replica of a service of Cloud Run.
    #[serde(borrow, rename = "instanceId")]
    pub replica: Cow<'a, str>,
}

impl<'a> Entry<'a> {
    /// The same from a value, where the borrowing reader rejects a key that is there twice, or is of another type: such a key counts
    /// with its last value, or not at all.
    pub fn of_value(value: &'a Value) -> Self {
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map_or(Cow::default(), Cow::from);
        let json = |key: &str| value.get(key).filter(|value| !value.is_null()).map_or(Cow::default(), as_text);
        let resource = |label: &str| text(&format!("/resource/labels/{label}"));
        Entry {
            timestamp: text("/timestamp"),
            trace: text("/trace"),
            resource: Resource {
                labels: ResourceLabels {
                    service_name: resource("service_name"),
                    revision_name: resource("revision_name"),
                    container_name: resource("container_name"),
                    pod_name: resource("pod_name"),
                },
            },
            labels: Labels { replica: text("/labels/instanceId") },
            text_payload: text("/textPayload"),
            json_payload: json("jsonPayload"),
            proto_payload: json("protoPayload"),
            insert_id: text("/insertId"),
            log_name: text("/logName"),
        }
    }

    /// What the patterns look at: `textPayload`, or else the JSON of `jsonPayload`.
    pub fn text(&self) -> &str {
        if self.text_payload.is_empty() { &self.json_payload } else { &self.text_payload }
    }

    /// The service that wrote it; empty where none is named.
    pub fn service(&self) -> &str {
        let labels = &self.resource.labels;
        if labels.service_name.is_empty() { &labels.container_name } else { &labels.service_name }
    }

    /// The deployment of the service.
    pub fn revision(&self) -> &str {
        &self.resource.labels.revision_name
    }

    /// The process that wrote it.
    pub fn replica(&self) -> &str {
        if self.labels.replica.is_empty() { &self.resource.labels.pod_name } else { &self.labels.replica }
    }

    /// In seconds since 1970; `None` where there is no timestamp, or it is no date.
    pub fn seconds(&self) -> Option<i64> {
        let time = humantime::parse_rfc3339(&self.timestamp).ok()?;
        i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
    }

    /// Whether it has a key that every entry has one of; another object is no entry.
    pub(super) fn is_one(&self) -> bool {
        let of_any = [&self.timestamp, &self.insert_id, &self.log_name, &self.text_payload];
        of_any.iter().any(|text| !text.is_empty()) || !self.json_payload.is_empty() || !self.proto_payload.is_empty()
    }
}

/// The JSON of a value as it stands there; empty for `null`.
fn as_json<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    Ok(if raw == "null" { Cow::default() } else { Cow::from(raw) })
}

fn as_text(value: &Value) -> Cow<'_, str> {
    Cow::from(value.to_string())
}
