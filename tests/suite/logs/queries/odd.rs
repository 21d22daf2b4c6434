//! Lines at which two readers may differ: what is no text, has no date or one of another zone, or is of Kubernetes; texts at which two
//! libraries for expressions may differ; broken lines.

use serde_json::{Value, json};

use crate::logs::{entry, line};

pub(super) fn lines() -> Vec<String> {
    let texts = [
        "Invalid to\u{212a}en",
        "toKen expired",
        "INVALID\u{a0}TOKEN",
        "éInvalid tokené",
        "Token validated\u{fe0f}: false",
        "Token validated: ✓ false",
        "Token validated ✓✓✓✓ false",
        "closed\nwith 1008",
        "invalid jwt\u{b}token",
    ];
    let wide = ["é", "😀", "x"]
        .into_iter()
        .flat_map(|letter| [15, 30, 59, 60, 61].map(|count| format!("closed {} 1008", letter.repeat(count))));
    let texts = texts.into_iter().map(str::to_owned).chain(wide).flat_map(|text| {
        [line(1, &text), entry(2, json!({"jsonPayload": {"event": {"message": text, "é/": [1.5, null]}}}))]
    });
    let mut lines: Vec<String> = texts.map(|entry| entry.to_string()).collect();
    let mut dated = |date: Value| {
        let mut entry = line(1, "Invalid token");
        entry["timestamp"] = date;
        lines.push(entry.to_string());
    };
    for date in [
        "2025-09-08T23:59:59.999999999Z",
        "2025-09-08T14:59:60Z",
        "2025-09-08T14:00:00+00:00",
        "2024-02-29T00:00:00.Z",
        "2025-02-29T00:00:00Z",
        "2025-09-08T24:00:00Z",
        "2025-09-08 14:00:00Z",
        "2025-09-08T14:00:00+02:00",
        "2025-09-08T00:30:00.123456789+02:00",
        "2025-09-08T23:45:00-05:30",
        "2025-09-08T14:00:60-00:00",
        "2025-09-08T14:00:00+23:59",
        "2025-09-08T14:00:00+24:00",
        "2025-09-08T14:00:00ZZ",
        "2025-09-08T14:00:00Z+02:00",
        "2025-09-08T14:00:00+02:60",
        "2025-09-08T14:00:00+0200",
        "2025-09-08T14:00:00 02:00",
        "1970-01-01T00:30:00+01:00",
        "1969-12-31T23:30:00-01:00",
        "1969-12-31T23:59:59Z",
        "2025-09-08T14:60:00Z",
        "",
        "yesterday",
    ] {
        dated(date.into());
    }
    dated(Value::Null);
    dated(json!(1_757_340_000));
    for labels in [
        json!({"container_name": "b"}),
        json!({"service_name": "", "container_name": "b"}),
        json!({"service_name": "it's \\ {files}"}),
        json!({"service_name": 5, "container_name": null}),
        json!([]),
        json!("b"),
        Value::Null,
    ] {
        let mut entry = line(3, "Token validated");
        entry["resource"]["labels"] = labels;
        lines.push(entry.to_string());
    }
    let texts = [
        r#"{"textPayload": "Invalid token"}"#,
        r#"{"textPayload": null, "jsonPayload": {"a" : "Invalid\u0020token" , "b": "\/"}}"#,
        r#"{"textPayload": "", "jsonPayload": "Invalid token"}"#,
        r#"{"textPayload": ["Invalid token"], "insertId": "1"}"#,
        r#"{"jsonPayload": {}}"#,
        r#"{"jsonPayload": null}"#,
        r#"{"protoPayload": {"status": "Invalid token"}}"#,
        r#"{"insertId": 5}"#,
        r#"{"textPayload": "\u0049nvalid token \ud83d\ude00"}"#,
        r#"{"a": 1}"#,
        r#"  {"jsonPayload": {"error_code"  :  "NO_TOKEN"}}  "#,
        "garbage",
        "",
        "null",
        "5",
        r#""Invalid token""#,
        r#"{"textPayload": "Invalid token""#,
        r#"{"textPayload": "Invalid token"}"#,
    ];
    lines.extend(texts.map(str::to_owned));
    lines
}
