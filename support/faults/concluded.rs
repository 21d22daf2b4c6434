//! What a test asks of a diagnosis.

use super::diagnose;
use crate::evidence::Evidence;
use crate::vocabulary::Fault;

/// Whether the evidence confirms the fault.
pub(super) fn is_confirmed(evidence: &Evidence, fault: Fault) -> bool {
    diagnose(evidence).findings.iter().any(|finding| finding.fault == fault)
}

/// Whether it rules the fault out.
pub(super) fn is_ruled_out(evidence: &Evidence, fault: Fault) -> bool {
    diagnose(evidence).ruled_out.contains_key(&fault)
}
