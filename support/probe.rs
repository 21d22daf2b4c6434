//! Carries probes out and records what they saw. Never decides: a refusal, a timeout, a reset are observations, and an error
//! means that the suite itself could not do its job. Which probes there are stands in [`plan`].

mod form;
mod http;
pub mod plan;
mod request;
mod tokens;
mod transport;
mod websocket;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::evidence::{Ask, Credential, Evidence, Observation, Place, Probe, Reading, Seen, Service, TokenFacts};
use crate::evidence::{Twist, Unreached, User};
use crate::redact::Redactor;
use crate::target::Target;
use crate::token::{CannotSign, Token};
use tokens::Tokens;

/// Why the suite could not do its job.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("failed to set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("failed to sign a token: {0}")]
    Sign(#[from] CannotSign),
}

/// One check of one target: its connections, and the tokens that it has got so far.
pub struct Session<'a> {
    target: &'a Target,
    clients: transport::Clients,
    tokens: Tokens,
    redactor: Arc<Redactor>,
    /// What shares one connection waits for its turn.
    kept: Mutex<()>,
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

/// What an exchange has seen, and the token that it was given.
struct Outcome {
    observation: Observation,
    token: Option<Token>,
}

impl<'a> Session<'a> {
    /// # Errors
    /// When TLS cannot be set up, or the client's own token cannot be signed.
    pub fn new(target: &'a Target) -> Result<Self, Broken> {
        let mut session = Session {
            target,
            clients: transport::Clients::new(target)?,
            tokens: Tokens::own(target)?,
            redactor: Arc::default(),
            kept: Mutex::new(()),
        };
        session.learn();
        Ok(session)
    }

    /// Makes the exchange, or `None` where it needs a token that nobody gave us.
    ///
    /// # Errors
    /// When the suite cannot sign what is to be presented.
    pub async fn perform(&self, probe: Probe) -> Result<Option<(Observation, Option<Token>)>, Broken> {
        let Some((token, redactor)) = self.presented(probe)? else { return Ok(None) };
        let turn = if is_kept(probe) { Some(self.kept.lock().await) } else { None };
        tokio::time::sleep(self.pause(probe)).await;
        // One clock bounds every part of an exchange, so that no peer can keep us by dripping bytes. What came before it ran
        // out is kept; only where nothing came at all was nothing reached.
        let until = Instant::now() + self.limit(probe);
        let exchange = Exchange { session: self, probe, token, redactor, until };
        // A token that cannot stand in a header cannot be presented there; that is an exchange which nobody can make.
        let Some(request) = exchange.request().and_then(|request| request.build().ok()) else { return Ok(None) };
        let (start, sent) = (Instant::now(), SystemTime::now());
        let done = tokio::time::timeout_at(until + GRACE, exchange.make(request, sent)).await;
        drop(turn);
        let mut outcome = done.unwrap_or_else(|_| Outcome::of(Seen::Unreached(Unreached::Timeout)));
        outcome.observation.elapsed = start.elapsed();
        Ok(Some((outcome.observation, outcome.token.filter(|token| self.kept_aside(probe, token)))))
    }

    /// A second token of a user is for the experiments that follow, and not the client's.
    fn kept_aside(&self, probe: Probe, token: &Token) -> bool {
        if probe == Probe::LoginAgain {
            self.tokens.keep_fresh(token.clone());
        }
        probe != Probe::LoginAgain
    }

    /// What the probe presents, and who must not show it; `None` where it needs a token that there is not.
    fn presented(&self, probe: Probe) -> Result<Option<Presented>, Broken> {
        let ask = match probe {
            Probe::Present(ask) => ask,
            Probe::Hold | Probe::HoldBusy => self.hold_ask(),
            _ => return Ok(Some((None, Arc::clone(&self.redactor)))),
        };
        let token = self.tokens.get(ask.credential, ask.user, self.target)?;
        Ok(match (ask.credential, token) {
            (Credential::Missing, _) => Some((None, Arc::clone(&self.redactor))),
            (Credential::Minted(..) | Credential::Fresh, Some(token)) => {
                let redactor = self.redactor.knowing(&token);
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
    pub fn keep(&mut self, user: User, token: Token) -> Result<TokenFacts, Broken> {
        self.tokens.keep(user, token, self.target)
    }

    /// Makes the controls of the first token there is. From here on no token that was kept can be read in an answer.
    pub fn make_controls(&mut self) {
        self.tokens.spoil();
        self.learn();
    }

    /// What can be said of the client's own tokens.
    pub fn own_tokens(&self) -> Vec<(User, TokenFacts)> {
        self.tokens.own_facts()
    }

    fn learn(&mut self) {
        self.redactor = Arc::new(Redactor::new(self.target.secrets(), self.tokens.values()));
    }

    /// What is presented on the connection that is watched.
    fn hold_ask(&self) -> Ask {
        let (credential, user) = self.tokens.first().unwrap_or((Credential::Missing, User::First));
        Ask::new(Place::Gateway, credential, self.target.handshake.presents).by(user)
    }

    /// Whether there is a welcomed connection to watch; without a welcome, each accepted one was watched already.
    pub fn is_welcomed(&self, evidence: &Evidence) -> bool {
        let welcomed = evidence.reading(Probe::Present(self.hold_ask())) == Some(Reading::Accepted);
        self.target.handshake.welcome.is_some() && welcomed
    }

    /// Before a probe that is made later on purpose: each pause is twice as long as the one before.
    fn pause(&self, probe: Probe) -> Duration {
        match probe {
            Probe::Present(Ask { twist: Twist::Later(number), .. }) => {
                self.target.handshake.hold * 2u32.saturating_pow(u32::from(number.saturating_sub(1)))
            }
            _ => Duration::ZERO,
        }
    }

    /// A probe that watches a connection in silence needs that time beside the usual one.
    fn limit(&self, probe: Probe) -> Duration {
        let holds = probe.service() == Service::Gateway && self.watches(probe);
        if holds { self.target.timeout + self.target.handshake.hold } else { self.target.timeout }
    }

    /// Whether an open connection is watched for a while: the one that is kept for it, those that should be refused, for a
    /// refusal may follow a welcome, and all where there is no welcome to wait for.
    fn watches(&self, probe: Probe) -> bool {
        let refusable = matches!(probe, Probe::Present(ask) if ask.credential.is_bad());
        probe.only_watches() || refusable || self.target.handshake.welcome.is_none()
    }
}

impl Outcome {
    fn of(seen: Seen) -> Self {
        let observation = Observation { seen, elapsed: Duration::ZERO, clock: None, echoes: false, instance: None };
        Outcome { observation, token: None }
    }
}

fn is_kept(probe: Probe) -> bool {
    matches!(probe, Probe::Present(Ask { twist: Twist::Kept(_), .. }))
}

/// For an exchange to put down what it has when its time is over.
const GRACE: Duration = Duration::from_millis(50);
