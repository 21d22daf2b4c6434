//! Two faults at once: which can be, and which hide one another. What hides what is data, with a reason.

use std::collections::BTreeSet;

use fivewhys::vocabulary::Fault;
use serde::Deserialize;
use toml::{Table, Value};

use crate::injection::{self, Injection};
use crate::run::{Deployed, Found};

pub(crate) struct Pair<'a> {
    pub one: &'a Injection,
    pub other: &'a Injection,
    tables: Table,
}

/// Two faults can be there at once unless they need different values of the same setting.
pub(crate) fn that_coexist(injections: &[Injection]) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for (index, one) in injections.iter().enumerate() {
        for other in &injections[index + 1..] {
            let undone = hiding().undoes(one.fault, other.fault);
            if let Some(tables) = merged(&one.tables, &other.tables, "").filter(|_| !undone) {
                pairs.push(Pair { one, other, tables });
            }
        }
    }
    pairs
}

/// Both, or `None` where they contradict one another. Lists of both are one list; what is told is told by either.
fn merged(one: &Table, other: &Table, at: &str) -> Option<Table> {
    let mut both = one.clone();
    for (key, value) in other {
        let joined = match (one.get(key), value) {
            (None, value) => value.clone(),
            (Some(Value::Table(one)), Value::Table(other)) => Value::Table(merged(one, other, key)?),
            (Some(Value::Array(one)), Value::Array(other)) if key.starts_with("strips") || key == "without" => {
                Value::Array(one.iter().chain(other).cloned().collect())
            }
            (Some(one), other) if one == other => one.clone(),
            (Some(one), _) if at.is_empty() || at == "expect" => one.clone(),
            (Some(_), _) => return None,
        };
        both.insert(key.clone(), joined);
    }
    Some(both)
}

impl Pair<'_> {
    pub(crate) fn deployed(&self, dialect: u64) -> Deployed {
        injection::deployed(&self.tables, dialect)
    }

    pub(crate) fn expected(&self) -> BTreeSet<Fault> {
        self.one.expected.union(&self.other.expected).copied().collect()
    }

    /// What is wrong with what was found, if anything is.
    pub(crate) fn mistake(&self, found: &Found) -> Option<String> {
        let hiding = hiding();
        let expected = self.expected();
        let names = format!("{} + {}", self.one.fault, self.other.fault);
        let wrong = found.beside(&expected);
        let missed: Vec<Fault> = expected.iter().copied().filter(|fault| !found.names(*fault)).collect();
        let unexplained: Vec<_> = missed.iter().filter(|missed| !hiding.hides(self, **missed)).collect();
        let excluded: Vec<_> = missed.iter().filter(|missed| found.ruled_out.contains(missed)).collect();
        if wrong.is_empty() && unexplained.is_empty() && excluded.is_empty() {
            return None;
        }
        Some(format!("{names}: wrong {wrong:?}, missed {unexplained:?}, ruled out {excluded:?}"))
    }
}

/// Which faults keep others from being seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Hiding {
    hides: Vec<Hides>,
    undo: Vec<Undo>,
    /// What these hide depends on the moment.
    by_chance: BTreeSet<Fault>,
}

/// One of these and one of those together are no longer both faults: one takes away what the other needs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    these: BTreeSet<Fault>,
    those: BTreeSet<Fault>,
    #[allow(dead_code, reason = "for the reader")]
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hides {
    /// Any one of these hides all of those.
    these: BTreeSet<Fault>,
    hide: BTreeSet<Fault>,
    #[allow(dead_code, reason = "for the reader")]
    because: String,
}

pub(crate) fn hiding() -> Hiding {
    toml::from_str(include_str!("hidden.toml")).expect("tests/accuracy/hidden.toml")
}

impl Hiding {
    fn hides(&self, pair: &Pair<'_>, missed: Fault) -> bool {
        let by = [pair.one.fault, pair.other.fault];
        self.hides.iter().any(|hides| hides.hide.contains(&missed) && by.iter().any(|by| hides.these.contains(by)))
    }

    /// Whether one of the two may be hidden, at one moment or another.
    pub(crate) fn is_chancy(&self, pair: &Pair<'_>) -> bool {
        let by_chance = [pair.one, pair.other].iter().any(|one| self.by_chance.contains(&one.fault));
        by_chance && pair.expected().iter().any(|fault| self.hides(pair, *fault))
    }

    fn undoes(&self, one: Fault, other: Fault) -> bool {
        let both = |undo: &Undo, one, other| undo.these.contains(&one) && undo.those.contains(&other);
        self.undo.iter().any(|undo| both(undo, one, other) || both(undo, other, one))
    }

    /// Faults that an entry says are hidden, though they are never there with any of those that hide them.
    pub(crate) fn unused(&self, pairs: &[Pair<'_>]) -> Vec<Fault> {
        let together = |by: &BTreeSet<Fault>, hidden: Fault| {
            pairs.iter().any(|pair| {
                [pair.one, pair.other].iter().any(|one| by.contains(&one.fault)) && pair.expected().contains(&hidden)
            })
        };
        let entries = self.hides.iter().flat_map(|hides| hides.hide.iter().map(|hidden| (&hides.these, *hidden)));
        entries.filter(|(these, hidden)| !together(these, *hidden)).map(|(_, hidden)| hidden).collect()
    }
}
