//! One entry of Cloud Logging (`LogEntry`), with the keys that are counted. It borrows from the text that it is read from; a live
//! reader gets the same type from a page of the API.

use std::borrow::Cow;

use memchr::memmem;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::compact::compact;
use super::moment::seconds;

/// An entry. A key that is not there is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Entry<'a> {
    /// RFC 3339.
    #[serde(borrow)]
    pub timestamp: Cow<'a, str>,
    /// The request that it belongs to, `projects/P/traces/ID`.
    #[serde(borrow)]
    pub trace: Cow<'a, str>,
    /// The JSON of the resource and of the labels, which name the process that wrote it. Most entries count without: `origin` reads it.
    #[serde(borrow, deserialize_with = "as_it_stands")]
    resource: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "as_it_stands")]
    labels: Cow<'a, str>,
    /// What a process wrote, a line as a rule.
    #[serde(borrow)]
    pub text_payload: Cow<'a, str>,
    /// What a process wrote as an object: its JSON, without blanks between its parts.
    #[serde(borrow, deserialize_with = "as_json")]
    pub json_payload: Cow<'a, str>,
    #[serde(borrow)]
    severity: Cow<'a, str>,
    /// The JSON of a request, where the platform itself wrote the entry.
    #[serde(borrow, deserialize_with = "as_it_stands")]
    http_request: Cow<'a, str>,
    proto_payload: Option<IgnoredAny>,
    insert_id: Option<IgnoredAny>,
    log_name: Option<IgnoredAny>,
}

/// Which process wrote an entry. What is not named is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Origin<'a> {
    /// A service of Cloud Run, or a container of Kubernetes.
    pub service: Cow<'a, str>,
    /// A deployment of the service.
    pub revision: Cow<'a, str>,
    /// The process: a replica of Cloud Run, or a pod of Kubernetes.
    pub replica: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resource<'a> {
    #[serde(borrow)]
    labels: ResourceLabels<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ResourceLabels<'a> {
    #[serde(borrow)]
    service_name: Cow<'a, str>,
    #[serde(borrow)]
    revision_name: Cow<'a, str>,
    #[serde(borrow)]
    container_name: Cow<'a, str>,
    #[serde(borrow)]
    pod_name: Cow<'a, str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Labels<'a> {
    #[serde(borrow, rename = "instanceId")]
    replica: Cow<'a, str>,
}

impl<'a> Entry<'a> {
    /// The same from a value, where the borrowing reader rejects a key that is there twice, or is of another type: such a key counts
    /// with its last value, or not at all.
    pub fn of_value(value: &'a Value) -> Self {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map_or(Cow::default(), Cow::from);
        let json = |key: &str| value.get(key).filter(|value| !value.is_null()).map_or(Cow::default(), as_text);
        let there = |key: &str| value.get(key).filter(|value| !value.is_null()).map(|_| IgnoredAny);
        Entry {
            timestamp: text("timestamp"),
            trace: text("trace"),
            resource: json("resource"),
            labels: json("labels"),
            text_payload: text("textPayload"),
            json_payload: json("jsonPayload"),
            severity: text("severity"),
            http_request: json("httpRequest"),
            proto_payload: there("protoPayload"),
            insert_id: there("insertId"),
            log_name: there("logName"),
        }
    }

    /// What the patterns look at: `textPayload`, or else the JSON of `jsonPayload`.
    pub fn text(&self) -> &str {
        if self.text_payload.is_empty() { &self.json_payload } else { &self.text_payload }
    }

    /// Whether its writer calls it an error or worse (`LogSeverity`).
    pub fn is_error(&self) -> bool {
        matches!(&*self.severity, "ERROR" | "CRITICAL" | "ALERT" | "EMERGENCY")
    }

    /// Whether it is of the request log, and says that the response was 401 or 403.
    pub fn is_rejected_request(&self) -> bool {
        self.text().is_empty() && matches!(status(&self.http_request), Some("401" | "403"))
    }

    /// The process that wrote it.
    pub fn origin(&self) -> Origin<'_> {
        let of_resource = |value: &Value| Resource { labels: ResourceLabels::of_value(&value["labels"]) };
        let labels = read(&self.resource, of_resource).labels;
        let replica = read(&self.labels, |value| Labels { replica: owned(value, "instanceId") }).replica;
        Origin {
            service: or(labels.service_name, labels.container_name),
            revision: labels.revision_name,
            replica: or(replica, labels.pod_name),
        }
    }

    /// What the process is read from.
    pub(super) fn origin_json(&self) -> [&str; 2] {
        [&self.resource, &self.labels]
    }

    /// In seconds since 1970; `None` where there is no timestamp, or it is no date.
    pub fn seconds(&self) -> Option<i64> {
        seconds(&self.timestamp)
    }

    /// Whether it has a key that every entry has one of; another object is no entry.
    pub(super) fn is_one(&self) -> bool {
        let texts = [&self.timestamp, &self.text_payload, &self.json_payload];
        let others = [&self.insert_id, &self.log_name, &self.proto_payload];
        texts.iter().any(|text| !text.is_empty()) || others.iter().any(|other| other.is_some())
    }
}

impl Origin<'_> {
    pub(super) fn into_owned(self) -> Origin<'static> {
        let [service, revision, replica] =
            [self.service, self.revision, self.replica].map(Cow::into_owned).map(Cow::Owned);
        Origin { service, revision, replica }
    }
}

impl ResourceLabels<'_> {
    fn of_value(value: &Value) -> Self {
        ResourceLabels {
            service_name: owned(value, "service_name"),
            revision_name: owned(value, "revision_name"),
            container_name: owned(value, "container_name"),
            pod_name: owned(value, "pod_name"),
        }
    }
}

/// Found without parsing: most requests are of no interest. Within a string a backslash stands before each quotation mark.
fn status(http_request: &str) -> Option<&str> {
    const KEY: &str = "\"status\"";
    let behind = &http_request[memmem::find(http_request.as_bytes(), KEY.as_bytes())? + KEY.len()..];
    behind.trim_start().strip_prefix(':')?.trim_start_matches([' ', '"']).get(..3)
}

/// Reads JSON; `unusual` where a key is there twice, or is of another type.
fn read<'a, T: Default + Deserialize<'a>>(json: &'a str, unusual: impl Fn(&Value) -> T) -> T {
    if json.is_empty() {
        return T::default();
    }
    serde_json::from_str(json).unwrap_or_else(|_| serde_json::from_str(json).as_ref().map(unusual).unwrap_or_default())
}

fn owned(value: &Value, key: &str) -> Cow<'static, str> {
    value.get(key).and_then(Value::as_str).map_or(Cow::default(), |text| Cow::Owned(text.to_owned()))
}

fn or<'a>(one: Cow<'a, str>, other: Cow<'a, str>) -> Cow<'a, str> {
    if one.is_empty() { other } else { one }
}

fn as_it_stands<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(|raw| Cow::from(raw.get()))
}

/// The JSON of a value; empty for `null`.
fn as_json<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'a, str>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    Ok(if raw == "null" { Cow::default() } else { compact(raw) })
}

fn as_text(value: &Value) -> Cow<'_, str> {
    Cow::from(value.to_string())
}
