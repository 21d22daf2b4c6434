//! The HTTP clients of a whole check, with one TLS configuration; a fresh connection for every exchange, no redirects, no
//! retries. And what a transport error was, by its type.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::SuiteError;
use super::certificates::{TrustedCertificates, is_an_authority_certificate};
use crate::evidence::{Response, TransportError, UntrustedCertificate};
use crate::target::{PublishedKeys, Target, is_local_name, is_loopback};

/// Two clients that differ in one thing: what stays on this machine goes through no proxy of the system.
pub(super) struct Clients {
    local: reqwest::Client,
    remote: reqwest::Client,
    /// For what is asked on one connection, and may go either way.
    kept: reqwest::Client,
}

impl Clients {
    pub(super) fn new(target: &Target) -> Result<Self, SuiteError> {
        let tls = tls(target)?;
        let resolver = System { limit: target.timeout / 10 * 9 };
        let builder = |tls| builder(tls, resolver);
        let kept = builder(tls.clone()).pool_max_idle_per_host(1);
        let kept = if target.backend.as_ref().is_some_and(is_loopback) { kept.no_proxy() } else { kept };
        Ok(Clients {
            local: builder(tls.clone()).no_proxy().build()?,
            remote: builder(tls).build()?,
            kept: kept.build()?,
        })
    }

    /// The client for that address; the one that keeps its connection, where that is wanted.
    pub(super) fn of(&self, url: &Url, kept: bool) -> &reqwest::Client {
        match (kept, is_loopback(url)) {
            (true, _) => &self.kept,
            (false, true) => &self.local,
            (false, false) => &self.remote,
        }
    }
}

fn builder(tls: ClientConfig, resolver: impl Resolve + 'static) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(resolver))
        .http1_only()
        // As browsers write them; there are servers that compare header names byte by byte.
        .http1_title_case_headers()
        // A connection that is kept alive sees one replica only.
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(concat!("fivewhys/", env!("CARGO_PKG_VERSION")))
}

pub(super) fn tls(target: &Target) -> Result<ClientConfig, SuiteError> {
    // A discovery document may name any address.
    let by_discovery = target.keys.as_ref().is_some_and(PublishedKeys::is_by_discovery);
    with_roots(by_discovery || target.addresses().any(|url| url.scheme() == "https"), &target.roots)
}

/// A client for an address that is no part of a target.
///
/// # Errors
/// When TLS cannot be set up.
pub(crate) fn client_of(url: &Url) -> Result<reqwest::Client, SuiteError> {
    let client = builder(with_roots(url.scheme() == "https", &[])?, System { limit: Duration::MAX });
    Ok(if is_loopback(url) { client.no_proxy() } else { client }.build()?)
}

