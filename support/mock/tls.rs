//! Certificates of one running deployment: an authority that exists for as long as it runs, and what it signs, or does not.

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

use super::Broken;
use crate::deployment::ProxyCertificate;

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// Its certificate in PEM form, for those who are to trust it.
    file: NamedTempFile,
}

impl Authority {
    pub fn new() -> Result<Self, Broken> {
        let mut params = named("fivewhys staging authority", &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let mut file = tempfile::Builder::new().prefix("fivewhys-ca-").suffix(".pem").tempfile()?;
        file.write_all(issuer.pem().as_bytes())?;
        Ok(Authority { issuer, file })
    }

    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// What a listener needs to show such a certificate.
    pub fn acceptor(&self, certificate: ProxyCertificate) -> Result<TlsAcceptor, Broken> {
        let key = KeyPair::generate()?;
        let shown = self.certificate(certificate, &key)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![shown], key)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn certificate(&self, certificate: ProxyCertificate, key: &KeyPair) -> Result<CertificateDer<'static>, Broken> {
        let names = if certificate == ProxyCertificate::WrongName { ANOTHERS } else { OWN };
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

/// The common name is one that no root of this machine has: a namesake would be tried, and change what a client says.
fn named(name: &str, alternatives: &[&str]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(alternatives.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// Under which the servers are reached.
const OWN: &[&str] = &["127.0.0.1", "localhost"];
const ANOTHERS: &[&str] = &["other.test"];
