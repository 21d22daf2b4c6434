//! Who reads: an access token that was given, application default credentials, or the service account of a pod. What is on this
//! machine gets no credentials that were not meant for it.

use std::path::Path;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::secret::Secret;

/// Reads Secret Manager; no narrower scope does.
const SCOPES: [&str; 1] = ["https://www.googleapis.com/auth/cloud-platform"];
/// Where a pod finds its service account.
const POD: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Of a service account's file, a user's `gcloud auth application-default login`, the metadata server, or `gcloud`.
pub(super) async fn application_default() -> Option<Secret> {
    let provider = gcp_auth::provider().await.ok()?;
    let token = provider.token(&SCOPES).await.ok()?;
    Some(Secret::new(token.as_str()))
}

/// The API server of the cluster that this process runs in.
pub(super) fn in_cluster_address() -> Option<Url> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let host = variable("KUBERNETES_SERVICE_HOST")?;
    let port = variable("KUBERNETES_SERVICE_PORT_HTTPS").or_else(|| variable("KUBERNETES_SERVICE_PORT"))?;
    // An address of IPv6 stands in brackets (RFC 3986 §3.2.2).
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Url::parse(&format!("https://{host}:{port}")).ok()
}

/// The token of the pod's service account.
pub(super) fn of_pod() -> Option<Secret> {
    let token = std::fs::read_to_string(Path::new(POD).join("token")).ok()?;
    Some(Secret::new(token.trim())).filter(|token| !token.expose().is_empty())
}

/// The authority of the cluster.
pub(super) fn roots_of_pod() -> Vec<CertificateDer<'static>> {
    let certificates = CertificateDer::pem_file_iter(Path::new(POD).join("ca.crt"));
    certificates.into_iter().flatten().flatten().collect()
}
