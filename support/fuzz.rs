//! Whatever text a parser of ours is given, it ends in a value or in an error that fits on a screen: texts of a corpus are mutated,
//! some dozens in each run of the tests. `FIVEWHYS_FUZZ_SECONDS=600 cargo test --lib fuzz::evidence` goes on for ten minutes. What
//! fails is printed when it is as small as it gets; saved in the corpus, it is tried in every run from then on.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use crate::bundle;
use crate::compare::Document;
use crate::faults::diagnose;
use crate::input::{InputError, Source};
use crate::logs::{Filter, Patterns, Reader, Summary, kept};
use crate::redact::Redactor;
use crate::report::{Format, exchanges, render};
use crate::scenario::Scenario;
use crate::secret::Secret;
use crate::target;
use crate::token::{KeySet, Token, read_private_key};
use crate::wording::short;

/// In each run of the tests, of each parser.
const CASES: u32 = 32;
/// Lets each go on for so long.
const SECONDS: &str = "FIVEWHYS_FUZZ_SECONDS";
/// More than any error has, in characters.
const LONGEST_ERROR: usize = 8_192;
/// What parsers trip over.
const ODD: [&str; 20] = [
    "\u{0}",
    "\"",
    "'''",
    "\\u0000",
    "[",
    "{",
    "]",
    "}",
    "=",
    "\n",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    "ü",
    "99999999999999999999",
    "-1",
    "1e999",
    "null",
    "{user}",
    ".",
];

/// A change of a text, at a place between its beginning and its end.
#[derive(Clone, Debug)]
enum Change {
    Put(f64, &'static str),
    Cut(f64, usize),
    Again(f64, usize, usize),
    Byte(f64, u8),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || 0.0..1.0;
    prop_oneof![
        (at(), select(ODD.to_vec())).prop_map(|(at, odd)| Change::Put(at, odd)),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Cut(at, length)),
        (at(), 1..60_usize, 1..50_usize).prop_map(|(at, length, times)| Change::Again(at, length, times)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
    ]
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for change in changes {
        let place = |at: f64, bytes: &[u8]| (at * bytes.len() as f64) as usize;
        match *change {
            Change::Put(at, odd) => {
                let at = place(at, &bytes);
                bytes.splice(at..at, odd.bytes());
            }
            Change::Cut(at, length) => {
                let at = place(at, &bytes);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Change::Again(at, length, times) => {
                let at = place(at, &bytes);
                let again = bytes[at..(at + length).min(bytes.len())].repeat(times);
                bytes.splice(at..at, again);
            }
            Change::Byte(at, byte) => {
                let at = place(at, &bytes);
                bytes.get_mut(at).into_iter().for_each(|old| *old = byte);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The texts of these folders, below the crate.
fn corpus(folders: &[&str]) -> Vec<String> {
    let below = |folder: &&str| fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).expect("a folder");
    let files = folders.iter().flat_map(below).map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|ending| ending != "rs")).collect();
    files.sort();
    files.iter().map(|file| String::from_utf8_lossy(&fs::read(file).expect("a file")).into_owned()).collect()
}

/// Gives the parser each text of the folders as it is, and then changed ones.
fn fuzz(folders: &[&str], parse: impl Fn(&str)) {
    let texts = corpus(folders);
    texts.iter().for_each(|text| parse(text));
    let seconds = std::env::var(SECONDS).ok().and_then(|seconds| seconds.parse().ok());
    let until = Instant::now() + Duration::from_secs(seconds.unwrap_or_default());
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let made = (select(texts), vec(change(), 1..6)).prop_map(|(text, changes)| changed(&text, &changes));
    loop {
        let run = TestRunner::new(config.clone()).run(&made, |text| {
            parse(&text);
            Ok(())
        });
        run.unwrap_or_else(|error| panic!("{error}"));
        if Instant::now() >= until {
            return;
        }
    }
}

fn is_short_and_printable<T>(read: Result<T, InputError>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(error) => {
            let said = error.to_string();
            assert!(said.chars().count() < LONGEST_ERROR, "{} characters", said.chars().count());
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
            None
        }
    }
}

#[test]
fn target_file() {
    fuzz(&["support/presets", "support/fuzz/corpus/target"], |text| {
        let source = Source::new("fuzz.toml", text);
        for listed in is_short_and_printable(target::list(&source)).into_iter().flatten() {
            is_short_and_printable(target::select(&source, &listed.name, &|_| Some("value".into())));
            is_short_and_printable(target::select_to_list(&source, &listed.name, &|_| None));
        }
    });
}

#[test]
fn scenario() {
    fuzz(&["scenarios/secret", "support/fuzz/corpus/scenario"], |text| {
        is_short_and_printable(Scenario::parse(&Source::new("fuzz.toml", text)));
    });
}

#[test]
fn evidence() {
    fuzz(&["support/fuzz/corpus/evidence"], |text| {
        let Some(evidence) = is_short_and_printable(bundle::decode(&Source::new("fuzz.json", text))) else { return };
        let diagnosis = diagnose(&evidence);
        for report in [Format::Text, Format::Json].map(|format| render(format, &evidence, &diagnosis)) {
            assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
        }
        assert!(!exchanges(&evidence).contains('\u{1b}'));
    });
}

#[test]
fn document() {
    fuzz(&["support/fuzz/corpus/document", "support/fuzz/corpus/evidence"], |text| {
        is_short_and_printable(Document::read(&Source::new("fuzz.json", text)));
    });
}

#[test]
fn log_summary() {
    fuzz(&["support/fuzz/corpus/log-summary", "support/fuzz/corpus/document"], |text| {
        let Some(records) = is_short_and_printable(kept(&Source::new("fuzz.json", text))) else { return };
        let name = records.most_failed.as_ref().map_or("", |name| name.as_str());
        assert!(name.len() <= 100 && name.chars().all(|c| c.is_ascii_graphic()), "{name:?}");
    });
}

#[test]
fn log_reader() {
    let (patterns, filter) = (Patterns::shipped().expect("they are checked"), Filter::default());
    fuzz(&["support/fuzz/corpus/log"], |text| {
        let (mut entries, mut summary) = (0, Summary::new(&patterns, &filter).expect("no filter is invalid"));
        let damage = Reader::new(text.as_bytes()).read(|entry| {
            entries += 1;
            summary.add(entry);
        });
        summary.end_of_file();
        _ = (damage.expect("a text in memory can be read"), summary.into_tally());
        assert!(entries <= text.matches('{').count(), "{entries} entries");
    });
}

#[test]
fn token() {
    fuzz(&["support/fuzz/corpus/token"], |text| {
        let token = Token::new(text.trim());
        let facts = token.facts(1_700_000_000, &short);
        assert!(facts.description.chars().count() < 1_000, "{}", facts.description);
        _ = (token.unsigned(), token.forge(), token.is_echoed_in(text), read_private_key(text, None).err());
        let keys = serde_json::from_str(text).ok().and_then(|document| KeySet::read(&document));
        _ = keys.map(|keys| keys.signed(&token));
    });
}

#[test]
fn redactor() {
    let secret = Secret::new("canary-secret-of-a-test");
    let redactor = Redactor::new([&secret], []);
    fuzz(&["support/fuzz/corpus/redactor", "support/fuzz/corpus/token"], |text| {
        for redacted in [redactor.redact(text), redactor.redact_body(text)] {
            assert!(!redacted.contains(secret.expose()), "{redacted}");
            assert!(redacted.len() <= 16 * text.len() + 1_024, "{} bytes of {}", redacted.len(), text.len());
        }
    });
}
