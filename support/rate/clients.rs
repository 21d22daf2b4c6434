//! Whose tokens a run presents: every user logs in once, and again before a token expires.

use std::sync::Arc;

use tokio::time::Instant;

use super::Leg;
use super::expiry::{Expiry, TooShort};
use super::template::Template;
use crate::evidence::{Evidence, TokenFacts};
use crate::outcome::Outcome;
use crate::probe::{Performed, Session, SuiteError};
use crate::target::Target;
use crate::vocabulary::{Presentation, Probe, TokenKind, User};

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
    /// `None` where it does not expire, or came expired.
    expiry: Option<Expiry>,
}

/// A login that was made.
pub(super) struct Login {
    user: User,
    /// When it began.
    asked: Instant,
    performed: Performed,
}

impl Login {
    /// Logs that user in.
    ///
    /// # Errors
    /// When the suite cannot do its job.
    pub(super) async fn make(user: User, session: &Session<'_>) -> Result<Self, SuiteError> {
        let asked = Instant::now();
        Ok(Login { user, asked, performed: session.perform(Probe::Login(user)).await? })
    }
}

impl Client {
    fn is_over(&self, now: Instant) -> bool {
        self.expiry.is_some_and(|expiry| expiry.expires <= now)
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
        let now = Instant::now();
        for (kind, user, facts) in session.own_tokens() {
            self.add(kind, user, facts, now);
        }
        if self.evidence.tokens().next().is_none() {
            for user in [User::First, User::Second] {
                let login = Login::make(user, session).await?;
                self.take(login, session)?;
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

    /// What a login gave takes the place of what the user had.
    ///
    /// # Errors
    /// When the suite cannot sign, to see whether a token was signed with the same key.
    pub(super) fn take(&mut self, login: Login, session: &mut Session<'_>) -> Result<(), SuiteError> {
        let Login { user, asked, performed } = login;
        self.logins[user as usize] += 1;
        self.known.retain(|client| client.user != user);
        let probe = Probe::Login(user);
        match performed {
            // Not every target describes two users. A login presents no token.
            Performed::Impossible | Performed::Expired => {}
            Performed::Withheld => self.fails("auth asks for fewer logins".to_owned()),
            Performed::Made(observation, token) => {
                let is_issued = observation.outcome(probe) == Outcome::Accepted;
                match token.filter(|_| is_issued) {
                    Some(token) => {
                        let facts = session.keep(user, token)?;
                        self.add(TokenKind::Issued, user, facts, asked);
                        session.make_controls(None);
                    }
                    None => {
                        self.evidence.record(probe, *observation);
                        self.fails(format!("login: {}", self.evidence.summary(probe)));
                    }
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, kind: TokenKind, user: User, facts: TokenFacts, asked: Instant) {
        match Expiry::of(&facts, asked) {
            Ok(expiry) => self.known.push(Client { kind, user, expiry }),
            Err(TooShort(left)) => {
                self.fails(format!("a token lives {} s, and may expire before it arrives", left.as_secs()));
            }
        }
        self.evidence.describe_token(kind, user, facts);
    }

    fn fails(&mut self, why: String) {
        self.login.get_or_insert(why);
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
                templates.push(Arc::new(Template::new(probe, prepared, *user)));
            }
        }
        Ok(templates)
    }

    /// Whether the token of that user may be presented: never once it has expired.
    pub(super) fn may_present(&self, user: User) -> bool {
        let now = Instant::now();
        self.known.iter().any(|client| client.user == user && !client.is_over(now))
    }

    /// A user whose token will soon expire, and who can get a new one.
    pub(super) fn next_login(&mut self) -> Option<User> {
        let now = Instant::now();
        let soon = |client: &&Client| client.expiry.is_some_and(|expiry| expiry.renew <= now);
        let (mut next, mut failure) = (None, None);
        for client in self.known.iter().filter(soon) {
            match self.logins[client.user as usize] {
                0 if client.is_over(now) => {
                    failure = Some("it has expired, and nothing issues another one".to_owned());
                }
                MOST_LOGINS.. if client.is_over(now) => {
                    failure = Some(format!("tokens expire so soon that {MOST_LOGINS} logins were needed"));
                }
                0 | MOST_LOGINS.. => {}
                _ => next = next.or(Some(client.user)),
            }
        }
        failure.into_iter().for_each(|why| self.fails(why));
        next
    }
}
