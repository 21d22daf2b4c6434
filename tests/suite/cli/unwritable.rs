//! Where standard error takes nothing, and where evidence would be written to another place than it was named.

use std::process::Command;

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

#[cfg(unix)]
#[test]
fn evidence_is_written_into_no_folder_behind_a_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (elsewhere, link) = (folder.path().join("elsewhere"), folder.path().join("seen"));
    std::fs::create_dir(&elsewhere).expect("a folder");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
    let run = fivewhys(&["check", "--scenario", "healthy", "--evidence", link.to_str().expect("UTF-8")]);
    assert_eq!(run.status.code(), Some(2), "{}", err(&run));
    assert!(err(&run).contains("is a symbolic link"), "{}", err(&run));
    assert_eq!(std::fs::read_dir(&elsewhere).expect("a folder").count(), 0);
}
