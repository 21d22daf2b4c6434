//! Where a user has one session, the next login ends it: the older token is rejected from then on, for no fault of any service.

use super::Check;
use crate::evidence::Observation;
use crate::outcome::Outcome;
use crate::plan::AFTER_LOGIN;
use crate::probe::{Performed, Session, SuiteError};
use crate::vocabulary::{Endpoint, Presentation, Probe, TokenKind, User};

/// What was sent, and what came of it.
type Seen = Vec<(Probe, Observation)>;

impl Check<'_> {
    /// Sees whether the second login of a user has revoked the first token, and presents the newest one from then on.
    pub(super) async fn look_at_older_token(&mut self, session: &Session<'_>, user: User) -> Result<(), SuiteError> {
        for older in self.accepted_of(user) {
            let (seen, is_revoked) = self.experiment(session, older).await?;
            if is_revoked {
                session.supersede(user);
                self.evidence.run.one_session.push(user);
                return Ok(());
            }
            seen.into_iter().for_each(|(probe, observation)| self.evidence.record(probe, observation));
        }
        Ok(())
    }

    /// What was seen, until something came that a revoked token does not explain; and whether nothing did.
    async fn experiment(&self, session: &Session<'_>, older: Presentation) -> Result<(Seen, bool), SuiteError> {
        let mut seen = Vec::new();
        for (presented, expected) in of_revoked(older) {
            let probe = Probe::Present(presented);
            let made = self.end.before(session.perform(probe)).await.transpose()?;
            let Some(Performed::Made(observation, _)) = made else { return Ok((seen, false)) };
            let is_expected = observation.outcome(probe) == expected;
            seen.push((probe, *observation));
            if !is_expected {
                return Ok((seen, false));
            }
        }
        Ok((seen, true))
    }

    /// Where the backend, and auth, have accepted the first token of that user.
    fn accepted_of(&self, user: User) -> Vec<Presentation> {
        let settings = &self.evidence.settings;
        let usual = [Endpoint::Rest, Endpoint::Validation]
            .map(|place| Presentation::new(place, TokenKind::Issued, settings.usual(place)).by(user));
        usual.into_iter().filter(|one| self.evidence.outcome(*one) == Some(Outcome::Accepted)).collect()
    }
}

/// What comes of each where the login has revoked the older token. Both are seen twice: one of several replicas may be wrong.
fn of_revoked(older: Presentation) -> [(Presentation, Outcome); 4] {
    let newer = older.with(TokenKind::Second);
    let [first, second] = [AFTER_LOGIN, AFTER_LOGIN + 1];
    [
        (older.repeat(first), Outcome::Rejected),
        (older.repeat(second), Outcome::Rejected),
        (newer.repeat(first), Outcome::Accepted),
        (newer.repeat(second), Outcome::Accepted),
    ]
}
