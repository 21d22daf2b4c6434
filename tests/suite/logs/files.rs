//! Files: compressed, several, filtered, and paths that are none.

use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_files_are_known_by_their_first_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = array(&two_attempts());
    let twice = |compressed: Vec<u8>| [compressed.clone(), compressed].concat();
    for (name, bytes, attempts) in [
        ("gzip.json", gzip(text.as_bytes()), (1, 1)),
        ("zstd.json", zstd(text.as_bytes()), (1, 1)),
        ("two-of-gzip", twice(gzip(text.as_bytes())), (2, 2)),
        ("two-of-zstd.gz", twice(zstd(text.as_bytes())), (2, 2)),
        // A frame that holds no data, as parallel compressors write.
        ("skipped", [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(text.as_bytes())].concat(), (1, 1)),
    ] {
        let path = file(&folder, name, &bytes);
        let run = run_with(b"", &[text_of(&path)]);
        assert_eq!(run.attempts(), attempts, "{name}: {}", run.text);
        assert_eq!(run_with(&bytes, &["-"]).attempts(), attempts, "{name} through a pipe");
    }
}

#[test]
fn a_compressed_file_that_ends_early_keeps_what_was_before_it() {
    let entries: Vec<_> =
        (0..2_000).map(|at| line(at % 3_000, &format!("Token validated for user {}", at * 7_919))).collect();
    let text = lines(&entries);
    for bytes in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        let run = run(&bytes[..bytes.len() - 50]);
        assert_eq!(run.json["files"][0]["truncated"], true, "{}", run.text);
        assert!((1..2_000).contains(&run.number("/entries")), "{}", run.text);
        assert_eq!((run.code, run.json["result"].as_str()), (Some(3), Some("incomplete")));
    }
}

#[test]
fn a_compressed_file_that_is_broken_is_never_taken_for_a_whole_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = lines(&vec![line(1, "Token validated"); 500]);
    for (name, mut bytes) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd(text.as_bytes()))] {
        let middle = bytes.len() / 2;
        bytes[middle..].fill(0xff);
        let path = file(&folder, name, &bytes);
        let output = command(&[text_of(&path)]).output().expect("the binary starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(2 | 3)), "{name}: {told}");
        assert!(told.contains("truncated") || told.contains("no entry") || told.contains("cannot read"), "{told}");
    }
}

#[test]
fn several_files_add_up_and_each_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = (0..7)
        .map(|number| {
            let text = lines(&two_attempts()) + if number == 3 { "broken\n" } else { "" };
            file(
                &folder,
                &format!("{number}.json"),
                if number % 2 == 0 { gzip(text.as_bytes()) } else { text.into_bytes() },
            )
        })
        .collect();
    let names: Vec<&str> = paths.iter().map(|path| text_of(path)).collect();
    let run = run_with(b"", &names);
    assert_eq!(run.attempts(), (7, 7), "{}", run.text);
    let files = run.json["files"].as_array().expect("files");
    let told: Vec<(&str, u64)> =
        files.iter().filter_map(|file| Some((file["file"].as_str()?, file["malformed"].as_u64()?))).collect();
    let expected: Vec<(&str, u64)> = names.iter().enumerate().map(|(at, name)| (*name, u64::from(at == 3))).collect();
    assert_eq!(told, expected);
    let again = run_with(b"", &names);
    assert_eq!(run.json, again.json, "threads change nothing");
}

#[test]
fn filters_hold_for_files_too() {
    let mut other = line(3, "Invalid token");
    other["resource"]["labels"]["service_name"] = "auth-staging".into();
    let text = lines(&[&two_attempts()[..], &[other, serde_json::json!({"textPayload": "Invalid token"})]].concat());
    let attempts = |arguments: &[&str]| run_with(text.as_bytes(), arguments).attempts();
    assert_eq!(attempts(&[]), (1, 3));
    assert_eq!(attempts(&["--service", "backend-staging"]), (1, 1));
    assert_eq!(attempts(&["--service", "backend-staging", "--service", "auth-staging"]), (1, 2));
    assert_eq!(attempts(&["--since", "2025-09-08T14:00:02Z"]), (0, 2));
    assert_eq!(attempts(&["--since", "2025-09-08", "--until", "2025-09-08T14:00:02Z"]), (1, 0));
    let run = run_with(text.as_bytes(), &["--since", "1h"]);
    assert_eq!((run.attempts(), run.number("/undated")), ((0, 0), 1), "what has no date is told: {}", run.text);
    assert_eq!(run.code, Some(3));
}

