//! Patterns as data: the shipped ones, and those of a user with their mistakes.

use fivewhys::input::Source;
use fivewhys::logs::Patterns;
use regex::Regex;

use super::*;

fn accepts(patterns: &Patterns, text: &str) -> Option<bool> {
    patterns.first_match(text).map(|number| !patterns.list()[number].outcome.is_failure())
}

#[test]
fn the_shipped_patterns_are_right_about_their_examples() {
    let checked = Patterns::of(&Source::new("patterns.toml", Patterns::SHIPPED)).expect("right patterns");
    let names = |patterns: &Patterns| patterns.list().iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&checked), names(&Patterns::shipped().expect("the same without a check")));
    assert!(checked.list().len() > 10);
}

/// The expression of the incident's own script counts this failure as a success.
#[test]
fn a_failed_validation_is_no_success() {
    let patterns = Patterns::shipped().expect("right patterns");
    let of_the_incident = Regex::new("Token validated|token.*valid|JWT validated").expect("an expression");
    for text in [
        "VALIDATION FAILED: token is not valid",
        "the token of user 7 is invalid",
        "Token validation failed for token, invalid signature | Debug: 373 chars, 2 dots",
        "token validation failed",
    ] {
        assert!(of_the_incident.is_match(text), "{text}");
        assert_ne!(accepts(&patterns, text), Some(true), "{text}");
    }
    assert_eq!(accepts(&patterns, "Token validation failed | Debug: 373 chars, 2 dots"), Some(false));
    assert_eq!(accepts(&patterns, "token validation failed"), Some(false));
}

#[test]
fn a_denied_success_is_none() {
    let patterns = Patterns::shipped().expect("right patterns");
    for (text, expected) in [
        ("Token validated", Some(true)),
        ("JWT validated successfully", Some(true)),
        ("Authentication successful", Some(true)),
        ("{\"event\": \"connection_established\"}", Some(true)),
        ("Authentication unsuccessful", None),
        ("Token not validated", None),
        ("Token validated: false", Some(false)),
        ("{\"authenticated\": false}", Some(false)),
        ("validation_result_exists: true", None),
        ("Token budget is valid", None),
    ] {
        assert_eq!(accepts(&patterns, text), expected, "{text}");
    }
}

/// Words of a failure or a success, in a text that tells of neither.
#[test]
fn a_setting_and_a_number_are_no_attempt() {
    let harmless = [
        "token expired handler registered",
        "invalid token count=0",
        "Invalid token counter reset",
        "authentication successful callback set",
        "token expired: false",
        "0 invalid token",
        "if token is expired, refresh it",
    ];
    for text in harmless {
        let entries = [line(1, text), entry(2, json!({"jsonPayload": {"message": text}}))];
        let run = run(lines(&entries).as_bytes());
        assert_eq!((run.attempts(), run.json["result"].as_str()), ((0, 0), Some("nothing-recognised")), "{text}");
    }
    for (text, expected) in [("token expired", false), ("Invalid token, counter 5", false), ("Token validated", true)] {
        assert_eq!(accepts(&Patterns::shipped().expect("patterns"), text), Some(expected), "{text}");
    }
}

#[test]
fn harmless_texts_of_a_file_are_checked_like_patterns() {
    let folder = tempfile::tempdir().expect("a folder");
    let harmless = |regex: &str, matches: &str| {
        let text = format!("[[harmless]]\nregex = '{regex}'\nmatches = [\"{matches}\"]\nmisses = [\"jeton\"]\n");
        file(&folder, "own.toml", text + OWN)
    };
    let path = harmless("refus.* page", "jeton refusé, page");
    let text = lines(&[line(1, "jeton refusé"), line(2, "jeton refusé, page 2")]);
    assert_eq!(run_with(text.as_bytes(), &["--patterns", text_of(&path)]).attempts(), (0, 1));
    for (regex, matches, expected) in
        [("x", "y", "does not match"), ("jeton", "jeton", "matches this text"), ("(", "y", "unclosed")]
    {
        let message = error(&["--patterns", text_of(&harmless(regex, matches)), "-"], b"").1;
        assert!(message.contains(expected) && message.contains("own.toml:"), "{message}");
    }
    // An example of a pattern is no harmless text.
    let message = error(&["--patterns", text_of(&harmless("refus", "refus")), "-"], b"").1;
    assert!(message.contains("`rejected` does not match this text"), "{message}");
}

