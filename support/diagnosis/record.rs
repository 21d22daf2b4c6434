//! A record: all that is known of one fault, beside its page. Data that the engine reads; it knows no fault by name.

use super::client::Client;
pub(crate) use super::details::Details;
use super::proof::Probes;
use super::symptom::Symptom;
use super::test::Test;
use crate::evidence::Evidence;
use crate::vocabulary::{Fault, Severity};

/// A test, built for a client.
pub(crate) type TestOf = fn(&Client<'_>) -> Test;
/// Where the engine finds the record of a fault.
pub(crate) type Records = fn(Fault) -> &'static Record;

/// In a text it stands for the sentence that says why the client's token counts as valid.
pub(crate) const VALID: &str = "{valid}";

/// In a text it stands for the key of the target file that `signing` has: a secret or a private key.
pub(crate) const SIGNING: &str = "{signing}";

/// How one fault is recognised, and what is told of it. `shown_by` and `ruled_out_by` are separate experiments: evidence that
/// does not show a fault does not thereby rule it out.
pub(crate) struct Record {
    pub fault: Fault,
    pub severity: Severity,
    /// Milder or worse where its test holds; the first that does decides.
    pub severity_if: &'static [(TestOf, Severity)],
    /// Its title is the headline.
    pub page: &'static str,
    /// What the first probes show of it; faults that share one are rivals.
    pub symptoms: &'static [Symptom],
    pub shown_by: TestOf,
    pub ruled_out_by: TestOf,
    /// Faults that explain the same evidence: where one of them is confirmed, this one is not.
    pub yields_to: &'static [Fault],
    /// What may be at fault, once it is shown.
    pub suspects: Suspects,
    /// What the finding's texts need to be filled in.
    pub details: fn(&Client<'_>, &Probes) -> Details,
    /// The comparison that shows it, in one or two sentences.
    pub because: &'static [Line],
    /// The links between what users see, which is told for every fault alike, and the end of the chain.
    pub whys: [Why; 4],
    pub fix: &'static [Line],
}

/// What may be at fault. Somebody rolls a deployment back that is proven to be, and a value of the target file may be out of date.
pub(crate) enum Suspects {
    Deployment,
    /// The target file or this machine's network as well.
    CheckToo,
    /// These as well, on such evidence.
    CheckTooIf(fn(&Evidence) -> bool),
}

/// A text that is told under a condition; of several, the first that applies.
pub(crate) enum Line {
    Always(&'static str),
    If(TestOf, &'static str),
}

/// One link of the chain.
pub(crate) struct Why(pub &'static str, pub &'static [Answer]);

/// The answer to a why; of several, the first that applies.
pub(crate) enum Answer {
    /// Observed: the finding's own probes show it.
    Shown(&'static str),
    /// Observed, where the test holds, which its probes show.
    ShownIf(TestOf, &'static str),
    Inferred(&'static str),
    InferredIf(TestOf, &'static str),
    /// Not known: what is supposed, and what would tell.
    Unknown(&'static str, &'static str),
    UnknownIf(TestOf, &'static str, &'static str),
}

impl Record {
    /// Under which its texts are told, and how severe it is.
    pub(super) fn conditions(&self) -> impl Iterator<Item = TestOf> {
        let severities = self.severity_if.iter().map(|(test, _)| *test);
        let lines = self.because.iter().chain(self.fix).filter_map(|line| match line {
            Line::If(test, _) => Some(*test),
            Line::Always(_) => None,
        });
        let answers = self.whys.iter().flat_map(|Why(_, answers)| *answers).filter_map(|answer| match answer {
            Answer::ShownIf(test, _) | Answer::InferredIf(test, _) | Answer::UnknownIf(test, ..) => Some(*test),
            Answer::Shown(_) | Answer::Inferred(_) | Answer::Unknown(..) => None,
        });
        severities.chain(lines).chain(answers)
    }

    /// One lower-case sentence without a full stop.
    pub(crate) fn headline(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

/// For a fault without details.
pub(crate) fn no_details(_: &Client<'_>, _: &Probes) -> Details {
    Details::new()
}

impl Suspects {
    /// Whether the check itself may be at fault.
    pub(super) fn include_the_check(&self, evidence: &Evidence) -> bool {
        match self {
            Suspects::Deployment => false,
            Suspects::CheckToo => true,
            Suspects::CheckTooIf(test) => test(evidence),
        }
    }
}

impl Line {
    /// The first text that applies.
    pub(super) fn first(lines: &[Line], client: &Client<'_>) -> &'static str {
        let applies = |line: &Line| match line {
            Line::Always(text) => Some(*text),
            Line::If(test, text) => test(client).prove(client).holds().then_some(*text),
        };
        lines.iter().find_map(applies).unwrap_or_default()
    }
}

#[cfg(test)]
impl Record {
    /// An error of no symptom, for tests of what is made of records. Nothing rules it out.
    pub(super) const fn made_up(fault: Fault, shown_by: TestOf) -> Self {
        Record {
            fault,
            severity: Severity::Error,
            severity_if: &[],
            page: "# made up",
            symptoms: &[],
            shown_by,
            ruled_out_by: |_| super::test::never(),
            yields_to: &[],
            suspects: Suspects::Deployment,
            details: no_details,
            because: &[],
            whys: [const { Why("Why?", &[]) }; 4],
            fix: &[],
        }
    }
}
