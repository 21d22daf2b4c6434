//! The HTTP client for APIs of platforms: verified TLS, no redirects, no proxy for what is on this machine.

use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::target::{PlatformHost, PlatformTable, is_loopback};

/// Why the suite could not do its job.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// No client could be set up.
    #[error("failed to set up the client of the platform's API: {0}")]
    Client(#[from] reqwest::Error),
    /// TLS could not be set up.
    #[error("failed to set up TLS for the platform's API: {0}")]
    Tls(#[from] rustls::Error),
}

/// For the API of this table; `server` is that of Kubernetes.
pub(super) fn client(
    table: &PlatformTable,
    server: Option<&Url>,
    more: &[CertificateDer<'static>],
) -> Result<reqwest::Client, CloudError> {
    let (address, roots) = match &table.host {
        PlatformHost::CloudRun { api, .. } => (api.as_ref(), &[][..]),
        PlatformHost::Kubernetes { roots, .. } => (server, roots.as_slice()),
    };
    let is_clear = address.is_some_and(|url| url.scheme() == "http");
    let tls = tls(!is_clear, roots.iter().chain(more))?;
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(concat!("fivewhys/", env!("CARGO_PKG_VERSION")));
    let is_here = address.is_some_and(is_loopback);
    // The API server of a cluster is never behind a proxy of the system.
    let builder = if is_here || server.is_some() { builder.no_proxy() } else { builder };
    Ok(builder.build()?)
}

/// Reading the system's roots costs milliseconds, so it is done only where there is a certificate to verify.
fn tls<'a>(
    verifies: bool,
    more: impl Iterator<Item = &'a CertificateDer<'static>>,
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    if verifies {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(more.cloned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
