//! Two faults at once: which can be. Of two, one may hide the other; then the other is open, and never ruled out.

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
    let (together, mut pairs) = (together(), Vec::new());
    for (index, one) in injections.iter().enumerate() {
        for other in &injections[index + 1..] {
            let undone = together.undoes(one.fault, other.fault);
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
        let mistake = found.mistake(&self.expected())?;
        Some(format!("{} + {}: {mistake}", self.one.fault, self.other.fault))
    }
}

/// What cannot be there together, and what is seen by chance.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Together {
    undo: Vec<Undo>,
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

pub(crate) fn together() -> Together {
    toml::from_str(include_str!("together.toml")).expect("tests/accuracy/together.toml")
}

impl Together {
    /// Whether one of the two may be hidden, at one moment or another.
    pub(crate) fn by_chance(&self, pair: &Pair<'_>) -> bool {
        [pair.one, pair.other].iter().any(|one| self.is_by_chance(one.fault))
    }

    /// Whether what the fault responds depends on the moment.
    pub(crate) fn is_by_chance(&self, fault: Fault) -> bool {
        self.by_chance.contains(&fault)
    }

    fn undoes(&self, one: Fault, other: Fault) -> bool {
        let both = |undo: &Undo, one, other| undo.these.contains(&one) && undo.those.contains(&other);
        self.undo.iter().any(|undo| both(undo, one, other) || both(undo, other, one))
    }
}
