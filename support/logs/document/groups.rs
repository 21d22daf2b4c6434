//! Records by what they tell. What names a person or a session has a number instead.

use serde::{Deserialize, Serialize};

use super::super::summary::Factor;
use super::super::top::{Top, Value};
use super::date;
use crate::redact::Redactor;

/// So many values are told of each factor.
const MOST: usize = 20;

/// The values of one factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// With the most failures first.
    pub values: Vec<Group>,
    /// Records with other values.
    pub others: u64,
}

/// The records with one value.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The value, or a number that stands for it in this document.
    pub name: String,
    /// Records of accepted attempts.
    pub accepted: u64,
    /// Records of failed attempts.
    pub failed: u64,
    /// When the first was written.
    pub first: Option<String>,
    /// When the last was.
    pub last: Option<String>,
}

impl Groups {
    pub(super) fn of(factor: Factor, top: Top, redactor: &Redactor) -> Self {
        let (values, others) = top.into_values();
        let more: u64 = values.iter().skip(MOST).map(|value| value.accepted + value.failed).sum();
        let group = |(number, value): (usize, Value)| Group {
            name: name(factor, number + 1, &value.name, redactor),
            accepted: value.accepted,
            failed: value.failed,
            first: value.seen.first.map(date),
            last: value.seen.last.map(date),
        };
        Groups { values: values.into_iter().take(MOST).enumerate().map(group).collect(), others: others + more }
    }
}

fn name(factor: Factor, number: usize, value: &str, redactor: &Redactor) -> String {
    match factor {
        Factor::User | Factor::Session => format!("{factor} {number}"),
        // `projects/P/traces/ID`
        Factor::Trace => redactor.redact(value.rsplit('/').next().unwrap_or(value)),
        // What is cut no longer has the shape of a secret.
        Factor::Replica => redactor.redact(value).chars().take(SHORT).collect(),
        Factor::Token | Factor::Reason => redactor.redact(value),
    }
}

/// In characters: Cloud Run names a replica by some two hundred digits.
const SHORT: usize = 16;
