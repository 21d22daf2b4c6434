//! The words for a person: names of probes, and responses in a few words. The only prose about them.

mod command_line;
mod log_records;
mod percent;
mod probe;
mod provenance;
mod response;
mod text;
mod undetermined;
mod verification;

pub(crate) use command_line::command_line;
pub(crate) use log_records::{log_beside, records_that_fit};
pub(crate) use percent::percent;
pub(crate) use provenance::{loads, loads_of, why_unread};
pub(crate) use text::{cut, escaped, is_printable, listed, printable, sentence, short, words};
