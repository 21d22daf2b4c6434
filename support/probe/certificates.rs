//! Which certificates are believed: what the system's roots and those of `ca` have signed, and a certificate that `ca` itself
//! holds. `openssl req -x509` makes one that calls itself an authority (RFC 5280 §4.2.1.9); webpki wants no such thing of a
//! server, where OpenSSL accepts it from the file that names it.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

#[derive(Debug)]
pub(super) struct TrustedCertificates {
    webpki: Arc<WebPkiServerVerifier>,
    /// The certificates of `ca`.
    named: Vec<CertificateDer<'static>>,
}

impl TrustedCertificates {
    /// # Errors
    /// When there is no root at all.
    pub(super) fn new(
        roots: RootCertStore,
        named: &[CertificateDer<'static>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build()?;
        Ok(TrustedCertificates { webpki, named: named.to_vec() })
    }
}

impl ServerCertVerifier for TrustedCertificates {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.webpki.verify_server_cert(shown, intermediates, name, ocsp, now) {
            // Its dates were looked at before this, and its name was not.
            Err(Error::InvalidCertificate(why)) if is_an_authority_certificate(&why) && self.named.contains(shown) => {
                verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, shown, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// It may sign others, by its own word, and is shown as a server's.
pub(super) fn is_an_authority_certificate(why: &CertificateError) -> bool {
    let CertificateError::Other(other) = why else { return false };
    matches!(other.0.downcast_ref::<webpki::Error>(), Some(webpki::Error::CaUsedAsEndEntity))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair, date_time_ymd};

    use super::*;

    /// Good for the year 2025.
    fn authority(name: &str) -> Certificate {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2026, 1, 1));
        params.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate")
    }

    /// What is said, in the middle of that year, of a certificate that `api.test` shows.
    fn judged(shown: &Certificate, named: &Certificate, year: u64) -> Result<(), CertificateError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(named.der().clone()).expect("a root");
        let trust = TrustedCertificates::new(roots, &[named.der().clone()], &provider).expect("a root");
        let middle = UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_557_600 + 15_778_800));
        let name = "api.test".try_into().expect("a name");
        match trust.verify_server_cert(shown.der(), &[], &name, &[], middle) {
            Ok(_) => Ok(()),
            Err(Error::InvalidCertificate(why)) => Err(why),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_named_authority_is_believed_of_itself_only() {
        let (api, other) = (authority("api.test"), authority("other.test"));
        assert_eq!(judged(&api, &api, 2025), Ok(()));
        assert!(judged(&api, &other, 2025).is_err_and(|why| is_an_authority_certificate(&why)));
        assert!(matches!(judged(&api, &api, 2026), Err(CertificateError::ExpiredContext { .. })));
        assert!(matches!(judged(&other, &other, 2025), Err(CertificateError::NotValidForNameContext { .. })));
    }
}
