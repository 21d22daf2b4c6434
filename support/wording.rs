//! The words for a person: names of probes, and responses in a few words. The only prose about them.

mod command_line;
mod probe;
mod response;
mod text;
mod undetermined;
mod verification;

pub(crate) use command_line::command_line;
pub(crate) use text::{cut, escaped, is_printable, listed, sentence, short, words};
