//! `--print-query`: one query with every pattern, and nothing is read or sent. What databases make of it is in `queries.rs`.

use fivewhys::logs::{Pattern, Patterns};

use super::*;

/// What is printed.
pub(super) fn query(arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } =
        command(&[&["--print-query"], arguments].concat()).stdin(Stdio::null()).output().expect("the binary starts");
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(0), ""), "{arguments:?}");
    String::from_utf8(stdout).expect("UTF-8")
}

#[test]
fn every_pattern_stands_in_the_query_as_it_is() {
    let [bigquery, duckdb] = ["bigquery", "duckdb"].map(|dialect| query(&[dialect]));
    for pattern in Patterns::shipped().expect("right patterns").list() {
        let Pattern { name, regex, .. } = pattern;
        assert!(duckdb.contains(&format!("'{}'", regex.replace('\'', "''"))), "{name}: {duckdb}");
        assert!(bigquery.contains(&format!("r'{regex}'")), "{name}: {bigquery}");
        assert!([&duckdb, &bigquery].iter().all(|query| query.contains(&format!("'{name}'"))), "{name}");
    }
}

#[test]
fn a_query_says_what_it_does_not_count_and_what_is_to_be_replaced() {
    for dialect in ["bigquery", "duckdb"] {
        let query = query(&[dialect]);
        let comments: Vec<&str> = query.lines().take_while(|line| line.starts_with("-- ")).collect();
        let comments = comments.join(" ").replace("--", "");
        for expected in ["Not counted here: tokens, reasons, users, sessions", "Replace "] {
            assert!(comments.contains(expected), "{query}");
        }
        assert_eq!(forbidden(&comments), [""; 0], "{query}");
        let statement: String = query.lines().filter(|line| !line.starts_with("-- ")).collect();
        assert_eq!((statement.matches(';').count(), query.ends_with(";\n")), (1, true), "{query}");
    }
    let with_file = query(&["duckdb", "a.json"]);
    assert!(!with_file.contains("Replace "), "{with_file}");
}

#[test]
fn files_are_named_and_need_not_be_there() {
    let query = query(&["duckdb", "no such file.json", "it's.json.gz", "log[1].json", "*.json", "-"]);
    let names = "['no such file.json', 'it''s.json.gz', 'log[[]1].json', '[*].json', '/dev/stdin']";
    assert!(query.contains(names), "{query}");
}

#[test]
fn what_is_chosen_for_the_count_holds_for_the_query() {
    let period = ["--since", "2025-09-08T14:00:00Z", "--until", "2025-09-09"];
    let arguments = [&["duckdb", "--service", "a'b", "--service", r"c\d"], &period[..]].concat();
    let duckdb = query(&arguments);
    assert!(duckdb.contains(r"service IN ('a''b', 'c\d')"), "{duckdb}");
    assert!(duckdb.contains("seconds >= 1757340000") && duckdb.contains("seconds < 1757376000"), "{duckdb}");
    let bigquery = query(&[&["bigquery"], &arguments[1..]].concat());
    assert!(bigquery.contains(r"service IN ('a\'b', 'c\\d')"), "{bigquery}");
    let bounds = "timestamp >= TIMESTAMP '2025-09-08T14:00:00Z' AND timestamp < TIMESTAMP '2025-09-09T00:00:00Z'";
    assert!(bigquery.contains(bounds), "{bigquery}");
}

#[test]
fn a_target_says_which_services_a_query_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = "[targets.x]\nstage = \"local\"\nauth = \"http://127.0.0.1:1\"\nlog-services = [\"auth-staging\"]\n";
    let path = file(&folder, "targets.toml", target);
    let query = query(&["duckdb", "--target", "x", "--config", text_of(&path)]);
    assert!(query.contains("service IN ('auth-staging')"), "{query}");
}

#[test]
fn a_query_of_bigquery_reads_no_file_and_nothing_is_exported() {
    for (arguments, expected) in [
        (&["--print-query", "bigquery", "a.json"][..], "no file"),
        (&["--print-query", "duckdb", "--export", "a.json"], "--export"),
        (&["--print-query", "oracle"], "bigquery"),
        (&["--print-query", "duckdb", "--patterns", "no-such-file.toml"], "no-such-file.toml"),
    ] {
        let (code, message) = error(arguments, b"");
        assert_eq!(code, Some(2), "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}
