//! The table of the third fence: every spelling of a secret, in every place of a response, in every output of the suite.

use std::ffi::OsString;
use std::process::{Command, Output};

use clap::ValueEnum;
use fivewhys::check::check;
use fivewhys::input::Source;
use fivewhys::report::{self, Format, render};
use fivewhys::{bundle, target};

use super::places::{Written, serve};
use super::spellings::SPELLINGS;
use super::value_of;

/// Of no words, so that nothing else in a report looks like them; and with characters that each encoding writes in its own way.
const BYPASS: &str = "wq3zR+7tK/9mv=Xp2-Lc8";
pub(super) const SIGNING: &str = "kq7Zt-Vw3xR9_mB2nL8c+Pd5/Yh1Gs4Jf6";
const SERVICE: &str = "hT5 gB9 \"nV3\" jR7 xQ1";
pub(super) const TOKEN: &str = "vN4~kT8+bQ2/hJ6=wR9.xD3_mC5zL1";

/// Letters and digits in a row that show a secret.
const PIECE: usize = 12;

/// What a person could put together again: letters and digits, without what a report writes for an invisible one.
fn letters(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
    let plain = std::iter::once(first).chain(rest).flat_map(str::chars).map(narrow);
    plain.filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The plain letter of a wide one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{e0020}'..='\u{e007e}' => char::from_u32(u32::from(c) - 0xe0000).unwrap_or(c),
        c => c,
    }
}

fn pieces(text: &str) -> Vec<String> {
    let letters: Vec<char> = letters(text).chars().collect();
    letters.windows(PIECE).map(|piece| piece.iter().collect()).collect()
}

/// What of a secret is in that output: the secret, a piece of it, or the half of one of its spellings.
fn leak(output: &str, secret: &str) -> Option<String> {
    let plain = letters(output);
    if let Some(at) = pieces(secret).iter().find_map(|piece| plain.find(piece)) {
        return Some(format!("a piece: {}", &plain[at.saturating_sub(40)..plain.len().min(at + 80)]));
    }
    SPELLINGS.iter().find_map(|(name, spell)| {
        let spelled = spell(secret);
        let half = (0..=spelled.len() / 2).rev().find(|at| spelled.is_char_boundary(*at)).unwrap_or_default();
        let (first, last) = spelled.split_at(half);
        let shown = [first, last].into_iter().find_map(|half| Some((half, output.find(half)?)));
        // What stands before it says where it was shown.
        let context = |at: usize| output[..at].chars().rev().take(200).collect::<Vec<_>>().into_iter().rev();
        shown.map(|(half, at)| format!("{name}: {half:?} after {:?}", context(at).collect::<String>()))
    })
}

pub(super) fn assert_none(what: &str, output: &str, secrets: &[&str]) {
    for secret in secrets {
        assert_eq!(leak(output, secret), None, "{what} shows {secret}");
    }
    let odd = output.chars().find(|c| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
    });
    assert_eq!(odd, None, "{what} has a character that moves or hides others");
}

pub(super) fn config(address: std::net::SocketAddr) -> String {
    format!(
        r#"
[targets.canary]
stage = "local"
auth = "http://{address}"
backend = "http://{address}"
websocket = "ws://{address}/ws"
login = {{ path = "/login", headers = {{ X-Bypass-Key = {{ env = "BYPASS" }} }}, json = {{ email = "{{user}}" }}, token = "/access_token", users = ["a", "b"] }}
signing = {{ secret = {{ env = "SIGNING" }} }}
keys = {{ issuer = "http://{address}" }}
handshake = {{ stays-open = "50ms", presents = ["header", "subprotocol"] }}
service = {{ headers = {{ X-Service-Secret = {{ env = "SERVICE" }} }} }}
timeout = "3s"
"#
    )
}

pub(super) fn environment(variable: &str) -> Option<OsString> {
    value_of(variable, [BYPASS, SIGNING, SERVICE])
}

/// The spellings of these, one secret after the other.
pub(super) fn spelled(secrets: &[&str]) -> Vec<String> {
    secrets.iter().flat_map(|secret| SPELLINGS.iter().map(|(_, spell)| spell(secret))).collect()
}

#[tokio::test]
async fn no_spelling_of_a_secret_in_any_place_comes_into_any_output() {
    for secrets in [[SIGNING, TOKEN], [BYPASS, SERVICE]] {
        let address = serve(Written { token: TOKEN.to_owned(), texts: spelled(&secrets) });
        let target = target::select(&Source::new("canary.toml", config(address)), "canary", &environment);
        let target = target.unwrap_or_else(|error| panic!("{error}"));
        let checked = check(&target).await.expect("the suite does its job");
        let evidence = serde_json::to_string(&checked.evidence).expect("JSON");
        assert!(evidence.contains("[SECRET]") && evidence.contains("[TOKEN]"), "nothing was repeated: {evidence}");
        assert_none("the evidence", &evidence, &secrets);
        assert_none("the bundle", &bundle::encode(&checked.evidence).expect("JSON"), &secrets);
        assert_none("the exchanges", &report::exchanges(&checked.evidence), &secrets);
        assert_none("the debug output", &format!("{:?} {:?}", checked.evidence, checked.diagnosis), &secrets);
        for format in Format::value_variants().iter().copied().chain([Format::Verbose]) {
            assert_none("a report", &render(format, &checked.evidence, &checked.diagnosis), &secrets);
        }
    }
}

#[test]
fn no_command_prints_one_either() {
    let secrets = [SIGNING, TOKEN];
    let address = serve(Written { token: TOKEN.to_owned(), texts: spelled(&secrets) });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("canary.toml");
    std::fs::write(&file, config(address)).expect("written");
    let run = |words: &[&str]| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivewhys"));
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.path().join("summary"));
        for name in ["BYPASS", "SIGNING", "SERVICE"] {
            command.env(name, environment(name).expect("a canary"));
        }
        command.current_dir(folder.path()).args(words).arg("--config").arg(&file).output().expect("it runs")
    };
    for words in [
        &["check", "canary", "--verbose", "--evidence", "seen"][..],
        &["check", "canary", "--dry-run"],
        &["rate", "canary", "--samples", "9", "--format", "json"],
        &["gate", "canary", "--format", "json"],
    ] {
        let output = run(words);
        assert!(!output.stdout.is_empty(), "{words:?}: {output:?}");
        let both = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        // Progress goes back to the beginning of its line.
        assert_none(&format!("{words:?}"), &both.concat().replace('\r', ""), &secrets);
    }
    let compared = Command::new(env!("CARGO_BIN_EXE_fivewhys"))
        .args(["compare", "seen", "seen", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    assert_none("a comparison", &String::from_utf8(compared.stdout).expect("UTF-8"), &secrets);
    for name in ["summary", "seen/evidence.json", "seen/exchanges.txt"] {
        assert_none(name, &std::fs::read_to_string(folder.path().join(name)).expect("it was written"), &secrets);
    }
}
