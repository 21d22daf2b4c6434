//! Sends what [`Ask`] names, and nothing else: counted, bounded in time and bytes. A response that asks to wait, or a server's
//! failure, is asked for again while there is time.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::ask::{Ask, Base};
use super::client::{CloudError, client};
use super::credentials;
use crate::evidence::provenance::{Gap, Name, Sent, Unread};
use crate::redact::Redactor;
use crate::retry_after::retry_after;
use crate::secret::Secret;
use crate::target::{PlatformHost, PlatformTable, Target};

/// More of a response is not read; in bytes. A page of 250 pods has some 3 MB.
pub(super) const LONGEST_BODY: usize = 8 * 1024 * 1024;

/// How often and how long the same is asked for.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// In one run.
    pub(super) requests: u32,
    /// At the same request.
    pub(super) attempts: u32,
    /// Before the second attempt where a response does not say how long; each further one waits twice as long.
    pub(super) pause: Duration,
    /// For each response.
    pub(super) timeout: Duration,
}

/// For one target; a service has a handful.
const MOST_REQUESTS: u32 = 200;
const MOST_ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(250);

/// The API of one platform, for one run.
pub(super) struct Api<'a> {
    client: reqwest::Client,
    base: Base<'a>,
    server: Option<Url>,
    credentials: Option<Secret>,
    redactor: Arc<Redactor>,
    /// Keys of the marks that stand for values.
    pub(super) marks: std::hash::RandomState,
    /// Whether the values of secrets may be read.
    pub(super) reads_values: bool,
    limits: Limits,
    until: Instant,
    sent: Sent,
}

/// What came of one attempt.
enum Attempt {
    Done(Vec<u8>),
    Again(Duration, Unread),
    Over(Unread),
}

impl<'a> Api<'a> {
    /// For the metadata of a target.
    pub(super) fn new(target: &'a Target, table: &'a PlatformTable, until: Instant) -> Result<Self, CloudError> {
        let limits = Limits { requests: MOST_REQUESTS, attempts: MOST_ATTEMPTS, pause: PAUSE, timeout: target.timeout };
        Ok(Api {
            redactor: Arc::new(Redactor::new(target.secrets(), [])),
            reads_values: target.compare_payloads,
            sent: Sent { values: target.compare_payloads, ..Sent::default() },
            ..Api::within(limits, table, until)?
        })
    }

    /// For what has no secrets of its own.
    pub(super) fn within(limits: Limits, table: &'a PlatformTable, until: Instant) -> Result<Self, CloudError> {
        let (base, server, roots) = match &table.host {
            PlatformHost::CloudRun { api, .. } => (Base::Google(api.as_ref()), None, Vec::new()),
            PlatformHost::Kubernetes { api: Some(api), .. } => (Base::Kubernetes(api), Some(api.clone()), Vec::new()),
            // Its address comes from the environment.
            PlatformHost::Kubernetes { api: None, .. } => {
                (Base::Google(None), credentials::in_cluster_address(), credentials::roots_of_pod())
            }
        };
        Ok(Api {
            client: client(table, server.as_ref(), &roots)?,
            base,
            server,
            credentials: None,
            redactor: Arc::default(),
            marks: std::hash::RandomState::new(),
            reads_values: false,
            limits,
            until,
            sent: Sent::default(),
        })
    }

    /// Finds the credentials.
    pub(super) async fn log_in(&mut self, table: &PlatformTable) -> Result<(), Gap> {
        let gap = |why: Unread| Gap { what: Name::new("the platform"), why, permission: None };
        self.credentials = match (&table.token, &table.host) {
            (Some(token), _) => Some(token.clone()),
            (None, PlatformHost::CloudRun { api: Some(_), .. } | PlatformHost::Kubernetes { api: Some(_), .. }) => None,
            (None, PlatformHost::CloudRun { api: None, .. }) => {
                let found = timeout_at(self.until, credentials::application_default()).await;
                Some(found.ok().flatten().ok_or_else(|| gap(Unread::NoCredentials))?)
            }
            (None, PlatformHost::Kubernetes { api: None, .. }) => {
                self.server.as_ref().ok_or_else(|| gap(Unread::NoCluster))?;
                Some(credentials::of_pod().ok_or_else(|| gap(Unread::NoCluster))?)
            }
        };
        if let Some(token) = &self.credentials {
            self.redactor = self.redactor.with_text(token.expose());
        }
        Ok(())
    }

