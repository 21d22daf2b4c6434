//! Certificates of one running deployment: an authority of its own, and certificates that it signed or did not sign.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

use super::StartError;
use crate::deployment::ProxyCertificate;

pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its certificate in PEM format, for `ca` in the target file.
    file: NamedTempFile,
}

impl Authority {
    pub(super) fn new() -> Result<Self, StartError> {
        let mut params = named("fivewhys staging authority", &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let mut file = tempfile::Builder::new().prefix("fivewhys-ca-").suffix(".pem").tempfile()?;
        file.write_all(issuer.pem().as_bytes())?;
        Ok(Authority { issuer, file })
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// For a listener with this certificate.
    pub(super) fn acceptor(&self, certificate: ProxyCertificate) -> Result<TlsAcceptor, StartError> {
        let key = KeyPair::generate()?;
        let certificate = self.certificate(certificate, &key)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn certificate(&self, certificate: ProxyCertificate, key: &KeyPair) -> Result<CertificateDer<'static>, StartError> {
        let names = if certificate == ProxyCertificate::WrongName { OTHER_NAMES } else { SERVER_NAMES };
        let mut params = named("fivewhys staging server", names)?;
        if certificate == ProxyCertificate::Expired {
            (params.not_before, params.not_after) = (date_time_ymd(2024, 1, 1), date_time_ymd(2025, 1, 1));
        }
        if certificate == ProxyCertificate::SelfSignedInCa {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let signed = match certificate {
            ProxyCertificate::SelfSigned | ProxyCertificate::SelfSignedInCa => params.self_signed(key)?,
            _ => params.signed_by(key, &self.issuer)?,
        };
        if certificate == ProxyCertificate::SelfSignedInCa {
            self.file.as_file().write_all(signed.pem().as_bytes())?;
        }
        Ok(signed.der().clone())
    }
}

/// No root certificate of this machine has this common name: with an equal name a client would try that root and report another
/// error.
fn named(name: &str, alternatives: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(alternatives.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// The names in the URLs of a target file.
const SERVER_NAMES: &[&str] = &["127.0.0.1", "localhost"];
const OTHER_NAMES: &[&str] = &["other.test"];
