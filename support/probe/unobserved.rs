//! What a session gives to a sender of its own, which counts responses and keeps none: the same requests, TLS and pauses.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Request, Url};
use tokio::time::Instant;

use super::{Session, SuiteError, UserNames, transport};
use crate::vocabulary::Probe;
use crate::wording::short;

/// A request, the first message on an open connection, and what the token calls its user.
pub(crate) type Unobserved = (Request, Option<String>, Option<UserNames>);

impl Session<'_> {
    /// What a probe sends; `None` where nobody can make it.
    ///
    /// # Errors
    /// When the suite cannot sign what is to be presented.
    pub(crate) fn request(&self, probe: Probe) -> Result<Option<Unobserved>, SuiteError> {
        let Some((exchange, request)) = self.exchange(probe)? else { return Ok(None) };
        Ok(Some((request, exchange.first_message(), exchange.names())))
    }

    /// The TLS of every connection of this session.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub(crate) fn tls(&self) -> Result<Arc<rustls::ClientConfig>, SuiteError> {
        transport::tls(self.target).map(Arc::new)
    }

    /// What of a peer's text may be shown.
    pub(crate) fn shown(&self, text: &str) -> String {
        short(&self.redactor.redact(text))
    }

    /// What is at that origin has asked for fewer requests.
    pub(crate) fn leave_alone(&self, url: &Url, pause: Duration) {
        self.backoff.leave_alone(url, pause);
    }

    /// Until when it has asked for that, where that is to come.
    pub(crate) fn left_alone_until(&self, url: &Url) -> Option<Instant> {
        self.backoff.until(url).filter(|until| *until > Instant::now())
    }
}
