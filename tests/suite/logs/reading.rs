//! Streams as they come: arrays, lines, broken ones, and how much room they take.

use std::fmt::Write as _;

use serde_json::json;

use super::*;

#[test]
fn an_array_and_lines_say_the_same() {
    let entries = two_attempts();
    let compact = serde_json::to_string(&entries).expect("JSON");
    for text in [
        array(&entries),
        lines(&entries),
        compact,
        array(&entries) + &array(&[]),
        array(&entries[..1]) + &lines(&entries[1..]),
    ] {
        let run = run(text.as_bytes());
        assert_eq!((run.code, run.attempts(), run.number("/entries")), (Some(3), (1, 1), 2), "{text}");
        assert_eq!(run.json["files"][0]["truncated"], false, "{text}");
    }
}

/// A pattern that stays on one line, an escape that is needless, and blanks as another program writes them.
#[test]
fn an_object_matches_however_its_json_is_written() {
    let closed = entry(1, json!({"jsonPayload": {"event": "socket closed", "number": 1008, "reason": "é"}}));
    let compact = lines(std::slice::from_ref(&closed));
    let spelled = compact.replace("\":", "\" :  ").replace("closed", "c\\u006cosed").replace('é', "\\u00e9");
    for text in [array(&[closed]), compact, spelled] {
        let run = run(text.as_bytes());
        assert_eq!(run.json["records"][0]["pattern"], "close-1008", "{text}: {}", run.text);
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let entries = two_attempts();
    for text in [lines(&entries), array(&entries)] {
        let windows = "\u{feff}".to_owned() + &text.replace('\n', "\r\n");
        let run = run(windows.as_bytes());
        assert_eq!((run.attempts(), run.number("/files/0/malformed")), ((1, 1), 0), "{windows}");
    }
}

#[test]
fn utf_16_is_told_with_the_command_that_converts_it() {
    let text = lines(&two_attempts());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [[&[0xff, 0xfe], &little[..]].concat(), [&[0xfe, 0xff], &big[..]].concat(), little, big] {
        let (code, message) = error(&[], &bytes);
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains("standard input") && message.contains("iconv -f UTF-16"), "{message}");
    }
}

#[test]
fn what_is_no_entry_is_counted_with_its_line_and_nothing_after_it_is_lost() {
    let [accepted, failed] = two_attempts();
    let broken = r#"{"textPayload": "a \" b, "x": {"#;
    let text = format!("{accepted}\nnot JSON {{ at all\n{broken}\n{{\"a\": 1}}\n[1, 2]\n\n{failed}\nnull\n");
    let run = run(text.as_bytes());
    assert_eq!((run.code, run.attempts(), run.number("/entries")), (Some(3), (1, 1), 2), "{}", run.text);
    let read = &run.json["files"][0];
    assert_eq!(read["malformed_lines"], json!([2, 3, 4, 5, 5, 8]), "{read}");
    assert_eq!(read["malformed"], 6);
    assert!(run.text.contains("6 texts are no entry, at line 2, 3, 4, 5, 5, 8"), "{}", run.text);
}

#[test]
fn a_broken_entry_of_an_array_costs_only_itself() {
    let [accepted, failed] = two_attempts();
    let text = array(&[accepted, line(5, "breaks here"), failed]);
    for wrong in ["\"breaks here", "breaks here\"", "{{{ \"breaks here\""] {
        let run = run(text.replace("\"breaks here\"", wrong).as_bytes());
        assert_eq!((run.attempts(), run.number("/files/0/malformed")), ((1, 1), 1), "{wrong}: {}", run.text);
    }
}

#[test]
fn the_lines_of_many_errors_are_listed_up_to_a_bound_and_all_are_counted() {
    let run = run("broken\n".repeat(1_000).as_bytes());
    assert_eq!((run.code, run.number("/files/0/malformed")), (Some(3), 1_000));
    let listed: Vec<u64> = (1..=20).collect();
    assert_eq!(run.json["files"][0]["malformed_lines"], json!(listed));
}

