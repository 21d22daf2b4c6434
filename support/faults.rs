//! The catalogue: every fault in a folder of its family, with its record and its page side by side. This file lists the
//! records; the compiler refuses a variant without one.

mod credential;
mod resigned;

use crate::diagnosis::record::Record;
use crate::vocabulary::Fault;

/// All that is known of a fault.
pub(crate) fn record(fault: Fault) -> Option<&'static Record> {
    Some(match fault {
        Fault::BearerPrefixStripped => &credential::bearer_prefix_stripped::RECORD,
        _ => return None,
    })
}
