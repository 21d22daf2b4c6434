//! The words for a person: names of probes, and responses in a few words. The only prose about them.

mod probe;
mod response;
mod text;
mod undetermined;

pub(crate) use text::{is_printable, sentence, short};
