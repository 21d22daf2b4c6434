//! Secrets that stand within a text of a target file: in the query of a path, in the text of a GraphQL query.

use super::{InputError, Reader, Stage};
use crate::redact::named_secrets;
use crate::target::template::placeholders;

impl Reader<'_> {
    /// # Errors
    /// At the first text with a value whose name says that it is secret, where the stage is not local.
    pub(super) fn no_secret_within_texts(&self) -> Result<(), InputError> {
        if self.stage == Stage::Local {
            return Ok(());
        }
        let texts = self.source.texts(&self.keys(&[]));
        match texts.into_iter().find(|(_, text)| named_secrets(text).iter().any(|part| is_literal(&text[part.clone()])))
        {
            None => Ok(()),
            Some((span, _)) => Err(self
                .source
                .error(span.start..span.start + 1, "a secret must not stand in this file")
                .help("write it as a value of its own in `query`, `headers`, `json` or `form`: `{ env = \"NAME\" }`")),
        }
    }
}

/// Neither a placeholder nor a variable of GraphQL.
fn is_literal(value: &str) -> bool {
    let is_variable = value.strip_prefix('$').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
    placeholders(value).is_empty() && !is_variable
}
