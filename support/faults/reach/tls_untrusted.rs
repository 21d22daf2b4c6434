//! A TLS certificate is expired, for another name, or from an authority that clients do not know.

use super::{probes_of, services, some_response};
use crate::diagnosis::client::Client;
use crate::diagnosis::proof::Probes;
use crate::diagnosis::record::{Answer::*, Details, Line, Record, Suspects, Why};
use crate::diagnosis::symptom::Symptom;
use crate::diagnosis::test::{Computed, Test, all, any, each, not};
use crate::evidence::{Evidence, Response, TransportError, UntrustedCertificate};
use crate::vocabulary::{Fault, Service, Severity};
use crate::wording::listed;

pub(crate) const RECORD: Record = Record {
    fault: Fault::TlsUntrusted,
    severity: Severity::Error,
    severity_if: &[],
    page: include_str!("tls-untrusted.md"),
    symptoms: &[Symptom::NoResponse, Symptom::NoToken],
    shown_by,
    ruled_out_by,
    yields_to: &[],
    details,
    suspects: Suspects::CheckTooIf(is_of_unknown_authorities),
    because: &[Line::Always("The certificate of {at} is not trusted: {why}.")],
    whys: [
        Why("Why do requests fail?", &[Shown("A client that verifies TLS does not connect to {at}: {why}.")]),
        Why(
            "What does that hide?",
            &[Inferred("Nothing at {at} is tested: no token is sent to a server that is not trusted.")],
        ),
        Why(
            "Why is such a certificate served?",
            &[Unknown(
                "Its renewal may have failed, or another certificate may have been deployed.",
                "how that certificate is issued and deployed",
            )],
        ),
        Why(
            "Why did nobody notice?",
            &[Unknown("Do the tests run with TLS verification switched off?", "the TLS settings of the tests")],
        ),
    ],
    fix: &[Line::Always(
        "TLS endpoint of {at}: serve a valid certificate (nginx: `ssl_certificate`); or target file: set `ca` to \
         the private authority.",
    )],
};

const ALL: [Service; 3] = [Service::Auth, Service::Backend, Service::Gateway];

fn shown_by(client: &Client<'_>) -> Test {
    each(ALL.map(|service| certificate_untrusted(client, service)))
}

fn certificate_untrusted(client: &Client<'_>, service: Service) -> Test {
    let made = client.evidence().iter().map(|(probe, _)| probe);
    Test::Computed(Computed {
        name: "the certificate of the service is not trusted",
        prove: |client, probes| some_response(client, probes, is_untrusted),
        probes: made.filter(|probe| probe.service() == service).collect(),
    })
}

fn is_untrusted(response: &Response) -> bool {
    matches!(response, Response::Unreached(TransportError::Certificate(_)))
}

/// Each service has responded, in whatever protocol, and no certificate was untrusted.
fn ruled_out_by(client: &Client<'_>) -> Test {
    all([not(shown_by(client))].into_iter().chain(ALL.map(|service| responds(client, service))))
}

fn responds(client: &Client<'_>, service: Service) -> Test {
    let some = Test::Computed(Computed {
        name: "the service, or a reverse proxy before it, responds",
        prove: |client, probes| some_response(client, probes, is_response),
        probes: probes_of(client, service),
    });
    let needs = match service {
        Service::Auth => "a response of auth",
        Service::Backend => "a response of the backend",
        Service::Gateway => "a response of the gateway",
        Service::Issuer => "a response of the issuer",
    };
    any([some, Test::Needs(needs)])
}

fn is_response(response: &Response) -> bool {
    !matches!(response, Response::Unreached(_) | Response::NotHttp)
}

/// An authority of one's own stands in `ca`.
fn is_of_unknown_authorities(evidence: &Evidence) -> bool {
    let mut untrusted = evidence.iter().filter_map(|(_, seen)| match &seen.response {
        Response::Unreached(TransportError::Certificate(why)) => Some(why),
        _ => None,
    });
    let is_unknown = |why: &UntrustedCertificate| {
        matches!(why, UntrustedCertificate::UnknownIssuer | UntrustedCertificate::OfAnAuthority)
    };
    untrusted.all(is_unknown)
}

fn details(client: &Client<'_>, shown: &Probes) -> Details {
    let at = listed(&services(shown).into_iter().map(Service::name).collect::<Vec<_>>());
    let why = shown.first().map(|probe| client.evidence().summary(*probe)).unwrap_or_default();
    let headline = format!("clients do not trust the TLS connection to {at}: {why}");
    Details::from([("at", at), ("why", why)]).headed(headline)
}

#[cfg(test)]
mod tests;
