//! Queries in the programs that run them: tests/queries/README.md says what they are. The numbers of DuckDB are ours.

mod expected;
mod odd;

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
    let odd = odd::lines();
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

/// Arrays as they come when outputs are appended to one another, and a mark that editors of Windows write.
#[test]
#[ignore = "needs the packages of tests/queries"]
fn duckdb_reads_arrays_one_after_another_marks_and_every_part_of_a_compressed_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let entries = two_attempts();
    let (lines, array) = (lines(&entries), array(&entries));
    let compact = serde_json::to_string(&entries).expect("JSON") + "\n";
    let mark = "\u{feff}".to_owned();
    let plain = [
        (mark.clone() + &lines, 1),
        (mark.clone() + &array, 1),
        (mark + &compact + &compact, 2),
        (array.clone() + &array, 2),
        (array.clone() + &lines, 2),
        (lines.clone() + &compact + &lines, 3),
        (compact.clone() + "[]\n" + &compact, 2),
    ];
    let mut files: Vec<(PathBuf, u64)> = Vec::new();
    for (text, attempts) in &plain {
        let end = files.len();
        files.push((file(&folder, &format!("{end}.json"), text), *attempts));
        for (end, pack) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("zst", zstd)] {
            let name = format!("{}.json.{end}", files.len());
            files
                .push((file(&folder, &name, [pack(text.as_bytes()), pack(compact.as_bytes())].concat()), attempts + 1));
        }
    }
    for (path, attempts) in &files {
        let document = assert_same(&[text_of(path)], &[]);
        assert_eq!(document["rates"][0]["failed"], *attempts, "{}", path.display());
    }
}

#[derive(Deserialize)]
struct Examples {
    harmless: Vec<toml::Table>,
    pattern: Vec<toml::Table>,
}

/// Matches every text.
const ANY: &str =
    "[[pattern]]\nname = 'any'\noutcome = 'failed'\nstep = 'any'\nregex = '(?s).'\nmatches = ['x']\nmisses = ['']\n";

/// Each pattern alone, as another may match before it.
#[test]
#[ignore = "needs the packages of tests/queries"]
fn every_example_of_a_pattern_matches_in_duckdb_or_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let shipped: Examples = toml::from_str(fivewhys::logs::Patterns::SHIPPED).expect("TOML");
    let mut all = Vec::new();
    for pattern in shipped.pattern {
        let (matches, misses) = (texts(&pattern, "matches"), texts(&pattern, "misses"));
        all.extend(matches.iter().chain(&misses).cloned());
        let alone = toml::to_string(&toml::Table::from_iter([("pattern".into(), vec![pattern.clone()].into())]));
        let patterns = file(&folder, "pattern.toml", alone.expect("TOML"));
        assert_eq!(recognised(&folder, &patterns, &matches), matches.len() as u64, "{}", pattern["name"]);
        assert_eq!(recognised(&folder, &patterns, &misses), 0, "{}", pattern["name"]);
    }
    for harmless in shipped.harmless {
        let (matches, misses) = (texts(&harmless, "matches"), texts(&harmless, "misses"));
        all.extend(matches.iter().chain(&misses).cloned());
        let alone = toml::to_string(&toml::Table::from_iter([("harmless".into(), vec![harmless.clone()].into())]));
        let patterns = file(&folder, "harmless.toml", alone.expect("TOML") + ANY);
        assert_eq!(recognised(&folder, &patterns, &matches), 0, "{harmless}");
        assert_eq!(recognised(&folder, &patterns, &misses), misses.len() as u64, "{harmless}");
    }
    let objects: Vec<Value> =
        all.iter().map(|one| entry(2, json!({"jsonPayload": {"message": one["textPayload"]}}))).collect();
    let path = file(&folder, "all.json", lines(&[all, objects].concat()));
    assert_same(&[text_of(&path)], &[]);
}

/// The examples of one key, as entries.
fn texts(of: &toml::Table, key: &str) -> Vec<Value> {
    let texts = of[key].as_array().expect("a list").iter().filter_map(toml::Value::as_str);
    texts.map(|text| line(1, text)).collect()
}

/// So many of these entries DuckDB recognises by these patterns.
fn recognised(folder: &tempfile::TempDir, patterns: &Path, entries: &[Value]) -> u64 {
    let path = file(folder, "examples.json", lines(entries));
    let rows = run_script("run.py", &query(&["duckdb", "--patterns", text_of(patterns), text_of(&path)]), &[]);
    let records = rows.as_array().expect("rows").iter().filter(|row| row["part"] == "record");
    records.filter_map(|row| row["records"].as_u64()).sum()
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
        let shipped: toml::Table = toml::from_str(fivewhys::logs::Patterns::SHIPPED).expect("TOML");
        let lists = ["harmless", "pattern"].into_iter().flat_map(|list| shipped[list].as_array().expect("a list"));
        assert_eq!(read["regexes"], lists.map(|one| json!(one["regex"].as_str())).collect::<Value>());
        let ours = run_with(b"", &[arguments, &[text_of(&path)]].concat());
        assert!(ours.attempts().1 > 0, "{}", ours.text);
        assert_eq!(sorted(&without_files(&read["rows"])), sorted(&without_files(&rows(&ours.json))));
    }
}
