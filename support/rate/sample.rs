//! One sample: a connection, an exchange, and what came of it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, timeout_at};

use super::connection::{NoConnection, Opened, Route};
use super::named::{Named, named};
use super::tally::{Judged, Unreached};
use super::template::Template;
use super::welcomed::Welcomed;
use super::{Leg, gateway, http};
use crate::target::Target;

/// A peer that has ended its part closes its side this soon.
pub(super) const CLOSES_SOON: Duration = Duration::from_secs(1);

/// What came of a sample.
pub(super) struct Sample {
    /// In the order in which they began.
    pub(super) number: u64,
    pub(super) judged: Judged,
    pub(super) seen: Seen,
    pub(super) address: SocketAddr,
    /// Whose token was presented, as a number from 1.
    pub(super) user: usize,
    /// From the moment at which it was due until it was decided.
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
    /// When it was known what came of it; the goodbye, and the silence after a welcome, come later.
    pub(super) decided: Option<Instant>,
    pub(super) named: Vec<Named>,
    /// The header of that name (RFC 9110 §10.2.3).
    pub(super) retry_after: Option<String>,
}

impl Seen {
    /// Keeps what may name the replica that has responded.
    pub(super) fn names<'a>(&mut self, headers: impl Iterator<Item = (&'a str, &'a str)>) {
        self.named = named(headers, SystemTime::now());
    }
}

/// What is the same for all samples of a leg.
pub(super) struct Way<'a> {
    pub(super) leg: Leg,
    pub(super) route: Route,
    pub(super) target: &'a Target,
    /// How long a welcomed connection is watched.
    pub(super) hold: Duration,
    pub(super) welcomed: Welcomed,
}

/// Makes one with that number, which was due at that moment.
///
/// # Errors
/// When this machine cannot open a connection.
pub(super) async fn make(way: Arc<Way<'_>>, template: Arc<Template>, number: u64, due: Instant) -> io::Result<Sample> {
    let Way { route, target, .. } = &*way;
    let mut address = route.address(fastrand::usize(..));
    let mut seen = Seen::default();
    let begun = Instant::now();
    let until = begun + target.timeout;
    let opened = timeout_at(until, route.connect(&mut address)).await;
    let judged = match opened {
        Err(_) => Judged::Unreached(Unreached::Timeout),
        Ok(Err(NoConnection::Machine(error))) => return Err(error),
        Ok(Err(NoConnection::Target(why))) => Judged::Unreached(why),
        Ok(Ok((opened, connect))) => {
            seen.connect = Some(connect);
            match opened {
                Opened::Plain(stream) => speak(&way, stream, &template, (until, &mut seen)).await,
                Opened::Tls(stream, tls) => {
                    seen.tls = Some(tls);
                    speak(&way, *stream, &template, (until, &mut seen)).await
                }
            }
        }
    };
    let decided = match judged {
        Judged::Unreached(Unreached::Timeout) => until,
        _ => seen.decided.unwrap_or_else(Instant::now),
    };
    let total = decided.saturating_duration_since(due);
    Ok(Sample { number, judged, seen, address, user: template.user as usize + 1, total })
}

async fn speak<S>(way: &Way<'_>, stream: S, template: &Template, (until, seen): (Instant, &mut Seen)) -> Judged
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    match way.leg {
        Leg::Websocket => gateway::converse(stream, template, way, (until, seen)).await,
        Leg::Auth | Leg::Backend => http::exchange(stream, template, way.target, (until, seen)).await,
    }
}
