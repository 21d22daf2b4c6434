//! A value that must never be shown. The first of three fences: it has no `Display`, and its `Debug` hides it.

mod names;

pub(crate) use names::{
    Said, field_is_secret, header_is_secret, is_plural, is_scheme, names_a_login, names_a_secret, said_by, words,
};

use std::fmt;

/// A password, a signing key, an API key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret with this value.
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Secret(value.into())
    }

    /// The value, for the wire, for signing and for the redactor; never for an output of the suite.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[SECRET]")
    }
}
