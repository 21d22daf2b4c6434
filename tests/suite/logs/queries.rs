//! Queries in the programs that run them: tests/queries/README.md says what they are. The numbers of DuckDB are ours.

mod expected;

use std::path::Path;
use std::process::Command;

use fivewhys::logs::generated::{Form, write};
use serde::Deserialize;

use super::files::{gzip, zstd};
use super::query::query;
use super::*;
use crate::systems::process::installed;
use expected::{rows, sorted};

/// Runs a script of tests/queries with the query on its standard input, and returns what it prints.
fn run_script(script: &str, query: &str, files: &[&str]) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let variables = installed("queries", &folder);
    let (_, environment) = variables.first().expect("a virtual environment");
    let mut python = Command::new(Path::new(environment).join("bin/python"));
    let python = python.arg(folder.join(script)).args(files).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().expect("Python starts");
    child.stdin.take().expect("a pipe").write_all(query.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("its output");
    assert!(output.status.success(), "{script} fails at {query}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Compares what DuckDB counts with what we do, and returns our document.
#[track_caller]
fn assert_same(files: &[&str], arguments: &[&str]) -> Value {
    let query = query(&[&["duckdb"], arguments, files].concat());
    let counted = run_script("run.py", &query, &[]);
    let ours = run_with(b"", &[arguments, files].concat());
    assert_eq!(sorted(&counted), sorted(&rows(&ours.json)), "{arguments:?} {files:?}");
    ours.json
}

#[test]
#[ignore = "needs the packages of tests/queries"]
fn duckdb_counts_generated_logs_as_we_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (form, name) in [(Form::Lines, "lines"), (Form::Array, "array")] {
        let mut text = Vec::new();
        write(&mut text, form, 3, 4_000_000).expect("written");
        let packed = [("json", text.clone()), ("json.gz", gzip(&text)), ("json.zst", zstd(&text))];
        files.extend(packed.map(|(end, bytes)| file(&folder, &format!("{name}.{end}"), bytes)));
    }
    let files: Vec<&str> = files.iter().map(|path| text_of(path)).collect();
    let document = assert_same(&files, &[]);
    assert!(document["hours"].as_array().is_some_and(|hours| hours.len() > 1), "{document:#}");
    assert!(document["rates"][0]["failed"].as_u64().is_some_and(|failed| failed > 100), "{document:#}");
    for one in &files {
        assert_same(&[one], &["--since", "2025-09-08T14:01:00Z", "--until", "2025-09-08T20:59:30Z"]);
    }
}

/// What is no text, has no date, or is of Kubernetes; texts at which two libraries for expressions may differ; broken lines.
#[test]
#[ignore = "needs the packages of tests/queries"]
fn duckdb_counts_odd_entries_as_we_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = odd_lines();
    let path = file(&folder, "odd.json", odd.join("\n") + "\n");
    let document = assert_same(&[text_of(&path)], &[]);
    let has = |key: &str| document.pointer(key).and_then(Value::as_u64).is_some_and(|number| number > 0);
    assert!(["/undated", "/files/0/malformed", "/entries"].into_iter().all(has), "{document:#}");
    assert_same(&[text_of(&path)], &["--service", "b", "--service", "it's \\ {files}", "--since", "2025-09-08"]);
    // As an array nothing may be broken.
    let whole = odd.iter().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object);
    let path = file(&folder, "odd[1].json", array(&whole.collect::<Vec<_>>()));
    file(&folder, "odd1.json", lines(&two_attempts()));
    assert_same(&[text_of(&path)], &[]);
}