/// A log of last year, or of other services, is no empty one.
#[test]
fn entries_that_a_flag_leaves_out_are_told_with_what_would_let_them_in() {
    let mut other = line(63, "Invalid token");
    other["resource"]["labels"]["service_name"] = "auth-staging".into();
    let text = lines(&[&two_attempts()[..], &[other]].concat());
    let told = |arguments: &[&str]| {
        let run = run_with(text.as_bytes(), arguments);
        assert_eq!((run.code, run.json["result"].as_str()), (Some(3), Some("nothing-recognised")), "{}", run.text);
        (run.text.split_whitespace().collect::<Vec<_>>().join(" "), run.json)
    };
    let (since, json) = told(&["--since", "2025-09-09T10:00:00Z"]);
    assert!(since.contains("none of the 3 entries in these logs counts: all are of another time"), "{since}");
    let bound = "they are before `--since`, 2025-09-09 10:00 UTC; those of these logs are from 2025-09-08 14:00 UTC to \
        2025-09-08 14:01 UTC";
    assert!(since.contains(bound) && since.contains("next: --since 2025-09-08T14:00:01Z"), "{since}");
    assert_eq!((&json["outside_time"], &json["read_first"]), (&3.into(), &"2025-09-08T14:00:01Z".into()));
    let (until, _) = told(&["--until", "2025-09-08"]);
    assert!(until.contains("not before `--until`, 2025-09-08 00:00 UTC"), "{until}");
    let (service, json) = told(&["--service", "billing"]);
    assert!(service.contains("all are of other services"), "{service}");
    assert!(service.contains("3 entries do not count: other services (auth-staging, backend-staging)"), "{service}");
    assert_eq!(json["other_services"], json!({"entries": 3, "names": ["auth-staging", "backend-staging"]}));
    let (both, _) = told(&["--service", "auth-staging", "--until", "2025-09-08T14:01:00Z"]);
    assert!(both.contains("of another time or of other services"), "{both}");
    let some = run_with(text.as_bytes(), &["--service", "backend-staging"]);
    assert!(some.text.contains("1 entry does not count: other services (auth-staging)"), "{}", some.text);
    let empty = run(b"[]\n").text;
    assert!(empty.contains("these logs have no entry") && !empty.contains("does not count"), "{empty}");
}

/// What `gcloud logging read` writes without a flag.
#[test]
fn yaml_is_one_message_with_the_flag_that_helps() {
    let yaml = "---\ninsertId: 66b\nlabels:\n  instanceId: 00aa\nlogName: projects/p/logs/x\n\
        textPayload: Invalid token\ntimestamp: '2025-09-08T14:00:00Z'\n";
    let texts = [yaml.to_owned(), yaml[4..].to_owned(), format!("\u{feff}\r\n{}", yaml.replace('\n', "\r\n"))];
    for text in texts.iter().map(|text| text.as_bytes().to_vec()).chain([gzip(yaml.as_bytes()), zstd(yaml.as_bytes())])
    {
        let (code, message) = error(&["-"], &text);
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code, Some(2), "{message}");
        assert!(message.contains("standard input") && message.contains("is YAML"), "{message}");
        assert!(message.contains("`gcloud logging read --format json`"), "{message}");
    }
    for other in ["--- no entry\n", "labels\n", "message: x\n", "insertId\n"] {
        assert_eq!(run(other.as_bytes()).json["files"][0]["malformed"], 1, "{other}");
    }
}

#[test]
fn a_target_says_which_services_count() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = "[targets.x]\nstage = \"local\"\nauth = \"http://127.0.0.1:1\"\n";
    let path = file(&folder, "targets.toml", target.to_owned() + "log-services = [\"auth-staging\"]\n");
    let mut other = line(3, "Invalid token");
    other["resource"]["labels"]["service_name"] = "auth-staging".into();
    let text = lines(&[&two_attempts()[..], &[other]].concat());
    let of_target = ["--target", "x", "--config", text_of(&path)];
    assert_eq!(run_with(text.as_bytes(), &of_target).attempts(), (0, 1));
    let with_flag = [&of_target[..], &["--service", "backend-staging"]].concat();
    assert_eq!(run_with(text.as_bytes(), &with_flag).attempts(), (1, 1), "a flag is stronger");
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (arguments, expected) in [
        (&["no-such-file.json"][..], "no-such-file.json"),
        (&["tests"], "it is a folder"),
        (&["--since", "yesterday", "-"], "2025-09-08T14:00:00Z"),
        (&["-", "-"], "twice"),
        (&["--patterns", "no-such-file.toml", "-"], "no-such-file.toml"),
        (&["--target", "no-such-target", "--config", "fivewhys.toml", "-"], "no-such-target"),
    ] {
        let (code, message) = error(arguments, b"");
        assert_eq!(code, Some(2), "{arguments:?}: {message}");
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
}

#[test]
fn an_export_does_not_replace_what_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, "log.json", lines(&two_attempts()));
    let (code, message) = error(&[text_of(&path), "--export", text_of(&path)], b"");
    assert_eq!(code, Some(2), "{message}");
    assert_eq!(fs::read_to_string(&path).expect("there"), lines(&two_attempts()));
}

#[test]
fn generated_logs_have_as_many_attempts_as_were_generated() {
    use fivewhys::logs::generated::{Form, write};
    for form in [Form::Array, Form::Lines] {
        let mut text = Vec::new();
        let written = write(&mut text, form, 7, 3_000_000).expect("written");
        let run = run(&text);
        assert_eq!(run.attempts(), (written.accepted, written.failed), "{form:?}");
        assert_eq!(run.number("/entries"), written.entries);
        let token = &run.json["groups"]["token"]["values"][0];
        assert_eq!(
            token["name"], "373 characters, 2 dots, JWT, without `Bearer `",
            "{form:?}: {:#}",
            run.json["groups"]
        );
        assert_eq!(token["failed"].as_u64(), Some(written.failed), "{form:?}: of lines of three replicas");
    }
}

/// Where `jq` is installed, it counts the same.
#[test]
fn jq_counts_the_same() {
    use fivewhys::logs::generated::{Form, write};
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = Vec::new();
    write(&mut text, Form::Array, 11, 1_000_000).expect("written");
    let path = file(&folder, "log.json", &text);
    let filter = r#"[.[] | select((.textPayload // "") | test("SSOT AUTHENTICATION FAILED"))] | length"#;
    let Ok(jq) = Command::new("jq").args([filter, text_of(&path)]).output() else { return };
    let counted: u64 = String::from_utf8_lossy(&jq.stdout).trim().parse().expect("a number");
    assert_eq!(run_with(b"", &[text_of(&path)]).attempts().1, counted);
}
