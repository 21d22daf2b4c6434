//! Nothing secret of a log comes out again: neither text nor document nor message holds it.

use serde_json::json;

use super::*;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Cn4rySignature0123456789-_abcdefghijklmnopqr";
const SUFFIX: &str = "cN4rySuf";
const KEY: &str = "cnKey0123456789ABCDEFGHIJKLMNOPqrstuvwxyz";
const MAIL: &str = "canary@example.test";
const USER: &str = "canary-user-007";
const SESSION: &str = "canary-session-1";

fn canaries() -> Vec<&'static str> {
    TOKEN.split('.').chain([SUFFIX, &KEY[..12], MAIL, USER, SESSION, "eyJhbGci"]).collect()
}

fn assert_clean(what: &str, text: &str) {
    for canary in canaries() {
        assert!(!text.contains(canary), "{what} holds {canary}:\n{text}");
    }
}

#[test]
fn tokens_keys_mails_and_users_of_a_log_are_never_shown() {
    let record = json!({"error_from_auth_service": format!("no key {KEY} for {MAIL}"), "user_id": USER, "session_id": SESSION,
        "email": MAIL, "token_characteristics": {"length": 373, "prefix": &TOKEN[..12], "suffix": SUFFIX, "dot_count": 2}});
    let mut odd = line(3, &format!("Invalid token {TOKEN} of {MAIL}"));
    odd["trace"] = format!("projects/p/traces/{TOKEN}").into();
    odd["labels"]["instanceId"] = KEY.into();
    odd["resource"]["labels"] = json!({"service_name": format!("backend-{KEY}"), "revision_name": TOKEN});
    let spread: Vec<Value> = format!("VALIDATION_FAILED DEBUG: {record:#}").lines().map(|text| line(1, text)).collect();
    let entries = [
        &spread[..],
        &[
            line(2, &format!("VALIDATION_FAILED DEBUG: {record} Authorization: Bearer {TOKEN}")),
            entry(2, json!({"jsonPayload": {"message": "Invalid token", "token": TOKEN, "user_id": MAIL}})),
            line(4, &format!("Token validated for user_id={USER} session_id={SESSION}")),
            odd,
        ],
    ]
    .concat();
    for text in [lines(&entries), array(&entries), lines(&entries) + TOKEN + "\n{" + KEY] {
        let run = run(text.as_bytes());
        assert_clean("the text", &run.text);
        assert_clean("the document", &run.json.to_string());
        assert_eq!(run.json["groups"]["user"]["values"][0]["name"], "user 1", "{:#}", run.json["groups"]);
        assert_eq!(run.json["groups"]["session"]["values"][0]["name"], "session 1");
    }
}

#[test]
fn a_message_about_a_file_repeats_nothing_of_it() {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(TOKEN.encode_utf16().flat_map(u16::to_le_bytes));
    assert_clean("an error", &error(&[], &bytes).1);
}

#[test]
fn names_of_a_log_cannot_move_the_cursor() {
    let mut one = line(1, "Invalid token");
    one["resource"]["labels"]["service_name"] = "a\u{1b}[2Jb\u{202e}".into();
    one["labels"]["instanceId"] = "x\u{7}\n".into();
    let run = run(lines(&[one]).as_bytes());
    assert!(!run.text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{:?}", run.text);
}
