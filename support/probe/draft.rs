//! What would be sent, for a dry run.

use std::collections::btree_map::{BTreeMap, Entry};

use super::{Presented, Session, SuiteError};
use crate::evidence::Wire;
use crate::vocabulary::{Probe, TokenKind, User};

/// The tokens of the drafts so far: each is presented in many ways, and signing is what takes long. `None` where there is no such
/// token.
#[derive(Default)]
pub(crate) struct Signed(BTreeMap<(TokenKind, User), Option<Presented>>);

impl Session<'_> {
    /// What would be sent, without sending it; `None` where nobody can make that exchange.
    ///
    /// # Errors
    /// When the suite cannot sign what is to be presented.
    pub(crate) fn draft(&self, probe: Probe, signed: &mut Signed) -> Result<Option<Wire>, SuiteError> {
        let presented = match probe.presented() {
            Some(one) => match signed.0.entry((one.token, one.user)) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(new) => new.insert(self.presented(probe)?).clone(),
            },
            None => self.presented(probe)?,
        };
        let built = presented.and_then(|presented| self.built(probe, presented));
        Ok(built.map(|(exchange, request)| exchange.wire(&request)))
    }
}
