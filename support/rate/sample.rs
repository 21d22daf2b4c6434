//! One sample: a connection, an exchange, and what came of it.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::connection::{NoConnection, Opened, Route};
use super::tally::{Judged, Unreached};
use super::template::Template;
use super::{Leg, gateway, http};
use crate::probe::REPLICA_WORDS;
use crate::target::Target;

/// A peer that has ended its part closes its side this soon.
pub(super) const CLOSES_SOON: Duration = Duration::from_secs(1);

/// What came of a sample.
pub(super) struct Sample {
    pub(super) judged: Judged,
    pub(super) seen: Seen,
    pub(super) address: SocketAddr,
    pub(super) user: usize,
    /// From the moment at which it was due until the decision.
    pub(super) total: Duration,
}

/// What was seen on the way.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) connect: Option<Duration>,
    pub(super) tls: Option<Duration>,
    pub(super) response: Option<Duration>,
    pub(super) welcome: Option<Duration>,
    pub(super) close: Option<u16>,
    /// A header that names the replica, and its value.
    pub(super) replica: Option<(String, String)>,
    /// The cookies that the response sets.
    pub(super) cookie: Option<String>,
}

impl Seen {
    /// Keeps what may name the instance that has responded.
    pub(super) fn names<'a>(&mut self, headers: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, value) in headers {
            let name = name.to_ascii_lowercase();
            if self.replica.is_none() && REPLICA_WORDS.iter().any(|word| name.contains(word)) {
                self.replica = Some((name, value.to_owned()));
            } else if name == "set-cookie" {
                let pair = value.split(';').next().unwrap_or_default();
                self.cookie.get_or_insert_default().push_str(pair);
            }
        }
    }
}

/// Makes one, which was due at that moment.
///
/// # Errors
/// When this machine cannot open a connection.
pub(super) async fn make(
    (leg, template): (Leg, &Template),
    (route, address): (&Route, SocketAddr),
    target: &Target,
    hold: Duration,
    (due, begins): (Instant, Instant),
) -> std::io::Result<Sample> {
    tokio::time::sleep_until(begins).await;
    let mut seen = Seen::default();
    let until = Instant::now() + target.timeout;
    let opened = timeout_at(until, route.connect(address)).await;
    let judged = match opened {
        Err(_) => Judged::Unreached(Unreached::Timeout),
        Ok(Err(NoConnection::Machine(error))) => return Err(error),
        Ok(Err(NoConnection::Target(why))) => Judged::Unreached(why),
        Ok(Ok((opened, connect))) => {
            seen.connect = Some(connect);
            match opened {
                Opened::Plain(stream) => speak(leg, stream, template, target, (hold, until, &mut seen)).await,
                Opened::Tls(stream, tls) => {
                    seen.tls = Some(tls);
                    speak(leg, *stream, template, target, (hold, until, &mut seen)).await
                }
            }
        }
    };
    let parts = [seen.connect, seen.tls, seen.response, seen.welcome].into_iter().flatten().sum::<Duration>();
    let waited = begins.saturating_duration_since(due);
    Ok(Sample { judged, seen, address, user: template.user, total: waited + parts })
}

async fn speak<S>(
    leg: Leg,
    stream: S,
    template: &Template,
    target: &Target,
    (hold, until, seen): (Duration, Instant, &mut Seen),
) -> Judged
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    match leg {
        Leg::Websocket => gateway::converse(stream, template, target, hold, (until, seen)).await,
        Leg::Auth | Leg::Backend => {
            let exchange = timeout_at(until, http::exchange(stream, template, target, seen)).await;
            exchange.unwrap_or(Judged::Unreached(Unreached::Timeout))
        }
    }
}
