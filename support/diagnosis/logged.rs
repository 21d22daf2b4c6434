//! What the log says beside a finding: the fourth why, which asks for the reason behind the fault, names the records that fit it.
//! They show nothing. The finding, and what it rests on, is the same without them.

use super::finding::Link;
use crate::evidence::{Evidence, RecordCount};
use crate::logs::Outcome;
use crate::vocabulary::{Fault, Probe};
use crate::wording::records_that_fit;

/// Among five links, the one that asks for the reason behind the fault.
const REASON: usize = 3;

/// Adds the records that are compatible with the fault; those of most attempts, where several kinds are. A log of other services tells
/// of none.
pub(super) fn tell(evidence: &Evidence, fault: Fault, because: &[Probe], whys: &mut [Link]) {
    let Some(log) = evidence.logs.as_ref().filter(|log| !log.is_of_others()) else { return };
    let is_presented = because.iter().any(|probe| matches!(probe, Probe::Present(_)));
    // Where a login alone shows the fault, no token came as far as a service that writes what it thinks of tokens.
    let can_be_written = |outcome: &Outcome| is_presented || !outcome.is_of_a_token();
    let fits = |(outcome, _): &(&Outcome, &RecordCount)| can_be_written(outcome) && outcome.tells_of(fault);
    let most = log.outcomes.iter().filter(fits).max_by_key(|(_, count)| count.records);
    if let (Some((outcome, count)), Some(link)) = (most, whys.get_mut(REASON)) {
        link.answer = format!("{} {}", link.answer, records_that_fit(*outcome, count, log.most_failed.as_ref()));
    }
}
