//! `entries.list` of Cloud Logging over what the backend has written: pages, either order, and the restrictions that a reader of one
//! service and period needs. Other restrictions let every entry pass.

use serde::Deserialize;
use serde_json::{Value, json};

use super::PROJECT;

/// The method, as a path.
pub(super) const PATH: &str = "/v2/entries:list";
/// Entries on a page that nothing is said about, and on the longest.
const USUAL_PAGE: usize = 50;
const LONGEST_PAGE: usize = 1_000;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    resource_names: Vec<String>,
    filter: String,
    order_by: String,
    page_size: usize,
    page_token: String,
}

/// The page that is asked for, of entries that are given the oldest first; `None` for the log of another project.
pub(super) fn page(mut entries: Vec<Value>, body: &[u8]) -> Option<Value> {
    let asked: Asked = serde_json::from_slice(body).ok()?;
    let own = format!("projects/{PROJECT}");
    if !asked.resource_names.contains(&own) {
        return None;
    }
    if asked.order_by.ends_with(" desc") {
        entries.reverse();
    }
    // A page begins behind the last entry of the one before, whatever was written since.
    let begin = match asked.page_token.as_str() {
        "" => 0,
        last => entries.iter().position(|entry| entry["insertId"] == *last)? + 1,
    };
    let size = if asked.page_size == 0 { USUAL_PAGE } else { asked.page_size.min(LONGEST_PAGE) };
    let mut passing = entries.into_iter().skip(begin).filter(|entry| passes(entry, &asked.filter));
    let page: Vec<Value> = passing.by_ref().take(size).collect();
    let mut response = json!({"entries": page});
    if passing.next().is_some() {
        response["nextPageToken"] = page.last().map_or(Value::Null, |last| last["insertId"].clone());
    }
    Some(response)
}

fn passes(entry: &Value, filter: &str) -> bool {
    let filter = filter.replace('\n', " ");
    let text = |pointer: &str| entry.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    filter.split(" AND ").all(|restriction| {
        let values: Vec<&str> = restriction.split('"').skip(1).step_by(2).collect();
        let first = values.first().copied().unwrap_or_default();
        match restriction.split(['=', '<', '>', ' ']).find(|part| !part.is_empty()).unwrap_or_default() {
            "resource.type" => values.contains(&text("/resource/type")),
            "resource.labels.service_name" => values.contains(&text("/resource/labels/service_name")),
            "timestamp" if restriction.contains(">=") => fraction(text("/timestamp")) >= fraction(first),
            "timestamp" if restriction.contains('<') => fraction(text("/timestamp")) < fraction(first),
            _ => true,
        }
    })
}

/// So that times are ordered as texts, whether or not they have a fraction.
fn fraction(time: &str) -> &str {
    time.trim_end_matches('Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: usize) -> Value {
        json!({"insertId": number.to_string(), "timestamp": format!("2025-09-08T14:00:0{number}.5Z"),
            "resource": {"type": "cloud_run_revision", "labels": {"service_name": "netra-backend"}}})
    }

    fn listed(asked: Value) -> Option<(Vec<String>, Value)> {
        let body = json!({"resourceNames": ["projects/netra-embedded"], "orderBy": "timestamp desc"});
        let mut body = body.as_object().expect("an object").clone();
        body.extend(asked.as_object().expect("an object").clone());
        let page = page((0..5).map(entry).collect(), Value::from(body).to_string().as_bytes())?;
        let ids = page["entries"].as_array().expect("a list").iter().filter_map(|entry| entry["insertId"].as_str());
        Some((ids.map(str::to_owned).collect(), page["nextPageToken"].clone()))
    }

    #[test]
    fn pages_follow_one_another_and_end() {
        assert_eq!(listed(json!({"pageSize": 3})), Some((vec!["4".into(), "3".into(), "2".into()], "2".into())));
        let rest = json!({"pageSize": 3, "pageToken": "2"});
        assert_eq!(listed(rest), Some((vec!["1".into(), "0".into()], Value::Null)));
        assert_eq!(listed(json!({"pageToken": "none"})), None);
        assert_eq!(listed(json!({"resourceNames": ["projects/other"]})), None);
    }

    #[test]
    fn a_filter_restricts_service_and_period() {
        let ids = |filter: &str| listed(json!({"filter": filter})).expect("a page").0.concat();
        let period = "timestamp>=\"2025-09-08T14:00:01Z\"\nAND timestamp<\"2025-09-08T14:00:03.5Z\"";
        assert_eq!(ids(period), "21");
        assert_eq!(ids("resource.labels.service_name=(\"a\" OR \"netra-backend\") AND textPayload:*"), "43210");
        assert_eq!(ids("resource.labels.service_name=\"netra-auth\""), "");
        assert_eq!(ids("resource.type = \"k8s_container\""), "");
    }
}
