//! Records of the platform's log: what a deployment wrote while tokens were accepted and rejected. A log is no experiment: it counts,
//! says which faults its records are compatible with, and names the probes that tell those apart. It shows no fault.
//!
//! A [`Reader`] gives [`Entry`]s one by one, a [`Summary`] recognises them by [`Patterns`] and adds them up, and a [`Document`] is what is
//! told of them. A [`LiveLog`] takes entries from the platform instead of a file. None of them knows a probe that was made, or the
//! command.

mod compact;
mod counts;
mod damage;
mod decoded;
mod details;
mod document;
mod elsewhere;
mod entry;
mod files;
mod fragments;
pub mod generated;
mod kept;
mod live;
mod memo;
mod moment;
mod origins;
mod outcome;
mod patterns;
mod query;
mod re2;
mod reader;
mod recent;
mod scan;
mod seen;
mod server_filter;
mod summary;
mod top;

pub use damage::Damage;
pub use decoded::{ReadError, decoded};
pub use document::{
    Cause, Document, FileRead, Group, Groups, HourOfService, OtherServices, Record, Result, SCHEMA, ServiceRate,
    TellingProbe,
};
pub use entry::{Entry, Origin};
pub use files::{Counted, LogFile, Progress, count};
pub use kept::kept;
pub use live::{LiveError, LiveLog};
pub use outcome::Outcome;
pub use patterns::{Pattern, Patterns};
pub use query::{Dialect, query};
pub use reader::{LONGEST_ENTRY, Reader};
pub use server_filter::LONGEST as LONGEST_FILTER;
pub use summary::{Factor, Filter, Summary, Tally};
