//! Carries probes out and records what they saw. Never decides: a refusal, a timeout, a reset are observations, and an error
//! means that the suite itself could not do its job. Which probes there are stands in [`plan`].

mod backoff;
mod carrier;
mod certificates;
mod draft;
mod http;
mod keys;
mod lateness;
mod login;
mod received;
mod record;
mod request;
mod retry;
mod tokens;
mod transport;
mod unobserved;
mod user_names;
mod watching;
mod websocket;

use std::hash::RandomState;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Request;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::Instant;

use crate::evidence::{Evidence, Observation, TokenFacts};
use crate::redact::Redactor;
use crate::target::Target;
use crate::token::{PrivateKey, SigningError, Token};
use crate::vocabulary::{Attempt, Presentation, Probe, TokenKind, User};
use crate::wording::short;
pub(crate) use draft::Signed;
pub(crate) use http::{LONGEST_BODY, names_a_replica, validated};
pub(crate) use keys::ASSUMED_KID;
use lateness::Lateness;
use received::Received;
use tokens::Tokens;
pub(crate) use transport::{client_of, is_exhausted, lookup};
pub(crate) use unobserved::Unobserved;
pub(crate) use user_names::UserNames;
pub(crate) use websocket::{LARGEST_MESSAGE, LARGEST_SEARCHED};

/// After the deadline, what came before it is read for so long.
const REDACTION: Duration = Duration::from_secs(1);

/// Why the suite could not do its job.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    #[error("failed to set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("failed to set up the roots of trust: {0}")]
    Roots(#[from] rustls::client::VerifierBuilderError),
    #[error("failed to sign a token: {0}")]
    Sign(#[from] SigningError),
    #[error("failed to open a connection, for this machine's own limits: {0}")]
    Resources(std::io::Error),
}

/// One check of one target: its connections, and the tokens that it has got so far.
pub(crate) struct Session<'a> {
    target: &'a Target,
    clients: transport::Clients,
    tokens: Tokens,
    redactor: Arc<Redactor>,
    /// What the issuer publishes.
    published: keys::Published,
    backoff: backoff::Backoff,
    begun: Instant,
    /// Keys of the marks that stand for fingerprints.
    marks: RandomState,
    /// One for each connection that may be open.
    permits: Semaphore,
    /// What shares one connection waits for its turn.
    kept: Mutex<()>,
    /// Whether this machine is on time; not of a dry run.
    lateness: Option<Lateness>,
    /// For how long each welcomed connection is watched.
    watches_all: OnceLock<Duration>,
}

/// One probe as it is carried out.
struct Exchange<'a> {
    session: &'a Session<'a>,
    probe: Probe,
    /// What is presented, if anything.
    token: Option<Token>,
    /// Knows that token too.
    redactor: Arc<Redactor>,
    until: Instant,
}

/// The token that a probe presents, if any, and who knows what must not be seen of it.
type Presented = (Option<Token>, Arc<Redactor>);

/// What came of a probe.
pub(crate) enum Performed {
    /// With the token that a login was given.
    Made(Box<Observation>, Option<Token>),
    /// It needs a token that there is not, or one that would be the same as another.
    Impossible,
    /// The service asks for fewer requests.
    Withheld,
    /// Its token has expired since the check began.
    Expired,
}

impl<'a> Session<'a> {
    /// # Errors
    /// When TLS cannot be set up, or the client's own token cannot be signed.
    pub(crate) fn new(target: &'a Target) -> Result<Self, SuiteError> {
        let mut session = Session {
            target,
            clients: transport::Clients::new(target)?,
            tokens: Tokens::own(target)?,
            redactor: Arc::default(),
            published: keys::Published::default(),
            backoff: backoff::Backoff::default(),
            begun: Instant::now(),
            marks: RandomState::new(),
            permits: Semaphore::new(target.open_at_a_time()),
            kept: Mutex::new(()),
            lateness: None,
            watches_all: OnceLock::new(),
        };
        session.learn();
        Ok(session)
    }

    /// From here on, by how much this machine is late is measured.
    pub(crate) fn watch_timers(&mut self) {
        self.lateness = Some(Lateness::watch());
    }

    /// How often this machine was late so far.
    fn delays(&self) -> usize {
        self.lateness.as_ref().map(Lateness::count).unwrap_or_default()
    }

    /// By how much that may have held up an exchange that began after so many delays.
    fn held_up_since(&self, delays: usize) -> Duration {
        self.lateness.as_ref().map(|lateness| lateness.since(delays)).unwrap_or_default()
    }

