//! Whose tokens a run presents: every user logs in once, and again before a token expires.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Leg;
use super::template::Template;
use crate::evidence::{Evidence, TokenFacts};
use crate::outcome::Outcome;
use crate::probe::{Performed, Session, SuiteError};
use crate::target::Target;
use crate::vocabulary::{Presentation, Probe, TokenKind, User};

/// A token is replaced by a new one so long before it expires.
const BEFORE_EXPIRY: Duration = Duration::from_secs(20);

/// Whose tokens are presented.
pub(super) struct Clients {
    evidence: Evidence,
    known: Vec<Client>,
    /// What the login responded, where a user has no token.
    login: Option<String>,
}

struct Client {
    kind: TokenKind,
    user: User,
    /// When its token expires, where that was told.
    expires: Option<Instant>,
    /// It would be replaced at once.
    is_short_lived: bool,
}

impl Client {
    fn new(kind: TokenKind, user: User, facts: &TokenFacts) -> Self {
        let left = facts.expires_in.map(|seconds| Duration::from_secs(seconds.max(0).unsigned_abs()));
        let is_short_lived = left.is_some_and(|left| left <= 2 * BEFORE_EXPIRY);
        Client { kind, user, expires: left.and_then(|left| Instant::now().checked_add(left)), is_short_lived }
    }
}

impl Clients {
    /// Every user logs in, or the target's own tokens are taken.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn log_in(target: &Target, session: &mut Session<'_>) -> Result<Self, SuiteError> {
        let mut clients = Clients { evidence: Evidence::new(target.settings()), known: Vec::new(), login: None };
        for (kind, user, facts) in session.own_tokens() {
            clients.known.push(Client::new(kind, user, &facts));
            clients.evidence.describe_token(kind, user, facts);
        }
        if clients.known.is_empty() {
            for user in [User::First, User::Second] {
                clients.log_in_as(user, session).await?;
            }
        }
        // What is presented is of one kind.
        let kind = clients.known.first().map(|client| client.kind);
        clients.known.retain(|client| Some(client.kind) == kind);
        Ok(clients)
    }

    /// What the login responded, where a user has no token.
    pub(super) fn into_failure(self) -> Option<String> {
        self.login
    }

    async fn log_in_as(&mut self, user: User, session: &mut Session<'_>) -> Result<(), SuiteError> {
        let probe = Probe::Login(user);
        let Performed::Made(observation, token) = session.perform(probe).await? else { return Ok(()) };
        let is_issued = observation.outcome(probe) == Outcome::Accepted;
        match token.filter(|_| is_issued) {
            Some(token) => {
                let facts = session.keep(user, token)?;
                self.known.push(Client::new(TokenKind::Issued, user, &facts));
                self.evidence.describe_token(TokenKind::Issued, user, facts);
                session.make_controls(None);
            }
            None => {
                self.evidence.record(probe, *observation);
                self.login.get_or_insert_with(|| self.evidence.summary(probe));
            }
        }
        Ok(())
    }

    /// The requests of a leg, one for each user.
    ///
    /// # Errors
    /// When the suite cannot sign what is to be presented.
    pub(super) fn templates(&self, leg: Leg, session: &Session<'_>) -> Result<Vec<Arc<Template>>, SuiteError> {
        let carriers = self.evidence.settings.usual(leg.endpoint());
        let mut templates = Vec::new();
        for (number, Client { kind, user, .. }) in (1..).zip(&self.known) {
            let probe = Probe::Present(Presentation::new(leg.endpoint(), *kind, carriers).by(*user));
            if let Some((request, message)) = session.request(probe)? {
                templates.push(Arc::new(Template::new(probe, request, message, number)));
            }
        }
        Ok(templates)
    }

    /// New tokens, where the ones there are will soon expire.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn renew(&mut self, session: &mut Session<'_>) -> Result<bool, SuiteError> {
        let expires = |client: &&Client| client.expires.is_some_and(|at| at < Instant::now() + BEFORE_EXPIRY);
        // A token that lives no longer than that would be replaced for ever.
        let expiring = self.known.iter().filter(|client| client.kind == TokenKind::Issued && !client.is_short_lived);
        let expiring: Vec<User> = expiring.filter(expires).map(|client| client.user).collect();
        for user in &expiring {
            self.known.retain(|client| client.user != *user);
            self.log_in_as(*user, session).await?;
        }
        Ok(!expiring.is_empty())
    }
}
