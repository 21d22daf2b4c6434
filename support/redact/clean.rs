//! Texts in which nothing was found. The same headers and messages come with each exchange; only its token is another, so what was read
//! once is searched for that token alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Redactor;
use super::known::Known;

/// In bytes, of a text with all its readings. A longer one comes once.
const LONGEST: usize = 2_048;
/// In bytes. Beyond that the texts are forgotten: a server may send another one each time.
const MOST: usize = 262_144;

/// In which ways a text was read.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Ways {
    All,
    OfDigits,
}

/// A text as it was read, as long as it may be kept: the readings of a long one would take many times its room.
pub(super) struct Read {
    texts: Vec<String>,
    /// In bytes; `None` once there was not enough.
    left: Option<usize>,
}

impl Read {
    pub(super) fn new(text: &str) -> Self {
        Read { texts: Vec::new(), left: LONGEST.checked_sub(text.len()) }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.left = self.left.and_then(|left| left.checked_sub(text.len()));
        match self.left {
            Some(_) => self.texts.push(text.to_owned()),
            None => self.texts.clear(),
        }
    }
}

/// Texts that anybody may see, each as it came and decoded.
#[derive(Default)]
pub(super) struct Clean(Mutex<Texts>);

#[derive(Default)]
struct Texts {
    read: HashMap<(Ways, String), Arc<Vec<String>>>,
    bytes: usize,
}

impl Redactor {
    /// Whether nothing was found in that text before, and nothing is there of what only this redactor knows.
    pub(super) fn is_clean(&self, ways: Ways, text: &str) -> bool {
        if text.len() > LONGEST {
            return false;
        }
        let (run, own) = self.of_run_and_own();
        let Some(read) = run.clean.get(ways, text) else { return false };
        let is_there = |known: &&Known| known.has_short() || read.iter().any(|text| known.is_in(text));
        !own.iter().any(is_there)
    }

    /// Remembers that text, which was read so, as one in which nothing was found.
    pub(super) fn keep_clean(&self, ways: Ways, text: &str, read: Read) {
        if read.left.is_some() {
            self.of_run_and_own().0.clean.keep(ways, text, read.texts);
        }
    }

    /// The redactor of the run, and what others know beside it.
    pub(super) fn of_run_and_own(&self) -> (&Redactor, Vec<&Known>) {
        let (mut run, mut own) = (self, Vec::new());
        while let Some(base) = &run.base {
            own.push(&run.known);
            run = base;
        }
        (run, own)
    }
}

impl Clean {
    fn get(&self, ways: Ways, text: &str) -> Option<Arc<Vec<String>>> {
        let texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        texts.read.get(&(ways, text.to_owned())).cloned()
    }

    fn keep(&self, ways: Ways, text: &str, read: Vec<String>) {
        let bytes = text.len() + read.iter().map(String::len).sum::<usize>();
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if texts.bytes + bytes > MOST {
            *texts = Texts::default();
        }
        texts.bytes += bytes;
        texts.read.insert((ways, text.to_owned()), Arc::new(read));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::secret::Secret;
    use crate::token::Token;

    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ";
    const SECRET: &str = "wq3zR7tK9mvXp2Lc8";

    fn of_run() -> Arc<Redactor> {
        Arc::new(Redactor::new([&Secret::new(SECRET)], []))
    }

    fn is_kept(redactor: &Redactor, text: &str) -> bool {
        redactor.of_run_and_own().0.clean.get(Ways::All, text).is_some()
    }

    #[test]
    fn what_was_clean_before_is_hidden_where_it_is_the_token_of_this_exchange() {
        let run = of_run();
        for text in ["/login?next=canary-7-of-9", "Y2FuYXJ5LTctb2YtOQ", "63616e6172792d372d6f662d39"] {
            assert_eq!(run.redact(text), text);
            assert!(is_kept(&run, text), "{text}");
            let shown = run.with_text("canary-7-of-9").redact(text);
            assert!(shown.contains("[SECRET]") || shown.contains("[TOKEN]"), "{shown}");
            assert_eq!(run.redact(text), text, "that was another exchange");
        }
        let body = r#"{"parts": ["canary", "-7-", "of-9"]}"#;
        assert!(run.redact_body(body).contains("canary"));
        assert!(!run.with_text("canary-7-of-9").redact_body(body).contains("canary"));
    }

    #[test]
    fn what_is_not_clean_is_not_kept() {
        let exchange = of_run().with_token(&Token::new(TOKEN));
        for text in [SECRET, TOKEN, "password=hunter2", "Authorization: Basic dXNlcjpwYXNz", &"-".repeat(LONGEST)] {
            exchange.redact(text);
            assert!(!is_kept(&exchange, text), "{text}");
        }
        exchange.redact("Upgrade: websocket");
        assert!(is_kept(&exchange, "Upgrade: websocket"));
    }

    #[test]
    fn a_text_whose_readings_are_long_takes_no_room() {
        let mut read = Read::new("text");
        read.push(&"-".repeat(LONGEST - 4));
        assert_eq!((read.texts.len(), read.left), (1, Some(0)));
        read.push("-");
        read.push("");
        assert_eq!((read.texts.len(), read.left), (0, None));
        assert_eq!(Read::new(&"-".repeat(LONGEST + 1)).left, None);
    }

    #[test]
    fn texts_that_are_new_each_time_take_bounded_room() {
        let run = of_run();
        (0..2_000).for_each(|number| _ = run.redact(&format!("{} number {number}", "word ".repeat(100))));
        assert!(run.clean.0.lock().expect("no panic").bytes <= MOST);
        assert!(is_kept(&run, &format!("{} number 1999", "word ".repeat(100))));
    }

    proptest! {
        /// In whatever order texts come and exchanges are made, a text is shown as by a redactor that reads it first.
        #[test]
        fn what_was_read_before_changes_nothing(
            texts in prop::collection::vec("[a-z0-9 =:/.%-]{0,40}|(wq3z|R7tK|9mvXp|2Lc8|canary|-7-|of-9| ){0,6}", 1..6),
            own in prop::collection::vec(prop::sample::select(vec!["canary-7-of-9", "abcd", "k7", "0123456789abcdef"]), 0..3),
        ) {
            let run = of_run();
            for text in texts.iter().chain(&texts) {
                for own in [&own[..], &own[..own.len() / 2]] {
                    let of = |run: &Arc<Redactor>| own.iter().fold(Arc::clone(run), |one, own| one.with_text(own));
                    let (again, first) = (of(&run), of(&of_run()));
                    prop_assert_eq!(again.redact(text), first.redact(text));
                    let body = serde_json::json!({ "a": text, "list": texts }).to_string();
                    prop_assert_eq!(again.redact_body(&body), first.redact_body(&body));
                }
            }
        }
    }
}
