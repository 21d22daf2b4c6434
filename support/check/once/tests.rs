use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::*;
use crate::mock;

/// A file of a run that has not begun.
fn new_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("{PREFIX}one"));
    (folder, file)
}

fn seen() -> Checked {
    let made = async {
        let running = mock::start(&Default::default(), &Default::default()).await.expect("loopback sockets");
        check(&running.target().expect("a target")).await.expect("the suite does its job")
    };
    run_to_end(made).expect("a runtime")
}

fn never() -> Result<Checked, OnceError> {
    panic!("no check is made")
}

#[test]
fn of_many_tests_at_once_one_makes_the_check_and_all_see_the_same() {
    let (_folder, file) = new_file();
    let checks = AtomicUsize::new(0);
    let one = || {
        kept(&file, || {
            checks.fetch_add(1, Ordering::Relaxed);
            Ok(seen())
        })
    };
    let all: Vec<Checked> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic").expect("a check")).collect()
    });
    assert_eq!(checks.into_inner(), 1);
    for checked in &all {
        assert_eq!(checked.evidence, all[0].evidence);
        assert_eq!(checked.diagnosis, all[0].diagnosis);
    }
}

#[test]
fn a_process_that_ends_within_its_check_leaves_one_more_attempt_to_the_others() {
    let (_folder, file) = new_file();
    fs::write(&file, BEGUN).expect("written");
    assert!(kept(&file, || Ok(seen())).is_ok());
    assert!(kept(&file, never).is_ok(), "the next test reads what was kept");
    fs::write(&file, BEGUN.repeat(ATTEMPTS)).expect("written");
    assert!(matches!(kept(&file, never), Err(OnceError::NeverEnded)));
}

#[test]
fn half_of_the_evidence_is_none() {
    let (_folder, file) = new_file();
    kept(&file, || Ok(seen())).expect("a check");
    let whole = fs::read(&file).expect("the file");
    fs::write(&file, &whole[..whole.len() / 2]).expect("written");
    let again = kept(&file, || Ok(seen())).expect("a check");
    assert_eq!(kept(&file, never).expect("the check").evidence, again.evidence);
}

#[test]
fn a_check_that_cannot_be_made_is_an_error_of_each_test_and_begins_twice_at_most() {
    let (_folder, file) = new_file();
    let checks = AtomicUsize::new(0);
    for _ in 0..5 {
        let failing = || {
            checks.fetch_add(1, Ordering::Relaxed);
            Err(OnceError::Runtime(std::io::Error::other("no resources")))
        };
        assert!(kept(&file, failing).is_err());
    }
    assert_eq!(checks.into_inner(), ATTEMPTS);
}

#[test]
fn files_of_runs_that_are_over_are_removed_and_others_are_left() {
    let (folder, file) = new_file();
    let old = SystemTime::now() - 2 * DAY;
    let [over, foreign, running] = [format!("{PREFIX}over"), "other".into(), format!("{PREFIX}two")].map(|name| {
        fs::write(folder.path().join(&name), "").expect("written");
        folder.path().join(name)
    });
    for path in [&over, &foreign] {
        File::options().write(true).open(path).expect("it opens").set_modified(old).expect("its time is set");
    }
    kept(&file, || Ok(seen())).expect("a check");
    assert_eq!([&over, &foreign, &running].map(|path| path.exists()), [false, true, true]);
}
