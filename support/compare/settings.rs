//! What was not the same from the beginning: another target, another version, other settings.

use std::collections::BTreeSet;

use serde::Serialize;

use super::document::{Check, Document, Run, Text};

/// A setting of both documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// Which.
    pub what: String,
    /// In the old document; `None` where a name says enough.
    pub old: Option<String>,
    /// In the new one.
    pub new: Option<String>,
}

/// Told by themselves.
const ELSEWHERE: [&str; 3] = ["target", "stage", "addresses"];

pub(super) fn differs(old: &Document, new: &Document) -> Vec<Differs> {
    let mut differs = Told::default();
    differs.both("target", old.target(), new.target());
    if let (Some(one), Some(other)) = (&old.check, &new.check) {
        of_checks(one, other, &mut differs);
    }
    if let (Some(one), Some(other)) = (&old.tool, &new.tool) {
        differs.both("fivewhys", one.version.as_str(), other.version.as_str());
    }
    if let (Some(one), Some(other)) = (&old.rate, &new.rate) {
        of_runs(one, other, &mut differs);
    }
    if let (Some(one), Some(other)) = (&old.settings, &new.settings) {
        let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        let is_other = |key: &&&String| one.get(**key) != other.get(**key) && !ELSEWHERE.contains(&key.as_str());
        keys.iter().filter(is_other).for_each(|key| differs.name(format!("setting `{}`", Text::of(key))));
    }
    if is_later(old.started(), new.started()) {
        differs.name("order: the new document is older than the old one".into());
    }
    differs.0
}

#[derive(Default)]
struct Told(Vec<Differs>);

impl Told {
    fn both(&mut self, what: &str, old: &str, new: &str) {
        if old != new {
            self.0.push(Differs { what: what.into(), old: Some(old.into()), new: Some(new.into()) });
        }
    }

    fn name(&mut self, what: String) {
        self.0.push(Differs { what, old: None, new: None });
    }
}

fn of_checks(old: &Check, new: &Check, differs: &mut Told) {
    let (one, other) = (&old.target, &new.target);
    differs.both("stage", one.stage.as_str(), other.stage.as_str());
    let addresses = [
        ("auth", &one.auth, &other.auth),
        ("backend", &one.backend, &other.backend),
        ("websocket", &one.websocket, &other.websocket),
    ];
    for (what, old, new) in addresses {
        let [old, new] = [old, new].map(|address| address.as_ref().map_or("none", |text| text.as_str()));
        differs.both(what, old, new);
    }
    let tokens = |check: &Check| {
        let texts: BTreeSet<String> = check.tokens.iter().map(|text| without_length(text.as_str())).collect();
        texts.into_iter().collect::<Vec<_>>().join("; ")
    };
    // A check that got no token says so elsewhere.
    if !old.tokens.is_empty() && !new.tokens.is_empty() {
        differs.both("token", &tokens(old), &tokens(new));
    }
}

/// Which differs from one token to the next.
fn without_length(description: &str) -> String {
    description.split(", ").filter(|part| !part.ends_with(" chars")).collect::<Vec<_>>().join(", ")
}

fn of_runs(old: &Run, new: &Run, differs: &mut Told) {
    for one in &old.legs {
        if let Some(other) = new.legs.iter().find(|other| other.name == one.name) {
            let [old, new] = [one, other].map(|leg| leg.design.objective.to_string());
            let known = differs.0.len();
            differs.both("objective", &old, &new);
            if differs.0.len() > known {
                // It is one for all legs.
                return;
            }
        }
    }
}

fn is_later(one: &str, other: &str) -> bool {
    let time = |text: &str| humantime::parse_rfc3339(text).ok();
    time(one).zip(time(other)).is_some_and(|(one, other)| one > other)
}
