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
    /// Whether the tokens are from a login.
    logs_in: bool,
    /// Why a user has no token.
    login: Option<String>,
}

struct Client {
    kind: TokenKind,
    user: User,
    /// When its token has to be replaced, where its expiry was told.
    until: Option<Instant>,
}

impl Client {
    fn new(kind: TokenKind, user: User, facts: &TokenFacts) -> Self {
        let left = facts.expires_in.map(|seconds| Duration::from_secs(seconds.max(0).unsigned_abs()));
        // A token that lives shortly is presented for most of its life.
        let usable = left.map(|left| left.saturating_sub(BEFORE_EXPIRY.min(left / 3)));
        Client { kind, user, until: usable.and_then(|usable| Instant::now().checked_add(usable)) }
    }
}

impl Clients {
    pub(super) fn new(target: &Target) -> Self {
        Clients { evidence: Evidence::new(target.settings()), known: Vec::new(), logs_in: false, login: None }
    }

    /// Every user logs in, or the target's own tokens are taken.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn log_in(&mut self, session: &mut Session<'_>) -> Result<(), SuiteError> {
        for (kind, user, facts) in session.own_tokens() {
            self.known.push(Client::new(kind, user, &facts));
            self.evidence.describe_token(kind, user, facts);
        }
        if self.known.is_empty() {
            self.logs_in = true;
            for user in [User::First, User::Second] {
                self.log_in_as(user, session).await?;
            }
        }
        // What is presented is of one kind.
        let kind = self.known.first().map(|client| client.kind);
        self.known.retain(|client| Some(client.kind) == kind);
        Ok(())
    }

    /// Why a user has no token, where one has none.
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
                self.login.get_or_insert_with(|| format!("the login responds {}", self.evidence.summary(probe)));
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
            if let Some(prepared) = session.request(probe)? {
                templates.push(Arc::new(Template::new(probe, prepared, number)));
            }
        }
        Ok(templates)
    }

    /// New tokens, where the ones there are will soon expire.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn renew(&mut self, session: &mut Session<'_>) -> Result<bool, SuiteError> {
        let is_over = |client: &Client| client.until.is_some_and(|until| until <= Instant::now());
        let over: Vec<(TokenKind, User)> =
            self.known.iter().filter(|client| is_over(client)).map(|client| (client.kind, client.user)).collect();
        for (kind, user) in &over {
            self.known.retain(|client| client.user != *user);
            match kind {
                TokenKind::Issued if self.logs_in => self.log_in_as(*user, session).await?,
                _ => {
                    _ = self
                        .login
                        .get_or_insert_with(|| "a token has expired, and nothing issues another one".to_owned())
                }
            }
        }
        Ok(!over.is_empty())
    }
}
