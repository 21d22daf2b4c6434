//! Where standard error takes nothing, and where evidence would be written to another place than it was named.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{err, fivewhys};

/// A full disk, or a reader that has ended.
#[test]
fn a_standard_error_that_takes_nothing_changes_no_exit_code() {
    let run = |shell: &str| {
        let status = Command::new("sh").args(["-c", shell, env!("CARGO_BIN_EXE_fivewhys")]).status().expect("a shell");
        status.code()
    };
    assert_eq!(run(r#"exec "$0" check --config no-such-file.toml x 2>&-"#), Some(2));
    if cfg!(target_os = "linux") {
        assert_eq!(run(r#"exec "$0" check --config no-such-file.toml x 2>/dev/full"#), Some(2));
    }
}

/// Every flag that names a file to write: to open a pipe that no process reads waits for one, unless it is opened otherwise.
#[test]
fn a_pipe_that_no_process_reads_is_one_error_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (pipe, log) = (pipe.display().to_string(), folder.path().join("log").display().to_string());
    fs::write(&log, "").expect("written");
    let report = format!("json={pipe}");
    let check = ["check", "--scenario", "healthy"];
    for flags in [
        &[&check[..], &["--report", &report]].concat()[..],
        &[&check[..], &["--output", &pipe]].concat(),
        &[&check[..], &["--dry-run", "--output", &pipe]].concat(),
        &["gate", "--scenario", "healthy", "--report", &report],
        &["rate", "--scenario", "healthy", "--samples", "2", "--output", &pipe],
        &["logs", &log, "--export", &pipe],
        &["serve", "--scenario", "healthy", "--write", &pipe],
    ] {
        let begun = Instant::now();
        let run = fivewhys(flags);
        assert_eq!(run.status.code(), Some(2), "{flags:?}: {}", err(&run));
        // A long line is broken.
        let said = err(&run).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&pipe) && said.contains("no process reads from this pipe"), "{flags:?}: {said}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{flags:?} took {:?}", begun.elapsed());
    }
}

/// Whatever the process lets others read.
#[test]
fn evidence_is_for_its_owner_the_folder_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let [above, seen] = ["above", "above/seen"].map(|name| folder.path().join(name));
    let run = fivewhys(&["check", "--scenario", "healthy", "--quiet", "--evidence", seen.to_str().expect("UTF-8")]);
    assert_eq!(run.status.code(), Some(0), "{}", err(&run));
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!([mode(&above), mode(&seen)], [0o700, 0o700]);
    assert_eq!(["evidence.json", "exchanges.txt"].map(|name| mode(&seen.join(name))), [0o600, 0o600]);
}

#[cfg(unix)]
#[test]
fn evidence_is_written_into_no_folder_behind_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (elsewhere, link) = (folder.path().join("elsewhere"), folder.path().join("seen"));
    fs::create_dir(&elsewhere).expect("a folder");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
    let run = fivewhys(&["check", "--scenario", "healthy", "--evidence", link.to_str().expect("UTF-8")]);
    assert_eq!(run.status.code(), Some(2), "{}", err(&run));
    assert!(err(&run).contains("is a symbolic link"), "{}", err(&run));
    assert_eq!(fs::read_dir(&elsewhere).expect("a folder").count(), 0);
}