/// Reading the system's roots costs milliseconds, so it is done only where there is a certificate to verify.
fn with_roots(verifies: bool, more: &[CertificateDer<'static>]) -> Result<ClientConfig, SuiteError> {
    let mut roots = RootCertStore::empty();
    if verifies {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(more.iter().cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    if roots.is_empty() {
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    let trust = TrustedCertificates::new(roots, more, &provider)?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(trust)).with_no_client_auth())
}

/// The system's resolver, with an error of our own so that it can be told from a refused connection.
#[derive(Clone, Copy)]
struct System {
    /// Ends before the exchange does: a resolver that does not respond is not a service that does not.
    limit: Duration,
}

#[derive(Debug, thiserror::Error)]
#[error("the name does not resolve")]
struct Unresolved(#[source] std::io::Error);

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        let limit = self.limit;
        Box::pin(async move {
            let found = within(limit, lookup(name.as_str(), 0)).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

async fn within<T>(limit: Duration, lookup: impl Future<Output = std::io::Result<T>>) -> Result<T, Unresolved> {
    timeout(limit, lookup).await.unwrap_or_else(|_| Err(ErrorKind::NotFound.into())).map_err(Unresolved)
}

/// The addresses of a host, at least one. To a name of this machine secrets travel in the clear, so it leads nowhere else.
///
/// # Errors
/// When the name does not resolve, or a name of this machine resolves to others only.
pub(crate) async fn lookup(host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    let found = tokio::net::lookup_host((host, port)).await.map(Vec::from_iter);
    let addresses = if is_local_name(host) { of_this_machine(found.ok(), port) } else { found? };
    if addresses.is_empty() { Err(ErrorKind::NotFound.into()) } else { Ok(addresses) }
}

/// Not every system knows the names below `localhost`: they are loopback addresses everywhere (RFC 6761 §6.3).
fn of_this_machine(found: Option<Vec<SocketAddr>>, port: u16) -> Vec<SocketAddr> {
    let own = || [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
    let mut addresses = found.unwrap_or_else(|| own().map(|address| (address, port).into()).to_vec());
    addresses.retain(|address| address.ip().to_canonical().is_loopback());
    addresses
}

/// What a failed exchange has seen, by the types in its chain of causes; the deepest that tells decides.
pub(super) fn failure(error: &reqwest::Error) -> Response {
    let usual = if error.is_timeout() { Response::Unreached(TransportError::Timeout) } else { Response::NotHttp };
    causes(error).filter_map(of_cause).last().unwrap_or(usual)
}

/// This machine has no file descriptor, memory or buffer left for a connection: that says nothing of the target.
pub(super) fn own_failure(error: &reqwest::Error) -> Option<std::io::Error> {
    let own =
        |error: Cause<'_>| error.downcast_ref::<std::io::Error>().filter(|error| is_exhausted(error))?.raw_os_error();
    causes(error).find_map(own).map(std::io::Error::from_raw_os_error)
}

/// This machine has none left of something.
pub(crate) fn is_exhausted(error: &std::io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| EXHAUSTED.contains(&code))
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    std::iter::successors(Some(error as Cause<'_>), |error| deeper(*error))
}

/// `ENOMEM`, `ENFILE`, `EMFILE` and `ENOBUFS` of Linux.
const EXHAUSTED: [i32; 4] = [12, 23, 24, 105];

/// An `io::Error` that wraps another error hides it from `source`.
fn deeper(error: Cause<'_>) -> Option<Cause<'_>> {
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    wrapped.map(|inner| inner as Cause<'_>).or_else(|| error.source())
}

fn of_cause(error: Cause<'_>) -> Option<Response> {
    if error.is::<Unresolved>() {
        return Some(Response::Unreached(TransportError::Dns));
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(Response::Unreached(of_tls(error)));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return (error.is_incomplete_message() || error.is_closed())
            .then_some(Response::Unreached(TransportError::Reset));
    }
    error.downcast_ref::<std::io::Error>().and_then(|error| of_kind(error.kind())).map(Response::Unreached)
}

fn of_tls(error: &rustls::Error) -> TransportError {
    use rustls::CertificateError::*;
    let rustls::Error::InvalidCertificate(why) = error else { return TransportError::Tls(error.to_string()) };
    TransportError::Certificate(match why {
        Expired | ExpiredContext { .. } => UntrustedCertificate::Expired,
        NotValidYet | NotValidYetContext { .. } => UntrustedCertificate::NotYetValid,
        NotValidForName | NotValidForNameContext { .. } => UntrustedCertificate::OtherName,
        UnknownIssuer | BadSignature => UntrustedCertificate::UnknownIssuer,
        Revoked => UntrustedCertificate::Revoked,
        authority if is_an_authority_certificate(authority) => UntrustedCertificate::OfAnAuthority,
        _ => UntrustedCertificate::Other,
    })
}

fn of_kind(kind: ErrorKind) -> Option<TransportError> {
    match kind {
        ErrorKind::ConnectionRefused => Some(TransportError::Refused),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => Some(TransportError::Reset),
        ErrorKind::TimedOut => Some(TransportError::Timeout),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            Some(TransportError::NoRoute)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_leads_nowhere_else() {
        let elsewhere: SocketAddr = "192.0.2.1:80".parse().expect("an address");
        let here: SocketAddr = "[::ffff:127.0.0.1]:80".parse().expect("an address");
        assert_eq!(of_this_machine(Some(vec![elsewhere, here]), 80), [here]);
        assert_eq!(of_this_machine(Some(vec![elsewhere]), 80), []);
        let known = lookup("any.name.localhost", 7).await.expect("a loopback address");
        assert!(!known.is_empty() && known.iter().all(|address| address.ip().is_loopback() && address.port() == 7));
    }
    /// As a resolver whose every packet is lost.
    struct Silent;

    impl Resolve for Silent {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Ok(within(Duration::from_millis(1), std::future::pending()).await?) })
        }
    }

    #[tokio::test]
    async fn a_resolver_that_does_not_respond_is_no_service_that_does_not() {
        let tls = with_roots(false, &[]).expect("a configuration");
        let client = builder(tls, Silent).no_proxy().build().expect("a client");
        let error = client.get("http://auth.example.test/").send().await.expect_err("no address");
        assert_eq!(failure(&error), Response::Unreached(TransportError::Dns));
    }
}
