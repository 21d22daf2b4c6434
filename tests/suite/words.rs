//! Plain English: the glossary's other words stand in nothing that a person reads.

#[path = "../../support/words.rs"]
mod list;

use std::fs;
use std::path::Path;
use std::process::Command;

use fivewhys::report::explain;
use fivewhys::scenario::{self, Scenario};
use fivewhys::vocabulary::Fault;
pub(crate) use list::forbidden;
use strum::VariantArray;

#[track_caller]
fn assert_plain(what: &str, text: &str) {
    let found = forbidden(text);
    assert!(found.is_empty(), "{what} says {found:#?}");
}

#[test]
fn pages_are_plain_and_short() {
    for fault in Fault::VARIANTS {
        let page = fault.page();
        let heads: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(heads, ["## How it looks", "## How to confirm it", "## How to fix it"], "{fault}");
        assert!(page.lines().count() <= 30, "the page of {fault} has {} lines", page.lines().count());
        let wide = page.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "the page of {fault}");
        assert_plain(fault.code(), &explain(*fault, true));
    }
}

#[test]
fn documents_are_plain() {
    for file in [
        "README.md",
        "CHANGELOG.md",
        "fivewhys.toml",
        "scenarios/README.md",
        "support/cli/init.toml",
        ".github/CONTRIBUTING.md",
        ".github/SECURITY.md",
        "tests/example/fivewhys.toml",
        "tests/example/tests/staging.rs",
    ] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the file");
        assert_plain(file, &text);
    }
    for id in scenario::ids() {
        let scenario = Scenario::find(id).expect("a right scenario");
        assert_plain(id, &format!("{} {}", scenario.title, scenario.story));
    }
}

#[test]
fn help_is_plain() {
    let commands = [
        "",
        "check",
        "gate",
        "preflight",
        "rate",
        "merge",
        "watch",
        "compare",
        "logs",
        "demo",
        "init",
        "targets",
        "explain",
        "scenarios",
        "serve",
        "completions",
        "man",
    ];
    for command in commands {
        let arguments = [command, "--help"].into_iter().filter(|argument| !argument.is_empty());
        let help = Command::new(env!("CARGO_BIN_EXE_fivewhys")).args(arguments).output().expect("the binary starts");
        assert_plain(command, &String::from_utf8_lossy(&help.stdout));
    }
}

#[test]
fn a_word_of_the_list_is_found() {
    assert_eq!(forbidden("The service refuses it."), ["`refuses`: write rejects"]);
    assert_eq!(forbidden("connection refused; `refused`; service-credentials-refused; for instance"), [""; 0]);
}