    pub(super) fn sent(&self) -> Sent {
        self.sent
    }

    /// A text of the platform, fit for evidence.
    pub(super) fn name(&self, text: &str) -> Name {
        Name::new(&self.redactor.redact(text))
    }

    /// For texts that a stranger may have written: it knows every piece of the credentials.
    pub(super) fn strict_redactor(&self) -> Redactor {
        Redactor::new(&self.credentials, [])
    }

    /// What the API responds.
    pub(super) async fn get<T: DeserializeOwned>(&mut self, ask: Ask<'_>) -> Result<T, Unread> {
        serde_json::from_slice(&self.object(ask).await?).map_err(|_| Unread::Unreadable)
    }

    /// The text of a response that begins as an object does.
    pub(super) async fn object(&mut self, ask: Ask<'_>) -> Result<Vec<u8>, Unread> {
        let mut pause = self.limits.pause;
        for attempt in 1.. {
            if Instant::now() >= self.until {
                return Err(Unread::Late);
            }
            if self.sent.requests == self.limits.requests {
                return Err(Unread::TooLarge);
            }
            self.sent.requests += 1;
            let until = self.until.min(Instant::now() + self.limits.timeout);
            let (wait, why) = match timeout_at(until, self.once(ask, pause)).await {
                Ok(Attempt::Done(read)) => return Ok(read),
                Ok(Attempt::Over(why)) => return Err(why),
                Ok(Attempt::Again(wait, why)) => (wait, why),
                Err(_) if until == self.until => return Err(Unread::Late),
                Err(_) => return Err(Unread::Unreached),
            };
            if attempt == self.limits.attempts || Instant::now() + wait >= self.until {
                return Err(why);
            }
            tokio::time::sleep(wait).await;
            (self.sent.repeated, self.sent.waited) = (self.sent.repeated + 1, self.sent.waited + wait);
            pause *= 2;
        }
        Err(Unread::Late)
    }

    async fn once(&self, ask: Ask<'_>, pause: Duration) -> Attempt {
        let base = match &self.server {
            Some(server) => &Base::Kubernetes(server),
            None => &self.base,
        };
        let Some(url) = ask.url(base) else { return Attempt::Over(Unread::Unreadable) };
        let mut request = self.client.request(ask.method(), url).header(ACCEPT, ask.accept());
        if let Some(token) = &self.credentials {
            request = request.bearer_auth(token.expose());
        }
        if let Some(body) = ask.body() {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        let Ok(response) = request.send().await else { return Attempt::Over(Unread::Unreached) };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = match whole(response).await {
            Ok(body) => body,
            Err(why) => return Attempt::Over(why),
        };
        if status == StatusCode::OK {
            // serde would take a list for an object with its fields in order.
            if body.trim_ascii_start().first() != Some(&b'{') {
                return Attempt::Over(Unread::Unreadable);
            }
            return Attempt::Done(body);
        }
        let why = Unread::Status(status.as_u16(), self.word(&body));
        match status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            true => {
                let after = headers.get(RETRY_AFTER).and_then(|after| after.to_str().ok());
                Attempt::Again(after.map_or(pause, |after| retry_after(Some(after))), why)
            }
            false => Attempt::Over(why),
        }
    }

    /// The word for the status, as `PERMISSION_DENIED` or `Forbidden`. The message beside it may repeat what was sent, and is not
    /// kept.
    fn word(&self, body: &[u8]) -> Option<Name> {
        #[derive(Deserialize)]
        struct Failed {
            error: Option<Google>,
            reason: Option<String>,
        }
        #[derive(Deserialize)]
        struct Google {
            status: Option<String>,
        }
        let failed: Failed = serde_json::from_slice(body).ok()?;
        let word = failed.error.and_then(|error| error.status).or(failed.reason)?;
        let is_word = word.len() <= 40 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
        is_word.then(|| self.name(&word))
    }
}

async fn whole(mut response: reqwest::Response) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_BODY => return Err(Unread::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(_) => return Err(Unread::Unreached),
        }
    }
}