fn odd_lines() -> Vec<String> {
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

#[derive(Deserialize)]
struct Examples {
    pattern: Vec<toml::Table>,
}

/// Each pattern alone, as another may match before it.
#[test]
#[ignore = "needs the packages of tests/queries"]
fn every_example_of_a_pattern_matches_in_duckdb_or_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let shipped: Examples = toml::from_str(fivewhys::logs::Patterns::SHIPPED).expect("TOML");
    let mut all = Vec::new();
    for pattern in shipped.pattern {
        let texts = |key: &str| -> Vec<Value> {
            let texts = pattern[key].as_array().expect("a list").iter().filter_map(toml::Value::as_str);
            texts.map(|text| line(1, text)).collect()
        };
        let (matches, misses) = (texts("matches"), texts("misses"));
        all.extend(matches.iter().chain(&misses).cloned());
        let alone = toml::to_string(&toml::Table::from_iter([("pattern".into(), vec![pattern.clone()].into())]));
        let patterns = file(&folder, "pattern.toml", alone.expect("TOML"));
        for (entries, expected) in [(&matches, matches.len()), (&misses, 0)] {
            let path = file(&folder, "examples.json", lines(entries));
            let rows = run_script("run.py", &query(&["duckdb", "--patterns", text_of(&patterns), text_of(&path)]), &[]);
            let records = rows.as_array().expect("rows").iter().filter(|row| row["part"] == "record");
            let count: u64 = records.filter_map(|row| row["records"].as_u64()).sum();
            assert_eq!(count, expected as u64, "{}: {entries:?}", pattern["name"]);
        }
    }
    let objects: Vec<Value> =
        all.iter().map(|one| entry(2, json!({"jsonPayload": {"message": one["textPayload"]}}))).collect();
    let path = file(&folder, "all.json", lines(&[all, objects].concat()));
    assert_same(&[text_of(&path)], &[]);
}

const OWN: &str = r#"
[[pattern]]
name = "with-quotes"
outcome = "token-rejected"
step = "verdict"
regex = "don't \\{counts\\}\\s\\W\\\\$"
matches = ["don't {counts} é\\"]
misses = ["don't {counts}\u000b\u00e9\\"]
"#;

#[test]
#[ignore = "needs the packages of tests/queries"]
fn patterns_and_names_with_quotes_backslashes_and_braces_stay_themselves() {
    let folder = tempfile::tempdir().expect("a folder");
    let patterns = file(&folder, "own.toml", OWN);
    let entries = [line(1, "don't {counts} é\\"), line(2, "don't {counts}\u{b}é\\"), line(3, "Invalid token")];
    let path = file(&folder, "it's [a-z] *?{files}.json", lines(&entries));
    let document = assert_same(&[text_of(&path)], &["--patterns", text_of(&patterns)]);
    assert_eq!(document["records"][0]["count"], 1, "{document:#}");
    let query = query(&["bigquery", "--patterns", text_of(&patterns)]);
    let read = run_script("bigquery.py", &query, &[text_of(&file(&folder, "plain.json", lines(&entries)))]);
    assert_eq!(read["regexes"], json!([r"don't \{counts\}\s\W\\$"]), "{query}");
    assert_eq!(sorted(&without_files(&read["rows"])), sorted(&without_files(&rows(&document))));
}

/// A view of Log Analytics has entries only, and no files.
fn without_files(rows: &Value) -> Value {
    let of_files = |row: &&Value| row["part"] == "read" || row["part"] == "malformed";
    rows.as_array().expect("rows").iter().filter(|row| !of_files(row)).cloned().collect()
}

#[test]
#[ignore = "needs the packages of tests/queries"]
fn a_query_of_bigquery_reads_one_view_and_counts_as_we_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = Vec::new();
    write(&mut text, Form::Lines, 5, 4_000_000).expect("written");
    let path = file(&folder, "log.json", text);
    for arguments in [
        &[][..],
        &[
            "--service",
            "backend-staging",
            "--service",
            "a'b\\",
            "--since",
            "2025-09-08T14:01:00Z",
            "--until",
            "2025-09-08T14:02:30Z",
        ],
    ] {
        let read = run_script("bigquery.py", &query(&[&["bigquery"], arguments].concat()), &[text_of(&path)]);
        assert_eq!(read["tables"], json!(["PROJECT.LOCATION.BUCKET._AllLogs"]));
        let patterns = fivewhys::logs::Patterns::shipped().expect("right patterns");
        assert_eq!(read["regexes"], patterns.list().iter().map(|pattern| json!(pattern.regex)).collect::<Value>());
        let ours = run_with(b"", &[arguments, &[text_of(&path)]].concat());
        assert!(ours.attempts().1 > 0, "{}", ours.text);
        assert_eq!(sorted(&without_files(&read["rows"])), sorted(&without_files(&rows(&ours.json))));
    }
}