const OWN: &str = r#"
[[pattern]]
name = "rejected"
outcome = "token-rejected"
step = "verdict"
regex = 'jeton refus'
matches = ["jeton refusé"]
misses = ["jeton valide"]
"#;

#[test]
fn a_file_of_the_user_stands_in_place_of_the_shipped_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder, "own.toml", OWN);
    let text = lines(&[line(1, "jeton refusé"), line(2, "Invalid token")]);
    let run = run_with(text.as_bytes(), &["--patterns", text_of(&path)]);
    assert_eq!(run.attempts(), (0, 1));
    assert_eq!(run.json["records"][0]["pattern"], "rejected");
}

#[test]
fn mistakes_of_a_file_are_shown_at_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to, expected, at) in [
        ("token-rejected", "token-rejectet", "token-rejectet", ":4:"),
        ("outcome =", "outcom =", "outcom", ":4:"),
        ("'jeton refus'", "'jeton (refus'", "unclosed group", ":6:"),
        ("'jeton refus'", "'jeton (?!valide)'", "look-around", ":6:"),
        ("'jeton refus'", r"'(jeton) \1'", "backreferences", ":6:"),
        ("'jeton refus'", r"'\b{start}jeton'", "RE2", ":6:"),
        ("'jeton refus'", "'x*'", "empty", ":6:"),
        ("jeton refusé", "jeton", "does not match", ":7:"),
        ("jeton valide", "jeton refusé", "matches this text", ":8:"),
        ("misses = [\"jeton valide\"]", "misses = []", "needs an example", ":8:"),
        ("\"rejected\"", "\"Rejected!\"", "small letters", ":3:"),
        ("\"verdict\"", "\"\"", "small letters", ":5:"),
    ] {
        let path = file(&folder, "own.toml", OWN.replacen(from, to, 1));
        let (code, message) = error(&["--patterns", text_of(&path), "-"], b"");
        assert_eq!(code, Some(2), "{to}: {message}");
        let folded = message.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(expected), "{to}: {message}");
        assert!(message.contains(&format!("own.toml{at}")), "{to}: {message}");
    }
    let twice = OWN.to_owned() + OWN;
    let path = file(&folder, "own.toml", twice);
    assert!(error(&["--patterns", text_of(&path), "-"], b"").1.contains("two patterns are called `rejected`"));
}

/// An expression is no secret, and nobody corrects what is hidden. An example may be copied from a log.
#[test]
fn a_wrong_expression_is_shown_and_what_may_be_a_secret_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Cn4rySignature0123456789-_abcdefghijklmnopqr";
    for regex in
        [r#""jeton \w(refus""#, r#""jeton\drefus""#, r"'jeton (\w+refus'", r"'(?i)\bjeton (?!valide)[A-Z]{3,9}'"]
    {
        let path = file(&folder, "own.toml", OWN.replacen("'jeton refus'", regex, 1));
        let message = error(&["--patterns", text_of(&path), "-"], b"").1;
        assert!(message.contains(&format!("regex = {regex}")), "{message}");
    }
    let secret = format!("'({token}'");
    let [example, broken] = [format!("[\"jeton refus, {token}\"]"), format!("[\"{token}\" \"b\"]")];
    let misses = "[\"jeton valide\"]";
    for (from, to) in [("'jeton refus'", &secret), (misses, &example), (misses, &broken)] {
        let path = file(&folder, "own.toml", OWN.replacen(from, to, 1));
        let message = error(&["--patterns", text_of(&path), "-"], b"").1;
        assert!(message.contains("own.toml:") && !message.contains("Cn4ry"), "{message}");
    }
    let target = file(&folder, "target.toml", "[targets.x]\nregex = \"canary\" canary\n");
    let message = error(&["--patterns", text_of(&target), "-"], b"").1;
    assert!(!message.contains("canary"), "{message}");
}

#[test]
fn the_shipped_file_can_be_printed_and_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = command(&["--print-patterns"]).output().expect("the binary starts");
    let path = file(&folder, "own.toml", printed.stdout);
    let run = run_with(lines(&two_attempts()).as_bytes(), &["--patterns", text_of(&path)]);
    assert_eq!(run.attempts(), (1, 1));
}