#[test]
fn a_truncated_file_says_so() {
    for text in [array(&two_attempts()), lines(&two_attempts())] {
        let cut = &text[..text.len() - 40];
        let run = run(cut.as_bytes());
        assert_eq!(run.json["files"][0]["truncated"], true, "{cut}");
        assert_eq!((run.code, run.attempts()), (Some(3), (1, 0)), "{}", run.text);
        assert!(run.text.contains("truncated") && run.json["result"] == "incomplete", "{}", run.text);
    }
    let without_bracket = array(&two_attempts());
    let run = run(without_bracket.trim_end().trim_end_matches(']').as_bytes());
    assert_eq!((run.json["files"][0]["truncated"].clone(), run.attempts()), (json!(true), (1, 1)));
}

#[test]
fn keys_that_are_there_twice_or_of_another_type_count_once_or_not_at_all() {
    let twice = r#"{"timestamp": "x", "timestamp": "2025-09-08T14:00:00Z", "textPayload": "Token validated", "textPayload": "Invalid token"}"#;
    let other = r#"{"timestamp": 5, "labels": null, "resource": [], "trace": {}, "textPayload": "Token validated"}"#;
    let run = run(format!("{twice}\n{other}\n").as_bytes());
    assert_eq!((run.number("/files/0/malformed"), run.number("/entries")), (0, 2), "{}", run.text);
    assert_eq!((run.attempts(), run.number("/undated")), ((1, 1), 1), "{:#}", run.json);
}

#[test]
fn nesting_of_any_depth_is_read() {
    let deep = format!("{}1{}", "{\"a\":[".repeat(20_000), "]}".repeat(20_000));
    let text = format!("{{\"textPayload\": \"Invalid token\", \"jsonPayload\": {deep}}}\n{}", lines(&two_attempts()));
    let run = run(text.as_bytes());
    assert_eq!((run.attempts(), run.number("/files/0/malformed")), ((1, 2), 0), "{}", run.text);
}

#[test]
fn an_entry_without_a_timestamp_counts_and_is_told() {
    let undated = json!({"textPayload": "Invalid token"});
    let run = run(lines(&[undated]).as_bytes());
    assert_eq!((run.attempts(), run.number("/undated")), ((0, 1), 1));
    assert!(run.text.contains("1 entry has no readable timestamp"), "{}", run.text);
}

#[test]
fn nothing_to_recognise_is_not_a_success() {
    for text in ["", "[]\n", &lines(&[line(1, "hello")])] {
        let run = run(text.as_bytes());
        assert_eq!((run.code, run.json["result"].as_str()), (Some(3), Some("nothing-recognised")), "{text}");
    }
}

#[test]
fn an_entry_beyond_the_bound_is_skipped_in_little_room() {
    let long = format!("{{\"textPayload\": \"{}\"}}", "x".repeat(100 * 1024 * 1024));
    let mut text = String::with_capacity(long.len() + 2_000);
    let [accepted, failed] = two_attempts();
    _ = write!(text, "{accepted}\n{long}\n{failed}\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, "long.json", &text);
    let run = run_with(b"", &[text_of(&path)]);
    assert_eq!((run.attempts(), run.number("/files/0/too_long")), ((1, 1), 1), "{}", run.text);
    assert_eq!(run.json["files"][0]["too_long_lines"], json!([2]));
    assert!(run.text.contains("longer than 1 MiB"), "{}", run.text);
}

/// Reads in pieces whose borders lie everywhere, which a pipe does not.
#[test]
fn entries_are_whole_wherever_a_read_ends() {
    struct Pieces<'a>(&'a [u8], usize);
    impl std::io::Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }
    let text = format!("{}garbage\n{}", array(&two_attempts()), lines(&two_attempts()));
    for size in 1..200 {
        let mut seen = Vec::new();
        let reader = fivewhys::logs::Reader::new(Pieces(text.as_bytes(), size));
        let damage = reader.read(|entry| seen.push(entry.text().to_owned())).expect("no error");
        assert_eq!((seen.len(), damage.malformed, damage.truncated), (4, 1, false), "in pieces of {size}");
        assert_eq!(
            damage.malformed_lines,
            [text.lines().position(|line| line == "garbage").expect("there") as u64 + 1]
        );
    }
}
