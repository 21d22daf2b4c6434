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
/// No user logs in more often in one run: a login is no sample.
const MOST_LOGINS: usize = 20;

/// Whose tokens are presented.
pub(super) struct Clients {
    evidence: Evidence,
    known: Vec<Client>,
    /// How often each user has logged in; never where the tokens are not from a login.
    logins: [usize; 2],
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
        // A token that lives shortly is presented for most of its life; one that comes expired is the client's all the same, and the
        // next one would come so too.
        let usable = left.filter(|left| !left.is_zero()).map(|left| left.saturating_sub(BEFORE_EXPIRY.min(left / 3)));
        Client { kind, user, until: usable.and_then(|usable| Instant::now().checked_add(usable)) }
    }
}

impl Clients {
    pub(super) fn new(target: &Target) -> Self {
        Clients { evidence: Evidence::new(target.settings()), known: Vec::new(), logins: [0; 2], login: None }
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
        self.logins[user as usize] += 1;
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
        for Client { kind, user, .. } in &self.known {
            let probe = Probe::Present(Presentation::new(leg.endpoint(), *kind, carriers).by(*user));
            if let Some(prepared) = session.request(probe)? {
                templates.push(Arc::new(Template::new(probe, prepared, *user as usize + 1)));
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
        let over: Vec<User> = self.known.iter().filter(|client| is_over(client)).map(|client| client.user).collect();
        for user in &over {
            self.known.retain(|client| client.user != *user);
            match self.logins[*user as usize] {
                0 => self.login = Some("it has expired, and nothing issues another one".to_owned()),
                MOST_LOGINS.. => {
                    self.login = Some(format!("tokens expire so soon that {MOST_LOGINS} logins were needed"))
                }
                _ => self.log_in_as(*user, session).await?,
            }
        }
        Ok(!over.is_empty())
    }
}
