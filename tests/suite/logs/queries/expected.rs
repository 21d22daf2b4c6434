//! The rows that a query has to give, from the document of the same entries.

use serde_json::{Map, Value, json};

const COLUMNS: [&str; 12] = [
    "part",
    "name",
    "outcome",
    "service",
    "revision",
    "hour",
    "records",
    "accepted",
    "failed",
    "rate",
    "first_seen",
    "last_seen",
];

/// As texts, in an order of their own: a database sorts names differently.
pub(super) fn sorted(rows: &Value) -> Vec<String> {
    let mut rows: Vec<String> = rows.as_array().expect("rows").iter().map(text).collect();
    rows.sort();
    rows
}

/// A share is read from its decimals, of which the last one may be lost on the way.
fn text(row: &Value) -> String {
    let mut row = row.clone();
    if let Some(rate) = row["rate"].as_f64() {
        row["rate"] = ((rate * 1e12).round() / 1e12).into();
    }
    row.to_string()
}

/// Those of a document of `fivewhys logs`.
pub(super) fn rows(document: &Value) -> Value {
    let list = |key: &str| document[key].as_array().expect("a list").clone();
    let mut rows = Vec::new();
    for file in list("files") {
        // Where there are none, a query has nothing to group.
        for (part, key) in [("read", "entries"), ("malformed", "malformed")] {
            rows.extend((file[key] != 0).then(|| row(part, json!({"name": file["file"], "records": file[key]}))));
        }
    }
    rows.push(row(
        "entries",
        json!({"records": document["entries"], "first_seen": document["first"], "last_seen": document["last"]}),
    ));
    rows.push(row("undated", json!({"records": document["undated"]})));
    rows.extend(list("records").iter().map(record));
    rows.extend(list("rates").iter().map(rate));
    rows.extend(list("hours").iter().flat_map(hour));
    Value::from(rows)
}

fn record(record: &Value) -> Value {
    let values = json!({"name": record["pattern"], "outcome": record["outcome"], "records": record["count"],
        "first_seen": record["first"], "last_seen": record["last"]});
    row("record", values)
}

fn rate(rate: &Value) -> Value {
    let mut values = rate.clone();
    values["first_seen"] = rate["first_failure"].clone();
    values["last_seen"] = rate["last_failure"].clone();
    row("rate", values)
}

fn hour(hour: &Value) -> Vec<Value> {
    let [accepted, failed] = ["accepted", "failed"].map(|key| hour[key].as_f64().expect("a number"));
    let mut attempts = hour.clone();
    attempts["rate"] = (accepted / (accepted + failed)).into();
    attempts["records"] = Value::Null;
    let records = hour["records"].as_object().expect("an object").iter().map(|(pattern, count)| {
        let (service, revision) = (&hour["service"], &hour["revision"]);
        let place = json!({"service": service, "revision": revision, "hour": hour["hour"]});
        let mut values = place.as_object().expect("an object").clone();
        values.extend([("name".into(), json!(pattern)), ("records".into(), count.clone())]);
        row("hour-record", Value::from(values))
    });
    std::iter::once(row("hour", attempts)).chain(records.collect::<Vec<_>>()).collect()
}

/// A row with every column; those that are not named are empty.
fn row(part: &str, mut values: Value) -> Value {
    values["part"] = part.into();
    let column = |name: &&str| ((*name).to_owned(), values.get(*name).cloned().unwrap_or_default());
    Value::from(COLUMNS.iter().map(column).collect::<Map<_, _>>())
}
