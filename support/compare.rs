//! What a deployment has changed: two documents of one target, as data. Pure: no file, no clock, no network.
//!
//! Either document may be unfinished, and samples differ from run to run. So each difference has one of four effects, and only what
//! both documents show is called worse or better:
//!
//! - **Verdict.** From healthy to faulty is worse. From healthy to inconclusive is worse where the new check was made to its end and
//!   a probe failed; else the new check shows nothing. From inconclusive to faulty says that the cause is known now, not that it is
//!   new: the findings decide. To healthy is better.
//! - **Findings.** A new critical fault or error is worse, where the old check was healthy or had ruled the fault out. Where the old
//!   check had not tested it, nothing shows that it is new. A new warning or note is told. A known one that is more severe is worse.
//! - **Gone** is a fault that the new check rules out, or whose failed probes were made again by a healthy check and are as expected.
//!   Every other fault that is no longer found is *not tested any longer*.
//! - **Verifications.** From pass to fail is worse; a pass that is no longer tested is not shown.
//! - **Coverage.** A check or run that was interrupted or came to its deadline shows nothing of what it left out. Neither does one
//!   that no longer tests an error which the old check had ruled out.
//! - **Success rates.** Lower is a rate only by Fisher's exact test, one-sided, at 5 % shared by the legs; the same holds for the share
//!   of samples without a usable response, those apart that a rate limit rejects. From pass to fail of one objective is worse.
//! - **Latencies.** Slower is a leg where a percentile (50, 90, 99) rose by more than 20 % and by more than 20 ms, and where the samples
//!   above that percentile of both runs together are more often new ones than the same exact test allows, at 5 % shared by the legs
//!   and percentiles. Most runs are too short to prove anything of the 99th. A check has one sample of each probe, which proves
//!   nothing: its duration is told only.
//! - **Settings.** Other addresses, stages, versions or settings are told, and change no effect.

mod check;
mod document;
mod exact;
mod latency;
mod rate;
mod settings;

pub use document::Document;
pub use latency::Percentiles;
pub use rate::{LegCompared, Samples};
pub use settings::Differs;

use serde::Serialize;

use crate::diagnosis::Verdict;
use crate::input::InputError;
use crate::rate::Decision;

/// What two documents say together.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What follows from all changes.
    pub result: Outcome,
    /// Before the deployment.
    pub old: Side,
    /// After it.
    pub new: Side,
    /// Settings that are not the same.
    pub differs: Vec<Differs>,
    /// The worst first.
    pub changes: Vec<Change>,
    /// What is as it was, in a few words each.
    pub unchanged: Vec<String>,
    /// What was measured of each leg that both runs have.
    pub legs: Vec<LegCompared>,
}

/// In one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing is worse, and nothing that the old document shows is left out.
    NotWorse,
    /// A regression is proven.
    Worse,
    /// None is proven, and not everything was shown again.
    NotShown,
}

/// One of the two documents.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// Where it was read.
    pub file: String,
    /// What it is.
    pub schema: String,
    /// The version of the tool that has written it; `None` of evidence, which is diagnosed now.
    pub tool_version: Option<String>,
    /// The name of the target.
    pub target: String,
    /// RFC 3339, in UTC.
    pub started: String,
    /// Of the check, where it has one.
    pub verdict: Option<Verdict>,
    /// Of the success rate, where it has one.
    pub decision: Option<Decision>,
    /// From the beginning to the end, in seconds.
    pub elapsed_s: f64,
}

/// What a change means for the deployment, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Effect {
    /// Proven to be worse than before: a regression.
    Worse,
    /// The new document does not show what the old one did, or the old one does not show whether it is new.
    NotShown,
    /// Neither: worth telling.
    Told,
    /// Better than before.
    Better,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The verdict of the check.
    Verdict,
    /// A finding came, or went.
    Fault,
    /// A finding is more or less severe.
    Severity,
    /// A verification of the check, or a condition of the gate.
    Verification,
    /// What was left out.
    Coverage,
    /// How often valid tokens are accepted at a leg.
    SuccessRate,
    /// How often a leg gives no usable response.
    Responses,
    /// What is decided of a leg.
    Decision,
    /// How long a leg takes.
    Latency,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What it means.
    pub effect: Effect,
    /// What it is of.
    pub kind: Kind,
    /// The code of the fault, the name of the verification, the leg.
    pub subject: String,
    /// As it was.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
    /// The chance of as large a difference where nothing differs.
    pub p: Option<f64>,
    /// For a person.
    pub text: String,
}

impl Change {
    fn new(effect: Effect, kind: Kind, subject: impl Into<String>, text: impl Into<String>) -> Self {
        Change { effect, kind, subject: subject.into(), old: None, new: None, p: None, text: text.into() }
    }

    /// From one value to another.
    fn of(effect: Effect, kind: Kind, subject: &str, old: &str, new: &str) -> Self {
        let text = format!("{subject}: {new} (before: {old})");
        Change { old: Some(old.into()), new: Some(new.into()), ..Change::new(effect, kind, subject, text) }
    }
}

/// What the new document shows beside the old one.
///
/// # Errors
/// When one is of a check and the other of a success rate.
pub fn compare(old: &Document, new: &Document) -> Result<Comparison, InputError> {
    let (mut changes, mut unchanged, mut legs) = (Vec::new(), Vec::new(), Vec::new());
    if let (Some(one), Some(other)) = (&old.check, &new.check) {
        check::compare(one, other, &mut changes, &mut unchanged);
        check::conditions(old.conditions(), new.conditions(), &mut changes);
    }
    if let (Some(one), Some(other)) = (&old.rate, &new.rate) {
        legs = rate::compare(one, other, &mut changes, &mut unchanged);
    }
    if (old.check.is_none() || new.check.is_none()) && (old.rate.is_none() || new.rate.is_none()) {
        return Err(of_two_kinds(old, new));
    }
    changes.extend(left_out(old, new));
    changes.sort_by_key(|change| change.effect);
    let result = match changes.first().map(|change| change.effect) {
        Some(Effect::Worse) => Outcome::Worse,
        Some(Effect::NotShown) => Outcome::NotShown,
        _ => Outcome::NotWorse,
    };
    let (differs, [old, new]) = (settings::differs(old, new), [old, new].map(Document::side));
    Ok(Comparison { result, old, new, differs, changes, unchanged, legs })
}

/// A part that only the old document has.
fn left_out(old: &Document, new: &Document) -> Option<Change> {
    let told = |effect, text: &str| Some(Change::new(effect, Kind::Coverage, "success rate", text));
    match (&old.rate, &new.rate) {
        (Some(_), None) if new.is_gate() => {
            told(Effect::NotShown, "the success rate was not measured again: the new check is not healthy")
        }
        (Some(_), None) => told(Effect::Told, "the success rate is not compared: only the old document has one"),
        (None, Some(_)) => told(Effect::Told, "the success rate is not compared: only the new document has one"),
        _ => None,
    }
}

fn of_two_kinds(old: &Document, new: &Document) -> InputError {
    let (one, other) = (old.schema(), new.schema());
    InputError::new(format!("a document of `{one}` cannot be compared with one of `{other}`"))
        .help("compare two checks, or two success rates; a gate may hold both")
}

#[cfg(test)]
mod tests;
