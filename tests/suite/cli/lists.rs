//! What the command lists and prints without a check: scenarios, faults, completions, the manual page.

use fivewhys::vocabulary::Fault;
use strum::VariantArray;

use super::{err, fivewhys, out};

#[test]
fn scenarios_are_listed_by_a_pattern() {
    let all = out(&fivewhys(&["scenarios"]));
    let some = out(&fivewhys(&["scenarios", "STALE"]));
    assert_eq!(some, out(&fivewhys(&["scenarios", "stale*"])));
    assert!(some.lines().count() > 1 && some.lines().count() < all.lines().count(), "{some}");
    let lines: Vec<&str> = some.lines().collect();
    let entries = lines.chunk_by(|_, below| below.starts_with(' ')).map(|entry| entry.join("\n").to_lowercase());
    assert!(entries.into_iter().all(|entry| entry.contains("stale")), "{some}");
    let one = out(&fivewhys(&["scenarios", "secret/jwt-secret-mismatch-unknowable", "--format", "json"]));
    let one: serde_json::Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(one[0]["id"], "secret/jwt-secret-mismatch-unknowable");
    assert!(one[0]["title"].is_string() && one[0]["story"].is_string() && one[0]["faults"].is_array(), "{one}");
    let none = fivewhys(&["scenarios", "jwt-secret-mismtch"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(err(&none).contains("did you mean `secret/jwt-secret-mismatch`?"), "{}", err(&none));
}

#[test]
fn faults_are_listed_by_a_pattern_and_a_code_is_explained() {
    let some = out(&fivewhys(&["explain", "secret"]));
    assert!(some.contains("jwt-secret-mismatch ") && !some.contains("login-refused "), "{some}");
    assert!(out(&fivewhys(&["explain", "login-refused"])).starts_with("error[login-refused]"));
    let near = fivewhys(&["explain", "jwt-secret-mismatc"]);
    assert!(out(&near).contains("jwt-secret-mismatch "), "{}", out(&near));
    let none = fivewhys(&["explain", "jwt-sekret-mismatch"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(err(&none).contains("did you mean `jwt-secret-mismatch`?"), "{}", err(&none));
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let completions = fivewhys(&["completions", shell]);
        assert!(out(&completions).contains("scenarios"), "{shell}: {}", err(&completions));
    }
    assert_eq!(fivewhys(&["completions", "basic"]).status.code(), Some(2));
    let man = out(&fivewhys(&["man"]));
    for part in [".TH fivewhys 1", "EXIT STATUS", "FIVEWHYS CHECK", "dry\\-run", "FIVEWHYS INIT", "preset"] {
        assert!(man.contains(part), "{part} is not in:\n{man}");
    }
    assert!(!man.contains("fivewhys\\-check(1)"), "there is no such page:\n{man}");
}

#[test]
fn every_list_and_page_fits_in_eighty_columns() {
    let pages = Fault::VARIANTS.iter().map(|fault| vec!["explain", fault.code()]);
    let tests = Fault::VARIANTS.iter().map(|fault| vec!["explain", fault.code(), "--tests"]);
    let lists = [
        vec!["scenarios"],
        vec!["explain"],
        vec!["init", "--list"],
        vec!["check", "--scenario", "healthy", "--dry-run"],
    ];
    for arguments in lists.into_iter().chain(pages).chain(tests) {
        let text = out(&fivewhys(&arguments));
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(!text.is_empty() && wide.is_empty(), "{arguments:?}: {wide:#?}");
    }
}
