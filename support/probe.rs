//! Carries probes out and records what they saw. Never decides: a refusal, a timeout, a reset are observations, and an error
//! means that the suite itself could not do its job. Which probes there are stands in [`plan`].

mod form;
mod http;
pub mod plan;
mod transport;
mod websocket;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::evidence::{Credential, Observation, Probe, Seen, Service, TokenFacts, Unreached, User};
use crate::redact::Redactor;
use crate::target::Target;
use crate::token::{CannotSign, Token, dated, now};

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
    tokens: BTreeMap<(Credential, User), Token>,
    redactor: Redactor,
}

impl<'a> Session<'a> {
    /// # Errors
    /// When TLS cannot be set up, or the client's own token cannot be signed.
    pub fn new(target: &'a Target) -> Result<Self, Broken> {
        let mut session = Session {
            target,
            clients: transport::Clients::new(target)?,
            tokens: BTreeMap::new(),
            redactor: Redactor::default(),
        };
        session.mint()?;
        session.learn();
        Ok(session)
    }

    /// Makes the exchange, or `None` where it needs a token that nobody gave us.
    pub async fn perform(&self, probe: Probe) -> Option<(Observation, Option<Token>)> {
        // A token that cannot stand in a header cannot be presented there; that is an exchange which nobody can make.
        let request = self.request(probe)?.build().ok()?;
        let start = Instant::now();
        // One clock bounds every part of an exchange, so that no peer can keep us by dripping bytes. What came before it ran
        // out is kept; only where nothing came at all was nothing reached.
        let until = tokio::time::Instant::now() + self.limit(probe);
        let exchange = self.exchange(probe, request, until);
        let (seen, token) = match tokio::time::timeout_at(until + GRACE, exchange).await {
            Ok(done) => done,
            Err(_) => (Seen::Unreached(Unreached::Timeout), None),
        };
        Some((Observation { seen, elapsed: start.elapsed() }, token))
    }

    /// Keeps a token that the login has issued, and says what it is.
    pub fn keep(&mut self, user: User, token: Token) -> TokenFacts {
        let facts = token.facts(now());
        self.tokens.insert((Credential::Issued, user), token);
        facts
    }

    /// Makes the controls of the first token there is: one with another signature, and one signed by the suite. From here on
    /// no token that was kept can be read in an answer.
    ///
    /// # Errors
    /// When the suite cannot sign.
    pub fn make_controls(&mut self) -> Result<(), Broken> {
        let first = self.tokens.iter().next().map(|(key, token)| (*key, token.clone()));
        let Some(((_, user), token)) = first else { return Ok(()) };
        let forged = token.forge();
        // A token without a signature cannot have another one.
        if forged != token {
            self.tokens.insert((Credential::Forged, User::First), forged);
        }
        if let Some((signing, claims)) = self.target.signing.as_ref().zip(token.claims()) {
            let signed = Token::sign(&claims, signing.algorithm, &signing.secret)?;
            self.tokens.insert((Credential::Resigned, user), signed);
        }
        self.learn();
        Ok(())
    }

    /// What can be said of the client's own tokens.
    pub fn own_tokens(&self) -> Vec<(User, TokenFacts)> {
        let own = self.tokens.iter().filter(|((credential, _), _)| *credential == Credential::Own);
        own.map(|((_, user), token)| (*user, token.facts(now()))).collect()
    }

    fn mint(&mut self) -> Result<(), Broken> {
        let Some((mint, signing)) = self.target.mint.as_ref().zip(self.target.signing.as_ref()) else { return Ok(()) };
        let now = now();
        for (name, user) in mint.users.iter().zip([User::First, User::Second]) {
            let claims = form::filled(&mint.claims, name, now);
            let token = Token::sign(&dated(&claims, now, mint.lifetime.as_secs()), signing.algorithm, &signing.secret)?;
            self.tokens.insert((Credential::Own, user), token);
        }
        Ok(())
    }

    fn learn(&mut self) {
        self.redactor = Redactor::new(self.target.secrets(), self.tokens.values());
    }

    /// A probe that watches a connection in silence needs that time beside the usual one.
    fn limit(&self, probe: Probe) -> Duration {
        let holds = probe.service() == Service::Gateway && self.watches(probe);
        if holds { self.target.timeout + self.target.handshake.hold } else { self.target.timeout }
    }
}

/// For an exchange to put down what it has when its time is over.
const GRACE: Duration = Duration::from_millis(50);