    /// Makes the exchange, where it can be made and the service does not ask for fewer requests.
    ///
    /// # Errors
    /// When the suite cannot sign what is to be presented.
    pub(crate) async fn perform(&self, probe: Probe) -> Result<Performed, SuiteError> {
        let Some((mut exchange, request)) = self.exchange(probe)? else { return Ok(Performed::Impossible) };
        let url = request.url().clone();
        let turn = if is_kept(probe) { Some(self.kept.lock().await) } else { None };
        tokio::time::sleep(self.pause(probe)).await;
        let permit = self.permits.acquire().await;
        // An exchange before this one may have been told to wait.
        if !self.backoff.permits(&url, probe, self.target.slow_after).await {
            return Ok(Performed::Withheld);
        }
        if probe.presented().is_some_and(|one| self.tokens.may_have_expired(one)) {
            return Ok(Performed::Expired);
        }
        // One clock bounds every part of an exchange, so that no peer can keep us by dripping bytes. What came before it ran
        // out is kept; only where nothing came at all was nothing reached.
        exchange.until = Instant::now() + self.limit(probe);
        let outcome = exchange.attempt_with_steps(request).await;
        drop((permit, turn));
        if let Some(error) = outcome.own_failure {
            return Err(SuiteError::Resources(error));
        }
        self.backoff.heed(&url, probe, &outcome.observation);
        let is_later = matches!(probe, Probe::SecondLogin(_) | Probe::LaterLogin(..));
        let (later, own) = if is_later { (outcome.token, None) } else { (None, outcome.token) };
        later.into_iter().for_each(|token| self.put_aside(probe, token));
        Ok(Performed::Made(Box::new(outcome.observation), own))
    }

    /// An exchange and its request, or `None` where nobody can make it.
    fn exchange(&self, probe: Probe) -> Result<Option<(Exchange<'_>, Request)>, SuiteError> {
        Ok(self.presented(probe)?.and_then(|presented| self.built(probe, presented)))
    }

    fn built(&self, probe: Probe, (token, redactor): Presented) -> Option<(Exchange<'_>, Request)> {
        let exchange = Exchange { session: self, probe, token, redactor, until: Instant::now() };
        // A token that cannot stand in a header cannot be presented there.
        let request = exchange.request().and_then(|request| request.build().ok());
        request.map(|request| (exchange, request))
    }

    /// A later token of a user is for the experiments that follow, and not the client's.
    pub(crate) fn put_aside(&self, login: Probe, token: Token) {
        let kind = match login {
            Probe::LaterLogin(_, number) => TokenKind::Later(number),
            _ => TokenKind::Second,
        };
        login.login().into_iter().for_each(|user| self.tokens.keep_later(kind, user, token.clone()));
    }

    /// A login of that user has revoked the older token: from here on the newest one is presented.
    pub(crate) fn supersede(&self, user: User) {
        self.tokens.supersede(user);
    }

    /// What the probe presents, and who must not show it; `None` where it needs a token that there is not.
    fn presented(&self, probe: Probe) -> Result<Option<Presented>, SuiteError> {
        let ask = match probe {
            Probe::Present(ask) => ask,
            Probe::Watch | Probe::WatchWithPings => self.watched(),
            _ => return Ok(Some((None, Arc::clone(&self.redactor)))),
        };
        let token = self.tokens.get(ask.token, ask.user, self.target)?;
        Ok(match (ask.token, token) {
            (TokenKind::Missing, _) => Some((None, Arc::clone(&self.redactor))),
            // One that is made for this probe, or was issued later.
            (_, Some(token)) if self.tokens.values().all(|known| *known != token) => {
                let redactor = self.redactor.with_token(&token);
                Some((Some(token), redactor))
            }
            (_, Some(token)) => Some((Some(token), Arc::clone(&self.redactor))),
            (_, None) => None,
        })
    }

    /// Keeps a token that the login has issued, and says what it is.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub(crate) fn keep(&mut self, user: User, token: Token) -> Result<TokenFacts, SuiteError> {
        let shown = self.shown_beside(&token);
        self.tokens.keep(user, token, self.target, &shown)
    }

    /// Makes the controls of the first token there is. From here on no token that was kept can be read in an answer.
    pub(crate) fn make_controls(&mut self, new_key: Option<&PrivateKey>) {
        self.tokens.name_key(self.target, self.published.first());
        self.tokens.spoil(new_key, self.published.first());
        self.learn();
    }

    /// What came before the tokens were known may have repeated one of them.
    pub(crate) fn redact_again(&self, evidence: &mut Evidence) {
        evidence.revise_texts(|text| match text.starts_with(['{', '[', '"']) {
            true => *text = self.redactor.redact_body(text),
            false => *text = self.redactor.redact(text),
        });
    }

    /// What can be said of the client's own tokens.
    pub(crate) fn own_tokens(&self) -> Vec<(TokenKind, User, TokenFacts)> {
        self.tokens.own_facts(&|text| self.shown(text))
    }

    /// What of a text in that token may be shown.
    fn shown_beside(&self, token: &Token) -> impl Fn(&str) -> String + use<> {
        let redactor = self.redactor.with_token(token);
        move |text| short(&redactor.redact(text))
    }

    fn learn(&mut self) {
        let until = self.begun + self.target.deadline + REDACTION;
        self.redactor = Arc::new(Redactor::new(self.target.secrets(), self.tokens.values()).until(until.into_std()));
    }
}

fn is_kept(probe: Probe) -> bool {
    matches!(probe, Probe::Present(Presentation { attempt: Attempt::SameConnection(_), .. }))
}
