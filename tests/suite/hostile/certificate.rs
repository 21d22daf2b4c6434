//! A certificate whose names are no names: some move the cursor, and there are thousands of them.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// What accepts connections with it, and the certificate in PEM: trusted, so that its names are compared.
pub(super) fn with_hostile_names() -> (TlsAcceptor, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, "\u{1b}[2J\u{202e}\r\n::error::");
    let odd = ["\u{1b}[2J", "a\r\nb", "*", "*.*", "\u{0}", ""].map(str::to_owned);
    let many = (0..2_000).map(|number| format!("host-{number}.hostile.test"));
    let name = |name: String| Some(SanType::DnsName(name.try_into().ok()?));
    params.subject_alt_names = odd.into_iter().chain(many).filter_map(name).collect();
    let certificate = params.self_signed(&key).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("TLS");
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).expect("a pair");
    (TlsAcceptor::from(Arc::new(config)), certificate.pem())
}
